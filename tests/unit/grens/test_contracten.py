"""The contracts: exactly what the rules can ever let pass, and no way to fill them but from a vrijgave."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from pydantic import SecretStr, ValidationError

from contracts.codes import Verstrekkingsuitkomst
from contracts.verstrekkingen import CONTRACTEN, GeenVrijgave, Verstrekking, contract_voor
from contracts.verstrekkingen.basis import OPEN
from contracts.verstrekkingen.onderwijs import AanSwv, TerugkoppelingSchool
from contracts.vrijgave import Vrijgave
from schakel.gunstig import OP, oordelen
from services.cases.grens.regel import MAG_WEG
from services.cases.protocol import PROTOCOLLEN, laad_protocollen

NU = datetime(2026, 11, 20, 9, tzinfo=UTC)  # vrijdag
BOEK = laad_protocollen(PROTOCOLLEN)
ELEMENTEN = tuple(BOEK.woorden.privacy.elementen)
ONTVANGERS = frozenset(BOEK.feiten.definities["ontvanger"].waarden)
PROTOCOLS = ("algemeen", "goeree-overflakkee", "ijssel-vecht", "noord-kennemerland-po", "noordoostpolder")
BINNEN = [c for c in CONTRACTEN if c.afspraak.buiten is None]
ANONIEM = ("verzuim_duur_omvang", "oorzaak_algemeen", "interventies_school_swv", "aggregaten")


def vrijgave(*elementen: str, ontvanger: str = "school", doel: str = "terugkoppeling") -> Vrijgave:
    """That these may go."""
    return Vrijgave(
        verstrekking_id=UUID(int=1),
        ontvanger=ontvanger,
        verstrekkingsdoel=doel,
        uitkomst=Verstrekkingsuitkomst.GEDEELTELIJK,
        doorgelaten=elementen,
        geldig_tot=NU + timedelta(seconds=1),
    )


@pytest.mark.parametrize("contract", BINNEN, ids=lambda c: c.__name__)
def test_a_contract_holds_exactly_what_some_protocol_can_let_pass(contract: type[Verstrekking]) -> None:
    """An element that no protocol ever lets pass, or one that passes without a field, is named."""
    wie = (contract.afspraak.ontvanger, contract.afspraak.doelen[0])
    kan = {
        element
        for naam in PROTOCOLS
        for aanbod in (ELEMENTEN, ANONIEM, ("aggregaten",))
        for oordeel in oordelen(BOEK, BOEK.geldig(naam, OP), *wie, aanbod)
        for element in oordeel.doorgelaten
    }
    assert kan == set(contract.elementen())


@pytest.mark.parametrize("contract", CONTRACTEN, ids=lambda c: c.__name__)
def test_what_the_rules_do_not_know_is_outside_them_on_purpose(contract: type[Verstrekking]) -> None:
    """A recipient or purpose beyond the closed lists is never open to the hub, and its contract says why."""
    doelen = set(BOEK.feiten.definities["doel"].waarden)
    bekend = contract.afspraak.ontvanger in ONTVANGERS and set(contract.afspraak.doelen) <= doelen
    assert bekend == (contract.afspraak.buiten is None)


def test_recipient_and_purpose_lead_to_one_contract() -> None:
    """And what nobody wrote down leads to none."""
    paren = [(c.afspraak.ontvanger, doel) for c in CONTRACTEN for doel in c.afspraak.doelen]
    assert len(paren) == len(set(paren))
    assert [contract_voor(*paar) for paar in paren] == [c for c in CONTRACTEN for _ in c.afspraak.doelen]
    assert contract_voor("swv", "halt") is None
    assert contract_voor("buurman", "3.1a") is None


def test_what_was_not_let_through_cannot_exist() -> None:
    """Left out, never refused: the rest goes; what has no field falls away as well."""
    gegevens = {"naam": SecretStr("Saar Fictief"), "afspraken": SecretStr("iets"), "bsn": SecretStr("999990019")}
    gaat = TerugkoppelingSchool.bouw(vrijgave("naam", "bsn"), gegevens, NU)
    assert ("Saar Fictief", None) == (gaat.naam.get_secret_value() if gaat.naam else None, gaat.afspraken)
    assert not hasattr(gaat, "bsn")


@pytest.mark.parametrize("poging", ["constructor", "model_validate", "model_construct", "model_copy"])
def test_there_is_no_way_round_the_vrijgave(poging: str) -> None:
    """Not the constructor, not validation, not a copy with something added."""
    gaat = TerugkoppelingSchool.bouw(vrijgave("naam"), {}, NU)
    with pytest.raises((GeenVrijgave, ValidationError)):
        match poging:
            case "constructor":
                TerugkoppelingSchool(verstrekking_id=UUID(int=1), naam=SecretStr("Saar"))
            case "model_validate":
                TerugkoppelingSchool.model_validate({"verstrekking_id": UUID(int=1), "naam": SecretStr("Saar")})
            case "model_construct":
                TerugkoppelingSchool.model_construct(verstrekking_id=UUID(int=1))
            case _:
                gaat.model_copy(update={"naam": SecretStr("Saar")})
    assert gaat.model_copy() == gaat


def test_a_vrijgave_for_another_or_one_that_is_over_gives_nothing() -> None:
    """To the millisecond."""
    with pytest.raises(GeenVrijgave):
        AanSwv.bouw(vrijgave("naam"), {}, NU)
    net = NU + timedelta(seconds=1) - timedelta(milliseconds=1)
    assert TerugkoppelingSchool.bouw(vrijgave("naam"), {}, net).naam is None
    with pytest.raises(GeenVrijgave):
        TerugkoppelingSchool.bouw(vrijgave("naam"), {}, NU + timedelta(seconds=1))


def test_the_register_and_the_contracts_agree_on_what_is_permission() -> None:
    """One list, in two packages that do not know each other."""
    assert OPEN == MAG_WEG
