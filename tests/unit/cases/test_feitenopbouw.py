"""From a zaak to the facts the rules ask about: what is known is there, what is not is left out."""

from datetime import date
from typing import Any

import pytest

from contracts.codes import Besluitsoort, Verzuimsoort, Zaaksoort
from services.cases.feitenopbouw import feiten_van, feitenreeks, zaaksoort_van
from services.cases.meldingen import neem_melding
from services.cases.model import Dossier, MeldingFeiten
from tests.unit.cases.voorbeelden import (
    AFSPRAAK,
    GEBOREN,
    GEMEENTE,
    GESPREK,
    NU,
    beleid,
    dossier,
    melding,
    met_feiten,
    met_melding,
    na_besluit,
    te_laat,
    voorstellen,
    zaak,
    zestien_uur,
)

VANDAAG = date(2026, 9, 14)  # maandag
GRENS = 16.0


def feiten(staat: Dossier, as_of: date = VANDAAG) -> dict[str, Any]:
    """The facts of the only zaak."""
    return feiten_van(staat, zaak(staat), as_of, GRENS)


@pytest.mark.parametrize(
    ("soort", "aantal_te_laat", "zaaksoort"),
    [
        (Verzuimsoort.LUXE, None, Zaaksoort.LUXE),
        (Verzuimsoort.LUXE, 9, Zaaksoort.LUXE),
        (Verzuimsoort.OVERIG, 9, Zaaksoort.TE_LAAT),
        (Verzuimsoort.OVERIG, 0, Zaaksoort.TE_LAAT),
        (Verzuimsoort.OVERIG, None, Zaaksoort.RELATIEF),
        (Verzuimsoort.ZESTIEN_UUR, 9, Zaaksoort.RELATIEF),
        (Verzuimsoort.ZESTIEN_UUR, None, Zaaksoort.RELATIEF),
        (Verzuimsoort.ZESTIEN_UUR_18_PLUS, None, Zaaksoort.RELATIEF),
        (Verzuimsoort.LANGDURIG, None, Zaaksoort.LANGDURIG),
        (Verzuimsoort.DOORSTROOMPUNT, None, Zaaksoort.RMC),
        (Verzuimsoort.DRIE_SCHOOLDAGEN, None, Zaaksoort.RELATIEF),
        (Verzuimsoort.EEN_ACHTSTE, None, Zaaksoort.RELATIEF),
    ],
)
def test_the_kind_of_melding_decides_the_zaaksoort(
    soort: Verzuimsoort, aantal_te_laat: int | None, zaaksoort: Zaaksoort
) -> None:
    """Coming late is only what the school counted under overig."""
    een = MeldingFeiten(
        meldingsnummer="1",
        status="R",
        verzuimsoort=soort,
        begindatum=VANDAAG,
        aantal_te_laat=aantal_te_laat,
        brin="90XA",
    )
    assert zaaksoort is zaaksoort_van(een)


def test_a_new_zaak_of_coming_late_states_exactly_what_is_known() -> None:
    """Nothing is invented: no hours, no oordeel, no school contact."""
    expected = {
        "as_of": VANDAAG,
        "zaaksoort": "te_laat",
        "duo_melding": True,
        "geboortedatum": GEBOREN,
        "ingeschreven": True,
        "eerste_verzuimdag": date(2026, 9, 7),
        "duo_melding_soort": "overig",
        "eerdere_meldingen": 0,
        "aantal_te_laat": 9,
        "vorige_stap_te_laat": 0,
    }
    assert expected == feiten(met_melding(dossier(), te_laat(9)))


def test_a_new_zaak_of_missed_hours_states_exactly_what_is_known() -> None:
    """The hours of the melding are both those of four lesweken and those of the traject."""
    expected = {
        "as_of": VANDAAG,
        "zaaksoort": "relatief",
        "duo_melding": True,
        "geboortedatum": GEBOREN,
        "ingeschreven": True,
        "eerste_verzuimdag": date(2026, 9, 7),
        "duo_melding_soort": "16_uur",
        "duo_melding_uren": 20,
        "eerdere_meldingen": 0,
        "ongeoorloofde_uren_4_lesweken": 20.0,
        "ongeoorloofde_uren_traject": 20.0,
    }
    assert expected == feiten(met_melding(dossier(), zestien_uur(lesuren=20)))


