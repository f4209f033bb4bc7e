"""What officials make of a signal of absoluut verzuim, the zaak that follows, and two identities of one person."""

from datetime import date

import pytest

from contracts.codes import Vrijstellingsoort, Zaaksoort
from contracts.events.personen import (
    JongereOpgegaan,
    JongereOverleden,
    JongereVerhuisd,
)
from contracts.events.verzuim import VerzuimmeldingOvergedragen
from contracts.events.zaken import AbsoluutVerzuimVerklaard
from hub.errors import Ongeldig
from services.cases.absoluut import BevestigSignaal, VerklaarSignaal
from services.cases.model import Zaakstatus
from services.cases.register import Signaalstatus, Uitkomst
from tests.unit.cases.registervoorbeelden import (
    NOVEMBER,
    OKTOBER,
    POLDER,
    bevestigd,
    blad,
    gebeurt,
    gesignaleerd,
    getoetst,
    inschrijving,
    nummer,
    om,
    signaal,
    signaal_id,
    signalen,
    soorten,
    stand,
    te_controleren,
    uitgeschreven,
    vrijstelling,
    woont,
)
from tests.unit.cases.voorbeelden import (
    GEMEENTE,
    met_melding,
    na_besluit,
    te_laat,
    voorstellen,
    wat,
    zaak,
)

# Officials


def test_administratie_explains_and_it_is_said_once() -> None:
    """The code of who did so is kept; saying it again is accepted, saying something else is not."""
    staat = te_controleren()
    command = VerklaarSignaal(signaal_id(staat), Uitkomst.INSCHRIJVING_GEVONDEN, "ADM-1")
    staat, events = gebeurt(staat, command, OKTOBER)
    assert [("absoluut-verzuim-verklaard", "inschrijving_gevonden")] == soorten(events)
    assert ("ADM-1", Uitkomst.INSCHRIJVING_GEVONDEN) == (signaal(staat).medewerker, signaal(staat).uitkomst)
    assert [] == gebeurt(staat, command, OKTOBER)[1]
    with pytest.raises(Ongeldig, match="al verklaard"):
        verklaring = VerklaarSignaal(signaal_id(staat), Uitkomst.VRIJSTELLING, "ADM-1")
        gebeurt(staat, verklaring, OKTOBER)


@pytest.mark.parametrize(
    ("uitkomst", "medewerker", "reden"),
    [
        (Uitkomst.ZAAK, "ADM-1", "kies uit"),
        (Uitkomst.SAMENGEVOEGD, "ADM-1", "kies uit"),
        (Uitkomst.VRIJSTELLING, "ADM-9", "staat niet in het register"),
        (Uitkomst.VRIJSTELLING, "LPA-2", "niet bevoegd voor deze gemeente"),
    ],
)
def test_not_everything_can_be_said_by_everybody(uitkomst: Uitkomst, medewerker: str, reden: str) -> None:
    """An official of this gemeente, of administratie or leerplicht."""
    staat = te_controleren()
    with pytest.raises(Ongeldig, match=reden):
        gebeurt(staat, VerklaarSignaal(signaal_id(staat), uitkomst, medewerker), OKTOBER)


def test_a_signal_that_does_not_exist_is_refused() -> None:
    """Its field is named."""
    with pytest.raises(Ongeldig, match="signaal_id: dit signaal bestaat niet"):
        gebeurt(woont(), VerklaarSignaal(nummer(3), Uitkomst.VRIJSTELLING, "ADM-1"), OKTOBER)


def test_nothing_is_confirmed_before_administratie_looked() -> None:
    """And only by a leerplichtambtenaar."""
    with pytest.raises(Ongeldig, match="administratieve controle moet nog"):
        bevestigd(gesignaleerd(), OKTOBER)
    with pytest.raises(Ongeldig, match="leerplichtambtenaar"):
        bevestigd(te_controleren(), OKTOBER, "ADM-1")


