"""Wiring of `letters`: ask for the data, render in a pool of threads, keep the file, then record and tell."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import UUID

from pydantic import SecretStr

from contracts.codes import Adressaat
from contracts.events.zaken import BriefAangevraagd, BriefIngetrokken
from contracts.verstrek import (
    Afsprakenantwoord,
    Afsprakenverzoek,
    Beperktantwoord,
    Beperktverzoek,
    Briefantwoord,
    Briefgegevens,
    Briefverzoek,
    Intrekkingsantwoord,
    Intrekkingsverzoek,
    onderwerp,
)
from hub.effects import per_jongere
from hub.errors import Ongeldig, PartnerOnbereikbaar, Tijdelijk
from hub.failpoints import failpoint
from hub.gemeenten import Gemeenten
from hub.medewerkers import Medewerkers
from hub.messages import Message
from hub.pipeline import Parts
from hub.service import Service, Surroundings
from hub.settings import HubSettings
from hub.verstrek import ask
from services.letters.decisions import (
    INGETROKKEN,
    VERWERKING_BEPERKT,
    Briefwisseling,
    Gemaakt,
    Vervallen,
    briefsoort_van,
    stel_op,
    stopreden,
)
from services.letters.handlers import HANDLERS
from services.letters.huisstijlen import Huisstijlen
from services.letters.model import Brief, BriefOnvolledig
from services.letters.render import Opgemaakt, OpmaakMislukt, Renderer
from services.letters.store import Archief, BrievenStore, gemaakte_brieven

_MET_AFSPRAKEN = frozenset({"officiele_waarschuwing", "brief_afspraken"})
_THREADS = 2


class Opmaker(Protocol):
    """What typesets: a `Renderer`, or a stand-in where the layout of letters is not what matters."""

    def render(self, brief: Brief) -> Opgemaakt:
        """The finished letter; runs in a thread."""
        ...


class Bewaarplek(Protocol):
    """What keeps the files: an `Archief`, or a stand-in."""

    def keep(self, gemeente: str, brief_id: UUID, adressaat: Adressaat, pdf: bytes) -> str:
        """Stores a letter and returns its name; runs in a thread."""
        ...


class Letters:
    """The service."""

    def __init__(
        self,
        around: Surroundings,
        settings: HubSettings,
        gemeenten: Gemeenten,
        medewerkers: Medewerkers,
        *,
        renderer: Opmaker | None = None,
        archief: Bewaarplek | None = None,
    ) -> None:
        self._around = around
        self._settings = settings
        self._gemeenten = gemeenten
        self._medewerkers = medewerkers
        self._renderer = renderer or Renderer(Huisstijlen())
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="letters")
        self._archief = archief or Archief(settings.map / "brieven")
        self.service: Service[Briefwisseling] = Service(
            "letters", around, self._parts, migrations=Path(__file__).parent / "migrations"
        )

    def _parts(self, service: Service[Briefwisseling]) -> Parts[Briefwisseling]:
        if isinstance(self._archief, Archief):
            self._archief.sweep()  # only the active instance comes here
        return Parts(BrievenStore(service.pool, self._around.clock), HANDLERS, self._prepare)

    async def _prepare(self, messages: Sequence[Message]) -> None:
        ingetrokken = [m for m in messages if isinstance(m.data, BriefIngetrokken)]
        if ingetrokken:
            gemaakt = await gemaakte_brieven(self.service.pool, [m.data.brief_id for m in ingetrokken])
            for message in ingetrokken:
                message.prepared = message.data.brief_id in gemaakt
        await self._prepare_letters(messages)

    async def _prepare_letters(self, messages: Sequence[Message]) -> None:
        wanted = [m for m in messages if isinstance(m.data, BriefAangevraagd)]
        if not wanted:
            return
        try:
            jongeren = {m.jongere_id for m in wanted}
            known, beperkt, ingetrokken = await asyncio.gather(
                self._ask_persons(jongeren), self._ask_beperkt(jongeren), self._ask_ingetrokken(wanted)
            )
        except (PartnerOnbereikbaar, Tijdelijk) as error:
            for message in wanted:
                message.prepared = error
            return
        for message in wanted:
            if message.data.brief_id in ingetrokken:
                message.prepared = Vervallen(INGETROKKEN)
            elif message.jongere_id in beperkt:
                message.prepared = Vervallen(VERWERKING_BEPERKT)
        free = [m for m in wanted if m.jongere_id not in beperkt and m.data.brief_id not in ingetrokken]
        await per_jongere(free, partial(self._make, known), at_once=_THREADS * 2)

    async def _ask_persons(self, jongeren: set[UUID]) -> dict[UUID, Briefgegevens]:
        request = Briefverzoek(aanvrager="letters", jongeren=tuple(sorted(jongeren)))
        kluis = self._settings.verstrek_kluis
        answer = await ask(self.service.nc, kluis, onderwerp(Briefverzoek), request, Briefantwoord)
        return {g.jongere_id: g for g in answer.gegevens}

    async def _ask_beperkt(self, jongeren: set[UUID]) -> frozenset[UUID]:
        request = Beperktverzoek(aanvrager="letters", jongeren=tuple(sorted(jongeren)))
        kluis = self._settings.verstrek_kluis
        answer = await ask(self.service.nc, kluis, onderwerp(Beperktverzoek), request, Beperktantwoord)
        return frozenset(answer.beperkt)

    async def _ask_ingetrokken(self, wanted: Sequence[Message]) -> frozenset[UUID]:
        """Which letters were withdrawn while their request waited here: the word of it stands behind them."""
        request = Intrekkingsverzoek(aanvrager="letters", kenmerken=tuple(m.data.brief_id for m in wanted))
        kluis = self._settings.verstrek_kluis
        answer = await ask(self.service.nc, kluis, onderwerp(Intrekkingsverzoek), request, Intrekkingsantwoord)
        return frozenset(answer.ingetrokken)

    async def _make(self, known: dict[UUID, Briefgegevens], message: Message) -> Sequence[Gemaakt] | Vervallen:
        event: BriefAangevraagd = message.data
        briefsoort_van(event)
        gemeente, ondertekenaar = self._gemeenten.get(message.gemeente), self._medewerkers.get(event.ondertekenaar)
        if gemeente is None:
            raise Ongeldig("deze gemeente hoort niet bij deze installatie", "gemeente")
        if ondertekenaar is None:
            raise Ongeldig("deze medewerker staat niet in het register", "ondertekenaar")
        gegevens = known.get(message.jongere_id)
        if gegevens is None:
            raise Tijdelijk("van deze jongere zijn nog geen persoonsgegevens bekend")
        if reden := stopreden(gegevens):
            return Vervallen(reden)
        afspraken = await self._ask_afspraken(event) if event.briefsoort in _MET_AFSPRAKEN else ()
        brieven = stel_op(event, gegevens, afspraken, gemeente, ondertekenaar)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._produce, event, gemeente.code, brieven)

    def _produce(
        self, event: BriefAangevraagd, gemeente: str, brieven: Sequence[tuple[Adressaat, Brief]]
    ) -> list[Gemaakt]:
        """Typesets and keeps the letters of one request; runs in a thread."""
        made = []
        for adressaat, brief in brieven:
            try:
                pdf = self._renderer.render(brief)
            except (BriefOnvolledig, OpmaakMislukt) as error:
                raise Ongeldig(str(error), "brief") from error
            name = self._archief.keep(gemeente, event.brief_id, adressaat, pdf.pdf)
            failpoint("na_effect")
            made.append(
                Gemaakt(event.brief_id, event.zaak_id, event.briefsoort, adressaat, name, pdf.sha256, pdf.paginas)
            )
        return made

    async def _ask_afspraken(self, event: BriefAangevraagd) -> Sequence[SecretStr]:
        request = Afsprakenverzoek(aanvrager="letters", brief_id=event.brief_id)
        kluis, subject = self._settings.verstrek_kluis, onderwerp(Afsprakenverzoek)
        return (await ask(self.service.nc, kluis, subject, request, Afsprakenantwoord)).afspraken


def build(
    around: Surroundings,
    settings: HubSettings,
    gemeenten: Gemeenten,
    medewerkers: Medewerkers,
    *,
    renderer: Opmaker | None = None,
    archief: Bewaarplek | None = None,
) -> Letters:
    """Makes the service; without renderer and archief the real ones."""
    return Letters(around, settings, gemeenten, medewerkers, renderer=renderer, archief=archief)
