"""Single messages with every field filled in, all of them fictional; for tests, demos and partners."""

from datetime import date, datetime
from typing import Any

from services.halt_bridge.model import HaltVerwijzing
from services.ingest_duo.model import Statusterugmelding, Verzuimgeval


def voorbeeldgeval(**velden: Any) -> Verzuimgeval:
    """One verzuimmelding with every field; `velden` replaces fields."""
    basis: dict[str, Any] = {
        "bsn": "999990019",
        "onderwijsnummer": "100000009",
        "meldingsnummer": "7000001",
        "laatste_mutatie": datetime.fromisoformat("2024-09-16T09:30:15.250"),
        "status": "R",
        "verzuimsoort": "V3",
        "begindatum": date(2024, 9, 9),
        "einddatum": date(2024, 9, 13),
        "vermoedelijke_reden": "spijbelt, één keer te laat",
        "alle_lessen_gemist": False,
        "actie_gemeente_gewenst": True,
        "ondernomen_actie": "gesprek met de leerling",
        "toelichting": "graag contact",
        "verzuimdagen": (
            {"datum": date(2024, 9, 9), "hele_dag": True},
            {"datum": date(2024, 9, 10), "hele_dag": False, "lesuren": 5},
            {"datum": date(2024, 9, 13), "hele_dag": False, "lesuren": 6},
        ),
        "school": {"brin": "90XA", "vestiging": "00", "leslocatienaam": "Het Voorbeeld"},
        "onderwijsdeelname": {
            "leerjaar": "3",
            "niveau": "2",
            "naam_opleiding": "vmbo-t",
            "leerweg": "TL",
            "soort": "VO",
            "vorm": "VT",
        },
        "melder": {
            "naam": "M. Voorbeeld",
            "functie": "verzuimcoördinator",
            "telefoon": "010-5550101",
            "email": "verzuim@90xa.example",
        },
        "telefoon_leerling_of_ouder": "06-55501234",
        "afwijkend_adres": {
            "straatnaam": "Proefstraat",
            "huisnummer": "1",
            "huisletter": "A",
            "huisnummer_toevoeging": "bis",
            "postcode": "3240ZZ",
            "plaatsnaam": "Voorbeelddorp",
            "aanduiding_locatie": "achterhuis",
        },
        "meld_datum_tijd": datetime.fromisoformat("2024-09-16T09:30:15"),
        "ontvangende_gemeente": "1924",
        "uitvoerder_vsv": "001924",
    }
    return Verzuimgeval.model_validate(basis | velden)


def voorbeeldterugmelding(geval: Verzuimgeval, **velden: Any) -> Statusterugmelding:
    """The status "in behandeling" for this version of a melding; `velden` replaces fields."""
    basis: dict[str, Any] = {
        "meldingsnummer": geval.meldingsnummer,
        "laatste_mutatie": geval.laatste_mutatie,
        "status": "B",
        "contactpersoon": {
            "naam": "L. Ambtenaar",
            "functie": "leerplichtambtenaar",
            "telefoon": "010-5550199",
            "email": "leerplicht@gemeente.example",
        },
    }
    return Statusterugmelding.model_validate(basis | velden)


def voorbeeldverwijzing(**velden: Any) -> HaltVerwijzing:
    """One referral of a jongere of 14 with one parent who agrees; `velden` replaces fields."""
    basis: dict[str, Any] = {
        "kenmerk": "verwijzing-0001",
        "gemeentecode": "1924",
        "datum": date(2024, 10, 7),
        "boa": {"naam": "L. Ambtenaar", "aktenummer": "B-0001", "getekend_op": date(2024, 10, 7)},
        "jongere": {
            "naam": "S. Fictief",
            "geboortedatum": date(2010, 3, 1),
            "adres": "Proefstraat 1, Voorbeelddorp",
            "telefoon": "06-55501234",
            "instemming": True,
        },
        "ouders": (
            {
                "naam": "O. Fictief",
                "adres": "Proefstraat 1, Voorbeelddorp",
                "telefoon": "06-55505678",
                "instemming": True,
                "getekend_op": date(2024, 10, 4),
            },
        ),
        "school": {"naam": "Het Voorbeeld", "brin": "90XA", "contactpersoon": "M. Voorbeeld"},
        "feit": {
            "artikel": "2.3",
            "periode_begin": date(2024, 9, 2),
            "periode_eind": date(2024, 9, 27),
            "aantal_uren": 14,
            "aantal_te_laat": 13,
            "verzuimoverzicht": b"%PDF-1.7 fictief overzicht",
        },
        "maatregelen_school": "gesprek met ouders op 20 september",
        "ouders_geinformeerd": True,
        "lopende_hulp": True,
        "lopende_hulp_contact": "H. Hulp, 010-5550155",
        "eerdere_halt_nagegaan_op": date(2024, 10, 3),
        "afschrift_om": True,
    }
    return HaltVerwijzing.model_validate(basis | velden)
