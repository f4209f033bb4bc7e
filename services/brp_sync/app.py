"""Wiring of `brp_sync`: commands in, sealed answers out."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

from pydantic import ValidationError

from contracts.verstrek import (
    Briefantwoord,
    Briefverzoek,
    Grensantwoord,
    Grensverzoek,
    Haltantwoord,
    Haltverzoek,
    Identificaties,
    Identificatieverzoek,
    Plichtantwoord,
    Plichtverzoek,
    TeIdentificeren,
    Vrijstellingantwoord,
    Vrijstellingverzoek,
    Woonantwoord,
    Woonverzoek,
    onderwerp,
)
from hub.clock import AMSTERDAM
from hub.errors import NietGereed, Ongeldig, Tijdelijk
from hub.gemeenten import Gemeenten
from hub.intake import Intake
from hub.messages import NOBODY, Message
from hub.observability import new_traceparent
from hub.pipeline import Parts
from hub.privacy import onthuld_json
from hub.service import Service, Surroundings
from hub.settings import HubSettings
from hub.verstrek import serve
from services.brp_sync.aanlevering import Aanlevering, Sleutel, Toewijzing, nummers, wijs_toe
from services.brp_sync.decisions import GaOp, Inschrijving, Registreer, Verjaar, VoegSamen, Wijzig, verjaar
from services.brp_sync.gegevens import reden_van_afkeuring
from services.brp_sync.handlers import HANDLERS
from services.brp_sync.lo3.inname import Antwoord, Lo3Inname
from services.brp_sync.lo3.settings import Lo3Settings
from services.brp_sync.model import Persoon
from services.brp_sync.persoonslijsten import (
    LIJSTEN,
    PERSOONSLIJST,
    Gelezen,
    Onbruikbaar,
    lees_persoonslijsten,
)
from services.brp_sync.settings import BrpBronnen
from services.brp_sync.signalen.beslissen import is_zelfde_persoon, komt_overeen
from services.brp_sync.signalen.bronnen import Signalering
from services.brp_sync.store import PersonenStore
from services.brp_sync.stuf.inname import StufInname
from services.brp_sync.stuf.settings import StufSettings
from services.brp_sync.verstrekken import (
    briefgegevens,
    grensgegevens,
    haltgegevens,
    plichtgegevens,
    vrijstellinggegevens,
    woongegevens,
)
from services.brp_sync.volgen.kanaalkeuze import maak_kanaal
from services.brp_sync.volgen.opslag import VolgStore
from services.brp_sync.volgen.settings import VolgSettings
from services.brp_sync.volgen.volgen import Volgen

PersonalT = TypeVar("PersonalT")
PERSOON = "persoon"
"""In quarantine: a person as JSON."""


class BrpSync:
    """The service with what it offers inside the process: taking in persons and StUF messages."""

    def __init__(
        self,
        around: Surroundings,
        settings: HubSettings,
        new_id: Callable[[], UUID] = uuid4,
        *,
        lo3: Lo3Settings | None = None,
        volg: VolgSettings | None = None,
        regio: frozenset[str] = frozenset(),
        bronnen: BrpBronnen | None = None,
        stuf: StufSettings | None = None,
    ) -> None:
        self._around = around
        self._settings = settings
        self._bronnen = bronnen or BrpBronnen()
        self._new_id = new_id
        self._turn = asyncio.Lock()
        volg = volg or VolgSettings()
        self.lo3 = Lo3Inname(lo3 or Lo3Settings(), around.clock, around.batch, self.verwerk, self._beantwoord)
        update_api = (lambda: self.signalering) if self._bronnen.update.url else None
        kanaal = maak_kanaal(volg, self.lo3.postbus, update_api, around.clock, around.rng)
        self.volgen = Volgen(volg, kanaal, regio, around.clock, lambda: (self.volgers, self.store))
        self.stuf = StufInname(stuf or StufSettings(), around.clock, around.batch, self.verwerk, self.volgen.in_beeld)
        self.service: Service[Inschrijving] = Service(
            "brp_sync",
            around,
            self._parts,
            migrations=Path(__file__).parent / "migrations",
            background=[
                self._watch_birthdays,
                self.lo3.run,
                self.stuf.run,
                self.volgen.run,
                self._follow_signals,
            ],
        )
        broker, kluis = self.service.broker, settings.verstrek_kluis
        serve(broker, kluis, onderwerp(Identificatieverzoek), Identificatieverzoek, self._identify)
        serve(broker, kluis, onderwerp(Plichtverzoek), Plichtverzoek, self._plicht)
        serve(broker, kluis, onderwerp(Briefverzoek), Briefverzoek, self._brief)
        serve(broker, kluis, onderwerp(Haltverzoek), Haltverzoek, self._halt)
        serve(broker, kluis, onderwerp(Grensverzoek), Grensverzoek, self._grens)
        serve(broker, kluis, onderwerp(Vrijstellingverzoek), Vrijstellingverzoek, self._vrijstelling)
        serve(broker, kluis, onderwerp(Woonverzoek), Woonverzoek, self._woont)

    store: PersonenStore
    lijsten: Intake
    volgers: VolgStore
    signalering: Signalering

    def _parts(self, service: Service[Inschrijving]) -> Parts[Inschrijving]:
        self.store = PersonenStore(service.pool, self._settings.kluis, self._new_id)
        self.stuf.begin(service, self._settings.kluis)
        self.lijsten = service.intake(
            self._settings.kluis, LIJSTEN, {PERSOONSLIJST: self._list_again, PERSOON: self._person_again}
        )
        self.volgers = VolgStore(service.pool, self._settings.kluis)
        self.lo3.begin(service, self._settings.kluis)
        self.signalering = Signalering(
            service, self._settings.kluis, self._bronnen, self.store, self.verwerk, self._around.clock
        )
        return Parts(self.store, HANDLERS)

    async def _follow_signals(self) -> None:
        await self.signalering.run()

    async def verwerk(self, aanleveringen: Sequence[Aanlevering]) -> list[Ongeldig | None]:
        """Carries out what a source tells, in order; returns per item None, or why it was refused.

        The caller puts what was refused in quarantine. Giving the same items again is harmless. Raises `NietGereed`
        when the service ends meanwhile: what was carried out is then unknown, and all of it must be given again.
        """
        answers: list[Ongeldig | None] = []
        for at in range(0, len(aanleveringen), self._around.batch):
            async with self._turn:  # per batch: whoever asks who somebody is waits no longer than that
                answers += await self._verwerk(aanleveringen[at : at + self._around.batch])
        return answers

    async def _verwerk(self, aanleveringen: Sequence[Aanlevering]) -> list[Ongeldig | None]:
        answers: list[Ongeldig | None] = []
        getoetst = False
        while len(answers) < len(aanleveringen):
            rest = aanleveringen[len(answers) :]
            toewijzing = wijs_toe(rest, await self.store.locate(*nummers(rest)), self._new_id, getoetst=getoetst)
            answers += await self._carry_out(rest, toewijzing)
            getoetst = toewijzing.te_toetsen is not None
            if toewijzing.te_toetsen is not None:
                known = await self._known(toewijzing.te_toetsen)
                if not _kan_zijn(known[toewijzing.te_toetsen], aanleveringen[len(answers)]):
                    answers.append(Ongeldig("hoort bij iemand anders: niet overgenomen", "a_nummer"))
                    getoetst = False
            if toewijzing.samen is not None:
                fout = await self._unite(aanleveringen[len(answers)], *toewijzing.samen)
                answers += [fout] if fout is not None else []
        return answers

    async def _unite(self, item: Aanlevering, een: UUID, ander: UUID) -> Ongeldig | None:
        """Merges two whom the item gives the same BSN, unless they are known as different people."""
        known = await self._known(een, ander)
        if not item.ontdubbeld and not is_zelfde_persoon(known[een], known[ander]):
            return Ongeldig("hoort bij iemand anders: niet samengevoegd", "bsn")
        if not await self._merge(een, ander):
            return Ongeldig("hoort bij iemand die al met een ander is samengevoegd", "bsn")
        return None

    async def _known(self, *jongeren: UUID) -> dict[UUID, Persoon | None]:
        async with self.service.pool.acquire() as db:
            return {wie: state.persoon for wie, state in (await self.store.load(db, jongeren)).items()}

    async def _carry_out(self, items: Sequence[Aanlevering], toewijzing: Toewijzing) -> list[Ongeldig | None]:
        nieuw = toewijzing.nieuw
        made = await self.store.make(nieuw, self._around.clock.now()) if nieuw else {}
        if toewijzing.samen is not None:
            een, ander = toewijzing.samen
            toewijzing.samen = made.get(een, een), made.get(ander, ander)
        about = [
            (made.get(wie, wie), a) for wie, a in zip(toewijzing.wie, items, strict=False) if isinstance(wie, UUID)
        ]
        commands = [Message(wie, a.gemeente, a.opdracht, traceparent=new_traceparent()) for wie, a in about]
        carried_out = iter(await self.service.execute(commands) if commands else ())
        former = [(a.sleutel.bsn, wie) for wie, a in about if a.ontdubbeld and a.sleutel.bsn is not None]
        if former:
            await self.store.remember(former)
        return [wie if isinstance(wie, Ongeldig) else _refused(next(carried_out).error) for wie in toewijzing.wie]

    async def _merge(self, een: UUID, ander: UUID) -> bool:
        """Makes two jongere_id's one; must have the turn. False when one of them was merged before."""
        merged = await self.store.merge(een, ander, self._around.clock.now())
        await self._finish_merges()
        return merged

    async def _finish_merges(self) -> None:
        """Says what was decided: both sides in one transaction, and after a crash what is left of it; each once."""
        for open_merge in await self.store.unfinished():
            new, old = open_merge.jongere_id, open_merge.oude_jongere_id
            async with self.service.pool.acquire() as db:
                was = (await self.store.load(db, [old]))[old]
            commands = [
                Message(new, open_merge.gemeente, VoegSamen(old, was), traceparent=new_traceparent()),
                Message(old, open_merge.gemeente, GaOp(new), traceparent=new_traceparent()),
            ]
            for command in await self.service.execute(commands):
                if command.error is not None:
                    raise command.error
            await self.store.forget(old)

    async def take_in(self, personen: Iterable[Persoon]) -> int:
        """Registers whole persoonslijsten; returns how many.

        Each needs a BSN, and no onderwijsnummer of somebody with another BSN (`Ongeldig` otherwise).
        """
        number, rest = 0, iter(personen)
        while part := [_registratie(p) for p in islice(rest, self._around.batch)]:
            for error in await self.verwerk(part):
                if error is not None:
                    raise error
            number += len(part)
        return number

    async def take_in_lists(self, lines: Iterable[str]) -> dict[str, int]:
        """Registers persoonslijsten in the RvIG's CSV form; what cannot be used goes to quarantine with the reason."""
        counts = {"ingelezen": 0, "quarantaine": 0}
        gelezen = lees_persoonslijsten(lines)
        while part := list(islice(gelezen, self._around.batch)):
            good = [_registratie(item.persoon, item.plek) for item in part if isinstance(item, Gelezen)]
            verdicts = iter(await self.verwerk(good))
            for item in part:
                error = next(verdicts) if isinstance(item, Gelezen) else Ongeldig(item.reden, item.veld)
                counts["ingelezen" if error is None else "quarantaine"] += 1
                if error is not None:
                    await self._put_aside(item, error)
        return counts

    async def _put_aside(self, item: Gelezen | Onbruikbaar, error: Ongeldig) -> None:
        if isinstance(item, Gelezen):
            body, soort = onthuld_json(item.persoon), PERSOON
        else:
            body, soort = item.ruw.get_secret_value().encode(), PERSOONSLIJST
        now, veld = self._around.clock.now(), error.veld or "persoonslijst"
        await self.lijsten.quarantine(body, item.plek, veld, error.reden, now, soort)

    async def _list_again(self, body: bytes) -> None:
        """Takes in one persoonslijst from quarantine."""
        lines = body.decode("utf-8-sig", errors="replace").splitlines(keepends=True)
        match list(lees_persoonslijsten(lines)):
            case [Gelezen(persoon=persoon)]:
                await self.take_in([persoon])
            case [Onbruikbaar(veld=veld, reden=reden)]:
                raise Ongeldig(reden, veld)
            case found:
                raise Ongeldig(f"telt {len(found)} persoonslijsten waar het er een hoort te zijn", "regel")

    async def _person_again(self, body: bytes) -> None:
        """Takes in one person from quarantine."""
        try:
            persoon = Persoon.model_validate_json(body)
        except ValidationError as error:
            veld, reden = reden_van_afkeuring(error)
            raise Ongeldig(reden, veld) from None
        await self.take_in([persoon])

    async def _watch_birthdays(self) -> None:
        """Looks at every start and every Dutch midnight who turned five."""
        clock = self._around.clock
        async with self._turn:
            await self._finish_merges()
        while True:
            midnight = datetime.combine(clock.today() + timedelta(days=1), time.min, AMSTERDAM).astimezone(UTC)
            await self.pass_birthdays()  # a midnight that passes meanwhile is looked at again at once
            left = (midnight - clock.now()).total_seconds()
            await clock.sleep(left + 1 if left > 0 else 0)

    async def pass_birthdays(self) -> None:
        """Says of everybody who turned five since the last look that they did."""
        today, after = self._around.clock.today(), NOBODY
        while people := await self.store.to_look_at(today, after, self._around.batch):
            after = max(people)
            due = [j for j, state in people.items() if verjaar(state, today)[0] != state]
            commands = [Message(j, "0000", Verjaar(), traceparent=new_traceparent()) for j in due]
            async with self._turn:
                for command in await self.service.execute(commands) if commands else ():
                    if command.error is not None:
                        raise command.error

    async def identify(self, personen: Sequence[TeIdentificeren]) -> list[UUID]:
        """The jongere_id of each person, in order; who is known by two numbers as two people becomes one.

        Raises `Tijdelijk` when two of them cannot be merged.
        """
        now, refused = self._around.clock.now(), set[tuple[UUID, UUID]]()
        async with self._turn:
            found = await self.store.recognise(personen, now)
            while twofold := sorted({pair for pair in found if pair[0] != pair[1]}):
                for pair in twofold:
                    if await self._merge(*pair):
                        continue
                    if pair in refused:
                        raise Tijdelijk("twee nummers van een persoon leiden naar wie al is samengevoegd")
                    refused.add(pair)
                found = await self.store.recognise(personen, now)
        return [jongere_id for jongere_id, _ in found]

    async def _identify(self, asked: Identificatieverzoek) -> Identificaties:
        jongeren = await self.identify(asked.personen)
        await self.volgen.genoemd(dict(zip(jongeren, (p.bsn for p in asked.personen), strict=True)))
        return Identificaties(jongeren=tuple(jongeren))

    async def _beantwoord(self, antwoorden: Sequence[Antwoord]) -> list[bool]:
        return await self.volgen.beantwoord(antwoorden)

    async def _plicht(self, asked: Plichtverzoek) -> Plichtantwoord:
        gegevens = await self._disclose(asked.jongeren, asked.aanvrager, asked.doel, plichtgegevens)
        return Plichtantwoord(gegevens=tuple(gegevens))

    async def _brief(self, asked: Briefverzoek) -> Briefantwoord:
        gegevens = await self._disclose(asked.jongeren, asked.aanvrager, asked.doel, briefgegevens)
        return Briefantwoord(gegevens=tuple(gegevens))

    async def _grens(self, asked: Grensverzoek) -> Grensantwoord:
        gegevens = await self._disclose(asked.jongeren, asked.aanvrager, asked.doel, grensgegevens)
        return Grensantwoord(gegevens=tuple(gegevens))

    async def _halt(self, asked: Haltverzoek) -> Haltantwoord:
        gegevens = await self._disclose(asked.jongeren, asked.aanvrager, asked.doel, haltgegevens)
        return Haltantwoord(gegevens=tuple(gegevens))

    async def _woont(self, asked: Woonverzoek) -> Woonantwoord:
        gegevens = await self._disclose(asked.jongeren, asked.aanvrager, asked.doel, woongegevens)
        return Woonantwoord(gegevens=tuple(gegevens))

    async def _vrijstelling(self, asked: Vrijstellingverzoek) -> Vrijstellingantwoord:
        gegevens = await self._disclose(asked.jongeren, asked.aanvrager, asked.doel, vrijstellinggegevens)
        return Vrijstellingantwoord(gegevens=tuple(gegevens))

    async def _disclose(
        self, jongeren: Sequence[UUID], aanvrager: str, doel: str, fill: Callable[[UUID, Persoon], PersonalT]
    ) -> list[PersonalT]:
        persons = await self.store.disclose(jongeren, aanvrager, doel, self._around.clock.now())
        return [fill(jongere_id, persoon) for jongere_id, persoon in persons.items()]


