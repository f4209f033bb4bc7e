"""Letters and the jongeren to whom nothing may be sent."""

import sqlalchemy as sa
from alembic import op

revision = "brieven_0001"
down_revision = None
branch_labels = ("letters",)
depends_on = ("hub_0001",)


def upgrade() -> None:
    op.create_table(
        "brief",
        sa.Column("brief_id", sa.Uuid(), primary_key=True),
        sa.Column("adressaat", sa.String(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("zaak_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("briefsoort", sa.String(), nullable=False),
        sa.Column("bestand", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("paginas", sa.Integer(), nullable=False),
        sa.Column("opgemaakt_op", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table("overledene", sa.Column("jongere_id", sa.Uuid(), primary_key=True))
