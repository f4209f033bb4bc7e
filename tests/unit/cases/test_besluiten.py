"""What an official may decide and establish, and exactly what follows from it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from contracts.codes import Adressaat, Besluitsoort
from contracts.envelope import EventData
from contracts.events.zaken import (
    BesluitGenomen,
    BriefAangevraagd,
    HaltVerwijzingBesloten,
    TermijnGestart,
    VoorstelGedaan,
    ZaakAfgesloten,
)
from hub.errors import Ongeldig
from services.cases.besluiten import NeemBesluit, StelFeitenVast, neem_besluit, stel_feiten_vast
from services.cases.decisions import overlijd
from services.cases.klokwerk import verstrijk_termijn
from services.cases.model import Dossier, Termijnstatus, Voorstelstatus, Zaakstatus, afgeleid_id
from tests.unit.cases.voorbeelden import (
    ADMINISTRATIE,
    AFSPRAAK,
    GESPREK,
    HALT_KAN,
    LPA,
    LPA_ELDERS,
    LPA_ZONDER_BOA,
    NU,
    beleid,
    besluit,
    dossier,
    melding,
    met_feiten,
    met_melding,
    na_besluit,
    te_laat,
    voorstel,
    voorstellen,
    wat,
    zaak,
    zestien_uur,
)

VANDAAG = date(2026, 9, 14)  # maandag
BEIDEN = (Adressaat.OUDERS, Adressaat.JONGERE)


def gele_kaart() -> Dossier:
    """An open voorstel for a gele kaart."""
    return met_melding(dossier(), te_laat(9))


def uitnodiging() -> Dossier:
    """An open voorstel for a first invitation."""
    return met_melding(dossier(), zestien_uur())


def waarschuwing() -> Dossier:
    """An open voorstel for an officiële waarschuwing."""
    return met_feiten(uitnodiging(), oordeel="ongeoorloofd")


def halt() -> Dossier:
    """An open voorstel for a Halt-verwijzing, with consent and blame established."""
    return met_feiten(met_melding(dossier(), te_laat(13)), **HALT_KAN)


def genomen(staat: Dossier, uitkomst: str, soort: Besluitsoort = Besluitsoort.AKKOORD) -> BesluitGenomen:
    """The event of the besluit by `LPA` about the open voorstel for `uitkomst`."""
    identity = voorstel(staat, uitkomst).voorstel_id
    return BesluitGenomen(
        zaak_id=zaak(staat).zaak_id,
        voorstel_id=identity,
        besluit_id=afgeleid_id("besluit", identity),
        uitkomst=uitkomst,
        besluit=soort,
        medewerker=LPA,
    )


def brief(staat: Dossier, uitkomst: str, **velden: Any) -> BriefAangevraagd:
    """The request for a letter that follows from agreeing to `uitkomst`."""
    basis: dict[str, Any] = {
        "zaak_id": zaak(staat).zaak_id,
        "brief_id": afgeleid_id("brief", voorstel(staat, uitkomst).voorstel_id),
        "briefsoort": uitkomst,
        "adressaten": BEIDEN,
        "dagtekening": VANDAAG,
        "ondertekenaar": LPA,
        "periode_van": date(2026, 9, 7),
        "periode_tot": date(2026, 9, 7),
    }
    return BriefAangevraagd(**(basis | velden))


# What stands in the way


@pytest.mark.parametrize(
    ("begin", "uitkomst", "anders", "veld"),
    [
        (gele_kaart, "gele_kaart", {"medewerker": "X-9"}, "medewerker"),
        (gele_kaart, "gele_kaart", {"medewerker": LPA_ELDERS}, "medewerker"),
        (gele_kaart, "gele_kaart", {"medewerker": ADMINISTRATIE}, "medewerker"),
        (halt, "halt_verwijzing", {"medewerker": LPA_ZONDER_BOA}, "medewerker"),
        (gele_kaart, "gele_kaart", {"soort": Besluitsoort.AFWIJKEN}, "motivering"),
        (gele_kaart, "gele_kaart", {"soort": Besluitsoort.AFWIJZEN, "motivering": " \n"}, "motivering"),
        (uitnodiging, "lpa_uitnodiging_1", {}, "gesprek_op"),
        (uitnodiging, "lpa_uitnodiging_1", {"gesprek_op": GESPREK.replace(tzinfo=UTC)}, "gesprek_op"),
        (uitnodiging, "lpa_uitnodiging_1", {"gesprek_op": datetime(2020, 1, 1, 9)}, "gesprek_op"),  # noqa: DTZ001
        (uitnodiging, "lpa_uitnodiging_1", {"gesprek_op": datetime(2026, 9, 14, 23, 59)}, "gesprek_op"),  # noqa: DTZ001
        (waarschuwing, "officiele_waarschuwing", {}, "afspraken"),
    ],
    ids=[
        "unknown official", "official of another gemeente", "official without the role", "Halt without BOA",
        "deviating without reason", "turning down with an empty reason", "invitation without a moment",
        "moment with a time zone", "moment that is over", "moment on the same day", "warning without agreements",
    ],
)  # fmt: skip
def test_a_besluit_is_refused_with_the_field_that_is_wrong(
    begin: Callable[[], Dossier], uitkomst: str, anders: dict[str, Any], veld: str
) -> None:
    """The official learns what to do; nothing about the zaak has changed."""
    with pytest.raises(Ongeldig) as fout:
        besluit(begin(), uitkomst, **anders)
    assert veld == fout.value.veld


def test_an_invitation_is_for_tomorrow_at_the_earliest() -> None:
    """The day is the one in the Netherlands: just before midnight there is tomorrow, just after it no more."""
    morgen = datetime(2026, 9, 15, 8, 30)  # noqa: DTZ001
    begin = uitnodiging()
    besluit(begin, "lpa_uitnodiging_1", op=datetime(2026, 9, 14, 21, 59, tzinfo=UTC), gesprek_op=morgen)
    with pytest.raises(Ongeldig, match="kies een latere dag"):
        besluit(begin, "lpa_uitnodiging_1", op=datetime(2026, 9, 14, 22, 0, tzinfo=UTC), gesprek_op=morgen)


def test_an_official_without_boa_may_do_what_asks_no_boa() -> None:
    """The role that is needed follows from the step."""
    _, events = besluit(gele_kaart(), "gele_kaart", medewerker=LPA_ZONDER_BOA)
    assert LPA_ZONDER_BOA == next(e.medewerker for e in events if isinstance(e, BesluitGenomen))


def test_a_letter_to_nobody_is_refused() -> None:
    """Without a day of birth it is not known whom a letter may be for; it must not vanish silently."""
    staat = met_melding(dossier(geboren=None), te_laat(9))
    with pytest.raises(Ongeldig) as fout:
        besluit(staat, "gele_kaart")
    assert "adressaten" == fout.value.veld


def test_a_besluit_about_an_unknown_voorstel_is_refused() -> None:
    """The id belongs to no zaak of this jongere."""
    command = NeemBesluit(UUID(int=3), Besluitsoort.AKKOORD, LPA)
    with pytest.raises(Ongeldig, match="bestaat niet"):
        neem_besluit(gele_kaart(), command, NU, beleid())


@pytest.mark.parametrize(
    ("verder", "reden"),
    [
        (lambda staat: na_besluit(staat, "gele_kaart"), "al besloten"),
        (lambda staat: met_melding(staat, te_laat(12)), "al vervallen"),
        (lambda staat: overlijd(staat, NU)[0], "al vervallen"),
    ],
    ids=["decided before", "facts changed", "the jongere died"],
)
def test_a_voorstel_that_is_not_open_any_more_is_refused(verder: Callable[[Dossier], Dossier], reden: str) -> None:
    """Two officials, or an official and the facts, may cross each other; the first one counts."""
    staat = gele_kaart()
    command = NeemBesluit(voorstel(staat, "gele_kaart").voorstel_id, Besluitsoort.AKKOORD, LPA)
    with pytest.raises(Ongeldig, match=reden):
        neem_besluit(verder(staat), command, NU, beleid())


# What follows


@pytest.mark.parametrize("soort", [Besluitsoort.AFWIJZEN, Besluitsoort.AFWIJKEN])
def test_turning_down_or_deviating_only_says_so(soort: Besluitsoort) -> None:
    """No letter, no termijn; the motivering is kept in the zaak and is not said to anybody."""
    staat = uitnodiging()
    na, events = besluit(staat, "lpa_uitnodiging_1", soort, motivering="ouders zijn al geweest")
    assert [genomen(staat, "lpa_uitnodiging_1", soort)] == events
    (een,) = zaak(na).voorstellen.values()
    assert een.besluit is not None
    assert "ouders zijn al geweest" == een.besluit.motivering
    assert {} == zaak(na).termijnen
    assert f"besluit_{soort.value}" == wat(na)[-1]


def test_agreeing_to_a_gele_kaart_asks_for_the_letter_and_sets_the_step() -> None:
    """The letter holds the count, the date of the warning counts from now on."""
    staat = gele_kaart()
    na, events = besluit(staat, "gele_kaart")
    assert [genomen(staat, "gele_kaart"), brief(staat, "gele_kaart", aantal_te_laat=9)] == events
    assert {"vorige_stap_te_laat": 9, "officiele_waarschuwing_datum": "2026-09-14"} == zaak(na).feiten
    assert ["gele_kaart"] == voorstellen(na, Voorstelstatus.BESLOTEN)


def test_agreeing_to_an_invitation_asks_for_the_letter_and_starts_the_termijn() -> None:
    """Ten werkdagen after maandag 14 September is maandag 28 September (reactie_uitnodiging_werkdagen)."""
    staat = uitnodiging()
    na, events = besluit(staat, "lpa_uitnodiging_1", gesprek_op=GESPREK)
    expected = [
        genomen(staat, "lpa_uitnodiging_1"),
        brief(staat, "lpa_uitnodiging_1", lesuren=16, gesprek_op=GESPREK),
        TermijnGestart(
            zaak_id=zaak(staat).zaak_id,
            termijn="reactie_uitnodiging_uiterlijk",
            uiterlijk=date(2026, 9, 28),
            regel="GO-REL-4",
        ),
    ]
    assert expected == events
    assert [Termijnstatus.LOOPT] == [t.status for t in zaak(na).termijnen.values()]


def test_the_second_invitation_names_the_day_of_the_first() -> None:
    """The letter says on which invitation no answer came: the one of 14 September."""
    staat = na_besluit(uitnodiging(), "lpa_uitnodiging_1", gesprek_op=GESPREK)
    (termijn,) = zaak(staat).termijnen
    dinsdag = datetime(2026, 9, 29, 8, 0, tzinfo=UTC)
    staat, _ = verstrijk_termijn(staat, zaak(staat).zaak_id, termijn, dinsdag, beleid())
    _, events = besluit(staat, "lpa_uitnodiging_2", op=dinsdag, gesprek_op=GESPREK)
    expected = brief(
        staat,
        "lpa_uitnodiging_2",
        lesuren=16,
        gesprek_op=GESPREK,
        eerdere_brief=VANDAAG,
        dagtekening=date(2026, 9, 29),
    )
    assert expected == events[1]


def test_agreeing_to_a_warning_keeps_the_agreements_out_of_the_event() -> None:
    """They are free text: `letters` asks for them by the id of the letter."""
    staat = waarschuwing()
    na, events = besluit(staat, "officiele_waarschuwing", afspraken=(AFSPRAAK,))
    een = brief(staat, "officiele_waarschuwing", lesuren=16)
    assert [genomen(staat, "officiele_waarschuwing"), een] == events
    assert {een.brief_id: (AFSPRAAK,)} == na.afspraken
    assert "2026-09-14" == zaak(na).feiten["officiele_waarschuwing_datum"]
    assert "lpa_terugkoppeling_school" in zaak(na).taken


def test_agreeing_to_halt_asks_for_the_letter_and_the_referral() -> None:
    """The referral rests on the last melding and the whole period, and carries who agreed."""
    staat = met_feiten(
        met_melding(
            dossier(),
            te_laat(12, 1, begin=date(2026, 8, 31), einddatum=date(2026, 9, 4)),  # maandag, vrijdag
            te_laat(13, 2, begin=date(2026, 9, 7)),  # maandag
        ),
        **HALT_KAN,
    )
    na, events = besluit(staat, "halt_verwijzing")
    een = genomen(staat, "halt_verwijzing")
    expected: list[EventData] = [
        een,
        brief(
            staat,
            "halt_verwijzing",
            briefsoort="halt_brief",
            aantal_te_laat=13,
            periode_van=date(2026, 8, 31),
        ),
        HaltVerwijzingBesloten(
            zaak_id=een.zaak_id,
            verwijzing_id=afgeleid_id("halt", een.besluit_id),
            besluit_id=een.besluit_id,
            meldingsnummer="2",
            medewerker=LPA,
            besluitdatum=VANDAAG,
            brin="90XA",
            periode_van=date(2026, 8, 31),
            periode_tot=date(2026, 9, 7),
            aantal_te_laat=13,
            instemming_jongere=True,
            instemming_ouders=True,
            school_maatregelen_ouders_geinformeerd=True,
            lopende_hulp=False,
        ),
        TermijnGestart(
            zaak_id=een.zaak_id,
            termijn="halt_afloop_uiterlijk",
            uiterlijk=date(2027, 3, 15),  # 26 weeks
            regel="GO-R3B-1",
        ),
    ]
    assert expected == [event for event in events if not isinstance(event, VoorstelGedaan)]
    assert "lopend" == zaak(na).feiten["halt_status"]
    assert "halt_verwijzing" not in voorstellen(na)


def test_agreeing_to_end_without_consequences_closes_the_zaak() -> None:
    """The absence was geoorloofd: no letter of ours, and nothing that stays open."""
    staat = met_feiten(uitnodiging(), oordeel="geoorloofd")
    na, events = besluit(staat, "brief_zonder_vervolg")
    een = genomen(staat, "brief_zonder_vervolg")
    meldingen = tuple(zaak(na).meldingen)
    assert [een, ZaakAfgesloten(zaak_id=een.zaak_id, reden="afgedaan_zonder_vervolg", meldingen=meldingen)] == events
    assert Zaakstatus.AFGESLOTEN is zaak(na).status


def test_a_step_the_official_takes_in_person_is_only_recorded() -> None:
    """The besluit itself is the record of an offer of help."""
    staat = met_feiten(met_melding(dossier(), te_laat(12)), oorzaak_te_laat="problematiek")
    _, events = besluit(staat, "hulpaanbod")
    assert [genomen(staat, "hulpaanbod")] == events


# Facts


@pytest.mark.parametrize(
    ("medewerker", "feiten", "veld"),
    [
        ("X-9", {"oordeel": "geoorloofd"}, "medewerker"),
        (LPA_ELDERS, {"oordeel": "geoorloofd"}, "medewerker"),
        (ADMINISTRATIE, {"oordeel": "geoorloofd"}, "medewerker"),
        (LPA, {"schuld": "ja"}, "schuld"),
        (LPA, {"oordeel": "misschien"}, "oordeel"),
        (LPA, {"lpa_is_boa": "ja"}, "lpa_is_boa"),
        (LPA, {"gesprek_datum": "2026-02-30"}, "gesprek_datum"),
        (LPA, {"geboortedatum": "2026-09-15"}, "geboortedatum"),  # tomorrow
    ],
)
def test_facts_that_cannot_be_established_are_refused(medewerker: str, feiten: dict[str, Any], veld: str) -> None:
    """Who is not entitled, or what the closed list of facts does not know, changes nothing."""
    with pytest.raises(Ongeldig) as fout:
        met_feiten(uitnodiging(), medewerker=medewerker, **feiten)
    assert veld == fout.value.veld


def test_facts_of_an_unknown_zaak_are_refused() -> None:
    """The id belongs to no zaak of this jongere."""
    with pytest.raises(Ongeldig, match="bestaat niet"):
        stel_feiten_vast(uitnodiging(), StelFeitenVast(UUID(int=3), LPA, {}), NU, beleid())


def test_an_oordeel_moves_the_zaak_from_invitation_to_warning() -> None:
    """The timeline names which facts, never their values."""
    staat = uitnodiging()
    na, events = stel_feiten_vast(
        staat, StelFeitenVast(zaak(staat).zaak_id, LPA, {"oordeel": "ongeoorloofd"}), NU, beleid()
    )
    assert ["voorstel-gedaan"] == [event.name for event in events]
    assert ["lpa_uitnodiging_1"] == voorstellen(na, Voorstelstatus.VERVALLEN)
    assert ["officiele_waarschuwing"] == voorstellen(na)
    assert [("feiten_vastgesteld", LPA, "oordeel")] == [
        (regel.wat, regel.door, regel.toelichting) for regel in na.nieuw if regel.door == LPA
    ]


@pytest.mark.parametrize(
    ("lesuren", "uitkomst"), [(15, "brief_afspraken"), (16, "officiele_waarschuwing"), (17, "officiele_waarschuwing")]
)
def test_the_hours_decide_between_agreements_and_a_warning(lesuren: int, uitkomst: str) -> None:
    """A first melding of overig verzuim: from 16 hours on a warning, below it agreements (GO-REL-10 and -11)."""
    staat = met_melding(dossier(), melding(lesuren=lesuren))
    assert [uitkomst] == voorstellen(met_feiten(staat, oordeel="ongeoorloofd"))


@pytest.mark.parametrize("feit", sorted(HALT_KAN.keys() - {"toereikende_hulp"}))
def test_halt_is_proposed_only_when_every_condition_is_established(feit: str) -> None:
    """Leave out one of consent, blame, what the school did or the BOA, and there is no voorstel for Halt."""
    staat = met_melding(dossier(), te_laat(13))
    assert "halt_verwijzing" in voorstellen(met_feiten(staat, **HALT_KAN))
    zonder = {naam: waarde for naam, waarde in HALT_KAN.items() if naam != feit}
    assert "halt_verwijzing" not in voorstellen(met_feiten(staat, **zonder))


def test_halt_must_know_whether_help_is_given() -> None:
    """Without that fact the referral cannot be decided: the official is told what to establish first."""
    feiten = {naam: waarde for naam, waarde in HALT_KAN.items() if naam != "toereikende_hulp"}
    staat = met_feiten(met_melding(dossier(), te_laat(13)), **feiten)
    with pytest.raises(Ongeldig) as fout:
        na_besluit(staat, "halt_verwijzing")
    assert "toereikende_hulp" == fout.value.veld
