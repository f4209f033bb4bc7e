"""Facts under which as much as possible may go: everybody consents in writing, every pre-condition is met."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from services.cases.protocol import PROTOCOLLEN, Protocolboek, laad_protocollen
from services.cases.verstrekking import beoordeel_verstrekking

OP: Final = date(2026, 11, 20)  # vrijdag
BOEK: Final[Protocolboek] = laad_protocollen(PROTOCOLLEN)
ELEMENTEN: Final = tuple(BOEK.woorden.privacy.elementen)
ONTVANGERS: Final = BOEK.feiten.definities["ontvanger"].waarden
DOELEN: Final = BOEK.feiten.definities["doel"].waarden

JA: Final = (
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


def feiten(ontvanger: str, doel: str, leeftijd: int, **anders: Any) -> dict[str, Any]:
    """Everything there is, offered by the gemeente to one recipient for one purpose."""
    gevers = ("ouder", "jongere")
    basis: dict[str, Any] = {
        **dict.fromkeys(JA, True),
        "geboortedatum": OP.replace(year=OP.year - leeftijd),
        "verstrekker": "gemeente",
        "ontvanger": ontvanger,
        "doel": doel,
        "kanaal": "versleuteld_mfa",
        "zaaksoort": "relatief",
        "ongeoorloofde_uren_4_lesweken": 20,
        "startkwalificatie": False,
        "svb_termijn_tot": date(2026, 11, 19),
        "svb_voorwaarden_voldaan": False,
        "thuiszitterstafel_reden": "niet_belastbaar",
        "vrijstelling_grond": "art_3b",
        "verhuizing_naar": "Amsterdam",
        "elementen": list(ELEMENTEN),
        "toestemming": [
            {"element": element, "ontvanger": ontvanger, "gever": gever, "schriftelijk": True}
            for element in ELEMENTEN
            for gever in gevers
        ],
    }
    return basis | anders


def mogelijk(protocol: str, ontvanger: str, doel: str) -> Iterator[str]:
    """Elements that this protocol can ever let pass from the gemeente to a recipient."""
    regels = BOEK.geldig(protocol, OP)
    offers = (list(ELEMENTEN), ["aggregaten"], ["verzuim_duur_omvang", "oorzaak_algemeen", "interventies_school_swv"])
    for leeftijd in (4, 14, 16, 17):
        for aanbod in offers:
            vraag = BOEK.feiten.lees(feiten(ontvanger, doel, leeftijd, elementen=aanbod), bij="verstrekking")
            yield from beoordeel_verstrekking(regels, vraag, OP).doorgelaten
