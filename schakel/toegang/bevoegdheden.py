"""Which role may do what: `bevoegdheden.yaml`, read once."""

from enum import StrEnum
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, Field

from hub.medewerkers import Rol

BESTAND: Final = Path(__file__).with_name("bevoegdheden.yaml")


class Handeling(StrEnum):
    """What an official or administrator does through the API."""

    WERKLIJST_ZIEN = "werklijst_zien"
    ZAAK_ZIEN = "zaak_zien"
    BESLUIT_NEMEN = "besluit_nemen"
    BESLUIT_BEVESTIGEN = "besluit_bevestigen"
    BESLUIT_INTREKKEN = "besluit_intrekken"
    FEITEN_VASTSTELLEN = "feiten_vaststellen"
    ZAAK_OPENEN = "zaak_openen"
    ZAAK_LEIDEN = "zaak_leiden"
    ABSOLUUT_ZIEN = "absoluut_zien"
    ABSOLUUT_CONTROLEREN = "absoluut_controleren"
    SIGNAAL_VERKLAREN = "signaal_verklaren"
    SIGNAAL_BEVESTIGEN = "signaal_bevestigen"
    TERMIJNEN_ZIEN = "termijnen_zien"
    TOESTEMMINGEN_ZIEN = "toestemmingen_zien"
    TOESTEMMING_VASTLEGGEN = "toestemming_vastleggen"
    VERSTREKKINGEN_ZIEN = "verstrekkingen_zien"
    VERSTREKKING_PROEVEN = "verstrekking_proeven"
    RECHTEN_ZIEN = "rechten_zien"
    VERZOEK_VASTLEGGEN = "verzoek_vastleggen"
    VERZOEK_BESLISSEN = "verzoek_beslissen"
    VERWERKING_BEPERKEN = "verwerking_beperken"
    RECTIFICEREN = "rectificeren"
    RECHTENTAAK_AFRONDEN = "rechtentaak_afronden"
    INZAGE_GEVEN = "inzage_geven"
    STATUS_MELDEN = "status_melden"
    STATUSSEN_ZIEN = "statussen_zien"
    MELDINGEN_OPNEMEN = "meldingen_opnemen"
    VRIJSTELLINGEN_ZIEN = "vrijstellingen_zien"
    VRIJSTELLING_VASTLEGGEN = "vrijstelling_vastleggen"
    VRIJSTELLING_INTREKKEN = "vrijstelling_intrekken"
    BRP_AANLEVEREN = "brp_aanleveren"
    LEVERING_AANLEVEREN = "levering_aanleveren"
    LEVERINGEN_ZIEN = "leveringen_zien"
    LEVERING_BESLISSEN = "levering_beslissen"
    DUO_HERLEZEN = "duo_herlezen"
    QUARANTAINE_ZIEN = "quarantaine_zien"
    QUARANTAINE_AFHANDELEN = "quarantaine_afhandelen"


class Bevoegdheid(BaseModel):
    """Who may do one thing, and how it is looked at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    handeling: Handeling
    wat: str
    rollen: frozenset[Rol] = Field(min_length=1)
    per_gemeente: bool
    """Whether it is held against the gemeente of what it is done to."""
    leest: bool = False
    """Whether it only reads; otherwise every time is written into the audit log."""
    persoonsgegevens: bool = False
    """Whether it shows data of persons; then reading is written into the audit log too."""
    dienst: str
    """The service whose audit log it is written into."""


def laad(pad: Path = BESTAND) -> dict[Handeling, Bevoegdheid]:
    """The table; raises `ValueError` when a Handeling has no line or more than one."""
    regels = [Bevoegdheid.model_validate(r) for r in yaml.safe_load(pad.read_text(encoding="utf-8"))["bevoegdheden"]]
    found = {r.handeling: r for r in regels}
    if len(found) < len(regels) or set(found) != set(Handeling):
        raise ValueError("elke handeling hoort precies een regel te hebben in bevoegdheden.yaml")
    return found


BEVOEGDHEDEN: Final = laad()


def matrix() -> str:
    """The table of docs/toegang.md."""
    kop = "| handeling | wat | " + " | ".join(r.value for r in Rol) + " | bereik |"
    regels = [kop, "|---" * (len(Rol) + 3) + "|"]
    for b in BEVOEGDHEDEN.values():
        rollen = " | ".join("ja" if r in b.rollen else "–" for r in Rol)
        regels.append(f"| `{b.handeling}` | {b.wat} | {rollen} | {'gemeente' if b.per_gemeente else 'installatie'} |")
    return "\n".join(regels) + "\n"
