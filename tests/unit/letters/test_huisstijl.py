"""A huisstijl is checked when it is read, so that a mistake in it never reaches a letter."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from services.letters.huisstijlen import (
    HUISSTIJLEN,
    SJABLONEN,
    Huisstijlen,
    HuisstijlOngeldig,
    OnbekendeGemeente,
    Venster,
    contrast,
)
from services.letters.model import Briefsoort


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the huisstijlen that a test may spoil."""
    kopie = tmp_path / "huisstijl"
    shutil.copytree(HUISSTIJLEN, kopie)
    return kopie


def _vervang(folder: Path, oud: str, nieuw: str) -> None:
    pad = folder / "1924" / "huisstijl.yaml"
    inhoud = pad.read_text("utf-8")
    assert oud in inhoud
    pad.write_text(inhoud.replace(oud, nieuw), "utf-8")


def test_both_gemeenten_are_read() -> None:
    """The service comes with two example gemeenten."""
    assert {code: stijl.naam for code, stijl in Huisstijlen().gemeenten.items()} == {
        "0171": "Gemeente Noordoostpolder",
        "1924": "Gemeente Goeree-Overflakkee",
    }


def test_contact_data_of_the_examples_is_fictional() -> None:
    """Nobody is called or mailed by trying the examples."""
    for stijl in Huisstijlen().gemeenten.values():
        assert stijl.contact.telefoon.startswith("0000-")
        assert stijl.contact.email.endswith(".example")


def test_an_unknown_gemeente_is_refused() -> None:
    """There is no default huisstijl: a letter in the wrong name is worse than none."""
    with pytest.raises(OnbekendeGemeente, match="9999"):
        Huisstijlen().voor("9999")


