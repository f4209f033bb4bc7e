"""The decision: one pure function from protocol, facts and date to an answer that explains itself.

Nothing here decides anything with legal effect: that is always a voorstel, which waits for a human.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

from services.cases.feiten import GEEN, Feiten, FeitFout
from services.cases.protocol import Protocol
from services.cases.regelwerk.stappen import Item, Staat
from services.cases.regelwerk.toetsen import Kennis
from services.cases.regelwerk.uitleg import Uitleg

__all__ = ["Beoordeling", "Item", "Uitleg", "beoordeel"]


@dataclass(frozen=True)
class Beoordeling:
    """The answer.

    `taken` need no decision beforehand; `voorstellen` wait for a human; `blokkades` say why something is not there,
    the heaviest ground first (privacy, age, statute, protocol). `mens_beslist` is true with every voorstel.
    """

    classificatie: Mapping[str, Any]
    taken: tuple[Item, ...]
    voorstellen: tuple[Item, ...]
    mens_beslist: bool
    blokkades: tuple[str, ...]
    termijnen: Mapping[str, date]
    vlaggen: tuple[str, ...]
    _staat: Staat = field(repr=False, compare=False)

    @cached_property
    def uitleg(self) -> tuple[Uitleg, ...]:
        """The rule, the source and the facts behind everything in the answer; written out when it is asked for."""
        kennis = self._staat.k
        return tuple([regel.leg_uit(kennis, voor) for regel, voor in self._staat.geldend.items()])

    def bekend(self, naam: str) -> Any:
        """A fact or derived value, typed; None when it is unknown."""
        return self._staat.k.get(naam)

    def als_dict(self) -> dict[str, Any]:
        """The answer in plain JSON types: dates as ISO text, lists for tuples."""
        return {
            "classificatie": {naam: als_json(waarde) for naam, waarde in self.classificatie.items()},
            "taken": [_item(item) for item in self.taken],
            "voorstellen": [_item(item) for item in self.voorstellen],
            "mens_beslist": self.mens_beslist,
            "blokkades": list(self.blokkades),
            "termijnen": {naam: dag.isoformat() for naam, dag in self.termijnen.items()},
            "vlaggen": list(self.vlaggen),
            "uitleg": [regel.als_dict() for regel in self.uitleg],
        }


def beoordeel(protocol: Protocol, feiten: Feiten, as_of: date) -> Beoordeling:
    """What follows on `as_of` from `feiten` under `protocol`, and why.

    `as_of` counts, also when the facts name another one. Raises FeitFout when the birth date lies after it.
    """
    staat = Staat(kennis_op(feiten, as_of))
    protocol.plan.voer_uit(staat, feiten)
    return Beoordeling(
        classificatie=MappingProxyType(staat.klassen),
        taken=tuple(staat.taken),
        voorstellen=tuple(staat.voorstellen),
        mens_beslist=staat.mens or bool(staat.voorstellen),
        blokkades=_op_zwaarte(staat.blokkades),
        termijnen=MappingProxyType(staat.termijnen),
        vlaggen=tuple(staat.vlaggen),
        _staat=staat,
    )


def _op_zwaarte(blokkades: dict[str, int]) -> tuple[str, ...]:
    return tuple(sorted(blokkades, key=blokkades.__getitem__)) if len(blokkades) > 1 else tuple(blokkades)


def kennis_op(feiten: Feiten, as_of: date) -> Kennis:
    """What is known at the start of a decision on `as_of`; raises FeitFout when the birth date lies after it."""
    kennis = feiten.kopie()
    kennis["as_of"] = as_of
    geboren = kennis.get("geboortedatum")
    if isinstance(geboren, date) and geboren > as_of:
        raise FeitFout("geboortedatum", "ligt na de peildatum")
    return kennis


def _item(item: Item) -> dict[str, Any]:
    termijn = item.termijn.isoformat() if item.termijn else None
    return {**item._asdict(), "adressaten": list(item.adressaten), "termijn": termijn}


def als_json(waarde: Any) -> Any:
    """A derived value in plain JSON types: dates as ISO text, lists for tuples, null for an established absence."""
    if waarde is GEEN:
        return None
    if isinstance(waarde, tuple):
        return [als_json(deel) for deel in waarde]
    return waarde.isoformat() if isinstance(waarde, date) else waarde
