"""Consent follows the zaak that goes on: after two persons turn out to be one, and after a herindeling."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import pytest

from contracts.codes import Verzuimsoort
from contracts.envelope import EventData
from contracts.events.personen import JongereVerhuisd
from contracts.events.privacy import ToestemmingIngetrokken
from contracts.events.zaken import HaltVerwijzingIngetrokken
from hub.messages import Message
from services.cases.grens.regel import Grensboek
from services.cases.handlers import handlers
from services.cases.model import Dossier, Zaak
from services.cases.privacystand import Gever, Toestemmingstand
from services.cases.samenvoegen import NeemZakenOver, ga_op, neem_over
from services.cases.toestemmingen import HALT, toestemmingsfeiten
from services.cases.toestemmingsintrekking import TAAK, TrekToestemmingIn, trek_toestemming_in
from services.cases.toestemmingsopdrachten import LegInformatieVast, Waarover, leg_informatie_vast
from services.cases.toestemmingsoverzicht import informatieoverzicht, overzicht
from services.cases.toestemmingstore import _toestemmingen
from services.cases.verhuizing import verhuis
from tests.unit.cases.test_toestemmingsintrekking import verstrekt
from tests.unit.cases.voorbeelden import (
    GEMEENTE,
    HALT_KAN,
    LPA,
    LPA_ELDERS,
    NU,
    beleid,
    dossier,
    melding,
    met_feiten,
    met_melding,
    met_toestemming,
    na_besluit,
    over,
    te_laat,
    zaak,
)

BLIJFT = UUID(int=99)
ELDERS = "0171"


class Samen(NamedTuple):
    """A dossier after a join: the zaak that goes on, and the id of the one that went up in it."""

    dossier: Dossier
    oud: UUID

    @property
    def levend(self) -> Zaak:
        """The zaak that goes on."""
        (een,) = [z for z in self.dossier.zaken.values() if z.is_open]
        return een


def bij_halt() -> Dossier:
    """A referral to Halt runs, with every consent, and the jongere was told about it."""
    staat = na_besluit(met_feiten(met_melding(dossier(), te_laat(13)), **HALT_KAN), "halt_verwijzing")
    verteld = LegInformatieVast(zaak(staat).zaak_id, "gesprek", ("a",), (Gever.JONGERE,), NU.date(), LPA)
    return leg_informatie_vast(staat, verteld, NU, beleid())[0]


def van_de_ander() -> Dossier:
    """The jongere_id that remains, with an open zaak of the same kind."""
    return met_melding(replace(dossier(), jongere_id=BLIJFT), te_laat(5, 2))


def personen_een(hier: Dossier | None = None, oud: Dossier | None = None) -> Samen:
    """Two jongere_id's turned out to be one person."""
    oud = oud or bij_halt()
    gaat, _ = ga_op(oud, BLIJFT, GEMEENTE, NU)
    samen, _ = neem_over(hier or van_de_ander(), gaat, NU, beleid())
    return Samen(samen, zaak(oud).zaak_id)


def gemeenten_een() -> Samen:
    """The gemeente became another, in which there was a zaak of the same kind."""
    staat = bij_halt()
    een = zaak(staat)
    ander = een.met(zaak_id=UUID(int=8), gemeente=ELDERS, voorstellen={}, termijnen={}, meldingen={}, feiten={})
    staat = replace(staat, zaken={**staat.zaken, ander.zaak_id: ander})
    event = JongereVerhuisd(van_gemeente=GEMEENTE, naar_gemeente=ELDERS, herindeling=True)
    return Samen(verhuis(staat, event, NU, beleid())[0], een.zaak_id)


def trek_in(samen: Samen, zaak_id: UUID) -> tuple[Dossier, list[EventData]]:
    """The jongere withdraws; the official names this zaak."""
    medewerker = LPA if samen.levend.gemeente == GEMEENTE else LPA_ELDERS
    command = TrekToestemmingIn(Waarover(zaak_id, *HALT), Gever.JONGERE, medewerker)
    return trek_toestemming_in(samen.dossier, command, (), NU + timedelta(hours=1), beleid())


@pytest.mark.parametrize("samen", [personen_een, gemeenten_een])
@pytest.mark.parametrize("noemt", ["levend", "oud"])
def test_a_withdrawal_stops_halt_in_the_zaak_that_goes_on(samen: Callable[[], Samen], noemt: str) -> None:
    """Whichever zaak the official names."""
    staat = samen()
    na, events = trek_in(staat, staat.levend.zaak_id if noemt == "levend" else staat.oud)
    assert 1 == sum(isinstance(e, HaltVerwijzingIngetrokken) for e in events)
    assert "geen" == na.zaken[staat.levend.zaak_id].feiten["halt_status"]


