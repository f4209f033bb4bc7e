"""Every step that waits for a human has a consequence that somebody chose, and a role that may decide it."""

import pytest

from hub.medewerkers import Rol
from services.cases.gevolgen import GEVOLGEN, Gevolg, gevolg_van, taak_uitvoeren
from services.letters.model import Briefsoort
from tests.unit.cases.voorbeelden import beleid

_WOORDEN = beleid().protocollen.woorden
VOORSTELLEN = sorted(code for code, u in _WOORDEN.uitkomsten.items() if u.soort == "voorstel")
DOOR_BOA = {
    "halt_verwijzing", "halt_kennisgeving_ovj", "oproep_verhoor_ouders", "proces_verbaal", "proces_verbaal_optie",
    "proces_verbaal_zonder_verklaring", "pv_afschrift_rvdk", "pv_directeur_optie", "pv_naar_om", "pv_tegen_jongere",
    "pv_tegen_ouders",
}  # fmt: skip
ALLEEN_HET_BESLUIT = {
    "lpa_geen_actie", "niet_vervolgen", "menselijke_routekeuze", "weeg_ontbrekende_communicatie_school",
    "ketenpartners_melding_veilig_thuis", "esar_registratie",
}  # fmt: skip


def test_no_step_falls_through_to_no_consequence_unnoticed() -> None:
    """The table has exactly the steps of the word list that wait for a human."""
    assert VOORSTELLEN == sorted(GEVOLGEN)


def test_only_a_boa_decides_what_the_law_keeps_for_one() -> None:
    """Halt, proces-verbaal and what goes to the OM (GEN-HALT-5, GEN-PV-4, NK-PV-01, GEN-WPG-1)."""
    assert {u for u, gevolg in GEVOLGEN.items() if gevolg.rol is Rol.BOA} == DOOR_BOA


def test_nothing_is_decided_by_administratie_fg_or_beheer() -> None:
    """Two roles take besluiten."""
    assert {Rol.BOA, Rol.LEERPLICHTAMBTENAAR} == {gevolg.rol for gevolg in GEVOLGEN.values()}


@pytest.mark.parametrize("uitkomst", VOORSTELLEN)
def test_a_step_of_leerplicht_leaves_something_to_see(uitkomst: str) -> None:
    """A letter, Halt, or a taak; only what the school does or an official merely judges leaves the besluit alone."""
    gevolg, actor = gevolg_van(uitkomst), _WOORDEN.uitkomsten[uitkomst].actor
    zichtbaar = bool(gevolg.brief or gevolg.halt or gevolg.taak)
    assert zichtbaar is not (actor == "school" or uitkomst in ALLEEN_HET_BESLUIT)


def test_what_goes_to_another_organisation_goes_by_halt_bridge_or_by_hand() -> None:
    """There is no bridge to the SVB or the verwijsindex: a human must do it, and sees so."""
    buiten = {u: g for u, g in GEVOLGEN.items() if g.ontvanger is not None}
    assert {"halt_verwijzing"} == {u for u, g in buiten.items() if g.halt}
    assert all(g.taak for u, g in buiten.items() if not g.halt)
    for uitkomst, wie in (("svb_melding", "svb"), ("lpa_signaal_vir", "verwijsindex"), ("pv_naar_om", "om")):
        assert (wie, True) == (gevolg_van(uitkomst).ontvanger, gevolg_van(uitkomst).taak)
    assert "svb_melding_uitvoeren" == taak_uitvoeren("svb_melding")


def test_every_letter_is_one_that_can_be_made() -> None:
    """A besluit must not ask for a letter without a template."""
    assert {g.brief for g in GEVOLGEN.values() if g.brief} <= set(Briefsoort)


def test_a_step_that_is_not_in_the_table_is_done_by_hand() -> None:
    """A newer word list must not make a besluit vanish."""
    assert Gevolg(taak=True) == gevolg_van("een_stap_van_morgen")
