"""Said by `cases`: what happens to a zaak, what the rules propose, what a named official decided."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.codes import Adressaat, Besluitsoort, Fase, MeldingStatus, Plicht, Verzuimsoort, Zaaksoort
from contracts.envelope import Brin, EventData, Gemeentecode
from contracts.fields import Code, LokaleTijd, Medewerkercode, Meldingsnummer, Protocolversie, Regel


class ZaakGeopend(EventData):
    """A traject was started for a jongere: after a DUO-melding, a confirmed signal, or a request or notice on paper."""

    name: ClassVar = "zaak-geopend"

    zaak_id: UUID
    zaaksoort: Zaaksoort | None = None
    meldingsnummer: Meldingsnummer | None = None
    verzuimsoort: Verzuimsoort | None = None
    plicht: Plicht
    protocol: Protocolversie


class FaseGewijzigd(EventData):
    """The zaak went on to another phase of the MAS, or back to one."""

    name: ClassVar = "fase-gewijzigd"

    zaak_id: UUID
    van_fase: Fase
    naar_fase: Fase
    oorzaak: Code


class ZaakHeropend(EventData):
    """A closed traject goes on."""

    name: ClassVar = "zaak-heropend"

    zaak_id: UUID
    reden: Code


class ZaakOvergedragen(EventData):
    """The jongere moved: the traject ended here, and goes on in another zaak when that gemeente is served here too."""

    name: ClassVar = "zaak-overgedragen"

    zaak_id: UUID
    naar_gemeente: Gemeentecode
    nieuwe_zaak_id: UUID | None = None


class ZaakSamengevoegd(EventData):
    """The traject goes on in that of the jongere_id in which this one went up."""

    name: ClassVar = "zaak-samengevoegd"

    zaak_id: UUID
    in_zaak_id: UUID


class MeldingInBehandelingGenomen(EventData):
    """The gemeente works on the melding; DUO must hear so (Leerplichtwet 1969 art. 21a lid 6)."""

    name: ClassVar = "melding-in-behandeling-genomen"

    zaak_id: UUID
    meldingsnummer: Meldingsnummer
    status: MeldingStatus = MeldingStatus.IN_BEHANDELING


class VoorstelGedaan(EventData):
    """The rules propose a step with legal effect; nothing happens until an official decides."""

    name: ClassVar = "voorstel-gedaan"

    zaak_id: UUID
    voorstel_id: UUID
    uitkomst: Code
    regels: tuple[Regel, ...]
    protocol: Protocolversie


class BesluitGenomen(EventData):
    """A named official decided about a voorstel; only this makes a letter or a bridge move."""

    name: ClassVar = "besluit-genomen"

    zaak_id: UUID
    voorstel_id: UUID
    besluit_id: UUID
    uitkomst: Code
    besluit: Besluitsoort
    medewerker: Medewerkercode = Field(
        description="Code van de ambtenaar; de naam staat alleen in de eigen registratie."
    )


class BesluitVoorgelegd(EventData):
    """An official decided, and a second one must confirm before it takes effect (four eyes)."""

    name: ClassVar = "besluit-voorgelegd"

    zaak_id: UUID
    voorstel_id: UUID
    uitkomst: Code
    medewerker: Medewerkercode


class BesluitIngetrokken(EventData):
    """A besluit no longer holds; what it set going must stop or be taken back."""

    name: ClassVar = "besluit-ingetrokken"

    zaak_id: UUID
    voorstel_id: UUID
    besluit_id: UUID
    uitkomst: Code
    medewerker: Medewerkercode


class TermijnGestart(EventData):
    """A term began to run."""

    name: ClassVar = "termijn-gestart"

    zaak_id: UUID
    termijn: Code
    uiterlijk: date
    regel: Regel


class TermijnGenaderd(EventData):
    """The last day of a term is near, and what it waits for was not done yet."""

    name: ClassVar = "termijn-genaderd"

    zaak_id: UUID
    termijn: Code
    uiterlijk: date


class TermijnGehaald(EventData):
    """What the term waited for was done in time."""

    name: ClassVar = "termijn-gehaald"

    zaak_id: UUID
    termijn: Code
    uiterlijk: date


class TermijnVervallen(EventData):
    """The term no longer counts: its cause is gone, or the zaak ended."""

    name: ClassVar = "termijn-vervallen"

    zaak_id: UUID
    termijn: Code
    uiterlijk: date


class TermijnVerstreken(EventData):
    """The last day of a term passed without the step it waited for."""

    name: ClassVar = "termijn-verstreken"

    zaak_id: UUID
    termijn: Code
    uiterlijk: date


class BriefAangevraagd(EventData):
    """A letter must be made; `letters` asks for name and address at the moment of rendering."""

    name: ClassVar = "brief-aangevraagd"

    zaak_id: UUID
    brief_id: UUID
    briefsoort: Code
    adressaten: tuple[Adressaat, ...]
    dagtekening: date
    ondertekenaar: Medewerkercode = Field(description="Code van de ambtenaar namens wie de brief uitgaat.")
    aantal_te_laat: int | None = Field(default=None, ge=0)
    lesuren: int | None = Field(default=None, ge=0)
    periode_van: date | None = None
    periode_tot: date | None = None
    gesprek_op: LokaleTijd | None = None
    eerdere_brief: date | None = None
    reactie_uiterlijk: date | None = None


class BriefIngetrokken(EventData):
    """A letter that was asked for must not go out; one that went out is followed by another letter."""

    name: ClassVar = "brief-ingetrokken"

    zaak_id: UUID
    brief_id: UUID
    briefsoort: Code


class HaltVerwijzingBesloten(EventData):
    """An authorised official (BOA) decided to refer to Halt; `halt_bridge` carries it out."""

    name: ClassVar = "halt-verwijzing-besloten"

    zaak_id: UUID
    verwijzing_id: UUID
    besluit_id: UUID
    meldingsnummer: Meldingsnummer
    medewerker: Medewerkercode
    besluitdatum: date
    brin: Brin
    periode_van: date
    periode_tot: date
    lesuren: int | None = Field(default=None, ge=0)
    aantal_te_laat: int | None = Field(default=None, ge=0)
    instemming_jongere: bool
    instemming_ouders: bool
    school_maatregelen_ouders_geinformeerd: bool
    lopende_hulp: bool


class HaltVerwijzingIngetrokken(EventData):
    """A referral must not be offered, or must be stopped at Halt: the besluit or a consent was withdrawn."""

    name: ClassVar = "halt-verwijzing-ingetrokken"

    zaak_id: UUID
    verwijzing_id: UUID
    reden: Code


class ZaakAfgesloten(EventData):
    """The traject ended."""

    name: ClassVar = "zaak-afgesloten"

    zaak_id: UUID
    reden: Code
    meldingen: tuple[Meldingsnummer, ...] = Field(default=(), description="De DUO-meldingen die erin zaten.")


class AbsoluutVerzuimGesignaleerd(EventData):
    """A resident under the duty has no inschrijving and no vrijstelling; a mistake in the data is looked for first."""

    name: ClassVar = "absoluut-verzuim-gesignaleerd"

    signaal_id: UUID
    reden: Code
    peildatum: date


class AbsoluutVerzuimVerklaard(EventData):
    """The signal ended: an inschrijving was found, an error was mended, the duty ended, or a zaak goes on with it."""

    name: ClassVar = "absoluut-verzuim-verklaard"

    signaal_id: UUID
    uitkomst: Code
    zaak_id: UUID | None = Field(default=None, description="De zaak waarin het verdergaat, bij uitkomst zaak.")


EVENTS = (
    ZaakGeopend,
    FaseGewijzigd,
    ZaakHeropend,
    ZaakOvergedragen,
    ZaakSamengevoegd,
    MeldingInBehandelingGenomen,
    VoorstelGedaan,
    BesluitVoorgelegd,
    BesluitGenomen,
    BesluitIngetrokken,
    TermijnGestart,
    TermijnGenaderd,
    TermijnGehaald,
    TermijnVervallen,
    TermijnVerstreken,
    BriefAangevraagd,
    BriefIngetrokken,
    HaltVerwijzingBesloten,
    HaltVerwijzingIngetrokken,
    ZaakAfgesloten,
    AbsoluutVerzuimGesignaleerd,
    AbsoluutVerzuimVerklaard,
)
