"""From a zaak to the facts the rules ask about: pure, and nothing is invented. What is not known is left out."""

from datetime import date
from typing import Any

from contracts.codes import Besluitsoort, Verzuimsoort, Zaaksoort
from hub.clock import AMSTERDAM
from services.cases.model import Dossier, MeldingFeiten, Zaak
from services.cases.toestemmingen import UIT_REGISTER, toestemmingsfeiten

_DUO_SOORT = {
    Verzuimsoort.OVERIG: "overig",
    Verzuimsoort.ZESTIEN_UUR: "16_uur",
    Verzuimsoort.ZESTIEN_UUR_18_PLUS: "16_uur",
    Verzuimsoort.LANGDURIG: "lrv",
    Verzuimsoort.LUXE: "luxe",
    Verzuimsoort.DOORSTROOMPUNT: "rmc",
}
_ZAAKSOORT = {
    Verzuimsoort.LUXE: Zaaksoort.LUXE,
    Verzuimsoort.LANGDURIG: Zaaksoort.LANGDURIG,
    Verzuimsoort.DOORSTROOMPUNT: Zaaksoort.RMC,
}
_FEIT = {
    Zaaksoort.TE_LAAT: "te_laat",
    Zaaksoort.RELATIEF: "relatief",
    Zaaksoort.LUXE: "luxe",
    Zaaksoort.LANGDURIG: "relatief",
    Zaaksoort.ABSOLUUT: "absoluut",
    Zaaksoort.ZIEKTE: "ziekte",
}
"""How the rules call a zaaksoort; those that are not here the rules do not know by that fact."""

_RELATIEF = frozenset({Zaaksoort.RELATIEF, Zaaksoort.LANGDURIG})
_ZESTIEN_UUR = (Verzuimsoort.ZESTIEN_UUR, Verzuimsoort.ZESTIEN_UUR_18_PLUS)


def zaaksoort_van(melding: MeldingFeiten) -> Zaaksoort:
    """Which rules a melding is judged by: as reported; te laat when the school named the count; else relatief."""
    if melding.verzuimsoort in _ZAAKSOORT:
        return _ZAAKSOORT[melding.verzuimsoort]
    if melding.verzuimsoort is Verzuimsoort.OVERIG and melding.aantal_te_laat is not None:
        return Zaaksoort.TE_LAAT
    return Zaaksoort.RELATIEF


def zaaksoortfeit(zaak: Zaak) -> str | None:
    """What the rules are told about the kind of zaak; None: nothing.

    Langdurig is relatief verzuim that lasts (the rules hear so from `duo_melding_soort`), and so is what a school
    reports about somebody from 18 on (RMC). A zaak without a melding about a request or notice is told by its facts.
    """
    if zaak.zaaksoort is Zaaksoort.RMC and zaak.geldige_meldingen():
        return "relatief"
    return _FEIT.get(zaak.zaaksoort)


def feiten_van(dossier: Dossier, zaak: Zaak, as_of: date, meldgrens_uren: float) -> dict[str, Any]:
    """All facts known of a zaak on `as_of`; those an official established go first.

    A 16-uursmelding says that at least the legal bound was reached: when its days do not add up to more, the bound
    itself is the fact (Leerplichtwet 1969 art. 21a).
    """
    meldingen = zaak.geldige_meldingen()
    feiten: dict[str, Any] = {"as_of": as_of, "duo_melding": bool(meldingen)}
    soort = zaaksoortfeit(zaak)
    if soort is not None:
        feiten["zaaksoort"] = soort
    if dossier.geboortedatum is not None and dossier.geboortedatum <= as_of:
        feiten["geboortedatum"] = dossier.geboortedatum
    if meldingen:
        laatste = meldingen[-1]
        feiten["ingeschreven"] = True  # only a school where the jongere is enrolled can report absence
        feiten["eerste_verzuimdag"] = laatste.begindatum
        if laatste.verzuimsoort in _DUO_SOORT:
            feiten["duo_melding_soort"] = _DUO_SOORT[laatste.verzuimsoort]
        if laatste.lesuren and not laatste.hele_dagen:
            feiten["duo_melding_uren"] = laatste.lesuren
        if zaak.zaaksoort is Zaaksoort.LUXE and laatste.hele_dagen and not laatste.lesuren:
            feiten["luxe_schooldagen"] = laatste.hele_dagen
        feiten["eerdere_meldingen"] = _afgedaan(zaak)
        te_laat = [m.aantal_te_laat for m in meldingen if m.aantal_te_laat is not None]
        if te_laat:
            feiten["aantal_te_laat"] = max(te_laat)
        uren = [u for m in meldingen if (u := _uren(m, meldgrens_uren)) is not None]
        if uren and zaak.zaaksoort in _RELATIEF:
            feiten["ongeoorloofde_uren_4_lesweken"] = uren[-1]
            feiten["ongeoorloofde_uren_traject"] = sum(uren)
    if zaak.zaaksoort is Zaaksoort.TE_LAAT:
        feiten["vorige_stap_te_laat"] = 0
    vastgesteld = {naam: waarde for naam, waarde in zaak.feiten.items() if naam not in UIT_REGISTER}
    return feiten | vastgesteld | uit_register(dossier, zaak, as_of)


def uit_register(dossier: Dossier, zaak: Zaak, as_of: date) -> dict[str, Any]:
    """What the register of consent says about a zaak.

    What hangs on a purpose is left out: whoever decides about a disclosure asks for it with that purpose.
    """
    feiten = toestemmingsfeiten(dossier.privacy, dossier.geboortedatum, as_of, zaak_id=zaak.zaak_id)
    return {naam: waarde for naam, waarde in feiten.items() if naam in _VAN_EEN_ZAAK}


def feitenreeks(dossier: Dossier, zaak: Zaak, meldgrens_uren: float) -> list[dict[str, Any]]:
    """The facts of a zaak on the first day of each melding; what an official established belongs to the last one."""
    meldingen = zaak.geldige_meldingen()
    reeks = []
    for aantal, melding in enumerate(meldingen, 1):
        toen = zaak.met(
            meldingen={m.meldingsnummer: m for m in meldingen[:aantal]},
            feiten=zaak.feiten if aantal == len(meldingen) else {},
        )
        reeks.append(feiten_van(dossier, toen, melding.begindatum, meldgrens_uren))
    if reeks:
        gehoord = [t.op.astimezone(AMSTERDAM).date() for t in dossier.privacy.toestemmingen]
        reeks[-1] |= uit_register(dossier, zaak, max((meldingen[-1].begindatum, *gehoord)))
    return reeks


def _uren(melding: MeldingFeiten, meldgrens_uren: float) -> float | None:
    gemeld = melding.lesuren if melding.lesuren and not melding.hele_dagen else None
    if melding.verzuimsoort in _ZESTIEN_UUR:
        return max(float(gemeld or 0), meldgrens_uren)
    return gemeld


_VAN_EEN_ZAAK = UIT_REGISTER - {"toestemming"}
_AFDOENING = ("officiele_waarschuwing", "brief_afspraken", "brief_zonder_vervolg", "brief_hulp_tjg", "gele_kaart")


def _afgedaan(zaak: Zaak) -> int:
    """How many meldingen were dealt with before this one: each afdoening an official agreed to.

    The afdoening of the present melding is not an earlier one, as long as no next melding came in.
    """
    number = sum(
        v.uitkomst in _AFDOENING and v.besluit is not None and v.besluit.soort is Besluitsoort.AKKOORD
        for v in zaak.voorstellen.values()
    )
    return max(number - (zaak.feiten.get("melding_afgehandeld") is True), 0)
