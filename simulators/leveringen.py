"""P- and C-leveringen of a fictional population, as DUO would put them ready, with faults to switch on.

The same seed gives the same files. Layouts are those of the column maps (`services.ingest_duo.leveringen.kaart`); no
person in them exists. `Leerling` is what the register holds of one jongere; `schrijf_c` writes all of a gemeente,
`schrijf_p` what changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Final

from services.ingest_duo.leveringen.kaart import Kaart, laad_kaarten
from simulators.personen import fictieve_bsns

_SCHOLEN: Final = ("01XA", "02XB", "90XA", "14XC", "25XD", "31XE")
_SOORTEN: Final = (("BO", None), ("VO", "VMBO T"), ("VO", "HAVO"), ("MBO", "MBO 2"))
ARTIKELEN: Final = ("5a", "5b", "5c", "5A", "15", "3a", "3b")


class Fout(StrEnum):
    """What can be wrong with a file; the first four spoil single rows, the others the file."""

    ELFPROEF = "elfproef"
    DATUM = "datum"
    CODE = "code"
    DUBBELE_RIJ = "dubbele_rij"
    KOPREGEL = "kopregel"
    AFGEBROKEN = "afgebroken"
    CODERING = "codering"
    GEKROMPEN = "gekrompen"


@dataclass(frozen=True, slots=True)
class Leerling:
    """One jongere in the register: an inschrijving, or a vrijstelling, or both."""

    bsn: str | None
    onderwijsnummer: str | None
    gemeente: str
    brin: str | None = None
    vestiging: str = "00"
    soort: str = "VO"
    niveau: str | None = None
    begindatum: date | None = None
    einddatum: date | None = None
    startkwalificatie: bool = False
    vrijstelling: str | None = None
    vrijstelling_begin: date | None = None
    vrijstelling_einde: date | None = None


def maak_leerlingen(seed: int, aantal: int, gemeente: str, peildatum: date) -> list[Leerling]:
    """So many jongeren at fictional schools; some have a vrijstelling, some no BSN but an onderwijsnummer."""
    rng = Random(seed)
    bsns = fictieve_bsns()
    return [_leerling(rng, next(bsns).get_secret_value(), nr, gemeente, peildatum) for nr in range(aantal)]


def _leerling(rng: Random, bsn: str, nr: int, gemeente: str, peildatum: date) -> Leerling:
    begin = date(peildatum.year - rng.randint(0, 3), 8, 1)
    zonder_bsn = nr % 50 == 49
    basis = Leerling(None if zonder_bsn else bsn, f"1{nr:08d}" if zonder_bsn else None, gemeente)
    if nr % 40 == 39:
        return replace(basis, vrijstelling=rng.choice(ARTIKELEN), vrijstelling_begin=begin)
    soort, niveau = rng.choice(_SOORTEN)
    return replace(basis, brin=rng.choice(_SCHOLEN), soort=soort, niveau=niveau, begindatum=begin)


def schrijf_c(
    map_: Path,
    leerlingen: Iterable[Leerling],
    peildatum: date,
    code: str,
    *,
    fouten: Iterable[Fout] = (),
    seed: int = 1,
) -> Path:
    """Writes the full picture of a gemeente; returns the file."""
    rijen = [_velden(leerling) for leerling in leerlingen]
    return _schrijf(map_, _kaart("c"), rijen, peildatum, code, frozenset(fouten), Random(seed))


def schrijf_p(
    map_: Path,
    mutaties: Iterable[tuple[str, Leerling]],
    peildatum: date,
    code: str,
    *,
    fouten: Iterable[Fout] = (),
    seed: int = 1,
) -> Path:
    """Writes changes, each with its code (IT, IW, IV, SB ... in the column map); returns the file."""
    rijen = [_velden(leerling) | {"mutatiesoort": soort} for soort, leerling in mutaties]
    return _schrijf(map_, _kaart("p"), rijen, peildatum, code, frozenset(fouten), Random(seed))


def schrijf_koppeling(map_: Path, paren: Iterable[tuple[str, str]], peildatum: date, code: str) -> Path:
    """Writes the answer to a request for the BSN of jongeren with an onderwijsnummer; returns the file."""
    rijen = [{"onderwijsnummer": onderwijsnummer, "bsn": bsn} for onderwijsnummer, bsn in paren]
    return _schrijf(map_, _kaart("koppeling"), rijen, peildatum, code, frozenset(), Random(1))


def _kaart(soort: str) -> Kaart:
    return next(k for k in laad_kaarten() if k.soort == soort and k.gescheiden is not None)


def _velden(leerling: Leerling) -> dict[str, str]:
    waarden = {
        "bsn": leerling.bsn,
        "onderwijsnummer": leerling.onderwijsnummer,
        "gemeente": leerling.gemeente,
        "brin": leerling.brin,
        "vestiging": leerling.vestiging if leerling.brin else None,
        "onderwijssoort": leerling.soort if leerling.brin else None,
        "niveau": leerling.niveau,
        "begindatum": _dag(leerling.begindatum),
        "einddatum": _dag(leerling.einddatum),
        "startkwalificatie": "J" if leerling.startkwalificatie else "N",
        "vrijstellingsoort": leerling.vrijstelling,
        "vrijstelling_begin": _dag(leerling.vrijstelling_begin),
        "vrijstelling_einde": _dag(leerling.vrijstelling_einde),
    }
    return {veld: waarde for veld, waarde in waarden.items() if waarde is not None}


def _dag(dag: date | None) -> str | None:
    return None if dag is None else dag.strftime("%Y%m%d")


def _schrijf(
    map_: Path,
    kaart: Kaart,
    rijen: list[dict[str, str]],
    peildatum: date,
    code: str,
    fouten: frozenset[Fout],
    rng: Random,
) -> Path:
    bedorven = _bederf_rijen(rijen, fouten, rng)
    kop = [k.kolom for k in kaart.kolommen]
    regels = [";".join(_kop(kop, fouten)), *(_regel(kaart, rij) for rij in bedorven)]
    inhoud = "\r\n".join(regels) + "\r\n"
    if Fout.AFGEBROKEN in fouten:
        inhoud = inhoud[: -len(regels[-1]) // 2]
    naam = kaart.voorbeeldnaam.replace("20260907", f"{peildatum:%Y%m%d}").replace("1924", code)
    pad = map_ / naam
    pad.write_bytes(b"\xff\xfe" + inhoud.encode("utf-16-le") if Fout.CODERING in fouten else inhoud.encode())
    return pad


def _kop(kop: Sequence[str], fouten: frozenset[Fout]) -> list[str]:
    return [f"{naam}2" if Fout.KOPREGEL in fouten and naam == "BSN" else naam for naam in kop]


def _regel(kaart: Kaart, rij: Mapping[str, str]) -> str:
    return ";".join(rij.get(kolom.veld or "", "") for kolom in kaart.kolommen)


def _bederf_rijen(rijen: list[dict[str, str]], fouten: frozenset[Fout], rng: Random) -> list[dict[str, str]]:
    """One row spoiled for each fault, never the same one twice; a shrunk file keeps a third."""
    if Fout.GEKROMPEN in fouten:
        rijen = rijen[: len(rijen) // 3]
    vatbaar = [nr for nr, rij in enumerate(rijen) if "bsn" in rij and "begindatum" in rij]
    rng.shuffle(vatbaar)
    nieuw = [dict(rij) for rij in rijen]
    for fout in sorted(fouten & {Fout.ELFPROEF, Fout.DATUM, Fout.CODE}):
        rij = nieuw[vatbaar.pop()]
        if fout is Fout.ELFPROEF:
            rij["bsn"] = rij["bsn"][:-1] + str((int(rij["bsn"][-1]) + 1) % 10)
        elif fout is Fout.DATUM:
            rij["begindatum"] = "20261332"
        else:
            rij["onderwijssoort"] = "XX"
    if Fout.DUBBELE_RIJ in fouten:
        nieuw.append(dict(nieuw[vatbaar.pop()]))
    return nieuw


def een_dag_later(dag: date, dagen: int = 7) -> date:
    """The day of the next file."""
    return dag + timedelta(days=dagen)
