"""Referrals and the cursor in Halt's outcomes."""

import sqlalchemy as sa
from alembic import op

revision = "halt_0001"
down_revision = None
branch_labels = ("halt_bridge",)
depends_on = ("hub_0001",)


def upgrade() -> None:
    op.create_table(
        "verwijzing",
        sa.Column("verwijzing_id", sa.Uuid(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("zaak_id", sa.Uuid(), nullable=False),
        sa.Column("stand", sa.String(), nullable=False),
        sa.Column("afloop", sa.String(), nullable=True),
    )
    op.create_table(
        "aanbieding",
        sa.Column("verwijzing_id", sa.Uuid(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente", sa.String(), nullable=False),
    )
    op.create_table(
        "afloopcursor",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("volgnummer", sa.BigInteger(), nullable=False),
    )
