"""Taking a file in, from the first byte to the last event; every step may be the last one before a crash.

Received: stored sealed, block by block, then answered. Recognised: name, layout, day. Judged: read once as a whole,
compared with what came before. Taken in: person by person, in chunks of one transaction, each counted. A full picture
ends with the jongeren whom it does not name. One file at a time, the earliest day first.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Any, Final
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge

from contracts.verstrek import TeIdentificeren
from hub.clock import Clock
from hub.database import GONE
from hub.errors import HubError, Ongeldig
from hub.intake import Intake, Opnieuw
from hub.messages import Message
from hub.observability import REGISTRY, new_traceparent
from services.ingest_duo.leveringen.decisions import NeemStandOp, Ontbreekt, OudereLevering
from services.ingest_duo.leveringen.kaart import Kaart, Keuze, kies
from services.ingest_duo.leveringen.lezen import BLOK
from services.ingest_duo.leveringen.model import BestandGeweigerd, Leveringsoort, Rijfout
from services.ingest_duo.leveringen.rijen import Persoon, Telling, personen, tel
from services.ingest_duo.leveringen.store import LeveringStore, Rij
from services.ingest_duo.leveringen.waarborgen import (
    Feiten,
    Oordeel,
    beoordeel,
    beoordeel_ontbrekend,
    volledig_voor,
)

log: structlog.stdlib.BoundLogger = structlog.get_logger()

BRON: Final = "levering"
RIJ: Final = "rij"
_BATCH: Final = 256
_KORT, _LANG = 1.0, 60.0
_KLAAR = Counter("schakel_leveringen", "Leveringen van DUO", ["soort", "status"], registry=REGISTRY)
_WACHT = Gauge("schakel_leveringen_vastgehouden", "Leveringen die op een besluit van beheer wachten", registry=REGISTRY)
_KAART = re.compile(r"[a-z][a-z0-9-]{1,40}")
_KOP = re.compile(r"levering ([0-9]{1,18})\n")


class Leveringen:
    """The files of one installation."""

    def __init__(
        self,
        *,
        store: LeveringStore,
        intake: Intake,
        clock: Clock,
        execute: Callable[[Sequence[Message]], Awaitable[list[Message]]],
        identify: Callable[[Sequence[TeIdentificeren]], Awaitable[Sequence[UUID]]],
        gemeenten: Collection[str],
        kaarten: Callable[[], list[Kaart]],
        krimp: float,
        max_bytes: int,
        bewaar: timedelta,
    ) -> None:
        self.store = store
        self._intake = intake
        self._clock = clock
        self._execute = execute
        self._identify = identify
        self._gemeenten = gemeenten
        self._kaarten = kaarten
        self._krimp = krimp
        self._max_bytes = max_bytes
        self._bewaar = bewaar
        self._poke = asyncio.Event()
        self._turn = asyncio.Lock()
        self._opruimen = asyncio.Lock()
        self._opgeruimd = False

    # Coming in

    async def ontvang(
        self, naam: str, stroom: AsyncIterator[bytes], soort: str | None = None, kaart: str | None = None
    ) -> tuple[int, bool]:
        """Stores a file, sealed; returns its number and whether it is new. Only after this the sender is answered.

        Raises `Ongeldig` for one that is too large; then nothing is kept.
        """
        if soort not in (None, *Leveringsoort):
            raise Ongeldig(f"kies uit {', '.join(Leveringsoort)}", "soort")
        if kaart is not None and _KAART.fullmatch(kaart) is None:
            raise Ongeldig("er is geen kolomkaart met deze naam", "kaart")
        await self._ruim_op()
        nummer = await self.store.begin(naam, soort, kaart, self._clock.now())
        try:
            sha, grootte, blokken, rest = hashlib.sha256(), 0, 0, bytearray()
            async for stuk in stroom:
                sha.update(stuk)
                grootte += len(stuk)
                if grootte > self._max_bytes:
                    continue  # read to its end, so that the sender hears the reason
                rest += stuk
                while len(rest) >= BLOK:
                    await self.store.bewaar(nummer, blokken, bytes(rest[:BLOK]))
                    del rest[:BLOK]
                    blokken += 1
            if grootte > self._max_bytes:
                raise Ongeldig(f"groter dan {self._max_bytes} bytes", "bestand")
            if rest or not blokken:
                await self.store.bewaar(nummer, blokken, bytes(rest))
            bekend = await self.store.ontvangen(nummer, sha.digest(), grootte)
        finally:
            await self.store.verwijder(nummer)
        self._poke.set()
        return bekend, bekend == nummer

    async def beslis(self, nummer: int, *, vrijgeven: bool, door: str, reden: str) -> None:
        """An operator releases a file that is held back, or rejects it. Raises `Ongeldig` when it is not held back."""
        if not reden.strip() or not door.strip():
            raise Ongeldig("ontbreekt: een levering vrijgeven of afwijzen is een besluit", "reden")
        status = "bezig" if vrijgeven else "afgewezen"
        if not await self.store.beslis(nummer, status, door, reden, self._clock.now()):
            raise Ongeldig(f"levering {nummer} wordt niet vastgehouden", "levering")
        self._poke.set()

    # The worker

    async def run(self) -> None:
        """Works on what is there, for ever; trouble is logged and tried again."""
        pauze = _KORT
        while True:
            self._poke.clear()
            try:
                await self._ruim_op()
                await self.werk()
                await self.store.vergeet(self._clock.now() - self._bewaar)
                pauze = _LANG
            except (HubError, *GONE) as error:
                log.warning("levering_waits", service="ingest_duo", error=type(error).__name__, pause=pauze)
                pauze = min(pauze * 2, _LANG)
            try:
                async with asyncio.timeout(pauze):
                    await self._poke.wait()
                pauze = _KORT
            except TimeoutError:
                continue

    async def _ruim_op(self) -> None:
        """Forgets what came in half before this start: once, and before anything new begins to come in."""
        async with self._opruimen:
            if not self._opgeruimd:
                await self.store.verwijder()
                self._opgeruimd = True

    async def werk(self) -> int:
        """Finishes every file that can be finished; returns how many."""
        async with self._turn:
            aantal = 0
            for nummer in await self.store.met_status("ontvangen"):
                await self._herken(nummer)
            while (rij := await self.store.volgende()) is not None:
                await self._behandel(rij)
                aantal += 1
            _WACHT.set(len(await self.store.met_status("vastgehouden")))
            return aantal

    async def _herken(self, nummer: int) -> None:
        naam, soort, kaart = await self.store.naam(nummer)
        begin = await self.store.blok(nummer, 0) or b""
        try:
            keuze = kies(self._kaarten(), naam, begin, soort=soort, kaart=kaart)
            self._mag(keuze)
        except BestandGeweigerd as error:
            await self._zet(nummer, soort, Oordeel("geweigerd", error.veld, error.reden), error.plek)
            return
        await self.store.herkend(nummer, keuze, naam)

    def _mag(self, keuze: Keuze) -> None:
        wat = keuze.naam
        if wat is None:
            return
        if wat.peildatum > self._clock.today() + timedelta(days=1):
            raise BestandGeweigerd("bestandsnaam", "naam", "de datum ligt in de toekomst")
        if wat.niveau == "G" and wat.code not in self._gemeenten:
            raise BestandGeweigerd("bestandsnaam", "naam", "deze gemeente hoort niet bij deze installatie")

    async def _behandel(self, rij: Rij) -> None:
        try:
            await self._neem_op(rij)
        except BestandGeweigerd as error:
            await self._zet(rij.id, rij.soort, Oordeel("geweigerd", error.veld, error.reden), error.plek)
        except (HubError, *GONE):
            raise
        except Exception as error:
            reden = f"onverwachte fout ({type(error).__name__}): meld dit; vrijgeven probeert het opnieuw"
            await self._zet(rij.id, rij.soort, Oordeel("vastgehouden", "bestand", reden))

    async def _neem_op(self, rij: Rij) -> None:
        blokken = partial(self.store.blokken, rij.id)
        begin = await self.store.blok(rij.id, 0) or b""
        keuze = kies(self._kaarten(), rij.naam or "", begin, kaart=rij.kaart)
        telling = await tel(keuze, self._gemeenten, blokken)
        if rij.status == "herkend":
            oordeel = await self._beoordeel(rij, keuze, telling)
            await self.store.tel(rij.id, _cijfers(telling))
            if oordeel is not None:
                await self._zet(rij.id, rij.soort, oordeel)
                return
            await self.store.zet(rij.id, "bezig")
        await self._personen(rij, keuze, telling)
        if keuze.kaart.soort is Leveringsoort.C and not await self._ontbrekenden(rij, telling):
            return
        raw = await self._intake.keep(f"levering {rij.id}".encode(), self._clock.now())
        await self._intake.finished(raw, self._clock.now(), aantal=telling.personen)
        await self.store.zet(rij.id, "opgenomen", self._clock.now())
        _KLAAR.labels(rij.soort, "opgenomen").inc()
        log.info("levering_taken_in", service="ingest_duo", levering=rij.id, soort=rij.soort, persons=telling.personen)

    async def _beoordeel(self, rij: Rij, keuze: Keuze, telling: Telling) -> Oordeel | None:
        assert rij.peildatum is not None  # noqa: S101 - a recognised file has a day
        vorige = {s: await self.store.laatste(s, rij.niveau, rij.code, rij.id) for s in ("p", "c")}
        gemeenten = volledig_voor(rij.niveau, rij.code, telling.gemeenten)
        c, p = vorige["c"], vorige["p"]
        eerder = c.telling.get("personen", 0) if c else await self.store.bekend(gemeenten, rij.peildatum)
        feiten = Feiten(
            soort=keuze.kaart.soort,
            peildatum=rij.peildatum,
            rijen=telling.rijen,
            fouten=telling.fouten,
            personen=telling.personen,
            vorige_p=p.peildatum if p else None,
            vorige_c=c.peildatum if c else None,
            vorige_personen=eerder,
        )
        return beoordeel(feiten, self._krimp)

    async def _personen(self, rij: Rij, keuze: Keuze, telling: Telling) -> None:
        blokken, nummer = partial(self.store.blokken, rij.id), 0
        kop = kop_boven(rij.id, keuze)

        async def onbruikbaar(fout: Rijfout) -> None:
            await self._quarantaine(rij.id, kop, fout)

        batch: list[Persoon] = []
        async for persoon in personen(keuze, self._gemeenten, blokken, telling.rijen, onbruikbaar):
            nummer += 1
            if nummer > rij.verwerkt:
                batch.append(persoon._replace(heel=persoon.heel and not telling.zonder_persoon))
            if len(batch) == _BATCH:
                await self._batch(rij, keuze, batch, nummer)
                batch = []
        if batch:
            await self._batch(rij, keuze, batch, nummer)

    async def _batch(self, rij: Rij, keuze: Keuze, batch: Sequence[Persoon], verwerkt: int) -> None:
        jongeren = await self._identify([p.wie for p in batch])
        ouder = 0
        if keuze.kaart.soort is not Leveringsoort.KOPPELING:
            commands = [
                Message(j, p.wie.gemeente, _opdracht(rij, keuze, p), traceparent=new_traceparent())
                for j, p in zip(jongeren, batch, strict=True)
            ]
            ouder = await self._voer_uit(rij, commands)
        await self.store.vorder(rij.id, verwerkt, ouder)

    async def _voer_uit(self, rij: Rij, commands: Sequence[Message]) -> int:
        """Carries out one transaction; returns for how many jongeren the known news was newer."""
        ouder = 0
        for done in await self._execute(commands):
            if isinstance(done.error, OudereLevering):
                ouder += 1
            elif isinstance(done.error, HubError) and not isinstance(done.error, Ongeldig):
                raise done.error
            elif done.error is not None:
                reden = done.error.reden if isinstance(done.error, Ongeldig) else "onverwachte fout bij het verwerken"
                plek = f"levering {rij.id}, jongere {done.jongere_id}"
                await self._intake.quarantine(plek.encode(), plek, "persoon", reden, self._clock.now())
        return ouder

    async def _ontbrekenden(self, rij: Rij, telling: Telling) -> bool:
        """Says which jongeren the full picture does not name; False when that needs an operator first."""
        assert rij.peildatum is not None  # noqa: S101 - a recognised file has a day
        gemeenten = volledig_voor(rij.niveau, rij.code, telling.gemeenten)
        weg = await self.store.ontbrekend(gemeenten, rij.id, rij.peildatum)
        bekend = await self.store.bekend(gemeenten, rij.peildatum)
        oordeel = beoordeel_ontbrekend(len(weg), bekend, telling.zonder_persoon, self._krimp)
        if oordeel is not None and rij.besluit_op is None:
            await self.store.tel(rij.id, {"ontbrekend": len(weg)})
            await self._zet(rij.id, rij.soort, oordeel)
            return False
        over = iter(weg)
        while deel := list(islice(over, _BATCH)):
            commands = [
                Message(j, gemeente, Ontbreekt(rij.id, rij.peildatum), traceparent=new_traceparent())
                for j, gemeente in deel
            ]
            await self._voer_uit(rij, commands)
            await self.store.plus(rij.id, "vervallen", len(deel))
        return True

    async def _zet(self, nummer: int, soort: str | None, oordeel: Oordeel, plek: str = "bestand") -> None:
        now = self._clock.now()
        waarom = (oordeel.veld, plek, oordeel.reden)
        if oordeel.status == "geweigerd":
            naam = f"levering {nummer}"
            await self._intake.quarantine(naam.encode(), f"{naam}, {plek}", oordeel.veld, oordeel.reden, now, "bestand")
        await self.store.zet(nummer, oordeel.status, now, waarom)
        _KLAAR.labels(soort or "onbekend", oordeel.status).inc()
        log.warning(
            "levering_not_taken_in", service="ingest_duo", levering=nummer, status=oordeel.status, veld=oordeel.veld
        )

    # Quarantine

    async def _quarantaine(self, nummer: int, kop: str, fout: Rijfout) -> None:
        plek = f"levering {nummer}, rij {fout.rij}, kolom {fout.kolom}"
        body = f"{kop}{fout.ruw}\n".encode()
        await self._intake.quarantine(body, plek, fout.veld, fout.reden, self._clock.now(), RIJ)

    def opnieuw(self) -> dict[str, Opnieuw]:
        """How a mended row is taken in again: alone, so that it adds and never takes away."""
        return {RIJ: self._rij_opnieuw}

    async def _rij_opnieuw(self, body: bytes) -> str | None:
        tekst = body.decode("utf-8", errors="replace")
        kop = _KOP.match(tekst)
        rij = await self.store.een(int(kop[1])) if kop else None
        if kop is None or rij is None or rij.naam is None or rij.peildatum is None:
            raise Ongeldig("de eerste regel noemt niet de levering waar de rij uit komt", "rij")
        inhoud = tekst[kop.end() :]
        try:
            keuze = kies(self._kaarten(), rij.naam, inhoud.encode(), kaart=rij.kaart)
            codering = keuze.kaart.codering
            gevonden = await self._lees_een(keuze, inhoud.encode(codering))
        except BestandGeweigerd as error:
            raise Ongeldig(error.reden, error.veld) from None
        (jongere_id,) = await self._identify([gevonden.wie])
        if keuze.kaart.soort is Leveringsoort.KOPPELING:
            return None
        command = Message(jongere_id, gevonden.wie.gemeente, _opdracht(rij, keuze, gevonden._replace(heel=False)))
        (done,) = await self._execute([command])
        if isinstance(done.error, OudereLevering):
            return "over deze jongere is al iets nieuwers bekend: er is niets veranderd"
        if done.error is not None:
            raise done.error
        return None

    async def _lees_een(self, keuze: Keuze, inhoud: bytes) -> Persoon:
        async def blokken() -> AsyncIterator[bytes]:
            yield inhoud

        async def onbruikbaar(fout: Rijfout) -> None:
            raise Ongeldig(fout.reden, fout.veld)

        gevonden = [p async for p in personen(keuze, self._gemeenten, blokken, 1, onbruikbaar)]
        if len(gevonden) != 1:
            raise Ongeldig("er staat niet een rij in", "rij")
        return gevonden[0]


def _opdracht(rij: Rij, keuze: Keuze, persoon: Persoon) -> NeemStandOp:
    assert rij.peildatum is not None  # noqa: S101 - a recognised file has a day
    volledig = keuze.kaart.soort is Leveringsoort.C
    return NeemStandOp(
        levering=rij.id,
        peildatum=rij.peildatum,
        regels=persoon.regels,
        volledig=volledig and persoon.heel,
        gezien=volledig,
    )


def kop_boven(nummer: int, keuze: Keuze) -> str:
    """What stands above a row in quarantine, so that it can be read by itself."""
    gescheiden = keuze.kaart.gescheiden
    kop = gescheiden.teken.join(keuze.kolommen) if gescheiden is not None else ""
    return f"levering {nummer}\n" + (f"{kop}\n" if keuze.kaart.heeft_kop else "")


def _cijfers(telling: Telling) -> dict[str, Any]:
    return {
        "rijen": telling.rijen,
        "fouten": telling.fouten,
        "zonder_persoon": telling.zonder_persoon,
        "personen": telling.personen,
    }
