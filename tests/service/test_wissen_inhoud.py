"""Erasing from what is not about one person: finished and unfinished messages, and files with many people in them."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from hub.canary import Canary
from hub.crypto import Kluis
from hub.errors import Ongeldig
from schakel.wissen import inhoud
from schakel.wissen.bewijs import Zoeker
from schakel.wissen.inhoud import wis_berichten, wis_leveringen
from schakel.wissen.opdracht import Opdracht, Term
from schakel.wissen.opslag import catalogus
from schakel.wissen.verzamelen import familie, wie_is
from tests.service.databases import Databases, kluis

NU = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)
BSN = "999990019"
ANDERS = [f"88888{nr:04};regel van een ander\r\n".encode() for nr in range(40)]


def canary() -> Canary:
    made = Canary()
    made.add("bsn", BSN)
    return made


async def levering(pool: Any, safe: Kluis, status: str, blokken: list[bytes]) -> int:
    """A file in blocks, as it was received."""
    nummer: int = await pool.fetchval(
        """INSERT INTO levering (naam_verzegeld, status, bytes, telling, verwerkt, ontvangen_op)
           VALUES ('', $1, 0, '{}', 0, $2) RETURNING id""",
        status, NU,
    )  # fmt: skip
    for nr, blok in enumerate(blokken):
        sealed = safe.seal(blok, f"levering|{nummer}|{nr}")
        await pool.execute("INSERT INTO levering_blok VALUES ($1, $2, $3)", nummer, nr, sealed)
    return nummer


async def bestand(pool: Any, safe: Kluis, nummer: int) -> bytes:
    """The file as it lies there."""
    rows = await pool.fetch("SELECT nr, ruw FROM levering_blok WHERE levering_id = $1 ORDER BY nr", nummer)
    return b"".join(safe.open(r["ruw"], f"levering|{nummer}|{r['nr']}") for r in rows)


async def test_the_line_of_one_person_leaves_a_file(databases: Databases, monkeypatch: Any) -> None:
    """Also when a block ends in the middle of the number; the other lines stay byte for byte."""
    monkeypatch.setattr(inhoud, "_BLOK", 500)
    safe = kluis()
    regel = f"{BSN};de regel zelf\r\n".encode()
    heel = b"".join([*ANDERS[:20], regel, *ANDERS[20:], regel])
    knip = heel.index(regel) + 4
    async with databases.migrated("ingest_duo") as pool:
        klaar = await levering(pool, safe, "opgenomen", [heel[:knip], heel[knip:]])
        ander = await levering(pool, safe, "opgenomen", ANDERS)
        bezig = await levering(pool, safe, "bezig", [regel])
        before = await pool.fetch("SELECT * FROM levering_blok WHERE levering_id = $1 ORDER BY nr", ander)
        assert (2, 1) == await wis_leveringen(pool, safe, canary())
        assert b"".join(ANDERS) == await bestand(pool, safe, klaar)
        assert 1 < await pool.fetchval("SELECT count(*) FROM levering_blok WHERE levering_id = $1", klaar)
        assert before == await pool.fetch("SELECT * FROM levering_blok WHERE levering_id = $1 ORDER BY nr", ander)
        assert regel == await bestand(pool, safe, bezig)
        assert (0, 1) == await wis_leveringen(pool, safe, canary())


async def test_an_unfinished_message_waits(databases: Databases) -> None:
    """A finished one is emptied; one of somebody else stays."""
    safe = kluis()
    async with databases.migrated("brp_sync") as pool:
        for tekst, op in ((BSN, NU), (BSN, None), ("999990032", NU)):
            await pool.execute(
                """INSERT INTO inkomend (bron, sha256, ruw, ontvangen_op, verwerkt_op, aantal)
                   VALUES ('b', '', $1, $2, $3, 1)""",
                safe.seal(tekst.encode(), "inkomend|b"), NU, op,
            )  # fmt: skip
        assert (1, 1) == await wis_berichten(pool, safe, canary())
        assert [0, 1, 1] == [
            r["vol"] for r in await pool.fetch("SELECT least(octet_length(ruw), 1) AS vol FROM inkomend ORDER BY id")
        ]


async def test_a_name_in_a_column_that_is_not_sealed_is_told(databases: Databases) -> None:
    """A random id may stand there, a name or a number of the register may not."""
    safe, zaak_id = kluis(), uuid4()
    termen = (("voornamen", "Philippine"), ("zaak_id", str(zaak_id)))
    opdracht = Opdracht(
        nummer=uuid4(), jongeren=(), door="ADM-1", reden="x", begonnen_op=NU,
        termen=tuple(Term(soort=s, waarde=SecretStr(w)) for s, w in termen),
    )  # fmt: skip
    async with databases.migrated("cases") as pool:
        await pool.execute(
            "INSERT INTO tijdlijn (zaak_id, op, wat, door, toelichting) VALUES ($1, $2, 'x', 'y', 'mail Philippine')",
            zaak_id, NU,
        )  # fmt: skip
        zoeker = Zoeker(opdracht, safe, lambda _: None)
        tijdlijn = next(t for t in catalogus("cases") if t.naam == "tijdlijn")
        await zoeker._tabel("cases", pool, tijdlijn)
    assert {("cases.tijdlijn.toelichting", "voornamen"): 1} == zoeker.gevonden.leesbaar
    assert 2 == sum(zoeker.gevonden.sporen.values())


async def test_every_number_a_person_has_or_had_is_meant(databases: Databases) -> None:
    """Whichever of the merged ids is given, and by a BSN of before; somebody else is not meant."""
    safe, (oud, nieuw, ander) = kluis(), (uuid4(), uuid4(), uuid4())
    async with databases.migrated("brp_sync") as pool:
        for jongere_id, bsn in ((oud, None), (nieuw, BSN), (ander, "999990032")):
            index = safe.index(bsn, "bsn") if bsn else None
            await pool.execute(
                "INSERT INTO jongere (jongere_id, bsn_index, gemeente, sinds) VALUES ($1, $2, '1924', $3)",
                jongere_id, index, NU,
            )  # fmt: skip
        await pool.execute("INSERT INTO samenvoeging VALUES ($1, $2, $3, true, true)", oud, nieuw, NU)
        await pool.execute("INSERT INTO oude_sleutel VALUES ($1, $2)", safe.index("999990020", "bsn"), nieuw)
        pools = {"brp_sync": pool}
        assert tuple(sorted((oud, nieuw))) == await familie(pools, oud) == await familie(pools, nieuw)
        assert (ander,) == await familie(pools, ander)
        assert nieuw == await wie_is(pools, safe, f"{BSN}\n")
        with pytest.raises(Ongeldig, match="geen jongere"):
            await wie_is(pools, safe, "999990044")
        with pytest.raises(Ongeldig, match="elfproef"):
            await wie_is(pools, safe, "999990018")
