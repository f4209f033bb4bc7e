"""StUF-BG npsLk01: what a kennisgeving says, what it leaves alone, what is refused, and what we answer."""

from datetime import date
from pathlib import Path

import pytest

from services.brp_sync.gebeurtenissen import PersoonGebeurtenis, gebeurtenis_soorten
from services.brp_sync.model import (
    ONBEKENDE,
    Adres,
    InOnderzoek,
    Opschorting,
    Ouder,
    Persoon,
    PersoonWijziging,
    toepassen,
)
from services.brp_sync.stuf import (
    IndicatorOvername,
    Mutatiesoort,
    OngeldigBericht,
    Stuurgegevens,
    Systeem,
    lees_npslk01,
)
from services.brp_sync.stuf.objects import Lezing

MAP = Path(__file__).parents[2] / "data" / "brp"
INSCHRIJVING = (MAP / "npslk01_T_inschrijving.xml").read_bytes()
VERHUIZING = (MAP / "npslk01_W_verhuizing.xml").read_bytes()
NIET_LANGER_GEVOLGD = (MAP / "npslk01_V_niet_langer_gevolgd.xml").read_bytes()
STUUR = Stuurgegevens(
    zender=Systeem(organisatie="0171", applicatie="DDS"),
    ontvanger=Systeem(organisatie="0171", applicatie="LEERPLICHT"),
    referentienummer="ref-0001",
    tijdstip="20260901101500000",
)
NS = {
    "soap": "http://schemas.xmlsoap.org/soap/envelope/",
    "StUF": "http://www.egem.nl/StUF/StUF0301",
    "BG": "http://www.egem.nl/StUF/sector/bg/0310",
}
PEILDATUM = date(2026, 9, 1)  # a Tuesday
JONGERE = Persoon(bsn="999949512", geslachtsnaam="Elzinga", geboortedatum="20150312", gemeente="0171")


def bericht(inhoud: str, mutatiesoort: str = "W", oud: str = "") -> bytes:
    """A kennisgeving with `inhoud` in the present object (and `oud` in the one before it)."""
    objecten = [
        f"<BG:inp.bsn>999949512</BG:inp.bsn>{deel}" for deel in ([inhoud] if mutatiesoort in "TV" else [oud, inhoud])
    ]
    begin, eind = VERHUIZING.decode().split("<BG:object", 1)[0], "</BG:npsLk01>"
    begin = begin.replace("<StUF:mutatiesoort>W<", f"<StUF:mutatiesoort>{mutatiesoort}<")
    return (
        begin + "".join(f'<BG:object StUF:entiteittype="NPS">{deel}</BG:object>' for deel in objecten) + eind
    ).encode()


def wijziging(inhoud: str, mutatiesoort: str = "W", oud: str = "") -> PersoonWijziging:
    return lees_npslk01(bericht(inhoud, mutatiesoort, oud)).nieuw.wijziging


def leeg(element: str, soort: str) -> str:
    return f'<BG:{element} xsi:nil="true" StUF:noValue="{soort}"/>'


def ouder(aanduiding: str, inhoud: str = "", soort: str = "W") -> str:
    naam = f"<BG:ouderAanduiding>{aanduiding}</BG:ouderAanduiding>" if aanduiding else ""
    gerelateerde = f"<BG:gerelateerde>{inhoud}</BG:gerelateerde>" if inhoud else ""
    return f'<BG:inp.heeftAlsOuders StUF:verwerkingssoort="{soort}">{gerelateerde}{naam}</BG:inp.heeftAlsOuders>'


def test_a_t_in_the_form_that_senders_use_is_read_in_full() -> None:
    """Without verwerkingssoort on relations, full of nietGeautoriseerd, and with a gemeente without its zero."""
    gelezen = lees_npslk01(INSCHRIJVING)
    verwacht = Persoon(
        bsn="999949512",
        a_nummer="1000000007",
        voornamen="Noëlle Çağla",
        voorvoegsel="van 't",
        geslachtsnaam="Hoogerhuijs",
        geslacht="V",
        geboortedatum="20150300",
        gemeente="0171",
        datum_inschrijving="20200101",
        indicatie_geheim=0,
        indicatie_gezag="12",
        adres=Adres(
            straat="Burgemeester van Grootveldhuizenlaan",
            huisnummer="12",
            huisletter="A",
            postcode="8302EA",
            woonplaats="Sint-Rijnsbrug",
            aanvang="20230615",
        ),
        ouders=(
            Ouder(betrekking="ouder1", bsn="999949524", voornamen="Fadoua", geslachtsnaam="Benaïssa"),
            Ouder(betrekking="ouder2", voornamen="Sébastien", voorvoegsel="van 't", geslachtsnaam="Hoogerhuijs"),
        ),
        onbekend={"onderwijsnummer", "gezag", "datum_vestiging", "land_vanwaar"},
    )
    assert verwacht == toepassen(ONBEKENDE, gelezen.nieuw.wijziging)
    assert (gelezen.mutatiesoort, gelezen.nieuw.verwerkingssoort, gelezen.oud) == (Mutatiesoort.TOEVOEGING, "T", None)
    sleutels = gelezen.nieuw.sleutels
    assert sleutels.verzendend is not None and sleutels.verzendend.get_secret_value() == "529148a9f0c4"
    assert sleutels.ontvangend is not None and sleutels.ontvangend.get_secret_value() == "LPA.0000142157"