def build(
    around: Surroundings,
    settings: HubSettings,
    *,
    lo3: Lo3Settings | None = None,
    stuf: StufSettings | None = None,
    volg: VolgSettings | None = None,
    gemeenten: Gemeenten | None = None,
    bronnen: BrpBronnen | None = None,
) -> BrpSync:
    """Makes the service; the settings of a source that are not given come from the environment."""
    regio = frozenset(g.code for g in gemeenten.gemeenten) if gemeenten else frozenset()
    return BrpSync(around, settings, lo3=lo3, stuf=stuf, volg=volg, regio=regio, bronnen=bronnen)


def _registratie(persoon: Persoon, plek: str = "persoonslijst") -> Aanlevering:
    return Aanlevering(Sleutel(persoon.bsn, persoon.a_nummer), Registreer(persoon), plek)


def _kan_zijn(bekend: Persoon | None, item: Aanlevering) -> bool:
    opdracht = item.opdracht
    if bekend is None or not isinstance(opdracht, Registreer | Wijzig):
        return True
    return komt_overeen(bekend, opdracht.persoon if isinstance(opdracht, Registreer) else opdracht.wijziging)


def _refused(error: Exception | None) -> Ongeldig | None:
    if error is None or isinstance(error, Ongeldig):
        return error
    if isinstance(error, NietGereed):
        raise error
    return Ongeldig(f"kon niet worden verwerkt ({type(error).__name__})")
