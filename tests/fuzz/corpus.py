"""Messages of real shape, per kind that `schakel parse` knows, and what in them is about people."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from services.brp_sync.lo3.teletex import schrijf_teletex
from services.brp_sync.stuf import Mutatiesoort, Stuurgegevens, Systeem, bouw_npslk01
from simulators.duo_xml import dc0001, dc0002, dc0011, geval_element, soap_fault
from simulators.leveringen import maak_leerlingen, schrijf_c, schrijf_koppeling, schrijf_p
from simulators.personen import maak_bevolking, schrijf_persoonslijsten
from simulators.voorbeelden import voorbeeldgeval

DATA = Path(__file__).parents[1] / "data" / "brp"
PEILDATUM = date(2026, 9, 1)
BSN, OUD = "999949512", "999949524"
STUURGEGEVENS = Stuurgegevens(
    zender=Systeem(organisatie="0171", applicatie="DDS"),
    ontvanger=Systeem(organisatie="0171", applicatie="LEERPLICHT"),
    referentienummer="ref-0001",
    tijdstip="20260901101500000",
)


class Base(NamedTuple):
    """A message, how it is built (xml, json, csv, lo3), and values in it that no error may repeat."""

    body: bytes
    form: str
    secrets: tuple[str, ...] = ()


def stuf_bg() -> Iterator[Base]:
    """The samples, and each mutatiesoort about persons of the simulator."""
    for path in sorted(DATA.glob("npslk01_*.xml")):
        yield Base(path.read_bytes(), "xml", (BSN, "Grootveldhuizenlaan", "Olmendreef", "8302EA", "8011LW"))
    eerste, tweede = maak_bevolking(1, 2, ("1924",), PEILDATUM)
    anders = tweede.model_copy(update={"bsn": eerste.bsn})
    for soort in Mutatiesoort:
        enkel = soort in (Mutatiesoort.TOEVOEGING, Mutatiesoort.VERWIJDERING)
        body = bouw_npslk01(anders, soort, STUURGEGEVENS, oud=None if enkel else eerste)
        yield Base(body, "xml", _secrets(eerste, tweede))


def duo() -> Iterator[Base]:
    """Deliveries of one and of several meldingen, an empty one, and the other answers of DUO."""
    gevallen = [voorbeeldgeval(meldingsnummer=str(7000001 + n)) for n in range(3)]
    for number in (0, 1, 3):
        elements = [geval_element(g) for g in gevallen[:number]]
        body = dc0011(elements, gemeente="001924", document_id="doc-1", volgende=datetime(2026, 9, 1, 10))  # noqa: DTZ001 - DUO has no zone
        yield Base(body, "xml", _texts(gevallen[0].model_dump()))
    yield Base(dc0001(document_id="doc-2", stempel=datetime(2026, 9, 1, 10)), "xml")  # noqa: DTZ001
    yield Base(
        dc0002("MutatieMeldingRelatiefVerzuim", document_id="d", code="X1", omschrijving="Proefman"),
        "xml",
        ("Proefman",),
    )
    yield Base(soap_fault("Server", "Proefman"), "xml", ("Proefman",))


def gba_csv() -> Iterator[Base]:
    """Persoonslijsten of the test set and of the simulator."""
    whole = (DATA / "persoonslijsten.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
    yield Base("".join(whole[:3]).encode(), "csv")
    personen = maak_bevolking(2, 2, ("1924",), PEILDATUM)
    text = io.StringIO()
    schrijf_persoonslijsten(personen, text)
    yield Base(text.getvalue().encode("utf-8-sig"), "csv", _secrets(*personen))


def lo3() -> Iterator[Base]:
    """The vectors, one by one and behind each other."""
    messages = [schrijf_teletex(json.loads(line)["message"]) for line in (DATA / "lo3" / "berichten.jsonl").open()]
    for body in messages:
        yield Base(body, "lo3", ("3450924321",))
    yield Base(b"".join(messages), "lo3", ("3450924321",))
    yield Base((DATA / "lo3" / "berichten.jsonl").read_bytes().splitlines()[0], "json", ("3450924321",))


def cloudevent() -> Iterator[Base]:
    """Events as vrijBRP and as NL GOV shapes them: structured, as a batch, as lines."""
    vrijbrp = {
        "specversion": "1.0", "type": "vrijbrp.pl.mutation.v1", "source": "/vrijbrp", "subject": None,
        "id": "000000000001", "time": "2026-10-08T16:05:27.618+02:00", "datacontenttype": "application/json",
        "data": {"brpMessageId": "Lg01", "bsn": BSN, "anr": "1000000007", "historicBsns": [OUD]},
    }  # fmt: skip
    nlgov = vrijbrp | {
        "type": "nl.brp.verhuisd.buitengemeentelijk.v1", "subject": BSN, "data": {"burgerservicenummer": BSN},
        "source": "urn:nld:oin:00000001823288444000:systeem:BRP-component",
    }  # fmt: skip
    for document in (vrijbrp, nlgov, [vrijbrp, nlgov]):
        yield Base(json.dumps(document).encode(), "json", (BSN, OUD))
    yield Base(f"{json.dumps(vrijbrp)}\n{json.dumps(nlgov)}\n".encode(), "json", (BSN, OUD))


def brp_api() -> Iterator[Base]:
    """A child as the BRP API Personen answers."""
    dag = {"type": "Datum", "datum": "2015-03-12", "langFormaat": "12 maart 2015"}
    persoon: dict[str, Any] = {
        "aNummer": "1000000007", "burgerservicenummer": BSN, "geslacht": {"code": "V", "omschrijving": "vrouw"},
        "naam": {"voornamen": "Noëlle", "voorvoegsel": "van 't", "geslachtsnaam": "Hoogerhuijs"},
        "geboorte": {"datum": dag, "land": {"code": "6030"}},
        "gemeenteVanInschrijving": {"code": "0171"}, "datumInschrijvingInGemeente": dag,
        "verblijfplaats": {
            "type": "Adres", "datumVan": dag,
            "verblijfadres": {
                "officieleStraatnaam": "Burgemeester Maïsstraat", "huisnummer": 12, "huisletter": "A",
                "postcode": "8302 ea", "woonplaats": "Sint-Rijnsbrug",
            },
        },
        "ouders": [{"ouderAanduiding": "1", "burgerservicenummer": OUD, "naam": {"geslachtsnaam": "Benaïssa"}}],
        "gezag": [{"type": "EenhoofdigOuderlijkGezag", "minderjarige": {"burgerservicenummer": BSN},
                   "ouder": {"burgerservicenummer": OUD, "naam": {"volledigeNaam": "Fadoua Benaïssa"}}}],
    }  # fmt: skip
    secrets = (BSN, OUD, "Hoogerhuijs", "Maïsstraat", "Sint-Rijnsbrug", "Benaïssa", "2015-03-12")
    answer = {"type": "RaadpleegMetBurgerservicenummer", "personen": [persoon]}
    for document in (answer, persoon, [persoon, persoon], {"personen": []}):
        yield Base(json.dumps(document).encode(), "json", secrets)


def levering() -> Iterator[Base]:
    """A full picture, changes, and a koppelbestand."""
    leerlingen = maak_leerlingen(3, 45, "1924", PEILDATUM)
    secrets = tuple(leerling.bsn for leerling in leerlingen if leerling.bsn)
    with TemporaryDirectory() as name:
        folder = Path(name)
        for path in (
            schrijf_c(folder, leerlingen[:3], PEILDATUM, "1924"),
            schrijf_p(
                folder, [(soort, leerlingen[n]) for n, soort in enumerate(("IT", "IW", "SB"))], PEILDATUM, "1924"
            ),
            schrijf_koppeling(folder, [("100000049", secrets[0])], PEILDATUM, "1924"),
            schrijf_c(folder, leerlingen, PEILDATUM, "1924"),
        ):
            yield Base(path.read_bytes(), "csv", secrets)


KINDS: dict[str, Callable[[], Iterator[Base]]] = {
    "brp-api": brp_api,
    "cloudevent": cloudevent,
    "duo": duo,
    "gba-csv": gba_csv,
    "levering": levering,
    "lo3": lo3,
    "stuf-bg": stuf_bg,
}


@cache
def corpus(kind: str) -> tuple[Base, ...]:
    """All messages of a kind."""
    return tuple(KINDS[kind]())


def _secrets(*personen: Any) -> tuple[str, ...]:
    return tuple({text for persoon in personen for text in _texts(persoon.model_dump())})


def _texts(value: Any) -> tuple[str, ...]:
    """The secrets in a dumped model that are long enough not to occur in an error by chance."""
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
        return (str(value),) if len(str(value)) >= 5 else ()
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return tuple(text for part in value for text in _texts(part))
    return ()
