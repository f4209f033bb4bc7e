"""The hub's tables: positions, waiting room, outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "hub_0001"
down_revision = None
branch_labels = ("hub",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stand",
        sa.Column("jongere_id", sa.Uuid(), primary_key=True),
        sa.Column("gelezen", JSONB(), nullable=False),
        sa.Column("geschreven", sa.BigInteger(), nullable=False),
        sa.Column("versie", sa.BigInteger(), nullable=False),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_table(
        "wachtrij",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("bron", sa.String(), nullable=False),
        sa.Column("jongere_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("gemeente", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("bericht", sa.LargeBinary(), nullable=False),
        sa.Column("staat", sa.String(), nullable=False),
        sa.Column("klasse", sa.String(), nullable=True),
        sa.Column("reden", sa.String(), nullable=True),
        sa.Column("pogingen", sa.Integer(), nullable=False),
        sa.Column("sinds", sa.DateTime(timezone=True), nullable=False),
        sa.Column("volgende_poging", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("bron", "jongere_id", "sequence"),
    )
    op.create_index("ix_wachtrij_jongere", "wachtrij", ["jongere_id", "id"])
    op.create_index("ix_wachtrij_staat", "wachtrij", ["staat", "volgende_poging"])
    op.create_table(
        "wachtrijbesluit",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("bron", sa.String(), nullable=False),
        sa.Column("jongere_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("actie", sa.String(), nullable=False),
        sa.Column("reden", sa.String(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("nr", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("event_id", sa.Uuid(), nullable=False, unique=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("bericht", sa.LargeBinary(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "outbox_stand",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("laatste_nr", sa.BigInteger(), nullable=False),
        sa.Column("gepubliceerd_tot", sa.BigInteger(), nullable=False),
    )
    op.execute("INSERT INTO outbox_stand (id, laatste_nr, gepubliceerd_tot) VALUES (1, 0, 0)")
    op.create_table(
        "inkomend",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("bron", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("ruw", sa.LargeBinary(), nullable=False),
        sa.Column("ontvangen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verwerkt_op", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_inkomend_open", "inkomend", ["bron", "id"], postgresql_where=sa.text("verwerkt_op IS NULL"))
    op.create_table(
        "quarantaine",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("bron", sa.String(), nullable=False),
        sa.Column("kenmerk", sa.LargeBinary(), nullable=False),
        sa.Column("plek", sa.String(), nullable=False),
        sa.Column("veld", sa.String(), nullable=False),
        sa.Column("reden", sa.String(), nullable=False),
        sa.Column("ruw", sa.LargeBinary(), nullable=False),
        sa.Column("ontvangen_op", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("bron", "kenmerk"),
    )
