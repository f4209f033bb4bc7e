"""The line to DUO over real HTTP: paging, status with exactly one effect, and every fault the stand-in can show."""

import random
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from stdnum.nl import bsn as elfproef

from contracts.codes import MeldingStatus
from hub.clock import VirtualClock
from hub.privacy import Bsn
from services.ingest_duo.duo import DuoClient, DuoOnbereikbaar, DuoWeigert, Terugmeldresultaat, Uitkomst, tls_context
from services.ingest_duo.fouten import OngeldigBericht
from services.ingest_duo.model import (
    RedenMeldingAfgesloten,
    Statusterugmelding,
    ToelichtingAfsluiting,
    Verzuimgeval,
)
from services.ingest_duo.parser import OnbruikbaarGeval, Selectie, lees_levering
from simulators.duo import DuoSimulator
from simulators.duo_storingen import Storing, StoringSoort
from simulators.duo_xml import soap_fault
from simulators.loopback import Loopback
from simulators.meldingen import maak_meldingen
from simulators.voorbeelden import voorbeeldgeval, voorbeeldterugmelding
from tests.certificaten import maak_certificaten

NU = datetime(2024, 9, 20, 10, 0, tzinfo=UTC)
BEGIN = Selectie.vanaf(datetime.fromisoformat("2024-09-01T00:00:00"))
STEMPEL = datetime.fromisoformat("2024-09-16T09:30:15.250")
RUIM = 10_000_000


@pytest.fixture
async def duo() -> AsyncIterator[DuoSimulator]:
    """A running stand-in with two meldingen per page."""
    simulator = DuoSimulator(VirtualClock(NU), random.Random(7), pagina=2)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def client(duo: DuoSimulator) -> AsyncIterator[DuoClient]:
    """Our side for gemeente 1924, which gives up on an answer after a third of a second."""
    async with DuoClient(duo.url, "001924", VirtualClock(NU), timeout=0.3) as verbinding:
        yield verbinding


async def alles(client: DuoClient) -> list[list[Verzuimgeval | OnbruikbaarGeval]]:
    """Every page from the beginning, following the cursor."""
    paginas: list[list[Verzuimgeval | OnbruikbaarGeval]] = []
    selectie: Selectie | None = BEGIN
    while selectie is not None and len(paginas) < 100:
        levering = lees_levering((await client.wijzigingen(selectie)).inhoud, max_bytes=RUIM)
        paginas.append(list(levering.gevallen))
        selectie = levering.volgende_selectie
    return paginas


def nummers(paginas: list[list[Verzuimgeval | OnbruikbaarGeval]]) -> list[list[str | None]]:
    """The meldingsnummers of each page."""
    return [[geval.meldingsnummer for geval in pagina] for pagina in paginas]


def geval(nummer: int, milliseconde: int, **velden: object) -> Verzuimgeval:
    """A melding with a stamp some milliseconds later than the first."""
    stempel = STEMPEL + timedelta(milliseconds=milliseconde)
    return voorbeeldgeval(meldingsnummer=str(nummer), laatste_mutatie=stempel, **velden)


@pytest.mark.parametrize(
    ("milliseconden", "paginas"),
    [
        ([], [[]]),
        ([0], [["1"]]),
        ([0, 1], [["1", "2"]]),
        ([0, 1, 2], [["1", "2"], ["3"]]),
        ([0, 1, 2, 3, 4], [["1", "2"], ["3", "4"], ["5"]]),
        ([0, 1, 1, 2], [["1", "2"], ["2", "3"], ["4"]]),
        ([0, 1, 1, 1, 2], [["1", "2"], ["2", "3", "4"], ["5"]]),
        ([0, 0, 0, 0, 0], [["1", "2"], ["1", "2", "3", "4", "5"]]),
    ],
)
async def test_following_the_cursor_gives_every_melding(
    duo: DuoSimulator, client: DuoClient, milliseconden: list[int], paginas: list[list[str]]
) -> None:
    """Meldingen that share a stamp at the edge of a page come again rather than not at all."""
    for nummer, milliseconde in enumerate(milliseconden, start=1):
        duo.voeg_toe(geval(nummer, milliseconde))
    assert paginas == nummers(await alles(client))


