"""docs/protocollen.md: for every rule of the documents where it stands in `protocols/`, or why it does not.

The rules are listed in docs/protocollen/regels.yaml; the other files there say why a rule is in no protocol. The rest
is read from the protocols themselves, so the table cannot say anything that is not so.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from hub.errors import Ongeldig
from services.cases.protocol import Protocolboek

FOLDER: Final = Path(__file__).parents[2] / "docs" / "protocollen"
TABLE: Final = FOLDER.with_suffix(".md")
INDEX: Final = "regels.yaml"
_SHOWN: Final = 10

_HEAD: Final = """# De regels van de protocollen

<!-- Gemaakt door `schakel protocol coverage`; verander docs/protocollen/*.yaml of protocols/. -->

Elke regel uit de documenten, waar zij in `protocols/` staat, of waarom zij daar niet staat. `schakel protocol explain
<regel>` toont een regel met haar bron, haar getallen en de begrippen waarop zij rust.

"""


def coverage(boek: Protocolboek, folder: Path = FOLDER) -> str:
    """The table as Markdown; raises `Ongeldig` for a rule that is nowhere, twice, or unknown."""
    index = _read(folder / INDEX)["documenten"]
    places, reasons = rule_places(boek), _reasons(folder)
    listed = [rule for document in index for part in document["onderdelen"] for rule in part["regels"]]
    _check(listed, places, reasons)
    done = sum(rule in places for rule in listed)
    lines = [_HEAD, f"Van de {len(listed)} regels staan er {done} in een protocol; {len(listed) - done} niet.\n"]
    for document in index:
        rules = [rule for part in document["onderdelen"] for rule in part["regels"]]
        number = sum(rule in places for rule in rules)
        lines.append(f"\n## {document['titel']}\n\n{number} van de {len(rules)} regels.\n")
        for part in document["onderdelen"]:
            lines.append(f"\n### {part['titel']}\n\n| regel | waar, of waarom niet |\n|---|---|\n")
            lines += [f"| {rule} | {_cell(rule, places, reasons)} |\n" for rule in part["regels"]]
    return "".join(lines)


def rule_places(boek: Protocolboek) -> dict[str, list[str]]:
    """Per rule of the documents: the files in which rules of ours carry it out."""
    places: dict[str, dict[str, None]] = {}
    for naam in sorted(boek.namen):
        for protocol in boek.versies(naam):
            for regel in protocol.regels:
                places.setdefault(regel.regel, {})[protocol.plaatsen[regel.id].bestand] = None
    return {rule: sorted(files) for rule, files in places.items()}


def _cell(rule: str, places: Mapping[str, list[str]], reasons: Mapping[str, str]) -> str:
    if rule in places:
        return ", ".join(f"`{file}`" for file in places[rule])
    return reasons[rule].replace("|", "\\|")


def _check(listed: list[str], places: Mapping[str, Any], reasons: Mapping[str, str]) -> None:
    wrong = {
        "staat twee keer in de lijst": {rule for rule in listed if listed.count(rule) > 1},
        "staat in geen protocol en er is geen reden bij": set(listed) - places.keys() - reasons.keys(),
        "staat in een protocol, dus er hoort geen reden bij": reasons.keys() & places.keys(),
        "staat niet in de lijst van regels": (places.keys() | reasons.keys()) - set(listed),
    }
    problems = [f"{_some(rules)} {text}" for text, rules in wrong.items() if rules]
    if problems:
        raise Ongeldig("; ".join(problems))


def _some(rules: set[str]) -> str:
    names = sorted(rules)
    more = f" en {len(names) - _SHOWN} andere" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _reasons(folder: Path) -> dict[str, str]:
    reasons: dict[str, str] = {}
    for name, text in _entries(folder):
        if name in reasons:
            raise Ongeldig(f"{name} heeft twee redenen in {folder.name}/")
        reasons[name] = text
    return reasons


def _entries(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.yaml")):
        if path.name != INDEX:
            yield from (_read(path) or {}).items()


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
