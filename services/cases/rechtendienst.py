"""Rights of the betrokkene as the API and the clock use them."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import structlog

from contracts.verstrek import Beperktantwoord, Beperktverzoek
from hub.clock import Clock
from hub.errors import Ongeldig
from hub.messages import Message
from hub.observability import new_traceparent
from hub.service import Service
from services.cases.grens.register import Verstrekkingenregister
from services.cases.model import Dossier
from services.cases.rechten import BeperkVerwerking, BesluitVerzoek, HervatVerwerking, OpenVerzoek, VerlengVerzoek
from services.cases.rechtenstand import Rectificatiesoort
from services.cases.rechtenstore import NaTeGaan, Rechtenvragen
from services.cases.rectificatie import MeldRectificatie, Rectificeer, RondTaakAf

log: structlog.stdlib.BoundLogger = structlog.get_logger()

WAARSCHUW_DAGEN: Final = 7
"""How many days before its last day a request is warned about (own value)."""
_BATCH = 256


class Rechtendienst:
    """Over one running service."""

    def __init__(self, service: Service[Dossier], clock: Clock) -> None:
        self._service = service
        self._clock = clock
        self._register = Verstrekkingenregister(service.pool)
        self.vragen = Rechtenvragen(service.pool)

    async def open(self, jongere_id: UUID, command: OpenVerzoek) -> dict[str, Any]:
        """Records a request, and tells its number and when it must be decided; raises `Ongeldig`."""
        await self._eis_hier(jongere_id, command.gemeente)
        await self._doe(jongere_id, command.gemeente, command)
        gezocht = command.verzoek_id(jongere_id)
        return next(v for v in await self.vragen.verzoeken(command.gemeente, alles=True) if v["verzoek_id"] == gezocht)

    async def over_verzoek(self, command: BesluitVerzoek | VerlengVerzoek) -> None:
        """Decides or extends; raises `Ongeldig`."""
        van = await self.vragen.van_verzoek(command.verzoek_id)
        if van is None:
            raise Ongeldig("dit verzoek bestaat niet", "verzoek_id")
        await self._doe(van.jongere_id, van.gemeente, command)

    async def beperk(self, jongere_id: UUID, command: BeperkVerwerking | HervatVerwerking) -> None:
        """Restricts, or lifts, which only a gemeente does that has to do with the jongere now; raises `Ongeldig`."""
        await self._eis_hier(jongere_id, command.gemeente)
        if isinstance(command, HervatVerwerking) and not await self.vragen.gaat_over(jongere_id, command.gemeente):
            raise Ongeldig("deze gemeente gaat niet meer over de jongere", "gemeente")
        await self._doe(jongere_id, command.gemeente, command)

    async def rectificeer(self, jongere_id: UUID, command: Rectificeer) -> list[str]:
        """Corrects, then finds who got the element before; returns who must be told. Raises `Ongeldig`.

        In this order nobody is missed: whatever is disclosed after the correction is what was corrected.
        """
        await self._eis_hier(jongere_id, command.gemeente)
        if command.soort is Rectificatiesoort.AFSPRAKEN and not await self._van_wie(jongere_id, command.onderwerp):
            raise Ongeldig("deze afspraken zijn niet met deze jongere gemaakt", "onderwerp")
        await self._doe(jongere_id, command.gemeente, command)
        return await self._meld(NaTeGaan(command.rectificatie_id, jongere_id, command.gemeente, command.element))

    async def rond_af(self, command: RondTaakAf) -> None:
        """Marks a taak done; raises `Ongeldig`."""
        van = await self.vragen.van_taak(command.taak_id)
        if van is None:
            raise Ongeldig("deze taak bestaat niet", "taak_id")
        await self._doe(van.jongere_id, van.gemeente, command)

    async def op_tijd(self) -> None:
        """What the clock does: warns about requests that are nearly due, and finishes corrections cut short."""
        today = self._clock.today()
        for v in await self.vragen.nader(today + timedelta(days=WAARSCHUW_DAGEN), today):
            log.warning(
                "rights_request_due", service="cases", verzoek_id=str(v["verzoek_id"]), gemeente=v["gemeente"],
                soort=v["soort"], uiterlijk=v["uiterlijk"].isoformat(), late=v["uiterlijk"] < today,
            )  # fmt: skip
        for een in await self.vragen.na_te_gaan(_BATCH):
            await self._meld(een)

    async def beperkt(self, asked: Beperktverzoek) -> Beperktantwoord:
        """Of whom nothing may go out now."""
        return Beperktantwoord(beperkt=tuple(sorted(await self.vragen.beperkt(asked.jongeren))))

    async def _eis_hier(self, jongere_id: UUID, gemeente: str) -> None:
        """An official acts for a gemeente that has something of the jongere, not for just any of theirs."""
        if not await self.vragen.is_van(jongere_id, gemeente):
            raise Ongeldig("van deze jongere is in deze gemeente niets bekend", "jongere")

    async def _van_wie(self, jongere_id: UUID, onderwerp: str) -> bool:
        try:
            return await self.vragen.heeft_afspraken(jongere_id, UUID(onderwerp))
        except ValueError:
            return False

    async def _meld(self, een: NaTeGaan) -> list[str]:
        ontvangers = await self._register.ontvangers(een.jongere_id, [een.element])
        await self._doe(een.jongere_id, een.gemeente, MeldRectificatie(een.rectificatie_id, tuple(ontvangers)))
        return ontvangers

    async def _doe(self, jongere_id: UUID, gemeente: str, command: object) -> None:
        for done in await self._service.execute(
            [Message(jongere_id, gemeente, command, traceparent=new_traceparent())]
        ):
            if done.error is not None:
                raise done.error


def termijnstand(uiterlijk: date, today: date) -> str:
    """How a term stands, for a list: `te laat`, `nadert` or nothing."""
    if uiterlijk < today:
        return "te laat"
    return "nadert" if uiterlijk <= today + timedelta(days=WAARSCHUW_DAGEN) else ""
