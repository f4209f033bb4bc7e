"""The protocols a command works with."""

from pathlib import Path

from hub.errors import Ongeldig
from hub.settings import HubSettings
from services.cases.protocol import PROTOCOLLEN, Protocolboek, laad_protocollen


def in_use(folder: Path | None) -> Path:
    """The folder that was asked for, or else that of this installation, or else the one that comes with the hub."""
    return folder or HubSettings().protocollen or PROTOCOLLEN


def boek(folder: Path | None) -> Protocolboek:
    """The protocols of `folder`, or else those in use; raises `Ongeldig` with file, line and rule."""
    folder = in_use(folder)
    try:
        protocollen = laad_protocollen(folder)
    except OSError as error:
        raise Ongeldig("ontbreekt of is niet te lezen", str(error.filename or folder)) from error
    except ValueError as error:
        raise Ongeldig(str(error)) from error
    if not protocollen.namen:
        raise Ongeldig("in deze map staat geen protocol", str(folder))
    return protocollen
