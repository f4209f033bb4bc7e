"""The BRP Update API 1.0.0: whom we follow (volgindicaties), and who of them changed since a day.

Gemeenten offer it to their own applications; it is no product of the RvIG. It names people by BSN in the address of
the request, because that is its contract: never log the address.
"""

import json
from datetime import date
from typing import Final

from pydantic import SecretStr

from hub.clock import Clock
from services.brp_sync.brpapi.lezer import Lezer, Onleesbaar, lees_json
from services.brp_sync.brpapi.verbinding import WEIGERT, BrpOnbereikbaar, Verbinding

BRON: Final = "update-api"
_NIET_VOLGBAAR: Final = WEIGERT | {404}


class UpdateApi:
    """Follows persons and hears who changed. All calls raise `BrpOnbereikbaar` (try later) or `BrpWeigert`."""

    def __init__(self, verbinding: Verbinding, clock: Clock) -> None:
        self._verbinding = verbinding
        self._clock = clock

    async def volg(self, bsn: SecretStr, einddatum: date | None = None) -> None:
        """Follow this person, until `einddatum` when it is given; doing it twice is doing it once."""
        bericht = {} if einddatum is None else {"einddatum": einddatum.isoformat()}
        pad = f"/volgindicaties/{bsn.get_secret_value()}"
        await self._verbinding.vraag("PUT", pad, bericht, weigert=_NIET_VOLGBAAR)

    async def einde(self, bsn: SecretStr) -> None:
        """Stop following this person: an end today, as the contract says it."""
        await self.volg(bsn, self._clock.today())

    async def wijzigingen(self, vanaf: date | None) -> list[SecretStr]:
        """Who of those we follow changed on or after `vanaf`; without it, since we follow them. Each once.

        What is no BSN is given back as it came: the caller puts it aside, and takes the rest.
        """
        pad = "/wijzigingen" if vanaf is None else f"/wijzigingen?vanaf={vanaf.isoformat()}"
        try:
            nummers = Lezer(lees_json(await self._verbinding.vraag("GET", pad))).rij("burgerservicenummers")
        except Onleesbaar as fout:
            raise BrpOnbereikbaar(f"onleesbaar antwoord: {fout.veld} {fout.reden}") from None
        teksten = (nummer if isinstance(nummer, str) else json.dumps(nummer) for nummer in nummers)
        return [SecretStr(tekst) for tekst in dict.fromkeys(teksten)]
