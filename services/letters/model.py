"""What a letter is: its kind, whom it is for, what it must say; nothing about paper or storage."""

from collections.abc import Iterator
from datetime import date, time
from enum import StrEnum
from typing import Annotated, NamedTuple, Self

from pydantic import Field, SecretStr, StringConstraints, model_validator

from hub.privacy import Vertrouwelijk

Tekst = Annotated[SecretStr, Field(min_length=1, max_length=300)]
Gemeentecode = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
Kenmerk = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9./-]{0,39}$")]


class Briefsoort(StrEnum):
    """The letters this service can write; the value is also the name of the template file."""

    lpa_uitnodiging_1 = "lpa_uitnodiging_1"
    lpa_uitnodiging_2 = "lpa_uitnodiging_2"
    gele_kaart = "gele_kaart"
    officiele_waarschuwing = "officiele_waarschuwing"
    brief_afspraken = "brief_afspraken"
    halt_brief = "halt_brief"


class Adressaat(StrEnum):
    """Who reads the letter; decides between "u" and the name of the jongere, never who may be written to."""

    ouders = "ouders"
    jongere = "jongere"
    ouders_en_jongere = "ouders_en_jongere"


class Geadresseerde(Vertrouwelijk):
    """Name and address as they stand in the window of the envelope, and the salutation.

    `aanhef` is the whole salutation without its comma ("Geachte heer Van Dijk"); `adresregels` are one to four lines.
    """

    naamregel: Tekst
    aanhef: Tekst
    adresregels: Annotated[tuple[Tekst, ...], Field(min_length=1, max_length=4)]
    rol: Adressaat = Adressaat.ouders


class Ondertekenaar(Vertrouwelijk):
    """The official in whose name the letter goes out."""

    naam: Tekst
    functie: Annotated[str, Field(min_length=1, max_length=100)]


class Gesprek(Vertrouwelijk):
    """A conversation: the one a letter invites to, or the one that a letter looks back on (then `datum` will do)."""

    datum: date
    tijd: time | None = None
    plaats: Tekst | None = None


class Verzuim(Vertrouwelijk):
    """The absence a letter is about, in numbers only; never its cause (GO-REL-4: reason is the melding)."""

    uren: Annotated[int, Field(ge=1)] | None = None
    aantal_te_laat: Annotated[int, Field(ge=1)] | None = None
    periode_van: date | None = None
    periode_tot: date | None = None

    @model_validator(mode="after")
    def _periode_loopt_vooruit(self) -> Self:
        if self.periode_tot is not None and (self.periode_van is None or self.periode_tot < self.periode_van):
            raise ValueError("periode_tot ligt voor periode_van, of periode_van ontbreekt")
        return self


class Brief(Vertrouwelijk):
    """Everything one letter needs.

    `gemeente` picks the huisstijl, `kenmerk` is a reference without personal data (a zaaknummer), `dagtekening` is
    the date on the letter and in the PDF, and `eerdere_brief` the date of the invitation that had no answer.
    What else must be filled in depends on the briefsoort: see `verplichte_elementen`.
    """

    briefsoort: Briefsoort
    gemeente: Gemeentecode
    kenmerk: Kenmerk
    dagtekening: date
    geadresseerde: Geadresseerde
    jongere_naam: Tekst
    ondertekenaar: Ondertekenaar
    gesprek: Gesprek | None = None
    verzuim: Verzuim = Verzuim()
    afspraken: Annotated[tuple[Tekst, ...], Field(max_length=20)] = ()
    eerdere_brief: date | None = None


class BriefOnvolledig(ValueError):
    """The letter cannot be made complete; names the missing elements, never a value."""

    def __init__(self, briefsoort: Briefsoort, elementen: tuple[str, ...]) -> None:
        super().__init__(f"{briefsoort.value} is onvolledig: {', '.join(elementen)} ontbreekt")
        self.briefsoort = briefsoort
        self.elementen = elementen


class Element(NamedTuple):
    """One thing a letter must say.

    `bron` is the rule that asks for it. `gegevens` are the fields it needs ("a|b" is one of the two); `woorden` are
    the words its passage must contain, so that a template of a gemeente may say it differently but not leave it out.
    """

    naam: str
    bron: str
    omschrijving: str
    gegevens: tuple[str, ...] = ()
    woorden: tuple[str, ...] = ()


_EIGEN = "schrijfafspraak van Schakel"
_CONTACT = Element("contact", _EIGEN, "wie u kunt bellen")
_MEENEMEN = Element("meenemen", _EIGEN, "dat u iemand mag meenemen", woorden=("meenemen",))
_GESPREK = ("gesprek", "gesprek.tijd", "gesprek.plaats")
_PV_MOGELIJK = Element(
    "pv_mogelijk",
    "GO-REL-11 (1)",
    "dat een proces-verbaal kan volgen als het verzuim aanhoudt",
    woorden=("proces-verbaal",),
)
_VERZUIM_TELT_MEE = Element(
    "verzuim_telt_mee",
    "GO-REL-11 (2)",
    "dat het verzuim van nu dan in het proces-verbaal wordt meegenomen",
    woorden=("verzuim",),
)

