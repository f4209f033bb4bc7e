"""What a P- or C-levering says about a jongere: codes and dates only; the numbers of the person stay outside."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from contracts.codes import Onderwijssoort, Vrijstellingsoort


class Leveringsoort(StrEnum):
    """Kind of file: changes of a week, the full picture of a gemeente, or onderwijsnummers with their BSN."""

    P = "p"
    C = "c"
    KOPPELING = "koppeling"


class Mutatiesoort(StrEnum):
    """Why a person stands in a P-levering (the list DUO gives for "P-levering" on its page gegevensleveringen)."""

    OVERLEDEN = "overleden"
    VIER_GEWORDEN = "vier_geworden"
    DRIEENTWINTIG_GEWORDEN = "drieentwintig_geworden"
    GEMEENTE_IN = "gemeente_in"
    GEMEENTE_UIT = "gemeente_uit"
    INSCHRIJVING_TOEGEVOEGD = "inschrijving_toegevoegd"
    INSCHRIJVING_GEWIJZIGD = "inschrijving_gewijzigd"
    INSCHRIJVING_VERWIJDERD = "inschrijving_verwijderd"
    RESULTAAT_TOEGEVOEGD = "resultaat_toegevoegd"
    RESULTAAT_GEWIJZIGD = "resultaat_gewijzigd"
    RESULTAAT_VERWIJDERD = "resultaat_verwijderd"
    STARTKWALIFICATIE_BEREIKT = "startkwalificatie_bereikt"
    STARTKWALIFICATIE_VERVALLEN = "startkwalificatie_vervallen"


@dataclass(frozen=True, slots=True)
class Inschrijving:
    """An inschrijving at a school; `volgnummer` is the school's own number of it, when the file has one."""

    brin: str
    begindatum: date
    einddatum: date | None = None
    vestiging: str | None = None
    onderwijssoort: Onderwijssoort = Onderwijssoort.ONBEKEND
    niveau: str | None = None
    volgnummer: str | None = None


@dataclass(frozen=True, slots=True)
class Vrijstelling:
    """A vrijstelling or vervangende leerplicht."""

    soort: Vrijstellingsoort
    begindatum: date
    einddatum: date | None = None


@dataclass(frozen=True, slots=True)
class Regel:
    """One usable row about one person; `rij` is its line in the file, the header being line 1."""

    rij: int
    gemeente: str
    mutatie: Mutatiesoort | None = None
    inschrijving: Inschrijving | None = None
    vrijstelling: Vrijstelling | None = None
    startkwalificatie: bool | None = None
    startkwalificatie_op: date | None = None
    vsv: bool | None = None
    """Voortijdig schoolverlater; said by nobody on the bus (the RMC task is not ours)."""


@dataclass(frozen=True, slots=True)
class Bestandsnaam:
    """What the name of a file tells: the day it describes, and for which gemeente (G) or RMC-regio (R)."""

    peildatum: date
    niveau: str = "G"
    code: str = "0000"


@dataclass(frozen=True, slots=True)
class Rijfout:
    """A row that cannot be used: its line, the column as the file names it, our field, and why; never the value."""

    rij: int
    kolom: str
    veld: str
    reden: str
    ruw: str = field(repr=False)
    bsn: str | None = field(default=None, repr=False)
    onderwijsnummer: str | None = field(default=None, repr=False)


class BestandGeweigerd(Exception):
    """A file that cannot be used as a whole; the text is for people and holds nothing of the file."""

    def __init__(self, veld: str, plek: str, reden: str) -> None:
        super().__init__(f"{veld} ({plek}): {reden}")
        self.veld = veld
        self.plek = plek
        self.reden = reden
