"""What a batch needs before its handlers run: the bladen it touches, and persons that are not known yet, in bulk."""

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from nats.aio.client import Client

from contracts.events.personen import (
    JongereGeboren,
    JongereGevestigd,
    JongereIngeschreven,
    JongereSamengevoegd,
    JongereVerhuisd,
    Onderdeel,
    PersoonsgegevensGewijzigd,
    VijfdeVerjaardagBereikt,
)
from contracts.events.verzuim import VerzuimmeldingGewijzigd, VerzuimmeldingOntvangen
from contracts.verstrek import Plichtantwoord, Plichtverzoek, onderwerp
from hub.crypto import Kluis
from hub.errors import PartnerOnbereikbaar, Tijdelijk
from hub.messages import Message
from hub.verstrek import ask
from services.cases.absoluut import ToetsInschrijving
from services.cases.beleid import Beleid
from services.cases.model import Persoonsfeiten, Voorbereid
from services.cases.register import Registerblad
from services.cases.registerhandlers import REGISTER
from services.cases.store import ZakenStore

_ONBEKEND: Final = (
    VerzuimmeldingOntvangen,
    VerzuimmeldingGewijzigd,
    JongereGeboren,
    JongereGevestigd,
    JongereSamengevoegd,
    ToetsInschrijving,
    VijfdeVerjaardagBereikt,
)
"""The person is asked for when the day of birth is not known yet."""


class Voorbereiding:
    """Fetches for one batch; nothing of the register is read for meldingen."""

    def __init__(self, store: ZakenStore, nc: Callable[[], Client], kluis: Kluis, beleid: Beleid) -> None:
        self._store = store
        self._nc = nc
        self._kluis = kluis
        self._beleid = beleid

    async def __call__(self, messages: Sequence[Message]) -> None:
        """Fills `prepared`: of a message whose person cannot be asked for now it is the error."""
        raken = [m for m in messages if isinstance(m.data, REGISTER)]
        bladen = await self._bladen(raken) if raken else {}
        personen = await self._personen(await self._te_vragen(messages, bladen))
        for message in messages:
            persoon = personen.get(message.jongere_id)
            if isinstance(persoon, Exception):
                message.prepared = persoon
            elif isinstance(message.data, REGISTER):
                ander = (
                    bladen.get(message.data.oude_jongere_id) if isinstance(message.data, JongereSamengevoegd) else None
                )
                message.prepared = Voorbereid(bladen[message.jongere_id], persoon, ander)
            elif persoon is not None:
                message.prepared = persoon

    async def _bladen(self, raken: Sequence[Message]) -> dict[UUID, Registerblad]:
        oude = {m.data.oude_jongere_id for m in raken if isinstance(m.data, JongereSamengevoegd)}
        return await self._store.bladen(sorted({m.jongere_id for m in raken} | oude))

    async def _te_vragen(self, messages: Sequence[Message], bladen: dict[UUID, Registerblad]) -> set[UUID]:
        """Whose day of birth is needed and not known, or may have changed."""
        zeker, misschien, gewijzigd = set[UUID](), set[UUID](), set[UUID]()
        for message in messages:
            if isinstance(message.data, JongereIngeschreven):
                zeker.add(message.jongere_id)
            elif isinstance(message.data, _ONBEKEND) or self._komt_hier(message):
                misschien.add(message.jongere_id)
            elif _andere_geboortedatum(message):
                gewijzigd.add(message.jongere_id)
        if misschien:
            zeker |= misschien - await self._store.known_births(sorted(misschien))
        hier = {j for j in gewijzigd if bladen[j].woont_hier}
        if gewijzigd - hier:  # of somebody who lives elsewhere only what a zaak needs is kept
            hier |= await self._store.with_zaak(sorted(gewijzigd - hier))
        return zeker | hier

    def _komt_hier(self, message: Message) -> bool:
        return (
            isinstance(message.data, JongereVerhuisd)
            and self._beleid.gemeenten.get(message.data.naar_gemeente) is not None
        )

    async def _personen(self, jongeren: set[UUID]) -> dict[UUID, Persoonsfeiten | Exception]:
        if not jongeren:
            return {}
        request = Plichtverzoek(aanvrager="cases", jongeren=tuple(sorted(jongeren)))
        try:
            answer = await ask(self._nc(), self._kluis, onderwerp(Plichtverzoek), request, Plichtantwoord)
        except (PartnerOnbereikbaar, Tijdelijk) as error:
            return dict.fromkeys(jongeren, error)
        return {g.jongere_id: Persoonsfeiten(g.geboortedatum, g.overleden) for g in answer.gegevens}


def _andere_geboortedatum(message: Message) -> bool:
    data = message.data
    return isinstance(data, PersoonsgegevensGewijzigd) and Onderdeel.GEBOORTEDATUM in data.onderdelen
