"""The school, DUO, the samenwerkingsverband, and the consultations in which they take part."""

from typing import ClassVar, Final

from contracts.verstrekkingen.basis import (
    Afspraak,
    Dag,
    Feit,
    Informeren,
    Mens,
    Rechtsgrond,
    Stuk,
    Tekst,
    Verstrekking,
)

DOELEN: Final = ("3.1a", "3.1b", "3.1c", "3.1d", "3.1e", "3.1f", "3.1g")
"""The purposes of the Convenant (CONV-3.1)."""

EINDE: Final = "uiterlijk 1 jaar na het besluit tot sluiting van het dossier (CONV-9.2)"
MELDING: Final = "zolang de melding in behandeling is, daarna volgens de wettelijke bewaartermijn"


class TerugkoppelingSchool(Verstrekking):
    """To the school that reported: what was done, agreed and came of it."""

    afspraak: ClassVar = Afspraak(
        ontvanger="school",
        doelen=("terugkoppeling",),
        titel="Terugkoppeling aan de school die meldde",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="Leerplichtwet 1969 art. 21a en 22",
        verwerking="terugkoppelen",
        bewaren=MELDING,
        mens=Mens.GEEN,
        informeren=Informeren.GESPREK,
        regels=("GO-TERUG-1", "GEN-GESPR-4", "NOP-REL-5", "NOP-AFH-1", "IJV-LUXE-10", "NK-PROC-05"),
        afgeleid=True,
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    acties_leerplicht: Tekst = None
    afspraken: Tekst = None
    afhandeling_feit: Feit = None
    halt_verwijzing: Feit = None
    halt_afloop: Tekst = None


class AanSchool(Verstrekking):
    """To the school of enrolment, inside the Convenant."""

    afspraak: ClassVar = Afspraak(
        ontvanger="school",
        doelen=DOELEN,
        titel="Gegevens van een thuiszitter aan de school van inschrijving",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="Jeugdwet art. 2.7; Convenant art. 4.1 en 5.1",
        verwerking="thuiszitters_begeleiden",
        bewaren=EINDE,
        mens=Mens.WEEGT_AF,
        informeren=Informeren.VOORAF,
        regels=("CONV-4.1", "CONV-5.1"),
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    adres_woonplaats: Tekst = None
    bsn: Tekst = None
    laatst_bekende_school: Tekst = None
    verzuim_duur_omvang: Tekst = None
    oorzaak_algemeen: Tekst = None
    gezondheidsgegevens: Tekst = None
    voogd_feit: Feit = None
    jeugdhulp_betrokken_feit: Feit = None
    naam_behandelaar: Tekst = None
    gezinssamenstelling: Tekst = None
    gezinsomstandigheden: Tekst = None
    ondersteuning_buitenkant: Feit = None
    mas_interventies: Tekst = None
    interventies_school_swv: Tekst = None
    afspraken: Tekst = None
    plan_van_aanpak: Tekst = None


class AanSwv(Verstrekking):
    """To the samenwerkingsverband, inside the Convenant; never a BSN."""

    afspraak: ClassVar = Afspraak(
        ontvanger="swv",
        doelen=DOELEN,
        titel="Gegevens van een thuiszitter aan het samenwerkingsverband",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="Leerplichtwet 1969 art. 16; Convenant art. 4.1 en 5.1",
        verwerking="thuiszitters_begeleiden",
        bewaren=EINDE,
        mens=Mens.WEEGT_AF,
        informeren=Informeren.VOORAF,
        regels=("CONV-4.1", "CONV-4.2", "CONV-5.1", "CONV-5.1b"),
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    adres_woonplaats: Tekst = None
    laatst_bekende_school: Tekst = None
    verzuim_duur_omvang: Tekst = None
    oorzaak_algemeen: Tekst = None
    gezondheidsgegevens: Tekst = None
    voogd_feit: Feit = None
    jeugdhulp_betrokken_feit: Feit = None
    naam_behandelaar: Tekst = None
    gezinssamenstelling: Tekst = None
    gezinsomstandigheden: Tekst = None
    ondersteuning_buitenkant: Feit = None
    mas_interventies: Tekst = None
    interventies_school_swv: Tekst = None
    afspraken: Tekst = None
    plan_van_aanpak: Tekst = None


class InCasusoverleg(Verstrekking):
    """Into the shared record of a casusoverleg, which every party sees."""

    afspraak: ClassVar = Afspraak(
        ontvanger="casusoverleg",
        doelen=DOELEN,
        titel="Gegevens van een thuiszitter in het casusoverleg",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="AVG art. 6 lid 1 onder e; Leerplichtwet 1969 art. 16; Jeugdwet art. 2.3; Convenant art. 4.1",
        verwerking="thuiszitters_begeleiden",
        bewaren=EINDE,
        mens=Mens.WEEGT_AF,
        informeren=Informeren.VOORAF,
        regels=("CONV-4.1", "CONV-5.1", "CONV-5.6"),
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    adres_woonplaats: Tekst = None
    laatst_bekende_school: Tekst = None
    verzuim_duur_omvang: Tekst = None
    oorzaak_algemeen: Tekst = None
    conclusie_belastbaarheid: Tekst = None
    voogd_feit: Feit = None
    jeugdhulp_betrokken_feit: Feit = None
    naam_behandelaar: Tekst = None
    gezinssamenstelling: Tekst = None
    gezinsomstandigheden: Tekst = None
    ondersteuning_buitenkant: Feit = None
    mas_interventies: Tekst = None
    interventies_school_swv: Tekst = None
    afspraken: Tekst = None
    plan_van_aanpak: Tekst = None


class AanThuiszitterstafel(Verstrekking):
    """For the minutes of the thuiszitterstafel: name, day of birth, the case and its progress in few words."""

    afspraak: ClassVar = Afspraak(
        ontvanger="thuiszitterstafel",
        doelen=DOELEN,
        titel="Bespreking op de thuiszitterstafel",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="Convenant bijlage 3.3; Leerplichtwet 1969 art. 16",
        verwerking="thuiszitters_begeleiden",
        bewaren="tot de jongere weer onderwijs volgt of werkt (GO-TT-8); het dossier zelf volgens CONV-9.2",
        mens=Mens.WEEGT_AF,
        informeren=Informeren.VOORAF,
        regels=("GO-TT-3", "GO-TT-4", "GO-TT-5", "GO-TT-7"),
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    verzuim_duur_omvang: Tekst = None
    oorzaak_algemeen: Tekst = None
    conclusie_belastbaarheid: Tekst = None
    jeugdhulp_betrokken_feit: Feit = None
    naam_behandelaar: Tekst = None
    ondersteuning_buitenkant: Feit = None
    mas_interventies: Tekst = None
    interventies_school_swv: Tekst = None
    afspraken: Tekst = None
    plan_van_aanpak: Tekst = None


class InVerzuimoverleg(Verstrekking):
    """In the verzuimoverleg nobody can be recognised."""

    afspraak: ClassVar = Afspraak(
        ontvanger="verzuimoverleg",
        doelen=DOELEN,
        titel="Bespreking in het verzuimoverleg, zonder namen",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="geen persoonsgegevens (GO-OVL-2)",
        verwerking="verzuim_bespreken",
        bewaren="niets: er blijft alleen een aantal (GO-OVL-5)",
        mens=Mens.WEEGT_AF,
        informeren=Informeren.NIET,
        regels=("GO-OVL-2", "GO-OVL-5"),
    )

    verzuim_duur_omvang: Tekst = None
    oorzaak_algemeen: Tekst = None
    interventies_school_swv: Tekst = None
    aggregaten: Tekst = None


class AanDuo(Verstrekking):
    """To DUO: the status of a melding that DUO sent."""

    afspraak: ClassVar = Afspraak(
        ontvanger="duo",
        doelen=("terugkoppeling",),
        titel="Status van een verzuimmelding aan DUO",
        rechtsgrond=Rechtsgrond.WETTELIJKE_VERPLICHTING,
        grondslag="Leerplichtwet 1969 art. 21a lid 6",
        verwerking="status_duo",
        bewaren="in het register van DUO, volgens de Wet register onderwijsdeelnemers",
        mens=Mens.GEEN,
        informeren=Informeren.NIET,
        regels=("CONV-4.3a", "GO-REL-1", "NOP-AFH-2"),
        afgeleid=True,
        adres_bij_geheimhouding=True,
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    bsn: Tekst = None
    verzuim_duur_omvang: Stuk = None
    afhandeling_feit: Feit = None


class VrijstellingAanDuo(Verstrekking):
    """To DUO: a vrijstelling or vervangende leerplicht, whatever the region has agreed; what the three articles list.

    That it is one, from when to when, and whether there was one before; never the ground, which they do not list.
    """

    afspraak: ClassVar = Afspraak(
        ontvanger="duo",
        doelen=("vrijstelling_melden",),
        titel="Vrijstelling of vervangende leerplicht aan DUO",
        rechtsgrond=Rechtsgrond.WETTELIJKE_VERPLICHTING,
        grondslag="Leerplichtwet 1969 art. 3c lid 1, 6 lid 4 en 15 lid 3",
        verwerking="vrijstelling_duo",
        bewaren="in het register van DUO, volgens de Wet register onderwijsdeelnemers",
        mens=Mens.BESLUIT,
        informeren=Informeren.NIET,
        regels=(),
        adres_bij_geheimhouding=True,
        buiten="de wet schrijft deze melding voor; geen protocol regelt haar, en zij gaat buiten de zaak om",
    )

    bsn: Tekst = None
    adres_woonplaats: Tekst = None
    vrijgesteld_feit: Feit = None
    vrijstelling_periode: Tekst = None
    vrijstelling_eerder: Feit = None


class AnderSchool(Verstrekking):
    """To the school of a brother or sister, about the same absence for a holiday."""

    afspraak: ClassVar = Afspraak(
        ontvanger="andere_school",
        doelen=("luxe_onderzoek",),
        titel="Vraag aan de school van een broer of zus bij luxe verzuim",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="Leerplichtwet 1969 art. 22",
        verwerking="luxe_onderzoeken",
        bewaren=MELDING,
        mens=Mens.VERSTREKT,
        informeren=Informeren.GESPREK,
        regels=("GO-LUX-6", "GO-LUX-7"),
        afgeleid=True,
        buiten="geen regel voor verstrekking noemt deze ontvanger; de ambtenaar vraagt het zelf",
    )

    naam: Tekst = None
    afwezig_op: Tekst = None


CONTRACTEN = (
    TerugkoppelingSchool,
    AanSchool,
    AanSwv,
    InCasusoverleg,
    AanThuiszitterstafel,
    InVerzuimoverleg,
    AanDuo,
    VrijstellingAanDuo,
    AnderSchool,
)
