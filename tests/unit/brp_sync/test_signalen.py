"""What becomes of a signal: when the BRP is asked again, what is taken over, and who may be whom. Pure."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.brp_sync.brpapi.velden import LEEFTIJD, VELDEN, levert, onderzocht, paden
from services.brp_sync.decisions import Inschrijving, registreer
from services.brp_sync.model import ONBEKENDE, Gezag, InOnderzoek, Persoon, PersoonWijziging, toepassen
from services.brp_sync.signalen.beslissen import (
    Ritme,
    Stand,
    Uitkomst,
    aangevuld,
    is_nieuws,
    is_van_belang,
    is_verandering,
    is_zelfde_persoon,
    vervolg,
)
from tests.unit.brp_sync.voorbeelden import jongere

RITME = Ritme(timedelta(hours=1), timedelta(hours=24), 3)
VRIJDAG = datetime(2026, 9, 18, 9, 30, tzinfo=UTC)
KERST = datetime(2026, 12, 24, 9, 0, tzinfo=UTC)  # donderdag


@pytest.mark.parametrize(
    ("ontvangen", "nu", "uitkomst", "stand"),
    [
        (VRIJDAG, VRIJDAG + timedelta(days=3), Uitkomst.ONGEWIJZIGD, Stand.WACHT),  # maandag: dinsdag mag nog
        (VRIJDAG, VRIJDAG + timedelta(days=4), Uitkomst.ONGEWIJZIGD, Stand.WACHT),  # dinsdag: woensdag is de derde
        (VRIJDAG, VRIJDAG + timedelta(days=5), Uitkomst.ONGEWIJZIGD, Stand.GEEN_VERANDERING),
        (VRIJDAG, VRIJDAG + timedelta(days=5), Uitkomst.NIET_GEVONDEN, Stand.NIET_GEVONDEN),
        (VRIJDAG, VRIJDAG, Uitkomst.NIET_GEVONDEN, Stand.WACHT),
        (VRIJDAG, VRIJDAG, Uitkomst.GEWIJZIGD, Stand.GEWIJZIGD),
        (VRIJDAG, VRIJDAG, Uitkomst.NIET_VAN_BELANG, Stand.NIET_VAN_BELANG),
        (VRIJDAG, VRIJDAG, Uitkomst.GEWEIGERD, Stand.GEWEIGERD),
        # Christmas Eve: both Kerstdagen and the weekend are no werkdagen
        (
            datetime(2026, 12, 24, 9, 0, tzinfo=UTC),
            datetime(2026, 12, 29, 9, 0, tzinfo=UTC),
            Uitkomst.ONGEWIJZIGD,
            Stand.WACHT,
        ),
    ],
)
def test_asking_goes_on_for_three_werkdagen_after_receipt(
    ontvangen: datetime, nu: datetime, uitkomst: Uitkomst, stand: Stand
) -> None:
    """A day later each time; what ended is not asked again."""
    verwacht = (stand, nu + timedelta(hours=24) if stand is Stand.WACHT else None)
    assert verwacht == vervolg(ontvangen, uitkomst, nu, RITME)


def test_an_answer_is_completed_with_what_the_api_does_not_tell() -> None:
    """Numbers, the exact code of geheimhouding, what was not asked; not gezag whose ouders are others now."""
    bekend = jongere(onderwijsnummer="100000009", indicatie_geheim=4, gezag=(Gezag(soort="Voogdij"),))
    antwoord = jongere(
        indicatie_geheim=7,
        geheim_zonder_code=True,
        indicatie_gezag=None,
        onbekend={"onderwijsnummer", "indicatie_gezag", "gezag"},
    )
    nieuw = aangevuld(bekend, antwoord)
    assert bekend == nieuw
    zonder_ouders = antwoord.model_copy(update={"ouders": ()})
    assert "gezag" in aangevuld(bekend, zonder_ouders).onbekend
    geen_geheim = aangevuld(bekend, antwoord.model_copy(update={"indicatie_geheim": 0, "geheim_zonder_code": False}))
    assert 0 == geen_geheim.indicatie_geheim
    assert antwoord == aangevuld(None, antwoord)


def test_what_is_news_and_what_is_a_change() -> None:
    """What we did not know may have been so all along; an answer that was given before is no news."""
    bekend = jongere(onbekend={"gezag"})
    vollediger = jongere(gezag=(Gezag(soort="Voogdij"),))
    anders = jongere(voornamen="Noor")
    assert [True, False] == [is_nieuws(bekend, vollediger, zelfde_antwoord=zelfde) for zelfde in (False, True)]
    assert not is_nieuws(bekend, bekend, zelfde_antwoord=False)
    assert [False, True, True] == [
        is_verandering(bekend, n) for n in (vollediger, anders, jongere(onbekend={"gezag"}, geslacht="M"))
    ]
    assert is_verandering(None, anders)


@pytest.mark.parametrize(
    ("bekend", "zelfde"),
    [
        (None, True),
        (jongere(), True),
        (jongere(a_nummer="1000000015"), True),
        (jongere(a_nummer=None, geboortedatum="20150313"), False),
        (jongere(a_nummer=None, voornamen="Noor"), False),
        (jongere(geboortedatum="20150313"), True),
        (ONBEKENDE, True),
    ],
)
def test_a_former_number_may_be_somebody_elses(bekend: Persoon | None, zelfde: bool) -> None:
    """The same A-nummer is the same person, another birthday or another name without it is not."""
    assert zelfde is is_zelfde_persoon(bekend, jongere())


@pytest.mark.parametrize(
    ("geboren", "belang"),
    [
        ("20030914", False),  # 23 today
        ("20030915", True),
        ("20030000", True),
        ("20020000", False),
        ("00000000", True),
        ("20270101", True),
        (None, True),
    ],
)
def test_who_may_be_a_jongere_is_asked_for_in_full(geboren: str | None, belang: bool) -> None:
    """Younger than 23, also when that is only possible."""
    onbekend = {"geboortedatum"} if geboren is None else set()
    persoon = jongere(geboortedatum=geboren, onbekend=onbekend)
    assert belang is is_van_belang(persoon, date(2026, 9, 14), 23)


def test_only_what_has_a_reason_is_asked_for() -> None:
    """The list of fields, pinned: adding one needs a reason here and in the register of verwerkingen."""
    verwacht = """
        burgerservicenummer aNummer naam.voornamen naam.voorvoegsel naam.geslachtsnaam geboorte.datum
        gemeenteVanInschrijving.code datumInschrijvingInGemeente verblijfplaats.verblijfadres verblijfplaats.datumVan
        immigratie.datumVestigingInNederland immigratie.landVanwaarIngeschreven.code overlijden.datum
        ouders.ouderAanduiding ouders.burgerservicenummer ouders.naam.voornamen ouders.naam.voorvoegsel
        ouders.naam.geslachtsnaam ouders.datumIngangFamilierechtelijkeBetrekking gezag
    """
    assert verwacht.split() == list(paden())
    assert all(veld.reden for veld in VELDEN)
    assert set(LEEFTIJD) <= set(paden())


@pytest.mark.parametrize(
    ("anders", "weg"),
    [
        ({"zonder": ["gezag"]}, {"gezag"}),
        ({"zonder": ["ouders.naam.voornamen"]}, {"ouders"}),
        ({"zonder": ["burgerservicenummer"]}, set()),
        ({"buitenland": False}, {"adres"}),
    ],
)
def test_what_may_not_be_asked_stays_unknown(anders: dict[str, Any], weg: set[str]) -> None:
    """A part that is asked for in part is not known as a whole; the BSN is always asked."""
    assert weg == levert(paden()) - levert(paden(**anders))


def test_what_the_source_does_not_tell_of_stays_under_investigation() -> None:
    """Of categories it has no autorisatie for, or that were not asked; of the others an end is an end."""
    adres, gezag = InOnderzoek(code="080000"), InOnderzoek(code="110000")
    bekend = Inschrijving(persoon=jongere(in_onderzoek=(adres, gezag)))
    api = onderzocht(paden())
    assert (frozenset({"01", "06", "08"}), frozenset({"01"})) == (api, onderzocht(LEEFTIJD))
    for verteld, blijft in ((api, (gezag,)), (frozenset({"11"}), (adres,)), (None, ())):
        nieuw, _ = registreer(bekend, jongere(), date(2026, 9, 14), onderzocht=verteld)
        assert nieuw.persoon is not None
        assert blijft == nieuw.persoon.in_onderzoek


def test_geheimhouding_without_its_code_is_completed_when_it_is_registered() -> None:
    """Against what is known then, and not when the question went out; a code that is told later is the code."""
    antwoord = jongere(indicatie_geheim=7, geheim_zonder_code=True)
    vandaag = date(2026, 9, 14)
    for was, code, zonder in ((4, 4, False), (7, 7, False), (0, 7, True)):
        nieuw, _ = registreer(Inschrijving(persoon=jongere(indicatie_geheim=was)), antwoord, vandaag)
        assert nieuw.persoon is not None
        assert (code, zonder, True) == (
            nieuw.persoon.indicatie_geheim, nieuw.persoon.geheim_zonder_code, nieuw.persoon.heeft_geheimhouding,
        )  # fmt: skip
    assert not toepassen(antwoord, PersoonWijziging(indicatie_geheim=7)).geheim_zonder_code
