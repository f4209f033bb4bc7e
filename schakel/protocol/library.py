"""The protocols a command works with."""

from pathlib import Path

from hub.errors import Ongeldig
from services.cases.protocol import Protocolboek, ProtocolFout, laad_protocollen

PROTOCOLLEN = Path(__file__).parents[2] / "protocols"


def boek(folder: Path | None) -> Protocolboek:
    """The protocols of `folder`, or else those that come with the hub; raises `Ongeldig` with file, line and rule."""
    try:
        return laad_protocollen(folder or PROTOCOLLEN)
    except (ProtocolFout, ValueError, OSError) as error:
        raise Ongeldig(str(error)) from error
