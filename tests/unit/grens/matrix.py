"""What may never leave, written down from the privacy matrix by hand: tables and plain conditions, no rules engine.

It says of a disclosure the most that may pass; the rules of a protocol may let less pass, never more. § are of the
matrix; GO is goeree-overflakkee, NOP noordoostpolder.
"""

from collections.abc import Mapping, Set
from datetime import date
from typing import Any

NIETS: Set[str] = frozenset()
WIE = {"naam", "geboortedatum"}
ANONIEM = {"verzuim_duur_omvang", "oorzaak_algemeen", "interventies_school_swv", "aggregaten"}

# §2: columns, from E1 to E31; what a column has as T, C or P
KERN = {
    "naam", "geboortedatum", "adres_woonplaats", "laatst_bekende_school", "verzuim_duur_omvang", "oorzaak_algemeen",
    "voogd_feit", "jeugdhulp_betrokken_feit", "naam_behandelaar", "gezinssamenstelling", "gezinsomstandigheden",
    "ondersteuning_buitenkant", "mas_interventies", "interventies_school_swv", "afspraken", "plan_van_aanpak",
}  # fmt: skip
KOLOM = {
    "gemeente": KERN,
    "school": KERN | {"gezondheidsgegevens"},
    "swv": KERN | {"gezondheidsgegevens"},
    "jeugdhulpaanbieder": KERN | {"gezondheidsgegevens"},
    "casusoverleg": KERN | {"gezondheidsgegevens", "conclusie_belastbaarheid"},
}
TAFEL = {
    "naam", "geboortedatum", "verzuim_duur_omvang", "oorzaak_algemeen", "jeugdhulp_betrokken_feit", "naam_behandelaar",
    "ondersteuning_buitenkant", "mas_interventies", "interventies_school_swv", "afspraken", "plan_van_aanpak",
    "conclusie_belastbaarheid",
}  # fmt: skip
SOT = (KERN - {"mas_interventies", "afspraken", "plan_van_aanpak"}) | {
    "gezondheidsgegevens", "conclusie_belastbaarheid", "ondersteuning_inhoud",
}  # fmt: skip

# §3: third parties, "may receive" and "only with consent"
HALT = WIE | {
    "adres_woonplaats", "telefoon_email", "ouder_identiteit", "laatst_bekende_school", "organisatie_contactpersoon",
    "verzuim_duur_omvang", "halt_verwijzing", "jeugdhulp_betrokken_feit", "naam_behandelaar",
}  # fmt: skip
DERDE = {
    ("halt", "halt"): HALT,
    ("svb", "svb_16_17"): WIE | {"bsn", "ouder_identiteit", "datum_niet_voldaan"},
    ("svb", "svb_fraude"): WIE | {"adres_woonplaats", "ouder_identiteit", "datum_niet_voldaan"},
    ("vir", "vir"): WIE | {"signaal_bestaat", "organisatie_contactpersoon"},
    ("om", "strafrecht"): WIE | {"pv", "verzuimoverzicht_detail", "halt_verwijzing", "gezondheidsgegevens"},
    ("om", "halt"): WIE | {"halt_verwijzing"},
    ("rvdk", "strafrecht"): WIE | {"pv"},
    ("nieuwe_gemeente", "verhuizing"): WIE | {
        "schoolhistorie", "laatst_bekende_school", "actief_dossier_feit", "jeugdhulp_betrokken_feit",
        "naam_behandelaar", "ondersteuning_buitenkant",
    },
    ("arbeidsinspectie", "arbeid"): WIE | {"identiteit_categorie_periode"},
}  # fmt: skip
DUO = WIE | {"bsn", "verzuim_duur_omvang", "afhandeling_feit"}
SCHOOL = WIE | {"acties_leerplicht", "afspraken", "afhandeling_feit", "halt_verwijzing", "halt_afloop"}
OVERIGEN = WIE | {"afhandeling_feit"}
JEUGDARTS = WIE | {"verzuim_duur_omvang", "verzuimoverzicht_detail", "organisatie_contactpersoon"}
VAN_CJG = WIE | {"gesprek_heeft_plaatsgevonden", "conclusie_belastbaarheid", "afspraken", "gezondheidsgegevens"}
ALLEEN_NOP = {("nieuwe_gemeente", "verhuizing"), ("arbeidsinspectie", "arbeid"), ("om", "halt")}

TOESTEMMING = {
    "halt": {"jeugdhulp_betrokken_feit", "naam_behandelaar"},
    "om": {"gezondheidsgegevens"},
    "nieuwe_gemeente": {"jeugdhulp_betrokken_feit", "naam_behandelaar", "ondersteuning_buitenkant"},
}
DOELEN = {"3.1a", "3.1b", "3.1c", "3.1d", "3.1e", "3.1f", "3.1g"}


