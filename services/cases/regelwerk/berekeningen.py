"""Sums and dates that a rule may derive; like conditions they are read from the file and compiled once.

A calculation whose input is unknown gives None, and then the rule derives nothing. Only `som` and `vroegste_van`
do with the parts that are known.
"""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal, NamedTuple, Self

from pydantic import Discriminator, Field, Tag, model_validator

from hub.calendar import leeftijd, min_werkdagen, plus_werkdagen, schooljaar, verjaardag
from services.cases.feiten import GEEN, Naam
from services.cases.regelwerk.woorden import (
    Gesloten,
    Getal,
    Kennis,
    Klassedefinitie,
    Naamofgetal,
    Omgeving,
    RegelFout,
    Soort,
)

_DAG: Final = timedelta(days=1)


class Som(NamedTuple):
    """A compiled calculation: `bereken` gives None when one of `nodig` is unknown."""

    bereken: Callable[[Kennis], Any]
    namen: tuple[str, ...]
    nodig: frozenset[str]


def _som(bereken: Callable[[Kennis], Any], *namen: str) -> Som:
    return Som(bereken, namen, frozenset(namen))


def _alleen(soort: Soort, omgeving: Omgeving, *namen: str) -> None:
    for naam in namen:
        if omgeving.typering(naam).soort != soort:
            raise RegelFout(f"{naam} is geen {soort}")


def getal(waarde: int | float | str, omgeving: Omgeving) -> int | float:
    """A number written out or the name of a waarde; raises RegelFout when the name is not that of a number."""
    if not isinstance(waarde, str):
        return waarde
    gevonden = omgeving.waarden.get(waarde)
    if not isinstance(gevonden, int | float):
        raise RegelFout(f"geen waarde met een getal: {waarde}")
    return gevonden


def _geheel(waarde: int | float | str, omgeving: Omgeving) -> int:
    gevonden = getal(waarde, omgeving)
    if not isinstance(gevonden, int):
        raise RegelFout("hier hoort een geheel getal")
    return gevonden


def _treden(naam: str, omgeving: Omgeving) -> tuple[int, ...]:
    treden = omgeving.waarden.get(naam)
    if not isinstance(treden, tuple):
        raise RegelFout(f"geen waarde met treden: {naam}")
    return treden


# Values of a classification


class _VanOp(Gesloten):
    van: Naam
    op: Naam


class LeeftijdOp(Gesloten):
    """Whole years between two dates."""

    leeftijd: _VanOp

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        van, op = self.leeftijd.van, self.leeftijd.op
        _alleen("datum", omgeving, van, op)

        def bereken(k: Kennis) -> int | None:
            geboren, peildatum = k.get(van), k.get(op)
            if geboren is None or peildatum is None or peildatum < geboren:
                return None
            return leeftijd(geboren, peildatum)

        return _som(bereken, van, op)


class WaardeVan(Gesloten):
    """The same value as another name."""

    waarde_van: Naam

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        naam = self.waarde_van
        omgeving.typering(naam)
        return _som(lambda k: k.get(naam), naam)


class _VanTreden(Gesloten):
    van: Naam
    treden: Naam


class Trede(Gesloten):
    """The highest step of a ladder that a count has reached."""

    trede: _VanTreden

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        van, treden = self.trede.van, _treden(self.trede.treden, omgeving)
        _alleen("getal", omgeving, van)

        def bereken(k: Kennis) -> int | None:
            aantal = k.get(van)
            return None if aantal is None else max((t for t in treden if t <= aantal), default=None)

        return _som(bereken, van)


class _TredenTussen(Gesloten):
    treden: Naam
    na: Naam
    voor: Naam


class Overgeslagen(Gesloten):
    """The steps strictly between two steps; nothing is derived when there are none."""

    overgeslagen: _TredenTussen

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        treden = _treden(self.overgeslagen.treden, omgeving)
        na, voor = self.overgeslagen.na, self.overgeslagen.voor
        _alleen("getal", omgeving, na, voor)

        def bereken(k: Kennis) -> tuple[int, ...] | None:
            laag, hoog = k.get(na), k.get(voor)
            if laag is None or hoog is None:
                return None
            return tuple(trede for trede in treden if laag < trede < hoog) or None

        return _som(bereken, na, voor)


class Optelling(Gesloten):
    """A sum less corrections; it counts what is known and needs at least one known part of `som`."""

    som: Annotated[tuple[Naam, ...], Field(min_length=1)]
    min: tuple[Naam, ...] = ()

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        _alleen("getal", omgeving, *self.som, *self.min)
        plus, af = self.som, self.min

        def bereken(k: Kennis) -> int | float | None:
            delen = [k[naam] for naam in plus if naam in k]
            return sum(delen) - sum([k[naam] for naam in af if naam in k]) if delen else None

        return Som(bereken, (*plus, *af), frozenset(plus) if len(plus) == 1 else frozenset())


