"""What a referral is and what an answer of Halt means: pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from pydantic import Secret, SecretBytes, SecretStr

from contracts.codes import HaltAfloop
from contracts.envelope import EventData
from contracts.events.halt import (
    GRENS,
    HaltAfloopOntvangen,
    HaltVerwijzingAangeboden,
    HaltVerwijzingGestopt,
    HaltVerwijzingGeweigerd,
)
from contracts.events.zaken import HaltVerwijzingBesloten, HaltVerwijzingIngetrokken
from contracts.verstrek import Haltgegevens, Meldingantwoord
from contracts.verstrekkingen import AanHalt
from contracts.vrijgave import Vrijgave, Vrijgaveverzoek
from hub.errors import Ongeldig, Tijdelijk
from hub.medewerkers import Medewerker
from services.halt_bridge.model import (
    Boa,
    HaltFeit,
    HaltJongere,
    HaltOuder,
    HaltSchool,
    HaltVerwijzing,
    Wetsartikel,
)

_MAATREGELEN = "De school heeft de jongere aangesproken en gewaarschuwd, en de ouders geïnformeerd."


WAT = (
    "naam",
    "geboortedatum",
    "adres_woonplaats",
    "telefoon_email",
    "ouder_identiteit",
    "laatst_bekende_school",
    "organisatie_contactpersoon",
    "verzuim_duur_omvang",
    "halt_verwijzing",
    "jeugdhulp_betrokken_feit",
)
"""What a referral would like to hold, by the names of the privacy rules."""


class Stand(StrEnum):
    """Where a referral is."""

    AANGEBODEN = "aangeboden"
    GEWEIGERD = "geweigerd"
    AFGELOPEN = "afgelopen"
    GESTOPT = "gestopt"
    """Never offered, or taken back: the besluit or a consent was withdrawn."""

    @property
    def voorbij(self) -> bool:
        """Whether nothing more is to be said to Halt about it."""
        return self is not Stand.AANGEBODEN


@dataclass(frozen=True, slots=True)
class Verwijzing:
    """One referral."""

    zaak_id: UUID
    stand: Stand
    afloop: HaltAfloop | None = None


@dataclass(frozen=True, slots=True)
class Verwijzingen:
    """State: the referrals of one jongere."""

    by_id: Mapping[UUID, Verwijzing] = field(default_factory=dict)

    def met(self, verwijzing_id: UUID, verwijzing: Verwijzing) -> "Verwijzingen":
        """The same with one referral replaced."""
        return Verwijzingen({**self.by_id, verwijzing_id: verwijzing})


@dataclass(frozen=True, slots=True)
class Aangenomen:
    """Halt has the referral."""

    ontvangen_op: date


@dataclass(frozen=True, slots=True)
class Geweigerd:
    """Halt will not take it; `code` is Halt's."""

    code: str


@dataclass(frozen=True, slots=True)
class Gestopt:
    """It goes no further; whether Halt had it already."""

    was_aangeboden: bool


@dataclass(frozen=True, slots=True)
class TeLaat:
    """It could not be stopped: its course ended, and the outcome is in the feed."""


@dataclass(frozen=True, slots=True)
class OntvangAfloop:
    """Command: Halt told how a course ended."""

    verwijzing_id: UUID
    afloop: HaltAfloop
    datum: date


class Onvolledig(Exception):
    """The border did not let through something without which Halt takes no referral; `element` names it."""

    def __init__(self, element: str) -> None:
        super().__init__(f"{element} is niet vrijgegeven")
        self.element = element


def vraag_vrijgave(event: HaltVerwijzingBesloten, jongere_id: UUID, gemeente: str) -> Vrijgaveverzoek:
    """The question to the border whether this referral may go."""
    return Vrijgaveverzoek(
        aanvrager="halt_bridge",
        jongere_id=jongere_id,
        gemeente=gemeente,
        zaak_id=event.zaak_id,
        kenmerk=event.verwijzing_id,
        ontvanger=AanHalt.afspraak.ontvanger,
        verstrekkingsdoel=AanHalt.afspraak.doelen[0],
        elementen=WAT,
        kanaal=AanHalt.afspraak.kanaal,
        medewerker=event.medewerker,
    )


