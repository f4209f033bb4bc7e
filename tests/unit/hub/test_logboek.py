"""A line of the Logboek Dataverwerkingen: the fields of the standard, the same each time, nobody to be recognised."""

import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from contracts.verstrek import Verzoek
from contracts.verstrekkingen import CONTRACTEN
from hub.crypto import Kluis
from hub.logboek import PSEUDONIEM, Logregel, pseudoniem
from schakel.logboek import van_grens, van_personen

OP = datetime(2026, 11, 20, 9, 0, 0, 123000, tzinfo=UTC)  # vrijdag
JONGERE, URI = UUID(int=1), "https://gemeente.example/verwerkingen/"
KLUIS = Kluis(AESGCM.generate_key(256))
RIJ = {
    "verstrekking_id": UUID(int=2),
    "jongere_id": JONGERE,
    "kenmerk": UUID(int=3),
    "ontvanger": "halt",
    "doel": "halt",
    "verwerking": "halt_verwijzen",
    "besloten_op": OP,
}


def test_a_line_has_the_fields_of_the_standard() -> None:
    """Version 1.0: ids of 16 and 8 bytes, milliseconds, three attributes; a refusal is no failure."""
    line = van_grens(RIJ, KLUIS, URI).als_dict()
    assert re.fullmatch("[0-9a-f]{32}", line["trace_id"])
    assert re.fullmatch("[0-9a-f]{16}", line["span_id"])
    moment = round(OP.timestamp() * 1000)
    assert ("Ok", "verstrekking halt halt", moment, moment) == (
        line["status"], line["name"], line["start_time"], line["end_time"],
    )  # fmt: skip
    assert {
        "dpl.core.processing_activity_id": URI + "halt_verwijzen",
        "dpl.core.data_subject_id": pseudoniem(KLUIS, JONGERE),
        "dpl.core.data_subject_id_type": PSEUDONIEM,
    } == line["attributes"]


def test_a_line_follows_from_its_row_and_names_nobody() -> None:
    """Written twice it is the same line; what belongs to one effect shares a trace; another key, another number."""
    een = van_grens(RIJ, KLUIS, URI)
    assert een == van_grens(RIJ, KLUIS, URI)
    later = van_grens(RIJ | {"verstrekking_id": UUID(int=9)}, KLUIS, URI)
    assert (een.trace_id, een.span_id == later.span_id) == (later.trace_id, False)
    assert str(JONGERE) not in str(een.als_dict())
    assert pseudoniem(Kluis(AESGCM.generate_key(256)), JONGERE) != een.betrokkene


def test_a_question_about_a_person_says_who_asked() -> None:
    """The service, never an official."""
    rij = {"id": 5, "jongere_id": JONGERE, "aanvrager": "letters", "doel": "brief", "op": OP}
    regel: Logregel = van_personen(rij, KLUIS, URI)
    assert "urn:nld:schakel:systeem:letters" == regel.attributes["dpl.core.foreign_operation.processor"]
    assert URI + "personen_brief" == regel.verwerking


def test_every_verwerking_of_the_logboek_stands_in_the_register_of_processing() -> None:
    """Who reads a line finds what it was for (AVG art. 30)."""
    register = (Path(__file__).parents[3] / "docs" / "verwerkingsregister.md").read_text(encoding="utf-8")
    for contract in CONTRACTEN:
        assert f"## {contract.afspraak.verwerking}\n" in register
    vragen = [v for v in Verzoek.__subclasses__() if v.__module__ == Verzoek.__module__ and v.bron == "brp_sync"]
    assert len(vragen) > 5
    for vraag in vragen:
        assert f"`personen_{vraag.model_fields['doel'].default}`" in register
    assert "`geen_contract`" in register
