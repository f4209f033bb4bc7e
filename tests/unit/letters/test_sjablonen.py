"""What a letter must say: with missing data or a poorer template there is no letter, and no error tells a secret."""

import shutil
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from services.letters.huisstijlen import HUISSTIJLEN, SJABLONEN, Huisstijlen
from services.letters.model import BriefOnvolledig, Briefsoort, Gesprek, Verzuim, verplichte_elementen
from services.letters.render import OpmaakMislukt, Renderer
from tests.unit.letters.pdf_controle import controleer, tekst
from tests.unit.letters.voorbeelden import DAGTEKENING, brief

GEHEIM = "Geheimnaam"


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """One renderer for all tests: it has to survive every letter, good or bad."""
    return Renderer(Huisstijlen())


@pytest.fixture
def eigen(tmp_path: Path) -> Iterator[tuple[Path, Any]]:
    """A place for the own template of gemeente 1924, and a way to render with it."""
    kopie = tmp_path / "huisstijl"
    shutil.copytree(HUISSTIJLEN, kopie)
    yield kopie / "1924", lambda b: Renderer(Huisstijlen(kopie)).render(b)


LEEG: dict[str, Any] = {"gesprek": None, "verzuim": Verzuim(), "afspraken": (), "eerdere_brief": None}


@pytest.mark.parametrize(
    ("soort", "leeg", "elementen"),
    [
        (Briefsoort.lpa_uitnodiging_1, {"gesprek": None}, ("gesprek",)),
        (Briefsoort.lpa_uitnodiging_1, {"gesprek": Gesprek(datum=DAGTEKENING)}, ("gesprek",)),
        (Briefsoort.lpa_uitnodiging_1, {"gesprek": Gesprek(datum=DAGTEKENING, tijd=time(9))}, ("gesprek",)),
        (Briefsoort.lpa_uitnodiging_2, {"eerdere_brief": None}, ("aanleiding",)),
        (Briefsoort.lpa_uitnodiging_2, LEEG, ("aanleiding", "gesprek")),
        (Briefsoort.gele_kaart, {"verzuim": Verzuim(uren=3)}, ("verzuim",)),
        (Briefsoort.officiele_waarschuwing, {"verzuim": Verzuim()}, ("verzuim",)),
        (Briefsoort.officiele_waarschuwing, {"afspraken": ()}, ("afspraken",)),
        (Briefsoort.officiele_waarschuwing, LEEG, ("verzuim", "afspraken")),
        (Briefsoort.brief_afspraken, LEEG, ("afspraken",)),
        (Briefsoort.halt_brief, LEEG, ("verzuim",)),
    ],
)
def test_a_letter_without_its_data_is_refused(
    renderer: Renderer, soort: Briefsoort, leeg: dict[str, Any], elementen: tuple[str, ...]
) -> None:
    """Every missing element is named at once, and no value is."""
    with pytest.raises(BriefOnvolledig) as gevangen:
        renderer.render(brief(soort, **leeg))
    assert elementen == gevangen.value.elementen
    assert f"{soort.value} is onvolledig: {', '.join(elementen)} ontbreekt" == str(gevangen.value)


@pytest.mark.parametrize(
    ("soort", "genoeg"),
    [
        (Briefsoort.lpa_uitnodiging_1, {}),
        (Briefsoort.lpa_uitnodiging_2, {}),
        (Briefsoort.gele_kaart, {"verzuim": Verzuim(aantal_te_laat=1), "gesprek": None, "afspraken": ()}),
        (Briefsoort.officiele_waarschuwing, {"verzuim": Verzuim(aantal_te_laat=1), "gesprek": None}),
        (Briefsoort.brief_afspraken, {"verzuim": Verzuim(), "gesprek": None}),
        (Briefsoort.halt_brief, {"verzuim": Verzuim(uren=9), "gesprek": None, "afspraken": ()}),
    ],
)
def test_a_letter_with_just_its_data_is_made(renderer: Renderer, soort: Briefsoort, genoeg: dict[str, Any]) -> None:
    """No template trips over a field that its letter does not need."""
    assert controleer(renderer.render(brief(soort, **genoeg)).pdf) == []


