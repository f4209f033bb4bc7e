"""Which inschrijvingen and vrijstellingen came with a jongere_id that is used no more."""

import sqlalchemy as sa
from alembic import op

revision = "cases_0004"
down_revision = "cases_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("inschrijving", "vrijstelling"):
        op.add_column(table, sa.Column("overgenomen", sa.Boolean(), nullable=False, server_default="false"))
