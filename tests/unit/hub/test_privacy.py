"""Personal data do not show themselves by accident, in any way Python has to show something."""

import json
import pprint
import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, SecretStr, ValidationError

from hub.privacy import Bsn, OngeldigeBsn, Reden, Vertrouwelijk, onthuld_json, redenen

BSN = "999990019"
WRONG = "999990018"
NAAM = "Fictief van Dijk-Voorbeeld"


class Soort(StrEnum):
    """Something with a name."""

    OUDER = "ouder"


class Persoon(Vertrouwelijk):
    """A person as the services know one."""

    bsn: Bsn
    naam: SecretStr
    tweede: SecretStr | None = None
    geboren: date = date(2010, 3, 1)
    gezien: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    nummer: UUID = UUID(int=7)
    soort: Soort = Soort.OUDER
    vrienden: tuple["Persoon", ...] = ()
    kenmerken: dict[str, int] = Field(default_factory=dict)


PERSOON = Persoon(bsn=Bsn(BSN), naam=SecretStr(NAAM))


def raised(value: Any) -> str:
    """How an uncaught exception with this value in it would be printed."""
    try:
        raise RuntimeError(value)
    except RuntimeError as error:
        return "".join(traceback.format_exception(error))


WAYS: list[Callable[[Any], str]] = [
    str,
    repr,
    ascii,
    format,
    lambda v: f"{v} {v!r} {v!s}",
    lambda v: "%s %r" % (v, v),  # noqa: UP031 - one of the ways
    lambda v: f"{[v]} {({'sleutel': v},)}",
    pprint.pformat,
    raised,
    lambda v: str(structlog.processors.JSONRenderer()(None, "info", {"event": "x", "value": v})),
    lambda v: str(structlog.processors.KeyValueRenderer()(None, "info", {"event": "x", "value": v})),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("value", [Bsn(BSN), PERSOON], ids=["bsn", "model"])
def test_a_bsn_shows_itself_in_no_way_of_printing(way: Callable[[Any], str], value: Any) -> None:
    """Neither by itself nor inside a model; a name in the same model does not either."""
    shown = way(value)
    assert BSN not in shown
    assert NAAM not in shown


def test_a_model_as_json_shows_asterisks() -> None:
    """What pydantic writes by itself is safe; the clear form has to be asked for by name."""
    assert BSN not in PERSOON.model_dump_json()
    assert "**********" == json.loads(PERSOON.model_dump_json())["bsn"]


@pytest.mark.parametrize(
    "text",
    [WRONG, "99999001", "9999900190", "", "99999001x", "９９９９９００１９", " 99999001", "000000000", "²²²²²²²²²"],
)
def test_a_number_that_is_no_bsn_is_refused_without_being_repeated(text: str) -> None:
    """Nine ASCII digits that pass the elfproef, and not nine zeros."""
    with pytest.raises(OngeldigeBsn) as caught:
        Bsn(text)
    assert "geen geldig BSN: negen cijfers die aan de elfproef voldoen" == str(caught.value)


@given(st.integers(0, 99_999_999))
def test_of_ten_last_digits_at_most_one_makes_a_bsn(start: int) -> None:
    """The elfproef with weights 9 to 2 and -1 notices every wrong last digit."""

    def accepted(text: str) -> bool:
        try:
            return Bsn(text).get_secret_value() == text
        except OngeldigeBsn:
            return False

    fits = [d for d in range(10) if accepted(f"{start:08}{d}")]
    digits = [int(c) for c in f"{start:08}"]
    remainder = sum(w * d for w, d in zip(range(9, 1, -1), digits, strict=True)) % 11
    assert ([remainder] if remainder < 10 and start else []) == fits


BAD_INPUT = [
    {"bsn": WRONG, "naam": NAAM},
    {"bsn": [BSN], "naam": NAAM},
    {"bsn": BSN, "naam": {"voor": NAAM}},
    {"bsn": BSN, "naam": NAAM, "geboren": BSN},
    {"bsn": BSN, "naam": NAAM, "soort": NAAM},
    {"bsn": BSN, "naam": NAAM, "onbekend": BSN},
    {"bsn": BSN, "naam": NAAM, "vrienden": [{"bsn": WRONG, "naam": NAAM}]},
    {"bsn": BSN, "naam": NAAM, "nummer": BSN},
    {"naam": NAAM},
]


@pytest.mark.parametrize("document", BAD_INPUT)
@pytest.mark.parametrize("as_json", [True, False])
def test_a_validation_error_shows_no_input(document: dict[str, Any], as_json: bool) -> None:
    """Neither as text nor as the reasons that go to a log or an operator."""
    with pytest.raises(ValidationError) as caught:
        Persoon.model_validate_json(json.dumps(document)) if as_json else Persoon.model_validate(document)
    found = redenen(caught.value)
    for shown in (str(caught.value), repr(caught.value), str(found), raised(caught.value)):
        for secret in (BSN, WRONG, NAAM):
            assert secret not in shown
    assert found


@pytest.mark.parametrize(
    ("document", "veld"),
    [
        ({"bsn": WRONG, "naam": NAAM}, "bsn"),
        ({"bsn": BSN, "naam": NAAM, "vrienden": [{"bsn": BSN}]}, "vrienden.0.naam"),
        ({"bsn": BSN, "naam": NAAM, "adresregel1": "x"}, "adresregel1"),
        ({"bsn": BSN, "naam": NAAM, BSN: 1}, "?"),
        ({"bsn": BSN, "naam": NAAM, NAAM: 1}, "?"),
        ({"bsn": BSN, "naam": NAAM, "kenmerken": {BSN: "x"}}, "kenmerken.?"),
        ([], "bericht"),
    ],
)
def test_a_reason_names_the_field_and_never_a_key_that_came_in(document: Any, veld: str) -> None:
    """A key may be a number or a name of a person as well as a value may."""
    with pytest.raises(ValidationError) as caught:
        Persoon.model_validate_json(json.dumps(document))
    [reden] = redenen(caught.value)
    assert veld == reden.veld


def test_a_missing_field_is_named_with_its_rule() -> None:
    """What an operator reads."""
    with pytest.raises(ValidationError) as caught:
        Persoon.model_validate({"bsn": Bsn(BSN)})
    assert [Reden("naam", "Field required")] == redenen(caught.value)


def test_the_clear_form_opens_to_an_equal_model() -> None:
    """Secrets, dates, numbers and nested models survive sealing."""
    whole = Persoon(bsn=Bsn(BSN), naam=SecretStr(NAAM), vrienden=(PERSOON,), kenmerken={"lengte": 180})
    clear = onthuld_json(whole)
    assert BSN.encode() in clear
    assert whole == Persoon.model_validate_json(clear)


def test_a_type_without_a_clear_form_is_refused_without_its_value() -> None:
    """Better an error than a representation that hides or shows the wrong thing."""

    class Vreemd(Vertrouwelijk):
        """Holds something JSON does not know."""

        waarde: Any

    with pytest.raises(TypeError, match=r"^geen JSON-vorm voor complex$"):
        onthuld_json(Vreemd(waarde=complex(1, 2)))
