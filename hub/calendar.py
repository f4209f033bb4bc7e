"""One calendar for all terms: ages, werkdagen, schooldagen, lesweken and schooljaren.

Plain functions answer what follows from the date and the law alone. What depends on school holidays is asked of a
`Kalender`, built once from `hub/data/schoolvakanties.yaml`. In every count the day of the event is day 0, and the
n-th day itself still belongs to the term.
"""

from calendar import isleap, monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Final, Literal, NamedTuple, Self, get_args

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from hub.errors import Ongeldig

VakantieRegio = Literal["noord", "midden", "zuid"]
"""The three regions over which the school holidays are spread (Regeling vaststelling schoolvakanties)."""

VakantieNaam = Literal["herfstvakantie", "kerstvakantie", "voorjaarsvakantie", "meivakantie", "zomervakantie"]
"""The five school holidays of a schooljaar, in their order."""

VakantieStatus = Literal["verplicht", "advies"]
"""Prescribed by the minister, or advised to the schools."""

REGIOS: Final[tuple[VakantieRegio, ...]] = get_args(VakantieRegio)
BESTAND: Final = "hub/data/schoolvakanties.yaml"

GELIJKGESTELDE_DAGEN: Final = frozenset(
    date.fromisoformat(dag)
    for besluit in (
        "2020-05-22 2021-05-14 2022-05-27",  # besluit van 20 september 2019
        "2023-04-28 2023-05-19 2024-05-10 2024-12-27 2025-05-30",  # besluit dat deze vijf dagen in zijn titel noemt
        "2026-01-02 2026-05-15 2027-05-07 2028-04-28 2028-05-26",  # idem
    )
    for dag in besluit.split()
)
"""Days on a par with a feestdag by royal decree (Algemene termijnenwet art. 3 lid 3); decreed up to and including 2028.

Each decree covers three years. Its days fall between a feestdag and a weekend, such as the Friday after Hemelvaart.
"""

_DAG: Final = timedelta(days=1)
_WEEK: Final = timedelta(weeks=1)


class KalenderOnvolledig(LookupError):
    """The school holidays that a question needs are not in the data; names the schooljaar, regio and file."""

    def __init__(self, schooljaar: str, regio: str) -> None:
        super().__init__(
            f"de schoolvakanties van schooljaar {schooljaar} in regio {regio} zijn niet volledig: vul {BESTAND} aan"
        )
        self.schooljaar = schooljaar
        self.regio = regio


# Ages


@lru_cache(1 << 15)
def verjaardag(geboortedatum: date, n: int) -> date:
    """The day on which someone becomes `n` years old; born on 29 February: 1 March in a common year."""
    jaar, maand, dag = geboortedatum.year + n, geboortedatum.month, geboortedatum.day
    if maand == 2 and dag == 29 and not isleap(jaar):
        return date(jaar, 3, 1)
    return date(jaar, maand, dag)


def leeftijd(geboortedatum: date, op: date) -> int:
    """Age in whole years on the date `op`: the new age holds on the birthday itself.

    Raises ValueError when `op` lies before the birth.
    """
    if op < geboortedatum:
        raise ValueError("de peildatum ligt voor de geboortedatum")
    nog_niet_jarig = (op.month, op.day) < (geboortedatum.month, geboortedatum.day)
    return op.year - geboortedatum.year - nog_niet_jarig


# Werkdagen


@cache
def _feestdagen(jaar: int) -> frozenset[date]:
    import holidays

    # "public" has 5 mei in lustrum years only; "optional" has it every year, as the Algemene termijnenwet does.
    dagen = holidays.country_holidays("NL", years=jaar, categories=("public", "optional"), language="nl")
    zondagen = {"Eerste paasdag", "Eerste pinksterdag"}
    return frozenset(dag for dag, naam in dagen.items() if naam not in zondagen)


def is_feestdag(d: date) -> bool:
    """Whether `d` is an algemeen erkende feestdag or on a par with one (Algemene termijnenwet art. 3).

    Nieuwjaarsdag, Goede Vrijdag, tweede Paas- and Pinksterdag, Hemelvaartsdag, both Kerstdagen, Koningsdag, 5 mei of
    every year, and the `GELIJKGESTELDE_DAGEN`.
    """
    return d in _feestdagen(d.year) or d in GELIJKGESTELDE_DAGEN


def is_werkdag(d: date) -> bool:
    """Whether `d` is a Monday to Friday and no feestdag."""
    return d.weekday() < 5 and not is_feestdag(d)


def plus_werkdagen(d: date, n: int) -> date:
    """The last day of "binnen `n` werkdagen" after `d`; `n` is 0 or more, 0 is `d` itself, else ValueError."""
    return _tel(d, n, is_werkdag, _DAG)


