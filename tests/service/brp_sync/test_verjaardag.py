"""The clock says who turned five, through crashes and outages, and the database tells no birthday."""

from datetime import date, timedelta

from services.brp_sync.model import Persoon
from tests.service.brp_sync.wereld import Wereld
from tests.waiting import eventually


def kind(bsn: str, geboren: str) -> Persoon:
    """A fictional child."""
    return Persoon(bsn=bsn, geslachtsnaam="Proefman", geboortedatum=geboren, gemeente="1924", indicatie_geheim=0)


async def test_everybody_turns_five_once(wereld: Wereld) -> None:
    """One on the day, one while the hub was away for a month; a restart says nothing again."""
    # 14 September 2026 is a Monday
    assert 3 == await wereld.app.take_in(
        [kind("999990019", "20210916"), kind("999990020", "20211001"), kind("999990032", "20110504")]
    )
    assert ["jongere-ingeschreven"] * 3 == await wereld.names()
    wereld.clock.advance(timedelta(days=2))

    async def said(times: int) -> bool:
        return times == (await wereld.names()).count("vijfde-verjaardag-bereikt")

    await eventually(lambda: said(1), "the first turned five")
    await wereld.stop()
    wereld.clock.advance(timedelta(days=40))
    await wereld.start()
    await eventually(lambda: said(2), "the second turned five")
    await wereld.app.pass_birthdays()
    assert await said(2)


async def test_only_the_month_can_be_read(wereld: Wereld) -> None:
    """Whoever sees the table learns no day of birth."""
    await wereld.app.take_in([kind("999990019", "20220829")])
    assert date(2027, 8, 1) == await wereld.pool.fetchval("SELECT kijk_op FROM jongere")
    await wereld.pool.execute("UPDATE jongere SET kijk_op = '1970-01-01'")
    await wereld.app.pass_birthdays()
    assert date(2027, 8, 1) == await wereld.pool.fetchval("SELECT kijk_op FROM jongere")
