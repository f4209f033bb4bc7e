"""What is said of a life that a register tells of, and what must never be read into it."""

from datetime import date
from typing import Any

import pytest

from contracts.envelope import EventData
from contracts.events.personen import (
    JongereGeboren,
    JongereGevestigd,
    JongereIngeschreven,
    JongereVerhuisd,
    JongereVertrokken,
    Onderdeel,
    PersoonsgegevensGewijzigd,
    Vertreksoort,
    WoonadresGewijzigd,
)
from services.brp_sync.decisions import Hernummer, Inschrijving, hernummer, registreer, wijzig
from services.brp_sync.model import Adres, Opschorting, Persoon, PersoonWijziging
from services.brp_sync.stuf import lees_npslk01
from tests.unit.brp_sync.test_stuf import bericht, leeg
from tests.unit.brp_sync.voorbeelden import jongere

VANDAAG = date(2026, 9, 14)  # maandag
BEKEND = Inschrijving(jongere())
OPSCHORTING = PersoonsgegevensGewijzigd(onderdelen=(Onderdeel.OPSCHORTING,))
ADRES_EN_OPSCHORTING = PersoonsgegevensGewijzigd(onderdelen=(Onderdeel.ADRES, Onderdeel.OPSCHORTING))
ADRES_ANDERS = PersoonsgegevensGewijzigd(onderdelen=(Onderdeel.ADRES,))


def gezegd(state: Inschrijving, persoon: Persoon) -> list[EventData]:
    """What a whole persoonslijst leads to."""
    return registreer(state, persoon, VANDAAG)[1]


def na_stuf(inhoud: str, mutatiesoort: str = "W", oud: str = "") -> list[EventData]:
    """What a kennisgeving about the known jongere leads to."""
    gelezen = lees_npslk01(bericht(inhoud, mutatiesoort, oud))
    return wijzig(BEKEND, gelezen.nieuw.wijziging, VANDAAG, zonder_verhuizing=mutatiesoort in "CF")[1]


@pytest.mark.parametrize(
    ("velden", "events"),
    [
        ({}, []),
        ({"geboortedatum": "20260301"}, [JongereGeboren()]),
        ({"geboortedatum": "20250915"}, [JongereGeboren()]),
        ({"geboortedatum": "20250913"}, []),
        ({"geboortedatum": "20260000"}, [JongereGeboren()]),
        ({"geboortedatum": "20250000"}, []),
        ({"geboortedatum": "00000000"}, []),
        ({"datum_vestiging": "20260801"}, [JongereGevestigd()]),
        ({"datum_vestiging": "20110801"}, []),
        ({"geboortedatum": "20260301", "datum_vestiging": "20260801"}, [JongereGevestigd()]),
        ({"geboortedatum": "20260301", "datum_vestiging": "00000000"}, []),
    ],
)
def test_a_newcomer_was_born_came_from_abroad_or_was_just_not_known(
    velden: dict[str, Any], events: list[EventData]
) -> None:
    """Within a year, and only when that is certain: the filler of an incomplete date makes nobody a baby."""
    assert [JongereIngeschreven(), *events] == gezegd(Inschrijving(), jongere(**velden))


@pytest.mark.parametrize(
    ("opschorting", "land", "soort"),
    [
        ("E", "7028", Vertreksoort.EMIGRATIE),
        ("E", "0000", Vertreksoort.ONBEKEND_WAARHEEN),
        ("E", None, Vertreksoort.ONBEKEND_WAARHEEN),
        ("R", "7028", Vertreksoort.NIET_INGEZETENE),
        ("M", None, Vertreksoort.MINISTERIEEL_BESLUIT),
        (None, "7028", Vertreksoort.EMIGRATIE),
    ],
)
def test_how_somebody_left(opschorting: str | None, land: str | None, soort: Vertreksoort) -> None:
    """By the reason of opschorting and the land."""
    weg = jongere(
        opschorting=Opschorting(reden=opschorting) if opschorting else None, adres=Adres(land=land) if land else None
    )
    assert [JongereVertrokken(vertreksoort=soort)] == gezegd(BEKEND, weg)
    assert [JongereVertrokken(vertreksoort=soort)] == gezegd(Inschrijving(), weg)


