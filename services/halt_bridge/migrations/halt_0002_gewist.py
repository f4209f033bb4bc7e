"""When a verwijzing was stripped of the jongere: from then its term runs."""

import sqlalchemy as sa
from alembic import op

revision = "halt_0002"
down_revision = "halt_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("verwijzing", sa.Column("gewist_op", sa.DateTime(timezone=True), nullable=True))
