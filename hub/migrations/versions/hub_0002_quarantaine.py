"""The quarantine becomes something one can work off; what came in keeps its line for longer than its body."""

import sqlalchemy as sa
from alembic import op

revision = "hub_0002"
down_revision = "hub_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("soort", sa.String(), nullable=False, server_default="bericht"),
        sa.Column("staat", sa.String(), nullable=False, server_default="open"),
        sa.Column("keer", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("laatst_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("vorige", sa.BigInteger(), nullable=True),
        sa.Column("hersteld", sa.LargeBinary(), nullable=True),
        sa.Column("hersteld_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("afgehandeld_op", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("quarantaine", column)
    op.execute("UPDATE quarantaine SET laatst_op = ontvangen_op")
    op.alter_column("quarantaine", "laatst_op", nullable=False)
    op.create_index("ix_quarantaine_open", "quarantaine", ["bron", "veld"], postgresql_where=sa.text("staat = 'open'"))
    op.create_index(
        "ix_quarantaine_vol", "quarantaine", ["afgehandeld_op"],
        postgresql_where=sa.text("staat <> 'open' AND octet_length(ruw) > 0"),
    )  # fmt: skip
    op.create_table(
        "quarantainebesluit",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("nr", sa.BigInteger(), nullable=False, index=True),
        sa.Column("actie", sa.String(), nullable=False),
        sa.Column("toelichting", sa.String(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("inkomend", sa.Column("aantal", sa.Integer(), nullable=False, server_default="1"))
    op.create_index("ix_inkomend_ritme", "inkomend", ["bron", "ontvangen_op"], postgresql_where=sa.text("aantal > 0"))
    op.create_index(
        "ix_inkomend_vol", "inkomend", ["verwerkt_op"],
        postgresql_where=sa.text("verwerkt_op IS NOT NULL AND octet_length(ruw) > 0"),
    )  # fmt: skip
