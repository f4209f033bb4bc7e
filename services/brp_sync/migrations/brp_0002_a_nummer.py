"""The A-nummer as a second way to find a person, for sources that name people by it (LO3 Gv01, Wa11)."""

import sqlalchemy as sa
from alembic import op

revision = "brp_0002"
down_revision = "brp_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jongere", sa.Column("a_nummer_index", sa.LargeBinary(), nullable=True))
    op.create_index("ix_jongere_a_nummer_index", "jongere", ["a_nummer_index"])
