"""What a referral is and what an answer of Halt means: pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Secret, SecretBytes, SecretStr

from contracts.codes import HaltAfloop
from contracts.envelope import EventData
from contracts.events.halt import HaltAfloopOntvangen, HaltVerwijzingAangeboden, HaltVerwijzingGeweigerd
from contracts.events.zaken import HaltVerwijzingBesloten
from contracts.verstrek import Haltgegevens, Meldingantwoord
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


class Stand(StrEnum):
    """Where a referral is."""

    AANGEBODEN = "aangeboden"
    GEWEIGERD = "geweigerd"
    AFGELOPEN = "afgelopen"


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
class OntvangAfloop:
    """Command: Halt told how a course ended."""

    verwijzing_id: UUID
    afloop: HaltAfloop
    datum: date


def stel_verwijzing_op(
    event: HaltVerwijzingBesloten,
    gemeente: str,
    gegevens: Haltgegevens,
    melding: Meldingantwoord,
    boa: Medewerker,
    overzicht: bytes,
) -> HaltVerwijzing:
    """The referral as Halt gets it.

    Raises `Tijdelijk` when an element is not known yet, `Ongeldig` when the official is no BOA; the model itself
    refuses a jongere outside 12-17 or without the consent the law of the protocol asks (GO-R3B-1, GO-R3B-2).
    """
    if boa.aktenummer is None:
        raise Ongeldig("deze medewerker heeft geen akte als BOA", "medewerker")
    if not event.school_maatregelen_ouders_geinformeerd:
        raise Ongeldig("niet vastgesteld: Halt vraagt eerst maatregelen van de school", "maatregelen_school")
    if gegevens.geboortedatum is None or not gegevens.adresregels:
        raise Tijdelijk("geboortedatum of adres is niet bekend in de BRP")
    if melding.school is None or melding.contactpersoon is None or melding.telefoon is None:
        raise Tijdelijk("school, contactpersoon of telefoonnummer ontbreekt in de melding")
    adres = SecretStr(", ".join(r.get_secret_value() for r in gegevens.adresregels))
    return HaltVerwijzing(
        kenmerk=str(event.verwijzing_id),
        gemeentecode=gemeente,
        datum=event.besluitdatum,
        boa=Boa(naam=SecretStr(boa.naam), aktenummer=boa.aktenummer, getekend_op=event.besluitdatum),
        jongere=HaltJongere(
            naam=gegevens.naam,
            geboortedatum=Secret[date](gegevens.geboortedatum),
            adres=adres,
            telefoon=melding.telefoon,
            instemming=event.instemming_jongere,
        ),
        ouders=_ouders(event, gegevens, adres, melding.telefoon),
        school=HaltSchool(
            naam=melding.school.get_secret_value(), brin=event.brin, contactpersoon=melding.contactpersoon
        ),
        feit=HaltFeit(
            artikel=Wetsartikel.ARTIKEL_2_LID_3,
            periode_begin=event.periode_van,
            periode_eind=event.periode_tot,
            aantal_uren=event.lesuren or 0,
            aantal_te_laat=event.aantal_te_laat or 0,
            verzuimoverzicht=SecretBytes(overzicht),
        ),
        maatregelen_school=SecretStr(_MAATREGELEN),
        ouders_geinformeerd=event.school_maatregelen_ouders_geinformeerd,
        lopende_hulp=event.lopende_hulp,
        eerdere_halt_nagegaan_op=event.besluitdatum,
    )


def _ouders(
    event: HaltVerwijzingBesloten, gegevens: Haltgegevens, adres: SecretStr, telefoon: SecretStr
) -> tuple[HaltOuder, ...]:
    signed = event.besluitdatum if event.instemming_ouders else None
    return tuple(
        HaltOuder(naam=naam, adres=adres, telefoon=telefoon, instemming=event.instemming_ouders, getekend_op=signed)
        for naam in gegevens.ouders
        if naam.get_secret_value()
    )


def verwerk_aanbod(
    state: Verwijzingen, event: HaltVerwijzingBesloten, answer: Aangenomen | Geweigerd
) -> tuple[Verwijzingen, list[EventData]]:
    """Records what Halt said to a referral."""
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


def verwerk_afloop(state: Verwijzingen, command: OntvangAfloop) -> tuple[Verwijzingen, list[EventData]]:
    """Records an afloop once; Halt may tell it again.

    Raises `Ongeldig` for a referral we do not have and for a second, different afloop.
    """
    verwijzing = state.by_id.get(command.verwijzing_id)
    if verwijzing is None:
        raise Ongeldig("deze verwijzing is niet van ons", "kenmerk")
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