@pytest.mark.parametrize(
    ("soort", "lesuren", "hele_dagen", "uren"),
    [
        (Verzuimsoort.ZESTIEN_UUR, 15, 0, 16.0),
        (Verzuimsoort.ZESTIEN_UUR, 16, 0, 16.0),
        (Verzuimsoort.ZESTIEN_UUR, 17, 0, 17.0),
        (Verzuimsoort.ZESTIEN_UUR, 17, 1, 16.0),  # whole days have no known length
        (Verzuimsoort.ZESTIEN_UUR, None, None, 16.0),
        (Verzuimsoort.ZESTIEN_UUR_18_PLUS, 0, 3, 16.0),
        (Verzuimsoort.OVERIG, 5, 0, 5),
        (Verzuimsoort.OVERIG, 5, 1, None),
        (Verzuimsoort.OVERIG, 0, 0, None),
        (Verzuimsoort.OVERIG, None, None, None),
        (Verzuimsoort.LANGDURIG, None, 20, None),
    ],
)
def test_hours_are_known_only_when_they_were_reported_as_hours(
    soort: Verzuimsoort, lesuren: int | None, hele_dagen: int | None, uren: float | None
) -> None:
    """A 16-uursmelding says that at least the legal bound was reached; of other kinds nothing is assumed."""
    staat = met_melding(dossier(), melding(1, soort, lesuren=lesuren, hele_dagen=hele_dagen))
    assert uren == feiten(staat).get("ongeoorloofde_uren_4_lesweken")


def test_hours_of_more_meldingen_add_up_in_the_traject() -> None:
    """Four lesweken are those of the last absence; the traject is everything, whatever order it was reported in."""
    staat = met_melding(dossier(), zestien_uur(2, begin=date(2026, 9, 14)), melding(1, lesuren=4))
    assert (16.0, 20.0) == (
        feiten(staat)["ongeoorloofde_uren_4_lesweken"],
        feiten(staat)["ongeoorloofde_uren_traject"],
    )


def test_the_highest_count_of_coming_late_counts() -> None:
    """A school counts on from the beginning of the schooljaar; a lower count in a later melding takes nothing back."""
    assert 12 == feiten(met_melding(dossier(), te_laat(12, 1), te_laat(9, 2)))["aantal_te_laat"]


@pytest.mark.parametrize(
    ("as_of", "bekend"),
    [
        (date(2011, 5, 3), False),
        (GEBOREN, True),
        (date(2011, 5, 5), True),
    ],
)
def test_a_day_of_birth_in_the_future_is_not_a_fact(as_of: date, bekend: bool) -> None:
    """A mistake in a register must not stop the rules."""
    assert bekend == ("geboortedatum" in feiten(met_melding(dossier(), te_laat(9)), as_of))


def test_what_an_official_established_goes_first() -> None:
    """The school wrote 9; the official found 12."""
    staat = met_feiten(met_melding(dossier(), te_laat(9)), aantal_te_laat=12)
    assert 12 == feiten(staat)["aantal_te_laat"]


@pytest.mark.parametrize(
    ("soort", "eerder"), [(Besluitsoort.AKKOORD, 1), (Besluitsoort.AFWIJZEN, 0), (Besluitsoort.AFWIJKEN, 0)]
)
def test_only_an_afdoening_that_was_agreed_to_counts(soort: Besluitsoort, eerder: int) -> None:
    """A waarschuwing that an official turned down dealt with nothing; seen from the next melding."""
    staat = met_feiten(met_melding(dossier(), zestien_uur(1)), oordeel="ongeoorloofd")
    staat = na_besluit(staat, "officiele_waarschuwing", soort, afspraken=(AFSPRAAK,))
    staat = met_melding(staat, zestien_uur(2, begin=date(2026, 9, 21)))  # maandag
    assert eerder == feiten(staat)["eerdere_meldingen"]


