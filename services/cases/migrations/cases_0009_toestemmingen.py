"""The consent register, for lists and for finding what is asked."""

revision = "cases_0009"
down_revision = "cases_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
