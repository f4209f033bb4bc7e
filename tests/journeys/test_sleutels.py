"""A new key while events are handled: nothing stops, everything is sealed anew, and the old key can go."""

import asyncio

import pytest

from hub.crypto import Kluis
from hub.errors import Ongeldig
from schakel.settled import settled
from schakel.sleutels import Ring, draai, ring, toon, verwijder, verzegel_opnieuw
from tests.journeys.world import World
from tests.waiting import eventually


async def test_keys_turn_while_events_are_handled(wereld: World) -> None:
    """Both rings; afterwards the first keys are gone and stories go on."""
    settings = wereld.installation.config.settings
    oud = Kluis((wereld.folder / "sleutels" / "opslag.key").read_bytes())
    eerste = await wereld.jongere()
    await wereld.meld_te_laat(eerste, 9)
    await wereld.werk(eerste, "gele_kaart")
    sealed = await wereld.app("cases").service.pool.fetchval("SELECT inhoud FROM zaak")
    assert oud.sealed_with(sealed, "cases|zaak") is not None

    async def gebeurt() -> None:
        for _ in range(6):
            await wereld.meld_te_laat(await wereld.jongere(), 9)

    bezig = asyncio.create_task(gebeurt())
    assert "opslag.2.key" == draai(settings, Ring.OPSLAG)["sleutel"]
    assert "verstrek.2.key" == draai(settings, Ring.VERSTREK)["sleutel"]
    with pytest.raises(Ongeldig, match="te jong"):
        await verwijder(settings, "opslag.key")
    with pytest.raises(Ongeldig, match="mee verzegeld"):
        await verwijder(settings, "opslag.key", wacht=0)
    with pytest.raises(Ongeldig, match="nieuwste"):
        await verwijder(settings, "opslag.2.key", wacht=0)
    assert 0 < (await verzegel_opnieuw(settings))["herverzegeld"]
    await bezig

    async def weg() -> bool:
        await verzegel_opnieuw(settings)
        try:
            await verwijder(settings, "opslag.key", wacht=2)
        except Ongeldig:
            return False
        return True

    await eventually(weg, "nothing is sealed with the old key")
    await verwijder(settings, "verstrek.key", wacht=0)
    assert {"opslag.2.key"} == ring(settings, Ring.OPSLAG).namen()
    [opslag, _] = await toon(settings, tellen=True)
    assert opslag["verzegeld"] > 10
    await wereld.akkoord(eerste, "gele_kaart")
    await eventually(lambda: len(wereld.brieven()) == 2, "the letters are there")
    await settled(wereld.installation)
    sealed = await wereld.app("cases").service.pool.fetch("SELECT inhoud FROM zaak")
    assert [None] * 7 == [oud.sealed_with(r["inhoud"], "cases|zaak") for r in sealed]
    assert 0 == await wereld.app("cases").service.pool.fetchval("SELECT count(*) FROM wachtrij")
