"""On what a disclosure rests: the besluit that leads there, the convenant, the zaak, and what givers said."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.codes import Besluitsoort
from contracts.verstrekkingen import CONTRACTEN
from contracts.verstrekkingen.basis import Mens
from services.cases.gevolgen import GEVOLGEN
from services.cases.grens.besluit import LEIDT_TOT
from services.cases.grens.regel import Poort
from services.cases.model import Dossier, Voorstel, Voorstelstatus
from services.cases.privacystand import Gever, Informatie, TeltNiet, Toestemming, Toestemmingstand
from tests.unit.cases.voorbeelden import met_toestemming, zaak
from tests.unit.grens.test_beslissing import AAN_SWV, NU, beleid, beoordeel, halt, thuiszitter, verzoek


def met_voorstel(**velden: Any) -> Dossier:
    """The dossier of the decided referral, with that voorstel otherwise."""
    een = zaak(halt())
    nieuw = {i: v.model_copy(update=velden) if _is_halt(v) else v for i, v in een.voorstellen.items()}
    return halt().met_zaak(een.met(voorstellen=nieuw))


def _is_halt(v: Voorstel) -> bool:
    return v.uitkomst == "halt_verwijzing" and v.besluit is not None


def _afgeweken() -> dict[str, Any]:
    (v,) = [v for v in zaak(halt()).voorstellen.values() if _is_halt(v)]
    assert v.besluit is not None
    anders = {"soort": Besluitsoort.AFWIJKEN, "in_plaats": "officiele_waarschuwing"}
    return {"besluit": v.besluit.model_copy(update=anders)}


@pytest.mark.parametrize(
    ("velden", "weigering"),
    [
        ({"uitkomst": "officiele_waarschuwing"}, "geen_besluit"),
        (_afgeweken(), "geen_besluit"),
        ({"status": Voorstelstatus.TE_BEVESTIGEN}, "geen_besluit"),
        ({"status": Voorstelstatus.OPEN}, "geen_besluit"),
    ],
)
def test_a_besluit_carries_only_what_it_leads_to(velden: dict[str, Any], weigering: str) -> None:
    """Not another step, not one decided otherwise, not one that a second official must still confirm."""
    kenmerk = verzoek(halt()).kenmerk
    regel = beoordeel(met_voorstel(**velden), kenmerk=kenmerk)
    assert (Poort.G2_ONTVANGER, weigering, ()) == (regel.poort, regel.weigering, regel.doorgelaten)
    assert beoordeel(halt(), kenmerk=kenmerk).mag_weg


def test_every_contract_that_asks_a_besluit_knows_which() -> None:
    """And each of those exists, for that recipient where the table of consequences names one."""
    met_besluit = [c.afspraak for c in CONTRACTEN if c.afspraak.mens is Mens.BESLUIT and c.afspraak.buiten is None]
    assert LEIDT_TOT.keys() == {(a.ontvanger, doel) for a in met_besluit for doel in a.doelen}
    for (ontvanger, _), uitkomsten in LEIDT_TOT.items():
        for uitkomst in uitkomsten:
            naar = GEVOLGEN[uitkomst].ontvanger
            assert ontvanger == {"verwijsindex": "vir"}.get(naar or "", naar)


def test_a_convenant_that_nobody_named_carries_nothing() -> None:
    """Deny is the default: what is not in the register of parties was not agreed."""
    partijen = beleid().partijen.model_copy(update={"convenanten": ()})
    regel = beoordeel(thuiszitter(), met=replace(beleid(), partijen=partijen), **AAN_SWV)
    assert (Poort.G1_REIKWIJDTE, "geen_convenant", ()) == (regel.poort, regel.weigering, regel.doorgelaten)
    assert beoordeel(thuiszitter(), **AAN_SWV).mag_weg


def test_without_a_zaak_only_what_is_anonymous_goes_on() -> None:
    """What names somebody serves the purpose of a zaak."""
    regel = beoordeel(thuiszitter(), zaak_id=None, **AAN_SWV)
    assert (Poort.ZAAK, "geen_zaak", ()) == (regel.poort, regel.weigering, regel.doorgelaten)
    aantal = {"ontvanger": "onderzoeker", "verstrekkingsdoel": "onderzoek", "elementen": ("aggregaten",)}
    assert "geen_zaak" != beoordeel(thuiszitter(), zaak_id=None, **(AAN_SWV | aantal)).weigering


def test_a_gemeente_without_protocol_and_a_fact_that_cannot_be_leave_a_refused_line() -> None:
    """An answer that stands in the register, so nobody asks for ever."""
    onbekend = beoordeel(halt(), gemeente="9999")
    assert ("geen_protocol", (), "") == (onbekend.weigering, onbekend.doorgelaten, onbekend.protocol)
    een = zaak(halt())
    kapot = halt().met_zaak(een.met(feiten={**een.feiten, "startkwalificatie": "misschien"}))
    regel = beoordeel(kapot)
    assert ("feit_onbruikbaar", ()) == (regel.weigering, regel.doorgelaten)


HULPVRAAG = {"verstrekkingsdoel": "zorgmelding", "medewerker": "LPA-1"}


def gezegd(ontvanger: str, ja: str, nee: str, wie: tuple[Gever, ...] = (Gever.JONGERE, Gever.OUDERS)) -> Dossier:
    """Both consented to one element, and `wie` refused another."""
    staat = thuiszitter()
    for gever in (Gever.JONGERE, Gever.OUDERS):
        staat = met_toestemming(staat, gever, (ja, ontvanger, "zorgmelding"))
    for gever in wie:
        staat = met_toestemming(staat, gever, (nee, ontvanger, "zorgmelding"), gegeven=False)
    return staat


@pytest.mark.parametrize(
    ("ontvanger", "ja", "nee"), [("sot", "oorzaak_algemeen", "naam"), ("cjg", "naam", "verzuimoverzicht_detail")]
)
def test_what_somebody_refused_stays_also_when_the_request_for_help_goes(ontvanger: str, ja: str, nee: str) -> None:
    """One refusal of somebody who must consent is enough; an answer in another zaak is about that one."""
    partijen = beleid().partijen
    met = replace(
        beleid(), partijen=partijen.model_copy(update={"kanalen": {**partijen.kanalen, ontvanger: "versleuteld_mfa"}})
    )
    velden = HULPVRAAG | {"ontvanger": ontvanger, "elementen": (ja, nee)}
    for wie in ((Gever.JONGERE, Gever.OUDERS), (Gever.OUDERS,)):
        regel = beoordeel(gezegd(ontvanger, ja, nee, wie), met=met, **velden)
        assert ((ja,), {nee: "geen_toestemming"}) == (regel.doorgelaten, regel.weggelaten)
    alles = beoordeel(gezegd(ontvanger, ja, nee, ()), met=met, **velden)
    assert (ja, nee) == alles.doorgelaten
    niets = beoordeel(gezegd(ontvanger, ja, nee), met=met, **(velden | {"elementen": (nee,)}))
    assert (Poort.G6_TOESTEMMING, "geen_toestemming", ()) == (niets.poort, niets.weigering, niets.doorgelaten)


def met(staat: Dossier, *toestemmingen: Toestemming) -> Dossier:
    """The dossier with these said before what is there."""
    al = staat.privacy.toestemmingen
    return replace(staat, privacy=staat.privacy.model_copy(update={"toestemmingen": (*toestemmingen, *al)}))


def test_a_line_names_the_consents_it_rests_on_and_no_others() -> None:
    """Not of another zaak or purpose, not one that was taken back, and not one that never counted."""
    een = halt().privacy.toestemmingen[0]
    hulp = een.model_copy(update={"element": "naam", "toestemming_id": UUID(int=500)})
    vreemd = [
        hulp.model_copy(update={"zaak_id": UUID(int=88)}),
        hulp.model_copy(update={"doel": "strafrecht"}),
        hulp.model_copy(update={"telt_niet": TeltNiet.GEZAG_ONZEKER}),
        hulp.model_copy(update={"schriftelijk": False}),
        hulp.model_copy(update={"op": NU + timedelta(days=1)}),
    ]
    rust_op = {t.toestemming_id for t in halt().privacy.toestemmingen}
    for toestemming in vreemd:
        assert rust_op == set(beoordeel(met(halt(), toestemming)).toestemmingen), toestemming
    terug = hulp.model_copy(update={"stand": Toestemmingstand.INGETROKKEN})
    assert UUID(int=500) not in beoordeel(met(halt(), hulp, terug)).toestemmingen
    assert {*rust_op, UUID(int=500)} == set(beoordeel(met(halt(), hulp)).toestemmingen)


def test_a_line_names_no_information_of_another_zaak_or_of_later() -> None:
    """Told tomorrow, or about something else, is not told for this."""
    hier = zaak(halt()).zaak_id

    def verteld(*dagen: tuple[date, UUID]) -> date | None:
        punten = {"wijze": "gesprek", "door": "LPA-1", "punten": ("a",), "aan": (Gever.OUDERS,)}
        info = tuple(Informatie.model_validate({"op": dag, "zaak_id": z, **punten}) for dag, z in dagen)
        return beoordeel(replace(halt(), privacy=halt().privacy.model_copy(update={"informatie": info}))).informatie_op

    vandaag = NU.date()
    assert verteld((vandaag + timedelta(days=1), hier), (vandaag, UUID(int=5))) is None
    assert vandaag == verteld((vandaag, hier), (vandaag - timedelta(days=1), hier))
