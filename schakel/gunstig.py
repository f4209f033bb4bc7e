"""Facts under which as much as possible may go: everybody consents in writing and every pre-condition is met.

With these the generated matrix, and the tests that tie contracts to rules, ask what a protocol can let pass at all.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from contracts.verstrekkingen.basis import VEILIG
from services.cases.protocol import Protocol, Protocolboek
from services.cases.verstrekking import Verstrekkingsoordeel, beoordeel_verstrekking

OP: Final = date(2026, 11, 20)  # vrijdag
LEEFTIJDEN: Final = (14, 16, 17)
"""Consent of both, of the jongere alone, and the age at which the kwalificatieplicht runs."""

_JA: Final = (
    "duo_melding",
    "absoluut_signaal",
    "vooraf_geinformeerd",
    "relevantie_aangevinkt",
    "toestemming_cjg_inhoud",
    "toestemming_jongere_halt",
    "toestemming_ouders_halt",
    "lpa_is_boa",
    "pv_besluit",
    "svb_overeenkomst",
    "svb_voornemen_besproken",
    "melding_afgehandeld",
    "zorgleerling",
    "actief_dossier",
    "toetreding_akkoord",
    "toetreding_getekend",
    "toetreding_gemeld_gemeente",
    "toetreding_gemeld_swv",
)


def feiten(ontvanger: str, doel: str, leeftijd: int, elementen: Iterable[str], **anders: Any) -> dict[str, Any]:
    """What the gemeente offers to one recipient for one purpose."""
    elementen = list(elementen)
    basis: dict[str, Any] = {
        **dict.fromkeys(_JA, True),
        "geboortedatum": OP.replace(year=OP.year - leeftijd),
        "verstrekker": "gemeente",
        "ontvanger": ontvanger,
        "doel": doel,
        "kanaal": VEILIG,
        "zaaksoort": "relatief",
        "ongeoorloofde_uren_4_lesweken": 20,
        "startkwalificatie": False,
        "svb_termijn_tot": OP - timedelta(days=1),
        "svb_voorwaarden_voldaan": False,
        "thuiszitterstafel_reden": "niet_belastbaar",
        "vrijstelling_grond": "art_3b",
        "verhuizing_naar": "Amsterdam",
        "elementen": elementen,
        "toestemming": [
            {"element": element, "ontvanger": ontvanger, "gever": gever, "schriftelijk": True}
            for element in elementen
            for gever in ("ouder", "jongere")
        ],
    }
    return basis | anders


def oordelen(
    boek: Protocolboek, protocol: Protocol, ontvanger: str, doel: str, elementen: Iterable[str], **anders: Any
) -> list[Verstrekkingsoordeel]:
    """What the protocol says of the offer, at each age."""
    elementen = list(elementen)
    vragen = [feiten(ontvanger, doel, leeftijd, elementen, **anders) for leeftijd in LEEFTIJDEN]
    return [beoordeel_verstrekking(protocol, boek.feiten.lees(v, bij="verstrekking"), OP) for v in vragen]
