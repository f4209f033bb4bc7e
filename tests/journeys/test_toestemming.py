"""Halt and the consent to it: withdrawn before the offer, while Halt has the referral, and after it ended."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.codes import HaltAfloop
from hub.embedded import Servers
from schakel.installation import announced
from services.brp_sync.model import Persoon
from services.cases.model import Zaak
from services.cases.privacystand import Gever
from services.cases.toestemmingsintrekking import TAAK
from tests.journeys.world import LPA, World, world
from tests.waiting import eventually

HALT = {"element": "halt_verwijzing", "ontvanger": "halt", "doel": "halt"}


@pytest.fixture
async def wereld(servers: Servers, tmp_path: Path) -> AsyncIterator[World]:
    """A region."""
    async with world(servers, tmp_path) as een:
        yield een


async def zeg(wereld: World, zaak: Zaak, wat: str = "", **body: Any) -> dict[str, Any]:
    """An official records something about consent by the API."""
    pad = f"/v1/zaken/{zaak.zaak_id}/toestemmingen{wat}"
    antwoord = await wereld.post(pad, {**HALT, "medewerker": LPA, **body})
    assert 201 == antwoord.status_code, antwoord.text
    document: dict[str, Any] = antwoord.json()
    return document


async def verwezen(wereld: World) -> tuple[Persoon, Zaak]:
    """A jongere about whom a referral to Halt was decided."""
    jongere = await wereld.jongere()
    await wereld.meld_te_laat(jongere, 13)
    work = await wereld.werk(jongere, "halt_gesprek_uitnodiging")
    await wereld.halt_kan(work.zaak_id)
    await wereld.akkoord(jongere, "halt_verwijzing")
    return jongere, await wereld.zaak(jongere)


async def test_before_the_besluit_the_voorstel_lapses_and_comes_back(wereld: World) -> None:
    """Asked, given, withdrawn, given again; the same by the API twice is once."""
    jongere = await wereld.jongere()
    await wereld.meld_te_laat(jongere, 13)
    zaak = await wereld.zaak(jongere)
    gevraagd = await zeg(wereld, zaak, "/vragen", noodzaak="de rechtsgang naar Halt komt in beeld")
    assert ["gevraagd", "gevraagd"] == [een["stand"] for een in gevraagd["gezegd"]]
    await wereld.halt_kan(zaak.zaak_id)
    work = await wereld.werk(jongere, "halt_verwijzing")
    for _ in range(2):
        stand = await zeg(wereld, zaak, "/intrekkingen", gever="ouders")
        assert ({"ouder": "toestemming_ingetrokken"}, False) == (stand["ontbreekt"], stand["compleet"])
    assert "vervallen" == (await wereld.zaak(jongere)).voorstellen[work.voorstel_id].status
    stand = await wereld.toestemming_halt(zaak.zaak_id, Gever.OUDERS)
    assert stand["compleet"]
    assert work.voorstel_id != (await wereld.werk(jongere, "halt_verwijzing")).voorstel_id
    assert 1 == len(await wereld.said("cases", "toestemming-ingetrokken"))
    assert 0 == sum(wereld.halt.gestopt.values())


async def test_a_withdrawal_before_the_offer_keeps_it_from_halt(wereld: World) -> None:
    """The bridge is down; when it is back the referral is not offered any more."""
    await wereld.stop("halt_bridge")
    _, zaak = await verwezen(wereld)
    await zeg(wereld, zaak, "/intrekkingen", gever="jongere")
    await wereld.start("halt_bridge")
    await wereld.in_tijdlijn(zaak.zaak_id, "halt_niet_aangeboden")
    assert {} == wereld.halt.verwijzingen


async def test_a_withdrawal_during_halt_stops_it_and_halt_must_be_told(wereld: World) -> None:
    """The taak stays until an official says that Halt knows."""
    jongere, zaak = await verwezen(wereld)
    await wereld.in_tijdlijn(zaak.zaak_id, "halt_aangeboden")
    stand = await zeg(wereld, zaak, "/intrekkingen", gever="jongere")
    assert ["halt"] == [een["ontvanger"] for een in stand["te_informeren"]]
    (kenmerk,) = wereld.halt.verwijzingen
    await eventually(lambda: wereld.halt.gestopt[kenmerk], "Halt was told to stop")
    assert TAAK in (await wereld.zaak(jongere)).taken
    (een,) = [een for een in stand["gezegd"] if een["stand"] == "ingetrokken"]
    antwoord = await wereld.post(
        f"/v1/toestemmingen/{een['toestemming_id']}/ontvangers/halt/informatie", {"medewerker": LPA}
    )
    assert 201 == antwoord.status_code
    assert TAAK not in (await wereld.zaak(jongere)).taken


async def test_a_withdrawal_after_halt_ended_takes_nothing_back(wereld: World) -> None:
    """What was done stays lawful; who got the data is told (CONV-11.5)."""
    jongere, zaak = await verwezen(wereld)
    await wereld.in_tijdlijn(zaak.zaak_id, "halt_aangeboden")
    (kenmerk,) = wereld.halt.verwijzingen
    wereld.halt.geef_afloop(kenmerk, HaltAfloop.POSITIEF, date(2026, 12, 1))
    await wereld.app("halt_bridge").take_in_aflopen()
    await wereld.in_tijdlijn(zaak.zaak_id, "zaak_afgesloten")
    stand = await zeg(wereld, zaak, "/intrekkingen", gever="jongere")
    assert ["halt"] == [een["ontvanger"] for een in stand["te_informeren"]]
    assert "positief" == (await wereld.zaak(jongere)).feiten["halt_status"]
    assert [] == await wereld.said("cases", "halt-verwijzing-ingetrokken")
    assert 0 == sum(wereld.halt.gestopt.values())


async def schakel(wereld: World, *arguments: str) -> tuple[int, Any]:
    """The command as an official gives it; its exit code and the document it printed, or what it said was wrong."""
    command = (sys.executable, "-m", "schakel", "toestemming", *arguments, "--json")
    env = os.environ | {"SCHAKEL_MAP": str(wereld.folder)}
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, env=env)
    told, wrong = await process.communicate()
    return process.returncode or 0, json.loads(told) if told else wrong.decode()


async def test_the_command_does_what_the_api_does(wereld: World, tmp_path: Path) -> None:
    """Told beforehand, given in writing, listed; what is wrong is one line."""
    jongere = await wereld.jongere()
    await wereld.meld_te_laat(jongere, 13)
    zaak_id = str((await wereld.zaak(jongere)).zaak_id)
    stuk = tmp_path / "formulier.pdf"
    stuk.write_bytes(b"getekend")
    wie = ("--medewerker", LPA)
    gaf = ("--gever", "jongere", "--gever", "ouders", "--verwijzing", "map 12", "--stuk", str(stuk))
    nooit = ("--gever", "jongere", "--element", "naam", "--ontvanger", "school", "--doel", "3.1a")
    async with announced(wereld.installation, os.getpid()):
        (code, gegeven), (_, verteld), (fout, reden) = await asyncio.gather(
            schakel(wereld, "geef", zaak_id, *wie, "--voor", "halt", *gaf),
            schakel(wereld, "vertel", zaak_id, *wie, "--aan", "jongere", "--punten", "abc"),
            schakel(wereld, "trek-in", zaak_id, *wie, *nooit),
        )
        _, lijst = await schakel(wereld, "lijst", "--stand", "gegeven", "--ontvanger", "halt")
    assert (0, True) == (code, gegeven["compleet"])
    assert list("abcdefghi") == verteld["ontbreekt"]["ouder"]
    assert 1 == fout
    assert "geen toestemming om in te trekken" in reden
    assert [("jongere", zaak_id), ("ouders", zaak_id)] == sorted((r["gever"], r["zaak_id"]) for r in lijst)
