"""What happened in someone's life, told from how the person was and is in the register."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from services.brp_sync.gegevens import RNI, RedenOpschorting
from services.brp_sync.model import VERBLIJFT_NIET_OP_ADRES, OnvolledigeDatum, Persoon

KORT_GELEDEN: Final = timedelta(days=365)
"""Someone first heard of so soon after birth or vestiging was born or came to live here, and was not just missed."""


class PersoonGebeurtenis(StrEnum):
    """What can happen to a person in the BRP; several at once are possible.

    `verhuisd_intergemeentelijk`: the gemeente van inschrijving is another one. `heringedeeld`: so it is, and the source
    says that the person did not move. `adres_gecorrigeerd`: the address is written differently but the person did not
    move (street renamed, BAG correction): the source says so, or the day from which they live there is the same.
    `geboren` and `gevestigd` come beside `ingeschreven` for someone new. Who may be addressed must be derived again
    after `gezag_gewijzigd` and after `ouders_gewijzigd`.

    A message with mutatiesoort V is none of these: it only says that the sender no longer follows the person
    (stuf0301 §5.1), and must never be taken for a death or a departure.
    """

    ingeschreven = "ingeschreven"
    geboren = "geboren"
    gevestigd = "gevestigd"
    verhuisd_binnengemeentelijk = "verhuisd_binnengemeentelijk"
    verhuisd_intergemeentelijk = "verhuisd_intergemeentelijk"
    adres_gecorrigeerd = "adres_gecorrigeerd"
    heringedeeld = "heringedeeld"
    vertrokken = "vertrokken"
    teruggekeerd = "teruggekeerd"
    overleden = "overleden"
    overlijden_herroepen = "overlijden_herroepen"
    afgevoerd = "afgevoerd"
    bijhouding_opgeschort = "bijhouding_opgeschort"
    naam_gewijzigd = "naam_gewijzigd"
    geslacht_gewijzigd = "geslacht_gewijzigd"
    geboortedatum_gewijzigd = "geboortedatum_gewijzigd"
    identificatie_gewijzigd = "identificatie_gewijzigd"
    gezag_gewijzigd = "gezag_gewijzigd"
    ouders_gewijzigd = "ouders_gewijzigd"
    geheimhouding_gewijzigd = "geheimhouding_gewijzigd"
    adres_in_onderzoek = "adres_in_onderzoek"
    adres_uit_onderzoek = "adres_uit_onderzoek"


_G = PersoonGebeurtenis
# A ministerieel besluit (people with a diplomatic status) is treated as an emigration to an unknown country.
_OPSCHORTING = {
    RedenOpschorting.OVERLIJDEN: _G.overleden,
    RedenOpschorting.EMIGRATIE: _G.vertrokken,
    RedenOpschorting.RNI: _G.vertrokken,
    RedenOpschorting.MINISTERIEEL_BESLUIT: _G.vertrokken,
    RedenOpschorting.FOUT: _G.afgevoerd,
    RedenOpschorting.W: _G.bijhouding_opgeschort,
    RedenOpschorting.ONBEKEND: _G.bijhouding_opgeschort,
}


def gebeurtenis_soorten(
    oud: Persoon | None, nieuw: Persoon, vandaag: date | None = None, *, zonder_verhuizing: bool = False
) -> set[PersoonGebeurtenis]:
    """What happened between `oud` (None: not known before) and `nieuw`; empty when nothing that matters did.

    `vandaag` tells whether a birth or vestiging is recent; without it neither is told. With `zonder_verhuizing` the
    source says that the person did not move: gemeente and address changed around them, or were written down wrong.

    A field that becomes known for the first time is not a change, except where silence would do harm: a death, a
    departure, geheimhouding and an address under investigation are always told.
    """
    if oud is None:
        status = _status(nieuw)
        nieuwkomer = {_G.ingeschreven} | _herkomst(nieuw, vandaag)
        return (nieuwkomer if status is None else {status}) | _signalen(None, nieuw)
    return (
        _statuswissel(oud, nieuw)
        | _vestiging(oud, nieuw, vandaag)
        | _verhuizing(oud, nieuw, zonder_verhuizing)
        | _signalen(oud, nieuw)
        | _veldwijzigingen(oud, nieuw)
        | _ouderwijzigingen(oud, nieuw)
        | _gezagwijziging(oud, nieuw)
    )


def is_weg(persoon: Persoon) -> bool:
    """True for who died, left the Netherlands, or whose persoonslijst is no longer kept up to date."""
    return _status(persoon) is not None


def _status(persoon: Persoon) -> PersoonGebeurtenis | None:
    if persoon.is_overleden:
        return _G.overleden
    if persoon.opschorting is not None:
        return _OPSCHORTING[persoon.opschorting.reden]
    return _G.vertrokken if persoon.adres is not None and persoon.adres.in_buitenland else None


def _statuswissel(oud: Persoon, nieuw: Persoon) -> set[PersoonGebeurtenis]:
    was, wordt = _status(oud), _status(nieuw)
    if was == wordt:
        return set()
    herroepen = {_G.overlijden_herroepen} if was is _G.overleden else set()
    if wordt is not None:
        return {wordt} | herroepen
    return herroepen or ({_G.teruggekeerd, _G.gevestigd} if was is _G.vertrokken else {_G.teruggekeerd})


def _herkomst(nieuw: Persoon, vandaag: date | None) -> set[PersoonGebeurtenis]:
    """How someone new became a resident; a child that was born abroad came to live here."""
    if _is_kort_geleden(nieuw.datum_vestiging, vandaag):
        return {_G.gevestigd}
    return {_G.geboren} if nieuw.datum_vestiging is None and _is_kort_geleden(nieuw.geboortedatum, vandaag) else set()


def _is_kort_geleden(datum: OnvolledigeDatum | None, vandaag: date | None) -> bool:
    """True when it certainly is: of an incomplete date the first day it can be counts."""
    grenzen = datum.grenzen() if datum is not None else None
    return grenzen is not None and vandaag is not None and grenzen[0] >= vandaag - KORT_GELEDEN


def _vestiging(oud: Persoon, nieuw: Persoon, vandaag: date | None) -> set[PersoonGebeurtenis]:
    if _status(nieuw) is not None or oud.datum_vestiging == nieuw.datum_vestiging:
        return set()
    bekend = "datum_vestiging" not in oud.onbekend
    return {_G.gevestigd} if bekend and _is_kort_geleden(nieuw.datum_vestiging, vandaag) else set()


def _verhuizing(oud: Persoon, nieuw: Persoon, zonder_verhuizing: bool) -> set[PersoonGebeurtenis]:
    if _status(nieuw) is not None:
        return set()
    gemeenten = {oud.gemeente, nieuw.gemeente}
    if len(gemeenten) == 2 and not gemeenten & {None, RNI}:
        return {_G.heringedeeld if zonder_verhuizing else _G.verhuisd_intergemeentelijk}
    if _status(oud) is not None or "adres" in oud.onbekend:
        return set()
    if oud.adres is None or nieuw.adres is None:
        return set() if oud.adres is nieuw.adres else {_G.adres_gecorrigeerd}
    if nieuw.adres.zelfde_plek(oud.adres):
        return set()
    gebleven = nieuw.adres.aanvang is not None and nieuw.adres.aanvang == oud.adres.aanvang
    return {_G.adres_gecorrigeerd if gebleven or zonder_verhuizing else _G.verhuisd_binnengemeentelijk}


def _signalen(oud: Persoon | None, nieuw: Persoon) -> set[PersoonGebeurtenis]:
    signalen = set()
    was, wordt = (oud.indicatie_geheim if oud else None), nieuw.indicatie_geheim
    if was != wordt and (was, wordt) != (None, 0):
        signalen.add(_G.geheimhouding_gewijzigd)
    if nieuw.adres_in_onderzoek and (oud is None or not oud.adres_in_onderzoek or _is_nu_vastgesteld(oud, nieuw)):
        signalen.add(_G.adres_in_onderzoek)
    if oud is not None and oud.adres_in_onderzoek and not nieuw.adres_in_onderzoek:
        signalen.add(_G.adres_uit_onderzoek)
    return signalen


def _is_nu_vastgesteld(oud: Persoon, nieuw: Persoon) -> bool:
    was, wordt = ({onderzoek.code for onderzoek in persoon.in_onderzoek} for persoon in (oud, nieuw))
    return VERBLIJFT_NIET_OP_ADRES in wordt - was


_VELDEN = {
    _G.naam_gewijzigd: ("voornamen", "voorvoegsel", "geslachtsnaam"),
    _G.geslacht_gewijzigd: ("geslacht",),
    _G.geboortedatum_gewijzigd: ("geboortedatum",),
    _G.identificatie_gewijzigd: ("bsn", "a_nummer", "onderwijsnummer"),
    _G.gezag_gewijzigd: ("indicatie_gezag",),
}


def _veldwijzigingen(oud: Persoon, nieuw: Persoon) -> set[PersoonGebeurtenis]:
    anders = {
        veld
        for velden in _VELDEN.values()
        for veld in velden
        if veld not in oud.onbekend and getattr(oud, veld) != getattr(nieuw, veld)
    }
    if oud.bsn != nieuw.bsn:
        anders.add("bsn")
    return {soort for soort, velden in _VELDEN.items() if anders.intersection(velden)}


def _ouderwijzigingen(oud: Persoon, nieuw: Persoon) -> set[PersoonGebeurtenis]:
    if "ouders" in oud.onbekend or oud.ouders is nieuw.ouders:
        return set()
    wie_was, wie_is = ({(ouder.betrekking, ouder.bsn) for ouder in persoon.ouders} for persoon in (oud, nieuw))
    if wie_was != wie_is:
        return {_G.ouders_gewijzigd, _G.gezag_gewijzigd}
    namen_was, namen_zijn = (
        {(ouder.betrekking, ouder.voornamen, ouder.voorvoegsel, ouder.geslachtsnaam) for ouder in persoon.ouders}
        for persoon in (oud, nieuw)
    )
    return {_G.ouders_gewijzigd} if namen_was != namen_zijn else set()


def _gezagwijziging(oud: Persoon, nieuw: Persoon) -> set[PersoonGebeurtenis]:
    """Gezag that is no longer known is no change by itself: what made it so (other ouders, 32.10) tells."""
    bekend = "gezag" not in oud.onbekend | nieuw.onbekend
    return {_G.gezag_gewijzigd} if bekend and set(oud.gezag) != set(nieuw.gezag) else set()