def test_somebody_who_comes_back_settles_here_again() -> None:
    """And a vestiging that is told later for the first time is no new one."""
    weg = Inschrijving(jongere(opschorting=Opschorting(reden="E"), gemeente="0193"))
    terug = [JongereVerhuisd(van_gemeente="0193", naar_gemeente="0171"), JongereGevestigd(), ADRES_EN_OPSCHORTING]
    assert terug == gezegd(weg, jongere())
    onbekend = Inschrijving(jongere(onbekend={"datum_vestiging"}))
    assert [] == gezegd(onbekend, jongere(datum_vestiging="20260801"))
    assert [JongereGevestigd()] == gezegd(BEKEND, jongere(datum_vestiging="20260801"))
    assert [] == gezegd(BEKEND, jongere(datum_vestiging="20100801"))


def test_a_persoonslijst_that_comes_back_after_it_was_removed_is_no_vestiging() -> None:
    """Only the opschorting ended."""
    assert [OPSCHORTING] == gezegd(Inschrijving(jongere(opschorting=Opschorting(reden="F"))), jongere())


def test_a_move_within_the_gemeente_is_said_and_a_correction_is_not() -> None:
    """The same message as W and as C: the C sets right an address that was written down wrong."""
    adres = (
        "<BG:verblijfsadres><BG:aoa.postcode>8302ZZ</BG:aoa.postcode><BG:aoa.huisnummer>9</BG:aoa.huisnummer>"
        "<BG:begindatumVerblijf>20260901</BG:begindatumVerblijf></BG:verblijfsadres>"
    )
    assert [WoonadresGewijzigd(), ADRES_ANDERS] == na_stuf(adres, "W")
    assert [ADRES_ANDERS] == na_stuf(adres, "C") == na_stuf(adres, "F")


def test_a_street_that_gets_another_name_moves_nobody() -> None:
    """Infrastructural: the day from which somebody lives there is the same, or the source says that it is a Gv02."""
    straat = "<BG:gor.openbareRuimteNaam>Korenstraat</BG:gor.openbareRuimteNaam>"
    assert [ADRES_ANDERS] == na_stuf(f"<BG:verblijfsadres>{straat}</BG:verblijfsadres>")
    anders = PersoonWijziging(adres={"straat": "Korenstraat", "huisnummer": "1", "postcode": "8302ZZ"})
    assert [WoonadresGewijzigd(), ADRES_ANDERS] == wijzig(BEKEND, anders, VANDAAG)[1]
    assert [ADRES_ANDERS] == wijzig(BEKEND, anders, VANDAAG, zonder_verhuizing=True)[1]


def test_an_emigration_in_stuf_tells_the_land() -> None:
    """With an address abroad, or with no more than the land and the day of departure."""
    reden = "<BG:inp.redenOpschortingBijhouding>E</BG:inp.redenOpschortingBijhouding>"
    vertrek = (
        "<BG:inp.datumVertrekUitNederland>20260901</BG:inp.datumVertrekUitNederland>"
        "<BG:inp.emigratieLand>7028</BG:inp.emigratieLand>"
    )
    assert [JongereVertrokken(vertreksoort=Vertreksoort.EMIGRATIE)] == na_stuf(vertrek + reden)
    onbekend = "<BG:inp.emigratieLand>0</BG:inp.emigratieLand>"
    assert [JongereVertrokken(vertreksoort=Vertreksoort.ONBEKEND_WAARHEEN)] == na_stuf(onbekend + reden)


def test_an_earlier_emigration_of_somebody_who_lives_here_is_no_departure() -> None:
    """The address in the same message says where the person is."""
    adres = "<BG:verblijfsadres><BG:aoa.postcode>8302EA</BG:aoa.postcode></BG:verblijfsadres>"
    assert [] == na_stuf(adres + "<BG:inp.emigratieLand>7028</BG:inp.emigratieLand>")


