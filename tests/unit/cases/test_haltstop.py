"""A referral to Halt that did not go on: it is no earlier Halt, here and in the zaken that heard of it."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.codes import HaltAfloop, Verzuimsoort
from contracts.events.halt import HaltAfloopOntvangen, HaltVerwijzingGestopt, HaltVerwijzingGeweigerd
from services.cases.intrekking import TrekBesluitIn
from services.cases.model import Dossier, Termijnstatus, Voorstel, Zaak
from services.cases.privacystand import Gever
from services.cases.toestemmingen import HALT
from services.cases.toestemmingsintrekking import TrekToestemmingIn
from services.cases.toestemmingsopdrachten import Waarover
from services.cases.uitvoering import verwijzing_id_van
from tests.unit.cases.leven import doe
from tests.unit.cases.voorbeelden import LPA, NU, dossier, in_halt, melding, met_feiten, voorstellen, wat, zaak

LATER = NU + timedelta(days=2)
PV = {"proces_verbaal", "pv_tegen_jongere"}
GRENS = (HaltVerwijzingGeweigerd, {"reden": "GRENS_AANGEHOUDEN_VOORAF_INFORMEREN"})
HALT_ZEGT_NEE = (HaltVerwijzingGeweigerd, {"reden": "CRITERIA"})
NOOIT = (HaltVerwijzingGestopt, {"was_aangeboden": False})
TERUG = (HaltVerwijzingGestopt, {"was_aangeboden": True})


def in_zaak(staat: Dossier) -> tuple[Zaak, Voorstel]:
    """The zaak that was referred, with the voorstel about it."""
    ((een, voorstel),) = [
        (z, v)
        for z in staat.zaken.values()
        for v in z.voorstellen.values()
        if v.uitkomst == "halt_verwijzing" and v.besluit is not None
    ]
    return een, voorstel


def van_halt(staat: Dossier, soort: Any, **velden: Any) -> Dossier:
    """After what the bridge said."""
    een, voorstel = in_zaak(staat)
    assert voorstel.besluit is not None
    verwijzing = verwijzing_id_van(voorstel.besluit)
    return doe(staat, soort(zaak_id=een.zaak_id, verwijzing_id=verwijzing, **velden), LATER)[0]


@pytest.mark.parametrize(("soort", "velden"), [GRENS, HALT_ZEGT_NEE, NOOIT, TERUG])
def test_a_referral_that_did_not_go_on_is_no_earlier_halt(soort: Any, velden: dict[str, Any]) -> None:
    """Else Halt is barred and proces-verbaal proposed, of a jongere who never had Halt (GO-R3B-4, GO-R3E-1)."""
    na = van_halt(in_halt(dossier()), soort, **velden)
    assert ("geen", False) == (zaak(na).feiten["halt_status"], "eerder_halt" in zaak(na).feiten)
    assert PV.isdisjoint(voorstellen(na))
    assert "besluit_heroverwegen" in zaak(na).taken
    assert [Termijnstatus.VERVALLEN] == [t.status for t in zaak(na).termijnen.values()]


def test_what_was_known_of_an_earlier_halt_comes_back() -> None:
    """An official had established it: the referral that was held changes nothing about it."""
    staat = in_halt(dossier())
    een, voorstel = in_zaak(staat)
    besluit = voorstel.besluit
    assert besluit is not None
    eerder = besluit.model_copy(update={"daarvoor": {"eerder_halt": "ander_feit", "halt_status": "negatief"}})
    voorstel = voorstel.model_copy(update={"besluit": eerder})
    staat = staat.met_zaak(een.met(voorstellen={**een.voorstellen, voorstel.voorstel_id: voorstel}))
    na = zaak(van_halt(staat, GRENS[0], **GRENS[1])).feiten
    assert ("ander_feit", "negatief") == (na["eerder_halt"], na["halt_status"])


def test_what_an_official_establishes_afterwards_stays() -> None:
    """That a refusal by Halt counts as earlier Halt an official may say; withdrawing the besluit does not undo it."""
    staat = met_feiten(van_halt(in_halt(dossier()), HALT_ZEGT_NEE[0], **HALT_ZEGT_NEE[1]), eerder_halt="leerplicht")
    assert PV <= set(voorstellen(staat))
    na, _ = doe(staat, TrekBesluitIn(in_zaak(staat)[1].voorstel_id, LPA, "Halt zei nee"), LATER)
    assert "leerplicht" == zaak(na).feiten["eerder_halt"]


@pytest.mark.parametrize("afloop", [HaltAfloop.NEGATIEF, HaltAfloop.NIET_GESTART])
def test_halt_that_failed_is_earlier_halt(afloop: HaltAfloop) -> None:
    """A referral counts also when it failed (GO-R3B-4), and Halt says so (GO-R3B-12)."""
    na = van_halt(in_halt(dossier()), HaltAfloopOntvangen, afloop=afloop, datum=date(2026, 9, 15))
    assert "leerplicht" == zaak(na).feiten["eerder_halt"]
    assert PV <= set(voorstellen(na))


def test_halt_that_ended_before_it_could_be_held_counts() -> None:
    """The afloop is still to come: until then the zaak stays at Halt, and a human asks there."""
    staat = in_halt(dossier())
    na = van_halt(staat, HaltVerwijzingGeweigerd, reden="NAGAAN_BIJ_HALT_GEEN_TOESTEMMING")
    assert zaak(staat).feiten == zaak(na).feiten
    assert "besluit_heroverwegen" in zaak(na).taken
    na = van_halt(na, HaltAfloopOntvangen, afloop=HaltAfloop.POSITIEF, datum=date(2026, 9, 15))
    assert ("positief", "halt_positief") == (zaak(na).feiten["halt_status"], zaak(na).afsluitreden)


def zonder_toestemming(staat: Dossier) -> Dossier:
    """After the jongere withdrew consent to Halt."""
    over = Waarover(in_zaak(staat)[0].zaak_id, *HALT)
    return doe(staat, TrekToestemmingIn(over, Gever.JONGERE, LPA), LATER, prepared=())[0]


def test_a_consent_that_is_withdrawn_leaves_no_earlier_halt() -> None:
    """What follows from not taking part the rules say: a human weighs it (GO-R3B-9)."""
    na = zonder_toestemming(in_halt(dossier()))
    assert ("geen", False) == (zaak(na).feiten["halt_status"], "eerder_halt" in zaak(na).feiten)
    assert ("proces_verbaal_beoordelen" in voorstellen(na), PV.isdisjoint(voorstellen(na))) == (True, True)
    later = van_halt(na, TERUG[0], **TERUG[1])
    assert (zaak(na).feiten, zaak(na).taken) == (zaak(later).feiten, zaak(later).taken)


def test_an_afloop_after_a_consent_was_withdrawn_too_late_counts() -> None:
    """Halt had ended: that it was used stays known for the next zaak."""
    na = zonder_toestemming(in_halt(dossier()))
    na = van_halt(na, HaltAfloopOntvangen, afloop=HaltAfloop.POSITIEF, datum=date(2026, 9, 15))
    assert ("positief", "leerplicht") == (zaak(na).feiten["halt_status"], zaak(na).feiten["eerder_halt"])


def luxe(staat: Dossier) -> Zaak:
    """The zaak beside the one that was referred."""
    (een,) = [z for z in staat.zaken.values() if z.zaaksoort == "luxe"]
    return een


def ernaast() -> Dossier:
    """A second zaak is opened while Halt runs, and takes over that there was Halt."""
    staat, _ = doe(in_halt(dossier()), melding(9, Verzuimsoort.LUXE, begin=date(2026, 9, 22)))
    assert "leerplicht" == luxe(staat).feiten["eerder_halt"]
    return staat


@pytest.mark.parametrize("hoe", ["held", "withdrawn", "no consent"])
def test_a_zaak_that_took_it_over_forgets_it_too(hoe: str) -> None:
    """And so does the one after it."""
    staat = ernaast()
    if hoe == "held":
        na = van_halt(staat, GRENS[0], **GRENS[1])
    elif hoe == "withdrawn":
        na, _ = doe(staat, TrekBesluitIn(in_zaak(staat)[1].voorstel_id, LPA, "verkeerd kind"), LATER)
    else:
        na = zonder_toestemming(staat)
    assert "eerder_halt" not in luxe(na).feiten
    assert "halt_niet_gebruikt" in wat(na)


def test_a_zaak_in_which_it_was_known_before_keeps_it() -> None:
    """It was opened before the besluit: then an official established it."""
    staat = ernaast()
    ouder = luxe(staat).met(geopend_op=NU - timedelta(days=30))
    na = van_halt(staat.met_zaak(ouder), GRENS[0], **GRENS[1])
    assert "leerplicht" == luxe(na).feiten["eerder_halt"]
