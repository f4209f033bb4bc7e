"""Besluiten from the outside: through the API under a key and a revisie, and taken back at Halt and in the post."""

from datetime import date
from typing import Any

from contracts.codes import HaltAfloop
from services.cases.intrekking import TrekBesluitIn
from simulators.halt import HaltStoring, HaltStoringSoort
from simulators.personen import Persoon
from tests.journeys.world import LPA, World
from tests.waiting import eventually

KEY = {"Idempotency-Key": '"3f0c-1"'}


async def test_a_besluit_under_a_key_and_a_revisie_and_its_withdrawal(wereld: World) -> None:
    """What was looked at must be what is there; a repeat gets the same answer; a letter that was made is taken back."""
    jongere = await wereld.jongere()
    await wereld.meld_te_laat(jongere, 9)
    work = await wereld.werk(jongere, "gele_kaart")
    path, body = f"/v1/voorstellen/{work.voorstel_id}", {"besluit": "akkoord", "medewerker": LPA}
    gezien = (await wereld.get(path)).headers["ETag"]
    assert gezien == (await wereld.get(f"/v1/zaken/{work.zaak_id}")).headers["ETag"] == f'"{work.revisie}"'

    for kop, status in (
        ({"If-Match": '"0"'}, 412),
        ({"If-Match": "iets"}, 412),
        ({"Idempotency-Key": "met spatie"}, 400),
    ):
        assert status == (await wereld.post(f"{path}/besluit", body, headers=kop)).status_code
    eerste = await wereld.post(f"{path}/besluit", body, headers=KEY | {"If-Match": gezien})
    assert (201, "besloten") == (eerste.status_code, eerste.json()["status"])
    herhaald = await wereld.post(f"{path}/besluit", body, headers=KEY | {"If-Match": gezien})
    assert (201, eerste.json(), eerste.headers["ETag"]) == (
        herhaald.status_code,
        herhaald.json(),
        herhaald.headers["ETag"],
    )
    ander = await wereld.post(f"{path}/besluit", body | {"besluit": "afwijzen"}, headers=KEY)
    assert (422, "Idempotency-Key") == (ander.status_code, ander.json()["veld"])
    await wereld.in_tijdlijn(work.zaak_id, "brief_opgemaakt", times=2)

    weg = await wereld.post(f"{path}/intrekking", {"medewerker": LPA, "motivering": "verkeerde jongere"})
    assert (201, "ingetrokken") == (weg.status_code, weg.json()["status"])
    await wereld.in_tijdlijn(work.zaak_id, "brief_vervallen")
    een = await wereld.zaak(jongere)
    assert "intrekkingsbrief_sturen" in een.taken
    assert "gele_kaart" == (await wereld.werk(jongere, "gele_kaart")).uitkomst
    assert 404 == (await wereld.get("/v1/zaken/00000000-0000-4000-8000-000000000000")).status_code


async def akkoord_halt(wereld: World, jongere: Persoon) -> Any:
    """An official decides to refer."""
    await wereld.meld_te_laat(jongere, 13)
    work = await wereld.werk(jongere, "halt_gesprek_uitnodiging")
    await wereld.halt_kan(work.zaak_id)
    return await wereld.akkoord(jongere, "halt_verwijzing")


async def trek_in(wereld: World, work: Any) -> None:
    """And takes it back."""
    await wereld.app("cases").beslis(TrekBesluitIn(work.voorstel_id, LPA, "de ouders zijn niet gehoord"))


async def test_a_referral_that_is_withdrawn_is_never_offered_or_is_stopped(wereld: World) -> None:
    """Whether it was on its way, had arrived without an answer, or ran; and an afloop after that does not count."""
    verloren, wachtend, lopend = [await wereld.jongere() for _ in range(3)]
    weg = HaltStoring(HaltStoringSoort.HTTP_500, 1_000_000, "aanbieden")
    wereld.halt.storingen = [HaltStoring(HaltStoringSoort.KAPOT_ANTWOORD, 1, "aanbieden"), weg]
    eerste = await akkoord_halt(wereld, verloren)
    await eventually(lambda: len(wereld.halt.verwijzingen) == 1, "the first referral arrived, its answer did not")
    tweede = await akkoord_halt(wereld, wachtend)
    for work in (eerste, tweede):
        await trek_in(wereld, work)
    wereld.halt.storingen = [HaltStoring(HaltStoringSoort.KAPOT_ANTWOORD, 2, "stop")]
    await wereld.in_tijdlijn(eerste.zaak_id, "halt_gestopt")
    await wereld.in_tijdlijn(tweede.zaak_id, "halt_niet_aangeboden")
    (kenmerk,) = wereld.halt.verwijzingen
    assert [kenmerk] == list(wereld.halt.gestopt)

    derde = await akkoord_halt(wereld, lopend)
    await wereld.in_tijdlijn(derde.zaak_id, "halt_aangeboden")
    await trek_in(wereld, derde)
    await wereld.in_tijdlijn(derde.zaak_id, "halt_gestopt")
    (nieuw,) = wereld.halt.verwijzingen.keys() - {kenmerk}
    wereld.halt.geef_afloop(nieuw, HaltAfloop.POSITIEF, date(2026, 12, 1))
    assert 1 == await wereld.app("halt_bridge").take_in_aflopen()
    redenen = await wereld.app("halt_bridge").service.pool.fetch("SELECT reden FROM quarantaine")
    assert ["deze verwijzing is gestopt: de afloop telt niet"] == [r["reden"] for r in redenen]
    zaak = await wereld.zaak(lopend)
    assert (True, False) == (zaak.is_open, "halt_status" in zaak.feiten)
    gezegd = await wereld.said("halt_bridge", "halt-verwijzing-gestopt")
    assert [True, False, True] == [e["data"]["was_aangeboden"] for e in sorted(gezegd, key=lambda e: e["time"])]
