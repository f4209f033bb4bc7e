"""What the stand-in for the GBA-V writes about its population is read back as the same people."""

import random
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.brp_sync.aanlevering import Aanlevering
from services.brp_sync.decisions import Registreer, Wijzig
from services.brp_sync.lo3.berichten import OngeldigLo3Bericht, knip, lees_lo3, schrijf_lo3
from services.brp_sync.lo3.lezen import lees_aanlevering, lees_weigering
from services.brp_sync.lo3.teletex import TEKENS
from services.brp_sync.model import Adres, InOnderzoek, Opschorting, Ouder, Persoon, toepassen
from simulators.brp.lo3 import GbaV, Storing
from simulators.brp.lo3_berichten import in_gba, mutatie, volledig
from simulators.personen import maak_bevolking
from simulators.persoonslijsten import cellen_van

NU = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
IEDEREEN = maak_bevolking(7, 400, ("0171", "0193"), date(2026, 9, 1))
BEVOLKING = [p for p in IEDEREEN if all(in_gba(waarde) == waarde for waarde in cellen_van(p).values())]
NIET_IN_LO3 = {"onderwijsnummer", "gezag"}


def gelezen(ruw: bytes) -> Aanlevering:
    return lees_aanlevering(lees_lo3(ruw))


def persoon_uit(ruw: bytes) -> Persoon:
    opdracht = gelezen(ruw).opdracht
    assert isinstance(opdracht, Registreer)
    return opdracht.persoon


def zoals_lo3_het_weet(persoon: Persoon) -> Persoon:
    """Without ouders nothing is told about them; what only others tell is not known."""
    onbekend = persoon.onbekend | NIET_IN_LO3 | ({"ouders"} if not persoon.ouders else set())
    return persoon.model_copy(update={"onbekend": frozenset(onbekend)})


@pytest.mark.parametrize("soort", ["Ag01", "Ag11", "Ag21", "Ag31"])
def test_a_whole_population_is_read_back(soort: str) -> None:
    assert len(BEVOLKING) > 0.9 * len(IEDEREEN)
    teruggelezen = [persoon_uit(volledig(soort, persoon)) for persoon in BEVOLKING]
    assert teruggelezen == [zoals_lo3_het_weet(persoon) for persoon in BEVOLKING]


def test_a_name_that_the_register_cannot_write_loses_an_accent() -> None:
    assert [in_gba(naam) for naam in ("Nguyễn", "Zoë", "Đặng")] == ["Nguyên", "Zoë", "Đang"]


NAAM = st.text(st.sampled_from(sorted(t for t in TEKENS.values() if t > " ")), min_size=1, max_size=40).filter(
    lambda naam: naam != "."
)
REGEL = NAAM.map(lambda naam: naam[:17]).filter(lambda regel: regel != ".")  # 35 bytes at most, two for an accent
DATUM = st.dates(date(1990, 1, 1), date(2026, 9, 1)).map(lambda d: f"{d:%Y%m%d}") | st.sampled_from(
    ["00000000", "20150000", "20150300"]
)
ADRES = st.builds(
    Adres,
    straat=NAAM,
    huisnummer=st.integers(1, 99_999).map(str),
    huisletter=st.none() | st.sampled_from("AbZ"),
    toevoeging=st.none() | st.sampled_from(["bis", "1-2"]),
    postcode=st.none() | st.just("8302EA"),
    woonplaats=NAAM,
    aanvang=DATUM,
) | st.builds(Adres, land=st.just("5010"), buitenland_regels=st.lists(REGEL, max_size=3).map(tuple), aanvang=DATUM)
PERSOON = st.builds(
    Persoon,
    bsn=st.just("999949512"),
    a_nummer=st.just("1000000007"),
    voornamen=st.none() | NAAM,
    voorvoegsel=st.none() | st.sampled_from(["van 't", "de"]),
    geslachtsnaam=NAAM,
    geslacht=st.sampled_from("MVO"),
    geboortedatum=DATUM,
    gemeente=st.sampled_from(["0171", "0193", "1999"]),
    datum_inschrijving=DATUM,
    overlijdensdatum=st.none() | DATUM,
    indicatie_geheim=st.integers(0, 7),
    indicatie_gezag=st.none() | st.sampled_from(["1", "12", "D"]),
    adres=ADRES,
    opschorting=st.none() | st.builds(Opschorting, reden=st.sampled_from("OEMRFW"), datum=DATUM),
    in_onderzoek=st.sampled_from([(), (InOnderzoek(code="089999", ingang="20260101"),)]),
    ouders=st.tuples(st.builds(Ouder, betrekking=st.just("ouder1"), geslachtsnaam=NAAM, voornamen=st.none() | NAAM)),
    onbekend=st.just(frozenset(NIET_IN_LO3)),
)


