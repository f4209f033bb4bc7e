"""The phases of a zaak along the Methodische Aanpak Schoolverzuim (MAS), as one table. Pure.

A phase follows by itself from what happened (`volg`) or is set by an official (`zet_fase`). What does not stand in the
table does not happen: by itself nothing changes, and an official is refused with the reason. Sources: GEN-MAS-1 (the
five phases), IJV-MAS-01 to 12 and NK-MAS-01 to 04 (what each phase does), CONV-3.4b (a next phase, or a next purpose,
asks again whether the data are needed).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from contracts.codes import Fase, Zaaksoort
from contracts.envelope import EventData
from contracts.events.zaken import FaseGewijzigd
from hub.errors import Ongeldig
from services.cases.gevolgen import gevolg_van
from services.cases.model import HUB, Dossier, Tijdlijnregel, Zaak


class Oorzaak(StrEnum):
    """What moves a zaak to another phase."""

    MELDING_ONTVANGEN = "melding_ontvangen"
    GESPREK_GEVOERD = "gesprek_gevoerd"
    VERZUIMOVERZICHT_ONTVANGEN = "verzuimoverzicht_ontvangen"
    UITNODIGING_VERSTUURD = "uitnodiging_verstuurd"
    AFSPRAKEN_GEMAAKT = "afspraken_gemaakt"
    BESLUIT_UITGEVOERD = "besluit_uitgevoerd"
    HALT_AFGELOPEN = "halt_afgelopen"
    EVALUATIE = "evaluatie"
    AMBTENAAR = "ambtenaar"


class Overgang(NamedTuple):
    """One allowed transition, for every zaaksoort that knows both phases."""

    oorzaak: Oorzaak
    van: Fase
    naar: Fase


W, A, P, H, E = Fase.WAARNEMEN, Fase.ANALYSEREN, Fase.PLANNEN, Fase.HANDELEN, Fase.EVALUEREN

_VAN: dict[Oorzaak, dict[Fase, tuple[Fase, ...]]] = {
    Oorzaak.MELDING_ONTVANGEN: {H: (W,), E: (W,)},
    Oorzaak.GESPREK_GEVOERD: {W: (A,)},
    Oorzaak.VERZUIMOVERZICHT_ONTVANGEN: {W: (A,)},
    Oorzaak.UITNODIGING_VERSTUURD: {W: (P,), A: (P,)},
    Oorzaak.AFSPRAKEN_GEMAAKT: {W: (P,), A: (P,), E: (P,)},
    Oorzaak.BESLUIT_UITGEVOERD: {W: (H,), A: (H,), P: (H,), E: (H,)},
    Oorzaak.HALT_AFGELOPEN: {W: (E,), A: (E,), P: (E,), H: (E,)},
    Oorzaak.EVALUATIE: {P: (E,), H: (E,)},
    Oorzaak.AMBTENAAR: {W: (A, P, H), A: (W, P, H), P: (A, H, E), H: (P, E), E: (A, P, H)},
}

OVERGANGEN: tuple[Overgang, ...] = tuple(
    Overgang(oorzaak, van, naar)
    for oorzaak, per_fase in _VAN.items()
    for van, naar_fasen in per_fase.items()
    for naar in naar_fasen
)
"""Every allowed transition; docs/zaak.md shows the same table."""

ZONDER_PLANNEN = frozenset({Zaaksoort.VERLOF, Zaaksoort.VRIJSTELLING})
"""A request is examined and decided; there is nothing to agree about (our reading: MAS is about absence)."""


def kent(zaaksoort: Zaaksoort, fase: Fase) -> bool:
    """Whether a zaak of this soort can be in a phase."""
    return not (fase is P and zaaksoort in ZONDER_PLANNEN)


def naar(zaaksoort: Zaaksoort, van: Fase, oorzaak: Oorzaak) -> tuple[Fase, ...]:
    """To which phases a cause may move a zaak; none: the cause moves nothing from there."""
    return tuple(o.naar for o in OVERGANGEN if (o.oorzaak, o.van) == (oorzaak, van) and kent(zaaksoort, o.naar))


@dataclass(frozen=True, slots=True)
class ZetFase:
    """Command: an official sets the phase, or (without `fase`) records that necessity was assessed again."""

    zaak_id: UUID
    medewerker: str
    fase: Fase | None = None
    noodzaak_beoordeeld: bool = False


def zet_fase(dossier: Dossier, command: ZetFase, now: datetime) -> tuple[Dossier, list[EventData]]:
    """Raises `Ongeldig` for a closed zaak and for a transition that is not in the table; what is so already is fine."""
    zaak = dossier.zaken[command.zaak_id]
    if not zaak.is_open:
        raise Ongeldig("deze zaak is afgesloten; heropen haar eerst", "zaak_id")
    events: list[EventData] = []
    if command.fase is not None and command.fase is not zaak.fase:
        mogelijk = naar(zaak.zaaksoort, zaak.fase, Oorzaak.AMBTENAAR)
        if command.fase not in mogelijk:
            kies = ", ".join(mogelijk)
            raise Ongeldig(f"van {zaak.fase} kan een zaak {zaak.zaaksoort} naar {kies}", "fase")
        dossier, event = _ga(dossier, zaak, command.fase, Oorzaak.AMBTENAAR, now, command.medewerker)
        events.append(event)
    zaak = dossier.zaken[command.zaak_id]
    if command.noodzaak_beoordeeld and not zaak.noodzaak_beoordeeld:
        zaak = zaak.met(noodzaak_beoordeeld_op=now)
        regel = Tijdlijnregel(zaak.zaak_id, now, "noodzaak_beoordeeld", command.medewerker, zaak.fase.value)
        dossier = dossier.met_zaak(zaak, regel)
    return dossier, events


def volg(voor: Dossier, na: Dossier, now: datetime) -> tuple[Dossier, list[EventData]]:
    """Moves the zaken that changed between two states of a dossier along the table; a closed one stays where it is."""
    events: list[EventData] = []
    for zaak_id, zaak in list(na.zaken.items()):
        was = voor.zaken.get(zaak_id)
        if zaak is was or not zaak.is_open:
            continue
        for oorzaak in oorzaken(was, zaak):
            mogelijk = naar(zaak.zaaksoort, na.zaken[zaak_id].fase, oorzaak)
            if mogelijk:
                na, event = _ga(na, na.zaken[zaak_id], mogelijk[0], oorzaak, now, HUB)
                events.append(event)
    return na, events


def _ga(
    dossier: Dossier, zaak: Zaak, fase: Fase, oorzaak: Oorzaak, now: datetime, door: str
) -> tuple[Dossier, EventData]:
    regel = Tijdlijnregel(zaak.zaak_id, now, "fase_gewijzigd", door, f"{zaak.fase} {fase} {oorzaak}")
    event = FaseGewijzigd(zaak_id=zaak.zaak_id, van_fase=zaak.fase, naar_fase=fase, oorzaak=oorzaak.value)
    return dossier.met_zaak(zaak.met(fase=fase, fase_sinds=now), regel), event


def oorzaken(was: Zaak | None, zaak: Zaak) -> Iterator[Oorzaak]:
    """What happened to a zaak between two states that may move its phase, in the order of the phases."""
    if was is not None and zaak.meldingen.keys() - was.meldingen.keys():
        yield Oorzaak.MELDING_ONTVANGEN
    eerst = was.feiten if was is not None else {}
    nieuw = {naam for naam, feit in zaak.feiten.items() if naam not in eerst or eerst[naam] != feit}
    if "gesprek_datum" in nieuw:
        yield Oorzaak.GESPREK_GEVOERD
    if "verzuimoverzicht_ontvangen" in nieuw and zaak.feiten["verzuimoverzicht_ontvangen"] is True:
        yield Oorzaak.VERZUIMOVERZICHT_ONTVANGEN
    yield from _van_besluiten(was, zaak)
    if "halt_status" in nieuw and zaak.feiten["halt_status"] in ("positief", "negatief"):
        yield Oorzaak.HALT_AFGELOPEN
    if nieuw & {"verzuim_gestopt", "meewerken_afspraken"}:
        yield Oorzaak.EVALUATIE


def _van_besluiten(was: Zaak | None, zaak: Zaak) -> Iterator[Oorzaak]:
    eerder = was.uitgevoerd if was is not None else frozenset()
    for voorstel_id in sorted(zaak.uitgevoerd - eerder):
        gevolg = gevolg_van(zaak.voorstellen[voorstel_id].uit_te_voeren or "")
        if gevolg.gesprek:
            yield Oorzaak.UITNODIGING_VERSTUURD
        elif gevolg.brief == "brief_afspraken":
            yield Oorzaak.AFSPRAKEN_GEMAAKT
        else:
            yield Oorzaak.BESLUIT_UITGEVOERD
