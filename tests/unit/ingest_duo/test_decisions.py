"""What a version of a melding means, given what was known of it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from contracts.codes import MeldingStatus, Verzuimsoort
from contracts.envelope import EventData
from contracts.events.verzuim import (
    MeldingstatusTeruggemeld,
    VerzuimmeldingGewijzigd,
    VerzuimmeldingIngetrokken,
    VerzuimmeldingOntvangen,
)
from contracts.verstrek import Verzuimdag
from hub.errors import Ongeldig
from hub.privacy import onthuld_json
from services.ingest_duo.decisions import (
    Melding,
    Meldingen,
    NeemOp,
    OudereVersie,
    content_fingerprint,
    neem_op,
    verwerk_terugmelding,
    voor_halt,
)
from services.ingest_duo.model import Verzuimgeval
from simulators.voorbeelden import voorbeeldgeval

NUMMER = "7000001"
STEMPEL = datetime.fromisoformat("2024-09-16T09:30:15.250")  # maandag
LATER = STEMPEL + timedelta(milliseconds=1)
EERDER = STEMPEL - timedelta(milliseconds=1)

VRIJE_TEKST = {
    "vermoedelijke_reden": "REDEN zit in de put",
    "ondernomen_actie": "ACTIE huisarts gebeld",
    "toelichting": "TOELICHTING opname in kliniek",
}
"""What a school may write about health or crime (Wet register onderwijsdeelnemers art. 11 lid 2)."""


def versie(**velden: Any) -> NeemOp:
    """A version that DUO delivers."""
    geval = voorbeeldgeval(**({"laatste_mutatie": STEMPEL} | velden))
    return NeemOp(geval, b"verzegeld " + onthuld_json(geval), content_fingerprint(geval))


def na(*versies: NeemOp) -> Meldingen:
    """What is known after these versions."""
    staat = Meldingen()
    for een in versies:
        staat, _ = neem_op(staat, een)
    return staat


def says(staat: Meldingen, een: NeemOp) -> list[EventData]:
    """The events of one more version."""
    return neem_op(staat, een)[1]


GEGEVENS: dict[str, Any] = {
    "meldingsnummer": NUMMER,
    "laatste_mutatie": STEMPEL,
    "status": MeldingStatus.GEREGISTREERD,
    "verzuimsoort": Verzuimsoort.ZESTIEN_UUR,
    "begindatum": date(2024, 9, 9),
    "einddatum": date(2024, 9, 13),
    "lesuren": 11,
    "hele_dagen": 1,
    "aantal_te_laat": None,
    "alle_lessen_gemist": False,
    "actie_gewenst": True,
    "brin": "90XA",
    "vestiging": "00",
    "gemeld_op": datetime.fromisoformat("2024-09-16T09:30:15"),
}
"""The example melding in codes, dates and counts."""


def test_a_new_melding_is_told_in_codes_and_counts() -> None:
    """Everything the rules need, and not a word of what the school wrote."""
    staat, events = neem_op(Meldingen(), versie())
    assert [VerzuimmeldingOntvangen(**GEGEVENS)] == events
    expected = Melding(
        "1924", STEMPEL, MeldingStatus.GEREGISTREERD, versie().fingerprint, versie().sealed, uitvoerder="001924"
    )
    assert {NUMMER: expected} == staat.by_number


def test_a_later_mutation_is_told_as_a_change() -> None:
    """The whole melding again, with its new stamp."""
    later = versie(laatste_mutatie=LATER, einddatum=None)
    anders = {"laatste_mutatie": LATER, "einddatum": None, "aandachtspunten": ("einddatum_ontbreekt",)}
    expected = VerzuimmeldingGewijzigd(**(GEGEVENS | anders))
    assert [expected] == says(na(versie()), later)


def test_the_count_of_coming_late_is_told_and_the_text_is_not() -> None:
    """Only the number leaves the service."""
    (event,) = says(Meldingen(), versie(verzuimsoort="O", vermoedelijke_reden="12 keer te laat"))
    assert isinstance(event, VerzuimmeldingOntvangen)
    assert 12 == event.aantal_te_laat
    assert "te laat" not in event.model_dump_json()


@pytest.mark.parametrize("reden", ["V", None])
def test_a_withdrawal_is_told_with_its_reason(reden: str | None) -> None:
    """DUO withdraws with reason V, a school without one."""
    weg = versie(laatste_mutatie=LATER, status="I", reden_ingetrokken=reden)
    expected = VerzuimmeldingIngetrokken(meldingsnummer=NUMMER, laatste_mutatie=LATER, reden_ingetrokken=reden)
    assert [expected] == says(na(versie()), weg)


def test_the_former_way_of_duo_to_withdraw_is_the_same_withdrawal() -> None:
    """Closed (G) because of an exemption, as DUO did before it had a letter for it."""
    weg = versie(laatste_mutatie=LATER, status="G", reden_melding_afgesloten="V")
    staat, events = neem_op(na(versie()), weg)
    expected = VerzuimmeldingIngetrokken(meldingsnummer=NUMMER, laatste_mutatie=LATER, reden_ingetrokken="V")
    assert ([expected], MeldingStatus.INGETROKKEN) == (events, staat.by_number[NUMMER].status)


@pytest.mark.parametrize("eerder", ["B", "G", "K"])
def test_duo_withdraws_after_the_gemeente_gave_a_status(eerder: str) -> None:
    """I may come from another party than the school, also on a melding that we closed."""
    staat = na(versie(), versie(laatste_mutatie=LATER, status=eerder))
    weg = versie(laatste_mutatie=LATER + timedelta(days=1), status="I", reden_ingetrokken="V")
    assert ["verzuimmelding-ingetrokken"] == [e.name for e in says(staat, weg)]


def test_a_melding_that_was_withdrawn_before_we_saw_it_is_kept_and_not_told() -> None:
    """Nobody heard of it, so there is nothing to take back."""
    staat, events = neem_op(Meldingen(), versie(status="I"))
    assert ([], MeldingStatus.INGETROKKEN) == (events, staat.by_number[NUMMER].status)


@pytest.mark.parametrize("status", ["G", "K", "D", "I"])
def test_a_melding_that_ended_before_we_saw_it_is_kept_and_told_when_it_opens_again(status: str) -> None:
    """Nobody has to treat it; a later version that is not final is new to everybody."""
    staat, events = neem_op(Meldingen(), versie(status=status))
    assert ([], True) == (events, staat.by_number[NUMMER].verzwegen)
    staat, events = neem_op(staat, versie(laatste_mutatie=LATER, status=status, vermoedelijke_reden="anders"))
    assert [] == events
    staat, events = neem_op(staat, versie(laatste_mutatie=LATER + timedelta(days=1), status="R"))
    assert (["verzuimmelding-ontvangen"], False) == ([e.name for e in events], staat.by_number[NUMMER].verzwegen)


@pytest.mark.parametrize("status", ["G", "K", "D"])
def test_a_melding_that_was_told_and_ended_is_told_as_before(status: str) -> None:
    """Only what was never told is kept back."""
    staat = na(versie(), versie(laatste_mutatie=LATER, status=status, vermoedelijke_reden="anders"))
    assert staat.by_number[NUMMER].verzwegen is False
    weer = versie(laatste_mutatie=LATER + timedelta(days=1), vermoedelijke_reden="weer anders")
    assert ["verzuimmelding-gewijzigd"] == [e.name for e in says(staat, weer)]


def test_a_second_version_of_a_withdrawal_is_not_told() -> None:
    """A withdrawn melding stays withdrawn."""
    weg = na(versie(), versie(laatste_mutatie=LATER, status="I"))
    nog_eens = versie(laatste_mutatie=LATER + timedelta(seconds=1), status="I", reden_ingetrokken="V")
    assert [] == says(weg, nog_eens)


def test_a_repetition_changes_nothing() -> None:
    """Deliveries overlap on purpose; the very same state comes back, so nothing is stored."""
    staat = na(versie())
    opnieuw, events = neem_op(staat, versie())
    assert (True, []) == (opnieuw is staat, events)


def test_a_later_stamp_on_the_same_content_is_kept_and_not_told() -> None:
    """Our own status message made it, and we do not know yet that the message took effect."""
    staat, events = neem_op(na(versie()), versie(laatste_mutatie=LATER, status="B"))
    assert ([], LATER) == (events, staat.by_number[NUMMER].laatste_mutatie)


def test_an_older_version_is_refused() -> None:
    """It came late; what is known is newer, and it must not be lost unseen."""
    with pytest.raises(OudereVersie) as fout:
        neem_op(na(versie()), versie(laatste_mutatie=EERDER))
    assert "laatste_mutatie" == fout.value.veld


@pytest.mark.parametrize(
    ("anders", "zelfde"),
    [
        ({"laatste_mutatie": LATER}, True),
        ({"status": "B"}, True),
        ({"status": "I"}, False),
        ({"status": "G", "reden_melding_afgesloten": "H", "toelichting_afsluiting": "G"}, True),
        ({"status": "K"}, True),
        ({"status": "G", "reden_melding_afgesloten": "V"}, False),
        ({"einddatum": None}, False),
        ({"toelichting": "iets anders"}, False),
        ({"meldingsnummer": "7000002"}, False),
    ],
)
def test_the_fingerprint_is_of_what_the_school_says(anders: dict[str, Any], zelfde: bool) -> None:
    """Stamp and our own status are not the school's; everything else is, its free text too."""
    assert zelfde == (content_fingerprint(voorbeeldgeval()) == content_fingerprint(voorbeeldgeval(**anders)))


