"""When processing of a dossier ended, what was decided about closing it, and when it must be gone."""

import sqlalchemy as sa
from alembic import op

revision = "cases_0013"
down_revision = "cases_0012"
branch_labels = None
depends_on = None

EIGEN = """current_setting('schakel.gemeenten', true) = '*'
           OR gemeente = ANY (string_to_array(current_setting('schakel.gemeenten', true), ','))"""


def upgrade() -> None:
    op.create_table(
        "sluiting",
        sa.Column("jongere_id", sa.Uuid(), primary_key=True),
        sa.Column("gemeente", sa.String(), nullable=False, index=True),
        sa.Column("aanleiding", sa.String(), nullable=False),
        sa.Column("einde_op", sa.Date(), nullable=False),
        sa.Column("gemerkt_op", sa.Date(), nullable=False),
        sa.Column("besluit", sa.String()),
        sa.Column("medewerker", sa.String()),
        sa.Column("besloten_op", sa.Date(), index=True),
    )
    op.execute("ALTER TABLE sluiting ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY inzage ON sluiting FOR SELECT USING ({EIGEN})")  # for who may only look