def test_the_envelope_of_a_message_is_read() -> None:
    """Zender and referentienummer together make it unique."""
    stuurgegevens = lees_npslk01(VERHUIZING).stuurgegevens
    assert (stuurgegevens.zender.organisatie, stuurgegevens.zender.applicatie) == ("0171", "DDS")
    assert (stuurgegevens.referentienummer, stuurgegevens.tijdstip) == ("ref-0002", "20260901101500000")
    assert lees_npslk01(VERHUIZING).indicator_overname is IndicatorOvername.VERPLICHT


def test_a_move_takes_no_part_of_the_old_address_along() -> None:
    """12A became 148; the sender said nothing of a huisletter, and 148A would be somebody else's door."""
    gelezen = lees_npslk01(VERHUIZING)
    assert gelezen.oud is not None
    oud = toepassen(JONGERE, gelezen.oud.wijziging)
    nieuw = toepassen(oud, gelezen.nieuw.wijziging)
    assert [regel.get_secret_value() for regel in nieuw.adresregels()] == ["Olmendreef 148", "8011 LW Groot-Slijdrecht"]
    assert {PersoonGebeurtenis.verhuisd_intergemeentelijk} == gebeurtenis_soorten(oud, nieuw)


def test_a_v_is_no_death_and_changes_nothing() -> None:
    """Mutatiesoort V says that the sender no longer follows someone, not that anything happened to them."""
    gelezen = lees_npslk01(NIET_LANGER_GEVOLGD)
    nieuw = toepassen(JONGERE, gelezen.nieuw.wijziging)
    assert Mutatiesoort.VERWIJDERING is gelezen.mutatiesoort
    assert nieuw == JONGERE
    assert set() == gebeurtenis_soorten(JONGERE, nieuw)


def test_a_v_never_takes_parents_away() -> None:
    """Relations in a V only come along."""
    assert wijziging(ouder("Ouder1", soort="V"), "V").genoemd == {"bsn"}


@pytest.mark.parametrize(
    ("element", "veld"),
    [
        ("voornamen", "voornamen"),
        ("voorvoegselGeslachtsnaam", "voorvoegsel"),
        ("geslachtsnaam", "geslachtsnaam"),
        ("geboortedatum", "geboortedatum"),
        ("inp.a-nummer", "a_nummer"),
        ("overlijdensdatum", "overlijdensdatum"),
        ("inp.gemeenteVanInschrijving", "gemeente"),
        ("inp.datumInschrijving", "datum_inschrijving"),
        ("inp.indicatieGeheim", "indicatie_geheim"),
        ("ing.indicatieGezagMinderjarige", "indicatie_gezag"),
        ("geslachtsaanduiding", "geslacht"),
    ],
)
def test_only_geen_waarde_empties_a_field(element: str, veld: str) -> None:
    """The other kinds of empty keep the value or make it unknown; an empty element without a kind says nothing."""
    assert veld in wijziging(leeg(element, "geenWaarde")).genoemd
    assert getattr(wijziging(leeg(element, "geenWaarde")), veld) is None
    for soort in ("nietGeautoriseerd", "nietOndersteund"):
        zwijgt = wijziging(leeg(element, soort))
        assert veld not in zwijgt.genoemd | zwijgt.onbekend
    for soort in ("waardeOnbekend", "vastgesteldOnbekend"):
        assert (
            veld in wijziging(leeg(element, soort)).genoemd,
            veld in wijziging(leeg(element, soort)).onbekend,
        ) == (False, True)
    assert veld not in wijziging(f'<BG:{element} xsi:nil="true"/>').genoemd
    assert veld not in wijziging(f"<BG:{element}> </BG:{element}>").genoemd


