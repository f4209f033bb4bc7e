"""The ways in which an afnemersindicatie is asked for. All do the same; some answer at once."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from pydantic import SecretStr

from hub.errors import Ongeldig
from services.brp_sync.lo3.berichten import schrijf_lo3
from services.brp_sync.lo3.postbus import Postbus

_HOOGSTE_HERHALING: Final = 9
ZONDER_BSN: Final = "zonder BSN is dit langs deze weg niet te vragen"


@dataclass(frozen=True, slots=True)
class Verzoek:
    """Follow somebody (`plaatsen`), or follow no more. `keer` counts earlier requests for the same."""

    jongere_id: UUID
    plaatsen: bool
    keer: int
    bsn: SecretStr | None
    a_nummer: SecretStr | None


class Kanaal(Protocol):
    """Makes requests. Asking twice for the same must be harmless: after a crash it happens."""

    naam: str

    async def vraag(self, verzoek: Verzoek) -> bool:
        """True when it is done, False when an answer follows.

        Raises `Ongeldig` when the other side refuses (its text is safe to show), `PartnerOnbereikbaar` to try later.
        """
        ...

    async def sluit(self) -> None:
        """Nothing more is asked: let go of connections that are its own."""
        ...


class Lo3Kanaal:
    """Ap01 and Av01 for the GBA-V, as files in `uit/` of the mailbox; Ag01, Af01 or Af11 come back through `in/`.

    A removal is confirmed by an empty message (Null), of which nothing reaches us: no answer means done.
    """

    naam = "lo3"

    def __init__(self, postbus: Postbus, rng: random.Random) -> None:
        self._postbus = postbus
        self._rng = rng

    async def vraag(self, verzoek: Verzoek) -> bool:
        """Put the message in the mailbox; raises OSError when it cannot be written."""
        soort = "Ap01" if verzoek.plaatsen else "Av01"
        nummers = {"01.10": verzoek.a_nummer, "01.20": verzoek.bsn}
        persoon = {element: nummer.get_secret_value() for element, nummer in nummers.items() if nummer is not None}
        if not persoon:
            raise Ongeldig("zonder BSN en zonder A-nummer is er niets te vragen")
        sleutel = f"{self._rng.randrange(10**8):08}"
        herhaling = str(min(verzoek.keer, _HOOGSTE_HERHALING))
        ruw = schrijf_lo3(soort, {"herhaling": herhaling}, [("01", persoon)], sleutel)
        self._postbus.verstuur(f"{verzoek.jongere_id}-{soort}-{verzoek.keer}.lo3", ruw)
        return False

    async def sluit(self) -> None:
        """Nothing is held open."""


class Volgindicaties(Protocol):
    """What is used of a client of the BRP Update API."""

    def volg(self, bsn: SecretStr) -> Awaitable[None]:
        """Follow."""
        ...

    def einde(self, bsn: SecretStr) -> Awaitable[None]:
        """Follow no more."""
        ...


class UpdateKanaal:
    """PUT /volgindicaties/{burgerservicenummer} of the BRP Update API, which answers at once."""

    naam = "update-api"

    def __init__(self, api: Callable[[], Volgindicaties]) -> None:
        self._api = api

    async def vraag(self, verzoek: Verzoek) -> bool:
        """Ask and be answered."""
        if verzoek.bsn is None:
            raise Ongeldig(ZONDER_BSN)
        api = self._api()
        await (api.volg(verzoek.bsn) if verzoek.plaatsen else api.einde(verzoek.bsn))
        return True

    async def sluit(self) -> None:
        """The connection is that of the client."""
