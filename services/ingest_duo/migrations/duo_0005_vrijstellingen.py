"""Vrijstellingen and vervangende leerplicht, and whether DUO has them."""

import sqlalchemy as sa
from alembic import op

revision = "duo_0005"
down_revision = "duo_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vrijstelling",
        sa.Column("vrijstelling_id", sa.Uuid(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("gemeente", sa.String(), nullable=False),
        sa.Column("soort", sa.String(), nullable=False),
        sa.Column("begindatum", sa.Date(), nullable=False),
        sa.Column("einddatum", sa.Date(), nullable=True),
        sa.Column("eerder", sa.Boolean(), nullable=False),
        sa.Column("ingetrokken", sa.Boolean(), nullable=False),
        sa.Column("medewerker", sa.String(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("stand", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("pogingen", sa.Integer(), nullable=False),
        sa.Column("sinds", sa.DateTime(timezone=True), nullable=True),
        sa.Column("volgende_poging", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index(
        "ix_vrijstelling_te_melden",
        "vrijstelling",
        ["vrijstelling_id"],
        postgresql_where=sa.text("stand = 'te_melden'"),
    )
