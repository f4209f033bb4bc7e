"""The rules themselves, as they stand in a protocol file: `als` ... `mits` ... `tenzij` ... `dan`.

A rule comes into view when `als` is known to hold and `tenzij` is not. An outcome that is in view is still held back
by every gate (`poort`) that applies to it, and by a `mits` that is not known to hold. So permission that must be
there goes into the `tenzij` of a gate: unknown counts as missing.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from services.cases.feiten import Naam
from services.cases.regelwerk.datumwaarden import Datumwaarde
from services.cases.regelwerk.eisen import JaNee
from services.cases.regelwerk.klassewaarden import Klassewaarde
from services.cases.regelwerk.omgeving import Getal
from services.cases.regelwerk.voorwaarden import Voorwaarde
from services.cases.regelwerk.woorden import Actor, Gesloten, Verstrekkingsuitkomst

Regelsleutel = Annotated[str, StringConstraints(pattern=r"^[A-Z]+(-[A-Za-z0-9.]+)+(/[a-z0-9_]+)?$", max_length=60)]
"""The id of a rule (GO-LAAT-9a, CONV-5.1), with a part after a slash when several rules carry out the same one."""

Protocolnaam = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]*$", max_length=40)]
Rang = Literal["privacy", "leeftijd", "wet", "protocol"]
RANGEN: tuple[Rang, ...] = ("privacy", "leeftijd", "wet", "protocol")
"""Which gate speaks first, and what a region may not change: only rules of rank `protocol` can be replaced."""

Zin = Annotated[str, StringConstraints(min_length=10, max_length=400)]


class Bron(Gesloten):
    """Where it is written: a document that the file lists, and the place in it."""

    document: Naam
    paragraaf: str


class Grenswaarde(Gesloten):
    """A number, date or ladder with a name and a source; `wettelijk` means that no region may change it."""

    waarde: Getal | date | tuple[int, ...]
    eenheid: str | None = None
    wettelijk: JaNee = "nee"
    bron: Bron
    opmerking: str | None = None


class Begripdefinitie(Gesloten):
    """A condition with a name, for use in several rules."""

    betekenis: str
    voorwaarde: Voorwaarde
    bron: Bron
    opmerking: str | None = None


class Stap(Gesloten):
    """One outcome: who does it, to whom it is addressed, and the termijn by which (the name of a termijn).

    An element of `adressaten` is an adressaat or the name of a klasse that is a list of them.
    """

    uitkomst: Naam
    actor: Actor
    adressaten: tuple[Naam, ...] = ()
    termijn: Naam | None = None


class Tegenhouden(Gesloten):
    """What a gate reports, and the outcomes or groups of outcomes it holds back.

    It is reported when it holds something back that was in view, or always with `altijd_melden`.
    """

    blokkade: Naam
    houdt_tegen: tuple[Naam, ...] = ()
    altijd_melden: JaNee = "nee"

    @model_validator(mode="after")
    def _doet_iets(self) -> Self:
        if not self.houdt_tegen and self.altijd_melden == "nee":
            raise ValueError("een poort houdt iets tegen of wordt altijd gemeld")
        return self


class Indeling(Gesloten):
    """The value a klasse gets."""

    klasse: Naam
    wordt: Klassewaarde


class Dagtekening(Gesloten):
    """The day on which a termijn falls."""

    termijn: Naam
    op: Datumwaarde


class Weigeren(Gesloten):
    """The code with which a disclosure is refused as a whole, and what must be done about it.

    With `niets_over_door` it is refused when every element was left out, at least one for one of these reasons.
    """

    weigering: Naam
    niets_over_door: tuple[Naam, ...] = ()
    vereist: tuple[Naam, ...] = ()


class Weglaten(Gesloten):
    """Which of the offered elements are left out, and why.

    `elementen` are left out; of `alle_behalve` all others are, and only what such a list names can ever pass; `alle`
    leaves out whichever element the rule applies to. With `eerst_eigen_reden` the reason that belongs to an element
    in the list of words comes before `reden`. With `anoniem` what passes says nothing about who it is.
    """

    elementen: tuple[Naam, ...] = ()
    alle_behalve: tuple[Naam, ...] = ()
    alle: JaNee = "nee"
    reden: Naam
    eerst_eigen_reden: JaNee = "nee"
    anoniem: JaNee = "nee"
    vereist: tuple[Naam, ...] = ()

    @model_validator(mode="after")
    def _een_keuze(self) -> Self:
        if sum((bool(self.elementen), bool(self.alle_behalve), self.alle == "ja")) != 1:
            raise ValueError("een weglating noemt elementen, alle_behalve of alle: ja")
        return self


class Vereisen(Gesloten):
    """What must be done; `houdt_aan` holds the disclosure until then, as a whole or what is left of it.

    Without `houdt_aan` it is asked with every outcome, or with those of `bij`.
    """

    vereist: Annotated[tuple[Naam, ...], Field(min_length=1)]
    houdt_aan: Literal["alles", "wat_overblijft"] | None = None
    bij: tuple[Verstrekkingsuitkomst, ...] = ()

    @model_validator(mode="after")
    def _een_moment(self) -> Self:
        if self.houdt_aan and self.bij:
            raise ValueError("bij past niet naast houdt_aan")
        return self


class _Regel(Gesloten):
    id: Regelsleutel
    rang: Rang = "protocol"
    als: Voorwaarde | None = None
    tenzij: Voorwaarde | None = None
    vlaggen: tuple[Naam, ...] = ()
    waarom: Zin
    bron: Bron
    opmerking: str | None = None
    vervangt: tuple[Regelsleutel, ...] = ()

    @property
    def regel(self) -> str:
        """The id as the rules know it, without our own part after the slash."""
        return self.id.partition("/")[0]


class Uitkomstregel(_Regel):
    """Brings outcomes into view. `mens_beslist` marks a taak whose result depends on human judgement."""

    soort: Literal["taak", "voorstel"]
    mits: Voorwaarde | None = None
    dan: tuple[Stap, ...] | Stap
    mens_beslist: JaNee = "nee"

    @property
    def stappen(self) -> tuple[Stap, ...]:
        """The outcomes, always as a tuple."""
        return self.dan if isinstance(self.dan, tuple) else (self.dan,)


class Poortregel(_Regel):
    """Holds outcomes back and says so."""

    soort: Literal["poort"]
    dan: Tegenhouden


class Klasseregel(_Regel):
    """Derives a value, or only raises flags. For one klasse the first rule that applies wins; a region goes first."""

    soort: Literal["classificatie"]
    dan: Indeling | None = None

    @model_validator(mode="after")
    def _doet_iets(self) -> Self:
        if self.dan is None and not self.vlaggen:
            raise ValueError("een classificatie geeft een klasse of zet een vlag")
        return self


class Termijnregel(_Regel):
    """Derives a date. For one termijn the first rule that applies wins; a region goes first."""

    soort: Literal["termijn"]
    dan: Dagtekening


class Weigeringsregel(_Regel):
    """Refuses a disclosure as a whole; the first that applies speaks: by rank, then in the order of the file."""

    soort: Literal["weigering"]
    dan: Weigeren


class Weglatingsregel(_Regel):
    """Leaves elements out; judged for each one, and the first that applies gives the reason, ordered likewise."""

    soort: Literal["weglating"]
    dan: Weglaten


class Vereisteregel(_Regel):
    """Says what must be done before or with a disclosure."""

    soort: Literal["vereiste"]
    dan: Vereisen


Regel = Annotated[
    Uitkomstregel | Poortregel | Klasseregel | Termijnregel | Weigeringsregel | Weglatingsregel | Vereisteregel,
    Field(discriminator="soort"),
]


class Vervallen(Gesloten):
    """A rule of the protocol this one builds on that does not apply here."""

    regel: Regelsleutel
    reden: str
    bron: Bron


class Protocoldeel(Gesloten):
    """One subject of a protocol that is spread over several files."""

    onderwerp: str
    opmerking: str | None = None
    waarden: dict[Naam, Grenswaarde] = Field(default_factory=dict)
    begrippen: dict[Naam, Begripdefinitie] = Field(default_factory=dict)
    vervallen: tuple[Vervallen, ...] = ()
    regels: tuple[Regel, ...] = ()


class Protocolbestand(Gesloten):
    """One protocol from one date on. A region writes down only what differs from what it builds on."""

    protocol: Protocolnaam
    titel: str
    geldig_vanaf: date
    bouwt_op: Protocolnaam | None = None
    opmerking: str | None = None
    documenten: Annotated[dict[Naam, str], Field(min_length=1)]
    waarden: dict[Naam, Grenswaarde] = Field(default_factory=dict)
    begrippen: dict[Naam, Begripdefinitie] = Field(default_factory=dict)
    vervallen: tuple[Vervallen, ...] = ()
    regels: tuple[Regel, ...] = ()

    def met(self, deel: Protocoldeel) -> Self:
        """The protocol with one subject more."""
        return self.model_copy(
            update={
                "waarden": self.waarden | deel.waarden,
                "begrippen": self.begrippen | deel.begrippen,
                "vervallen": self.vervallen + deel.vervallen,
                "regels": self.regels + deel.regels,
            }
        )
