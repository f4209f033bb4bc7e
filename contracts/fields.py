"""Kinds of text a payload may hold: codes and numbers with a closed shape, so that no sentence and no name fits in.

Patterns are spelled with [0-9]: \\d would also accept digits of other scripts.
"""

from typing import Annotated

from pydantic import Field, NaiveDatetime, WithJsonSchema

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
"""A name from a closed list of the project: an uitkomst, a termijn, a briefsoort, a reden."""

Doelcode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.]{0,39}$")]
"""A purpose of disclosure, as the privacy rules of the protocols name it: `halt`, `3.1a`."""

Meldingsnummer = Annotated[str, Field(pattern=r"^[0-9]{1,18}$", description="Door DUO toegekend nummer.")]

Protocolversie = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z-]{0,39}@[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        description="Naam en versie: `<protocol>@<geldig_vanaf>`.",
    ),
]

Regel = Annotated[
    str,
    Field(
        pattern=r"^[A-Z]+(-[A-Za-z0-9.]+)+(/[a-z0-9_]+)?$",
        max_length=60,
        description="Kenmerk van een regel in het protocol, bijvoorbeeld GO-REL-11.",
    ),
]

Medewerkercode = Annotated[str, Field(pattern=r"^[A-Z]{1,8}-?[0-9]{1,8}$", description="Code van de ambtenaar.")]
"""The code of an official in the register of the installation: letters for the role, then a number; no name fits."""

Weigercode = Annotated[str, Field(pattern=r"^([A-Z0-9_]{1,40}|HTTP [0-9]{3})$")]
"""Why a partner did not take something: its own code, or the HTTP status when it gave none."""

LokaleTijd = Annotated[
    NaiveDatetime,
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?$",
            "description": "Nederlandse tijd zonder zone.",
        }
    ),
]
"""Dutch local time as a register or an agenda gives it; without a zone, so not an RFC 3339 date-time."""
