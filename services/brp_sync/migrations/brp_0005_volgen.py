"""Whom we follow outside the region, for whom, and how far each request is."""

import sqlalchemy as sa
from alembic import op

revision = "brp_0005"
down_revision = "brp_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "volger",
        sa.Column("jongere_id", sa.Uuid(), primary_key=True),
        sa.Column("volger", sa.String(), primary_key=True),
        sa.Column("einddatum", sa.Date(), nullable=True, index=True),
        sa.Column("bsn", sa.LargeBinary(), nullable=True),
        sa.Column("bekeken", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_volger_bekeken", "volger", ["jongere_id"], postgresql_where=sa.text("NOT bekeken"))
    op.create_table(
        "volgindicatie",
        sa.Column("jongere_id", sa.Uuid(), primary_key=True),
        sa.Column("stand", sa.String(), nullable=False),
        sa.Column("kanaal", sa.String(), nullable=False),
        sa.Column("sinds", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verzonden", sa.Integer(), nullable=False),
        sa.Column("mislukt", sa.Integer(), nullable=False),
        sa.Column("volgende", sa.DateTime(timezone=True), nullable=True, index=True),
        sa.Column("reden", sa.String(), nullable=True),
    )
    op.create_table(
        "uit_beeld",
        sa.Column("jongere_id", sa.Uuid(), primary_key=True),
        sa.Column("sinds", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "volg_stand",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("outbox_nr", sa.BigInteger(), nullable=False),
        sa.Column("dag", sa.Date(), nullable=False),
    )
