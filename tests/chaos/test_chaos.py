"""kill -9 of services, NATS and PostgreSQL at random moments: nothing lost, nothing double, everything in order.

A short form of `make chaos`. The seed is printed; `SEED=<seed>` replays the run and `DURATION=<seconds>` makes it
longer.
"""

import json
import os
import random
import sys
from collections.abc import AsyncIterator, Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from contracts.codes import MeldingStatus, Verstrekkingsuitkomst
from services.cases.grens.regel import Verstrekkingsregel
from tests.chaos.__main__ import summary
from tests.chaos.checker import check
from tests.chaos.evidence import Evidence
from tests.chaos.rounds import Plan, Report, play_round

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

DURATION = float(os.environ.get("DURATION", "30"))
SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1_000_000)))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def report(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Report]:
    """One round of chaos and what came of it."""
    plan = Plan(SEED, DURATION, jongeren=max(150, round(DURATION * 5)), kills=max(16, round(DURATION / 2)))
    yield await play_round(Path(tmp_path_factory.mktemp("chaos")), plan, lambda _: None)


async def test_a_hub_under_kill_9_ends_where_the_sequential_model_ends(
    report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    """At least 2,000 events and 15 kills; every count is zero and no fed person is in a stream or a log."""
    with capsys.disabled():
        sys.stdout.write(f"\nSEED={SEED} {json.dumps(summary([report]))}\n")
    assert [] == report.findings.gevonden
    assert report.findings.clean
    assert 2_000 <= report.findings.gebeurtenissen
    assert 15 <= report.toll.kills.total()


def _drop_an_event(evidence: Evidence) -> None:
    evidence.streams["ZAKEN"].pop(3)


def _publish_twice(evidence: Evidence) -> None:
    evidence.streams["VERZUIM"].append(evidence.streams["VERZUIM"][0])


def _swap_two_of_one_jongere(evidence: Evidence) -> None:
    stream = evidence.streams["ZAKEN"]
    first = next(n for n, p in enumerate(stream) if any(q.jongere_id == p.jongere_id for q in stream[n + 1 :]))
    second = next(n for n in range(first + 1, len(stream)) if stream[n].jongere_id == stream[first].jongere_id)
    stream[first], stream[second] = stream[second], stream[first]


def _forget_what_was_said(evidence: Evidence) -> None:
    evidence._of.pop(next(key for key in evidence._of if key[0] == "cases"))


def _report_a_status_twice(evidence: Evidence) -> None:
    next(iter(evidence.statuses.values())).append(MeldingStatus.IN_BEHANDELING)


def _lose_a_referral(evidence: Evidence) -> None:
    evidence.referrals.popitem()


def _write_a_letter_twice(evidence: Evidence) -> None:
    evidence.letters.append(evidence.letters[0])


def _lose_a_letter(evidence: Evidence) -> None:
    evidence.letters[0] = evidence.letters[0]._replace(on_disk=None)


def _change_a_zaak(evidence: Evidence) -> None:
    zaken = next(z for z in evidence.zaken.values() if z)
    zaak_id = next(iter(zaken))
    zaken[zaak_id] = zaken[zaak_id].met(taken=("iets_anders",))


def _repeat_a_line_of_the_timeline(evidence: Evidence) -> None:
    next(iter(evidence.timeline.values())).append(next(iter(evidence.timeline.values()))[0])


def _effect(evidence: Evidence) -> list[Verstrekkingsregel]:
    """The lines of the register about one effect, of a jongere with no other."""
    return next(lines for lines in evidence.disclosures.values() if len({r.kenmerk for r in lines}) == 1)


def _forget_a_line_of_the_register(evidence: Evidence) -> None:
    _effect(evidence).pop(0)


def _forget_all_lines_about_an_effect(evidence: Evidence) -> None:
    _effect(evidence).clear()


def _refuse_what_was_sent(evidence: Evidence) -> None:
    lines = _effect(evidence)
    lines[:] = [replace(line, uitkomst=Verstrekkingsuitkomst.GEWEIGERD) for line in lines]


def _decide_after_halt_had_it(evidence: Evidence) -> None:
    line = _effect(evidence)[0]
    evidence.referred_at[str(line.kenmerk)] = line.besloten_op - timedelta(seconds=1)


def _forget_that_it_was_sent(evidence: Evidence) -> None:
    lines = _effect(evidence)
    lines[:] = [replace(line, verzonden_op=None) for line in lines]


def _say_a_decision_twice(evidence: Evidence) -> None:
    said = evidence.of("cases", _effect(evidence)[0].jongere_id)
    said.append(next(told for told in said if told.name == "verstrekking-besloten"))


def _say_a_decision_before_its_besluit(evidence: Evidence) -> None:
    said = evidence.of("cases", _effect(evidence)[0].jongere_id)
    said[:] = [told._replace(nr=0) if told.name == "verstrekking-besloten" else told for told in said]


@pytest.mark.parametrize(
    ("tamper", "count"),
    [
        (_drop_an_event, "verloren"),
        (_publish_twice, "dubbel"),
        (_swap_two_of_one_jongere, "volgordefouten"),
        (_forget_what_was_said, "verloren"),
        (_report_a_status_twice, "dubbel"),
        (_lose_a_referral, "verloren"),
        (_write_a_letter_twice, "dubbel"),
        (_lose_a_letter, "verloren"),
        (_change_a_zaak, "overig"),
        (_repeat_a_line_of_the_timeline, "dubbel"),
        (_forget_a_line_of_the_register, "dubbel"),
        (_forget_all_lines_about_an_effect, "verloren"),
        (_refuse_what_was_sent, "overig"),
        (_decide_after_halt_had_it, "overig"),
        (_forget_that_it_was_sent, "verloren"),
        (_say_a_decision_twice, "dubbel"),
        (_say_a_decision_before_its_besluit, "volgordefouten"),
    ],
)
async def test_the_checker_sees_each_kind_of_damage(
    report: Report, tamper: Callable[[Evidence], None], count: str
) -> None:
    """The evidence of the same run with one thing changed is not clean any more."""
    evidence = deepcopy(report.evidence)
    tamper(evidence)
    before, after = check(report.evidence, report.cases), check(evidence, report.cases)
    assert getattr(before, count) < getattr(after, count)


async def test_a_decision_to_disclose_may_be_repeated(report: Report) -> None:
    """Asked again before anything was sent: another line with its event is as good as the first one."""
    evidence = deepcopy(report.evidence)
    lines = _effect(evidence)
    first, repeat = lines[0], replace(lines[0], verstrekking_id=uuid4(), verzonden_op=None)
    said = evidence.of("cases", first.jongere_id)
    at = next(n for n, told in enumerate(said) if str(first.verstrekking_id).encode() in told.body)
    body = said[at].body.replace(str(first.verstrekking_id).encode(), str(repeat.verstrekking_id).encode())
    lines.insert(0, repeat)
    said.insert(at, said[at]._replace(body=body))
    assert check(report.evidence, report.cases) == check(evidence, report.cases)
