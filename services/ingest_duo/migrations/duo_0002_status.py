"""Channel and aandachtspunten of a melding, and what became of each status for DUO."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "duo_0002"
down_revision = "duo_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("melding", sa.Column("kanaal", sa.String(), nullable=False, server_default="duo"))
    op.add_column("melding", sa.Column("uitvoerder", sa.String(), nullable=False, server_default=""))
    op.add_column("melding", sa.Column("aandachtspunten", ARRAY(sa.String()), nullable=False, server_default="{}"))
    op.create_table(
        "statusmelding",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("meldingsnummer", sa.String(), nullable=False, index=True),
        sa.Column("stand", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("reden", sa.String(), nullable=True),
        sa.Column("toelichting", sa.String(), nullable=True),
        sa.Column("aanleiding", sa.String(), nullable=False),
        sa.Column("medewerker", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
    )
