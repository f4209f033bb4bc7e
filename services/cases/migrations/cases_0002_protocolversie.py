"""By which version of its protocol a zaak was last judged, to find those that a newer version has overtaken."""

import sqlalchemy as sa
from alembic import op

revision = "cases_0002"
down_revision = "cases_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("zaak", sa.Column("versie", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_zaak_versie", "zaak", ["gemeente", "versie"], postgresql_where=sa.text("status = 'open'"))
