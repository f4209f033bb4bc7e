"""What a version of a melding means, given what was known of it: pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import SecretStr

from contracts.codes import MeldingStatus
from contracts.envelope import EventData
from contracts.events.verzuim import (
    MeldingstatusTeruggemeld,
    VerzuimmeldingGewijzigd,
    VerzuimmeldingIngetrokken,
    VerzuimmeldingOntvangen,
    VerzuimmeldingOvergedragen,
)
from contracts.verstrek import Meldingantwoord, Verzuimdag
from hub.errors import Ongeldig
from hub.privacy import onthuld_json
from services.ingest_duo.aandachtspunten import aandachtspunten
from services.ingest_duo.model import (
    FINAL,
    Kanaal,
    RedenMeldingAfgesloten,
    ToelichtingAfsluiting,
    Verzuimgeval,
    aantal_te_laat_uit_reden,
)


@dataclass(frozen=True, slots=True)
class NeemOp:
    """Command: DUO delivered this version; `sealed` is the whole of it and `fingerprint` its content."""

    geval: Verzuimgeval
    sealed: bytes
    fingerprint: bytes
    kanaal: Kanaal = Kanaal.DUO
    wie: bytes | None = None
    """Fingerprint of the numbers by which the melding names the jongere."""


@dataclass(frozen=True, slots=True)
class DraagOver:
    """Command: a melding of this jongere goes on under another number of the same person."""

    meldingsnummer: str
    naar: UUID


@dataclass(frozen=True, slots=True)
class Melding:
    """The last version of a melding; without fingerprint when the version came from our own status message."""

    gemeente: str
    laatste_mutatie: datetime
    status: MeldingStatus
    fingerprint: bytes | None = None
    sealed: bytes | None = None
    """Only set on versions that are to be stored."""
    kanaal: Kanaal = Kanaal.DUO
    uitvoerder: str = ""
    """Under whose code DUO has it."""
    aandachtspunten: tuple[str, ...] = ()
    wie: bytes | None = None
    verhuist: bool = False
    """The jongere under whom it goes on has not been told yet."""
    verzwegen: bool = False
    """It was final when we first saw it, and nothing was ever said about it."""

    @property
    def telt_bij_duo(self) -> bool:
        """Whether DUO wants to hear the status of the treatment."""
        return self.kanaal is Kanaal.DUO


class Stand(StrEnum):
    """Where a status that DUO should hear is."""

    TERUGGEMELD = "teruggemeld"
    GEWEIGERD = "geweigerd"
    VERDWENEN = "verdwenen"
    """DUO no longer has the melding (Wet register onderwijsdeelnemers art. 30): there is nothing to tell it."""
    TAAK = "taak"
    """The zaak ended and an official must say with which status and reason DUO hears so."""


@dataclass(frozen=True, slots=True)
class Statuswens:
    """A status for DUO. `aanleiding` is why (the reason of closing, or a code of ours), `medewerker` who wants it."""

    meldingsnummer: str
    status: MeldingStatus
    reden: RedenMeldingAfgesloten | None = None
    toelichting: ToelichtingAfsluiting | None = None
    aanleiding: str = ""
    medewerker: str | None = None


@dataclass(frozen=True, slots=True)
class Statusregel:
    """One line about a status for DUO: what was wanted, and what became of it. `code` is DUO's when it refused."""

    meldingsnummer: str
    stand: Stand
    wens: Statuswens | None
    aanleiding: str
    op: datetime
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Meldingen:
    """State: all meldingen of one jongere by number; `regels` and `vertrokken` are new since it was loaded."""

    by_number: Mapping[str, Melding] = field(default_factory=dict)
    regels: tuple[Statusregel, ...] = ()
    vertrokken: Mapping[str, UUID] = field(default_factory=dict)
    """Meldingen that go on under another jongere_id."""

    def met(self, meldingsnummer: str, melding: Melding, *regels: Statusregel) -> "Meldingen":
        """The same with one melding replaced and lines added."""
        return replace(self, by_number={**self.by_number, meldingsnummer: melding}, regels=(*self.regels, *regels))

    def met_regels(self, *regels: Statusregel) -> "Meldingen":
        """The same with lines added."""
        return replace(self, regels=(*self.regels, *regels)) if regels else self


