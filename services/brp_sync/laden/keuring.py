"""Reads many persoonslijsten at once; whatever it is not sure of goes to the normal reader.

Sure means: every cell certainly has the form that `gegevens.py` asks for, so that the normal reader would take the row
and give the very same person. The patterns here are therefore as strict as the forms there or stricter, never more
lenient: a name with a quote, 29 February, a letter beyond the Latin ones are left to the normal reader. It alone
refuses rows, so there is one place that says what is wrong with a person.
"""

from functools import cache
from typing import Final, NamedTuple

import polars as pl

from services.brp_sync.gegevens import Betrekking
from services.brp_sync.lo3.persoonsgegevens import ELDERS
from services.brp_sync.lo3.rubrieken import (
    AANVANG_BUITENLAND,
    ADRES,
    ALTIJD_GEVULD,
    BUITENLAND_REGELS,
    GEBRUIKT,
    ONDERZOEK_CATEGORIEEN,
    OPSCHORTING,
    OUDER,
    OUDERCATEGORIE,
    PERSOON,
    STANDAARDWAARDEN,
    STRAATNAAM,
    VERSIE,
)

_TEKEN = r"[!#-\[\]-~\x{a1}-\x{2ff}\x{1e00}-\x{1eff}]"  # no quote, backslash or control character; NFC as it stands
_TEKST = rf"^{_TEKEN}+(?: {_TEKEN}+)*$"
_MAAND_DAG = "(?:0[1-9]|1[0-2])(?:[01][0-9]|2[0-8])|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31"
_DATUM = rf"^(?:[1-9][0-9]{{3}}(?:0000|{_MAAND_DAG})|00000000)$"
_BSN = "^[0-9]{9}$"
_VORM: Final = {
    "bsn": _BSN,
    "a_nummer": "^[0-9]{10}$",
    "geslacht": "^[MVO]$",
    "geboortedatum": _DATUM,
    "gemeente": "^[0-9]{4}$",
    "datum_inschrijving": _DATUM,
    "datum_vestiging": _DATUM,
    "land_vanwaar": "^[0-9]{4}$",
    "versie": "^[0-9]{17}$",
    "overlijdensdatum": _DATUM,
    "indicatie_geheim": "^[0-7]$",
    "indicatie_gezag": "^[0-9A-Z]{1,2}$",
    "huisnummer": "^[1-9][0-9]{0,4}$",
    "huisletter": "^[A-Za-z]$",
    "aanduiding": "^(?:to|by)$",
    "postcode": "^[1-9][0-9]{3}[A-Z]{2}$",
    "land": "^[0-9]{4}$",
    "aanvang": _DATUM,
    "reden": "^[OEMRFW.]$",
    "datum": _DATUM,
    "ingang": _DATUM,
    "code": "^[0-9]{6}$",
}
_LENGTE: Final = {  # bytes: never fewer than characters
    "voornamen": 200,
    "geslachtsnaam": 200,
    "voorvoegsel": 10,
    "straat": 80,
    "woonplaats": 80,
    "toevoeging": 4,
    "locatiebeschrijving": 80,
    "regel": 80,
}
_ENKEL: Final = PERSOON | {"versie": VERSIE}
_GETAL: Final = frozenset({"indicatie_geheim"})
_ONBEKEND: Final = ",".join(f'"{veld}"' for veld in sorted(ELDERS))


class Gekeurd(NamedTuple):
    """What became of the rows of a part."""

    zeker: pl.DataFrame
    """Persons the normal reader would give: `rij`, `bsn`, `a_nummer`, `geboortedatum`, `gemeente`, `json` (bytes)."""
    twijfel: pl.DataFrame
    """The other rows: `rij` and the cells as they came."""


def keur(frame: pl.DataFrame) -> Gekeurd:
    """Reads a part: a column of text per rubriek (`GEBRUIKT`; null for an empty cell) and `rij`, the row number."""
    schoon = frame.select("rij", pl.col(sorted(GEBRUIKT)).str.strip_chars(" ")).with_columns(
        pl.when(pl.col(sorted(GEBRUIKT)) != "").then(pl.col(sorted(GEBRUIKT)))
    )
    zeker = schoon.select(_zeker()).to_series()
    goed = schoon.filter(zeker).select(
        "rij",
        bsn=pl.col(PERSOON["bsn"]),
        a_nummer=pl.col(PERSOON["a_nummer"]),
        geboortedatum=pl.col(PERSOON["geboortedatum"]),
        gemeente=pl.col(PERSOON["gemeente"]),
        json=_json().cast(pl.Binary),
    )
    return Gekeurd(goed, frame.filter(~zeker))


@cache
def _zeker() -> pl.Expr:
    """Whether a row is certainly good."""
    goed = [_heeft_vorm(veld, kolom) for veld, kolom in _kolommen()]
    gevuld = [_bekend(veld, PERSOON[veld]).is_not_null() for veld in ("bsn", *ALTIJD_GEVULD)]
    elfproef = [_elfproef(kolom) for veld, kolom in _kolommen() if veld == "bsn"]
    return pl.all_horizontal(*goed, *gevuld, *elfproef)


