"""Values that a klasse may get: a fixed one, or a calculation over facts and other klassen."""

from datetime import date
from typing import Annotated, Any, Final

from pydantic import Discriminator, Field, Tag

from hub.calendar import leeftijd
from services.cases.feiten import GEEN, Naam
from services.cases.regelwerk.berekeningen import Som, Vast, alleen, geheel, getal, ladder, som
from services.cases.regelwerk.instemming import EigenInbreng, StandVanToestemming
from services.cases.regelwerk.omgeving import Getal, Naamofgetal, Omgeving
from services.cases.regelwerk.toetsen import Kennis
from services.cases.regelwerk.woorden import Gesloten, Klassedefinitie, RegelFout


class _VanOp(Gesloten):
    van: Naam
    op: Naam


class LeeftijdOp(Gesloten):
    """Whole years between two dates."""

    leeftijd: _VanOp

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        van, op = self.leeftijd.van, self.leeftijd.op
        alleen("datum", omgeving, van, op)

        def bereken(k: Kennis) -> int | None:
            geboren, peildatum = k.get(van), k.get(op)
            if geboren is None or peildatum is None or peildatum < geboren:
                return None
            return leeftijd(geboren, peildatum)

        return som(bereken, van, op, altijd=(van, op) == ("geboortedatum", "as_of"))


class WaardeVan(Gesloten):
    """The same value as another name."""

    waarde_van: Naam

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        naam = self.waarde_van
        omgeving.typering(naam)
        return som(lambda k: k.get(naam), naam, altijd=True)


class _VanTreden(Gesloten):
    van: Naam
    treden: Naam


class Trede(Gesloten):
    """The highest step of a ladder that a count has reached."""

    trede: _VanTreden

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        van, treden = self.trede.van, ladder(self.trede.treden, omgeving)
        alleen("getal", omgeving, van)

        def bereken(k: Kennis) -> int | None:
            aantal = k.get(van)
            return None if aantal is None else max((t for t in treden if t <= aantal), default=None)

        return som(bereken, van)


class _TredenTussen(Gesloten):
    treden: Naam
    na: Naam
    voor: Naam


class Overgeslagen(Gesloten):
    """The steps strictly between two steps; nothing is derived when there are none."""

    overgeslagen: _TredenTussen

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        treden = ladder(self.overgeslagen.treden, omgeving)
        na, voor = self.overgeslagen.na, self.overgeslagen.voor
        alleen("getal", omgeving, na, voor)

        def bereken(k: Kennis) -> tuple[int, ...] | None:
            laag, hoog = k.get(na), k.get(voor)
            if laag is None or hoog is None:
                return None
            return tuple(trede for trede in treden if laag < trede < hoog) or None

        return som(bereken, na, voor)


class Optelling(Gesloten):
    """A sum less corrections; it counts what is known and needs at least one known part of `som`."""

    som: Annotated[tuple[Naam, ...], Field(min_length=1)]
    min: tuple[Naam, ...] = ()

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        alleen("getal", omgeving, *self.som, *self.min)
        plus, af = self.som, self.min

        def bereken(k: Kennis) -> int | float | None:
            delen = [k[naam] for naam in plus if naam in k]
            return sum(delen) - sum([k[naam] for naam in af if naam in k]) if delen else None

        return Som(bereken, (*plus, *af), een_volstaat=True)


class Product(Gesloten):
    """A product, divided by a number (which may be the name of a waarde)."""

    product: Annotated[tuple[Naam, ...], Field(min_length=1)]
    gedeeld_door: Naamofgetal

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        alleen("getal", omgeving, *self.product)
        namen, deler = self.product, getal(self.gedeeld_door, omgeving)

        def bereken(k: Kennis) -> float | None:
            uitkomst = 1 / deler
            for naam in namen:
                if (factor := k.get(naam)) is None:
                    return None
                uitkomst *= factor
            return round(uitkomst, 9)

        return som(bereken, *namen)


class _VanAaneen(Gesloten):
    van: Naam
    aaneen: Naamofgetal


