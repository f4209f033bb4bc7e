"""What a new picture of a person means for the rest of the hub: pure."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from pydantic import SecretStr

from contracts.envelope import EventData
from contracts.events.personen import (
    JongereGeboren,
    JongereGevestigd,
    JongereIngeschreven,
    JongereOpgegaan,
    JongereOverleden,
    JongereSamengevoegd,
    JongereVerhuisd,
    JongereVertrokken,
    Onderdeel,
    PersoonsgegevensGewijzigd,
    PersoonslijstAfgevoerd,
    Vertreksoort,
    VijfdeVerjaardagBereikt,
    WoonadresGewijzigd,
)
from hub.errors import Ongeldig
from hub.privacy import Bsn
from services.brp_sync.gebeurtenissen import PersoonGebeurtenis as G
from services.brp_sync.gebeurtenissen import gebeurtenis_soorten, is_weg
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
from services.brp_sync.verjaardag import NOG_TE_BEPALEN, kijkdag, vijfde_verjaardag


@dataclass(frozen=True, slots=True)
class Registreer:
    """Command: this is how the BRP knows the person now (a whole persoonslijst).

    `zonder_verhuizing`: what changed of gemeente and address did so by a herindeling, or because a street was renamed.
    `onderzocht`: the categories of which the source tells what is under investigation, None for all.
    """

    persoon: Persoon
    zonder_verhuizing: bool = False
    onderzocht: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Wijzig:
    """Command: this part of the person changed; what it does not mention stays as it was.

    `zonder_verhuizing`: what changed of gemeente and address did so by a herindeling, or because a street was renamed.
    `stuf_nr`: the number under which the kennisgeving was stored that tells it, rising in the order of handling.
    """

    wijziging: PersoonWijziging
    zonder_verhuizing: bool = False
    stuf_nr: int | None = None


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
class Verjaar:
    """Command of the clock: see whether the person is five by now."""


@dataclass(frozen=True, slots=True)
class VoegSamen:
    """Command to the jongere that remains: `oude_jongere_id`, known as `was`, is the same person."""

    oude_jongere_id: UUID
    was: "Inschrijving"


@dataclass(frozen=True, slots=True)
class GaOp:
    """Command to the jongere_id that is used no more; the last it gets."""

    in_jongere_id: UUID


@dataclass(frozen=True, slots=True)
class Inschrijving:
    """State: the person behind one jongere_id; `persoon` is None for someone DUO named and the BRP did not yet.

    `kijk_op` is from when the clock must look whether the person turned five, None when there is nothing to look for;
    `vijf_gezegd` that this was said. `opgegaan` is this jongere_id when it is used no more; `samengevoegd` are those
    that were joined to it. `stuf_nr` is the number of the last kennisgeving (StUF) about the person that was handled.
    """

    persoon: Persoon | None = None
    kijk_op: date | None = None
    vijf_gezegd: bool = False
    opgegaan: bool = False
    samengevoegd: frozenset[UUID] = frozenset()
    stuf_nr: int = 0


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


_SOORTEN_VERTREK = {
    RedenOpschorting.RNI: Vertreksoort.NIET_INGEZETENE,
    RedenOpschorting.MINISTERIEEL_BESLUIT: Vertreksoort.MINISTERIEEL_BESLUIT,
}
_LAND_ONBEKEND = "0000"
_NUMMERS = frozenset({"bsn", "a_nummer", "onderwijsnummer"})
_MEER_DAN_NUMMERS = ONBEKENDE.onbekend - _NUMMERS


def registreer(
    state: Inschrijving,
    persoon: Persoon,
    vandaag: date,
    *,
    zonder_verhuizing: bool = False,
    onderzocht: frozenset[str] | None = None,
) -> tuple[Inschrijving, list[EventData]]:
    """Takes a whole persoonslijst as the new truth; nothing is said when nothing that matters changed.

    Raises `Ongeldig` when the persoonslijst is older than the one that is known (80.20).
    """
    _weiger_ouder(state, persoon.versie)
    nieuw = aanvullen(state.persoon, persoon, onderzocht) if state.persoon else persoon
    return _wordt(state, nieuw, vandaag, zonder_verhuizing)


def wijzig(
    state: Inschrijving,
    wijziging: PersoonWijziging,
    vandaag: date,
    *,
    zonder_verhuizing: bool = False,
    stuf_nr: int | None = None,
) -> tuple[Inschrijving, list[EventData]]:
    """Applies a mutation to what was known; raises `Ongeldig` when it is older than that (80.20).

    A kennisgeving that was handled before, and comes once more after a crash, does nothing.
    """
    _weiger_ouder(state, wijziging.versie)
    nieuw, events = _wordt(state, toepassen(state.persoon or ONBEKENDE, wijziging), vandaag, zonder_verhuizing)
    if stuf_nr is None:
        return nieuw, events
    return (replace(nieuw, stuf_nr=stuf_nr), events) if stuf_nr > state.stuf_nr else (state, [])


def _weiger_ouder(state: Inschrijving, versie: str | None) -> None:
    if versie and state.persoon and state.persoon.versie and versie < state.persoon.versie:
        raise Ongeldig("is ouder dan wat al bekend is, en is daarom niet overgenomen", "versie")


def voer_af(state: Inschrijving, datum: OnvolledigeDatum | None, vandaag: date) -> tuple[Inschrijving, list[EventData]]:
    """Marks the persoonslijst as removed; what was known of the person stays, and nobody is said to have left or died.

    Of somebody the BRP told nothing about there is nothing to remove.
    """
    if state.persoon is None:
        return state, []
    afgevoerd = Opschorting(reden=RedenOpschorting.FOUT, datum=datum)
    return _wordt(state, state.persoon.model_copy(update={"opschorting": afgevoerd}), vandaag)


def hernummer(state: Inschrijving, opdracht: Hernummer, vandaag: date) -> tuple[Inschrijving, list[EventData]]:
    """Gives the person the new numbers; of somebody the BRP told nothing about nothing more is known then."""
    nummers = {"bsn": opdracht.bsn, "a_nummer": opdracht.a_nummer}
    nieuw = {veld: nummer for veld, nummer in nummers.items() if nummer is not None}
    oud = state.persoon or ONBEKENDE
    persoon = oud.model_copy(update={**nieuw, "onbekend": frozenset(oud.onbekend - nieuw.keys())})
    return _wordt(state, persoon, vandaag)


def voeg_samen(state: Inschrijving, opdracht: VoegSamen, vandaag: date) -> tuple[Inschrijving, list[EventData]]:
    """Takes over what the BRP told of the other one, as far as nothing is known here; said once."""
    if opdracht.oude_jongere_id in state.samengevoegd:
        return state, []
    was = opdracht.was
    vijf_gezegd = state.vijf_gezegd or was.vijf_gezegd
    samen = replace(
        state,
        samengevoegd=state.samengevoegd | {opdracht.oude_jongere_id},
        vijf_gezegd=vijf_gezegd,
        stuf_nr=max(state.stuf_nr, was.stuf_nr),
    )
    events: list[EventData] = [JongereSamengevoegd(oude_jongere_id=opdracht.oude_jongere_id)]
    if was.persoon is None:
        return samen, events
    over = aanvullen(was.persoon, state.persoon) if state.persoon is not None else _zonder_nummers(was.persoon)
    nieuw, wat_verandert = _wordt(samen, over, vandaag)
    return nieuw, events + wat_verandert


def _zonder_nummers(persoon: Persoon) -> Persoon:
    """The person without numbers: those of the one that remains are known by DUO, or come with the next message."""
    leeg: dict[str, object] = dict.fromkeys(_NUMMERS)
    return persoon.model_copy(update={**leeg, "onbekend": persoon.onbekend | _NUMMERS})


def ga_op(state: Inschrijving, opdracht: GaOp) -> tuple[Inschrijving, list[EventData]]:
    """Says once that this jongere_id is used no more."""
    if state.opgegaan:
        return state, []
    return replace(state, opgegaan=True), [JongereOpgegaan(in_jongere_id=opdracht.in_jongere_id)]


def verjaar(state: Inschrijving, vandaag: date) -> tuple[Inschrijving, list[EventData]]:
    """Says once that the person turned five, on the day itself or as soon after it as we look.

    Nothing is said of who died, left or is afgevoerd by then.
    """
    persoon, kijk_op = state.persoon, state.kijk_op
    if persoon is None or kijk_op is None:
        return state, []
    if kijk_op == NOG_TE_BEPALEN:
        kijk_op = kijkdag(persoon, None, None, vandaag)
    dag = vijfde_verjaardag(persoon.geboortedatum)
    if kijk_op is None or dag is None:
        return replace(state, kijk_op=None), []
    if dag > vandaag:
        return replace(state, kijk_op=kijk_op), []
    if is_weg(persoon):
        return replace(state, kijk_op=None), []
    return replace(state, kijk_op=None, vijf_gezegd=True), [VijfdeVerjaardagBereikt()]


def _wordt(
    state: Inschrijving, persoon: Persoon, vandaag: date, zonder_verhuizing: bool = False
) -> tuple[Inschrijving, list[EventData]]:
    was = state.persoon if state.persoon is not None and _is_verteld(state.persoon) else None
    kijk_op = None if state.vijf_gezegd else kijkdag(persoon, was, state.kijk_op, vandaag)
    nieuw = replace(state, persoon=persoon, kijk_op=kijk_op)
    if not _is_verteld(persoon):
        return nieuw, []
    soorten = gebeurtenis_soorten(was, persoon, vandaag, zonder_verhuizing=zonder_verhuizing)
    events = _events(was, persoon, soorten)
    if kijk_op is None:
        return nieuw, events
    nieuw, vijf = verjaar(nieuw, vandaag)
    return nieuw, events + vijf


def _is_verteld(persoon: Persoon) -> bool:
    """Whether more is known than numbers."""
    return not persoon.onbekend >= _MEER_DAN_NUMMERS


def _events(oud: Persoon | None, nieuw: Persoon, soorten: set[G]) -> list[EventData]:
    """The events, in the order in which one who listens wants to hear them: who it is, where, what else, gone."""
    events: list[EventData] = []
    if G.ingeschreven in soorten:
        events.append(JongereIngeschreven())
    if G.geboren in soorten:
        events.append(JongereGeboren())
    herindeling = G.heringedeeld in soorten
    if (herindeling or G.verhuisd_intergemeentelijk in soorten) and oud and oud.gemeente and nieuw.gemeente:
        events.append(JongereVerhuisd(van_gemeente=oud.gemeente, naar_gemeente=nieuw.gemeente, herindeling=herindeling))
    if G.gevestigd in soorten:
        events.append(JongereGevestigd())
    if G.verhuisd_binnengemeentelijk in soorten:
        events.append(WoonadresGewijzigd())
    onderdelen = sorted({_ONDERDELEN[s] for s in soorten if s in _ONDERDELEN})
    if onderdelen and G.ingeschreven not in soorten:
        events.append(PersoonsgegevensGewijzigd(onderdelen=tuple(onderdelen)))
    if G.vertrokken in soorten:
        events.append(JongereVertrokken(vertreksoort=_vertreksoort(nieuw)))
    if G.overleden in soorten:
        events.append(JongereOverleden())
    if G.afgevoerd in soorten:
        events.append(PersoonslijstAfgevoerd())
    return events


def _vertreksoort(persoon: Persoon) -> Vertreksoort:
    """Whoever emigrated to a land that is not known, is gone without anybody knowing whereto (13.10 is 0000)."""
    reden = persoon.opschorting.reden if persoon.opschorting is not None else RedenOpschorting.EMIGRATIE
    if reden in _SOORTEN_VERTREK:
        return _SOORTEN_VERTREK[reden]
    land = persoon.adres.land if persoon.adres is not None else None
    return Vertreksoort.ONBEKEND_WAARHEEN if land in (None, _LAND_ONBEKEND) else Vertreksoort.EMIGRATIE
