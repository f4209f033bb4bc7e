"""Signals that somebody changed, the questions asked about people, and how far the Update API was read."""

import sqlalchemy as sa
from alembic import op

revision = "brp_0006"
down_revision = "brp_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signaal",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("bron", sa.String(), nullable=False),
        sa.Column("kenmerk", sa.LargeBinary(), nullable=False),
        sa.Column("bsn_index", sa.LargeBinary(), nullable=False),
        sa.Column("inhoud", sa.LargeBinary(), nullable=True),
        sa.Column("aanleidingen", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("ontvangen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vanaf", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pogingen", sa.Integer(), nullable=False),
        sa.Column("stand", sa.String(), nullable=False),
        sa.Column("afgerond_op", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("bron", "kenmerk"),
    )
    op.create_index("ix_signaal_wacht", "signaal", ["vanaf", "id"], postgresql_where=sa.text("stand = 'wacht'"))
    op.create_table(
        "brp_antwoord",
        sa.Column("bsn_index", sa.LargeBinary(), primary_key=True),
        sa.Column("vingerafdruk", sa.LargeBinary(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "bevraging",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("vraag_id", sa.Uuid(), nullable=False),
        sa.Column("jongere_id", sa.Uuid(), nullable=True, index=True),
        sa.Column("bsn_index", sa.LargeBinary(), nullable=False, index=True),
        sa.Column("wie", sa.LargeBinary(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doel", sa.String(), nullable=False),
        sa.Column("velden", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("systeem", sa.String(), nullable=False),
        sa.Column("uitkomst", sa.String(), nullable=True),
        sa.Column("bewaren_tot", sa.Date(), nullable=False, index=True),
    )
    op.create_table(
        "bronstand",
        sa.Column("bron", sa.String(), primary_key=True),
        sa.Column("vanaf", sa.Date(), nullable=False),
    )
