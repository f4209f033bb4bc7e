"""Commands that were carried out, for whoever repeats them; what may not go out any more; how often a zaak changed."""

import sqlalchemy as sa
from alembic import op

revision = "cases_0008"
down_revision = "cases_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "herhaling",
        sa.Column("sleutel", sa.LargeBinary(), primary_key=True),
        sa.Column("verzoek", sa.LargeBinary(), nullable=False),
        sa.Column("jongere_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("antwoord", sa.LargeBinary(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.create_table(
        "ingetrokken",
        sa.Column("kenmerk", sa.Uuid(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False, index=True),
    )
    op.add_column("zaak", sa.Column("revisie", sa.Integer(), nullable=False, server_default="0"))
