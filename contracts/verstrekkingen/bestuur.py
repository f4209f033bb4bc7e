"""SVB, another gemeente, inspections, others involved, and research."""

from typing import ClassVar

from contracts.verstrekkingen.basis import (
    Afspraak,
    Dag,
    Feit,
    Informeren,
    Mens,
    Namen,
    Rechtsgrond,
    Tekst,
    Verstrekking,
)
from contracts.verstrekkingen.onderwijs import MELDING


class AanSvb(Verstrekking):
    """To the SVB about kinderbijslag at 16 or 17: who it is, and since when the duty is not met."""

    afspraak: ClassVar = Afspraak(
        ontvanger="svb",
        doelen=("svb_16_17",),
        titel="Mededeling aan de SVB (16 of 17 jaar)",
        rechtsgrond=Rechtsgrond.WETTELIJKE_VERPLICHTING,
        grondslag="Algemene Kinderbijslagwet art. 7 lid 2 onder a en lid 3",
        verwerking="mededeling_svb",
        bewaren="tot de mededeling is ingetrokken, daarna volgens de wettelijke bewaartermijn",
        mens=Mens.BESLUIT,
        informeren=Informeren.GESPREK,
        regels=("GO-SVB-1", "NOP-SVB-1", "NOP-SVB-3", "GEN-SVB-1"),
        afgeleid=True,
        adres_bij_geheimhouding=True,
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    bsn: Tekst = None
    ouder_identiteit: Namen = None
    datum_niet_voldaan: Dag = None


class FraudeAanSvb(Verstrekking):
    """To the SVB about a family that seems to have left: who, registered where, gone since when."""

    afspraak: ClassVar = Afspraak(
        ontvanger="svb",
        doelen=("svb_fraude",),
        titel="Bericht aan de SVB over mogelijk onterechte kinderbijslag",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="Algemene Kinderbijslagwet; het protocol noemt geen artikel",
        verwerking="bericht_svb_fraude",
        bewaren="volgens de wettelijke bewaartermijn",
        mens=Mens.BESLUIT,
        informeren=Informeren.ACHTERAF,
        regels=("GO-ABS-6",),
        afgeleid=True,
        adres_bij_geheimhouding=True,
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    adres_woonplaats: Tekst = None
    ouder_identiteit: Namen = None
    datum_niet_voldaan: Dag = None


class AanNieuweGemeente(Verstrekking):
    """To the gemeente a zorgleerling moves to: school history, and that there is a dossier."""

    afspraak: ClassVar = Afspraak(
        ontvanger="nieuwe_gemeente",
        doelen=("verhuizing",),
        titel="Overdracht aan de nieuwe woongemeente",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="Leerplichtwet 1969 art. 16",
        verwerking="overdragen_gemeente",
        bewaren="bij de nieuwe gemeente; hier volgens CONV-5.5b of de wettelijke bewaartermijn",
        mens=Mens.WEEGT_AF,
        informeren=Informeren.VOORAF,
        regels=("NOP-VERH-1", "CONV-14.1", "CONV-14.2"),
        afgeleid=True,
        adres_bij_geheimhouding=True,
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    schoolhistorie: Tekst = None
    laatst_bekende_school: Tekst = None
    actief_dossier_feit: Feit = None
    jeugdhulp_betrokken_feit: Feit = None
    naam_behandelaar: Tekst = None
    ondersteuning_buitenkant: Feit = None


class AanArbeidsinspectie(Verstrekking):
    """To the Arbeidsinspectie: who has which category of vrijstelling, and until when; not on what ground."""

    afspraak: ClassVar = Afspraak(
        ontvanger="arbeidsinspectie",
        doelen=("arbeid",),
        titel="Vrijstelling aan de Arbeidsinspectie",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="Leerplichtwet 1969 art. 3b; de instructie noemt geen artikel voor de verstrekking",
        verwerking="bericht_arbeidsinspectie",
        bewaren="zolang de vrijstelling loopt",
        mens=Mens.WEEGT_AF,
        informeren=Informeren.VOORAF,
        regels=("NOP-ARB-1", "NOP-ARB-2", "NOP-ARB-3"),
        afgeleid=True,
        adres_bij_geheimhouding=True,
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    identiteit_categorie_periode: Tekst = None


class AanInspectie(Verstrekking):
    """To the onderwijsinspectie: what a school granted or decided, nothing about a jongere."""

    afspraak: ClassVar = Afspraak(
        ontvanger="inspectie",
        doelen=("toezicht",),
        titel="Overzicht per school aan de onderwijsinspectie",
        rechtsgrond=Rechtsgrond.WETTELIJKE_VERPLICHTING,
        grondslag="Wet op het onderwijstoezicht; de protocollen noemen geen artikel",
        verwerking="bericht_inspectie",
        bewaren="volgens de wettelijke bewaartermijn",
        mens=Mens.VERSTREKT,
        informeren=Informeren.NIET,
        regels=("GO-VERLOF-f1", "GO-VERLOF-g1", "GO-SCH-1", "GO-VERW-3"),
        afgeleid=True,
        buiten="geen regel voor verstrekking noemt deze ontvanger; zij krijgt een overzicht per school",
    )

    aggregaten: Tekst = None


class AanOverigeBetrokkenen(Verstrekking):
    """To somebody else who reported or helped: that the melding was handled."""

    afspraak: ClassVar = Afspraak(
        ontvanger="schoolmaatschappelijk_werk",
        doelen=("terugkoppeling",),
        titel="Terugkoppeling aan overige betrokkenen",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="Leerplichtwet 1969 art. 16",
        verwerking="terugkoppelen",
        bewaren=MELDING,
        mens=Mens.WEEGT_AF,
        informeren=Informeren.GESPREK,
        regels=("NOP-AFH-1", "GO-TERUG-1"),
        afgeleid=True,
    )

    naam: Tekst = None
    geboortedatum: Dag = None
    afhandeling_feit: Feit = None


class AanOnderzoeker(Verstrekking):
    """For research, policy and the yearly report: numbers."""

    afspraak: ClassVar = Afspraak(
        ontvanger="onderzoeker",
        doelen=("onderzoek",),
        titel="Aantallen voor onderzoek, beleid en jaarverslag",
        rechtsgrond=Rechtsgrond.PUBLIEKE_TAAK,
        grondslag="geen persoonsgegevens (CONV-9.3); Leerplichtwet 1969 art. 25",
        verwerking="verslag_doen",
        bewaren="onbeperkt: niemand is te herkennen",
        mens=Mens.GEEN,
        informeren=Informeren.NIET,
        regels=("CONV-9.3", "NOP-JV-1"),
    )

    aggregaten: Tekst = None


CONTRACTEN = (
    AanSvb,
    FraudeAanSvb,
    AanNieuweGemeente,
    AanArbeidsinspectie,
    AanInspectie,
    AanOverigeBetrokkenen,
    AanOnderzoeker,
)
