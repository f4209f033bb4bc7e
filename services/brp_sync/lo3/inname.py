"""Taking in LO3 messages, from the mailbox folder and over HTTP: stored first, then worked off in order."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog

from hub.clock import Clock
from hub.crypto import Kluis
from hub.errors import Ongeldig
from hub.intake import BERICHT, Intake, Raw
from hub.service import Service
from services.brp_sync.aanlevering import Aanlevering, Sleutel
from services.brp_sync.lo3.berichten import OngeldigLo3Bericht, knip, lees_lo3
from services.brp_sync.lo3.lezen import WEIGERING, Weigering, lees_aanlevering, lees_weigering
from services.brp_sync.lo3.postbus import Postbus
from services.brp_sync.lo3.settings import Lo3Settings

log: structlog.stdlib.BoundLogger = structlog.get_logger()

BRON: Final = "lo3"
MAX_BYTES: Final = 20_000_000
"""The largest body of one POST."""
_TOEWIJZING: Final = "Ag01"


@dataclass(frozen=True, slots=True)
class Antwoord:
    """What the GBA-V answered to a request about an afnemersindicatie; without `weigering` it was granted."""

    sleutel: Sleutel
    weigering: Weigering | None = None


Verwerk = Callable[[Sequence[Aanlevering]], Awaitable[list[Ongeldig | None]]]
Antwoorden = Callable[[Sequence[Antwoord]], Awaitable[list[bool]]]
"""Hears answers; tells of each whether it was asked for."""


class Lo3Inname:
    """One source of `brp_sync`. `antwoorden` hears what was answered to our own requests."""

    def __init__(
        self, settings: Lo3Settings, clock: Clock, batch: int, verwerk: Verwerk, antwoorden: Antwoorden
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._batch = batch
        self._verwerk = verwerk
        self._antwoorden = antwoorden
        self._beurt = asyncio.Lock()
        self.postbus = Postbus(settings.map, settings.max_bestand) if settings.map else None

    intake: Intake

    def begin(self, service: Service[Any], kluis: Kluis) -> None:
        """Called when the service starts, before anything comes in."""
        self.intake = service.intake(kluis, BRON, {BERICHT: self._opnieuw})

    async def run(self) -> None:
        """First what was stored and not finished, then the mailbox, as long as the service runs."""
        if self.postbus is None:
            async with self._beurt:
                await self._werk_af(await self.intake.pending())
            return
        async with self._beurt:
            await self._met_postbus(self._begin_postbus)
            await self._werk_af(await self.intake.pending())
        while True:
            async with self._beurt:
                await self._met_postbus(self._leeg_postbus)
            await asyncio.sleep(self._settings.interval)

    async def neem_in(self, ruw: bytes) -> dict[str, int]:
        """Messages that came in over HTTP: when this returns, all are stored, and worked off or in quarantine."""
        async with self._beurt:
            bewaard = await self._bewaar(ruw)
            return {"ontvangen": len(bewaard), "quarantaine": await self._werk_af(bewaard)}

    async def _met_postbus(self, doe: Callable[[Postbus], Awaitable[None]]) -> None:
        try:
            if self.postbus is not None:
                await doe(self.postbus)
        except OSError as error:
            log.error("mailbox_unreadable", error=type(error).__name__)

    async def _begin_postbus(self, postbus: Postbus) -> None:
        """Store what was taken and not finished before anything is worked off: then it is recognised as the same."""
        postbus.maak()
        for pad in postbus.bezig():
            await self._bewaar_bestand(postbus, pad)

    async def _leeg_postbus(self, postbus: Postbus) -> None:
        for pad in (*postbus.bezig(), *postbus.neem()):  # what is in bezig/ still, could not be finished last time
            await self._werk_af(await self._bewaar_bestand(postbus, pad))

    async def _bewaar_bestand(self, postbus: Postbus, pad: Path) -> list[Raw]:
        try:
            ruw = await asyncio.to_thread(postbus.lees, pad)
        except OSError as error:
            return await self._weiger_bestand(postbus, pad, f"kan niet worden gelezen ({type(error).__name__})")
        if ruw is None:
            reden = f"is groter dan {self._settings.max_bestand} bytes en staat in geweigerd/: knip het in stukken"
            return await self._weiger_bestand(postbus, pad, reden)
        bewaard = await self._bewaar(ruw)
        postbus.klaar(pad, len(bewaard), self._clock.now())
        log.info("mailbox_file_stored", berichten=len(bewaard))
        return bewaard

    async def _weiger_bestand(self, postbus: Postbus, pad: Path, reden: str) -> list[Raw]:
        """Puts a file aside, visibly; one that cannot even be moved holds up nothing behind it."""
        naam = os.fsencode(pad.name)
        await self.intake.quarantine(naam, "bestand", "bestand", reden, self._clock.now(), "bestand")
        try:
            postbus.weiger(pad)
        except OSError as error:
            log.error("mailbox_file_stuck", error=type(error).__name__)
        return []

    async def _bewaar(self, ruw: bytes) -> list[Raw]:
        now = self._clock.now()
        kaders = await asyncio.to_thread(lambda: list(knip(ruw)))
        bewaard = [await self.intake.keep(kader.ruw, now) for kader in kaders]
        return list({raw.id: raw for raw in bewaard}.values())  # the same message twice is kept once

    async def _werk_af(self, bewaard: Sequence[Raw]) -> int:
        """Work off in order; returns how many went to quarantine."""
        geweigerd = 0
        for vanaf in range(0, len(bewaard), self._batch):
            deel = bewaard[vanaf : vanaf + self._batch]
            geweigerd += await self._verwerk_berichten(raw.body for raw in deel)
            await self.intake.finished_all(deel, self._clock.now())
        return geweigerd

    async def _verwerk_berichten(self, berichten: Iterable[bytes]) -> int:
        aanleveringen: list[tuple[bytes, Aanlevering]] = []
        weigeringen: list[tuple[bytes, Antwoord]] = []
        geweigerd = 0
        for ruw in berichten:
            try:
                bericht = lees_lo3(ruw)
                if bericht.soort in WEIGERING:
                    weigering = lees_weigering(bericht)
                    weigeringen.append((ruw, Antwoord(weigering.sleutel, weigering)))
                else:
                    aanleveringen.append((ruw, lees_aanlevering(bericht, self._settings.autorisatie)))
            except OngeldigLo3Bericht as fout:
                geweigerd += 1
                await self.intake.quarantine(ruw, fout.plek, fout.veld, fout.reden, self._clock.now())
        geweigerd += await self._lever_aan(aanleveringen)
        return geweigerd + await self._geef_door(weigeringen)

    async def _lever_aan(self, aanleveringen: Sequence[tuple[bytes, Aanlevering]]) -> int:
        uitslagen = await self._verwerk([aanlevering for _, aanlevering in aanleveringen])
        toegewezen = []
        geweigerd = 0
        for (ruw, aanlevering), uitslag in zip(aanleveringen, uitslagen, strict=True):
            if uitslag is not None:
                geweigerd += 1
                now = self._clock.now()
                await self.intake.quarantine(ruw, aanlevering.plek, uitslag.veld or BERICHT, uitslag.reden, now)
            elif aanlevering.plek == _TOEWIJZING:
                toegewezen.append(Antwoord(aanlevering.sleutel))
        if toegewezen:
            await self._antwoorden(toegewezen)  # one that nobody asked for is a persoonslijst like any other
        return geweigerd

    async def _geef_door(self, weigeringen: Sequence[tuple[bytes, Antwoord]]) -> int:
        """Pass refusals on to who asked; returns how many nobody had asked for."""
        bekend = await self._antwoorden([antwoord for _, antwoord in weigeringen]) if weigeringen else []
        onbekend = [item for item, van_ons in zip(weigeringen, bekend, strict=True) if not van_ons]
        for ruw, antwoord in onbekend:
            soort = antwoord.weigering.soort if antwoord.weigering else BERICHT
            reden = "weigert een afnemersindicatie waar niet om is gevraagd"
            await self.intake.quarantine(ruw, soort, "foutreden", reden, self._clock.now())
        return len(onbekend)

    async def _opnieuw(self, ruw: bytes) -> None:
        """Takes in what an operator released from quarantine; what still cannot be used goes back there."""
        berichten = [kader.ruw for kader in knip(ruw)]
        if not berichten:
            raise Ongeldig("er staat geen bericht in", BERICHT)
        async with self._beurt:
            await self._verwerk_berichten(berichten)
