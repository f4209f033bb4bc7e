"""Taking in CloudEvents: kept first, then a signal for each person they name, or quarantine with the reason."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from hub.clock import Clock
from hub.errors import Ongeldig
from hub.intake import Intake, Raw
from hub.privacy import Bsn, OngeldigeBsn
from services.brp_sync.brpapi.lezer import Onleesbaar
from services.brp_sync.cloudevents import Afgekeurd, Signaal, gebeurtenissen_in, lees_gebeurtenis
from services.brp_sync.signalen.opslag import NieuwSignaal, SignaalStore

BRON: Final = "cloudevents"
SOORT: Final = "cloudevent"
HOOGSTENS: Final = 2000
"""Events in one batch: each that cannot be used is a line in quarantine."""


class Ontvangst(NamedTuple):
    """What became of a request; an event that came before is counted under `herhaald`."""

    aangenomen: int = 0
    herhaald: int = 0
    quarantaine: int = 0


class GebeurtenisIntake:
    """The way in for CloudEvents."""

    def __init__(
        self, intake: Intake, signalen: SignaalStore, clock: Clock, typen: Collection[str], vertraging: timedelta
    ) -> None:
        self._intake = intake
        self._signalen = signalen
        self._clock = clock
        self._typen = typen
        self._vertraging = vertraging
        intake.opnieuw = {SOORT: self._weer}

    async def ontvang(self, inhoud: bytes, *, reeks: bool | None = None) -> Ontvangst:
        """Takes in a structured event or a batch; it is stored when this returns.

        Raises `Ongeldig` when not one event has the form of a CloudEvent: then the sender has to mend it. A body that
        is no JSON, or holds more than `HOOGSTENS` events, is not kept; what else cannot be used is in quarantine.
        """
        try:
            gebeurtenissen = gebeurtenissen_in(inhoud, reeks=reeks)
        except Onleesbaar as fout:
            raise Ongeldig(fout.reden, fout.veld) from None
        if len(gebeurtenissen) > HOOGSTENS:
            raise Ongeldig(f"een batch telt hooguit {HOOGSTENS} gebeurtenissen", "bericht")
        raw = await self._intake.keep(inhoud, self._clock.now())
        gelezen = [lees_gebeurtenis(gebeurtenis, self._typen) for gebeurtenis in gebeurtenissen]
        ontvangst = await self._neem_in(raw, gebeurtenissen, gelezen)
        fouten = [g for g in gelezen if isinstance(g, Afgekeurd) and g.is_vorm]
        if fouten and len(fouten) == len(gelezen):
            raise Ongeldig(fouten[0].reden, fouten[0].veld)
        return ontvangst

    async def hervat(self) -> int:
        """Finishes what was kept and not worked off, because the process died; returns how many requests."""
        pending = await self._intake.pending()
        for raw in pending:
            gebeurtenissen = gebeurtenissen_in(raw.body)
            await self._neem_in(raw, gebeurtenissen, [lees_gebeurtenis(g, self._typen) for g in gebeurtenissen])
        return len(pending)

    async def _neem_in(
        self, raw: Raw, gebeurtenissen: Sequence[object], gelezen: Sequence[Signaal | Afgekeurd]
    ) -> Ontvangst:
        now = self._clock.now()
        nieuw: list[NieuwSignaal] = []
        afgekeurd = 0
        for nummer, (gebeurtenis, signaal) in enumerate(zip(gebeurtenissen, gelezen, strict=True), 1):
            bruikbaar = signaal if isinstance(signaal, Afgekeurd) else _nieuw_signaal(signaal)
            if isinstance(bruikbaar, Afgekeurd):
                afgekeurd += 1
                plek = f"gebeurtenis {nummer}"
                body = json.dumps(gebeurtenis).encode()
                await self._intake.quarantine(body, plek, bruikbaar.veld, bruikbaar.reden, now, SOORT)
            else:
                nieuw.append(bruikbaar)
        kept = await self._keep(nieuw, now)
        await self._intake.finished(raw, now, aantal=kept)
        return Ontvangst(kept, len(nieuw) - kept, afgekeurd)

    async def _keep(self, nieuw: Sequence[NieuwSignaal], now: datetime) -> int:
        return await self._signalen.keep(nieuw, now, now + self._vertraging) if nieuw else 0

    async def _weer(self, inhoud: bytes) -> str | None:
        """Takes a quarantined event in again."""
        try:
            (gebeurtenis,) = gebeurtenissen_in(inhoud, reeks=False)
        except Onleesbaar as fout:
            raise Ongeldig(fout.reden, fout.veld) from None
        signaal: Any = lees_gebeurtenis(gebeurtenis, self._typen)
        bruikbaar = signaal if isinstance(signaal, Afgekeurd) else _nieuw_signaal(signaal)
        if isinstance(bruikbaar, Afgekeurd):
            raise Ongeldig(bruikbaar.reden, bruikbaar.veld)
        return None if await self._keep([bruikbaar], self._clock.now()) else "deze gebeurtenis was al aangenomen"


def _nieuw_signaal(signaal: Signaal) -> NieuwSignaal | Afgekeurd:
    """The signal to keep; a number from before that is no BSN leads to nobody and is left out."""
    try:
        bsn = Bsn(signaal.bsn.get_secret_value())
    except OngeldigeBsn as fout:
        return Afgekeurd("bsn", str(fout), False)
    historisch = []
    for nummer in signaal.historisch:
        try:
            historisch.append(Bsn(nummer.get_secret_value()))
        except OngeldigeBsn:
            continue
    kenmerk = json.dumps([signaal.bron, signaal.id])
    return NieuwSignaal(BRON, kenmerk, bsn, tuple(historisch), tuple(signaal.aanleidingen))
