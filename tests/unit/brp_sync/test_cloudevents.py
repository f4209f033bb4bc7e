"""CloudEvents about the BRP: the three forms in which they come, the types that are taken, and about whom they are."""

import json
from base64 import b64encode
from typing import Any

import pytest

from services.brp_sync.brpapi import Onleesbaar
from services.brp_sync.cloudevents import (
    TYPEN,
    Aanleiding,
    Afgekeurd,
    Signaal,
    gebeurtenissen_in,
    lees_gebeurtenis,
    naar_structured,
)

BSN, OUD = "999949512", "999949524"
OIN = "urn:nld:oin:00000001823288444000:systeem:BRP-component"


def vrijbrp(**anders: Any) -> dict[str, Any]:
    """An event as vrijBRP sends it; name what is to be different, None for null."""
    return {
        "specversion": "1.0",
        "type": "vrijbrp.pl.mutation.v1",
        "source": "/vrijbrp",
        "subject": None,
        "id": "000000000001",
        "time": "2026-10-08T16:05:27.618+02:00",
        "datacontenttype": "application/json",
        "data": {"brpMessageId": "Lg01", "bsn": BSN, "anr": "1000000007", "historicBsns": [OUD]},
    } | anders


def signaal(gebeurtenis: object) -> Signaal:
    gelezen = lees_gebeurtenis(gebeurtenis)
    assert isinstance(gelezen, Signaal), gelezen
    return gelezen


def wie(gebeurtenis: object) -> tuple[str, ...]:
    gelezen = signaal(gebeurtenis)
    return (gelezen.bsn.get_secret_value(), *(nummer.get_secret_value() for nummer in gelezen.historisch))


def test_vrijbrp_says_whose_and_which_numbers_were_before() -> None:
    """The real shape: no subject, a source that is a path, an A-nummer we leave alone."""
    gelezen = signaal(vrijbrp())
    assert (BSN, OUD) == wie(vrijbrp())
    assert ("/vrijbrp", "000000000001") == (gelezen.bron, gelezen.id)
    assert (Aanleiding.GEWIJZIGD, Aanleiding.IDENTIFICATIE_GEWIJZIGD) == gelezen.aanleidingen
    assert (BSN,) == wie(vrijbrp(data={"bsn": BSN, "historicBsns": [BSN]}))
    assert BSN not in repr(gelezen)


@pytest.mark.parametrize(
    ("velden", "aanleiding"),
    [
        ({"type": "nl.brp.verhuisd.emigratie", "data": {"pl_id": 1, "burgerservicenummer": BSN}}, "vertrokken"),
        ({"type": "nl.brp.ingeschreven.geboorte", "data": {"bsn": BSN}}, "geboren"),
        ({"type": "nl.brp.verhuisd.buitengemeentelijk.v1", "data": {"bsn": BSN}}, "verhuisd_intergemeentelijk"),
        (
            {"type": "nl.brp.verblijfplaats.in-onderzoek", "dataref": f"https://brp.example/personen/{BSN}"},
            "adres_in_onderzoek",
        ),
        (
            {"type": "nl.brp.verhuisd.immigratie", "dataref": f"https://b.example/p?burgerservicenummer={BSN}&x=1"},
            "gevestigd",
        ),
        ({"type": "nl.gemeente.brp.persoon-overleden", "subject": BSN}, "overleden"),
        ({"type": "nl.gemeente.brp.wijziging-adres", "subject": BSN, "data": {}}, "adres_gewijzigd"),
    ],
)
def test_events_in_the_form_of_nl_gov_name_a_person_in_three_ways(velden: dict[str, Any], aanleiding: str) -> None:
    """In the data, as subject, or in the address of the data."""
    gebeurtenis = {"specversion": "1.0", "source": OIN, "id": "a-1", **velden}
    assert (BSN,) == wie(gebeurtenis)
    assert (aanleiding,) == signaal(gebeurtenis).aanleidingen


