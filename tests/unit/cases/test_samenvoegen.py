"""Two zaken of one person become one: how it stands with Halt, what lapses, and what is not asked twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.codes import Besluitsoort
from contracts.events.personen import JongereOpgegaan
from contracts.events.verzuim import VerzuimmeldingOvergedragen
from services.cases.besluiten import NeemBesluit
from services.cases.model import Dossier, Termijnstatus, Voorstelstatus
from services.cases.samenvoegen import NeemZakenOver, voeg_bijeen
from tests.unit.cases.leven import ANDER, doe, open_zaken
from tests.unit.cases.voorbeelden import (
    GESPREK,
    JONGERE,
    LPA,
    NU,
    besluit,
    dossier,
    in_halt,
    met_melding,
    soorten,
    voorstel,
    voorstellen,
    wat,
    zaak,
    zestien_uur,
)

STRAKS = NU + timedelta(hours=1)


def uitgenodigd(staat: Dossier) -> Dossier:
    """After an invitation, an hour later than its melding."""
    een = voorstel(met := met_melding(staat, zestien_uur()), "lpa_uitnodiging_1").voorstel_id
    return doe(met, NeemBesluit(een, Besluitsoort.AKKOORD, LPA, gesprek_op=GESPREK), STRAKS)[0]


@pytest.mark.parametrize(
    ("hier", "ander", "blijft"),
    [
        ("geen", "lopend", "lopend"),
        ("negatief", "lopend", "lopend"),
        ("lopend", "positief", "lopend"),
        ("geen", "negatief", "negatief"),
        ("positief", "negatief", "positief"),
        (None, "geen", "geen"),
    ],
)
def test_how_it_stands_with_halt_goes_by_weight(hier: str | None, ander: str, blijft: str) -> None:
    """Whatever the zaak that goes on says itself."""
    een = zaak(met_melding(dossier(), zestien_uur()))
    feiten = {} if hier is None else {"halt_status": hier}
    samen = voeg_bijeen(een.met(feiten=feiten), een.met(feiten={"halt_status": ander}))
    assert {"halt_status": blijft} == samen.feiten


@pytest.mark.parametrize(("hier", "ander"), [("geen", "leerplicht"), ("leerplicht", "ander_feit")])
def test_that_there_was_halt_before_is_not_lost(hier: str, ander: str) -> None:
    """Halt for leerplicht bars it later on (GO-R3B-5)."""
    een = zaak(met_melding(dossier(), zestien_uur()))
    samen = voeg_bijeen(een.met(feiten={"eerder_halt": hier}), een.met(feiten={"eerder_halt": ander}))
    assert {"eerder_halt": "leerplicht"} == samen.feiten


def test_a_running_halt_goes_along() -> None:
    """With its termijn."""
    oud = doe(replace(in_halt(dossier()), jongere_id=ANDER), JongereOpgegaan(in_jongere_id=JONGERE))[0]
    hier = met_melding(dossier(), zestien_uur(7))
    hier = replace(hier, zaken={z: een.met(feiten={"halt_status": "geen"}) for z, een in hier.zaken.items()})
    (een,) = open_zaken(doe(hier, NeemZakenOver(ANDER), prepared=oud)[0])
    assert "lopend" == een.feiten["halt_status"]
    assert ["halt_afloop_uiterlijk"] == [t.naam for t in een.termijnen.values() if t.status is Termijnstatus.LOOPT]


def test_what_lapses_in_a_merge_is_said() -> None:
    """A termijn that both have, and a besluit that waited for a second official."""
    oud = replace(uitgenodigd(dossier()), jongere_id=ANDER)
    een = zaak(oud)
    extra = next(iter(een.voorstellen.values())).model_copy(update={"voorstel_id": ANDER, "uitkomst": "gele_kaart"})
    wacht = extra.model_copy(update={"status": Voorstelstatus.TE_BEVESTIGEN})
    oud = replace(oud, zaken={een.zaak_id: een.met(zaak_id=ANDER, voorstellen={ANDER: wacht})})
    weg, _ = doe(oud, JongereOpgegaan(in_jongere_id=JONGERE))
    na, events = doe(uitgenodigd(dossier()), NeemZakenOver(ANDER), prepared=weg)
    assert ["termijn-vervallen", "zaak-samengevoegd"] == soorten(events)[:2]
    assert {"voorgelegd_besluit_vervallen", "termijn_vervallen"} <= set(wat(na))


@pytest.mark.parametrize("overgedragen_eerst", [True, False])
@pytest.mark.parametrize("gemeld_eerst", [True, False])
def test_a_step_is_not_proposed_again_after_a_take_over(overgedragen_eerst: bool, gemeld_eerst: bool) -> None:
    """In whatever order the two numbers hear of it; its termijn runs on, and there is no false task."""
    oud = uitgenodigd(replace(dossier(), jongere_id=ANDER))
    gehoord = [
        VerzuimmeldingOvergedragen(meldingsnummer="1", naar_jongere_id=JONGERE),
        JongereOpgegaan(in_jongere_id=JONGERE),
    ]
    for event in gehoord if overgedragen_eerst else reversed(gehoord):
        oud, _ = doe(oud, event, STRAKS)
    later, hier = STRAKS + timedelta(hours=1), dossier()
    if gemeld_eerst:
        hier, _ = doe(hier, zestien_uur(), later)
    hier, _ = doe(hier, NeemZakenOver(ANDER), later, prepared=oud)
    hier, _ = doe(hier, zestien_uur(), later)
    (een,) = open_zaken(hier)
    assert "lpa_uitnodiging_1" not in voorstellen(hier)
    assert [Termijnstatus.LOOPT] == [t.status for t in een.termijnen.values() if t.naam.startswith("reactie")]
    assert not {"besluit_heroverwegen", "melding_overgedragen_nagaan"} & set(een.taken)


def test_a_step_is_proposed_about_a_next_melding_all_the_same() -> None:
    """What was decided about the former one says nothing of it."""
    staat, _ = besluit(met_melding(dossier(), zestien_uur()), "lpa_uitnodiging_1", gesprek_op=GESPREK)
    staat, _ = doe(staat, zestien_uur(2), STRAKS)
    assert "lpa_uitnodiging_1" in voorstellen(staat)
