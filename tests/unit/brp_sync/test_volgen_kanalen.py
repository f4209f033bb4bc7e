"""The ways to ask for an afnemersindicatie: what goes over the line, and what each answer means."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.clock import VirtualClock
from hub.errors import NietGereed, Ongeldig, PartnerOnbereikbaar
from services.brp_sync.lo3.berichten import lees_lo3
from services.brp_sync.lo3.postbus import Postbus
from services.brp_sync.stuf import Foutplek, Mutatiesoort, NpsLk01, bouw_bv03, bouw_fo03, lees_npslk01
from services.brp_sync.stuf.messages import Systeem
from services.brp_sync.volgen.kanaalkeuze import maak_kanaal
from services.brp_sync.volgen.kanalen import Lo3Kanaal, UpdateKanaal, Verzoek
from services.brp_sync.volgen.settings import VolgSettings
from services.brp_sync.volgen.stufkanaal import StufKanaal
from simulators.loopback import Loopback

NU = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)
WIE = UUID("6f6f6f6f-0000-4000-8000-000000000001")
BSN, A = "999990019", "1000000007"


def verzoek(plaatsen: bool = True, keer: int = 0, bsn: str | None = BSN, a_nummer: str | None = None) -> Verzoek:
    return Verzoek(WIE, plaatsen, keer, SecretStr(bsn) if bsn else None, SecretStr(a_nummer) if a_nummer else None)


class Magazijn:
    """A gegevensmagazijn that reads what we send as any npsLk01, and answers what it is told to."""

    def __init__(self) -> None:
        self.gekregen: list[NpsLk01] = []
        self.antwoord = "Bv03"
        self.loopback = Loopback(Starlette(routes=[Route("/", self._neem, methods=["POST"])]))

    async def _neem(self, request: Request) -> Response:
        bericht = lees_npslk01(await request.body())
        self.gekregen.append(bericht)
        if self.antwoord == "Bv03":
            return Response(bouw_bv03(bericht, NU, "1"), media_type="text/xml")
        if self.antwoord in tuple(Foutplek):
            plek = Foutplek(self.antwoord)
            return Response(bouw_fo03(bericht, NU, "1", "StUF055", f"fout over {BSN}", plek), 500)
        return Response(self.antwoord, 200)


@pytest.fixture
async def magazijn() -> AsyncIterator[Magazijn]:
    made = Magazijn()
    await made.loopback.start()
    try:
        yield made
    finally:
        await made.loopback.stop()


def stuf(magazijn: Magazijn, pad: str = "/") -> StufKanaal:
    zender, ontvanger = Systeem(applicatie="SCHAKEL"), Systeem(organisatie="0050", applicatie="GM")
    return StufKanaal(magazijn.loopback.basis + pad, zender, ontvanger, VirtualClock(NU))


async def test_over_stuf_a_t_follows_and_a_v_ends_it(magazijn: Magazijn) -> None:
    kanaal = stuf(magazijn)
    assert await kanaal.vraag(verzoek())
    assert await kanaal.vraag(verzoek())
    assert await kanaal.vraag(verzoek(plaatsen=False))

    eerste, weer, einde = magazijn.gekregen
    assert (eerste.mutatiesoort, einde.mutatiesoort) == (Mutatiesoort.TOEVOEGING, Mutatiesoort.VERWIJDERING)
    assert eerste.nieuw.wijziging.bsn is not None
    assert eerste.nieuw.wijziging.bsn.get_secret_value() == BSN
    assert eerste.nieuw.sleutels.verzendend is not None
    assert eerste.nieuw.sleutels.verzendend.get_secret_value() == str(WIE)
    kenmerken = [b.stuurgegevens.referentienummer for b in magazijn.gekregen]
    assert kenmerken[0] == kenmerken[1] != kenmerken[2]
    assert weer.stuurgegevens.ontvanger == Systeem(organisatie="0050", applicatie="GM")


async def test_a_fo03_about_our_message_is_a_refusal_without_its_text(magazijn: Magazijn) -> None:
    magazijn.antwoord = "client"
    with pytest.raises(Ongeldig) as fout:
        await stuf(magazijn).vraag(verzoek())
    assert fout.value.reden == "het gegevensmagazijn weigert: foutcode StUF055"


@pytest.mark.parametrize("antwoord", ["server", "geen xml", "<html/>", "<!DOCTYPE x [<!ENTITY e 'x'>]><x>&e;</x>"])
async def test_any_other_answer_is_tried_again(magazijn: Magazijn, antwoord: str) -> None:
    magazijn.antwoord = antwoord
    with pytest.raises(PartnerOnbereikbaar):
        await stuf(magazijn).vraag(verzoek())


async def test_nobody_there_is_tried_again(magazijn: Magazijn) -> None:
    kanaal = stuf(magazijn)
    await magazijn.loopback.stop()
    with pytest.raises(PartnerOnbereikbaar) as fout:
        await kanaal.vraag(verzoek())
    assert BSN not in str(fout.value)
    with pytest.raises(Ongeldig, match="zonder BSN"):
        await kanaal.vraag(verzoek(bsn=None))


async def test_over_lo3_a_request_is_a_file_and_the_same_again_is_that_file(tmp_path: Path) -> None:
    postbus = Postbus(tmp_path, 1000)
    postbus.maak()
    kanaal = Lo3Kanaal(postbus, random.Random(1))
    for vraag in (verzoek(), verzoek(), verzoek(keer=12), verzoek(plaatsen=False, a_nummer=A)):
        assert await kanaal.vraag(vraag) is False

    berichten = {pad.name: lees_lo3(pad.read_bytes()) for pad in (tmp_path / "uit").iterdir()}
    assert sorted(berichten) == [f"{WIE}-Ap01-0.lo3", f"{WIE}-Ap01-12.lo3", f"{WIE}-Av01-0.lo3"]
    herhalingen = {naam: bericht.kop["herhaling"].get_secret_value() for naam, bericht in berichten.items()}
    assert list(herhalingen.values()).count("9") == 1
    inhoud = [r.waarde.get_secret_value() for r in berichten[f"{WIE}-Av01-0.lo3"].categorieen[0].rubrieken]
    assert inhoud == [A, BSN]
    with pytest.raises(Ongeldig, match="niets te vragen"):
        await kanaal.vraag(verzoek(bsn=None))


class Api:
    def __init__(self) -> None:
        self.gevraagd: list[tuple[str, str]] = []

    async def volg(self, bsn: SecretStr) -> None:
        self.gevraagd.append(("volg", bsn.get_secret_value()))

    async def einde(self, bsn: SecretStr) -> None:
        self.gevraagd.append(("einde", bsn.get_secret_value()))


async def test_over_the_update_api_the_answer_comes_at_once() -> None:
    api = Api()
    kanaal = UpdateKanaal(lambda: api)
    assert await kanaal.vraag(verzoek())
    assert await kanaal.vraag(verzoek(plaatsen=False))
    assert api.gevraagd == [("volg", BSN), ("einde", BSN)]
    with pytest.raises(Ongeldig, match="zonder BSN"):
        await kanaal.vraag(verzoek(bsn=None))


def test_a_way_without_its_address_is_refused_at_the_start(tmp_path: Path) -> None:
    clock, rng = VirtualClock(NU), random.Random(1)
    with pytest.raises(NietGereed, match="SCHAKEL_BRP_LO3_MAP"):
        maak_kanaal(VolgSettings(kanaal="lo3"), None, None, clock, rng)
    with pytest.raises(NietGereed, match="SCHAKEL_BRP_VOLG_STUF_URL"):
        maak_kanaal(VolgSettings(kanaal="stuf"), None, None, clock, rng)
    with pytest.raises(NietGereed, match="SCHAKEL_BRP_UPDATE_URL"):
        maak_kanaal(VolgSettings(kanaal="update-api"), None, None, clock, rng)
    with pytest.raises(NietGereed, match="certificaat voor StUF"):
        stuf = VolgSettings(kanaal="stuf", stuf_url="https://localhost", stuf_certificaat=tmp_path / "weg.pem")
        maak_kanaal(stuf, None, None, clock, rng)
    assert maak_kanaal(VolgSettings(), None, None, clock, rng) is None
    assert isinstance(maak_kanaal(VolgSettings(kanaal="lo3"), Postbus(tmp_path, 1), None, clock, rng), Lo3Kanaal)
