"""Tokens of the login service: what holds, what does not, and what happens when the issuer changes or is away."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from pydantic import ValidationError

from hub.clock import VirtualClock
from hub.errors import NietGereed
from schakel.toegang import oidc
from schakel.toegang.oidc import Geweigerd, Uitgever
from schakel.toegang.settings import OidcSettings
from simulators.oidc import DOELGROEP, GELDIG, Gebrek, OidcSimulator, Storing

NU = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)


class Inlogdienst:
    """The issuer, and how the API sees it."""

    def __init__(self) -> None:
        self.clock = VirtualClock(NU)
        self.sim = OidcSimulator(self.clock)
        self.seconden = 0.0

    def uitgever(self, **settings: str) -> Uitgever:
        gegeven = {"uitgever": self.sim.uitgever, "doelgroep": DOELGROEP} | settings
        return Uitgever(OidcSettings(**gegeven), self.clock, monotoon=lambda: self.seconden)


@pytest_asyncio.fixture(loop_scope="session")
async def dienst() -> AsyncIterator[Inlogdienst]:
    made = Inlogdienst()
    await made.sim.start()
    yield made
    await made.sim.stop()


@pytest.mark.parametrize("alg", oidc.ALGORITMEN)
async def test_a_token_of_the_issuer_says_who_it_is(dienst: Inlogdienst, alg: str) -> None:
    assert "LPA-1" == await dienst.uitgever().lees(dienst.sim.token("LPA-1", alg=alg))


async def test_the_claim_is_a_setting(dienst: Inlogdienst) -> None:
    token = dienst.sim.token("iemand", medewerkercode="LPA-1")
    assert "LPA-1" == await dienst.uitgever(claim="medewerkercode").lees(token)


async def test_a_token_may_be_for_several_applications(dienst: Inlogdienst) -> None:
    assert "LPA-1" == await dienst.uitgever().lees(dienst.sim.token("LPA-1", aud=["iets", DOELGROEP]))


@pytest.mark.parametrize("gebrek", Gebrek)
async def test_each_defect_is_refused(dienst: Inlogdienst, gebrek: Gebrek) -> None:
    """And says why, without the token."""
    token = dienst.sim.token("LPA-1", gebrek=gebrek)
    with pytest.raises(Geweigerd) as refused:
        await dienst.uitgever().lees(token)
    assert token.split(".")[1] not in str(refused.value)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "a.b.c.d.e", "\x00", "é.é.é", "." * 20_000])
async def test_what_is_no_token_is_refused(dienst: Inlogdienst, token: str) -> None:
    with pytest.raises(Geweigerd):
        await dienst.uitgever().lees(token)


@pytest.mark.parametrize(("later", "geldt"), [(GELDIG + 59, True), (GELDIG + 60, False), (GELDIG + 61, False)])
async def test_sixty_seconds_of_leeway_at_the_end(dienst: Inlogdienst, later: int, geldt: bool) -> None:
    """The expiry of a token is the first moment it no longer holds (RFC 7519 section 4.1.4)."""
    token, uitgever = dienst.sim.token("LPA-1"), dienst.uitgever()
    dienst.clock.advance(timedelta(seconds=later))
    try:
        assert ("LPA-1", geldt) == (await uitgever.lees(token), True)
    except Geweigerd:
        assert not geldt


@pytest.mark.parametrize(("eerder", "geldt"), [(59, True), (60, True), (61, False)])
async def test_sixty_seconds_of_leeway_at_the_beginning(dienst: Inlogdienst, eerder: int, geldt: bool) -> None:
    token = dienst.sim.token("LPA-1", nbf=int(NU.timestamp()) + eerder)
    try:
        assert ("LPA-1", geldt) == (await dienst.uitgever().lees(token), True)
    except Geweigerd:
        assert not geldt


async def test_a_new_key_is_asked_for_once_and_not_too_often(dienst: Inlogdienst) -> None:
    """Old tokens stop, new ones hold; made-up kids do not make us hammer the issuer."""
    uitgever, oud = dienst.uitgever(), dienst.sim.token("LPA-1")
    await uitgever.lees(oud)
    dienst.sim.wissel()
    dienst.seconden = 31.0
    assert "LPA-1" == await uitgever.lees(dienst.sim.token("LPA-1"))
    with pytest.raises(Geweigerd):
        await uitgever.lees(oud)
    for _ in range(20):
        with pytest.raises(Geweigerd):
            await uitgever.lees(dienst.sim.token("LPA-1", gebrek=Gebrek.ONBEKENDE_SLEUTEL))
    assert 2 == dienst.sim.vragen


async def test_many_at_once_ask_once(dienst: Inlogdienst) -> None:
    uitgever, token = dienst.uitgever(), dienst.sim.token("LPA-1")
    assert ["LPA-1"] * 20 == await asyncio.gather(*(uitgever.lees(token) for _ in range(20)))
    assert 1 == dienst.sim.vragen


@pytest.mark.parametrize("storing", [Storing.WEG, Storing.TRAAG, Storing.ONZIN, Storing.ANDERE_NAAM])
async def test_an_issuer_that_fails_opens_nothing(
    dienst: Inlogdienst, storing: Storing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without keys the answer is `later`; with keys from before work goes on, for two hours at most."""
    bekend, nieuw, token = (
        dienst.uitgever(),
        dienst.uitgever(),
        dienst.sim.token("LPA-1", exp=int(NU.timestamp()) + 9999),
    )
    await bekend.lees(token)
    dienst.sim.storing = storing
    monkeypatch.setattr(oidc, "_WACHT", 0.2)
    with pytest.raises(NietGereed):
        await nieuw.lees(token)
    dienst.seconden = 7200.0
    assert "LPA-1" == await bekend.lees(token)
    dienst.seconden = 7231.0
    with pytest.raises(NietGereed):
        await bekend.lees(token)
    monkeypatch.undo()
    dienst.sim.storing, dienst.seconden = None, 7270.0
    assert "LPA-1" == await bekend.lees(token)


async def test_a_key_that_was_withdrawn_stops_within_the_hour(dienst: Inlogdienst) -> None:
    uitgever, oud = dienst.uitgever(), dienst.sim.token("LPA-1")
    await uitgever.lees(oud)
    dienst.sim.wissel()
    dienst.seconden = 3600.0
    assert "LPA-1" == await uitgever.lees(oud)
    dienst.seconden = 3601.0
    with pytest.raises(Geweigerd):
        await uitgever.lees(oud)


@pytest.mark.parametrize(
    "settings",
    [
        {"uitgever": "https://inlog.voorbeeld.example"},
        {"uitgever": "http://inlog.voorbeeld.example", "doelgroep": DOELGROEP},
        {"uitgever": "inlog.voorbeeld.example", "doelgroep": DOELGROEP},
    ],
)
def test_half_settings_are_refused(settings: dict[str, str]) -> None:
    """Without audience every token of the organisation would do; without https anybody can be the issuer."""
    with pytest.raises(ValidationError):
        OidcSettings(**settings)
