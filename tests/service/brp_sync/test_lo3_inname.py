"""LO3 messages come in over a mailbox folder and over HTTP: stored first, in order, and nothing twice."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub.quarantine import Quarantine
from hub.service import Surroundings
from hub.settings import HubSettings
from services.brp_sync.app import BrpSync, build
from services.brp_sync.lo3.berichten import schrijf_lo3
from services.brp_sync.lo3.settings import Lo3Settings
from tests.service.brp_sync.wereld import Wereld
from tests.service.databases import readable
from tests.waiting import eventually

A, BSN = "1000000007", "999990019"


def lijst(versie: str = "20260801120000000", **anders: str) -> bytes:
    persoon = {"01.10": A, "01.20": BSN, "02.10": "Zoë", "02.40": "Prooefman", "03.10": "20110504", "04.10": "V"}
    categorieen = [
        ("01", persoon | anders),
        ("07", {"70.10": "0", "80.20": versie}),
        ("08", {"09.10": "0193", "09.20": "20200101", "10.30": "20200101", "11.15": "Laan", "11.20": "1"}),
    ]
    return schrijf_lo3("Ag01", {"status": "A", "datum": ""}, categorieen)


def mutatie(elementen: Mapping[str, str], categorie: str = "01", a_nummer: str = A, soort: str = "Gv01") -> bytes:
    return schrijf_lo3(soort, {"a_nummer": a_nummer}, [(categorie, elementen)])


async def in_quarantaine(wereld: Wereld) -> list[dict[str, Any]]:
    return await Quarantine(wereld.pool, wereld.settings.kluis, "brp_sync").items("lo3")


async def test_messages_are_worked_off_in_order_and_a_bad_one_holds_up_nothing(wereld: Wereld) -> None:
    """Ag01, two changes, one of somebody unknown, one that is damaged, and a removal: in one body."""
    berichten = [
        lijst(),
        mutatie({"02.40": "Proefman"}),
        mutatie({"02.40": "Onbekend"}, a_nummer="1000007926"),
        mutatie({"02.40": "Kapot"}).replace(b"0240005", b"0240006"),
        mutatie({"09.10": "1959"}, "08", soort="Gv02"),
        schrijf_lo3("Ng01", {}, [("01", {"01.10": A}), ("07", {"67.20": "F"})]),
    ]

    assert {"ontvangen": 6, "quarantaine": 2} == await wereld.app.lo3.neem_in(b"".join(berichten))

    assert [
        "jongere-ingeschreven",
        "persoonsgegevens-gewijzigd",
        "jongere-verhuisd",
        "persoonsgegevens-gewijzigd",
        "persoonslijst-afgevoerd",
    ] == await wereld.names()
    assert [d["herindeling"] for _, name, d in await wereld.said() if name == "jongere-verhuisd"] == [True]
    redenen = {(item["veld"], item["plek"]) for item in await in_quarantaine(wereld)}
    assert redenen == {("a_nummer", "Gv01"), ("01.02.40", "categorie 01, element 01.02.40, byte 33")}
    assert await wereld.pool.fetchval("SELECT count(*) FROM inkomend WHERE verwerkt_op IS NULL") == 0
    assert await readable(wereld.pool, "Kapot", "Onbekend", BSN, A) == []


async def test_the_same_again_says_nothing_and_an_older_one_is_refused(wereld: Wereld) -> None:
    await wereld.app.lo3.neem_in(lijst())
    said = await wereld.said()

    assert {"ontvangen": 1, "quarantaine": 0} == await wereld.app.lo3.neem_in(lijst())
    ouder = lijst("20260801115959999", **{"02.40": "Ouder"})
    assert {"ontvangen": 1, "quarantaine": 1} == await wereld.app.lo3.neem_in(ouder)

    assert said == await wereld.said()
    assert [("versie", "Ag01")] == [(item["veld"], item["plek"]) for item in await in_quarantaine(wereld)]


async def test_what_an_operator_mended_and_released_is_taken_in(wereld: Wereld) -> None:
    await wereld.app.lo3.neem_in(lijst())
    goed = mutatie({"02.40": "Proefman"})
    await wereld.app.lo3.neem_in(goed.replace(b"0240008Proefman", b"0240008Proef\x80an"))
    (item,) = await in_quarantaine(wereld)
    assert item["veld"] == "01.02.40"
    quarantine = Quarantine(wereld.pool, wereld.settings.kluis, "brp_sync")
    await quarantine.mend(item["nr"], goed, "beheer", wereld.clock.now())

    await quarantine.release(item["nr"], wereld.app.lo3.intake, "beheer", wereld.clock.now())

    assert ["jongere-ingeschreven", "persoonsgegevens-gewijzigd"] == await wereld.names()
    assert [] == await in_quarantaine(wereld)


def met_postbus(map_: Path) -> Any:
    def make(around: Surroundings, settings: HubSettings) -> BrpSync:
        return build(around, settings, lo3=Lo3Settings(map=map_, interval=0.02))

    return make


async def opnieuw(wereld: Wereld, map_: Path) -> None:
    await wereld.stop()
    await wereld.start(met_postbus(map_))


async def namen(wereld: Wereld, aantal: int) -> list[str]:
    async def genoeg() -> bool:
        return len(await wereld.names()) >= aantal

    await eventually(genoeg, f"{aantal} events were said")
    return await wereld.names()


async def test_a_file_in_the_mailbox_is_taken_in_and_leaves_a_receipt(wereld: Wereld, tmp_path: Path) -> None:
    map_ = tmp_path / "postbus"
    await opnieuw(wereld, map_)
    await eventually((map_ / "in").is_dir, "the folders are there")
    (map_ / "in" / "1.lo3").write_bytes(lijst() + b"\n" + mutatie({"02.40": "Proefman"}))

    assert ["jongere-ingeschreven", "persoonsgegevens-gewijzigd"] == await namen(wereld, 2)

    await eventually((map_ / "verwerkt" / "1.lo3.json").is_file, "there is a receipt")
    assert list(map_.rglob("*.lo3")) == []
    assert b"Proefman" not in (map_ / "verwerkt" / "1.lo3.json").read_bytes()


async def test_a_file_that_is_still_being_written_is_left_alone(wereld: Wereld, tmp_path: Path) -> None:
    """Its name says so: it ends in .tmp or begins with a dot; under its own name it is read."""
    map_ = tmp_path / "postbus"
    (map_ / "in").mkdir(parents=True)
    (map_ / "in" / "half.lo3.tmp").write_bytes(lijst()[:30])
    (map_ / "in" / ".half.lo3").write_bytes(lijst()[:30])
    (map_ / "in" / "0.lo3").write_bytes(lijst())
    await opnieuw(wereld, map_)
    await namen(wereld, 1)
    (map_ / "in" / "half.lo3.tmp").write_bytes(mutatie({"02.40": "Proefman"}))
    (map_ / "in" / "half.lo3.tmp").rename(map_ / "in" / "1.lo3")

    await namen(wereld, 2)

    assert [] == await in_quarantaine(wereld)
    assert (map_ / "in" / ".half.lo3").exists()


async def test_a_restart_repeats_nothing_of_a_file_that_was_half_stored(wereld: Wereld, tmp_path: Path) -> None:
    """It died after the first of two messages was stored: both are kept once, and worked off in their order."""
    map_ = tmp_path / "postbus"
    tweede = mutatie({"02.40": "Proefman"})
    await wereld.app.lo3.intake.keep(lijst(), wereld.clock.now())
    (map_ / "bezig").mkdir(parents=True)
    (map_ / "bezig" / "1.lo3").write_bytes(lijst() + tweede)

    await opnieuw(wereld, map_)

    assert ["jongere-ingeschreven", "persoonsgegevens-gewijzigd"] == await namen(wereld, 2)
    assert 2 == await wereld.pool.fetchval("SELECT count(*) FROM inkomend")
    assert [] == list((map_ / "bezig").iterdir())


async def test_a_file_that_is_too_large_is_seen_by_an_operator(wereld: Wereld, tmp_path: Path) -> None:
    map_ = tmp_path / "postbus"
    (map_ / "bezig").mkdir(parents=True)
    (map_ / "bezig" / "groot.lo3").write_bytes(b"0" * 1001)

    def make(around: Surroundings, settings: HubSettings) -> BrpSync:
        return build(around, settings, lo3=Lo3Settings(map=map_, interval=0.02, max_bestand=1000))

    await wereld.stop()
    await wereld.start(make)

    async def gezien() -> bool:
        return [i["veld"] for i in await in_quarantaine(wereld)] == ["bestand"]

    await eventually(gezien, "it is in quarantine")
    await eventually((map_ / "geweigerd" / "groot.lo3").exists, "it was put aside")


async def test_a_refusal_that_nobody_asked_for_is_put_aside(wereld: Wereld) -> None:
    af01 = schrijf_lo3("Af01", {"foutreden": "G", "gemeente": "", "a_nummer": ""}, [("01", {"01.20": BSN})])
    assert {"ontvangen": 1, "quarantaine": 1} == await wereld.app.lo3.neem_in(af01)
    assert [("foutreden", "Af01")] == [(item["veld"], item["plek"]) for item in await in_quarantaine(wereld)]


async def test_a_file_that_cannot_be_read_holds_up_nothing_behind_it(wereld: Wereld, tmp_path: Path) -> None:
    """A folder among the files, and a name that is no UTF-8 on a file that is too large."""
    map_ = tmp_path / "postbus"
    (map_ / "bezig" / "0-map").mkdir(parents=True)
    Path(os.fsdecode(os.fsencode(map_ / "bezig") + b"/1-\xff")).write_bytes(b"0" * 1001)
    (map_ / "bezig" / "2.lo3").write_bytes(lijst())

    def make(around: Surroundings, settings: HubSettings) -> BrpSync:
        return build(around, settings, lo3=Lo3Settings(map=map_, interval=0.02, max_bestand=1000))

    await wereld.stop()
    await wereld.start(make)

    assert ["jongere-ingeschreven"] == await namen(wereld, 1)
    assert ["bestand", "bestand"] == [item["veld"] for item in await in_quarantaine(wereld)]
    assert 2 == len(list((map_ / "geweigerd").iterdir()))
