"""Halt, Openbaar Ministerie and Raad voor de Kinderbescherming."""

from typing import ClassVar

from contracts.verstrekkingen.basis import (
    Afspraak,
    Dag,
    Feit,
    Informeren,
    Mens,
    Namen,
    Rechtsgrond,
    Stuk,
    Tekst,
    Verstrekking,
)

_WPG = "Wet politiegegevens, in het eigen dossier van de BOA; de termijn staat niet in de protocollen"


class AanHalt(Verstrekking):
    """A referral to Halt: who it is, how to reach jongere and ouders, the school, the absence, the signed referral."""

    afspraak: ClassVar = Afspraak(
        ontvanger="halt",
        doelen=("halt",),
        titel="Verwijzing naar Halt",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="Wetboek van Strafrecht art. 77e; Leerplichtwet 1969 art. 16",
        verwerking="halt_verwijzen",
        bewaren=_WPG,
        mens=Mens.BESLUIT,
        informeren=Informeren.GESPREK,
        regels=("GO-R3B-8", "GO-R3B-10", "GO-R3B-11", "NOP-HALT-1", "GEN-HALT-1"),
        afgeleid=True,
        adres_bij_geheimhouding=True,
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    adres_woonplaats: Tekst = None
    telefoon_email: Tekst = None
    ouder_identiteit: Namen = None
    laatst_bekende_school: Tekst = None
    organisatie_contactpersoon: Tekst = None
    verzuim_duur_omvang: Stuk = None
    halt_verwijzing: Feit = None
    jeugdhulp_betrokken_feit: Feit = None
    naam_behandelaar: Tekst = None


class AanOm(Verstrekking):
    """A proces-verbaal with the attachments the protocol names."""

    afspraak: ClassVar = Afspraak(
        ontvanger="om",
        doelen=("strafrecht",),
        titel="Proces-verbaal aan het Openbaar Ministerie",
        rechtsgrond=Rechtsgrond.WETTELIJKE_VERPLICHTING,
        grondslag="Leerplichtwet 1969 art. 22 lid 2 en 3",
        verwerking="proces_verbaal_insturen",
        bewaren=_WPG,
        mens=Mens.BESLUIT,
        informeren=Informeren.GESPREK,
        regels=("GO-PV-7", "GO-PV-9", "NOP-PV-1", "GEN-PV-1"),
        afgeleid=True,
        adres_bij_geheimhouding=True,
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    pv: Stuk = None
    verzuimoverzicht_detail: Stuk = None
    halt_verwijzing: Stuk = None
    gezondheidsgegevens: Stuk = None


class AfschriftAanOm(Verstrekking):
    """The signed referral to Halt, for information (Noordoostpolder)."""

    afspraak: ClassVar = Afspraak(
        ontvanger="om",
        doelen=("halt",),
        titel="Afschrift van een Halt-verwijzing aan het Openbaar Ministerie",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="Wetboek van Strafrecht art. 77e",
        verwerking="halt_verwijzen",
        bewaren=_WPG,
        mens=Mens.BESLUIT,
        informeren=Informeren.GESPREK,
        regels=("NOP-HALT-2",),
        afgeleid=True,
        adres_bij_geheimhouding=True,
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    halt_verwijzing: Stuk = None


class AanRvdk(Verstrekking):
    """A copy of the proces-verbaal; nothing outside it."""

    afspraak: ClassVar = Afspraak(
        ontvanger="rvdk",
        doelen=("strafrecht",),
        titel="Afschrift van een proces-verbaal aan de Raad voor de Kinderbescherming",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="Leerplichtwet 1969 art. 22 lid 5; verder het protocol",
        verwerking="afschrift_rvdk",
        bewaren=_WPG,
        mens=Mens.BESLUIT,
        informeren=Informeren.GESPREK,
        regels=("GO-PV-7", "GO-PV-8", "NOP-RVDK-1"),
        afgeleid=True,
        adres_bij_geheimhouding=True,
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    pv: Stuk = None


CONTRACTEN = (AanHalt, AanOm, AfschriftAanOm, AanRvdk)
