"""The AsyncAPI document of every service, made from the app that really runs, committed under contracts/asyncapi/."""

import json
from pathlib import Path

from hub.asyncapi import document
from hub.settings import HubSettings
from schakel.installation import Config, Installation, builders
from schakel.places import Places

FOLDER = Path(__file__).parents[1] / "contracts" / "asyncapi"


def documents() -> dict[str, str]:
    """File name to text, for every service; nothing is started."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        config = Config(settings=HubSettings(map=Path(folder)))
        installation = Installation(config, Places("nats://localhost", "postgresql://localhost/{service}"))
        made = {}
        for name, build in builders(installation).items():
            described = document(build().service.app, name, config.topology)
            made[f"{name}.json"] = json.dumps(described, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        return made


def differing() -> list[str]:
    """Names of files that are not what the apps say."""
    return [name for name, text in documents().items() if not _is(FOLDER / name, text)]


def write() -> list[str]:
    """Writes what differs; returns the names."""
    FOLDER.mkdir(exist_ok=True)
    changed = []
    for name, text in documents().items():
        if not _is(FOLDER / name, text):
            (FOLDER / name).write_text(text, encoding="utf-8")
            changed.append(name)
    return changed


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
