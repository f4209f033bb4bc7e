"""Absoluut verzuim over real servers: the check of the month, what comes in meanwhile, what officials make of it."""

import asyncio
import csv
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.codes import Onderwijssoort
from contracts.events.verzuim import InschrijvingGewijzigd
from hub.errors import Ongeldig
from hub.messages import Message
from schakel.installation import announced
from services.brp_sync.model import Opschorting, Persoon
from services.cases.controle import Controle
from services.cases.registervragen import Signaalregel
from simulators.leveringen import Leerling, schrijf_c, schrijf_p
from tests.journeys.world import GEMEENTE, LPA, World
from tests.waiting import eventually

VRIJDAG = date(2026, 9, 18)
"""The last day at school in these stories, which begin on Monday 14 September."""
ADMINISTRATIE = "ADM-1"


def om(dag: date) -> datetime:
    """Nine in the morning."""
    return datetime(dag.year, dag.month, dag.day, 7, tzinfo=UTC)


async def schrijf_in(wereld: World, jongere_id: UUID, van: date, tot: date | None = None, **velden: Any) -> None:
    """DUO tells about an inschrijving."""
    basis = {"inschrijving_id": uuid4(), "brin": "90XA", "onderwijssoort": Onderwijssoort.VOORTGEZET_ONDERWIJS}
    event = InschrijvingGewijzigd(**(basis | {"begindatum": van, "einddatum": tot} | velden))
    message = Message(jongere_id, GEMEENTE, event, time=wereld.clock.now())
    (done,) = await wereld.app("cases").service.execute([message])
    assert done.error is None


async def ingeschreven(wereld: World, tot: date | None = None, **velden: Any) -> tuple[Persoon, UUID]:
    """A jongere of 15 whom the BRP knows and who is at school, until a day."""
    persoon = await wereld.jongere(**velden)
    jongere_id = await wereld.jongere_id(persoon)
    await eventually(lambda: woont(wereld, jongere_id), "the register knows the jongere")
    await schrijf_in(wereld, jongere_id, date(2024, 8, 1), tot)
    return persoon, jongere_id


async def woont(wereld: World, jongere_id: UUID) -> bool:
    """Whether the register has the jongere as a resident with a month of birth."""
    blad = (await wereld.app("cases").store.bladen([jongere_id]))[jongere_id]
    return bool(blad.gemeente is not None and blad.geboortemaand is not None)


async def signalen(wereld: World) -> list[Signaalregel]:
    """All signals."""
    found: list[Signaalregel] = await wereld.app("cases").absoluut.vragen.signalen([GEMEENTE, "0171"])
    return found


def op_tijd(wereld: World) -> Any:
    """What the clock of the service does."""
    return wereld.app("cases").absoluut.controle.op_tijd()


# By itself


async def test_the_check_of_the_month_is_done_once_on_its_first_werkdag(wereld: World) -> None:
    """Thursday 1 October: not the day before, not twice, and the day after only that of the day."""
    _, jongere_id = await ingeschreven(wereld, VRIJDAG)
    wereld.clock.set(om(date(2026, 9, 30)))  # woensdag; September was not done either, so that comes first
    assert ["maand", "dag"] == await op_tijd(wereld)
    (een,) = await signalen(wereld)
    assert (jongere_id, "te_controleren") == (een.jongere_id, een.status)
    assert [] == await op_tijd(wereld)
    for dag, gedaan in ((date(2026, 10, 1), ["maand", "dag"]), (date(2026, 10, 2), ["dag"]), (date(2026, 10, 2), [])):
        wereld.clock.set(om(dag))
        assert gedaan == await op_tijd(wereld)
    assert 1 == len(await wereld.said("cases", "absoluut-verzuim-gesignaleerd"))


async def test_before_the_first_werkdag_nothing_is_done_for_the_month(wereld: World) -> None:
    """1 and 2 May 2027 are a weekend."""
    await ingeschreven(wereld, VRIJDAG)
    wereld.clock.set(om(date(2027, 4, 30)))
    await op_tijd(wereld)
    for dag, gedaan in ((1, ["dag"]), (2, ["dag"]), (3, ["maand", "dag"])):
        wereld.clock.set(om(date(2027, 5, dag)))
        assert gedaan == await op_tijd(wereld)