def test_a_confirmed_signal_opens_a_zaak_that_the_protocol_judges() -> None:
    """Goeree-Overflakkee: a visit is proposed as long as nobody knows where the jongere is."""
    staat, events = bevestigd(te_controleren(), OKTOBER)
    een = zaak(staat)
    assert (Zaaksoort.ABSOLUUT, GEMEENTE, "2026-2027") == (een.zaaksoort, een.gemeente, een.schooljaar)
    assert (Signaalstatus.BEVESTIGD, Uitkomst.ZAAK, een.zaak_id) == (*stand(staat), signaal(staat).zaak_id)
    verwacht = AbsoluutVerzuimVerklaard(signaal_id=signaal_id(staat), uitkomst="zaak", zaak_id=een.zaak_id)
    assert verwacht == events[0]
    assert ["huisbezoek"] == voorstellen(staat)
    assert ("absoluut_verzuim_controleren" in een.taken) is True
    assert [] == bevestigd(staat, OKTOBER)[1]
    assert [] == getoetst(staat, NOVEMBER, maand=True)[1]


def test_who_is_still_at_no_school_when_the_zaak_closed_is_signalled_again() -> None:
    """By the check of a later month, as after any other end of a signal; not as long as the zaak is open."""
    staat, _ = bevestigd(te_controleren(), OKTOBER)
    dicht = staat.met_zaak(zaak(staat).met(status=Zaakstatus.AFGESLOTEN))
    assert [] == getoetst(dicht, date(2026, 10, 30), maand=True)[1]
    assert [] == getoetst(dicht, NOVEMBER)[1]
    opnieuw, events = getoetst(dicht, NOVEMBER, maand=True)
    assert ["absoluut-verzuim-gesignaleerd"] == [e.name for e in events]
    assert [Signaalstatus.BEVESTIGD, Signaalstatus.TE_CONTROLEREN] == [s.status for s in signalen(opnieuw)]


def test_a_zaak_of_another_gemeente_does_not_take_a_signal_in() -> None:
    """The jongere moved: the official of the new gemeente works in a zaak of that gemeente."""
    staat, _ = bevestigd(te_controleren(), OKTOBER)
    staat, _ = gebeurt(staat, JongereVerhuisd(van_gemeente=GEMEENTE, naar_gemeente=POLDER), OKTOBER)
    staat, _ = getoetst(staat, OKTOBER, maand=True)
    (nieuw,) = (i for i, s in blad(staat).signalen.items() if s.is_open)
    staat, _ = gebeurt(staat, BevestigSignaal(nieuw, "LPA-2"), OKTOBER)
    assert [GEMEENTE, POLDER] == [z.gemeente for z in staat.zaken.values()]


def test_an_open_zaak_of_a_gemeente_that_is_no_longer_served_stays_as_it_is() -> None:
    """Its rules cannot be asked; the events of the jongere go on."""
    staat, _ = bevestigd(te_controleren(), OKTOBER)
    staat = staat.met_zaak(zaak(staat).met(gemeente="0999"))
    staat, events = gebeurt(staat, inschrijving(OKTOBER, n=2), OKTOBER)
    assert ([], Zaakstatus.OPEN) == (events, zaak(staat).status)


def test_the_polder_writes_a_letter_first() -> None:
    """Its own protocol decides what follows."""
    staat, _ = getoetst(uitgeschreven(gemeente=POLDER), OKTOBER, maand=True)
    staat, _ = bevestigd(staat, OKTOBER, "LPA-2")
    assert ["absoluut_brief_1"] == voorstellen(staat)


def test_an_inschrijving_closes_a_zaak_in_which_nothing_was_decided() -> None:
    """Its voorstellen lapse; the timeline tells what came."""
    staat, _ = bevestigd(te_controleren(), OKTOBER)
    staat, events = gebeurt(staat, inschrijving(OKTOBER, n=2), OKTOBER)
    assert (Zaakstatus.AFGESLOTEN, "inschrijving_gevonden") == (zaak(staat).status, zaak(staat).afsluitreden)
    assert ([], ["zaak-afgesloten"]) == (voorstellen(staat), [e.name for e in events])


