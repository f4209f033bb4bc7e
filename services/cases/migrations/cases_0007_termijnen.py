"""When the clock must warn of a termijn; those that run already are warned of two werkdagen before their last day."""

import sqlalchemy as sa
from alembic import op

from hub.calendar import min_werkdagen

revision = "cases_0007"
down_revision = "cases_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("termijn", sa.Column("waarschuwen_op", sa.Date(), nullable=True))
    termijn = sa.table("termijn", sa.column("status"), sa.column("uiterlijk"), sa.column("waarschuwen_op"))
    loopt = termijn.c.status == "loopt"
    days = op.get_bind().execute(sa.select(termijn.c.uiterlijk).where(loopt).distinct()).scalars().all()
    for day in days:
        op.execute(
            termijn.update().where(loopt, termijn.c.uiterlijk == day).values(waarschuwen_op=min_werkdagen(day, 2))
        )
    op.create_index(
        "ix_termijn_waarschuwen",
        "termijn",
        ["waarschuwen_op", "uiterlijk", "termijn_id"],
        postgresql_where=sa.text("waarschuwen_op IS NOT NULL"),
    )
