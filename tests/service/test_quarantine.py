"""The quarantine of a service on a real database: kept, counted, mended, released, refused; nothing gets lost."""

import asyncio
import contextvars
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from hub.crypto import Kluis
from hub.errors import Ongeldig
from hub.intake import Intake, Unusable
from hub.quarantine import Quarantine
from hub.tables import Quarantainestaat
from tests.service.databases import Databases, kluis, raw_bytes

NU = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)  # maandag
LATER = NU + timedelta(hours=1)


class Source:
    """A source that takes in whatever does not say `fout`."""

    def __init__(self, pool: "asyncpg.Pool[Any]", key: Kluis) -> None:
        self.taken_in: list[bytes] = []
        self.intake = Intake(pool, key, "cases", "proef", {"bericht": self._again, "delen": self._again_in_parts})
        self.quarantine = Quarantine(pool, key, "cases")

    async def refuse(self, body: bytes, soort: str = "bericht", reden: str = "klopt niet") -> int:
        return await self.intake.quarantine(body, "regel 3", "veld_een", reden, NU, soort)

    async def _again(self, body: bytes) -> str | None:
        if b"fout" in body:
            raise Ongeldig("klopt nog steeds niet", "veld_een" if b"zelfde" in body else "veld_twee")
        self.taken_in.append(body)
        return "als nieuw"

    async def _again_in_parts(self, body: bytes) -> None:
        for part in body.split(b";"):
            if b"fout" in part:
                await self.intake.quarantine(part, "deel", "veld_een", "klopt niet", LATER)
            else:
                self.taken_in.append(part)


@pytest.fixture
async def source(databases: Databases) -> AsyncIterator[Source]:
    async with databases.migrated("cases") as pool:
        yield Source(pool, kluis())


async def staat(source: Source, nr: int) -> str:
    return str((await source.quarantine.item(nr))["staat"])


async def acts(source: Source, nr: int) -> list[tuple[str, str]]:
    return [(d["actie"], d["door"]) for d in (await source.quarantine.item(nr))["gedaan"]]


async def test_the_same_input_is_kept_once_and_counted(source: Source) -> None:
    first, second = await source.refuse(b"fout een"), await source.refuse(b"fout een", reden="klopt echt niet")
    other = await source.refuse(b"fout twee")

    facts = await source.quarantine.item(first)
    assert (first, 2, "klopt echt niet") == (second, facts["keer"], facts["reden"])
    assert [other, first] == [i["nr"] for i in await source.quarantine.items("proef")]
    assert [] == await source.quarantine.items("een andere bron")


async def test_mended_content_is_released_and_the_original_stays(source: Source) -> None:
    nr = await source.refuse(b"fout")
    await source.quarantine.mend(nr, b"goed", "beheer", LATER)

    result = await source.quarantine.release(nr, source.intake, "beheer", LATER)

    assert {"nr": nr, "verwerkt": True, "weer_in_quarantaine": [], "opmerking": "als nieuw"} == result
    assert [b"goed"] == source.taken_in
    assert ("bericht", b"fout", b"goed") == tuple(await source.quarantine.content(nr))
    assert ("vrijgegeven", [("hersteld", "beheer"), ("vrijgegeven", "beheer")]) == (
        await staat(source, nr), await acts(source, nr),
    )  # fmt: skip


async def test_released_unchanged_with_the_same_fault_stays_open_with_the_new_reason(source: Source) -> None:
    nr = await source.refuse(b"fout zelfde")

    result = await source.quarantine.release(nr, source.intake, "beheer", LATER)

    facts = await source.quarantine.item(nr)
    assert (False, [nr]) == (result["verwerkt"], result["weer_in_quarantaine"])
    assert ("open", "klopt nog steeds niet", 1) == (facts["staat"], facts["reden"], facts["keer"])
    assert [("opnieuw geprobeerd", "beheer")] == await acts(source, nr)


async def test_another_fault_gives_a_new_item_that_is_linked(source: Source) -> None:
    nr = await source.refuse(b"fout anders")

    (new,) = (await source.quarantine.release(nr, source.intake, "beheer", LATER))["weer_in_quarantaine"]

    facts = await source.quarantine.item(new)
    assert (nr, "veld_twee", "open") == (facts["vorige"], facts["veld"], facts["staat"])
    assert ("vrijgegeven", [new]) == (await staat(source, nr), (await source.quarantine.item(nr))["gevolgd_door"])


async def test_what_a_source_quarantines_of_a_release_is_linked(source: Source) -> None:
    nr = await source.refuse(b"goed;fout;ook goed", soort="delen")

    (new,) = (await source.quarantine.release(nr, source.intake, "beheer", LATER))["weer_in_quarantaine"]

    assert (nr, [b"goed", b"ook goed"]) == ((await source.quarantine.item(new))["vorige"], source.taken_in)


async def test_a_release_that_breaks_off_leaves_the_item_open(source: Source) -> None:
    """The process dies, or the database is gone: what was released is still there and can be released again."""
    nr = await source.refuse(b"goed")

    async def dies(body: bytes) -> None:
        raise ConnectionError

    source.intake.opnieuw = {"bericht": dies}
    with pytest.raises(ConnectionError):
        await source.quarantine.release(nr, source.intake, "beheer", LATER)

    assert ("open", []) == (await staat(source, nr), await acts(source, nr))


