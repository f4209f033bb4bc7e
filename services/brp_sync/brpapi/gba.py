"""Persons in the GBA-JSON form of the test sets that come with the BRP API: flat, with dates and codes as in the LO."""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import ValidationError

from services.brp_sync.brpapi.antwoord import (
    ALLE_VELDEN,
    PADEN,
    binnenlands,
    buitenlands,
    maak_persoon,
    ouder_van,
    pad_in_bron,
)
from services.brp_sync.brpapi.gezag import gezagsrelaties
from services.brp_sync.brpapi.lezer import Lezer, Onleesbaar
from services.brp_sync.gegevens import reden_van_afkeuring
from services.brp_sync.persoonslijsten import Gelezen, Onbruikbaar

_ONDERZOEKEN: Final = (
    ("persoonInOnderzoek",),
    ("overlijden", "inOnderzoek"),
    ("verblijfplaats", "inOnderzoek"),
    ("gezagInOnderzoek",),
)
_PADEN: Final = PADEN | {
    "adres.straat": "verblijfplaats.straat",
    "adres.aanvang": "verblijfplaats.datumAanvangAdreshouding",
    "in_onderzoek": "inOnderzoek.aanduidingGegevensInOnderzoek",
}


def is_gba(persoon: object) -> bool:
    """Whether a person is in this form: its dates are texts, and the address has no kind."""
    if not isinstance(persoon, dict):
        return False
    plaats, geboorte = persoon.get("verblijfplaats"), persoon.get("geboorte")
    return (isinstance(plaats, dict) and "type" not in plaats and bool(plaats)) or (
        isinstance(geboorte, dict) and isinstance(geboorte.get("datum"), str)
    )


def lees_gba_persoon(gegevens: object, plek: str) -> Gelezen | Onbruikbaar:
    """One person; `plek` is where it stands in the file."""
    try:
        return Gelezen(maak_persoon(_velden(Lezer(gegevens)), ALLE_VELDEN), plek)
    except Onleesbaar as fout:
        return Onbruikbaar(fout.veld, plek, fout.reden)
    except ValidationError as fout:
        veld, reden = reden_van_afkeuring(fout)
        return Onbruikbaar(pad_in_bron(veld, _PADEN, "verblijfplaats"), plek, reden)


def _velden(persoon: Lezer) -> dict[str, Any]:
    naam, opschorting = persoon.deel("naam"), persoon.deel("opschortingBijhouding")
    return {
        "bsn": persoon.tekst("burgerservicenummer"),
        "a_nummer": persoon.tekst("aNummer"),
        "voornamen": naam.tekst("voornamen"),
        "voorvoegsel": naam.tekst("voorvoegsel"),
        "geslachtsnaam": naam.tekst("geslachtsnaam"),
        "geslacht": persoon.code("geslacht"),
        "geboortedatum": persoon.deel("geboorte").tekst("datum"),
        "gemeente": persoon.code("gemeenteVanInschrijving"),
        "datum_inschrijving": persoon.tekst("datumInschrijvingInGemeente"),
        "datum_vestiging": persoon.deel("immigratie").tekst("datumVestigingInNederland"),
        "land_vanwaar": persoon.deel("immigratie").code("landVanwaarIngeschreven"),
        "overlijdensdatum": persoon.deel("overlijden").tekst("datum"),
        "indicatie_geheim": persoon.getal("geheimhoudingPersoonsgegevens") or 0,
        "indicatie_gezag": persoon.code("indicatieGezagMinderjarige"),
        "adres": _adres(persoon.deel("verblijfplaats")),
        "opschorting": {"reden": opschorting.code("reden"), "datum": opschorting.tekst("datum")}
        if "reden" in opschorting
        else None,
        "in_onderzoek": tuple(_onderzoeken(persoon)),
        "ouders": tuple(
            ouder_van(ouder, ouder.tekst("datumIngangFamilierechtelijkeBetrekking"))
            for ouder in persoon.lijst("ouders")
        ),
        "gezag": tuple(gezagsrelaties(persoon)),
    }


def _adres(plaats: Lezer) -> dict[str, Any] | None:
    if "land" in plaats:
        return buitenlands(plaats) | {"aanvang": plaats.tekst("datumAanvangAdresBuitenland")}
    straat = plaats.tekst("naamOpenbareRuimte") or plaats.tekst("straat")
    adres = binnenlands(plaats) | {
        "straat": straat if straat != "." else None,
        "locatiebeschrijving": plaats.tekst("locatiebeschrijving"),
        "aanvang": plaats.tekst("datumAanvangAdreshouding"),
    }
    return adres if any(adres.values()) else None


def _onderzoeken(persoon: Lezer) -> Iterator[dict[str, Any]]:
    for pad in _ONDERZOEKEN:
        deel = persoon
        for naam in pad:
            deel = deel.deel(naam)
        if code := deel.tekst("aanduidingGegevensInOnderzoek"):
            yield {"code": code, "ingang": deel.tekst("datumIngangOnderzoek")}
