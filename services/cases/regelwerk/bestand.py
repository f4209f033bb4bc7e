"""Reading a protocol file so that every error names the file, the line and the rule."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import yaml
from pydantic import ValidationError

from services.cases.regelwerk.regels import Protocolbestand, Protocoldeel, Regel

_Lader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_REDENEN: Final = {
    "missing": "ontbreekt",
    "extra_forbidden": "is hier geen bekende sleutel",
    "literal_error": "moet een van deze zijn: {expected}",
    "string_type": "moet tekst zijn",
    "string_pattern_mismatch": "heeft niet de vorm van een naam of id",
    "string_too_short": "is te kort",
    "string_too_long": "is te lang",
    "too_short": "mag niet leeg zijn",
    "tuple_type": "moet een lijst zijn",
    "dict_type": "moet een map van namen zijn",
    "finite_number": "moet een eindig getal zijn",
    "date_type": "moet een datum zijn",
    "date_from_datetime_parsing": "moet een datum zijn",
    "union_tag_invalid": "moet een van deze zijn: {expected_tags}",
    "union_tag_not_found": "ontbreekt: {discriminator}",
}


class ProtocolFout(ValueError):
    """A protocol file does not hold together; the text names file, line and rule where there is one."""

    def __init__(self, bestand: str, lijn: int, reden: str, regel: str | None = None) -> None:
        bij = f" regel {regel}:" if regel else ""
        super().__init__(f"{bestand}:{lijn}:{bij} {reden}")
        self.bestand = bestand
        self.lijn = lijn
        self.regel = regel
        self.reden = reden


class Plaats(NamedTuple):
    """A line of a file."""

    bestand: str
    lijn: int


class Gelezen(NamedTuple):
    """A version of a protocol that has the right shape, its name for messages, and where its parts start.

    `plaatsen` has a place per rule id, per `begrip <naam>` and per `waarde <naam>`.
    """

    inhoud: Protocolbestand
    bestand: str
    plaatsen: dict[str, Plaats]


KOP: Final = "protocol.yaml"
"""In a version that is a folder: the file that says which protocol it is."""


def lees_versie(pad: Path) -> Gelezen:
    """Read one version of a protocol: `<map>/<protocol>/<geldig_vanaf>.yaml`, or a folder with a file per subject.

    In a folder `protocol.yaml` comes first and the subjects follow in the order of their names. Raises ProtocolFout.
    """
    if not pad.is_dir():
        return _lees_kop(pad, pad.stem, f"{pad.parent.name}/{pad.name}")
    naam = f"{pad.parent.name}/{pad.name}"
    if not (pad / KOP).is_file():
        raise ProtocolFout(naam, 1, f"in deze map hoort een bestand {KOP}")
    versie = _lees_kop(pad / KOP, pad.name, f"{naam}/{KOP}")
    for bestand in sorted(pad.glob("*.yaml")):
        if bestand.name != KOP:
            versie = _voeg_toe(versie, bestand, f"{naam}/{bestand.name}")
    return versie._replace(bestand=naam)


def _lees_kop(pad: Path, dag: str, naam: str) -> Gelezen:
    inhoud, knoop = _lees(pad, naam, Protocolbestand)
    if (inhoud.protocol, str(inhoud.geldig_vanaf)) != ((pad.parent if pad.stem == dag else pad.parents[1]).name, dag):
        raise ProtocolFout(naam, 1, "protocol en geldig_vanaf passen niet bij de map en de naam van het bestand")
    return Gelezen(inhoud, naam, _plaatsen(knoop, inhoud.regels, naam))


def _voeg_toe(versie: Gelezen, pad: Path, naam: str) -> Gelezen:
    deel, knoop = _lees(pad, naam, Protocoldeel)
    plaatsen = _plaatsen(knoop, deel.regels, naam)
    for sleutel in plaatsen.keys() & versie.plaatsen.keys():
        eerder, (bestand, lijn) = versie.plaatsen[sleutel], plaatsen[sleutel]
        raise ProtocolFout(bestand, lijn, f"{sleutel} staat ook in {eerder.bestand} op lijn {eerder.lijn}")
    return versie._replace(inhoud=versie.inhoud.met(deel), plaatsen=versie.plaatsen | plaatsen)


_Inhoud = TypeVar("_Inhoud", Protocolbestand, Protocoldeel)


def _lees(pad: Path, naam: str, vorm: type[_Inhoud]) -> tuple[_Inhoud, yaml.MappingNode]:
    ruw, knoop = _lees_yaml(pad, naam)
    try:
        return vorm.model_validate(ruw), knoop
    except ValidationError as fout:
        raise _eerste_fout(fout, naam, knoop, ruw) from fout


def _lees_yaml(pad: Path, naam: str) -> tuple[Any, yaml.MappingNode]:
    try:
        lader = _Lader(pad.read_text(encoding="utf-8"))
        try:
            knoop = lader.get_single_node()
            if not isinstance(knoop, yaml.MappingNode):
                raise ProtocolFout(naam, 1, "het bestand is leeg of begint niet met namen")
            _controleer(knoop, naam)
            return lader.construct_document(knoop), knoop
        finally:
            lader.dispose()
    except yaml.MarkedYAMLError as fout:
        lijn = fout.problem_mark.line + 1 if fout.problem_mark else 1
        raise ProtocolFout(naam, lijn, "geen geldige YAML") from fout
    except (yaml.YAMLError, UnicodeDecodeError) as fout:
        raise ProtocolFout(naam, 1, "is geen tekst in UTF-8") from fout
    except RecursionError as fout:
        raise ProtocolFout(naam, 1, "is te diep genest") from fout


def _plaatsen(knoop: yaml.MappingNode, regels: Sequence[Regel], naam: str) -> dict[str, Plaats]:
    lijst = _onderdeel(knoop, "regels")
    plaatsen: dict[str, Plaats] = {}
    for regel, onderdeel in zip(regels, lijst.value if lijst else (), strict=True):
        lijn = onderdeel.start_mark.line + 1
        if regel.id in plaatsen:
            raise ProtocolFout(naam, lijn, f"deze id staat ook op lijn {plaatsen[regel.id].lijn}", regel.id)
        plaatsen[regel.id] = Plaats(naam, lijn)
    for soort, onderdelen in (("begrip", "begrippen"), ("waarde", "waarden")):
        if (map_ := _onderdeel(knoop, onderdelen)) is not None:
            plaatsen |= {
                f"{soort} {sleutel.value}": Plaats(naam, sleutel.start_mark.line + 1) for sleutel, _ in map_.value
            }
    return plaatsen


def _eerste_fout(fout: ValidationError, naam: str, knoop: yaml.Node, ruw: Any) -> ProtocolFout:
    """The first thing pydantic found, in Dutch, at the deepest line that its path leads to."""
    eerste = fout.errors(include_url=False, include_input=False)[0]
    plek = eerste["loc"]
    pad = []
    for deel in plek:
        if (volgende := _onderdeel(knoop, deel)) is not None:
            knoop = volgende
            pad.append(str(deel))
    if eerste["type"] in ("value_error", "onbekende_voorwaarde", "onbekende_berekening", "onbekende_datum"):
        reden = eerste["msg"].removeprefix("Value error, ")
    else:
        reden = _REDENEN.get(eerste["type"], "is ongeldig").format(**eerste.get("ctx", {}))
    veld = str(plek[-1]) if eerste["type"] in ("missing", "extra_forbidden") else ".".join(pad[2:] or pad)
    return ProtocolFout(naam, knoop.start_mark.line + 1, f"{veld} {reden}".strip(), _regel_id(plek, ruw))


def _regel_id(plek: tuple[int | str, ...], ruw: Any) -> str | None:
    match plek:
        case ("regels", int(nummer), *_):
            regel = ruw["regels"][nummer]
            return str(regel["id"]) if isinstance(regel, dict) and "id" in regel else None
    return None


def _onderdeel(knoop: yaml.Node, deel: int | str) -> Any:
    """The node one step down, or None when `deel` is no key or index of this node."""
    if isinstance(knoop, yaml.SequenceNode) and isinstance(deel, int) and deel < len(knoop.value):
        return knoop.value[deel]
    if isinstance(knoop, yaml.MappingNode):
        return next((waarde for sleutel, waarde in knoop.value if sleutel.value == deel), None)
    return None


def _controleer(wortel: yaml.Node, naam: str) -> None:
    """What YAML lets pass or says without a line: keys that are no name or come twice, `<<`, and 30 February."""
    for knoop in _knopen(wortel):
        if isinstance(knoop, yaml.MappingNode):
            _controleer_sleutels(knoop, naam)
        elif knoop.tag == "tag:yaml.org,2002:timestamp":
            try:
                date.fromisoformat(knoop.value)
            except ValueError as fout:
                raise ProtocolFout(naam, knoop.start_mark.line + 1, f"{knoop.value} is geen datum") from fout


def _controleer_sleutels(map_: yaml.MappingNode, naam: str) -> None:
    gezien: set[str] = set()
    for sleutel, _ in map_.value:
        lijn = sleutel.start_mark.line + 1
        if not isinstance(sleutel, yaml.ScalarNode) or sleutel.value == "<<":
            raise ProtocolFout(naam, lijn, "hier hoort een gewone naam voor de dubbele punt")
        if sleutel.value in gezien:
            raise ProtocolFout(naam, lijn, f"{sleutel.value} staat er twee keer")
        gezien.add(sleutel.value)


def _knopen(wortel: yaml.Node) -> Iterator[yaml.Node]:
    """All nodes, in the order of the file; one that is used again stands in it once."""
    gezien: set[int] = set()
    stapel = [wortel]
    while stapel:
        knoop = stapel.pop()
        if id(knoop) in gezien:
            continue
        gezien.add(id(knoop))
        yield knoop
        if isinstance(knoop, yaml.MappingNode):
            stapel += [waarde for _, waarde in reversed(knoop.value)]
        elif isinstance(knoop, yaml.SequenceNode):
            stapel += reversed(knoop.value)
