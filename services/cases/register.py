"""The inschrijvingsregister: where a jongere lives, at which schools, with which vrijstelling; and what was signalled.

One blad per jongere. Of the person it holds the month of birth in the clear, because a question about everybody at
once cannot open 2.5 million seals; the day itself stays sealed in the dossier.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from contracts.codes import Onderwijssoort, Vrijstellingsoort
from contracts.events.verzuim import (
    InschrijvingGewijzigd,
    InschrijvingVervallen,
    StartkwalificatieGewijzigd,
    VrijstellingGewijzigd,
)


class Uit(StrEnum):
    """Why nobody looks for an inschrijving of this jongere any more."""

    OVERLEDEN = "overleden"
    VERTROKKEN = "vertrokken"
    AFGEVOERD = "afgevoerd"
    OPGEGAAN = "opgegaan"


class Signaalstatus(StrEnum):
    """Where a signal is; `verklaard` and `bevestigd` are its ends."""

    GESIGNALEERD = "gesignaleerd"
    TE_CONTROLEREN = "te_controleren"
    VERKLAARD = "verklaard"
    BEVESTIGD = "bevestigd"


OPEN = frozenset({Signaalstatus.GESIGNALEERD, Signaalstatus.TE_CONTROLEREN})


class Uitkomst(StrEnum):
    """How a signal ended."""

    INSCHRIJVING_GEVONDEN = "inschrijving_gevonden"
    ADMINISTRATIEVE_FOUT = "administratieve_fout"
    VRIJSTELLING = "vrijstelling"
    VERTROKKEN = "vertrokken"
    OVERLEDEN = "overleden"
    PLICHT_GEEINDIGD = "plicht_geeindigd"
    SAMENGEVOEGD = "samengevoegd"
    ZAAK = "zaak"


class Reden(StrEnum):
    """What the absence of an inschrijving began with."""

    UITGESCHREVEN = "uitgeschreven_zonder_nieuwe_school"
    VRIJSTELLING_GEEINDIGD = "vrijstelling_geeindigd_zonder_school"
    GEVESTIGD = "in_de_regio_gekomen_zonder_school"
    PLICHT_BEGONNEN = "plicht_begonnen_zonder_school"


class Oorzaak(StrEnum):
    """What administratie looks at first, because it explains most such signals."""

    LEVERING_TE_LAAT = "levering_te_laat"
    UITSCHRIJVING_RECENT = "uitschrijving_recent"
    NIET_BEKOSTIGDE_SCHOOL = "niet_bekostigde_school"
    SCHOOL_BUITEN_ROD = "school_buiten_rod"
    ONBEKEND = "onbekend"


@dataclass(frozen=True, slots=True)
class Inschrijving:
    """At one school, from `van` up to and including `tot` (None: not ended); `gehoord` is when we heard it last.

    One that was `overgenomen` came with a jongere_id that is used no more, until it is told under the one that remains.
    """

    brin: str
    vestiging: str | None
    soort: Onderwijssoort
    niveau: str | None
    van: date
    tot: date | None
    gehoord: date
    overgenomen: bool = False

    def op(self, dag: date) -> bool:
        """Whether it holds on a day."""
        return self.van <= dag and (self.tot is None or dag <= self.tot)


@dataclass(frozen=True, slots=True)
class Vrijstelling:
    """Or vervangende leerplicht, from `van` up to and including `tot` (None: not ended)."""

    soort: Vrijstellingsoort
    van: date
    tot: date | None
    overgenomen: bool = False

    def op(self, dag: date) -> bool:
        """Whether it holds on a day."""
        return self.van <= dag and (self.tot is None or dag <= self.tot)


@dataclass(frozen=True, slots=True)
class Signaal:
    """That a resident under the duty has no inschrijving since `sinds`, and what became of that."""

    gemeente: str
    reden: Reden
    sinds: date
    peildatum: date
    oorzaak: Oorzaak
    status: Signaalstatus
    gewijzigd_op: datetime
    brin: str | None = None
    uitkomst: Uitkomst | None = None
    medewerker: str | None = None
    zaak_id: UUID | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to find out."""
        return self.status in OPEN


@dataclass(frozen=True, slots=True)
class Registerblad:
    """All of one jongere.

    `gemeente` is that of residence when it is one of this installation, else None; `sinds` the day from which the
    jongere lives in the region as far as we know; `startkwalificatie` the day from which there is one.
    """

    gemeente: str | None = None
    geboortemaand: date | None = None
    sinds: date | None = None
    startkwalificatie: date | None = None
    uit: Uit | None = None
    opgegaan_in: UUID | None = None
    inschrijvingen: Mapping[UUID, Inschrijving] = field(default_factory=dict)
    vrijstellingen: Mapping[UUID, Vrijstelling] = field(default_factory=dict)
    signalen: Mapping[UUID, Signaal] = field(default_factory=dict)

    @property
    def woont_hier(self) -> bool:
        """Whether an inschrijving is looked for at all."""
        return self.gemeente is not None and self.uit is None

    def met_geboorte(self, geboortedatum: date | None) -> "Registerblad":
        """The same blad with the month of this day of birth."""
        maand = geboortedatum.replace(day=1) if geboortedatum is not None else None
        return self if maand == self.geboortemaand else replace(self, geboortemaand=maand)

    def ingeschreven(self, dag: date) -> bool:
        """Whether an inschrijving holds on a day."""
        return any(i.op(dag) for i in self.inschrijvingen.values())

    def lopende_vrijstellingen(self, dag: date) -> list[Vrijstelling]:
        """Those that hold on a day, that of the longest standing first."""
        return sorted((v for v in self.vrijstellingen.values() if v.op(dag)), key=lambda v: v.van)

    def laatste_inschrijving(self, dag: date) -> Inschrijving | None:
        """The one that ended last before a day."""
        ended = [(i.tot, i) for i in self.inschrijvingen.values() if i.tot is not None and i.tot < dag]
        return max(ended, key=lambda e: e[0])[1] if ended else None

    def volgende_inschrijving(self, dag: date) -> date | None:
        """The first day of the inschrijving that begins next after a day."""
        return min((i.van for i in self.inschrijvingen.values() if i.van > dag), default=None)


