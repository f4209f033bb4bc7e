"""Letters that may not go out any more."""

import sqlalchemy as sa
from alembic import op

revision = "brieven_0002"
down_revision = "brieven_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ingetrokken_brief",
        sa.Column("brief_id", sa.Uuid(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False, index=True),
    )
