"""The lines that `schakel parse` prints: what a message says, or which field is wrong."""

import json
from typing import Any

from hub.privacy import onthuld_json


def good(soort: str, key: str, model: Any) -> dict[str, Any]:
    """A message that could be read; `key` is persoon or melding."""
    return {"ok": True, "soort": soort, key: json.loads(onthuld_json(model)), "gebeurtenissen": []}


def bad(veld: str, plek: str, reden: str) -> dict[str, Any]:
    """A message that could not be used."""
    return {"ok": False, "fout": {"veld": veld, "plek": plek, "reden": reden}}
