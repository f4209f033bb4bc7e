"""The disclosure register."""

import sqlalchemy as sa
from alembic import op

revision = "cases_0010"
down_revision = "cases_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    codes = sa.ARRAY(sa.String())
    op.create_table(
        "verstrekking",
        sa.Column("verstrekking_id", sa.Uuid(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False),
        sa.Column("zaak_id", sa.Uuid()),
        sa.Column("gemeente", sa.String(), nullable=False),
        sa.Column("kenmerk", sa.Uuid(), nullable=False),
        sa.Column("ontvanger", sa.String(), nullable=False),
        sa.Column("doel", sa.String(), nullable=False),
        sa.Column("uitkomst", sa.String(), nullable=False),
        sa.Column("poort", sa.String(), nullable=False),
        sa.Column("weigering", sa.String()),
        sa.Column("gevraagd", codes, nullable=False),
        sa.Column("doorgelaten", codes, nullable=False),
        sa.Column("weggelaten", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("vereist", codes, nullable=False),
        sa.Column("grondslag", sa.String(), nullable=False),
        sa.Column("verwerking", sa.String(), nullable=False),
        sa.Column("regels", codes, nullable=False),
        sa.Column("kanaal", sa.String(), nullable=False),
        sa.Column("protocol", sa.String(), nullable=False),
        sa.Column("besloten_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("geldig_tot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("toestemmingen", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("informatie_op", sa.Date()),
        sa.Column("medewerker", sa.String()),
        sa.Column("fase", sa.String()),
        sa.Column("verzonden_op", sa.DateTime(timezone=True)),
        sa.Column("teruggedraaid_op", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_verstrekking_jongere_id", "verstrekking", ["jongere_id"])
    op.create_index("ix_verstrekking_ontvanger", "verstrekking", ["ontvanger", "besloten_op"])
    op.create_index("ix_verstrekking_besloten_op", "verstrekking", ["besloten_op"])