def test_another_content_under_the_same_stamp_is_refused() -> None:
    """Stamp and number name one version; which of the two is right is not ours to guess."""
    with pytest.raises(Ongeldig) as fout:
        neem_op(na(versie()), versie(einddatum=None))
    assert ("laatste_mutatie", "zelfde stempel als de verwerkte versie, andere inhoud") == (
        fout.value.veld,
        fout.value.reden,
    )


def test_meldingen_of_one_jongere_are_told_apart_by_their_number() -> None:
    """An older stamp on another melding is not an older version."""
    ander = versie(meldingsnummer="7000002", laatste_mutatie=EERDER)
    (event,) = says(na(versie()), ander)
    assert VerzuimmeldingOntvangen is type(event)


# Our own status


def test_a_status_that_duo_took_is_told_and_becomes_the_version_we_know() -> None:
    """DUO gave it a new stamp; of that version we have no content yet."""
    staat, events = verwerk_terugmelding(na(versie()), NUMMER, MeldingStatus.IN_BEHANDELING, LATER)
    expected = MeldingstatusTeruggemeld(
        meldingsnummer=NUMMER, status=MeldingStatus.IN_BEHANDELING, laatste_mutatie=LATER
    )
    assert [expected] == events
    assert Melding("1924", LATER, MeldingStatus.IN_BEHANDELING, uitvoerder="001924") == staat.by_number[NUMMER]


