"""Column maps of files of schools: which column is which field, as data, per layout and from which day it holds."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from hub.errors import Ongeldig
from hub.privacy import redenen
from services.ingest_duo.fouten import OngeldigBericht

EIGEN: Final = Path(__file__).parent / "kaarten"
VELDEN: Final = frozenset(
    {
        "bsn", "onderwijsnummer", "kenmerk", "ontvangende_gemeente", "school.brin", "school.vestiging",
        "school.leslocatienaam", "verzuimsoort", "begindatum", "einddatum", "vermoedelijke_reden",
        "alle_lessen_gemist", "actie_gemeente_gewenst", "toelichting", "ondernomen_actie", "verzuimdagen",
        "melder.naam", "melder.functie", "melder.telefoon", "melder.email", "telefoon_leerling_of_ouder",
        "meld_datum_tijd", "ingetrokken",
    }
)  # fmt: skip
"""What a column may be."""


class Kolom(BaseModel):
    """One column; `verplicht` says that a file without it is not of this layout."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kolom: str = Field(min_length=1, max_length=60)
    veld: str
    verplicht: bool = False


class Schoolkaart(BaseModel):
    """One layout: the first line of a file names its columns, in any order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    naam: str = Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")
    geldig_vanaf: date
    bron: str
    teken: str = Field(default=";", min_length=1, max_length=1)
    datumvorm: str = "%Y-%m-%d"
    kolommen: tuple[Kolom, ...]
    codes: dict[str, dict[str, str | bool]] = {}

    @model_validator(mode="after")
    def _hangt_samen(self) -> "Schoolkaart":
        velden = [k.veld for k in self.kolommen]
        if len(velden) != len(set(velden)) or len(self.velden) != len(velden):
            raise ValueError("een kolom of veld staat er twee keer in")
        if not set(velden) | set(self.codes) <= VELDEN:
            raise ValueError("een veld bestaat niet")
        return self

    @cached_property
    def velden(self) -> Mapping[str, str]:
        """Column -> field."""
        return {k.kolom: k.veld for k in self.kolommen}

    def kolom_van(self, veld: str) -> str:
        """The column of a field; the field itself when none is."""
        return next((k.kolom for k in self.kolommen if k.veld == veld), veld)

    def past(self, kolommen: Collection[str]) -> bool:
        """Whether a file with these columns is of this layout."""
        needed = {k.kolom for k in self.kolommen if k.verplicht}
        return needed <= set(kolommen) <= set(self.velden)


def laad_schoolkaarten(map_: Path | None = None) -> list[Schoolkaart]:
    """Our maps and those in the folder of the installation (one of the same name there replaces ours), newest first.

    Raises `Ongeldig` naming the file and what is wrong.
    """
    found: dict[str, Schoolkaart] = {}
    for folder in (EIGEN, *([map_] if map_ else [])):
        for path in sorted(folder.glob("*.yaml")):
            try:
                kaart = Schoolkaart.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
            except ValidationError as error:
                veld, reden = redenen(error)[0]
                raise Ongeldig(f"{reden} ({path.name})", veld) from None
            except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
                raise Ongeldig(f"{path.name} is niet te lezen ({type(error).__name__})", "kaart") from None
            found[kaart.naam] = kaart
    return sorted(found.values(), key=lambda k: k.geldig_vanaf, reverse=True)


def kies(kaarten: Iterable[Schoolkaart], kolommen: Collection[str], naam: str | None = None) -> Schoolkaart:
    """The newest layout with these columns, or the one that is named; raises `OngeldigBericht` when none fits."""
    mogelijk = [k for k in kaarten if naam in (None, k.naam)]
    for kaart in mogelijk:
        if kaart.past(kolommen):
            return kaart
    if not mogelijk:
        raise OngeldigBericht("kaart", "opdracht", "er is geen kolomkaart met deze naam")
    beste = mogelijk[0]
    missing = [k.kolom for k in beste.kolommen if k.verplicht and k.kolom not in kolommen]
    if missing:
        raise OngeldigBericht("kolommen", "regel 1", f"kolom {missing[0]} van kaart {beste.naam} ontbreekt")
    raise OngeldigBericht("kolommen", "regel 1", f"er staat een kolom in die kaart {beste.naam} niet kent")
