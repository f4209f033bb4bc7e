"""Random cases for any protocol, drawn around what its rules ask: their facts, their bounds, their birthdays."""

from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from services.cases.engine import Beoordeling, beoordeel
from services.cases.feiten import Feitdefinitie
from services.cases.protocol import Protocol
from services.cases.regelwerk.regels import Klasseregel, Termijnregel
from tests.unit.cases.gevallen import HALT, PROCES_VERBAAL, RELATIEF, TE_LAAT, boek

NAMEN = ("algemeen", "goeree-overflakkee", "ijssel-vecht", "landelijk", "noord-kennemerland-po", "noordoostpolder")
LEEFTIJDEN = (4, 5, 6, 11, 12, 14, 15, 16, 17, 18, 21, 23)
_BASIS: tuple[dict[str, Any], ...] = (
    {},
    RELATIEF,
    TE_LAAT | {"aantal_te_laat": 13},
    HALT,
    PROCES_VERBAAL,
    HALT | PROCES_VERBAAL,
    {"zaaksoort": "luxe", "duo_melding": True, "lpa_is_boa": True, "verwijtbaar": "ouder", "oordeel": "ongeoorloofd"},
    {"zaaksoort": "absoluut", "absoluut_signaal": True, "lpa_is_boa": True, "ingeschreven": False},
    {"zaaksoort": "ziekte", "duo_melding": True},
)
_DAGEN = (-400, -200, -60, -30, -29, -28, -14, -10, -7, -5, -2, -1, 0, 1, 5, 10, 27, 28, 60, 200)


def vaak(aantal: int) -> settings:
    """So many examples, the same in every run; making a failing one smaller would take minutes, at a plan each."""
    return settings(
        max_examples=aantal,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=[HealthCheck.too_slow],
    )


class Geval(NamedTuple):
    """A question: which protocol, what is known, on which day."""

    protocol: str
    feiten: dict[str, Any]
    op: date

    def regels(self) -> Protocol:
        """The protocol as it stands on that day."""
        return protocol(self.protocol)

    def antwoord(self, **anders: Any) -> Beoordeling:
        """The answer; a fact that is set to ... is left out."""
        feiten = {naam: waarde for naam, waarde in (self.feiten | anders).items() if waarde is not ...}
        return beoordeel(self.regels(), boek().feiten.lees(feiten), self.op)


def protocol(naam: str) -> Protocol:
    """The newest version."""
    return boek().versies(naam)[-1]


@st.composite
def gevallen(draw: st.DrawFn) -> Geval:
    """A usual case or an empty one, in which facts that some rules ask for are set, changed or left out."""
    naam = draw(st.sampled_from(NAMEN))
    feiten = dict(draw(st.sampled_from(_BASIS)))
    op = draw(dagen())
    definities = boek().feiten.definities
    for vraag in draw(st.lists(st.sampled_from(_vragen(naam)), max_size=3)):
        for feit in vraag.feiten:
            feiten[feit] = draw(waarden(naam, definities[feit], op, vraag.genoemd))
    feiten["geboortedatum"] = draw(geboortedagen(op))
    for feit in draw(st.lists(st.sampled_from(sorted(feiten)), max_size=3)):
        feiten.pop(feit, None)
    return Geval(naam, feiten, op)


def dagen() -> st.SearchStrategy[date]:
    """Days on which a question may be asked, also at the edges of a schooljaar."""
    randen = [date(jaar, maand, dag) for jaar in (2024, 2025) for maand, dag in ((7, 31), (8, 1))]
    return st.sampled_from(randen) | st.dates(date(2024, 8, 2), date(2026, 7, 30))


def geboortedagen(op: date) -> st.SearchStrategy[date]:
    """Birth dates: on a birthday that may count, the days beside it, or any."""
    randen = [jaren_voor(op, jaren) + timedelta(days=dag) for jaren in LEEFTIJDEN for dag in (-1, 0, 1)]
    return st.sampled_from(randen) | st.dates(jaren_voor(op, 24), jaren_voor(op, 3))


def jaren_voor(op: date, jaren: int) -> date:
    """The birth date of somebody who turns `jaren` on this day; 29 February becomes 28 February."""
    try:
        return op.replace(year=op.year - jaren)
    except ValueError:
        return op.replace(year=op.year - jaren, day=28)


