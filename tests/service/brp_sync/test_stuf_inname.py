"""Kennisgevingen over StUF: stored before Bv03, worked on in order afterwards, each once, also through a crash."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from lxml import etree
from pydantic import SecretStr

from hub.service import Surroundings
from hub.settings import HubSettings
from services.brp_sync.app import BrpSync, build
from services.brp_sync.model import Adres, Persoon
from services.brp_sync.stuf import IndicatorOvername, Mutatiesoort, Stuurgegevens, Systeem, bouw_npslk01
from services.brp_sync.stuf.messages import STUF
from services.brp_sync.stuf.settings import StufSettings
from tests.service.brp_sync.wereld import Wereld
from tests.waiting import eventually

BSN, BSN_ANDER = "999990019", "999990020"
Bouw = Callable[[Surroundings, HubSettings], BrpSync]


def saar(**anders: object) -> Persoon:
    """A fictional girl."""
    velden: dict[str, object] = {
        "bsn": BSN, "voornamen": "Saar", "geslachtsnaam": "Proefman", "geslacht": "V", "geboortedatum": "20110504",
        "gemeente": "1924", "indicatie_geheim": 0,
        "adres": Adres(straat="Proefstraat", huisnummer="1", aanvang="20200101"),
    }  # fmt: skip
    return Persoon(**(velden | anders))


def stuf(
    referentie: str,
    persoon: Persoon,
    soort: Mutatiesoort = Mutatiesoort.TOEVOEGING,
    oud: Persoon | None = None,
    overname: IndicatorOvername = IndicatorOvername.VERPLICHT,
    zender: str = "DDS",
) -> bytes:
    """A kennisgeving of the gemeente."""
    stuurgegevens = Stuurgegevens(
        zender=Systeem(organisatie="1924", applicatie=zender), ontvanger=Systeem(applicatie="LEERPLICHT"),
        referentienummer=referentie, tijdstip="20260914100000000",
    )  # fmt: skip
    return bouw_npslk01(persoon, soort, stuurgegevens, oud=oud, overname=overname)


def code(answer: bytes) -> str | None:
    """The berichtcode of the answer, or the fault code of a Fo03."""
    gelezen = etree.fromstring(answer)
    return gelezen.findtext(f".//{{{STUF}}}code") or gelezen.findtext(f".//{{{STUF}}}berichtcode")


async def test_every_mutatiesoort_is_taken(wereld: Wereld) -> None:
    """A whole course of T, W, C, F and V, whether we must take it over or may."""
    verhuisd = saar(adres=Adres(straat="Elders", huisnummer="2", postcode="3240ZZ", aanvang="20260901"))
    hernoemd = verhuisd.model_copy(update={"voornamen": SecretStr("Sara")})
    reeks = [
        stuf("1", saar()),
        stuf("2", verhuisd, Mutatiesoort.WIJZIGING, saar(), IndicatorOvername.INFORMATIEF),
        stuf("3", hernoemd, Mutatiesoort.CORRECTIE, verhuisd),
        stuf("4", verhuisd, Mutatiesoort.CORRECTIE_MET_HISTORIE, hernoemd),
        stuf("5", verhuisd, Mutatiesoort.VERWIJDERING),
    ]
    for bericht in reeks:
        status, answer = await wereld.stuf(bericht)
        assert (200, "Bv03") == (status, code(answer))
    assert [
        "jongere-ingeschreven",
        "woonadres-gewijzigd",
        "persoonsgegevens-gewijzigd",
        "persoonsgegevens-gewijzigd",
        "persoonsgegevens-gewijzigd",
    ] == await wereld.names()
    assert 0 == await wereld.pool.fetchval("SELECT count(*) FROM quarantaine")


async def test_a_message_that_comes_again_is_confirmed_again_and_does_nothing(wereld: Wereld) -> None:
    """The Bv03 was lost; in between the person changed back, and the repeat does not undo that."""
    eerste = stuf("1", saar(voornamen="Sara"))
    await wereld.stuf(eerste)
    await wereld.stuf(stuf("2", saar(), Mutatiesoort.WIJZIGING, saar(voornamen="Sara")))
    status, answer = await wereld.stuf(eerste)
    assert (200, "Bv03") == (status, code(answer))
    assert ["jongere-ingeschreven", "persoonsgegevens-gewijzigd"] == await wereld.names()
    assert 2 == await wereld.pool.fetchval("SELECT count(*) FROM inkomend")


async def test_the_same_referentienummer_with_another_content_is_refused(wereld: Wereld) -> None:
    """StUF016, and visible; of another zender it is another message."""
    await wereld.stuf(stuf("1", saar()))
    status, answer = await wereld.stuf(stuf("1", saar(voornamen="Sara")))
    assert (500, "StUF016") == (status, code(answer))
    assert "referentienummer" == await wereld.pool.fetchval("SELECT veld FROM quarantaine")
    status, _ = await wereld.stuf(stuf("1", saar(voornamen="Sara"), zender="MAKELAAR"))
    assert 200 == status
    assert ["jongere-ingeschreven", "persoonsgegevens-gewijzigd"] == await wereld.names()


async def test_a_referentienummer_is_forgotten_in_time(wereld: Wereld) -> None:
    """After ninety days the keys go; nothing grows for ever."""
    await wereld.stuf(stuf("1", saar()))
    wereld.clock.advance(timedelta(days=91))

    async def empty() -> bool:
        return 0 == await wereld.pool.fetchval("SELECT count(*) FROM stuf_bericht")

    await eventually(empty, "the key is forgotten")


async def test_many_at_once_share_a_commit_and_keep_their_order(wereld: Wereld) -> None:
    """A hundred messages about two people: the last word of each is what is known, and no message is lost."""
    berichten = [
        stuf(f"{nummer}-{bsn}", saar(bsn=bsn, voornamen=f"Saar {'I' * nummer}"))
        for nummer in range(1, 51)
        for bsn in (BSN, BSN_ANDER)
    ]
    answers = await asyncio.gather(*(wereld.app.stuf.neem(bericht, "a") for bericht in berichten * 2))
    assert {200} == {status for status, _ in answers}

    async def done() -> bool:
        return not await wereld.pool.fetchval("SELECT EXISTS (SELECT FROM inkomend WHERE verwerkt_op IS NULL)")

    await eventually(done, "all are worked on")
    assert 100 == await wereld.pool.fetchval("SELECT count(*) FROM stuf_bericht")
    assert 20 > await wereld.pool.fetchval("SELECT count(DISTINCT xmin::text) FROM stuf_bericht")
    async with wereld.pool.acquire() as db:
        ids = [row["jongere_id"] for row in await db.fetch("SELECT jongere_id FROM jongere")]
        states = await wereld.app.store.load(db, ids)
    assert {"Saar " + "I" * 50} == {
        state.persoon.voornamen.get_secret_value()
        for state in states.values()
        if state.persoon is not None and state.persoon.voornamen is not None
    }


async def test_what_was_confirmed_is_worked_on_after_a_crash(wereld: Wereld) -> None:
    """Bv03 was given while the worker stood still; the next start goes on with the oldest."""
    async with wereld.app._turn:
        await wereld.app.stuf.neem(stuf("1", saar()), "a")
        await wereld.app.stuf.neem(stuf("2", saar(voornamen="Sara"), Mutatiesoort.WIJZIGING, saar()), "a")
        assert [] == await wereld.names()
        await wereld.stop()
    await wereld.start()
    await wereld.stuf(stuf("3", saar(voornamen="Saartje"), Mutatiesoort.WIJZIGING, saar(voornamen="Sara")))
    assert ["jongere-ingeschreven"] + ["persoonsgegevens-gewijzigd"] * 2 == await wereld.names()


async def test_a_batch_worked_on_again_after_a_crash_says_nothing_new(wereld: Wereld) -> None:
    """The crash came after the commit and before the batch was called finished; the first change is not said again."""
    namen = ("Saar", "Sara", "Saartje")
    for nummer, naam in enumerate(namen):
        await wereld.stuf(stuf(f"{nummer}", saar(voornamen=naam), Mutatiesoort.WIJZIGING, saar()))
    told = await wereld.said()
    assert ["jongere-ingeschreven"] + ["persoonsgegevens-gewijzigd"] * 2 == [name for _, name, _ in told]
    await wereld.pool.execute("UPDATE inkomend SET verwerkt_op = NULL")
    await wereld.stop()
    await wereld.start()
    await wereld.stuf(stuf("3", saar(), Mutatiesoort.VERWIJDERING))
    assert told == await wereld.said()
    await wereld.stuf(stuf("4", saar(), Mutatiesoort.WIJZIGING, saar(voornamen="Saartje")))
    assert len(told) + 1 == len(await wereld.said())


async def test_what_was_stored_and_cannot_be_read_any_more_holds_up_nothing(wereld: Wereld) -> None:
    """An older version took it; the next start puts it aside and goes on with the rest."""
    await wereld.app.stuf.intake.keep(b"<onleesbaar/>", wereld.clock.now())
    await wereld.stop()
    await wereld.start()
    assert 200 == (await wereld.stuf(stuf("1", saar())))[0]
    assert ["jongere-ingeschreven"] == await wereld.names()
    assert "stuurgegevens" == await wereld.pool.fetchval("SELECT veld FROM quarantaine")


async def test_what_cannot_be_understood_is_refused_and_put_aside(wereld: Wereld) -> None:
    """Fo03 and quarantine; sent again, mended, under the same referentienummer, it is taken."""
    kapot = stuf("1", saar()).replace(b">V</BG:geslachtsaanduiding>", b">Q</BG:geslachtsaanduiding>")
    status, answer = await wereld.stuf(kapot)
    assert (500, "StUF055") == (status, code(answer))
    assert "geslacht" == await wereld.pool.fetchval("SELECT veld FROM quarantaine")
    status, _ = await wereld.stuf(stuf("1", saar()))
    assert 200 == status
    assert ["jongere-ingeschreven"] == await wereld.names()


async def test_what_can_be_read_but_not_carried_out_is_confirmed_and_put_aside(wereld: Wereld) -> None:
    """Nobody is known by this A-nummer: Bv03 says only that it was stored."""
    zonder = saar(bsn=None, a_nummer="1000000007")
    status, _ = await wereld.stuf(stuf("1", zonder))
    assert 200 == status
    assert "a_nummer" == await wereld.pool.fetchval("SELECT veld FROM quarantaine")


def met(stuf_settings: StufSettings) -> Bouw:
    """The service with other settings."""
    return lambda around, settings: build(around, settings, stuf=stuf_settings)


@pytest.mark.parametrize(
    ("settings", "zender", "token", "verwacht"),
    [
        (StufSettings(zenders="1924/DDS"), "DDS", None, "Bv03"),
        (StufSettings(zenders="1924/*, 0171/DDS"), "MAKELAAR", None, "Bv03"),
        (StufSettings(zenders="*/DDS"), "MAKELAAR", None, "StUF013"),
        (StufSettings(zenders="0171"), "DDS", None, "StUF013"),
        (StufSettings(token="geheim"), "DDS", "geheim", "Bv03"),
        (StufSettings(token="geheim"), "DDS", "anders", "StUF052"),
        (StufSettings(token="geheim"), "DDS", None, "StUF052"),
    ],
)
async def test_who_may_not_send_is_refused_and_leaves_nothing(
    wereld: Wereld, settings: StufSettings, zender: str, token: str | None, verwacht: str
) -> None:
    """Neither in the database nor in quarantine."""
    await wereld.stop()
    await wereld.start(met(settings))
    _, answer = await wereld.app.stuf.neem(stuf("1", saar(), zender=zender), "a", token)
    assert verwacht == code(answer)
    counts = "SELECT (SELECT count(*) FROM inkomend) + (SELECT count(*) FROM quarantaine)"
    assert int(verwacht == "Bv03") == await wereld.pool.fetchval(counts)
