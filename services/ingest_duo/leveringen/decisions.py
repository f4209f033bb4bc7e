"""What a levering means for one jongere, given what was known: the difference becomes events; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, TypeVar
from uuid import UUID

from contracts.envelope import EventData
from contracts.events.verzuim import (
    InschrijvingGewijzigd,
    InschrijvingVervallen,
    StartkwalificatieGewijzigd,
    VrijstellingGewijzigd,
)
from hub.errors import Ongeldig
from hub.ids import named
from services.ingest_duo.leveringen.model import Inschrijving, Mutatiesoort, Regel, Vrijstelling

ThingT = TypeVar("ThingT", Inschrijving, Vrijstelling)
_INSCHRIJVINGEN: Final = UUID("0d0a6c5e-5a0a-5a3e-9a44-5b1c5f6f7a01")
_VRIJSTELLINGEN: Final = UUID("0d0a6c5e-5a0a-5a3e-9a44-5b1c5f6f7a02")
GEEN_GEMEENTE: Final = "0000"
"""Of a jongere whom no C-levering of ours has to hold: moved away, died, turned 23."""
OPEN: Final = date.max
"""Stands for the end of what has no end."""
_BUITEN_BEELD: Final = (Mutatiesoort.GEMEENTE_UIT, Mutatiesoort.OVERLEDEN, Mutatiesoort.DRIEENTWINTIG_GEWORDEN)
_KWALIFICATIE: Final = {Mutatiesoort.STARTKWALIFICATIE_BEREIKT: True, Mutatiesoort.STARTKWALIFICATIE_VERVALLEN: False}


@dataclass(frozen=True, slots=True)
class Onderwijsstand:
    """State: what DUO's leveringen told about one jongere; `peildatum` is the day of the newest news."""

    gemeente: str = GEEN_GEMEENTE
    inschrijvingen: Mapping[UUID, Inschrijving] = field(default_factory=dict)
    vrijstellingen: Mapping[UUID, Vrijstelling] = field(default_factory=dict)
    startkwalificatie: bool = False
    startkwalificatie_op: date | None = None
    peildatum: date | None = None
    gezien_in: int | None = None
    """The C-levering in which the jongere was last seen."""

    @property
    def lopend_tot(self) -> date | None:
        """The last day of what runs longest; `OPEN` without an end, None when there is nothing."""
        einden = [i.einddatum or OPEN for i in self.inschrijvingen.values()]
        return max(einden + [v.einddatum or OPEN for v in self.vrijstellingen.values()], default=None)


@dataclass(frozen=True, slots=True)
class NeemStandOp:
    """Command: all rows of one jongere in one levering, in the order of the file.

    `volledig` when they are the full picture of the jongere: what is not among them is gone.
    """

    levering: int
    peildatum: date
    regels: tuple[Regel, ...]
    volledig: bool = False
    gezien: bool = False
    """Whether it is a C-levering, with or without unusable rows."""


@dataclass(frozen=True, slots=True)
class Ontbreekt:
    """Command: the C-levering of the gemeente does not name this jongere any more."""

    levering: int
    peildatum: date


class OudereLevering(Ongeldig):
    """The jongere was in a levering of a later day already."""

    def __init__(self) -> None:
        super().__init__("ouder dan wat over deze jongere al is opgenomen", "peildatum")


def inschrijving_id(jongere_id: UUID, inschrijving: Inschrijving) -> UUID:
    """The id an inschrijving has in every levering: by the school's own number of it, else by its first day."""
    kenmerk = inschrijving.volgnummer or inschrijving.begindatum.isoformat()
    return named(_INSCHRIJVINGEN, f"{jongere_id}|{inschrijving.brin}|{kenmerk}")


def vrijstelling_id(jongere_id: UUID, vrijstelling: Vrijstelling) -> UUID:
    """The id a vrijstelling has in every levering: by its kind and first day."""
    return named(_VRIJSTELLINGEN, f"{jongere_id}|{vrijstelling.soort}|{vrijstelling.begindatum.isoformat()}")


