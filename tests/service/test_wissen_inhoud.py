"""Erasing from what is not about one person: finished and unfinished messages, and files with many people in them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from hub.auditlog import Auditlog, Uitkomst
from hub.bewaartermijnen import Bewaartermijnen
from hub.canary import Canary
from hub.crypto import Kluis
from hub.errors import Ongeldig
from hub.gewist import erase_from
from schakel.wissen import inhoud
from schakel.wissen.bewaren import WEES, ruim_brieven_op, ruim_tabellen_op
from schakel.wissen.bewijs import Zoeker
from schakel.wissen.herkennen import EERDER, herkenner
from schakel.wissen.inhoud import wis_berichten, wis_leveringen
from schakel.wissen.opdracht import Opdracht, Term
from schakel.wissen.opslag import catalogus
from schakel.wissen.verzamelen import eerdere_nummers, familie, wie_is
from schakel.wissen.wis import Plaatsen
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


async def test_a_number_of_which_only_a_fingerprint_is_left_is_recognised(databases: Databases) -> None:
    """A former BSN stands in raw messages only: those are emptied, and the proof finds what was not."""
    safe, jongere_id, eerder = kluis(), uuid4(), "999990020"
    async with databases.migrated("brp_sync") as pool:
        await pool.execute(
            "INSERT INTO jongere (jongere_id, bsn_index, gemeente, sinds) VALUES ($1, $2, '1924', $3)",
            jongere_id, safe.index(BSN, "bsn"), NU,
        )  # fmt: skip
        await pool.execute("INSERT INTO oude_sleutel VALUES ($1, $2)", safe.index(eerder, "bsn"), jongere_id)
        afdrukken = await eerdere_nummers({"brp_sync": pool}, safe, [jongere_id], [("bsn", BSN)])
        assert {safe.index(eerder, "bsn")} == afdrukken
        opdracht = Opdracht(
            nummer=uuid4(), jongeren=(jongere_id,), door="ADM-1", reden="x", begonnen_op=NU,
            termen=(Term(soort="bsn", waarde=SecretStr(BSN)),),
            afdrukken=tuple(SecretStr(a.hex()) for a in afdrukken),
        )  # fmt: skip
        for tekst in (f"0120009{eerder}0240", "999990032"):
            await pool.execute(
                """INSERT INTO inkomend (bron, sha256, ruw, ontvangen_op, verwerkt_op, aantal)
                   VALUES ('b', '', $1, $2, $2, 1)""",
                safe.seal(tekst.encode(), "inkomend|b"), NU,
            )  # fmt: skip
        assert 1 == (await sporen(opdracht, safe, pool))[("brp_sync.inkomend.ruw", EERDER)]
        assert (0, 0) == await wis_berichten(pool, safe, opdracht.canary())
        assert (1, 0) == await wis_berichten(pool, safe, herkenner(opdracht, safe))
        assert {} == await sporen(opdracht, safe, pool)


async def sporen(opdracht: Opdracht, safe: Kluis, pool: Any) -> Any:
    """What the proof finds in raw messages."""
    zoeker = Zoeker(opdracht, safe, lambda _: None)
    await zoeker._tabel("brp_sync", pool, next(t for t in catalogus("brp_sync") if t.naam == "inkomend"))
    return zoeker.gevonden.sporen


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


@pytest.mark.parametrize(("dagen", "weg"), [(-1, {}), (5, {"verwijzing": 1})])
async def test_a_stripped_verwijzing_goes_after_its_own_term(databases: Databases, dagen: int, weg: Any) -> None:
    """Counted from erasure; one of somebody who was not erased has no term that runs."""
    jongere_id, termijnen = uuid4(), Bewaartermijnen.load()
    async with databases.migrated("halt_bridge") as pool:
        for wie in (jongere_id, uuid4()):
            await pool.execute(
                "INSERT INTO verwijzing (verwijzing_id, jongere_id, zaak_id, stand) VALUES ($1, $2, $1, 'afgelopen')",
                uuid4(), wie,
            )  # fmt: skip
        nu = await pool.fetchval("SELECT now()")
        assert {"verwijzing": 1} == await erase_from(pool, catalogus("halt_bridge"), [jongere_id], nu)
        dag = nu + timedelta(days=5 * 365 + 1 + dagen)
        assert weg == await ruim_tabellen_op(pool, "halt_bridge", termijnen, dag)


async def test_a_letter_without_a_row_goes_after_a_day(databases: Databases, tmp_path: Path) -> None:
    """It was kept while its jongere died or was erased; one with a row stays, and one that may yet get one."""
    async with databases.migrated("letters") as pool:
        for naam in ("wees", "brief"):
            bestand = tmp_path / "brieven" / "1924" / f"{naam}.pdf"
            bestand.parent.mkdir(parents=True, exist_ok=True)
            bestand.write_bytes(b"%PDF")
        await pool.execute(
            "INSERT INTO brief VALUES ($1, 'ouder', $1, $1, 'gele_kaart', '1924/brief.pdf', '', 1, $2)", uuid4(), NU
        )
        waar = Plaatsen({"letters": pool}, None, kluis(), [tmp_path], None, frozenset())  # type: ignore[arg-type]
        gemaakt = bestand.stat().st_mtime
        assert 0 == await ruim_brieven_op(waar, gemaakt + WEES - 60)
        assert 1 == await ruim_brieven_op(waar, gemaakt + WEES + 60)
        assert ["brief.pdf"] == [p.name for p in bestand.parent.iterdir()]


async def test_a_salt_that_leads_to_the_person_is_told(databases: Databases) -> None:
    """Of either number of the person; the salts of others are not counted."""
    nummers = (uuid4(), uuid4())
    opdracht = Opdracht(nummer=uuid4(), jongeren=nummers, door="ADM-1", reden="x", begonnen_op=NU, termen=())
    async with databases.migrated("letters") as pool:
        for onderwerpen in ([], [uuid4()], [uuid4(), nummers[0]], [nummers[1]]):
            await Auditlog(pool).schrijf(NU, "LPA-1", "inzage_geven", Uitkomst.GEWEIGERD, onderwerpen)
        zoeker = Zoeker(opdracht, kluis(), lambda _: None)
        await zoeker._auditlog("letters", pool)
    assert {("letters.audit_zout", "jongere_id"): 2} == zoeker.gevonden.sporen


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
