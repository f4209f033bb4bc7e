"""From when the clock must look whether somebody turned five, and that it was said.

Of people who are stored already the clock works it out at its next look: 1 January 1970 stands for that.
"""

import sqlalchemy as sa
from alembic import op

revision = "brp_0003"
down_revision = "brp_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jongere", sa.Column("kijk_op", sa.Date(), nullable=True))
    op.add_column("jongere", sa.Column("vijf_gezegd", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE jongere SET kijk_op = '1970-01-01' WHERE gegevens IS NOT NULL")
    op.create_index(
        "ix_jongere_kijk_op", "jongere", ["kijk_op", "jongere_id"], postgresql_where=sa.text("kijk_op IS NOT NULL")
    )
