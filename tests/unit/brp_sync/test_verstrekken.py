"""What is disclosed per purpose: the fields of the answer class, filled from a person, and not one more."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contracts.codes import Adressaat
from contracts.verstrek import Briefgegevens, Geadresseerde, Haltgegevens, Plichtgegevens
from hub.privacy import onthuld_json
from services.brp_sync.model import Adres, InOnderzoek, Opschorting, Ouder, Persoon
from services.brp_sync.verstrekken import briefgegevens, haltgegevens, plichtgegevens, woongegevens

JONGERE = UUID("11111111-2222-4333-8444-555555555555")
BSN, ONDERWIJSNUMMER, A_NUMMER, BSN_OUDER = "999990019", "100000009", "1000000007", "999990020"


def persoon(**velden: Any) -> Persoon:
    """A jongere of whom everything is known; `velden` replaces fields."""
    basis: dict[str, Any] = {
        "bsn": BSN,
        "a_nummer": A_NUMMER,
        "onderwijsnummer": ONDERWIJSNUMMER,
        "voornamen": "Saar",
        "voorvoegsel": "van",
        "geslachtsnaam": "Fictief",
        "geslacht": "V",
        "geboortedatum": "20110504",
        "gemeente": "1924",
        "indicatie_geheim": 0,
        "indicatie_gezag": "12",
        "adres": Adres(straat="Proefstraat", huisnummer="1", postcode="3240ZZ", woonplaats="Voorbeelddorp"),
        "ouders": (
            Ouder(betrekking="ouder1", bsn=BSN_OUDER, voornamen="Olga", geslachtsnaam="Fictief"),
            Ouder(betrekking="ouder2", voornamen="Piet", voorvoegsel="van", geslachtsnaam="Proef"),
        ),
    }
    return Persoon(**(basis | velden))


REGELS = ("Proefstraat 1", "3240 ZZ Voorbeelddorp")
DISCLOSURES = [plichtgegevens, briefgegevens, haltgegevens, woongegevens]


def test_for_the_duty_only_the_day_of_birth_leaves() -> None:
    """No name and no address (Leerplichtwet 1969 art. 3 and 4a need none)."""
    expected = Plichtgegevens(jongere_id=JONGERE, geboortedatum=date(2011, 5, 4), overleden=False)
    assert expected == plichtgegevens(JONGERE, persoon())


@pytest.mark.parametrize("datum", ["20110500", "20110000", "00000000", None])
def test_an_incomplete_day_of_birth_is_no_day(datum: str | None) -> None:
    """The duty is then unknown; it is not guessed from the year."""
    assert plichtgegevens(JONGERE, persoon(geboortedatum=datum)).geboortedatum is None


def test_for_a_letter_names_and_address_leave() -> None:
    """Ouders are addressed together, at the address of the jongere."""
    expected = Briefgegevens(
        jongere_id=JONGERE,
        naam_jongere="Saar van Fictief",
        geadresseerden=(
            Geadresseerde(adressaat=Adressaat.JONGERE, naam="Saar van Fictief", adresregels=REGELS),
            Geadresseerde(adressaat=Adressaat.OUDERS, naam="Olga Fictief en Piet van Proef", adresregels=REGELS),
        ),
        overleden=False,
        adres_in_onderzoek=False,
        geheimhouding=False,
    )
    assert expected == briefgegevens(JONGERE, persoon())


@pytest.mark.parametrize(
    ("ouders", "rollen"),
    [
        ((), [Adressaat.JONGERE]),
        ((Ouder(betrekking="ouder1"),), [Adressaat.JONGERE]),
        ((Ouder(betrekking="ouder1", geslachtsnaam="Fictief"),), [Adressaat.JONGERE, Adressaat.OUDERS]),
    ],
    ids=["none known", "no name known", "one"],
)
def test_ouders_without_a_name_are_no_addressee(ouders: tuple[Ouder, ...], rollen: list[Adressaat]) -> None:
    """A letter to nobody would be a letter to whoever opens it."""
    gegevens = briefgegevens(JONGERE, persoon(ouders=ouders))
    assert rollen == [g.adressaat for g in gegevens.geadresseerden]


@pytest.mark.parametrize(
    ("anders", "vlag"),
    [
        ({"indicatie_geheim": 7}, "geheimhouding"),
        ({"indicatie_geheim": None}, "geheimhouding"),
        ({"in_onderzoek": (InOnderzoek(code="080000"),)}, "adres_in_onderzoek"),
        ({"opschorting": Opschorting(reden="O")}, "overleden"),
        ({"overlijdensdatum": "00000000"}, "overleden"),
    ],
)
def test_whoever_writes_a_letter_is_warned(anders: dict[str, Any], vlag: str) -> None:
    """Secrecy (also when it is not known), an address in doubt, a death."""
    gegevens = briefgegevens(JONGERE, persoon(**anders))
    flags = {"geheimhouding", "adres_in_onderzoek", "overleden"}
    assert {vlag} == {naam for naam in flags if getattr(gegevens, naam)}


def test_for_halt_identity_address_and_names_of_ouders_leave() -> None:
    """And no BSN."""
    expected = Haltgegevens(
        jongere_id=JONGERE,
        naam="Saar van Fictief",
        geboortedatum=date(2011, 5, 4),
        adresregels=REGELS,
        ouders=("Olga Fictief", "Piet van Proef"),
        overleden=False,
    )
    assert expected == haltgegevens(JONGERE, persoon())


@pytest.mark.parametrize("verstrek", DISCLOSURES)
@pytest.mark.parametrize("nummer", [BSN, ONDERWIJSNUMMER, A_NUMMER, BSN_OUDER])
def test_no_number_of_a_person_ever_leaves(verstrek: Any, nummer: str) -> None:
    """Whatever the purpose, also with the secrets in the clear."""
    assert nummer in onthuld_json(persoon()).decode()
    assert nummer not in onthuld_json(verstrek(JONGERE, persoon())).decode()


@pytest.mark.parametrize(
    ("verstrek", "velden"),
    [
        (plichtgegevens, {"jongere_id", "geboortedatum", "overleden"}),
        (
            briefgegevens,
            {"jongere_id", "naam_jongere", "geadresseerden", "overleden", "adres_in_onderzoek", "geheimhouding"},
        ),
        (woongegevens, {"jongere_id", "gemeente"}),
        (haltgegevens, {"jongere_id", "naam", "geboortedatum", "adresregels", "ouders", "overleden"}),
    ],
)
def test_the_answer_holds_exactly_these_fields(verstrek: Any, velden: set[str]) -> None:
    """A field more is a disclosure more, and asks for a new purpose."""
    assert velden == verstrek(JONGERE, persoon()).model_dump().keys()


@pytest.mark.parametrize("verstrek", DISCLOSURES)
def test_an_answer_prints_without_names(verstrek: Any) -> None:
    """It may turn up in a log or an exception by accident."""
    assert [] == [
        naam for naam in ("Saar", "Proefstraat", "Olga", "Piet") if naam in repr(verstrek(JONGERE, persoon()))
    ]
