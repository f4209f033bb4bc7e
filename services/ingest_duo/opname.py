"""Taking meldingen in, whatever way they came: who is it about, is it the same jongere as before, and what is new.

A melding whose jongere turns out to be known under another number moves there in two steps, each of which may be the
last before a crash: the former jongere is told once, and the melding is marked until the remaining one is told.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from contracts.codes import MeldingStatus
from contracts.verstrek import TeIdentificeren
from hub.clock import AMSTERDAM
from hub.crypto import Kluis
from hub.database import GONE
from hub.errors import HubError, Ongeldig
from hub.messages import Message
from hub.observability import new_traceparent
from hub.privacy import onthuld_json
from services.ingest_duo.decisions import GEWIST_ALS, SEALED_AS, DraagOver, NeemOp, content_fingerprint
from services.ingest_duo.model import Kanaal, Verzuimgeval
from services.ingest_duo.store import Bekend, MeldingenStore

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_BATCH = 256


@dataclass(frozen=True, slots=True)
class Geweigerd:
    """A melding that was not taken in, and why."""

    geval: Verzuimgeval
    fout: Ongeldig


class Opname:
    """Takes meldingen in for one service."""

    def __init__(
        self,
        store: MeldingenStore,
        kluis: Kluis,
        execute: Callable[[Sequence[Message]], Awaitable[list[Message]]],
        identify: Callable[[Sequence[TeIdentificeren]], Awaitable[Sequence[UUID]]],
    ) -> None:
        self._store = store
        self._kluis = kluis
        self._execute = execute
        self._identify = identify

    async def neem_op(self, gevallen: Sequence[Verzuimgeval], kanaal: Kanaal = Kanaal.DUO) -> list[Geweigerd]:
        """Takes them in, in order; returns which were refused. May be repeated.

        Raises what stands in the way of all of them, such as `PartnerOnbereikbaar`.
        """
        refused: list[Geweigerd] = []
        for start in range(0, len(gevallen), _BATCH):
            refused += await self._batch(await self._zonder_gewiste(gevallen[start : start + _BATCH]), kanaal)
        return refused

    async def verhuis(self) -> int:
        """Says meldingen anew of which the jongere goes on under another number; returns how many."""
        number = 0
        for r in await self._store.verhuisd():
            geval = self._open(r["inhoud"]).model_copy(
                update={"laatste_mutatie": r["laatste_mutatie"], "status": MeldingStatus(r["status"])}
            )
            number += 1 - len(await self.neem_op([geval], Kanaal(r["kanaal"])))
        return number

    async def _zonder_gewiste(self, gevallen: Sequence[Verzuimgeval]) -> Sequence[Verzuimgeval]:
        """Leaves out versions of before their jongere was erased: every round of DUO repeats the last ones."""
        afdrukken = self._kluis.index_all([g.meldingsnummer for g in gevallen], GEWIST_ALS)
        gewist = await self._store.gewist(afdrukken)
        if not gewist:
            return gevallen
        tot = [gewist[a].astimezone(AMSTERDAM).replace(tzinfo=None) if a in gewist else None for a in afdrukken]
        return [g for g, op in zip(gevallen, tot, strict=True) if op is None or g.laatste_mutatie > op]

    async def _batch(self, gevallen: Sequence[Verzuimgeval], kanaal: Kanaal) -> list[Geweigerd]:
        known = await self._store.bekend([g.meldingsnummer for g in gevallen])
        marks = [self._wie(g) for g in gevallen]
        wanted = [await self._zoek(g, mark, known) for g, mark in zip(gevallen, marks, strict=True)]
        owner = _eigenaars(gevallen, await self._identify(wanted), known)
        await self._draag_over(owner, known)
        commands = [
            Message(
                owner[g.meldingsnummer], g.ontvangende_gemeente, self._command(g, mark, kanaal),
                traceparent=new_traceparent(),
            )
            for g, mark in zip(gevallen, marks, strict=True)
        ]  # fmt: skip
        refused: list[Geweigerd] = []
        for done in await self._execute(commands):
            if isinstance(done.error, Ongeldig):
                refused.append(Geweigerd(done.data.geval, done.error))
            elif isinstance(done.error, (HubError, *GONE)):
                raise done.error
            elif done.error is not None:
                refused.append(Geweigerd(done.data.geval, _onverwacht(done.error)))
        return refused

    async def _draag_over(self, owner: Mapping[str, UUID], known: Mapping[str, Bekend]) -> None:
        moves = [
            Message(was.jongere_id, was.gemeente, DraagOver(nummer, owner[nummer]), traceparent=new_traceparent())
            for nummer, was in known.items()
            if was.jongere_id != owner[nummer]
        ]
        for done in await self._execute(moves) if moves else ():
            if done.error is not None:
                raise done.error

    def _command(self, geval: Verzuimgeval, mark: bytes, kanaal: Kanaal) -> NeemOp:
        sealed = self._kluis.seal(onthuld_json(geval), SEALED_AS)
        return NeemOp(geval, sealed, content_fingerprint(geval), kanaal, mark)

    def _wie(self, geval: Verzuimgeval) -> bytes:
        """A fingerprint of the numbers a melding names, by which a change of them is seen without opening it."""
        numbers = [n.get_secret_value() if n else "" for n in (geval.bsn, geval.onderwijsnummer)]
        return self._kluis.index("|".join(numbers), "ingest_duo|wie")

    async def _zoek(self, geval: Verzuimgeval, mark: bytes, known: Mapping[str, Bekend]) -> TeIdentificeren:
        """Who to ask for: with a number that an earlier version of the same melding named, when this one lacks it."""
        bsn, own, was = geval.bsn, geval.onderwijsnummer, known.get(geval.meldingsnummer)
        if was is not None and was.wie not in (None, mark) and None in (bsn, own):
            sealed = await self._store.inhoud(geval.meldingsnummer)
            earlier = self._open(sealed) if sealed else geval
            bsn, own = bsn or earlier.bsn, own or earlier.onderwijsnummer
        return TeIdentificeren(bsn=bsn, onderwijsnummer=own, gemeente=geval.ontvangende_gemeente)

    def _open(self, sealed: bytes) -> Verzuimgeval:
        return Verzuimgeval.model_validate_json(self._kluis.open(sealed, SEALED_AS))


def _onverwacht(error: Exception) -> Ongeldig:
    """A fault of ours on one melding: it waits where it can be seen, and the others go on."""
    log.error("melding_not_taken_in", service="ingest_duo", error=type(error).__name__)
    return Ongeldig(f"onverwachte fout bij het verwerken ({type(error).__name__}): meld dit", "bericht")


def _eigenaars(
    gevallen: Sequence[Verzuimgeval], jongeren: Sequence[UUID], known: Mapping[str, Bekend]
) -> dict[str, UUID]:
    """Whose each melding is: as its latest version says, of those that came and the one that is known."""
    latest: dict[str, tuple[datetime, UUID]] = {n: (was.laatste_mutatie, was.jongere_id) for n, was in known.items()}
    for geval, jongere_id in zip(gevallen, jongeren, strict=True):
        if geval.meldingsnummer not in latest or geval.laatste_mutatie >= latest[geval.meldingsnummer][0]:
            latest[geval.meldingsnummer] = geval.laatste_mutatie, jongere_id
    return {nummer: jongere_id for nummer, (_, jongere_id) in latest.items()}