class Product(Gesloten):
    """A product, divided by a number (which may be the name of a waarde)."""

    product: Annotated[tuple[Naam, ...], Field(min_length=1)]
    gedeeld_door: Naamofgetal

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        _alleen("getal", omgeving, *self.product)
        namen, deler = self.product, getal(self.gedeeld_door, omgeving)

        def bereken(k: Kennis) -> float | None:
            uitkomst = 1 / deler
            for naam in namen:
                if (factor := k.get(naam)) is None:
                    return None
                uitkomst *= factor
            return round(uitkomst, 9)

        return _som(bereken, *namen)


class _VanAaneen(Gesloten):
    van: Naam
    aaneen: Naamofgetal


class HoogsteSom(Gesloten):
    """The highest sum of so many consecutive elements of a list; null elements are skipped, not counted as zero."""

    hoogste_som: _VanAaneen

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        van, lengte = self.hoogste_som.van, _geheel(self.hoogste_som.aaneen, omgeving)
        _alleen("lijst", omgeving, van)

        def bereken(k: Kennis) -> int | float | None:
            getallen = [g for g in k.get(van, ()) if g is not None]
            if not getallen:
                return None
            laatste_begin = max(len(getallen) - lengte, 0)
            return max(sum(getallen[i : i + lengte]) for i in range(laatste_begin + 1))

        return _som(bereken, van)


class _VanMin(Gesloten):
    van: Naam
    min: Naam


class Zonder(Gesloten):
    """The elements of one list that are not in another, in their order."""

    zonder: _VanMin

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        van, af = self.zonder.van, self.zonder.min
        _alleen("lijst", omgeving, van, af)

        def bereken(k: Kennis) -> tuple[Any, ...] | None:
            alles, weg = k.get(van), k.get(af)
            return None if alles is None or weg is None else tuple(deel for deel in alles if deel not in weg)

        return _som(bereken, van, af)


class HoogsteVan(Gesloten):
    """The highest of some numbers; names and numbers may be mixed."""

    hoogste_van: Annotated[tuple[Naamofgetal, ...], Field(min_length=2)]

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        namen = [d for d in self.hoogste_van if isinstance(d, str) and d not in omgeving.waarden]
        _alleen("getal", omgeving, *namen)
        vast = max((getal(d, omgeving) for d in self.hoogste_van if d not in namen), default=None)

        def bereken(k: Kennis) -> int | float | None:
            if any(naam not in k for naam in namen):
                return None
            delen = [k[naam] for naam in namen]
            return max(delen if vast is None else [*delen, vast])

        return _som(bereken, *namen)


_KLASSEVORMEN: Final = (
    "leeftijd", "waarde_van", "trede", "overgeslagen", "som", "product", "hoogste_som", "zonder", "hoogste_van",
)  # fmt: skip


def _klassevorm(ruw: object) -> str | None:
    if isinstance(ruw, str | int | float | list | tuple):
        return "vast"
    return next((vorm for vorm in _KLASSEVORMEN if isinstance(ruw, dict) and vorm in ruw), None)


Klassewaarde = Annotated[
    Annotated[Getal | str | tuple[str, ...], Tag("vast")]
    | Annotated[LeeftijdOp, Tag("leeftijd")]
    | Annotated[WaardeVan, Tag("waarde_van")]
    | Annotated[Trede, Tag("trede")]
    | Annotated[Overgeslagen, Tag("overgeslagen")]
    | Annotated[Optelling, Tag("som")]
    | Annotated[Product, Tag("product")]
    | Annotated[HoogsteSom, Tag("hoogste_som")]
    | Annotated[Zonder, Tag("zonder")]
    | Annotated[HoogsteVan, Tag("hoogste_van")],
    Discriminator(
        _klassevorm,
        custom_error_type="onbekende_berekening",
        custom_error_message=f"geen waarde of berekening: kies uit {', '.join(_KLASSEVORMEN)}",
    ),
]
"""What a klasse becomes: a fixed value or a calculation."""


def compileer_klasse(wordt: Any, definitie: Klassedefinitie, omgeving: Omgeving) -> Som:
    """Compile the value of a klasse; raises RegelFout when a fixed value does not fit its definition."""
    if isinstance(wordt, Gesloten):
        som: Som = wordt.compileer(omgeving)  # type: ignore[attr-defined]  # every calculation has it
        return som
    vast = _vaste_waarde(wordt, definitie, omgeving)
    return _som(lambda _k: vast)


def _vaste_waarde(wordt: Any, definitie: Klassedefinitie, omgeving: Omgeving) -> Any:
    match definitie.type, wordt:
        case "bool", "ja" | "nee":
            return wordt == "ja"
        case "keuze", str() if wordt in definitie.waarden:
            return wordt
        case "geheel" | "getal", int() | float():
            return wordt
        case "lijst van adressaten", tuple() if set(wordt) <= omgeving.woorden.adressaten.keys():
            return wordt
        case "lijst van tekst", tuple():
            return wordt
    raise RegelFout(f"deze waarde past niet bij {definitie.type}")


