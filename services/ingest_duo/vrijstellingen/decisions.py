"""Recording, changing and withdrawing a vrijstelling: pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from contracts.codes import Vrijstellingsoort
from contracts.envelope import EventData
from contracts.events.verzuim import VrijstellingGewijzigd, VrijstellingTeruggemeld
from hub.errors import Ongeldig
from services.ingest_duo.vrijstellingen.model import Stand, Vrijstelling, kenmerk_van

Result = tuple[Vrijstelling | None, list[EventData]]
"""The vrijstelling as it is to be stored (None: unchanged), and what must be said."""


@dataclass(frozen=True, slots=True)
class LegVast:
    """Command: it was decided, or now ends on another day. Without `eerder` it follows from what is known."""

    soort: Vrijstellingsoort
    begindatum: date
    einddatum: date | None
    eerder: bool | None
    medewerker: str


@dataclass(frozen=True, slots=True)
class TrekIn:
    """Command: it should not have been there, or was taken back."""

    vrijstelling_id: UUID
    medewerker: str


@dataclass(frozen=True, slots=True)
class Gemeld:
    """Command: DUO took this version, or refused it with `code`."""

    vrijstelling_id: UUID
    versie: int
    code: str | None = None


def leg_vast(known: Sequence[Vrijstelling], jongere_id: UUID, gemeente: str, command: LegVast) -> Result:
    """Records it, or changes its einddatum; the same again only tries again what DUO refused.

    Raises `Ongeldig` when it cannot be: what another gemeente decided is changed by that gemeente.
    """
    if command.einddatum is not None and command.einddatum < command.begindatum:
        raise Ongeldig("ligt voor de begindatum", "einddatum")
    same = [v for v in known if v.soort is command.soort and not v.ingetrokken]
    identity = kenmerk_van(jongere_id, command.soort, command.begindatum)
    now = next((v for v in known if v.vrijstelling_id == identity), None)
    if now is not None and now.gemeente != gemeente:
        raise Ongeldig("deze vrijstelling is door een andere gemeente vastgelegd", "gemeente")
    if any(v.vrijstelling_id != identity and _overlapt(v, command) for v in same):
        raise Ongeldig("valt samen met een vrijstelling van dezelfde soort die al vastligt", "begindatum")
    eerder = any(v.begindatum < command.begindatum for v in same) if command.eerder is None else command.eerder
    wanted = Vrijstelling(
        identity, jongere_id, gemeente, command.soort, command.begindatum, command.einddatum, eerder,
        ingetrokken=False, medewerker=command.medewerker,
    )  # fmt: skip
    if now is None:
        return wanted, [_gewijzigd(wanted)]
    if (now.einddatum, now.eerder, now.ingetrokken) == (wanted.einddatum, wanted.eerder, False):
        return _nog_eens(now), []
    wanted = replace(wanted, versie=now.versie + 1)
    return wanted, [_gewijzigd(wanted)]


def trek_in(known: Sequence[Vrijstelling], command: TrekIn) -> Result:
    """Withdraws it; twice only tries again what DUO refused. Raises `Ongeldig` when it is not known."""
    now = _zoek(known, command.vrijstelling_id)
    if now.ingetrokken:
        return _nog_eens(now), []
    gone = replace(
        now, ingetrokken=True, medewerker=command.medewerker, versie=now.versie + 1, stand=Stand.TE_MELDEN, code=None,
        pogingen=0, sinds=None,
    )  # fmt: skip
    return gone, [_gewijzigd(gone)]


def verwerk_gemeld(known: Sequence[Vrijstelling], command: Gemeld) -> Result:
    """DUO answered about a version; about an earlier one than the present it changes nothing."""
    now = _zoek(known, command.vrijstelling_id)
    if now.versie != command.versie or now.stand is not Stand.TE_MELDEN:
        return None, []
    if command.code is not None:
        return replace(now, stand=Stand.GEWEIGERD, code=command.code), []
    event = VrijstellingTeruggemeld(vrijstelling_id=now.vrijstelling_id)
    return replace(now, stand=Stand.TERUGGEMELD, code=None), [event]


def _nog_eens(now: Vrijstelling) -> Vrijstelling | None:
    refused = now.stand is Stand.GEWEIGERD
    return replace(now, stand=Stand.TE_MELDEN, code=None, pogingen=0, sinds=None) if refused else None


def _zoek(known: Sequence[Vrijstelling], vrijstelling_id: UUID) -> Vrijstelling:
    for vrijstelling in known:
        if vrijstelling.vrijstelling_id == vrijstelling_id:
            return vrijstelling
    raise Ongeldig("deze vrijstelling is niet bekend", "vrijstelling_id")


def _overlapt(v: Vrijstelling, command: LegVast) -> bool:
    return v.begindatum <= (command.einddatum or date.max) and command.begindatum <= (v.einddatum or date.max)


def _gewijzigd(v: Vrijstelling) -> VrijstellingGewijzigd:
    return VrijstellingGewijzigd(
        vrijstelling_id=v.vrijstelling_id,
        vrijstellingsoort=v.soort,
        begindatum=v.begindatum,
        einddatum=v.einddatum,
        ingetrokken=v.ingetrokken,
    )
