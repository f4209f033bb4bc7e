"""The looks and the contact data of each gemeente, read from a folder per gemeentecode.

A folder holds `huisstijl.yaml`, `logo.svg` and, where the gemeente words a letter its own way, `<briefsoort>.typ`.
Everything is read and checked once, at the start: an unreadable colour stops the service, not a letter.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from hub.privacy import redenen
from services.letters.model import Briefsoort

HUISSTIJLEN = Path(__file__).parent / "huisstijl"
SJABLONEN = Path(__file__).parent / "templates"
MINIMUM_TEKST = 4.5
"""Contrast of text and its background (WCAG 2.2, success criterion 1.4.3)."""
MINIMUM_VORM = 3.0
"""Contrast of a line or shape that carries meaning (WCAG 2.2, success criterion 1.4.11)."""
_WIT = "#ffffff"
_PAKKET = re.compile(r'"@')


class HuisstijlOngeldig(ValueError):
    """A huisstijl that cannot be used: names the gemeente, the field and the reason."""


class OnbekendeGemeente(LookupError):
    """There is no huisstijl for this gemeentecode."""


def _helderheid(kleur: str) -> float:
    kanalen = (int(kleur[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (k / 12.92 if k <= 0.04045 else ((k + 0.055) / 1.055) ** 2.4 for k in kanalen)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(kleur: str, andere: str) -> float:
    """The contrast ratio of two `#rrggbb` colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    licht, donker = sorted((_helderheid(kleur), _helderheid(andere)), reverse=True)
    return (licht + 0.05) / (donker + 0.05)


def _logo_zonder_verwijzing(svg: str) -> str:
    if "<svg" not in svg:
        raise ValueError("is geen SVG")
    if re.search(r"<script|<image|<text|href", svg):
        raise ValueError("het logo mag alleen uit vormen bestaan: geen script, afbeelding, tekst of verwijzing")
    return svg


Kleur = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Regel = Annotated[str, Field(min_length=1, max_length=80)]


class _Deel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Kleuren(_Deel):
    """The colours of a gemeente: `hoofd` for headings, `accent` for lines, `vlak` behind what must stand out."""

    hoofd: Kleur
    accent: Kleur
    vlak: Kleur
    tekst: Kleur = "#1a1a1a"

    @model_validator(mode="after")
    def _leesbaar(self) -> "Kleuren":
        eisen = (
            ("hoofd", self.hoofd, "wit", _WIT, MINIMUM_TEKST),
            ("hoofd", self.hoofd, "vlak", self.vlak, MINIMUM_TEKST),
            ("tekst", self.tekst, "wit", _WIT, MINIMUM_TEKST),
            ("tekst", self.tekst, "vlak", self.vlak, MINIMUM_TEKST),
            ("accent", self.accent, "wit", _WIT, MINIMUM_VORM),
        )
        for naam, kleur, grond, achtergrond, minimum in eisen:
            if contrast(kleur, achtergrond) < minimum:
                raise ValueError(f"{naam} op {grond}: het contrast is kleiner dan {minimum}")
        return self


class Contact(_Deel):
    """Whom a reader can call, write to or visit."""

    telefoon: Regel
    bereikbaar: Regel
    email: Regel
    website: Regel
    bezoekadres: Annotated[tuple[Regel, ...], Field(min_length=1, max_length=4)]
    postadres: Annotated[tuple[Regel, ...], Field(min_length=1, max_length=4)]


class Venster(_Deel):
    """Where the address stands, in mm from the top left corner of the A4 sheet.

    The defaults suit a window on the left of a DL or C5/6 envelope, with the sheet folded in three. Envelopes
    differ (NEN 1026 leaves room): check with your own before the first print run.
    """

    links: Annotated[float, Field(ge=20, le=125)] = 25
    boven: Annotated[float, Field(ge=45, le=65)] = 48
    breedte: Annotated[float, Field(ge=60, le=90)] = 80
    hoogte: Annotated[float, Field(ge=20, le=40)] = 30

    @model_validator(mode="after")
    def _past_op_papier(self) -> "Venster":
        if self.links + self.breedte > 200:
            raise ValueError("het venster loopt van het papier: links en breedte zijn samen meer dan 200 mm")
        if 60 < self.links < 110:
            raise ValueError("links is hoogstens 60 of minstens 110 mm: ernaast staan de gegevens van de afzender")
        return self


