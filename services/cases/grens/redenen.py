"""The reasons of the border itself, before or beside the rules of a protocol: code, source, and a sentence for people.

What a protocol decides explains itself with its own rules; these are for what holds everywhere.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from services.cases.grens.regel import Poort, Verstrekkingsregel
from services.cases.regelwerk.woorden import Privacywoorden


class Reden(NamedTuple):
    """Why something did not go, and where that is written."""

    bron: str
    waarom: str


EIGEN: Final = MappingProxyType(
    {
        "geen_contract": Reden(
            "contracts/verstrekkingen; CONV-14.1", "voor deze ontvanger en dit doel is er geen contract"
        ),
        "alleen_door_mens": Reden("GO-R3D-1; GO-LUX-6", "dit schrijft en verstuurt een mens, nooit de hub"),
        "verwerking_beperkt": Reden(
            "AVG art. 18 lid 2", "de verwerking is beperkt: alleen wat een wet gebiedt gaat nog weg"
        ),
        "bezwaar": Reden("AVG art. 21 lid 1", "er is bezwaar gemaakt, en dat is nog niet afgewezen"),
        "geen_protocol": Reden("besluit van deze hub", "voor deze gemeente geldt op deze dag geen protocol"),
        "geen_zaak": Reden("AVG art. 5 lid 1 onder b", "er is geen zaak genoemd waarvoor iets herkenbaars weg mag"),
        "feit_onbruikbaar": Reden("besluit van deze hub", "een feit in de zaak of het verzoek is niet te gebruiken"),
        "zaak_onbekend": Reden("besluit van deze hub", "de zaak waarover het gaat is hier niet (meer) bekend"),
        "zaak_overgedragen": Reden("CONV-5.5b; NOP-VERH-1", "de zaak is niet (meer) van deze gemeente"),
        "zaak_afgesloten": Reden("AVG art. 5 lid 1 onder b", "de zaak is afgesloten: het doel is er niet meer"),
        "geen_besluit": Reden("AVG art. 22; CONV-13.1e", "er is geen besluit van een ambtenaar waarop dit rust"),
        "besluit_ingetrokken": Reden("AVG art. 22; CONV-13.1e", "het besluit waarop dit rustte is ingetrokken"),
        "geen_medewerker": Reden("CONV-14.2", "geen bevoegde ambtenaar heeft afgewogen of dit mag"),
        "geen_convenant": Reden("CONV-3.1; CONV-18.1", "bij de partijen staat geen convenant waarop dit kan rusten"),
        "convenant_vervallen": Reden("CONV-19.3", "het convenant geldt niet meer"),
        "niet_in_contract": Reden("contracts/verstrekkingen; AVG art. 5 lid 1 onder c", "het contract heeft dit niet"),
        "geheimhouding": Reden("Wet BRP art. 2.59", "er is geheimhouding, en deze ontvanger mag het adres niet hebben"),
        "niets_over": Reden("CONV-3.1; CONV-7.1", "er blijft niets over dat het doel dient"),
    }
)
"""Per code; they are ours, and stand beside the closed list of the protocols."""


def leg_uit(regel: Verstrekkingsregel, woorden: Privacywoorden) -> tuple[str, ...]:
    """Why a line came out as it did, in Dutch sentences: what stood in the way, per element, and what is asked."""
    rede = [f"niet voorbij poort {regel.poort}"] if regel.poort is not Poort.OPEN else []
    if regel.weigering is not None:
        rede.append(f"{regel.weigering}: {_betekenis(regel.weigering, woorden.weigeringen)}")
    rede += [f"{element} bleef hier: {_betekenis(r, woorden.redenen)}" for element, r in regel.weggelaten.items()]
    rede += [f"gevraagd: {_betekenis(code, woorden.vereisten)}" for code in regel.vereist]
    if regel.regels:
        rede.append(f"volgens {', '.join(regel.regels)} ({regel.protocol})")
    return tuple(rede)


def _betekenis(code: str, woorden: Mapping[str, str]) -> str:
    if code in EIGEN:
        return f"{EIGEN[code].waarom} ({EIGEN[code].bron})"
    return woorden[code]