class OudereVersie(Ongeldig):
    """A version from before the one that is known."""

    def __init__(self) -> None:
        super().__init__("ouder dan de versie die al verwerkt is", "laatste_mutatie")


_ANY_STAMP = datetime(1, 1, 1)  # noqa: DTZ001 - stamps of DUO have no zone
_VAN_DE_GEMEENTE = (MeldingStatus.IN_BEHANDELING, MeldingStatus.AFGESLOTEN, MeldingStatus.TER_KENNISGEVING)
_ZONDER_STATUS = {
    "status": MeldingStatus.GEREGISTREERD,
    "reden_melding_afgesloten": None,
    "toelichting_afsluiting": None,
}
SEALED_AS = "ingest_duo|melding"
GEWIST_ALS = "ingest_duo|gewist"
"""For what the meldingsnummer of an erased melding is fingerprinted."""
"""Purpose under which the content of a melding is sealed."""


def content_fingerprint(geval: Verzuimgeval) -> bytes:
    """Of what the school says: two versions that differ only in their stamp, or in the status that the gemeente gave
    with its reason and toelichting, share it.
    """
    ours = geval.status in _VAN_DE_GEMEENTE and not geval.is_ingetrokken
    cleared = _ZONDER_STATUS if ours else {}
    content = geval.model_copy(update={"laatste_mutatie": _ANY_STAMP, **cleared})
    return hashlib.sha256(onthuld_json(content)).digest()


def voor_halt(geval: Verzuimgeval) -> Meldingantwoord:
    """What a Halt-verwijzing may hold of a melding: school, contact and days; never the school's free text
    (Wet register onderwijsdeelnemers art. 11 lid 2)."""
    naam = geval.school.leslocatienaam
    return Meldingantwoord(
        school=SecretStr(naam or f"school {geval.school.brin}"),
        contactpersoon=geval.melder.naam,
        telefoon=geval.telefoon_leerling_of_ouder or geval.melder.telefoon,
        verzuimdagen=tuple(
            Verzuimdag(datum=d.datum, hele_dag=d.hele_dag, lesuren=d.lesuren) for d in geval.verzuimdagen
        ),
    )


def neem_op(state: Meldingen, command: NeemOp) -> tuple[Meldingen, list[EventData]]:
    """Takes in a version: new, a later mutation, a withdrawal, or a repetition (nothing is said).

    A later version in which the school changed nothing, because it came from our own status message, is one too.
    A melding that is final already when it is first seen is kept and not said, until a version comes that is not.

    Raises `OudereVersie` for a version older than the known one, `Ongeldig` for another content under the same stamp.
    """
    geval = command.geval
    known = state.by_number.get(geval.meldingsnummer)
    if known is not None and not (known.verhuist and geval.laatste_mutatie >= known.laatste_mutatie):
        if geval.laatste_mutatie < known.laatste_mutatie:
            if known.fingerprint is None:
                return state, []  # fetched just before our own status message, which went on top of what we had seen
            raise OudereVersie
        if geval.laatste_mutatie == known.laatste_mutatie:
            if known.fingerprint not in (None, command.fingerprint):
                raise Ongeldig("zelfde stempel als de verwerkte versie, andere inhoud", "laatste_mutatie")
            if known.fingerprint == command.fingerprint:
                return state, []
    melding = Melding(
        gemeente=geval.ontvangende_gemeente,
        laatste_mutatie=geval.laatste_mutatie,
        status=MeldingStatus.INGETROKKEN if geval.is_ingetrokken else geval.status,
        fingerprint=command.fingerprint,
        sealed=command.sealed,
        kanaal=command.kanaal,
        uitvoerder=geval.uitvoerder_vsv,
        aandachtspunten=aandachtspunten(geval),
        wie=command.wie,
    )
    melding = replace(melding, verzwegen=_nooit_gezegd(known) and melding.status in FINAL)
    return state.met(geval.meldingsnummer, melding), _events(geval, known, melding)