# Dates of a termijn


class Duur(Gesloten):
    """A length of time; counted from day 0, months end at the latest on the last day of the month."""

    jaren: Naamofgetal | None = None
    maanden: Naamofgetal | None = None
    weken: Naamofgetal | None = None
    dagen: Naamofgetal | None = None
    werkdagen: Naamofgetal | None = None

    @model_validator(mode="after")
    def _een_eenheid(self) -> Self:
        if sum(getattr(self, eenheid) is not None for eenheid in type(self).model_fields) != 1:
            raise ValueError("een duur heeft een eenheid: jaren, maanden, weken, dagen of werkdagen")
        return self

    def schuif(self, teken: Literal[1, -1], omgeving: Omgeving) -> Callable[[date], date]:
        """A function that moves a date by this length, forwards (1) or backwards (-1)."""
        if self.werkdagen is not None:
            werkdagen = _geheel(self.werkdagen, omgeving)
            tel = plus_werkdagen if teken == 1 else min_werkdagen
            return lambda d: tel(d, werkdagen)
        if self.jaren is not None:
            jaren = teken * _geheel(self.jaren, omgeving)
            return lambda d: verjaardag(d, jaren)
        if self.maanden is not None:
            maanden = teken * _geheel(self.maanden, omgeving)
            return lambda d: _plus_maanden(d, maanden)
        weken, dagen = _geheel(self.weken or 0, omgeving), _geheel(self.dagen or 0, omgeving)
        duur = teken * timedelta(weeks=weken, days=dagen)
        return lambda d: d + duur


def _plus_maanden(d: date, n: int) -> date:
    jaar, maand = divmod(d.year * 12 + d.month - 1 + n, 12)
    return date(jaar, maand + 1, min(d.day, monthrange(jaar, maand + 1)[1]))


def _eerste_dag_volgende_maand(d: date) -> date:
    return date(d.year + d.month // 12, d.month % 12 + 1, 1)


_NAAR: Final[dict[str | None, Callable[[date], date]]] = {
    None: lambda d: d,
    "eerste_dag_volgende_maand": _eerste_dag_volgende_maand,
    "einde_schooljaar": lambda d: schooljaar(d).eind,
}
Naar = Literal["eerste_dag_volgende_maand", "einde_schooljaar"]


class VanafDatum(Gesloten):
    """A known date, moved by `plus` or `min`, then to where `dan` says."""

    datum: Naam
    plus: Duur | None = None
    min: Duur | None = None
    dan: Naar | None = None

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        _alleen("datum", omgeving, self.datum)
        stappen = [_NAAR[self.dan]]
        if self.min is not None:
            stappen.insert(0, self.min.schuif(-1, omgeving))
        if self.plus is not None:
            stappen.insert(0, self.plus.schuif(1, omgeving))
        return _datum_som(self.datum, stappen)


class Verjaardag(Gesloten):
    """The day somebody reaches an age, then to where `dan` says."""

    verjaardag: Naamofgetal
    van: Naam
    dan: Naar | None = None

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        _alleen("datum", omgeving, self.van)
        jaren = _geheel(self.verjaardag, omgeving)
        return _datum_som(self.van, [lambda d: verjaardag(d, jaren), _NAAR[self.dan]])


class VroegsteVan(Gesloten):
    """The earliest of the dates that are known."""

    vroegste_van: Annotated[tuple[Naam, ...], Field(min_length=2)]

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        _alleen("datum", omgeving, *self.vroegste_van)
        namen = self.vroegste_van
        return Som(lambda k: min([k[n] for n in namen if n in k], default=None), namen, frozenset())


def _datum_som(naam: str, stappen: list[Callable[[date], date]]) -> Som:
    def bereken(k: Kennis) -> date | None:
        d = k.get(naam)
        if d is None or d is GEEN:
            return None
        for stap in stappen:
            d = stap(d)
        return d  # type: ignore[no-any-return]  # a date: checked at load time

    return _som(bereken, naam)


_DATUMVORMEN: Final = ("datum", "verjaardag", "vroegste_van")


def _datumvorm(ruw: object) -> str | None:
    return next((vorm for vorm in _DATUMVORMEN if isinstance(ruw, dict) and vorm in ruw), None)


Datumwaarde = Annotated[
    Annotated[VanafDatum, Tag("datum")]
    | Annotated[Verjaardag, Tag("verjaardag")]
    | Annotated[VroegsteVan, Tag("vroegste_van")],
    Discriminator(
        _datumvorm,
        custom_error_type="onbekende_datum",
        custom_error_message=f"geen datumberekening: kies uit {', '.join(_DATUMVORMEN)}",
    ),
]
"""Where a termijn falls."""
