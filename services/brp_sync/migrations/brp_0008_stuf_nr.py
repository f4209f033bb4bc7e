"""The number of the last kennisgeving about a person that was handled: what comes again after a crash does nothing."""

import sqlalchemy as sa
from alembic import op

revision = "brp_0008"
down_revision = "brp_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jongere", sa.Column("stuf_nr", sa.BigInteger(), nullable=False, server_default="0"))
