"""Meldingen that were final when they were first seen, and were never said."""

import sqlalchemy as sa
from alembic import op

revision = "duo_0006"
down_revision = "duo_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("melding", sa.Column("verzwegen", sa.Boolean(), nullable=False, server_default=sa.false()))