async def test_a_gemeente_gets_only_its_own_meldingen(duo: DuoSimulator, client: DuoClient) -> None:
    """Meldingen go to the uitvoerder they were addressed to."""
    duo.voeg_toe(geval(1, 0, uitvoerder_vsv="000034"))
    duo.voeg_toe(geval(2, 0))
    assert nummers(await alles(client)) == [["2"]]


async def test_a_changed_melding_comes_back_once_with_its_new_stamp(duo: DuoSimulator, client: DuoClient) -> None:
    """The register gives the present version, at the place of its last change."""
    duo.voeg_toe(geval(1, 0, einddatum=None))
    duo.voeg_toe(geval(2, 1))
    gewijzigd = duo.wijzig("1", einddatum=voorbeeldgeval().einddatum)
    assert [[duo.register.huidig("2"), gewijzigd]] == await alles(client)
    assert gewijzigd.laatste_mutatie == datetime.fromisoformat("2024-09-20T12:00:00")


async def test_a_status_is_confirmed_with_the_new_stamp(duo: DuoSimulator, client: DuoClient) -> None:
    """DUO answers with the stamp that the next status message must carry."""
    terugmelding = voorbeeldterugmelding(duo.voeg_toe(geval(1, 0)))
    resultaat = await client.terugmelden(terugmelding)
    actueel = duo.register.huidig("1")
    assert Terugmeldresultaat(Uitkomst.BEVESTIGD, actueel.laatste_mutatie) == resultaat
    assert (actueel.status, actueel.laatste_mutatie > STEMPEL) == (MeldingStatus.IN_BEHANDELING, True)
    assert duo.ontvangen_statussen == {"1": [MeldingStatus.IN_BEHANDELING]}


def afsluiting(versie: Verzuimgeval, **velden: object) -> Statusterugmelding:
    """The status "afgesloten" for this version."""
    codes = {
        "reden_melding_afgesloten": RedenMeldingAfgesloten.OPLEIDING_HERVAT,
        "toelichting_afsluiting": ToelichtingAfsluiting.LEERLING_GEZIEN,
    }
    return voorbeeldterugmelding(versie, status="G", **(codes | velden))


@pytest.mark.parametrize("soort", [StoringSoort.TIMEOUT_NA_EFFECT, StoringSoort.KAPOTTE_XML])
async def test_a_status_whose_confirmation_got_lost_has_one_effect(
    duo: DuoSimulator, client: DuoClient, soort: StoringSoort
) -> None:
    """The repeat finds our own status on the melding and counts as done."""
    terugmelding = voorbeeldterugmelding(duo.voeg_toe(geval(1, 0)))
    duo.storingen.append(Storing(soort, bij="mutatie"))
    with pytest.raises(DuoOnbereikbaar):
        await client.terugmelden(terugmelding)
    resultaat = await client.terugmelden(terugmelding)
    actueel = duo.register.huidig("1")
    assert Terugmeldresultaat(Uitkomst.STOND_ER_AL, actueel.laatste_mutatie, actueel) == resultaat
    assert resultaat.staat_bij_duo
    assert duo.ontvangen_statussen == {"1": [MeldingStatus.IN_BEHANDELING]}


async def test_a_lost_confirmation_is_recognised_after_the_school_changed_the_melding_too(
    duo: DuoSimulator, client: DuoClient
) -> None:
    """Our status is still on the version that the school changed afterwards."""
    terugmelding = voorbeeldterugmelding(duo.voeg_toe(geval(1, 0, einddatum=None)))
    duo.storingen.append(Storing(StoringSoort.TIMEOUT_NA_EFFECT, bij="mutatie"))
    with pytest.raises(DuoOnbereikbaar):
        await client.terugmelden(terugmelding)
    gewijzigd = duo.wijzig("1", einddatum=voorbeeldgeval().einddatum)
    resultaat = await client.terugmelden(terugmelding)
    assert Terugmeldresultaat(Uitkomst.STOND_ER_AL, gewijzigd.laatste_mutatie, gewijzigd) == resultaat


