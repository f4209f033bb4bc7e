"""Asking the BRP about whom a signal came, and taking over what changed.

A signal moves only after its answer was worked off, so any step may be the last before a crash: the question is then
asked again, and what was taken over before is recognised. While the API does not answer, signals stay as they are.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import structlog

from hub.clock import Clock
from hub.database import GONE
from hub.errors import HubError, Ongeldig
from hub.intake import Intake
from hub.privacy import Bsn, onthuld_json
from services.brp_sync.aanlevering import Aanlevering, Sleutel
from services.brp_sync.brpapi.client import TEGELIJK, Antwoord, BrpApi
from services.brp_sync.brpapi.velden import LEEFTIJD, onderzocht, paden
from services.brp_sync.brpapi.verbinding import BrpOnbereikbaar, BrpWeigert
from services.brp_sync.decisions import Hernummer, Registreer, VoerAf
from services.brp_sync.model import Persoon, RedenOpschorting
from services.brp_sync.persoonslijsten import Onbruikbaar
from services.brp_sync.settings import BrpApiSettings
from services.brp_sync.signalen.beslissen import (
    Ritme,
    Stand,
    Uitkomst,
    aangevuld,
    is_nieuws,
    is_van_belang,
    is_verandering,
    is_zelfde_persoon,
    vervolg,
)
from services.brp_sync.signalen.opslag import SignaalStore, Voortgang, Wachtend

log: structlog.stdlib.BoundLogger = structlog.get_logger()

SYSTEEM: Final = "schakel brp_sync"
SOORT: Final = "bsn"
"""What stands in the quarantine of the BRP API: whom to ask for again."""
_LANGSTE_PAUZE: Final = 900.0

Bekenden = Mapping[str, tuple[UUID, Persoon | None]]
"""Who of these is known, by BSN."""


class Signaalwerker:
    """Works off signals, at most `TEGELIJK` persons to a question."""

    def __init__(
        self,
        *,
        api: BrpApi,
        signalen: SignaalStore,
        bekenden: Callable[[Sequence[str]], Awaitable[Bekenden]],
        verwerk: Callable[[Sequence[Aanlevering]], Awaitable[list[Ongeldig | None]]],
        intake: Intake,
        settings: BrpApiSettings,
        clock: Clock,
        new_id: Callable[[], UUID] = uuid4,
    ) -> None:
        self._api = api
        self._signalen = signalen
        self._bekenden = bekenden
        self._verwerk = verwerk
        self._intake = intake
        self._settings = settings
        self._clock = clock
        self._new_id = new_id
        self._velden = paden(settings.velden_zonder, buitenland=settings.buitenland)
        self._onderzocht = onderzocht(self._velden)
        self._ritme = Ritme(
            timedelta(seconds=settings.vertraging), timedelta(seconds=settings.herhaling), settings.werkdagen
        )
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Works for ever; while the API does not answer the pauses grow to a quarter of an hour."""
        pauze = self._settings.interval
        while True:
            try:
                await self.round()
                pauze = self._settings.interval
            except BrpOnbereikbaar as fout:
                pauze = max(min(pauze * 2, _LANGSTE_PAUZE), fout.wacht or 0.0)
                log.warning("brp_query_failed", service="brp_sync", detail=str(fout), pause=pauze)
            except HubError as fout:
                log.warning("brp_query_failed", service="brp_sync", detail=type(fout).__name__, pause=pauze)
            await asyncio.sleep(pauze)

    async def round(self) -> int:
        """Asks until nothing is due any more; returns how many signals were worked on. Raises `BrpOnbereikbaar`."""
        number = 0
        async with self._turn:
            while batch := await self._signalen.due(self._clock.now(), TEGELIJK):
                per_bsn: dict[str, list[Wachtend]] = {}
                for signaal in batch:
                    per_bsn.setdefault(signaal.bsn.get_secret_value(), []).append(signaal)
                await self._probeer(per_bsn)
                number += len(batch)
        if number:
            log.info("brp_signals_worked", service="brp_sync", number=number)
        return number

    async def _probeer(self, te_doen: dict[str, list[Wachtend]]) -> None:
        """Works off signals by BSN; a fault of ours puts aside whom it is about, and nobody else."""
        try:
            await self._werk_af(te_doen)
        except (HubError, *GONE):
            raise
        except Exception as fout:
            if len(te_doen) > 1:
                for bsn, signalen in list(te_doen.items()):
                    await self._probeer({bsn: signalen})
                return
            for bsn in list(te_doen):
                reden = f"kon niet worden verwerkt ({type(fout).__name__})"
                await self._zet_apart(bsn, "persoon", reden, _plek(te_doen[bsn]))
                await self._rond_af(te_doen, bsn, Uitkomst.GEWEIGERD)

    async def _werk_af(self, te_doen: dict[str, list[Wachtend]]) -> None:
        """Asks about these and works off the answer; who is done is taken out of `te_doen`."""
        bsns = list(te_doen)
        vroeger = {bsn: _vroegere_nummers(signalen) for bsn, signalen in te_doen.items()}
        bekend = await self._bekenden([*bsns, *(nummer for nummers in vroeger.values() for nummer in nummers)])
        kennen = [bsn for bsn in bsns if any(nummer in bekend for nummer in (bsn, *vroeger[bsn]))]
        kennen += await self._weeg_onbekenden(te_doen, [bsn for bsn in bsns if bsn not in kennen], bekend)
        if not kennen:
            return
        antwoord = await self._vraag(kennen, self._velden, bekend)
        afdrukken = {b: self._signalen.fingerprint(onthuld_json(p)) for b, p in antwoord.personen.items()}
        eerder = await self._signalen.last_answers(list(afdrukken))
        for bsn in kennen:
            persoon = antwoord.personen.get(bsn)
            if persoon is None:
                uitkomst = await self._geen_persoon(bsn, antwoord, _plek(te_doen[bsn]))
            else:
                oude_nummers = await self._van_dezelfde(bsn, persoon, vroeger[bsn], bekend)
                was = next((bekend[nummer][1] for nummer in (bsn, *oude_nummers) if nummer in bekend), None)
                zelfde = None if bsn not in eerder else eerder[bsn] == afdrukken[bsn]
                uitkomst = await self._neem_over(
                    bsn, persoon, was, oude_nummers, zelfde=zelfde, apart=_plek(te_doen[bsn])
                )
                if uitkomst is not Uitkomst.GEWEIGERD:  # what was refused must count as new when it is released
                    await self._signalen.answered({bsn: afdrukken[bsn]}, self._clock.now())
            await self._rond_af(te_doen, bsn, uitkomst)

    async def _weeg_onbekenden(
        self, te_doen: dict[str, list[Wachtend]], onbekenden: Sequence[str], bekend: Bekenden
    ) -> list[str]:
        """Of whom we do not know only the age is asked; gives back who may be a jongere."""
        if not onbekenden:
            return []
        jong, antwoord = [], Antwoord()
        if self._settings.onbekenden:
            antwoord = await self._vraag(onbekenden, LEEFTIJD, bekend)
        for bsn in onbekenden:
            persoon = antwoord.personen.get(bsn)
            if not self._settings.onbekenden:
                await self._rond_af(te_doen, bsn, Uitkomst.NIET_VAN_BELANG)
            elif persoon is None:
                await self._rond_af(te_doen, bsn, await self._geen_persoon(bsn, antwoord, _plek(te_doen[bsn])))
            elif is_van_belang(persoon, self._clock.today(), self._settings.tot_leeftijd) and not _is_afgevoerd(
                persoon
            ):
                jong.append(bsn)
            else:
                await self._rond_af(te_doen, bsn, Uitkomst.NIET_VAN_BELANG)
        return jong

    async def _rond_af(self, te_doen: dict[str, list[Wachtend]], bsn: str, uitkomst: Uitkomst) -> None:
        """Moves the signals about one person on."""
        now, signalen = self._clock.now(), te_doen[bsn]
        voortgang = [Voortgang(s.id, *vervolg(s.ontvangen_op, uitkomst, now, self._ritme)) for s in signalen]
        if any(v.stand is Stand.NIET_GEVONDEN for v in voortgang):
            reden = "niet gevonden in de BRP, ook niet na enkele werkdagen"
            await self._zet_apart(bsn, "burgerservicenummer", reden, _plek(signalen))
        await self._signalen.proceed(voortgang, now)
        del te_doen[bsn]

    async def _van_dezelfde(self, bsn: str, persoon: Persoon, vroeger: Sequence[str], bekend: Bekenden) -> list[str]:
        """The former numbers under which this person still stands; one of somebody else is put aside."""
        zelfde = []
        nu = bekend[bsn][0] if bsn in bekend else None
        for nummer in (nummer for nummer in vroeger if nummer in bekend and bekend[nummer][0] != nu):
            if is_zelfde_persoon(bekend[nummer][1], persoon):
                zelfde.append(nummer)
            else:
                await self._zet_apart(nummer, "historicBsns", "hoort bij iemand anders: niet samengevoegd", "persoon")
        return zelfde

    async def _neem_over(
        self,
        bsn: str,
        persoon: Persoon,
        was: Persoon | None,
        oude_nummers: Sequence[str],
        *,
        zelfde: bool | None,
        apart: str,
    ) -> Uitkomst:
        """`zelfde` tells whether the API answered just this before; None when it was never asked.

        `apart` is the place under which it is put aside.
        """
        plek = "antwoord van de BRP API"
        stappen = [Aanlevering(Sleutel(bsn=Bsn(oud)), Hernummer(bsn=Bsn(bsn)), plek) for oud in oude_nummers]
        nieuw = aangevuld(was, persoon, self._onderzocht)
        if _is_afgevoerd(persoon):
            if was is not None and not _is_afgevoerd(was):
                datum = persoon.opschorting.datum if persoon.opschorting is not None else None
                stappen.append(Aanlevering(Sleutel(bsn=Bsn(bsn)), VoerAf(datum), plek))
        elif is_nieuws(was, nieuw, zelfde_antwoord=bool(zelfde)):
            opdracht = Registreer(persoon, onderzocht=self._onderzocht)  # completed with what is known by then
            stappen.append(Aanlevering(Sleutel(persoon.bsn, persoon.a_nummer), opdracht, plek))
        for fout in await self._verwerk(stappen) if stappen else ():
            if fout is not None:
                await self._zet_apart(bsn, fout.veld or "persoon", fout.reden, apart)
                return Uitkomst.GEWEIGERD
        veranderd = zelfde is False or bool(oude_nummers) or (bool(stappen) and is_verandering(was, nieuw))
        return Uitkomst.GEWIJZIGD if veranderd else Uitkomst.ONGEWIJZIGD

    async def _geen_persoon(self, bsn: str, antwoord: Antwoord, plek: str) -> Uitkomst:
        fout = antwoord.onbruikbaar.get(bsn)
        if fout is None:
            return Uitkomst.NIET_GEVONDEN
        await self._zet_apart(bsn, fout.veld, fout.reden, plek)
        return Uitkomst.GEWEIGERD

    async def _zet_apart(self, bsn: str, veld: str, reden: str, plek: str) -> None:
        await self._intake.quarantine(bsn.encode(), plek, veld, reden, self._clock.now(), SOORT)

    async def _vraag(self, bsns: Sequence[str], velden: Sequence[str], bekend: Bekenden) -> Antwoord:
        """One question, written down before it goes out. When it is refused, everybody is asked for alone."""
        vraag_id = self._new_id()
        wie = {bsn: bekend[bsn][0] if bsn in bekend else None for bsn in bsns}
        now, doel = self._clock.now(), self._settings.doel
        await self._signalen.asks(vraag_id, wie, velden, doel, SYSTEEM, now)
        try:
            antwoord = await self._api.personen([Bsn(bsn) for bsn in bsns], velden)
        except BrpOnbereikbaar:
            await self._signalen.asked(vraag_id, "onbereikbaar")
            raise
        except BrpWeigert as fout:
            await self._signalen.asked(vraag_id, "geweigerd")
            if len(bsns) == 1:
                return Antwoord(onbruikbaar={bsns[0]: Onbruikbaar("vraag", "antwoord", fout.reden)})
            return _samen([await self._vraag([bsn], velden, bekend) for bsn in bsns])
        await self._signalen.asked(vraag_id, "beantwoord")
        for vreemd in antwoord.vreemd:
            plek = f"vraag {vraag_id} {vreemd.plek}"
            await self._intake.quarantine(plek.encode(), plek, vreemd.veld, vreemd.reden, self._clock.now())
        return antwoord


def _plek(signalen: Sequence[Wachtend]) -> str:
    """Another for each signal: what an operator let lapse about one says nothing of the next."""
    return f"signaal {max(signaal.id for signaal in signalen)}"


def _vroegere_nummers(signalen: Sequence[Wachtend]) -> list[str]:
    return list(dict.fromkeys(nummer.get_secret_value() for s in signalen for nummer in s.historisch))


def _is_afgevoerd(persoon: Persoon) -> bool:
    return persoon.opschorting is not None and persoon.opschorting.reden is RedenOpschorting.FOUT


def _samen(antwoorden: Sequence[Antwoord]) -> Antwoord:
    samen = Antwoord()
    for antwoord in antwoorden:
        samen.personen.update(antwoord.personen)
        samen.onbruikbaar.update(antwoord.onbruikbaar)
        samen.vreemd.extend(antwoord.vreemd)
    return samen
