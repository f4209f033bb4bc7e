"""Column maps: which column of a file is which of our fields, as data, per layout and from which day it holds.

A map is a YAML file in `kaarten/` or in the folder of SCHAKEL_DUO_KAARTEN (one of the same `naam` there replaces ours).
For each file the newest map is taken that fits its name, its day and its header. DUO publishes no record layouts, so
`aanname: true` stands in ours.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from contracts.codes import Onderwijssoort, Vrijstellingsoort
from hub.errors import Ongeldig
from hub.privacy import redenen
from services.ingest_duo.leveringen.model import BestandGeweigerd, Bestandsnaam, Leveringsoort, Mutatiesoort

EIGEN: Final = Path(__file__).parent / "kaarten"
CODES: Final[Mapping[str, frozenset[object]]] = {
    "mutatiesoort": frozenset(Mutatiesoort),
    "onderwijssoort": frozenset(Onderwijssoort),
    "vrijstellingsoort": frozenset(Vrijstellingsoort),
    "startkwalificatie": frozenset({True, False}),
    "vsv": frozenset({True, False}),
}
"""Fields that hold a code, and what a code list may map to."""
DATUMS: Final = frozenset(
    {"begindatum", "einddatum", "startkwalificatie_op", "vrijstelling_begin", "vrijstelling_einde"}
)
VELDEN: Final = DATUMS | frozenset(CODES) | {
    "bsn", "onderwijsnummer", "gemeente", "brin", "vestiging", "brin_vestiging", "niveau", "volgnummer",
}  # fmt: skip
"""Everything we read of a row; `brin_vestiging` is both in one column of six characters."""
_MAX_KOP = 10_000
_CODERINGEN = ("utf-8", "windows-1252", "iso-8859-1", "iso-8859-15", "ascii")


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error:
        raise ValueError("is geen reguliere expressie") from None
    return text


class Kolom(BaseModel):
    """One column of the file; without `veld` it is not read. `van` and `tot` (1 is the first) for fixed widths."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kolom: str = Field(min_length=1, max_length=60)
    veld: str | None = None
    verplicht: bool = False
    van: int | None = Field(default=None, ge=1)
    tot: int | None = Field(default=None, ge=1)


class Gescheiden(BaseModel):
    """Fields with a sign between them; with `kop` the first line names the columns, in any order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    teken: str = Field(default=";", min_length=1, max_length=1)
    kop: bool = True
    aanhaling: str | None = Field(default=None, min_length=1, max_length=1)


class Vast(BaseModel):
    """Fields at fixed positions in lines of `lengte` characters; with `kop` the first line is skipped."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lengte: int = Field(ge=1, le=_MAX_KOP)
    kop: bool = False


