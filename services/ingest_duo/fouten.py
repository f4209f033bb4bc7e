"""What can be wrong with a message from DUO, said in Dutch and without the value."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import SecretStr, ValidationError

from hub.errors import HubError, Ongeldig
from hub.privacy import Reden


class OngeldigBericht(Ongeldig):
    """A message that cannot be used at all: which field, where in the message, and why."""

    def __init__(self, veld: str, plek: str, reden: str) -> None:
        super().__init__(f"{reden} ({plek})", veld)
        self.plek = plek
        self.reden = reden


# In capitals, and no run of digits as long as a BSN; or one of the codes of SOAP 1.1, without what follows it.
_CODE: Final = re.compile(
    r"(?!.*[0-9]{7})[A-Z][A-Z0-9_.-]{0,39}\Z"
    r"|soap:(?:Client|Server|MustUnderstand|VersionMismatch|onbekend)\b(?:\.Authentication|\.Authorization)?"
)


class DuoFoutmelding(HubError):
    """DUO refused: DC0002 Foutmelding, or a SOAP Fault (code `soap:…`).

    DUO's own description may repeat what was sent, so it is kept secret and does not show in the error; a code that
    does not look like one is not shown either.
    """

    def __init__(self, code: str, omschrijving: str | None) -> None:
        self.code = found[0] if (found := _CODE.match(code)) else "onbekend"
        self.omschrijving = SecretStr(omschrijving or "")
        super().__init__(f"DUO weigert: code {self.code}")


_PATRONEN: Final = {
    r"^[0-9]{1,18}$": "geen getal van 1 tot 18 cijfers",
    r"^[0-9]{4}$": "geen vier cijfers",
    r"^[0-9]{2}$": "geen twee cijfers",
    r"^00[0-9]{4}$": "geen 00 met vier cijfers",
    r"^[0-9]{2}[A-Z]{2}$": "geen twee cijfers met twee hoofdletters",
}

_REDENEN: Final[dict[str, Callable[[Mapping[str, Any]], str]]] = {
    "missing": lambda _: "ontbreekt",
    "enum": lambda _: "onbekende code",
    "extra_forbidden": lambda _: "onbekend veld",
    "string_too_long": lambda c: f"langer dan {c['max_length']} tekens",
    "too_long": lambda c: f"langer dan {c['max_length']} tekens",
    "string_pattern_mismatch": lambda c: _PATRONEN.get(c["pattern"], "heeft niet de voorgeschreven vorm"),
    "greater_than_equal": lambda c: f"kleiner dan {c['ge']}",
    "less_than_equal": lambda c: f"groter dan {c['le']}",
    "bool_type": lambda _: "geen J of N",
    "int_type": lambda _: "geen geheel getal",
    "date_type": lambda _: "geen geldige datum (JJJJ-MM-DD)",
    "datetime_type": lambda _: "geen geldig tijdstip",
    "value_error": lambda c: str(c["error"]),
}


def eerste_reden(fout: ValidationError) -> Reden:
    """The first error in a message from DUO: field (list items count from 0) and reason in Dutch, never the input."""
    eerste = fout.errors(include_url=False, include_input=False)[0]
    veld = ".".join(str(deel) for deel in eerste["loc"]) or "bericht"
    if veld == "bsn":
        return Reden(veld, "telt geen negen cijfers of voldoet niet aan de elfproef")
    verwoord = _REDENEN.get(eerste["type"])
    return Reden(veld, verwoord(eerste.get("ctx", {})) if verwoord else "ongeldige waarde")
