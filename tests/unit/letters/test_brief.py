"""The model of a letter: what it takes, what it refuses, and what it keeps to itself."""

from datetime import date
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from services.letters.model import Briefsoort, Verzuim, geheime_velden
from tests.unit.letters.voorbeelden import brief


def test_every_confidential_text_is_known_to_the_checks() -> None:
    """A new SecretStr field has to be added to `geheime_velden`, or its characters would go unchecked."""

    def tel(waarde: object) -> int:
        if isinstance(waarde, SecretStr):
            return 1
        if isinstance(waarde, tuple):
            return sum(map(tel, waarde))
        velden = getattr(type(waarde), "model_fields", ())
        return sum(tel(getattr(waarde, veld)) for veld in velden)

    assert tel(brief()) == len(list(geheime_velden(brief())))


@pytest.mark.parametrize(
    "velden",
    [
        {"kenmerk": "zaak van Noor"},
        {"kenmerk": ""},
        {"kenmerk": "x" * 41},
        {"kenmerk": "ZAAK-1\n"},
        {"gemeente": "171"},
        {"gemeente": "01712"},
        {"jongere_naam": SecretStr("")},
        {"jongere_naam": SecretStr("x" * 301)},
        {"afspraken": (SecretStr("x"),) * 21},
    ],
)
def test_a_letter_refuses_what_it_cannot_hold(velden: dict[str, Any]) -> None:
    """A reference is no sentence and a gemeentecode has four digits; texts and lists have a length."""
    with pytest.raises(ValidationError):
        brief(**velden)


@pytest.mark.parametrize(
    "velden",
    [{"kenmerk": "x" * 40}, {"jongere_naam": SecretStr("x" * 300)}, {"afspraken": (SecretStr("x"),) * 20}],
)
def test_a_letter_takes_what_just_fits(velden: dict[str, Any]) -> None:
    """The longest reference, name and list are still accepted."""
    assert brief(**velden).briefsoort is Briefsoort.officiele_waarschuwing


@pytest.mark.parametrize(
    ("van", "tot", "mag"),
    [
        (date(2025, 2, 3), date(2025, 2, 4), True),
        (date(2025, 2, 3), date(2025, 2, 3), True),
        (date(2025, 2, 3), date(2025, 2, 2), False),
        (None, date(2025, 2, 2), False),
        (date(2025, 2, 3), None, True),
    ],
)
def test_a_period_runs_forward(van: date | None, tot: date | None, mag: bool) -> None:
    """A period has a beginning and does not end before it."""
    if mag:
        assert tot == Verzuim(periode_van=van, periode_tot=tot).periode_tot
    else:
        with pytest.raises(ValidationError, match="periode_tot"):
            Verzuim(periode_van=van, periode_tot=tot)