async def test_after_an_outage_the_check_of_the_month_is_caught_up(wereld: World) -> None:
    """The service was away on the first werkdag; when it comes back it does so by itself, once."""
    await ingeschreven(wereld, VRIJDAG)
    await op_tijd(wereld)
    await wereld.stop("cases")
    wereld.clock.set(om(date(2026, 10, 7)))  # woensdag
    await wereld.start("cases")
    await eventually(lambda: signalen(wereld), "the check was caught up")
    (een,) = await signalen(wereld)
    assert ("te_controleren", date(2026, 10, 7)) == (een.status, een.peildatum)
    vragen = wereld.app("cases").absoluut.vragen
    await eventually(lambda: vragen.is_gedaan("maand", "2026-10"), "it is recorded")
    assert [] == await op_tijd(wereld)


async def test_as_long_as_no_inschrijving_is_known_nobody_is_signalled(wereld: World) -> None:
    """Else everybody would be; an official hears what to do first."""
    jongere_id = await wereld.jongere_id(await wereld.jongere())
    await eventually(lambda: woont(wereld, jongere_id), "the register knows the jongere")
    wereld.clock.set(om(date(2026, 11, 2)))
    assert [] == await op_tijd(wereld)
    with pytest.raises(Ongeldig, match="lees eerst een C-levering"):
        await wereld.app("cases").absoluut.controle.nu()
    assert [] == await signalen(wereld)


async def test_of_somebody_who_lives_elsewhere_no_day_of_birth_is_kept(wereld: World) -> None:
    """Not before the jongere comes to live in the region."""
    persoon = await wereld.jongere(gemeente="0363")
    jongere_id, store = await wereld.jongere_id(persoon), wereld.app("cases").store
    thuis = await wereld.jongere_id(await wereld.jongere())
    await eventually(lambda: woont(wereld, thuis), "later events were handled")
    assert set() == await store.known_births([jongere_id])
    await wereld.app("brp_sync").take_in([persoon.model_copy(update={"gemeente": GEMEENTE})])
    await eventually(lambda: woont(wereld, jongere_id), "the register knows the jongere")
    assert {jongere_id} == await store.known_births([jongere_id])


# What comes in meanwhile


async def test_an_inschrijving_that_arrives_while_the_check_runs_counts(wereld: World) -> None:
    """Found missing by the query, enrolled before the decision: nothing is said; the other one is signalled."""
    _, snel = await ingeschreven(wereld, VRIJDAG)
    _, traag = await ingeschreven(wereld, VRIJDAG)
    wereld.clock.set(om(date(2026, 10, 1)))
    cases = wereld.app("cases")

    async def after_the_query(messages: Sequence[Message]) -> Sequence[Message]:
        assert {snel, traag} == {m.jongere_id for m in messages}
        await schrijf_in(wereld, snel, date(2026, 9, 21))
        done: Sequence[Message] = await cases.service.execute(messages)
        return done

    absoluut = cases.absoluut
    assert ["maand", "dag"] == await Controle(absoluut.vragen, absoluut.zoeker, wereld.clock, after_the_query).op_tijd()
    assert [traag] == [s.jongere_id for s in await signalen(wereld)]


async def test_when_nobody_answers_the_check_is_tried_again(wereld: World) -> None:
    """The BRP is away when a day of birth must be asked: nothing counts as done; later everything does."""
    _, jongere_id = await ingeschreven(wereld, VRIJDAG)
    await wereld.app("cases").service.pool.execute("DELETE FROM dossier")
    await wereld.stop("brp_sync")
    wereld.clock.set(om(date(2026, 10, 1)))
    assert [] == await op_tijd(wereld)
    await wereld.start("brp_sync")
    await eventually(lambda: op_tijd(wereld), "the check was done")
    assert [jongere_id] == [s.jongere_id for s in await signalen(wereld)]


