"""Meldingen and the cursor."""

import sqlalchemy as sa
from alembic import op

revision = "duo_0001"
down_revision = None
branch_labels = ("ingest_duo",)
depends_on = ("hub_0001",)


def upgrade() -> None:
    op.create_table(
        "melding",
        sa.Column("meldingsnummer", sa.String(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("gemeente", sa.String(), nullable=False),
        sa.Column("laatste_mutatie", sa.DateTime(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("kenmerk", sa.LargeBinary(), nullable=True),
        sa.Column("inhoud", sa.LargeBinary(), nullable=True),
    )
    op.create_table(
        "cursor",
        sa.Column("uitvoerder", sa.String(), primary_key=True),
        sa.Column("vanaf", sa.DateTime(), nullable=False),
    )
