"""Whose a melding is by its numbers, meldingen that moved, and reading again from a day on."""

import sqlalchemy as sa
from alembic import op

revision = "duo_0004"
down_revision = "duo_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("melding", sa.Column("wie", sa.LargeBinary(), nullable=True))
    op.add_column("melding", sa.Column("verhuist", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_melding_verhuist", "melding", ["meldingsnummer"], postgresql_where=sa.text("verhuist"))
    op.create_table(
        "herlezing",
        sa.Column("uitvoerder", sa.String(), primary_key=True),
        sa.Column("vanaf", sa.DateTime(), nullable=False),
        sa.Column("stand", sa.DateTime(), nullable=False),
        sa.Column("gelezen", sa.Integer(), nullable=False),
        sa.Column("aanleiding", sa.String(), nullable=False),
        sa.Column("gevraagd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("klaar_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("geweigerd", sa.String(), nullable=True),
    )
