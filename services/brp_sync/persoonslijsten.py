"""Reader for persoonslijsten in the table form in which the RvIG publishes its test set of the GBA-V.

One row per persoonslijst, cells separated by `;`, named in the first row by LO rubriek: category, group and element
(`01.02.40`). Rows without an id continue the list above with history, other stacks and children; the first row of a
list holds the current situation, which is all the hub keeps.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from pydantic import SecretStr, ValidationError

from services.brp_sync.gegevens import reden_van_afkeuring
from services.brp_sync.lo3.persoonsgegevens import persoonsvelden, rubriek_van
from services.brp_sync.lo3.rubrieken import GEBRUIKT
from services.brp_sync.model import Persoon

LIJSTEN: Final = "persoonslijsten"
"""The source, in quarantine."""
PERSOONSLIJST: Final = "persoonslijst"
"""In quarantine: a koprij with one row."""
_LIJSTNUMMER = re.compile(r"Lg01_[0-9]{1,9}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Gelezen:
    """A persoonslijst that could be read, and the place in the file where it stands."""

    persoon: Persoon
    plek: str


@dataclass(frozen=True, slots=True)
class Onbruikbaar:
    """A row that could not be used: which rubriek, where, and why (in Dutch); never the value.

    `ruw` is the koprij with the row itself: a file of one persoonslijst, to mend and take in again.
    """

    veld: str
    plek: str
    reden: str
    ruw: SecretStr = field(default=SecretStr(""), compare=False)


def lees_persoonslijsten(regels: Iterable[str]) -> Iterator[Gelezen | Onbruikbaar]:
    """The persoonslijsten in `regels` (an open text file will do), one by one, in the order of the file.

    A row that cannot be used is given back as `Onbruikbaar` and the rest goes on; without a usable first row there is
    one `Onbruikbaar` and nothing else. Every row is read on its own, so a stray quote spoils one row at most.
    """
    genummerd = enumerate(regels, 1)
    kop = next(genummerd, (1, ""))[1]
    koprij = _cellen(kop)
    ontbreekt = sorted(GEBRUIKT.difference(koprij))
    if ontbreekt:
        yield Onbruikbaar("koprij", "regel 1", f"kolom {ontbreekt[0]} ontbreekt", SecretStr(kop))
        return
    kolommen = [(rubriek, kolom) for kolom, rubriek in enumerate(koprij) if rubriek in GEBRUIKT]
    eerste_gezien = False
    for nummer, regel in genummerd:
        if (eerste_gezien and regel.startswith(";")) or not regel.strip():
            continue
        cellen = _cellen(regel)
        if len(cellen) != len(koprij):
            reden = f"telt {len(cellen)} cellen waar de koprij er {len(koprij)} heeft"
            yield Onbruikbaar("regel", f"regel {nummer}", reden, _los(kop, regel))
        elif cellen[0]:
            eerste_gezien = True
            lijstnummer = f" ({cellen[0]})" if _LIJSTNUMMER.fullmatch(cellen[0]) else ""
            gelezen = lees_lijst(_gevulde_cellen(cellen, kolommen), f"regel {nummer}{lijstnummer}")
            yield gelezen if isinstance(gelezen, Gelezen) else replace(gelezen, ruw=_los(kop, regel))
        elif not eerste_gezien:
            reden = "vervolgregel zonder persoonslijst erboven"
            yield Onbruikbaar("regel", f"regel {nummer}", reden, _los(kop, regel))


def _los(kop: str, regel: str) -> SecretStr:
    return SecretStr(f"{kop.rstrip()}\n{regel}")


def _cellen(regel: str) -> list[str]:
    try:
        return next(csv.reader((regel.rstrip("\r\n"),), delimiter=";"), [])
    except csv.Error:
        return []


def _gevulde_cellen(cellen: list[str], kolommen: list[tuple[str, int]]) -> dict[str, str]:
    return {rubriek: schoon for rubriek, kolom in kolommen if (schoon := schone_cel(cellen[kolom]))}


def schone_cel(waarde: str | None) -> str:
    """What stands in a cell: without the spaces around it and doubled in it, in the composed form of Unicode."""
    return unicodedata.normalize("NFC", " ".join(filter(None, waarde.split(" ")))) if waarde else ""


def lees_lijst(cellen: Mapping[str, str], plek: str) -> Gelezen | Onbruikbaar:
    """One persoonslijst from its cells that are not empty (see `schone_cel`), by rubriek."""
    try:
        return Gelezen(Persoon(**persoonsvelden(cellen)), plek)
    except ValidationError as fout:
        veld, reden = reden_van_afkeuring(fout)
        return Onbruikbaar(rubriek_van(veld, cellen), plek, reden)
