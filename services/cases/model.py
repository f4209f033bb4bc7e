"""What a zaak is; true regardless of how it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import Field, SecretStr

from contracts.codes import Adressaat, Besluitsoort, Fase, MeldingStatus, Verzuimsoort, Zaaksoort
from hub.calendar import min_werkdagen
from hub.ids import named
from hub.messages import Sleutel
from services.cases.grens.regel import Grensboek
from services.cases.privacystand import Deel, Privacystand
from services.cases.register import Registerblad, Signaal

_ID_SPACE = UUID("0a6c2f4b-7c5e-5f0a-8d7d-3b2f6f1f9e55")


HUB = "hub"
"""Who did what the hub does by itself, in the timeline."""


def afgeleid_id(*parts: object) -> UUID:
    """An id that follows from its cause: handling the same cause again gives the same id."""
    return named(_ID_SPACE, "|".join([str(p) for p in parts]))


class Zaakstatus(StrEnum):
    """Whether work is going on."""

    OPEN = "open"
    AFGESLOTEN = "afgesloten"


class Voorstelstatus(StrEnum):
    """Where a voorstel is."""

    OPEN = "open"
    TE_BEVESTIGEN = "te_bevestigen"
    """Decided by one official; a second one must confirm before it takes effect."""
    BESLOTEN = "besloten"
    INGETROKKEN = "ingetrokken"
    """The besluit about it was withdrawn."""
    VERVALLEN = "vervallen"

    @property
    def wacht(self) -> bool:
        """Whether it waits for an official: to decide, or to confirm."""
        return self in (Voorstelstatus.OPEN, Voorstelstatus.TE_BEVESTIGEN)


class Termijnstatus(StrEnum):
    """Where a termijn is."""

    LOOPT = "loopt"
    GEHAALD = "gehaald"
    VERSTREKEN = "verstreken"
    VERVALLEN = "vervallen"


class MeldingFeiten(Deel):
    """The last version of a melding, as far as the rules need it."""

    meldingsnummer: str
    status: MeldingStatus
    verzuimsoort: Verzuimsoort
    begindatum: date
    einddatum: date | None = None
    lesuren: int | None = None
    hele_dagen: int | None = None
    aantal_te_laat: int | None = None
    brin: str
    aandachtspunten: tuple[str, ...] = ()
    """What stands out about it, as `ingest_duo` told: for the official, no fact for the rules."""
    ingetrokken: bool = False
    ontvangen_op: datetime | None = None
    """When we first heard of it; a besluit taken since rests on it."""


class Besluit(Deel):
    """What a named official decided; the motivering stays in this service."""

    besluit_id: UUID
    soort: Besluitsoort
    medewerker: str
    op: datetime
    """When it took effect; until it is confirmed, when it was submitted."""
    motivering: str | None = None
    in_plaats: str | None = None
    """The uitkomst that is carried out instead of the proposed one."""
    gesprek_op: datetime | None = None
    """Dutch local time."""
    afspraken: bool = False
    """Whether the letter says what was agreed; the text is kept for the letter only."""
    voorgelegd_op: datetime | None = None
    """When a second official was asked to confirm it."""
    bevestigd_door: str | None = None
    gezet: dict[str, Any] = Field(default_factory=dict)
    """The facts of the zaak that it set."""
    daarvoor: dict[str, Any] = Field(default_factory=dict)
    """What those facts were before, as far as they were there."""
    sloot: bool = False
    """Whether it closed the zaak."""
    ingetrokken_op: datetime | None = None
    ingetrokken_door: str | None = None
    intrekking: str | None = None
    """Why it was withdrawn."""


class Terugsturing(Deel):
    """That a besluit which waited for a second official was sent back, and why."""

    besluit: Besluit
    medewerker: str
    op: datetime
    motivering: str


class Voorstel(Deel):
    """What the rules propose, with the reasons as they were then."""

    voorstel_id: UUID
    uitkomst: str
    adressaten: tuple[Adressaat, ...]
    protocol: str
    uitleg: tuple[dict[str, Any], ...]
    gedaan_op: datetime
    status: Voorstelstatus = Voorstelstatus.OPEN
    besluit: Besluit | None = None
    terugsturingen: tuple[Terugsturing, ...] = ()

    @property
    def uit_te_voeren(self) -> str | None:
        """The uitkomst that follows from the besluit; None when nothing is to be carried out."""
        if self.besluit is None:
            return None
        return self.uitkomst if self.besluit.soort is Besluitsoort.AKKOORD else self.besluit.in_plaats


class Termijn(Deel):
    """A term that runs or ran; `waarschuwen_op` is the day from which a warning must be given."""

    termijn_id: UUID
    naam: str
    uiterlijk: date
    regel: str
    status: Termijnstatus = Termijnstatus.LOOPT
    begonnen_op: date | None = None
    waarschuwen_op: date | None = None
    gewaarschuwd: bool = False
    van_regels: bool = False
    """The judgement of the zaak carries it: when that asks for another day, or no longer for it, it lapses."""
    al_voldaan: bool = False
    """What meets it was known already when it began, so only what is established from then on counts."""

    @property
    def te_waarschuwen(self) -> date | None:
        """From which day a warning must come; None when it came, or none is due.

        A termijn of before there were warnings says nothing of them; it has two werkdagen, as its migration gave it.
        """
        if self.status is not Termijnstatus.LOOPT or self.gewaarschuwd:
            return None
        return min_werkdagen(self.uiterlijk, 2) if self.begonnen_op is None else self.waarschuwen_op


class Zaak(Deel):
    """One traject of one jongere in one schooljaar."""

    zaak_id: UUID
    gemeente: str
    zaaksoort: Zaaksoort
    schooljaar: str
    protocol: str
    """The version it was opened under."""
    versie: str = ""
    """The version it was last judged by."""
    geopend_op: datetime
    status: Zaakstatus = Zaakstatus.OPEN
    afsluitreden: str | None = None
    meldingen: dict[str, MeldingFeiten] = Field(default_factory=dict)
    feiten: dict[str, Any] = Field(default_factory=dict)
    """Facts an official established, or that follow from what was done; they go before facts from meldingen."""
    voorstellen: dict[UUID, Voorstel] = Field(default_factory=dict)
    termijnen: dict[UUID, Termijn] = Field(default_factory=dict)
    taken: tuple[str, ...] = ()
    fase: Fase = Fase.WAARNEMEN
    revisie: int = 0
    """How often it changed: what an official looked at can be compared with what is there now."""
    verwant: tuple[UUID, ...] = ()
    """Zaken of siblings about the same absence."""
    voortgezet_uit: UUID | None = None
    """The zaak in another gemeente, or of before the jongere turned 18, that this one continues."""
    samengevoegd_in: UUID | None = None
    """The zaak of the same person in which this one went up; what still arrives about it belongs there."""
    fase_sinds: datetime | None = None
    """When it came into its phase; None as long as it is in its first one."""
    noodzaak_beoordeeld_op: datetime | None = None
    """When an official last assessed again whether the data are needed (CONV-3.4b)."""
    leeftijdstoets: date | None = None
    """The birthday on which the duty changes and the zaak is judged again; None when there is none to come."""

    def met(self, **changes: Any) -> "Zaak":
        """The same zaak with some fields replaced."""
        return self.model_copy(update=changes)

    @property
    def is_open(self) -> bool:
        """Whether work is going on."""
        return self.status is Zaakstatus.OPEN

    @property
    def noodzaak_beoordeeld(self) -> bool:
        """Whether necessity was assessed again since the last change of phase (CONV-3.4b); true in the first phase."""
        if self.fase_sinds is None:
            return True
        return self.noodzaak_beoordeeld_op is not None and self.noodzaak_beoordeeld_op >= self.fase_sinds

    @property
    def uitgevoerd(self) -> frozenset[UUID]:
        """Voorstellen with a besluit that holds and because of which something was done."""
        return frozenset(
            i
            for i, v in self.voorstellen.items()
            if v.status is Voorstelstatus.BESLOTEN and v.besluit is not None and v.uit_te_voeren is not None
        )

    def geldige_meldingen(self) -> list[MeldingFeiten]:
        """Meldingen that were not withdrawn, oldest absence first."""
        return sorted((m for m in self.meldingen.values() if not m.ingetrokken), key=lambda m: m.begindatum)


def _nieuwste(zaak: Zaak) -> tuple[datetime, str]:
    """By what the newest zaak is chosen; the same one every time, in whatever order they were read."""
    return zaak.geopend_op, str(zaak.zaak_id)


@dataclass(frozen=True, slots=True)
class Tijdlijnregel:
    """One line of the timeline: what happened, when, through whom."""

    zaak_id: UUID
    op: datetime
    wat: str
    door: str
    toelichting: str = ""


class Persoonsstand(NamedTuple):
    """What is known of a person: day of birth, death, consents and restrictions, and the number that remained."""

    geboortedatum: date | None = None
    overleden: bool = False
    privacy: Privacystand = Privacystand()
    opgegaan_in: UUID | None = None


@dataclass(frozen=True, slots=True)
class Doorgestuurd:
    """Something to be handled under another jongere_id: `soort` is the name of an event, or `overname`."""

    naar: UUID
    gemeente: str
    soort: str
    inhoud: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bewijs:
    """The written record behind a consent: where it is kept, and its text or the SHA-256 of the document.

    `soort` is noodzaak (why it was asked), schriftelijk or mondeling.
    """

    toestemming_id: UUID
    op: datetime
    soort: str
    verwijzing: SecretStr
    tekst: SecretStr | None = None
    vingerafdruk: str | None = None


@dataclass(frozen=True, slots=True)
class Uitgevoerd:
    """A command that was carried out under a key, with what was answered."""

    sleutel: Sleutel
    antwoord: Any
    op: datetime


@dataclass(frozen=True, slots=True)
class Dossier:
    """State of one jongere: the zaken, the day of birth as far as known, and the timeline lines that are new."""

    jongere_id: UUID
    geboortedatum: date | None = None
    overleden: bool = False
    zaken: Mapping[UUID, Zaak] = field(default_factory=dict)
    nieuw: tuple[Tijdlijnregel, ...] = ()
    gewijzigd: frozenset[UUID] = frozenset()
    """Zaken that changed since they were loaded: only these are stored."""
    afspraken: Mapping[UUID, tuple[SecretStr, ...]] = field(default_factory=dict)
    """What was agreed, per letter that must say it; new since the dossier was loaded."""
    ingetrokken: frozenset[UUID] = frozenset()
    """Letters and verwijzingen that may not go out any more; new since the dossier was loaded."""
    uitgevoerd: tuple[Uitgevoerd, ...] = ()
    """Commands with a key that were carried out; new since the dossier was loaded."""
    privacy: Privacystand = field(default_factory=Privacystand)
    """Consents, what was told beforehand, restrictions and objections: of the jongere, not of one zaak."""
    bewijzen: tuple[Bewijs, ...] = ()
    """Written records of consents, new since the dossier was loaded."""
    opgegaan_in: UUID | None = None
    """The jongere_id in which this one goes on; it is used no more, and what still comes is handed on."""
    door: tuple[Doorgestuurd, ...] = ()
    """What is to be handled under another jongere_id; new since the dossier was loaded."""
    afgehandeld: tuple[int, ...] = ()
    """Numbers of what was handed on to this jongere_id and is handled now."""
    overgenomen_van: tuple[UUID, ...] = ()
    """Whose dossiers went up in this one since it was loaded: there nothing is kept any more."""
    opgeslagen: Persoonsstand | None = field(default=None, compare=False)
    """What the store has of the person; stored again only when that changed."""
    grens: Grensboek = field(default_factory=Grensboek)
    """What is new in the disclosure register since the dossier was loaded."""
    register: Registerblad | None = None
    """The blad in the inschrijvingsregister; None as long as nothing needed it, which is the case for meldingen."""
    register_was: Registerblad | None = field(default=None, compare=False)
    """The blad as the store has it: only what differs is stored."""

    @property
    def persoon(self) -> Persoonsstand:
        """What is known of the person."""
        return Persoonsstand(self.geboortedatum, self.overleden, self.privacy, self.opgegaan_in)

    def met_regel(self, regel: Tijdlijnregel) -> "Dossier":
        """The same dossier with a line added to the timeline."""
        return replace(self, nieuw=(*self.nieuw, regel))

    def met_zaak(self, zaak: Zaak, *regels: Tijdlijnregel) -> "Dossier":
        """The same dossier with one zaak replaced and lines added to the timeline."""
        zaak = zaak.met(revisie=zaak.revisie + 1)
        return replace(
            self,
            zaken={**self.zaken, zaak.zaak_id: zaak},
            nieuw=(*self.nieuw, *regels),
            gewijzigd=self.gewijzigd | {zaak.zaak_id},
        )

    def met_signaal(self, signaal_id: UUID, signaal: Signaal) -> "Dossier":
        """The same dossier with one signal in its register added or replaced."""
        blad = self.register or Registerblad()
        return replace(self, register=replace(blad, signalen={**blad.signalen, signaal_id: signaal}))

    def open_zaak(self, zaaksoort: Zaaksoort, schooljaar: str, gemeente: str | None = None) -> Zaak | None:
        """The traject that a melding or signal of this kind and schooljaar belongs to, of this gemeente if given: the
        newest that is open."""
        passend = (
            z
            for z in self.zaken.values()
            if z.is_open and z.zaaksoort is zaaksoort and z.schooljaar == schooljaar
            if gemeente in (None, z.gemeente)
        )
        return max(passend, key=_nieuwste, default=None)

    def zaak_van(self, meldingsnummer: str) -> Zaak | None:
        """The zaak that holds a melding: an open one goes first, then the newest."""
        van = (z for z in self.zaken.values() if meldingsnummer in z.meldingen)
        return max(van, key=lambda z: (z.is_open, *_nieuwste(z)), default=None)

    def levend(self, zaak_id: UUID) -> Zaak | None:
        """The zaak, or the one in which it went up."""
        zaak = self.zaken.get(zaak_id)
        while zaak is not None and zaak.samengevoegd_in is not None:
            zaak = self.zaken.get(zaak.samengevoegd_in)
        return zaak


@dataclass(frozen=True, slots=True)
class Persoonsfeiten:
    """What `prepare` fetched about a jongere; None fields are unknown."""

    geboortedatum: date | None
    overleden: bool


@dataclass(frozen=True, slots=True)
class Voorbereid:
    """What `prepare` fetched for whatever touches the register: the person when that was asked, and the bladen.

    `ander` is the blad of the jongere_id that goes on in this one.
    """

    register: Registerblad
    persoon: Persoonsfeiten | None = None
    ander: Registerblad | None = None