def kom_wonen(blad: Registerblad, gemeente: str | None, dag: date) -> Registerblad:
    """Lives in a gemeente of this installation, or (None) in none of them.

    Moving between two of ours does not start a new stay: whoever had no school there has none here either.
    """
    if blad.uit in (Uit.OVERLEDEN, Uit.OPGEGAAN):
        return blad
    if gemeente is None:
        return replace(blad, gemeente=None, sinds=None)
    was_here = blad.gemeente is not None and blad.uit is None
    return replace(blad, gemeente=gemeente, sinds=blad.sinds if was_here else dag, uit=None)


def ga_uit(blad: Registerblad, uit: Uit, in_jongere: UUID | None = None) -> Registerblad:
    """Is no longer looked at; what ended for good (a death, an id used no more) is not undone by a departure."""
    if blad.uit in (Uit.OVERLEDEN, Uit.OPGEGAAN) and uit is not Uit.OPGEGAAN:
        return blad
    return replace(blad, uit=uit, opgegaan_in=in_jongere or blad.opgegaan_in)


def schrijf_in(blad: Registerblad, event: InschrijvingGewijzigd, dag: date) -> Registerblad:
    """Takes over an inschrijving as the register has it now."""
    nieuw = Inschrijving(
        event.brin, event.vestiging, event.onderwijssoort, event.niveau, event.begindatum, event.einddatum, dag
    )
    over = {
        i: v
        for i, v in blad.inschrijvingen.items()
        if not (v.overgenomen and (v.brin, v.van) == (nieuw.brin, nieuw.van))
    }
    return replace(blad, inschrijvingen={**over, event.inschrijving_id: nieuw})


def verval(blad: Registerblad, event: InschrijvingVervallen, dag: date) -> Registerblad:
    """Forgets an inschrijving that should never have been there; one that is missing from a full levering ended before
    the day of it, and nobody knows since when."""
    was = blad.inschrijvingen.get(event.inschrijving_id)
    if was is None:
        return blad
    over = {i: v for i, v in blad.inschrijvingen.items() if i != event.inschrijving_id}
    if event.niet_in_levering_van is not None:
        tot = min(was.tot or date.max, event.niet_in_levering_van - timedelta(days=1))
        if was.van <= tot:
            over[event.inschrijving_id] = replace(was, tot=tot, gehoord=dag)
    return replace(blad, inschrijvingen=over)


def kwalificeer(blad: Registerblad, event: StartkwalificatieGewijzigd, dag: date) -> Registerblad:
    """Takes over whether there is a startkwalificatie; without a date it counts from the day we heard of it."""
    return replace(blad, startkwalificatie=(event.ingangsdatum or dag) if event.startkwalificatie else None)


def stel_vrij(blad: Registerblad, event: VrijstellingGewijzigd) -> Registerblad:
    """Takes over a vrijstelling as it holds now; one that was withdrawn is forgotten.

    One of the same kind from the same day is the same one, under whatever id it was told before.
    """
    nieuw = Vrijstelling(event.vrijstellingsoort, event.begindatum, event.einddatum)
    over = {
        i: v
        for i, v in blad.vrijstellingen.items()
        if i != event.vrijstelling_id and (v.soort, v.van) != (nieuw.soort, nieuw.van)
    }
    if not event.ingetrokken:
        over[event.vrijstelling_id] = nieuw
    return replace(blad, vrijstellingen=over)


def voeg_samen(blad: Registerblad, oud: Registerblad) -> Registerblad:
    """The blad of the jongere that remains, with what was known under the old id; what is known already goes first."""
    scholen = {(i.brin, i.van) for i in blad.inschrijvingen.values()}
    gronden = {(v.soort, v.van) for v in blad.vrijstellingen.values()}
    inschrijvingen = {
        n: replace(i, overgenomen=True) for n, i in oud.inschrijvingen.items() if (i.brin, i.van) not in scholen
    }
    vrijstellingen = {
        n: replace(v, overgenomen=True) for n, v in oud.vrijstellingen.items() if (v.soort, v.van) not in gronden
    }
    return replace(
        blad,
        gemeente=blad.gemeente or oud.gemeente,
        geboortemaand=blad.geboortemaand or oud.geboortemaand,
        sinds=min((d for d in (blad.sinds, oud.sinds) if d is not None), default=None),
        startkwalificatie=blad.startkwalificatie or oud.startkwalificatie,
        inschrijvingen={**inschrijvingen, **blad.inschrijvingen},
        vrijstellingen={**vrijstellingen, **blad.vrijstellingen},
    )
