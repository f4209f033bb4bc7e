"""Erasing one person from an installation, running or not; may be interrupted and given again at any point."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
import structlog
from nats.aio.client import Client

from hub.auditlog import Auditlog, Uitkomst
from hub.catalogus import Wijze
from hub.clock import AMSTERDAM
from hub.crypto import Kluis
from hub.errors import NietGereed, Ongeldig
from hub.gewist import count, erase_from
from hub.medewerkers import Medewerker, Medewerkers, Rol
from schakel.wissen.belet import Belet, beletsels
from schakel.wissen.herkennen import herkenner
from schakel.wissen.inhoud import wis_berichten, wis_leveringen, wis_quarantaine
from schakel.wissen.opdracht import NUMMERS, Opdracht, Opdrachten
from schakel.wissen.opslag import Pools, catalogus, in_volgorde
from schakel.wissen.sporen import alle_streams, tel_stream, voorbij, wis_bestanden, wis_stream
from schakel.wissen.verwijzingen import wis_verwijzingen
from schakel.wissen.verzamelen import familie, verzamel
from services.ingest_duo.decisions import GEWIST_ALS

log: structlog.stdlib.BoundLogger = structlog.get_logger()
Voortgang = Callable[[str], None]
_RONDES: Final = 3
BEVOEGD: Final = (Rol.FG, Rol.ADMINISTRATIE)
"""Who may order somebody to be erased, or close a dossier."""
_GEVOLGD: Final = """SELECT stand FROM volgindicatie WHERE jongere_id = ANY($1::uuid[])
                     AND (stand IN ('geplaatst', 'verwijdering_gevraagd') OR (stand = 'gevraagd' AND verzonden > 0))"""


@dataclass
class Gedaan:
    """What was erased: numbers per place, and what could not be yet."""

    per_plek: dict[str, int] = field(default_factory=dict)
    wacht: dict[str, int] = field(default_factory=dict)

    def tel(self, plek: str, aantal: int) -> None:
        """Adds to a count; nothing is not mentioned."""
        if aantal:
            self.per_plek[plek] = self.per_plek.get(plek, 0) + aantal


@dataclass(frozen=True)
class Plaatsen:
    """Everything a person may be in."""

    pools: Pools
    nc: Client
    kluis: Kluis
    mappen: Sequence[Path]
    """The folder of the installation first."""
    opdrachten: Opdrachten
    regio: frozenset[str]
    """The gemeenten of the installation: nobody here is competent for another."""


def bevoegd(medewerkers: Medewerkers, code: str) -> Medewerker:
    """The official who gives the order; raises `Ongeldig` when they may not."""
    wie = medewerkers.get(code)
    if wie is None:
        raise Ongeldig("staat niet in het register van medewerkers", "medewerker")
    if not wie.gemeenten_met(BEVOEGD):
        raise Ongeldig("mag geen gegevens laten wissen: dat is aan de FG of de administratie", "medewerker")
    return wie


async def proef(waar: Plaatsen, jongere_id: UUID) -> dict[str, int]:
    """How much there is about this person per place; changes nothing."""
    jongeren = await familie(waar.pools, jongere_id)
    found: dict[str, int] = {}
    for service, pool in in_volgorde(waar.pools):
        found |= {f"{service}.{t}": n for t, n in (await count(pool, catalogus(service), jongeren)).items()}
    for stream in alle_streams():
        if number := await tel_stream(waar.nc, stream, jongeren):
            found[f"stream {stream.name}"] = number
    return found


async def begin(
    waar: Plaatsen,
    jongere_id: UUID,
    *,
    door: Medewerker,
    reden: str,
    besluit: str | None,
    ook_open: bool,
    now: datetime,
) -> Opdracht:
    """The order: a new one, or the one that was begun before. Raises `Ongeldig` when it may not be carried out."""
    if (eerder := waar.opdrachten.open_voor(jongere_id)) is not None:
        return eerder
    if not reden.strip():
        raise Ongeldig("ontbreekt: waarom wordt deze jongere gewist?", "reden")
    jongeren = await familie(waar.pools, jongere_id)
    await _mag(waar, jongeren, door, (besluit or "").strip(), ook_open)
    opdracht = await verzamel(waar.pools, waar.kluis, jongeren, door=door.code, reden=reden, besluit=besluit, now=now)
    waar.opdrachten.bewaar(opdracht)
    return opdracht


async def _mag(waar: Plaatsen, jongeren: Sequence[UUID], door: Medewerker, besluit: str, ook_open: bool) -> None:
    """Whether there is anything, whether the official is competent wherever the person belongs, and whether nothing
    stands in the way; `ook_open` passes over an open zaak and a besluit that was not recorded, and over nothing else.
    """
    total = 0
    for service, pool in in_volgorde(waar.pools):
        total += sum(
            (await count(pool, [t for t in catalogus(service) if t.wijze is Wijze.VERWIJDEREN], jongeren)).values()
        )
    if not total:
        raise Ongeldig("er is geen jongere met dit nummer (meer)", "jongere_id")
    cases, brp = waar.pools["cases"], waar.pools["brp_sync"]
    zaken = await cases.fetch("SELECT gemeente FROM zaak WHERE jongere_id = ANY($1::uuid[])", jongeren)
    woont = await brp.fetch("SELECT gemeente FROM jongere WHERE jongere_id = ANY($1::uuid[])", jongeren)
    eis_bevoegd(door, {r["gemeente"] for r in (*zaken, *woont)} & waar.regio)
    vastgelegd = await cases.fetch("SELECT besluit FROM sluiting WHERE jongere_id = ANY($1::uuid[])", jongeren)
    eis_vrij(
        await beletsels(waar.pools, jongeren), {r["besluit"] for r in vastgelegd} - {None}, besluit,
        dossier=bool(zaken), ook_open=ook_open,
    )  # fmt: skip


def eis_bevoegd(door: Medewerker, hoort_bij: Collection[str]) -> None:
    """The official must be competent in every gemeente the person belongs to: of each something goes. Raises
    `Ongeldig` naming the others."""
    if elders := set(hoort_bij).difference(door.gemeenten_met(BEVOEGD)):
        raise Ongeldig(f"de jongere hoort ook bij gemeente {', '.join(sorted(elders))}", "medewerker")


def eis_vrij(
    belet: Collection[Belet], vastgelegd: Collection[str], besluit: str, *, dossier: bool, ook_open: bool
) -> None:
    """What stops the clock stops an official too; raises `Ongeldig` naming it.

    The kenmerk of a dossier is that of the besluit that was recorded; with `ook_open` the official answers for it.
    """
    if Belet.BEPERKT in belet:
        raise Ongeldig("de verwerking is beperkt: hef die beperking eerst op (AVG art. 18)", "jongere_id")
    if Belet.VERZOEK in belet:
        raise Ongeldig("er loopt een beroep op privacyrechten: besluit daar eerst over", "jongere_id")
    if Belet.OPEN in belet and not ook_open:
        raise Ongeldig(
            "er is een open zaak: sluit die eerst (CONV-9.2 telt vanaf het besluit tot sluiting)", "jongere_id"
        )
    if dossier and not besluit:
        raise Ongeldig("ontbreekt: er is een dossier, en wissen vraagt het besluit tot sluiting (CONV-9.2)", "besluit")
    if ook_open or not dossier:
        return
    if Belet.ZONDER_BESLUIT in belet:
        raise Ongeldig("er is geen besluit tot sluiting vastgelegd (schakel bewaren sluit)", "besluit")
    if besluit not in vastgelegd:
        raise Ongeldig("dit is niet het kenmerk van het vastgelegde besluit tot sluiting", "besluit")


async def voer_uit(waar: Plaatsen, opdracht: Opdracht, now: datetime, voortgang: Voortgang) -> Gedaan:
    """Carries an order out. Raises `NietGereed` when something has to happen first; then give it again."""
    gedaan = Gedaan()
    jongeren = list(opdracht.jongeren)
    if standen := await meld_af(waar.pools["brp_sync"], jongeren, now):
        raise NietGereed(
            f"de afnemersindicatie staat nog ({standen[0]}): brp_sync trekt haar nu in; geef de opdracht "
            "daarna opnieuw (`schakel volg list`)"
        )
    for ronde in range(_RONDES):
        before = dict(gedaan.per_plek)
        for service, pool in in_volgorde(waar.pools):
            voortgang(f"{service}: tabellen")
            meldingen = waar.kluis.index_all(opdracht.waarden("meldingsnummer"), GEWIST_ALS)
            done = await erase_from(pool, catalogus(service), jongeren, now, meldingen)
            for tabel, number in done.items():
                gedaan.tel(f"{service}.{tabel}", number)
        gedaan.tel("bestanden", wis_bestanden(waar.mappen, opdracht.brieven, _in_namen(opdracht)))
        if ronde and before == gedaan.per_plek:
            break
        await _inhoud(waar, opdracht, now, gedaan, voortgang)
        for stream in alle_streams():
            voortgang(f"stream {stream.name}")
            await voorbij(waar.pools[stream.bron])
            gedaan.tel(f"stream {stream.name}", await wis_stream(waar.nc, stream, jongeren))
    await _ruim_op(waar.pools, gedaan, voortgang)
    uitkomst = Uitkomst.MISLUKT if gedaan.wacht else Uitkomst.GEDAAN
    await Auditlog(waar.pools["cases"]).schrijf(now, opdracht.door, "wissen", uitkomst)
    if not gedaan.wacht:
        waar.opdrachten.bewaar(opdracht.model_copy(update={"klaar_op": now}))
    log.info("person_erased", opdracht=str(opdracht.nummer), places=len(gedaan.per_plek), waiting=len(gedaan.wacht))
    return gedaan


async def _inhoud(waar: Plaatsen, opdracht: Opdracht, now: datetime, gedaan: Gedaan, voortgang: Voortgang) -> None:
    zoekt = herkenner(opdracht, waar.kluis, NUMMERS)
    gedaan.wacht.clear()
    zaken = frozenset(map(UUID, opdracht.waarden("zaak_id")))
    gedaan.tel("cases.zaak (verwijzingen)", await wis_verwijzingen(waar.pools["cases"], waar.kluis, zaken))
    for service, pool in in_volgorde(waar.pools):
        voortgang(f"{service}: berichten")
        done, waiting = await wis_berichten(pool, waar.kluis, zoekt)
        gedaan.tel(f"{service}.inkomend", done)
        if waiting:
            gedaan.wacht[f"{service}.inkomend"] = waiting
        gedaan.tel(f"{service}.quarantaine", await wis_quarantaine(pool, waar.kluis, zoekt, now, opdracht.door))
    lines, waiting = await wis_leveringen(waar.pools["ingest_duo"], waar.kluis, zoekt)
    gedaan.tel("ingest_duo.levering_blok", lines)
    if waiting:
        gedaan.wacht["ingest_duo.levering_blok"] = waiting


async def meld_af(pool: "asyncpg.Pool[Any]", jongeren: Sequence[UUID], now: datetime) -> list[str]:
    """Ends following, for as long as the BRP tells about somebody they would come back; how far that is where it is
    not finished."""
    await pool.execute(
        """UPDATE volger SET einddatum = $2, bekeken = false
           WHERE jongere_id = ANY($1::uuid[]) AND (einddatum IS NULL OR einddatum > $2)""",
        jongeren, now.astimezone(AMSTERDAM).date(),
    )  # fmt: skip
    return [r["stand"] for r in await pool.fetch(_GEVOLGD, jongeren)]


def _in_namen(opdracht: Opdracht) -> list[str]:
    """What may stand in the name of a file of this person."""
    return [*map(str, opdracht.jongeren), *opdracht.waarden("brief_id")]


async def _ruim_op(pools: Pools, gedaan: Gedaan, voortgang: Voortgang) -> None:
    """Lets PostgreSQL let go of the rows that were deleted or replaced."""
    for plek in gedaan.per_plek:
        service, _, tabel = plek.partition(".")
        if service in pools and " " not in tabel:
            voortgang(f"{plek}: opruimen")
            async with pools[service].acquire() as db:
                await db.execute(f'VACUUM "{tabel}"', timeout=600)
