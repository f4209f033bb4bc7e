"""An answer of the BRP API Personen 2.7 (`POST /personen`), brought to the one form of a person.

What was asked for and is not in the answer is empty, except what every persoonslijst has: of that the register itself
does not know the value. What was not asked for is not known.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from services.brp_sync.brpapi.datums import datum
from services.brp_sync.brpapi.gezag import gezagsrelaties
from services.brp_sync.brpapi.lezer import Lezer, Onleesbaar, lees_json
from services.brp_sync.brpapi.onderzoek import onderzoeken
from services.brp_sync.gegevens import reden_van_afkeuring
from services.brp_sync.model import ONBEKENDE, Betrekking, Persoon
from services.brp_sync.persoonslijsten import Gelezen, Onbruikbaar

SOORT: Final = "RaadpleegMetBurgerservicenummer"
ALLE_VELDEN: Final = ONBEKENDE.onbekend - {"onderwijsnummer"}
ALTIJD_GEVULD: Final = frozenset(
    {"bsn", "a_nummer", "geslachtsnaam", "geslacht", "geboortedatum", "gemeente", "datum_inschrijving"}
)
GEHEIM: Final = 7
"""The API says that there is a restriction and not which (70.10): until another source tells, it is the widest."""

_ONGEVRAAGD: Final = frozenset({"indicatie_geheim", "in_onderzoek", "opschorting"})
_STANDAARDWAARDEN: Final = {"geslachtsnaam": ".", "gemeente": "0000"}
PADEN: Final = {
    "bsn": "burgerservicenummer",
    "a_nummer": "aNummer",
    "voornamen": "naam.voornamen",
    "voorvoegsel": "naam.voorvoegsel",
    "geslachtsnaam": "naam.geslachtsnaam",
    "geslacht": "geslacht.code",
    "geboortedatum": "geboorte.datum",
    "gemeente": "gemeenteVanInschrijving.code",
    "datum_inschrijving": "datumInschrijvingInGemeente",
    "datum_vestiging": "immigratie.datumVestigingInNederland",
    "land_vanwaar": "immigratie.landVanwaarIngeschreven.code",
    "overlijdensdatum": "overlijden.datum",
    "indicatie_geheim": "geheimhoudingPersoonsgegevens",
    "indicatie_gezag": "indicatieGezagMinderjarige.code",
    "opschorting.reden": "opschortingBijhouding.reden.code",
    "opschorting.datum": "opschortingBijhouding.datum",
    "in_onderzoek": "inOnderzoek",
}
"""Where a field of a person stands; dotted."""
_DELEN: Final = {
    "bsn": "burgerservicenummer",
    "voornamen": "naam.voornamen",
    "voorvoegsel": "naam.voorvoegsel",
    "geslachtsnaam": "naam.geslachtsnaam",
    "ingang": "datumIngangFamilierechtelijkeBetrekking",
    "betrekking": "ouderAanduiding",
    "naam": "naam.volledigeNaam",
    "soort": "type",
    "straat": "officieleStraatnaam",
    "toevoeging": "huisnummertoevoeging",
    "aanduiding": "aanduidingBijHuisnummer.code",
    "land": "land.code",
    "buitenland_regels": "regel1",
}


def lees_personen(inhoud: bytes, gevraagd: frozenset[str] = ALLE_VELDEN) -> Iterator[Gelezen | Onbruikbaar]:
    """The persons in an answer, one by one; who cannot be read is given back as `Onbruikbaar` and the rest goes on.

    `gevraagd` are the fields of `Persoon` that were asked for. An answer that is none gives one `Onbruikbaar`.
    """
    try:
        personen = personen_in(lees_json(inhoud))
    except Onleesbaar as fout:
        yield Onbruikbaar(fout.veld, "antwoord", fout.reden)
        return
    for nummer, persoon in enumerate(personen):
        yield lees_persoon(persoon, f"personen[{nummer}]", gevraagd)


def personen_in(antwoord: object) -> list[object]:
    """What the answer holds as persons, not yet looked at; raises `Onleesbaar` when it is no answer."""
    lezer = Lezer(antwoord)
    if lezer.tekst("type") not in (None, SOORT):
        raise Onleesbaar("type", "een ander antwoord dan op een vraag met BSN")
    return lezer.rij("personen")


def lees_persoon(gegevens: object, plek: str, gevraagd: frozenset[str] = ALLE_VELDEN) -> Gelezen | Onbruikbaar:
    """One person in the form of the API; `plek` is where it stands."""
    try:
        return Gelezen(maak_persoon(_velden(Lezer(gegevens)), gevraagd | _ONGEVRAAGD), plek)
    except Onleesbaar as fout:
        return Onbruikbaar(fout.veld, plek, fout.reden)
    except ValidationError as fout:
        veld, reden = reden_van_afkeuring(fout)
        return Onbruikbaar(pad_in_bron(veld, PADEN, "verblijfplaats.verblijfadres"), plek, reden)


def maak_persoon(velden: Mapping[str, Any], gevraagd: frozenset[str]) -> Persoon:
    """The person with these values; the rest is empty or not known."""
    bekend = {
        veld: waarde
        for veld, waarde in velden.items()
        if waarde not in (None, ()) and waarde != _STANDAARDWAARDEN.get(veld)
    }
    leeg = gevraagd - ALTIJD_GEVULD - {"onderwijsnummer"}
    return Persoon(**bekend, onbekend=ONBEKENDE.onbekend - bekend.keys() - leeg)


def pad_in_bron(veld: str, paden: Mapping[str, str], adres: str) -> str:
    """The path in the JSON of the part of the person at `veld` (dotted path)."""
    groep, _, rest = veld.partition(".")
    if veld in paden or groep in paden:
        return paden.get(veld) or paden[groep]
    delen = rest.split(".")
    deel = _DELEN.get(delen[-1], delen[-1])
    if groep == "adres":
        return f"{adres}.{_DELEN.get(delen[0], delen[0])}" if delen[0] != "aanvang" else "verblijfplaats.datumVan"
    if groep in ("ouders", "gezag"):
        return f"{groep}[{delen[0]}].{deel}" if len(delen) > 1 else groep
    return veld


def _velden(persoon: Lezer) -> dict[str, Any]:
    naam = persoon.deel("naam")
    return {
        "bsn": persoon.tekst("burgerservicenummer"),
        "a_nummer": persoon.tekst("aNummer"),
        "voornamen": naam.tekst("voornamen"),
        "voorvoegsel": naam.tekst("voorvoegsel"),
        "geslachtsnaam": naam.tekst("geslachtsnaam"),
        "geslacht": persoon.code("geslacht"),
        "geboortedatum": datum(persoon.deel("geboorte"), "datum"),
        "gemeente": persoon.code("gemeenteVanInschrijving"),
        "datum_inschrijving": datum(persoon, "datumInschrijvingInGemeente"),
        "datum_vestiging": datum(persoon.deel("immigratie"), "datumVestigingInNederland"),
        "land_vanwaar": persoon.deel("immigratie").code("landVanwaarIngeschreven"),
        "overlijdensdatum": datum(persoon.deel("overlijden"), "datum"),
        "indicatie_geheim": GEHEIM if persoon.vlag("geheimhoudingPersoonsgegevens") else 0,
        "geheim_zonder_code": persoon.vlag("geheimhoudingPersoonsgegevens"),
        "indicatie_gezag": persoon.code("indicatieGezagMinderjarige"),
        "adres": _adres(persoon.deel("verblijfplaats")),
        "opschorting": _opschorting(persoon.deel("opschortingBijhouding")),
        "in_onderzoek": tuple(onderzoeken(persoon)),
        "ouders": tuple(_ouders(persoon)),
        "gezag": tuple(gezagsrelaties(persoon)),
    }


def _opschorting(deel: Lezer) -> dict[str, Any] | None:
    reden, sinds = deel.code("reden"), datum(deel, "datum")
    if reden is None and sinds is None:
        return None
    return {"datum": sinds} | ({"reden": reden} if reden is not None else {})


def _adres(plaats: Lezer) -> dict[str, Any] | None:
    soort, adres = plaats.tekst("type"), plaats.deel("verblijfadres")
    aanvang = {"aanvang": datum(plaats, "datumVan")}
    if soort is None:
        return None
    if soort == "Adres":
        return binnenlands(adres) | aanvang
    if soort == "Locatie":
        return {"locatiebeschrijving": adres.tekst("locatiebeschrijving")} | aanvang
    if soort == "VerblijfplaatsBuitenland":
        return buitenlands(adres) | aanvang
    if soort == "VerblijfplaatsOnbekend":
        return {"land": "0000"} | aanvang
    raise Onleesbaar(plaats.plek("type"), "onbekende soort verblijfplaats")


def binnenlands(adres: Lezer) -> dict[str, Any]:
    """An address in the Netherlands; both forms of the JSON name its parts alike, but for the name of the street."""
    huisnummer, postcode = adres.getal("huisnummer"), adres.tekst("postcode")
    straat = adres.tekst("officieleStraatnaam") or adres.tekst("korteStraatnaam")
    return {
        "straat": straat if straat != "." else None,
        "huisnummer": str(huisnummer) if huisnummer else None,
        "huisletter": adres.tekst("huisletter"),
        "toevoeging": adres.tekst("huisnummertoevoeging"),
        "aanduiding": adres.code("aanduidingBijHuisnummer"),
        "postcode": postcode.replace(" ", "").upper() if postcode else None,
        "woonplaats": adres.tekst("woonplaats"),
    }


def buitenlands(adres: Lezer) -> dict[str, Any]:
    """An address abroad."""
    regels = (adres.tekst(f"regel{nummer}") for nummer in (1, 2, 3))
    return {"land": adres.code("land"), "buitenland_regels": tuple(regel for regel in regels if regel)}


def _ouders(persoon: Lezer) -> Iterator[dict[str, Any]]:
    for ouder in persoon.lijst("ouders"):
        yield ouder_van(ouder, datum(ouder, "datumIngangFamilierechtelijkeBetrekking"))


def ouder_van(ouder: Lezer, ingang: str | None) -> dict[str, Any]:
    """One parent; both forms of the JSON name the parts alike."""
    naam, aanduiding = ouder.deel("naam"), ouder.tekst("ouderAanduiding")
    if aanduiding not in ("1", "2"):
        raise Onleesbaar(ouder.plek("ouderAanduiding"), "geen 1 of 2")
    geslachtsnaam = naam.tekst("geslachtsnaam")
    return {
        "betrekking": Betrekking.OUDER1 if aanduiding == "1" else Betrekking.OUDER2,
        "bsn": ouder.tekst("burgerservicenummer"),
        "voornamen": naam.tekst("voornamen"),
        "voorvoegsel": naam.tekst("voorvoegsel"),
        "geslachtsnaam": geslachtsnaam if geslachtsnaam != "." else None,
        "ingang": ingang,
    }
