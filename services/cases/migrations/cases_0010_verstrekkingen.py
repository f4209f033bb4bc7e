"""The disclosure register."""

revision = "cases_0010"
down_revision = "cases_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