def neem_stand_op(
    state: Onderwijsstand, jongere_id: UUID, command: NeemStandOp
) -> tuple[Onderwijsstand, list[EventData]]:
    """Takes in what a levering says about a jongere; repeating it changes nothing and says nothing.

    Within one C-levering a jongere may come twice, once by BSN and once by onderwijsnummer: the second time adds.
    Raises `OudereLevering` for news from before what is known.
    """
    if state.peildatum is not None and command.peildatum < state.peildatum:
        raise OudereLevering
    volledig = command.volledig and state.gezien_in != command.levering
    nieuw = _toegepast(_kaal(state, command.peildatum) if volledig else state, jongere_id, command.regels)
    nieuw = replace(
        nieuw,
        peildatum=command.peildatum,
        gezien_in=command.levering if command.gezien else state.gezien_in,
    )
    return (state if nieuw == state else nieuw), list(_verschil(state, nieuw, command.peildatum if volledig else None))


def verwerk_ontbreekt(state: Onderwijsstand, command: Ontbreekt) -> tuple[Onderwijsstand, list[EventData]]:
    """What ran is not in the register any more, on the day of a C-levering that does not name the jongere."""
    if state.gezien_in == command.levering or (state.peildatum is not None and command.peildatum < state.peildatum):
        return state, []
    nieuw = replace(_kaal(state, command.peildatum), peildatum=command.peildatum)
    return nieuw, list(_verschil(state, nieuw, command.peildatum))


def neem_over(state: Onderwijsstand, jongere_id: UUID, ander: Onderwijsstand) -> tuple[Onderwijsstand, list[EventData]]:
    """Two jongeren turned out to be one: what was known of the other is known of this one, under its own ids.

    Of what both have, the newer news stands.
    """
    nieuwer = (ander.peildatum or date.min) > (state.peildatum or date.min)
    inschrijvingen = {inschrijving_id(jongere_id, i): i for i in ander.inschrijvingen.values()}
    vrijstellingen = {vrijstelling_id(jongere_id, v): v for v in ander.vrijstellingen.values()}
    nieuw = Onderwijsstand(
        gemeente=ander.gemeente if nieuwer else state.gemeente,
        inschrijvingen=_samen(state.inschrijvingen, inschrijvingen, nieuwer),
        vrijstellingen=_samen(state.vrijstellingen, vrijstellingen, nieuwer),
        startkwalificatie=state.startkwalificatie or ander.startkwalificatie,
        startkwalificatie_op=state.startkwalificatie_op or ander.startkwalificatie_op,
        peildatum=ander.peildatum if nieuwer else state.peildatum,
        gezien_in=max(state.gezien_in or 0, ander.gezien_in or 0) or None,
    )
    return (state if nieuw == state else nieuw), list(_verschil(state, nieuw, None))


def _samen(eigen: Mapping[UUID, ThingT], ander: Mapping[UUID, ThingT], nieuwer: bool) -> dict[UUID, ThingT]:
    return {**eigen, **ander} if nieuwer else {**ander, **eigen}


def _kaal(state: Onderwijsstand, peildatum: date) -> Onderwijsstand:
    """The state with only what had ended by then: a full picture need not repeat it."""
    return replace(
        state,
        inschrijvingen={i: s for i, s in state.inschrijvingen.items() if (s.einddatum or OPEN) <= peildatum},
        vrijstellingen={i: v for i, v in state.vrijstellingen.items() if (v.einddatum or OPEN) <= peildatum},
    )


