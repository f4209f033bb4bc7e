"""What the Register Onderwijsdeelnemers tells a gemeente about absence, and what the gemeente says back.

`Verzuimgeval` is one melding in one version: DUO repeats the whole melding after every change, and the pair
(meldingsnummer, laatste_mutatie) names the version. Fields follow the annex of the Besluit Verzuimmelding
(BWBR0027085) and the document types DC0011 and Mutatie of DUO's webservice; bounds on text are those a school package
used for the same service. The free text of a school may hold health or criminal data (Wet register
onderwijsdeelnemers art. 11 lid 2), so it is secret and stays inside this service.
"""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    Field,
    NaiveDatetime,
    SecretStr,
    Strict,
    StrictBool,
    StrictInt,
    ValidationInfo,
    field_validator,
)

from contracts.codes import MeldingStatus, Verzuimsoort
from hub.privacy import Bsn, Vertrouwelijk

# Patterns are spelled with [0-9]: \d would also accept digits of other scripts.
Meldingsnummer = Annotated[str, Field(pattern=r"^[0-9]{1,18}$")]
Gemeentecode = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
Uitvoerder = Annotated[str, Field(pattern=r"^00[0-9]{4}$")]
Brin = Annotated[str, Field(pattern=r"^[0-9]{2}[A-Z]{2}$")]
DagT = TypeVar("DagT", bound=date)
_JAREN = range(1990, 2101)


def _denkbaar(waarde: DagT) -> DagT:
    if waarde.year not in _JAREN:
        raise ValueError(f"ligt buiten de jaren {_JAREN[0]} tot en met {_JAREN[-1]}")
    return waarde


def bruikbaar(stempel: datetime | None) -> datetime | None:
    """A mutation stamp that a cursor may go on from; None when it lies in a year no melding can be of."""
    return stempel if stempel is not None and stempel.year in _JAREN else None


Datum = Annotated[date, Strict(), AfterValidator(_denkbaar)]
"""A day in the years 1990 to 2100: beyond it, arithmetic with terms has no meaning or no outcome."""
Stempel = Annotated[NaiveDatetime, Strict(), AfterValidator(_denkbaar)]
"""Dutch local time without a zone, to the millisecond, exactly as DUO gave it; in the years 1990 to 2100."""

Tekst40 = Annotated[str, Field(max_length=40)]
Tekst100 = Annotated[str, Field(max_length=100)]
Geheim20 = Annotated[SecretStr, Field(max_length=20)]
Geheim60 = Annotated[SecretStr, Field(max_length=60)]
Geheim100 = Annotated[SecretStr, Field(max_length=100)]
Geheim200 = Annotated[SecretStr, Field(max_length=200)]
Geheim4000 = Annotated[SecretStr, Field(max_length=4000)]


def _negen_cijfers(waarde: SecretStr) -> SecretStr:
    if re.fullmatch(r"[0-9]{9}", waarde.get_secret_value()) is None:
        raise ValueError("telt geen negen cijfers")
    return waarde


Onderwijsnummer = Annotated[SecretStr, AfterValidator(_negen_cijfers)]


class SoortOpleiding(StrEnum):
    """Sector of the education followed (element SoortOpleiding of DUO's webservice v2)."""

    VOORTGEZET_ONDERWIJS = "VO"
    BEROEPSONDERWIJS_EN_VOLWASSENENEDUCATIE = "BVE"


class VormOpleiding(StrEnum):
    """Full time or part time (element VormOpleiding of DUO's webservice v2)."""

    VOLTIJD = "VT"
    DEELTIJD = "DT"


