"""A melding goes on under another number of the same jongere: told once on either side."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from contracts.codes import MeldingStatus
from contracts.events.verzuim import VerzuimmeldingOvergedragen
from contracts.events.zaken import ZaakAfgesloten
from hub.messages import Message
from services.ingest_duo.decisions import DraagOver, Meldingen, OudereVersie, Stand, Statuswens, draag_over, neem_op
from services.ingest_duo.handlers import on_status
from services.ingest_duo.model import Kanaal
from services.ingest_duo.terugmelden import Afloop
from tests.unit.ingest_duo.test_decisions import EERDER, LATER, NUMMER, STEMPEL, na, says, versie

NAAR = UUID(int=9)
NU = STEMPEL + timedelta(days=1)


def verhuisd() -> Meldingen:
    """Known under the remaining number, which was not told yet."""
    staat = na(versie())
    return staat.met(NUMMER, replace(staat.by_number[NUMMER], verhuist=True))


def test_the_number_that_goes_is_told_once() -> None:
    """A repetition finds the melding gone."""
    staat, events = draag_over(na(versie()), DraagOver(NUMMER, NAAR))
    assert [VerzuimmeldingOvergedragen(meldingsnummer=NUMMER, naar_jongere_id=NAAR)] == events
    assert ({}, {NUMMER: NAAR}) == (staat.by_number, staat.vertrokken)
    assert (staat, []) == draag_over(staat, DraagOver(NUMMER, NAAR))


def test_the_number_that_remains_is_told_even_when_nothing_changed() -> None:
    """As a change, for it is no new melding; once."""
    staat, events = neem_op(verhuisd(), versie())
    assert ["verzuimmelding-gewijzigd"] == [e.name for e in events]
    assert staat.by_number[NUMMER].verhuist is False
    assert [] == says(staat, versie())


def test_an_older_version_does_not_stand_in_for_it() -> None:
    """It is refused as always, and the remaining number is still to be told."""
    with pytest.raises(OudereVersie):
        neem_op(verhuisd(), versie(laatste_mutatie=EERDER))
    assert ["verzuimmelding-ingetrokken"] == [
        e.name for e in says(verhuisd(), versie(laatste_mutatie=LATER, status="I"))
    ]


def test_a_melding_that_was_never_told_moves_unsaid() -> None:
    """Neither side knows it."""
    staat, events = draag_over(na(versie(status="K")), DraagOver(NUMMER, NAAR))
    assert ([], {NUMMER: NAAR}) == (events, staat.vertrokken)


@pytest.mark.parametrize("bevestigd", [True, False])
def test_a_late_status_of_the_number_that_went_takes_nothing_back(bevestigd: bool) -> None:
    """The line is written; the melding stays with the jongere it moved to."""
    melding = na(versie()).by_number[NUMMER]
    wens = Statuswens(NUMMER, MeldingStatus.TER_KENNISGEVING, aanleiding="ambtenaar")
    bericht = Message(UUID(int=2), "1924", wens)
    bericht.prepared = [Afloop(wens, Stand.TERUGGEMELD, melding, LATER, bevestigd)]
    outcome = on_status(Meldingen(), bericht, NU)
    assert ({}, []) == (outcome.state.by_number, outcome.events)
    assert [(NUMMER, Stand.TERUGGEMELD)] == [(r.meldingsnummer, r.stand) for r in outcome.state.regels]


def klaar(staat: Meldingen, reden: str) -> Meldingen:
    """What a zaak with this melding leaves behind when it ends for this reason."""
    data = ZaakAfgesloten(zaak_id=UUID(int=1), reden=reden, meldingen=(NUMMER,))
    return on_status(staat, Message(UUID(int=2), "1924", data), NU).state


def test_a_zaak_that_ends_because_two_are_one_leaves_the_melding_to_be_told_anew() -> None:
    """And no task: it goes on."""
    staat = klaar(na(versie()), "samengevoegd")
    assert (True, ()) == (staat.by_number[NUMMER].verhuist, staat.regels)


def test_a_zaak_that_ends_otherwise_leaves_a_task_for_what_duo_still_has_open() -> None:
    """Not for a melding that ended there, nor for one that DUO never had."""
    (regel,) = klaar(na(versie()), "halt_positief").regels
    assert (NUMMER, Stand.TAAK, "halt_positief") == (regel.meldingsnummer, regel.stand, regel.aanleiding)
    assert () == klaar(na(versie(status="K")), "halt_positief").regels
    school = na(versie())
    school = school.met(NUMMER, replace(school.by_number[NUMMER], kanaal=Kanaal.SCHOOL))
    assert () == klaar(school, "halt_positief").regels
    assert () == klaar(na(versie()), "melding_ingetrokken").regels