@pytest.mark.parametrize("soort", [Briefsoort.gele_kaart, Briefsoort.officiele_waarschuwing])
def test_an_official_warning_carries_both_elements_of_the_protocol(soort: Briefsoort) -> None:
    """Without both elements of GO-REL-11 no proces-verbaal can follow, so the gele kaart has them too."""
    bronnen = {e.naam: e.bron for e in verplichte_elementen(soort)}
    assert (bronnen["pv_mogelijk"], bronnen["verzuim_telt_mee"]) == ("GO-REL-11 (1)", "GO-REL-11 (2)")


@pytest.mark.parametrize(
    ("soort", "naam"),
    [(soort, e.naam) for soort in Briefsoort for e in verplichte_elementen(soort)],
)
def test_a_template_that_leaves_out_an_element_is_refused(
    eigen: tuple[Path, Any], soort: Briefsoort, naam: str
) -> None:
    """Own words are fine, fewer are not: each element of each letter, taken out, stops the letter."""
    plek, maak = eigen
    (plek / f"{soort.value}.typ").write_text(_eigen_sjabloon(soort, zonder=naam), "utf-8")
    with pytest.raises(BriefOnvolledig) as gevangen:
        maak(brief(soort))
    assert (naam,) == gevangen.value.elementen


def _eigen_sjabloon(soort: Briefsoort, zonder: str = "", woorden: bool = True) -> str:
    """A bare template that does not use the shared frame, only its marks."""
    regels = [
        f"#element({e.naam!r})[Eigen tekst {' '.join(e.woorden if woorden else ())}]".replace("'", '"')
        for e in verplichte_elementen(soort)
        if e.naam != zonder
    ]
    kop = '#import "/kader/brief.typ": b, element\n#set document(title: "Eigen")'
    return "\n\n".join([kop, "= Eigen brief", "#b.jongere_naam", *regels])


@pytest.mark.parametrize("soort", list(Briefsoort))
def test_a_template_with_own_words_for_every_element_is_used(eigen: tuple[Path, Any], soort: Briefsoort) -> None:
    """A gemeente can write the whole letter itself, without a line of Python."""
    plek, maak = eigen
    (plek / f"{soort.value}.typ").write_text(_eigen_sjabloon(soort), "utf-8")
    assert tekst(maak(brief(soort)).pdf).startswith("\nEigen brief\nNoor Proefstra\nEigen tekst")


def test_an_element_without_its_words_is_refused(eigen: tuple[Path, Any]) -> None:
    """A mark around a passage that does not say what it must say is no element."""
    plek, maak = eigen
    sjabloon = _eigen_sjabloon(Briefsoort.gele_kaart, woorden=False)
    (plek / "gele_kaart.typ").write_text(sjabloon, "utf-8")
    with pytest.raises(BriefOnvolledig, match="verzuim"):
        maak(brief(Briefsoort.gele_kaart))


@pytest.mark.parametrize(
    "bron",
    [
        "#panic(b.jongere_naam)",
        '#panic("schakel:element:" + b.jongere_naam)',
        "#assert(b.jongere_naam == 1, message: b.jongere_naam)",
        "#int(b.jongere_naam)",
        '#image(b.jongere_naam + ".png", alt: "x")',
        '#read("/../render.py")',
        "#b.jongere_naam #het-bestaat-niet",
        "#[",
    ],
)
def test_a_broken_template_tells_nothing_about_the_letter(eigen: tuple[Path, Any], bron: str) -> None:
    """Typst quotes what it chokes on; the error says which letter, and carries nothing else along."""
    plek, maak = eigen
    (plek / "gele_kaart.typ").write_text(f'#import "/kader/brief.typ": *\n{bron}', "utf-8")
    with pytest.raises(OpmaakMislukt) as gevangen:
        maak(brief(Briefsoort.gele_kaart, jongere_naam=SecretStr(GEHEIM)))
    assert str(gevangen.value) == "gele_kaart: het sjabloon kan niet worden opgemaakt"
    assert (gevangen.value.__cause__, gevangen.value.__context__) == (None, None)


@pytest.mark.parametrize("pad", sorted(SJABLONEN.rglob("*.typ")), ids=lambda pad: pad.name)
def test_no_letter_threatens_with_veilig_thuis_or_asks_for_medical_proof(pad: Path) -> None:
    """A report to Veilig Thuis is never a threat, and illness is not for the gemeente to prove."""
    inhoud = pad.read_text("utf-8").lower()
    assert [woord for woord in ("veilig thuis", "arts", "medisch", "doktersverklaring") if woord in inhoud] == []