def te_verstrekken(
    event: HaltVerwijzingBesloten, gegevens: Haltgegevens, melding: Meldingantwoord, overzicht: bytes
) -> dict[str, Any]:
    """What there is to give, per element of the contract; what may go is decided elsewhere.

    Raises `Tijdelijk` when an element is not known yet, `Ongeldig` when the school did nothing first.
    """
    if not event.school_maatregelen_ouders_geinformeerd:
        raise Ongeldig("niet vastgesteld: Halt vraagt eerst maatregelen van de school", "maatregelen_school")
    if gegevens.geboortedatum is None or not gegevens.adresregels:
        raise Tijdelijk("geboortedatum of adres is niet bekend in de BRP")
    if melding.school is None or melding.contactpersoon is None or melding.telefoon is None:
        raise Tijdelijk("school, contactpersoon of telefoonnummer ontbreekt in de melding")
    return {
        "naam": gegevens.naam,
        "geboortedatum": Secret[date](gegevens.geboortedatum),
        "adres_woonplaats": SecretStr(", ".join(r.get_secret_value() for r in gegevens.adresregels)),
        "telefoon_email": melding.telefoon,
        "ouder_identiteit": tuple(naam for naam in gegevens.ouders if naam.get_secret_value()),
        "laatst_bekende_school": melding.school,
        "organisatie_contactpersoon": melding.contactpersoon,
        "verzuim_duur_omvang": SecretBytes(overzicht),
        "halt_verwijzing": Secret[bool](True),
        "jeugdhulp_betrokken_feit": Secret[bool](event.lopende_hulp),
    }


def stel_verwijzing_op(event: HaltVerwijzingBesloten, gemeente: str, mag: AanHalt, boa: Medewerker) -> HaltVerwijzing:
    """The referral as Halt gets it, from nothing but what was let through.

    Raises `Ongeldig` when the official is no BOA, `Onvolledig` when too little was let through; the model itself
    refuses a jongere outside 12-17 or without the consent the law of the protocol asks (GO-R3B-1, GO-R3B-2).
    """
    if boa.aktenummer is None:
        raise Ongeldig("deze medewerker heeft geen akte als BOA", "medewerker")
    _nodig(mag.halt_verwijzing, "halt_verwijzing")
    adres, telefoon = _nodig(mag.adres_woonplaats, "adres_woonplaats"), _nodig(mag.telefoon_email, "telefoon_email")
    school = _nodig(mag.laatst_bekende_school, "laatst_bekende_school")
    hulp = mag.jeugdhulp_betrokken_feit
    return HaltVerwijzing(
        kenmerk=str(event.verwijzing_id),
        gemeentecode=gemeente,
        datum=event.besluitdatum,
        boa=Boa(naam=SecretStr(boa.naam), aktenummer=boa.aktenummer, getekend_op=event.besluitdatum),
        jongere=HaltJongere(
            naam=_nodig(mag.naam, "naam"),
            geboortedatum=_nodig(mag.geboortedatum, "geboortedatum"),
            adres=adres,
            telefoon=telefoon,
            instemming=event.instemming_jongere,
        ),
        ouders=_ouders(event, mag.ouder_identiteit or (), adres, telefoon),
        school=HaltSchool(
            naam=school.get_secret_value(), brin=event.brin, contactpersoon=mag.organisatie_contactpersoon
        ),
        feit=HaltFeit(
            artikel=Wetsartikel.ARTIKEL_2_LID_3,
            periode_begin=event.periode_van,
            periode_eind=event.periode_tot,
            aantal_uren=event.lesuren or 0,
            aantal_te_laat=event.aantal_te_laat or 0,
            verzuimoverzicht=_nodig(mag.verzuim_duur_omvang, "verzuim_duur_omvang"),
        ),
        maatregelen_school=SecretStr(_MAATREGELEN),
        ouders_geinformeerd=event.school_maatregelen_ouders_geinformeerd,
        lopende_hulp=hulp.get_secret_value() if hulp is not None else None,
        eerdere_halt_nagegaan_op=event.besluitdatum,
    )


_Waarde = TypeVar("_Waarde")


def _nodig(waarde: _Waarde | None, element: str) -> _Waarde:
    if waarde is None:
        raise Onvolledig(element)
    return waarde


