"""Which letter goes to whom with what in it, and when it may not go at all."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from contracts.codes import Adressaat
from contracts.events.brieven import BriefOpgemaakt, BriefVervallen
from contracts.events.personen import JongereOverleden
from contracts.events.zaken import BriefAangevraagd
from contracts.verstrek import Briefgegevens, Geadresseerde
from hub.errors import Ongeldig, Tijdelijk
from hub.gemeenten import Gemeenten
from hub.medewerkers import Medewerkers
from hub.messages import Message
from services.letters import model
from services.letters.decisions import (
    Briefwisseling,
    Gemaakt,
    Vervallen,
    registreer,
    stel_op,
    stopreden,
)
from services.letters.handlers import HANDLERS
from services.letters.model import Brief, Briefsoort, Gesprek, Verzuim, ontbrekende_elementen

JONGERE = UUID("11111111-2222-4333-8444-555555555555")
ZAAK = UUID("22222222-2222-4333-8444-555555555555")
BRIEF = UUID("33333333-2222-4333-8444-555555555555")
NU = datetime.fromisoformat("2026-09-14T08:00:00+00:00")  # maandag
ADRES = (SecretStr("Proefstraat 1"), SecretStr("3240 ZZ Voorbeelddorp"))


def aanvraag(**velden: Any) -> BriefAangevraagd:
    """A request for a gele kaart to both."""
    basis: dict[str, Any] = {
        "zaak_id": ZAAK,
        "brief_id": BRIEF,
        "briefsoort": "gele_kaart",
        "adressaten": (Adressaat.OUDERS, Adressaat.JONGERE),
        "dagtekening": date(2026, 9, 14),
        "ondertekenaar": "LPA-1",
        "aantal_te_laat": 9,
        "periode_van": date(2026, 8, 31),
        "periode_tot": date(2026, 9, 11),
    }
    return BriefAangevraagd(**(basis | velden))


def gegevens(**velden: Any) -> Briefgegevens:
    """What the BRP tells for a letter."""
    basis: dict[str, Any] = {
        "jongere_id": JONGERE,
        "naam_jongere": SecretStr("Saar Fictief"),
        "geadresseerden": (
            Geadresseerde(adressaat=Adressaat.JONGERE, naam=SecretStr("Saar Fictief"), adresregels=ADRES),
            Geadresseerde(adressaat=Adressaat.OUDERS, naam=SecretStr("O. Fictief"), adresregels=ADRES),
        ),
        "overleden": False,
        "adres_in_onderzoek": False,
        "geheimhouding": False,
    }
    return Briefgegevens(**(basis | velden))


def opgesteld(
    event: BriefAangevraagd, wie: Briefgegevens | None = None, afspraken: tuple[SecretStr, ...] = ()
) -> list[tuple[Adressaat, Brief]]:
    """The letters for a request, by LPA-1 of gemeente 1924."""
    gemeente, medewerker = Gemeenten.load().get("1924"), Medewerkers.load().get("LPA-1")
    assert gemeente is not None
    assert medewerker is not None
    return stel_op(event, wie or gegevens(), afspraken, gemeente, medewerker)


def gemaakt(adressaat: Adressaat = Adressaat.OUDERS) -> Gemaakt:
    """A PDF that exists."""
    return Gemaakt(BRIEF, ZAAK, "gele_kaart", adressaat, f"1924/{BRIEF}-{adressaat}.pdf", "a" * 64, 2)


# What is in it


def test_each_addressee_gets_a_letter_of_their_own() -> None:
    """Ouders and jongere, in the order of the request, each in their own name and with their own salutation."""
    (ouders, brief_ouders), (jongere, brief_jongere) = opgesteld(aanvraag())
    assert (Adressaat.OUDERS, Adressaat.JONGERE) == (ouders, jongere)
    assert ("Geachte O. Fictief", "Beste Saar Fictief") == (
        brief_ouders.geadresseerde.aanhef.get_secret_value(),
        brief_jongere.geadresseerde.aanhef.get_secret_value(),
    )
    assert (model.Adressaat.ouders, model.Adressaat.jongere) == (
        brief_ouders.geadresseerde.rol,
        brief_jongere.geadresseerde.rol,
    )


def test_only_those_who_were_asked_for_get_a_letter() -> None:
    """That an address is known is no reason to write to it."""
    ((adressaat, _),) = opgesteld(aanvraag(adressaten=(Adressaat.JONGERE,)))
    assert Adressaat.JONGERE is adressaat


def test_the_letter_says_what_the_request_says() -> None:
    """Kind, date, numbers, official and a reference without a person in it."""
    (_, brief), _ = opgesteld(aanvraag())
    assert (Briefsoort.gele_kaart, "1924", date(2026, 9, 14)) == (brief.briefsoort, brief.gemeente, brief.dagtekening)
    assert str(ZAAK)[:13].upper() == brief.kenmerk
    assert Verzuim(aantal_te_laat=9, periode_van=date(2026, 8, 31), periode_tot=date(2026, 9, 11)) == brief.verzuim
    assert ("A. Janssen", "leerplichtambtenaar") == (
        brief.ondertekenaar.naam.get_secret_value(),
        brief.ondertekenaar.functie,
    )
    assert () == ontbrekende_elementen(brief)


def test_a_conversation_is_held_at_the_office_at_dutch_time() -> None:
    """Day and time as the official gave them, the place from the register of gemeenten."""
    wanneer = datetime.fromisoformat("2026-10-01T09:30:00")  # donderdag
    (_, brief), _ = opgesteld(aanvraag(briefsoort="lpa_uitnodiging_1", gesprek_op=wanneer))
    plaats = SecretStr("Voorbeeldplein 1, Middelharnis")
    assert Gesprek(datum=date(2026, 10, 1), tijd=time(9, 30), plaats=plaats) == brief.gesprek


def test_agreements_stand_in_the_letter() -> None:
    """In the words in which they were made."""
    afspraak = SecretStr("Elke dag om half negen op school")
    event = aanvraag(briefsoort="brief_afspraken")
    assert [(afspraak,)] * 2 == [brief.afspraken for _, brief in opgesteld(event, afspraken=(afspraak,))]


@pytest.mark.parametrize(("lesuren", "uren"), [(None, None), (0, None), (1, 1), (16, 16)])
def test_no_hours_are_no_hours(lesuren: int | None, uren: int | None) -> None:
    """A letter never says "0 uur"."""
    (_, brief), _ = opgesteld(aanvraag(lesuren=lesuren))
    assert uren == brief.verzuim.uren


# When it may not go


def test_an_unknown_kind_of_letter_is_refused() -> None:
    """No try will mend it: an operator must look."""
    with pytest.raises(Ongeldig) as fout:
        opgesteld(aanvraag(briefsoort="brief_hulp_tjg"))
    assert "briefsoort" == fout.value.veld


@pytest.mark.parametrize(
    "wie",
    [
        gegevens(geadresseerden=()),
        gegevens(geadresseerden=gegevens().geadresseerden[:1]),
        gegevens(
            geadresseerden=(
                gegevens().geadresseerden[0],
                Geadresseerde(adressaat=Adressaat.OUDERS, naam=SecretStr("O. Fictief"), adresregels=()),
            )
        ),
    ],
    ids=["nobody", "no ouders", "no address"],
)
def test_an_addressee_that_is_not_known_yet_may_be_known_later(wie: Briefgegevens) -> None:
    """Nobody gets half of the letters: the request as a whole waits for the BRP."""
    with pytest.raises(Tijdelijk, match="ouders"):
        opgesteld(aanvraag(), wie)


@pytest.mark.parametrize(("overleden", "reden"), [(True, "overleden"), (False, None)])
def test_no_letter_is_made_about_someone_who_died(overleden: bool, reden: str | None) -> None:
    """The BRP says so at the moment of making."""
    assert reden == stopreden(gegevens(overleden=overleden))


# What is told


def test_a_made_letter_is_told_with_its_hash_per_addressee() -> None:
    """Two PDFs are two events, and both are to be stored."""
    made = [gemaakt(Adressaat.OUDERS), gemaakt(Adressaat.JONGERE)]
    staat, events = registreer(Briefwisseling(), aanvraag(), made)
    expected = [
        BriefOpgemaakt(
            zaak_id=ZAAK, brief_id=BRIEF, briefsoort="gele_kaart", adressaten=(a,), sha256="a" * 64, paginas=2
        )
        for a in (Adressaat.OUDERS, Adressaat.JONGERE)
    ]
    assert expected == events
    assert tuple(made) == staat.nieuw


def test_a_letter_that_may_not_go_out_is_told_as_vervallen() -> None:
    """With the reason as a code."""
    staat, events = registreer(Briefwisseling(), aanvraag(), Vervallen("overleden"))
    expected = BriefVervallen(zaak_id=ZAAK, brief_id=BRIEF, briefsoort="gele_kaart", reden="overleden")
    assert (Briefwisseling(), [expected]) == (staat, events)


def test_after_a_death_even_a_letter_that_was_rendered_is_vervallen() -> None:
    """The death was heard between rendering and recording: the order of events decides."""
    dood = HANDLERS[JongereOverleden](Briefwisseling(), Message(JONGERE, "1924", JongereOverleden()), NU).state
    assert Briefwisseling(overleden=True) == dood
    message = Message(JONGERE, "1924", aanvraag(), prepared=[gemaakt()])
    staat, events = HANDLERS[BriefAangevraagd](dood, message, NU)[:2]
    expected = BriefVervallen(zaak_id=ZAAK, brief_id=BRIEF, briefsoort="gele_kaart", reden="overleden")
    assert (dood, [expected]) == (staat, list(events))


def test_a_death_leaves_what_was_made_before() -> None:
    """A letter of the same batch that was recorded before the death stays recorded."""
    staat, _ = registreer(Briefwisseling(), aanvraag(), [gemaakt()])
    dood = HANDLERS[JongereOverleden](staat, Message(JONGERE, "1924", JongereOverleden()), NU).state
    assert Briefwisseling(overleden=True, nieuw=(gemaakt(),)) == dood
