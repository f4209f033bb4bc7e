"""Code lists that more than one service speaks; spelled as the register or the protocol documents spell them."""

from enum import StrEnum


class Verzuimsoort(StrEnum):
    """Kind of absence in a DUO-verzuimmelding (Register Onderwijsdeelnemers; V1 and V2 only in old meldingen)."""

    DRIE_SCHOOLDAGEN = "V1"
    EEN_ACHTSTE = "V2"
    ZESTIEN_UUR = "V3"
    ZESTIEN_UUR_18_PLUS = "V4"
    DOORSTROOMPUNT = "RMC"
    LUXE = "L"
    LANGDURIG = "LRV"
    OVERIG = "O"


class MeldingStatus(StrEnum):
    """Status of a melding at DUO; D was dropped on 12 August 2020 and still arrives with old meldingen."""

    GEREGISTREERD = "R"
    IN_BEHANDELING = "B"
    AFGESLOTEN = "G"
    TER_KENNISGEVING = "K"
    INGETROKKEN = "I"
    OVERGEDRAGEN = "D"


class Plicht(StrEnum):
    """Which duty a jongere is under on a day (Leerplichtwet 1969 art. 3 and 4a; RMC until 23)."""

    NOG_NIET = "nog_niet"
    LEERPLICHT = "leerplicht"
    KWALIFICATIEPLICHT = "kwalificatieplicht"
    GEEN_KWALIFICATIEPLICHT = "geen_kwalificatieplicht"
    RMC = "rmc"
    GEEN = "geen"
    ONBEKEND = "onbekend"


class Adressaat(StrEnum):
    """To whom a letter goes."""

    OUDERS = "ouders"
    JONGERE = "jongere"
    SCHOOL = "school"
    DIRECTEUR = "directeur"


class HaltAfloop(StrEnum):
    """How a Halt-verwijzing ended."""

    POSITIEF = "POSITIEF"
    NEGATIEF = "NEGATIEF"
    NIET_GESTART = "NIET_GESTART"


class Besluitsoort(StrEnum):
    """What the official decided about a voorstel; `afwijken` needs a motivering (pas toe of leg uit)."""

    AKKOORD = "akkoord"
    AFWIJZEN = "afwijzen"
    AFWIJKEN = "afwijken"


class Onderwijssoort(StrEnum):
    """Kind of education of an inschrijving (Wet register onderwijsdeelnemers: the onderwijswet it falls under)."""

    BASISONDERWIJS = "BO"
    SPECIAAL_BASISONDERWIJS = "SBO"
    SPECIAAL_ONDERWIJS = "SO"
    VOORTGEZET_SPECIAAL_ONDERWIJS = "VSO"
    VOORTGEZET_ONDERWIJS = "VO"
    MIDDELBAAR_BEROEPSONDERWIJS = "MBO"
    VOLWASSENENONDERWIJS = "VAVO"
    HOGER_ONDERWIJS = "HO"
    NIET_BEKOSTIGD = "NBO"
    ONBEKEND = "ONBEKEND"


class Vrijstellingsoort(StrEnum):
    """Ground on which a jongere need not be enrolled or attend as usual (Leerplichtwet 1969, the article)."""

    ONGESCHIKT = "5a"
    RICHTINGBEZWAAR = "5b"
    BUITENLANDSE_SCHOOL = "5c"
    TREKKEND_BESTAAN = "5A"
    ANDER_ONDERWIJS = "15"
    VERVANGEND_LAATSTE_SCHOOLJAAR = "3a"
    VERVANGEND_VEERTIEN_JAAR = "3b"


class Zaaksoort(StrEnum):
    """Which rules a zaak is judged by."""

    TE_LAAT = "te_laat"
    RELATIEF = "relatief"
    LUXE = "luxe"
    LANGDURIG = "langdurig"
    ABSOLUUT = "absoluut"
    ZIEKTE = "ziekte"
    VERLOF = "verlof"
    VRIJSTELLING = "vrijstelling"
    VERWIJDERING = "verwijdering"
    RMC = "rmc"


class Fase(StrEnum):
    """Where a zaak is along the Methodische Aanpak Schoolverzuim (MAS)."""

    WAARNEMEN = "waarnemen"
    ANALYSEREN = "analyseren"
    PLANNEN = "plannen"
    HANDELEN = "handelen"
    EVALUEREN = "evalueren"


class Verstrekkingsuitkomst(StrEnum):
    """What came of the question whether data may be disclosed."""

    DOORLATEN = "doorlaten"
    GEDEELTELIJK = "gedeeltelijk"
    AANHOUDEN = "aanhouden"
    GEWEIGERD = "geweigerd"
    ANONIEM = "anoniem"