async def test_an_item_that_its_sender_repeats_during_the_release_stays_open(source: Source) -> None:
    """A worker of the source may refuse the content outside the release; that refusal must not be covered up."""
    nr = await source.refuse(b"fout")

    async def hands_over(body: bytes) -> None:
        await asyncio.create_task(source.refuse(body), context=contextvars.Context())

    source.intake.opnieuw = {"bericht": hands_over}
    await source.quarantine.release(nr, source.intake, "beheer", LATER)

    assert "open" == await staat(source, nr)


@pytest.mark.parametrize("soort", ["selectie", ""])
async def test_content_without_a_way_back_says_so(source: Source, soort: str) -> None:
    nr = await source.refuse(b"fout", soort=soort)
    with pytest.raises(Ongeldig, match="niet opnieuw in te nemen"):
        await source.quarantine.release(nr, source.intake, "beheer", LATER)
    assert "open" == await staat(source, nr)


@pytest.mark.parametrize("ending", [Quarantainestaat.TERUGGEWEZEN, Quarantainestaat.VERVALLEN])
async def test_a_decision_holds_when_the_same_input_comes_again(source: Source, ending: Quarantainestaat) -> None:
    nr = await source.refuse(b"fout")
    for _ in range(2):
        await source.quarantine.close(nr, ending, "hoort niet bij ons", "beheer", LATER)
    assert nr == await source.refuse(b"fout")

    assert (ending, [(ending, "beheer")]) == (await staat(source, nr), await acts(source, nr))
    assert 2 == (await source.quarantine.item(nr))["keer"]
    with pytest.raises(Ongeldig, match="al afgehandeld"):
        await source.quarantine.release(nr, source.intake, "beheer", LATER)
    with pytest.raises(Ongeldig, match="al afgehandeld"):
        await source.quarantine.mend(nr, b"goed", "beheer", LATER)


@pytest.mark.parametrize(("mended", "after"), [(False, "open"), (True, "vrijgegeven")])
async def test_released_as_it_was_and_refused_again_is_open_again(source: Source, mended: bool, after: str) -> None:
    """Mended content answers its original for good; content that was right once and is wrong now needs a look."""
    nr = await source.refuse(b"goed")
    if mended:
        await source.quarantine.mend(nr, b"beter", "beheer", LATER)
    await source.quarantine.release(nr, source.intake, "beheer", LATER)
    await source.refuse(b"goed")

    assert after == await staat(source, nr)


async def test_closing_needs_a_reason_and_one_decision_is_not_replaced_by_another(source: Source) -> None:
    nr = await source.refuse(b"fout")
    with pytest.raises(Ongeldig, match="reden"):
        await source.quarantine.close(nr, Quarantainestaat.VERVALLEN, "  ", "beheer", LATER)
    await source.quarantine.close(nr, Quarantainestaat.VERVALLEN, "dubbel", "beheer", LATER)
    with pytest.raises(Ongeldig, match="al afgehandeld: vervallen"):
        await source.quarantine.close(nr, Quarantainestaat.TERUGGEWEZEN, "dubbel", "beheer", LATER)


async def test_an_unknown_number_is_an_error(source: Source) -> None:
    for act in (source.quarantine.item(1), source.quarantine.content(1), source.quarantine.mend(1, b"x", "b", NU)):
        with pytest.raises(Ongeldig, match="staat niet in deze quarantaine"):
            await act


async def test_counts_per_bron_veld_and_reden(source: Source) -> None:
    for body, reden in ((b"a", "te lang"), (b"b", "te lang"), (b"c", "ontbreekt")):
        await source.refuse(body, reden=reden)

    counts = await source.quarantine.counts()

    assert [("proef", "veld_een", "te lang", "open", 2), ("proef", "veld_een", "ontbreekt", "open", 1)] == [
        (c["bron"], c["veld"], c["reden"], c["staat"], c["aantal"]) for c in counts
    ]


async def test_nothing_of_the_content_can_be_read_in_the_database(databases: Databases) -> None:
    """Neither as it came in nor as it was mended; that somebody looked is written down."""
    async with databases.migrated("cases") as pool:
        source = Source(pool, kluis())
        nr = await source.refuse(b"Proefman fout")
        await source.quarantine.mend(nr, b"Proefman beter", "beheer", LATER)
        await source.quarantine.looked_at(nr, "beheer", LATER)
        assert b"Proefman" not in await raw_bytes(pool)
        assert [("hersteld", "beheer"), ("bekeken", "beheer")] == await acts(source, nr)


async def test_a_short_body_cannot_be_guessed_from_what_it_is_known_by(source: Source) -> None:
    """A body that is a bare BSN has too few possibilities for a digest without a key."""
    bsn = b"999990019"
    await source.refuse(bsn)
    await source.intake.quarantine_all([Unusable(bsn, "regel 4", "veld_een", "klopt niet")], NU)
    await source.intake.keep(bsn, NU)
    guesses = {hashlib.sha256(bsn + extra).digest() for extra in (b"", b"|regel 3|veld_een", b"|regel 4|veld_een")}
    rows = await source.intake._pool.fetch(
        "SELECT kenmerk AS mark FROM quarantaine UNION ALL SELECT sha256 FROM inkomend"
    )
    assert 3 == len(rows)
    assert set() == guesses & {row["mark"] for row in rows}