async def test_a_melding_that_changed_meanwhile_is_given_back_to_decide_again(
    duo: DuoSimulator, client: DuoClient
) -> None:
    """Nothing takes effect against a version we have not seen; with the new stamp it does."""
    terugmelding = voorbeeldterugmelding(duo.voeg_toe(geval(1, 0, einddatum=None)))
    gewijzigd = duo.wijzig("1", einddatum=voorbeeldgeval().einddatum)
    resultaat = await client.terugmelden(terugmelding)
    assert Terugmeldresultaat(Uitkomst.GEWIJZIGD, gewijzigd.laatste_mutatie, gewijzigd) == resultaat
    assert not resultaat.staat_bij_duo
    assert duo.ontvangen_statussen == {}
    assert (await client.terugmelden(voorbeeldterugmelding(gewijzigd))).uitkomst == Uitkomst.BEVESTIGD


async def test_a_withdrawn_melding_is_given_back_as_withdrawn(duo: DuoSimulator, client: DuoClient) -> None:
    """DUO withdraws a melding itself when an exemption covers it (reason V)."""
    terugmelding = voorbeeldterugmelding(duo.voeg_toe(geval(1, 0)))
    duo.trek_in("1")
    resultaat = await client.terugmelden(terugmelding)
    assert resultaat.actueel is not None
    assert (
        resultaat.uitkomst,
        resultaat.actueel.status,
        resultaat.actueel.reden_ingetrokken,
    ) == (Uitkomst.GEWIJZIGD, MeldingStatus.INGETROKKEN, "V")


async def test_the_melding_is_found_again_behind_other_pages(duo: DuoSimulator, client: DuoClient) -> None:
    """Reading again follows the cursor until the melding is found."""
    terugmelding = voorbeeldterugmelding(duo.voeg_toe(geval(1, 0)))
    for nummer in range(2, 8):
        duo.voeg_toe(geval(nummer, nummer))
    gewijzigd = duo.wijzig("1", einddatum=voorbeeldgeval().einddatum)
    resultaat = await client.terugmelden(terugmelding)
    assert (gewijzigd, 4) == (resultaat.actueel, duo.verzoeken["aanvraag"])


async def test_closing_is_recognised_with_its_reason_and_toelichting(duo: DuoSimulator, client: DuoClient) -> None:
    """The same closing was there already; a closing for another reason is a change."""
    behandeld = await client.terugmelden(voorbeeldterugmelding(duo.voeg_toe(geval(1, 0))))
    gezien = duo.register.huidig("1")
    assert behandeld.laatste_mutatie == gezien.laatste_mutatie
    uitkomsten = [
        (await client.terugmelden(afsluiting(gezien, **anders))).uitkomst
        for anders in (
            {},
            {},
            {"reden_melding_afgesloten": RedenMeldingAfgesloten.LEERLING_OVERLEDEN},
            {"toelichting_afsluiting": ToelichtingAfsluiting.GEEN_ACTIE_MEER},
        )
    ]
    assert uitkomsten == [Uitkomst.BEVESTIGD, Uitkomst.STOND_ER_AL, Uitkomst.GEWIJZIGD, Uitkomst.GEWIJZIGD]
    assert duo.ontvangen_statussen == {"1": [MeldingStatus.IN_BEHANDELING, MeldingStatus.AFGESLOTEN]}


async def test_a_status_that_may_not_follow_is_refused_for_good(duo: DuoSimulator, client: DuoClient) -> None:
    """Registered may not become closed at once (our assumption about DUO's table)."""
    with pytest.raises(DuoWeigert, match="STATUS_NIET_TOEGESTAAN"):
        await client.terugmelden(afsluiting(duo.voeg_toe(geval(1, 0))))
    assert duo.ontvangen_statussen == {}


@pytest.mark.parametrize("vorm", ["verwijderd", "van een ander"])
async def test_a_melding_the_register_no_longer_has_is_refused_for_good(
    duo: DuoSimulator, client: DuoClient, vorm: str
) -> None:
    """The register forgets after its term, and does not know a melding of another uitvoerder."""
    bewaard = duo.voeg_toe(geval(1, 0, uitvoerder_vsv="001924" if vorm == "verwijderd" else "000034"))
    if vorm == "verwijderd":
        duo.register.verwijder("1")
    with pytest.raises(DuoWeigert, match="MELDING_ONBEKEND"):
        await client.terugmelden(voorbeeldterugmelding(bewaard))