def test_every_listed_type_is_taken_and_no_other() -> None:
    """Unless the installation lists it."""
    for soort in TYPEN:
        assert (BSN,) == wie({"specversion": "1.0", "source": OIN, "id": "1", "type": soort, "data": {"bsn": BSN}})
    vreemd = {"specversion": "1.0", "source": OIN, "id": "1", "type": "nl.brp.naam.gewijzigd", "data": {"bsn": BSN}}
    fout = lees_gebeurtenis(vreemd)
    assert isinstance(fout, Afgekeurd)
    assert ("type", False) == (fout.veld, fout.is_vorm)
    assert isinstance(lees_gebeurtenis(vreemd, ["nl.brp.naam.gewijzigd"]), Signaal)


@pytest.mark.parametrize(
    ("gebeurtenis", "veld", "is_vorm"),
    [
        (vrijbrp(specversion="0.3"), "specversion", True),
        (vrijbrp(id=None), "id", True),
        (vrijbrp(id=1), "id", True),
        (vrijbrp(source=""), "source", True),
        (vrijbrp(source="x" * 501), "source", True),
        (vrijbrp(type=None), "type", True),
        (vrijbrp(time="8 oktober"), "time", True),
        (vrijbrp(time="2026-10-08T16:05:27"), "time", True),
        (vrijbrp(datacontenttype="text/xml"), "datacontenttype", True),
        (vrijbrp(data="bsn"), "data", True),
        (vrijbrp(data={}), "data.bsn", True),
        (vrijbrp(data={"bsn": "12345678"}), "data.bsn", True),
        (vrijbrp(data={"bsn": 999949512}), "data.bsn", True),
        (vrijbrp(data={"bsn": BSN, "historicBsns": OUD}), "data.historicBsns", True),
        (vrijbrp(data={"bsn": BSN, "historicBsns": [OUD, "?"]}), "data.historicBsns[1]", True),
        (vrijbrp(data=None, data_base64="geen base64"), "data_base64", True),
        (vrijbrp(type="nl.brp.verhuisd.emigratie", data={"pl_id": 7}), "data.pl_id", False),
        (vrijbrp(type="nl.brp.verhuisd.emigratie", data={"adres_id": 7}), "data", False),
        (vrijbrp(type="nl.brp.verhuisd.emigratie", data={}, dataref="https://x.example/pl/7"), "dataref", False),
        (
            vrijbrp(type="nl.brp.verhuisd.emigratie", data={}, dataref=f"https://x.example/{BSN}/{OUD}"),
            "dataref",
            False,
        ),
        ("een tekst", "bericht", True),
        (None, "bericht", True),
    ],
)
def test_what_cannot_be_used_is_named_without_its_value(gebeurtenis: object, veld: str, is_vorm: bool) -> None:
    """What the sender did wrong is told apart from what we cannot do anything with."""
    fout = lees_gebeurtenis(gebeurtenis)
    assert isinstance(fout, Afgekeurd)
    assert (veld, is_vorm) == (fout.veld, fout.is_vorm)
    assert not {BSN, OUD, "12345678"} & set(fout.reden.split())


def test_the_three_modes_come_down_to_the_same() -> None:
    """Structured, in a batch, and binary: attributes in headers, percent-encoded; data as the body or in base64."""
    los = json.dumps(vrijbrp()).encode()
    data = json.dumps(vrijbrp()["data"]).encode()
    koppen = {"ce-specversion": "1.0", "Ce-Type": "vrijbrp.pl.mutation.v1", "ce-source": "%2Fvrijbrp", "ce-id": "1"}
    binair = naar_structured({**koppen, "authorization": "Bearer geheim"}, data)
    assert b"geheim" not in binair
    vormen = [
        los,
        b"[" + los + b"]",
        binair,
        json.dumps(vrijbrp(data=None, data_base64=b64encode(data).decode())).encode(),
    ]
    assert [(BSN, OUD)] * 4 == [wie(gebeurtenissen_in(vorm)[0]) for vorm in vormen]
    assert "/vrijbrp" == signaal(gebeurtenissen_in(binair)[0]).bron


@pytest.mark.parametrize(
    ("inhoud", "reeks"), [(b"", None), (b"\xff\xfe", None), (b"{", None), (b"{}", True), (b"[]", False)]
)
def test_a_body_of_another_form_is_refused(inhoud: bytes, reeks: bool | None) -> None:
    """Also a single event where a batch was announced, and the other way round."""
    with pytest.raises(Onleesbaar):
        gebeurtenissen_in(inhoud, reeks=reeks)
