"""By which zender and referentienummer a StUF message is recognised when it comes again; fingerprints only."""

import sqlalchemy as sa
from alembic import op

revision = "brp_0007"
down_revision = "brp_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stuf_bericht",
        sa.Column("kenmerk", sa.LargeBinary(), primary_key=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False, index=True),
    )