class Kaart(BaseModel):
    """One layout."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    naam: str = Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")
    soort: Leveringsoort
    geldig_vanaf: date
    aanname: bool = False
    bron: str
    bestandsnaam: Annotated[str, AfterValidator(_regex)]
    voorbeeldnaam: str
    codering: str = "utf-8"
    gescheiden: Gescheiden | None = None
    vast: Vast | None = None
    datumvorm: str = "%Y%m%d"
    datum_leeg: tuple[str, ...] = ()
    kolommen: tuple[Kolom, ...]
    codes: dict[str, dict[str, str | bool]] = {}

    @model_validator(mode="after")
    def _hangt_samen(self) -> "Kaart":
        for wrong in _problemen(self):
            raise ValueError(wrong)
        return self

    @cached_property
    def velden(self) -> dict[str, Kolom]:
        """The columns we read, by field."""
        return {k.veld: k for k in self.kolommen if k.veld is not None}

    @property
    def heeft_kop(self) -> bool:
        """Whether the first line names or announces the columns."""
        return (self.gescheiden or self.vast or Gescheiden()).kop

    def lees_naam(self, bestandsnaam: str) -> Bestandsnaam | None:
        """What the name of a file tells; None when it is not a name of this layout."""
        found = re.fullmatch(self.bestandsnaam, bestandsnaam)
        if found is None:
            return None
        parts = found.groupdict()
        try:
            peildatum = date.fromisoformat(parts["peildatum"])
        except ValueError:
            return None
        return Bestandsnaam(peildatum, parts.get("niveau") or "G", parts.get("code") or "0000")

    def kolomvolgorde(self, kop: str | None) -> list[str] | None:
        """The columns in the order of the file; None when the header is not one of this layout."""
        eigen = [k.kolom for k in self.kolommen]
        if kop is None or self.vast is not None or self.gescheiden is None or not self.gescheiden.kop:
            return eigen
        aanhaling = self.gescheiden.aanhaling or ""
        gelezen = [deel.strip().strip(aanhaling or None) for deel in kop.split(self.gescheiden.teken)]
        return gelezen if sorted(gelezen) == sorted(eigen) else None


class Keuze(NamedTuple):
    """The layout of a file, what its name tells (None when that was not asked), and the order of its columns."""

    kaart: Kaart
    naam: Bestandsnaam | None
    kolommen: list[str]


def laad_kaarten(map_: Path | None = None) -> list[Kaart]:
    """Our maps and those in the folder of the installation; `Ongeldig` names the file and field that is wrong."""
    found: dict[str, Kaart] = {}
    for folder in [EIGEN, *([map_] if map_ else [])]:
        for path in sorted(folder.glob("*.yaml")):
            kaart = _laad(path)
            found[kaart.naam] = kaart
    return sorted(found.values(), key=lambda k: (k.soort, k.geldig_vanaf, k.naam))


def kies(
    kaarten: Iterable[Kaart],
    bestandsnaam: str,
    begin: bytes,
    *,
    soort: str | None = None,
    kaart: str | None = None,
    naam_verplicht: bool = True,
) -> Keuze:
    """The layout of a file whose first bytes are `begin`; raises `BestandGeweigerd` when none fits.

    Without `naam_verplicht` the header alone may decide: for looking at a file, not for taking it in.
    """
    mogelijk = [k for k in kaarten if soort in (None, k.soort) and kaart in (None, k.naam)]
    if not mogelijk:
        raise BestandGeweigerd("kaart", "opdracht", "er is geen kolomkaart met deze naam en soort")
    genoemd = [(k, n) for k in mogelijk if (n := k.lees_naam(bestandsnaam)) is not None]
    if not genoemd and naam_verplicht:
        voorbeelden = ", ".join(sorted({k.voorbeeldnaam for k in mogelijk}))
        raise BestandGeweigerd("bestandsnaam", "naam", f"past bij geen kolomkaart; verwacht iets als {voorbeelden}")
    geldig: list[tuple[Kaart, Bestandsnaam | None]] = [(k, n) for k, n in genoemd if k.geldig_vanaf <= n.peildatum]
    if genoemd and not geldig:
        raise BestandGeweigerd("bestandsnaam", "naam", "de datum ligt voor de eerste dag van elke kolomkaart")
    kandidaten = geldig or [(k, None) for k in mogelijk]
    for k, n in sorted(kandidaten, key=lambda kn: kn[0].geldig_vanaf, reverse=True):
        kolommen = _volgorde(k, begin)
        if kolommen is not None:
            return Keuze(k, n, kolommen)
    raise _geen_past([k for k, _ in kandidaten], begin)


def _volgorde(kaart: Kaart, begin: bytes) -> list[str] | None:
    kop = _eerste_regel(begin, kaart.codering) if kaart.heeft_kop else None
    return None if kaart.heeft_kop and kop is None else kaart.kolomvolgorde(kop)


def _eerste_regel(begin: bytes, codering: str) -> str | None:
    regel, einde, _ = begin[:_MAX_KOP].partition(b"\n")
    if not einde:
        return None
    try:
        return regel.decode("utf-8-sig" if codering == "utf-8" else codering).removesuffix("\r")
    except UnicodeDecodeError:
        return None


def _geen_past(kaarten: list[Kaart], begin: bytes) -> BestandGeweigerd:
    """Why the header fits no layout; names only columns we expected, for the first line may be one with data."""
    if not begin:
        return BestandGeweigerd("bestand", "rij 1", "het bestand is leeg")
    kaart = max(kaarten, key=lambda k: k.geldig_vanaf)
    kop = _eerste_regel(begin, kaart.codering)
    if kop is None:
        reden = f"er is geen kopregel die als {kaart.codering} te lezen is"
        return BestandGeweigerd("codering" if b"\n" in begin[:_MAX_KOP] else "kopregel", "rij 1", reden)
    teken = kaart.gescheiden.teken if kaart.gescheiden else ";"
    gelezen = [deel.strip().strip('"') for deel in kop.split(teken)]
    verwacht = [k.kolom for k in kaart.kolommen]
    ontbreekt = [k for k in verwacht if k not in gelezen]
    dubbel = sorted({k for k in verwacht if gelezen.count(k) > 1})
    vreemd = sum(k not in verwacht for k in gelezen)
    delen = [
        *([f"kolommen ontbreken: {', '.join(ontbreekt)}"] if ontbreekt else []),
        *([f"kolommen staan er twee keer: {', '.join(dubbel)}"] if dubbel else []),
        *([f"onbekende kolommen: {vreemd}"] if vreemd else []),
    ]
    return BestandGeweigerd("kopregel", "rij 1", f"past niet bij {kaart.naam}; {'; '.join(delen)}")


def _laad(path: Path) -> Kaart:
    try:
        return Kaart.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        wrong = redenen(error)[0]
        raise Ongeldig(f"{wrong.veld}: {wrong.reden}", f"kolomkaart {path.name}") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise Ongeldig("is geen leesbare YAML", f"kolomkaart {path.name}") from None


def _problemen(kaart: Kaart) -> Iterable[str]:
    namen = [k.kolom for k in kaart.kolommen]
    velden = [k.veld for k in kaart.kolommen if k.veld is not None]
    if (kaart.gescheiden is None) == (kaart.vast is None):
        yield "geef gescheiden of vast, een van beide"
    if kaart.codering not in _CODERINGEN:
        yield f"codering: kies uit {', '.join(_CODERINGEN)}"
    if len(set(namen)) < len(namen) or len(set(velden)) < len(velden):
        yield "een kolom of veld staat er twee keer in"
    if onbekend := set(velden) - VELDEN:
        yield f"onbekende velden: {', '.join(sorted(onbekend))}"
    if not {"bsn", "onderwijsnummer"} & set(velden):
        yield "bsn en onderwijsnummer ontbreken allebei"
    if kaart.soort is Leveringsoort.P and "mutatiesoort" not in velden:
        yield "een P-levering heeft een kolom met veld mutatiesoort"
    if "peildatum" not in re.compile(kaart.bestandsnaam).groupindex:
        yield "bestandsnaam mist de groep peildatum"
    if kaart.vast and any(
        k.van is None or k.tot is None or not k.van <= k.tot <= kaart.vast.lengte for k in kaart.kolommen
    ):
        yield "elke kolom heeft van en tot binnen de lengte"
    if kaart.lees_naam(kaart.voorbeeldnaam) is None:
        yield "voorbeeldnaam past niet bij bestandsnaam"
    for veld in sorted(CODES.keys() & set(velden)):
        if veld not in kaart.codes:
            yield f"codelijst van {veld} ontbreekt"
        elif vreemd := set(kaart.codes[veld].values()) - CODES[veld]:
            yield f"codelijst van {veld}: onbekend is {', '.join(sorted(map(str, vreemd)))}"
