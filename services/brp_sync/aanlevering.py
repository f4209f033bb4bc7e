"""What every source of the BRP comes down to: a command about somebody who is named by BSN or A-nummer; pure.

`BrpSync.verwerk` carries out a list of these in order. Who each one is about is worked out here, along the list: a
person who is registered under two numbers by one item is found by either in the next.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from pydantic import SecretStr

from hub.errors import Ongeldig
from services.brp_sync.decisions import Hernummer, Registreer, VoerAf, Wijzig

Opdracht: TypeAlias = Registreer | Wijzig | VoerAf | Hernummer
ONBEKENDE_GEMEENTE = "0000"


@dataclass(frozen=True, slots=True)
class Sleutel:
    """The numbers by which the source knew the person before the change it tells of; one of them is enough."""

    bsn: SecretStr | None = None
    a_nummer: SecretStr | None = None


@dataclass(frozen=True, slots=True)
class Aanlevering:
    """One change that a source tells; `plek` is where it stands, for the line in quarantine when it is refused.

    `ontdubbeld`: two persoonslijsten turned out to be one person (StUF O), so that the former BSN goes on meaning that
    person. Of a number that was corrected this is not so: it may be somebody else's.
    """

    sleutel: Sleutel
    opdracht: Opdracht
    plek: str
    ontdubbeld: bool = False

    @property
    def nieuwe_sleutel(self) -> Sleutel:
        """The numbers the person has after the change, as far as it tells them."""
        opdracht = self.opdracht
        if isinstance(opdracht, VoerAf):
            return Sleutel()
        if isinstance(opdracht, Hernummer):
            return Sleutel(opdracht.bsn, opdracht.a_nummer)
        gegevens = opdracht.persoon if isinstance(opdracht, Registreer) else opdracht.wijziging
        return Sleutel(gegevens.bsn, gegevens.a_nummer)

    @property
    def onderwijsnummer(self) -> SecretStr | None:
        """The onderwijsnummer the person has, when it tells that."""
        if isinstance(self.opdracht, Registreer):
            return self.opdracht.persoon.onderwijsnummer
        return self.opdracht.wijziging.onderwijsnummer if isinstance(self.opdracht, Wijzig) else None

    @property
    def gemeente(self) -> str:
        """The gemeente it tells of, `0000` when it tells none."""
        if isinstance(self.opdracht, Registreer):
            return self.opdracht.persoon.gemeente or ONBEKENDE_GEMEENTE
        if isinstance(self.opdracht, Wijzig):
            return self.opdracht.wijziging.gemeente or ONBEKENDE_GEMEENTE
        return ONBEKENDE_GEMEENTE


@dataclass(slots=True)
class Bekend:
    """Who is known by which number; an A-nummer that stands on more than one person leads to all of them.

    `met_bsn` are those of `onderwijsnummer` who are known by a BSN as well.
    """

    bsn: dict[str, UUID] = field(default_factory=dict)
    a_nummer: dict[str, set[UUID]] = field(default_factory=dict)
    onderwijsnummer: dict[str, UUID] = field(default_factory=dict)
    met_bsn: set[UUID] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class NieuweJongere:
    """Somebody of whom nothing was known; the numbers are those by which the person is to be found from now on."""

    jongere_id: UUID
    sleutel: Sleutel
    gemeente: str


def nummers(aanleveringen: Iterable[Aanlevering]) -> tuple[set[str], set[str], set[str]]:
    """Every BSN, A-nummer and onderwijsnummer that is named, to look them up at once."""
    bsns: set[str] = set()
    a_nummers: set[str] = set()
    onderwijsnummers: set[str] = set()
    for aanlevering in aanleveringen:
        if aanlevering.onderwijsnummer is not None:
            onderwijsnummers.add(aanlevering.onderwijsnummer.get_secret_value())
        for sleutel in (aanlevering.sleutel, aanlevering.nieuwe_sleutel):
            if sleutel.bsn is not None:
                bsns.add(sleutel.bsn.get_secret_value())
            if sleutel.a_nummer is not None:
                a_nummers.add(sleutel.a_nummer.get_secret_value())
    return bsns, a_nummers, onderwijsnummers


@dataclass(slots=True)
class Toewijzing:
    """Who each item is about, or why that cannot be said, and who has to be made for it.

    `samen` are two who are one person according to the item after the last one here: it gives one a BSN or an
    onderwijsnummer that the other has. They must be merged before that item and the rest can be looked at.

    `te_toetsen` is whom the item after the last one means by A-nummer while it names a BSN that is nobody's: whether
    that is the same person must be seen from what is known.

    There may be fewer of `wie` than items without these too: the item after the last one names a number that somebody
    gave up, and who has it now is known when what comes before was carried out.
    """

    wie: list[UUID | Ongeldig] = field(default_factory=list)
    nieuw: list[NieuweJongere] = field(default_factory=list)
    samen: tuple[UUID, UUID] | None = None
    te_toetsen: UUID | None = None


def wijs_toe(
    aanleveringen: Sequence[Aanlevering], bekend: Bekend, new_id: Callable[[], UUID], *, getoetst: bool = False
) -> Toewijzing:
    """Works out who the items are about, as far as that can be done; `bekend` is kept up to date.

    BSN first, then A-nummer. Only a `Registreer` or `Wijzig` with a BSN makes somebody: whoever hears of an unknown
    A-nummer cannot be told apart from a person known by BSN. Whoever is known by onderwijsnummer only (DUO named them)
    is the person that an item with that number is about; somebody with another BSN is not, and the item is refused.
    `getoetst`: the first item was looked at already (`te_toetsen`).
    """
    toewijzing, opgegeven = Toewijzing(), Opgegeven()
    for aanlevering in aanleveringen:
        if opgegeven.noemt(aanlevering):
            break
        na, houder = aanlevering.nieuwe_sleutel, _houder(aanlevering, bekend)
        wie = _zoek(aanlevering, bekend)
        if houder not in (None, wie) and houder in bekend.met_bsn and not isinstance(wie, Ongeldig):
            wie = Ongeldig("hoort bij iemand met een ander BSN", "onderwijsnummer")
        if isinstance(wie, UUID) and not (getoetst and not toewijzing.wie) and _met_vreemd_bsn(aanlevering, bekend):
            toewijzing.te_toetsen = wie
            break
        if wie is None and isinstance(aanlevering.opdracht, Registreer | Wijzig):
            bsn = aanlevering.sleutel.bsn or na.bsn
            if bsn is not None:
                wie = houder or new_id()
                sleutel = Sleutel(bsn, aanlevering.sleutel.a_nummer or na.a_nummer)
                if houder is None:
                    toewijzing.nieuw.append(NieuweJongere(wie, sleutel, aanlevering.gemeente))
                _onthoud(bekend, sleutel, wie)
        if isinstance(wie, UUID):
            ander = bekend.bsn.get(na.bsn.get_secret_value(), wie) if na.bsn is not None else wie
            if ander == wie:
                ander = houder or wie
            if ander != wie:
                toewijzing.samen = (wie, ander)
                break
            opgegeven.door(wie, aanlevering, bekend)
            _onthoud(bekend, na, wie)
            if aanlevering.onderwijsnummer is not None:
                bekend.onderwijsnummer[aanlevering.onderwijsnummer.get_secret_value()] = wie
        toewijzing.wie.append(wie if wie is not None else _onvindbaar(aanlevering))
    return toewijzing


@dataclass(slots=True)
class Opgegeven:
    """The numbers that people gave up along the list; somebody else's from then on, or nobody's."""

    bsns: set[str] = field(default_factory=set)
    a_nummers: set[str] = field(default_factory=set)

    def noemt(self, aanlevering: Aanlevering) -> bool:
        """Whether the item names one of them."""
        if not self.bsns and not self.a_nummers:
            return False
        bsns, a_nummers, _ = nummers([aanlevering])
        return not self.bsns.isdisjoint(bsns) or not self.a_nummers.isdisjoint(a_nummers)

    def door(self, wie: UUID, aanlevering: Aanlevering, bekend: Bekend) -> None:
        """The item tells the numbers of `wie`: every other number that led there may be given up by it."""
        oud, na = aanlevering.sleutel, aanlevering.nieuwe_sleutel
        if na.bsn is not None:
            nieuw = na.bsn.get_secret_value()
            if bekend.bsn.get(nieuw) != wie:
                self.bsns |= {bsn for bsn, van in bekend.bsn.items() if van == wie}
            if oud.bsn is not None:
                self.bsns |= {oud.bsn.get_secret_value()} - {nieuw}
        if na.a_nummer is not None:
            nieuw = na.a_nummer.get_secret_value()
            if wie not in bekend.a_nummer.get(nieuw, ()):
                self.a_nummers |= {a_nummer for a_nummer, van in bekend.a_nummer.items() if wie in van}
            if oud.a_nummer is not None:
                self.a_nummers |= {oud.a_nummer.get_secret_value()} - {nieuw}


def _zoek(aanlevering: Aanlevering, bekend: Bekend) -> UUID | Ongeldig | None:
    """By the numbers from before the change, and only when these lead to nobody by those from after it."""
    wie = _met(aanlevering.sleutel, bekend)
    if wie is None and isinstance(aanlevering.opdracht, Registreer | Wijzig):
        return _met(aanlevering.nieuwe_sleutel, bekend)
    return wie


def _met(sleutel: Sleutel, bekend: Bekend) -> UUID | Ongeldig | None:
    if sleutel.bsn is not None and (wie := bekend.bsn.get(sleutel.bsn.get_secret_value())) is not None:
        return wie
    gevonden = bekend.a_nummer.get(sleutel.a_nummer.get_secret_value(), set()) if sleutel.a_nummer else set()
    if len(gevonden) > 1:
        return Ongeldig("staat bij meer dan een persoon: niet duidelijk om wie het gaat", "a_nummer")
    return next(iter(gevonden), None)


def _met_vreemd_bsn(aanlevering: Aanlevering, bekend: Bekend) -> bool:
    """Whether it names a BSN, and only such as nobody has: whoever it means was found by A-nummer."""
    if aanlevering.ontdubbeld or not isinstance(aanlevering.opdracht, Registreer | Wijzig):
        return False
    bsns, _, _ = nummers([aanlevering])
    return bool(bsns) and bsns.isdisjoint(bekend.bsn)


def _houder(aanlevering: Aanlevering, bekend: Bekend) -> UUID | None:
    nummer = aanlevering.onderwijsnummer
    return bekend.onderwijsnummer.get(nummer.get_secret_value()) if nummer is not None else None


def _onthoud(bekend: Bekend, sleutel: Sleutel, wie: UUID) -> None:
    if sleutel.bsn is not None:
        bekend.met_bsn.add(wie)
        bekend.bsn.setdefault(sleutel.bsn.get_secret_value(), wie)
    if sleutel.a_nummer is not None:
        bekend.a_nummer.setdefault(sleutel.a_nummer.get_secret_value(), set()).add(wie)


def _onvindbaar(aanlevering: Aanlevering) -> Ongeldig:
    if aanlevering.sleutel.a_nummer is None and aanlevering.sleutel.bsn is None:
        return Ongeldig("ontbreekt: zonder BSN is de persoon niet te vinden", "bsn")
    if aanlevering.sleutel.bsn is None:
        return Ongeldig("niet bekend, en zonder BSN is de persoon niet op te nemen", "a_nummer")
    return Ongeldig("niet bekend: er is geen persoon met dit nummer", "bsn")
