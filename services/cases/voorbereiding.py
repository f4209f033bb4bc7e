"""What a batch needs before its handlers run: the bladen it touches, and persons that are not known yet, in bulk."""

from collections.abc import Callable, Sequence
from dataclasses import replace
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
from services.cases.besluitstore import Besluitstore
from services.cases.grens.regel import Grensboek
from services.cases.levenshandlers import uitgepakt
from services.cases.model import Dossier, Persoonsfeiten, Voorbereid
from services.cases.rechten import OpenVerzoek
from services.cases.register import Registerblad
from services.cases.registerhandlers import REGISTER
from services.cases.samenvoegen import NeemZakenOver
from services.cases.store import ZakenStore
from services.cases.toestemmingsintrekking import TrekToestemmingIn
from services.cases.zaakleven import OpenZaak

_ONBEKEND: Final = (VerzuimmeldingOntvangen, VerzuimmeldingGewijzigd, ToetsInschrijving, OpenVerzoek, OpenZaak)
"""The person is asked for when the day of birth is not known yet."""

_KOMST: Final = (JongereGeboren, JongereGevestigd, JongereSamengevoegd, JongereVerhuisd, VijfdeVerjaardagBereikt)
"""The same, but only of somebody who lives in the region: of others no more is kept than a zaak needs."""


class Voorbereiding:
    """Fetches for one batch; nothing of the register is read for meldingen."""

    def __init__(
        self, store: ZakenStore, besluiten: Besluitstore, nc: Callable[[], Client], kluis: Kluis, beleid: Beleid
    ) -> None:
        self._store = store
        self._besluiten = besluiten
        self._nc = nc
        self._kluis = kluis
        self._beleid = beleid

    async def __call__(self, messages: Sequence[Message]) -> None:
        """Fills `prepared`: of a message whose person cannot be asked for now it is the error."""
        binnen = [uitgepakt(message) for message in messages]
        await self._bereid(binnen)
        for message, een in zip(messages, binnen, strict=True):
            message.prepared = een.prepared

    async def _bereid(self, messages: Sequence[Message]) -> None:
        raken = [m for m in messages if isinstance(m.data, REGISTER)]
        bladen = await self._bladen(raken) if raken else {}
        personen = await self._personen(await self._te_vragen(messages, bladen))
        for message in messages:
            persoon = personen.get(message.jongere_id)
            if isinstance(message.data, TrekToestemmingIn):
                message.prepared = await self._store.verstrekt(message.jongere_id)
            elif isinstance(persoon, Exception):
                message.prepared = persoon
            elif isinstance(message.data, REGISTER):
                ander = (
                    bladen.get(message.data.oude_jongere_id) if isinstance(message.data, JongereSamengevoegd) else None
                )
                message.prepared = Voorbereid(bladen[message.jongere_id], persoon, ander)
            elif isinstance(message.data, NeemZakenOver):
                message.prepared = await self._overname(message.jongere_id, message.data.oude_jongere_id)
            elif persoon is not None:
                message.prepared = persoon
        await self._besluiten.houd_tegen(messages)

    async def _overname(self, jongere_id: UUID, oude_jongere_id: UUID) -> Dossier | None:
        """The dossier of the other number, with what was disclosed about either: its recipients may have to be told."""
        oud = await self._store.dossier(oude_jongere_id)
        if oud is None or not oud.privacy.toestemmingen:
            return oud
        regels = (*await self._store.verstrekt(oude_jongere_id), *await self._store.verstrekt(jongere_id))
        return replace(oud, grens=Grensboek(nieuw=regels))

    async def _bladen(self, raken: Sequence[Message]) -> dict[UUID, Registerblad]:
        oude = {m.data.oude_jongere_id for m in raken if isinstance(m.data, JongereSamengevoegd)}
        return await self._store.bladen(sorted({m.jongere_id for m in raken} | oude))

    async def _te_vragen(self, messages: Sequence[Message], bladen: dict[UUID, Registerblad]) -> set[UUID]:
        """Whose day of birth is needed and not known, or may have changed."""
        zeker, misschien, elders = set[UUID](), set[UUID](), set[UUID]()
        for message in messages:
            jongere = message.jongere_id
            nieuws = isinstance(message.data, JongereIngeschreven) or _andere_geboortedatum(message)
            if isinstance(message.data, _ONBEKEND):
                misschien.add(jongere)
            elif nieuws or isinstance(message.data, _KOMST):
                hier = bladen[jongere].woont_hier or self._komt_hier(message)
                (elders if not hier else zeker if nieuws else misschien).add(jongere)
        if misschien:
            zeker |= misschien - await self._store.known_births(sorted(misschien))
        if elders:
            zeker |= await self._store.with_zaak(sorted(elders))
        return zeker

    def _komt_hier(self, message: Message) -> bool:
        """Whether the event is about living in one of our gemeenten."""
        data = message.data
        gemeente = data.naar_gemeente if isinstance(data, JongereVerhuisd) else message.gemeente
        return self._beleid.gemeenten.get(gemeente) is not None

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
