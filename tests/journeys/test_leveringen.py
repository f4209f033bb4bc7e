"""Leveringen of DUO from file to event, on the real servers: once only, in order, and never by accident."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from hub.embedded import Servers
from hub.errors import NietGereed, Ongeldig
from hub.messages import Message
from hub.privacy import Bsn
from services.ingest_duo.leveringen.aanvraag import zonder_bsn
from services.ingest_duo.leveringen.kaart import laad_kaarten
from services.ingest_duo.leveringen.lezen import BLOK
from services.ingest_duo.leveringen.store import Rij
from services.ingest_duo.leveringen.verwerken import Leveringen
from simulators.leveringen import Fout, Leerling, maak_leerlingen, schrijf_c, schrijf_koppeling, schrijf_p
from tests.journeys.world import GEMEENTE, World, world
from tests.service.databases import readable
from tests.waiting import eventually

DAG = date(2026, 9, 7)  # maandag
WEEK = timedelta(days=7)
DUO = "ingest_duo"


@pytest_asyncio.fixture
async def wereld(servers: Servers, tmp_path: Path) -> AsyncIterator[World]:
    async with world(servers, tmp_path / "map") as made:
        yield made


@pytest.fixture
def bestanden(tmp_path: Path) -> Path:
    folder = tmp_path / "duo"
    folder.mkdir()
    return folder


def app(wereld: World) -> Leveringen:
    made: Leveringen = wereld.app(DUO).leveringen
    return made


async def geef(wereld: World, pad: Path) -> int:
    nummer, _ = await app(wereld).ontvang(pad.name, _stroom(pad.read_bytes()))
    return nummer


async def _stroom(inhoud: bytes) -> AsyncIterator[bytes]:
    for begin in range(0, len(inhoud), 5000):
        yield inhoud[begin : begin + 5000]


async def klaar(wereld: World, nummer: int) -> Rij:
    """The file, once nothing more happens to it by itself."""

    async def uitkomst() -> Rij | None:
        rij = await app(wereld).store.een(nummer)
        return rij if rij and rij.status not in ("ontvangen", "herkend", "bezig") else None

    found: Rij = await eventually(uitkomst, f"levering {nummer} is finished")
    return found


async def _herstart(wereld: World, stuk: bytes) -> AsyncIterator[bytes]:
    """A file that comes in while the service starts anew."""
    yield stuk
    await app(wereld).store.verwijder()
    yield stuk


async def neem_op(wereld: World, pad: Path) -> Rij:
    """Hands over a file and waits."""
    return await klaar(wereld, await geef(wereld, pad))


async def gezegd(wereld: World) -> Counter[str]:
    """How often each event of the leveringen was said."""
    names = (
        "inschrijving-gewijzigd",
        "inschrijving-vervallen",
        "vrijstelling-gewijzigd",
        "startkwalificatie-gewijzigd",
    )
    return Counter({n: c for n in names if (c := len(await wereld.said(DUO, n)))})


async def quarantaine(wereld: World) -> list[tuple[str, str, str]]:
    """What is open in the quarantine of the leveringen."""
    rows = await wereld.app(DUO).service.pool.fetch(
        "SELECT plek, veld, reden FROM quarantaine WHERE bron = 'levering' AND staat = 'open' ORDER BY id"
    )
    return [tuple(r) for r in rows]


def leerlingen(aantal: int = 40) -> list[Leerling]:
    """Jongeren of the gemeente; one in forty has a vrijstelling instead of a school."""
    return maak_leerlingen(1, aantal, GEMEENTE, DAG)


async def test_a_full_picture_becomes_events_and_the_same_again_does_not(wereld: World, bestanden: Path) -> None:
    """The same bytes are recognised; the same content on a later day says nothing."""
    personen = leerlingen()
    rij = await neem_op(wereld, schrijf_c(bestanden, personen, DAG, GEMEENTE))
    assert ("opgenomen", 40, 40, 0) == (
        rij.status,
        rij.telling["rijen"],
        rij.telling["personen"],
        rij.telling["fouten"],
    )
    eerste = Counter({"inschrijving-gewijzigd": 39, "vrijstelling-gewijzigd": 1})
    assert eerste == await gezegd(wereld)
    pad = schrijf_c(bestanden, personen, DAG, GEMEENTE)
    assert (rij.id, False) == await app(wereld).ontvang(pad.name, _stroom(pad.read_bytes()))
    assert "opgenomen" == (await neem_op(wereld, schrijf_c(bestanden, personen, DAG + WEEK, GEMEENTE))).status
    assert eerste == await gezegd(wereld)


async def test_what_changed_and_who_is_missing(wereld: World, bestanden: Path) -> None:
    """A P-levering changes one jongere; the next C-levering misses another; nobody else is touched."""
    personen = leerlingen()
    await neem_op(wereld, schrijf_c(bestanden, personen, DAG - WEEK, GEMEENTE))
    eerst = await gezegd(wereld)
    uit = replace(personen[0], einddatum=date(2026, 9, 1))
    mutaties = [("IW", uit), ("SB", replace(personen[1], startkwalificatie=True))]
    await neem_op(wereld, schrijf_p(bestanden, mutaties, DAG, GEMEENTE))
    assert Counter({"inschrijving-gewijzigd": 1, "startkwalificatie-gewijzigd": 1}) == await gezegd(wereld) - eerst
    daarna = [uit, replace(personen[1], startkwalificatie=True), *personen[3:]]
    rij = await neem_op(wereld, schrijf_c(bestanden, daarna, DAG + WEEK, GEMEENTE))
    assert 1 == rij.telling["vervallen"]
    (event,) = await wereld.said(DUO, "inschrijving-vervallen")
    assert "2026-09-14" == event["data"]["niet_in_levering_van"]


async def test_bad_rows_wait_in_quarantine_and_take_nothing_away(wereld: World, bestanden: Path) -> None:
    """Each with row, column and reason. A mended row is taken in alone."""
    fouten = [Fout.ELFPROEF, Fout.DATUM, Fout.CODE, Fout.DUBBELE_RIJ]
    rij = await neem_op(wereld, schrijf_c(bestanden, leerlingen(), DAG, GEMEENTE, fouten=fouten))
    assert ("opgenomen", 3, 1) == (rij.status, rij.telling["fouten"], rij.telling["zonder_persoon"])
    gevonden = await quarantaine(wereld)
    assert ["begindatum", "bsn", "onderwijssoort", "rij"] == sorted(veld for _, veld, _ in gevonden)
    assert all(plek.startswith(f"levering {rij.id}, rij ") for plek, _, _ in gevonden)
    assert 36 == (await gezegd(wereld))["inschrijving-gewijzigd"]
    intake = wereld.app(DUO).service.intakes["levering"]
    goed = schrijf_c(bestanden, leerlingen(), DAG, GEMEENTE).read_bytes().split(b"\r\n")
    await intake.opnieuw["rij"](f"levering {rij.id}\n".encode() + goed[0] + b"\n" + goed[1] + b"\n")
    for regel in goed[1:-1]:
        await intake.opnieuw["rij"](f"levering {rij.id}\n".encode() + goed[0] + b"\n" + regel + b"\n")
    assert 39 == (await gezegd(wereld))["inschrijving-gewijzigd"]
    with pytest.raises(Ongeldig):
        await intake.opnieuw["rij"](b"levering x\n" + goed[0] + b"\n" + goed[1] + b"\n")


@pytest.mark.parametrize("fout", [Fout.KOPREGEL, Fout.AFGEBROKEN, Fout.CODERING])
async def test_a_file_that_cannot_be_trusted_changes_nothing(wereld: World, bestanden: Path, fout: Fout) -> None:
    """It is refused with a reason, stands in quarantine, and may be given again when it is whole."""
    rij = await neem_op(wereld, schrijf_c(bestanden, leerlingen(), DAG, GEMEENTE, fouten=[fout]))
    ((plek, veld, reden),) = await quarantaine(wereld)
    assert ("geweigerd", rij.veld, rij.reden) == (rij.status, veld, reden)
    assert plek.startswith(f"levering {rij.id}, ")
    assert Counter() == await gezegd(wereld)
    opnieuw = await neem_op(wereld, schrijf_c(bestanden, leerlingen(), DAG, GEMEENTE, fouten=[fout]))
    assert ("geweigerd", True) == (opnieuw.status, opnieuw.id != rij.id)
    assert "opgenomen" == (await neem_op(wereld, schrijf_c(bestanden, leerlingen(), DAG, GEMEENTE))).status


async def test_a_wrong_name_is_refused(wereld: World, bestanden: Path) -> None:
    """It says neither day nor gemeente; and the name itself, which may be anybody's, is not shown."""
    pad = schrijf_c(bestanden, leerlingen(), DAG, GEMEENTE)
    rij = await neem_op(wereld, pad.rename(bestanden / "Jan de Vries.csv"))
    assert ("geweigerd", "bestandsnaam", None) == (rij.status, rij.veld, rij.naam)
    vreemd = schrijf_c(bestanden, leerlingen(), DAG, "0363")
    assert "deze gemeente hoort niet bij deze installatie" == (await neem_op(wereld, vreemd)).reden
    toekomst = schrijf_c(bestanden, leerlingen(), date(2027, 1, 4), GEMEENTE)
    assert "de datum ligt in de toekomst" == (await neem_op(wereld, toekomst)).reden


