"""From the flags `inOnderzoek` of the BRP API to the code of cc.83.10 they were made from.

The API tells per field whether it is under investigation, and only for fields that were asked for. Several fields of
one group can only come from the code of the group, and fields of several groups from the code of the category.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.brp_sync.brpapi.datums import datum
from services.brp_sync.brpapi.lezer import Lezer
from services.brp_sync.model import VERBLIJFT_NIET_OP_ADRES

_NAAM: Final = {
    "voornamen": "010210",
    "adellijkeTitelPredicaat": "010220",
    "voorvoegsel": "010230",
    "geslachtsnaam": "010240",
}
_GEBOORTE: Final = {"datum": "010310", "plaats": "010320", "land": "010330"}
_OVERLIJDEN: Final = {"datum": "060810", "plaats": "060820", "land": "060830"}
_PERSOON: Final = {"burgerservicenummer": "010120", "geslacht": "010410"}
_GEMEENTE: Final = {"gemeenteVanInschrijving": "080910", "datumInschrijvingInGemeente": "080920"}
_GEZAG: Final = {"indicatieGezagMinderjarige": "113210"}
_VERBLIJFPLAATS: Final = {
    "functieAdres": "081010",
    "adresseerbaarObjectIdentificatie": "081180",
    "nummeraanduidingIdentificatie": "081190",
    "datumIngangGeldigheid": "088510",
}
_VERBLIJFADRES: Final = {
    "korteStraatnaam": "081110",
    "officieleStraatnaam": "081115",
    "huisnummer": "081120",
    "huisletter": "081130",
    "huisnummertoevoeging": "081140",
    "aanduidingBijHuisnummer": "081150",
    "postcode": "081160",
    "woonplaats": "081170",
    "locatiebeschrijving": "081210",
    "land": "081310",
    "regel1": "081330",
    "regel2": "081340",
    "regel3": "081350",
}
_IMMIGRATIE: Final = {"landVanwaarIngeschreven": "081410", "datumVestigingInNederland": "081420"}
_HELE_VERBLIJFPLAATS: Final = "080000"


def onderzoeken(persoon: Lezer) -> Iterator[dict[str, Any]]:
    """What is under investigation, at most one code per category, as `InOnderzoek` takes it."""
    vlaggen = persoon.deel("inOnderzoek")
    naam, geboorte = persoon.deel("naam").deel("inOnderzoek"), persoon.deel("geboorte").deel("inOnderzoek")
    overlijden = persoon.deel("overlijden").deel("inOnderzoek")
    yield from _samen(
        "01",
        _codes(naam, _NAAM),
        _codes(geboorte, _GEBOORTE),
        _codes(vlaggen, _PERSOON, "datumIngangOnderzoekPersoon"),
    )
    yield from _samen("06", _codes(overlijden, _OVERLIJDEN))
    yield from _verblijfplaats(persoon, vlaggen)
    yield from _samen("11", _codes(vlaggen, _GEZAG, "datumIngangOnderzoekGezag"))


def _verblijfplaats(persoon: Lezer, vlaggen: Lezer) -> Iterator[dict[str, Any]]:
    plaats = persoon.deel("verblijfplaats")
    adres = plaats.deel("verblijfadres")
    plaatsvlaggen, adresvlaggen = plaats.deel("inOnderzoek"), adres.deel("inOnderzoek")
    sinds = datum(plaatsvlaggen, "datumIngangOnderzoek") or datum(adresvlaggen, "datumIngangOnderzoek")
    if plaats.vlag("indicatieVastgesteldVerblijftNietOpAdres"):
        yield {"code": VERBLIJFT_NIET_OP_ADRES, "ingang": sinds}
        return
    buitenland = plaats.tekst("type") in ("VerblijfplaatsBuitenland", "VerblijfplaatsOnbekend")
    aanvang = {"datumVan": "081320" if buitenland else "081030"}
    gevonden = [
        _codes(plaatsvlaggen, _VERBLIJFPLAATS | aanvang),
        _codes(adresvlaggen, _VERBLIJFADRES),
        _codes(vlaggen, _GEMEENTE, "datumIngangOnderzoekGemeente"),
        _codes(persoon.deel("immigratie").deel("inOnderzoek"), _IMMIGRATIE),
    ]
    if not any(gevonden) and plaatsvlaggen.vlag("type"):
        gevonden = [{_HELE_VERBLIJFPLAATS: sinds}]
    yield from _samen("08", *gevonden)


def _codes(vlaggen: Lezer, tabel: Mapping[str, str], ingang: str = "datumIngangOnderzoek") -> dict[str, str | None]:
    return {code: datum(vlaggen, ingang) for naam, code in tabel.items() if vlaggen.vlag(naam)}


def _samen(categorie: str, *gevonden: Mapping[str, str | None]) -> Iterator[dict[str, Any]]:
    alle = {code: sinds for codes in gevonden for code, sinds in codes.items()}
    if not alle:
        return
    groepen = {code[:4] for code in alle}
    code = next(iter(alle)) if len(alle) == 1 else f"{groepen.pop() if len(groepen) == 1 else categorie:0<6}"
    yield {"code": code, "ingang": min(filter(None, alle.values()), default=None)}