@pytest.mark.parametrize("soort", ["W", "C", "F"])
def test_an_emigration_that_was_known_before_is_no_departure(soort: str) -> None:
    """A change of a name brings the land of an earlier departure along, and says nothing of an address."""
    land, naam = "<BG:inp.emigratieLand>7028</BG:inp.emigratieLand>", "<BG:voornamen>Noor</BG:voornamen>"
    assert JongereVertrokken(vertreksoort=Vertreksoort.EMIGRATIE) not in na_stuf(land + naam, soort, oud=land)
    ander = "<BG:inp.emigratieLand>5010</BG:inp.emigratieLand>"
    assert JongereVertrokken(vertreksoort=Vertreksoort.EMIGRATIE) in na_stuf(land + naam, soort, oud=ander)


@pytest.mark.parametrize("soort", ["nietGeautoriseerd", "nietOndersteund"])
@pytest.mark.parametrize("groep", ["verblijfsadres", "sub.verblijfBuitenland"])
@pytest.mark.parametrize("bericht", ["T", "W"])
def test_an_address_that_the_sender_may_not_tell_is_no_departure(bericht: str, groep: str, soort: str) -> None:
    """There may be one; an address that is told to be empty is another matter."""

    def adres(stand: str) -> str:
        velden = "".join(f'<BG:{naam} xsi:nil="true" StUF:noValue="{stand}"/>' for naam in _ADRESVELDEN[groep])
        return f"<BG:{groep}>{velden}</BG:{groep}><BG:inp.emigratieLand>7028</BG:inp.emigratieLand>"

    vertrokken = JongereVertrokken(vertreksoort=Vertreksoort.EMIGRATIE)
    assert vertrokken not in na_stuf(adres(soort), bericht)
    assert vertrokken in na_stuf(adres("geenWaarde"), bericht)


_ADRESVELDEN = {
    "verblijfsadres": ("aoa.postcode", "aoa.huisnummer", "begindatumVerblijf"),
    "sub.verblijfBuitenland": ("lnd.landcode", "sub.adresBuitenland1"),
}


def test_an_immigration_in_stuf_tells_day_and_land() -> None:
    """As the first thing that is heard of somebody."""
    vestiging = (
        "<BG:geboortedatum>20120101</BG:geboortedatum>"
        "<BG:inp.datumVestigingInNederland>20260801</BG:inp.datumVestigingInNederland>"
        "<BG:inp.immigratieLand>7028</BG:inp.immigratieLand>"
    )
    nieuw, events = wijzig(Inschrijving(), lees_npslk01(bericht(vestiging, "T")).nieuw.wijziging, VANDAAG)
    assert [JongereIngeschreven(), JongereGevestigd()] == events
    assert nieuw.persoon is not None
    assert "7028" == nieuw.persoon.land_vanwaar


def test_what_a_sender_may_not_tell_is_not_wiped() -> None:
    """nietGeautoriseerd and nietOndersteund leave all as it is and say nothing; geenWaarde clears."""
    velden = ("voornamen", "geslachtsnaam", "overlijdensdatum", "inp.gemeenteVanInschrijving", "inp.indicatieGeheim")
    for soort in ("nietGeautoriseerd", "nietOndersteund"):
        gelezen = lees_npslk01(bericht("".join(leeg(veld, soort) for veld in velden)))
        assert (BEKEND, []) == wijzig(BEKEND, gelezen.nieuw.wijziging, VANDAAG)
    naam = PersoonsgegevensGewijzigd(onderdelen=(Onderdeel.NAAM,))
    assert [naam] == na_stuf(leeg("voorvoegselGeslachtsnaam", "geenWaarde"))


def test_a_v_says_nothing_of_the_person() -> None:
    """Even when it carries all that somebody knew: the sender only stopped following."""
    gelezen = lees_npslk01(bericht("", "V"))
    assert [] == wijzig(BEKEND, gelezen.nieuw.wijziging, VANDAAG)[1]


def test_somebody_of_whom_only_a_number_came_is_ingeschreven_when_the_rest_comes() -> None:
    """A new number is no registration."""
    genummerd, events = hernummer(Inschrijving(), Hernummer(bsn=jongere().bsn), VANDAAG)
    assert [] == events
    assert [JongereIngeschreven()] == gezegd(genummerd, jongere())