class Huisstijl(_Deel):
    """What a letter of one gemeente looks like and who stands behind it."""

    naam: Regel
    afdeling: Regel
    logo: Annotated[str, AfterValidator(_logo_zonder_verwijzing)]
    logo_alt: Annotated[str, Field(min_length=1, max_length=150)]
    kleuren: Kleuren
    contact: Contact
    venster: Venster = Venster()


class Huisstijlen:
    """All huisstijlen under one folder, and the template each gemeente uses for each briefsoort."""

    def __init__(self, folder: Path = HUISSTIJLEN, sjablonen: Path = SJABLONEN) -> None:
        """Read everything. Raises `HuisstijlOngeldig` at the first thing that is wrong."""
        self.sjablonen = sjablonen
        algemeen = _lees_sjablonen(sjablonen)
        if ontbreekt := set(Briefsoort) - set(algemeen):
            raise HuisstijlOngeldig(f"sjablonen: {', '.join(sorted(ontbreekt))} ontbreekt")
        self._huisstijlen: dict[str, Huisstijl] = {}
        self._sjablonen: dict[tuple[str, Briefsoort], str] = {}
        for plek in sorted(p for p in folder.iterdir() if p.is_dir()):
            self._huisstijlen[plek.name] = _lees_huisstijl(plek)
            for soort, bron in {**algemeen, **_lees_sjablonen(plek)}.items():
                self._sjablonen[plek.name, soort] = bron

    @property
    def gemeenten(self) -> Mapping[str, Huisstijl]:
        """The huisstijl of each gemeentecode."""
        return self._huisstijlen

    def voor(self, gemeente: str) -> Huisstijl:
        """The huisstijl of this gemeente. Raises `OnbekendeGemeente`."""
        try:
            return self._huisstijlen[gemeente]
        except KeyError:
            raise OnbekendeGemeente(f"geen huisstijl voor gemeente {gemeente}") from None

    def sjabloon(self, gemeente: str, briefsoort: Briefsoort) -> str:
        """The Typst source of this letter: that of the gemeente if it has one, else the general one."""
        self.voor(gemeente)
        return self._sjablonen[gemeente, briefsoort]


def _lees_huisstijl(plek: Path) -> Huisstijl:
    gemeente = plek.name
    if not re.fullmatch(r"[0-9]{4}", gemeente):
        raise HuisstijlOngeldig(f"{gemeente}: de naam van de map is geen gemeentecode van vier cijfers")
    try:
        gegevens: Any = yaml.safe_load((plek / "huisstijl.yaml").read_text("utf-8"))
        logo = (plek / "logo.svg").read_text("utf-8")
    except FileNotFoundError as fout:
        raise HuisstijlOngeldig(f"{gemeente}: {Path(str(fout.filename)).name} ontbreekt") from None
    except yaml.YAMLError:
        raise HuisstijlOngeldig(f"{gemeente}: huisstijl.yaml is geen geldige YAML") from None
    if not isinstance(gegevens, dict) or "logo" in gegevens:
        raise HuisstijlOngeldig(f"{gemeente}: huisstijl.yaml bevat geen velden, of een veld logo")
    try:
        return Huisstijl.model_validate({**gegevens, "logo": logo})
    except ValidationError as fout:
        reden = redenen(fout)[0]
        raise HuisstijlOngeldig(f"{gemeente}: {reden.veld}: {reden.reden}") from None


def _lees_sjablonen(plek: Path) -> dict[Briefsoort, str]:
    """The letters in this folder by briefsoort; what they share stands in `kader/`, one folder deeper."""
    gevonden = {}
    for pad in sorted(plek.glob("*.typ")):
        if pad.stem not in Briefsoort.__members__:
            raise HuisstijlOngeldig(f"{plek.name}: {pad.name} hoort bij geen briefsoort")
        bron = pad.read_text("utf-8")
        if _PAKKET.search(bron):
            raise HuisstijlOngeldig(f"{plek.name}: {pad.name} gebruikt een pakket van buiten")
        gevonden[Briefsoort(pad.stem)] = bron
    return gevonden
