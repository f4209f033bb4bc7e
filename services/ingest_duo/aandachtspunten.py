"""What is odd about a melding without making it unusable: codes that an official sees beside the melding. Pure.

Only what is certain from the melding itself gets a code: the age of the jongere, for one, is not known here.
"""

from collections import Counter
from datetime import date, timedelta
from enum import StrEnum

from contracts.codes import MeldingStatus, Verzuimsoort
from hub.calendar import REGIOS, KalenderOnvolledig, laad_kalender, plus_werkdagen
from services.ingest_duo.model import Verzuimgeval


class Aandachtspunt(StrEnum):
    """The codes; sources are DUO's description of the verzuimsoorten and the annex of the Besluit Verzuimmelding."""

    MINDER_DAN_16_UUR = "minder_dan_16_uur"
    """16 uren in vier lesweken: the days that were given cannot add up to 16 hours."""
    LANGER_DAN_VIER_LESWEKEN = "langer_dan_vier_lesweken"
    """16 uren in vier lesweken: the period is longer than that, holidays left out, in every vakantieregio."""
    KORTER_DAN_VIER_WEKEN = "korter_dan_vier_weken"
    """Langdurig relatief verzuim lasts longer than four weeks."""
    EINDDATUM_ONTBREEKT = "einddatum_ontbreekt"
    """Compulsory sooner or later for 16 uren, langdurig and Doorstroompunt; follows as a mutation."""
    VERZUIMDAG_BUITEN_PERIODE = "verzuimdag_buiten_periode"
    DAG_DUBBEL = "dag_dubbel"
    """A whole day and lesuren on the same day, or more than twelve lesuren on a day."""
    GEMELD_VOOR_BEGIN = "gemeld_voor_begin"
    LAAT_GEMELD = "laat_gemeld"
    """Later than five werkdagen: a convention of schools; the law says onverwijld (Leerplichtwet 1969 art. 21a)."""
    MELDER_NIET_BEREIKBAAR = "melder_niet_bereikbaar"
    """Neither telephone nor e-mail address, which the Besluit asks for."""
    AFGESLOTEN_ZONDER_REDEN = "afgesloten_zonder_reden"
    """Status G without reden or toelichting."""
    VEROUDERDE_CODE = "verouderde_code"
    """Soort V1 or V2, or status D, in a melding from after the day DUO dropped it."""


UREN: int = 16
LESUREN_PER_DAG: int = 12
"""The most lesuren a day can have (DUO's webservice); what a whole day counts for is not said."""
WERKDAGEN: int = 5
VIER_WEKEN = timedelta(weeks=4)
STATUS_D_VERVALLEN = date(2020, 8, 12)
_ZESTIEN_UUR = frozenset({Verzuimsoort.ZESTIEN_UUR, Verzuimsoort.ZESTIEN_UUR_18_PLUS})
_LANG = frozenset({Verzuimsoort.LANGDURIG, Verzuimsoort.DOORSTROOMPUNT})
_OUD = frozenset({Verzuimsoort.DRIE_SCHOOLDAGEN, Verzuimsoort.EEN_ACHTSTE})


def aandachtspunten(geval: Verzuimgeval) -> tuple[Aandachtspunt, ...]:
    """The codes of a melding, in the order of the list; empty when nothing stands out."""
    zestien = geval.verzuimsoort in _ZESTIEN_UUR
    gemeld = geval.meld_datum_tijd.date()
    closed = geval.status is MeldingStatus.AFGESLOTEN
    found = {
        Aandachtspunt.MINDER_DAN_16_UUR: zestien and _te_weinig_uren(geval),
        Aandachtspunt.LANGER_DAN_VIER_LESWEKEN: zestien and _te_lang(geval.begindatum, geval.einddatum),
        Aandachtspunt.KORTER_DAN_VIER_WEKEN: geval.verzuimsoort is Verzuimsoort.LANGDURIG
        and (geval.einddatum or gemeld) - geval.begindatum <= VIER_WEKEN,
        Aandachtspunt.EINDDATUM_ONTBREEKT: geval.einddatum is None and geval.verzuimsoort in _ZESTIEN_UUR | _LANG,
        Aandachtspunt.VERZUIMDAG_BUITEN_PERIODE: _buiten_periode(geval),
        Aandachtspunt.DAG_DUBBEL: _dag_dubbel(geval),
        Aandachtspunt.GEMELD_VOOR_BEGIN: gemeld < geval.begindatum,
        Aandachtspunt.LAAT_GEMELD: _laat(geval, gemeld),
        Aandachtspunt.MELDER_NIET_BEREIKBAAR: geval.melder.telefoon is None and geval.melder.email is None,
        Aandachtspunt.AFGESLOTEN_ZONDER_REDEN: closed
        and None in (geval.reden_melding_afgesloten, geval.toelichting_afsluiting),
        Aandachtspunt.VEROUDERDE_CODE: gemeld >= STATUS_D_VERVALLEN
        and (geval.verzuimsoort in _OUD or geval.status is MeldingStatus.OVERGEDRAGEN),
    }
    return tuple(code for code, applies in found.items() if applies)


def _te_weinig_uren(geval: Verzuimgeval) -> bool:
    most = geval.lesuren_totaal + LESUREN_PER_DAG * geval.hele_dagen
    return bool(geval.verzuimdagen) and most < UREN


def _te_lang(begin: date, eind: date | None) -> bool:
    if eind is None or eind - begin < VIER_WEKEN:
        return False
    kalender = laad_kalender()
    maandag = begin - timedelta(days=begin.weekday())
    weken = [maandag + timedelta(weeks=n) for n in range((eind - maandag).days // 7 + 1)]
    if len(weken) > 60:
        return True
    try:
        return all(sum(kalender.is_lesweek(week, regio) for week in weken) > 4 for regio in REGIOS)
    except KalenderOnvolledig:
        return False


def _buiten_periode(geval: Verzuimgeval) -> bool:
    eind = geval.einddatum or date.max
    return any(not geval.begindatum <= dag.datum <= eind for dag in geval.verzuimdagen)


def _dag_dubbel(geval: Verzuimgeval) -> bool:
    uren: Counter[date] = Counter()
    for dag in geval.verzuimdagen:
        uren[dag.datum] += LESUREN_PER_DAG if dag.hele_dag else dag.lesuren or 0
    return any(number > LESUREN_PER_DAG for number in uren.values())


def _laat(geval: Verzuimgeval, gemeld: date) -> bool:
    """Counted from the day on which the melding was due; only for the kinds that the law wants reported."""
    if geval.verzuimsoort in _ZESTIEN_UUR:
        due = geval.einddatum or max((dag.datum for dag in geval.verzuimdagen), default=None)
    elif geval.verzuimsoort in _LANG:
        due = geval.begindatum + VIER_WEKEN
    else:
        due = None
    return due is not None and due < gemeld and gemeld > plus_werkdagen(due, WERKDAGEN)