def test_not_knowing_a_death_is_neither_a_death_nor_a_resurrection() -> None:
    """waardeOnbekend for overlijdensdatum says that the sender does not know whether someone died (stuf0301 §3.4.1)."""
    onbekend = wijziging(leeg("overlijdensdatum", "waardeOnbekend"))
    assert not toepassen(JONGERE, onbekend).is_overleden
    overleden = JONGERE.model_copy(update={"overlijdensdatum": JONGERE.geboortedatum})
    assert toepassen(overleden, onbekend).is_overleden


@pytest.mark.parametrize(
    ("attribuut", "waarde"),
    [("", "20150314"), ("V", "20150314"), ("D", "20150300"), ("M", "20150000"), ("J", "00000000")],
)
def test_the_filler_of_an_incomplete_date_does_not_become_a_birthday(attribuut: str, waarde: str) -> None:
    """indOnvolledigeDatum says which part of a valid date was made up."""
    ind = f' StUF:indOnvolledigeDatum="{attribuut}"' if attribuut else ""
    datum = wijziging(f"<BG:geboortedatum{ind}>20150314</BG:geboortedatum>").geboortedatum
    assert datum is not None and datum.get_secret_value() == waarde


@pytest.mark.parametrize(
    ("inhoud", "veld"),
    [
        ("<BG:geboortedatum>20150230</BG:geboortedatum>", "geboortedatum"),
        ("<BG:geboortedatum>2015</BG:geboortedatum>", "geboortedatum"),
        ('<BG:geboortedatum StUF:indOnvolledigeDatum="M">2015</BG:geboortedatum>', "geboortedatum"),
        ('<BG:geboortedatum StUF:indOnvolledigeDatum="X">20150314</BG:geboortedatum>', "geboortedatum"),
        ("<BG:inp.indicatieGeheim>8</BG:inp.indicatieGeheim>", "indicatie_geheim"),
        ("<BG:inp.redenOpschortingBijhouding>Q</BG:inp.redenOpschortingBijhouding>", "opschorting.reden"),
        ('<BG:voornamen StUF:noValue="geenWaarde">Jan</BG:voornamen>', "voornamen"),
        ('<BG:voornamen StUF:noValue="weetNiet"/>', "voornamen"),
        ("<BG:verblijfsadres><BG:aoa.huisnummer>0</BG:aoa.huisnummer></BG:verblijfsadres>", "adres.huisnummer"),
        ("<BG:inOnderzoek>X</BG:inOnderzoek>", "inOnderzoek"),
        ("<BG:inp.heeftAlsOuders><BG:gerelateerde/></BG:inp.heeftAlsOuders>", "ouderAanduiding"),
    ],
)
def test_an_impossible_value_is_refused_by_field_and_place(inhoud: str, veld: str) -> None:
    """The stuurgegevens come along, so that the answer can be addressed; the reason holds no value."""
    with pytest.raises(OngeldigBericht) as fout:
        lees_npslk01(bericht(inhoud))
    assert (veld, "object[2]") == (fout.value.veld, fout.value.plek)
    assert fout.value.stuurgegevens is not None and fout.value.stuurgegevens.referentienummer == "ref-0002"
    assert not any(waarde in str(fout.value) for waarde in ("Jan", "20150314", "999949512"))


@pytest.mark.parametrize(
    ("inhoud", "verwacht"),
    [
        ("<BG:gor.straatnaam>Olmendr</BG:gor.straatnaam>", {"straat": "Olmendr"}),
        (
            "<BG:gor.openbareRuimteNaam>Olmendreef</BG:gor.openbareRuimteNaam><BG:gor.straatnaam>Olmendr</BG:gor.straatnaam>",
            {"straat": "Olmendreef"},
        ),
        (
            "<BG:aoa.woonplaatsWaarinGelegen><BG:wpl.woonplaatsNaam>Lelieloo</BG:wpl.woonplaatsNaam>"
            "</BG:aoa.woonplaatsWaarinGelegen><BG:aoa.huisnummer>0012</BG:aoa.huisnummer>",
            {"woonplaats": "Lelieloo", "huisnummer": "12"},
        ),
        (leeg("aoa.huisletter", "geenWaarde"), {"huisletter": None}),
        (
            '<BG:begindatumVerblijf StUF:indOnvolledigeDatum="M">20200101</BG:begindatumVerblijf>',
            {"aanvang": "20200000"},
        ),
    ],
)
def test_the_parts_of_an_address_are_read_from_where_they_can_stand(inhoud: str, verwacht: dict[str, object]) -> None:
    """The full street name wins; the woonplaats may stand in its own group."""
    adres = wijziging(f"<BG:verblijfsadres>{inhoud}</BG:verblijfsadres>").adres
    assert adres == Adres(**verwacht)
    assert adres is not None and verwacht.keys() == adres.model_fields_set


