"""The webhook for CloudEvents, over real HTTP: who may send, what is taken, and that it is stored before the answer."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from hub.embedded import Servers
from hub.errors import Ongeldig
from hub.service import Surroundings
from hub.settings import HubSettings
from schakel.installation import Config
from schakel.routes.brp_gebeurtenissen import PAD, add_brp_gebeurtenissen
from services.brp_sync.app import BrpSync, build
from services.brp_sync.settings import BrpBronnen, GebeurtenisSettings
from simulators.brp.cloudevents import REEKS, CloudEventZender
from simulators.loopback import Loopback
from tests.service.brp_sync.wereld import Wereld
from tests.service.databases import readable

TOKEN = "een sleutel voor tests"
BSN, BSN_ANDER = "999990019", "999990020"


class Ingang:
    """The webhook before a running `brp_sync`, and a sender."""

    def __init__(self, wereld: Wereld, url: str, http: httpx.AsyncClient) -> None:
        self.wereld = wereld
        self.http = http
        self.url = url
        self.zender = CloudEventZender(http, url, TOKEN, wereld.clock)

    async def tel(self, tabel: str) -> int:
        """How many rows a table has."""
        return int(await self.wereld.pool.fetchval(f'SELECT count(*) FROM "{tabel}"'))

    async def post(self, inhoud: bytes, **koppen: str) -> httpx.Response:
        """Whatever, with the headers named."""
        return await self.http.post(
            self.url, content=inhoud, headers={k.replace("_", "-"): v for k, v in koppen.items()}
        )


@pytest.fixture
async def ingang(servers: Servers, tmp_path: Path) -> AsyncIterator[Ingang]:
    """Takes at most 2,000 bytes, and holds on at three waiting signals."""
    instellingen = GebeurtenisSettings(
        token=TOKEN, oorsprong=("vrijbrp.example",), per_minuut=100, max_bytes=2000, hoogstens_wachtend=3
    )
    bronnen = BrpBronnen(gebeurtenissen=instellingen)

    def maak(around: Surroundings, settings: HubSettings) -> BrpSync:
        return build(around, settings, bronnen=bronnen)

    wereld = Wereld(servers, tmp_path)
    await wereld.open(maak)
    app = FastAPI()
    installatie: Any = SimpleNamespace(
        config=Config(settings=wereld.settings, brp=bronnen), apps={"brp_sync": wereld.app}
    )
    add_brp_gebeurtenissen(app, installatie)
    loopback = Loopback(app)
    await loopback.start()
    try:
        async with httpx.AsyncClient() as http:
            yield Ingang(wereld, loopback.basis + PAD, http)
    finally:
        await loopback.stop()
        await wereld.close()


async def test_what_is_answered_with_202_is_stored(ingang: Ingang) -> None:
    """In each of the three modes; a repeat is recognised whatever the mode."""
    een, twee = ingang.zender.mutatie(BSN), ingang.zender.mutatie(BSN_ANDER)
    antwoorden = [
        await ingang.zender.stuur(een),
        await ingang.zender.stuur_binair(een),
        await ingang.zender.stuur_reeks([een, twee]),
        await ingang.zender.stuur(twee, "application/json; charset=utf-8"),
    ]
    assert [202] * 4 == [antwoord.status_code for antwoord in antwoorden]
    assert [(1, 0), (0, 1), (1, 1), (0, 1)] == [
        (antwoord.json()["aangenomen"], antwoord.json()["herhaald"]) for antwoord in antwoorden
    ]
    assert 2 == await ingang.tel("signaal")
    assert [] == await readable(ingang.wereld.pool, BSN, BSN_ANDER)


async def test_what_was_kept_and_not_answered_is_not_lost(ingang: Ingang, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database goes away after the event was stored: the sender hears of a fault, and the event is there."""
    signalering = ingang.wereld.app.signalering
    bewaar = signalering.signalen.keep

    async def weg(*_: object) -> int:
        raise ConnectionResetError

    monkeypatch.setattr(signalering.signalen, "keep", weg)
    assert 500 == (await ingang.zender.stuur(ingang.zender.mutatie(BSN))).status_code
    monkeypatch.setattr(signalering.signalen, "keep", bewaar)
    assert (1, 0) == (await ingang.tel("inkomend"), await ingang.tel("signaal"))
    assert 1 == await signalering.gebeurtenissen.hervat()
    assert 1 == await ingang.tel("signaal")


async def test_disorder_and_repeats_of_a_sender_make_one_signal_each(ingang: Ingang) -> None:
    """However often and in whatever order they come."""
    gebeurtenissen = [ingang.zender.mutatie(bsn) for bsn in (BSN, BSN_ANDER, BSN)]
    antwoorden = await ingang.zender.stuur_wanordelijk(gebeurtenissen, Random(7))
    assert {202} == {antwoord.status_code for antwoord in antwoorden}
    assert 3 == await ingang.tel("signaal")


async def test_what_the_sender_made_wrong_is_said_with_the_field(ingang: Ingang) -> None:
    """400 as problem+json, and visible here too; never with the value."""
    antwoord = await ingang.zender.stuur(ingang.zender.mutatie("12345"))
    assert (400, "application/problem+json") == (antwoord.status_code, antwoord.headers["content-type"])
    assert "data.bsn" == antwoord.json()["veld"]
    assert "12345" not in antwoord.text
    assert (0, 1) == (await ingang.tel("signaal"), await ingang.tel("quarantaine"))
    antwoord = await ingang.post(
        b"{kapot", Authorization=f"Bearer {TOKEN}", Content_Type="application/cloudevents+json"
    )
    assert (400, "bericht") == (antwoord.status_code, antwoord.json()["veld"])
    antwoord = await ingang.zender.stuur([ingang.zender.mutatie(BSN)])  # type: ignore[arg-type]
    assert 400 == antwoord.status_code


