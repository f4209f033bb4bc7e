"""Correcting what we hold ourselves, and telling whoever got it (AVG art. 16 and 19). Pure.

What came from the BRP or a school is corrected at its source: then a taak says whom to ask. What was there before is
not kept and not told anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic import SecretStr

from contracts.envelope import EventData
from contracts.events.privacy import RectificatieGemeld
from hub.errors import Ongeldig
from hub.medewerkers import Rol
from services.cases.beleid import Beleid
from services.cases.decisions import Result, herbeoordeel, noteer
from services.cases.feiten import FeitFout
from services.cases.model import Dossier, Tijdlijnregel, afgeleid_id
from services.cases.rechten import bevoegd
from services.cases.rechtenstand import Rechten, Rechtentaak, Rectificatie, Rectificatiesoort, Taaksoort
from services.cases.toestemmingen import UIT_REGISTER
from services.cases.uitvoering import brief_id_van

_ROLLEN: Final = (Rol.LEERPLICHTAMBTENAAR,)
_AFVINKEN: Final = (Rol.LEERPLICHTAMBTENAAR, Rol.ADMINISTRATIE)
_BRON: Final[Mapping[Rectificatiesoort, tuple[Taaksoort, str]]] = {
    Rectificatiesoort.BRP: (Taaksoort.TERUGMELDEN_BRP, "brp"),
    Rectificatiesoort.MELDING: (Taaksoort.CORRECTIE_VRAGEN_SCHOOL, "school"),
}
"""What only its source corrects: the taak, and whom it is about (Wet BRP art. 2.34; Leerplichtwet 1969 art. 21a)."""


@dataclass(frozen=True, slots=True)
class Rectificeer:
    """Command: `onderwerp` becomes `waarde`; None takes a fact away.

    `onderwerp` is the name of a fact (with its `zaak_id`), the brief_id of afspraken, or the name of what the source
    must correct; a consent is recorded again or withdrawn instead. `element` is the code under which it is disclosed.
    The same `rectificatie_id` again changes nothing.
    """

    rectificatie_id: UUID
    soort: Rectificatiesoort
    element: str
    onderwerp: str
    gemeente: str
    medewerker: str
    reden: str
    zaak_id: UUID | None = None
    waarde: Any = field(default=None, repr=False)
    afspraken: tuple[SecretStr, ...] = ()


@dataclass(frozen=True, slots=True)
class MeldRectificatie:
    """Command: these recipients got the element before it was corrected, and must be told."""

    rectificatie_id: UUID
    ontvangers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RondTaakAf:
    """Command: an official did what a taak asks."""

    taak_id: UUID
    medewerker: str


def rectificeer(dossier: Dossier, command: Rectificeer, now: datetime, beleid: Beleid) -> Result:
    """Corrects, and judges the zaken again; raises `Ongeldig` naming what does not fit."""
    bevoegd(beleid, command.medewerker, command.gemeente, _ROLLEN)
    rechten = dossier.privacy.rechten
    if any(r.rectificatie_id == command.rectificatie_id for r in rechten.rectificaties):
        return dossier, []
    if not command.reden.strip():
        raise Ongeldig("rectificeren vraagt een reden", "reden")
    try:
        beleid.protocollen.feiten.lees({"elementen": [command.element]}, bij="verstrekking")
    except FeitFout as error:
        raise Ongeldig(error.reden, "element") from error
    nieuw = Rectificatie(
        rectificatie_id=command.rectificatie_id,
        soort=command.soort,
        element=command.element,
        onderwerp=command.onderwerp,
        gemeente=command.gemeente,
        op=now,
        medewerker=command.medewerker,
        reden=command.reden,
    )
    dossier = _met_rechten(dossier, rechten.model_copy(update={"rectificaties": (*rechten.rectificaties, nieuw)}))
    events: list[EventData] = []
    if command.soort in _BRON:
        taaksoort, bron = _BRON[command.soort]
        return _met_taken(dossier, nieuw, taaksoort, (bron,), now), events
    dossier = _VERANDER[command.soort](dossier, command, now, beleid)
    for zaak_id in list(dossier.zaken):
        dossier, more = herbeoordeel(dossier, zaak_id, now, beleid)
        events += more
    return dossier, events


def _feit(dossier: Dossier, command: Rectificeer, now: datetime, beleid: Beleid) -> Dossier:
    zaak = dossier.zaken.get(command.zaak_id) if command.zaak_id is not None else None
    if zaak is None:
        raise Ongeldig("deze zaak bestaat niet", "zaak_id")
    if zaak.gemeente != command.gemeente:
        raise Ongeldig("deze zaak is van een andere gemeente", "gemeente")
    if command.onderwerp in UIT_REGISTER:
        return _toestemming(dossier, command, now, beleid)
    if command.onderwerp not in zaak.feiten:
        raise Ongeldig("dit feit is in deze zaak niet vastgesteld", "onderwerp")
    feiten = {naam: waarde for naam, waarde in zaak.feiten.items() if naam != command.onderwerp}
    if command.waarde is not None:
        feiten[command.onderwerp] = command.waarde
        try:
            beleid.protocollen.feiten.lees({command.onderwerp: command.waarde})
        except FeitFout as error:
            raise Ongeldig(error.reden, error.veld) from error
    regel = Tijdlijnregel(zaak.zaak_id, now, "feit_gerectificeerd", command.medewerker, command.onderwerp)
    return dossier.met_zaak(zaak.met(feiten=feiten), regel)


def _afspraken(dossier: Dossier, command: Rectificeer, now: datetime, beleid: Beleid) -> Dossier:
    brief_id = _uuid(command.onderwerp)
    van = [z for z in dossier.zaken.values() if any(brief_id_van(v) == brief_id for v in z.voorstellen.values())]
    if not any(zaak.gemeente == command.gemeente for zaak in van):
        raise Ongeldig("deze afspraken horen niet bij een zaak van deze gemeente", "onderwerp")
    if not command.afspraken:
        raise Ongeldig("noem de juiste afspraken", "afspraken")
    dossier = replace(dossier, afspraken={**dossier.afspraken, brief_id: command.afspraken})
    return _noteer(dossier, "afspraken_gerectificeerd", command, now)


def _toestemming(dossier: Dossier, command: Rectificeer, now: datetime, beleid: Beleid) -> Dossier:
    """What a giver said is never corrected: only recording or withdrawing checks who may and tells whom it concerns."""
    raise Ongeldig(
        "toestemming wordt niet gerectificeerd: leg opnieuw vast wat de gever zegt (schakel toestemming geef of "
        "weiger), of trek haar in (schakel toestemming trek-in)",
        "soort",
    )


_VERANDER: Final = {
    Rectificatiesoort.FEIT: _feit,
    Rectificatiesoort.AFSPRAKEN: _afspraken,
    Rectificatiesoort.TOESTEMMING: _toestemming,
}


def meld_rectificatie(dossier: Dossier, command: MeldRectificatie, now: datetime, beleid: Beleid) -> Result:
    """A taak per recipient that must be told, each once; nothing for a rectificatie that is not there."""
    rechten = dossier.privacy.rechten
    een = next((r for r in rechten.rectificaties if r.rectificatie_id == command.rectificatie_id), None)
    if een is None:
        return dossier, []
    al = een.gemeld_aan or ()
    nieuw = tuple(sorted(set(command.ontvangers) - set(al)))
    if not nieuw and een.gemeld_aan is not None:
        return dossier, []
    gemeld = een.model_copy(update={"gemeld_aan": (*al, *nieuw)})
    alle = tuple(gemeld if r.rectificatie_id == een.rectificatie_id else r for r in rechten.rectificaties)
    dossier = _met_rechten(dossier, rechten.model_copy(update={"rectificaties": alle}))
    if not nieuw:
        return dossier, []
    dossier = _met_taken(dossier, gemeld, Taaksoort.RECTIFICATIE_MELDEN, nieuw, now)
    return dossier, [RectificatieGemeld(elementen=(een.element,), ontvangers=nieuw)]


def rond_taak_af(dossier: Dossier, command: RondTaakAf, now: datetime, beleid: Beleid) -> Result:
    """Marks a taak done; once is enough. Raises `Ongeldig` for one that is not there."""
    rechten = dossier.privacy.rechten
    taak = next((t for t in rechten.taken if t.taak_id == command.taak_id), None)
    if taak is None:
        raise Ongeldig("deze taak bestaat niet", "taak_id")
    bevoegd(beleid, command.medewerker, taak.gemeente, _AFVINKEN)
    if taak.gedaan_op is not None:
        return dossier, []
    gedaan = taak.model_copy(update={"gedaan_op": now, "gedaan_door": command.medewerker})
    alle = tuple(gedaan if t.taak_id == taak.taak_id else t for t in rechten.taken)
    return _met_rechten(dossier, rechten.model_copy(update={"taken": alle})), []


def _met_taken(
    dossier: Dossier, rectificatie: Rectificatie, soort: Taaksoort, ontvangers: tuple[str, ...], now: datetime
) -> Dossier:
    rechten = dossier.privacy.rechten
    taken = tuple(
        Rechtentaak(
            taak_id=afgeleid_id("rechtentaak", rectificatie.rectificatie_id, soort, ontvanger),
            soort=soort,
            rectificatie_id=rectificatie.rectificatie_id,
            gemeente=rectificatie.gemeente,
            ontvanger=ontvanger,
            element=rectificatie.element,
            op=now,
        )
        for ontvanger in ontvangers
    )
    return _met_rechten(dossier, rechten.model_copy(update={"taken": (*rechten.taken, *taken)}))


def _met_rechten(dossier: Dossier, rechten: Rechten) -> Dossier:
    return replace(dossier, privacy=dossier.privacy.model_copy(update={"rechten": rechten}))


def _noteer(dossier: Dossier, wat: str, command: Rectificeer, now: datetime) -> Dossier:
    for zaak_id, zaak in dossier.zaken.items():
        if zaak.is_open:
            dossier = noteer(dossier, zaak_id, wat, "", command.medewerker, now)
    return dossier


def _uuid(tekst: str) -> UUID:
    try:
        return UUID(tekst)
    except ValueError:
        raise Ongeldig("is geen nummer", "onderwerp") from None
