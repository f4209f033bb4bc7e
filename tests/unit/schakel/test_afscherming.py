"""What a document never tells, wherever it stands: what is of another gemeente, for opsporing, or a secret address."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from hub.errors import Ongeldig
from schakel.inzage.lezen import Gelezen, Rij
from schakel.inzage.model import Soort
from schakel.inzage.opbouw import Bouwplaats, bouw, op_toestemming
from schakel.inzage.samenstel import Vraag, eis_ouders, stel_samen
from schakel.inzage.woorden import Woorden
from services.brp_sync.model import Persoon
from services.cases.model import afgeleid_id
from tests.unit.schakel.test_inzagedocument import (
    AMBTENAAR,
    JONGERE,
    NU,
    PERSOON,
    ZAAK_ID,
    alles,
    dossier,
    gelezen,
    plek,
    rij,
    voorstel,
    zaakrij,
)

DAAR = UUID(int=77)
GEHEIM = PERSOON | {"indicatie_geheim": 7, "adres": {"straat": "Schuilhof", "huisnummer": "9"}}


def toestemming(nummer: int, zaak_id: UUID | None, **anders: Any) -> dict[str, Any]:
    """As the dossier has it."""
    basis = {"toestemming_id": str(UUID(int=nummer)), "element": "naam", "ontvanger": "halt", "doel": "halt",
             "gever": "jongere", "stand": "gegeven", "zaak_id": str(zaak_id) if zaak_id else None}  # fmt: skip
    return basis | anders


def van_twee() -> tuple[Rij, ...]:
    """A jongere who moved from 1924 to 0171; what is of 0171 has GEHEIM0171 in it, the rest HIER."""
    voorstel_id = UUID(int=31)
    daar: dict[str, Any] = {"zaak_id": DAAR, "gemeente": "0171", "geopend_op": NU, "inhoud": {
        "zaaksoort": "relatief", "schooljaar": "2026-2027", "feiten": {"oordeel": "GEHEIM0171"},
        "voorstellen": {str(voorstel_id): voorstel("gele_kaart")}}}  # fmt: skip
    status = {"op": NU, "stand": "x", "reden": None, "medewerker": "m"}
    privacy = {
        "toestemmingen": [toestemming(1, ZAAK_ID, doel="HIER"), toestemming(2, DAAR, doel="GEHEIM0171"),
                          toestemming(3, None, doel="GEHEIM0171")],
        "te_informeren": [{"toestemming_id": str(UUID(int=2)), "ontvanger": "GEHEIM0171"}],
        "informatie": [{"zaak_id": str(DAAR), "wijze": "GEHEIM0171"}, {"zaak_id": str(ZAAK_ID), "wijze": "HIER"}],
        "rechten": {"verzoeken": [{"gemeente": "0171", "toelichting": "GEHEIM0171"},
                                  {"gemeente": "1924", "toelichting": "HIER"}],
                    "taken": [{"gemeente": "0171", "ontvanger": "GEHEIM0171"}]},
    }  # fmt: skip
    return (
        zaakrij("1924", feiten={"oordeel": "HIER"}),
        rij("cases", "zaak", daar),
        rij("cases", "tijdlijn", {"zaak_id": DAAR, "op": NU, "wat": "GEHEIM0171", "toelichting": "", "door": "x"}),
        rij("ingest_duo", "melding", {"meldingsnummer": "8", "gemeente": "0171", "inhoud": {"x": "GEHEIM0171"}}),
        rij("ingest_duo", "statusmelding", {**status, "meldingsnummer": "8", "toelichting": "GEHEIM0171"}),
        rij("cases", "afspraken", {"brief_id": afgeleid_id("brief", voorstel_id), "inhoud": ["GEHEIM0171"]}),
        rij("cases", "afspraken", {"brief_id": UUID(int=5), "inhoud": ["GEHEIM0171"]}),
        rij("letters", "brief", {"brief_id": UUID(int=4), "zaak_id": DAAR, "briefsoort": "GEHEIM0171",
                                 "adressaat": "ouder"}),
        rij("letters", "brief", {"brief_id": UUID(int=6), "zaak_id": ZAAK_ID, "briefsoort": "HIER",
                                 "adressaat": "ouder"}),
        rij("cases", "afspraken", {"brief_id": UUID(int=6), "inhoud": ["HIER"]}),
        rij("halt_bridge", "verwijzing", {"verwijzing_id": UUID(int=9), "zaak_id": DAAR, "stand": "GEHEIM0171"}),
        rij("cases", "inschrijving", {"brin": "GEHEIM0171"}),
        rij("brp_sync", "signaal", {"inhoud": "GEHEIM0171"}),
        rij("cases", "dossier", {"persoon": {"privacy": privacy}}),
    )  # fmt: skip


def verhuisd(gemeenten: list[str]) -> Bouwplaats:
    """The document for officials of these gemeenten."""
    persoon = PERSOON | {"gemeente": "0171", "voornamen": "GEHEIM0171", "adres": {"straat": "GEHEIM0171"}}
    wie = rij("brp_sync", "jongere", {"gemeente": "0171", "gegevens": persoon})
    return bouw(Gelezen((JONGERE,), Persoon.model_validate(persoon), (wie, *van_twee())), Woorden.van(), gemeenten)


def test_the_gemeente_that_was_left_sees_nothing_of_the_new_one() -> None:
    """By its own gemeente, by its zaak, melding, letter or consent, and the BRP data; what is its own stays."""
    gebouwd = verhuisd(["1924"])
    texts = alles(gebouwd)
    assert [] == [t for t in texts if "GEHEIM0171" in t]
    assert 6 == len([t for t in texts if "HIER" in t])
    assert 17 == gebouwd.weg["andere_gemeente"]
    assert "" == stel_samen(gebouwd, Vraag(JONGERE, "LPA-1"), AMBTENAAR, ["x"], NU).naam
    assert {"GEHEIM0171", "HIER"} <= set(alles(verhuisd(["0171", "1924"])))
    assert 0 == verhuisd(["0171", "1924"]).weg["andere_gemeente"]


def test_who_moved_away_takes_no_brp_data_from_there() -> None:
    """Portabiliteit too, and the document says so."""
    gebouwd = verhuisd(["1924"])
    op_toestemming(gebouwd)
    assert [] == [t for t in alles(gebouwd) if "GEHEIM0171" in t]
    assert gebouwd.weg["andere_gemeente"]


MELDING = {
    "meldingsnummer": "7",
    "gemeente": "1924",
    "inhoud": {
        "afwijkend_adres": {"straatnaam": "Schuilhof", "huisnummer": "9"},
        "telefoon_leerling_of_ouder": "0612345678",
        "toelichting": "graag contact",
    },
}


@pytest.mark.parametrize(("geheim", "aan_jongere", "mee"), [(0, False, True), (7, True, True), (7, False, False)])
@pytest.mark.parametrize("element", ["adres_woonplaats", "telefoon_email"])
@pytest.mark.parametrize("soort", list(Soort))
def test_a_secret_address_stands_nowhere(soort: Soort, element: str, geheim: int, aan_jongere: bool, mee: bool) -> None:
    """Not in the BRP data, not in a melding, not in what may be taken along; it is named as left out."""
    gebouwd = plek(dossier(element, "gegeven"), rij("ingest_duo", "melding", MELDING),
                   persoon=GEHEIM | {"indicatie_geheim": geheim}, aan_jongere=aan_jongere)  # fmt: skip
    if soort is Soort.PORTABILITEIT:
        op_toestemming(gebouwd)
    gezien = [t for t in alles(gebouwd) if "Schuilhof" in t or "0612345678" in t]
    assert mee is bool(gezien)
    assert mee is not bool(gebouwd.weg["geheim_adres"])


PV = zaakrij(
    feiten={"oordeel": "ongeoorloofd", "pv_besluit": True, "zitting_datum": "2026-12-01"},
    voorstellen={
        "1": voorstel("gele_kaart")
        | {"uitleg": [{"waarom": "zestien uur", "regel": "GO-1", "bron": "§ 5"},
                      {"waarom": "anders volgt proces-verbaal", "regel": "GO-PV-1", "bron": "§ 6"}]},
        "2": voorstel("oproep_verhoor_ouders"),
        "3": voorstel("halt_verwijzing") | {"besluit": {"soort": "wijzigen", "in_plaats": "proces_verbaal"}},
    },
    termijnen={
        "a": {"naam": "pv_uiterlijk", "uiterlijk": "2026-10-01", "status": "loopt"},
        "b": {"naam": "aanvullend_pv_uiterlijk", "uiterlijk": "2026-10-01", "status": "loopt"},
        "c": {"naam": "halt_afloop_uiterlijk", "uiterlijk": "2026-10-02", "status": "loopt"},
    },
    taken=["pv_naar_om", "halt_brief_school_afloop"],
)  # fmt: skip


def lijn(wat: str, toelichting: str) -> Rij:
    """Of the timeline."""
    return rij("cases", "tijdlijn", {"zaak_id": ZAAK_ID, "op": NU, "wat": wat, "toelichting": toelichting, "door": "x"})


def verstrekt(ontvanger: str, *elementen: str) -> Rij:
    """A disclosure."""
    waarden = {"gemeente": "1924", "besloten_op": NU, "ontvanger": ontvanger, "doel": "3.1a", "vereist": [],
               "doorgelaten": list(elementen), "gevraagd": [], "weggelaten": {}, "weigering": None}  # fmt: skip
    return rij("cases", "verstrekking", waarden)


def test_what_is_withheld_for_opsporing_is_told_nowhere_else() -> None:
    """Not by a termijn, a taak, a line of the timeline, a reason, a letter or a disclosure (Wpg art. 25 and 27)."""
    gebouwd = plek(
        PV,
        lijn("voorstel_gedaan", "proces_verbaal"),
        lijn("termijn_begonnen", "pv_uiterlijk"),
        lijn("feiten_vastgesteld", "oordeel, verhoor_datum"),
        lijn("voorstel_gedaan", "gele_kaart"),
        verstrekt("om", "naam"),
        verstrekt("rvdk", "naam", "proces_verbaal"),
        verstrekt("school", "naam"),
        rij("letters", "brief", {"zaak_id": ZAAK_ID, "briefsoort": "kennisgeving_pv", "adressaat": "ouder"}),
    )
    texts = alles(gebouwd)
    verboden = ("roces", "pv", "PV", "OM", "Om,", "erhoor", "Rvdk", "zitting", "1 oktober", "1 december")
    assert [] == [t for t in texts if any(w in t for w in verboden)]
    for blijft in ("ongeoorloofd", "zestien uur", "2 oktober 2026", "School, 14 september 2026, 10.00 uur"):
        assert blijft in texts
    assert 14 == gebouwd.weg["opsporing"]


def verzoek(**anders: Any) -> Rij:
    """A dossier with a granted request of the ouders."""
    basis = {"soort": "inzage", "verzoeker": "ouder", "gemeente": "1924", "besluit": {"uitkomst": "toegewezen"}}
    return rij("cases", "dossier", {"persoon": {"privacy": {"rechten": {"verzoeken": [basis | anders]}}}})


@pytest.mark.parametrize(
    ("geboren", "mag"), [("20100915", True), ("20100914", False), ("20100913", False), ("20100000", False)]
)
def test_from_sixteen_the_ouders_get_it_only_when_a_human_granted_it(geboren: str, mag: bool) -> None:
    """A day before, on and after the birthday, and when the day is unknown; of the same kind and gemeente."""
    persoon, op = PERSOON | {"geboortedatum": geboren}, date(2026, 9, 14)
    eis_ouders(gelezen(verzoek(), persoon=persoon), Soort.INZAGE, ["1924"], op)
    for anders in (
        (),
        (verzoek(soort="portabiliteit"),),
        (verzoek(verzoeker="jongere"),),
        (verzoek(besluit=None),),
        (verzoek(besluit={"uitkomst": "afgewezen"}),),
        (verzoek(gemeente="0171"),),
    ):
        if mag:
            eis_ouders(gelezen(*anders, persoon=persoon), Soort.INZAGE, ["1924"], op)
            continue
        with pytest.raises(Ongeldig, match="vanaf 16"):
            eis_ouders(gelezen(*anders, persoon=persoon), Soort.INZAGE, ["1924"], op)
