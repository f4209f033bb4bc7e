"""The steps of a decision: small functions that read and extend the state of one pass."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from services.cases.regelwerk.toetsen import Kennis, Test
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
    adressaten: Callable[[Kennis], Sequence[str]]
    termijn: str | None


class Staat:
    """What has been found out so far in one pass; `k` grows with every derived value and mark."""

    __slots__ = ("blokkades", "geldend", "k", "kandidaten", "klassen", "taken", "tegen", "termijnen", "voorstellen")

    def __init__(self, kennis: Kennis) -> None:
        """Start with the facts alone."""
        self.k = kennis
        self.kandidaten: dict[str, list[Kandidaat]] = {}
        self.tegen: set[str] = set()
        self.taken: list[Item] = []
        self.voorstellen: list[Item] = []
        self.blokkades: dict[str, int] = {}
        self.klassen: dict[str, Any] = {}
        self.termijnen: dict[str, date] = {}
        self.geldend: dict[Geldregel, tuple[str, ...]] = {}


Voeruit = Callable[[Staat], None]


def breng_in_beeld(aanleiding: Aanleiding, kandidaten: Mapping[str, Kandidaat]) -> Voeruit:
    """Bring outcomes into view when the rule applies."""
    als, tenzij = aanleiding
    paren = tuple(kandidaten.items())

    def stap(s: Staat) -> None:
        k = s.k
        if als(k) and (tenzij is None or not tenzij(k)):
            for code, kandidaat in paren:
                s.kandidaten.setdefault(code, []).append(kandidaat)

    return stap


def houd_tegen(
    aanleiding: Aanleiding, codes: frozenset[str], blokkade: str, voorrang: int, altijd: bool, regel: Geldregel
) -> Voeruit:
    """Hold back what is in view, and report the blokkade when there was something (or `altijd`)."""
    als, tenzij = aanleiding
    merk = f"blokkade:{blokkade}"

    def stap(s: Staat) -> None:
        k = s.k
        if not altijd and codes.isdisjoint(s.kandidaten):
            return
        if not als(k) or (tenzij is not None and tenzij(k)):
            return
        geraakt = [code for code in s.kandidaten if code in codes]
        s.tegen.update(geraakt)
        k[merk] = True
        s.blokkades[blokkade] = min(voorrang, s.blokkades.get(blokkade, voorrang))
        s.geldend[regel] = (blokkade, *geraakt)

    return stap


def stel_vast(code: str, actor: str, mitsen: Mapping[str, Test], *, taak: bool) -> Voeruit:
    """Put an outcome in the answer when it is in view, not held back, and the `mits` of a rule for it holds.

    `mitsen` has the test per rule id; a rule that is not in it can never have what it needs.
    """
    merk = f"uitkomst:{code}"

    def stap(s: Staat) -> None:
        kandidaten = s.kandidaten.get(code)
        if kandidaten is None or code in s.tegen:
            return
        k = s.k
        geldig = [kandidaat for kandidaat in kandidaten if kandidaat.id in mitsen and mitsen[kandidaat.id](k)]
        if not geldig:
            return
        k[merk] = True
        for kandidaat in geldig:
            s.geldend[kandidaat.regel] = (*s.geldend.get(kandidaat.regel, ()), code)
        (s.taken if taak else s.voorstellen).append(_item(code, actor, geldig, k))

    return stap


def leid_af(
    aanleiding: Aanleiding,
    doel: str,
    bereken: Callable[[Kennis], Any],
    regel: Geldregel,
    *,
    termijn: bool,
    intern: bool,
) -> Voeruit:
    """Derive a klasse or termijn, unless an earlier rule did; an `intern` one stays out of the answer."""
    als, tenzij = aanleiding
    voor = (doel,)

    def stap(s: Staat) -> None:
        k = s.k
        if doel in k or not als(k) or (tenzij is not None and tenzij(k)):
            return
        waarde = bereken(k)
        if waarde is None:
            return
        k[doel] = waarde
        if intern:
            return
        if termijn:
            s.termijnen[doel] = waarde
        else:
            s.klassen[doel] = waarde
        s.geldend[regel] = voor

    return stap


def zet_vlaggen(aanleiding: Aanleiding, regel: Geldregel) -> Voeruit:
    """Raise the flags of a rule that does nothing else."""
    als, tenzij = aanleiding

    def stap(s: Staat) -> None:
        k = s.k
        if als(k) and (tenzij is None or not tenzij(k)):
            s.geldend[regel] = ()

    return stap


def _item(code: str, actor: str, kandidaten: Sequence[Kandidaat], k: Kennis) -> Item:
    """One item for all rules that lead to `code`: all their addressees, the earliest of their dates."""
    if len(kandidaten) == 1:
        kandidaat = kandidaten[0]
        termijn = k.get(kandidaat.termijn) if kandidaat.termijn else None
        return Item(code, actor, tuple(kandidaat.adressaten(k)), termijn)
    adressaten = dict.fromkeys(naam for kandidaat in kandidaten for naam in kandidaat.adressaten(k))
    termijnen = [k[kandidaat.termijn] for kandidaat in kandidaten if kandidaat.termijn in k]
    return Item(code, actor, tuple(adressaten), min(termijnen, default=None))