def test_an_address_of_which_nothing_is_known_is_unknown() -> None:
    """Not empty, and not the old one: nobody knows where the person is."""
    nergens = "".join(
        leeg(naam, "waardeOnbekend") for naam in ("gor.openbareRuimteNaam", "aoa.postcode", "aoa.huisnummer")
    )
    assert frozenset({"adres"}) == wijziging(f"<BG:verblijfsadres>{nergens}</BG:verblijfsadres>").onbekend
    for zwijgend in ("<BG:verblijfsadres/>", "<BG:sub.verblijfBuitenland/>"):
        assert "adres" not in wijziging(zwijgend).genoemd


def test_a_departure_abroad_replaces_the_address() -> None:
    """The schema lets only one kind of address be there, so the old one is not mentioned."""
    buitenland = (
        "<BG:lnd.landcode>28</BG:lnd.landcode><BG:sub.adresBuitenland2>00-238 Warszawa</BG:sub.adresBuitenland2>"
    )
    oud = JONGERE.model_copy(update={"adres": Adres(straat="Olmendreef", huisnummer="148", postcode="8011LW")})
    nieuw = toepassen(oud, wijziging(f"<BG:sub.verblijfBuitenland>{buitenland}</BG:sub.verblijfBuitenland>"))
    assert Adres(land="0028", buitenland_regels=("00-238 Warszawa",)) == nieuw.adres


@pytest.mark.parametrize(
    ("inhoud", "genoemd", "waarde"),
    [
        ("<BG:inp.redenOpschortingBijhouding>E</BG:inp.redenOpschortingBijhouding>", True, Opschorting(reden="E")),
        (leeg("inp.redenOpschortingBijhouding", "geenWaarde"), True, None),
        (
            "<BG:inp.datumOpschortingBijhouding>20260201</BG:inp.datumOpschortingBijhouding>",
            True,
            Opschorting(datum="20260201"),
        ),
        (
            leeg("inp.redenOpschortingBijhouding", "waardeOnbekend")
            + "<BG:inp.datumOpschortingBijhouding>20260201</BG:inp.datumOpschortingBijhouding>",
            True,
            Opschorting(reden=".", datum="20260201"),
        ),
        (leeg("inp.redenOpschortingBijhouding", "nietGeautoriseerd"), False, None),
        (leeg("inp.redenOpschortingBijhouding", "waardeOnbekend"), False, None),
    ],
)
def test_reason_and_day_of_opschorting_may_come_apart(inhoud: str, genoemd: bool, waarde: Opschorting | None) -> None:
    """A day without a reason is an opschorting with an unknown reason only where there was none."""
    gelezen = wijziging(inhoud)
    assert (genoemd, waarde) == ("opschorting" in gelezen.genoemd, gelezen.opschorting)


def test_an_investigation_runs_until_its_end_is_told() -> None:
    """Absent in a W: it goes on. Absent in a T: there is none (stuf0301 §3.3.5). Without a group: all of it."""
    lopend = JONGERE.model_copy(update={"in_onderzoek": (InOnderzoek(code="081120"),)})
    einde = '<BG:inOnderzoek groepsnaam="Verblijfsplaats" xsi:nil="true" StUF:noValue="geenWaarde"/>'
    assert lopend == toepassen(lopend, wijziging(""))
    assert not toepassen(lopend, wijziging(einde)).adres_in_onderzoek
    assert not toepassen(lopend, wijziging("", "T")).adres_in_onderzoek
    zwijgt = einde.replace("geenWaarde", "nietGeautoriseerd")
    assert toepassen(lopend, wijziging(zwijgt, "T")).adres_in_onderzoek
    alles = toepassen(JONGERE, wijziging("<BG:inOnderzoek>J</BG:inOnderzoek>"))
    assert [onderzoek.code for onderzoek in alles.in_onderzoek] == ["010000", "060000", "070000", "080000", "110000"]
    ander = '<BG:inOnderzoek groepsnaam="Reisdocument">J</BG:inOnderzoek>'
    assert toepassen(JONGERE, wijziging(ander)) == JONGERE
    beide = einde + einde.replace("Verblijfsplaats", "VerblijfBuitenland").replace(
        'xsi:nil="true" StUF:noValue="geenWaarde"/>', ">J</BG:inOnderzoek>"
    )
    assert toepassen(JONGERE, wijziging(beide)).adres_in_onderzoek