@pytest.mark.parametrize(
    ("storing", "reden"),
    [
        (Storing(StoringSoort.HTTP_500), "HTTP 500"),
        (Storing(StoringSoort.VERBINDING_WEG), "RemoteProtocolError"),
        (Storing(StoringSoort.TIMEOUT_NA_EFFECT), "ReadTimeout"),
        (Storing(StoringSoort.VERTRAGING, seconden=1.0), "ReadTimeout"),
    ],
)
async def test_a_broken_line_is_transient(duo: DuoSimulator, client: DuoClient, storing: Storing, reden: str) -> None:
    """The caller may try again later, and the next try works."""
    duo.voeg_toe(geval(1, 0))
    duo.storingen.append(storing)
    with pytest.raises(DuoOnbereikbaar, match=f"^DUO is niet bereikbaar: {reden}$"):
        await client.wijzigingen(BEGIN)
    assert nummers(await alles(client)) == [["1"]]


async def test_an_answer_that_is_late_but_in_time_is_an_answer(duo: DuoSimulator, client: DuoClient) -> None:
    """Latency below the timeout changes nothing."""
    duo.voeg_toe(geval(1, 0))
    duo.storingen.append(Storing(StoringSoort.VERTRAGING, seconden=0.01))
    assert nummers(await alles(client)) == [["1"]]


async def test_a_line_that_is_down_is_transient(duo: DuoSimulator, client: DuoClient) -> None:
    """Nobody listens."""
    await duo.stop()
    with pytest.raises(DuoOnbereikbaar, match="ConnectError"):
        await client.wijzigingen(BEGIN)


@pytest.mark.parametrize(
    ("status", "inhoud", "fout", "tekst"),
    [
        (500, soap_fault("Client", "x"), DuoWeigert, "soap:Client"),
        (500, soap_fault("Client.Authentication", "x"), DuoWeigert, "soap:Client.Authentication"),
        (500, soap_fault("Server", "x"), DuoOnbereikbaar, "HTTP 500"),
        (503, b"", DuoOnbereikbaar, "HTTP 503"),
        (429, b"", DuoOnbereikbaar, "HTTP 429"),
        (403, b"", DuoWeigert, "HTTP 403"),
        (404, b"", DuoWeigert, "HTTP 404"),
        (302, b"", DuoWeigert, "HTTP 302"),
    ],
)
async def test_the_http_status_tells_transient_from_permanent(
    status: int, inhoud: bytes, fout: type[Exception], tekst: str
) -> None:
    """A 5xx may pass, unless the Fault inside blames us; what we may not ask stays refused."""

    async def antwoord(_: Request) -> Response:
        return Response(inhoud, status)

    server = Loopback(Starlette(routes=[Route("/", antwoord, methods=["POST"])]))
    await server.start()
    async with DuoClient(server.basis + "/", "001924", VirtualClock(NU), timeout=5) as client:
        with pytest.raises(fout, match=tekst):
            await client.wijzigingen(BEGIN)
    await server.stop()


@pytest.mark.parametrize(
    ("soort", "fout"),
    [
        (StoringSoort.KAPOTTE_XML, "bericht: geen welgevormde XML (regel"),
        (StoringSoort.XML_BOM, "bericht: een DOCTYPE met entiteiten is niet toegestaan"),
        (StoringSoort.EXTERNE_ENTITEIT, "bericht: een DOCTYPE met entiteiten is niet toegestaan"),
        (StoringSoort.VERKEERDE_CODERING, "bericht: opgegeven codering is niet UTF-8"),
    ],
)
async def test_a_spoilt_answer_arrives_raw_and_is_refused_when_read(
    duo: DuoSimulator, client: DuoClient, soort: StoringSoort, fout: str
) -> None:
    """The client hands over what came, so that it can be kept; reading tells field and reason, and fetches nothing."""
    duo.voeg_toe(geval(1, 0))
    duo.storingen.append(Storing(soort))
    ruw = await client.wijzigingen(BEGIN)
    with pytest.raises(OngeldigBericht) as gevangen:
        lees_levering(ruw.inhoud, max_bytes=RUIM)
    assert fout == str(gevangen.value)[: len(fout)]
    assert duo.gelokt == 0
    assert nummers(await alles(client)) == [["1"]]


