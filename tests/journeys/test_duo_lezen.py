"""Reading DUO: whose a melding is when the number changes, several uitvoerders, and reading everything again."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from contracts.codes import MeldingStatus
from hub.clock import AMSTERDAM
from services.ingest_duo import decisions
from services.ingest_duo.model import Verzuimgeval
from simulators.duo_storingen import Storing, StoringSoort
from tests.journeys.world import World
from tests.waiting import eventually

OWN = "100000009"


async def eigenaar(wereld: World, nummer: str) -> Any:
    """The jongere_id under which a melding is kept."""
    return await wereld.app("ingest_duo").store.jongere_van(nummer)


async def herlees(wereld: World, vanaf: date) -> dict[str, Any]:
    """Reads again until it is done; returns how it went."""
    poller, cursors = wereld.app("ingest_duo").poller, wereld.app("ingest_duo").cursors
    await poller.begin_again(datetime.combine(vanaf, datetime.min.time()))
    await poller.round()
    (stand,) = await cursors.overview()
    return dict(stand)


async def test_reading_again_doubles_nothing_and_finds_what_was_missed(wereld: World) -> None:
    """A melding that DUO gave out with an old stamp is found; the others are known already."""
    persoon, ander = await wereld.jongere(), await wereld.jongere()
    await wereld.meld(persoon)
    await wereld.meld(ander)
    eerder = wereld.clock.now().astimezone(AMSTERDAM).replace(tzinfo=None) - timedelta(days=3)
    wereld.meld_bij_duo(persoon, meldingsnummer="6999999", laatste_mutatie=eerder, verzuimsoort="L")
    await wereld.app("ingest_duo").poller.round()
    assert 2 == len(await wereld.said("ingest_duo", "verzuimmelding-ontvangen"))
    stand = await herlees(wereld, date(2026, 8, 1))
    assert (3, "gevraagd", None) == (stand["gelezen"], stand["aanleiding"], stand["geweigerd"])
    assert stand["klaar_op"] is not None
    assert 3 == len(await wereld.said("ingest_duo", "verzuimmelding-ontvangen"))
    await herlees(wereld, date(2026, 8, 1))
    assert 3 == len(await wereld.said("ingest_duo", "verzuimmelding-ontvangen"))
    assert [] == await wereld.said("ingest_duo", "verzuimmelding-gewijzigd")
    assert 0 == await wereld.app("ingest_duo").service.pool.fetchval("SELECT count(*) FROM quarantaine")


async def test_reading_again_goes_on_after_a_crash_where_it_was(wereld: World) -> None:
    """Half the pages were read; the next start reads the other half and ends."""
    wereld.duo._grootte = 1
    for _ in range(4):
        wereld.meld_bij_duo(await wereld.jongere())
    cursors = wereld.app("ingest_duo").cursors
    await cursors.begin_again("001924", datetime.fromisoformat("2026-08-01"), "gevraagd", wereld.clock.now())
    wereld.duo.storingen.append(Storing(StoringSoort.VERTRAGING, bij="aanvraag", aantal=2))
    wereld.duo.storingen.append(Storing(StoringSoort.HTTP_500, bij="aanvraag"))
    await wereld.stop("ingest_duo")
    await wereld.start("ingest_duo")
    await eventually(lambda: _halverwege(wereld), "two pages were read")
    await wereld.stop("ingest_duo")
    await wereld.start("ingest_duo")
    await wereld.app("ingest_duo").poller.round()
    (stand,) = await wereld.app("ingest_duo").cursors.overview()
    assert 4 <= stand["gelezen"] <= 8  # our own status makes a melding come again
    assert stand["klaar_op"] is not None
    assert 4 == len(await wereld.said("ingest_duo", "verzuimmelding-ontvangen"))


async def _halverwege(wereld: World) -> bool:
    (stand,) = await wereld.app("ingest_duo").cursors.overview()
    return bool(stand["gelezen"] == 2 and stand["klaar_op"] is None)


async def test_a_cursor_that_duo_refuses_is_replaced_visibly(wereld: World) -> None:
    """Everything DUO still keeps is read again, and what is new comes in."""
    await wereld.meld(await wereld.jongere())
    wereld.clock.advance(timedelta(days=800))
    wereld.duo.register.bewaart_vanaf = datetime.fromisoformat("2027-08-01")
    await wereld.meld(await wereld.jongere())
    assert 2 == len(await wereld.said("ingest_duo", "verzuimmelding-ontvangen"))
    (stand,) = await wereld.app("ingest_duo").cursors.overview()
    assert ("cursor_geweigerd", datetime.fromisoformat("2027-08-01")) == (stand["aanleiding"], stand["vanaf"])
    assert stand["klaar_op"] is not None
    before = wereld.duo.verzoeken["aanvraag"]
    await wereld.app("ingest_duo").poller.round()
    assert 1 == wereld.duo.verzoeken["aanvraag"] - before


async def test_a_later_version_that_names_the_bsn_is_about_the_same_jongere(wereld: World) -> None:
    """First by onderwijsnummer, then by BSN: one melding, told once as new, under one jongere."""
    persoon = await wereld.jongere()
    nummer = await wereld.meld(persoon, bsn=None, onderwijsnummer=OWN)
    eerst = await eigenaar(wereld, nummer)
    wereld.clock.advance(timedelta(minutes=1))
    wereld.duo.wijzig(nummer, bsn=persoon.bsn, onderwijsnummer=None)
    await wereld.app("ingest_duo").poller.round()
    nu = await eigenaar(wereld, nummer)
    assert await wereld.jongere_id(persoon) == nu
    assert 1 == len(await wereld.said("ingest_duo", "verzuimmelding-ontvangen"))
    moved = [(e["subject"], e["data"]) for e in await wereld.said("ingest_duo", "verzuimmelding-overgedragen")]
    wanted = [] if nu == eerst else [(str(eerst), {"meldingsnummer": nummer, "naar_jongere_id": str(nu)})]
    assert wanted == moved
    (gewijzigd,) = await wereld.said("ingest_duo", "verzuimmelding-gewijzigd")
    assert str(nu) == gewijzigd["subject"]
    assert 1 == await wereld.app("ingest_duo").service.pool.fetchval("SELECT count(*) FROM melding")


async def test_a_melding_moves_to_whom_the_brp_says_it_is(wereld: World) -> None:
    """The jongere goes on under another number: told once on either side, and once only however often it comes."""
    persoon, ander = await wereld.jongere(), await wereld.jongere()
    nummer = await wereld.meld(persoon)
    await eventually(lambda: wereld.duo.ontvangen_statussen.get(nummer), "DUO has our status")
    eerst = await eigenaar(wereld, nummer)
    wereld.clock.advance(timedelta(minutes=1))
    wereld.duo.wijzig(nummer, bsn=ander.bsn)
    for _ in range(2):
        await wereld.app("ingest_duo").poller.round()
    nu = await wereld.jongere_id(ander)
    assert (nu, True) == (await eigenaar(wereld, nummer), eerst != nu)
    (moved,) = await wereld.said("ingest_duo", "verzuimmelding-overgedragen")
    assert (str(eerst), str(nu)) == (moved["subject"], moved["data"]["naar_jongere_id"])
    (gewijzigd,) = await wereld.said("ingest_duo", "verzuimmelding-gewijzigd")
    assert str(nu) == gewijzigd["subject"]
    assert MeldingStatus.IN_BEHANDELING in wereld.duo.ontvangen_statussen[nummer]


async def test_a_move_that_was_half_done_is_finished(wereld: World) -> None:
    """The process died after the former jongere was told: the remaining one is told at the next round."""
    nummer = await wereld.meld(await wereld.jongere())
    await wereld.app("ingest_duo").service.pool.execute("UPDATE melding SET verhuist = true")
    for _ in range(2):
        await wereld.app("ingest_duo").poller.round()
    (gewijzigd,) = await wereld.said("ingest_duo", "verzuimmelding-gewijzigd")
    assert nummer == gewijzigd["data"]["meldingsnummer"]
    assert [] == await wereld.said("ingest_duo", "verzuimmelding-overgedragen")


async def test_the_zaak_goes_on_when_two_jongeren_turn_out_to_be_one(wereld: World) -> None:
    """Another melding names both numbers: the first one is told anew under who remains, in a zaak there."""
    persoon = await wereld.jongere()
    nummer = await wereld.meld(persoon, bsn=None, onderwijsnummer=OWN)
    eerst = await eigenaar(wereld, nummer)
    nu = await wereld.jongere_id(persoon)
    assert eerst != nu
    await eventually(lambda: wereld.said("cases", "zaak-geopend"), "there is a zaak under the first number")
    ander = await wereld.meld(persoon, onderwijsnummer=OWN, verzuimsoort="L")
    await eventually(lambda: wereld.said("cases", "zaak-afgesloten"), "that zaak is closed")

    async def moved() -> bool:
        wereld.app("ingest_duo").poller.poke()
        return bool(await eigenaar(wereld, nummer) == nu)

    await eventually(moved, "the melding is under who remains")
    (overgedragen,) = await wereld.said("ingest_duo", "verzuimmelding-overgedragen")
    assert str(eerst) == overgedragen["subject"]

    async def in_zaken() -> bool:
        zaken = await wereld.zaken(persoon)
        return {nummer, ander} == {melding for zaak in zaken for melding in zaak.meldingen}

    await eventually(in_zaken, "both meldingen are in zaken of who remains")
    assert 2 == len(await wereld.said("ingest_duo", "verzuimmelding-ontvangen"))


async def quarantaine(wereld: World) -> list[tuple[str, str]]:
    """Field and reason of what waits there."""
    rows = await wereld.app("ingest_duo").service.pool.fetch("SELECT veld, reden FROM quarantaine ORDER BY id")
    return [(r["veld"], r["reden"]) for r in rows]


@pytest.mark.parametrize("dag", [date(1, 1, 1), date(9999, 12, 31)])
async def test_a_day_that_cannot_be_waits_in_quarantine_and_holds_up_nothing(wereld: World, dag: date) -> None:
    """The others of the same page come in, and the next round has nothing left to do."""
    persoon = await wereld.jongere()
    nummer = wereld.meld_bij_duo(persoon)
    geval = wereld.duo.register.versies(nummer)[-1]
    wereld.duo.voeg_toe(geval.model_copy(update={"meldingsnummer": "6999999", "begindatum": dag}))
    await wereld.app("ingest_duo").poller.round()
    assert [("begindatum", "ligt buiten de jaren 1990 tot en met 2100")] == await quarantaine(wereld)
    assert 1 == len(await wereld.said("ingest_duo", "verzuimmelding-ontvangen"))
    await wereld.app("ingest_duo").poller.round()


async def test_a_fault_of_ours_on_one_melding_holds_up_nothing(wereld: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits in quarantine; the others of the same page come in."""
    echt = decisions.aandachtspunten

    def stuk(geval: Verzuimgeval) -> Any:
        if geval.meldingsnummer == "6999999":
            raise OverflowError
        return echt(geval)

    monkeypatch.setattr(decisions, "aandachtspunten", stuk)
    wereld.meld_bij_duo(await wereld.jongere(), meldingsnummer="6999999")
    wereld.meld_bij_duo(await wereld.jongere())
    await wereld.app("ingest_duo").poller.round()
    assert [("bericht", "onverwachte fout bij het verwerken (OverflowError): meld dit")] == await quarantaine(wereld)
    assert 1 == len(await wereld.said("ingest_duo", "verzuimmelding-ontvangen"))


async def test_a_broken_map_of_school_files_does_not_keep_duo_waiting(wereld: World) -> None:
    """The file waits, and DUO's meldingen come in."""
    school = wereld.app("ingest_duo").schoolmeldingen

    def stuk() -> Any:
        raise ValueError("kaart")

    school._kaarten = stuk
    with pytest.raises(ValueError, match="kaart"):
        await school.neem_op(b"bsn;gemeente\r\n")
    await wereld.meld(await wereld.jongere())
    assert 1 == len(await wereld.said("ingest_duo", "verzuimmelding-ontvangen"))


async def test_reading_again_is_not_done_when_a_page_could_not_be_read(wereld: World) -> None:
    """It says so, and asked anew it goes on to the end."""
    await wereld.meld(await wereld.jongere())
    wereld.duo.storingen.append(Storing(StoringSoort.KAPOTTE_XML, bij="aanvraag"))
    stand = await herlees(wereld, date(2026, 8, 1))
    assert (None, "ONLEESBAAR") == (stand["klaar_op"], stand["geweigerd"])
    stand = await herlees(wereld, date(2026, 8, 1))
    assert (True, None) == (stand["klaar_op"] is not None, stand["geweigerd"])