GEEN_OUDER = leeg("inp.heeftAlsOuders", "geenWaarde")
NAAM = "<BG:geslachtsnaam>Bakkali</BG:geslachtsnaam>"
MOEDER = Ouder(betrekking="ouder1", bsn="999949524", voornamen="Fadoua", geslachtsnaam="Benaïssa")
VADER = Ouder(betrekking="ouder2", geslachtsnaam="Hoogerhuijs")


@pytest.mark.parametrize(
    ("inhoud", "oud", "verwacht"),
    [
        ("", "", (MOEDER, VADER)),
        (ouder("Ouder1", NAAM), ouder("Ouder1"), (Ouder(**MOEDER.model_dump() | {"geslachtsnaam": "Bakkali"}), VADER)),
        (
            ouder("Ouder2", NAAM, "R"),
            ouder("Ouder2", soort="R"),
            (MOEDER, Ouder(betrekking="ouder2", geslachtsnaam="Bakkali")),
        ),
        (ouder("Ouder2", soort="E"), ouder("Ouder2", soort="E"), (MOEDER,)),
        (GEEN_OUDER, ouder("Ouder1", NAAM, "V"), (VADER,)),
        (
            GEEN_OUDER + ouder("", NAAM),
            ouder("Ouder2", soort="V") + ouder("Ouder1"),
            (Ouder(**MOEDER.model_dump() | {"geslachtsnaam": "Bakkali"}),),
        ),
        (ouder("", NAAM, "I"), "", (MOEDER, VADER)),
        (leeg("inp.heeftAlsOuders", "nietGeautoriseerd"), ouder("Ouder1"), (MOEDER, VADER)),
    ],
)
def test_a_parent_is_known_by_place_or_by_the_relation_before_the_change(
    inhoud: str, oud: str, verwacht: tuple[Ouder, ...]
) -> None:
    """Relations stand in the same order in both objects, so one that was taken away is told by the old one."""
    met_ouders = JONGERE.model_copy(update={"ouders": (MOEDER, VADER)})
    assert verwacht == toepassen(met_ouders, wijziging(inhoud, oud=oud)).ouders


def test_in_a_t_no_parents_and_unknown_parents_differ() -> None:
    """geenWaarde: there are none; vastgesteldOnbekend: nobody knows; nothing: not told."""
    assert "ouders" in wijziging(GEEN_OUDER, "T").genoemd
    assert frozenset({"ouders"}) == wijziging(leeg("inp.heeftAlsOuders", "vastgesteldOnbekend"), "T").onbekend
    assert "ouders" not in wijziging("", "T").genoemd


def test_a_changed_bsn_shows_in_both_objects() -> None:
    """A key change (C with S) names the old number first."""
    xml = bericht("", "C").decode().replace("999949512", "999949536", 1)
    gelezen = lees_npslk01(xml.encode())
    assert gelezen.oud is not None and gelezen.oud.wijziging.bsn is not None and gelezen.nieuw.wijziging.bsn is not None
    assert (
        gelezen.oud.wijziging.bsn.get_secret_value(),
        gelezen.nieuw.wijziging.bsn.get_secret_value(),
    ) == ("999949536", "999949512")


def test_of_before_the_change_only_who_it_was_can_be_asked() -> None:
    """What else the sender believed is not taken over, so nothing in it can hold the change up; a wrong number can."""
    gemeente = "<BG:inp.gemeenteVanInschrijving>171</BG:inp.gemeenteVanInschrijving>"
    xml = bericht("", oud=gemeente + "<BG:geboortedatum>20159999</BG:geboortedatum>")
    gelezen = lees_npslk01(xml, voorheen=Lezing.WIE)
    assert gelezen.oud is not None
    assert {"bsn", "gemeente"} == gelezen.oud.wijziging.genoemd
    assert "0171" == gelezen.oud.wijziging.gemeente
    with pytest.raises(OngeldigBericht, match="geboortedatum"):
        lees_npslk01(xml)
    with pytest.raises(OngeldigBericht, match="bsn"):
        lees_npslk01(xml.replace(b"999949512", b"999949513", 1), voorheen=Lezing.WIE)


