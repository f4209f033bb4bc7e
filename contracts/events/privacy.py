"""Said by `cases`: consent, what betrokkenen were told, disclosures and restrictions; never what the data are."""

from typing import ClassVar
from uuid import UUID

from contracts.codes import Verstrekkingsuitkomst
from contracts.envelope import EventData
from contracts.fields import Code, Doelcode


class ToestemmingGevraagd(EventData):
    """Consent was asked for one element, recipient and purpose."""

    name: ClassVar = "toestemming-gevraagd"

    toestemming_id: UUID
    element: Code
    ontvanger: Code
    doel: Doelcode


class ToestemmingGegeven(EventData):
    """Consent was given; who gave it and the written record stay in `cases`."""

    name: ClassVar = "toestemming-gegeven"

    toestemming_id: UUID
    element: Code
    ontvanger: Code
    doel: Doelcode


class ToestemmingGeweigerd(EventData):
    """Consent was refused."""

    name: ClassVar = "toestemming-geweigerd"

    toestemming_id: UUID
    element: Code
    ontvanger: Code
    doel: Doelcode


class ToestemmingIngetrokken(EventData):
    """Consent was withdrawn: nothing more is disclosed on it, what is under way stops, recipients must be told."""

    name: ClassVar = "toestemming-ingetrokken"

    toestemming_id: UUID
    element: Code
    ontvanger: Code
    doel: Doelcode
    ontvangers: tuple[Code, ...] = ()
    """Who got data on it, and must be told."""


class BetrokkeneGeinformeerd(EventData):
    """Jongere or ouders were told beforehand about disclosure (AVG art. 12-14)."""

    name: ClassVar = "betrokkene-geinformeerd"

    wijze: Code


class VerstrekkingBesloten(EventData):
    """Whether data might be disclosed was decided; the disclosure register of `cases` has the reasons."""

    name: ClassVar = "verstrekking-besloten"

    verstrekking_id: UUID
    zaak_id: UUID | None = None
    ontvanger: Code
    doel: Doelcode
    uitkomst: Verstrekkingsuitkomst
    weigering: Code | None = None


class VerwerkingBeperkt(EventData):
    """Processing is restricted (AVG art. 18) until it is lifted; meanwhile nothing goes but what a law orders."""

    name: ClassVar = "verwerking-beperkt"

    reden: Code


class VerwerkingHervat(EventData):
    """The restriction was lifted."""

    name: ClassVar = "verwerking-hervat"

    reden: Code


class RectificatieGemeld(EventData):
    """Data that went to these recipients were corrected; each must be told (AVG art. 19)."""

    name: ClassVar = "rectificatie-gemeld"

    elementen: tuple[Code, ...]
    ontvangers: tuple[Code, ...]


class BezwaarGemaakt(EventData):
    """Somebody objected to a processing (AVG art. 21); a human weighs it."""

    name: ClassVar = "bezwaar-gemaakt"

    bezwaar_id: UUID
    ontvanger: Code | None = None


EVENTS = (
    ToestemmingGevraagd,
    ToestemmingGegeven,
    ToestemmingGeweigerd,
    ToestemmingIngetrokken,
    BetrokkeneGeinformeerd,
    VerstrekkingBesloten,
    VerwerkingBeperkt,
    VerwerkingHervat,
    RectificatieGemeld,
    BezwaarGemaakt,
)
