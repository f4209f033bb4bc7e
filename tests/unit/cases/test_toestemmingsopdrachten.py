"""Asking for consent, and recording what was said and told."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from hub.errors import Ongeldig
from services.cases.besluiten import StelFeitenVast, stel_feiten_vast
from services.cases.feitenopbouw import feiten_van
from services.cases.model import Dossier
from services.cases.privacystand import Gever, TeltNiet, Toestemmingstand
from services.cases.toestemmingen import HALT, UIT_REGISTER
from services.cases.toestemmingsopdrachten import (
    LegInformatieVast,
    LegToestemmingVast,
    Vastlegging,
    VraagToestemming,
    Waarover,
    leg_informatie_vast,
    leg_toestemming_vast,
    vraag_toestemming,
)
from services.cases.toestemmingsoverzicht import informatieoverzicht, overzicht
from tests.unit.cases.voorbeelden import (
    ADMINISTRATIE,
    HALT_KAN,
    INSTEMMING,
    LPA,
    LPA_ELDERS,
    NU,
    VASTGELEGD,
    beleid,
    dossier,
    met_feiten,
    met_melding,
    met_toestemming,
    over,
    soorten,
    te_laat,
    voorstellen,
    wat,
    zaak,
)

JONGERE, OUDERS, VERTEGENWOORDIGER = Gever.JONGERE, Gever.OUDERS, Gever.WETTELIJK_VERTEGENWOORDIGER
GEZONDHEID = ("gezondheidsgegevens", "school", "3.1a")
VANDAAG = NU.date()


def zaakdossier(jaren: int = 15) -> Dossier:
    """A jongere who became so old today, with an open zaak."""
    return met_melding(dossier(VANDAAG.replace(year=VANDAAG.year - jaren)), te_laat(13))


def stand(staat: Dossier, waarover: tuple[str, str, str] = HALT) -> dict[str, Any]:
    """What the official is told."""
    return overzicht(staat, over(staat, waarover), VANDAAG, beleid())


def vraag(staat: Dossier, waarover: tuple[str, str, str] = HALT, **velden: Any) -> tuple[Dossier, list[str]]:
    """Consent is asked; the dossier and the names of the events."""
    basis: dict[str, Any] = {"noodzaak": SecretStr("Halt is aan de orde"), "medewerker": LPA}
    command = VraagToestemming(over(staat, waarover), **(basis | velden))
    na, events = vraag_toestemming(staat, command, NU, beleid())
    return na, soorten(events)


# Asking


@pytest.mark.parametrize(
    ("jaren", "waarover", "gevers"),
    [
        (12, HALT, [JONGERE, OUDERS]),
        (16, HALT, [JONGERE, OUDERS]),
        (11, GEZONDHEID, [OUDERS]),
        (15, GEZONDHEID, [OUDERS, JONGERE]),
        (16, GEZONDHEID, [JONGERE]),
    ],
)
def test_consent_is_asked_of_those_who_give_it_at_this_age(
    jaren: int, waarover: tuple[str, str, str], gevers: list[Gever]
) -> None:
    """For Halt ouders are asked as well, though their answer is not needed from 16 on (GO-R3B-2)."""
    na, events = vraag(zaakdossier(jaren), waarover)
    assert ["toestemming-gevraagd"] * len(gevers) == events
    assert gevers == [t.gever for t in na.privacy.toestemmingen]
    assert {Toestemmingstand.GEVRAAGD} == {t.stand for t in na.privacy.toestemmingen}
    assert len(gevers) == wat(na).count("toestemming_gevraagd") == len(na.bewijzen)
    assert (na, []) == vraag(na, waarover)


def test_who_gave_it_is_not_asked_again_and_who_refused_may_be() -> None:
    """A consent without a written record is asked for again: it does not count."""
    staat = met_toestemming(zaakdossier(), JONGERE)
    staat = met_toestemming(staat, OUDERS, gegeven=False)
    na, events = vraag(staat)
    assert ["toestemming-gevraagd"] == events
    assert OUDERS == na.privacy.toestemmingen[-1].gever
    assert {"ouder": "geen_toestemming"} == stand(na)["ontbreekt"]
    mondeling = met_toestemming(zaakdossier(), JONGERE, schriftelijk=False, vastlegging=None)
    assert 2 == len(vraag(mondeling)[1])


@pytest.mark.parametrize(
    ("jaren", "waarover", "velden", "veld"),
    [
        (15, HALT, {"noodzaak": SecretStr("  ")}, "noodzaak"),
        (15, ("alles", "school", "3.1a"), {}, "element"),
        (15, ("naam", "iedereen", "3.1a"), {}, "ontvanger"),
        (15, ("naam", "school", "voor later"), {}, "doel"),
        (11, HALT, {}, "geboortedatum"),
        (18, HALT, {}, "geboortedatum"),
        (16, GEZONDHEID, {"gevers": (OUDERS,)}, "gevers"),
        (15, HALT, {"medewerker": LPA_ELDERS}, "medewerker"),
        (15, HALT, {"medewerker": "X-9"}, "medewerker"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    jaren: int, waarover: tuple[str, str, str], velden: dict[str, Any], veld: str
) -> None:
    """Not in advance, not in general, not of who has no say, not by just anybody (CONV-6.1a)."""
    with pytest.raises(Ongeldig) as fout:
        vraag(zaakdossier(jaren), waarover, **velden)
    assert veld == fout.value.veld


def test_administratie_may_record_it() -> None:
    """A form that came back by post, say; the table of roles says the same."""
    assert 2 == len(vraag(zaakdossier(), medewerker=ADMINISTRATIE)[1])


def test_nothing_is_asked_in_a_zaak_that_is_closed_or_not_there() -> None:
    """Consent needs a zaak in which it is needed."""
    staat = zaakdossier()
    onbekend = VraagToestemming(Waarover(UUID(int=3), *HALT), SecretStr("nodig"), LPA)
    with pytest.raises(Ongeldig, match="bestaat niet"):
        vraag_toestemming(staat, onbekend, NU, beleid())
    overleden = Dossier(staat.jongere_id, staat.geboortedatum, overleden=True, zaken=staat.zaken)
    with pytest.raises(Ongeldig, match="geen toestemming nodig"):
        vraag(overleden)


def test_where_nobody_is_named_the_official_names_them() -> None:
    """The day of birth is unknown."""
    staat = met_melding(dossier(None), te_laat(13))
    with pytest.raises(Ongeldig) as fout:
        vraag(staat)
    assert "gevers" == fout.value.veld
    na, _ = vraag(staat, gevers=(JONGERE,))
    assert [JONGERE] == [t.gever for t in na.privacy.toestemmingen]
    assert stand(na)["compleet"] is None


# Answers


@pytest.mark.parametrize(
    ("jaren", "waarover", "gevers", "ontbreekt"),
    [
        (15, HALT, [JONGERE, OUDERS], {}),
        (15, HALT, [JONGERE, VERTEGENWOORDIGER], {}),
        (15, HALT, [JONGERE], {"ouder": "geen_toestemming"}),
        (15, HALT, [OUDERS], {"jongere": "geen_toestemming"}),
        (16, HALT, [JONGERE], {}),
        (16, HALT, [OUDERS], {"jongere": "geen_toestemming"}),
        (11, GEZONDHEID, [OUDERS], {}),
        (11, GEZONDHEID, [JONGERE], {"ouder": "geen_toestemming"}),
        (12, GEZONDHEID, [OUDERS], {"jongere": "geen_toestemming"}),
        (16, GEZONDHEID, [OUDERS], {"jongere": "geen_toestemming"}),
        (16, GEZONDHEID, [JONGERE], {}),
    ],
)
def test_it_is_complete_when_everybody_who_must_said_yes(
    jaren: int, waarover: tuple[str, str, str], gevers: list[Gever], ontbreekt: dict[str, str]
) -> None:
    """The answer says who is missing."""
    staat = zaakdossier(jaren)
    for gever in gevers:
        staat = met_toestemming(staat, gever, waarover)
    gevonden = stand(staat, waarover)
    assert (ontbreekt, not ontbreekt) == (gevonden["ontbreekt"], gevonden["compleet"])


@pytest.mark.parametrize(
    ("jaren", "waarover", "gever"), [(11, GEZONDHEID, JONGERE), (16, GEZONDHEID, OUDERS), (11, HALT, JONGERE)]
)
def test_who_has_no_say_is_recorded_and_does_not_count(
    jaren: int, waarover: tuple[str, str, str], gever: Gever
) -> None:
    """Not on that day, and not after a birthday either."""
    staat = met_toestemming(zaakdossier(jaren), gever, waarover)
    (een,) = staat.privacy.toestemmingen
    assert (Toestemmingstand.GEGEVEN, TeltNiet.VERKEERDE_GEVER) == (een.stand, een.telt_niet)
    (gezegd,) = stand(staat, waarover)["gezegd"]
    assert "verkeerde_gever" == gezegd["telt_niet"]
    later = overzicht(staat, over(staat, waarover), VANDAAG + timedelta(days=370), beleid())
    assert not later["compleet"]


@pytest.mark.parametrize("mens", [TeltNiet.OUDERS_ONEENS, TeltNiet.GEZAG_ONZEKER, TeltNiet.VOOGD])
def test_what_a_human_must_find_out_does_not_count_until_it_is_said_again(mens: TeltNiet) -> None:
    """Two ouders who disagree, a voogd, gezag that was not shown."""
    staat = met_toestemming(met_toestemming(zaakdossier(), JONGERE), OUDERS, mens=mens)
    assert {"ouder": mens.value} == stand(staat)["ontbreekt"]
    assert stand(met_toestemming(staat, OUDERS))["compleet"]


def test_only_about_gezag_a_human_must_judge() -> None:
    """Of the jongere, or for a reason the hub finds itself, it is refused."""
    for gever, mens in ((JONGERE, TeltNiet.OUDERS_ONEENS), (OUDERS, TeltNiet.VERKEERDE_GEVER)):
        with pytest.raises(Ongeldig) as fout:
            met_toestemming(zaakdossier(), gever, mens=mens)
        assert "mens" == fout.value.veld


@pytest.mark.parametrize(
    ("velden", "veld"),
    [
        ({"vastlegging": None}, "vastlegging"),
        ({"vastlegging": Vastlegging(SecretStr(" "), vingerafdruk="0" * 64)}, "verwijzing"),
        ({"vastlegging": Vastlegging(SecretStr("map 12"))}, "vastlegging"),
    ],
)
def test_in_writing_means_that_there_is_a_record(velden: dict[str, Any], veld: str) -> None:
    """Where it is, and its text or its fingerprint (CONV-6.1c)."""
    with pytest.raises(Ongeldig) as fout:
        met_toestemming(zaakdossier(), JONGERE, **velden)
    assert veld == fout.value.veld


def test_what_was_said_aloud_counts_once_it_is_written_down() -> None:
    """Minutes of a conversation are a written record too."""
    mondeling = {"schriftelijk": False, "vastlegging": None}
    staat = met_toestemming(zaakdossier(16), JONGERE, **mondeling)
    assert {"jongere": "toestemming_niet_schriftelijk"} == stand(staat)["ontbreekt"]
    staat = met_toestemming(staat, JONGERE, schriftelijk=False, vastlegging=VASTGELEGD)
    assert stand(staat)["compleet"]
    assert staat == met_toestemming(staat, JONGERE, **mondeling)


def test_the_same_answer_again_changes_nothing() -> None:
    """The official repeats what got no answer; the written record is kept once."""
    een = met_toestemming(zaakdossier(), JONGERE)
    assert een == met_toestemming(een, JONGERE)
    assert 1 == len(een.bewijzen)
    nee = met_toestemming(zaakdossier(), JONGERE, gegeven=False)
    assert nee == met_toestemming(nee, JONGERE, gegeven=False)


@pytest.mark.parametrize(
    ("gever", "velden"), [(OUDERS, {"gegeven": False}), (VERTEGENWOORDIGER, {"gegeven": False}),
                          (OUDERS, {"mens": TeltNiet.OUDERS_ONEENS})]
)  # fmt: skip
def test_a_consent_that_was_given_ends_by_withdrawal_only(gever: Gever, velden: dict[str, Any]) -> None:
    """Otherwise what rests on it would go on."""
    staat = met_toestemming(zaakdossier(), OUDERS)
    with pytest.raises(Ongeldig, match="trek haar in"):
        met_toestemming(staat, gever, **velden)


def test_no_name_or_text_is_in_the_timeline_or_an_event() -> None:
    """Codes only; the written record goes to its own sealed table."""
    staat = zaakdossier()
    geheim = Vastlegging(SecretStr("kast van mevrouw Proefman"), tekst=SecretStr("Saartje vindt het goed"))
    command = LegToestemmingVast(over(staat), JONGERE, gegeven=True, schriftelijk=True, medewerker=LPA,
                                 vastlegging=geheim)  # fmt: skip
    na, events = leg_toestemming_vast(staat, command, NU, beleid())
    assert "toestemming-gegeven" == events[0].name
    alles = f"{na.nieuw} {na.privacy} {na.bewijzen} {[e.model_dump_json() for e in events]}"
    assert "Saartje" not in alles
    assert "Proefman" not in alles


# The facts of the rules


@pytest.mark.parametrize("feit", sorted(UIT_REGISTER))
def test_a_consent_is_no_fact_that_an_official_establishes(feit: str) -> None:
    """The refusal says what to do instead."""
    staat = zaakdossier()
    with pytest.raises(Ongeldig, match="register van toestemming") as fout:
        stel_feiten_vast(staat, StelFeitenVast(zaak(staat).zaak_id, LPA, {feit: True}), NU, beleid())
    assert feit == fout.value.veld


@pytest.mark.parametrize("gever", list(INSTEMMING))
def test_a_no_keeps_halt_away(gever: Gever) -> None:
    """GO-R3B-1 and -2: both must agree at 15."""
    ja = met_feiten(zaakdossier(), **HALT_KAN)
    assert "halt_verwijzing" in voorstellen(ja)
    nee = met_feiten(zaakdossier(), **(HALT_KAN | {INSTEMMING[gever]: False}))
    assert "halt_verwijzing" not in voorstellen(nee)


def test_a_fact_of_before_the_register_counts_no_more() -> None:
    """An installation that established it as a fact asks again."""
    staat = met_feiten(zaakdossier(), **{k: v for k, v in HALT_KAN.items() if k not in INSTEMMING.values()})
    oud = zaak(staat).met(feiten=zaak(staat).feiten | dict.fromkeys(INSTEMMING.values(), True))
    staat = met_feiten(staat.met_zaak(oud), verwijtbaar="jongere")
    assert "halt_verwijzing" not in voorstellen(staat)


# Prior information


def vertel(staat: Dossier, **velden: Any) -> tuple[Dossier, list[str]]:
    """Somebody is told; the dossier and the names of the events."""
    basis: dict[str, Any] = {
        "zaak_id": zaak(staat).zaak_id,
        "wijze": "gesprek",
        "punten": tuple("abcdefghi"),
        "aan": (JONGERE, OUDERS),
        "op": VANDAAG,
        "medewerker": LPA,
    }
    na, events = leg_informatie_vast(staat, LegInformatieVast(**(basis | velden)), NU, beleid())
    return na, soorten(events)


@pytest.mark.parametrize(
    ("jaren", "aan", "ontbreekt"),
    [
        (11, (OUDERS,), []),
        (11, (JONGERE,), ["ouder"]),
        (12, (OUDERS,), ["jongere"]),
        (15, (JONGERE, VERTEGENWOORDIGER), []),
        (16, (JONGERE,), []),
        (16, (OUDERS,), ["jongere"]),
    ],
)
def test_everybody_who_must_know_is_told(jaren: int, aan: tuple[Gever, ...], ontbreekt: list[str]) -> None:
    """Below 12 the legal representative, 12 to 15 both, from 16 the jongere (CONV-12.1)."""
    na, events = vertel(zaakdossier(jaren), aan=aan)
    gevonden = informatieoverzicht(na, zaak(na).zaak_id, VANDAAG, beleid())
    assert (ontbreekt, not ontbreekt) == (list(gevonden["ontbreekt"]), gevonden["compleet"])
    assert ["betrokkene-geinformeerd"] == events
    assert (na, []) == vertel(na, aan=aan)


def test_missing_points_are_named_and_may_be_told_later() -> None:
    """Per person (CONV-12.4)."""
    na, _ = vertel(zaakdossier(), punten=tuple("abcdfghi"))
    na, _ = vertel(na, punten=("e",), aan=(JONGERE,), wijze="brief")
    gevonden = informatieoverzicht(na, zaak(na).zaak_id, VANDAAG, beleid())
    assert {"ouder": ["e"]} == gevonden["ontbreekt"]


@pytest.mark.parametrize(
    ("velden", "veld"),
    [
        ({"wijze": "gerucht"}, "wijze"),
        ({"punten": ()}, "punten"),
        ({"punten": ("a", "j")}, "punten"),
        ({"aan": ()}, "aan"),
        ({"op": date(2026, 9, 15)}, "op"),  # dinsdag, tomorrow
        ({"medewerker": LPA_ELDERS}, "medewerker"),
    ],
)
def test_information_that_makes_no_sense_is_refused(velden: dict[str, Any], veld: str) -> None:
    """With the field."""
    with pytest.raises(Ongeldig) as fout:
        vertel(zaakdossier(), **velden)
    assert veld == fout.value.veld


def test_a_consent_for_one_purpose_is_no_fact_of_the_zaak() -> None:
    """A disclosure for another purpose must not find it there (CONV-6.1b)."""
    staat = met_toestemming(met_toestemming(zaakdossier(), JONGERE), JONGERE, GEZONDHEID)
    feiten = feiten_van(staat, zaak(staat), VANDAAG, 16.0)
    assert feiten["toestemming_jongere_halt"] is True
    assert "toestemming" not in feiten