class RedenMeldingAfgesloten(StrEnum):
    """Why the gemeente closes a melding: the seven reasons in the annex of the Besluit Verzuimmelding (BWBR0027085)."""

    OPLEIDING_HERVAT = "opleiding_hervat"
    INSCHRIJVING_BEEINDIGD_ANDERE_OPLEIDING = "inschrijving_beeindigd_andere_opleiding"
    INSCHRIJVING_BEEINDIGD_WERK = "inschrijving_beeindigd_werk"
    INSCHRIJVING_BEEINDIGD_OVERIGE_REDENEN = "inschrijving_beeindigd_overige_redenen"
    LEERLING_OVERLEDEN = "leerling_overleden"
    GEEN_VERZUIM_LANGDURIG_ZIEK = "geen_verzuim_langdurig_ziek"
    GEEN_VERZUIM_LEGITIEM_AFWEZIG = "geen_verzuim_legitiem_afwezig"


class ToelichtingAfsluiting(StrEnum):
    """What the gemeente did when it closes a melding: the three choices in the same annex (BWBR0027085)."""

    LEERLING_GEZIEN = "leerling_gezien_door_gemeente"
    ACTIE_ONDERNOMEN = "er_wordt_actie_ondernomen"
    GEEN_ACTIE_MEER = "er_loopt_geen_actie_meer"


class Kanaal(StrEnum):
    """How a melding reached us; only a melding of DUO gets a status back."""

    DUO = "duo"
    SCHOOL = "school"


EIGEN_NUMMER = re.compile(r"9[0-9]{17}")
"""Meldingsnummers we give out ourselves; DUO counts, and is nowhere near eighteen digits (assumption)."""
INGETROKKEN_BIJ_VRIJSTELLING = "V"
"""The one code of RedenIngetrokken that is known; formerly in RedenMeldingAfgesloten with status G."""

FINAL = frozenset(
    {
        MeldingStatus.INGETROKKEN,
        MeldingStatus.AFGESLOTEN,
        MeldingStatus.TER_KENNISGEVING,
        MeldingStatus.OVERGEDRAGEN,
    }
)
"""In these a melding needs no status of the gemeente any more."""


class Verzuimdag(Vertrouwelijk):
    """Absence on one day: the whole day, or a number of lesuren (1 to 12)."""

    datum: Datum
    hele_dag: StrictBool
    lesuren: Annotated[StrictInt, Field(ge=1, le=12)] | None = Field(default=None, validate_default=True)

    @field_validator("lesuren")
    @classmethod
    def _deel_van_een_dag_telt_lesuren(cls, waarde: int | None, info: ValidationInfo) -> int | None:
        if waarde is None and info.data.get("hele_dag") is False:
            raise ValueError("ontbreekt terwijl de dag geen hele dag is")
        return waarde


class School(Vertrouwelijk):
    """The school that reports; a vestiging was not part of version 2 of the webservice."""

    brin: Brin
    vestiging: Annotated[str, Field(pattern=r"^[0-9]{2}$")] | None = None
    leslocatienaam: Tekst100 | None = None


class Onderwijsdeelname(Vertrouwelijk):
    """The education the jongere follows, as far as the school filled it in."""

    leerjaar: Annotated[str, Field(max_length=10)] | None = None
    niveau: Annotated[str, Field(max_length=10)] | None = None
    naam_opleiding: Tekst40 | None = None
    leerweg: Tekst40 | None = None
    soort: SoortOpleiding | None = None
    vorm: VormOpleiding | None = None


class Melder(Vertrouwelijk):
    """Who at the school reported. Only the name is indispensable to us; the school may leave the rest out."""

    naam: Geheim100
    functie: Geheim60 | None = None
    telefoon: Geheim20 | None = None
    email: Geheim100 | None = None


class AfwijkendAdres(Vertrouwelijk):
    """An address of the jongere that differs from the BRP, in the school's words."""

    straatnaam: Geheim100 | None = None
    huisnummer: Geheim20 | None = None
    huisletter: Geheim20 | None = None
    huisnummer_toevoeging: Geheim20 | None = None
    postcode: Geheim20 | None = None
    plaatsnaam: Geheim100 | None = None
    aanduiding_locatie: Geheim100 | None = None


