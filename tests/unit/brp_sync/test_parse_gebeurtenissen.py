"""`schakel parse cloudevent` and `schakel parse brp-api`: a line per event or person, whatever the bytes are."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from schakel.parsing import parse_files
from tests.unit.brp_sync.test_brpapi_lezen import antwoord
from tests.unit.brp_sync.test_cloudevents import BSN, OUD, vrijbrp


def regels(soort: str, pad: Path, inhoud: bytes) -> list[dict[str, Any]]:
    bestand = pad / "bestand"
    bestand.write_bytes(inhoud)
    return list(parse_files(soort, [bestand]))


GOED = {
    "ok": True,
    "soort": "vrijbrp.pl.mutation.v1",
    "persoon": {"bsn": BSN, "historisch": [OUD]},
    "gebeurtenissen": ["gewijzigd", "identificatie_gewijzigd"],
}


def test_one_event_a_batch_and_lines_of_events(tmp_path: Path) -> None:
    """A broken line does not take the others with it."""
    los = json.dumps(vrijbrp()).encode()
    assert [GOED] == regels("cloudevent", tmp_path, json.dumps(vrijbrp(), indent=1).encode())
    assert [GOED, GOED] == regels("cloudevent", tmp_path, b"[" + los + b"," + los + b"]")
    eerste, kapot, laatste = regels("cloudevent", tmp_path, los + b"\r\n{kapot\n\n" + los + b"\n")
    assert [GOED, GOED] == [eerste, laatste]
    assert {"veld": "bericht", "plek": "regel 2", "reden": "is geen JSON"} == kapot["fout"]
    (fout,) = regels("cloudevent", tmp_path, json.dumps(vrijbrp(), indent=1).encode()[:-9])
    assert "bestand" == fout["fout"]["plek"]
    (leeg,) = regels("cloudevent", tmp_path, b"[]")
    assert (True, None) == (leeg["ok"], leeg["persoon"])


def test_an_answer_a_list_and_one_person(tmp_path: Path) -> None:
    """An answer without persons is an answer too."""
    for inhoud in ({"personen": [antwoord()]}, [antwoord()], antwoord()):
        (regel,) = regels("brp-api", tmp_path, json.dumps(inhoud).encode())
        assert (True, BSN, ["ingeschreven"]) == (regel["ok"], regel["persoon"]["bsn"], regel["gebeurtenissen"])
    (leeg,) = regels("brp-api", tmp_path, b'{"personen": []}')
    assert (True, None) == (leeg["ok"], leeg["persoon"])
    fout, goed = regels(
        "brp-api", tmp_path, json.dumps([antwoord(burgerservicenummer="999999245"), antwoord()]).encode()
    )
    assert ("burgerservicenummer", "lijst[0]", True) == (fout["fout"]["veld"], fout["fout"]["plek"], goed["ok"])


@pytest.mark.parametrize(
    ("soort", "bericht"), [("cloudevent", [vrijbrp()] * 2), ("brp-api", {"personen": [antwoord()]})]
)
def test_damaged_bytes_give_lines_and_never_a_traceback(tmp_path: Path, soort: str, bericht: Any) -> None:
    """Bytes changed, taken out, doubled and cut off."""
    rng, heel = random.Random(4), json.dumps(bericht).encode()
    for _ in range(400):
        inhoud = bytearray(heel)
        for _ in range(rng.randint(1, 6)):
            plek = rng.randrange(len(inhoud))
            inhoud[plek : plek + rng.randint(0, 3)] = rng.randbytes(rng.randint(0, 2)) or inhoud[plek : plek + 9]
        gelezen = regels(soort, tmp_path, bytes(inhoud[: rng.randrange(len(inhoud)) if rng.random() < 0.1 else None]))
        assert gelezen
        assert all(json.dumps(regel) and ("fout" in regel) is not regel["ok"] for regel in gelezen)
