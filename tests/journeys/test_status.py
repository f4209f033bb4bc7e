"""The status of a melding goes back to DUO: when a zaak ends for a certain reason, or because an official says so."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.codes import MeldingStatus
from simulators.duo_storingen import Storing, StoringSoort
from tests.journeys.world import GESPREK, LPA, World
from tests.waiting import eventually

B, G, K = MeldingStatus.IN_BEHANDELING, MeldingStatus.AFGESLOTEN, MeldingStatus.TER_KENNISGEVING
HERVAT = {"status": "G", "reden": "opleiding_hervat", "toelichting": "leerling_gezien_door_gemeente", "medewerker": LPA}


async def in_behandeling(wereld: World, **velden: Any) -> str:
    """A melding of which DUO knows, and we know that DUO knows, that it is being treated."""
    nummer = await wereld.meld(await wereld.jongere(), **velden)
    await eventually(lambda: _teruggemeld(wereld, nummer), "the status B is confirmed")
    return nummer


async def _teruggemeld(wereld: World, nummer: str) -> bool:
    melding = await wereld.app("ingest_duo").store.melding(nummer)
    return melding is not None and melding.status is B


async def sluit(wereld: World, nummer: str, **anders: Any) -> tuple[int, dict[str, Any]]:
    """What the API answers to an official who closes a melding."""
    answer = await wereld.post(f"/v1/meldingen/{nummer}/status", HERVAT | anders)
    return answer.status_code, answer.json()


async def standen(wereld: World, nummer: str) -> list[str]:
    """What the list says of a melding."""
    rows = await wereld.app("ingest_duo").store.statusmeldingen()
    return [r["stand"] for r in rows if r["meldingsnummer"] == nummer]


async def test_an_official_closes_a_melding_and_may_say_so_twice(wereld: World) -> None:
    """DUO has reason and toelichting; the repetition changes nothing, another reason afterwards is refused."""
    nummer = await in_behandeling(wereld)
    assert [201, 201] == [(await sluit(wereld, nummer))[0] for _ in range(2)]
    actueel = wereld.duo.register.huidig(nummer)
    assert (G, "H", "G") == (actueel.status, actueel.reden_melding_afgesloten, actueel.toelichting_afsluiting)
    assert [B, G] == wereld.duo.ontvangen_statussen[nummer]
    assert ["teruggemeld"] == await standen(wereld, nummer)
    status, problem = await sluit(wereld, nummer, reden="leerling_overleden")
    assert (422, "reden") == (status, problem["veld"])
    await wereld.app("ingest_duo").poller.round()
    assert [] == await wereld.said("ingest_duo", "verzuimmelding-gewijzigd")
    assert 201 == (await sluit(wereld, nummer))[0]


async def test_closing_has_one_effect_when_the_answer_is_lost(wereld: World) -> None:
    """DUO took it and the confirmation never came: the official hears that it is unsure, and repeats."""
    nummer = await in_behandeling(wereld)
    wereld.duo.storingen.append(Storing(StoringSoort.KAPOTTE_XML, bij="mutatie"))
    status, problem = await sluit(wereld, nummer)
    assert (503, True) == (status, "probeer het later opnieuw" in problem["detail"])
    assert 201 == (await sluit(wereld, nummer))[0]
    assert [B, G] == wereld.duo.ontvangen_statussen[nummer]


@pytest.mark.parametrize("status", ["G", "K"])
async def test_a_melding_nobody_treats_yet_is_closed_in_one_go(wereld: World, status: str) -> None:
    """Closing (G) goes by way of in behandeling, ter kennisgeving (K) does not; our own B may be on it first."""
    wereld.duo.storingen.append(Storing(StoringSoort.HTTP_500, bij="mutatie"))
    nummer = await wereld.meld(await wereld.jongere())
    anders = {} if status == "G" else {"reden": None, "toelichting": None}

    async def gesloten() -> bool:
        return (await sluit(wereld, nummer, status=status, **anders))[0] == 201

    await eventually(gesloten, "DUO took it")
    assert wereld.duo.ontvangen_statussen[nummer] in ([B, MeldingStatus(status)], [MeldingStatus(status)])
    assert MeldingStatus(status) is wereld.duo.register.huidig(nummer).status


async def test_a_change_of_the_school_is_taken_in_before_the_melding_is_closed(wereld: World) -> None:
    """Nothing passes us by: the change is told, and the status is on top of it."""
    nummer = await in_behandeling(wereld)
    wereld.clock.advance(timedelta(minutes=1))
    wereld.duo.wijzig(nummer, einddatum=wereld.clock.today())
    assert 201 == (await sluit(wereld, nummer))[0]
    (event,) = await wereld.said("ingest_duo", "verzuimmelding-gewijzigd")
    assert wereld.clock.today().isoformat() == event["data"]["einddatum"]
    assert [B, G] == wereld.duo.ontvangen_statussen[nummer]


async def test_a_melding_that_left_the_register_is_told_once_and_not_tried_for_ever(wereld: World) -> None:
    """DUO forgets meldingen (Wet register onderwijsdeelnemers art. 30): visible in the list, nothing is parked."""
    nummer = await in_behandeling(wereld)
    wereld.duo.register.verwijder(nummer)
    status, problem = await sluit(wereld, nummer)
    assert (422, True) == (status, "kent deze melding niet meer" in problem["detail"])
    assert ["verdwenen"] == await standen(wereld, nummer)
    assert 0 == await wereld.app("ingest_duo").service.pool.fetchval("SELECT count(*) FROM wachtrij")


@pytest.mark.parametrize(
    ("anders", "veld"),
    [
        ({"medewerker": "LPA-999"}, "medewerker"),
        ({"medewerker": "LPA-2"}, "medewerker"),  # of another gemeente
        ({"reden": None}, "reden"),
        ({"toelichting": None}, "reden"),
        ({"status": "K"}, "reden"),
        ({"status": "R", "reden": None, "toelichting": None}, "status"),
    ],
)
async def test_a_wish_that_does_not_hold_is_refused_before_duo_hears_of_it(
    wereld: World, anders: dict[str, Any], veld: str
) -> None:
    """With the field that is wrong."""
    nummer = await in_behandeling(wereld)
    status, problem = await sluit(wereld, nummer, **anders)
    assert (422, veld) == (status, problem["veld"])
    assert [B] == wereld.duo.ontvangen_statussen[nummer]
    assert 404 == (await sluit(wereld, "12345"))[0]


async def test_death_closes_the_meldingen_at_duo(wereld: World) -> None:
    """The one reason of closing that says for certain what DUO should hear."""
    persoon = await wereld.jongere()
    nummer = await wereld.meld(persoon)
    await wereld.zaak(persoon)
    await wereld.jongere(bsn=persoon.bsn, overlijdensdatum="20260913")
    await eventually(lambda: wereld.duo.register.huidig(nummer).status is G, "the melding is closed at DUO")
    actueel = wereld.duo.register.huidig(nummer)
    assert ("L", "N") == (actueel.reden_melding_afgesloten, actueel.toelichting_afsluiting)
    await eventually(lambda: standen(wereld, nummer), "the list says so")
    assert ["teruggemeld"] == await standen(wereld, nummer)


async def test_a_zaak_that_ends_without_saying_how_leaves_a_task(wereld: World) -> None:
    """An official must tell DUO; the task lapses with that."""
    persoon = await wereld.jongere()
    nummer = await in_behandeling_voor(wereld, persoon)
    zaak = await wereld.zaak(persoon)
    await wereld.akkoord(persoon, "lpa_uitnodiging_1", gesprek_op=GESPREK)
    await wereld.app("cases").stel_feiten_vast(zaak.zaak_id, LPA, {"oordeel": "geoorloofd"})
    await wereld.akkoord(persoon, "brief_zonder_vervolg")
    assert ["taak"] == await eventually(lambda: standen(wereld, nummer), "there is a task")
    assert B is wereld.duo.register.huidig(nummer).status
    assert 201 == (await sluit(wereld, nummer, reden="geen_verzuim_legitiem_afwezig"))[0]
    assert ["teruggemeld"] == await standen(wereld, nummer)


async def in_behandeling_voor(wereld: World, persoon: Any) -> str:
    """A melding of this jongere that DUO knows to be treated."""
    nummer = await wereld.meld(persoon, verzuimsoort="V3")
    await eventually(lambda: _teruggemeld(wereld, nummer), "the status B is confirmed")
    return nummer
