"""Conditions: a small vocabulary that a jurist can read.

`alle`, `een_van` and `niet` put conditions together; `feit` asks something of one fact or derived value; `leeftijd`
and `plicht` are short for the two that are asked most. A condition on an unknown fact is neither true nor false;
`bekend` and `onbekend` ask for exactly that. There is nothing else, on purpose.
"""

from typing import Annotated, Any, Final, Self

from pydantic import Discriminator, Field, StrictBool, Tag, model_validator

from services.cases.feiten import Naam
from services.cases.regelwerk.eisen import JaNee, eis_aan
from services.cases.regelwerk.feestdagen import Feestdag
from services.cases.regelwerk.omgeving import Getal, Naamofdatum, Naamofgetal, Omgeving
from services.cases.regelwerk.toetsen import Toets, en, is_bekend, is_gemerkt, niet
from services.cases.regelwerk.woorden import Gesloten, RegelFout


class Alle(Gesloten):
    """All of these hold."""

    alle: Annotated[tuple["Voorwaarde", ...], Field(min_length=1)]

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        return en(deel.compileer(omgeving) for deel in self.alle)


class EenVan(Gesloten):
    """At least one of these holds."""

    een_van: Annotated[tuple["Voorwaarde", ...], Field(min_length=1)]

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        return niet(en(niet(deel.compileer(omgeving)) for deel in self.een_van))


class Niet(Gesloten):
    """This is known not to hold."""

    niet: "Voorwaarde"

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        return niet(self.niet.compileer(omgeving))


class Begrip(Gesloten):
    """A condition that the file names once, under `begrippen`."""

    begrip: Naam

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        return omgeving.begrip(self.begrip)


class IsBekend(Gesloten):
    """This fact or derived value is known (a known absence counts as known)."""

    bekend: Naam

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        omgeving.typering(self.bekend)
        return is_bekend(self.bekend)


class IsOnbekend(Gesloten):
    """This fact or derived value is not known."""

    onbekend: Naam

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        omgeving.typering(self.onbekend)
        return niet(is_bekend(self.onbekend))


class Blokkade(Gesloten):
    """One of these blokkades has been reported."""

    blokkade: Annotated[tuple[Naam, ...], Field(min_length=1)]

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        if vreemd := set(self.blokkade) - omgeving.woorden.blokkades.keys():
            raise RegelFout(f"onbekende blokkade: {', '.join(sorted(vreemd))}")
        return is_gemerkt(f"blokkade:{code}" for code in self.blokkade)


class Uitkomst(Gesloten):
    """One of these outcomes (or groups of outcomes) is in the answer."""

    uitkomst: Annotated[tuple[Naam, ...], Field(min_length=1)]

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        codes = sorted({code for naam in self.uitkomst for code in omgeving.woorden.leden(naam)})
        return is_gemerkt(f"uitkomst:{code}" for code in codes)


class Plicht(Gesloten):
    """The classification `plicht` is one of these."""

    plicht: Annotated[tuple[str, ...], Field(min_length=1)]

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        return OverFeit(feit="plicht", is_een_van=self.plicht).compileer(omgeving)


class Leeftijdgrens(Gesloten):
    """`minstens` counts from the birthday itself, `jonger_dan` is over on it."""

    minstens: Naamofgetal | None = None
    jonger_dan: Naamofgetal | None = None

    @model_validator(mode="after")
    def _vraagt_iets(self) -> Self:
        if self.minstens is None and self.jonger_dan is None:
            raise ValueError("bij leeftijd hoort minstens of jonger_dan")
        return self


class Leeftijd(Gesloten):
    """Age in whole years on the day the rules are asked for."""

    leeftijd: Leeftijdgrens

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        grens = self.leeftijd
        return OverFeit(feit="leeftijd", minstens=grens.minstens, minder_dan=grens.jonger_dan).compileer(omgeving)


