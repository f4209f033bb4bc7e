"""The commands of operations and officials against a real, running installation."""

import asyncio
import io
import json
import signal
from datetime import date
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import nats
import pytest

from contracts.envelope import encode
from contracts.events.zaken import BriefAangevraagd
from contracts.subjects import source_urn, subject
from hub.auditlog import Hoofd
from hub.clock import SystemClock
from hub.settings import HubSettings
from schakel.auditlog import toon, verify
from schakel.parsing import KINDS
from schakel.places import Places, api_token
from simulators.personen import maak_bevolking, schrijf_persoonslijsten
from tests.schakel.conftest import Commands

pytestmark = pytest.mark.connected


def places(schakel: Commands) -> Places:
    """The addresses the running installation left."""
    return Places(**json.loads((schakel.folder / "actief.json").read_text()))


def say_unprintable_letter(schakel: Commands) -> None:
    """Publishes a request for a letter of an unknown kind, which `letters` must park."""
    jongere_id = uuid4()
    data = BriefAangevraagd(
        zaak_id=uuid4(), brief_id=uuid4(), briefsoort="onbekende_brief", adressaten=(), ondertekenaar="LPA-1",
        dagtekening=SystemClock().today(),
    )  # fmt: skip
    _, body = encode(
        data, source=source_urn("cases"), jongere_id=jongere_id, sequence=1, time=SystemClock().now(),
        gemeente="1924", traceparent=None,
    )  # fmt: skip

    async def publish() -> None:
        nc = await nats.connect(places(schakel).nats_url)
        await nc.jetstream().publish(subject(BriefAangevraagd, "1924", jongere_id), body)
        await nc.close()

    asyncio.run(publish())


def delete_stream(schakel: Commands, name: str) -> None:
    """Deletes a stream behind the back of the hub."""

    async def delete() -> None:
        nc = await nats.connect(places(schakel).nats_url)
        await nc.jetstream().delete_stream(name)
        await nc.close()

    asyncio.run(delete())


def test_status_before_start_says_what_to_do(schakel: Commands) -> None:
    """Without a running installation every command names `schakel up`."""
    answer = schakel.run("status")

    assert answer.returncode == 1
    assert "start `schakel up`" in answer.stderr


def test_up_status_stop_and_up_again(schakel: Commands) -> None:
    """It starts, tells it is ready, stops cleanly on a signal, and starts again on the same data."""
    schakel.start()
    first = schakel.json("status")
    assert schakel.stop(signal.SIGTERM) == 0
    schakel.start()

    assert (first["gereed"], schakel.json("status")["gereed"]) == (True, True)
    assert schakel.stop() == 0
    assert not (schakel.folder / "actief.json").exists()


def test_second_start_on_the_same_map_is_refused(running: Commands) -> None:
    """The folder has one holder; the message says which process."""

    answer = running.run("up")

    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr


def test_parked_event_is_listed_shown_and_dropped(running: Commands) -> None:
    """An event nobody can handle is visible with its reason, and can be taken out with a reason that is kept."""
    say_unprintable_letter(running)
    rows: list[dict[str, object]] = []
    while not rows:
        rows = running.json("dlq", "list")
    number = str(rows[0]["id"])
    shown = running.json("dlq", "show", "letters", number)
    refused = running.run("dlq", "drop", "letters", number, "--reden", " ")
    dropped = running.run("dlq", "drop", "letters", number, "--reden", "proef")

    assert (rows[0]["service"], rows[0]["staat"], rows[0]["klasse"]) == ("letters", "geparkeerd", "ongeldig")
    assert "briefsoort" in str(shown["reden"])
    assert (refused.returncode, dropped.returncode) == (1, 0)
    assert running.json("dlq", "list") == []


def test_release_of_an_unknown_number_is_an_error(running: Commands) -> None:
    """A mistyped number is told, not ignored."""

    answer = running.run("dlq", "release", "cases", "12345")

    assert answer.returncode == 1
    assert "geen geparkeerde gebeurtenis" in answer.stderr


def test_deleted_stream_is_noticed_and_rebuilt(running: Commands) -> None:
    """Not ready while a stream is missing; `rebuild` restores it and the hub is ready again by itself."""
    delete_stream(running, "ZAKEN")
    running.wait_ready(ready=False)
    before = running.json("status")
    rebuilt = running.json("rebuild")
    running.wait_ready()

    assert not before["gereed"]
    assert any("ZAKEN" in problem for problem in before["services"]["cases"]["problemen"])
    assert rebuilt["streams"]["ZAKEN"]["stream_gemaakt"]


