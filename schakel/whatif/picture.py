"""The counts of a what-if as a picture for a council: paired bars per gemeente, as SVG or PNG."""

import json
from pathlib import Path
from typing import Any, Final

import typst

from hub.errors import Ongeldig
from schakel.whatif.report import ALL
from services.cases.regelwerk.woorden import Woordenlijst

TEMPLATE: Final = Path(__file__).with_name("picture.typ")
FORMATS: Final = (".svg", ".png")
_PPI: Final = 144.0
_FEW: Final = 5


def draw(result: dict[str, Any], woorden: Woordenlijst, path: Path) -> None:
    """Writes the picture; the extension, one of `FORMATS`, says which kind. Raises `Ongeldig` when it cannot."""
    inputs = {"data": json.dumps(picture_data(result, woorden), ensure_ascii=False)}
    image = typst.compile(
        TEMPLATE,
        format="svg" if path.suffix == ".svg" else "png",
        ppi=_PPI,
        sys_inputs=inputs,
        ignore_system_fonts=True,
    )
    if not isinstance(image, bytes):
        raise Ongeldig("de tekening past niet op een vel: vraag minder gemeenten tegelijk", path.name)
    try:
        path.write_bytes(image)
    except OSError as error:
        raise Ongeldig("is niet te schrijven", str(path)) from error


def picture_data(result: dict[str, Any], woorden: Woordenlijst) -> dict[str, Any]:
    """What the picture shows, in words and numbers."""
    parts = result["gemeenten"] if len(result["gemeenten"]) == 1 else {**result["gemeenten"], ALL: result[ALL]}
    shown = [_part(name, part, woorden) for name, part in parts.items()]
    return {
        "titel": "Wat verandert er met een ander verzuimprotocol?",
        "ondertitel": f"Hoe vaak een stap in beeld komt, meldingen van {result['van']} tot en met {result['tot']}",
        "was": f"{result['was']} (nu)",
        "wordt": f"{result['wordt']} (vergelijking)",
        "delen": shown,
        "grootste": max(
            [1, *(max(row[kind]["aantal"] for kind in ("was", "wordt")) for part in shown for row in part["rijen"])]
        ),
        "voetnoot": (
            f"Bron: {result['bron']}. De feiten zijn die van toen: wat na een ander besluit anders zou zijn gelopen, is"
            " niet nagespeeld. Elke stap met rechtsgevolg is een voorstel waarover een ambtenaar besluit."
        ),
    }


def _part(name: str, part: dict[str, Any], woorden: Woordenlijst) -> dict[str, Any]:
    rows = [
        {"naam": woorden.gevolgen[code].betekenis} | {kind: _bar(row[kind]) for kind in ("was", "wordt")}
        for code, row in part["gevolgen"].items()
        if row["was"] or row["wordt"]
    ]
    text = f"{part['meldingen']} meldingen, bij {part['anders']} verandert er iets"
    return {"naam": name, "toelichting": text, "rijen": rows}


def _bar(number: int) -> dict[str, Any]:
    """How long a bar is and what stands beside it; so few that somebody might be recognised are not told apart."""
    few = 0 < number < _FEW
    return {"aantal": _FEW if few else number, "tekst": f"minder dan {_FEW}" if few else str(number)}
