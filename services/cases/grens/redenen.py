"""The reasons of the border itself, before or beside the rules of a protocol: code, source, and a sentence for people.

What a protocol decides explains itself with its own rules; these are for what holds everywhere.
"""

from types import MappingProxyType
from typing import Final, NamedTuple


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
            "AVG art. 18 lid 2", "de verwerking is beperkt: niets gaat weg tot dat is opgeheven"
        ),
        "bezwaar": Reden("AVG art. 21 lid 1", "er is bezwaar gemaakt, en dat is nog niet afgewezen"),
        "zaak_onbekend": Reden("besluit van deze hub", "de zaak waarover het gaat is hier niet (meer) bekend"),
        "zaak_overgedragen": Reden("CONV-5.5b; NOP-VERH-1", "de zaak is niet (meer) van deze gemeente"),
        "zaak_afgesloten": Reden("AVG art. 5 lid 1 onder b", "de zaak is afgesloten: het doel is er niet meer"),
        "geen_besluit": Reden("AVG art. 22; CONV-13.1e", "er is geen besluit van een ambtenaar waarop dit rust"),
        "besluit_ingetrokken": Reden("AVG art. 22; CONV-13.1e", "het besluit waarop dit rustte is ingetrokken"),
        "geen_medewerker": Reden("CONV-14.2", "geen bevoegde ambtenaar heeft afgewogen of dit mag"),
        "convenant_vervallen": Reden("CONV-19.3", "het convenant geldt niet meer"),
        "niet_in_contract": Reden("contracts/verstrekkingen; AVG art. 5 lid 1 onder c", "het contract heeft dit niet"),
        "geheimhouding": Reden("Wet BRP art. 2.59", "er is geheimhouding, en deze ontvanger mag het adres niet hebben"),
        "niets_over": Reden("CONV-3.1; CONV-7.1", "er blijft niets over dat het doel dient"),
    }
)
"""Per code; they are ours, and stand beside the closed list of the protocols."""