async def test_an_older_file_changes_nothing_and_says_so(wereld: World, bestanden: Path) -> None:
    """An older full picture is over; an older list of changes waits, and tells of whom nothing newer is known."""
    personen = leerlingen()
    await neem_op(wereld, schrijf_c(bestanden, personen, DAG - WEEK, GEMEENTE))
    eerst = await gezegd(wereld)
    rij = await neem_op(wereld, schrijf_c(bestanden, personen[:38], DAG - 2 * WEEK, GEMEENTE))
    assert ("verouderd", True) == (rij.status, "er is niets veranderd" in (rij.reden or ""))
    await neem_op(wereld, schrijf_p(bestanden, [("IV", personen[0])], DAG, GEMEENTE))
    ouder = [("IW", replace(personen[0], einddatum=DAG)), ("IW", replace(personen[1], einddatum=DAG))]
    rij = await neem_op(wereld, schrijf_p(bestanden, ouder, DAG - timedelta(days=1), GEMEENTE))
    assert "vastgehouden" == rij.status
    assert Counter({"inschrijving-vervallen": 1}) == await gezegd(wereld) - eerst
    await app(wereld).beslis(rij.id, vrijgeven=True, door="beheer", reden="was blijven liggen")
    rij = await klaar(wereld, rij.id)
    assert ("opgenomen", 1) == (rij.status, rij.telling["ouder"])
    assert Counter({"inschrijving-vervallen": 1, "inschrijving-gewijzigd": 1}) == await gezegd(wereld) - eerst