class Binnen(Gesloten):
    """So many weeks, counted from the day the rules are asked for."""

    weken: Naamofgetal


class Over(Gesloten):
    """This feestdag lies after the day `sinds`, and not after the date itself."""

    feestdag: Feestdag
    sinds: Naam


class OverFeit(Gesloten):
    """What is known about one fact or derived value; several requirements must all hold.

    Numbers: `minstens`, `meer_dan`, `hoogstens`, `minder_dan`, `tussen` (both ends included). Dates: `vanaf`, `na`,
    `tot_en_met`, `voor`, `binnen`, `zelfde_schooljaar_als`, `werkdag`, `feestdag`, `over` (counted over this
    feestdag), and `aanwezig` where null can be established. Lists: `leeg`, `bevat` (this element), `alleen` (no
    others than these), `heeft_gat` (an element is null). Text: `begint_met` (one of these). All: `is`, `is_een_van`.
    """

    feit: Naam
    is_: StrictBool | Getal | str | None = Field(default=None, alias="is")
    is_een_van: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    minstens: Naamofgetal | None = None
    meer_dan: Naamofgetal | None = None
    hoogstens: Naamofgetal | None = None
    minder_dan: Naamofgetal | None = None
    tussen: tuple[Naamofgetal, Naamofgetal] | None = None
    vanaf: Naamofdatum | None = None
    na: Naamofdatum | None = None
    tot_en_met: Naamofdatum | None = None
    voor: Naamofdatum | None = None
    binnen: Binnen | None = None
    zelfde_schooljaar_als: Naam | None = None
    werkdag: JaNee | None = None
    feestdag: JaNee | None = None
    over: Over | None = None
    aanwezig: JaNee | None = None
    leeg: JaNee | None = None
    bevat: str | None = None
    alleen: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    heeft_gat: JaNee | None = None
    begint_met: Annotated[tuple[str, ...], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _vraagt_iets(self) -> Self:
        if not self._eisen():
            raise ValueError("bij een feit hoort ten minste een eis, zoals is of minstens")
        return self

    def _eisen(self) -> dict[str, Any]:
        return {
            naam: eis for naam in type(self).model_fields if naam != "feit" and (eis := getattr(self, naam)) is not None
        }

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`; raises RegelFout when a requirement does not fit the type of the fact."""
        typering = omgeving.typering(self.feit)
        return en(eis_aan(self.feit, typering, soort, eis, omgeving) for soort, eis in self._eisen().items())


_VORMEN: Final = (
    "alle",
    "een_van",
    "niet",
    "begrip",
    "bekend",
    "onbekend",
    "blokkade",
    "uitkomst",
    "plicht",
    "leeftijd",
)


def _vorm(ruw: object) -> str | None:
    if isinstance(ruw, Gesloten):
        ruw = type(ruw).model_fields
    if not isinstance(ruw, dict):
        return None
    return "feit" if "feit" in ruw else next((vorm for vorm in _VORMEN if vorm in ruw), None)


Voorwaarde = Annotated[
    Annotated[Alle, Tag("alle")]
    | Annotated[EenVan, Tag("een_van")]
    | Annotated[Niet, Tag("niet")]
    | Annotated[Begrip, Tag("begrip")]
    | Annotated[IsBekend, Tag("bekend")]
    | Annotated[IsOnbekend, Tag("onbekend")]
    | Annotated[Blokkade, Tag("blokkade")]
    | Annotated[Uitkomst, Tag("uitkomst")]
    | Annotated[Plicht, Tag("plicht")]
    | Annotated[Leeftijd, Tag("leeftijd")]
    | Annotated[OverFeit, Tag("feit")],
    Discriminator(
        _vorm,
        custom_error_type="onbekende_voorwaarde",
        custom_error_message=f"geen voorwaarde: begin met feit, {', '.join(_VORMEN)}",
    ),
]
"""Any condition; which one is told by its key."""

for _model in (Alle, EenVan, Niet):
    _model.model_rebuild()