@pytest.mark.parametrize(
    ("kleur", "andere", "verwacht"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#ff0000", "#ffffff", 4.0)],
)
def test_contrast_follows_wcag(kleur: str, andere: str, verwacht: float) -> None:
    """Known pairs, in either order."""
    assert verwacht == pytest.approx(contrast(kleur, andere), abs=0.01)
    assert contrast(andere, kleur) == contrast(kleur, andere)


@pytest.mark.parametrize(
    ("veld", "kleur", "mag"),
    [
        ("hoofd", "#767676", True),  # 4.54 on white, and on a white vlak
        ("hoofd", "#777777", False),  # 4.48
        ("tekst", "#767676", True),
        ("tekst", "#777777", False),
        ("accent", "#949494", True),  # 3.03
        ("accent", "#959595", False),  # 2.99
    ],
)
def test_colours_that_cannot_be_read_are_refused(folder: Path, veld: str, kleur: str, mag: bool) -> None:
    """Text needs a contrast of 4.5, lines of 3: the last grey that passes and the first that fails."""
    kleuren = {"hoofd": "#000000", "accent": "#000000", "vlak": "#ffffff", "tekst": "#000000", veld: kleur}
    regels = "\n".join(f'  {naam}: "{waarde}"' for naam, waarde in kleuren.items())
    _vervang(folder, '  hoofd: "#0b4a6f"\n  accent: "#b8531b"\n  vlak: "#eaf2f7"', regels)
    if mag:
        assert kleur == getattr(Huisstijlen(folder).voor("1924").kleuren, veld)
    else:
        with pytest.raises(HuisstijlOngeldig, match=f"1924: kleuren: .*{veld} op wit"):
            Huisstijlen(folder)


def test_the_background_counts_as_well_as_white(folder: Path) -> None:
    """A vlak that is too dark for the text on it is refused."""
    _vervang(folder, '"#eaf2f7"', '"#0b4a6f"')
    with pytest.raises(HuisstijlOngeldig, match="hoofd op vlak"):
        Huisstijlen(folder)


@pytest.mark.parametrize(
    ("veld", "waarde", "mag"),
    [
        ("links", 19.9, False),
        ("links", 20, True),
        ("links", 60, True),
        ("links", 60.1, False),
        ("links", 109.9, False),
        ("links", 110, True),
        ("links", 120, True),
        ("links", 120.1, False),
        ("boven", 44.9, False),
        ("boven", 45, True),
        ("boven", 65, True),
        ("boven", 65.1, False),
        ("breedte", 59.9, False),
        ("breedte", 60, True),
        ("breedte", 90, True),
        ("breedte", 90.1, False),
        ("hoogte", 19.9, False),
        ("hoogte", 20, True),
        ("hoogte", 40, True),
        ("hoogte", 40.1, False),
    ],
)
def test_the_window_stays_on_the_paper_and_off_the_sender(veld: str, waarde: float, mag: bool) -> None:
    """Each bound of the address window, on it and just beyond (with the default width of 80 mm)."""
    if mag:
        assert waarde == getattr(Venster.model_validate({veld: waarde}), veld)
    else:
        with pytest.raises(ValueError, match=f"{veld}|venster"):
            Venster.model_validate({veld: waarde})


def _logo(tekst: str) -> Callable[[Path], object]:
    return lambda folder: (folder / "1924" / "logo.svg").write_text(tekst, "utf-8")


BEDERF: dict[str, tuple[Callable[[Path], object], str]] = {
    "map zonder code": (lambda f: (f / "1924").rename(f / "goeree"), "goeree: .*gemeentecode"),
    "geen yaml": (lambda f: (f / "1924" / "huisstijl.yaml").unlink(), "1924: huisstijl.yaml ontbreekt"),
    "geen logo": (lambda f: (f / "1924" / "logo.svg").unlink(), "1924: logo.svg ontbreekt"),
    "kapotte yaml": (
        lambda f: (f / "1924" / "huisstijl.yaml").write_text("naam: [", "utf-8"),
        "1924: .*geldige YAML",
    ),
    "lege yaml": (lambda f: (f / "1924" / "huisstijl.yaml").write_text("", "utf-8"), "1924: .*geen velden"),
    "onbekend veld": (lambda f: _vervang(f, "afdeling:", "afdelng:"), "1924: afdeling: "),
    "kleur geen code": (lambda f: _vervang(f, '"#0b4a6f"', "blauw"), "1924: kleuren.hoofd: "),
    "logo geen svg": (_logo("GIF89a"), "1924: logo: .*geen SVG"),
    "logo met script": (_logo("<svg><script/></svg>"), "1924: logo: .*alleen uit vormen"),
    "logo met verwijzing": (_logo('<svg><use href="http://x.example"/></svg>'), "1924: logo: .*alleen uit vormen"),
    "onbekende brief": (
        lambda f: (f / "1924" / "gelekaart.typ").write_text("", "utf-8"),
        "1924: gelekaart.typ hoort bij geen briefsoort",
    ),
    "pakket van buiten": (
        lambda f: (f / "1924" / "gele_kaart.typ").write_text('#import "@preview/x:1.0.0": *', "utf-8"),
        "1924: gele_kaart.typ gebruikt een pakket van buiten",
    ),
}


@pytest.mark.parametrize("soort", list(BEDERF))
def test_a_mistake_in_a_huisstijl_stops_the_start(folder: Path, soort: str) -> None:
    """Each mistake is refused with the gemeente and the field or file it is in."""
    bederf, reden = BEDERF[soort]
    bederf(folder)
    with pytest.raises(HuisstijlOngeldig, match=reden):
        Huisstijlen(folder)


def test_a_letter_without_a_general_template_stops_the_start(tmp_path: Path) -> None:
    """Every briefsoort has a template, whatever the gemeenten add."""
    sjablonen = tmp_path / "templates"
    shutil.copytree(SJABLONEN, sjablonen)
    (sjablonen / "halt_brief.typ").unlink()
    with pytest.raises(HuisstijlOngeldig, match="halt_brief ontbreekt"):
        Huisstijlen(sjablonen=sjablonen)


def test_a_gemeente_may_word_a_letter_its_own_way(folder: Path) -> None:
    """A template in the folder of the gemeente goes before the general one, for that gemeente only."""
    (folder / "1924" / "gele_kaart.typ").write_text("eigen", "utf-8")
    huisstijlen = Huisstijlen(folder)
    algemeen = (SJABLONEN / "gele_kaart.typ").read_text("utf-8")
    assert huisstijlen.sjabloon("1924", Briefsoort.gele_kaart) == "eigen"
    assert huisstijlen.sjabloon("0171", Briefsoort.gele_kaart) == algemeen
