"""The inschrijvingsregister, signals of absoluut verzuim, and when everybody was looked at."""

import sqlalchemy as sa
from alembic import op

revision = "cases_0003"
down_revision = "cases_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "register",
        sa.Column("jongere_id", sa.Uuid(), primary_key=True),
        sa.Column("gemeente", sa.String()),
        sa.Column("geboortemaand", sa.Date()),
        sa.Column("sinds", sa.Date()),
        sa.Column("startkwalificatie", sa.Date()),
        sa.Column("uit", sa.String()),
        sa.Column("opgegaan_in", sa.Uuid()),
    )
    op.create_table(
        "inschrijving",
        sa.Column("inschrijving_id", sa.Uuid(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False),
        sa.Column("brin", sa.String(), nullable=False),
        sa.Column("vestiging", sa.String()),
        sa.Column("soort", sa.String(), nullable=False),
        sa.Column("niveau", sa.String()),
        sa.Column("van", sa.Date(), nullable=False),
        sa.Column("tot", sa.Date()),
        sa.Column("gehoord", sa.Date(), nullable=False),
    )
    op.create_index("ix_inschrijving_jongere_id", "inschrijving", ["jongere_id"])
    op.create_table(
        "vrijstelling",
        sa.Column("vrijstelling_id", sa.Uuid(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.String(), nullable=False),
        sa.Column("van", sa.Date(), nullable=False),
        sa.Column("tot", sa.Date()),
    )
    op.create_index("ix_vrijstelling_jongere_id", "vrijstelling", ["jongere_id"])
    op.create_table(
        "absoluut_signaal",
        sa.Column("signaal_id", sa.Uuid(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente", sa.String(), nullable=False),
        sa.Column("reden", sa.String(), nullable=False),
        sa.Column("sinds", sa.Date(), nullable=False),
        sa.Column("peildatum", sa.Date(), nullable=False),
        sa.Column("oorzaak", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("gewijzigd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("brin", sa.String()),
        sa.Column("uitkomst", sa.String()),
        sa.Column("medewerker", sa.String()),
        sa.Column("zaak_id", sa.Uuid()),
    )
    op.create_index("ix_absoluut_signaal_jongere_id", "absoluut_signaal", ["jongere_id"])
    op.create_index("ix_absoluut_signaal_werk", "absoluut_signaal", ["status", "gemeente", "sinds"])
    op.create_table(
        "absoluut_controle",
        sa.Column("soort", sa.String(), primary_key=True),
        sa.Column("periode", sa.String(), primary_key=True),
        sa.Column("peildatum", sa.Date(), nullable=False),
        sa.Column("klaar_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("aantallen", sa.dialects.postgresql.JSONB(), nullable=False),
    )
