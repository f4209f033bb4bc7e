"""Short ways to tell what the registers say of the fictional jongere of `voorbeelden`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from contracts.codes import Onderwijssoort, Vrijstellingsoort
from contracts.envelope import EventData
from contracts.events.personen import JongereIngeschreven
from contracts.events.verzuim import InschrijvingGewijzigd, VrijstellingGewijzigd
from contracts.events.zaken import AbsoluutVerzuimGesignaleerd, AbsoluutVerzuimVerklaard
from hub.messages import Message
from services.cases.absoluut import BevestigSignaal, ToetsInschrijving, VerklaarSignaal
from services.cases.handlers import handlers
from services.cases.model import Dossier, Persoonsfeiten, Voorbereid
from services.cases.register import Registerblad, Signaal, Signaalstatus, Uitkomst
from tests.unit.cases.voorbeelden import GEBOREN, GEMEENTE, JONGERE, beleid

POLDER = "0171"
BRIN, ANDERE_BRIN = "90XA", "91XB"


def nummer(n: int) -> UUID:
    """An id of an inschrijving, vrijstelling or jongere."""
    return UUID(int=n)


def om(dag: date) -> datetime:
    """Ten in the morning."""
    return datetime.combine(dag, time(8), UTC)


def gebeurt(
    staat: Dossier,
    data: Any,
    dag: date,
    *,
    gemeente: str = GEMEENTE,
    geboren: date | None = None,
    overleden: bool = False,
    ander: Registerblad | None = None,
) -> tuple[Dossier, list[EventData]]:
    """What an event or command about the register does on a day; `geboren` is what the BRP answered."""
    persoon = Persoonsfeiten(geboren, overleden) if geboren is not None or overleden else None
    prepared = Voorbereid(staat.register or Registerblad(), persoon, ander)
    message = Message(staat.jongere_id, gemeente, data, time=om(dag), prepared=prepared)
    state, events, *_ = handlers(beleid())[type(data)](staat, message, om(dag))
    return state, list(events)


def woont(
    sinds: date = date(2026, 1, 5),  # maandag
    geboren: date | None = GEBOREN,
    gemeente: str = GEMEENTE,
    jongere: UUID = JONGERE,
) -> Dossier:
    """A jongere who came to live in the gemeente on a day."""
    persoon = Persoonsfeiten(geboren, overleden=False)
    message = Message(
        jongere, gemeente, JongereIngeschreven(), time=om(sinds), prepared=Voorbereid(Registerblad(), persoon)
    )
    return handlers(beleid())[JongereIngeschreven](Dossier(jongere), message, om(sinds)).state


def inschrijving(van: date, tot: date | None = None, n: int = 1, **velden: Any) -> InschrijvingGewijzigd:
    """An inschrijving as DUO tells it."""
    basis: dict[str, Any] = {"brin": BRIN, "onderwijssoort": Onderwijssoort.VOORTGEZET_ONDERWIJS}
    return InschrijvingGewijzigd(inschrijving_id=nummer(n), begindatum=van, einddatum=tot, **(basis | velden))


def vrijstelling(
    van: date,
    tot: date | None = None,
    soort: Vrijstellingsoort = Vrijstellingsoort.RICHTINGBEZWAAR,
    n: int = 1,
    **velden: Any,
) -> VrijstellingGewijzigd:
    """A vrijstelling as the register has it."""
    return VrijstellingGewijzigd(
        vrijstelling_id=nummer(n), vrijstellingsoort=soort, begindatum=van, einddatum=tot, **velden
    )


def staat_ingeschreven(staat: Dossier, van: date, tot: date | None = None, n: int = 1, **velden: Any) -> Dossier:
    """The dossier after an inschrijving was told, the day after it ended or else when it began."""
    return gebeurt(staat, inschrijving(van, tot, n, **velden), tot or van)[0]


def getoetst(
    staat: Dossier, dag: date, *, maand: bool = False, leveringen: Mapping[str, date] | None = None
) -> tuple[Dossier, list[EventData]]:
    """What a check on this day does; unless told otherwise DUO told of both gemeenten that day."""
    nieuws = {GEMEENTE: dag, POLDER: dag} if leveringen is None else leveringen
    return gebeurt(staat, ToetsInschrijving(dag, nieuws, maand), dag)


def signalen(staat: Dossier) -> list[Signaal]:
    """The signals, in the order in which they were given."""
    return list((staat.register or Registerblad()).signalen.values())


def signaal(staat: Dossier) -> Signaal:
    """The only signal."""
    (een,) = signalen(staat)
    return een


def signaal_id(staat: Dossier) -> UUID:
    """The id of the only signal."""
    (een,) = (staat.register or Registerblad()).signalen
    return een


def verklaard(staat: Dossier, uitkomst: Uitkomst, dag: date, medewerker: str = "ADM-1") -> Dossier:
    """The dossier after somebody explained the only open signal."""
    (een,) = (i for i, s in (staat.register or Registerblad()).signalen.items() if s.is_open)
    return gebeurt(staat, VerklaarSignaal(een, uitkomst, medewerker), dag)[0]


def bevestigd(staat: Dossier, dag: date, medewerker: str = "LPA-1") -> tuple[Dossier, list[EventData]]:
    """What confirming the only signal does."""
    return gebeurt(staat, BevestigSignaal(signaal_id(staat), medewerker), dag)


def stand(staat: Dossier) -> tuple[Signaalstatus, Uitkomst | None]:
    """Status and uitkomst of the only signal."""
    een = signaal(staat)
    return een.status, een.uitkomst


def blad(staat: Dossier, **velden: Any) -> Registerblad:
    """The blad of a dossier, with some fields set."""
    return replace(staat.register or Registerblad(), **velden)


# One story: unenrolled on a Friday, signalled, handed to administratie

VRIJDAG = date(2026, 9, 4)
"""The last day at school in most of these stories; the term begins on Saturday 5 September."""
SIGNAALDAG = date(2026, 9, 12)  # zaterdag, one day over five werkdagen
OKTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 2)  # first werkdagen of their month


def uitgeschreven(tot: date = VRIJDAG, **velden: Any) -> Dossier:
    """A jongere of 15 whose only inschrijving ended."""
    return staat_ingeschreven(woont(**velden), date(2024, 8, 1), tot)


def gesignaleerd(dag: date = SIGNAALDAG) -> Dossier:
    """With a signal of that day."""
    return getoetst(uitgeschreven(), dag)[0]


def te_controleren() -> Dossier:
    """With a signal that the check of October handed to administratie."""
    return getoetst(gesignaleerd(), OKTOBER, maand=True)[0]


def soorten(events: list[EventData]) -> list[tuple[str, str]]:
    """Name, and reason or uitkomst, of what was said about signals."""
    return [
        (e.name, e.reden if isinstance(e, AbsoluutVerzuimGesignaleerd) else e.uitkomst)
        for e in events
        if isinstance(e, AbsoluutVerzuimGesignaleerd | AbsoluutVerzuimVerklaard)
    ]
