"""Requests of betrokkenen, what follows from them, restrictions, and who was given inzage."""

import sqlalchemy as sa
from alembic import op

revision = "cases_0012"
down_revision = "cases_0011"
branch_labels = None
depends_on = None


EIGEN = """current_setting('schakel.gemeenten', true) = '*'
           OR gemeente = ANY (string_to_array(current_setting('schakel.gemeenten', true), ','))"""
REGELS = {
    **dict.fromkeys(("rechtenverzoek", "rechtentaak", "rectificatie"), EIGEN),
    "beperking": """EXISTS (SELECT FROM zaak z WHERE z.jongere_id = beperking.jongere_id)
                    OR EXISTS (SELECT FROM register r WHERE r.jongere_id = beperking.jongere_id)""",
    "inzage": """EXISTS (SELECT FROM zaak z WHERE z.jongere_id = inzage.jongere_id)
                 OR EXISTS (SELECT FROM register r WHERE r.jongere_id = inzage.jongere_id)""",
}


def upgrade() -> None:
    op.create_table(
        "rechtenverzoek",
        sa.Column("verzoek_id", sa.Uuid(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("gemeente", sa.String(), nullable=False),
        sa.Column("soort", sa.String(), nullable=False),
        sa.Column("verzoeker", sa.String(), nullable=False),
        sa.Column("oordeel", sa.String()),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("ontvangen_op", sa.Date(), nullable=False),
        sa.Column("uiterlijk", sa.Date(), nullable=False),
        sa.Column("gewaarschuwd_op", sa.Date()),
    )
    op.create_index(
        "ix_rechtenverzoek_open", "rechtenverzoek", ["uiterlijk"], postgresql_where=sa.text("status = 'open'")
    )
    op.create_table(
        "rechtentaak",
        sa.Column("taak_id", sa.Uuid(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("gemeente", sa.String(), nullable=False),
        sa.Column("soort", sa.String(), nullable=False),
        sa.Column("ontvanger", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gedaan_op", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_rechtentaak_open", "rechtentaak", ["op"], postgresql_where=sa.text("gedaan_op IS NULL"))
    op.create_table(
        "rectificatie",
        sa.Column("rectificatie_id", sa.Uuid(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("gemeente", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("nagegaan", sa.Boolean(), nullable=False),
    )
    op.create_index(
        "ix_rectificatie_open", "rectificatie", ["rectificatie_id"], postgresql_where=sa.text("NOT nagegaan")
    )
    op.create_table(
        "beperking",
        sa.Column("jongere_id", sa.Uuid(), primary_key=True),
        sa.Column("sinds", sa.Date(), nullable=False),
        sa.Column("reden", sa.String(), nullable=False),
    )
    op.create_table(
        "inzage",
        sa.Column("inzage_id", sa.Uuid(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("medewerker", sa.String(), nullable=False),
        sa.Column("soort", sa.String(), nullable=False),
        sa.Column("vorm", sa.String(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
    )
    for tabel, regel in REGELS.items():
        op.execute(f"ALTER TABLE {tabel} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY inzage ON {tabel} FOR SELECT USING ({regel})")
