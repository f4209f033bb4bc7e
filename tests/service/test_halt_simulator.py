"""The line to Halt over real HTTP: one referral however often it is sent, and the feed of outcomes."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest
from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.codes import HaltAfloop
from hub.clock import VirtualClock
from hub.privacy import redenen
from services.halt_bridge import halt_namen as namen
from services.halt_bridge.model import Afloop, HaltVerwijzing, NieuwVerzuim, OnbruikbareAfloop, Ontvangstbewijs
from services.halt_bridge.partner import HaltClient, HaltOnbereikbaar, HaltWeigert, naar_bericht
from simulators.halt import HaltSimulator, HaltStoring, HaltStoringSoort
from simulators.loopback import Loopback
from simulators.voorbeelden import voorbeeldverwijzing

NU = datetime(2024, 10, 8, 10, 0, tzinfo=UTC)
BEWIJS = Ontvangstbewijs(kenmerk="verwijzing-0001", ontvangst_id="HALT-000001", ontvangen_op=date(2024, 10, 8))
EINDE = date(2025, 1, 17)


@pytest.fixture
async def halt() -> AsyncIterator[HaltSimulator]:
    """A running stand-in."""
    simulator = HaltSimulator(VirtualClock(NU))
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def client(halt: HaltSimulator) -> AsyncIterator[HaltClient]:
    """Our side, which gives up on an answer after a third of a second."""
    async with HaltClient(halt.url, timeout=0.3) as verbinding:
        yield verbinding


async def test_a_referral_gets_a_receipt(halt: HaltSimulator, client: HaltClient) -> None:
    """The receipt carries our kenmerk and the date Halt received it."""
    bewijs = await client.aanbieden(voorbeeldverwijzing())
    assert bewijs == BEWIJS
    assert halt.aangeboden == {"verwijzing-0001": 1}


async def test_the_same_referral_again_gives_the_first_receipt(halt: HaltSimulator, client: HaltClient) -> None:
    """The kenmerk tells a repeat from a new referral."""
    eerste = await client.aanbieden(voorbeeldverwijzing())
    tweede = await client.aanbieden(voorbeeldverwijzing())
    ander = await client.aanbieden(voorbeeldverwijzing(kenmerk="verwijzing-0002"))
    assert (eerste, "HALT-000002") == (tweede, ander.ontvangst_id)
    assert list(halt.verwijzingen) == ["verwijzing-0001", "verwijzing-0002"]


async def test_halt_gets_exactly_the_agreed_fields(halt: HaltSimulator, client: HaltClient) -> None:
    """No BSN, no text of the school's melding: only what the referral is made of."""
    await client.aanbieden(voorbeeldverwijzing())
    persoon = {"naam", "adres", "telefoon", "instemming"}
    groepen = {
        "boa": {"naam", "aktenummer", "getekendOp"},
        "jongere": persoon | {"geboortedatum"},
        "school": {"naam", "brin", "contactpersoon"},
        "feit": {"artikel", "periodeBegin", "periodeEind", "aantalUren", "aantalTeLaat", "verzuimoverzichtPdf"},
    }
    ontvangen = halt.verwijzingen["verwijzing-0001"]
    rest = {
        "kenmerk", "gemeentecode", "datum", "ouders", "maatregelenSchool", "oudersGeinformeerd", "lopendeHulp",
        "lopendeHulpContact", "eerdereHaltVoorVerzuim", "eerdereHaltNagegaanOp", "afschriftOm",
    }  # fmt: skip
    assert rest | set(groepen) == set(ontvangen)
    assert groepen == {groep: set(ontvangen[groep]) for groep in groepen}
    assert [persoon | {"getekendOp"}] == [set(ouder) for ouder in ontvangen["ouders"]]
    assert ontvangen["jongere"]["geboortedatum"] == "2010-03-01"
    assert base64.b64decode(ontvangen["feit"]["verzuimoverzichtPdf"]) == b"%PDF-1.7 fictief overzicht"
    assert (
        ontvangen["feit"]["artikel"],
        ontvangen["feit"]["aantalTeLaat"],
        ontvangen["eerdereHaltVoorVerzuim"],
        ontvangen["afschriftOm"],
    ) == ("2.3", 13, False, True)