async def test_a_picture_that_shrank_waits_for_an_operator(wereld: World, bestanden: Path) -> None:
    """With the counts; released it says who is gone, rejected it says nothing."""
    personen = leerlingen()
    await neem_op(wereld, schrijf_c(bestanden, personen, DAG - WEEK, GEMEENTE))
    eerst = await gezegd(wereld)
    rij = await neem_op(wereld, schrijf_c(bestanden, personen, DAG, GEMEENTE, fouten=[Fout.GEKROMPEN]))
    assert ("vastgehouden", "de C-levering telt 13 personen, eerder waren het er 40") == (rij.status, rij.reden)
    assert eerst == await gezegd(wereld)
    with pytest.raises(Ongeldig):
        await app(wereld).beslis(rij.id, vrijgeven=True, door="beheer", reden=" ")
    await app(wereld).beslis(rij.id, vrijgeven=True, door="beheer", reden="school verhuisde")
    rij = await klaar(wereld, rij.id)
    assert ("opgenomen", 27) == (rij.status, rij.telling["vervallen"])
    assert 27 == (await gezegd(wereld) - eerst).total()
    with pytest.raises(Ongeldig):
        await app(wereld).beslis(rij.id, vrijgeven=False, door="beheer", reden="te laat")


async def test_missing_jongeren_wait_when_rows_could_not_be_read(wereld: World, bestanden: Path) -> None:
    """The jongere without a readable number may be the one who is missing."""
    personen = leerlingen()
    await neem_op(wereld, schrijf_c(bestanden, personen, DAG - WEEK, GEMEENTE))
    rij = await neem_op(wereld, schrijf_c(bestanden, personen, DAG, GEMEENTE, fouten=[Fout.ELFPROEF]))
    assert ("vastgehouden", 1) == (rij.status, rij.telling["ontbrekend"])
    assert [] == await wereld.said(DUO, "inschrijving-vervallen")


