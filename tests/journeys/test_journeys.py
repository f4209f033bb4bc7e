"""Whole stories over real servers, from what a school reports to what Halt and the family get."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from contracts.codes import HaltAfloop, MeldingStatus
from hub.embedded import Servers
from schakel.settled import settled
from services.brp_sync.model import Opschorting, Persoon
from services.brp_sync.stuf import Mutatiesoort, Stuurgegevens, Systeem, bouw_npslk01
from services.cases.model import Voorstelstatus, Zaakstatus
from simulators.halt import HaltStoring, HaltStoringSoort
from tests.journeys.world import GESPREK, LPA, World, world
from tests.waiting import eventually


def open_voorstellen(zaak: Any) -> set[str]:
    """What waits for an official."""
    return {v.uitkomst for v in zaak.voorstellen.values() if v.status is Voorstelstatus.OPEN}


# From melding to letter


async def test_a_melding_becomes_a_letter_in_an_envelope(wereld: World) -> None:
    """Nine times late: DUO hears B, an official agrees, both letters exist, and the timeline tells it all in order."""
    jongere = await wereld.jongere()
    nummer = await wereld.meld_te_laat(jongere, 9)
    await eventually(lambda: wereld.duo.ontvangen_statussen.get(nummer), "DUO heard a status")
    assert [MeldingStatus.IN_BEHANDELING] == wereld.duo.ontvangen_statussen[nummer]

    work = await wereld.akkoord(jongere, "gele_kaart")
    tijdlijn = await wereld.in_tijdlijn(work.zaak_id, "brief_opgemaakt", times=2)
    assert [
        "zaak_geopend",
        "melding_ontvangen",
        "voorstel_gedaan",
        "taak_ontstaan",
        "besluit_akkoord",
        "fase_gewijzigd",
        "brief_opgemaakt",
        "brief_opgemaakt",
    ] == tijdlijn

    events = await wereld.said("letters", "brief-opgemaakt")
    assert [["ouders"], ["jongere"]] == [event["data"]["adressaten"] for event in events]
    brief_id = events[0]["data"]["brief_id"]
    names = [wereld.folder / "brieven" / "1924" / f"{brief_id}-{rol}.pdf" for rol in ("ouders", "jongere")]
    assert sorted(names) == wereld.brieven()
    assert [event["data"]["sha256"] for event in events] == [
        hashlib.sha256(name.read_bytes()).hexdigest() for name in names
    ]
    assert names[0].read_bytes().startswith(b"%PDF-")
    assert {"zaak-geopend", "voorstel-gedaan", "besluit-genomen", "brief-aangevraagd"} <= {
        event["type"].rpartition(".")[2]
        for name in ("zaak-geopend", "voorstel-gedaan", "besluit-genomen", "brief-aangevraagd")
        for event in await wereld.said("cases", name)
    }


async def test_an_unanswered_invitation_is_repeated(wereld: World) -> None:
    """The clock passes the last day of the termijn: a second invitation goes out, with the date of the first."""
    jongere = await wereld.jongere()
    await wereld.meld(jongere, verzuimsoort="V3", verzuimdagen=({"datum": date(2026, 9, 7), "hele_dag": True},))
    work = await wereld.akkoord(jongere, "lpa_uitnodiging_1", gesprek_op=GESPREK)
    cases = wereld.app("cases")
    wereld.clock.set(datetime(2026, 9, 28, 20, 0, tzinfo=UTC))  # maandag, the last day
    assert 0 == await cases.pass_termijnen()
    wereld.clock.set(datetime(2026, 9, 29, 6, 0, tzinfo=UTC))  # dinsdag
    assert 1 == await cases.pass_termijnen()
    await wereld.akkoord(jongere, "lpa_uitnodiging_2", gesprek_op=datetime.fromisoformat("2026-10-15T10:00:00"))
    await wereld.in_tijdlijn(work.zaak_id, "brief_opgemaakt", times=4)
    tweede = (await wereld.said("cases", "brief-aangevraagd"))[1]["data"]
    assert ("lpa_uitnodiging_2", "2026-09-14") == (tweede["briefsoort"], tweede["eerdere_brief"])


# To Halt and back


async def naar_halt(wereld: World, jongere: Persoon) -> str:
    """From nine times late to a referral that Halt has; returns its kenmerk."""
    await wereld.meld_te_laat(jongere, 9)
    await wereld.akkoord(jongere, "gele_kaart")
    await wereld.meld_te_laat(jongere, 12)
    await wereld.akkoord(jongere, "lpa_uitnodiging_gesprek", gesprek_op=GESPREK)
    await wereld.meld_te_laat(jongere, 13)
    work = await wereld.werk(jongere, "halt_gesprek_uitnodiging")
    await wereld.halt_kan(work.zaak_id)
    before = set(wereld.halt.verwijzingen)
    await wereld.akkoord(jongere, "halt_verwijzing")
    await wereld.in_tijdlijn(work.zaak_id, "halt_aangeboden")
    (kenmerk,) = set(wereld.halt.verwijzingen) - before
    return kenmerk


async def test_the_ladder_of_coming_late_leads_to_halt_and_ends_there(wereld: World) -> None:
    """9, 12, 13: one zaak, one referral, and a positive afloop closes the zaak."""
    jongere = await wereld.jongere()
    kenmerk = await naar_halt(wereld, jongere)
    bericht = wereld.halt.verwijzingen[kenmerk]
    assert ("Saartje Proefman", 13) == (bericht["jongere"]["naam"], bericht["feit"]["aantalTeLaat"])
    wereld.halt.geef_afloop(kenmerk, HaltAfloop.POSITIEF, date(2026, 12, 1))
    assert 1 == await wereld.app("halt_bridge").take_in_aflopen()
    een = await wereld.zaak(jongere)
    tijdlijn = await wereld.in_tijdlijn(een.zaak_id, "zaak_afgesloten")
    stil = ("taak_ontstaan", "termijn_")  # what was met by it, and what stops because the zaak ends
    assert ["halt_afgelopen", "zaak_afgesloten"] == [wat for wat in tijdlijn if not wat.startswith(stil)][-2:]
    assert "termijn_gehaald" in tijdlijn
    een = await wereld.zaak(jongere)
    assert (Zaakstatus.AFGESLOTEN, "halt_positief") == (een.status, een.afsluitreden)
    assert ({kenmerk: 1}, 3) == (dict(wereld.halt.aangeboden), len(een.meldingen))


async def test_a_negative_afloop_brings_proces_verbaal_on_the_table(wereld: World) -> None:
    """Halt failed: an official who is BOA finds the voorstel, and nothing happens before a besluit."""
    jongere = await wereld.jongere()
    kenmerk = await naar_halt(wereld, jongere)
    wereld.halt.geef_afloop(kenmerk, HaltAfloop.NEGATIEF, date(2026, 12, 1))
    assert 1 == await wereld.app("halt_bridge").take_in_aflopen()
    een = await wereld.zaak(jongere)
    await wereld.in_tijdlijn(een.zaak_id, "halt_afgelopen")
    een = await wereld.zaak(jongere)
    assert een.is_open
    assert "proces_verbaal" in open_voorstellen(een)
    assert "halt_school_vragen_nieuw_verzuim" in een.taken


async def test_while_halt_is_away_other_work_goes_on(wereld: World) -> None:
    """The circuit opens and nothing is tried to death; when Halt is back everything is delivered, each referral once.

    The first answer after the outage gets lost on its way: Halt has that referral already when it is offered again.
    """
    een, ander = await wereld.jongere(), await wereld.jongere()
    wereld.halt.storingen = [HaltStoring(HaltStoringSoort.HTTP_500, 1_000_000, "aanbieden")]
    for jongere in (een, ander):
        await wereld.meld_te_laat(jongere, 13)
        work = await wereld.werk(jongere, "halt_gesprek_uitnodiging")
        await wereld.halt_kan(work.zaak_id)
        await wereld.akkoord(jongere, "halt_verwijzing")

    async def circuit(is_open: float) -> bool:
        return is_open == await wereld.metric("schakel_keten_open", service="halt_bridge")

    await eventually(lambda: circuit(1.0), "the circuit opened")
    derde = await wereld.jongere()
    await wereld.meld_te_laat(derde, 9)
    await wereld.akkoord(derde, "gele_kaart")
    await wereld.in_tijdlijn((await wereld.zaak(derde)).zaak_id, "brief_opgemaakt", times=2)
    assert {} == wereld.halt.verwijzingen

    wereld.halt.storingen = [HaltStoring(HaltStoringSoort.KAPOT_ANTWOORD, 1, "aanbieden")]
    for jongere in (een, ander):
        zaak_id = (await wereld.zaak(jongere)).zaak_id
        assert 1 == (await wereld.in_tijdlijn(zaak_id, "halt_aangeboden")).count("halt_aangeboden")
    await eventually(lambda: circuit(0.0), "the circuit closed")
    await settled(wereld.installation)
    assert 2 == len(wereld.halt.verwijzingen)
    assert 2 == len(await wereld.said("halt_bridge", "halt-verwijzing-aangeboden"))


# Death


async def sterf_in_lijst(wereld: World, jongere: Persoon) -> None:
    """The BRP delivers a whole persoonslijst with a death in it."""
    dood = jongere.model_copy(update={"opschorting": Opschorting(reden="O")})
    await wereld.app("brp_sync").take_in([dood])


async def sterf_in_bericht(wereld: World, jongere: Persoon) -> None:
    """The gegevensmakelaar sends a StUF kennisgeving with a day of death."""
    dood = Persoon.model_validate({**dict(jongere), "overlijdensdatum": "20260914"})
    await stuur_stuf(wereld, dood, Mutatiesoort.WIJZIGING, oud=jongere)


async def stuur_stuf(wereld: World, persoon: Persoon, soort: Mutatiesoort, oud: Persoon | None = None) -> None:
    """A kennisgeving over HTTP, which is answered with Bv03."""
    stuurgegevens = Stuurgegevens(
        zender=Systeem(organisatie="1924", applicatie="MAKELAAR"),
        ontvanger=Systeem(organisatie="1924", applicatie="SCHAKEL"),
        referentienummer=uuid4().hex,
        tijdstip="20260914100000000",
    )
    body = bouw_npslk01(persoon, soort, stuurgegevens, oud=oud)
    answer = await wereld.api.post("/stuf-bg/0310/npsLk01", content=body, headers={"Content-Type": "text/xml"})
    assert (200, True) == (answer.status_code, "Bv03" in answer.text)


@pytest.mark.parametrize("sterf", [sterf_in_lijst, sterf_in_bericht])
async def test_who_dies_gets_no_letter_that_was_already_asked_for(wereld: World, sterf: Any) -> None:
    """The letter is wanted, the death comes in before it is made: no PDF, the zaak closed, and later nothing either."""
    jongere = await wereld.jongere()
    await wereld.meld_te_laat(jongere, 9)
    await wereld.stop("letters")
    work = await wereld.akkoord(jongere, "gele_kaart")
    await sterf(wereld, jongere)
    await wereld.start("letters")
    await wereld.in_tijdlijn(work.zaak_id, "zaak_afgesloten")
    await wereld.in_tijdlijn(work.zaak_id, "brief_vervallen")
    assert "overleden" == (await wereld.zaak(jongere)).afsluitreden

    await wereld.meld_te_laat(jongere, 12)
    await settled(wereld.installation)
    assert 1 == len(await wereld.zaken(jongere))
    assert ([], []) == (wereld.brieven(), await wereld.app("cases").store.worklist())


async def test_a_kennisgeving_v_is_not_a_death(wereld: World) -> None:
    """The sender only stops following: the zaak goes on and the letter goes out."""
    jongere = await wereld.jongere()
    await wereld.meld_te_laat(jongere, 9)
    await stuur_stuf(wereld, jongere, Mutatiesoort.VERWIJDERING)
    work = await wereld.akkoord(jongere, "gele_kaart")
    await wereld.in_tijdlijn(work.zaak_id, "brief_opgemaakt", times=2)
    assert (await wereld.zaak(jongere)).is_open
    assert [] == await wereld.said("brp_sync", "jongere-overleden")


# Services that stop and start


async def test_meldingen_that_come_in_while_the_brp_service_is_away_are_not_lost(wereld: World) -> None:
    """Without `brp_sync` nobody can be identified: the delivery waits, sealed, and is worked off afterwards."""
    jongeren = [await wereld.jongere() for _ in range(3)]
    await wereld.stop("brp_sync")
    for jongere in jongeren:
        wereld.meld_bij_duo(jongere, vermoedelijke_reden="9 keer te laat")
    ingest = wereld.app("ingest_duo")
    with pytest.raises(Exception, match="identificatie is niet bereikbaar"):
        await ingest.poller.round()
    unfinished = "SELECT count(*) FROM inkomend WHERE verwerkt_op IS NULL"
    assert 1 == await ingest.service.pool.fetchval(unfinished)

    await wereld.start("brp_sync")
    await ingest.poller.round()
    for jongere in jongeren:
        await wereld.werk(jongere, "gele_kaart")
    assert 3 == len(await wereld.said("cases", "zaak-geopend"))
    assert 0 == await ingest.service.pool.fetchval(unfinished)


async def test_a_zaak_waits_for_the_day_of_birth_while_the_brp_service_is_away(wereld: World) -> None:
    """`cases` hears of a melding and cannot ask about the person: it waits, and opens the zaak with what is true."""
    await wereld.stop("cases")  # first, or it may know the day of birth already
    jongere = await wereld.jongere()
    await wereld.meld_te_laat(jongere, 9)
    await wereld.stop("brp_sync")
    await wereld.start("cases")
    wachtrij = "SELECT count(*) FROM wachtrij WHERE klasse = 'partner'"
    await eventually(lambda: wereld.app("cases").service.pool.fetchval(wachtrij), "the melding waits for the partner")
    await wereld.start("brp_sync")
    await wereld.werk(jongere, "gele_kaart")
    (event,) = await wereld.said("cases", "zaak-geopend")
    assert "leerplicht" == event["data"]["plicht"]


@pytest.mark.parametrize("service", ["ingest_duo", "cases", "letters"])
async def test_a_service_that_is_stopped_goes_on_where_it_was(wereld: World, service: str) -> None:
    """Cancelled in the middle and started anew from its database: each jongere ends with the same story, told once."""
    jongeren = [await wereld.jongere() for _ in range(4)]
    for jongere in jongeren:
        wereld.meld_bij_duo(jongere, vermoedelijke_reden="9 keer te laat")
    await wereld.app("ingest_duo").poller.round()
    await wereld.stop(service)
    await wereld.start(service)
    for jongere in jongeren:
        await wereld.akkoord(jongere, "gele_kaart")
    await wereld.stop(service)
    await wereld.start(service)
    for jongere in jongeren:
        tijdlijn = await wereld.in_tijdlijn((await wereld.zaak(jongere)).zaak_id, "brief_opgemaakt", times=2)
        assert ["zaak_geopend", "melding_ontvangen"] == tijdlijn[:2]
        assert (1, 2) == (tijdlijn.count("besluit_akkoord"), tijdlijn.count("brief_opgemaakt"))
    await settled(wereld.installation)
    assert 8 == len(wereld.brieven())
    assert [[MeldingStatus.IN_BEHANDELING]] * 4 == list(wereld.duo.ontvangen_statussen.values())


# What operations and officials see


@pytest.fixture
def spans() -> InMemorySpanExporter:
    """The spans from now on; the provider of OpenTelemetry can be set once per process."""
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider()
        trace.set_tracer_provider(provider)
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return exporter


async def test_one_trace_runs_from_melding_to_letter(
    servers: Servers, tmp_path: Path, spans: InMemorySpanExporter
) -> None:
    """The besluit of the official continues the trace of the voorstel, so the letter belongs to the melding."""
    async with world(servers, tmp_path) as wereld:
        jongere, ander = await wereld.jongere(), await wereld.jongere()
        for wie in (jongere, ander):
            await wereld.meld_te_laat(wie, 9)
            work = await wereld.akkoord(wie, "gele_kaart")
            await wereld.in_tijdlijn(work.zaak_id, "brief_opgemaakt", times=2)
    finished = spans.get_finished_spans()
    begin = {s.context.trace_id for s in finished if s.name == "ingest_duo NeemOp" and s.context}
    assert 2 == len(begin)
    for trace_id in begin:
        names = [s.name for s in finished if s.context and s.context.trace_id == trace_id]
        assert {
            "ingest_duo NeemOp",
            "cases verzuimmelding-ontvangen",
            "ingest_duo melding-in-behandeling-genomen",
            "cases NeemBesluit",
            "letters brief-aangevraagd",
        } == set(names)
    assert [] == [s.name for s in finished if "Proefman" in str(s.attributes) or "9999" in str(s.attributes)]


async def test_operations_see_life_readiness_and_numbers(wereld: World) -> None:
    """Without one of its consumers a service is not ready, and /ready says which; the process stays alive."""

    async def answer(path: str) -> tuple[int, dict[str, Any]]:
        given = await wereld.api.get(path)
        return given.status_code, given.json()

    async def ready() -> bool:
        return (await answer("/ready"))[0] == 200

    await eventually(ready, "everything is ready")
    assert (200, {"status": "gereed", "problemen": {}}) == await answer("/ready")
    await wereld.meld_te_laat(await wereld.jongere(), 9)
    kind = {"type": "verzuimmelding-ontvangen", "gemeente": "1924"}
    counted = "schakel_gebeurtenissen_verwerkt_total"
    await eventually(lambda: wereld.metric(counted, service="cases", **kind), "the melding is counted")

    service = wereld.app("letters").service
    await service.nc.jetstream().delete_consumer("ZAKEN", "letters-zaken-0")
    await service.watchdog.check()
    status, body = await answer("/ready")
    assert (503, "niet_gereed", ["letters"]) == (status, body["status"], list(body["problemen"]))
    assert "letters-zaken-0" in body["problemen"]["letters"][0]
    assert (200, {"status": "actief"}) == await answer("/live")


async def test_an_official_decides_through_the_api(wereld: World) -> None:
    """Not without the key of the installation; with a Dutch reason when it cannot be; and then it is done."""
    jongere = await wereld.jongere()
    await wereld.meld(jongere, verzuimsoort="V3", verzuimdagen=({"datum": date(2026, 9, 7), "hele_dag": True},))
    work = await wereld.werk(jongere, "lpa_uitnodiging_1")
    path = f"/v1/voorstellen/{work.voorstel_id}/besluit"
    besluit = {"besluit": "akkoord", "medewerker": LPA}

    assert 401 == (await wereld.post(path, besluit, token="verzonnen")).status_code
    assert 401 == (await wereld.api.get("/v1/voorstellen")).status_code
    for anders, veld, reden in (
        ({}, "gesprek_op", "een uitnodiging vraagt dag en tijd van het gesprek"),
        ({"gesprekOp": "2026-10-01T09:30:00Z"}, "gesprek_op", "geef Nederlandse tijd, zonder tijdzone"),
        ({"medewerker": "LPA-2"}, "medewerker", "is niet bevoegd voor deze gemeente"),
        ({"besluit": "afwijken"}, "motivering", "afwijken van het protocol vraagt een motivering"),
    ):
        antwoord = await wereld.post(path, besluit | anders)
        assert (422, veld) == (antwoord.status_code, antwoord.json()["veld"])
        assert reden in antwoord.json()["detail"]
    goed = await wereld.post(path, besluit | {"gesprekOp": "2026-10-01T09:30:00"})
    assert (201, "akkoord") == (goed.status_code, goed.json()["besluit"])
    nog_eens = await wereld.post(path, besluit | {"gesprekOp": "2026-10-01T09:30:00"})
    assert (422, True) == (nog_eens.status_code, "al besloten" in nog_eens.json()["detail"])
    feiten = {"medewerker": LPA, "feiten": {"gesprek_datum": "2026-10-01"}}
    assert 201 == (await wereld.post(f"/v1/zaken/{work.zaak_id}/feiten", feiten)).status_code
    await wereld.in_tijdlijn(work.zaak_id, "termijn_gehaald")
