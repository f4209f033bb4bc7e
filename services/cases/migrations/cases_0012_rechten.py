"""Requests of betrokkenen, and retention."""

revision = "cases_0012"
down_revision = "cases_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
