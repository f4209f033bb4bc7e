"""What happened in someone's life, told from how the register had them and has them."""

import pytest

from services.brp_sync.gebeurtenissen import PersoonGebeurtenis as G
from services.brp_sync.gebeurtenissen import gebeurtenis_soorten
from services.brp_sync.model import ONBEKENDE, Adres, Gezag, Gezaghouder, InOnderzoek, Opschorting, RedenOpschorting
from tests.unit.brp_sync.voorbeelden import ADRES, MOEDER, VADER, jongere


def verhuisd(**velden: object) -> Adres:
    return Adres(**(ADRES.model_dump() | velden))


@pytest.mark.parametrize(
    ("wijziging", "soorten"),
    [
        ({}, set()),
        ({"adres": verhuisd(huisnummer="14", aanvang="20260825")}, {G.verhuisd_binnengemeentelijk}),
        ({"adres": verhuisd(straat="Nieuwe Maïsstraat")}, {G.adres_gecorrigeerd}),
        ({"adres": verhuisd(straat="Nieuwe Maïsstraat", aanvang=None)}, {G.verhuisd_binnengemeentelijk}),
        ({"adres": verhuisd(aanvang="20200102")}, set()),
        ({"adres": None}, {G.adres_gecorrigeerd}),
        ({"gemeente": "0193", "adres": verhuisd(aanvang="20260825")}, {G.verhuisd_intergemeentelijk}),
        ({"gemeente": "0193"}, {G.verhuisd_intergemeentelijk}),
        ({"opschorting": Opschorting(reden="E"), "gemeente": "1999"}, {G.vertrokken}),
        ({"opschorting": Opschorting(reden="R")}, {G.vertrokken}),
        ({"opschorting": Opschorting(reden="M")}, {G.vertrokken}),
        ({"opschorting": Opschorting(reden="F")}, {G.afgevoerd}),
        ({"opschorting": Opschorting(reden="W")}, {G.bijhouding_opgeschort}),
        ({"opschorting": Opschorting(reden=".")}, {G.bijhouding_opgeschort}),
        ({"adres": Adres(land="7028")}, {G.vertrokken}),
        ({"opschorting": Opschorting(reden="O")}, {G.overleden}),
        ({"overlijdensdatum": "00000000"}, {G.overleden}),
        ({"overlijdensdatum": "20260301", "opschorting": Opschorting(reden="E")}, {G.overleden}),
        ({"voornamen": "Noelle"}, {G.naam_gewijzigd}),
        ({"voorvoegsel": None}, {G.naam_gewijzigd}),
        ({"geslachtsnaam": "Bakkali"}, {G.naam_gewijzigd}),
        ({"geslacht": "M"}, {G.geslacht_gewijzigd}),
        ({"geboortedatum": "20150300"}, {G.geboortedatum_gewijzigd}),
        ({"bsn": "999949536"}, {G.identificatie_gewijzigd}),
        ({"a_nummer": "1000007926"}, {G.identificatie_gewijzigd}),
        ({"indicatie_gezag": "1"}, {G.gezag_gewijzigd}),
        ({"ouders": (MOEDER,)}, {G.gezag_gewijzigd, G.ouders_gewijzigd}),
        ({"ouders": (MOEDER.model_copy(update={"voornamen": None}), VADER)}, {G.ouders_gewijzigd}),
        ({"indicatie_geheim": 7}, {G.geheimhouding_gewijzigd}),
        ({"indicatie_geheim": None, "onbekend": {"indicatie_geheim"}}, {G.geheimhouding_gewijzigd}),
        ({"in_onderzoek": (InOnderzoek(code="080000"),)}, {G.adres_in_onderzoek}),
        ({"in_onderzoek": (InOnderzoek(code="010310"),)}, set()),
    ],
)
def test_what_happened_is_told_from_how_it_was_and_is(wijziging: dict[str, object], soorten: set[G]) -> None:
    """Each kind alone; a corrected address is no move, and a date that becomes less exact is a change."""
    assert soorten == gebeurtenis_soorten(jongere(), jongere(**wijziging))


