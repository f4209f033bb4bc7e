"""Every setting of an installation in one list: what it means, what it is by default, what it is now.

The page docs/instellingen.md is made from the classes themselves, so a setting cannot exist without a description.
"""

import enum
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import typer
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from hub.settings import HubSettings
from schakel.toegang.settings import OidcSettings
from services.brp_sync.lo3.settings import Lo3Settings
from services.brp_sync.settings import BrpApiSettings, GebeurtenisSettings, UpdateApiSettings
from services.brp_sync.stuf.settings import StufSettings
from services.brp_sync.volgen.settings import VolgSettings
from services.halt_bridge.settings import HaltSettings
from services.ingest_duo.settings import DuoSettings

PAGE = Path(__file__).parents[1] / "docs" / "instellingen.md"

GROUPS: dict[str, type[BaseSettings]] = {
    "De hub": HubSettings,
    "Inloggen (OpenID Connect)": OidcSettings,
    "DUO": DuoSettings,
    "BRP: StUF-BG": StufSettings,
    "BRP: CloudEvents": GebeurtenisSettings,
    "BRP: API Personen": BrpApiSettings,
    "BRP: Update API": UpdateApiSettings,
    "BRP: LO3-berichten": Lo3Settings,
    "BRP: volgen (afnemersindicaties)": VolgSettings,
    "Halt": HaltSettings,
}

_HEAD = """# Instellingen

Uit de omgeving, gecontroleerd bij de start. `schakel instellingen` toont wat er nu geldt; geheimen blijven verborgen.
Deze bladzijde wordt gemaakt door `make contracts`.
"""


class Instelling(NamedTuple):
    """One setting; `waarde` is None on the page, where no installation is meant."""

    naam: str
    standaard: str
    betekenis: str
    waarde: str | None = None


def settings_of(kind: type[BaseSettings], current: BaseSettings | None = None) -> Iterator[Instelling]:
    """The settings of one class, in the order they were written."""
    for veld, info in kind.model_fields.items():
        naam = info.alias or f"{kind.model_config['env_prefix']}{veld}".upper()
        waarde = None if current is None else _text(getattr(current, veld))
        yield Instelling(naam, _text(_default(info)), info.description or "", waarde)


def page() -> str:
    """The text of docs/instellingen.md."""
    parts = [_HEAD]
    for title, kind in GROUPS.items():
        parts.append(f"## {title}\n\n| instelling | standaard | betekenis |\n|---|---|---|")
        parts += [f"| `{s.naam}` | {s.standaard or '–'} | {s.betekenis} |" for s in settings_of(kind)]
        parts.append("")
    return "\n".join(parts)


def read() -> dict[str, list[dict[str, str | None]]]:
    """What holds now, per group."""
    return {title: [s._asdict() for s in settings_of(kind, kind())] for title, kind in GROUPS.items()}


def print_settings(document: dict[str, list[dict[str, str | None]]]) -> None:
    """A line for people per setting: the value now, and the default where it differs."""
    for title, found in document.items():
        typer.echo(f"\n{title}")
        for s in found:
            was = "" if s["waarde"] == s["standaard"] else f"   (standaard: {s['standaard'] or 'leeg'})"
            typer.echo(f"  {s['naam']} = {s['waarde'] or 'leeg'}{was}\n      {s['betekenis']}")


def _default(info: FieldInfo) -> Any:
    return info.get_default(call_default_factory=True)


def _text(value: Any) -> str:
    if isinstance(value, SecretStr):
        return "***" if value.get_secret_value() else ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, enum.Enum):
        return str(value.value)
    return "" if value in (None, (), {}) else str(value)