def _ouders(
    event: HaltVerwijzingBesloten, namen: Sequence[SecretStr], adres: SecretStr, telefoon: SecretStr
) -> tuple[HaltOuder, ...]:
    signed = event.besluitdatum if event.instemming_ouders else None
    return tuple(
        HaltOuder(naam=naam, adres=adres, telefoon=telefoon, instemming=event.instemming_ouders, getekend_op=signed)
        for naam in namen
    )


def weigercode(vrijgave: Vrijgave, *, misschien_aangeboden: bool) -> str:
    """How the zaak hears that the border did not let it go: the code of the refusal, or that it is held.

    An offer whose answer was lost may have arrived: then an official must ask Halt.
    """
    reden = (vrijgave.weigering or f"aangehouden_{'_'.join(vrijgave.vereist[:1])}".rstrip("_")).upper()
    return f"{'NAGAAN_BIJ_HALT_' if misschien_aangeboden else GRENS}{reden}"[:40]


def verwerk_aanbod(
    state: Verwijzingen, event: HaltVerwijzingBesloten, answer: Aangenomen | Geweigerd | Gestopt | None
) -> tuple[Verwijzingen, list[EventData]]:
    """Records what Halt said to a referral, or that it was withdrawn before Halt was asked."""
    if isinstance(answer, Gestopt):
        return _stop(state, event.verwijzing_id, event.zaak_id, answer)
    known = state.by_id.get(event.verwijzing_id)
    if answer is None or (known is not None and known.stand is Stand.GESTOPT):
        return state, []
    if isinstance(answer, Geweigerd):
        new = state.met(event.verwijzing_id, Verwijzing(event.zaak_id, Stand.GEWEIGERD))
        return new, [
            HaltVerwijzingGeweigerd(zaak_id=event.zaak_id, verwijzing_id=event.verwijzing_id, reden=answer.code)
        ]
    new = state.met(event.verwijzing_id, Verwijzing(event.zaak_id, Stand.AANGEBODEN))
    return new, [
        HaltVerwijzingAangeboden(
            zaak_id=event.zaak_id, verwijzing_id=event.verwijzing_id, ontvangen_op=answer.ontvangen_op
        )
    ]


def verwerk_intrekking(
    state: Verwijzingen, event: HaltVerwijzingIngetrokken, answer: Gestopt | TeLaat | None
) -> tuple[Verwijzingen, list[EventData]]:
    """Records that a referral was taken back, once; one that is over already stays as it is."""
    if not isinstance(answer, Gestopt):
        return state, []
    return _stop(state, event.verwijzing_id, event.zaak_id, answer)


def _stop(
    state: Verwijzingen, verwijzing_id: UUID, zaak_id: UUID, answer: Gestopt
) -> tuple[Verwijzingen, list[EventData]]:
    known = state.by_id.get(verwijzing_id)
    if known is not None and known.stand.voorbij:
        return state, []
    event = HaltVerwijzingGestopt(zaak_id=zaak_id, verwijzing_id=verwijzing_id, was_aangeboden=answer.was_aangeboden)
    return state.met(verwijzing_id, Verwijzing(zaak_id, Stand.GESTOPT)), [event]


def verwerk_afloop(state: Verwijzingen, command: OntvangAfloop) -> tuple[Verwijzingen, list[EventData]]:
    """Records an afloop once; Halt may tell it again.

    Raises `Ongeldig` for a referral we do not have or stopped, and for a second, different afloop.
    """
    verwijzing = state.by_id.get(command.verwijzing_id)
    if verwijzing is None:
        raise Ongeldig("deze verwijzing is niet van ons", "kenmerk")
    if verwijzing.stand is Stand.GESTOPT:
        raise Ongeldig("deze verwijzing is gestopt: de afloop telt niet", "kenmerk")
    if verwijzing.afloop is not None:
        if verwijzing.afloop is not command.afloop:
            raise Ongeldig("er was al een andere afloop", "afloop")
        return state, []
    new = replace(verwijzing, stand=Stand.AFGELOPEN, afloop=command.afloop)
    event = HaltAfloopOntvangen(
        zaak_id=verwijzing.zaak_id,
        verwijzing_id=command.verwijzing_id,
        afloop=command.afloop,
        datum=command.datum,
    )
    return state.met(command.verwijzing_id, new), [event]