def draag_over(state: Meldingen, command: DraagOver) -> tuple[Meldingen, list[EventData]]:
    """The melding leaves this jongere, which is told once; a repetition finds it gone."""
    if command.meldingsnummer not in state.by_number:
        return state, []
    verzwegen = state.by_number[command.meldingsnummer].verzwegen
    rest = {n: m for n, m in state.by_number.items() if n != command.meldingsnummer}
    state = replace(state, by_number=rest, vertrokken={**state.vertrokken, command.meldingsnummer: command.naar})
    if verzwegen:
        return state, []
    return state, [VerzuimmeldingOvergedragen(meldingsnummer=command.meldingsnummer, naar_jongere_id=command.naar)]


def verwerk_terugmelding(
    state: Meldingen, meldingsnummer: str, status: MeldingStatus, laatste_mutatie: datetime, *, bevestigd: bool = True
) -> tuple[Meldingen, list[EventData]]:
    """DUO has our status. When it said so now (`bevestigd`), its new stamp is the version we know: ours, on top of
    one we had seen. When an earlier message took effect, the school may have changed the melding since, so the version
    at DUO still has to be delivered.
    """
    known = state.by_number[meldingsnummer]
    event = MeldingstatusTeruggemeld(meldingsnummer=meldingsnummer, status=status, laatste_mutatie=laatste_mutatie)
    if not bevestigd or laatste_mutatie < known.laatste_mutatie:
        return state, [event]
    ours = replace(known, laatste_mutatie=laatste_mutatie, status=status, fingerprint=None, sealed=None)
    return state.met(meldingsnummer, ours), [event]


def _nooit_gezegd(known: Melding | None) -> bool:
    return known is None or known.verzwegen


def _events(geval: Verzuimgeval, known: Melding | None, melding: Melding) -> list[EventData]:
    if melding.verzwegen:
        return []  # it ended before we saw it: there is nothing to treat
    new, moved = _nooit_gezegd(known), known is not None and known.verhuist
    if not new and not moved and known is not None:
        if known.laatste_mutatie == geval.laatste_mutatie:
            return []  # the version our own status message made, now seen in full
        if known.fingerprint == melding.fingerprint:
            return []  # the same, seen before we knew that our message had taken effect
    if geval.is_ingetrokken:
        if known is None or known.status is MeldingStatus.INGETROKKEN:
            return []
        return [
            VerzuimmeldingIngetrokken(
                meldingsnummer=geval.meldingsnummer,
                laatste_mutatie=geval.laatste_mutatie,
                reden_ingetrokken=geval.reden_van_intrekking,
            )
        ]
    kind = VerzuimmeldingOntvangen if new else VerzuimmeldingGewijzigd
    return [
        kind(
            meldingsnummer=geval.meldingsnummer,
            laatste_mutatie=geval.laatste_mutatie,
            status=geval.status,
            verzuimsoort=geval.verzuimsoort,
            begindatum=geval.begindatum,
            einddatum=geval.einddatum,
            lesuren=geval.lesuren_totaal,
            hele_dagen=geval.hele_dagen,
            aantal_te_laat=aantal_te_laat_uit_reden(geval.vermoedelijke_reden),
            alle_lessen_gemist=geval.alle_lessen_gemist,
            actie_gewenst=geval.actie_gemeente_gewenst,
            brin=geval.school.brin,
            vestiging=geval.school.vestiging,
            gemeld_op=geval.meld_datum_tijd,
            aandachtspunten=melding.aandachtspunten,
        )
    ]
