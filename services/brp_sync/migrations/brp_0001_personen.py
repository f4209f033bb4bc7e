"""Persons and disclosures."""

import sqlalchemy as sa
from alembic import op

revision = "brp_0001"
down_revision = None
branch_labels = ("brp_sync",)
depends_on = ("hub_0001",)


def upgrade() -> None:
    op.create_table(
        "jongere",
        sa.Column("jongere_id", sa.Uuid(), primary_key=True),
        sa.Column("bsn_index", sa.LargeBinary(), nullable=True, unique=True),
        sa.Column("onderwijsnummer_index", sa.LargeBinary(), nullable=True, unique=True),
        sa.Column("gemeente", sa.String(), nullable=False),
        sa.Column("gegevens", sa.LargeBinary(), nullable=True),
        sa.Column("sinds", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "verstrekking",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("aanvrager", sa.String(), nullable=False),
        sa.Column("doel", sa.String(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
    )
