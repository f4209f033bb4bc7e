"""What a new picture of a person means for the rest of the hub: pure."""

from dataclasses import dataclass, replace

from pydantic import SecretStr

from contracts.envelope import EventData
from contracts.events.personen import (
    JongereIngeschreven,
    JongereOverleden,
    JongereVerhuisd,
    JongereVertrokken,
    Onderdeel,
    PersoonsgegevensGewijzigd,
    PersoonslijstAfgevoerd,
)
from hub.errors import Ongeldig
from hub.privacy import Bsn
from services.brp_sync.gebeurtenissen import PersoonGebeurtenis as G
from services.brp_sync.gebeurtenissen import gebeurtenis_soorten
from services.brp_sync.model import (
    ONBEKENDE,
    OnvolledigeDatum,
    Opschorting,
    Persoon,
    PersoonWijziging,
    RedenOpschorting,
    aanvullen,
    toepassen,
)


@dataclass(frozen=True, slots=True)
class Registreer:
    """Command: this is how the BRP knows the person now (a whole persoonslijst).

    `zonder_verhuizing`: what changed of gemeente and address did so by a herindeling, or because a street was renamed.
    """

    persoon: Persoon
    zonder_verhuizing: bool = False


@dataclass(frozen=True, slots=True)
class Wijzig:
    """Command: this part of the person changed; what it does not mention stays as it was.

    `zonder_verhuizing`: what changed of gemeente and address did so by a herindeling, or because a street was renamed.
    """

    wijziging: PersoonWijziging
    zonder_verhuizing: bool = False


@dataclass(frozen=True, slots=True)
class VoerAf:
    """Command: the persoonslijst was removed as wrong (67.20 F, LO3 Ng01), `datum` being the day when it is known.

    The person remains as known: mostly there is a second persoonslijst, and somebody must find out which is right.
    """

    datum: OnvolledigeDatum | None = None


@dataclass(frozen=True, slots=True)
class Hernummer:
    """Command: the person has another BSN or A-nummer from now on; None leaves that number as it is."""

    bsn: Bsn | None = None
    a_nummer: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Inschrijving:
    """State: the person behind one jongere_id; `persoon` is None for someone DUO named and the BRP did not yet."""

    persoon: Persoon | None = None


_ONDERDELEN = {
    G.naam_gewijzigd: Onderdeel.NAAM,
    G.geboortedatum_gewijzigd: Onderdeel.GEBOORTEDATUM,
    G.verhuisd_binnengemeentelijk: Onderdeel.ADRES,
    G.verhuisd_intergemeentelijk: Onderdeel.ADRES,
    G.adres_gecorrigeerd: Onderdeel.ADRES,
    G.heringedeeld: Onderdeel.ADRES,
    G.gezag_gewijzigd: Onderdeel.GEZAG,
    G.ouders_gewijzigd: Onderdeel.GEZAG,
    G.geheimhouding_gewijzigd: Onderdeel.GEHEIMHOUDING,
    G.adres_in_onderzoek: Onderdeel.ADRES_IN_ONDERZOEK,
    G.adres_uit_onderzoek: Onderdeel.ADRES_IN_ONDERZOEK,
    G.overlijden_herroepen: Onderdeel.OPSCHORTING,
    G.teruggekeerd: Onderdeel.OPSCHORTING,
    G.bijhouding_opgeschort: Onderdeel.OPSCHORTING,
    G.identificatie_gewijzigd: Onderdeel.IDENTIFICATIE,
    G.geslacht_gewijzigd: Onderdeel.IDENTIFICATIE,
}


def registreer(
    state: Inschrijving, persoon: Persoon, *, zonder_verhuizing: bool = False
) -> tuple[Inschrijving, list[EventData]]:
    """Takes a whole persoonslijst as the new truth; nothing is said when nothing that matters changed.

    Raises `Ongeldig` when the persoonslijst is older than the one that is known (80.20).
    """
    _weiger_ouder(state, persoon.versie)
    nieuw = aanvullen(state.persoon, persoon) if state.persoon else persoon
    return replace(state, persoon=nieuw), _events(state.persoon, nieuw, zonder_verhuizing)


def wijzig(
    state: Inschrijving, wijziging: PersoonWijziging, *, zonder_verhuizing: bool = False
) -> tuple[Inschrijving, list[EventData]]:
    """Applies a mutation to what was known; raises `Ongeldig` when it is older than that (80.20)."""
    _weiger_ouder(state, wijziging.versie)
    nieuw = toepassen(state.persoon or ONBEKENDE, wijziging)
    return replace(state, persoon=nieuw), _events(state.persoon, nieuw, zonder_verhuizing)


def _weiger_ouder(state: Inschrijving, versie: str | None) -> None:
    if versie and state.persoon and state.persoon.versie and versie < state.persoon.versie:
        raise Ongeldig("is ouder dan wat al bekend is, en is daarom niet overgenomen", "versie")


def voer_af(state: Inschrijving, datum: OnvolledigeDatum | None) -> tuple[Inschrijving, list[EventData]]:
    """Marks the persoonslijst as removed; what was known of the person stays, and nobody is said to have left or died.

    Of somebody the BRP told nothing about there is nothing to remove.
    """
    if state.persoon is None:
        return state, []
    afgevoerd = Opschorting(reden=RedenOpschorting.FOUT, datum=datum)
    return registreer(state, state.persoon.model_copy(update={"opschorting": afgevoerd}))


def hernummer(state: Inschrijving, opdracht: Hernummer) -> tuple[Inschrijving, list[EventData]]:
    """Gives the person the new numbers; of somebody the BRP told nothing about only the numbers are known then."""
    nummers = {"bsn": opdracht.bsn, "a_nummer": opdracht.a_nummer}
    nieuw = {veld: nummer for veld, nummer in nummers.items() if nummer is not None}
    oud = state.persoon or ONBEKENDE
    persoon = oud.model_copy(update={**nieuw, "onbekend": frozenset(oud.onbekend - nieuw.keys())})
    if state.persoon is None:
        return replace(state, persoon=persoon), []
    return registreer(state, persoon)


def _events(oud: Persoon | None, nieuw: Persoon, zonder_verhuizing: bool = False) -> list[EventData]:
    soorten = gebeurtenis_soorten(oud, nieuw, zonder_verhuizing=zonder_verhuizing)
    events: list[EventData] = []
    if G.ingeschreven in soorten:
        events.append(JongereIngeschreven())
    herindeling = G.heringedeeld in soorten
    if (herindeling or G.verhuisd_intergemeentelijk in soorten) and oud and oud.gemeente and nieuw.gemeente:
        events.append(JongereVerhuisd(van_gemeente=oud.gemeente, naar_gemeente=nieuw.gemeente, herindeling=herindeling))
    onderdelen = sorted({_ONDERDELEN[s] for s in soorten if s in _ONDERDELEN})
    if onderdelen and G.ingeschreven not in soorten:
        events.append(PersoonsgegevensGewijzigd(onderdelen=tuple(onderdelen)))
    if G.vertrokken in soorten:
        events.append(JongereVertrokken())
    if G.overleden in soorten:
        events.append(JongereOverleden())
    if G.afgevoerd in soorten:
        events.append(PersoonslijstAfgevoerd())
    return events
