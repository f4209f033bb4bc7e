"""Zaken, voorstellen, termijnen, timeline, afspraken."""

import sqlalchemy as sa
from alembic import op

revision = "cases_0001"
down_revision = None
branch_labels = ("cases",)
depends_on = ("hub_0001",)


def upgrade() -> None:
    op.create_table(
        "dossier",
        sa.Column("jongere_id", sa.Uuid(), primary_key=True),
        sa.Column("persoon", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "zaak",
        sa.Column("zaak_id", sa.Uuid(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("gemeente", sa.String(), nullable=False, index=True),
        sa.Column("zaaksoort", sa.String(), nullable=False),
        sa.Column("schooljaar", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("geopend_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("inhoud", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "voorstel",
        sa.Column("voorstel_id", sa.Uuid(), primary_key=True),
        sa.Column("zaak_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente", sa.String(), nullable=False),
        sa.Column("uitkomst", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("gedaan_op", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_voorstel_werk", "voorstel", ["gemeente", "status", "gedaan_op"])
    op.create_table(
        "termijn",
        sa.Column("termijn_id", sa.Uuid(), primary_key=True),
        sa.Column("zaak_id", sa.Uuid(), nullable=False),
        sa.Column("jongere_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente", sa.String(), nullable=False),
        sa.Column("naam", sa.String(), nullable=False),
        sa.Column("uiterlijk", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
    )
    op.create_index("ix_termijn_klok", "termijn", ["status", "uiterlijk"])
    op.create_table(
        "tijdlijn",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("zaak_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wat", sa.String(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("toelichting", sa.String(), nullable=False),
    )
    op.create_table(
        "afspraken",
        sa.Column("brief_id", sa.Uuid(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False),
        sa.Column("inhoud", sa.LargeBinary(), nullable=False),
    )
