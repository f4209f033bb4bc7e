"""Said by `ingest_duo`: what DUO's register tells about absence and enrolment of a jongere, and what we told DUO."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.codes import MeldingStatus, Onderwijssoort, Verzuimsoort, Vrijstellingsoort
from contracts.envelope import Brin, EventData
from contracts.fields import Code, LokaleTijd, Meldingsnummer


class Meldinggegevens(EventData):
    """The part of a verzuimmelding without a person in it: codes, dates and counts; no free text."""

    meldingsnummer: Meldingsnummer
    laatste_mutatie: LokaleTijd = Field(description="Stempel van DUO, Nederlandse tijd zonder zone; de versie.")
    status: MeldingStatus
    verzuimsoort: Verzuimsoort
    begindatum: date
    einddatum: date | None = None
    lesuren: int | None = Field(default=None, ge=0, description="Som van de gemelde losse lesuren.")
    hele_dagen: int | None = Field(default=None, ge=0, description="Aantal gemelde hele dagen.")
    aantal_te_laat: int | None = Field(
        default=None, ge=0, description="Alleen als de school het aantal letterlijk noemde."
    )
    alle_lessen_gemist: bool
    actie_gewenst: bool
    brin: Brin
    vestiging: str | None = Field(default=None, pattern=r"^[0-9]{2}$")
    gemeld_op: LokaleTijd
    aandachtspunten: tuple[Code, ...] = Field(
        default=(), description="Wat opvalt zonder dat de melding onbruikbaar is, bijvoorbeeld minder_dan_16_uur."
    )


class VerzuimmeldingOntvangen(Meldinggegevens):
    """A melding that was not seen before."""

    name: ClassVar = "verzuimmelding-ontvangen"


class VerzuimmeldingGewijzigd(Meldinggegevens):
    """A later mutation of a known melding, for example its einddatum."""

    name: ClassVar = "verzuimmelding-gewijzigd"


class VerzuimmeldingIngetrokken(EventData):
    """The school or DUO withdrew the melding (DUO: because an exemption covers it, reason V)."""

    name: ClassVar = "verzuimmelding-ingetrokken"

    meldingsnummer: Meldingsnummer
    laatste_mutatie: LokaleTijd
    reden_ingetrokken: str | None = Field(default=None, max_length=4)


class MeldingstatusTeruggemeld(EventData):
    """DUO accepted the status we sent for a melding."""

    name: ClassVar = "meldingstatus-teruggemeld"

    meldingsnummer: Meldingsnummer
    status: MeldingStatus
    laatste_mutatie: LokaleTijd = Field(description="Nieuw stempel dat DUO bij de bevestiging gaf.")


class VerzuimmeldingOvergedragen(EventData):
    """DUO now knows the melding under another identity of the same person; it goes on under `naar_jongere_id`."""

    name: ClassVar = "verzuimmelding-overgedragen"

    meldingsnummer: Meldingsnummer
    naar_jongere_id: UUID


class InschrijvingGewijzigd(EventData):
    """An inschrijving at a school as the register now has it: new, changed, or ended (`einddatum`)."""

    name: ClassVar = "inschrijving-gewijzigd"

    inschrijving_id: UUID
    brin: Brin
    vestiging: str | None = Field(default=None, pattern=r"^[0-9]{2}$")
    onderwijssoort: Onderwijssoort = Onderwijssoort.ONBEKEND
    niveau: Code | None = Field(default=None, description="Zoals aangeleverd, bijvoorbeeld vmbo_k of mbo_2.")
    begindatum: date
    einddatum: date | None = Field(default=None, description="Laatste dag van de inschrijving.")


class InschrijvingVervallen(EventData):
    """An inschrijving that the register no longer has: removed as wrong, or missing from a full levering.

    In the second case the register does not say since when it ended, only that it was gone on the day of the levering.
    """

    name: ClassVar = "inschrijving-vervallen"

    inschrijving_id: UUID
    niet_in_levering_van: date | None = Field(
        default=None, description="Dag van de volledige levering waarin zij ontbreekt; leeg bij een verwijdering."
    )


class StartkwalificatieGewijzigd(EventData):
    """The register has, or no longer has, a startkwalificatie (havo, vwo or mbo-2: Leerplichtwet 1969 art. 1 f)."""

    name: ClassVar = "startkwalificatie-gewijzigd"

    startkwalificatie: bool
    ingangsdatum: date | None = None


class VrijstellingGewijzigd(EventData):
    """A vrijstelling or vervangende leerplicht as it now holds, from DUO's register or decided by the gemeente."""

    name: ClassVar = "vrijstelling-gewijzigd"

    vrijstelling_id: UUID
    vrijstellingsoort: Vrijstellingsoort
    begindatum: date
    einddatum: date | None = None
    ingetrokken: bool = False


class VrijstellingTeruggemeld(EventData):
    """DUO accepted the vrijstelling or vervangende leerplicht that we reported (Leerplichtwet 1969 art. 3c, 6, 15)."""

    name: ClassVar = "vrijstelling-teruggemeld"

    vrijstelling_id: UUID


EVENTS = (
    VerzuimmeldingOntvangen,
    VerzuimmeldingGewijzigd,
    VerzuimmeldingIngetrokken,
    VerzuimmeldingOvergedragen,
    MeldingstatusTeruggemeld,
    InschrijvingGewijzigd,
    InschrijvingVervallen,
    StartkwalificatieGewijzigd,
    VrijstellingGewijzigd,
    VrijstellingTeruggemeld,
)
