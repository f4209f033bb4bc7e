"""Following somebody outside the region, from the melding that names them to the last message about them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr

from contracts.verstrek import Identificatieverzoek, TeIdentificeren
from hub.gemeenten import Gemeenten
from hub.service import Surroundings
from hub.settings import HubSettings
from services.brp_sync.aanlevering import Aanlevering, Sleutel
from services.brp_sync.app import BrpSync, build
from services.brp_sync.decisions import Registreer
from services.brp_sync.lo3.settings import Lo3Settings
from services.brp_sync.model import Adres, Persoon
from services.brp_sync.stuf import Mutatiesoort, Stuurgegevens, Systeem, bouw_npslk01
from services.brp_sync.volgen.settings import VolgSettings
from simulators.brp.lo3 import GbaV, Storing
from tests.service.brp_sync.wereld import NU, Wereld
from tests.service.databases import readable
from tests.waiting import eventually

REGIO = Gemeenten.load().gemeenten[0].code
BSN, BSN_GEHEIM, BSN_VREEMD, A = "999990019", "999990020", "999990032", "1000000007"


def saar(**anders: object) -> Persoon:
    adres = Adres(straat="Laan", huisnummer="1", postcode="8011AA", woonplaats="Zwolle", aanvang="20200101")
    velden: dict[str, object] = {
        "bsn": BSN, "a_nummer": A, "voornamen": "Zoë", "geslachtsnaam": "Proefman", "geboortedatum": "20110504",
        "geslacht": "V", "gemeente": "0193", "datum_inschrijving": "20200101", "indicatie_geheim": 0, "adres": adres,
    }  # fmt: skip
    return Persoon(**(velden | anders))


class Buiten:
    """The service with a mailbox, and the GBA-V at the other end of it."""

    def __init__(self, wereld: Wereld, map_: Path) -> None:
        self.wereld = wereld
        self.map = map_
        self.gba = GbaV([saar(), saar(bsn=BSN_GEHEIM, a_nummer="1000007926", indicatie_geheim=7)], lambda: NU)
        self._loop: asyncio.Task[None] | None = None

    async def open(self) -> None:
        def make(around: Surroundings, settings: HubSettings) -> BrpSync:
            lo3 = Lo3Settings(map=self.map, interval=0.02)
            volg = VolgSettings(kanaal="lo3", interval=0.02, dagen=400)
            return build(around, settings, lo3=lo3, volg=volg, gemeenten=Gemeenten.load())

        await self.wereld.stop()
        await self.wereld.start(make)
        await eventually((self.map / "in").is_dir, "the mailbox is there")
        self._loop = asyncio.create_task(self._deliver())

    async def _deliver(self) -> None:
        while True:
            self.gba.ronde(self.map)
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def noem(self, bsn: str) -> UUID:
        """DUO names somebody."""
        persoon = TeIdentificeren(bsn=SecretStr(bsn), gemeente=REGIO)
        asked = Identificatieverzoek(aanvrager="ingest_duo", personen=(persoon,))
        return (await self.wereld.app._identify(asked)).jongeren[0]

    async def stuf(self, persoon: Persoon, soort: str) -> tuple[int, bytes]:
        """The gegevensmagazijn sends an npsLk01."""
        nummer = f"{soort}{len(await self.wereld.said())}"
        stuurgegevens = Stuurgegevens(
            zender=Systeem(applicatie="DDS"), ontvanger=Systeem(applicatie="SCHAKEL"), referentienummer=nummer,
            tijdstip="20260914100000000",
        )  # fmt: skip
        return await self.wereld.app.stuf.neem(bouw_npslk01(persoon, Mutatiesoort(soort), stuurgegevens), "1")

    async def stand(self, jongere_id: UUID, verwacht: str) -> str | None:
        async def zo_ver() -> bool:
            return (await self._rij(jongere_id))[0] == verwacht

        await eventually(zo_ver, f"following is {verwacht}")
        return (await self._rij(jongere_id))[1]

    async def _rij(self, jongere_id: UUID) -> tuple[str | None, str | None]:
        row = await self.wereld.pool.fetchrow(
            "SELECT stand, reden FROM volgindicatie WHERE jongere_id = $1", jongere_id
        )
        return (row["stand"], row["reden"]) if row else (None, None)

    async def teruggevraagd(self, jongere_id: UUID) -> None:
        """Waits until the Av01 went out, so that the time from then on counts."""
        row = "SELECT verzonden = 1 FROM volgindicatie WHERE jongere_id = $1 AND stand = 'verwijdering_gevraagd'"

        async def verzonden() -> bool:
            return bool(await self.wereld.pool.fetchval(row, jongere_id))

        await eventually(verzonden, "the removal was asked for")
        await eventually(lambda: self.gba.gevraagd[-1] == "Av01", "the GBA-V has it")

    async def zegt(self, naam: str) -> None:
        async def gezegd() -> bool:
            return naam in await self.wereld.names()

        await eventually(gezegd, f"{naam} was said")


@pytest.fixture
async def buiten(wereld: Wereld, tmp_path: Path) -> AsyncIterator[Buiten]:
    made = Buiten(wereld, tmp_path / "postbus")
    await made.open()
    try:
        yield made
    finally:
        await made.close()


async def test_whoever_duo_names_is_followed_told_of_and_let_go_when_coming_to_the_region(buiten: Buiten) -> None:
    """Named, asked for, answered, changed, moved in: Ap01 once and Av01 once."""
    wie = await buiten.noem(BSN)
    assert await buiten.stand(wie, "geplaatst") is None
    await buiten.zegt("jongere-ingeschreven")

    buiten.gba.wijzig(saar(geslachtsnaam="Proefvrouw"))
    await buiten.zegt("persoonsgegevens-gewijzigd")

    buiten.gba.wijzig(saar(geslachtsnaam="Proefvrouw", gemeente=REGIO, datum_inschrijving="20260901"))
    assert await buiten.stand(wie, "verwijdering_gevraagd") == "ingeschreven in de regio"
    await buiten.teruggevraagd(wie)
    assert buiten.gba.gevolgd == set()

    buiten.wereld.clock.advance(timedelta(hours=25))
    await buiten.stand(wie, "verwijderd")
    assert buiten.gba.gevraagd == ["Ap01", "Av01"]
    assert {about for about, _, _ in await buiten.wereld.said()} == {wie}


async def test_a_number_is_readable_nowhere_and_is_forgotten_when_the_person_is_known(buiten: Buiten) -> None:
    buiten.gba.storingen = {Storing.STILTE}
    wie = await buiten.noem(BSN)
    await buiten.stand(wie, "gevraagd")
    pool = buiten.wereld.pool
    assert await pool.fetchval("SELECT count(*) FROM volger WHERE bsn IS NOT NULL") == 1
    assert await readable(pool, BSN) == []

    await buiten.wereld.app.verwerk([Aanlevering(Sleutel(SecretStr(BSN)), Registreer(saar()), "proef")])

    async def vergeten() -> bool:
        return await pool.fetchval("SELECT count(*) FROM volger WHERE bsn IS NOT NULL") == 0

    await eventually(vergeten, "the copy of the number is gone")


async def test_a_resident_is_not_asked_for_until_moving_out(buiten: Buiten) -> None:
    """The V of the StUF rules: somebody followers still want to hear about leaves the region."""
    thuis = saar(gemeente=REGIO)
    await buiten.wereld.app.verwerk([Aanlevering(Sleutel(SecretStr(BSN)), Registreer(thuis), "proef")])
    wie = await buiten.noem(BSN)

    async def bekeken() -> bool:
        return bool(await buiten.wereld.pool.fetchval("SELECT bekeken FROM volger WHERE jongere_id = $1", wie))

    await eventually(bekeken, "it was looked at")
    assert buiten.gba.gevraagd == []

    await buiten.wereld.app.verwerk([Aanlevering(Sleutel(SecretStr(BSN)), Registreer(saar()), "proef")])
    await buiten.stand(wie, "geplaatst")
    assert buiten.gba.gevraagd == ["Ap01"]


async def test_whoever_the_gegevensmagazijn_lets_go_is_followed_until_it_tells_again(buiten: Buiten) -> None:
    """A V says nothing about a move: the person still is in the region as far as we know."""
    thuis = saar(gemeente=REGIO)
    buiten.gba.wijzig(thuis)
    await buiten.wereld.app.verwerk([Aanlevering(Sleutel(SecretStr(BSN)), Registreer(thuis), "proef")])
    wie = await buiten.noem(BSN)
    assert (await buiten.stuf(thuis, "V"))[0] == 200
    assert await buiten.stand(wie, "geplaatst") is None

    assert (await buiten.stuf(thuis, "T"))[0] == 200
    assert await buiten.stand(wie, "verwijdering_gevraagd") == "ingeschreven in de regio"
    await buiten.teruggevraagd(wie)
    assert buiten.gba.gevraagd == ["Ap01", "Av01"]
    assert await buiten.wereld.names() == ["jongere-ingeschreven"]


async def test_refusals_are_seen_and_not_repeated(buiten: Buiten) -> None:
    geheim, vreemd = await buiten.noem(BSN_GEHEIM), await buiten.noem(BSN_VREEMD)
    assert "geheimhouding" in str(await buiten.stand(geheim, "geweigerd"))
    assert "komt niet voor" in str(await buiten.stand(vreemd, "geweigerd"))
    buiten.wereld.clock.advance(timedelta(days=2))
    await buiten.noem(BSN_VREEMD)
    await buiten.stand(vreemd, "geweigerd")
    assert sorted(buiten.gba.gevraagd) == ["Ap01", "Ap01"]


async def test_without_an_answer_it_is_asked_again_and_in_the_end_given_up(buiten: Buiten) -> None:
    buiten.gba.storingen = {Storing.STILTE}
    wie = await buiten.noem(BSN_VREEMD)
    for keer in range(1, 11):
        await eventually(lambda keer=keer: len(buiten.gba.gevraagd) >= keer, f"asked {keer} times")
        await eventually(lambda: not list((buiten.map / "uit").iterdir()), "taken away")
        buiten.wereld.clock.advance(timedelta(hours=25))
    assert await buiten.stand(wie, "geweigerd") == "geen antwoord op 10 aanvragen"
    assert buiten.gba.gevraagd == ["Ap01"] * 10


async def test_when_the_last_follower_leaves_it_ends_once(buiten: Buiten) -> None:
    """The end of what DUO wants to hear is reached; the day after nothing is sent again."""
    wie = await buiten.noem(BSN)
    await buiten.stand(wie, "geplaatst")
    buiten.wereld.clock.advance(timedelta(days=400))
    assert await buiten.stand(wie, "verwijdering_gevraagd") == "niemand volgt deze persoon nog"
    await buiten.teruggevraagd(wie)
    buiten.wereld.clock.advance(timedelta(days=2))
    await buiten.stand(wie, "verwijderd")
    assert buiten.gba.gevraagd == ["Ap01", "Av01"]


async def test_a_restart_repeats_nothing(buiten: Buiten) -> None:
    wie = await buiten.noem(BSN)
    await buiten.stand(wie, "geplaatst")
    await buiten.close()
    await buiten.open()
    buiten.gba.wijzig(saar(geslachtsnaam="Proefvrouw"))
    await buiten.zegt("persoonsgegevens-gewijzigd")
    await buiten.stand(wie, "geplaatst")
    assert buiten.gba.gevraagd == ["Ap01"]


async def test_news_that_comes_while_somebody_is_looked_at_is_looked_at_next(buiten: Buiten) -> None:
    """The look holds the rows of the followers: what comes meanwhile waits, and is not marked as seen."""
    await buiten.wereld.app.verwerk([Aanlevering(Sleutel(SecretStr(BSN)), Registreer(saar(gemeente=REGIO)), "proef")])
    wie = await buiten.noem(BSN)
    volgers = buiten.wereld.app.volgers

    async with volgers.pool.acquire() as db, db.transaction():
        await volgers.bekeken(db, {wie: True})
        nieuws = asyncio.create_task(buiten.wereld.app.volgen.in_beeld([(Sleutel(SecretStr(BSN)), False)]))
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%uit_beeld%'"
        await eventually(lambda: volgers.pool.fetchval(waits), "the news waits")
        assert [gevolgde.uit_beeld for gevolgde in await volgers.gevolgden(db, [wie])] == [False]
    await nieuws

    assert await buiten.stand(wie, "geplaatst") is None


async def test_a_v_from_quarantine_counts_as_one_that_came(buiten: Buiten) -> None:
    """Nobody tells about the person any more, so we follow."""
    thuis = saar(gemeente=REGIO)
    await buiten.wereld.app.verwerk([Aanlevering(Sleutel(SecretStr(BSN)), Registreer(thuis), "proef")])
    wie = await buiten.noem(BSN)
    stuurgegevens = Stuurgegevens(
        zender=Systeem(applicatie="DDS"), ontvanger=Systeem(applicatie="SCHAKEL"), referentienummer="V",
        tijdstip="20260914100000000",
    )  # fmt: skip
    body = bouw_npslk01(thuis, Mutatiesoort.VERWIJDERING, stuurgegevens)

    await buiten.wereld.app.stuf.intake.opnieuw["bericht"](body)

    assert await buiten.stand(wie, "geplaatst") is None


@pytest.mark.parametrize(
    ("oud", "blijvend", "samen"),
    [
        (date(2027, 1, 1), date(2026, 12, 1), date(2027, 1, 1)),
        (date(2026, 12, 1), date(2027, 1, 1), date(2027, 1, 1)),
        (None, date(2027, 1, 1), None),
        (date(2027, 1, 1), None, None),
    ],
)
async def test_of_two_that_are_one_the_longest_following_stays(
    wereld: Wereld, oud: date | None, blijvend: date | None, samen: date | None
) -> None:
    """And that the leverancier of StUF told no more of the one that is gone."""
    volgers, verzoek = wereld.app.volgers, Identificatieverzoek(
        aanvrager="ingest_duo",
        personen=tuple(TeIdentificeren(bsn=SecretStr(bsn), gemeente=REGIO) for bsn in (BSN, BSN_VREEMD)),
    )  # fmt: skip
    weg, blijft = (await wereld.app._identify(verzoek)).jongeren
    await volgers.volg({weg: None}, "duo", oud)
    await volgers.volg({blijft: None}, "duo", blijvend)
    await volgers.zet_uit_beeld([weg], True, NU)
    await volgers.pool.execute("INSERT INTO samenvoeging (oude_jongere_id, jongere_id, op) VALUES ($1, $2, $3)",
                               weg, blijft, NU)  # fmt: skip

    async with volgers.pool.acquire() as db:
        await volgers.gevolgden(db, [weg, blijft])
        (gevolgde,) = await volgers.gevolgden(db, [blijft])

    assert [samen] == [volger.einddatum for volger in gevolgde.volgers]
    assert gevolgde.uit_beeld