class HoogsteSom(Gesloten):
    """The highest sum of so many consecutive elements of a list; null elements are skipped, not counted as zero."""

    hoogste_som: _VanAaneen

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        van, lengte = self.hoogste_som.van, geheel(self.hoogste_som.aaneen, omgeving)
        alleen("lijst", omgeving, van)

        def bereken(k: Kennis) -> int | float | None:
            getallen: list[float] = [g for g in k.get(van, ()) if g is not None]
            if not getallen:
                return None
            laatste_begin = max(len(getallen) - lengte, 0)
            return max(sum(getallen[i : i + lengte]) for i in range(laatste_begin + 1))

        return som(bereken, van)


class _VanMin(Gesloten):
    van: Naam
    min: Naam


class Zonder(Gesloten):
    """The elements of one list that are not in another, in their order."""

    zonder: _VanMin

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        van, af = self.zonder.van, self.zonder.min
        alleen("lijst", omgeving, van, af)

        def bereken(k: Kennis) -> tuple[Any, ...] | None:
            alles, weg = k.get(van), k.get(af)
            return None if alles is None or weg is None else tuple(deel for deel in alles if deel not in weg)

        return som(bereken, van, af)


class HoogsteVan(Gesloten):
    """The highest of some numbers; names and numbers may be mixed."""

    hoogste_van: Annotated[tuple[Naamofgetal, ...], Field(min_length=2)]

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        namen = [d for d in self.hoogste_van if isinstance(d, str) and d not in omgeving.waarden]
        alleen("getal", omgeving, *namen)
        vast = max((getal(d, omgeving) for d in self.hoogste_van if d not in namen), default=None)

        def bereken(k: Kennis) -> int | float | None:
            if any(naam not in k for naam in namen):
                return None
            delen: list[float] = [k[naam] for naam in namen]
            return max(delen if vast is None else [*delen, vast])

        return som(bereken, *namen)


class _VanTot(Gesloten):
    van: Naam
    tot: Naam


class DagenTussen(Gesloten):
    """Calendar days from one date to another; negative when the second comes first."""

    dagen_tussen: _VanTot

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        van, tot = self.dagen_tussen.van, self.dagen_tussen.tot
        alleen("datum", omgeving, van, tot)

        def bereken(k: Kennis) -> int | None:
            begin, eind = k.get(van), k.get(tot)
            return (eind - begin).days if isinstance(begin, date) and isinstance(eind, date) else None

        return som(bereken, van, tot)


_KLASSEVORMEN: Final = (
    "leeftijd", "waarde_van", "trede", "overgeslagen", "som", "product", "hoogste_som", "zonder", "hoogste_van",
    "dagen_tussen", "toestemming", "zelf_ingebracht",
)  # fmt: skip


def _klassevorm(ruw: object) -> str | None:
    if isinstance(ruw, Gesloten):
        ruw = type(ruw).model_fields
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
    | Annotated[HoogsteVan, Tag("hoogste_van")]
    | Annotated[DagenTussen, Tag("dagen_tussen")]
    | Annotated[StandVanToestemming, Tag("toestemming")]
    | Annotated[EigenInbreng, Tag("zelf_ingebracht")],
    Discriminator(
        _klassevorm,
        custom_error_type="onbekende_berekening",
        custom_error_message=f"geen waarde of berekening: kies uit {', '.join(_KLASSEVORMEN)}",
    ),
]
"""What a klasse becomes: a fixed value or a calculation."""


def compileer_klasse(wordt: Klassewaarde, definitie: Klassedefinitie, omgeving: Omgeving) -> Som | Vast:
    """Compile the value of a klasse; raises RegelFout when a fixed value does not fit its definition."""
    if isinstance(wordt, Gesloten):
        return wordt.compileer(omgeving)
    return Vast(_vaste_waarde(wordt, definitie, omgeving))


def _vaste_waarde(wordt: Any, definitie: Klassedefinitie, omgeving: Omgeving) -> Any:
    match definitie.type, wordt:
        case "bool", "ja" | "nee":
            return wordt == "ja"
        case "keuze", str() if wordt in definitie.waarden:
            return wordt
        case "geheel" | "geheel|null" | "getal", int() | float():
            return wordt
        case "geheel|null", "geen":
            return GEEN
        case "geheel" | "geheel|null" | "getal", str() if wordt in omgeving.waarden:
            return getal(wordt, omgeving)
        case "lijst van adressaten", tuple() if set(wordt) <= omgeving.woorden.adressaten.keys():
            return wordt
        case "lijst van tekst", tuple():
            return wordt
    raise RegelFout(f"deze waarde past niet bij {definitie.type}")