def test_every_field_of_a_referral_has_a_word_in_the_table() -> None:
    """A field that is added to the model is not forgotten on the wire, nor the other way round."""

    def velden(model: BaseModel) -> set[str]:
        return set(type(model).model_fields)

    verwijzing = voorbeeldverwijzing()
    assert velden(verwijzing) == set(namen.VERWIJZING)
    delen = {
        "boa": verwijzing.boa,
        "jongere": verwijzing.jongere,
        "ouders": verwijzing.ouders[0],
        "school": verwijzing.school,
        "feit": verwijzing.feit,
    }
    assert {groep: set(tabel) for groep, tabel in namen.GROEPEN.items()} == {k: velden(v) for k, v in delen.items()}


def test_a_field_that_is_not_there_is_left_out_of_the_message() -> None:
    """Without a contact for running help the key is absent, not empty."""
    bericht = naar_bericht(voorbeeldverwijzing(lopende_hulp=False, lopende_hulp_contact=None))
    assert ("lopendeHulpContact" in bericht, bericht["lopendeHulp"]) == (False, False)


@pytest.mark.parametrize("soort", [HaltStoringSoort.TIMEOUT_NA_EFFECT, HaltStoringSoort.KAPOT_ANTWOORD])
async def test_a_referral_whose_receipt_got_lost_is_made_once(
    halt: HaltSimulator, client: HaltClient, soort: HaltStoringSoort
) -> None:
    """The repeat brings the receipt of the first."""
    halt.storingen.append(HaltStoring(soort))
    with pytest.raises(HaltOnbereikbaar):
        await client.aanbieden(voorbeeldverwijzing())
    assert await client.aanbieden(voorbeeldverwijzing()) == BEWIJS
    assert (halt.aangeboden, len(halt.verwijzingen)) == ({"verwijzing-0001": 2}, 1)


@pytest.mark.parametrize(
    ("storing", "reden"),
    [
        (HaltStoring(HaltStoringSoort.HTTP_500), "HTTP 500"),
        (HaltStoring(HaltStoringSoort.STILTE), "ReadTimeout"),
        (HaltStoring(HaltStoringSoort.VERTRAGING, seconden=0.6), "ReadTimeout"),
    ],
)
async def test_a_line_that_fails_is_transient(
    halt: HaltSimulator, client: HaltClient, storing: HaltStoring, reden: str
) -> None:
    """The caller may repeat the same referral later."""
    halt.storingen.append(storing)
    with pytest.raises(HaltOnbereikbaar, match=rf"^Halt is niet bereikbaar: {reden}$"):
        await client.aanbieden(voorbeeldverwijzing())
    assert await client.aanbieden(voorbeeldverwijzing()) == BEWIJS


async def test_silence_has_no_effect(halt: HaltSimulator, client: HaltClient) -> None:
    """Unlike a lost receipt, nothing was made."""
    halt.storingen.append(HaltStoring(HaltStoringSoort.STILTE))
    with pytest.raises(HaltOnbereikbaar):
        await client.aanbieden(voorbeeldverwijzing())
    assert halt.verwijzingen == {}


async def test_a_line_that_is_down_is_transient(halt: HaltSimulator, client: HaltClient) -> None:
    """Nobody listens."""
    await halt.stop()
    with pytest.raises(HaltOnbereikbaar, match="ConnectError"):
        await client.aflopen(0)


