"""The elements of the LO BRP, and which of them the hub holds of a person.

A rubriek is named `CC.GG.RR`: category, group, number. Every source that speaks in rubrieken (LO3 messages, the
persoonslijsten of the RvIG) is read by the tables below, so that they cannot come to differ. Sources: the Logisch
Ontwerp BRP and the public element table in MinBZK/OperatieBRP.
"""

from types import MappingProxyType
from typing import Final, NamedTuple

from services.brp_sync.gegevens import Betrekking


class Element(NamedTuple):
    """The form of an element: digits only or not, a date or not, and from how many to how many characters."""

    numeriek: bool
    datum: bool
    minimum: int
    maximum: int


# d: date of eight digits; n: digits; a: text; with the length, or the shortest and the longest.
_ELEMENTEN: Final = """
0110 n10   0120 n9    0210 a1-200 0220 a1-2  0230 a1-10 0240 a1-200 0310 d8    0320 a1-40 0330 n4    0410 a1
0510 n4    0610 d8    0620 a1-40  0630 n4    0710 d8    0720 a1-40  0730 n4    0740 a1    0810 d8    0820 a1-40
0830 n4    0910 n4    0920 d8     1010 a1    1020 a1-24 1030 d8     1110 a1-24 1115 a1-80 1120 n1-5  1130 a1
1140 a1-4  1150 a2    1160 a6     1170 a1-80 1180 a16   1190 a16    1210 a1-35 1310 n4    1320 d8    1330 a1-35
1340 a1-35 1350 a1-35 1410 n4     1420 d8    1510 a1    2010 n10    2020 n10   3110 n1    3120 d8    3130 d8
3210 a1-2  3310 n1    3510 a2     3520 a9    3530 d8    3540 a2-6   3550 d8    3560 d8    3570 a1    3580 n3
3610 n1    3710 n1    3810 a1     3820 d8    3910 n2    3920 d8     3930 d8    4010 n6    4210 a1-24 6110 a1
6210 d8    6310 n3    6410 n3     6510 a1    6620 d8    6710 d8     6720 a1    6810 d8    6910 n4    7010 n1
7110 d8    7120 a1-50 7210 a1     7310 a1-40 7510 n1    8010 n4     8020 n17   8110 n4    8120 a7    8210 n4
8220 d8    8230 a1-40 8310 n6     8320 d8    8330 d8    8410 a1     8510 d8    8610 d8    8710 a1    8810 n4
8820 a1-50 8910 a1    9510 n6
"""


def _element(vorm: str) -> Element:
    minimum, _, maximum = vorm[1:].partition("-")
    return Element(vorm[0] in "nd", vorm[0] == "d", int(minimum), int(maximum or minimum))


_WOORDEN: Final = _ELEMENTEN.split()
ELEMENTEN: Final = MappingProxyType(dict(zip(_WOORDEN[::2], map(_element, _WOORDEN[1::2]), strict=True)))
"""Every element (group and number, four digits) and its form."""
CATEGORIEEN: Final = frozenset(f"{nummer:02}" for nummer in range(1, 18))
VORIGE: Final = 50
"""What a category was before stands in the category of this much more: 51 for 01, 58 for 08."""

PERSOON: Final = {
    "bsn": "01.01.20",
    "a_nummer": "01.01.10",
    "voornamen": "01.02.10",
    "voorvoegsel": "01.02.30",
    "geslachtsnaam": "01.02.40",
    "geslacht": "01.04.10",
    "geboortedatum": "01.03.10",
    "gemeente": "08.09.10",
    "datum_inschrijving": "08.09.20",
    "datum_vestiging": "08.14.20",
    "land_vanwaar": "08.14.10",
    "overlijdensdatum": "06.08.10",
    "indicatie_geheim": "07.70.10",
    "indicatie_gezag": "11.32.10",
}
ADRES: Final = {
    "straat": "08.11.15",
    "huisnummer": "08.11.20",
    "huisletter": "08.11.30",
    "toevoeging": "08.11.40",
    "aanduiding": "08.11.50",
    "postcode": "08.11.60",
    "woonplaats": "08.11.70",
    "locatiebeschrijving": "08.12.10",
    "land": "08.13.10",
    "aanvang": "08.10.30",
}
STRAATNAAM: Final = "08.11.10"  # at most 24 characters; used where the full name (11.15) is not given
AANVANG_BUITENLAND: Final = "08.13.20"
BUITENLAND_REGELS: Final = ("08.13.30", "08.13.40", "08.13.50")
AANGIFTE: Final = "08.72.10"
GEEN_VERHUIZING: Final = frozenset("TW")  # 72.10: technical change for the BAG, infrastructural change
VERSIE: Final = "07.80.20"
OPSCHORTING: Final = {"reden": "07.67.20", "datum": "07.67.10"}
OUDER: Final = {
    "bsn": "01.20",
    "voornamen": "02.10",
    "voorvoegsel": "02.30",
    "geslachtsnaam": "02.40",
    "ingang": "62.10",
}
OUDERCATEGORIE: Final = {Betrekking.OUDER1: "02", Betrekking.OUDER2: "03"}
ONDERZOEK_CATEGORIEEN: Final = ("01", "06", "08", "11")
GEBRUIKT: Final = frozenset(
    (
        *PERSOON.values(),
        *ADRES.values(),
        STRAATNAAM,
        VERSIE,
        AANVANG_BUITENLAND,
        *BUITENLAND_REGELS,
        *OPSCHORTING.values(),
        *(f"{categorie}.{rubriek}" for categorie in OUDERCATEGORIE.values() for rubriek in OUDER.values()),
        *(f"{categorie}.83.{rubriek}" for categorie in ONDERZOEK_CATEGORIEEN for rubriek in ("10", "20", "30")),
    )
)
"""The rubrieken the hub reads; nothing else of a persoonslijst is kept."""

ALTIJD_GEVULD: Final = (
    "geslachtsnaam", "geslacht", "geboortedatum", "gemeente", "datum_inschrijving", "indicatie_geheim",
)  # fmt: skip
"""Fields that every persoonslijst has: where one is missing it was not delivered, and is not empty."""
STANDAARDWAARDEN: Final = {"geslachtsnaam": ".", "straat": ".", "gemeente": "0000"}
"""What the LO writes for "not known"."""
