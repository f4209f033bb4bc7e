"""LO3 over HTTP: who may send, how much, and what it does to a zaak."""

from datetime import timedelta
from typing import Any

from schakel.places import api_token
from services.brp_sync.lo3.inname import MAX_BYTES
from services.brp_sync.model import Persoon
from simulators.brp.lo3_berichten import afvoering, mutatie, volledig
from tests.journeys.world import World
from tests.waiting import eventually


async def stuur(wereld: World, inhoud: bytes, sleutel: str | None = None) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {sleutel or api_token(wereld.folder)}"}
    answer = await wereld.api.post("/v1/lo3", content=inhoud, headers=headers)
    return answer.status_code, answer.json()


def anders(persoon: Persoon, **velden: object) -> Persoon:
    return Persoon(**(persoon.model_dump() | velden))


async def test_a_death_told_over_lo3_ends_the_zaak_and_a_removed_persoonslijst_does_not(wereld: World) -> None:
    """Ng01 says nothing about the person; the zaak goes on until the register says that the jongere died."""
    persoon = await wereld.jongere(a_nummer="1000000007")
    ander = await wereld.jongere(a_nummer="1000007926")
    for jongere in (persoon, ander):
        await wereld.meld(jongere)
    zaak, van_ander = await wereld.zaak(persoon), await wereld.zaak(ander)
    overleden = anders(persoon, overlijdensdatum="20260910", opschorting={"reden": "O", "datum": "20260910"})

    berichten = mutatie("Gv01", persoon, overleden) + b"\n" + afvoering(ander, "20260910")
    assert (201, {"ontvangen": 2, "quarantaine": 0}) == await stuur(wereld, berichten)

    async def gesloten() -> bool:
        return not (await wereld.zaak(persoon)).is_open

    await eventually(gesloten, "the zaak has ended")
    assert zaak.zaak_id == (await wereld.zaak(persoon)).zaak_id
    assert van_ander.is_open
    assert (await wereld.zaak(ander)).is_open
    assert 1 == len(await wereld.said("brp_sync", "persoonslijst-afgevoerd"))


async def test_only_who_has_the_key_may_send_and_no_more_than_fits(wereld: World) -> None:
    """Nothing of it is kept otherwise."""
    ruw = volledig("Ag01", wereld.nieuwe_jongere())
    assert 401 == (await stuur(wereld, ruw, "een andere sleutel"))[0]
    assert 413 == (await stuur(wereld, b"0" * (MAX_BYTES + 1)))[0]
    pool = wereld.app("brp_sync").service.pool
    assert 0 == await pool.fetchval("SELECT count(*) FROM inkomend WHERE bron = 'lo3'")
    assert (201, {"ontvangen": 1, "quarantaine": 0}) == await stuur(wereld, ruw)
    assert (201, {"ontvangen": 0, "quarantaine": 0}) == await stuur(wereld, b"")
    wereld.clock.advance(timedelta(minutes=1))
    assert (201, {"ontvangen": 1, "quarantaine": 1}) == await stuur(wereld, ruw[:-1])
