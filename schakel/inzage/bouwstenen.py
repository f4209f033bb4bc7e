"""Small pieces of which an inzage is built: fields, tables, and any stored value laid out as text. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from schakel.inzage.model import Onderdeel, Tabel, Veld
from schakel.inzage.woorden import leesbaar, ruw, toon

_LEEG: tuple[Any, ...] = (None, "", [], {}, ())


def velden(waarden: Mapping[str, Any], behalve: Collection[str] = (), prefix: str = "") -> tuple[Veld, ...]:
    """A field per value that is there; what holds other values is not here (see `leg_uit`)."""
    return tuple(
        veld(f"{prefix}{naam}", waarde)
        for naam, waarde in waarden.items()
        if naam not in behalve and not _leeg(waarde) and not _samengesteld(waarde)
    )


def veld(naam: str, waarde: Any, titel: str | None = None) -> Veld:
    """One field."""
    kort = naam.rpartition(".")[2]
    return Veld(veld=naam, naam=titel or leesbaar(kort), waarde=toon(waarde, kort), ruw=ruw(waarde))


def leg_uit(titel: str, waarden: Mapping[str, Any], behalve: Collection[str] = ()) -> Onderdeel:
    """All of a stored value: plain fields first, then a part for each value that holds others."""
    delen: list[Onderdeel] = []
    for naam, waarde in waarden.items():
        if naam in behalve or _leeg(waarde) or not _samengesteld(waarde):
            continue
        if isinstance(waarde, Mapping):
            delen.append(leg_uit(leesbaar(naam), waarde, behalve))
        else:
            delen += [leg_uit(f"{leesbaar(naam)} {nr}", een, behalve) for nr, een in enumerate(waarde, 1)]
    return Onderdeel(titel=titel, velden=velden(waarden, behalve), onderdelen=tuple(delen))


def tabel(titel: str, kolommen: Sequence[str], rijen: Iterable[Sequence[Any]]) -> Onderdeel | None:
    """A table; None without rows."""
    cellen = tuple(tuple("" if _leeg(cel) else toon(cel) for cel in rij) for rij in rijen)
    return Onderdeel(titel=titel, tabel=Tabel(kolommen=tuple(kolommen), rijen=cellen)) if cellen else None


def aanwezig(*delen: Onderdeel | None) -> tuple[Onderdeel, ...]:
    """Those that are there."""
    return tuple(deel for deel in delen if deel is not None)


def is_leeg(deel: Onderdeel) -> bool:
    """Whether it shows nothing."""
    return not (deel.velden or deel.tabel or deel.onderdelen)


def _leeg(waarde: Any) -> bool:
    return waarde in _LEEG


def _samengesteld(waarde: Any) -> bool:
    return isinstance(waarde, Mapping) or (
        isinstance(waarde, list | tuple) and bool(waarde) and isinstance(waarde[0], Mapping)
    )
