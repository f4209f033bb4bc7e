"""What follows when an official agrees to a voorstel: which letter, which facts, which termijn; as one table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from hub.medewerkers import Rol


@dataclass(frozen=True, slots=True)
class Gevolg:
    """The consequence of one uitkomst.

    `feiten` become facts of the zaak; a value `@besluitdatum` stands for the day of the besluit. `stap` says that
    with it the step that coming late has reached was taken. `termijn` begins with the besluit; `termijn_waarde` names
    the value of the protocol that says how long it is. `gesprek` and `afspraken` say that the letter names the moment
    of a conversation, or what was agreed.
    With `taak` a human carries it out, for the hub has no letter or bridge for it: the zaak shows
    `<uitkomst>_uitvoeren`. `ontvanger` is the organisation that hears of it; `halt` is the only bridge that moves.
    """

    brief: str | None = None
    gesprek: bool = False
    afspraken: bool = False
    rol: Rol = Rol.LEERPLICHTAMBTENAAR
    halt: bool = False
    taak: bool = False
    ontvanger: str | None = None
    stap: bool = False
    termijn: str | None = None
    termijn_waarde: str | None = None
    sluit: str | None = None
    feiten: Mapping[str, Any] = field(default_factory=dict)


REACTIE = "reactie_uitnodiging_uiterlijk"
"""The termijn in which ouders and jongere answer an invitation; a conversation ends it."""


def _uitnodiging(brief: str, *, stap: bool = False) -> Gevolg:
    return Gevolg(brief, gesprek=True, stap=stap, termijn=REACTIE, termijn_waarde="reactie_uitnodiging_werkdagen")


_MENS = Gevolg(taak=True)
_OORDEEL = Gevolg()
"""The besluit itself is the record: an official judges, or leaves something to the school or a partner."""
_VERHOOR = Gevolg(rol=Rol.BOA, taak=True)
"""Part of an investigation by a buitengewoon opsporingsambtenaar (Wetboek van Strafvordering art. 142; GO-PV-2)."""

_DOOR_EEN_MENS = (
    *("hulpaanbod", "route_1_jeugdhulp", "route_3a_pak_je_kans", "mdo_1g1p", "jeugdreclassering_vrijwillig"),
    *("lpa_stemt_af_intern", "lpa_preventief_gesprek", "lpa_afsprakenkaart", "verzuimspreekuur", "drempelbezoek"),
    *("lpa_kennisgevingsbrief", "lpa_brief_ouders_jongere", "lpa_vraagt_school_ontbrekende_stap"),
    *("huisbezoek", "huisbezoek_mogelijk", "onderzoek_gezin", "lpa_onderzoek_veiligheid", "informatie_overnemen"),
    *("waarschuwing_luxe", "schriftelijke_waarschuwing_mogelijk", "oproep_luxe_1", "oproep_luxe_2"),
    *("waarschuwing_halt_gevolgen", "proces_verbaal_beoordelen", "oproep_pv_ouders", "oproep_pv_jongere"),
    *("kennisgeving_pv", "last_onder_dwangsom_mogelijk", "schorsing_signaal_school", "brp_onderzoek_melding"),
    *("absoluut_brief_1", "absoluut_brief_2", "absoluut_uitnodiging", "schoolverklaring_opvragen"),
    *("brief_ouders_bestemming", "svb_voornemen_oproep", "lpa_beoordeelt_thuiszitter", "doorzettingsmacht_voorleggen"),
    *("verlof_naar_lpa", "termijn_inschrijving_brief", "lpa_registreert_vrijstelling", "rmc_overdracht_beoordelen"),
    *("lpa_actie_overstap", "rmc_begeleiding", "rmc_uitnodiging", "rmc_actie_overstap"),
)
_NAAR = {
    "svb_melding": "svb",
    "svb_herstelmelding": "svb",
    "svb_fraudemelding": "svb",
    "lpa_signaal_vir": "verwijsindex",
    "rvdk_consulteren": "rvdk",
    "lpa_melding_veilig_thuis": "veilig_thuis",
    "route_3d_jeugdbeschermingsplein": "jeugdbeschermingsplein",
    "halt_nieuw_verzuim_doorgeven": "halt",
    "melding_inspecteur": "inspectie",
    "bericht_arbeidsinspectie": "arbeidsinspectie",
    "overdracht_schoolhistorie": "gemeente",
    "lpa_bespreekt_met_swv": "swv",
    "bespreken_op_naam": "thuiszitterstafel",
}
"""What an official tells another organisation by hand; for SVB and verwijsindex there is no bridge."""
_NAAR_DOOR_BOA = {
    "pv_naar_om": "om",
    "pv_afschrift_rvdk": "rvdk",
    "halt_kennisgeving_ovj": "om",
}
_ZELF_BEOORDEELD = (
    *("lpa_geen_actie", "niet_vervolgen", "menselijke_routekeuze", "weeg_ontbrekende_communicatie_school"),
    *("duo_melding_overig_mogelijk", "duo_melding_lrv_mogelijk", "school_overleg_lpa", "school_belegt_mdo_mogelijk"),
    *("school_signaal_vir", "school_schakelt_jg_coach_in", "aanmelding_jeugdarts_mogelijk", "melding_cjg_sot"),
    *("verlenging_programma", "school_tweede_gesprek_voor_terugkeer", "uitschrijving_menselijke_toets"),
    *("verlof_naar_directeur", "verlof_weigeren", "ketenpartners_melding_veilig_thuis", "esar_registratie"),
)
_MET_VERHOOR = ("oproep_verhoor_ouders", "pv_directeur_optie", "pv_tegen_jongere", "pv_tegen_ouders")
_PROCES_VERBAAL = ("proces_verbaal", "proces_verbaal_optie", "proces_verbaal_zonder_verklaring")

GEVOLGEN: Mapping[str, Gevolg] = MappingProxyType(
    {
        "lpa_uitnodiging_1": _uitnodiging("lpa_uitnodiging_1"),
        "lpa_uitnodiging_2": _uitnodiging("lpa_uitnodiging_2"),
        "lpa_uitnodiging_gesprek": _uitnodiging("lpa_uitnodiging_1", stap=True),
        "lpa_vervolg_gesprek": _uitnodiging("lpa_uitnodiging_1"),
        "halt_gesprek_uitnodiging": _uitnodiging("lpa_uitnodiging_1", stap=True),
        "gele_kaart": Gevolg("gele_kaart", stap=True, feiten={"officiele_waarschuwing_datum": "@besluitdatum"}),
        "lpa_vervolg_mas": Gevolg(stap=True, taak=True),
        "officiele_waarschuwing": Gevolg(
            "officiele_waarschuwing",
            afspraken=True,
            feiten={
                "officiele_waarschuwing_datum": "@besluitdatum",
                "eerdere_afdoening": "officiele_waarschuwing",
                "melding_afgehandeld": True,
            },
        ),
        "brief_afspraken": Gevolg(
            "brief_afspraken",
            afspraken=True,
            feiten={"eerdere_afdoening": "brief_afspraken", "melding_afgehandeld": True},
        ),
        "lpa_brief_afspraken_na_gesprek": Gevolg("brief_afspraken", afspraken=True),
        "brief_hulp_tjg": Gevolg(
            taak=True, feiten={"eerdere_afdoening": "brief_hulp_tjg", "melding_afgehandeld": True}
        ),
        "brief_zonder_vervolg": Gevolg(
            taak=True,
            feiten={"eerdere_afdoening": "brief_zonder_vervolg", "melding_afgehandeld": True},
            sluit="afgedaan_zonder_vervolg",
        ),
        "halt_verwijzing": Gevolg(
            "halt_brief",
            rol=Rol.BOA,
            halt=True,
            feiten={"halt_status": "lopend", "eerder_halt": "leerplicht"},
            termijn="halt_afloop_uiterlijk",
            termijn_waarde="halt_afloop_weken",
            ontvanger="halt",
        ),
        **{uitkomst: Gevolg(rol=Rol.BOA, taak=True, feiten={"pv_besluit": True}) for uitkomst in _PROCES_VERBAAL},
        **dict.fromkeys(_MET_VERHOOR, _VERHOOR),
        **{uitkomst: Gevolg(taak=True, ontvanger=wie) for uitkomst, wie in _NAAR.items()},
        **{uitkomst: Gevolg(rol=Rol.BOA, taak=True, ontvanger=wie) for uitkomst, wie in _NAAR_DOOR_BOA.items()},
        **dict.fromkeys(_DOOR_EEN_MENS, _MENS),
        **dict.fromkeys(_ZELF_BEOORDEELD, _OORDEEL),
    }
)
"""Every uitkomst that waits for a human (protocols/woordenlijst.yaml), each chosen on purpose."""


def gevolg_van(uitkomst: str) -> Gevolg:
    """The consequence of agreeing to `uitkomst`; one that a newer word list has and this table not is done by hand."""
    return GEVOLGEN.get(uitkomst, _MENS)


def taak_uitvoeren(uitkomst: str) -> str:
    """The taak of whoever carries out a besluit that the hub cannot carry out."""
    return f"{uitkomst}_uitvoeren"


def taak_terugdraaien(uitkomst: str) -> str:
    """The taak when that besluit was withdrawn: find out whether it was done, and take it back."""
    return f"{uitkomst}_terugdraaien"


BRIEF_TERUGNEMEN = "intrekkingsbrief_sturen"
"""The taak when a letter that was made no longer holds: whoever got it must hear so."""

AFLOOP_BEOORDELEN = "halt_afloop_beoordelen"
"""The taak when Halt ended although its besluit was withdrawn: that came too late, and a human says what now."""
