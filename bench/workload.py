"""What all sides work on: fictional jongeren, one melding each, as pages of DUO's webservice.

Every jongere is twelve or thirteen and has two parents, so that each melding leads to exactly one voorstel
(`gele_kaart` or an invitation) and each besluit to one letter for the parents and one for the jongere.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final, NamedTuple
from uuid import UUID

from contracts.codes import Besluitsoort, MeldingStatus, Verzuimsoort
from hub.privacy import Bsn
from services.brp_sync.model import Adres, Betrekking, OnvolledigeDatum, Ouder, Persoon
from services.cases.besluiten import NeemBesluit
from services.ingest_duo.model import Verzuimgeval
from simulators.duo_xml import dc0011, geval_element
from simulators.personen import fictieve_bsns

GEMEENTE: Final = "1924"
LETTERS_PER_CHAIN: Final = 2
PAGE: Final = 256
OFFICIAL: Final = "LPA-1"
_KINDS: Final = (
    {"verzuimsoort": Verzuimsoort.OVERIG, "vermoedelijke_reden": "9 keer te laat"},
    {"verzuimsoort": Verzuimsoort.OVERIG, "vermoedelijke_reden": "12 keer te laat"},
    {"verzuimsoort": Verzuimsoort.ZESTIEN_UUR, "vermoedelijke_reden": "spijbelt"},
)


class Jongere(NamedTuple):
    """One jongere of the workload: the number that makes the melding of this jongere, and the BSN."""

    number: int
    bsn: Bsn


def jongeren(number: int) -> list[Jongere]:
    """The first `number` jongeren; the same every time, so that all sides know the same people."""
    return [Jongere(i, bsn) for i, bsn in enumerate(islice(fictieve_bsns(), number))]


def persoon(jongere: Jongere, today: date) -> Persoon:
    """How the BRP knows the jongere."""
    born = today.replace(day=1) - timedelta(days=365 * 12 + 30 + jongere.number % 300)
    here = OnvolledigeDatum.van(born + timedelta(days=10))
    parents = tuple(
        Ouder(betrekking=which, voornamen=name, geslachtsnaam="Voorbeeld")
        for which, name in zip(Betrekking, ("Anna Maria", "Johan"), strict=False)
    )
    return Persoon(
        bsn=jongere.bsn,
        a_nummer=str(1_000_000_007 + 7_919 * jongere.number),
        voornamen="Sam Robin",
        geslachtsnaam="Voorbeeld",
        geslacht="M",
        geboortedatum=OnvolledigeDatum.van(born),
        gemeente=GEMEENTE,
        datum_inschrijving=here,
        indicatie_geheim=0,
        indicatie_gezag="12",
        adres=Adres(straat="Proefstraat", huisnummer="12", postcode="3240AA", woonplaats="Middelharnis", aanvang=here),
        ouders=parents,
        onbekend=frozenset({"onderwijsnummer"}),
    )


def geval(jongere: Jongere, today: date) -> Verzuimgeval:
    """The melding the school made about the jongere yesterday."""
    begin, end = today - timedelta(days=20), today - timedelta(days=3)
    stamp = datetime.combine(today - timedelta(days=1), time(8)) + timedelta(milliseconds=jongere.number)
    dagen = [{"datum": begin + timedelta(days=n), "hele_dag": False, "lesuren": 6} for n in range(3)]
    return Verzuimgeval.model_validate(
        {
            "meldingsnummer": str(7_000_001 + jongere.number),
            "laatste_mutatie": stamp,
            "status": MeldingStatus.GEREGISTREERD,
            "bsn": jongere.bsn,
            "begindatum": begin,
            "einddatum": end,
            "alle_lessen_gemist": False,
            "actie_gemeente_gewenst": True,
            "ondernomen_actie": "gesprek met de leerling en de ouders",
            "verzuimdagen": tuple(dagen),
            "school": {"brin": "90XA", "vestiging": "00", "leslocatienaam": "Het Voorbeeld"},
            "onderwijsdeelname": {"leerjaar": "2", "naam_opleiding": "vmbo-t", "soort": "VO", "vorm": "VT"},
            "melder": {
                "naam": "M. Voorbeeld",
                "functie": "verzuimcoördinator",
                "telefoon": "010-5550100",
                "email": "verzuim@90xa.example",
            },
            "meld_datum_tijd": stamp,
            "ontvangende_gemeente": GEMEENTE,
            "uitvoerder_vsv": f"00{GEMEENTE}",
            **_KINDS[jongere.number % len(_KINDS)],
        }
    )


def page(who: Sequence[Jongere], today: date) -> bytes:
    """A delivery (DC0011) of one melding for each of these jongeren, the last page there is."""
    elements = [geval_element(geval(j, today)) for j in who]
    return dc0011(elements, gemeente=f"00{GEMEENTE}", document_id=f"BENCH{who[0].number:08d}", volgende=None)


def pages(who: Sequence[Jongere], today: date) -> Iterator[bytes]:
    """Those jongeren in full pages and a last smaller one."""
    for start in range(0, len(who), PAGE):
        yield page(who[start : start + PAGE], today)


def akkoord(voorstel_id: UUID, today: date) -> NeemBesluit:
    """What the scripted official does with every voorstel: agree, and invite to a conversation where one is needed."""
    gesprek = datetime.combine(today + timedelta(days=9), time(15, 30))
    return NeemBesluit(voorstel_id, Besluitsoort.AKKOORD, OFFICIAL, gesprek_op=gesprek)
