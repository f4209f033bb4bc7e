"""Where the servers are, and what a running installation tells other processes of the same map about itself."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from hub.crypto import secret_file
from hub.errors import NietGereed
from hub.settings import HubSettings

SERVICES = ("brp_sync", "ingest_duo", "cases", "letters", "halt_bridge")


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses of one installation; kept in a file that only its owner may read."""

    nats_url: str
    postgres_url: str
    monitor_url: str | None = None
    api_url: str | None = None
    pid: int | None = None

    def database(self, service: str, folder: Path) -> str:
        """The database of one service, as its own role.

        An address with `{service}` in it is used as it stands; otherwise the role logs in with the password that
        `role_password` keeps in the folder.
        """
        if "{service}" in self.postgres_url:
            return self.postgres_url.replace("{service}", service)
        parts = urlsplit(self.postgres_url)
        host = parts.netloc.rpartition("@")[2]
        login = f"{service}:{quote(role_password(folder, service), safe='')}"
        return urlunsplit((parts.scheme, f"{login}@{host}", f"/{service}", parts.query, ""))

    @property
    def provisioned_by_us(self) -> bool:
        """Whether roles and databases are made by this installation."""
        return "{service}" not in self.postgres_url


def role_password(folder: Path, service: str) -> str:
    """The password of a service's role; made on first use."""
    return secret(folder, f"rol-{service}")


def api_token(folder: Path) -> str:
    """What a client must show to take a besluit through the API."""
    return secret(folder, "api-token")


def secret(folder: Path, name: str) -> str:
    """A random secret in a file of its own (0600)."""
    return secret_file(folder / "sleutels" / name, lambda: secrets.token_urlsafe(24).encode()).decode("ascii")


def remember(folder: Path, places: Places) -> None:
    """Leaves the addresses for other commands."""
    path = folder / "actief.json"
    partial = path.with_suffix(".part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(places), file)
    partial.replace(path)


def forget(folder: Path) -> None:
    """The installation has stopped."""
    (folder / "actief.json").unlink(missing_ok=True)


def recall(settings: HubSettings) -> Places:
    """Where the servers are: from the environment, or from the installation that runs on this map."""
    if settings.nats_url is not None and settings.postgres_url is not None:
        return Places(
            settings.nats_url.get_secret_value(),
            settings.postgres_url.get_secret_value(),
            settings.nats_monitor_url,
            settings.api_url,
        )
    path = settings.map / "actief.json"
    try:
        return Places(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise NietGereed(
            f"er draait geen Schakel op map {settings.map}: start `schakel up`, of wijs met SCHAKEL_MAP een andere aan"
        ) from None