@given(PERSOON)
@settings(max_examples=150, deadline=None)
def test_any_person_is_read_back_accents_included(persoon: Persoon) -> None:
    assert persoon_uit(volledig("Ag01", persoon)) == persoon


@given(PERSOON, PERSOON)
@settings(max_examples=150, deadline=None)
def test_a_mutation_makes_of_the_one_person_the_other(oud: Persoon, nieuw: Persoon) -> None:
    for soort in ("Gv01", "Gv02"):
        opdracht = gelezen(mutatie(soort, oud, nieuw)).opdracht
        assert isinstance(opdracht, Wijzig)
        assert toepassen(oud, opdracht.wijziging) == nieuw
        assert opdracht.zonder_verhuizing is (soort == "Gv02")


def maak() -> tuple[GbaV, Persoon]:
    return GbaV(BEVOLKING, lambda: NU), next(p for p in BEVOLKING if p.indicatie_geheim == 0)


def vraag(soort: str, persoon: Persoon) -> bytes:
    assert persoon.bsn is not None
    return schrijf_lo3(soort, {"herhaling": "0"}, [("01", {"01.20": persoon.bsn.get_secret_value()})])


def anders(persoon: Persoon, naam: str) -> Persoon:
    return Persoon(**{**persoon.model_dump(), "geslachtsnaam": naam})


def test_whoever_is_followed_is_told_of_and_nobody_else_is() -> None:
    gba, persoon = maak()
    gba.wijzig(anders(persoon, "Eerder"))
    assert gba.uit == []
    gba.neem_aan(vraag("Ap01", persoon))
    gba.wijzig(anders(persoon, "Later"))
    gba.neem_aan(vraag("Av01", persoon))
    gba.wijzig(anders(persoon, "Laatst"))
    assert [lees_lo3(ruw).soort for ruw in gba.uit] == ["Ag01", "Gv01"]


def test_a_request_that_cannot_be_granted_is_refused_with_its_reason() -> None:
    gba, persoon = maak()
    geheim = next(p for p in BEVOLKING if p.indicatie_geheim == 7)
    onbekend = Persoon(bsn="999949512")
    for verzoek in (("Ap01", geheim), ("Ap01", onbekend), ("Av01", persoon), ("Ap01", persoon), ("Ap01", persoon)):
        gba.neem_aan(vraag(*verzoek))
    antwoorden = [lees_lo3(ruw) for ruw in gba.uit]
    assert [a.soort for a in antwoorden] == ["Af01", "Af01", "Af11", "Ag01", "Af01"]
    redenen = [lees_weigering(a).foutreden for a in antwoorden if a.soort != "Ag01"]
    assert redenen == ["H", "G", "I", "I"]


@pytest.mark.parametrize("storing", [Storing.LENGTE, Storing.TELETEX, Storing.ELEMENT])
def test_a_fault_makes_a_message_that_is_refused(storing: Storing) -> None:
    gba, persoon = maak()
    gba.storingen = {storing}
    gba.neem_aan(vraag("Ap01", persoon))
    (ruw,) = gba.uit
    with pytest.raises(OngeldigLo3Bericht):
        lees_lo3(ruw)


def test_messages_come_twice_late_or_not_at_all() -> None:
    gba, persoon = maak()
    gba.neem_aan(vraag("Ap01", persoon))
    gba.uit = []
    gba.storingen = {Storing.DUBBEL}
    gba.wijzig(anders(persoon, "Een"))
    assert len(gba.uit) == 2
    gba.storingen, gba.uit = {Storing.STILTE}, []
    gba.wijzig(anders(persoon, "Twee"))
    assert gba.uit == []
    gba.storingen = {Storing.VOLGORDE}
    for naam in ("Drie", "Vier"):
        gba.herstel(anders(persoon, naam))
    namen = [persoon_uit(ruw).geslachtsnaam for ruw in gba.uit]
    assert [n.get_secret_value() for n in namen if n] == ["Vier", "Drie"]


@given(st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_all_it_can_say_in_any_order_is_cut_apart_again(seed: int) -> None:
    gba, persoon = maak()
    rng = random.Random(seed)
    assert persoon.bsn is not None
    bsn = persoon.bsn.get_secret_value()
    gba.vul(bsn, "Ag11")
    acties = [
        lambda: gba.vul(bsn, "Ag21"),
        lambda: gba.wijzig(anders(gba.persoon(bsn), f"Naam {rng.random()}")),
        lambda: gba.wijzig(anders(gba.persoon(bsn), "Straat"), infrastructureel=True),
        lambda: gba.herstel(gba.persoon(bsn)),
        lambda: gba.voer_af(bsn, "20260901"),
        lambda: gba.hernummer(bsn, f"{rng.randrange(10**10):010}", "20260901"),
    ]
    for _ in range(6):
        rng.choice(acties)()
    assert [kader.ruw for kader in knip(b"".join(gba.uit))] == gba.uit
    for ruw in gba.uit:
        gelezen(ruw)
