"""A person as the BRP API Personen 2.7 writes one, in full; and from the flat form of its test sets to that form."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import SecretStr

from services.brp_sync.model import Adres, Betrekking, Ouder, Persoon

_MAANDEN: Final = (
    "", "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
_REDENEN: Final = {"O": "overlijden", "E": "emigratie", "M": "ministerieel besluit", "R": "pl is aangelegd in de rni",
                   "F": "fout"}  # fmt: skip
_AANDUIDINGEN: Final = {"to": "tegenover", "by": "bij"}


def datum(cijfers: str | None) -> dict[str, Any] | None:
    """Eight digits as one of the four kinds of dates."""
    if not cijfers:
        return None
    jaar, maand, dag = int(cijfers[:4]), int(cijfers[4:6]), int(cijfers[6:])
    if not jaar:
        return {"type": "DatumOnbekend", "onbekend": True, "langFormaat": "onbekend"}
    if not maand:
        return {"type": "JaarDatum", "jaar": jaar, "langFormaat": str(jaar)}
    if not dag:
        return {"type": "JaarMaandDatum", "jaar": jaar, "maand": maand, "langFormaat": f"{_MAANDEN[maand]} {jaar}"}
    iso = f"{cijfers[:4]}-{cijfers[4:6]}-{cijfers[6:]}"
    return {"type": "Datum", "datum": iso, "langFormaat": f"{dag} {_MAANDEN[maand]} {jaar}"}


def van_persoon(persoon: Persoon) -> dict[str, Any]:
    """The JSON of a fictional person; who has ouders and no known gezag has it of those ouders."""
    opschorting = persoon.opschorting
    return _persoon(
        {
            "aNummer": _open(persoon.a_nummer),
            "burgerservicenummer": _open(persoon.bsn),
            "geheimhoudingPersoonsgegevens": bool(persoon.indicatie_geheim) or None,
            "geslacht": {"code": persoon.geslacht, "omschrijving": "geslacht"} if persoon.geslacht else None,
            "naam": _naam(persoon),
            "geboorte": {"datum": datum(_open(persoon.geboortedatum))},
            "overlijden": {"datum": datum(_open(persoon.overlijdensdatum))},
            "opschortingBijhouding": {
                "reden": {"code": opschorting.reden.value, "omschrijving": _REDENEN.get(opschorting.reden, "onbekend")},
                "datum": datum(_open(opschorting.datum)),
            }
            if opschorting
            else None,
            "gemeenteVanInschrijving": {"code": persoon.gemeente, "omschrijving": "gemeente"}
            if persoon.gemeente
            else None,
            "datumInschrijvingInGemeente": datum(_open(persoon.datum_inschrijving)),
            "immigratie": {
                "datumVestigingInNederland": datum(_open(persoon.datum_vestiging)),
                "landVanwaarIngeschreven": {"code": persoon.land_vanwaar} if persoon.land_vanwaar else None,
            },
            "verblijfplaats": _verblijfplaats(persoon.adres) if persoon.adres else None,
            "ouders": [_ouder(ouder) for ouder in persoon.ouders],
            "gezag": _gezag(persoon),
            "onderzoek": [
                {"code": o.code, "ingang": datum(_open(o.ingang)) or datum("00000000")} for o in persoon.in_onderzoek
            ],
        }
    )


def van_gba(gba: Mapping[str, Any]) -> dict[str, Any]:
    """The same from a person in the flat form (a file of test persons)."""
    plaats, overlijden = gba.get("verblijfplaats", {}), gba.get("overlijden", {})
    opschorting, immigratie = gba.get("opschortingBijhouding", {}), gba.get("immigratie", {})
    gevonden = (
        gba.get("persoonInOnderzoek"), plaats.get("inOnderzoek"), overlijden.get("inOnderzoek"),
        gba.get("gezagInOnderzoek"),
    )  # fmt: skip
    return _persoon(
        {
            **{naam: gba.get(naam) for naam in ("aNummer", "burgerservicenummer", "geslacht", "gezag")},
            "geheimhoudingPersoonsgegevens": str(gba.get("geheimhoudingPersoonsgegevens", "0")) != "0" or None,
            "naam": _zonder_punt(gba.get("naam", {})),
            "geboorte": {**gba.get("geboorte", {}), "datum": datum(gba.get("geboorte", {}).get("datum"))},
            "overlijden": {**overlijden, "datum": datum(overlijden.get("datum")), "inOnderzoek": None},
            "opschortingBijhouding": {**opschorting, "datum": datum(opschorting.get("datum"))},
            "gemeenteVanInschrijving": gba.get("gemeenteVanInschrijving"),
            "datumInschrijvingInGemeente": datum(gba.get("datumInschrijvingInGemeente")),
            "immigratie": {
                **immigratie,
                "datumVestigingInNederland": datum(immigratie.get("datumVestigingInNederland")),
            },
            "verblijfplaats": _verblijfplaats_van_gba(plaats),
            "ouders": [
                {
                    **ouder,
                    "naam": _zonder_punt(ouder.get("naam", {})),
                    "datumIngangFamilierechtelijkeBetrekking": datum(
                        ouder.get("datumIngangFamilierechtelijkeBetrekking")
                    ),
                    "geboorte": None,
                    "inOnderzoek": None,
                }
                for ouder in gba.get("ouders", ())
            ],
            "onderzoek": [
                {"code": o["aanduidingGegevensInOnderzoek"], "ingang": datum(o["datumIngangOnderzoek"])}
                for o in gevonden
                if o
            ],
        }
    )


def schoon(waarde: Any) -> Any:
    """Without what is empty, as the API leaves it out."""
    if isinstance(waarde, dict):
        delen = {naam: schoon(deel) for naam, deel in waarde.items()}
        return {naam: deel for naam, deel in delen.items() if deel not in (None, {}, [])}
    return [schoon(deel) for deel in waarde] if isinstance(waarde, list) else waarde


def _persoon(delen: dict[str, Any]) -> dict[str, Any]:
    persoon: dict[str, Any] = schoon(delen)
    return persoon


def _naam(iemand: Persoon | Ouder) -> dict[str, Any]:
    return {naam: _open(getattr(iemand, naam)) for naam in ("voornamen", "voorvoegsel", "geslachtsnaam")}


def _zonder_punt(naam: Mapping[str, Any]) -> dict[str, Any]:
    return {deel: waarde for deel, waarde in naam.items() if waarde != "."}


def _verblijfplaats(adres: Adres) -> dict[str, Any]:
    aanvang = datum(_open(adres.aanvang))
    if adres.in_buitenland:
        if adres.land == "0000":
            return {"type": "VerblijfplaatsOnbekend", "datumVan": aanvang}
        regels = {f"regel{nummer}": _open(regel) for nummer, regel in enumerate(adres.buitenland_regels, 1)}
        buiten = {**regels, "land": {"code": adres.land, "omschrijving": "land"}}
        return {"type": "VerblijfplaatsBuitenland", "datumVan": aanvang, "verblijfadres": buiten}
    if adres.locatiebeschrijving is not None:
        plek = {"locatiebeschrijving": _open(adres.locatiebeschrijving)}
        return {"type": "Locatie", "datumVan": aanvang, "verblijfadres": plek}
    aanduiding = _open(adres.aanduiding)
    binnen = {
        "officieleStraatnaam": _open(adres.straat),
        "korteStraatnaam": (_open(adres.straat) or "")[:24],
        "huisnummer": int(_open(adres.huisnummer) or 0) or None,
        "huisletter": _open(adres.huisletter),
        "huisnummertoevoeging": _open(adres.toevoeging),
        "aanduidingBijHuisnummer": {"code": aanduiding, "omschrijving": _AANDUIDINGEN[aanduiding]}
        if aanduiding
        else None,
        "postcode": _open(adres.postcode),
        "woonplaats": _open(adres.woonplaats),
    }
    return {"type": "Adres", "datumVan": aanvang, "verblijfadres": binnen, "functieAdres": {"code": "W"}}


def _verblijfplaats_van_gba(plaats: Mapping[str, Any]) -> dict[str, Any] | None:
    if "land" in plaats:
        aanvang = datum(plaats.get("datumAanvangAdresBuitenland"))
        if plaats["land"]["code"] == "0000":
            return {"type": "VerblijfplaatsOnbekend", "datumVan": aanvang}
        buiten = {naam: plaats.get(naam) for naam in ("regel1", "regel2", "regel3", "land")}
        return {"type": "VerblijfplaatsBuitenland", "datumVan": aanvang, "verblijfadres": buiten}
    aanvang = datum(plaats.get("datumAanvangAdreshouding"))
    if "straat" in plaats:
        namen = ("huisletter", "huisnummertoevoeging", "aanduidingBijHuisnummer", "postcode", "woonplaats")
        binnen = {
            "korteStraatnaam": plaats["straat"] if plaats["straat"] != "." else None,
            "officieleStraatnaam": plaats.get("naamOpenbareRuimte"),
            "huisnummer": int(plaats.get("huisnummer", 0)) or None,
            **{naam: plaats.get(naam) for naam in namen},
        }
        return {"type": "Adres", "datumVan": aanvang, "verblijfadres": binnen}
    if "locatiebeschrijving" in plaats:
        plek = {"locatiebeschrijving": plaats["locatiebeschrijving"]}
        return {"type": "Locatie", "datumVan": aanvang, "verblijfadres": plek}
    return None


def _ouder(ouder: Ouder) -> dict[str, Any]:
    return {
        "ouderAanduiding": "1" if ouder.betrekking is Betrekking.OUDER1 else "2",
        "burgerservicenummer": _open(ouder.bsn),
        "naam": _naam(ouder),
        "datumIngangFamilierechtelijkeBetrekking": datum(_open(ouder.ingang)),
    }


def _gezag(persoon: Persoon) -> list[dict[str, Any]]:
    minderjarige = {"burgerservicenummer": _open(persoon.bsn)}
    if "gezag" not in persoon.onbekend:
        return [
            {
                "type": gezag.soort.value,
                "minderjarige": minderjarige,
                "inOnderzoek": gezag.in_onderzoek or None,
                "ouders": [_houder(h.bsn, h.naam) for h in gezag.houders if h.is_ouder],
                "derden": [_houder(h.bsn, h.naam) for h in gezag.houders if not h.is_ouder],
            }
            for gezag in persoon.gezag
        ]
    ouders = [_houder(ouder.bsn, ouder.volledige_naam()) for ouder in persoon.ouders]
    if len(ouders) == 2:
        return [{"type": "GezamenlijkOuderlijkGezag", "minderjarige": minderjarige, "ouders": ouders}]
    if len(ouders) == 1:
        return [{"type": "EenhoofdigOuderlijkGezag", "minderjarige": minderjarige, "ouder": ouders[0]}]
    return [{"type": "GezagNietTeBepalen", "minderjarige": minderjarige, "toelichting": "ouders zijn niet bekend"}]


def _houder(bsn: SecretStr | None, naam: SecretStr | None) -> dict[str, Any]:
    return {"burgerservicenummer": _open(bsn), "naam": {"volledigeNaam": _open(naam)}}


def _open(waarde: SecretStr | None) -> str | None:
    return None if waarde is None else waarde.get_secret_value()
