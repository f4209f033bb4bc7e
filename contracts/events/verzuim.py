"""Said by `ingest_duo`: what DUO's register tells about the absence of a jongere, and what we told DUO."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from contracts.codes import MeldingStatus, Verzuimsoort
from contracts.envelope import Brin, EventData
from contracts.fields import LokaleTijd, Meldingsnummer


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


EVENTS = (VerzuimmeldingOntvangen, VerzuimmeldingGewijzigd, VerzuimmeldingIngetrokken, MeldingstatusTeruggemeld)