def _kolommen() -> list[tuple[str, str]]:
    """Every field with the column it stands in."""
    return [
        *_ENKEL.items(),
        *ADRES.items(),
        ("straat", STRAATNAAM),
        ("aanvang", AANVANG_BUITENLAND),
        *(("regel", kolom) for kolom in BUITENLAND_REGELS),
        *OPSCHORTING.items(),
        *((veld, f"{cat}.{rubriek}") for cat in OUDERCATEGORIE.values() for veld, rubriek in OUDER.items()),
        *(("code", f"{cat}.83.10") for cat in ONDERZOEK_CATEGORIEEN),
        *(("ingang", f"{cat}.83.20") for cat in ONDERZOEK_CATEGORIEEN),
    ]


def _heeft_vorm(veld: str, kolom: str) -> pl.Expr:
    cel = pl.col(kolom)
    if veld in _VORM:
        return cel.str.contains(_VORM[veld]).fill_null(value=True)
    return (cel.str.contains(_TEKST) & (cel.str.len_bytes() <= _LENGTE[veld])).fill_null(value=True)


def _elfproef(kolom: str) -> pl.Expr:
    getal = pl.col(kolom).cast(pl.Int32, strict=False)
    som = sum((getal // 10**macht % 10 * (macht + 1) for macht in range(1, 9)), -(getal % 10))
    return ((som % 11 == 0) & (getal > 0)).fill_null(pl.col(kolom).is_null())


def _bekend(veld: str, kolom: str) -> pl.Expr:
    """The cell, without the value that stands for "not known"."""
    standaard = STANDAARDWAARDEN.get(veld)
    return pl.col(kolom) if standaard is None else pl.when(pl.col(kolom) != standaard).then(pl.col(kolom))


@cache
def _json() -> pl.Expr:
    """The person as `Persoon.model_validate_json` reads it; what is not there is left out."""
    delen = [_deel(veld, _bekend(veld, kolom)) for veld, kolom in _ENKEL.items()]
    delen += [
        _groep("adres", _adresdelen()),
        _groep("opschorting", [_deel(veld, pl.col(kolom)) for veld, kolom in OPSCHORTING.items()]),
        _lijst("in_onderzoek", [_onderzoek(categorie) for categorie in ONDERZOEK_CATEGORIEEN]),
        _lijst("ouders", [_ouder(betrekking, categorie) for betrekking, categorie in OUDERCATEGORIE.items()]),
    ]
    onbekend = pl.lit(f'"onbekend":[{_ONBEKEND}]}}')
    return pl.concat_str(pl.lit("{"), *delen, onbekend, ignore_nulls=True)


def _deel(veld: str, cel: pl.Expr) -> pl.Expr:
    """`"veld":"cel",`; null when the cell is empty."""
    aanhaling = "" if veld in _GETAL else '"'
    return pl.concat_str(pl.lit(f'"{veld}":{aanhaling}'), cel, pl.lit(f"{aanhaling},"))


def _adresdelen() -> list[pl.Expr]:
    rubrieken = dict(ADRES)
    straat = pl.coalesce(
        _bekend("straat", rubrieken.pop("straat")),
        _bekend("straat", STRAATNAAM),
    )
    aanvang = pl.coalesce(AANVANG_BUITENLAND, rubrieken.pop("aanvang"))
    regels = [pl.concat_str(pl.lit('"'), pl.col(kolom), pl.lit('",')) for kolom in BUITENLAND_REGELS]
    return [
        _deel("straat", straat),
        *(_deel(veld, pl.col(kolom)) for veld, kolom in rubrieken.items()),
        _deel("aanvang", aanvang),
        _lijst("buitenland_regels", regels),
    ]


def _onderzoek(categorie: str) -> pl.Expr:
    delen = [_deel("code", pl.col(f"{categorie}.83.10")), _deel("ingang", pl.col(f"{categorie}.83.20"))]
    loopt = pl.col(f"{categorie}.83.10").is_not_null() & pl.col(f"{categorie}.83.30").is_null()
    return pl.when(loopt).then(_object(delen))


def _ouder(betrekking: Betrekking, categorie: str) -> pl.Expr:
    kolommen = {veld: f"{categorie}.{rubriek}" for veld, rubriek in OUDER.items()}
    genoemd = pl.any_horizontal(pl.col(kolom).is_not_null() for kolom in kolommen.values())
    delen = [_deel(veld, _bekend(veld, kolom)) for veld, kolom in kolommen.items()]
    return pl.when(genoemd).then(_object([pl.lit(f'"betrekking":"{betrekking}",'), *delen]))


def _groep(naam: str, delen: list[pl.Expr]) -> pl.Expr:
    """`"naam":{…},`; null when no part is there."""
    inhoud = pl.concat_str(*delen, ignore_nulls=True)
    return pl.when(inhoud != "").then(pl.concat_str(pl.lit(f'"{naam}":'), _tussen("{", inhoud, "}"), pl.lit(",")))


def _lijst(naam: str, delen: list[pl.Expr]) -> pl.Expr:
    """`"naam":[…],`; null when the list is empty."""
    inhoud = pl.concat_str(*delen, ignore_nulls=True)
    return pl.when(inhoud != "").then(pl.concat_str(pl.lit(f'"{naam}":'), _tussen("[", inhoud, "]"), pl.lit(",")))


def _object(delen: list[pl.Expr]) -> pl.Expr:
    """`{…},` of parts of which at least one is there."""
    return pl.concat_str(_tussen("{", pl.concat_str(*delen, ignore_nulls=True), "}"), pl.lit(","))


def _tussen(links: str, inhoud: pl.Expr, rechts: str) -> pl.Expr:
    return pl.concat_str(pl.lit(links), inhoud.str.strip_suffix(","), pl.lit(rechts))