def test_the_echo_of_our_own_status_is_kept_and_not_told() -> None:
    """DUO delivers the version that our message made; nothing happened at the school."""
    staat, _ = verwerk_terugmelding(na(versie()), NUMMER, MeldingStatus.IN_BEHANDELING, LATER)
    echo = versie(laatste_mutatie=LATER, status="B")
    bekend, events = neem_op(staat, echo)
    assert ([], echo.fingerprint) == (events, bekend.by_number[NUMMER].fingerprint)
    assert [] == says(bekend, echo)


def test_a_change_of_the_school_after_our_status_is_told() -> None:
    """The stamp is later than that of our own message."""
    staat, _ = verwerk_terugmelding(na(versie()), NUMMER, MeldingStatus.IN_BEHANDELING, LATER)
    (event,) = says(staat, versie(laatste_mutatie=LATER + timedelta(seconds=1), status="B", einddatum=None))
    assert VerzuimmeldingGewijzigd is type(event)


def test_a_version_fetched_just_before_our_own_status_is_no_older_version() -> None:
    """It was under way while DUO took our message, which went on top of it: nothing is wrong and nothing is new."""
    staat, _ = verwerk_terugmelding(na(versie()), NUMMER, MeldingStatus.IN_BEHANDELING, LATER)
    gebleven, events = neem_op(staat, versie())
    assert (True, []) == (gebleven is staat, events)