@pytest.mark.parametrize(
    ("velden", "uitkomst"),
    [
        ({"opschorting": Opschorting(reden="O", datum="20261005")}, "overleden"),
        ({"opschorting": Opschorting(reden="E", datum="20261005")}, "vertrokken"),
        ({"gemeente": "0363"}, "vertrokken"),
    ],
)
async def test_death_and_moving_end_what_administratie_is_looking_into(
    wereld: World, velden: dict[str, Any], uitkomst: str
) -> None:
    """As soon as the BRP tells; an official who confirms it a moment later is told so."""
    persoon, _ = await ingeschreven(wereld, VRIJDAG)
    wereld.clock.set(om(date(2026, 10, 1)))
    await op_tijd(wereld)
    await wereld.app("brp_sync").take_in([persoon.model_copy(update=velden)])

    async def verklaard() -> bool:
        return [("verklaard", uitkomst)] == [(s.status, s.uitkomst) for s in await signalen(wereld)]

    await eventually(verklaard, "the signal explained itself")
    (een,) = await signalen(wereld)
    answer = await wereld.post(f"/v1/absoluut/signalen/{een.signaal_id}/bevestiging", {"medewerker": LPA})
    assert (422, True) == (answer.status_code, f"al verklaard: {uitkomst}" in answer.json()["detail"])


# Administratie and the official


async def schakel(wereld: World, *arguments: str) -> Any:
    """A command on this installation; its JSON document."""
    command = (sys.executable, "-m", "schakel", "absoluut", *arguments, "--json")
    env = os.environ | {"SCHAKEL_MAP": str(wereld.folder)}
    async with announced(wereld.installation, os.getpid()):
        process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE, env=env)
        output, errors = await process.communicate()
    assert 0 == process.returncode, errors.decode()
    return json.loads(output)


async def test_from_check_to_zaak_by_command(wereld: World, tmp_path: Path) -> None:
    """Administratie explains one, a leerplichtambtenaar confirms the other; its zaak is on the worklist."""
    _, fout = await ingeschreven(wereld, VRIJDAG)
    persoon, echt = await ingeschreven(wereld, VRIJDAG)
    wereld.clock.set(om(date(2026, 10, 1)))
    bestand = tmp_path / "lijst.csv"
    document = await schakel(wereld, "controle", "--csv", str(bestand))
    per_jongere = {UUID(een["jongere_id"]): een["signaal_id"] for een in document["te_controleren"]}
    assert ({fout, echt}, 2, 0) == (set(per_jongere), document["ontbreekt"], document["geweigerd"])
    with bestand.open(newline="") as file:
        assert set(per_jongere.values()) == {row["signaal_id"] for row in csv.DictReader(file)}
    assert 0o600 == bestand.stat().st_mode & 0o777
    assert document == await schakel(wereld, "controle")

    verklaring = ("--uitkomst", "administratieve_fout", "--medewerker", ADMINISTRATIE)
    done = await schakel(wereld, "verklaar", per_jongere[fout], *verklaring)
    assert ("verklaard", "administratieve_fout") == (done["status"], done["uitkomst"])
    done = await schakel(wereld, "bevestig", per_jongere[echt], "--medewerker", LPA)
    assert ("bevestigd", "zaak") == (done["status"], done["uitkomst"])
    work = await wereld.werk(persoon, "huisbezoek")
    assert str(work.zaak_id) == done["zaak_id"]
    assert [] == await schakel(wereld, "signalen")
    assert [done["signaal_id"]] == [s["signaal_id"] for s in await schakel(wereld, "signalen", "--status", "bevestigd")]
    said = [e["data"]["uitkomst"] for e in await wereld.said("cases", "absoluut-verzuim-verklaard")]
    assert ["administratieve_fout", "zaak"] == said


async def test_of_another_day_the_check_only_tells(wereld: World) -> None:
    """Nothing is signalled, whatever it would find."""
    _, jongere_id = await ingeschreven(wereld, VRIJDAG)
    document = await schakel(wereld, "controle", "--op", "2026-10-12")
    assert (True, [str(jongere_id)]) == (document["proef"], [r["jongere_id"] for r in document["gevonden"]])
    assert [] == await signalen(wereld)
    assert [] == (await schakel(wereld, "controle", "--op", "2026-09-18"))["gevonden"]