async def test_nothing_is_taken_away_when_a_row_names_nobody(wereld: World, bestanden: Path) -> None:
    """The inschrijving of a jongere who is named once more may stand in the row that cannot be read."""
    personen = leerlingen()
    await neem_op(wereld, schrijf_c(bestanden, personen, DAG - WEEK, GEMEENTE))
    anders = [replace(personen[0], begindatum=DAG), *personen[1:]]
    rij = await neem_op(wereld, schrijf_c(bestanden, anders, DAG, GEMEENTE, fouten=[Fout.ELFPROEF]))
    assert 1 == rij.telling["zonder_persoon"]
    assert [] == await wereld.said(DUO, "inschrijving-vervallen")
    await neem_op(wereld, schrijf_c(bestanden, anders, DAG + WEEK, GEMEENTE))
    assert 1 == len(await wereld.said(DUO, "inschrijving-vervallen"))


async def test_who_has_only_yet_to_begin_is_not_missing(wereld: World, bestanden: Path) -> None:
    """Nor counted as such."""
    straks = replace(leerlingen()[0], begindatum=DAG + WEEK)
    await neem_op(wereld, schrijf_c(bestanden, [straks, *leerlingen()[1:]], DAG - WEEK, GEMEENTE))
    rij = await neem_op(wereld, schrijf_c(bestanden, leerlingen()[1:], DAG, GEMEENTE))
    assert ("opgenomen", 0) == (rij.status, rij.telling.get("vervallen", 0))
    assert [] == await wereld.said(DUO, "inschrijving-vervallen")


async def test_two_files_at_once_are_taken_in_by_their_day(wereld: World, bestanden: Path) -> None:
    """Given in the wrong order, together, and one of them twice."""
    personen = leerlingen()
    c = schrijf_c(bestanden, personen, DAG - WEEK, GEMEENTE)
    p = schrijf_p(bestanden, [("IV", personen[0])], DAG, GEMEENTE)
    async with app(wereld)._turn:  # so that the worker finds them together
        nummers = await asyncio.gather(*(geef(wereld, pad) for pad in (p, c, p, c)))
    rijen = [await klaar(wereld, n) for n in sorted(set(nummers))]
    assert ["opgenomen", "opgenomen"] == [r.status for r in rijen]
    assert Counter({"inschrijving-gewijzigd": 39, "vrijstelling-gewijzigd": 1, "inschrijving-vervallen": 1}) == (
        await gezegd(wereld)
    )


