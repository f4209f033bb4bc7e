"""Leveringen, their blocks, and what they told per jongere."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "duo_0003"
down_revision = "duo_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "levering",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=True),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("naam_verzegeld", sa.LargeBinary(), nullable=False),
        sa.Column("gevraagde_soort", sa.String(), nullable=True),
        sa.Column("gevraagde_kaart", sa.String(), nullable=True),
        sa.Column("naam", sa.String(), nullable=True),
        sa.Column("soort", sa.String(), nullable=True),
        sa.Column("kaart", sa.String(), nullable=True),
        sa.Column("niveau", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("peildatum", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("veld", sa.String(), nullable=True),
        sa.Column("plek", sa.String(), nullable=True),
        sa.Column("reden", sa.String(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("telling", JSONB(), nullable=False),
        sa.Column("verwerkt", sa.Integer(), nullable=False),
        sa.Column("ontvangen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("klaar_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("besluit_door", sa.String(), nullable=True),
        sa.Column("besluit_reden", sa.String(), nullable=True),
        sa.Column("besluit_op", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index(
        "ix_levering_sha256",
        "levering",
        ["sha256"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('binnenkomend', 'geweigerd', 'afgewezen')"),
    )
    op.create_table(
        "levering_blok",
        sa.Column("levering_id", sa.BigInteger(), sa.ForeignKey("levering.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("nr", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("ruw", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "onderwijsstand",
        sa.Column("jongere_id", sa.Uuid(), primary_key=True),
        sa.Column("gemeente", sa.String(), nullable=False),
        sa.Column("lopend_tot", sa.Date(), nullable=True),
        sa.Column("peildatum", sa.Date(), nullable=True),
        sa.Column("gezien_in", sa.BigInteger(), nullable=True),
        sa.Column("stand", JSONB(), nullable=False),
    )
    op.create_index("ix_onderwijsstand_gemeente", "onderwijsstand", ["gemeente", "lopend_tot"])
