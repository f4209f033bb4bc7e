"""Jeugdhulp, the jeugdarts, the schoolondersteuningsteam, Veilig Thuis and the verwijsindex."""

from typing import ClassVar

from contracts.verstrekkingen.basis import (
    Afspraak,
    Dag,
    Feit,
    Informeren,
    Mens,
    Rechtsgrond,
    Tekst,
    Verstrekking,
)
from contracts.verstrekkingen.onderwijs import DOELEN, EINDE


class AanJeugdhulp(Verstrekking):
    """To a jeugdhulpaanbieder that acceded to the Convenant; no BSN."""

    afspraak: ClassVar = Afspraak(
        ontvanger="jeugdhulpaanbieder",
        doelen=DOELEN,
        titel="Gegevens van een thuiszitter aan een toegetreden jeugdhulpaanbieder",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="AVG art. 6 lid 1 onder e; Jeugdwet art. 2.3; Convenant art. 4.1 en 5.1",
        verwerking="thuiszitters_begeleiden",
        bewaren=EINDE,
        mens=Mens.WEEGT_AF,
        informeren=Informeren.VOORAF,
        regels=("CONV-4.1", "CONV-5.1", "CONV-18.1", "CONV-18.2"),
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


class AanJeugdarts(Verstrekking):
    """To CJG or GGD-jeugdarts, with consent for the hulpvraag."""

    afspraak: ClassVar = Afspraak(
        ontvanger="cjg",
        doelen=(*DOELEN, "zorgmelding"),
        titel="Verzuim aan het CJG of de jeugdarts van de GGD",
        rechtsgrond=Rechtsgrond.TOESTEMMING,
        grondslag="AVG art. 6 lid 1 onder a; toestemming per hulpvraag",
        verwerking="jeugdarts_vragen",
        bewaren="in het dossier van de jeugdgezondheidszorg, volgens de Wgbo",
        mens=Mens.WEEGT_AF,
        informeren=Informeren.VOORAF,
        regels=("GO-ZIEK-1", "GO-ZIEK-2", "GO-ZIEK-5", "GO-ZIEK-10"),
        afgeleid=True,
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    verzuim_duur_omvang: Tekst = None
    verzuimoverzicht_detail: Tekst = None
    organisatie_contactpersoon: Tekst = None


class TerugkoppelingZorg(Verstrekking):
    """To CJG or SOT that took part: that the melding was handled (Noordoostpolder)."""

    afspraak: ClassVar = Afspraak(
        ontvanger="cjg",
        doelen=("terugkoppeling",),
        titel="Terugkoppeling aan het CJG",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="Leerplichtwet 1969 art. 16",
        verwerking="terugkoppelen",
        bewaren="zolang de melding in behandeling is",
        mens=Mens.WEEGT_AF,
        informeren=Informeren.GESPREK,
        regels=("NOP-AFH-1",),
        afgeleid=True,
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    verzuim_duur_omvang: Tekst = None
    verzuimoverzicht_detail: Tekst = None
    organisatie_contactpersoon: Tekst = None
    afhandeling_feit: Feit = None


class AanSot(Verstrekking):
    """To the schoolondersteuningsteam, with consent per hulpvraag and per element."""

    afspraak: ClassVar = Afspraak(
        ontvanger="sot",
        doelen=(*DOELEN, "zorgmelding"),
        titel="Hulpvraag aan het schoolondersteuningsteam",
        rechtsgrond=Rechtsgrond.TOESTEMMING,
        grondslag="AVG art. 6 lid 1 onder a; toestemming per hulpvraag",
        verwerking="hulpvraag_bespreken",
        bewaren="zolang de hulpvraag loopt",
        mens=Mens.WEEGT_AF,
        informeren=Informeren.VOORAF,
        regels=("GO-ZIEK-5",),
        afgeleid=True,
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    adres_woonplaats: Tekst = None
    laatst_bekende_school: Tekst = None
    verzuim_duur_omvang: Tekst = None
    oorzaak_algemeen: Tekst = None
    gezondheidsgegevens: Tekst = None
    conclusie_belastbaarheid: Tekst = None
    voogd_feit: Feit = None
    jeugdhulp_betrokken_feit: Feit = None
    naam_behandelaar: Tekst = None
    gezinssamenstelling: Tekst = None
    gezinsomstandigheden: Tekst = None
    ondersteuning_buitenkant: Feit = None
    ondersteuning_inhoud: Tekst = None
    interventies_school_swv: Tekst = None


class AanVir(Verstrekking):
    """To the verwijsindex: that there is a signal and whom to ask; a reason has no field."""

    afspraak: ClassVar = Afspraak(
        ontvanger="vir",
        doelen=("vir",),
        titel="Signaal in de verwijsindex risicojongeren",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="Jeugdwet hoofdstuk 7, paragraaf 7.1",
        verwerking="signaleren_vir",
        bewaren="volgens het convenant van de verwijsindex; de termijn staat niet in de protocollen",
        mens=Mens.BESLUIT,
        informeren=Informeren.ACHTERAF,
        regels=("GO-R3D-2", "NOP-VIR-1", "IJV-PRIV-01"),
        afgeleid=True,
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    signaal_bestaat: Feit = None
    organisatie_contactpersoon: Tekst = None


class AanVeiligThuis(Verstrekking):
    """To Veilig Thuis: a melding that a human writes and sends."""

    afspraak: ClassVar = Afspraak(
        ontvanger="veilig_thuis",
        doelen=("meldcode",),
        titel="Melding bij Veilig Thuis",
        rechtsgrond=Rechtsgrond.WETTELIJKE_VERPLICHTING,
        grondslag="Wet maatschappelijke ondersteuning 2015 art. 5.2.6; meldcode",
        verwerking="melden_veilig_thuis",
        bewaren="bij Veilig Thuis; in het dossier alleen dat er gemeld is",
        mens=Mens.VERSTREKT,
        informeren=Informeren.VOORAF,
        regels=("GO-R3D-1", "GO-R3D-4", "NOP-MC-1", "NOP-MC-2"),
        afgeleid=True,
        adres_bij_geheimhouding=True,
        buiten="wat nodig is weegt en schrijft een mens; doorgeven zonder mens mag nooit (GO-R3D-1)",
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    adres_woonplaats: Tekst = None
    meldcode_signalen: Tekst = None


CONTRACTEN = (AanJeugdhulp, AanJeugdarts, TerugkoppelingZorg, AanSot, AanVir, AanVeiligThuis)
