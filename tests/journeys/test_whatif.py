"""A what-if over the zaken of a running hub: what they were judged on comes back, and nothing is changed by asking."""

from datetime import date

from hub.gemeenten import Gemeenten
from schakel.whatif.source import recorded
from services.cases.protocol import PROTOCOLLEN, laad_protocollen
from tests.journeys.world import World


async def test_the_zaken_of_the_hub_can_be_asked_again(wereld: World) -> None:
    """One record per melding, with the facts as they were then and the gemeente by its name."""
    jongere = await wereld.jongere()
    await wereld.meld_te_laat(jongere, 3)
    await wereld.meld_te_laat(jongere, 9)
    await wereld.werk(jongere, "gele_kaart")
    before = await wereld.zaak(jongere)
    store, boek = wereld.app("cases").store, laad_protocollen(PROTOCOLLEN)
    chunks = [chunk async for chunk in recorded(store, Gemeenten.load(), boek, None)]
    records = [record for chunk in chunks for record in chunk()]
    assert [3, 9] == [record.feiten["aantal_te_laat"] for record in records]
    assert {("Goeree-Overflakkee", "goeree-overflakkee")} == {(r.gemeente, r.protocol) for r in records}
    assert [f"{before.zaak_id}/1", f"{before.zaak_id}/2"] == [record.id for record in records]
    assert date(2011, 5, 4) == records[0].feiten["geboortedatum"]
    assert before == await wereld.zaak(jongere)
