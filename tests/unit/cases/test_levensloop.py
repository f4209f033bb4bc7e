"""The phases of a zaak: every transition there is, every one there is not, and what follows by itself."""

from datetime import timedelta
from pathlib import Path

import pytest

from contracts.codes import Besluitsoort, Fase, HaltAfloop, Zaaksoort
from contracts.events.halt import HaltAfloopOntvangen
from contracts.events.zaken import FaseGewijzigd
from hub.errors import Ongeldig
from hub.messages import Message
from services.cases.besluiten import NeemBesluit, StelFeitenVast
from services.cases.handlers import handlers
from services.cases.levensloop import OVERGANGEN, ZONDER_PLANNEN, Oorzaak, Overgang, ZetFase, kent, naar, zet_fase
from services.cases.model import Dossier, Zaakstatus
from tests.unit.cases.voorbeelden import (
    GEMEENTE,
    GESPREK,
    JONGERE,
    LPA,
    LPA_ELDERS,
    NU,
    beleid,
    dossier,
    in_halt,
    met_melding,
    soorten,
    voorstel,
    wat,
    zaak,
    zestien_uur,
)

LATER = NU + timedelta(days=1)
SOORTEN, FASEN = tuple(Zaaksoort), tuple(Fase)


def doe(staat: Dossier, data: object) -> tuple[Dossier, list[object]]:
    """What the handler of a command or event does to a dossier, phases included."""
    outcome = handlers(beleid())[type(data)](staat, Message(JONGERE, GEMEENTE, data), NU)
    return outcome.state, list(outcome.events)


def in_fase(fase: Fase, soort: Zaaksoort = Zaaksoort.RELATIEF) -> Dossier:
    """A dossier with one open zaak in a phase."""
    staat = met_melding(dossier(), zestien_uur())
    een = zaak(staat).met(fase=fase, zaaksoort=soort, fase_sinds=None if fase is Fase.WAARNEMEN else NU)
    return Dossier(JONGERE, staat.geboortedatum, zaken={een.zaak_id: een})


@pytest.mark.parametrize("van", FASEN)
@pytest.mark.parametrize("doel", FASEN)
@pytest.mark.parametrize("soort", [Zaaksoort.RELATIEF, Zaaksoort.VERLOF])
def test_an_official_may_do_what_the_table_says_and_nothing_else(van: Fase, doel: Fase, soort: Zaaksoort) -> None:
    """What is allowed is said and written down by name; the rest is refused with what is possible."""
    staat = in_fase(van, soort)
    een = zaak(staat)
    command = ZetFase(een.zaak_id, LPA, doel)
    if van is doel:
        assert (staat, []) == zet_fase(staat, command, LATER)
    elif Overgang(Oorzaak.AMBTENAAR, van, doel) in OVERGANGEN and kent(soort, doel):
        na, events = zet_fase(staat, command, LATER)
        assert [FaseGewijzigd(zaak_id=een.zaak_id, van_fase=van, naar_fase=doel, oorzaak="ambtenaar")] == events
        assert (doel, LATER, een.revisie + 1) == (zaak(na).fase, zaak(na).fase_sinds, zaak(na).revisie)
        assert (LPA, f"{van} {doel} ambtenaar") == (na.nieuw[-1].door, na.nieuw[-1].toelichting)
    else:
        with pytest.raises(Ongeldig, match=f"van {van} kan een zaak {soort} naar"):
            zet_fase(staat, command, LATER)


def test_some_transitions_are_never_allowed() -> None:
    """Nothing is evaluated before something was planned or done; only a new melding goes back to the beginning."""
    paren = {(o.van, o.naar) for o in OVERGANGEN}
    assert not paren & {(Fase.WAARNEMEN, Fase.WAARNEMEN), (Fase.HANDELEN, Fase.ANALYSEREN)}
    hand = {(o.van, o.naar) for o in OVERGANGEN if o.oorzaak is Oorzaak.AMBTENAAR}
    assert not hand & {(Fase.WAARNEMEN, Fase.EVALUEREN), (Fase.ANALYSEREN, Fase.EVALUEREN)}
    assert {Oorzaak.MELDING_ONTVANGEN, Oorzaak.AMBTENAAR} == {o.oorzaak for o in OVERGANGEN if o.naar is Fase.WAARNEMEN}


@pytest.mark.parametrize("soort", SOORTEN)
def test_a_request_is_not_planned(soort: Zaaksoort) -> None:
    """Every other zaaksoort knows all five phases."""
    assert (soort not in ZONDER_PLANNEN) == kent(soort, Fase.PLANNEN)
    assert all(kent(soort, f) for f in FASEN if f is not Fase.PLANNEN)
    assert () == naar(Zaaksoort.VERLOF, Fase.WAARNEMEN, Oorzaak.UITNODIGING_VERSTUURD)


