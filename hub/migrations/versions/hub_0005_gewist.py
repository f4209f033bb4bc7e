"""Who was erased, as a fingerprint: what is still under way about somebody must not bring them back."""

import sqlalchemy as sa
from alembic import op

revision = "hub_0005"
down_revision = "hub_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gewist",
        sa.Column("afdruk", sa.LargeBinary(), primary_key=True),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
    )