@pytest.mark.parametrize(
    ("code", "getoond"), [("EERDERE_HALT", "EERDERE_HALT"), ("S. Fictief woont hier niet", "HTTP 422")]
)
async def test_a_refusal_tells_its_code_and_nothing_about_a_person(
    halt: HaltSimulator, client: HaltClient, code: str, getoond: str
) -> None:
    """What does not look like a code may be text about the jongere."""
    halt.storingen.append(HaltStoring(HaltStoringSoort.WEIGERING, code=code))
    with pytest.raises(HaltWeigert) as gevangen:
        await client.aanbieden(voorbeeldverwijzing())
    assert (getoond, f"Halt weigert: code {getoond}") == (gevangen.value.code, str(gevangen.value))
    assert halt.verwijzingen == {}


async def test_the_feed_gives_each_outcome_after_the_cursor(halt: HaltSimulator, client: HaltClient) -> None:
    """The highest volgnummer is the next cursor; from there the feed is empty."""
    for nummer in (1, 2, 3):
        await client.aanbieden(voorbeeldverwijzing(kenmerk=f"verwijzing-{nummer}"))
    verwacht = [
        Afloop(volgnummer=1, kenmerk="verwijzing-2", afloop=HaltAfloop.NEGATIEF, datum=EINDE, toelichting="kwam niet"),
        Afloop(volgnummer=2, kenmerk="verwijzing-1", afloop=HaltAfloop.POSITIEF, datum=EINDE),
        Afloop(volgnummer=3, kenmerk="verwijzing-3", afloop=HaltAfloop.NIET_GESTART, datum=EINDE),
    ]
    halt.geef_afloop("verwijzing-2", HaltAfloop.NEGATIEF, EINDE, "kwam niet")
    halt.geef_afloop("verwijzing-1", HaltAfloop.POSITIEF, EINDE)
    assert halt.geef_afloop("verwijzing-3", HaltAfloop.NIET_GESTART, EINDE) == 3
    assert [verwacht, verwacht[1:], []] == [await client.aflopen(sinds) for sinds in (0, 1, 3)]


async def test_an_outcome_that_comes_twice_is_given_once(halt: HaltSimulator, client: HaltClient) -> None:
    """The volgnummer tells that it is the same entry."""
    await client.aanbieden(voorbeeldverwijzing())
    halt.geef_afloop("verwijzing-0001", HaltAfloop.POSITIEF, EINDE)
    halt.storingen.append(HaltStoring(HaltStoringSoort.DUBBELE_AFLOOP))
    assert [afloop.volgnummer for afloop in await client.aflopen(0)] == [1]


async def test_an_entry_at_or_before_the_cursor_is_not_given_again() -> None:
    """Whatever the other side sends, the cursor only moves on."""
    regel = '{"volgnummer": %d, "kenmerk": "verwijzing-0001", "afloop": "POSITIEF", "datum": "2025-01-17"}'

    async def antwoord(_: Request) -> Response:
        return Response(f'{{"aflopen": [{regel % 3}, {regel % 2}, {regel % 1}]}}')

    server = Loopback(Starlette(routes=[Route(namen.AFLOPEN, antwoord)]))
    await server.start()
    async with HaltClient(server.basis, timeout=5) as client:
        gegeven = [[afloop.volgnummer for afloop in await client.aflopen(sinds)] for sinds in (0, 1, 2, 3)]
    await server.stop()
    assert gegeven == [[1, 2, 3], [2, 3], [3], []]


GOED = {namen.KENMERK: "verwijzing-0001", namen.AFLOOP: "POSITIEF", namen.DATUM: "2025-01-17"}


