"""What there is to know of every termijn: whom it binds, how it begins, what meets it, when to warn, what follows."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from services.cases.feiten import Naam
from services.cases.regelwerk.gesloten import Actor, Gesloten

_JA_NEE = {"ja": True, "nee": False}


class Begin(Gesloten):
    """What starts a termijn that no rule gives a date to; exactly one of the first four.

    `besluit` names the value of the protocol that holds how long it runs from the besluit on; `feit` the fact that is
    its last day; `uitkomst` the outcome whose being in view starts it, up to the end of that calendar quarter.
    `buiten_zaak` says that it does not run in a zaak, but where.
    """

    besluit: Naam | None = None
    feit: Naam | None = None
    uitkomst: Naam | None = None
    buiten_zaak: str | None = None
    einde: Literal["kwartaal"] | None = None

    @model_validator(mode="after")
    def _een(self) -> Self:
        gegeven = [self.besluit, self.feit, self.uitkomst, self.buiten_zaak]
        if sum(deel is not None for deel in gegeven) != 1 or (self.uitkomst is None) is not (self.einde is None):
            raise ValueError("een termijn begint door een besluit, een feit of een uitkomst met een einde, of erbuiten")
        return self


class Gehaald(Gesloten):
    """What meets a termijn: one of these facts, known or with one of these values, or agreement to an outcome."""

    feiten: dict[Naam, Literal["bekend"] | tuple[str, ...]] = Field(default_factory=dict)
    besluiten: tuple[Naam, ...] = ()

    def door_feiten(self, feiten: Mapping[str, Any]) -> bool:
        """Whether one of the facts is among `feiten`, as a rule or as the stored JSON has it."""
        return any(_past(feiten.get(naam), waarden) for naam, waarden in self.feiten.items())


def _past(waarde: Any, waarden: Literal["bekend"] | tuple[str, ...]) -> bool:
    if waarde is None:
        return False
    return waarden == "bekend" or any(waarde == _JA_NEE.get(een, een) for een in waarden)


class NaVerstrijken(Gesloten):
    """The count that goes up by one when the termijn passes, as long as another fact is unknown."""

    tel_op: Naam
    zolang_onbekend: Naam


class Termijndefinitie(Gesloten):
    """A derived date or a termijn; an `intern` one helps other rules and stays out of the answer.

    A `datum` is only shown. A `termijn` and a `gelegenheid` run in a zaak: the first asks something of `bindt`, the
    second offers it something. `waarschuw` is in werkdagen before the last day; without it nobody is warned.
    """

    betekenis: str
    intern: bool = False
    soort: Literal["datum", "termijn", "gelegenheid"] | None = None
    bindt: Actor | None = None
    begint: Begin | None = None
    gehaald_door: Gehaald = Gehaald()
    waarschuw: Annotated[int, Field(ge=1, le=60)] | None = None
    na_verstrijken: NaVerstrijken | None = None
    bron: str | None = None
    regel: str | None = None
    """The rule that events name, where no rule gives the day."""

    @model_validator(mode="after")
    def _heel(self) -> Self:
        if self.intern is not (self.soort is None):
            raise ValueError("een termijn is intern of heeft een soort")
        if self.loopt and self.bindt is None:
            raise ValueError("wat loopt noemt wie het bindt")
        if not self.loopt and (self.begint or self.waarschuw or self.na_verstrijken or self.uitkomsten):
            raise ValueError("een datum wordt alleen getoond")
        if self.begint and not self.begint.buiten_zaak and not self.bron:
            raise ValueError("een termijn die geen regel berekent noemt haar bron")
        if (self.regel is None) is bool(self.begint and (self.begint.feit or self.begint.uitkomst)):
            raise ValueError("een termijn die door een feit of een uitkomst begint, en alleen die, noemt haar regel")
        gehaald = bool(self.gehaald_door.feiten or self.gehaald_door.besluiten)
        if gehaald is not (self.soort == "termijn" and not (self.begint and self.begint.buiten_zaak)):
            raise ValueError("bij een termijn in een zaak, en alleen daarbij, staat waardoor zij is gehaald")
        return self

    @property
    def loopt(self) -> bool:
        """Whether it runs, so that it can be warned about and can pass."""
        return self.soort in ("termijn", "gelegenheid")

    @property
    def uitkomsten(self) -> tuple[str, ...]:
        """The outcomes it names."""
        begin = (self.begint.uitkomst,) if self.begint and self.begint.uitkomst else ()
        return (*self.gehaald_door.besluiten, *begin)