@pytest.mark.parametrize(
    ("soort", "status", "lopend"),
    [
        (Vrijstellingsoort.BUITENLANDSE_SCHOOL, Zaakstatus.AFGESLOTEN, "art_5_onder_c"),
        (Vrijstellingsoort.VERVANGEND_LAATSTE_SCHOOLJAAR, Zaakstatus.OPEN, "geen"),
    ],
)
def test_a_vrijstelling_that_does_away_with_enrolment_closes_it_too(
    soort: Vrijstellingsoort, status: Zaakstatus, lopend: str
) -> None:
    """A programme at the school itself does not."""
    staat, _ = bevestigd(te_controleren(), OKTOBER)
    staat, _ = gebeurt(staat, vrijstelling(OKTOBER, soort=soort), OKTOBER)
    assert (status, lopend) == (zaak(staat).status, zaak(staat).feiten["vrijstelling_lopend"])


def test_a_zaak_in_which_something_was_decided_is_the_officials_to_end() -> None:
    """But what leaned on the missing inschrijving is proposed no more."""
    staat, _ = bevestigd(getoetst(uitgeschreven(gemeente=POLDER), OKTOBER, maand=True)[0], OKTOBER, "LPA-2")
    staat = na_besluit(staat, "absoluut_brief_1", medewerker="LPA-2", op=om(OKTOBER))
    for event in (inschrijving(OKTOBER, n=2), inschrijving(OKTOBER, n=2, niveau="havo")):
        staat, _ = gebeurt(staat, event, OKTOBER)
        assert (Zaakstatus.OPEN, True, []) == (
            zaak(staat).status,
            zaak(staat).feiten["ingeschreven"],
            voorstellen(staat),
        )
    assert 1 == wat(staat).count("inschrijving_gevonden")


def test_a_death_closes_the_zaak_too() -> None:
    """As it does every zaak."""
    staat, _ = gebeurt(bevestigd(te_controleren(), OKTOBER)[0], JongereOverleden(), OKTOBER)
    assert (Zaakstatus.AFGESLOTEN, "overleden") == (zaak(staat).status, zaak(staat).afsluitreden)


# Two identities of one person


def test_zaken_of_an_id_that_is_used_no_more_close_and_name_the_other() -> None:
    """They go on elsewhere, which is said and written down once."""
    staat = met_melding(woont(), te_laat(9))
    staat, events = gebeurt(staat, JongereOpgegaan(in_jongere_id=nummer(9)), OKTOBER)
    assert (Zaakstatus.AFGESLOTEN, "samengevoegd") == (zaak(staat).status, zaak(staat).afsluitreden)
    assert [("jongere_opgegaan", str(nummer(9))), ("zaak_afgesloten", "samengevoegd")] == [
        (r.wat, r.toelichting) for r in staat.nieuw[-2:]
    ]
    assert ["zaak-afgesloten"] == [e.name for e in events]
    assert [] == gebeurt(staat, JongereOpgegaan(in_jongere_id=nummer(9)), OKTOBER)[1]


def test_a_melding_that_goes_on_elsewhere_no_longer_counts() -> None:
    """The last one closes its zaak."""
    staat = met_melding(woont(), te_laat(9), te_laat(12, 2))
    for melding, status in (("2", Zaakstatus.OPEN), ("1", Zaakstatus.AFGESLOTEN)):
        event = VerzuimmeldingOvergedragen(meldingsnummer=melding, naar_jongere_id=nummer(9))
        staat, _ = gebeurt(staat, event, OKTOBER)
        assert status is zaak(staat).status
    assert "melding_overgedragen" == zaak(staat).afsluitreden
    assert blad(staat).gemeente == GEMEENTE
