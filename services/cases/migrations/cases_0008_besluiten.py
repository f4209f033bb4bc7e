"""Commands that were carried out, for whoever repeats them."""

revision = "cases_0008"
down_revision = "cases_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