@pytest.mark.parametrize(
    ("fout", "veld", "reden"),
    [
        ({namen.AFLOOP: "GELUKT"}, "afloop", "ontbreekt of is geen bekende afloop"),
        ({namen.AFLOOP: None}, "afloop", "ontbreekt of is geen bekende afloop"),
        ({namen.AFLOOP: ["POSITIEF"]}, "afloop", "ontbreekt of is geen bekende afloop"),
        ({namen.DATUM: "17-01-2025"}, "datum", "ontbreekt of is geen geldige datum (JJJJ-MM-DD)"),
        ({namen.DATUM: "2025-02-30"}, "datum", "ontbreekt of is geen geldige datum (JJJJ-MM-DD)"),
        ({namen.DATUM: 20250117}, "datum", "ontbreekt of is geen geldige datum (JJJJ-MM-DD)"),
        ({namen.KENMERK: "S. Fictief"}, "kenmerk", "ontbreekt of is geen kenmerk"),
        ({namen.TOELICHTING: "x" * 2001}, "toelichting", "is geen tekst of langer dan 2000 tekens"),
    ],
)
async def test_a_bad_entry_does_not_hold_up_the_feed(
    halt: HaltSimulator, client: HaltClient, fout: dict[str, object], veld: str, reden: str
) -> None:
    """It tells field and reason without the value, keeps its place, and the next entry is read."""
    halt.zet_in_feed(GOED | fout)
    halt.zet_in_feed(GOED)
    slecht, goed = await client.aflopen(0)
    assert isinstance(slecht, OnbruikbareAfloop)
    assert (1, veld, reden) == (slecht.volgnummer, slecht.veld, slecht.reden)
    assert "Fictief" not in repr(slecht)
    assert Afloop(volgnummer=2, kenmerk="verwijzing-0001", afloop=HaltAfloop.POSITIEF, datum=EINDE) == goed


@pytest.mark.parametrize(
    ("inhoud", "reden"),
    [
        (b"", "onleesbaar antwoord: geen JSON-object"),
        (b"[]", "onleesbaar antwoord: geen JSON-object"),
        (b"\xff\xfe{", "onleesbaar antwoord: geen JSON-object"),
        (b"[" * 100_000, "onleesbaar antwoord: geen JSON-object"),
        (b"{}", "onleesbaar antwoord: aflopen ontbreekt"),
        (b'{"aflopen": [{}]}', "onleesbaar antwoord: volgnummer ontbreekt of is geen volgnummer"),
        (b'{"aflopen": [{"volgnummer": true}]}', "onleesbaar antwoord: volgnummer ontbreekt of is geen volgnummer"),
        (b'{"aflopen": [{"volgnummer": 0}]}', "onleesbaar antwoord: volgnummer ontbreekt of is geen volgnummer"),
        (b" " * 5_000_001, "antwoord groter dan 5000000 bytes"),
    ],
)
async def test_a_feed_that_cannot_be_read_is_transient(inhoud: bytes, reden: str) -> None:
    """Without a volgnummer the cursor cannot move, so the same question is asked again later."""

    async def antwoord(_: Request) -> Response:
        return Response(inhoud)

    server = Loopback(Starlette(routes=[Route(namen.AFLOPEN, antwoord)]))
    await server.start()
    async with HaltClient(server.basis, timeout=5) as client:
        with pytest.raises(HaltOnbereikbaar) as gevangen:
            await client.aflopen(0)
    await server.stop()
    assert f"Halt is niet bereikbaar: {reden}" == str(gevangen.value)


@pytest.mark.parametrize(
    ("inhoud", "reden"),
    [
        (b'{"kenmerk": "verwijzing-0001"}', "onleesbaar ontvangstbewijs: ontvangen_op, ontvangst_id"),
        (
            b'{"kenmerk": "een-ander", "ontvangstId": "H1", "ontvangenOp": "2024-10-08"}',
            "ontvangstbewijs hoort bij een ander kenmerk",
        ),
    ],
)
async def test_a_receipt_that_is_not_ours_is_no_receipt(inhoud: bytes, reden: str) -> None:
    """The referral is offered again rather than counted as received."""

    async def antwoord(_: Request) -> Response:
        return Response(inhoud, 201)

    server = Loopback(Starlette(routes=[Route(namen.VERWIJZINGEN, antwoord, methods=["POST"])]))
    await server.start()
    async with HaltClient(server.basis, timeout=5) as client:
        with pytest.raises(HaltOnbereikbaar) as gevangen:
            await client.aanbieden(voorbeeldverwijzing())
    await server.stop()
    assert f"Halt is niet bereikbaar: {reden}" == str(gevangen.value)