class Verzuimgeval(Vertrouwelijk):
    """One verzuimmelding in one version (DC0011 Verzuimgeval).

    `reden_ingetrokken`, `reden_melding_afgesloten` and `toelichting_afsluiting` are kept as the raw code: their
    lists are not published (known: V = vrijstelling). `overnemende_partij` only comes with old meldingen (status D).
    """

    bsn: Bsn | None = None
    onderwijsnummer: Onderwijsnummer | None = Field(default=None, validate_default=True)
    meldingsnummer: Meldingsnummer
    laatste_mutatie: Stempel
    status: MeldingStatus
    reden_ingetrokken: Annotated[str, Field(max_length=4)] | None = None
    reden_melding_afgesloten: Annotated[str, Field(max_length=4)] | None = None
    toelichting_afsluiting: Annotated[str, Field(max_length=4)] | None = None
    overnemende_partij: Geheim100 | None = None
    andere_overnemende_partij: Geheim100 | None = None
    verzuimsoort: Verzuimsoort
    begindatum: Datum
    einddatum: Datum | None = None
    vermoedelijke_reden: Geheim200
    alle_lessen_gemist: StrictBool
    actie_gemeente_gewenst: StrictBool
    ondernomen_actie: Geheim4000 | None = None
    toelichting: Geheim4000 | None = Field(default=None, validate_default=True)
    verzuimdagen: tuple[Verzuimdag, ...] = ()
    school: School
    onderwijsdeelname: Onderwijsdeelname | None = None
    melder: Melder
    telefoon_leerling_of_ouder: Geheim20 | None = None
    afwijkend_adres: AfwijkendAdres | None = None
    meld_datum_tijd: Stempel
    ontvangende_gemeente: Gemeentecode
    uitvoerder_vsv: Uitvoerder

    @field_validator("onderwijsnummer")
    @classmethod
    def _bsn_of_onderwijsnummer(cls, waarde: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if waarde is None and info.data.get("bsn", "") is None:
            raise ValueError("BSN en onderwijsnummer ontbreken allebei")
        return waarde

    @field_validator("einddatum")
    @classmethod
    def _einde_niet_voor_begin(cls, waarde: date | None, info: ValidationInfo) -> date | None:
        begin = info.data.get("begindatum")
        if waarde is not None and begin is not None and waarde < begin:
            raise ValueError("ligt voor de begindatum")
        return waarde

    @field_validator("toelichting")
    @classmethod
    def _geen_actie_vraagt_toelichting(cls, waarde: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("actie_gemeente_gewenst") is False and not (waarde and waarde.get_secret_value().strip()):
            raise ValueError("ontbreekt terwijl geen actie van de gemeente is gewenst")
        return waarde

    @field_validator("verzuimdagen")
    @classmethod
    def _hele_dag_niet_dubbel(cls, waarde: tuple[Verzuimdag, ...]) -> tuple[Verzuimdag, ...]:
        hele = [dag.datum for dag in waarde if dag.hele_dag]
        if len(hele) != len(set(hele)):
            raise ValueError("dezelfde hele dag staat er twee keer in")
        return waarde

    @property
    def is_ingetrokken(self) -> bool:
        """Withdrawn by the school or by DUO; before the letter I, DUO closed (G) with the reason vrijstelling."""
        closed = self.status is MeldingStatus.AFGESLOTEN
        return self.status is MeldingStatus.INGETROKKEN or (
            closed and self.reden_melding_afgesloten == INGETROKKEN_BIJ_VRIJSTELLING
        )

    @property
    def reden_van_intrekking(self) -> str | None:
        """DUO's code of a withdrawal, wherever it stands; a school withdraws without one."""
        withdrawn = self.status is MeldingStatus.INGETROKKEN
        return self.reden_ingetrokken if withdrawn else self.reden_melding_afgesloten

    @property
    def lesuren_totaal(self) -> int:
        """Sum of the lesuren on days that were not missed as a whole; whole days count in `hele_dagen` only."""
        return sum(dag.lesuren or 0 for dag in self.verzuimdagen if not dag.hele_dag)

    @property
    def hele_dagen(self) -> int:
        """Number of days that were missed as a whole."""
        return sum(dag.hele_dag for dag in self.verzuimdagen)


class Contactpersoon(Vertrouwelijk):
    """The official the school may turn to; DUO passes it on (Besluit Verzuimmelding, annex)."""

    naam: Geheim100
    functie: Geheim60
    telefoon: Geheim20
    email: Geheim100


class Statusterugmelding(Vertrouwelijk):
    """The status of the treatment, which the gemeente reports each time (Leerplichtwet 1969 art. 21a lid 6).

    `laatste_mutatie` is the version we have seen: DUO refuses the message when the melding has changed since.
    """

    meldingsnummer: Meldingsnummer
    laatste_mutatie: Stempel
    status: MeldingStatus
    reden_melding_afgesloten: RedenMeldingAfgesloten | None = Field(default=None, validate_default=True)
    toelichting_afsluiting: ToelichtingAfsluiting | None = Field(default=None, validate_default=True)
    contactpersoon: Contactpersoon

    @field_validator("status")
    @classmethod
    def _status_van_de_gemeente(cls, waarde: MeldingStatus) -> MeldingStatus:
        if waarde not in (MeldingStatus.IN_BEHANDELING, MeldingStatus.AFGESLOTEN, MeldingStatus.TER_KENNISGEVING):
            raise ValueError("een gemeente meldt alleen B, G of K terug")
        return waarde

    @field_validator("reden_melding_afgesloten", "toelichting_afsluiting")
    @classmethod
    def _alleen_en_altijd_bij_afsluiten(cls, waarde: StrEnum | None, info: ValidationInfo) -> StrEnum | None:
        status = info.data.get("status")
        if status is MeldingStatus.AFGESLOTEN and waarde is None:
            raise ValueError("ontbreekt terwijl de melding wordt afgesloten")
        if status not in (None, MeldingStatus.AFGESLOTEN) and waarde is not None:
            raise ValueError("hoort alleen bij een melding die wordt afgesloten")
        return waarde


_KEER = r"(?:x|×|keer|maal)"
_EINDE = r"(?=[ ]?[.,;:!)]|$)"
_TE_LAAT = re.compile(
    rf"\b(?P<voor>[0-9]{{1,3}}) ?{_KEER} te laat(?: gekomen| geweest| op school| in de les| in de klas)?{_EINDE}"
    rf"|\bte laat(?: gekomen| geweest)?[ :]*\(?(?P<na>[0-9]{{1,3}}) ?{_KEER}{_EINDE}"
)
_TWIJFEL = re.compile(
    r"\b(?:niet|geen|nooit|meer|minder|bijna|ongeveer|circa|ca|ruim|minstens|minimaal|tenminste|minste|maximaal"
    r"|hooguit|hoogstens|zeker|of|tot|waarvan|gemiddeld|per|elke|iedere|mogelijk|misschien|vermoedelijk|geschat"
    r"|geoorloofd|vorig|vorige)\b|\?|[+~<>±/-]"
)


def aantal_te_laat_uit_reden(reden: SecretStr) -> int | None:
    """The number of times late when the school's free text literally says so, else None.

    DUO has no field for this count, so reading it is our inference, and it is meant to be timid: the text must hold
    exactly one number, directly attached to "te laat" ("12 keer te laat", "9x te laat", "te laat (13x)"), and no word
    or sign that makes the number doubtful ("ongeveer", "of", "niet", "waarvan", "9-12"). Only the count leaves the
    service, never the text.
    """
    tekst = re.sub(r"\s+", " ", reden.get_secret_value()).strip().casefold()
    treffers = list(_TE_LAAT.finditer(tekst))
    if len(treffers) != 1 or len(re.findall(r"\d+", tekst)) != 1 or _TWIJFEL.search(tekst):
        return None
    aantal = int(treffers[0]["voor"] or treffers[0]["na"])
    return aantal if aantal > 0 else None
