"""The line to the BRP API: mutual TLS, an API key, a token, bounds; what fails says nothing about the question."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.clock import VirtualClock
from hub.errors import NietGereed
from hub.privacy import Bsn
from services.brp_sync.brpapi.client import BrpApi
from services.brp_sync.brpapi.velden import paden
from services.brp_sync.brpapi.verbinding import BrpOnbereikbaar, Verbinding
from services.brp_sync.settings import BrpApiSettings
from simulators.brp.api import BrpApiSimulator, BrpStoring, BrpStoringSoort
from tests.certificaten import maak_certificaten

BSN = "999990019"
CLOCK = VirtualClock(datetime(2026, 9, 14, 8, 0, tzinfo=UTC))


async def vraag(settings: BrpApiSettings) -> list[str]:
    """Whom the API tells of."""
    verbinding = Verbinding(settings.url or "", settings, CLOCK)
    try:
        return list((await BrpApi(verbinding).personen([Bsn(BSN)], paden())).personen)
    finally:
        await verbinding.aclose()


@pytest.fixture
async def brp() -> AsyncIterator[BrpApiSimulator]:
    """A local provider with an API key, and one person."""
    simulator = BrpApiSimulator(CLOCK, api_sleutel="sesam")
    simulator.zet_json({"burgerservicenummer": BSN})
    await simulator.start()
    yield simulator
    await simulator.stop()


async def test_a_local_provider_wants_an_api_key(brp: BrpApiSimulator) -> None:
    """Another key is no access, which is not a refusal of the question."""
    assert [BSN] == await vraag(BrpApiSettings(url=brp.url, api_sleutel="sesam"))
    with pytest.raises(BrpOnbereikbaar, match="geen toegang") as fout:
        await vraag(BrpApiSettings(url=brp.url, api_sleutel="sleutel"))
    assert BSN not in f"{fout.value!r} {fout.value}"


async def test_the_rvig_wants_a_certificate_of_ours(tmp_path: Path) -> None:
    """Without it, and with an authority of theirs that we do not know, there is no connection."""
    tls, certificaat, sleutel = maak_certificaten(tmp_path)
    simulator = BrpApiSimulator(CLOCK, tls=tls)
    simulator.zet_json({"burgerservicenummer": BSN})
    await simulator.start()
    try:
        eigen = {"certificaat": certificaat, "sleutel": sleutel}
        assert [BSN] == await vraag(BrpApiSettings(url=simulator.url, ca=tls.ca, **eigen))
        for anders in ({"ca": tls.ca}, eigen):
            with pytest.raises(BrpOnbereikbaar):
                await vraag(BrpApiSettings(url=simulator.url, **anders))
    finally:
        await simulator.stop()


def test_a_certificate_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    """With its name; not at the first question."""
    settings = BrpApiSettings(url="https://127.0.0.1:1", certificaat=tmp_path / "weg.crt", sleutel=tmp_path / "weg.key")
    with pytest.raises(NietGereed, match="brp_api"):
        Verbinding("https://127.0.0.1:1", settings, CLOCK)


async def test_an_answer_without_end_is_cut_off(brp: BrpApiSimulator) -> None:
    """The memory stays what it was."""
    brp.zet_json({"burgerservicenummer": BSN, "naam": {"voornamen": "x" * 5000}})
    with pytest.raises(BrpOnbereikbaar, match="groter dan 1000 bytes"):
        await vraag(BrpApiSettings(url=brp.url, api_sleutel="sesam", max_bytes=1000))


async def test_a_passing_fault_is_tried_again_at_once(brp: BrpApiSimulator) -> None:
    """Twice; a third one in a row is for later."""
    brp.storingen = [BrpStoring(BrpStoringSoort.HTTP_500, aantal=2)]
    assert [BSN] == await vraag(BrpApiSettings(url=brp.url, api_sleutel="sesam"))
    assert 3 == len(brp.vragen)


async def test_people_of_a_test_set_can_be_asked_for(brp: BrpApiSimulator, tmp_path: Path) -> None:
    """A file in the flat GBA-JSON form."""
    bestand = tmp_path / "personen.json"
    bestand.write_text(json.dumps([{"burgerservicenummer": BSN, "geboorte": {"datum": "20110504"}}]))
    assert 1 == brp.laad(bestand)
    assert [BSN] == await vraag(BrpApiSettings(url=brp.url, api_sleutel="sesam"))