def _toegepast(state: Onderwijsstand, jongere_id: UUID, regels: tuple[Regel, ...]) -> Onderwijsstand:
    inschrijvingen, vrijstellingen = dict(state.inschrijvingen), dict(state.vrijstellingen)
    for regel in regels:
        if regel.inschrijving is not None:
            _leg_vast(inschrijvingen, jongere_id, regel.inschrijving, regel.mutatie)
        if regel.vrijstelling is not None:
            vrijstellingen[vrijstelling_id(jongere_id, regel.vrijstelling)] = regel.vrijstelling
        state = _met_kwalificatie(state, regel)
        state = replace(state, gemeente=GEEN_GEMEENTE if regel.mutatie in _BUITEN_BEELD else regel.gemeente)
    return replace(state, inschrijvingen=inschrijvingen, vrijstellingen=vrijstellingen)


def _leg_vast(
    inschrijvingen: dict[UUID, Inschrijving], jongere_id: UUID, inschrijving: Inschrijving, mutatie: Mutatiesoort | None
) -> None:
    identity = inschrijving_id(jongere_id, inschrijving)
    if mutatie is Mutatiesoort.INSCHRIJVING_VERWIJDERD:
        inschrijvingen.pop(identity, None)
        return
    if (
        mutatie is Mutatiesoort.INSCHRIJVING_GEWIJZIGD
        and identity not in inschrijvingen
        and not inschrijving.volgnummer
    ):
        zelfde = [i for i, s in inschrijvingen.items() if s.brin == inschrijving.brin and s.einddatum is None]
        if len(zelfde) == 1:
            del inschrijvingen[zelfde[0]]  # the first day itself was corrected
    inschrijvingen[identity] = inschrijving


def _met_kwalificatie(state: Onderwijsstand, regel: Regel) -> Onderwijsstand:
    heeft = _KWALIFICATIE.get(regel.mutatie, regel.startkwalificatie) if regel.mutatie else regel.startkwalificatie
    if heeft is None:
        return state
    return replace(state, startkwalificatie=heeft, startkwalificatie_op=regel.startkwalificatie_op if heeft else None)


def _verschil(oud: Onderwijsstand, nieuw: Onderwijsstand, volledig_op: date | None) -> Iterator[EventData]:
    """The events between two states; `volledig_op` is the day of a full picture in which something is missing."""
    for identity, inschrijving in nieuw.inschrijvingen.items():
        if oud.inschrijvingen.get(identity) != inschrijving:
            yield _gewijzigd(identity, inschrijving)
    for identity in oud.inschrijvingen:
        if identity not in nieuw.inschrijvingen:
            yield InschrijvingVervallen(inschrijving_id=identity, niet_in_levering_van=volledig_op)
    for identity, vrijstelling in nieuw.vrijstellingen.items():
        if oud.vrijstellingen.get(identity) != vrijstelling:
            yield _vrijgesteld(identity, vrijstelling, ingetrokken=False)
    for identity, vrijstelling in oud.vrijstellingen.items():
        if identity not in nieuw.vrijstellingen:
            yield _vrijgesteld(identity, vrijstelling, ingetrokken=True)
    kwalificatie = (nieuw.startkwalificatie, nieuw.startkwalificatie_op)
    if (oud.startkwalificatie, oud.startkwalificatie_op) != kwalificatie:
        yield StartkwalificatieGewijzigd(startkwalificatie=kwalificatie[0], ingangsdatum=kwalificatie[1])


def _gewijzigd(identity: UUID, inschrijving: Inschrijving) -> InschrijvingGewijzigd:
    return InschrijvingGewijzigd(
        inschrijving_id=identity,
        brin=inschrijving.brin,
        vestiging=inschrijving.vestiging,
        onderwijssoort=inschrijving.onderwijssoort,
        niveau=inschrijving.niveau,
        begindatum=inschrijving.begindatum,
        einddatum=inschrijving.einddatum,
    )


def _vrijgesteld(identity: UUID, vrijstelling: Vrijstelling, *, ingetrokken: bool) -> VrijstellingGewijzigd:
    return VrijstellingGewijzigd(
        vrijstelling_id=identity,
        vrijstellingsoort=vrijstelling.soort,
        begindatum=vrijstelling.begindatum,
        einddatum=vrijstelling.einddatum,
        ingetrokken=ingetrokken,
    )
