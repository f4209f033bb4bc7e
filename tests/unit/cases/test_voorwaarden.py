"""What a condition may ask of a fact that is text."""

from functools import cache
from typing import Any

import pytest

from services.cases.feiten import laad_feiten
from services.cases.protocol import PROTOCOLLEN
from services.cases.regelwerk.omgeving import Omgeving
from services.cases.regelwerk.toetsen import Bekend
from services.cases.regelwerk.voorwaarden import OverFeit
from services.cases.regelwerk.woorden import RegelFout, laad_woordenlijst


@cache
def omgeving() -> Omgeving:
    """The real facts and words, without values or begrippen."""
    feiten, woorden = laad_feiten(PROTOCOLLEN / "feiten.yaml"), laad_woordenlijst(PROTOCOLLEN / "woordenlijst.yaml")
    return Omgeving(feiten.definities, woorden, {}, {})


def geldt(kennis: dict[str, Any], **eis: Any) -> bool:
    """Whether the condition is known to hold for these facts."""
    toets = OverFeit.model_validate(eis).compileer(omgeving())
    waar = toets.waar(Bekend(frozenset(kennis), frozenset(), set(kennis), {}, {}, set(kennis)))
    return waar is not None and waar(kennis)


@pytest.mark.parametrize(
    ("eis", "veld", "expected"),
    [
        ({"begint_met": ("13a", "13b")}, "13b_aantekeningen", True),
        ({"begint_met": ("13a", "13b")}, "13f_diplomas", False),
        ({"is": "13"}, "13", True),
        ({"is": "13"}, "13f_diplomas", False),
        ({"is_een_van": ("13", "14")}, "14", True),
        ({"is_een_van": ("13", "14")}, "15", False),
        ({"is": "Bijlage A"}, " bijlage a ", True),
        ({"is": "Bijlage A"}, "bijlage aa", False),
        ({"begint_met": ("13",)}, None, False),
    ],
)
def test_text_is_compared_without_capitals(eis: dict[str, Any], veld: str | None, expected: bool) -> None:
    """Text may be equal to one of some texts or begin with one of them; unknown text does neither."""
    assert expected == geldt({} if veld is None else {"dossierveld": veld}, feit="dossierveld", **eis)


def test_only_text_has_a_beginning() -> None:
    """A number does not begin with anything."""
    with pytest.raises(RegelFout, match="begint_met past niet bij aantal_te_laat: dat is geen tekst"):
        geldt({"aantal_te_laat": 1}, feit="aantal_te_laat", begint_met=("1",))
