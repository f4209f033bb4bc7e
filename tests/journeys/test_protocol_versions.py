"""A new version of a protocol on a running hub: it starts on its day, and what was decided before stays as it was."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.embedded import Servers
from services.cases.model import Voorstelstatus
from services.cases.protocol import PROTOCOLLEN
from tests.journeys.world import World, world
from tests.waiting import eventually

VERSIE = """
protocol: goeree-overflakkee
titel: Verzuimprotocol in een proef
geldig_vanaf: 2026-09-21
bouwt_op: landelijk
documenten: {protocol: Verzuimprotocol in een proef}
regels:
  - id: GO-LAAT-6
    soort: voorstel
    als: {feit: aantal_te_laat, minstens: 6}
    dan: {uitkomst: gele_kaart, actor: lpa, adressaten: [brief_adressaten]}
    waarom: Na {aantal_te_laat} keer te laat krijgt de jongere een gele kaart.
    bron: {document: protocol, paragraaf: § 1}
"""
OUD, NIEUW = "goeree-overflakkee@2018-01-01", "goeree-overflakkee@2026-09-21"


@pytest.fixture
def protocollen(tmp_path: Path) -> Path:
    """A folder with the protocols of Goeree-Overflakkee, to which a story may add."""
    folder = tmp_path / "protocollen"
    shutil.copytree(PROTOCOLLEN / "goeree-overflakkee", folder / "goeree-overflakkee")
    shutil.copytree(PROTOCOLLEN / "landelijk", folder / "landelijk")
    for name in ("feiten.yaml", "woordenlijst.yaml"):
        shutil.copy(PROTOCOLLEN / name, folder / name)
    return folder


@pytest.fixture
async def wereld(servers: Servers, tmp_path: Path, protocollen: Path) -> AsyncIterator[World]:
    """All services, with that folder."""
    async with world(servers, tmp_path / "hub", protocollen) as made:
        yield made


async def test_a_version_that_is_added_starts_on_its_day(wereld: World, protocollen: Path) -> None:
    """Until then the old one decides; from then on open zaken are judged by the new one, also after a restart."""
    negen, zes = await wereld.jongere(), await wereld.jongere()
    await wereld.meld_te_laat(negen, 9)
    await wereld.meld_te_laat(zes, 6)
    eerder = await wereld.werk(negen, "gele_kaart")
    assert {} == (await wereld.zaak(zes)).voorstellen

    (protocollen / "goeree-overflakkee" / "2026-09-21.yaml").write_text(VERSIE, encoding="utf-8")
    assert 0 == await wereld.app("cases").follow_protocols()
    assert {} == (await wereld.zaak(zes)).voorstellen

    await wereld.stop("cases")
    wereld.clock.set(datetime(2026, 9, 21, 6, 0, tzinfo=UTC))  # maandag
    await wereld.start("cases")
    await wereld.werk(zes, "gele_kaart")
    (voorstel,) = (await wereld.zaak(zes)).voorstellen.values()
    assert NIEUW == voorstel.protocol

    async def judged() -> bool:
        return NIEUW == (await wereld.zaak(negen)).versie

    await eventually(judged, "the older zaak was judged again")
    zaak = await wereld.zaak(negen)
    assert (OUD, OUD) == (zaak.protocol, zaak.voorstellen[eerder.voorstel_id].protocol)
    assert Voorstelstatus.OPEN is zaak.voorstellen[eerder.voorstel_id].status
    assert 0 == await wereld.app("cases").follow_protocols()


async def test_files_that_do_not_hold_together_change_nothing(wereld: World, protocollen: Path) -> None:
    """The protocols in use stay in use, and once the file is mended it counts without a restart."""
    cases = wereld.app("cases")
    bestand = protocollen / "goeree-overflakkee" / "2026-09-01.yaml"
    text = VERSIE.replace("2026-09-21", "2026-09-01")
    bestand.write_text(text.replace("gele_kaart", "gele_kart"), encoding="utf-8")
    assert 0 == await cases.follow_protocols()
    assert 1 == await wereld.metric("schakel_bestanden_geweigerd", service="cases")
    negen, zes = await wereld.jongere(), await wereld.jongere()
    await wereld.meld_te_laat(negen, 9)
    await wereld.werk(negen, "gele_kaart")
    assert OUD == (await wereld.zaak(negen)).versie

    bestand.write_text(text, encoding="utf-8")
    assert 1 == await cases.follow_protocols()
    assert 0 == await wereld.metric("schakel_bestanden_geweigerd", service="cases")
    await wereld.meld_te_laat(zes, 6)
    await wereld.werk(zes, "gele_kaart")