async def test_the_external_entity_points_at_an_address_that_counts(duo: DuoSimulator) -> None:
    """Without this the check that nobody fetched it could not fail."""
    async with httpx.AsyncClient() as http:
        await http.get(duo.url.replace("/vsv", "/lok"))
    assert duo.gelokt == 1


async def test_fifty_megabytes_are_refused_while_they_come_in(duo: DuoSimulator) -> None:
    """The client stops reading at its bound."""
    duo.storingen.append(Storing(StoringSoort.GROOT_ANTWOORD))
    async with DuoClient(duo.url, "001924", VirtualClock(NU), timeout=5, max_bytes=2_000_000) as client:
        with pytest.raises(OngeldigBericht, match="groter dan 2000000 bytes"):
            await client.wijzigingen(BEGIN)


async def test_fifty_megabytes_are_well_formed(duo: DuoSimulator) -> None:
    """Only its size is wrong with the big answer, so only the bound on size refuses it."""
    duo.voeg_toe(geval(1, 0))
    duo.storingen.append(Storing(StoringSoort.GROOT_ANTWOORD))
    async with DuoClient(duo.url, "001924", VirtualClock(NU), timeout=20, max_bytes=60_000_000) as client:
        inhoud = (await client.wijzigingen(BEGIN)).inhoud
    assert len(inhoud) >= 50_000_000
    assert len(lees_levering(inhoud, max_bytes=60_000_000).gevallen) == 1


@pytest.mark.parametrize(
    ("soort", "veld", "reden"),
    [
        (StoringSoort.FOUTE_ELFPROEF, "bsn", "telt geen negen cijfers of voldoet niet aan de elfproef"),
        (StoringSoort.ONBEKENDE_CODE, "verzuimsoort", "onbekende code"),
        (StoringSoort.ONTBREKEND_VELD, "begindatum", "ontbreekt"),
    ],
)
async def test_one_spoilt_melding_on_a_page_leaves_the_others_usable(
    duo: DuoSimulator, client: DuoClient, soort: StoringSoort, veld: str, reden: str
) -> None:
    """The fault waits for a page that is not empty, hits one melding of it, and is gone after that."""
    duo.storingen.append(Storing(soort))
    assert await alles(client) == [[]]
    duo.voeg_toe(geval(1, 0))
    duo.voeg_toe(geval(2, 1))
    (pagina,) = await alles(client)
    (slecht,) = (geval for geval in pagina if isinstance(geval, OnbruikbaarGeval))
    assert ([slecht.meldingsnummer], veld, reden) == (duo.bedorven, slecht.veld, slecht.reden)
    assert [[duo.register.huidig("1"), duo.register.huidig("2")]] == await alles(client)


async def test_a_page_may_come_with_everything_twice(duo: DuoSimulator, client: DuoClient) -> None:
    """Duplicate delivery: meldingsnummer and stamp tell that it is the same version."""
    duo.voeg_toe(geval(1, 0))
    duo.voeg_toe(geval(2, 1))
    duo.storingen.append(Storing(StoringSoort.DUBBELE_LEVERING))
    assert nummers(await alles(client)) == [["1", "2", "1", "2"]]


async def test_an_older_version_may_come_after_a_newer_one(duo: DuoSimulator, client: DuoClient) -> None:
    """Out of order: the stamp tells which version is the latest."""
    eerste = duo.voeg_toe(geval(1, 0, einddatum=None))
    tweede = duo.voeg_toe(geval(2, 1))
    laatste = duo.wijzig("1", einddatum=voorbeeldgeval().einddatum)
    duo.storingen.append(Storing(StoringSoort.VERKEERDE_VOLGORDE))
    assert [[laatste, eerste, tweede]] == await alles(client)


