"""A school without DUO reports by file: a zaak as for any other melding, and DUO never hears of it."""

import json
from datetime import timedelta
from typing import Any

from contracts.codes import MeldingStatus
from tests.journeys.test_status import sluit
from tests.journeys.world import World
from tests.unit.ingest_duo.test_schoolmelding import KOP, RIJ, csv


async def neem_op(wereld: World, inhoud: bytes) -> tuple[int, dict[str, Any]]:
    """What the API answers."""
    from schakel.places import api_token

    headers = {"Authorization": f"Bearer {api_token(wereld.folder)}"}
    answer = await wereld.api.post("/v1/meldingen", content=inhoud, headers=headers)
    return answer.status_code, answer.json()


async def test_a_file_read_twice_is_the_same_meldingen(wereld: World) -> None:
    """A zaak opens, a later einddatum is a change, and no status goes out."""
    persoon = await wereld.jongere()
    assert persoon.bsn is not None
    rij = RIJ | {"bsn": persoon.bsn.get_secret_value()}
    for _ in range(2):
        status, verslag = await neem_op(wereld, csv(rij, rij | {"brin": "fout"}))
        assert (201, 2, 1, 1) == (status, verslag["gelezen"], verslag["opgenomen"], verslag["quarantaine"])
        assert [{"rij": 3, "kolom": "brin"}] == [{k: f[k] for k in ("rij", "kolom")} for f in verslag["fouten"]]
    zaak = await wereld.zaak(persoon)
    (nummer,) = zaak.meldingen
    assert ("9", 18) == (nummer[0], len(nummer))
    wereld.clock.advance(timedelta(minutes=1))
    await neem_op(wereld, csv(rij | {"einddatum": "2026-09-10"}))
    assert 1 == len(await wereld.said("ingest_duo", "verzuimmelding-ontvangen"))
    assert 1 == len(await wereld.said("ingest_duo", "verzuimmelding-gewijzigd"))
    pool = wereld.app("ingest_duo").service.pool
    assert [("school",)] == [tuple(r) for r in await pool.fetch("SELECT kanaal FROM melding")]
    rows = await pool.fetch("SELECT bron, plek, veld FROM quarantaine")
    assert [("school", "regel 3, kolom brin", "school.brin")] == [tuple(r) for r in rows]
    answer, problem = await sluit(wereld, nummer)
    assert (422, True) == (answer, "kwam niet van DUO" in problem["detail"])
    assert ({}, 0) == (dict(wereld.duo.ontvangen_statussen), wereld.duo.verzoeken["mutatie"])


async def test_a_file_that_cannot_be_used_is_refused_and_kept(wereld: World) -> None:
    """The sender hears why; an operator finds it in quarantine."""
    status, problem = await neem_op(wereld, csv(RIJ, kop=KOP.replace("brin", "school")))
    assert (422, True) == (status, "brin" in problem["detail"])
    rows = await wereld.app("ingest_duo").service.pool.fetch("SELECT bron, veld FROM quarantaine")
    assert [("school", "kolommen")] == [tuple(r) for r in rows]


async def test_a_melding_of_another_gemeente_waits_and_one_that_was_kept_is_finished(wereld: World) -> None:
    """A file that was stored when the process died is worked off at the next round."""
    persoon = await wereld.jongere()
    assert persoon.bsn is not None
    rij = RIJ | {"bsn": persoon.bsn.get_secret_value()}
    status, verslag = await neem_op(wereld, json.dumps({"meldingen": [rij | {"gemeente": "0034"}]}).encode())
    assert (201, 0, "gemeente") == (status, verslag["opgenomen"], verslag["fouten"][0]["kolom"])
    app = wereld.app("ingest_duo")
    await app.schoolmeldingen._intake.keep(csv(rij), wereld.clock.now())
    await app.poller.round()
    assert 1 == len(await wereld.said("ingest_duo", "verzuimmelding-ontvangen"))


async def test_duo_cannot_use_a_number_of_ours(wereld: World) -> None:
    """Such a melding waits in quarantine."""
    wereld.meld_bij_duo(await wereld.jongere(), meldingsnummer="912345678901234567")
    await wereld.app("ingest_duo").poller.round()
    rows = await wereld.app("ingest_duo").service.pool.fetch("SELECT veld FROM quarantaine")
    assert ["meldingsnummer"] == [r["veld"] for r in rows]
    assert MeldingStatus.GEREGISTREERD is wereld.duo.register.huidig("912345678901234567").status