def waarden(
    naam: str, definitie: Feitdefinitie, op: date, genoemd: frozenset[str] = frozenset()
) -> st.SearchStrategy[Any]:
    """Values a fact may have, thick around the bounds of the protocol, what its rule mentions, and the day itself."""
    datums = st.sampled_from([op + timedelta(days=dag) for dag in _DAGEN])
    match definitie.type:
        case "bool":
            return st.sampled_from((True, True, False))
        case "geheel":
            return st.sampled_from(_grenzen(naam, definitie.minimum or 0, geheel=True))
        case "getal":
            return st.sampled_from(_grenzen(naam, definitie.minimum or 0, geheel=False))
        case "keuze":
            return st.sampled_from([w for w in definitie.waarden if w in genoemd] * 3 + list(definitie.waarden))
        case "datum":
            return datums
        case "datum|null":
            return st.none() | datums
        case "tekst":
            return st.sampled_from(("13a", "13f_diplomas", "elders"))
        case "lijst van tekst":
            return st.lists(st.sampled_from(("afspraken", "pv_mogelijk_bij_aanhouden", "dit_verzuim_wordt_meegenomen")))
        case "lijst van getal|null":
            return st.lists(st.none() | st.sampled_from((0, 4, 8.5)), max_size=6)
        case "lijst van toestemmingen":
            return st.lists(st.sampled_from(_TOESTEMMINGEN), max_size=2)
        case "lijst van elementen" | "herkomst per element":
            raise AssertionError(f"{definitie.type} belongs to a disclosure")


_TOESTEMMINGEN = tuple(
    {"element": element, "ontvanger": "halt", "gever": gever, "schriftelijk": True}
    for element in ("naam",)
    for gever in ("ouder", "jongere")
)


@cache
def _grenzen(naam: str, minimum: int, *, geheel: bool) -> tuple[float, ...]:
    """Zero, one, and every number of the protocol with what lies just below and above it."""
    getallen = {0.0, 1.0}
    for grens in protocol(naam).waarden.values():
        for waarde in grens.waarde if isinstance(grens.waarde, tuple) else (grens.waarde,):
            if isinstance(waarde, int | float):
                getallen |= {waarde - 1, waarde, waarde + 1} | (set() if geheel else {waarde - 0.1, waarde + 0.1})
    return tuple(sorted(int(g) if geheel else g for g in getallen if g >= minimum and (not geheel or g == int(g))))


class _Vraag(NamedTuple):
    """What one rule asks: the facts behind it, by way of begrippen and derived values, and the words it mentions."""

    feiten: tuple[str, ...]
    genoemd: frozenset[str]


@cache
def _vragen(naam: str) -> tuple[_Vraag, ...]:
    hier = protocol(naam)
    achter: dict[str, list[Any]] = {}
    for regel in hier.regels:
        if isinstance(regel, Klasseregel | Termijnregel) and regel.dan is not None:
            doel = regel.dan.klasse if isinstance(regel, Klasseregel) else regel.dan.termijn
            achter.setdefault(doel, []).append(regel.model_dump(include={"als", "tenzij", "dan"}))
    for begrip, definitie in hier.begrippen.items():
        achter[begrip] = [definitie.voorwaarde.model_dump()]
    feiten = {n for n, d in boek().feiten.definities.items() if "besluit" in d.bij} - {"as_of", "geboortedatum"}

    def woorden(deel: Any, gezien: set[str]) -> set[str]:
        if isinstance(deel, str) and deel not in gezien:
            gezien.add(deel)
            woorden(achter.get(deel), gezien)
        elif isinstance(deel, dict | list | tuple):
            for een in deel.values() if isinstance(deel, dict) else deel:
                woorden(een, gezien)
        return gezien

    alles = [woorden(regel.model_dump(include={"als", "tenzij", "mits", "dan"}), set()) for regel in hier.regels]
    vragen = [_Vraag(tuple(sorted(een & feiten)), frozenset(een)) for een in alles]
    return tuple(dict.fromkeys(vraag for vraag in vragen if vraag.feiten))
