"""What is disclosed per purpose: the answer classes of contracts/verstrek.py, filled from a person; pure."""

from datetime import date
from uuid import UUID

from pydantic import SecretStr

from contracts.codes import Adressaat
from contracts.verstrek import (
    Briefgegevens,
    Geadresseerde,
    Grensgegevens,
    Haltgegevens,
    Plichtgegevens,
    Vrijstellinggegevens,
    Woongegevens,
)
from services.brp_sync.model import Persoon


def plichtgegevens(jongere_id: UUID, persoon: Persoon) -> Plichtgegevens:
    """For the duty of a jongere: only the day of birth, and only when it is complete."""
    return Plichtgegevens(jongere_id=jongere_id, geboortedatum=_geboortedatum(persoon), overleden=persoon.is_overleden)


def briefgegevens(jongere_id: UUID, persoon: Persoon) -> Briefgegevens:
    """For a letter: names and the address of the jongere.

    Ouders are addressed together at the address of the jongere: the BRP gives no address of ouders in this form
    (assumption; a letter to separated ouders needs the choice of an official).
    """
    regels = persoon.adresregels()
    ouders = [o.volledige_naam().get_secret_value() for o in persoon.ouders]
    namen = " en ".join(naam for naam in ouders if naam)
    geadresseerden = [Geadresseerde(adressaat=Adressaat.JONGERE, naam=persoon.volledige_naam(), adresregels=regels)]
    if namen:
        geadresseerden.append(Geadresseerde(adressaat=Adressaat.OUDERS, naam=SecretStr(namen), adresregels=regels))
    return Briefgegevens(
        jongere_id=jongere_id,
        naam_jongere=persoon.volledige_naam(),
        geadresseerden=tuple(geadresseerden),
        overleden=persoon.is_overleden,
        adres_in_onderzoek=persoon.adres_in_onderzoek,
        geheimhouding=persoon.heeft_geheimhouding,
    )


def haltgegevens(jongere_id: UUID, persoon: Persoon) -> Haltgegevens:
    """For a Halt-verwijzing: identity and address, names of the ouders, no BSN."""
    return Haltgegevens(
        jongere_id=jongere_id,
        naam=persoon.volledige_naam(),
        geboortedatum=_geboortedatum(persoon),
        adresregels=persoon.adresregels(),
        ouders=tuple(o.volledige_naam() for o in persoon.ouders),
        overleden=persoon.is_overleden,
    )


def grensgegevens(jongere_id: UUID, persoon: Persoon) -> Grensgegevens:
    """For a decision about a disclosure: age, death, and whether there is geheimhouding."""
    return Grensgegevens(
        jongere_id=jongere_id,
        geboortedatum=_geboortedatum(persoon),
        overleden=persoon.is_overleden,
        geheimhouding=persoon.heeft_geheimhouding,
    )


def woongegevens(jongere_id: UUID, persoon: Persoon) -> Woongegevens:
    """For whether a jongere is of a gemeente: only that gemeente."""
    return Woongegevens(jongere_id=jongere_id, gemeente=persoon.gemeente)


def vrijstellinggegevens(jongere_id: UUID, persoon: Persoon) -> Vrijstellinggegevens:
    """For telling DUO about a vrijstelling: one number and the postcode, not the rest of the address."""
    return Vrijstellinggegevens(
        jongere_id=jongere_id,
        bsn=persoon.bsn,
        onderwijsnummer=None if persoon.bsn else persoon.onderwijsnummer,
        postcode=persoon.adres.postcode if persoon.adres is not None else None,
        overleden=persoon.is_overleden,
    )


def _geboortedatum(persoon: Persoon) -> date | None:
    return persoon.geboortedatum.als_datum() if persoon.geboortedatum is not None else None
