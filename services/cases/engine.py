"""The decision: one pure function from protocol, facts and date to an answer that explains itself.

Nothing here decides anything with legal effect: that is always a voorstel, which waits for a human.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from services.cases.feiten import Feiten, FeitFout
from services.cases.protocol import Protocol
from services.cases.regelwerk.stappen import Item, Staat
from services.cases.regelwerk.uitleg import Uitleg

__all__ = ["Beoordeling", "Item", "Uitleg", "beoordeel"]


@dataclass(frozen=True, slots=True)
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
    uitleg: tuple[Uitleg, ...]

    def als_dict(self) -> dict[str, Any]:
        """The answer in plain JSON types: dates as ISO text, lists for tuples."""
        return {
            "classificatie": {naam: _json(waarde) for naam, waarde in self.classificatie.items()},
            "taken": [_item(item) for item in self.taken],
            "voorstellen": [_item(item) for item in self.voorstellen],
            "mens_beslist": self.mens_beslist,
            "blokkades": list(self.blokkades),
            "termijnen": {naam: dag.isoformat() for naam, dag in self.termijnen.items()},
            "vlaggen": list(self.vlaggen),
            "uitleg": [
                {**regel._asdict(), "feiten": list(regel.feiten), "voor": list(regel.voor)} for regel in self.uitleg
            ],
        }


def beoordeel(protocol: Protocol, feiten: Feiten, as_of: date) -> Beoordeling:
    """What follows on `as_of` from `feiten` under `protocol`, and why.

    `as_of` counts, also when the facts name another one. Raises FeitFout when the birth date lies after it.
    """
    kennis = feiten.kopie()
    kennis["as_of"] = as_of
    geboren = kennis.get("geboortedatum")
    if isinstance(geboren, date) and geboren > as_of:
        raise FeitFout("geboortedatum", "ligt na de peildatum")
    staat = Staat(kennis)
    for stap in protocol.plan.stappen(feiten):
        stap(staat)
    return _antwoord(staat)


def _antwoord(staat: Staat) -> Beoordeling:
    geldend, k = staat.geldend, staat.k
    vlaggen: dict[str, None] = {}
    mens_beslist = bool(staat.voorstellen)
    for regel in geldend:
        if regel.vlaggen:
            vlaggen.update(dict.fromkeys(regel.vlaggen))
        mens_beslist = mens_beslist or regel.mens_beslist
    return Beoordeling(
        classificatie=MappingProxyType(staat.klassen),
        taken=tuple(staat.taken),
        voorstellen=tuple(staat.voorstellen),
        mens_beslist=mens_beslist,
        blokkades=tuple(sorted(staat.blokkades, key=staat.blokkades.__getitem__)),
        termijnen=MappingProxyType(staat.termijnen),
        vlaggen=tuple(vlaggen),
        uitleg=tuple([regel.leg_uit(k, voor) for regel, voor in geldend.items()]),
    )


def _item(item: Item) -> dict[str, Any]:
    termijn = item.termijn.isoformat() if item.termijn else None
    return {**item._asdict(), "adressaten": list(item.adressaten), "termijn": termijn}


def _json(waarde: Any) -> Any:
    if isinstance(waarde, tuple):
        return [_json(deel) for deel in waarde]
    return waarde.isoformat() if isinstance(waarde, date) else waarde