@pytest.mark.parametrize(
    ("stempel", "bevestigd"),
    [(STEMPEL, True), (LATER + timedelta(seconds=1), False)],
    ids=["an older version", "an earlier message of ours"],
)
def test_a_status_that_may_not_be_on_top_of_what_we_know_takes_nothing_back(stempel: datetime, bevestigd: bool) -> None:
    """The school may have changed the melding since: the version at DUO still has to be delivered."""
    staat = na(versie(laatste_mutatie=LATER))
    gebleven, events = verwerk_terugmelding(staat, NUMMER, MeldingStatus.IN_BEHANDELING, stempel, bevestigd=bevestigd)
    assert (True, 1) == (gebleven is staat, len(events))


# What Halt may have


def _halt(**velden: Any) -> str:
    return onthuld_json(voor_halt(voorbeeldgeval(**velden))).decode()


@pytest.mark.parametrize("veld", sorted(VRIJE_TEKST))
def test_halt_never_gets_the_free_text_of_the_school(veld: str) -> None:
    """Planted words are nowhere in what leaves for a verwijzing, with the secrets in the clear."""
    geval = voorbeeldgeval(**VRIJE_TEKST)
    assert VRIJE_TEKST[veld] in onthuld_json(geval).decode()
    assert VRIJE_TEKST[veld].split()[0] not in _halt(**VRIJE_TEKST)


def test_halt_gets_school_contact_telephone_and_days() -> None:
    """And no BSN, no onderwijsnummer, no other address."""
    antwoord = voor_halt(voorbeeldgeval())
    assert ("Het Voorbeeld", "M. Voorbeeld", "06-55501234") == tuple(
        geheim.get_secret_value() if isinstance(geheim, SecretStr) else geheim
        for geheim in (antwoord.school, antwoord.contactpersoon, antwoord.telefoon)
    )
    expected = (
        Verzuimdag(datum=date(2024, 9, 9), hele_dag=True),
        Verzuimdag(datum=date(2024, 9, 10), hele_dag=False, lesuren=5),
        Verzuimdag(datum=date(2024, 9, 13), hele_dag=False, lesuren=6),
    )
    assert expected == antwoord.verzuimdagen
    assert [] == [deel for deel in ("999990019", "100000009", "Proefstraat", "010-5550101") if deel in _halt()]


@pytest.mark.parametrize(
    ("anders", "telefoon"),
    [
        ({}, "06-55501234"),
        ({"telefoon_leerling_of_ouder": None}, "010-5550101"),
        ({"telefoon_leerling_of_ouder": None, "melder": {"naam": "M. Voorbeeld"}}, None),
    ],
    ids=["of the family", "of the school", "none"],
)
def test_halt_gets_a_number_to_call_when_there_is_one(anders: dict[str, Any], telefoon: str | None) -> None:
    """The family first, else whoever reported."""
    gevonden = voor_halt(voorbeeldgeval(**anders)).telefoon
    assert telefoon == (gevonden.get_secret_value() if gevonden else None)


def test_a_school_without_a_name_is_told_by_its_brin() -> None:
    """A school package may leave the name out."""
    zonder_naam: Verzuimgeval = voorbeeldgeval(school={"brin": "90XA"})
    school = voor_halt(zonder_naam).school
    assert school is not None
    assert "school 90XA" == school.get_secret_value()
