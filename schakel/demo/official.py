"""The scripted official: agrees with most voorstellen, holds conversations, establishes what came out of them."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from contracts.codes import Besluitsoort
from hub.calendar import plus_werkdagen
from hub.clock import Clock
from hub.errors import Ongeldig
from services.cases.besluiten import BevestigBesluit, NeemBesluit
from services.cases.gevolgen import gevolg_van
from services.cases.model import Voorstelstatus
from services.cases.privacystand import Gever
from services.cases.store import Werk
from services.cases.toestemmingen import HALT
from services.cases.toestemmingsopdrachten import LegToestemmingVast, Vastlegging, Waarover

_BOA = {"1924": "LPA-1", "0171": "LPA-2"}
_SECOND = "LPA-4"
_HARSHER = ("proces_verbaal_optie", "proces_verbaal", "menselijke_routekeuze")
_DISAGREES, _NO_SHOW, _HALT = 0.05, 0.15, 0.4
_CONVERSATION = 8  # werkdagen ahead
_INVESTIGATION = timedelta(days=7)
_VERSLAG = Vastlegging(SecretStr("gespreksverslag"), tekst=SecretStr("Getekend aan het eind van het gesprek."))
_AFSPRAAK = SecretStr("De jongere is elke dag op tijd en meldt zich de eerste week bij de conciërge.")


_TO_INVESTIGATE = """
SELECT DISTINCT z.zaak_id, z.gemeente FROM zaak z
JOIN tijdlijn t ON t.zaak_id = z.zaak_id AND t.wat = 'taak_ontstaan' AND t.toelichting = 'lpa_start_onderzoek'
WHERE z.status = 'open' AND NOT z.zaak_id = ANY($1::uuid[])
  AND NOT EXISTS (SELECT 1 FROM voorstel v WHERE v.zaak_id = z.zaak_id)