async def test_faults_are_used_up_in_order_and_by_kind_of_request(duo: DuoSimulator, client: DuoClient) -> None:
    """A fault for mutations leaves deliveries alone, and lasts as many answers as it says."""
    terugmelding = voorbeeldterugmelding(duo.voeg_toe(geval(1, 0)))
    duo.storingen.append(Storing(StoringSoort.HTTP_500, aantal=2, bij="mutatie"))
    await alles(client)
    for _ in range(2):
        with pytest.raises(DuoOnbereikbaar, match="HTTP 500"):
            await client.terugmelden(terugmelding)
    assert (duo.storingen, duo.ontvangen_statussen) == ([], {})
    assert (await client.terugmelden(terugmelding)).uitkomst == Uitkomst.BEVESTIGD


async def test_a_school_that_changes_a_melding_does_not_undo_the_status_of_the_gemeente(
    duo: DuoSimulator, client: DuoClient
) -> None:
    """A new version from the school says R; the register keeps B, and a later stamp."""
    eerste = duo.voeg_toe(geval(1, 0, einddatum=None))
    bevestigd = await client.terugmelden(voorbeeldterugmelding(eerste))
    nieuw = duo.voeg_toe(geval(1, 5))
    assert (MeldingStatus.IN_BEHANDELING, bevestigd.laatste_mutatie + timedelta(milliseconds=1)) == (
        nieuw.status,
        nieuw.laatste_mutatie,
    )


async def test_an_unreadable_request_gets_a_fault(duo: DuoSimulator) -> None:
    """The stand-in blames the client, as SOAP 1.1 does, and counts it."""
    async with httpx.AsyncClient() as http:
        antwoord = await http.post(duo.url, content=b"<geen-soap")
    assert (500, b"soap:Client" in antwoord.content) == (antwoord.status_code, True)
    assert duo.verzoeken == {"onleesbaar": 1}


async def test_the_line_is_mutual_tls(tmp_path: Path) -> None:
    """With our certificate the door opens; without it, or when DUO's is not trusted, there is no line."""
    server, certificaat, sleutel = maak_certificaten(tmp_path)
    duo = DuoSimulator(VirtualClock(NU), random.Random(1), tls=server)
    await duo.start()
    duo.voeg_toe(geval(1, 0))
    async with DuoClient(
        duo.url, "001924", VirtualClock(NU), tls=tls_context(certificaat, sleutel, server.ca), timeout=5
    ) as client:
        assert nummers(await alles(client)) == [["1"]]
    for zonder in (ssl.create_default_context(cafile=server.ca), tls_context(certificaat, sleutel)):
        async with DuoClient(duo.url, "001924", VirtualClock(NU), tls=zonder, timeout=5) as client:
            with pytest.raises(DuoOnbereikbaar):
                await client.wijzigingen(BEGIN)
    assert duo.verzoeken["aanvraag"] == 1
    await duo.stop()


async def test_a_whole_term_comes_over_the_line_as_it_was_reported(duo: DuoSimulator) -> None:
    """Asking again from the last stamp after every change gives each version once it is there, and misses none."""
    bsns = [Bsn(str(n)) for n in range(999_990_000, 999_995_000) if elfproef.is_valid(str(n))][:60]
    jongeren = [(bsn, "1924", date(2010, 1 + n % 12, 1)) for n, bsn in enumerate(bsns)]
    rng = random.Random(3)
    term = maak_meldingen(rng, jongeren, date(2024, 9, 2), date(2024, 10, 25), lambda dag: dag.weekday() < 5)
    gezien: dict[tuple[str, datetime], Verzuimgeval] = {}
    selectie = BEGIN
    async with DuoClient(duo.url, "001924", VirtualClock(NU), timeout=5) as client:
        for versie in term:
            duo.voeg_toe(versie)
            levering = lees_levering((await client.wijzigingen(selectie)).inhoud, max_bytes=RUIM)
            for ontvangen in levering.gevallen:
                assert isinstance(ontvangen, Verzuimgeval)
                gezien[ontvangen.meldingsnummer, ontvangen.laatste_mutatie] = ontvangen
            selectie = levering.volgende_selectie or Selectie.vanaf(levering.hoogste_stempel or selectie.stempel)
    assert term == list(gezien.values())