def test_persons_are_loaded_and_what_is_wrong_is_listed(running: Commands, tmp_path: Path) -> None:
    """Good persoonslijsten are taken in; a wrong one is in quarantine with its field, and only once."""
    personen = maak_bevolking(3, 5, ("1924",), date(2026, 9, 1))
    whole = io.StringIO()
    schrijf_persoonslijsten(personen, whole)
    born = personen[0].geboortedatum
    assert born is not None
    path = tmp_path / "personen.csv"
    path.write_text(whole.getvalue().replace(born.get_secret_value(), "20153145"), encoding="utf-8-sig")
    answers = [running.json("personen", str(path)) for _ in range(2)]
    listed = running.json("quarantaine", "--service", "brp_sync")

    assert [{"ingelezen": 4, "quarantaine": 1}] * 2 == answers
    assert 1 == len(listed["regels"])
    assert "20153145" not in str(listed)


def test_besluit_about_an_unknown_voorstel_says_so(running: Commands) -> None:
    """The answer names the field in Dutch."""

    answer = running.run("besluit", str(uuid4()), "akkoord", "--medewerker", "LPA-1")

    assert answer.returncode == 1
    assert "dit bestaat hier niet" in answer.stderr


def test_roles_reach_only_their_own_database(running: Commands) -> None:
    """The role of one service is refused by the database of another."""
    here = places(running)
    other = here.database("letters", running.folder).replace("/letters?", "/cases?")

    async def connect() -> None:
        await (await asyncpg.connect(other)).close()

    with pytest.raises(asyncpg.PostgresError):
        asyncio.run(connect())


@pytest.mark.parametrize("soort", ["duo", "stuf-bg", "gba-csv"])
def test_parse_gives_one_line_for_a_wrong_file(schakel: Commands, tmp_path: Path, soort: str) -> None:
    """Whatever the file holds, the answer is JSON with a field and a reason."""
    path = tmp_path / "fout.xml"
    path.write_bytes(b"\xff\xfe geen bericht")

    answer = schakel.run("parse", soort, str(path))
    line = json.loads(answer.stdout.splitlines()[0])

    assert (answer.returncode, line["ok"]) == (0, False)
    assert {"veld", "plek", "reden"} == set(line["fout"])


def test_unknown_kind_to_parse_names_the_choices(schakel: Commands, tmp_path: Path) -> None:
    """A typing error is answered with what exists."""
    path = tmp_path / "x"
    path.touch()

    answer = schakel.run("parse", "duoo", str(path))

    assert answer.returncode == 1
    assert ", ".join(KINDS) in answer.stderr


def test_audit_names_the_line_that_was_changed_and_what_was_cut_off(running: Commands) -> None:
    """A refusal is a line; a change of it by the owner of the database is found, and gone when it is undone."""
    settings, key = HubSettings(map=running.folder), {"Authorization": f"Bearer {api_token(running.folder)}"}
    url = f"{running.wait_ready()}/v1/voorstellen/{uuid4()}/besluit"
    body = {"besluit": "akkoord", "medewerker": "LPA-1"}
    assert 404 == httpx.post(url, json=body, headers=key, timeout=30).status_code
    hoofd = asyncio.run(verify(settings, {}))["diensten"]["cases"]
    (laatste,) = asyncio.run(toon(settings, "cases", None, 1))
    assert (hoofd["nr"], "besluit_nemen", "geweigerd") == (laatste["nr"], laatste["handeling"], laatste["uitkomst"])

    async def change(door: str) -> None:
        db = await asyncpg.connect(places(running).database("cases", running.folder))
        await db.execute("ALTER TABLE auditlog DISABLE TRIGGER USER")
        await db.execute("UPDATE auditlog SET door = $2 WHERE nr = $1", hoofd["nr"], door)
        await db.execute("ALTER TABLE auditlog ENABLE TRIGGER USER")
        await db.close()

    asyncio.run(change("LPA-2"))
    answer = running.run("audit", "verify")
    assert (1, True) == (answer.returncode, f"cases: GEBROKEN bij regel {hoofd['nr']}:" in answer.stdout)
    asyncio.run(change(laatste["door"]))
    anker = Hoofd(hoofd["nr"], hoofd["hash"])
    assert asyncio.run(verify(settings, {"cases": anker}))["heel"]
    afgekapt = asyncio.run(verify(settings, {"cases": anker._replace(nr=anker.nr + 1)}))
    assert "ontbreekt" in afgekapt["diensten"]["cases"]["fout"]
