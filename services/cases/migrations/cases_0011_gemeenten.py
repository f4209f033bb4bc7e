"""Rows of a gemeente can be read only by whoever works for it.

The policies hold for every role but the owner, which is the service itself. `schakel.gemeenten` is set per transaction
by who reads for an official (hub/inzage.py): codes with commas between them, or * in a demonstration.
"""

from alembic import op

revision = "cases_0011"
down_revision = "cases_0010"
branch_labels = None
depends_on = None

EIGEN = """current_setting('schakel.gemeenten', true) = '*'
           OR gemeente = ANY (string_to_array(current_setting('schakel.gemeenten', true), ','))"""
REGELS = {
    **dict.fromkeys(
        ("zaak", "voorstel", "termijn", "absoluut_signaal", "register", "toestemming", "te_informeren", "verstrekking"),
        EIGEN,
    ),
    "tijdlijn": "EXISTS (SELECT FROM zaak z WHERE z.zaak_id = tijdlijn.zaak_id)",
    "inschrijving": "EXISTS (SELECT FROM register r WHERE r.jongere_id = inschrijving.jongere_id)",
    "vrijstelling": "EXISTS (SELECT FROM register r WHERE r.jongere_id = vrijstelling.jongere_id)",
    "dossier": """EXISTS (SELECT FROM zaak z WHERE z.jongere_id = dossier.jongere_id)
                  OR EXISTS (SELECT FROM register r WHERE r.jongere_id = dossier.jongere_id)""",
}


def upgrade() -> None:
    for tabel, regel in REGELS.items():
        op.execute(f"ALTER TABLE {tabel} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY inzage ON {tabel} FOR SELECT USING ({regel})")