async def test_new_absence_counts_once_per_day(halt: HaltSimulator, client: HaltClient) -> None:
    """Halt is told at once about absence during the course; an unknown kenmerk is refused."""
    nieuw = NieuwVerzuim(kenmerk="verwijzing-0001", datum=date(2024, 11, 4), uren=3)
    with pytest.raises(HaltWeigert, match="KENMERK_ONBEKEND"):
        await client.meld_nieuw_verzuim(nieuw)
    await client.aanbieden(voorbeeldverwijzing())
    await client.meld_nieuw_verzuim(nieuw)
    await client.meld_nieuw_verzuim(nieuw)
    assert halt.nieuw_verzuim == {("verwijzing-0001", "2024-11-04"): 3}


def jongere(geboren: date, instemming: bool = True) -> dict[str, object]:
    """A jongere of this age who agrees or not."""
    return {
        "naam": "S. Fictief",
        "geboortedatum": geboren,
        "adres": "Proefstraat 1",
        "telefoon": "06-55501234",
        "instemming": instemming,
    }


def ouder(instemming: bool, getekend_op: date | None) -> dict[str, object]:
    """A parent who agrees and signs or not."""
    return {
        "naam": "O. Fictief",
        "adres": "Proefstraat 1",
        "telefoon": "06-55505678",
        "instemming": instemming,
        "getekend_op": getekend_op,
    }


GETEKEND = date(2024, 10, 4)


@pytest.mark.parametrize(
    "velden",
    [
        {"jongere": jongere(date(2012, 10, 7))},  # 12 today
        {"jongere": jongere(date(2006, 10, 8))},  # 18 tomorrow
        {"jongere": jongere(date(2008, 10, 7)), "ouders": ()},  # 16 today
        {"jongere": jongere(date(2008, 10, 7)), "ouders": (ouder(False, None),)},
        {"ouders": (ouder(True, GETEKEND), ouder(True, GETEKEND))},
    ],
)
def test_a_referral_within_the_conditions_can_be_made(velden: dict[str, object]) -> None:
    """12 up to 18, and from 16 on the parents need not agree."""
    assert isinstance(voorbeeldverwijzing(**velden), HaltVerwijzing)


@pytest.mark.parametrize(
    ("velden", "veld"),
    [
        ({"jongere": jongere(date(2012, 10, 8))}, "jongere"),  # 12 tomorrow
        ({"jongere": jongere(date(2006, 10, 7))}, "jongere"),  # 18 today
        ({"jongere": jongere(date(2010, 3, 1), instemming=False)}, "jongere"),
        ({"jongere": jongere(date(2008, 10, 8)), "ouders": ()}, "ouders"),  # 16 tomorrow
        ({"ouders": (ouder(True, None),)}, "ouders"),
        ({"ouders": (ouder(False, GETEKEND),)}, "ouders"),
        ({"ouders": (ouder(True, GETEKEND), ouder(False, None))}, "ouders"),
        ({"eerdere_halt_voor_verzuim": True}, "eerdere_halt_voor_verzuim"),
        ({"lopende_hulp": False}, "lopende_hulp_contact"),
        ({"kenmerk": "verwijzing 1"}, "kenmerk"),
        ({"bsn": "999990019"}, "bsn"),
    ],
)
def test_a_referral_outside_the_conditions_cannot_be_made(velden: dict[str, object], veld: str) -> None:
    """The model itself refuses what Halt would have to refuse, and any field that was not agreed."""
    with pytest.raises(ValidationError) as gevangen:
        voorbeeldverwijzing(**velden)
    assert veld == redenen(gevangen.value)[0].veld


def test_nothing_personal_shows_in_a_printed_referral() -> None:
    """Names, birth date, addresses, help and the overview print as asterisks."""
    geprint = repr(voorbeeldverwijzing())
    geheim = ("Fictief", "2010", "Proefstraat", "555", "Ambtenaar", "Hulp,", "%PDF", "gesprek", "M. Voorbeeld")
    assert [woord for woord in geheim if woord in geprint] == []
