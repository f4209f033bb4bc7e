"""A vrijstelling goes from an official to DUO, with what the BRP knows at that moment, and once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.brp_sync.model import Persoon
from simulators.duo_storingen import Storing, StoringSoort
from tests.journeys.world import GEMEENTE, LPA, World
from tests.waiting import eventually


async def leg_vast(wereld: World, persoon: Persoon, **anders: Any) -> tuple[int, dict[str, Any]]:
    """What the API answers."""
    basis = {
        "jongere": str(await wereld.jongere_id(persoon)),
        "gemeente": GEMEENTE,
        "soort": "5b",
        "begindatum": "2026-08-01",
        "einddatum": "2027-07-31",
        "medewerker": LPA,
    }
    answer = await wereld.post("/v1/vrijstellingen", basis | anders)
    return answer.status_code, answer.json()


async def stand(wereld: World) -> list[tuple[str, str | None]]:
    """What the list says."""
    rows = await wereld.app("ingest_duo").vrijstellingen.lijst(None)
    return [(r["stand"], r["code"]) for r in rows]


async def test_a_vrijstelling_is_told_changed_and_withdrawn(wereld: World) -> None:
    """DUO has the number, the postcode and nothing else of the address; every asking is written down."""
    persoon = await wereld.jongere()
    status, made = await leg_vast(wereld, persoon)
    assert 201 == status
    await eventually(lambda: len(wereld.duo.vrijstellingen.effecten) == 1, "DUO has it")
    (velden,) = wereld.duo.vrijstellingen.effecten
    assert persoon.bsn is not None
    assert {
        "bsn": persoon.bsn.get_secret_value(), "postcode": "3240ZZ", "soort": "V", "begindatum": "2026-08-01",
        "einddatum": "2027-07-31", "eerder": "N", "ingetrokken": "N", "versie": "1",
    } == {k: v for k, v in velden.items() if k != "kenmerk"}  # fmt: skip
    told = await eventually(lambda: wereld.said("ingest_duo", "vrijstelling-teruggemeld"), "we said that DUO has it")
    assert [made["vrijstelling"]] == [e["data"]["vrijstelling_id"] for e in told]
    brp = wereld.app("brp_sync").service.pool
    asked = await brp.fetch("SELECT aanvrager FROM verstrekking WHERE doel = 'vrijstelling_melden'")
    assert ["ingest_duo"] == [r["aanvrager"] for r in asked]

    await leg_vast(wereld, persoon)
    await leg_vast(wereld, persoon, einddatum="2026-12-31")
    await eventually(lambda: len(wereld.duo.vrijstellingen.effecten) == 2, "DUO has the new einddatum")
    path = f"/v1/vrijstellingen/{made['vrijstelling']}/intrekking"
    assert [201, 201] == [(await wereld.post(path, {"medewerker": LPA})).status_code for _ in range(2)]
    await eventually(lambda: len(wereld.duo.vrijstellingen.effecten) == 3, "DUO knows of the withdrawal")
    assert ["1", "2", "3"] == [v["versie"] for v in wereld.duo.vrijstellingen.effecten]
    assert "J" == wereld.duo.vrijstellingen.effecten[-1]["ingetrokken"]
    said = await wereld.said("ingest_duo", "vrijstelling-gewijzigd")
    assert [False, False, True] == [e["data"]["ingetrokken"] for e in said]


@pytest.mark.parametrize("soort", [StoringSoort.KAPOTTE_XML, StoringSoort.HTTP_500, StoringSoort.VERBINDING_WEG])
async def test_trouble_on_the_line_leads_to_one_effect(wereld: World, soort: StoringSoort) -> None:
    """Also when DUO took it and the answer was lost; told when the line is there again."""
    wereld.duo.storingen.append(Storing(soort, bij="vrijstelling", aantal=2))
    persoon = await wereld.jongere()
    await leg_vast(wereld, persoon)
    melder = wereld.app("ingest_duo").melder
    for _ in range(2):
        await eventually(lambda: wereld.duo.verzoeken["vrijstelling"] >= 1, "DUO was asked")
        melder.poke()

    async def done() -> bool:
        melder.poke()
        return [("teruggemeld", None)] == await stand(wereld)

    await eventually(done, "DUO confirmed")
    assert 1 == len(wereld.duo.vrijstellingen.effecten)
    assert 1 == len(await wereld.said("ingest_duo", "vrijstelling-teruggemeld"))


async def test_what_duo_refuses_is_visible_and_may_be_tried_again(wereld: World) -> None:
    """The register does not know the number; later it does."""
    persoon = await wereld.jongere()
    assert persoon.bsn is not None
    wereld.duo.vrijstellingen.onbekend.add(persoon.bsn.get_secret_value())
    await leg_vast(wereld, persoon)

    async def refused() -> bool:
        return [("geweigerd", "PERSOON_ONBEKEND")] == await stand(wereld)

    await eventually(refused, "the refusal is in the list")
    wereld.duo.vrijstellingen.onbekend.clear()
    await leg_vast(wereld, persoon)
    await eventually(lambda: wereld.duo.vrijstellingen.effecten, "DUO has it")


async def test_what_the_brp_does_not_know_yet_is_waited_for(wereld: World) -> None:
    """Without a postcode it waits, with the reason; with one it goes out."""
    persoon = await wereld.jongere(adres=None)
    await leg_vast(wereld, persoon)

    async def waits() -> bool:
        return [("te_melden", "postcode onbekend")] == await stand(wereld)

    await eventually(waits, "it waits")
    await wereld.jongere(bsn=persoon.bsn)

    async def sent() -> bool:
        wereld.app("ingest_duo").melder.poke()
        return bool(wereld.duo.vrijstellingen.effecten)

    await eventually(sent, "it was told")


async def test_only_of_a_jongere_of_the_gemeente(wereld: World) -> None:
    """Somebody who lives elsewhere is no more known than who does not exist; until there is a row from here."""
    elders, nummer = await wereld.jongere(gemeente="0171"), str(uuid4())
    told = [await leg_vast(wereld, elders), await leg_vast(wereld, elders, jongere=nummer)]
    assert [(422, "jongere")] * 2 == [(status, problem["veld"]) for status, problem in told]
    assert told[0][1]["detail"] == told[1][1]["detail"]
    hier = await wereld.jongere()
    assert 201 == (await leg_vast(wereld, hier))[0]
    await wereld.jongere(bsn=hier.bsn, gemeente="0171")
    assert 201 == (await leg_vast(wereld, hier, einddatum="2026-12-31"))[0]


@pytest.mark.parametrize(
    ("anders", "veld"),
    [
        ({"medewerker": "LPA-2"}, "medewerker"),
        ({"gemeente": "0034"}, "gemeente"),
        ({"einddatum": "2026-07-01"}, "einddatum"),
    ],
)
async def test_what_does_not_hold_is_refused_with_its_field(wereld: World, anders: dict[str, Any], veld: str) -> None:
    """Nothing is recorded and nothing told."""
    status, problem = await leg_vast(wereld, await wereld.jongere(), **anders)
    assert (422, veld, []) == (status, problem["veld"], await stand(wereld))
    wereld.clock.advance(timedelta(minutes=1))
    assert [] == wereld.duo.vrijstellingen.effecten