async def test_one_bad_event_does_not_hold_up_a_batch(ingang: Ingang) -> None:
    """Nor does one that is right and of no use; released once it is of use, it is a signal."""
    onbekend = ingang.zender.mutatie(BSN_ANDER, type="nl.brp.nog-niet")
    geen_bsn = ingang.zender.mutatie(BSN, type="nl.brp.verhuisd.emigratie", data={"pl_id": 7})
    geen_elfproef = ingang.zender.mutatie("123456789")
    antwoord = await ingang.zender.stuur_reeks([onbekend, ingang.zender.mutatie(BSN), geen_bsn, geen_elfproef])
    assert (202, {"aangenomen": 1, "herhaald": 0, "quarantaine": 3}) == (antwoord.status_code, antwoord.json())
    rows = await ingang.wereld.pool.fetch("SELECT veld FROM quarantaine ORDER BY id")
    assert ["type", "data.pl_id", "bsn"] == [row["veld"] for row in rows]
    opnieuw = ingang.wereld.app.service.intakes["cloudevents"].opnieuw["cloudevent"]
    assert await opnieuw(json.dumps(geen_bsn | {"data": {"bsn": BSN}}).encode()) is None
    assert 2 == await ingang.tel("signaal")


@pytest.mark.parametrize(
    "koppen",
    [
        {},
        {"Authorization": "Bearer een andere sleutel"},
        {"Authorization": TOKEN},
        {"Authorization": "Bearer sleutél"},
    ],
)
async def test_nobody_sends_without_the_token(ingang: Ingang, koppen: dict[str, str]) -> None:
    """Nothing is kept of what they sent."""
    ruw = {naam: waarde.encode() for naam, waarde in koppen.items()} | {"Content-Type": REEKS.encode()}
    antwoord = await ingang.http.post(ingang.url, content=b"[]", headers=ruw)
    assert 401 == antwoord.status_code
    assert 0 == await ingang.tel("inkomend")


async def test_the_token_is_never_taken_from_the_address(ingang: Ingang) -> None:
    """Addresses stand in logs."""
    antwoord = await ingang.http.post(
        f"{ingang.url}?access_token={TOKEN}", content=b"[]",
        headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": REEKS},
    )  # fmt: skip
    assert 401 == antwoord.status_code


@pytest.mark.parametrize("soort", ["text/xml", "", "application/cloudevents+avro", "application/json; charset=latin-1"])
async def test_another_kind_of_content_is_refused(ingang: Ingang, soort: str) -> None:
    """With what we do take."""
    antwoord = await ingang.zender.stuur(ingang.zender.mutatie(BSN), soort)
    assert 415 == antwoord.status_code
    assert "application/cloudevents+json" in antwoord.headers["accept"]


async def test_what_is_too_large_is_refused(ingang: Ingang) -> None:
    """Without filling the memory with it."""
    antwoord = await ingang.zender.stuur_reeks([ingang.zender.mutatie(BSN) for _ in range(50)])
    assert 413 == antwoord.status_code
    with pytest.raises(Ongeldig, match="hooguit 2000"):
        await ingang.wereld.app.signalering.gebeurtenissen.ontvang(b"[" + b"1," * 2000 + b"1]")
    assert 0 == await ingang.tel("inkomend")


async def test_when_too_much_waits_the_sender_must_hold_on(ingang: Ingang) -> None:
    """429 with Retry-After; what was taken stays."""
    statussen = [(await ingang.zender.stuur(ingang.zender.mutatie(BSN))).status_code for _ in range(5)]
    assert [202, 202, 202, 202, 429] == statussen
    antwoord = await ingang.zender.stuur(ingang.zender.mutatie(BSN))
    assert "60" == antwoord.headers["retry-after"]


async def test_a_sender_asks_first_whether_it_may(ingang: Ingang) -> None:
    """The handshake of the webhook specification, for senders that are listed."""
    goed = await ingang.zender.meld_aan("vrijbrp.example", 500)
    assert (200, "vrijbrp.example", "100") == (
        goed.status_code,
        goed.headers["webhook-allowed-origin"],
        goed.headers["webhook-allowed-rate"],
    )
    assert "50" == (await ingang.zender.meld_aan("vrijbrp.example", 50)).headers["webhook-allowed-rate"]
    vreemd = await ingang.zender.meld_aan("ander.example")
    assert 403 == vreemd.status_code
    assert "webhook-allowed-origin" not in vreemd.headers
    zonder = await ingang.http.options(ingang.url)
    assert (204, "POST, OPTIONS") == (zonder.status_code, zonder.headers["allow"])


def test_without_a_token_there_is_no_webhook() -> None:
    """An installation that expects no events takes none."""
    app = FastAPI()
    installatie: Any = SimpleNamespace(config=Config(brp=BrpBronnen(gebeurtenissen=GebeurtenisSettings(token=None))))
    add_brp_gebeurtenissen(app, installatie)
    assert PAD not in {getattr(route, "path", None) for route in app.routes}
