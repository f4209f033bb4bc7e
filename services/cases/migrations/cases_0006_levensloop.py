"""What the life of a zaak needs to be found by: the month in which age matters, and what waits to be handed on."""

from alembic import op

revision = "cases_0006"
down_revision = "cases_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE zaak ADD COLUMN leeftijd_maand date")
    op.execute("CREATE INDEX ix_zaak_leeftijd ON zaak (leeftijd_maand) WHERE leeftijd_maand IS NOT NULL")
    op.execute("""
        CREATE TABLE doorgestuurd (
            nr BIGSERIAL PRIMARY KEY,
            jongere_id UUID NOT NULL,
            gemeente VARCHAR NOT NULL,
            soort VARCHAR NOT NULL,
            inhoud JSONB NOT NULL
        )
    """)
