"""The sequential model: the same input through the same pure decisions, one event at a time, without broker or store.

Jongeren do not influence each other, so each has a model of its own. After every input what follows from it is worked
off completely before the next input: what the model says is what a hub would say that never crashes, never repeats
and never overtakes.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from contracts.codes import HaltAfloop, MeldingStatus
from contracts.envelope import EventData
from contracts.events.brieven import BriefOpgemaakt
from contracts.events.personen import (
    JongereGeboren,
    JongereGevestigd,
    JongereIngeschreven,
    Onderdeel,
    PersoonsgegevensGewijzigd,
)
from contracts.events.verzuim import Meldinggegevens, MeldingstatusTeruggemeld, VerzuimmeldingGewijzigd
from contracts.events.zaken import BriefAangevraagd, HaltVerwijzingBesloten
from contracts.subjects import AFNEMERS, stream_of
from contracts.verstrekkingen import AanHalt
from contracts.verstrekkingen.basis import OPEN
from contracts.vrijgave import Vrijgave
from hub.clock import AMSTERDAM
from hub.messages import Handler, Message, Outcome
from services.brp_sync import handlers as brp
from services.brp_sync.decisions import Inschrijving, Wijzig
from services.brp_sync.model import Persoon
from services.brp_sync.stuf import lees_npslk01
from services.brp_sync.verstrekken import briefgegevens, grensgegevens, haltgegevens, plichtgegevens
from services.cases import handlers as cases
from services.cases.beleid import Beleid
from services.cases.besluiten import NeemBesluit, StelFeitenVast
from services.cases.grens.beslissing import BesluitVrijgave, als_vrijgave
from services.cases.model import Dossier, Persoonsfeiten, Voorbereid
from services.cases.register import Registerblad
from services.cases.registerhandlers import REGISTER
from services.cases.toestemmingsopdrachten import LegToestemmingVast
from services.halt_bridge import handlers as halt
from services.halt_bridge.decisions import (
    Aangenomen,
    Geweigerd,
    OntvangAfloop,
    Verwijzingen,
    stel_verwijzing_op,
    te_verstrekken,
    vraag_vrijgave,
    weigercode,
)
from services.halt_bridge.overzicht import maak_overzicht
from services.halt_bridge.partner import naar_bericht
from services.ingest_duo import handlers as ingest
from services.ingest_duo.decisions import Meldingen, NeemOp, Stand, Statuswens, content_fingerprint, voor_halt
from services.ingest_duo.model import Verzuimgeval
from services.ingest_duo.terugmelden import Afloop
from services.letters import handlers as letters
from services.letters.decisions import Briefwisseling, Gemaakt, Vervallen, stel_op, stopreden


class Gezegd(NamedTuple):
    """An event as it is compared: type, gemeente, and what of its data does not depend on the course of the run."""

    type: str
    gemeente: str
    data: str

    @classmethod
    def van(cls, event: EventData, gemeente: str) -> "Gezegd":
        """Leaves out stamps that DUO gives while we run, and what only rendering tells."""
        masked: dict[str, Any] = {}
        if isinstance(event, MeldingstatusTeruggemeld):
            masked = {"laatste_mutatie": None}
        elif isinstance(event, VerzuimmeldingGewijzigd) and event.status is MeldingStatus.IN_BEHANDELING:
            masked = {"status": MeldingStatus.GEREGISTREERD}  # whether our own status was on it already
        elif isinstance(event, BriefOpgemaakt):
            masked = {"sha256": "", "paginas": 0}
        return cls(event.name, gemeente, event.model_copy(update=masked).model_dump_json(warnings=False))


@dataclass(frozen=True)
class Ingeschreven:
    """Input: the BRP sent this npsLk01."""

    body: bytes


@dataclass(frozen=True)
class Gemeld:
    """Input: DUO holds this version of a melding."""

    geval: Verzuimgeval


@dataclass(frozen=True)
class Afgelopen:
    """Input: Halt told how a course ended."""

    verwijzing_id: UUID
    afloop: HaltAfloop
    datum: date


Invoer = Ingeschreven | Gemeld | NeemBesluit | StelFeitenVast | LegToestemmingVast | Afgelopen


class Brief(NamedTuple):
    """A letter that must exist once."""

    brief_id: UUID
    adressaat: str


@dataclass
class Verwacht:
    """Everything that must be there in the end, for one jongere."""

    gezegd: defaultdict[str, list[Gezegd]] = field(default_factory=lambda: defaultdict(list))
    statussen: dict[str, list[MeldingStatus]] = field(default_factory=dict)
    brieven: Counter[Brief] = field(default_factory=Counter)
    verwijzingen: dict[str, dict[str, Any]] = field(default_factory=dict)
    dossier: Dossier | None = None
    persoon: Persoon | None = None
    geweigerd: list[str] = field(default_factory=list)
    """What the model cannot do although the real services took it."""


class Model:
    """All services for one jongere."""

    def __init__(self, jongere_id: UUID, gemeente: str, beleid: Beleid) -> None:
        self._jongere_id = jongere_id
        self._gemeente = gemeente
        self._beleid = beleid
        self._now = datetime.min.replace(tzinfo=UTC)
        self._cases = cases.handlers(beleid)
        self._persoon = Inschrijving()
        self._meldingen = Meldingen()
        self._gevallen: dict[str, Verzuimgeval] = {}
        self._dossier = Dossier(jongere_id)
        self._brieven = Briefwisseling()
        self._verwijzingen = Verwijzingen()
        self._todo: deque[tuple[str, EventData, str]] = deque()
        self.verwacht = Verwacht()

    def speel(self, invoer: Sequence[tuple[datetime, Invoer]]) -> Verwacht:
        """Runs all input, each at its own moment, and returns what must come of it."""
        for self._now, item in invoer:
            try:
                self._neem(item)
                while self._todo:
                    self._lever(*self._todo.popleft())
            except Exception as error:
                self.verwacht.geweigerd.append(f"{type(item).__name__}: {type(error).__name__} {error}")
        self.verwacht.dossier = self._dossier
        self.verwacht.persoon = self._persoon.persoon
        return self.verwacht

    def _neem(self, item: Invoer) -> None:
        match item:
            case Ingeschreven(body):
                command = Wijzig(lees_npslk01(body).nieuw.wijziging)
                self._persoon = self._say("brp_sync", brp.HANDLERS, self._persoon, command, self._gemeente)
            case Gemeld(geval):
                self._gevallen[geval.meldingsnummer] = geval
                neem_op = NeemOp(geval, b"", content_fingerprint(geval))
                self._meldingen = self._say(
                    "ingest_duo", ingest.HANDLERS, self._meldingen, neem_op, geval.ontvangende_gemeente
                )
            case Afgelopen(verwijzing_id, afloop, datum):
                ontvang = OntvangAfloop(verwijzing_id, afloop, datum)
                self._verwijzingen = self._say(
                    "halt_bridge", halt.HANDLERS, self._verwijzingen, ontvang, self._zaakgemeente()
                )
            case NeemBesluit() | StelFeitenVast() | LegToestemmingVast():
                self._dossier = self._say("cases", self._cases, self._dossier, item, self._zaakgemeente())

    def _zaakgemeente(self) -> str:
        return next((z.gemeente for z in self._dossier.zaken.values()), self._gemeente)

    def _say(
        self, service: str, table: dict[type, Handler[Any]], state: Any, data: Any, gemeente: str, prepared: Any = None
    ) -> Any:
        handler = table.get(type(data))
        if handler is None:
            return state
        message = Message(self._jongere_id, gemeente, data, prepared=prepared)
        outcome: Outcome[Any] = handler(state, message, self._now)
        for event in outcome.events:
            to = outcome.gemeente_of(event, gemeente)
            self.verwacht.gezegd[service].append(Gezegd.van(event, to))
            for listener, streams in AFNEMERS.items():
                if stream_of(type(event)) in streams:
                    self._todo.append((listener, event, to))
        return outcome.state

    def _lever(self, listener: str, event: EventData, gemeente: str) -> None:
        if listener == "ingest_duo":
            result = [a for wens in ingest.wensen_van(event) if (a := self._meld_terug(wens))]
            self._meldingen = self._say(listener, ingest.HANDLERS, self._meldingen, event, gemeente, result)
        elif listener == "cases":
            known = self._ken(event)
            prepared = Voorbereid(Registerblad(), known) if isinstance(event, REGISTER) else known
            self._dossier = self._say(listener, self._cases, self._dossier, event, gemeente, prepared)
        elif listener == "letters":
            made = self._maak(event, gemeente) if isinstance(event, BriefAangevraagd) else None
            self._brieven = self._say(listener, letters.HANDLERS, self._brieven, event, gemeente, made)
        elif listener == "halt_bridge":
            answer = self._bied_aan(event, gemeente) if isinstance(event, HaltVerwijzingBesloten) else None
            self._verwijzingen = self._say(listener, halt.HANDLERS, self._verwijzingen, event, gemeente, answer)

    def _meld_terug(self, wens: Statuswens) -> Afloop | None:
        known = self._meldingen.by_number.get(wens.meldingsnummer)
        if known is None or known.status in ingest.FINAL:
            return None
        self.verwacht.statussen.setdefault(wens.meldingsnummer, []).append(wens.status)
        return Afloop(wens, Stand.TERUGGEMELD, known, known.laatste_mutatie, bevestigd=True)

    def _ken(self, event: EventData) -> Persoonsfeiten | None:
        asks = (
            (isinstance(event, Meldinggegevens) and self._dossier.geboortedatum is None)
            or isinstance(event, JongereIngeschreven)
            or (isinstance(event, JongereGeboren | JongereGevestigd) and self._dossier.geboortedatum is None)
            or (isinstance(event, PersoonsgegevensGewijzigd) and Onderdeel.GEBOORTEDATUM in event.onderdelen)
        )
        if not asks or self._persoon.persoon is None:
            return None
        gegevens = plichtgegevens(self._jongere_id, self._persoon.persoon)
        return Persoonsfeiten(gegevens.geboortedatum, gegevens.overleden)

    def _maak(self, event: BriefAangevraagd, code: str) -> list[Gemaakt] | Vervallen:
        assert self._persoon.persoon is not None, "a letter for somebody the BRP does not know"
        gegevens = briefgegevens(self._jongere_id, self._persoon.persoon)
        if reden := stopreden(gegevens):
            return Vervallen(reden)
        gemeente = self._beleid.gemeente(code)
        ondertekenaar = self._beleid.medewerkers.get(event.ondertekenaar)
        assert ondertekenaar is not None
        made = []
        for adressaat, _ in stel_op(event, gegevens, (), gemeente, ondertekenaar):
            self.verwacht.brieven[Brief(event.brief_id, adressaat.value)] += 1
            made.append(Gemaakt(event.brief_id, event.zaak_id, event.briefsoort, adressaat, "", "0" * 64, 1))
        return made

    def _vraag_vrijgave(self, event: HaltVerwijzingBesloten, gemeente: str) -> Vrijgave:
        assert self._persoon.persoon is not None
        verzoek = vraag_vrijgave(event, self._jongere_id, gemeente)
        persoon = grensgegevens(self._jongere_id, self._persoon.persoon)
        self._dossier = self._say(
            "cases", self._cases, self._dossier, BesluitVrijgave(uuid4(), verzoek, persoon), gemeente
        )
        return als_vrijgave(self._dossier.grens.nieuw[-1])

    def _bied_aan(self, event: HaltVerwijzingBesloten, gemeente: str) -> Aangenomen | Geweigerd:
        assert self._persoon.persoon is not None
        vrijgave = self._vraag_vrijgave(event, gemeente)
        if vrijgave.uitkomst not in OPEN:
            return Geweigerd(weigercode(vrijgave, misschien_aangeboden=False))
        gegevens = haltgegevens(self._jongere_id, self._persoon.persoon)
        melding = voor_halt(self._gevallen[event.meldingsnummer])
        boa = self._beleid.medewerkers.get(event.medewerker)
        assert boa is not None
        overzicht = maak_overzicht(
            str(event.verwijzing_id), event.periode_van, event.periode_tot, melding.verzuimdagen, event.besluitdatum
        )
        mag = AanHalt.bouw(vrijgave, te_verstrekken(event, gegevens, melding, overzicht), self._now)
        verwijzing = stel_verwijzing_op(event, gemeente, mag, boa)
        self.verwacht.verwijzingen[str(event.verwijzing_id)] = naar_bericht(verwijzing)
        return Aangenomen(self._now.astimezone(AMSTERDAM).date())