def hooguit(protocol: str, f: Mapping[str, Any], op: date) -> Set[str]:
    """The most that may pass of a disclosure with these facts."""
    if f.get("overleden") is True or f.get("kanaal") != "versleuteld_mfa":  # CONV-5.5c; G8
        return NIETS
    if f.get("ontvanger") == "onderzoeker":
        return {"aggregaten"}  # CONV-9.3, NOP-JV-1
    mag = _goeree(f, op) if protocol == "goeree-overflakkee" else _elders(protocol, f, op)
    return {e for e in mag if _eigen(f, e)}


def _eigen(f: Mapping[str, Any], element: str) -> bool:
    """E31, G7: what another party brought in stays."""
    van = f.get("herkomst", {}).get(element, f.get("verstrekker"))
    statutair = f.get("ontvanger") == "duo" or f.get("doel") == "terugkoppeling" or f.get("verstrekker") == "cjg"
    anoniem = element in ANONIEM
    return bool(van == f.get("verstrekker")) or statutair or anoniem


def _goeree(f: Mapping[str, Any], op: date) -> Set[str]:
    van, aan, doel = f.get("verstrekker"), f.get("ontvanger"), f.get("doel")
    venue = {f.get("fase"), aan}
    if "verzuimoverleg" in venue:
        return ANONIEM  # GO-OVL-2
    grond = f.get("duo_melding") is True or f.get("absoluut_signaal") is True
    if aan == "sot" or (aan == "cjg" and "thuiszitterstafel" not in venue):
        return _hulpvraag(f, op) if grond or van != "gemeente" else _zonder_grond(f)
    if aan == "duo":
        return DUO if van in ("school", "gemeente") else NIETS
    if van == "cjg" and "thuiszitterstafel" not in venue:
        if aan not in ("school", "gemeente"):
            return NIETS
        return VAN_CJG if f.get("toestemming_cjg_inhoud") is True else WIE | {"gesprek_heeft_plaatsgevonden"}
    if not grond:
        return _zonder_grond(f)  # G0
    if "thuiszitterstafel" in venue and aan in (
        "thuiszitterstafel",
        "gemeente",
        "school",
        "swv",
        "casusoverleg",
        "cjg",
    ):
        op_naam = f.get("thuiszitterstafel_reden") not in ("wachten_op_opname", "ontheffing")
        if aan == "thuiszitterstafel" and not op_naam and not any(_stemt_in(f, e, op) for e in f["elementen"]):
            return NIETS  # GO-TT-4
        return _met_toestemming(TAFEL, {"conclusie_belastbaarheid"}, f, op) if _mag_convenant(f, op) else NIETS
    if doel == "terugkoppeling" and van == "gemeente":
        return SCHOOL if aan == "school" else OVERIGEN
    if (aan, doel) in DERDE:
        return _derde("goeree-overflakkee", f, op)
    if aan in KOLOM and van in ("gemeente", "school", "swv", "jeugdhulpaanbieder"):
        return _convenant(f, op)
    return NIETS


def _zonder_grond(f: Mapping[str, Any]) -> Set[str]:
    """GO-PRE-2: without a DUO-melding only what says nothing about who it is, and then nothing else with it."""
    return ANONIEM if set(f["elementen"]) <= ANONIEM else NIETS


def _mag_convenant(f: Mapping[str, Any], op: date) -> bool:
    """G1, G2 and G4: a thuiszitter under 18, an acceded jeugdhulpaanbieder, everybody told beforehand."""
    jaren = _leeftijd(f, op)
    if jaren is None or jaren >= 18:
        return False
    partij = "jeugdhulpaanbieder" not in (f.get("verstrekker"), f.get("ontvanger")) or all(
        f.get(f"toetreding_{stap}") is True for stap in ("akkoord", "getekend", "gemeld_gemeente", "gemeld_swv")
    )
    thuis = f.get("absoluut_signaal") is True or f.get("ongeoorloofde_uren_4_lesweken", 0) >= 16
    ziek = f.get("jeugdarts_onderzocht") is True and f.get("vermoeden_ongeoorloofd") is True
    return partij and (thuis or ziek) and f.get("vooraf_geinformeerd") is True


def _convenant(f: Mapping[str, Any], op: date) -> Set[str]:
    van, aan, doel = f["verstrekker"], f["ontvanger"], f.get("doel")
    naar_swv = (van, aan, doel) == ("school", "swv", "tlv")
    if not _mag_convenant(f, op) or not (doel in DOELEN or naar_swv):
        return NIETS
    mag = set(KOLOM[aan])
    if (van, aan) in (("gemeente", "school"), ("school", "gemeente")):
        mag |= {"bsn"}  # E4
    if (van, aan) == ("school", "gemeente"):
        mag |= {"verzuimoverzicht_detail", "contactgegevens_professional"}  # E18, E20
    if f.get("relevantie_aangevinkt") is not True:
        mag -= {"gezinssamenstelling", "gezinsomstandigheden"}  # P
    nodig = {"gezondheidsgegevens", "conclusie_belastbaarheid", "contactgegevens_professional"}
    return _met_toestemming(mag, mag if van == "jeugdhulpaanbieder" else nodig, f, op)


