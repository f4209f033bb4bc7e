"""What the version by hand of one protocol shares: the case, duty and dates, Halt and proces-verbaal."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from hub.calendar import leeftijd, schooljaar, verjaardag

RMC_BIJ_GEMEENTE: Final = date(2020, 8, 1)
MELDINGEN: Final = {
    "luxe": ("duo_melding_luxe", ("luxe", "16_uur", "lrv", "rmc")),
    "rmc": ("duo_melding_rmc", ("rmc",)),
    "wettelijk_16_uur": ("duo_melding_16_uur", ("16_uur", "lrv", "rmc")),
}
"""Per kind of absence: what the school reports, unless it reported that or something heavier."""

OUDERS: Final = ("ouders",)
BEIDEN: Final = ("ouders", "jongere")
JONGERE: Final = ("jongere",)
_ROUTES: Final = frozenset(
    ("lpa_start_onderzoek", "verzuimoverzicht_opvragen", "lpa_uitnodiging_1", "lpa_vervolg_gesprek",
     "menselijke_routekeuze", "route_1_jeugdhulp")
)  # fmt: skip
_HANDHAVING: Final = frozenset(
    ("officiele_waarschuwing", "halt_gesprek_uitnodiging", "halt_verwijzing", "jeugdreclassering_vrijwillig",
     "proces_verbaal", "proces_verbaal_beoordelen", "kennisgeving_pv", "waarschuwing_luxe", "oproep_luxe_1",
     "last_onder_dwangsom_mogelijk")
)  # fmt: skip
_NIET_DOOR_HEN: Final = ("ouder", "geen")


class Zaak:
    """One case on its way to an answer."""

    __slots__ = (
        "adressaten", "blokkades", "drempel", "f", "jaren", "klassen", "op", "plicht", "plichtig", "taken", "termijnen",
        "vlaggen", "voorstellen",
    )  # fmt: skip

    def __init__(self, feiten: Mapping[str, Any], op: date) -> None:
        self.f, self.op = feiten, op
        self.klassen: dict[str, Any] = {}
        self.termijnen: dict[str, date] = {}
        self.taken: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.voorstellen: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.blokkades: set[str] = set()
        self.vlaggen: set[str] = set()
        self.plicht = "geen"
        self.plichtig = False
        self.jaren = 0
        self.adressaten: tuple[str, ...] = ()
        self.drempel: bool | None = None

    def mag(self, code: str) -> bool:
        """Whether age and duty let a step through; says why not."""
        if self.jaren >= 18 and (code in _HANDHAVING or code in _ROUTES):
            self.blokkades.add("leeftijd_18_plus")
            return False
        if self.plicht == "nog_niet" and code in _HANDHAVING:
            self.blokkades.add("niet_leerplichtig")
            return False
        return True

    def taak(self, code: str, actor: str, adressaten: tuple[str, ...] = ()) -> None:
        """Adds a taak."""
        if self.mag(code):
            self.taken[code] = actor, adressaten

    def stel_voor(self, code: str, adressaten: tuple[str, ...] = (), *, mits: bool = True) -> None:
        """Adds a voorstel of the leerplichtambtenaar."""
        if self.mag(code) and mits:
            self.voorstellen[code] = "lpa", adressaten


def bepaal_plicht(zaak: Zaak, geboren: date) -> None:
    """Age, duty, addressees and the dates that follow from a birth date."""
    op, klassen, termijnen = zaak.op, zaak.klassen, zaak.termijnen
    jaren = zaak.jaren = klassen["leeftijd"] = leeftijd(geboren, op)
    eerste = zaak.f.get("eerste_verzuimdag")
    if eerste is not None and eerste >= geboren:
        toen = klassen["leeftijd_eerste_verzuimdag"] = leeftijd(geboren, eerste)
        if toen < 18 <= jaren:
            zaak.vlaggen.add("twee_leeftijdsregels")
    vijf = verjaardag(geboren, 5)
    begin = date(vijf.year + vijf.month // 12, vijf.month % 12 + 1, 1)
    einde = schooljaar(verjaardag(geboren, 16)).eind
    termijnen["leerplicht_begint"], termijnen["leerplicht_eindigt"] = begin, einde
    termijnen["kwalificatieplicht_begint"] = einde + timedelta(days=1)
    termijnen["kwalificatieplicht_eindigt"] = verjaardag(geboren, 18)
    termijnen["rmc_eindigt"] = verjaardag(geboren, 23)
    if jaren < 6:
        termijnen["vijfjarigenregeling_eindigt"] = verjaardag(geboren, 6)
    if op < begin:
        plicht = "nog_niet"
    elif op <= einde:
        plicht = "leerplicht"
    elif jaren < 18:
        plicht = "kwalificatieplicht"
    else:
        plicht = "rmc" if jaren < 23 else "geen"
    zaak.plicht = klassen["plicht"] = plicht
    zaak.plichtig = plicht in ("leerplicht", "kwalificatieplicht")
    zaak.adressaten = klassen["brief_adressaten"] = OUDERS if jaren < 12 else BEIDEN if jaren < 18 else JONGERE
    klassen["rmc_bij_gemeente"] = op >= RMC_BIJ_GEMEENTE


def bepaal_uren(zaak: Zaak) -> None:
    """Whether the hours reach the legal bound and fit Halt."""
    f, klassen = zaak.f, zaak.klassen
    uren, traject, keer = (
        f.get("ongeoorloofde_uren_4_lesweken"),
        f.get("ongeoorloofde_uren_traject"),
        keer_te_laat(zaak),
    )
    if (traject is not None and traject > 60) or keer > 60:
        klassen["halt_omvang_ok"] = False
    elif (traject is not None and traject >= 9) or keer >= 12:
        klassen["halt_omvang_ok"] = True
    if uren is None:
        return
    if f.get("uren_eenheid") == "lesuur":
        if f.get("onderwijssoort") in ("po", "sbo", "so"):
            minuten = f.get("lesduur_minuten")
            if minuten is None:
                return
            uren = klassen["klokuren"] = round(uren * minuten / 60, 9)
        elif f.get("onderwijssoort") in ("vo", "vso", "pro", "mbo"):
            zaak.vlaggen.add("eenheid_lesuur")
    zaak.drempel = klassen["drempel_16_bereikt"] = uren >= 16
    if uren == 16:
        zaak.vlaggen.add("drempel_exact_16")


def keer_te_laat(zaak: Zaak) -> int:
    """How many times late; none when nothing is known of it, as no bound is that low."""
    keer: int = zaak.f.get("aantal_te_laat", 0)
    return keer


def bepaal_melding(zaak: Zaak, soort: str | None) -> None:
    """What kind of absence it is and what must be reported."""
    f, klassen = zaak.f, zaak.klassen
    oordeel, reden, keer = f.get("oordeel"), f.get("reden"), keer_te_laat(zaak)
    zonder_plicht = zaak.plicht in ("nog_niet", "geen")
    if oordeel == "geoorloofd":
        klassen["afwezigheid"] = "geoorloofd"
    elif not zonder_plicht and (oordeel == "ongeoorloofd" or reden or soort == "luxe" or (zaak.plichtig and keer)):
        klassen["afwezigheid"] = "ongeoorloofd"
    lang = f.get("aaneengesloten_dagen_afwezig", 0) >= 28
    if zonder_plicht or oordeel == "geoorloofd":
        klassen["verzuimsoort"], klassen["melden_bij_duo"] = "geen", False
    elif soort == "luxe":
        klassen["verzuimsoort"] = "luxe"
    elif klassen.get("leeftijd_eerste_verzuimdag", zaak.jaren) >= 18:
        klassen["verzuimsoort"] = "rmc" if lang else "overig"
    elif zaak.drempel:
        klassen["verzuimsoort"] = "wettelijk_16_uur"
    else:
        klassen["verzuimsoort"] = "overig"
    if klassen["verzuimsoort"] == "wettelijk_16_uur" and zaak.plichtig and not is_begonnen(zaak):
        zaak.taak("lpa_start_onderzoek", "lpa")
    anders = MELDINGEN.get(klassen["verzuimsoort"])
    gemeld = f.get("duo_melding_soort")
    if anders is not None and gemeld is not None and gemeld not in anders[1]:
        zaak.taken[anders[0]] = "school", ()
        klassen["melden_bij_duo"] = True


def is_begonnen(zaak: Zaak) -> bool:
    """Whether the inquiry is over or beyond its start."""
    return bool(zaak.f.get("onderzoek_afgerond")) or is_gesproken(zaak)


def is_gesproken(zaak: Zaak) -> bool:
    """Whether the conversation has been held, as far as can be told."""
    return zaak.f.get("oordeel") in ("geoorloofd", "ongeoorloofd") or "verwijtbaar" in zaak.f


def schooltaken(zaak: Zaak) -> None:
    """What the school does, and help that is wanted."""
    f, reden = zaak.f, zaak.f.get("reden")
    if reden in ("spijbelen", "onbekend") and f.get("oordeel") != "geoorloofd":
        zaak.taken["school_registreert_ongeoorloofd"] = "school", ()
    if reden == "onbekend" and zaak.jaren < 18:
        zaak.taken["school_contact_ouders"] = "school", OUDERS
    if f.get("hulp_bereid") and f.get("achterliggende_problematiek"):
        zaak.stel_voor("route_1_jeugdhulp", zaak.adressaten)


# Halt


def halt_geweigerd(zaak: Zaak) -> bool:
    """Whether jongere or parents refuse Halt."""
    f = zaak.f
    return f.get("toestemming_jongere_halt") is False or (zaak.jaren < 16 and f.get("toestemming_ouders_halt") is False)


def halt_vlaggen(zaak: Zaak) -> None:
    """What is to be shown with every look at Halt."""
    if 16 <= zaak.jaren < 18:
        zaak.vlaggen.add("halt_ouders_niet_vereist")
    if zaak.op < zaak.termijnen["kwalificatieplicht_eindigt"] <= zaak.op + timedelta(weeks=4):
        zaak.vlaggen.add("meerderjarig_binnenkort")


def halt_kan(zaak: Zaak) -> bool:
    """What holds every step towards Halt back; says so."""
    f, voor = zaak.f, len(zaak.blokkades)
    dicht = False
    if zaak.jaren < 12:
        zaak.blokkades.add("leeftijd_onder_12")
        dicht = True
    if zaak.klassen.get("halt_omvang_ok") is False:
        zaak.blokkades.add("halt_omvang_te_groot")
        dicht = True
    if f.get("eerder_halt") == "leerplicht":
        zaak.blokkades.add("eerder_halt_leerplicht")
        dicht = True
    if f.get("verwijtbaar") in _NIET_DOOR_HEN:
        zaak.blokkades.add("niet_verwijtbaar_jongere")
        dicht = True
    return not dicht and len(zaak.blokkades) == voor


def halt_verwijzing(zaak: Zaak) -> None:
    """A referral to Halt, with all that may hold it back."""
    f = zaak.f
    if f.get("oordeel") == "geoorloofd":
        return
    dicht = not halt_kan(zaak)
    for open_, blokkade in (
        (f.get("toestemming_jongere_halt"), "halt_toestemming_jongere_ontbreekt"),
        (zaak.jaren >= 16 or f.get("toestemming_ouders_halt"), "halt_toestemming_ouders_ontbreekt"),
        (f.get("verwijtbaar") in ("jongere", "beiden"), "niet_verwijtbaar_jongere"),
        (f.get("school_maatregelen_ouders_geinformeerd"), "school_voorwaarden_halt"),
        (f.get("lpa_is_boa"), "geen_boa"),
    ):
        if not open_:
            zaak.blokkades.add(blokkade)
            dicht = True
    traject = f.get("ongeoorloofde_uren_traject")
    if not ((traject is not None and traject >= 9) or keer_te_laat(zaak) >= 12):
        zaak.blokkades.add("halt_omvang_te_klein")
        dicht = True
    zaak.stel_voor("halt_verwijzing", zaak.adressaten, mits=not dicht and zaak.plichtig)


def halt_valt_af(zaak: Zaak) -> bool:
    """Whether Halt is out of the question."""
    return (
        zaak.f.get("eerder_halt") == "leerplicht"
        or zaak.klassen.get("halt_omvang_ok") is False
        or zaak.jaren < 12
        or zaak.f.get("verwijtbaar") == "ouder"
    )


# Proces-verbaal


def verwijt_vast(zaak: Zaak) -> bool:
    """Whether somebody is to blame."""
    return zaak.f.get("verwijtbaar") in ("jongere", "ouder", "beiden")


def pv_beoordelen(zaak: Zaak, *, mits: bool) -> None:
    """A human is to judge whether there will be a proces-verbaal."""
    if zaak.jaren < 12 and zaak.f.get("verwijtbaar") == "jongere":
        zaak.blokkades.add("leeftijd_onder_12")
        mits = False
    zaak.stel_voor("proces_verbaal_beoordelen", mits=mits)


def proces_verbaal(zaak: Zaak, *, mits: bool) -> None:
    """A proces-verbaal, with all that may hold it back."""
    f, soort = zaak.f, zaak.f.get("zaaksoort")
    for dicht, blokkade in (
        (soort != "luxe" and not is_gewaarschuwd(zaak), "geen_officiele_waarschuwing"),
        (f.get("achterliggende_problematiek"), "contra_indicatie"),
        (not f.get("lpa_is_boa"), "geen_boa"),
        (
            soort == "relatief" and f.get("eerdere_meldingen") == 0 and zaak.drempel is False,
            "om_vervolgt_niet_onder_16_uur",
        ),
        (zaak.jaren < 12 and f.get("verwijtbaar") == "jongere", "leeftijd_onder_12"),
    ):
        if dicht:
            zaak.blokkades.add(blokkade)
            mits = False
    zaak.stel_voor("proces_verbaal", mits=mits)


def pv_tegen_wie(zaak: Zaak) -> None:
    """Against whom the proces-verbaal is."""
    verwijtbaar, zeker = zaak.f.get("verwijtbaar"), "proces_verbaal" in zaak.voorstellen
    if verwijtbaar in ("jongere", "beiden"):
        if zaak.jaren < 12:
            zaak.blokkades.add("leeftijd_onder_12")
        elif zeker:
            zaak.voorstellen["pv_tegen_jongere"] = "lpa", ()
    if verwijtbaar in ("ouder", "beiden") and zeker:
        zaak.voorstellen["pv_tegen_ouders"] = "lpa", ()


def is_gewaarschuwd(zaak: Zaak) -> bool | None:
    """Whether there was an official warning this schooljaar; None when nothing is known of one."""
    op = zaak.f.get("officiele_waarschuwing_datum")
    return None if op is None else op <= zaak.op and schooljaar(op) == schooljaar(zaak.op)
