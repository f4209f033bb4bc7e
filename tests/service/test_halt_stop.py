"""Taking a referral back at Halt over real HTTP: once, however often it is sent and whatever crossed it."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from contracts.codes import HaltAfloop
from hub.clock import VirtualClock
from services.halt_bridge import halt_namen as namen
from services.halt_bridge.partner import HaltClient, HaltOnbereikbaar, HaltWeigert
from simulators.halt import HaltSimulator, HaltStoring, HaltStoringSoort
from simulators.voorbeelden import voorbeeldverwijzing
from tests.service.test_halt_simulator import NU


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


async def test_a_stop_is_recognised_and_says_whether_halt_had_the_referral(
    halt: HaltSimulator, client: HaltClient
) -> None:
    """Repeating it changes nothing; an offer that comes after it is refused."""
    await client.aanbieden(voorbeeldverwijzing())
    assert [True, True] == [await client.stop("verwijzing-0001") for _ in range(2)]
    assert await client.stop("verwijzing-0009") is False
    with pytest.raises(HaltWeigert, match="GESTOPT"):
        await client.aanbieden(voorbeeldverwijzing(kenmerk="verwijzing-0009"))
    assert list(halt.verwijzingen) == ["verwijzing-0001"]


async def test_a_course_that_ended_is_not_stopped(halt: HaltSimulator, client: HaltClient) -> None:
    """Halt says why, and the outcome stays in the feed."""
    await client.aanbieden(voorbeeldverwijzing())
    halt.geef_afloop("verwijzing-0001", HaltAfloop.POSITIEF, date(2025, 1, 17))
    with pytest.raises(HaltWeigert) as fout:
        await client.stop("verwijzing-0001")
    assert (namen.AL_AFGELOPEN, {}) == (fout.value.code, halt.gestopt)


@pytest.mark.parametrize(
    ("soort", "effect"),
    [
        (HaltStoringSoort.HTTP_500, 0),
        (HaltStoringSoort.STILTE, 0),
        (HaltStoringSoort.TIMEOUT_NA_EFFECT, 1),
        (HaltStoringSoort.KAPOT_ANTWOORD, 1),
    ],
)
async def test_a_stop_without_an_answer_is_repeated(
    halt: HaltSimulator, client: HaltClient, soort: HaltStoringSoort, effect: int
) -> None:
    """It may or may not have taken effect; the repeat is the same stop."""
    await client.aanbieden(voorbeeldverwijzing())
    halt.storingen.append(HaltStoring(soort, bij="stop"))
    with pytest.raises(HaltOnbereikbaar):
        await client.stop("verwijzing-0001")
    assert effect == halt.gestopt["verwijzing-0001"]
    assert await client.stop("verwijzing-0001")