@pytest.mark.parametrize("samen", [personen_een, gemeenten_een])
def test_what_was_said_and_told_holds_in_the_zaak_that_goes_on(samen: Callable[[], Samen]) -> None:
    """For the border, which asks with the zaak, and for the official who looks."""
    staat = samen()
    privacy, levend = staat.dossier.privacy, staat.levend.zaak_id
    feiten = toestemmingsfeiten(privacy, staat.dossier.geboortedatum, NU.date(), zaak_id=levend)
    assert feiten["toestemming_jongere_halt"] is True
    assert "a" not in informatieoverzicht(staat.dossier, staat.oud, NU.date(), beleid())["ontbreekt"]["jongere"]
    for zaak_id in (levend, staat.oud):
        assert overzicht(staat.dossier, Waarover(zaak_id, *HALT), NU.date(), beleid())["compleet"]


def test_a_withdrawal_after_a_merge_is_of_the_consent_that_stood() -> None:
    """No row stays `gegeven` beside a withdrawal; nor one of each side."""
    hier = replace(dossier(), jongere_id=BLIJFT)
    hier = met_toestemming(met_melding(hier, te_laat(5, 2)), Gever.JONGERE)
    for staat in (personen_een(replace(dossier(), jongere_id=BLIJFT)), personen_een(), personen_een(hier)):
        na, events = trek_in(staat, staat.oud)
        standen = {r[0]: r[8] for r in _toestemmingen(replace(na, opgeslagen=None)) if r[7] == Gever.JONGERE}
        ingetrokken = [e for e in events if isinstance(e, ToestemmingIngetrokken)]
        assert {Toestemmingstand.INGETROKKEN} == set(standen.values())
        assert set(standen) == {e.toestemming_id for e in ingetrokken}
        assert len(ingetrokken) == len(standen)


def test_a_withdrawal_in_zaken_of_two_gemeenten_is_told_to_each() -> None:
    """Each event is of the gemeente of its own zaak."""
    staat = bij_halt()
    een = zaak(staat)
    ander = een.met(zaak_id=UUID(int=8), gemeente=ELDERS)
    jongere = [t for t in staat.privacy.toestemmingen if t.gever is Gever.JONGERE][-1]
    elders = jongere.model_copy(update={"zaak_id": ander.zaak_id, "toestemming_id": UUID(int=9)})
    privacy = staat.privacy.model_copy(update={"toestemmingen": (*staat.privacy.toestemmingen, elders)})
    staat = replace(staat, zaken={**staat.zaken, ander.zaak_id: ander}, privacy=privacy)
    command = TrekToestemmingIn(Waarover(een.zaak_id, *HALT), Gever.JONGERE, LPA)
    message = Message(staat.jongere_id, GEMEENTE, command)
    message.prepared = ()
    outcome = handlers(beleid())[TrekToestemmingIn](staat, message, NU)
    van = {
        e.toestemming_id: outcome.gemeente_of(e, GEMEENTE)
        for e in outcome.events
        if isinstance(e, ToestemmingIngetrokken)
    }
    assert {jongere.toestemming_id: GEMEENTE, UUID(int=9): ELDERS} == van


@pytest.mark.parametrize(("zaken", "later"), [("een", True), ("twee", True), ("een", False), ("twee", False)])
def test_a_withdrawal_under_the_other_number_reaches_a_consent_from_before_it(zaken: str, later: bool) -> None:
    """What the person said last holds, whether or not the zaken are joined; a consent from after it stays."""
    ander = {"een": te_laat(5, 2), "twee": melding(2, Verzuimsoort.LUXE)}[zaken]
    weg = met_melding(replace(dossier(), jongere_id=UUID(int=7)), ander)
    eerder, intrekking = NU - timedelta(days=2), NU + timedelta(hours=1 if later else -1)
    weg = met_toestemming(weg, Gever.JONGERE, op=eerder)
    weg, _ = trek_toestemming_in(weg, TrekToestemmingIn(over(weg), Gever.JONGERE, LPA), (), intrekking, beleid())
    hier = bij_halt()
    weg, _ = ga_op(weg, hier.jongere_id, GEMEENTE, NU)
    weg = replace(weg, grens=Grensboek(nieuw=(verstrekt("halt", "naam", doel="halt"),)))
    message = Message(hier.jongere_id, GEMEENTE, NeemZakenOver(weg.jongere_id))
    message.prepared = weg
    outcome = handlers(beleid())[NeemZakenOver](hier, message, NU + timedelta(days=1))
    levend = outcome.state.levend(zaak(hier).zaak_id)
    assert levend is not None
    assert ("geen" if later else "lopend") == levend.feiten["halt_status"]
    assert later == any(isinstance(e, HaltVerwijzingIngetrokken) for e in outcome.events)
    ingetrokken = [e for e in outcome.events if isinstance(e, ToestemmingIngetrokken)]
    assert ([("halt",)] if later else []) == [e.ontvangers for e in ingetrokken]
    assert later == (TAAK in levend.taken)
    again = handlers(beleid())[NeemZakenOver](outcome.state, message, NU + timedelta(days=2))
    assert [] == [e for e in again.events if isinstance(e, ToestemmingIngetrokken)]