async def test_a_crash_between_chunks_loses_and_doubles_nothing(wereld: World, bestanden: Path) -> None:
    """The second chunk is committed and not counted when everything stops; the next process goes on from the record."""
    await neem_op(wereld, schrijf_c(bestanden, leerlingen(1), DAG - WEEK, GEMEENTE))
    deel = app(wereld)
    echt, keren = deel._execute, 0

    async def breekt(commands: Sequence[Message]) -> list[Message]:
        nonlocal keren
        done = await echt(commands)
        keren += 1
        if keren == 2:
            raise NietGereed("gestopt")
        return done

    deel._execute = breekt
    personen = leerlingen(700)
    nummer = await geef(wereld, schrijf_c(bestanden, personen, DAG, GEMEENTE))

    async def halverwege() -> bool:
        rij = await deel.store.een(nummer)
        return rij is not None and keren >= 2 and rij.verwerkt == 256

    await eventually(halverwege, "one chunk of two is counted")
    await wereld.stop(DUO)
    await wereld.start(DUO)
    rij = await klaar(wereld, nummer)
    assert ("opgenomen", 700) == (rij.status, rij.verwerkt)
    assert 700 == (await gezegd(wereld)).total()
    ids = [e["data"]["inschrijving_id"] for e in await wereld.said(DUO, "inschrijving-gewijzigd")]
    assert len(set(ids)) == len(ids)


async def test_an_upload_that_breaks_off_leaves_nothing(wereld: World) -> None:
    """Nobody was told that it was accepted; one that is too large is refused before it is whole."""

    async def breekt() -> AsyncIterator[bytes]:
        yield b"BSN;" * 1_000_000
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await app(wereld).ontvang("20260907G1924_C.csv", breekt())
    with pytest.raises(Ongeldig):
        await app(wereld).ontvang("20260907G1924_C.csv", _stroom(b"x"), kaart="\x00")
    for stuk in (b"", b"x" * BLOK):
        with pytest.raises(NietGereed):
            await app(wereld).ontvang("20260907G1924_C.csv", _herstart(wereld, stuk))
    app(wereld)._max_bytes = 10
    with pytest.raises(Ongeldig):
        await app(wereld).ontvang("20260907G1924_C.csv", _stroom(b"x" * 11))
    pool = wereld.app(DUO).service.pool
    assert (0, 0) == tuple(
        await pool.fetchrow("SELECT (SELECT count(*) FROM levering), (SELECT count(*) FROM levering_blok)")
    )


async def test_a_file_waits_for_brp_sync(wereld: World, bestanden: Path) -> None:
    """Nothing of it is lost meanwhile."""
    await wereld.stop("brp_sync")
    nummer = await geef(wereld, schrijf_c(bestanden, leerlingen(3), DAG, GEMEENTE))

    async def wacht() -> bool:
        rij: Any = await app(wereld).store.een(nummer)
        return bool(rij.status == "bezig")

    await eventually(wacht, "the file is being worked on")
    await wereld.start("brp_sync")
    app(wereld)._poke.set()
    assert "opgenomen" == (await klaar(wereld, nummer)).status


async def test_a_koppeling_joins_what_was_known_under_both_numbers(wereld: World, bestanden: Path) -> None:
    """By onderwijsnummer first, by BSN later: one inschrijving, one id, and nobody is missing from the next picture."""
    eerst = Leerling(None, "100000049", GEMEENTE, brin="90XA", begindatum=date(2025, 8, 1))
    await wereld.jongere(bsn=Bsn("999900006"))
    await neem_op(wereld, schrijf_c(bestanden, [eerst], DAG - WEEK, GEMEENTE))
    rij = await neem_op(wereld, schrijf_koppeling(bestanden, [("100000049", "999900006")], DAG, GEMEENTE))
    assert ("opgenomen", 1) == (rij.status, rij.verwerkt)

    async def over() -> bool:
        return 2 == len(await wereld.said(DUO, "inschrijving-gewijzigd"))

    await eventually(over, "the inschrijving goes on under the other jongere_id")
    oud, nieuw = await wereld.said(DUO, "inschrijving-gewijzigd")
    assert oud["data"] == nieuw["data"]
    assert oud["subject"] != nieuw["subject"]
    later = replace(eerst, bsn="999900006")
    rij = await neem_op(wereld, schrijf_c(bestanden, [later], DAG + WEEK, GEMEENTE))
    assert ("opgenomen", Counter({"inschrijving-gewijzigd": 2})) == (rij.status, await gezegd(wereld))


