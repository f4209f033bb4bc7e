"""What the clock needs to know of a termijn."""

revision = "cases_0007"
down_revision = "cases_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
