"""What a levering means for one jongere, given what was known: the difference becomes events; pure."""

from collections.abc import Callable, Iterator, Mapping
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
    return named(_INSCHRIJVINGEN, f"{jongere_id}|{_kenmerk(inschrijving)}")


def vrijstelling_id(jongere_id: UUID, vrijstelling: Vrijstelling) -> UUID:
    """The id a vrijstelling has in every levering: by its kind and first day."""
    return named(_VRIJSTELLINGEN, f"{jongere_id}|{_grond(vrijstelling)}")


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
    namen = _Namen(jongere_id, state)
    nieuw = _toegepast(_kaal(state, command.peildatum) if volledig else state, namen, command.regels)
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


def neem_over(state: Onderwijsstand, ander: Onderwijsstand) -> tuple[Onderwijsstand, list[EventData]]:
    """Two jongeren turned out to be one: what was known of the other is known of this one, under the ids it had.

    Of what both have this one's id remains, and the newer news.
    """
    nieuwer = (ander.peildatum or date.min) > (state.peildatum or date.min)
    nieuw = Onderwijsstand(
        gemeente=state.gemeente if state.gemeente != GEEN_GEMEENTE else ander.gemeente,
        inschrijvingen=_samen(state.inschrijvingen, ander.inschrijvingen, _kenmerk, nieuwer),
        vrijstellingen=_samen(state.vrijstellingen, ander.vrijstellingen, _grond, nieuwer),
        startkwalificatie=state.startkwalificatie or ander.startkwalificatie,
        startkwalificatie_op=state.startkwalificatie_op or ander.startkwalificatie_op,
        peildatum=ander.peildatum if nieuwer else state.peildatum,
        gezien_in=max(state.gezien_in or 0, ander.gezien_in or 0) or None,
    )
    return (state if nieuw == state else nieuw), list(_verschil(state, nieuw, None))


def uit_beeld(state: Onderwijsstand, gemeente: str = GEEN_GEMEENTE) -> Onderwijsstand:
    """The BRP says that the jongere moved, left, died or is another: no C-levering has to name the jongere now.

    A levering that does, says of which gemeente the jongere is from then on.
    """
    return state if state.gemeente == gemeente or not state.peildatum else replace(state, gemeente=gemeente)


def _samen(
    eigen: Mapping[UUID, ThingT], ander: Mapping[UUID, ThingT], kenmerk: Callable[[ThingT], str], nieuwer: bool
) -> dict[UUID, ThingT]:
    ids = {kenmerk(thing): identity for identity, thing in eigen.items()}
    erbij = {ids.get(kenmerk(thing), identity): thing for identity, thing in ander.items()}
    return {**eigen, **erbij} if nieuwer else {**erbij, **eigen}


class _Namen:
    """The ids of one jongere: those that are known already, else those that follow from the jongere."""

    def __init__(self, jongere_id: UUID, state: Onderwijsstand) -> None:
        self._jongere_id = jongere_id
        self._inschrijvingen = {_kenmerk(i): identity for identity, i in state.inschrijvingen.items()}
        self._vrijstellingen = {_grond(v): identity for identity, v in state.vrijstellingen.items()}

    def inschrijving(self, inschrijving: Inschrijving) -> UUID:
        bekend = self._inschrijvingen.get(_kenmerk(inschrijving))
        return bekend or inschrijving_id(self._jongere_id, inschrijving)

    def vrijstelling(self, vrijstelling: Vrijstelling) -> UUID:
        return self._vrijstellingen.get(_grond(vrijstelling)) or vrijstelling_id(self._jongere_id, vrijstelling)


def _kenmerk(inschrijving: Inschrijving) -> str:
    return f"{inschrijving.brin}|{inschrijving.volgnummer or inschrijving.begindatum.isoformat()}"


def _grond(vrijstelling: Vrijstelling) -> str:
    return f"{vrijstelling.soort}|{vrijstelling.begindatum.isoformat()}"


def _kaal(state: Onderwijsstand, peildatum: date) -> Onderwijsstand:
    """The state with only what had ended by then or had not begun: a full picture need not name it."""
    return replace(
        state,
        inschrijvingen={i: s for i, s in state.inschrijvingen.items() if not _loopt(s, peildatum)},
        vrijstellingen={i: v for i, v in state.vrijstellingen.items() if not _loopt(v, peildatum)},
    )


def _loopt(wat: Inschrijving | Vrijstelling, peildatum: date) -> bool:
    return wat.begindatum <= peildatum < (wat.einddatum or OPEN)


def _toegepast(state: Onderwijsstand, namen: _Namen, regels: tuple[Regel, ...]) -> Onderwijsstand:
    inschrijvingen, vrijstellingen = dict(state.inschrijvingen), dict(state.vrijstellingen)
    for regel in regels:
        if regel.inschrijving is not None:
            _leg_vast(inschrijvingen, namen.inschrijving(regel.inschrijving), regel.inschrijving, regel.mutatie)
        if regel.vrijstelling is not None:
            vrijstellingen[namen.vrijstelling(regel.vrijstelling)] = regel.vrijstelling
        state = _met_kwalificatie(state, regel)
        state = replace(state, gemeente=GEEN_GEMEENTE if regel.mutatie in _BUITEN_BEELD else regel.gemeente)
    return replace(state, inschrijvingen=inschrijvingen, vrijstellingen=vrijstellingen)


def _leg_vast(
    inschrijvingen: dict[UUID, Inschrijving], identity: UUID, inschrijving: Inschrijving, mutatie: Mutatiesoort | None
) -> None:
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
