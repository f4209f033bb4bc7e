"""What is asked of the BRP API, field by field, and why: whoever asks for less gets less, and that is the point.

Paths are those of `fields` in BRP API Personen 2.7. What the API sends unasked (opschortingBijhouding, the flags of an
investigation, geheimhoudingPersoonsgegevens, indicatieVastgesteldVerblijftNietOpAdres, rni, verificatie) may not be
asked for. Not asked, because leerplicht has no use for it: nationaliteit, partners, kinderen, geslacht, plaats of
geboorte, verblijfstitel, kiesrecht, curatele, the deprecated indicatieGezagMinderjarige.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple


class Veld(NamedTuple):
    """A path to ask for, the fields of `Persoon` that come of it, and what leerplicht needs it for."""

    pad: str
    levert: tuple[str, ...]
    reden: str


_NAAM: Final = "letters and a Halt-verwijzing name the jongere"
_OUDERS: Final = "letters are addressed to ouders by name"

VELDEN: Final = (
    Veld("burgerservicenummer", ("bsn",), "tells to whom of those asked for the answer belongs"),
    Veld("aNummer", ("a_nummer",), "messages in LO3 name a person by it"),
    Veld("naam.voornamen", ("voornamen",), _NAAM),
    Veld("naam.voorvoegsel", ("voorvoegsel",), _NAAM),
    Veld("naam.geslachtsnaam", ("geslachtsnaam",), _NAAM),
    Veld(
        "geboorte.datum", ("geboortedatum",), "leerplicht and kwalificatieplicht begin and end by age (Lpw art. 3, 4a)"
    ),
    Veld("gemeenteVanInschrijving.code", ("gemeente",), "says which gemeente has the duty to act (Lpw art. 16)"),
    Veld("datumInschrijvingInGemeente", ("datum_inschrijving",), "from when that gemeente has it"),
    Veld("verblijfplaats.verblijfadres", ("adres",), "letters go there; the kind of place says who left the country"),
    Veld("verblijfplaats.datumVan", ("adres",), "tells a move from an address that is written differently"),
    Veld(
        "immigratie.datumVestigingInNederland", ("datum_vestiging",), "a newcomer has no school in the Netherlands yet"
    ),
    Veld("immigratie.landVanwaarIngeschreven.code", ("land_vanwaar",), "the same; for the newcomers' class"),
    Veld("overlijden.datum", ("overlijdensdatum",), "everything under way stops at once"),
    Veld("ouders.ouderAanduiding", ("ouders",), "tells the two ouders apart"),
    Veld("ouders.burgerservicenummer", ("ouders",), "tells which ouder has gezag"),
    Veld("ouders.naam.voornamen", ("ouders",), _OUDERS),
    Veld("ouders.naam.voorvoegsel", ("ouders",), _OUDERS),
    Veld("ouders.naam.geslachtsnaam", ("ouders",), _OUDERS),
    Veld(
        "ouders.datumIngangFamilierechtelijkeBetrekking", ("ouders",), "tells a new ouder from one written differently"
    ),
    Veld("gezag", ("gezag",), "who has gezag answers for the duty and may be written to (Lpw art. 2)"),
)

LEEFTIJD: Final = ("burgerservicenummer", "geboorte.datum")
"""All that is asked of somebody we do not know: whether there is a reason to ask more."""

_ONDERZOCHT: Final = {
    "01": ("burgerservicenummer", "naam.", "geboorte."),
    "06": ("overlijden.",),
    "08": ("verblijfplaats", "gemeenteVanInschrijving", "datumInschrijving", "immigratie."),
    "11": ("indicatieGezagMinderjarige",),
}
_BINNENLAND: Final = ("verblijfplaats.", "verblijfplaatsBinnenland.")


def paden(zonder: Iterable[str] = (), *, buitenland: bool = True) -> tuple[str, ...]:
    """The paths to ask for, but for those in `zonder`; without `buitenland` by the alias that leaves those abroad out.

    Whoever has no autorisatie for addresses abroad must use that alias.
    """
    weg = set(zonder)
    gevraagd = tuple(veld.pad for veld in VELDEN if veld.pad not in weg or veld.pad == "burgerservicenummer")
    return gevraagd if buitenland else tuple(pad.replace(*_BINNENLAND) for pad in gevraagd)


def levert(gevraagd: Iterable[str]) -> frozenset[str]:
    """The fields of `Persoon` that are known after asking for these paths.

    An address or ouders that were asked for in part are not known as a whole. Without autorisatie for addresses abroad
    nobody can tell who has none from who lives abroad.
    """
    wel = set(gevraagd)
    niet = {naam for veld in VELDEN if veld.pad not in wel for naam in veld.levert}
    return frozenset(naam for veld in VELDEN for naam in veld.levert) - niet


def onderzocht(gevraagd: Iterable[str]) -> frozenset[str]:
    """The categories of which the API tells what is under investigation after asking for these paths."""
    paden_ = tuple(gevraagd)
    return frozenset(nummer for nummer, begin in _ONDERZOCHT.items() if any(pad.startswith(begin) for pad in paden_))
