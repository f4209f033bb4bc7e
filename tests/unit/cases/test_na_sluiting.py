"""What is still heard about a zaak that is closed: it is kept, and nothing opens by itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from contracts.codes import HaltAfloop
from contracts.events.halt import HaltAfloopOntvangen
from contracts.events.verzuim import VerzuimmeldingIngetrokken, VerzuimmeldingOvergedragen
from services.cases.leeftijd import ToetsLeeftijd
from services.cases.model import Dossier, Termijnstatus, Zaakstatus
from services.cases.uitvoering import verwijzing_id_van
from services.cases.zaakleven import Afsluitreden, Heropenreden, HeropenZaak, SluitZaak
from tests.unit.cases.leven import ANDER, POLDER, doe, open_zaken, verhuisd
from tests.unit.cases.voorbeelden import (
    GEMEENTE,
    GESPREK,
    LPA,
    NU,
    besluit,
    dossier,
    in_halt,
    melding,
    met_melding,
    soorten,
    voorstellen,
    wat,
    zaak,
    zestien_uur,
)

IN_NOVEMBER = datetime(2026, 11, 16, 8, tzinfo=UTC)  # maandag


def weg(nummer: int) -> VerzuimmeldingIngetrokken:
    """A melding that is withdrawn."""
    return VerzuimmeldingIngetrokken(meldingsnummer=str(nummer), laatste_mutatie=GESPREK)


def halt(staat: Dossier, zaak_id: UUID, afloop: HaltAfloop) -> HaltAfloopOntvangen:
    """How Halt ended in a zaak."""
    (een,) = (v for v in staat.zaken[zaak_id].voorstellen.values() if v.uitkomst == "halt_verwijzing" and v.besluit)
    assert een.besluit is not None
    verwijzing_id = verwijzing_id_van(een.besluit)
    return HaltAfloopOntvangen(zaak_id=zaak_id, verwijzing_id=verwijzing_id, afloop=afloop, datum=date(2026, 11, 1))


def test_a_melding_withdrawn_after_halt_leaves_the_zaak_closed() -> None:
    """A human looks at the besluit again; the next melding goes on with the zaak that is open."""
    staat = in_halt(dossier())
    oud = zaak(staat).zaak_id
    staat, _ = doe(staat, halt(staat, oud, HaltAfloop.POSITIEF))
    staat, _ = doe(staat, zestien_uur(3, begin=date(2026, 11, 9)), IN_NOVEMBER)
    staat, events = doe(staat, weg(2), IN_NOVEMBER)
    assert ([], Zaakstatus.AFGESLOTEN) == (events, staat.zaken[oud].status)
    assert ("besluit_heroverwegen" in staat.zaken[oud].taken, True) == (
        True,
        staat.zaken[oud].meldingen["2"].ingetrokken,
    )
    assert ["melding_ingetrokken", "taak_ontstaan"] == wat(staat)[-2:]
    staat, events = doe(staat, zestien_uur(4, begin=date(2026, 11, 23)), datetime(2026, 11, 30, 8, tzinfo=UTC))
    (nieuw,) = open_zaken(staat)
    assert {"3", "4"} == set(nieuw.meldingen)


@pytest.mark.parametrize("omgekeerd", [False, True])
def test_of_two_open_zaken_the_newest_is_chosen(omgekeerd: bool) -> None:
    """In whatever order they were read."""
    een = zaak(met_melding(dossier(), zestien_uur()))
    twee = een.met(zaak_id=ANDER, geopend_op=IN_NOVEMBER)
    volgorde = [twee, een] if omgekeerd else [een, twee]
    staat = Dossier(dossier().jongere_id, zaken={z.zaak_id: z for z in volgorde})
    assert twee == staat.open_zaak(een.zaaksoort, een.schooljaar, GEMEENTE) == staat.zaak_van("1")


def test_what_duo_said_meanwhile_counts_when_the_zaak_opens_again() -> None:
    """A withdrawn melding no longer counts, a corrected one counts as it is now."""
    staat = met_melding(dossier(), zestien_uur(1, lesuren=40), zestien_uur(2, lesuren=20))
    staat, _ = doe(staat, SluitZaak(zaak(staat).zaak_id, LPA, Afsluitreden.VERZUIM_GESTOPT))
    staat, events = doe(staat, weg(2))
    staat, more = doe(staat, zestien_uur(1, lesuren=16))
    assert [] == events + more
    staat, _ = doe(staat, zestien_uur(3, begin=date(2026, 9, 10)))
    assert [("1", 16), ("3", 16)] == [(m.meldingsnummer, m.lesuren) for m in zaak(staat).geldige_meldingen()]


def test_a_zaak_of_which_every_melding_was_withdrawn_proposes_nothing_when_it_is_opened() -> None:
    """An official may open it all the same."""
    staat = met_melding(dossier(), zestien_uur())
    staat, _ = doe(staat, SluitZaak(zaak(staat).zaak_id, LPA, Afsluitreden.VERZUIM_GESTOPT))
    staat, _ = doe(staat, weg(1))
    staat, events = doe(staat, HeropenZaak(zaak(staat).zaak_id, LPA, Heropenreden.TEN_ONRECHTE_GESLOTEN))
    assert (["zaak-heropend"], []) == (soorten(events), voorstellen(staat))


@pytest.mark.parametrize("afloop", HaltAfloop)
def test_how_halt_ended_is_known_when_the_zaak_opens_again(afloop: HaltAfloop) -> None:
    """It was heard after the jongere had moved away."""
    staat = in_halt(dossier())
    oud = zaak(staat).zaak_id
    staat, _ = doe(staat, verhuisd())
    staat, events = doe(staat, halt(staat, oud, afloop))
    assert ([], "halt_afgelopen") == (events, wat(staat)[-1])
    staat, _ = doe(staat, verhuisd(GEMEENTE, POLDER), gemeente=POLDER)
    stand = "positief" if afloop is HaltAfloop.POSITIEF else "negatief"
    assert (True, stand) == (staat.zaken[oud].is_open, staat.zaken[oud].feiten["halt_status"])
    assert not doe(staat, SluitZaak(oud, LPA, Afsluitreden.VERZUIM_GESTOPT))[0].zaken[oud].is_open


def test_a_melding_that_goes_on_elsewhere_takes_no_ground_away() -> None:
    """What the besluit set going runs on, and until the take-over a task says to find out."""
    staat, _ = besluit(met_melding(dossier(), zestien_uur()), "lpa_uitnodiging_1", gesprek_op=GESPREK)
    na, events = doe(staat, VerzuimmeldingOvergedragen(meldingsnummer="1", naar_jongere_id=ANDER))
    assert ([], zaak(staat).termijnen) == (events, zaak(na).termijnen)
    assert {"melding_overgedragen_nagaan"} == set(zaak(na).taken) - set(zaak(staat).taken)


@pytest.mark.parametrize(("dagen", "loopt"), [(-1, True), (0, True), (1, False)])
def test_what_a_besluit_set_going_goes_on_when_the_zaak_was_closed_by_mistake(dagen: int, loopt: bool) -> None:
    """With its old day; when that is over a human finds out."""
    staat, _ = besluit(met_melding(dossier(), zestien_uur()), "lpa_uitnodiging_1", gesprek_op=GESPREK)
    (termijn,) = zaak(staat).termijnen.values()
    staat, _ = doe(staat, SluitZaak(zaak(staat).zaak_id, LPA, Afsluitreden.GEOORLOOFD))
    op = datetime.combine(termijn.uiterlijk + timedelta(days=dagen), NU.timetz())
    staat, events = doe(staat, HeropenZaak(zaak(staat).zaak_id, LPA, Heropenreden.TEN_ONRECHTE_GESLOTEN), op)
    assert ("termijn-gestart" in soorten(events)) is loopt
    status = Termijnstatus.LOOPT if loopt else Termijnstatus.VERVALLEN
    assert {termijn.termijn_id: termijn.model_copy(update={"status": status})} == zaak(staat).termijnen
    assert ("verlopen_termijn_nagaan" in zaak(staat).taken) is not loopt


def test_a_second_birthday_leaves_the_rmc_zaak_of_the_first_alone() -> None:
    """The day of birth turned out to be another one, and the zaak was opened again."""
    staat, _ = doe(dossier(date(2008, 9, 20)), melding(lesuren=10))
    oud = zaak(staat).zaak_id
    staat, _ = doe(staat, ToetsLeeftijd(oud), op := datetime(2026, 9, 20, 8, tzinfo=UTC))
    (rmc,) = open_zaken(staat)
    staat, _ = doe(staat, SluitZaak(rmc.zaak_id, LPA, Afsluitreden.TEN_ONRECHTE_GEOPEND), op)
    staat = replace(staat, geboortedatum=date(2008, 12, 20))
    staat, _ = doe(staat, HeropenZaak(oud, LPA, Heropenreden.TEN_ONRECHTE_GESLOTEN), op)
    na, _ = doe(staat, ToetsLeeftijd(oud), datetime(2026, 12, 20, 8, tzinfo=UTC))
    (nieuw,) = open_zaken(na)
    assert (staat.zaken[rmc.zaak_id], rmc.zaaksoort) == (na.zaken[rmc.zaak_id], nieuw.zaaksoort)
