"""Files of schools without DUO: rows become the same melding, or say which column is wrong."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.codes import MeldingStatus, Verzuimsoort
from hub.errors import Ongeldig
from services.ingest_duo.fouten import OngeldigBericht
from services.ingest_duo.model import Verzuimgeval
from services.ingest_duo.school.kaart import laad_schoolkaarten
from services.ingest_duo.school.lezen import MAX_RIJEN, Rijfout, lees_bestand, lees_rij

KAARTEN = laad_schoolkaarten()
NU = datetime.fromisoformat("2026-09-14T10:00:00.123456")
KOP = (
    "bsn;gemeente;brin;soort_verzuim;begindatum;einddatum;vermoedelijke_reden;alle_lessen_gemist;actie_gewenst;"
    "toelichting;verzuimdagen;melder_naam;melder_email;gemeld_op;kenmerk_school;ingetrokken"
)
RIJ: dict[str, str] = {
    "bsn": "999990019",
    "gemeente": "1924",
    "brin": "90XA",
    "soort_verzuim": "V3",
    "begindatum": "2026-09-07",
    "einddatum": "2026-09-11",
    "vermoedelijke_reden": "spijbelt; zegt de klas",
    "alle_lessen_gemist": "nee",
    "actie_gewenst": "ja",
    "toelichting": "",
    "verzuimdagen": "2026-09-07=heel, 2026-09-08=5,2026-09-11=6",
    "melder_naam": "M. Voorbeeld",
    "melder_email": "verzuim@90xa.example",
    "gemeld_op": "2026-09-11",
    "kenmerk_school": "",
    "ingetrokken": "",
}


def csv(*rijen: dict[str, str], kop: str = KOP) -> bytes:
    """A file with these rows."""
    regels = [";".join(f'"{rij.get(kolom, "")}"' for kolom in kop.split(";")) for rij in rijen]
    return "\r\n".join([kop, *regels, ""]).encode("utf-8-sig")


def lees(*rijen: dict[str, str], kop: str = KOP) -> list[Verzuimgeval | Rijfout]:
    """What becomes of the rows; the number of a melding is what makes it one, made readable."""
    bestand = lees_bestand(csv(*rijen, kop=kop), KAARTEN)
    return [
        lees_rij(rij, bestand.kaart, uitvoerder="001924", nu=NU, nummer=lambda e: str(sum(e.encode())))
        for rij in bestand.rijen
    ]


def een(**anders: str) -> Verzuimgeval:
    """The melding of one row."""
    (made,) = lees(RIJ | anders)
    assert isinstance(made, Verzuimgeval), made
    return made


def fout(**anders: str) -> tuple[str, str, int]:
    """Column, reason and number of a bad row behind a good one."""
    goed, slecht = lees(RIJ, RIJ | anders)
    assert isinstance(goed, Verzuimgeval)
    assert isinstance(slecht, Rijfout), slecht
    return slecht.kolom, slecht.reden, slecht.rij.nummer


def test_a_row_becomes_the_melding_that_duo_would_have_sent() -> None:
    """The same model, the same strictness."""
    geval = een()
    assert geval.bsn is not None
    assert ("999990019", Verzuimsoort.ZESTIEN_UUR, date(2026, 9, 7), MeldingStatus.GEREGISTREERD) == (
        geval.bsn.get_secret_value(), geval.verzuimsoort, geval.begindatum, geval.status
    )  # fmt: skip
    assert (1, 11, False, True) == (
        geval.hele_dagen, geval.lesuren_totaal, geval.alle_lessen_gemist, geval.actie_gemeente_gewenst
    )  # fmt: skip
    assert datetime.fromisoformat("2026-09-11T00:00:00") == geval.meld_datum_tijd
    assert datetime.fromisoformat("2026-09-14T10:00:00.125") == geval.laatste_mutatie
    assert MeldingStatus.INGETROKKEN is een(ingetrokken="ja").status


def test_the_same_melding_has_the_same_number_and_another_has_another() -> None:
    """By who, which kind and from when, or by the mark the school gives it."""
    nummer = een().meldingsnummer
    assert nummer == een(einddatum="2026-09-18", vermoedelijke_reden="iets anders").meldingsnummer
    for anders in ({"begindatum": "2026-09-06"}, {"soort_verzuim": "O"}, {"brin": "90XB"}, {"kenmerk_school": "7"}):
        assert nummer != een(**anders).meldingsnummer
    met = een(kenmerk_school="7")
    assert met.meldingsnummer == een(kenmerk_school="7", begindatum="2026-09-01").meldingsnummer


@pytest.mark.parametrize(
    ("anders", "kolom", "reden"),
    [
        ({"bsn": "999990018"}, "bsn", "elfproef"),
        ({"bsn": ""}, "onderwijsnummer", "ontbreken allebei"),
        ({"soort_verzuim": "V9"}, "soort_verzuim", "onbekende code"),
        ({"begindatum": "07-09-2026"}, "begindatum", "geen geldige datum"),
        ({"begindatum": ""}, "begindatum", "ontbreekt"),
        ({"einddatum": "2026-09-01"}, "einddatum", "ligt voor de begindatum"),
        ({"alle_lessen_gemist": "misschien"}, "alle_lessen_gemist", "geen J of N"),
        ({"actie_gewenst": "nee"}, "toelichting", "ontbreekt terwijl"),
        ({"verzuimdagen": "2026-09-07=13"}, "verzuimdagen", "groter dan 12"),
        ({"verzuimdagen": "2026-09-07"}, "verzuimdagen", "geen geheel getal"),
        ({"verzuimdagen": "2026-09-07=heel,2026-09-07=heel"}, "verzuimdagen", "twee keer"),
        ({"brin": "XX90"}, "brin", "hoofdletters"),
        ({"melder_naam": ""}, "melder_naam", "ontbreekt"),
        ({"gemeld_op": "gisteren"}, "gemeld_op", "geen geldig tijdstip"),
        ({"ingetrokken": "soms"}, "ingetrokken", "onbekende code"),
        ({"vermoedelijke_reden": "x" * 201}, "vermoedelijke_reden", "langer dan 200"),
        ({"toelichting": "x" * 10_001}, "toelichting", "langer dan 10000"),
    ],
)
def test_a_bad_row_names_its_column_and_the_good_one_stays(anders: dict[str, str], kolom: str, reden: str) -> None:
    """Never the value."""
    found, waarom, rij = fout(**anders)
    assert (kolom, True, 3) == (found, reden in waarom, rij)
    assert not any(value in waarom for value in anders.values() if len(value) > 4)


def test_a_row_with_too_many_cells_is_no_row() -> None:
    """Somebody forgot a quotation mark."""
    (made,) = [
        lees_rij(rij, KAARTEN[0], uitvoerder="001924", nu=NU, nummer=str)
        for rij in lees_bestand(csv(RIJ).replace(b"90XA", b'90XA";"90XB'), KAARTEN).rijen
    ]
    assert isinstance(made, Rijfout)
    assert "meer cellen" in made.reden


@pytest.mark.parametrize(
    ("inhoud", "reden"),
    [
        (b"", "ontbreekt"),
        (b"\xff\xfe", "geen geldige UTF-8"),
        (csv(RIJ, kop=KOP.replace("brin", "school")), "kolom brin"),
        (csv(RIJ, kop=KOP + ";lievelingsdier"), "niet kent"),
        (csv(RIJ, kop=KOP.replace("toelichting", "bsn")), "twee keer"),
        (csv(RIJ).replace(b";", b","), "ontbreekt"),
        (KOP.encode() + b"\n" + b"a;b\n" * (MAX_RIJEN + 1), "meer dan"),
        (b'{"meldingen": 3}', "verwacht"),
        (b'{"meldingen": [{"bsn": {}}]}', "verwacht"),
        (b"{" * 50_000, "verwacht"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(inhoud: bytes, reden: str) -> None:
    """As a whole: nothing of it is taken in."""
    with pytest.raises(OngeldigBericht) as refused:
        lees_bestand(inhoud, KAARTEN)
    assert reden in refused.value.reden


def test_json_goes_by_the_same_columns() -> None:
    """One melding per object; what is empty may be left out."""
    body: dict[str, Any] = {k: v for k, v in RIJ.items() if v} | {"alle_lessen_gemist": False, "toelichting": None}
    bestand = lees_bestand(json.dumps({"meldingen": [body]}).encode(), KAARTEN)
    made = lees_rij(bestand.rijen[0], bestand.kaart, uitvoerder="001924", nu=NU, nummer=lambda _: "1")
    assert isinstance(made, Verzuimgeval)
    assert made.model_copy(update={"meldingsnummer": "", "laatste_mutatie": NU}) == een().model_copy(
        update={"meldingsnummer": "", "laatste_mutatie": NU}
    )


def test_a_map_of_the_installation_goes_before_ours_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    """Other names for the same columns, from a later day on."""
    own = (Path("services/ingest_duo/school/kaarten") / "school-melding-1.yaml").read_text(encoding="utf-8")
    changed = own.replace("naam: school-melding-1", "naam: eigen-vorm").replace("kolom: brin", "kolom: school")
    (tmp_path / "eigen.yaml").write_text(changed.replace("2020-08-01", "2026-08-01"), encoding="utf-8")
    kaarten = laad_schoolkaarten(tmp_path)
    assert ["eigen-vorm", "school-melding-1"] == [k.naam for k in kaarten]
    assert "eigen-vorm" == lees_bestand(csv(RIJ, kop=KOP.replace("brin", "school")), kaarten).kaart.naam
    assert "school-melding-1" == lees_bestand(csv(RIJ), kaarten).kaart.naam
    with pytest.raises(OngeldigBericht):
        lees_bestand(csv(RIJ), kaarten, "eigen-vorm")
    for wrong in (changed.replace("veld: bsn", "veld: naam"), changed.replace("veld: vermoed", "veld: x"), "kapot: ["):
        (tmp_path / "eigen.yaml").write_text(wrong, encoding="utf-8")
        with pytest.raises(Ongeldig, match=r"eigen\.yaml"):
            laad_schoolkaarten(tmp_path)
