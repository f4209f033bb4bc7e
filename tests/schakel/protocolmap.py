"""A folder with two small protocols on a small national base, for tests of the commands around protocols."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from schakel.cli import app
from services.cases.protocol import PROTOCOLLEN

ROOT = Path(__file__).parents[2]
DOC = ROOT / "docs" / "protocol-toevoegen.md"

_LANDELIJK = """
protocol: landelijk
titel: Een kleine basis
geldig_vanaf: 2020-08-01
documenten: {wet: De wet}
waarden:
  meldgrens_uren: {waarde: 16, eenheid: uren, wettelijk: ja, bron: {document: wet, paragraaf: artikel 21a}}
regels:
  - id: X-1
    soort: classificatie
    rang: wet
    dan: {klasse: leeftijd, wordt: {leeftijd: {van: geboortedatum, op: as_of}}}
    waarom: De jongere is {leeftijd} jaar.
    bron: {document: wet, paragraaf: artikel 3}
"""
_REGIO = """
protocol: %s
titel: Een regio
geldig_vanaf: %s
bouwt_op: landelijk
documenten: {protocol: Het protocol}
waarden:
  kaart_na: {waarde: %d, eenheid: keer te laat, bron: {document: protocol, paragraaf: § 1}}
  te_veel: {waarde: 20, eenheid: keer te laat, bron: {document: protocol, paragraaf: § 2}}
begrippen:
  veel_te_laat:
    betekenis: veel te laat komen
    voorwaarde: {feit: aantal_te_laat, minstens: te_veel}
    bron: {document: protocol, paragraaf: § 2}
regels:
  - id: VR-LAAT-1
    soort: voorstel
    als: {feit: aantal_te_laat, minstens: kaart_na}
    dan: {uitkomst: gele_kaart, actor: lpa, adressaten: [jongere]}
    waarom: Na {aantal_te_laat} keer te laat volgt een gele kaart.
    bron: {document: protocol, paragraaf: § 1}
    opmerking: De tekst zegt niet hoe vaak.
  - id: VR-LAAT-2
    soort: voorstel
    als: {begrip: veel_te_laat}
    dan: {uitkomst: halt_verwijzing, actor: lpa}
    waarom: Na {aantal_te_laat} keer te laat volgt Halt.
    bron: {document: protocol, paragraaf: § 2}
"""


def schrijf(folder: Path, naam: str, dag: str, tekst: str) -> Path:
    """Puts a version where the loader looks for it."""
    pad = folder / naam / f"{dag}.yaml"
    pad.parent.mkdir(parents=True, exist_ok=True)
    pad.write_text(tekst, encoding="utf-8")
    return pad


def regio(naam: str, dag: str, kaart_na: int) -> str:
    """A region in which a gele kaart follows after so many times."""
    return _REGIO % (naam, dag, kaart_na)


def kleine_map(folder: Path) -> Path:
    """`streng` hands out a gele kaart after 3 times (after 2 from 2026-08-01), `mild` after 9."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("feiten.yaml", "woordenlijst.yaml"):
        shutil.copy(PROTOCOLLEN / name, folder / name)
    schrijf(folder, "landelijk", "2020-08-01", _LANDELIJK)
    schrijf(folder, "streng", "2020-08-01", regio("streng", "2020-08-01", 3))
    schrijf(folder, "streng", "2026-08-01", regio("streng", "2026-08-01", 2))
    schrijf(folder, "mild", "2020-08-01", regio("mild", "2020-08-01", 9))
    return folder


def voorbeeld_in_de_handleiding() -> str:
    """The protocol that docs/protocol-toevoegen.md shows in full."""
    found = re.search(r"```yaml\n(protocol: voorbeeldregio\n.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def schakel(*arguments: object, stdin: str | bytes | None = None) -> Result:
    """Runs the command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin, catch_exceptions=False)


def regels(tekst: str) -> list[dict[str, Any]]:
    """JSON Lines as a list."""
    return [json.loads(regel) for regel in tekst.splitlines()]