ORDER BY z.zaak_id
"""


class Official:
    """Works through the list at the end of each day."""

    def __init__(self, cases: Any, clock: Clock, rng: random.Random) -> None:
        self._cases = cases
        self._clock = clock
        self._rng = rng
        self._planned: list[tuple[datetime, UUID, str, str]] = []
        self._investigating: list[tuple[datetime, UUID, str]] = []
        self._seen: set[UUID] = set()
        self.besluiten: Counter[str] = Counter()

    async def work(self) -> int:
        """Takes or, where a second official is wanted, confirms a besluit about everything on the worklist; returns how
        many. One besluit may make the next voorstel lapse."""
        worklist = await self._cases.store.worklist()
        halt = {w.zaak_id for w in worklist if w.uitkomst == "halt_verwijzing"}
        commands = [
            BevestigBesluit(work.voorstel_id, _SECOND)
            if work.status == Voorstelstatus.TE_BEVESTIGEN
            else self._decide(work, milder=work.zaak_id in halt)
            for work in worklist
        ]
        taken = 0
        for command, error in zip(commands, await self._cases.besluit(commands), strict=True):
            if isinstance(error, Ongeldig) and error.veld == "voorstel_id":
                continue
            if error is not None:
                raise error
            self.besluiten["bevestigd" if isinstance(command, BevestigBesluit) else command.soort] += 1
            taken += 1
        return taken

    async def talk(self) -> int:
        """Holds the conversations whose day has come and establishes what came out; returns how many."""
        now = self._clock.now()
        due = [p for p in self._planned if p[0] <= now]
        self._planned = [p for p in self._planned if p[0] > now]
        for _, zaak_id, gemeente, uitkomst in due:
            if self._rng.random() >= _NO_SHOW and await self._is_open(zaak_id):
                await self._record(zaak_id, uitkomst, gemeente)
        return len(due)

    async def investigate(self) -> int:
        """Where the protocol asks for an oordeel before a conversation: gives it after a week; returns how often."""
        now = self._clock.now()
        rows = await self._cases.service.pool.fetch(_TO_INVESTIGATE, list(self._seen))
        self._investigating += [(now + _INVESTIGATION, r["zaak_id"], r["gemeente"]) for r in rows]
        self._seen |= {r["zaak_id"] for r in rows}
        due = [i for i in self._investigating if i[0] <= now]
        self._investigating = [i for i in self._investigating if i[0] > now]
        for _, zaak_id, gemeente in due:
            oordeel = choose(self._rng, ((0.8, "ongeoorloofd"), (0.2, "geoorloofd")))
            if await self._is_open(zaak_id):
                await self._cases.stel_feiten_vast(zaak_id, _BOA[gemeente], {"oordeel": oordeel})
        return len(due)

    def _decide(self, work: Werk, *, milder: bool) -> NeemBesluit:
        medewerker = _BOA[work.gemeente]
        if milder and work.uitkomst in _HARSHER:
            motivering = "Eerst een lichter middel: Halt."
            return NeemBesluit(work.voorstel_id, Besluitsoort.AFWIJZEN, medewerker, motivering)
        if self._rng.random() < _DISAGREES:
            motivering = "Er loopt al begeleiding op school; wij wachten die af."
            return NeemBesluit(work.voorstel_id, Besluitsoort.AFWIJZEN, medewerker, motivering)
        gevolg = gevolg_van(work.uitkomst)
        gesprek = None
        if gevolg.gesprek:
            day = plus_werkdagen(self._clock.today(), _CONVERSATION)
            gesprek = datetime.combine(day, time(9 + self._rng.randrange(7), self._rng.choice((0, 30))))
            self._planned.append((self._clock.now() + timedelta(days=12), work.zaak_id, work.gemeente, work.uitkomst))
        afspraken = (_AFSPRAAK,) if gevolg.brief in {"officiele_waarschuwing", "brief_afspraken"} else ()
        return NeemBesluit(work.voorstel_id, Besluitsoort.AKKOORD, medewerker, None, gesprek, afspraken)

    async def _is_open(self, zaak_id: UUID) -> bool:
        """Whether there is still something to establish: the melding may have been withdrawn meanwhile."""
        found = await self._cases.store.zaak(zaak_id)
        return found is not None and found[1].is_open

    async def _record(self, zaak_id: UUID, uitkomst: str, gemeente: str) -> None:
        """What comes out of a conversation; where there is only one, jongere and ouders may agree to Halt in it."""
        over_halt = uitkomst == "halt_gesprek_uitnodiging" or (gemeente == "0171" and self._rng.random() < _HALT)
        if over_halt:
            for gever in (Gever.JONGERE, Gever.OUDERS):
                over = Waarover(zaak_id, *HALT)
                command = LegToestemmingVast(over, gever, True, True, _BOA[gemeente], _VERSLAG)
                await self._cases.toestemmingen.neem(command)
        await self._cases.stel_feiten_vast(zaak_id, _BOA[gemeente], self._found(uitkomst, over_halt=over_halt))

    def _found(self, uitkomst: str, *, over_halt: bool) -> dict[str, Any]:
        """The facts that a conversation establishes."""
        feiten: dict[str, Any] = {
            "gesprek_datum": self._clock.today().isoformat(),
            "onderzoek_afgerond": True,
            "oordeel": "ongeoorloofd",
            "verwijtbaar": "jongere",
            "achterliggende_problematiek": False,
            "verzuimoverzicht_ontvangen": True,
        }
        if uitkomst in {"halt_gesprek_uitnodiging", "lpa_uitnodiging_gesprek"}:
            feiten["oorzaak_te_laat"] = "zelfdiscipline"
        if over_halt:
            feiten |= {
                "lpa_is_boa": True,
                "eerder_halt": "geen",
                "school_maatregelen_ouders_geinformeerd": True,
                "toereikende_hulp": False,
                "contra_motivatie": False,
                "contra_problematiek_zonder_hulp": False,
            }
        return feiten


def choose(rng: random.Random, choices: Sequence[tuple[float, Any]]) -> Any:
    """One of the choices by weight."""
    return rng.choices([c for _, c in choices], [w for w, _ in choices])[0]