@pytest.mark.parametrize(
    ("oud", "nieuw", "soorten"),
    [
        ({"opschorting": Opschorting(reden="O")}, {}, {G.overlijden_herroepen}),
        (
            {"overlijdensdatum": "20260301"},
            {"opschorting": Opschorting(reden="E")},
            {G.overlijden_herroepen, G.vertrokken},
        ),
        ({"opschorting": Opschorting(reden="E"), "gemeente": "1999"}, {}, {G.teruggekeerd, G.gevestigd}),
        (
            {"opschorting": Opschorting(reden="E"), "gemeente": "0193"},
            {},
            {G.teruggekeerd, G.gevestigd, G.verhuisd_intergemeentelijk},
        ),
        ({"opschorting": Opschorting(reden="E")}, {"overlijdensdatum": "20260301"}, {G.overleden}),
        ({"indicatie_geheim": 7}, {}, {G.geheimhouding_gewijzigd}),
        (
            {"adres": verhuisd(aanvang=None)},
            {"adres": verhuisd(huisnummer="14", aanvang=None)},
            {G.verhuisd_binnengemeentelijk},
        ),
        ({"in_onderzoek": (InOnderzoek(code="081120"),)}, {}, {G.adres_uit_onderzoek}),
        (
            {"in_onderzoek": (InOnderzoek(code="080000"),)},
            {"in_onderzoek": (InOnderzoek(code="089999"),)},
            {G.adres_in_onderzoek},
        ),
        ({"in_onderzoek": (InOnderzoek(code="080000"),)}, {"in_onderzoek": (InOnderzoek(code="081120"),)}, set()),
    ],
)
def test_the_way_back_is_told_too(oud: dict[str, object], nieuw: dict[str, object], soorten: set[G]) -> None:
    """A death that is taken back must be as loud as the death was."""
    assert soorten == gebeurtenis_soorten(jongere(**oud), jongere(**nieuw))


@pytest.mark.parametrize(
    ("nieuw", "soorten"),
    [
        ({}, {G.ingeschreven}),
        ({"indicatie_geheim": 7}, {G.ingeschreven, G.geheimhouding_gewijzigd}),
        ({"in_onderzoek": (InOnderzoek(code="080000"),)}, {G.ingeschreven, G.adres_in_onderzoek}),
        ({"opschorting": Opschorting(reden="O")}, {G.overleden}),
        ({"opschorting": Opschorting(reden="R")}, {G.vertrokken}),
    ],
)
def test_someone_new_is_ingeschreven_unless_already_gone(nieuw: dict[str, object], soorten: set[G]) -> None:
    """Nobody becomes leerplichtig by a first message that says they died or live abroad."""
    assert soorten == gebeurtenis_soorten(None, jongere(**nieuw))


@pytest.mark.parametrize(
    ("nieuw", "soorten"),
    [
        ({}, {G.identificatie_gewijzigd}),
        ({"indicatie_geheim": 7}, {G.identificatie_gewijzigd, G.geheimhouding_gewijzigd}),
        ({"overlijdensdatum": "20260301"}, {G.identificatie_gewijzigd, G.overleden}),
        ({"opschorting": Opschorting(reden="E")}, {G.identificatie_gewijzigd, G.vertrokken}),
        ({"in_onderzoek": (InOnderzoek(code="080000"),)}, {G.identificatie_gewijzigd, G.adres_in_onderzoek}),
    ],
)
def test_getting_to_know_a_field_is_no_change_except_where_silence_harms(
    nieuw: dict[str, object], soorten: set[G]
) -> None:
    """A name that is delivered for the first time did not change; deaths, departures and geheimhouding are told."""
    assert soorten == gebeurtenis_soorten(ONBEKENDE, jongere(**nieuw))


def test_every_reason_of_opschorting_has_a_meaning() -> None:
    """No code of the register falls through."""
    for reden in RedenOpschorting:
        assert gebeurtenis_soorten(jongere(), jongere(opschorting=Opschorting(reden=reden)))


def test_gezag_that_a_source_tells_anew_is_a_change() -> None:
    """Another holder or kind is; the first time that it is told, and its becoming unknown, are not."""
    houders = (Gezaghouder(is_ouder=True, bsn="999949524"), Gezaghouder(is_ouder=True, naam="Sébastien Hoogerhuijs"))
    samen = jongere(gezag=(Gezag(soort="GezamenlijkOuderlijkGezag", houders=houders),))
    alleen = jongere(gezag=(Gezag(soort="EenhoofdigOuderlijkGezag", houders=houders[:1]),))
    onbekend = jongere(onbekend={"gezag"})
    wissels = [(samen, alleen), (alleen, jongere()), (samen, samen), (onbekend, samen), (samen, onbekend)]
    told = [gebeurtenis_soorten(oud, nieuw) for oud, nieuw in wissels]
    assert [{G.gezag_gewijzigd}, {G.gezag_gewijzigd}, set(), set(), set()] == told