def test_a_first_melding_is_waarnemen_without_a_word() -> None:
    """`zaak-geopend` says so already."""
    staat, events = doe(dossier(), zestien_uur())
    assert (Fase.WAARNEMEN, None, True) == (zaak(staat).fase, zaak(staat).fase_sinds, zaak(staat).noodzaak_beoordeeld)
    assert "fase-gewijzigd" not in soorten(events)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("feiten", "van", "verwacht"),
    [
        ({"gesprek_datum": "2026-09-14"}, Fase.WAARNEMEN, Fase.ANALYSEREN),
        ({"verzuimoverzicht_ontvangen": True}, Fase.WAARNEMEN, Fase.ANALYSEREN),
        ({"verzuimoverzicht_ontvangen": False}, Fase.WAARNEMEN, Fase.WAARNEMEN),
        ({"gesprek_datum": "2026-09-14"}, Fase.PLANNEN, Fase.PLANNEN),
        ({"meewerken_afspraken": True}, Fase.PLANNEN, Fase.EVALUEREN),
        ({"verzuim_gestopt": True}, Fase.HANDELEN, Fase.EVALUEREN),
        ({"verzuim_gestopt": True}, Fase.WAARNEMEN, Fase.WAARNEMEN),
    ],
)
def test_established_facts_move_a_zaak(feiten: dict[str, object], van: Fase, verwacht: Fase) -> None:
    """And facts that were known already do not move it again."""
    staat = in_fase(van)
    command = StelFeitenVast(zaak(staat).zaak_id, LPA, feiten)
    na, events = doe(staat, command)
    assert verwacht is zaak(na).fase
    assert (van is not verwacht) == ("fase-gewijzigd" in soorten(events))  # type: ignore[arg-type]
    assert "fase-gewijzigd" not in soorten(doe(na, command)[1])  # type: ignore[arg-type]


def test_an_invitation_that_was_agreed_is_plannen() -> None:
    """One that was turned down moves nothing."""
    staat = met_melding(dossier(), zestien_uur())
    een = voorstel(staat, "lpa_uitnodiging_1")
    na, _ = doe(staat, NeemBesluit(een.voorstel_id, Besluitsoort.AKKOORD, LPA, gesprek_op=GESPREK))
    assert Fase.PLANNEN is zaak(na).fase
    na, _ = doe(staat, NeemBesluit(een.voorstel_id, Besluitsoort.AFWIJZEN, LPA, motivering="niet nodig"))
    assert Fase.WAARNEMEN is zaak(na).fase


def test_a_measure_is_handelen_and_its_afloop_evalueren() -> None:
    """A positive afloop closes the zaak where it is."""
    staat = in_halt(dossier())
    een = zaak(staat).met(fase=Fase.HANDELEN, fase_sinds=NU)
    staat = Dossier(JONGERE, staat.geboortedatum, zaken={een.zaak_id: een}, privacy=staat.privacy)
    (verwijzing,) = (v for v in een.voorstellen.values() if v.uitkomst == "halt_verwijzing")
    assert verwijzing.besluit is not None
    for afloop, verwacht in ((HaltAfloop.NEGATIEF, Fase.EVALUEREN), (HaltAfloop.POSITIEF, Fase.HANDELEN)):
        data = HaltAfloopOntvangen(
            zaak_id=een.zaak_id, verwijzing_id=verwijzing.voorstel_id, afloop=afloop, datum=NU.date()
        )
        na, _ = doe(staat, data)
        assert verwacht is zaak(na).fase
        assert (afloop is HaltAfloop.POSITIEF) == (zaak(na).status is Zaakstatus.AFGESLOTEN)


@pytest.mark.parametrize(("van", "verwacht"), [(Fase.HANDELEN, Fase.WAARNEMEN), (Fase.PLANNEN, Fase.PLANNEN)])
def test_a_next_melding_begins_anew_once_something_was_done(van: Fase, verwacht: Fase) -> None:
    """As long as it is being looked at, it is looked at together with the first."""
    na, _ = doe(in_fase(van), zestien_uur(2))
    assert verwacht is zaak(na).fase


def test_necessity_is_assessed_again_in_each_phase() -> None:
    """CONV-3.4b: it counts until the next change of phase; assessing it twice changes nothing."""
    staat, _ = zet_fase(
        in_fase(Fase.WAARNEMEN), ZetFase(zaak(in_fase(Fase.WAARNEMEN)).zaak_id, LPA, Fase.ANALYSEREN), NU
    )
    assert not zaak(staat).noodzaak_beoordeeld
    command = ZetFase(zaak(staat).zaak_id, LPA, noodzaak_beoordeeld=True)
    staat, events = zet_fase(staat, command, LATER)
    assert (True, []) == (zaak(staat).noodzaak_beoordeeld, events)
    assert "noodzaak_beoordeeld" == wat(staat)[-1]
    assert (staat, []) == zet_fase(staat, command, LATER)
    staat, _ = zet_fase(staat, ZetFase(zaak(staat).zaak_id, LPA, Fase.PLANNEN), LATER + timedelta(days=1))
    assert not zaak(staat).noodzaak_beoordeeld


def test_a_closed_zaak_and_a_stranger_are_refused() -> None:
    """The phase of a closed zaak stays; an official of another gemeente has nothing to say."""
    staat = in_fase(Fase.WAARNEMEN)
    dicht = zaak(staat).met(status=Zaakstatus.AFGESLOTEN)
    with pytest.raises(Ongeldig, match="afgesloten"):
        zet_fase(Dossier(JONGERE, zaken={dicht.zaak_id: dicht}), ZetFase(dicht.zaak_id, LPA, Fase.ANALYSEREN), NU)
    with pytest.raises(Ongeldig, match="niet bevoegd"):
        doe(staat, ZetFase(zaak(staat).zaak_id, LPA_ELDERS, Fase.ANALYSEREN))


def test_the_documentation_shows_the_table() -> None:
    """docs/zaak.md has one line per cause and phase, and no other."""
    text = (Path(__file__).parents[3] / "docs" / "zaak.md").read_text(encoding="utf-8")
    shown = {
        (cells[0], cells[1], cells[2])
        for line in text.splitlines()
        if len(cells := [c.strip(" `") for c in line.strip("|").split("|")]) == 3
        and cells[1] in {f.value for f in FASEN}
    }
    assert {(o.oorzaak.value, o.van.value, o.naar.value) for o in OVERGANGEN} == shown
