"""Whether an inschrijving is missing: since when, after what, and what explains it or may. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from contracts.codes import Onderwijssoort, Vrijstellingsoort
from services.cases.beleid import waarde
from services.cases.plicht import Toets
from services.cases.protocol import Protocol
from services.cases.register import Oorzaak, Reden, Registerblad, Uit, Uitkomst

_DAG: Final = timedelta(days=1)
_UIT: Final = {
    Uit.OVERLEDEN: Uitkomst.OVERLEDEN,
    Uit.VERTROKKEN: Uitkomst.VERTROKKEN,
    Uit.AFGEVOERD: Uitkomst.ADMINISTRATIEVE_FOUT,
    Uit.OPGEGAAN: Uitkomst.SAMENGEVOEGD,
}
_LEVERING, _RECENT = "levering_verwacht_dagen", "uitschrijving_recent_dagen"
SIGNAAL_WAARDEN: Final = (_LEVERING, _RECENT)
"""Values of the protocol that are looked at here, and by no rule."""

_TUSSENDOOR: Final = {
    Reden.UITGESCHREVEN: Uitkomst.INSCHRIJVING_GEVONDEN,
    Reden.VRIJSTELLING_GEEINDIGD: Uitkomst.VRIJSTELLING,
}
"""What there was in between, when an inschrijving is missing since a later day than was signalled."""


class Laatste(NamedTuple):
    """The inschrijving that ended last: its last day, school and kind of education."""

    tot: date
    brin: str
    soort: Onderwijssoort


@dataclass(frozen=True, slots=True)
class Bevinding:
    """That an inschrijving is missing, since when and after what."""

    sinds: date
    reden: Reden
    laatste: Laatste | None


def bevind(blad: Registerblad, geboren: date | None, dag: date, toets: Toets) -> Bevinding | None:
    """Whether an inschrijving is missing on a day for longer than the term of the gemeente; None when not, or when
    the day of birth is not known."""
    if niet_meer_hier(blad, toets.gemeente) is not None or nu_gedekt(blad, geboren, dag, toets) is not None:
        return None
    gevonden = _periode(blad, geboren, dag, toets)
    return gevonden if gevonden is not None and dag > toets.signaal_na(gevonden.sinds) else None


def verklaring(blad: Registerblad, geboren: date | None, dag: date, sinds: date, toets: Toets) -> Uitkomst | None:
    """What in the registers explains a signal about absence since `sinds`; None when nothing does."""
    gevonden = niet_meer_hier(blad, toets.gemeente) or nu_gedekt(blad, geboren, dag, toets)
    if gevonden is not None:
        return gevonden
    nu = _periode(blad, geboren, dag, toets)
    if nu is None or nu.sinds <= sinds:
        return None
    return _TUSSENDOOR.get(nu.reden)


def niet_meer_hier(blad: Registerblad, gemeente: str) -> Uitkomst | None:
    """Why the jongere is no longer this gemeente's to look for; None when nothing says so."""
    if blad.uit is not None:
        return _UIT[blad.uit]
    return Uitkomst.VERTROKKEN if blad.gemeente != gemeente else None


def nu_gedekt(blad: Registerblad, geboren: date | None, dag: date, toets: Toets) -> Uitkomst | None:
    """Why no inschrijving is missing on a day: there is one, or the rules do not ask for one; None when they do."""
    if blad.ingeschreven(dag):
        return Uitkomst.INSCHRIJVING_GEVONDEN
    if geboren is None or geboren > dag:
        return None
    startkwalificatie = heeft_startkwalificatie(blad.startkwalificatie, dag)
    if not toets.moet_ingeschreven(geboren, startkwalificatie, None):
        return Uitkomst.PLICHT_GEEINDIGD
    vrij = vrijstelling_van_inschrijving(blad, geboren, dag, toets)
    return Uitkomst.VRIJSTELLING if vrij is not None else None


def vrijstelling_van_inschrijving(
    blad: Registerblad, geboren: date, dag: date, toets: Toets
) -> Vrijstellingsoort | None:
    """The vrijstelling that does away with enrolment on a day; None when there is none that does."""
    startkwalificatie = heeft_startkwalificatie(blad.startkwalificatie, dag)
    soorten = (v.soort for v in blad.lopende_vrijstellingen(dag))
    return next((s for s in soorten if not toets.moet_ingeschreven(geboren, startkwalificatie, s)), None)


def heeft_startkwalificatie(vanaf: date | None, dag: date) -> bool:
    """Whether there is a startkwalificatie on a day."""
    return vanaf is not None and vanaf <= dag


def _periode(blad: Registerblad, geboren: date | None, dag: date, toets: Toets) -> Bevinding | None:
    if geboren is None or geboren > dag:
        return None
    een = blad.laatste_inschrijving(dag)
    laatste = Laatste(een.tot, een.brin, een.soort) if een and een.tot else None
    vrij = max((v.tot for v in blad.vrijstellingen.values() if v.tot is not None and v.tot < dag), default=None)
    return begin(blad.sinds, laatste, vrij, toets.toets_vanaf(geboren), toets)


def begin(
    woont_sinds: date | None,
    laatste: Laatste | None,
    vrijgesteld_tot: date | None,
    toets_vanaf: date | None,
    toets: Toets,
) -> Bevinding | None:
    """From when on an inschrijving is missing: after the last of what made it needless, and not in a school holiday,
    when no school would tell of one; None when nothing is known."""
    momenten = [
        (laatste.tot + _DAG, Reden.UITGESCHREVEN) if laatste else None,
        (vrijgesteld_tot + _DAG, Reden.VRIJSTELLING_GEEINDIGD) if vrijgesteld_tot else None,
        (woont_sinds, Reden.GEVESTIGD) if woont_sinds else None,
        (toets_vanaf, Reden.PLICHT_BEGONNEN) if toets_vanaf else None,
    ]
    bekend = [m for m in momenten if m is not None]
    if not bekend:
        return None
    sinds, reden = max(bekend, key=lambda m: m[0])
    return Bevinding(toets.na_vakantie(sinds), reden, laatste)


def waarschijnlijke_oorzaak(bevinding: Bevinding, dag: date, levering: date, protocol: Protocol) -> Oorzaak:
    """What explains most signals of this shape: where administratie looks first."""
    if dag > levering + timedelta(days=int(waarde(protocol, _LEVERING))):
        return Oorzaak.LEVERING_TE_LAAT
    laatste = bevinding.laatste
    if laatste is None:
        return Oorzaak.SCHOOL_BUITEN_ROD if bevinding.reden is not Reden.GEVESTIGD else Oorzaak.ONBEKEND
    recent = timedelta(days=int(waarde(protocol, _RECENT)))
    if dag - laatste.tot < recent:
        return Oorzaak.UITSCHRIJVING_RECENT
    return Oorzaak.NIET_BEKOSTIGDE_SCHOOL if laatste.soort is Onderwijssoort.NIET_BEKOSTIGD else Oorzaak.ONBEKEND
