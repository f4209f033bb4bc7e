"""Which facts follow from the register of consent and information, on which day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.cases.privacystand import Gever, Informatie, Privacystand, TeltNiet, Toestemming, Toestemmingstand
from services.cases.toestemmingen import CJG_INHOUD, HALT, PUNTEN, toestemmingsfeiten
from tests.unit.cases.gevallen import boek

JONGERE, OUDERS, VERTEGENWOORDIGER = Gever.JONGERE, Gever.OUDERS, Gever.WETTELIJK_VERTEGENWOORDIGER
GEVRAAGD, GEGEVEN, GEWEIGERD, INGETROKKEN = Toestemmingstand
ZAAK, ANDERE_ZAAK = UUID(int=1), UUID(int=2)
MAANDAG = date(2026, 9, 14)
VIJFTIEN = date(2011, 5, 4)
GEZONDHEID = ("gezondheidsgegevens", "school", "3.1a")


def gezegd(gever: Gever, stand: Toestemmingstand = GEGEVEN, dag: int = 0, **velden: Any) -> Toestemming:
    """What one giver said, `dag` days after the first monday; about Halt unless told."""
    element, ontvanger, doel = velden.pop("over", HALT)
    basis: dict[str, Any] = {
        "toestemming_id": UUID(int=9),
        "element": element,
        "ontvanger": ontvanger,
        "doel": doel,
        "gever": gever,
        "stand": stand,
        "op": datetime(2026, 9, 14, 8, 0, tzinfo=UTC) + timedelta(days=dag),
        "schriftelijk": True,
        "vastgelegd_door": "LPA-1",
        "zaak_id": ZAAK,
    }
    return Toestemming(**(basis | velden))


def feiten(*gegeven: Toestemming, op: date = MAANDAG, geboren: date | None = VIJFTIEN, **anders: Any) -> dict[str, Any]:
    """The facts, after a check that the closed list of facts takes them."""
    gevonden = toestemmingsfeiten(Privacystand(toestemmingen=gegeven), geboren, op, **anders)
    boek().feiten.lees(gevonden, "verstrekking")
    return gevonden


def test_an_empty_register_says_nothing() -> None:
    """Unknown stays absent."""
    assert {} == feiten()


@pytest.mark.parametrize(
    ("stand", "velden", "waarde"),
    [
        (GEGEVEN, {}, True),
        (GEWEIGERD, {}, False),
        (INGETROKKEN, {}, False),
        (GEVRAAGD, {}, None),
        (GEGEVEN, {"schriftelijk": False}, None),
        (GEGEVEN, {"dag": 1}, None),  # tomorrow
        *((GEGEVEN, {"telt_niet": reden}, None) for reden in TeltNiet),
    ],
)
@pytest.mark.parametrize(
    ("gever", "feit"),
    [
        (JONGERE, "toestemming_jongere_halt"),
        (OUDERS, "toestemming_ouders_halt"),
        (VERTEGENWOORDIGER, "toestemming_ouders_halt"),
    ],
)
def test_a_halt_consent_is_yes_no_or_unknown(
    gever: Gever, feit: str, stand: Toestemmingstand, velden: dict[str, Any], waarde: bool | None
) -> None:
    """Only what is written down, counts and was said by then is an answer (CONV-6.1c)."""
    assert ({} if waarde is None else {feit: waarde}) == feiten(gezegd(gever, stand, **velden))


def test_the_last_word_of_a_role_holds() -> None:
    """A question takes nothing away; a wettelijk vertegenwoordiger speaks where the ouders spoke."""
    vraag, intrekking = gezegd(JONGERE, GEVRAAGD, 1), gezegd(JONGERE, INGETROKKEN, 2)
    gegeven = gezegd(JONGERE)
    na = MAANDAG + timedelta(days=3)
    assert {"toestemming_jongere_halt": True} == feiten(gegeven, vraag, op=na)
    assert {"toestemming_jongere_halt": False} == feiten(gegeven, intrekking, vraag, op=na)
    assert {"toestemming_jongere_halt": True} == feiten(gegeven, intrekking, op=MAANDAG + timedelta(days=1))
    assert {"toestemming_ouders_halt": True} == feiten(
        gezegd(OUDERS, GEWEIGERD), gezegd(VERTEGENWOORDIGER, dag=1), op=na
    )


def test_a_consent_of_another_zaak_is_no_consent_here() -> None:
    """Asked when the need is clear, not in advance (CONV-6.1a)."""
    elders = gezegd(JONGERE, zaak_id=ANDERE_ZAAK)
    assert {} == feiten(elders, zaak_id=ZAAK)
    assert {"toestemming_jongere_halt": True} == feiten(elders)


@pytest.mark.parametrize(
    ("geboren", "op", "telt"),
    [
        (date(2008, 9, 15), MAANDAG, True),
        (date(2008, 9, 14), MAANDAG, False),
        (date(2008, 9, 13), MAANDAG, False),
        (date(2008, 2, 29), date(2026, 2, 28), True),
        (date(2008, 2, 29), date(2026, 3, 1), False),
        (None, MAANDAG, True),
    ],
)
def test_ouders_have_no_say_from_the_eighteenth_birthday(geboren: date | None, op: date, telt: bool) -> None:
    """The day counts on which the consent is used; 29 February has its birthday on 1 March."""
    gegeven = [gezegd(wie, dag=-365, over=over) for wie in (OUDERS, VERTEGENWOORDIGER) for over in (HALT, GEZONDHEID)]
    gevonden = feiten(*gegeven, op=op, geboren=geboren)
    assert telt == ("toestemming_ouders_halt" in gevonden) == ("toestemming" in gevonden)


def test_consents_for_elements_become_a_list() -> None:
    """A withdrawn one with its day; a refusal leaves the list empty, which says that there is none."""
    gegeven = gezegd(JONGERE, over=GEZONDHEID)
    regel = {"element": "gezondheidsgegevens", "ontvanger": "school", "gever": "jongere", "schriftelijk": True}
    assert {"toestemming": [regel]} == feiten(gegeven)
    assert {"toestemming": [regel | {"schriftelijk": False}]} == feiten(
        gezegd(JONGERE, over=GEZONDHEID, schriftelijk=False)
    )
    assert {"toestemming": [regel | {"ingetrokken_op": MAANDAG}]} == feiten(
        gegeven, gezegd(JONGERE, INGETROKKEN, over=GEZONDHEID)
    )
    assert {"toestemming": []} == feiten(gezegd(JONGERE, GEWEIGERD, over=GEZONDHEID))
    assert {} == feiten(gezegd(JONGERE, GEVRAAGD, over=GEZONDHEID))
    assert {} == feiten(gegeven, doel="3.1b")
    assert {"toestemming": [regel]} == feiten(gegeven, doel="3.1a")


def test_who_had_no_say_explains_a_refusal_and_never_opens_anything() -> None:
    """As long as the jongere has no say the rules see it; later it is not taken for a consent."""
    te_jong = gezegd(JONGERE, over=GEZONDHEID, telt_niet=TeltNiet.VERKEERDE_GEVER)
    assert 1 == len(feiten(te_jong, gevers=("ouder",))["toestemming"])
    assert [] == feiten(te_jong, gevers=("ouder", "jongere"))["toestemming"]
    oneens = gezegd(OUDERS, over=GEZONDHEID, telt_niet=TeltNiet.OUDERS_ONEENS)
    assert [] == feiten(oneens, gevers=("jongere",))["toestemming"]


def test_what_was_said_at_the_cjg_is_shared_when_all_who_must_agree() -> None:
    """One refusal is a no; a missing answer is unknown."""
    over = (CJG_INHOUD, "school", "zorgmelding")
    ouders, jongere = gezegd(OUDERS, over=over), gezegd(JONGERE, over=over)
    assert {"toestemming_cjg_inhoud": True} == feiten(ouders, jongere)
    assert {} == feiten(ouders)
    assert {"toestemming_cjg_inhoud": True} == feiten(ouders, gevers=("ouder",))
    assert {"toestemming_cjg_inhoud": False} == feiten(ouders, gezegd(JONGERE, GEWEIGERD, over=over))


def verteld(*aan: Gever, punten: str = "abcdefghi", op: date = MAANDAG) -> Informatie:
    """That somebody was told these points."""
    return Informatie(op=op, wijze="gesprek", door="LPA-1", punten=tuple(punten), aan=aan, zaak_id=ZAAK)


@pytest.mark.parametrize(
    ("informatie", "anders", "verwacht"),
    [
        ([verteld(JONGERE, OUDERS)], {}, {"vooraf_geinformeerd": True}),
        ([verteld(JONGERE), verteld(VERTEGENWOORDIGER)], {}, {"vooraf_geinformeerd": True}),
        ([verteld(JONGERE)], {}, {"vooraf_geinformeerd": False, "informatie_ontbreekt": "a"}),
        ([verteld(JONGERE)], {"gevers": ("jongere",)}, {"vooraf_geinformeerd": True}),
        ([verteld(OUDERS)], {"gevers": ("ouder",)}, {"vooraf_geinformeerd": True}),
        ([verteld(JONGERE, OUDERS, op=date(2026, 9, 15))], {}, {}),  # dinsdag
        ([verteld(JONGERE, OUDERS)], {"zaak_id": ANDERE_ZAAK}, {}),
        (
            [verteld(JONGERE, OUDERS, punten="abcd"), verteld(JONGERE, OUDERS, punten="efghi")],
            {},
            {"vooraf_geinformeerd": True},
        ),
    ],
)
def test_everybody_who_must_be_told_was_told(
    informatie: list[Informatie], anders: dict[str, Any], verwacht: dict[str, Any]
) -> None:
    """Points may be told in parts; a later day or another zaak does not count (CONV-12.1)."""
    assert verwacht == toestemmingsfeiten(Privacystand(informatie=tuple(informatie)), VIJFTIEN, MAANDAG, **anders)


@pytest.mark.parametrize("punt", PUNTEN)
def test_a_missing_point_is_named(punt: str) -> None:
    """CONV-12.4."""
    stand = Privacystand(informatie=(verteld(JONGERE, OUDERS, punten="abcdefghi".replace(punt, "")),))
    assert punt == toestemmingsfeiten(stand, VIJFTIEN, MAANDAG)["informatie_ontbreekt"]


@pytest.mark.parametrize(
    ("punten", "grondslag", "punt"),
    [
        ("bcdfhi", None, "a"),
        ("abcdfh", "toestemming", "i"),
        ("abcdfhi", "toestemming", "e"),
        ("abcdfhi", "wettelijke_plicht", "g"),
        ("abcdfhi", None, "e"),
    ],
)
def test_of_several_missing_points_the_one_that_weighs_most_is_named(
    punten: str, grondslag: str | None, punt: str
) -> None:
    """Points e and g hang on the ground of the disclosure; the others always count."""
    stand = Privacystand(informatie=(verteld(JONGERE, OUDERS, punten=punten),))
    assert punt == toestemmingsfeiten(stand, VIJFTIEN, MAANDAG, grondslag=grondslag)["informatie_ontbreekt"]
