"""What officials do to a zaak: open it without a melding, close, re-open, couple."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from contracts.codes import Fase, Verzuimsoort, Zaaksoort
from hub.errors import Ongeldig
from services.cases.besluiten import StelFeitenVast
from services.cases.feitenopbouw import zaaksoortfeit
from services.cases.meldingen import GAAT_VERDER, VOORGOED
from services.cases.model import Dossier
from services.cases.register import Registerblad
from services.cases.zaakleven import GRONDEN, Afsluitreden, Heropenreden, HeropenZaak, KoppelZaak, OpenZaak, SluitZaak
from tests.unit.cases.leven import BUREAU, POLDER, doe, open_zaken
from tests.unit.cases.voorbeelden import (
    GEMEENTE,
    JONGERE,
    LPA,
    beleid,
    dossier,
    melding,
    met_melding,
    soorten,
    te_laat,
    voorstellen,
    wat,
    zaak,
    zestien_uur,
)


def opening(soort: Zaaksoort = Zaaksoort.VERLOF, **velden: Any) -> OpenZaak:
    """A zaak without a melding."""
    basis: dict[str, Any] = {
        "jongere_id": JONGERE,
        "gemeente": GEMEENTE,
        "zaaksoort": soort,
        "kenmerk": "V-1",
        "medewerker": BUREAU,
        "feiten": {},
    }
    return OpenZaak(**(basis | velden))


# Opening


@pytest.mark.parametrize("soort", [Zaaksoort.VERLOF, Zaaksoort.VRIJSTELLING, Zaaksoort.VERWIJDERING])
def test_a_formal_ground_opens_a_zaak_once(soort: Zaaksoort) -> None:
    """The same kenmerk again changes nothing, another zaaksoort under it is refused."""
    staat, events = doe(dossier(), opening(soort))
    assert (soort, Fase.WAARNEMEN) == (zaak(staat).zaaksoort, zaak(staat).fase)
    assert "zaak-geopend" == events[0].name
    assert [f"{soort} {GRONDEN[soort]}"] == [r.toelichting for r in staat.nieuw if r.wat == "zaak_geopend"]
    assert (zaak(staat), []) == ((again := doe(staat, opening(soort)))[0].zaken[zaak(staat).zaak_id], again[1])
    ander = Zaaksoort.VERLOF if soort is not Zaaksoort.VERLOF else Zaaksoort.VRIJSTELLING
    with pytest.raises(Ongeldig, match="kenmerk"):
        doe(staat, opening(ander))
    with pytest.raises(Ongeldig, match="al een open zaak"):
        doe(staat, opening(soort, kenmerk="V-2"))


@pytest.mark.parametrize("soort", sorted(set(Zaaksoort) - set(GRONDEN)))
def test_without_a_ground_there_is_no_zaak(soort: Zaaksoort) -> None:
    """GO-PRE-4: absence begins with a melding, absoluut verzuim with a signal."""
    with pytest.raises(Ongeldig, match="signaal" if soort is Zaaksoort.ABSOLUUT else "zonder melding"):
        doe(dossier(), opening(soort))


@pytest.mark.parametrize(
    ("staat", "velden", "reden"),
    [
        (Dossier(JONGERE), {}, "niet bekend"),
        (dossier(), {"kenmerk": "  "}, "kenmerk"),
        (dossier(), {"medewerker": "LPA-2"}, "niet bevoegd"),
        (dossier(), {"feiten": {"bestaat_niet": 1}}, "."),
        (replace(dossier(), overleden=True), {}, "woont deze jongere hier niet"),
        (replace(dossier(), register=Registerblad(gemeente=POLDER)), {}, "andere gemeente"),
        (dossier(), {"zaaksoort": Zaaksoort.RMC}, "RMC is voor wie 18"),
        (dossier(), {"zaaksoort": Zaaksoort.ZIEKTE}, "eerst een melding bij DUO"),
    ],
)
def test_what_does_not_fit_is_refused(staat: Dossier, velden: dict[str, Any], reden: str) -> None:
    """With the reason, and nothing is opened."""
    with pytest.raises(Ongeldig, match=reden):
        doe(staat, opening(**velden))


def test_rmc_opens_for_who_is_eighteen() -> None:
    """From the birthday itself."""
    assert Zaaksoort.RMC is zaak(doe(dossier(date(2008, 9, 14)), opening(Zaaksoort.RMC))[0]).zaaksoort
    with pytest.raises(Ongeldig, match="RMC"):
        doe(dossier(date(2008, 9, 15)), opening(Zaaksoort.RMC))


def test_the_rules_hear_only_zaaksoorten_they_know() -> None:
    """LRV is relatief that lasts; an RMC melding is relatief of somebody of age; a request is none of them."""
    lrv = zaak(met_melding(dossier(), melding(soort=Verzuimsoort.LANGDURIG)))
    rmc = zaak(met_melding(dossier(date(2007, 1, 1)), melding(soort=Verzuimsoort.DOORSTROOMPUNT)))
    verlof = zaak(doe(dossier(), opening())[0])
    assert (Zaaksoort.LANGDURIG, "relatief") == (lrv.zaaksoort, zaaksoortfeit(lrv))
    assert (Zaaksoort.RMC, "relatief") == (rmc.zaaksoort, zaaksoortfeit(rmc))
    assert zaaksoortfeit(verlof) is None
    bekend = set(beleid().protocollen.feiten.definities["zaaksoort"].waarden)
    assert {z for s in Zaaksoort if (z := zaaksoortfeit(lrv.met(zaaksoort=s)))} <= bekend


# Closing and re-opening


@pytest.mark.parametrize("reden", [r for r in Afsluitreden if r is not Afsluitreden.AANVRAAG_BESLIST])
def test_an_official_closes_once_and_only_some_ends_go_on_with_a_next_melding(reden: Afsluitreden) -> None:
    """Open voorstellen lapse. After an end that leaves the traject running the next melding re-opens it."""
    staat = met_melding(dossier(), zestien_uur())
    een = zaak(staat)
    staat, events = doe(staat, SluitZaak(een.zaak_id, LPA, reden))
    assert "zaak-afgesloten" == events[-1].name
    assert [] == voorstellen(staat)
    assert [] == doe(staat, SluitZaak(een.zaak_id, LPA, reden))[1]
    staat, events = doe(staat, zestien_uur(2))
    assert ("zaak-heropend" if reden in GAAT_VERDER else "zaak-geopend") == events[0].name
    assert (reden in GAAT_VERDER) == (een.zaak_id == open_zaken(staat)[0].zaak_id)
    assert 1 == len(open_zaken(staat))


def test_closing_is_refused_while_halt_runs_or_for_a_reason_that_does_not_fit() -> None:
    """And for a reason other than the one it was closed for."""
    staat = met_melding(dossier(), zestien_uur())
    een = zaak(staat)
    with pytest.raises(Ongeldig, match="verlof, vrijstelling of verwijdering"):
        doe(staat, SluitZaak(een.zaak_id, LPA, Afsluitreden.AANVRAAG_BESLIST))
    loopt = een.met(feiten={"halt_status": "lopend"})
    with pytest.raises(Ongeldig, match="Halt loopt"):
        doe(replace(staat, zaken={een.zaak_id: loopt}), SluitZaak(een.zaak_id, LPA, Afsluitreden.GEOORLOOFD))
    dicht, _ = doe(staat, SluitZaak(een.zaak_id, LPA, Afsluitreden.GEOORLOOFD))
    with pytest.raises(Ongeldig, match="al afgesloten"):
        doe(dicht, SluitZaak(een.zaak_id, LPA, Afsluitreden.HULP_LOOPT))


@pytest.mark.parametrize("reden", sorted(VOORGOED))
def test_what_ended_for_good_is_not_opened_again(reden: str) -> None:
    """Not by an official either."""
    staat = met_melding(dossier(), zestien_uur())
    dicht = zaak(staat).met(status="afgesloten", afsluitreden=reden)
    with pytest.raises(Ongeldig, match="voorgoed"):
        doe(
            replace(staat, zaken={dicht.zaak_id: dicht}),
            HeropenZaak(dicht.zaak_id, LPA, Heropenreden.VERZUIM_GAAT_DOOR),
        )


def test_reopening_asks_the_rules_again_and_stays_within_its_schooljaar() -> None:
    """Unless it was closed by mistake; and never beside an open one."""
    staat = met_melding(dossier(), zestien_uur())
    een = zaak(staat)
    dicht, _ = doe(staat, SluitZaak(een.zaak_id, LPA, Afsluitreden.GEOORLOOFD))
    weer = HeropenZaak(een.zaak_id, LPA, Heropenreden.VERZUIM_GAAT_DOOR)
    na, events = doe(dicht, weer)
    assert ["zaak-heropend", "voorstel-gedaan"] == soorten(events)[:2]
    assert [] == doe(na, weer)[1]
    later = datetime(2027, 8, 1, 8, tzinfo=UTC)
    with pytest.raises(Ongeldig, match="schooljaar"):
        doe(dicht, weer, later)
    assert zaak(doe(dicht, replace(weer, reden=Heropenreden.TEN_ONRECHTE_GESLOTEN), later)[0]).is_open
    ernaast, _ = doe(dicht, zestien_uur(2))
    with pytest.raises(Ongeldig, match="al een open zaak"):
        doe(ernaast, weer)


def test_facts_of_a_closed_zaak_are_not_established() -> None:
    """It changes in nothing but by being opened again; a newer version of its melding is kept, not judged."""
    staat = met_melding(dossier(), zestien_uur())
    dicht, _ = doe(staat, SluitZaak(zaak(staat).zaak_id, LPA, Afsluitreden.GEOORLOOFD))
    with pytest.raises(Ongeldig, match="heropen"):
        doe(dicht, StelFeitenVast(zaak(staat).zaak_id, LPA, {"oordeel": "ongeoorloofd"}))
    na, events = doe(dicht, zestien_uur(lesuren=30))
    assert ([], "melding_gewijzigd", 30) == (events, wat(na)[-1], zaak(na).meldingen["1"].lesuren)
    kaal = {"meldingen": {}, "revisie": 0}
    assert zaak(dicht).met(**kaal) == zaak(na).met(**kaal)


def test_that_halt_was_used_stays_known_in_the_next_zaak() -> None:
    """GO-R3B-5: within the same gemeente; nobody tells another one."""
    staat = met_melding(dossier(), zestien_uur())
    een = zaak(staat).met(feiten={"eerder_halt": "leerplicht"}, status="afgesloten", afsluitreden="halt_positief")
    staat = replace(staat, zaken={een.zaak_id: een})
    assert "leerplicht" == open_zaken(doe(staat, zestien_uur(2))[0])[0].feiten["eerder_halt"]
    assert "eerder_halt" not in open_zaken(doe(staat, zestien_uur(2), gemeente=POLDER)[0])[0].feiten


def test_only_luxe_is_coupled_and_each_zaak_stays_its_own() -> None:
    """GO-LUX-6, GO-LUX-7: the number of the other one and that another child was reported, no more."""
    staat = met_melding(dossier(), melding(soort=Verzuimsoort.LUXE, hele_dagen=2))
    command = KoppelZaak(zaak(staat).zaak_id, UUID(int=7), LPA)
    na, _ = doe(staat, command)
    assert ((UUID(int=7),), True) == (zaak(na).verwant, zaak(na).feiten["ander_kind_gemeld"])
    assert [] == doe(na, command)[1]
    ander = met_melding(dossier(), te_laat(9))
    with pytest.raises(Ongeldig, match="luxe"):
        doe(ander, replace(command, zaak_id=zaak(ander).zaak_id))
