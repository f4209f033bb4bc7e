"""Whether an official may give a melding a status, and what to say when it did not come through. Pure."""

from collections.abc import Sequence

from contracts.codes import MeldingStatus
from hub.errors import Ongeldig
from hub.medewerkers import Medewerkers, Rol
from services.ingest_duo.decisions import Melding, Stand, Statuswens
from services.ingest_duo.model import FINAL
from services.ingest_duo.terugmelden import Afloop

DOOR_AMBTENAAR = "ambtenaar"
"""The aanleiding of a status that an official gives."""
_VAN_DE_GEMEENTE = (MeldingStatus.IN_BEHANDELING, MeldingStatus.AFGESLOTEN, MeldingStatus.TER_KENNISGEVING)
_ROLLEN = frozenset({Rol.LEERPLICHTAMBTENAAR, Rol.ADMINISTRATIE})


def bevoegd(medewerkers: Medewerkers, code: str | None, gemeente: str) -> None:
    """Raises `Ongeldig` unless the official is registered, for this gemeente, and in a role that handles meldingen."""
    medewerker = medewerkers.get(code or "")
    if medewerker is None:
        raise Ongeldig("staat niet in het register van medewerkers", "medewerker")
    if gemeente not in medewerker.gemeenten:
        raise Ongeldig("is niet bevoegd voor deze gemeente", "medewerker")
    if _ROLLEN.isdisjoint(medewerker.rollen_in(gemeente)):
        raise Ongeldig("is geen leerplichtambtenaar en hoort niet bij de administratie", "medewerker")


def bevoegd_leerplichtambtenaar(medewerkers: Medewerkers, code: str | None, gemeente: str) -> None:
    """Raises `Ongeldig` unless the official may decide about a vrijstelling: a leerplichtambtenaar of the gemeente."""
    bevoegd(medewerkers, code, gemeente)
    medewerker = medewerkers.get(code or "")
    if medewerker is None or Rol.LEERPLICHTAMBTENAAR not in medewerker.rollen_in(gemeente):
        raise Ongeldig("alleen een leerplichtambtenaar legt een vrijstelling vast of trekt haar in", "medewerker")


def controleer(melding: Melding, wens: Statuswens) -> None:
    """Raises `Ongeldig` when the wish is not complete, or when the melding cannot get this status (any more).

    The status that the melding has is no refusal: the wish may be a repetition.
    """
    if wens.status not in _VAN_DE_GEMEENTE:
        raise Ongeldig("een gemeente meldt alleen B, G of K terug", "status")
    sluit, waarom = wens.status is MeldingStatus.AFGESLOTEN, (wens.reden, wens.toelichting)
    if sluit and None in waarom:
        raise Ongeldig("afsluiten (G) vraagt een reden en een toelichting", "reden")
    if not sluit and waarom != (None, None):
        raise Ongeldig("hoort alleen bij een melding die wordt afgesloten (G)", "reden")
    if not melding.telt_bij_duo:
        raise Ongeldig("deze melding kwam niet van DUO, dus DUO krijgt er geen status van", "meldingsnummer")
    if melding.status in FINAL and melding.status is not wens.status:
        raise Ongeldig(f"deze melding heeft bij DUO al een eindstatus ({melding.status.value})", "status")


def geweigerd(aflopen: Sequence[Afloop]) -> None:
    """Raises `Ongeldig` when DUO did not take the status."""
    for afloop in aflopen:
        if afloop.stand is Stand.VERDWENEN:
            raise Ongeldig("DUO kent deze melding niet meer: de bewaartermijn is voorbij", "meldingsnummer")
        if afloop.stand is Stand.GEWEIGERD:
            raise Ongeldig(f"DUO weigert de status: code {afloop.code}", "status")
        if afloop.stand is None:
            raise Ongeldig("de melding heeft bij DUO al een andere eindstatus", "status")
