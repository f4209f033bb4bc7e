"""The counters of the demonstration see what they must see: each is made red once, on real streams and stores."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from contracts.envelope import EventData, encode
from contracts.events.brieven import BriefVervallen
from contracts.events.zaken import ZaakAfgesloten
from contracts.subjects import source_urn, stream_of, subject
from hub.canary import Canary
from hub.settings import HubSettings
from schakel.audit import Audit, audit
from schakel.installation import Config, Installation, running

pytestmark = pytest.mark.connected

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)  # dinsdag


@pytest.fixture(scope="module")
async def installation(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    """All services on embedded servers, without partners; each test looks at what it added itself."""
    folder = tmp_path_factory.mktemp("audit")
    config = Config(settings=HubSettings(map=folder / "map"), log_file=folder / "log")
    async with running(config, api=False) as running_installation:
        yield running_installation


def canary() -> Canary:
    """One planted name."""
    planted = Canary()
    planted.add("geslachtsnaam", "Zwanenburg")
    return planted


async def say(
    installation: Installation, data: EventData, jongere_id: UUID, sequence: int, *, recorded: bool = True
) -> None:
    """Puts an event in the stream of its source, with or without a row in the outbox."""
    bron = stream_of(type(data)).bron
    service = installation.apps[bron].service
    name = subject(type(data), "1924", jongere_id)
    identity, body = encode(
        data, source=source_urn(bron), jongere_id=jongere_id, sequence=sequence, time=NOW, gemeente="1924",
        traceparent=None,
    )  # fmt: skip
    await service.nc.jetstream().publish(name, body)
    if recorded:
        await service.pool.execute(
            "INSERT INTO outbox VALUES ((SELECT COALESCE(max(nr), 0) + 1 FROM outbox), $1, $2, $3, $4, $5, $6)",
            identity, jongere_id, sequence, name, body, NOW,
        )  # fmt: skip


async def count(installation: Installation) -> Audit:
    """The audit without meldingen or referrals at partners."""
    return await audit(installation, canary(), {}, set())


async def test_nothing_happened_is_clean(installation: Installation) -> None:
    """An empty installation has nothing to report."""
    assert (await count(installation)).clean


async def test_name_in_a_stream_is_found(installation: Installation) -> None:
    """A planted name inside an event body counts as personal data on the bus."""
    jongere_id = uuid4()
    data = BriefVervallen(zaak_id=uuid4(), brief_id=uuid4(), briefsoort="gele_kaart", reden="overleden")
    service = installation.apps["letters"].service
    _, body = encode(
        data, source=source_urn("letters"), jongere_id=jongere_id, sequence=1, time=NOW, gemeente="1924",
        traceparent=None,
    )  # fmt: skip
    leak = body.replace(b'"gele_kaart"', b'"gele_kaart","aan":"fam. Zwanenburg"')
    await service.nc.jetstream().publish(subject(BriefVervallen, "1924", jongere_id), leak)

    assert (await count(installation)).persoonsgegevens_op_bus == 1


async def test_event_missing_from_the_stream_is_lost(installation: Installation) -> None:
    """What the outbox holds and the stream does not, counts as lost, at the stream and at every listener."""
    before = (await count(installation)).verloren
    await installation.apps["brp_sync"].service.pool.execute(
        "INSERT INTO outbox VALUES (1, $1, $2, 1, 'personen.x', '{}', $3)", uuid4(), uuid4(), NOW
    )

    assert (await count(installation)).verloren == before + 4  # the stream, cases, ingest_duo and letters


async def test_melding_that_nobody_took_in_is_lost(installation: Installation) -> None:
    """A melding at DUO that `ingest_duo` does not know counts as lost."""
    before = (await count(installation)).verloren
    found = await audit(installation, canary(), {"7000001": []}, set())

    assert before + 1 == found.verloren


async def test_same_event_twice_and_gap_are_seen(installation: Installation) -> None:
    """A repeated event is doubled and out of order; a skipped number is out of order."""
    before = await count(installation)
    jongere_id = uuid4()
    data = ZaakAfgesloten(zaak_id=uuid4(), reden="overleden")
    for sequence in (1, 1, 3):
        await say(installation, data, jongere_id, sequence, recorded=False)
    found = await count(installation)

    assert (before.dubbel + 1, before.volgordefouten + 2) == (found.dubbel, found.volgordefouten)


async def test_referral_that_nobody_decided_is_doubled(installation: Installation) -> None:
    """A partner's own books count."""
    before = (await count(installation)).dubbel
    found = await audit(installation, canary(), {}, {"kenmerk-zonder-besluit"})

    assert before + 1 == found.dubbel
