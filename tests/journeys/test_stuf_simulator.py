"""A gegevensmagazijn tells of a whole population over a bad line, and nobody is missed, doubled or mixed up."""

import random
from datetime import date
from uuid import UUID

from pydantic import SecretStr

from contracts.verstrek import TeIdentificeren
from services.brp_sync.model import Adres, Persoon
from simulators.brp.stuf import Gegevensmagazijn, StufStoring
from simulators.personen import maak_bevolking
from tests.journeys.world import World
from tests.waiting import eventually

DAG = date(2026, 9, 14)  # maandag


async def bekend(wereld: World, personen: list[Persoon]) -> list[Persoon | None]:
    """How the hub knows these people, once all that it confirmed is worked on."""
    brp = wereld.app("brp_sync")

    async def done() -> bool:
        return not await brp.service.pool.fetchval("SELECT EXISTS (SELECT FROM inkomend WHERE verwerkt_op IS NULL)")

    await eventually(done, "all is worked on")
    wanted = [TeIdentificeren(bsn=p.bsn, gemeente="1924") for p in personen]
    ids: list[UUID] = await brp.store.identify(wanted, wereld.clock.now())
    known = await brp.store.disclose(ids, "test", "brief", wereld.clock.now())
    return [known.get(jongere_id) for jongere_id in ids]


def magazijn(wereld: World, kans: float = 0.0) -> Gegevensmagazijn:
    """The DDS of the gemeente."""
    return Gegevensmagazijn(wereld.api, wereld.clock, random.Random(4), gemeente="1924", kans=kans)


async def test_a_population_comes_over_a_bad_line(wereld: World) -> None:
    """Doubled, late, lost, without the attributes of the standard: T for all, then a change of all."""
    dds = magazijn(wereld, kans=0.4)
    personen = maak_bevolking(1, 30, ["1924"], DAG)
    dds.meld_allen(personen)
    assert 0 == await dds.verzend()
    hernoemd = [p.model_copy(update={"voornamen": SecretStr("Anders")}) for p in personen]
    dds.meld_allen(hernoemd)
    dds.meld_allen(hernoemd)  # nothing changed: nothing is sent
    assert 0 == await dds.verzend()
    boek = dds.logboek
    assert 60 == len(boek.bevestigd) + len(boek.geweigerd)
    assert 60 < boek.pogingen
    assert {"soap"} == set(boek.geweigerd.values())  # cut off in the middle: nobody to address a Fo03 to
    gekomen = [int(nummer.rpartition("-")[2]) for nummer in boek.bevestigd]
    for nummer, persoon in enumerate(await bekend(wereld, personen), 1):
        last = {nummer, nummer + 30} & set(gekomen)
        assert (persoon is not None) == bool(last)
        if nummer + 30 in last:
            assert persoon is not None
            assert SecretStr("Anders") == persoon.voornamen
    told = [event["subject"] for event in await wereld.said("brp_sync", "jongere-ingeschreven")]
    assert len(told) == len(set(told))


async def test_each_fault_does_what_it_says(wereld: World) -> None:
    """One message each: what is lost comes again, what is cut off is refused, the rest is confirmed once."""
    dds = magazijn(wereld)
    personen = maak_bevolking(2, len(StufStoring), ["1924"], DAG)
    dds.meld_allen(personen)
    dds.storingen.extend(StufStoring)
    assert 0 == await dds.verzend()
    assert len(StufStoring) - 1 == len(dds.logboek.bevestigd)
    assert len(StufStoring) + 2 == dds.logboek.pogingen
    assert 1 == len(dds.logboek.geweigerd)
    assert 1 == (await bekend(wereld, personen)).count(None)


async def test_moves_corrections_and_letting_go(wereld: World) -> None:
    """W, C with another key, and V, as the gemeente would send them."""
    dds = magazijn(wereld)
    (eerst, tweede) = maak_bevolking(5, 2, ["1924"], DAG)
    dds.meld(eerst)
    elders = Adres(straat="Elders", huisnummer="2", postcode="3240ZZ", woonplaats="Voorbeelddorp", aanvang="20260901")
    verhuisd = eerst.model_copy(update={"adres": elders})
    dds.meld(verhuisd)
    andere_bsn = verhuisd.model_copy(update={"bsn": tweede.bsn})
    dds.corrigeer(andere_bsn, verhuisd, "S")
    dds.volg_niet_meer(andere_bsn)
    assert 0 == await dds.verzend()
    assert 4 == len(dds.logboek.bevestigd)
    (persoon,) = await bekend(wereld, [andere_bsn])
    assert persoon is not None
    assert elders == persoon.adres
    assert [] == await wereld.said("brp_sync", "jongere-vertrokken")
