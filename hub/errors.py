"""The error classes of the hub: what is wrong decides what happens next (docs/delivery.md).

| class | meaning | what the hub does |
|---|---|---|
| `Ongeldig` | this event can never be handled as it is | parked at once, its jongere waits |
| `Tijdelijk` | it may work later | a few quick tries, then growing delays for at least seven days, then parked |
| `PartnerOnbereikbaar` | the other side is down | circuit opens: the queue is held, no attempt is counted |
| `BestaatNiet` | it does not exist, or not for who asks | refused, in the same words for both |
| `Achterhaald` | what an official looked at has changed meanwhile | refused; look again |
| `AlUitgevoerd` | this command was carried out before | the answer of then is given again |
| anything else | a fault in our code | three quick tries, then parked |
"""

from typing import Any


class HubError(Exception):
    """Base of errors with a text that is safe to show: it never holds personal data."""


class Ongeldig(HubError):
    """The event or command breaks a rule and no retry will mend it; `veld` names the field when there is one."""

    def __init__(self, reden: str, veld: str | None = None) -> None:
        super().__init__(f"{veld}: {reden}" if veld else reden)
        self.veld = veld
        self.reden = reden


class BestaatNiet(Ongeldig):
    """What is asked for does not exist, or not for whoever asks: the answer never tells which."""

    def __init__(self) -> None:
        super().__init__("dit bestaat hier niet")


class Achterhaald(Ongeldig):
    """The command was given about an older version of what it is about; whoever gave it must look again."""


class AlUitgevoerd(HubError):
    """The command was carried out before under the same key; `antwoord` is what was answered then."""

    def __init__(self, antwoord: Any) -> None:
        super().__init__("deze opdracht is al uitgevoerd")
        self.antwoord = antwoord


class Tijdelijk(HubError):
    """Something outside failed for this one event; a later try may succeed."""


class PartnerOnbereikbaar(HubError):
    """A partner or source answers nobody at the moment; trying other events would only burn them."""

    def __init__(self, partner: str, reden: str) -> None:
        super().__init__(f"{partner} is niet bereikbaar: {reden}")
        self.partner = partner


class Gelijktijdig(HubError):
    """Another writer changed the same jongere first; reload and decide again."""


class NietGereed(HubError):
    """The hub may not start or go on: the text says what is wrong and what to do."""
