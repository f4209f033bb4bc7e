"""The steps of a decision, and how they become one function that reads and extends the state of one pass."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

from services.cases.regelwerk.berekeningen import Som, Vast
from services.cases.regelwerk.toetsen import Kennis, Test, altijd, naam_voor, nieuwe_naam, variabele, voer_in
from services.cases.regelwerk.uitleg import Geldregel


class Item(NamedTuple):
    """One outcome in the answer: who acts, to whom it is addressed, and by when."""

    uitkomst: str
    actor: str
    adressaten: tuple[str, ...]
    termijn: date | None


class Aanleiding(NamedTuple):
    """When a rule applies: `als` is known to hold and `tenzij` (where there is one) is not."""

    als: Test
    tenzij: Test | None


class Kandidaat(NamedTuple):
    """An outcome that a rule (`id`) brings into view."""

    id: str
    regel: Geldregel
    adressaten: tuple[str, ...]
    """Adressaten, and the names of klassen that hold some."""
    klassen: tuple[str, ...]
    """Those of them that are klassen."""
    termijn: str | None
    enige: bool
    """It is the only outcome of its rule."""


class Staat:
    """What has been found out so far in one pass; `k` grows with every derived value."""

    __slots__ = ("blokkades", "geldend", "k", "klassen", "mens", "taken", "termijnen", "vlaggen", "voorstellen")

    def __init__(self, kennis: Kennis) -> None:
        """Start with the facts alone."""
        self.k = kennis
        self.taken: list[Item] = []
        self.voorstellen: list[Item] = []
        self.blokkades: dict[str, int] = {}
        self.klassen: dict[str, Any] = {}
        self.termijnen: dict[str, date] = {}
        self.vlaggen: dict[str, None] = {}
        self.mens = False
        self.geldend: dict[Geldregel, tuple[str, ...]] = {}


Voeruit = Callable[[Staat], None]

_VELDEN = ("k", "klassen", "termijnen", "taken", "voorstellen", "blokkades", "vlaggen")


class _Merk(NamedTuple):
    naam: str
    diepte: int

    def __str__(self) -> str:
        return f"{'    ' * self.diepte}{variabele(self.naam)} = True"


class Blad:
    """The text of a function in the making."""

    def __init__(self) -> None:
        self.objecten: dict[str, object] = {}
        self.kandidaten: dict[str, list[tuple[str, Kandidaat]]] = {}
        """Per outcome: the variables that say whether a rule brings it into view."""
        self.tegen: set[str] = set()
        """The outcomes that a gate may hold back."""
        self._regels: list[str | _Merk] = []
        self._leest: dict[str, None] = {}
        self._gezet: set[str] = set()

    def functie(self, feiten: frozenset[str], vooraf: frozenset[str]) -> Voeruit:
        """The finished function, for cases in which `feiten` are known and `vooraf` may be."""
        begin = [f"{veld} = s.{veld}" for veld in _VELDEN] + ["g = s.geldend"]
        for naam in self._leest:
            if ":" in naam:
                begin.append(f"{variabele(naam)} = False")
            else:
                lees = f"k[{naam!r}]" if naam in feiten else f"k.get({naam!r})" if naam in vooraf else "None"
                begin.append(f"{variabele(naam)} = {lees}")
        begin += [f"t_{code} = False" for code in sorted(self.tegen)]
        regels = [str(r) for r in self._regels if isinstance(r, str) or r.naam in self._leest]
        functie: Voeruit = voer_in("beslis", "s", [*begin, *regels], self.objecten)
        return functie

    def schrijf(self, *regels: str, diepte: int = 0) -> None:
        """Adds lines."""
        self._regels.extend("    " * diepte + regel for regel in regels)

    def lees(self, naam: str) -> str:
        """The variable of a name."""
        self._leest[naam] = None
        return variabele(naam)

    def merk(self, naam: str, *, diepte: int) -> None:
        """Sets a mark, if anything turns out to ask for it."""
        self._regels.append(_Merk(naam, diepte))

    def object(self, waarde: object) -> str:
        """The name of an object in the text."""
        naam, objecten = naam_voor(waarde)
        self.objecten |= objecten
        return naam

    def test(self, test: Test) -> str:
        """The text of a test, after the lines that it needs."""
        for naam, eerder in test.eerst:
            if naam not in self._gezet:
                tekst = self.test(eerder)
                self._gezet.add(naam)
                self.schrijf(f"{naam} = {tekst}")
        self.objecten.update(test.objecten)
        self._leest.update(dict.fromkeys(test.leest))
        return test.tekst

    def voorwaarde(self, aanleiding: Aanleiding) -> str:
        """When a rule applies, as text."""
        delen = [] if aanleiding.als is altijd else [f"({self.test(aanleiding.als)})"]
        if aanleiding.tenzij is not None:
            delen.append(f"not ({self.test(aanleiding.tenzij)})")
        return " and ".join(delen) or "True"

    def geldt(self, regel: Geldregel, voor: str, *, diepte: int) -> None:
        """Notes that a rule applies; `voor` is the text of the tuple of what it explains."""
        self.schrijf(f"g[{self.object(regel)}] = {voor}", diepte=diepte)
        self.meld(regel, diepte=diepte)

    def meld(self, regel: Geldregel, *, diepte: int) -> None:
        """The flags of a rule that applies, and that it needs a human."""
        if regel.vlaggen:
            self.schrijf(f"vlaggen.update({self.object(dict.fromkeys(regel.vlaggen))})", diepte=diepte)
        if regel.mens_beslist:
            self.schrijf("s.mens = True", diepte=diepte)


class Stap(Protocol):
    """One step of a decision."""

    def schrijf(self, blad: Blad) -> None:
        """Adds its lines."""


def stel_samen(stappen: Sequence[Stap], feiten: frozenset[str], vooraf: frozenset[str]) -> Voeruit:
    """One function of all steps, in order; `feiten` are known before the first one, and `vooraf` may be."""
    blad = Blad()
    for stap in stappen:
        stap.schrijf(blad)
    return blad.functie(feiten, vooraf)


@dataclass(frozen=True, slots=True)
class BrengInBeeld:
    """Bring outcomes into view when the rule applies."""

    aanleiding: Aanleiding
    kandidaten: Mapping[str, Kandidaat]

    def schrijf(self, blad: Blad) -> None:
        """Adds its lines."""
        naam = nieuwe_naam()
        blad.schrijf(f"{naam} = {blad.voorwaarde(self.aanleiding)}")
        for code, kandidaat in self.kandidaten.items():
            blad.kandidaten.setdefault(code, []).append((naam, kandidaat))


@dataclass(frozen=True, slots=True)
class HoudTegen:
    """Hold back what is in view, and report the blokkade when there was something (or `altijd`)."""

    aanleiding: Aanleiding
    codes: frozenset[str]
    blokkade: str
    voorrang: int
    altijd: bool
    regel: Geldregel

    def schrijf(self, blad: Blad) -> None:
        """Adds its lines."""
        in_beeld = {
            code: " or ".join(naam for naam, _ in gevonden)
            for code, gevonden in blad.kandidaten.items()
            if code in self.codes
        }
        delen = [] if self.altijd else [f"({' or '.join(dict.fromkeys(in_beeld.values()))})"]
        blad.schrijf(f"if {' and '.join([*delen, blad.voorwaarde(self.aanleiding)])}:")
        blad.schrijf("geraakt = []", diepte=1)
        for code, tekst in in_beeld.items():
            blad.tegen.add(code)
            blad.schrijf(f"if {tekst}:", diepte=1)
            blad.schrijf(f"t_{code} = True", f"geraakt.append({code!r})", diepte=2)
        blad.merk(f"blokkade:{self.blokkade}", diepte=1)
        blad.schrijf(
            f"blokkades[{self.blokkade!r}] = min({self.voorrang}, blokkades.get({self.blokkade!r}, {self.voorrang}))",
            diepte=1,
        )
        blad.geldt(self.regel, f"({self.blokkade!r}, *geraakt)", diepte=1)


@dataclass(frozen=True, slots=True)
class StelVast:
    """Put an outcome in the answer when it is in view, not held back, and the `mits` of a rule for it holds.

    `mitsen` has the test per rule id; a rule that is not in it can never have what it needs.
    """

    code: str
    actor: str
    mitsen: Mapping[str, Test]
    taak: bool

    def schrijf(self, blad: Blad) -> None:
        """Adds its lines."""
        over = [(naam, k) for naam, k in blad.kandidaten.get(self.code, ()) if k.id in self.mitsen]
        delen = {k.id: self._deel(blad, naam, k) for naam, k in over}
        lijst = "taken" if self.taak else "voorstellen"
        merk = f"uitkomst:{self.code}"
        open_ = f"not t_{self.code} and " if self.code in blad.tegen else ""
        if len(over) == 1:
            ((_, kandidaat),) = over
            blad.schrijf(f"if {open_}{delen[kandidaat.id]}:")
            blad.merk(merk, diepte=1)
            blad.schrijf(f"{lijst}.append({self._enig_item(blad, kandidaat)})", diepte=1)
            self._verklaar(blad, kandidaat, diepte=1)
        elif over:
            blad.schrijf(f"if {open_}({' or '.join(naam for naam, _ in over)}):")
            blad.schrijf("gevonden, wie, wanneer = False, {}, []", diepte=1)
            for _, kandidaat in over:
                blad.schrijf(f"if {delen[kandidaat.id]}:", diepte=1)
                wie = f"wie.update(dict.fromkeys({_adressaten(blad, kandidaat)}))"
                blad.schrijf("gevonden = True", wie, diepte=2)
                if kandidaat.termijn is not None:
                    termijn = blad.lees(kandidaat.termijn)
                    blad.schrijf(f"if {termijn} is not None: wanneer.append({termijn})", diepte=2)
                self._verklaar(blad, kandidaat, diepte=2)
            item = self._item(blad, "tuple(wie)", "min(wanneer, default=None)")
            blad.schrijf("if gevonden:", diepte=1)
            blad.merk(merk, diepte=2)
            blad.schrijf(f"{lijst}.append({item})", diepte=2)

    def _deel(self, blad: Blad, naam: str, kandidaat: Kandidaat) -> str:
        mits = self.mitsen[kandidaat.id]
        return naam if mits is altijd else f"{naam} and ({blad.test(mits)})"

    def _enig_item(self, blad: Blad, kandidaat: Kandidaat) -> str:
        if kandidaat.termijn is None and not kandidaat.klassen:
            return blad.object(Item(self.code, self.actor, kandidaat.adressaten, None))
        termijn = blad.lees(kandidaat.termijn) if kandidaat.termijn else "None"
        return self._item(blad, _adressaten(blad, kandidaat), termijn)

    def _item(self, blad: Blad, adressaten: str, termijn: str) -> str:
        return f"{blad.object(Item)}({self.code!r}, {self.actor!r}, {adressaten}, {termijn})"

    def _verklaar(self, blad: Blad, kandidaat: Kandidaat, *, diepte: int) -> None:
        regel = blad.object(kandidaat.regel)
        eerder = "" if kandidaat.enige else f"*g.get({regel}, ()), "
        blad.schrijf(f"g[{regel}] = ({eerder}{self.code!r},)", diepte=diepte)
        blad.meld(kandidaat.regel, diepte=diepte)


@dataclass(frozen=True, slots=True)
class LeidAf:
    """Derive a klasse or termijn, unless an earlier rule did; an `intern` one stays out of the answer."""

    aanleiding: Aanleiding
    doel: str
    som: Som | Vast
    regel: Geldregel
    termijn: bool
    intern: bool
    eerste: bool
    """No earlier step can have derived it."""
    zeker: bool
    """It derives a value in every case."""

    def schrijf(self, blad: Blad) -> None:
        """Adds its lines."""
        doel = blad.lees(self.doel)
        voorwaarde = blad.voorwaarde(self.aanleiding)
        delen = [f"{doel} is None"] * (not self.eerste) + [voorwaarde] * (voorwaarde != "True")
        diepte = self._als(blad, " and ".join(delen), 0)
        waar = "k" if self.intern else f"{'termijnen' if self.termijn else 'klassen'}[{self.doel!r}] = k"
        if isinstance(self.som, Vast):
            waarde = blad.object(self.som.waarde)
        else:
            blad.schrijf(f"{doel} = {blad.object(self.som.bereken)}(k)", diepte=diepte)
            waarde = doel
            if not self.zeker:
                diepte = self._als(blad, f"{doel} is not None", diepte)
        gelijk = "" if waarde == doel else f"{doel} = "
        blad.schrijf(f"{gelijk}{waar}[{self.doel!r}] = {waarde}", diepte=diepte)
        if not self.intern:
            blad.geldt(self.regel, f"({self.doel!r},)", diepte=diepte)

    @staticmethod
    def _als(blad: Blad, voorwaarde: str, diepte: int) -> int:
        """Begins an if, where there is a condition; returns how deep the next line is."""
        if not voorwaarde:
            return diepte
        blad.schrijf(f"if {voorwaarde}:", diepte=diepte)
        return diepte + 1


@dataclass(frozen=True, slots=True)
class ZetVlaggen:
    """Raise the flags of a rule that does nothing else."""

    aanleiding: Aanleiding
    regel: Geldregel

    def schrijf(self, blad: Blad) -> None:
        """Adds its lines."""
        blad.schrijf(f"if {blad.voorwaarde(self.aanleiding)}:")
        blad.geldt(self.regel, "()", diepte=1)


def _adressaten(blad: Blad, kandidaat: Kandidaat) -> str:
    """The text of a tuple with the addressees of an outcome, each of them once."""
    namen, klassen = kandidaat.adressaten, kandidaat.klassen
    if not klassen:
        return repr(namen)
    if len(namen) == 1:
        return f"({blad.lees(namen[0])} or ())"
    delen = [f"*({blad.lees(naam)} or ())" if naam in klassen else repr(naam) for naam in namen]
    return f"tuple(dict.fromkeys(({', '.join(delen)})))"