def min_werkdagen(d: date, n: int) -> date:
    """The `n`-th werkdag before `d`; `n` is 0 or more, 0 is `d` itself, else ValueError."""
    return _tel(d, n, is_werkdag, -_DAG)


def tel_werkdagen(van: date, tot: date) -> int:
    """How many werkdagen lie after `van`, up to and including `tot`; 0 when `tot` is not later."""
    return sum(is_werkdag(van + n * _DAG) for n in range(1, (tot - van).days + 1))


def atw_verschuif(d: date) -> date:
    """Where a statutory term that ends on `d` really ends (Algemene termijnenwet art. 1 lid 1).

    A term that ends on a Saturday, Sunday or feestdag runs on to the first day that is none of these. For terms in a
    statute only: not for terms in a protocol, and not for terms counted backwards (art. 1 lid 2).
    """
    while not is_werkdag(d):
        d += _DAG
    return d


def _tel(d: date, n: int, telt: Callable[[date], bool], stap: timedelta) -> date:
    if n < 0:
        raise ValueError("het aantal dagen mag niet negatief zijn")
    while n > 0:
        d += stap
        if telt(d):
            n -= 1
    return d


def einde_kwartaal(d: date) -> date:
    """The last day of the calendar quarter of `d`: kinderbijslag goes by quarters (AKW art. 11)."""
    laatste_maand = (d.month - 1) // 3 * 3 + 3
    return date(d.year, laatste_maand, monthrange(d.year, laatste_maand)[1])


# Schooljaren and schooldagen


class Schooljaar(NamedTuple):
    """A school year, from 1 August up to and including 31 July (Wet op het primair onderwijs art. 1)."""

    begin: date
    eind: date
    naam: str


def schooljaar(d: date) -> Schooljaar:
    """The schooljaar in which `d` falls, named after its two years, such as "2026-2027".

    Raises `Ongeldig` for a day before August of year 1 or after July of year 9999.
    """
    jaar = d.year if d.month >= 8 else d.year - 1
    if not MINYEAR <= jaar < MAXYEAR:
        raise Ongeldig("bij deze dag hoort geen schooljaar: het jaartal klopt niet")
    return _schooljaar_vanaf(jaar)


@lru_cache(maxsize=256)
def _schooljaar_vanaf(jaar: int) -> Schooljaar:
    return Schooljaar(date(jaar, 8, 1), date(jaar + 1, 7, 31), f"{jaar}-{jaar + 1}")


@dataclass(frozen=True)
class Vakantie:
    """One school holiday of one regio, from `begin` up to and including `eind`, weekends at both ends included."""

    naam: VakantieNaam
    begin: date
    eind: date
    status: VakantieStatus