async def test_lists_come_over_the_api_and_name_nobody(wereld: World) -> None:
    """Ids, gemeente, days and schools; a list or gemeente that is not there is refused with the reason."""
    _, jongere_id = await ingeschreven(wereld, VRIJDAG)
    rows = await schakel(wereld, "lijst", "uitschrijvingen", "--op", "2026-09-19")
    assert [(str(jongere_id), GEMEENTE, "90XA")] == [
        (r["jongere_id"], r["gemeente"], r["laatste_school"]) for r in rows
    ]
    assert {"Proefman", "20110504", "2011-05-04"}.isdisjoint(json.dumps(rows).replace('"', " ").split())
    for path in ("/v1/absoluut/lijsten/namen", "/v1/absoluut/lijsten/overstap?gemeente=0363"):
        key = {"Authorization": (await wereld.post("/v1/absoluut/controle", {})).request.headers["Authorization"]}
        answer = await wereld.api.get(path, headers=key)
        assert 422 == answer.status_code
    assert 401 == (await wereld.api.get("/v1/absoluut/signalen")).status_code


async def test_from_the_files_of_duo_to_a_signal(wereld: World, tmp_path: Path) -> None:
    """Two at school in the full picture; a week later the file of changes tells that one of them left."""
    personen = [await wereld.jongere(), await wereld.jongere()]
    blijft, gaat = [await wereld.jongere_id(p) for p in personen]
    leerlingen = [
        Leerling(p.bsn.get_secret_value(), None, GEMEENTE, brin="90XA", niveau="vmbo_k", begindatum=date(2024, 8, 1))
        for p in personen
        if p.bsn is not None
    ]

    async def neem_op(pad: Path) -> None:
        async def stream() -> AsyncIterator[bytes]:
            yield pad.read_bytes()

        await wereld.app("ingest_duo").leveringen.ontvang(pad.name, stream())

    async def at_school(jongere_id: UUID, op: date) -> bool:
        blad = (await wereld.app("cases").store.bladen([jongere_id]))[jongere_id]
        return bool(blad.ingeschreven(op) and blad.woont_hier)

    await neem_op(schrijf_c(tmp_path, leerlingen, date(2026, 9, 14), GEMEENTE))
    for jongere_id in (blijft, gaat):
        await eventually(lambda j=jongere_id: at_school(j, VRIJDAG), "the register has the inschrijving")
    wereld.clock.set(om(date(2026, 9, 28)))
    mutaties = [("IW", replace(leerlingen[1], einddatum=VRIJDAG))]
    await neem_op(schrijf_p(tmp_path, mutaties, date(2026, 9, 28), GEMEENTE))

    async def left() -> bool:
        return not await at_school(gaat, date(2026, 9, 21))

    await eventually(left, "the register knows that the jongere left")
    wereld.clock.set(om(date(2026, 10, 1)))
    await op_tijd(wereld)
    (een,) = await signalen(wereld)
    assert (gaat, date(2026, 9, 19), "90XA", "uitschrijving_recent") == (
        een.jongere_id,
        een.sinds,
        een.brin,
        een.oorzaak,
    )
    (regel,) = await schakel(wereld, "lijst", "overstap", "--op", "2027-08-02")
    assert (str(gaat), "vmbo_k") == (regel["jongere_id"], regel["niveau"])


async def test_every_five_year_old_of_next_month_is_found_by_the_events_of_the_brp(wereld: World) -> None:
    """A child that never had a melding: its day of birth was asked for when the BRP told about it."""
    await ingeschreven(wereld)
    kind = await wereld.jongere(geboortedatum="20210915")
    jongere_id = await wereld.jongere_id(kind)
    await eventually(lambda: woont(wereld, jongere_id), "the register knows the child")
    rows = await schakel(wereld, "lijst", "vijfjarigen")
    assert [(str(jongere_id), "2026-10-01")] == [(r["jongere_id"], r["leerplicht_begint"]) for r in rows]
    later = (date(2026, 9, 14) + timedelta(31)).isoformat()
    assert [] == await schakel(wereld, "lijst", "vijfjarigen", "--op", later)
