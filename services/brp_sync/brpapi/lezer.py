"""Reading JSON of which nothing is certain: every step says where it stood, and never repeats what it found there."""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any


class Onleesbaar(ValueError):
    """A place in the JSON does not hold what belongs there; `veld` is its path, `reden` is Dutch and has no values."""

    def __init__(self, veld: str, reden: str) -> None:
        super().__init__(f"{veld}: {reden}")
        self.veld = veld
        self.reden = reden


class Lezer:
    """An object in the JSON, and the path that leads to it. What is null counts as absent."""

    def __init__(self, gegevens: object, pad: str = "") -> None:
        if not isinstance(gegevens, dict):
            raise Onleesbaar(pad or "bericht", "is geen object")
        self._gegevens: Mapping[str, Any] = gegevens
        self.pad = pad

    def __contains__(self, naam: str) -> bool:
        return self._gegevens.get(naam) is not None

    def plek(self, naam: str) -> str:
        """The path to `naam` in this object."""
        return f"{self.pad}.{naam}" if self.pad else naam

    def tekst(self, naam: str) -> str | None:
        """The text at `naam`, without spaces around it and in NFC; None when absent or empty."""
        waarde = self._gegevens.get(naam)
        if waarde is None:
            return None
        if not isinstance(waarde, str):
            raise Onleesbaar(self.plek(naam), "is geen tekst")
        try:
            waarde.encode()
        except UnicodeEncodeError:
            raise Onleesbaar(self.plek(naam), "bevat een half teken") from None
        return unicodedata.normalize("NFC", waarde).strip() or None

    def getal(self, naam: str) -> int | None:
        """The whole number from 0 to 99999 at `naam`, written as a number or as digits."""
        waarde = self._gegevens.get(naam)
        if isinstance(waarde, str) and waarde.isascii() and waarde.isdigit() and len(waarde) <= 5:
            return int(waarde)
        if waarde is not None and (
            isinstance(waarde, bool) or not isinstance(waarde, int) or not 0 <= waarde <= 99_999
        ):
            raise Onleesbaar(self.plek(naam), "is geen getal van 0 tot 99999")
        return waarde

    def vlag(self, naam: str) -> bool:
        """Whether `naam` is true."""
        waarde = self._gegevens.get(naam)
        if waarde is not None and not isinstance(waarde, bool):
            raise Onleesbaar(self.plek(naam), "is geen true of false")
        return bool(waarde)

    def deel(self, naam: str) -> "Lezer":
        """The object at `naam`; an empty one when absent."""
        waarde = self._gegevens.get(naam)
        return Lezer({} if waarde is None else waarde, self.plek(naam))

    def code(self, naam: str) -> str | None:
        """The code of the waardetabel at `naam`."""
        return self.deel(naam).tekst("code")

    def rij(self, naam: str) -> list[object]:
        """What is in the list at `naam`, which must be there."""
        waarde = self._gegevens.get(naam)
        if not isinstance(waarde, list):
            raise Onleesbaar(self.plek(naam), "ontbreekt" if waarde is None else "is geen lijst")
        return waarde

    def lijst(self, naam: str) -> Iterator["Lezer"]:
        """The objects in the list at `naam`; none when absent."""
        for nummer, deel in enumerate(self.rij(naam) if naam in self else ()):
            yield Lezer(deel, f"{self.plek(naam)}[{nummer}]")


def lees_json(inhoud: bytes) -> Any:
    """The JSON in `inhoud` (UTF-8); raises `Onleesbaar`."""
    try:
        return json.loads(inhoud.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Onleesbaar("bericht", "is geen UTF-8") from None
    except (ValueError, RecursionError):
        raise Onleesbaar("bericht", "is geen JSON") from None
