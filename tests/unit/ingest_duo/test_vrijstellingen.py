"""Recording, changing and withdrawing a vrijstelling."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contracts.codes import Vrijstellingsoort
from contracts.events.verzuim import VrijstellingGewijzigd, VrijstellingTeruggemeld
from hub.errors import Ongeldig
from services.ingest_duo import duo_namen as namen
from services.ingest_duo.vrijstellingen.decisions import Gemeld, LegVast, TrekIn, leg_vast, trek_in, verwerk_gemeld
from services.ingest_duo.vrijstellingen.model import Stand, Vrijstelling

JONGERE = UUID(int=7)
BEGIN, EIND = date(2026, 8, 1), date(2027, 7, 31)


def vastgelegd(*known: Vrijstelling, **anders: Any) -> tuple[Vrijstelling | None, list[Any]]:
    """What comes of recording one."""
    basis = {"soort": "5a", "begindatum": BEGIN, "einddatum": EIND, "eerder": None, "medewerker": "LPA-1"} | anders
    return leg_vast(known, JONGERE, "1924", LegVast(**(basis | {"soort": Vrijstellingsoort(basis["soort"])})))


def een(**anders: Any) -> Vrijstelling:
    """One that is recorded, and as it then is."""
    made, _ = vastgelegd()
    assert made is not None
    return replace(made, **anders)


def test_a_vrijstelling_is_recorded_and_told_and_is_to_be_reported() -> None:
    """With an id that follows from what it is."""
    made, events = vastgelegd()
    assert made is not None
    expected = VrijstellingGewijzigd(
        vrijstelling_id=made.vrijstelling_id, vrijstellingsoort=Vrijstellingsoort.ONGESCHIKT, begindatum=BEGIN,
        einddatum=EIND,
    )  # fmt: skip
    assert ([expected], Stand.TE_MELDEN, 1, False) == (events, made.stand, made.versie, made.eerder)


@pytest.mark.parametrize(("stand", "again"), [(Stand.TE_MELDEN, False), (Stand.TERUGGEMELD, False),
                                              (Stand.GEWEIGERD, True)])  # fmt: skip
def test_the_same_again_only_tries_again_what_was_refused(stand: Stand, again: bool) -> None:
    """Nothing is said twice."""
    made, events = vastgelegd(een(stand=stand, code="X"))
    assert ([], again) == (events, made is not None)
    assert made is None or (made.stand, made.code, made.versie) == (Stand.TE_MELDEN, None, 1)
    gone = een(stand=stand, ingetrokken=True)
    made, events = trek_in([gone], TrekIn(gone.vrijstelling_id, "LPA-1"))
    assert ([], again) == (events, made is not None)


def test_another_einddatum_is_a_new_version() -> None:
    """DUO must hear of it again."""
    made, events = vastgelegd(een(stand=Stand.TERUGGEMELD), einddatum=None)
    assert made is not None
    assert (2, Stand.TE_MELDEN, None, 1) == (made.versie, made.stand, made.einddatum, len(events))


@pytest.mark.parametrize("anders", [{"einddatum": None}, {}, {"ingetrokken": True}])
def test_what_another_gemeente_recorded_is_not_changed(anders: dict[str, Any]) -> None:
    """Not its einddatum, not by bringing it back; the same again tells nothing either."""
    with pytest.raises(Ongeldig, match="andere gemeente"):
        vastgelegd(een(gemeente="0171", **anders))


def test_a_withdrawal_is_told() -> None:
    """The vrijstelling stays, as withdrawn; recording it again brings it back."""
    made, events = trek_in([een(stand=Stand.TERUGGEMELD)], TrekIn(een().vrijstelling_id, "LPA-2"))
    assert made is not None
    assert (True, 2, Stand.TE_MELDEN, "LPA-2") == (made.ingetrokken, made.versie, made.stand, made.medewerker)
    assert [True] == [e.ingetrokken for e in events]  # type: ignore[attr-defined]
    back, events = vastgelegd(made)
    assert back is not None
    assert (False, 3, 1) == (back.ingetrokken, back.versie, len(events))


@pytest.mark.parametrize(
    ("velden", "veld"),
    [
        ({"einddatum": date(2026, 7, 31)}, "einddatum"),
        ({"begindatum": date(2027, 7, 31), "einddatum": None}, "begindatum"),
        ({"begindatum": date(2025, 8, 1), "einddatum": BEGIN}, "begindatum"),
    ],
)
def test_what_cannot_be_is_refused(velden: dict[str, Any], veld: str) -> None:
    """It ends before it begins, or covers days of another of the same kind."""
    with pytest.raises(Ongeldig) as refused:
        vastgelegd(een(), **velden)
    assert veld == refused.value.veld


def test_days_of_another_kind_or_of_one_withdrawn_are_free() -> None:
    """And an earlier one of the same kind is said to be there."""
    next_year = {"begindatum": date(2027, 8, 1), "einddatum": None}
    assert vastgelegd(een(), soort="15")[0] is not None
    assert vastgelegd(een(ingetrokken=True), begindatum=date(2026, 9, 1))[0] is not None
    made, _ = vastgelegd(een(), **next_year)
    assert made is not None
    assert made.eerder is True
    made, _ = vastgelegd(een(), **next_year, eerder=False)
    assert made is not None
    assert made.eerder is False


def test_an_answer_of_duo_counts_for_the_version_it_is_about() -> None:
    """One about an earlier version changes nothing."""
    now = een(versie=2)
    made, events = verwerk_gemeld([now], Gemeld(now.vrijstelling_id, 2))
    assert made is not None
    assert (Stand.TERUGGEMELD, [VrijstellingTeruggemeld(vrijstelling_id=now.vrijstelling_id)]) == (made.stand, events)
    made, events = verwerk_gemeld([now], Gemeld(now.vrijstelling_id, 2, "PERSOON_ONBEKEND"))
    assert made is not None
    assert (Stand.GEWEIGERD, "PERSOON_ONBEKEND", []) == (made.stand, made.code, events)
    assert (None, []) == verwerk_gemeld([now], Gemeld(now.vrijstelling_id, 1))
    assert (None, []) == verwerk_gemeld([replace(now, stand=Stand.TERUGGEMELD)], Gemeld(now.vrijstelling_id, 2))
    with pytest.raises(Ongeldig):
        verwerk_gemeld([], Gemeld(now.vrijstelling_id, 1))


def test_every_kind_has_a_code_and_none_tells_the_ground() -> None:
    """As we assume the letters of DUO to be: a vrijstelling or vervangende leerplicht, no more."""
    assert set(Vrijstellingsoort) == set(namen.VRIJSTELLINGSOORT)
    assert {"V", "VL"} == set(namen.VRIJSTELLINGSOORT.values())