@dataclass(frozen=True)
class Kalender:
    """School holidays per regio, and the counts that depend on them.

    A school that departs from the advised dates, or adds a week of its own, has more free days than this calendar
    knows. Questions raise `KalenderOnvolledig` when they need a day whose schooljaar is not complete in the data.
    """

    vakanties: Mapping[tuple[str, VakantieRegio], tuple[Vakantie, ...]]
    """By schooljaar and regio: the zomervakantie with which it starts and its own five, by date, as far as known."""

    @classmethod
    def lees(cls, tekst: str) -> Self:
        """Build a calendar from the text of a data file; raises pydantic.ValidationError on a malformed one."""
        bestand = _Bestand.model_validate(yaml.safe_load(tekst))
        gevonden: dict[tuple[str, VakantieRegio], list[Vakantie]] = {}
        for naam, blad in sorted(bestand.schooljaren.items()):
            for vakantie, regio in ((v, r) for r in REGIOS for v in blad.vakanties(r)):
                gevonden.setdefault((naam, regio), []).append(vakantie)
                if vakantie.naam == "zomervakantie":
                    volgende = schooljaar(schooljaar(vakantie.begin).eind + _DAG).naam
                    gevonden.setdefault((volgende, regio), []).append(vakantie)
        op_begin = {sleutel: tuple(sorted(lijst, key=lambda v: v.begin)) for sleutel, lijst in gevonden.items()}
        return cls(MappingProxyType(op_begin))

    def vakantie(self, d: date, regio: VakantieRegio) -> Vakantie | None:
        """The school holiday in which `d` falls, or None when the schools are open around that day."""
        naam = schooljaar(d).naam
        for vakantie in self.vakanties.get((naam, regio), ()):
            if vakantie.begin <= d <= vakantie.eind:
                return vakantie
        if not self._is_volledig(naam, regio):
            raise KalenderOnvolledig(naam, regio)
        return None

    def is_schooldag(self, d: date, regio: VakantieRegio) -> bool:
        """Whether `d` is a werkdag outside the school holidays."""
        return self.vakantie(d, regio) is None and is_werkdag(d)

    def plus_schooldagen(self, d: date, n: int, regio: VakantieRegio) -> date:
        """The last day of "binnen `n` schooldagen" after `d`; `n` is 0 or more, 0 is `d` itself, else ValueError."""
        return _tel(d, n, lambda dag: self.is_schooldag(dag, regio), _DAG)

    def eerste_schooldag_vanaf(self, d: date, regio: VakantieRegio) -> date:
        """The first schooldag on or after `d`."""
        while not self.is_schooldag(d, regio):
            d += _DAG
        return d

    def is_lesweek(self, d: date, regio: VakantieRegio) -> bool:
        """Whether the week (Monday to Sunday) around `d` has at least one schooldag."""
        maandag = _maandag(d)
        return any(self.is_schooldag(maandag + i * _DAG, regio) for i in range(5))

    def lesweken_venster(self, d: date, n: int, regio: VakantieRegio) -> tuple[date, date]:
        """First Monday and last Sunday of the `n` consecutive lesweken that end with the week of `d`.

        Weeks without a schooldag are skipped: "vier opeenvolgende lesweken" (Leerplichtwet 1969 art. 21a) may lie on
        both sides of a holiday. In a holiday week the window ends with the last lesweek before it. Raises ValueError
        when `n` is less than 1.
        """
        if n < 1:
            raise ValueError("een venster telt ten minste een lesweek")
        laatste = self._lesweek_tot_en_met(_maandag(d), regio)
        eerste = laatste
        for _ in range(n - 1):
            eerste = self._lesweek_tot_en_met(eerste - _WEEK, regio)
        return eerste, laatste + _WEEK - _DAG

    def ontbrekende_schooljaren(self, as_of: date, vooruit: int = 1) -> list[str]:
        """The schooljaren an operator must still complete: that of `as_of` and the `vooruit` years after it."""
        eerste = schooljaar(as_of).begin.year
        namen = [_schooljaar_vanaf(eerste + i).naam for i in range(vooruit + 1)]
        return [naam for naam in namen if not all(self._is_volledig(naam, regio) for regio in REGIOS)]

    def _is_volledig(self, naam: str, regio: VakantieRegio) -> bool:
        return len(self.vakanties.get((naam, regio), ())) == 1 + len(get_args(VakantieNaam))

    def _lesweek_tot_en_met(self, maandag: date, regio: VakantieRegio) -> date:
        while not self.is_lesweek(maandag, regio):
            maandag -= _WEEK
        return maandag


@cache
def laad_kalender() -> Kalender:
    """The calendar of the data file that comes with the hub, read once."""
    return Kalender.lees(files("hub").joinpath("data/schoolvakanties.yaml").read_text(encoding="utf-8"))


def _maandag(d: date) -> date:
    return d - d.weekday() * _DAG


# The data file


def _op_volgorde(periode: tuple[date, date]) -> tuple[date, date]:
    if periode[0] > periode[1]:
        raise ValueError("een vakantie eindigt niet voor haar begin")
    return periode


_Periode = Annotated[tuple[date, date], AfterValidator(_op_volgorde)]
_PerRegio = dict[VakantieRegio | Literal["alle"], _Periode]


class _Blad(BaseModel):
    model_config = ConfigDict(extra="forbid")

    regeling: str
    verplicht: dict[VakantieNaam, _PerRegio] = {}
    advies: dict[VakantieNaam, _PerRegio] = {}

    @model_validator(mode="after")
    def _zonder_dubbel(self) -> Self:
        if self.verplicht.keys() & self.advies.keys():
            raise ValueError("een vakantie is verplicht of advies, niet allebei")
        if any("alle" in p and len(p) > 1 for p in (*self.verplicht.values(), *self.advies.values())):
            raise ValueError("een vakantie staat er voor alle regio's of per regio, niet allebei")
        return self

    def vakanties(self, regio: VakantieRegio) -> list[Vakantie]:
        groepen: tuple[tuple[VakantieStatus, dict[VakantieNaam, _PerRegio]], ...]
        groepen = (("verplicht", self.verplicht), ("advies", self.advies))
        return [
            Vakantie(naam, *periode, status)
            for status, groep in groepen
            for naam, per_regio in groep.items()
            if (periode := per_regio.get("alle") or per_regio.get(regio)) is not None
        ]


class _Bestand(BaseModel):
    model_config = ConfigDict(extra="forbid")

    bron: str
    schooljaren: dict[str, _Blad]

    @model_validator(mode="after")
    def _in_eigen_schooljaar(self) -> Self:
        for naam, blad in self.schooljaren.items():
            for vakantie in (v for regio in REGIOS for v in blad.vakanties(regio)):
                if schooljaar(vakantie.begin).naam != naam:
                    raise ValueError(f"{vakantie.naam} van schooljaar {naam} begint niet in dat schooljaar")
        return self