@pytest.mark.parametrize(
    ("was", "wordt", "veld", "code"),
    [
        ("<StUF:berichtcode>Lk01", "<StUF:berichtcode>Lk02", "berichtcode", "StUF025"),
        ("<StUF:entiteittype>NPS", "<StUF:entiteittype>NNP", "entiteittype", "StUF031"),
        ("BG:npsLk01", "BG:nnpLk01", "bericht", "StUF040"),
        ("<StUF:mutatiesoort>W", "<StUF:mutatiesoort>X", "mutatiesoort", "StUF055"),
        ("<StUF:indicatorOvername>V", "<StUF:indicatorOvername>X", "indicatorOvername", "StUF055"),
        ("<StUF:mutatiesoort>W", "<StUF:mutatiesoort>T", "object", "StUF055"),
        ("<BG:inp.bsn>999949512</BG:inp.bsn>", "", "inp.bsn", "StUF055"),
    ],
)
def test_another_message_is_refused_with_the_code_that_fits(was: str, wordt: str, veld: str, code: str) -> None:
    """Each can be answered, for the stuurgegevens are there."""
    xml = VERHUIZING.replace(b' StUF:sleutelVerzendend="529148a9f0c4"', b"").replace(was.encode(), wordt.encode())
    with pytest.raises(OngeldigBericht) as fout:
        lees_npslk01(xml)
    assert (veld, code) == (fout.value.veld, fout.value.code)
    assert fout.value.stuurgegevens is not None


def test_a_person_may_be_known_by_key_alone() -> None:
    """Some senders may not give the BSN."""
    xml = VERHUIZING.replace(b"<BG:inp.bsn>999949512</BG:inp.bsn>", b"")
    assert frozenset({"adres", "gemeente"}) == lees_npslk01(xml).nieuw.wijziging.genoemd


def test_empty_objects_that_only_fill_the_schema_are_left_out() -> None:
    """A T may come with a nil object before it."""
    nil = b'<BG:object xsi:nil="true"/><BG:object StUF:entiteittype="NPS">'
    xml = bericht("", "T").replace(b'<BG:object StUF:entiteittype="NPS">', nil)
    assert lees_npslk01(xml).nieuw.wijziging.bsn is not None


@pytest.mark.parametrize(
    ("was", "wordt"),
    [
        (b"http://www.egem.nl/StUF/sector/bg/0310", b"http://www.egem.nl/StUF/sector/bg/0204"),
        (b"<StUF:referentienummer>ref-0002</StUF:referentienummer>", b""),
        (b"<StUF:tijdstipBericht>20260901101500000<", b"<StUF:tijdstipBericht>1-9-2026<"),
        (b"<StUF:applicatie>DDS</StUF:applicatie>", b""),
    ],
)
def test_without_usable_stuurgegevens_there_is_nobody_to_answer(was: bytes, wordt: bytes) -> None:
    """Another version of the sector model, no reference, no time, no sender."""
    with pytest.raises(OngeldigBericht) as fout:
        lees_npslk01(VERHUIZING.replace(was, wordt))
    assert fout.value.stuurgegevens is None


@pytest.mark.parametrize("inhoud", ["", "<BG:npsLk01/><BG:npsLk01/>"])
def test_an_envelope_holds_exactly_one_message(inhoud: str) -> None:
    """Not none and not two; a header is no matter."""
    xml = f'<s:Envelope xmlns:s="{NS["soap"]}" xmlns:BG="{NS["BG"]}"><s:Header/><s:Body>{inhoud}</s:Body></s:Envelope>'
    with pytest.raises(OngeldigBericht, match="precies één bericht"):
        lees_npslk01(xml.encode())


def test_latin_1_is_read_as_it_is_declared() -> None:
    """Some older systems still send it."""
    xml = '<?xml version="1.0" encoding="ISO-8859-1"?>\n' + bericht("<BG:voornamen>Noëlle</BG:voornamen>").decode()
    voornamen = lees_npslk01(xml.encode("iso-8859-1")).nieuw.wijziging.voornamen
    assert voornamen is not None and voornamen.get_secret_value() == "Noëlle"


def test_nothing_of_a_message_shows_when_it_is_printed() -> None:
    """Nor the keys, which may be anything."""
    tekst = repr(lees_npslk01(INSCHRIJVING))
    for geheim in ("999949512", "Noëlle", "Hoogerhuijs", "8302EA", "529148a9f0c4", "2015"):
        assert geheim not in tekst
