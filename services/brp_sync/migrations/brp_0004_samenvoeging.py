"""Two jongere_id's that turned out to be one person, and the numbers that lead to the one that remains."""

import sqlalchemy as sa
from alembic import op

revision = "brp_0004"
down_revision = "brp_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "samenvoeging",
        sa.Column("oude_jongere_id", sa.Uuid(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("samengevoegd", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("opgegaan", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index(
        "ix_samenvoeging_open",
        "samenvoeging",
        ["op"],
        postgresql_where=sa.text("NOT (samengevoegd AND opgegaan)"),
    )
    op.create_table(
        "oude_sleutel",
        sa.Column("sleutel_index", sa.LargeBinary(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False, index=True),
    )
