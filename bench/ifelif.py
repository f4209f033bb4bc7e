"""A part of the protocol of Goeree-Overflakkee as somebody would program it by hand, to hold the rule engine against.

Plicht and dates, te laat, relatief verzuim, Halt, proces-verbaal and luxe, for a jongere with a known birth date
about whom DUO sent a melding. Outcomes, gates, dates and flags are those of the rules; there is no explanation.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from bench.ifelif_zaak import (
    BEIDEN,
    JONGERE,
    OUDERS,
    Zaak,
    bepaal_melding,
    bepaal_plicht,
    bepaal_uren,
    halt_geweigerd,
    halt_kan,
    halt_valt_af,
    halt_verwijzing,
    halt_vlaggen,
    is_begonnen,
    is_gesproken,
    is_gewaarschuwd,
    keer_te_laat,
    proces_verbaal,
    pv_beoordelen,
    pv_tegen_wie,
    schooltaken,
    verwijt_vast,
)

LADDER: Final = (13, 12, 9, 6, 3, 0)
PILOT_EINDE: Final = date(2021, 7, 31)


def beslis(feiten: Mapping[str, Any], op: date) -> Zaak:
    """The answer for these facts on this day."""
    zaak = Zaak(feiten, op)
    soort = feiten.get("zaaksoort")
    bepaal_plicht(zaak, feiten["geboortedatum"])
    bepaal_uren(zaak)
    bepaal_melding(zaak, soort)
    schooltaken(zaak)
    if soort == "te_laat":
        _te_laat(zaak)
    elif soort == "relatief":
        _relatief(zaak)
    elif soort == "luxe":
        _luxe(zaak)
    if zaak.plicht == "rmc":
        zaak.voorstellen["rmc_begeleiding"] = "rmc", JONGERE
    return zaak


# Te laat


def _te_laat(zaak: Zaak) -> None:
    keer, vorige, jaren = keer_te_laat(zaak), zaak.f.get("vorige_stap_te_laat", -1), zaak.jaren
    stap = zaak.klassen["te_laat_stap"] = next(trede for trede in LADDER if trede <= keer)
    zaak.vlaggen.add("telvenster_te_laat_niet_in_tekst")
    if vorige >= 0 and (over := tuple(trede for trede in reversed(LADDER) if vorige < trede < stap)):
        zaak.klassen["overgeslagen"] = over
        zaak.vlaggen.add("overgeslagen_stappen")
    if stap == 12 and 12 <= jaren < 18:
        zaak.vlaggen.add("halt_toelaatbaar_route_3b")
    if stap == 13:
        halt_vlaggen(zaak)
        halt_verwijzing(zaak)
    if vorige >= stap:
        return
    if stap == 3:
        if jaren < 12:
            zaak.taak("school_gesprek_ouders", "school", OUDERS)
        else:
            zaak.taak("school_gesprek_jongere", "school", JONGERE)
    elif stap == 6:
        zaak.taak("school_waarschuwt_duo_melding_te_laat", "school", OUDERS if jaren < 18 else JONGERE)
    elif stap == 9:
        zaak.klassen["verplichte_brief_elementen"] = ("pv_mogelijk_bij_aanhouden", "dit_verzuim_wordt_meegenomen")
        zaak.taak("magister_bericht_ouders", "school", OUDERS if jaren < 18 else JONGERE)
        zaak.stel_voor("gele_kaart", zaak.adressaten)
    elif stap == 12:
        zaak.stel_voor("lpa_uitnodiging_gesprek", zaak.adressaten if jaren < 16 else JONGERE)
    elif stap == 13:
        _laatste_stap(zaak, keer)


def _laatste_stap(zaak: Zaak, keer: int) -> None:
    wie = BEIDEN if zaak.jaren < 16 else JONGERE
    zaak.stel_voor("halt_gesprek_uitnodiging", wie, mits=halt_kan(zaak) and zaak.plichtig)
    af, pilot_voorbij = halt_valt_af(zaak), zaak.op > PILOT_EINDE
    uren = zaak.f.get("ongeoorloofde_uren_per_maand")
    if af and (pilot_voorbij or uren is not None):
        if pilot_voorbij:
            zaak.blokkades.add("pilot_niet_geldig")
        elif uren is not None and uren < 16:
            zaak.blokkades.add("pilot_uren_te_laag")
        open_ = zaak.jaren >= 12 and not pilot_voorbij and uren is not None and uren >= 16
        zaak.stel_voor("jeugdreclassering_vrijwillig", zaak.adressaten, mits=open_ and zaak.plichtig)
        if zaak.jaren < 12:
            zaak.blokkades.add("leeftijd_onder_12")
    if af or halt_geweigerd(zaak):
        pilot_af = pilot_voorbij or (uren is not None and uren < 16)
        proces_verbaal(zaak, mits=zaak.plichtig and af and pilot_af and verwijt_vast(zaak))
    if not {"halt_verwijzing", "halt_gesprek_uitnodiging", "jeugdreclassering_vrijwillig", "proces_verbaal"} & (
        zaak.voorstellen.keys()
    ):
        zaak.stel_voor("menselijke_routekeuze")


# Relatief verzuim


def _relatief(zaak: Zaak) -> None:
    f, oordeel, adressaten = zaak.f, zaak.f.get("oordeel"), zaak.adressaten
    gewaarschuwd = is_gewaarschuwd(zaak)
    houdt_aan = f.get("eerdere_meldingen", 0) > 0
    if not is_begonnen(zaak):
        zaak.taak("lpa_start_onderzoek", "lpa")
    if not is_gesproken(zaak):
        zaak.taak("verzuimoverzicht_opvragen", "lpa", ("school",))
        code = "lpa_vervolg_gesprek" if gewaarschuwd and houdt_aan else "lpa_uitnodiging_1"
        zaak.stel_voor(code, adressaten)
    if oordeel == "geoorloofd":
        zaak.stel_voor("brief_zonder_vervolg", (*adressaten, "school"))
    elif f.get("achterliggende_problematiek"):
        zaak.stel_voor("brief_hulp_tjg", adressaten)
    if oordeel == "ongeoorloofd":
        _afdoening(zaak, gewaarschuwd)
    if f.get("verwijtbaar") in ("jongere", "beiden") or {"toestemming_jongere_halt", "toestemming_ouders_halt"} & (
        f.keys()
    ):
        halt_vlaggen(zaak)
        halt_verwijzing(zaak)
        if halt_geweigerd(zaak) and oordeel != "geoorloofd":
            pv_beoordelen(zaak, mits=zaak.plichtig)
    _naar_proces_verbaal(zaak, gewaarschuwd, houdt_aan=houdt_aan)
    _routes(zaak, gewaarschuwd, houdt_aan=houdt_aan)


def _afdoening(zaak: Zaak, gewaarschuwd: bool | None) -> None:
    eerste, problemen = zaak.f.get("eerdere_meldingen") == 0, zaak.f.get("achterliggende_problematiek")
    if zaak.drempel:
        zaak.klassen["verplichte_brief_elementen"] = (
            "pv_mogelijk_bij_aanhouden", "dit_verzuim_wordt_meegenomen", "afspraken",
        )  # fmt: skip
        if not problemen and not gewaarschuwd and (eerste or gewaarschuwd is False):
            zaak.stel_voor("officiele_waarschuwing", zaak.adressaten, mits=zaak.plichtig)
    elif zaak.drempel is False and eerste and not problemen:
        zaak.stel_voor("brief_afspraken", zaak.adressaten)


def _naar_proces_verbaal(zaak: Zaak, gewaarschuwd: bool | None, *, houdt_aan: bool) -> None:
    f, oordeel, verwijt = zaak.f, zaak.f.get("oordeel"), verwijt_vast(zaak)
    in_beeld = verwijt or (oordeel == "ongeoorloofd" and (houdt_aan or gewaarschuwd is not None))
    if in_beeld and oordeel != "geoorloofd":
        reden = (gewaarschuwd and houdt_aan) or f.get("hulp_bereid") is False
        proces_verbaal(zaak, mits=bool(zaak.plichtig and reden and halt_valt_af(zaak) and verwijt))
    if in_beeld and oordeel != "geoorloofd" and gewaarschuwd is False and f["officiele_waarschuwing_datum"] <= zaak.op:
        pv_beoordelen(zaak, mits=zaak.plichtig and halt_valt_af(zaak) and verwijt)
    pv_tegen_wie(zaak)
    if "proces_verbaal_beoordelen" in zaak.voorstellen and zaak.blokkades & {
        "geen_officiele_waarschuwing", "om_vervolgt_niet_onder_16_uur",
    }:  # fmt: skip
        zaak.vlaggen.add("pv_poorten_botsen")


def _routes(zaak: Zaak, gewaarschuwd: bool | None, *, houdt_aan: bool) -> None:
    ongeoorloofd, gedaan = zaak.f.get("oordeel") == "ongeoorloofd", zaak.voorstellen.keys()
    if ongeoorloofd and houdt_aan and not (zaak.drempel and gewaarschuwd is False):
        andere = {"officiele_waarschuwing", "halt_verwijzing", "route_1_jeugdhulp", "proces_verbaal"}
        zaak.stel_voor("menselijke_routekeuze", mits=not andere & gedaan)
    if gewaarschuwd and houdt_aan and zaak.f.get("oordeel") != "geoorloofd" and (ongeoorloofd or verwijt_vast(zaak)):
        mits = zaak.plichtig and "halt_verwijzing" not in gedaan
        zaak.stel_voor("last_onder_dwangsom_mogelijk", zaak.adressaten, mits=mits)


# Luxe verzuim


def _luxe(zaak: Zaak) -> None:
    f, oordeel = zaak.f, zaak.f.get("oordeel")
    dagen, eerder, gehoord = f.get("luxe_schooldagen"), f.get("luxe_eerdere_keren"), f.get("verklaring_ouders")
    kort = dagen is not None and dagen <= 1
    eerste_kort = kort and eerder == 0
    if kort and eerder is not None and eerder > 0:
        zaak.vlaggen.add("luxe_gezin_telling")
    if not is_begonnen(zaak):
        zaak.taak("lpa_start_onderzoek", "lpa")
    if oordeel == "geoorloofd":
        zaak.stel_voor("brief_zonder_vervolg", ("ouders", "school"))
    elif not gehoord and not (eerste_kort and oordeel == "ongeoorloofd"):
        zaak.stel_voor("oproep_luxe_1", OUDERS, mits=zaak.plichtig)
    gewaarschuwd = bool(f.get("luxe_bij_vakantie") and f.get("school_waarschuwt_luxe_vooraf")) and (dagen or 0) >= 0.5
    zonder_pv = eerste_kort and not gewaarschuwd and oordeel != "geoorloofd"
    if zonder_pv:
        zaak.blokkades.add("luxe_eerste_keer_max_1_dag")
        if oordeel != "nog_geen":
            zaak.stel_voor("waarschuwing_luxe", OUDERS, mits=zaak.plichtig)
    if oordeel != "ongeoorloofd":
        return
    if not eerste_kort:
        door_ouder = f.get("verwijtbaar") in ("ouder", "beiden")
        vaker = (dagen is not None and dagen > 1) or (eerder is not None and eerder > 0)
        proces_verbaal(zaak, mits=bool(zaak.plichtig and door_ouder and vaker and gehoord))
    zaak.stel_voor("kennisgeving_pv", OUDERS, mits="proces_verbaal" in zaak.voorstellen and not zonder_pv)
    pv_tegen_wie(zaak)