def test_the_afdoening_of_this_melding_is_not_an_earlier_one() -> None:
    """Otherwise a warning would at once count as absence that went on after a warning."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), oordeel="ongeoorloofd")
    staat = na_besluit(staat, "officiele_waarschuwing", afspraken=(AFSPRAAK,))
    assert 0 == feiten(staat)["eerdere_meldingen"]
    assert [] == voorstellen(staat)


def test_an_invitation_is_not_an_afdoening() -> None:
    """It begins the treatment of a melding and does not end it."""
    staat = met_melding(dossier(), zestien_uur())
    staat = na_besluit(staat, "lpa_uitnodiging_1", gesprek_op=GESPREK)
    assert 0 == feiten(staat)["eerdere_meldingen"]


def test_a_next_melding_starts_without_the_facts_of_the_last_treatment() -> None:
    """Oordeel, conversation and blame were about the first melding; the warning stays known."""
    staat = met_feiten(
        met_melding(dossier(), zestien_uur(1)),
        oordeel="ongeoorloofd",
        gesprek_datum="2026-09-14",
        verwijtbaar="jongere",
    )
    staat = na_besluit(staat, "officiele_waarschuwing", afspraken=(AFSPRAAK,))
    staat, _ = neem_melding(staat, GEMEENTE, zestien_uur(2, begin=date(2026, 9, 21)), NU, beleid())
    weg = {"oordeel", "gesprek_datum", "verwijtbaar", "melding_afgehandeld"}
    assert set() == weg & feiten(staat).keys()
    assert "2026-09-14" == feiten(staat)["officiele_waarschuwing_datum"]
    assert 1 == feiten(staat)["eerdere_meldingen"]


@pytest.mark.parametrize(
    ("soort", "verwacht"),
    [
        (Verzuimsoort.OVERIG, "overig"),
        (Verzuimsoort.ZESTIEN_UUR, "16_uur"),
        (Verzuimsoort.ZESTIEN_UUR_18_PLUS, "16_uur"),
        (Verzuimsoort.LANGDURIG, "lrv"),
        (Verzuimsoort.LUXE, "luxe"),
        (Verzuimsoort.DOORSTROOMPUNT, "rmc"),
        (Verzuimsoort.DRIE_SCHOOLDAGEN, None),
        (Verzuimsoort.EEN_ACHTSTE, None),
    ],
)
def test_the_category_of_the_last_melding_is_known(soort: Verzuimsoort, verwacht: str | None) -> None:
    """Categories that were dropped long ago have no counterpart in the rules."""
    assert verwacht == feiten(met_melding(dossier(), melding(1, soort))).get("duo_melding_soort")


def test_days_of_luxe_are_known_when_they_were_reported_as_days() -> None:
    """Loose hours next to them make the number of days uncertain."""
    dagen, gemengd = (
        met_melding(dossier(), melding(1, Verzuimsoort.LUXE, hele_dagen=3, lesuren=uren)) for uren in (None, 2)
    )
    assert (3, None) == (feiten(dagen).get("luxe_schooldagen"), feiten(gemengd).get("luxe_schooldagen"))


def test_each_melding_gives_the_facts_of_its_day() -> None:
    """What an official established belongs to the last one; the first one knows nothing of the second."""
    staat = met_feiten(
        met_melding(dossier(), melding(1, lesuren=4), zestien_uur(2, begin=date(2026, 9, 14))), oordeel="ongeoorloofd"
    )
    eerste, tweede = feitenreeks(staat, zaak(staat), 16.0)
    assert (4, 20.0) == (eerste["ongeoorloofde_uren_traject"], tweede["ongeoorloofde_uren_traject"])
    assert (None, "ongeoorloofd") == (eerste.get("oordeel"), tweede.get("oordeel"))