async def test_who_moved_away_by_the_brp_is_not_missing(wereld: World, bestanden: Path) -> None:
    """The next picture of the gemeente rightly does not name the jongere."""
    persoon = await wereld.jongere(bsn=Bsn("999900018"))
    blijft = Leerling("999900006", None, GEMEENTE, brin="90XA", begindatum=date(2025, 8, 1))
    await neem_op(wereld, schrijf_c(bestanden, [blijft, replace(blijft, bsn="999900018")], DAG - WEEK, GEMEENTE))
    await wereld.app("brp_sync").take_in([persoon.model_copy(update={"gemeente": "0501"})])

    async def weg() -> bool:
        query = "SELECT count(*) FROM onderwijsstand WHERE gemeente = '0000'"
        return 1 == await wereld.app(DUO).service.pool.fetchval(query)

    await eventually(weg, "the move is known")
    rij = await neem_op(wereld, schrijf_c(bestanden, [blijft], DAG, GEMEENTE))
    assert ("opgenomen", Counter({"inschrijving-gewijzigd": 2})) == (rij.status, await gezegd(wereld))


async def test_who_came_without_bsn_can_be_asked_for(wereld: World, bestanden: Path) -> None:
    """The onderwijsnummers out of the last full picture and the changes after it; nobody whose BSN is known."""
    personen = leerlingen(60)
    zonder = [p.onderwijsnummer for p in personen if p.bsn is None]
    later = Leerling(None, "123456789", GEMEENTE, brin="01XA", begindatum=DAG)
    await neem_op(wereld, schrijf_c(bestanden, personen, DAG - WEEK, GEMEENTE))
    await neem_op(wereld, schrijf_p(bestanden, [("IT", later)], DAG, GEMEENTE))
    assert [*zonder, "123456789"] == await zonder_bsn(app(wereld).store, laad_kaarten(), "G", GEMEENTE)
    assert 1 == len(zonder)


async def test_files_are_emptied_when_their_time_is_over(wereld: World, bestanden: Path) -> None:
    """What was taken in is known; the file itself is personal data that nothing needs. The line about it stays."""
    rij = await neem_op(wereld, schrijf_c(bestanden, leerlingen(3), DAG, GEMEENTE))
    held = await neem_op(wereld, schrijf_c(bestanden, [], DAG + WEEK, GEMEENTE))
    assert ("opgenomen", "vastgehouden") == (rij.status, held.status)
    store, now = app(wereld).store, wereld.clock.now()
    assert (0, 1) == (await store.vergeet(now), await store.vergeet(now + timedelta(seconds=1)))
    assert (None, True) == (await store.blok(rij.id, 0), await store.blok(held.id, 0) is not None)
    assert "opgenomen" == (await klaar(wereld, rij.id)).status


async def test_nothing_about_a_person_can_be_read_in_the_database(wereld: World, bestanden: Path) -> None:
    """The file, its name as it was given and the bad rows are sealed."""
    pad = schrijf_c(bestanden, leerlingen(50), DAG, GEMEENTE, fouten=[Fout.DATUM]).rename(bestanden / "Proefman.csv")
    await neem_op(wereld, pad)
    goed = schrijf_c(bestanden, leerlingen(50), DAG, GEMEENTE, fouten=[Fout.DATUM])
    assert 1 == (await neem_op(wereld, goed)).telling["fouten"]
    nummers = [n for p in leerlingen(50) for n in (p.bsn, p.onderwijsnummer) if n]
    assert [GEMEENTE] == await readable(wereld.app(DUO).service.pool, GEMEENTE, "Proefman", *nummers)
