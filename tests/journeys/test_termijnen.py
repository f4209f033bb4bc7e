"""Termijnen through the whole service: thirty days in which nothing ran, and what the board shows afterwards."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from datetime import UTC, date, datetime
from typing import Any

from schakel.installation import announced
from tests.journeys.world import GESPREK, LPA, World
from tests.waiting import eventually


async def schakel(wereld: World, *arguments: str) -> Any:
    """A command on this installation; its JSON document."""
    command = (sys.executable, "-m", "schakel", *arguments, "--json")
    async with announced(wereld.installation, os.getpid()):
        env = os.environ | {"SCHAKEL_MAP": str(wereld.folder)}
        process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, env=env)
        output, errors = await process.communicate()
    assert 0 == process.returncode, errors.decode()
    return json.loads(output)


async def test_thirty_days_in_which_cases_did_not_run(wereld: World) -> None:
    """At the start everything that is over passes, once; what is near is warned of, and the board tells the rest."""
    jongere = await wereld.jongere()
    await wereld.meld(jongere, verzuimsoort="V3", verzuimdagen=({"datum": date(2026, 9, 7), "hele_dag": True},))
    work = await wereld.akkoord(jongere, "lpa_uitnodiging_1", gesprek_op=GESPREK)
    feiten = {"verhoor_datum": "2026-09-21", "svb_termijn_tot": "2026-12-31"}
    await wereld.app("cases").stel_feiten_vast(work.zaak_id, LPA, feiten)
    await wereld.stop("cases")
    wereld.clock.set(datetime(2026, 10, 14, 6, 0, tzinfo=UTC))  # woensdag, thirty days later
    await wereld.start("cases")

    async def gezegd() -> list[tuple[str, str]]:
        soorten = ("genaderd", "verstreken", "vervallen", "gehaald")
        return [(s, e["data"]["termijn"]) for s in soorten for e in await wereld.said("cases", f"termijn-{s}")]

    expected = [
        ("genaderd", "pv_uiterlijk"),  # maandag 19 October, warned of five werkdagen before
        ("verstreken", "pv_streef"),
        ("verstreken", "reactie_uitnodiging_uiterlijk"),
    ]

    async def klaar() -> bool:
        return sorted(await gezegd()) == expected

    await eventually(klaar, "the clock caught up")
    await wereld.werk(jongere, "lpa_uitnodiging_2")
    await wereld.app("cases").pass_termijnen()
    assert expected == sorted(await gezegd())
    rows = await schakel(wereld, "termijnen", "--tot", "2026-11-01", "--gemeente", "1924")
    assert [
        ("2026-09-28", "reactie_uitnodiging_uiterlijk", "ouder", "verstreken", None),
        ("2026-10-05", "pv_streef", "lpa", "verstreken", None),
        ("2026-10-19", "pv_uiterlijk", "lpa", "nadert", 3),
    ] == [(r["uiterlijk"], r["termijn"], r["bindt"], r["stand"], r["werkdagen"]) for r in rows]
    await wereld.app("cases").termijnen.tel()
    assert 2.0 == await wereld.metric("schakel_termijnen", service="cases", gemeente="1924", stand="verstreken")
