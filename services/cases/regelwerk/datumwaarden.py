"""Dates that a termijn may fall on: counted from a fact or another termijn."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache, partial
from itertools import islice
from typing import Annotated, Final, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from hub.calendar import atw_verschuif, is_werkdag, schooljaar, verjaardag
from services.cases.feiten import GEEN, Naam
from services.cases.regelwerk.berekeningen import Som, alleen, geheel, som
from services.cases.regelwerk.omgeving import Naamofgetal, Omgeving
from services.cases.regelwerk.toetsen import Kennis
from services.cases.regelwerk.werkdagen import plus_protocolwerkdagen
from services.cases.regelwerk.woorden import Gesloten

_ONTHOUDEN: Final = 8192
"""So many dates each calculation remembers: all days of birth of those between 5 and 23, and some."""


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
            werkdagen = geheel(self.werkdagen, omgeving)
            return lambda d: plus_protocolwerkdagen(d, teken * werkdagen)
        if self.jaren is not None:
            jaren = teken * geheel(self.jaren, omgeving)
            return lambda d: verjaardag(d, jaren)
        if self.maanden is not None:
            maanden = teken * geheel(self.maanden, omgeving)
            return lambda d: plus_maanden(d, maanden)
        weken, dagen = geheel(self.weken or 0, omgeving), geheel(self.dagen or 0, omgeving)
        duur = teken * timedelta(weeks=weken, days=dagen)
        return lambda d: d + duur


def plus_maanden(d: date, n: int) -> date:
    """The same day `n` months later, or the last day of that month when it is shorter."""
    jaar, maand = divmod(d.year * 12 + d.month - 1 + n, 12)
    return date(jaar, maand + 1, min(d.day, monthrange(jaar, maand + 1)[1]))


def _eerste_dag_volgende_maand(d: date) -> date:
    return date(d.year + d.month // 12, d.month % 12 + 1, 1)


_NAAR: Final[dict[str | None, Callable[[date], date]]] = {
    None: lambda d: d,
    "eerste_dag_volgende_maand": _eerste_dag_volgende_maand,
    "einde_schooljaar": lambda d: schooljaar(d).eind,
    "einde_volgens_atw": atw_verschuif,
    "werkdag_op_of_na": lambda d: plus_protocolwerkdagen(d - timedelta(days=1), 1),
    "werkdag_op_of_voor": lambda d: plus_protocolwerkdagen(d + timedelta(days=1), -1),
}
Naar = Literal[
    "eerste_dag_volgende_maand", "einde_schooljaar", "einde_volgens_atw", "werkdag_op_of_na", "werkdag_op_of_voor"
]


class VanafDatum(Gesloten):
    """A known date, moved by `plus` or `min`, then to where `dan` says."""

    datum: Naam
    plus: Duur | None = None
    min: Duur | None = None
    dan: Naar | None = None

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        alleen("datum", omgeving, self.datum)
        stappen = [_NAAR[self.dan]]
        if self.min is not None:
            stappen.insert(0, self.min.schuif(-1, omgeving))
        if self.plus is not None:
            stappen.insert(0, self.plus.schuif(1, omgeving))
        return _datum_som(self.datum, stappen, omgeving)


class Verjaardag(Gesloten):
    """The day somebody reaches an age, then to where `dan` says."""

    verjaardag: Naamofgetal
    van: Naam
    dan: Naar | None = None

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        alleen("datum", omgeving, self.van)
        jaren = geheel(self.verjaardag, omgeving)
        return _datum_som(self.van, [lambda d: verjaardag(d, jaren), _NAAR[self.dan]], omgeving)


class DagVan(Gesloten):
    """The day on which so many days have passed, with `van` as day 1; the days of `zonder` count only when known."""

    dag: Naamofgetal
    van: Naam
    zonder: Naam

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        van, zonder = self.van, self.zonder
        alleen("datum", omgeving, van)
        alleen("getal", omgeving, zonder)
        dag = geheel(self.dag, omgeving)

        def bereken(k: Kennis) -> date | None:
            eerste, over = k.get(van), dag - 1 + k.get(zonder, 0)
            if not isinstance(eerste, date) or over > (date.max - eerste).days:
                return None
            return eerste + timedelta(days=over)

        return Som(bereken, (van, zonder), een_volstaat=True)


class VroegsteVan(Gesloten):
    """The earliest of the dates that are known."""

    vroegste_van: Annotated[tuple[Naam, ...], Field(min_length=2)]

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        return _bekende(self.vroegste_van, min, omgeving)


class LaatsteVan(Gesloten):
    """The latest of the dates that are known."""

    laatste_van: Annotated[tuple[Naam, ...], Field(min_length=2)]

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        return _bekende(self.laatste_van, max, omgeving)


class WerkdagenNa(Gesloten):
    """As many werkdagen after a date as a fact says; no date when the count would run out of the calendar."""

    werkdagen_na: Naam
    aantal: Naam

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        van, aantal = self.werkdagen_na, self.aantal
        alleen("datum", omgeving, van)
        alleen("getal", omgeving, aantal)

        def bereken(k: Kennis) -> date | None:
            d, n = k.get(van), k.get(aantal)
            if not isinstance(d, date) or not isinstance(n, int) or n > (date.max - d).days // 2:
                return None
            return plus_protocolwerkdagen(d, n)

        return som(bereken, van, aantal)


class SchooldagVan(Gesloten):
    """The n-th schooldag from a date, that date counted when it is one; the `vakantie` is left out when it is known.

    A schooldag is a werkdag outside the vakantie. There is no answer for a run that does not end within a year.
    """

    schooldag: Naam
    van: Naam
    vakantie: tuple[Naam, Naam]

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        aantal, van, (eerste, laatste) = self.schooldag, self.van, self.vakantie
        vast = geheel(aantal, omgeving) if aantal in omgeving.waarden else None
        alleen("getal", omgeving, *([] if vast else [aantal]))
        alleen("datum", omgeving, van, eerste, laatste)

        def bereken(k: Kennis) -> date | None:
            begin, n = k.get(van), vast or k.get(aantal)
            if not isinstance(begin, date) or not isinstance(n, int):
                return None
            vrij = (k.get(eerste, date.max), k.get(laatste, date.min))
            dagen = (begin + timedelta(days=i) for i in range(min(366, (date.max - begin).days + 1)))
            schooldagen = (d for d in dagen if is_werkdag(d) and not vrij[0] <= d <= vrij[1])
            return next(islice(schooldagen, n - 1, None), None) if n > 0 else None

        return Som(bereken, (aantal, van, eerste, laatste), een_volstaat=True)


def _bekende(namen: tuple[Naam, ...], kies: Callable[[list[date]], date], omgeving: Omgeving) -> Som:
    alleen("datum", omgeving, *namen)

    def bereken(k: Kennis) -> date | None:
        bekend = [k[naam] for naam in namen if naam in k]
        return kies(bekend) if bekend else None

    return Som(bereken, namen, een_volstaat=True, altijd=True)


def _datum_som(naam: str, stappen: list[Callable[[date], date]], omgeving: Omgeving) -> Som:
    verschuif = lru_cache(_ONTHOUDEN)(partial(_na_elkaar, tuple(stappen)))

    def bereken(k: Kennis) -> date | None:
        d = k.get(naam)
        return None if d is None or d is GEEN else verschuif(d)

    return som(bereken, naam, altijd=not omgeving.typering(naam).of_geen)


def _na_elkaar(stappen: tuple[Callable[[date], date], ...], d: date) -> date:
    for stap in stappen:
        d = stap(d)
    return d


_DATUMVORMEN: Final = ("datum", "verjaardag", "dag", "vroegste_van", "laatste_van", "werkdagen_na", "schooldag")


def _datumvorm(ruw: object) -> str | None:
    if isinstance(ruw, Gesloten):
        ruw = type(ruw).model_fields
    return next((vorm for vorm in _DATUMVORMEN if isinstance(ruw, dict) and vorm in ruw), None)


Datumwaarde = Annotated[
    Annotated[VanafDatum, Tag("datum")]
    | Annotated[Verjaardag, Tag("verjaardag")]
    | Annotated[DagVan, Tag("dag")]
    | Annotated[VroegsteVan, Tag("vroegste_van")]
    | Annotated[LaatsteVan, Tag("laatste_van")]
    | Annotated[WerkdagenNa, Tag("werkdagen_na")]
    | Annotated[SchooldagVan, Tag("schooldag")],
    Discriminator(
        _datumvorm,
        custom_error_type="onbekende_datum",
        custom_error_message=f"geen datumberekening: kies uit {', '.join(_DATUMVORMEN)}",
    ),
]
"""Where a termijn falls."""