_ELEMENTEN: dict[Briefsoort, tuple[Element, ...]] = {
    Briefsoort.lpa_uitnodiging_1: (
        Element("aanleiding", "GO-REL-4", "de melding van de school, zonder oorzaak", woorden=("school",)),
        Element("gesprek", "GO-REL-4", "dag, tijd en plaats van het gesprek", _GESPREK),
    ),
    Briefsoort.lpa_uitnodiging_2: (
        Element("aanleiding", "GO-REL-5", "de eerste uitnodiging, zonder antwoord", ("eerdere_brief",)),
        Element("gesprek", "GO-REL-5", "dag, tijd en plaats van het gesprek", _GESPREK),
        Element("geen_reactie", "GO-REL-6", "dat wij anders met de school overleggen", woorden=("school",)),
    ),
    Briefsoort.gele_kaart: (
        Element("verzuim", "GO-LAAT-9b", "hoe vaak te laat", ("verzuim.aantal_te_laat",), ("te laat",)),
        Element("waarschuwing", "GO-LAAT-9b", "dat dit een waarschuwing is", woorden=("waarschuwing",)),
        Element("mogelijke_actie", "GO-LAAT-9b", "wat er kan volgen als het te laat komen doorgaat"),
        _PV_MOGELIJK,
        _VERZUIM_TELT_MEE,
    ),
    Briefsoort.officiele_waarschuwing: (
        Element("verzuim", "GO-REL-11", "welk verzuim", ("verzuim.uren|verzuim.aantal_te_laat",)),
        Element(
            "waarschuwing",
            "GO-REL-11",
            "dat dit een officiële waarschuwing is",
            woorden=("officiële waarschuwing",),
        ),
        _PV_MOGELIJK,
        _VERZUIM_TELT_MEE,
        Element("afspraken", "GO-REL-11", "de gemaakte afspraken", ("afspraken",)),
    ),
    Briefsoort.brief_afspraken: (
        Element("afspraken", "GO-REL-10; GEN-GESPR-2", "de gemaakte afspraken", ("afspraken",)),
        Element("geen_waarschuwing", "GO-REL-10", "dat dit geen officiële waarschuwing is", woorden=("geen",)),
    ),
    Briefsoort.halt_brief: (
        Element("verzuim", "GO-R3B-3", "welk verzuim", ("verzuim.uren|verzuim.aantal_te_laat",)),
        Element("verwijzing", "GO-R3B-8", "de verwijzing naar Halt", woorden=("Halt",)),
        Element(
            "gevolgen",
            "GO-R3B-8; GO-R3B-12",
            "wat er gebeurt als de afspraken niet worden nagekomen",
            woorden=("proces-verbaal",),
        ),
        Element("nieuw_verzuim", "GO-R3B-11", "wat er gebeurt bij nieuw verzuim", woorden=("Halt",)),
    ),
}


def verplichte_elementen(briefsoort: Briefsoort) -> tuple[Element, ...]:
    """What a letter of this kind must say, with the rule that asks for it.

    A gele kaart counts as an official warning only with both elements of GO-REL-11, so it always carries them.
    """
    return (*_ELEMENTEN[briefsoort], _CONTACT, _MEENEMEN)


def ontbrekende_elementen(brief: Brief) -> tuple[str, ...]:
    """The names of the obligatory elements for which `brief` lacks the data, in the order of the letter."""
    return tuple(
        element.naam
        for element in verplichte_elementen(brief.briefsoort)
        if not all(any(_gevuld(brief, pad) for pad in keuze.split("|")) for keuze in element.gegevens)
    )


def _gevuld(brief: Brief, pad: str) -> bool:
    waarde: object = brief
    for deel in pad.split("."):
        waarde = getattr(waarde, deel, None)
    return waarde is not None and waarde != ()


def geheime_velden(brief: Brief) -> Iterator[tuple[str, SecretStr]]:
    """Each confidential text of the letter with the name of its field: what must be readable and printable."""
    yield "geadresseerde.naamregel", brief.geadresseerde.naamregel
    yield "geadresseerde.aanhef", brief.geadresseerde.aanhef
    for nummer, regel in enumerate(brief.geadresseerde.adresregels):
        yield f"geadresseerde.adresregels.{nummer}", regel
    yield "jongere_naam", brief.jongere_naam
    yield "ondertekenaar.naam", brief.ondertekenaar.naam
    if brief.gesprek is not None and brief.gesprek.plaats is not None:
        yield "gesprek.plaats", brief.gesprek.plaats
    for nummer, afspraak in enumerate(brief.afspraken):
        yield f"afspraken.{nummer}", afspraak