def _hulpvraag(f: Mapping[str, Any], op: date) -> Set[str]:
    """GO-ZIEK-5: SOT and CJG hear nothing without consent of whoever must give it."""
    mag = SOT if f["ontvanger"] == "sot" else JEUGDARTS
    if not any(_stemt_in(f, e, op) for e in f["elementen"]):
        return NIETS
    return _met_toestemming(mag, mag - WIE if f["ontvanger"] == "sot" else NIETS, f, op)


def _derde(protocol: str, f: Mapping[str, Any], op: date) -> Set[str]:
    """§3 with its pre-conditions."""
    aan, doel, jaren = f["ontvanger"], f["doel"], _leeftijd(f, op)
    van_gemeente = f.get("verstrekker") == "gemeente" or aan == "vir"
    boa, boven_12 = f.get("lpa_is_boa") is True, jaren is not None and 12 <= jaren < 18
    ja = f.get("toestemming_jongere_halt") is True and (
        jaren is not None and (jaren >= 16 or f.get("toestemming_ouders_halt") is True)
    )
    voorwaarden = {
        ("halt", "halt"): boa and boven_12 and ja,
        ("om", "halt"): boa and boven_12 and ja,
        ("svb", "svb_16_17"): f.get("svb_voornemen_besproken") is True
        and f.get("svb_overeenkomst") is True
        and f.get("startkwalificatie") is False
        and f.get("svb_voorwaarden_voldaan") is False
        and jaren in (16, 17),
        ("svb", "svb_fraude"): f.get("absoluut_signaal") is True,
        ("om", "strafrecht"): boa and f.get("pv_besluit") is True,
        ("rvdk", "strafrecht"): boa and f.get("pv_besluit") is True,
        ("nieuwe_gemeente", "verhuizing"): f.get("zorgleerling") is True and f.get("actief_dossier") is True,
    }
    niet_hier = (aan, doel) in ALLEEN_NOP and protocol != "noordoostpolder"
    luxe = protocol == "goeree-overflakkee" and aan == "rvdk" and f.get("zaaksoort") in (None, "luxe")
    if not van_gemeente or niet_hier or luxe or not voorwaarden.get((aan, doel), True):
        return NIETS
    return _met_toestemming(DERDE[aan, doel], TOESTEMMING.get(aan, NIETS), f, op)


def _elders(protocol: str, f: Mapping[str, Any], op: date) -> Set[str]:
    """Protocols without a Convenant: feedback, DUO, and the third parties they name."""
    van, aan, doel = f.get("verstrekker"), f.get("ontvanger"), f.get("doel")
    if aan == "duo":
        return DUO if van in ("school", "gemeente") and protocol == "noordoostpolder" else NIETS
    if doel == "terugkoppeling" and van == "gemeente":
        return SCHOOL if aan == "school" else OVERIGEN if protocol == "noordoostpolder" else NIETS
    genoemd = {
        "noordoostpolder": {"halt", "svb", "vir", "om", "rvdk", "nieuwe_gemeente", "arbeidsinspectie"},
        "algemeen": {"halt", "svb", "om"},
        "ijssel-vecht": {"vir"},
    }
    if (aan, doel) in DERDE and aan in genoemd.get(protocol, NIETS) and doel != "svb_fraude":
        return _derde(protocol, f, op)
    return NIETS


def _met_toestemming(mag: Set[str], nodig: Set[str], f: Mapping[str, Any], op: date) -> Set[str]:
    return {e for e in mag if e not in nodig or _stemt_in(f, e, op)}


def _stemt_in(f: Mapping[str, Any], element: str, op: date) -> bool:
    """§4: in writing, not withdrawn, by everybody who must at this age."""
    jaren = _leeftijd(f, op)
    if jaren is None:
        return False
    gevers = {"ouder"} if jaren < 12 else {"ouder", "jongere"} if jaren < 16 else {"jongere"}
    if element == "contactgegevens_professional":
        gevers = {"ouder"} if jaren < 16 else {"ouder", "jongere"} if jaren < 18 else {"jongere"}
    gaf = {
        t["gever"]
        for t in f.get("toestemming", ())
        if t["element"] == element and t["ontvanger"] == f["ontvanger"] and t["schriftelijk"]
        if t.get("ingetrokken_op") is None or t["ingetrokken_op"] > op
    }
    return gevers <= gaf


def _leeftijd(f: Mapping[str, Any], op: date) -> int | None:
    geboren = f.get("geboortedatum")
    return None if geboren is None else op.year - geboren.year - ((op.month, op.day) < (geboren.month, geboren.day))
