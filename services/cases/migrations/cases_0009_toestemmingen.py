"""The consent register, for lists and for finding what is asked."""

import sqlalchemy as sa
from alembic import op

revision = "cases_0009"
down_revision = "cases_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "toestemming",
        sa.Column("toestemming_id", sa.Uuid(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False),
        sa.Column("zaak_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("ontvanger", sa.String(), nullable=False),
        sa.Column("doel", sa.String(), nullable=False),
        sa.Column("gever", sa.String(), nullable=False),
        sa.Column("stand", sa.String(), nullable=False),
        sa.Column("schriftelijk", sa.Boolean(), nullable=False),
        sa.Column("telt_niet", sa.String()),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_toestemming_jongere_id", "toestemming", ["jongere_id"])
    op.create_index("ix_toestemming_lijst", "toestemming", ["gemeente", "stand", "ontvanger"])
    op.create_table(
        "te_informeren",
        sa.Column("toestemming_id", sa.Uuid(), primary_key=True),
        sa.Column("ontvanger", sa.String(), primary_key=True),
        sa.Column("jongere_id", sa.Uuid(), nullable=False),
        sa.Column("zaak_id", sa.Uuid(), nullable=False),
        sa.Column("gemeente", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("sinds", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gedaan_op", sa.DateTime(timezone=True)),
        sa.Column("gedaan_door", sa.String()),
    )
    op.create_index("ix_te_informeren_jongere_id", "te_informeren", ["jongere_id"])
    op.create_table(
        "toestemmingbewijs",
        sa.Column("bewijs_id", sa.Uuid(), primary_key=True),
        sa.Column("toestemming_id", sa.Uuid(), nullable=False),
        sa.Column("jongere_id", sa.Uuid(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("soort", sa.String(), nullable=False),
        sa.Column("inhoud", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_toestemmingbewijs_toestemming_id", "toestemmingbewijs", ["toestemming_id"])
    op.create_index("ix_toestemmingbewijs_jongere_id", "toestemmingbewijs", ["jongere_id"])
