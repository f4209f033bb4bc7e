"""A store of `cases` with as many zaken as wanted: the rows of one real zaak, over and over.

One jongere goes through the real pipeline: a melding, a besluit, a letter, a change. What that leaves in the tables is
copied, with ids of their own, for as many jongeren as wanted, and as many again of whom only the person is known. A
sample of both, spread over the whole, is made with the very ids and sealed content a real one would have; the events
of the measurement are about those.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from contracts.codes import Adressaat, Besluitsoort, MeldingStatus, Verzuimsoort
from contracts.envelope import EventData
from contracts.events.brieven import BriefOpgemaakt
from contracts.events.verzuim import VerzuimmeldingGewijzigd, VerzuimmeldingOntvangen
from hub.crypto import Kluis
from hub.database import index_commands
from hub.messages import Message
from hub.pipeline import Pipeline
from services.cases.besluiten import NeemBesluit
from services.cases.model import Dossier, Zaak

GEMEENTE: Final = "1924"
VANDAAG: Final = date(2026, 11, 16)  # maandag
SJABLOON: Final = UUID("5e111111-2222-4333-8444-555555555555")
TRACE: Final = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
_ZEGEL: Final = "cases|zaak"
_TABELLEN: Final = ("dossier", "zaak", "voorstel", "termijn", "tijdlijn", "stand", "outbox", "register", "inschrijving")
_BRIEF: Final = UUID("5e111111-0000-4000-8000-000000000001")


class Steekproef(NamedTuple):
    """Jongeren about whom the events of the measurement are."""

    met_zaak: list[tuple[UUID, UUID]]
    """jongere_id and zaak_id."""
    zonder_zaak: list[UUID]


def melding(nummer: int, laatste_mutatie: datetime, begin: date, *, gewijzigd: bool = False) -> EventData:
    """A melding of too many missed lessons."""
    soort = VerzuimmeldingGewijzigd if gewijzigd else VerzuimmeldingOntvangen
    return soort(
        meldingsnummer=str(nummer),
        laatste_mutatie=laatste_mutatie,
        status=MeldingStatus.GEREGISTREERD,
        verzuimsoort=Verzuimsoort.ZESTIEN_UUR,
        begindatum=begin,
        einddatum=begin + timedelta(days=10) if gewijzigd else None,
        lesuren=18,
        alle_lessen_gemist=False,
        actie_gewenst=True,
        brin="90XA",
        vestiging="00",
        gemeld_op=laatste_mutatie,
    )


def brief(zaak_id: UUID, brief_id: UUID) -> EventData:
    """A letter that was made."""
    return BriefOpgemaakt(
        zaak_id=zaak_id,
        brief_id=brief_id,
        briefsoort="lpa_uitnodiging_1",
        adressaten=(Adressaat.OUDERS,),
        sha256="0" * 64,
        paginas=1,
    )


def bericht(jongere_id: UUID, bron: str, sequence: int | None, data: Any, now: datetime) -> Message:
    """An event as the broker would give it."""
    return Message(jongere_id, GEMEENTE, data, bron=bron, sequence=sequence, time=now, traceparent=TRACE)


def steekproef(seed: int, aantal: int) -> Steekproef:
    """The same ids for every store."""
    rng = Random(seed)
    ids = [UUID(int=rng.getrandbits(128), version=4) for _ in range(3 * aantal)]
    return Steekproef(list(zip(ids[:aantal], ids[aantal : 2 * aantal], strict=True)), ids[2 * aantal :])


async def vul(
    db: "asyncpg.Connection[Any]",
    pipeline: Pipeline[Dossier],
    kluis: Kluis,
    zaken: int,
    proef: Steekproef,
    now: datetime,
) -> None:
    """Fills an empty store; `zaken` must be a multiple of the size of the sample."""
    await _sjabloon(db, pipeline, kluis, now)
    await _ids(db, kluis, zaken, proef)
    terug = []
    for tabel in _TABELLEN:
        weg, opnieuw = await index_commands(db, tabel)
        for opdracht in weg:
            await db.execute(opdracht)
        terug += opnieuw
    for opdracht in _KOPIE:
        await db.execute(opdracht, SJABLOON)
    await db.execute("SET maintenance_work_mem = '512MB'")
    for opdracht in terug:
        await db.execute(opdracht)
    await db.execute("DROP TABLE kloon, echt")
    await db.execute("UPDATE outbox_stand SET laatste_nr = (SELECT max(nr) FROM outbox)")
    await db.execute("UPDATE outbox_stand SET gepubliceerd_tot = laatste_nr")
    for tabel in (*_TABELLEN, "outbox_stand"):
        await db.execute(f"VACUUM (ANALYZE) {tabel}")


async def _sjabloon(db: "asyncpg.Connection[Any]", pipeline: Pipeline[Dossier], kluis: Kluis, now: datetime) -> None:
    """Takes one jongere through the pipeline."""
    persoon = kluis.seal(b'{"geboortedatum":"2011-05-04","overleden":false}', "cases|persoon")
    await db.execute("INSERT INTO dossier VALUES ($1, $2)", SJABLOON, persoon)
    await db.execute(
        "INSERT INTO register (jongere_id, gemeente, geboortemaand, sinds) VALUES ($1, $2, '2011-05-01', '2019-03-01')",
        SJABLOON,
        GEMEENTE,
    )
    await db.execute(
        """INSERT INTO inschrijving (inschrijving_id, jongere_id, brin, soort, van, gehoord)
           VALUES (gen_random_uuid(), $1, '90XA', 'vo', '2023-08-01', '2026-10-01')""",
        SJABLOON,
    )
    stempel = now.replace(tzinfo=None)
    await _verwerk(
        pipeline, [bericht(SJABLOON, "ingest_duo", 1, melding(1, stempel, VANDAAG - timedelta(days=30)), now)]
    )
    ((voorstel, zaak),) = await db.fetch("SELECT voorstel_id, zaak_id FROM voorstel WHERE status = 'open'")
    gesprek = datetime.combine(VANDAAG + timedelta(days=9), datetime.min.time()).replace(hour=15)
    akkoord = NeemBesluit(voorstel, Besluitsoort.AKKOORD, "LPA-1", gesprek_op=gesprek)
    await _verwerk(pipeline, [Message(SJABLOON, GEMEENTE, akkoord, traceparent=TRACE)])
    await _verwerk(pipeline, [bericht(SJABLOON, "letters", 1, brief(zaak, _BRIEF), now)])
    later = melding(1, stempel + timedelta(days=1), VANDAAG - timedelta(days=30), gewijzigd=True)
    await _verwerk(pipeline, [bericht(SJABLOON, "ingest_duo", 2, later, now)])


async def _verwerk(pipeline: Pipeline[Dossier], messages: Sequence[Message]) -> None:
    result = await pipeline.process(messages)
    for message in messages:
        if message.error is not None:
            raise message.error
    if result.queued:
        raise ValueError("an event of the measurement was parked")


async def _ids(db: "asyncpg.Connection[Any]", kluis: Kluis, zaken: int, proef: Steekproef) -> None:
    """The ids of every copy: random ones, and at even distances those of the sample with their sealed content."""
    sealed = await db.fetchval("SELECT inhoud FROM zaak")
    tekst = kluis.open(sealed, _ZEGEL)
    origineel = Zaak.model_validate_json(tekst)
    rng = Random(len(proef.met_zaak))
    rijen = []
    for nr, (jongere_id, zaak_id) in enumerate(proef.met_zaak):
        voorstellen = [UUID(int=rng.getrandbits(128), version=4) for _ in origineel.voorstellen]
        termijnen = [UUID(int=rng.getrandbits(128), version=4) for _ in origineel.termijnen]
        oud = [origineel.zaak_id, *sorted(origineel.voorstellen), *sorted(origineel.termijnen)]
        eigen = tekst
        for was, wordt in zip(oud, [zaak_id, *voorstellen, *termijnen], strict=True):
            eigen = eigen.replace(str(was).encode(), str(wordt).encode())
        eigen = eigen.replace(b'"1"', f'"{10_000_000 + nr}"'.encode())  # the number of the melding
        rijen.append(
            (nr, jongere_id, zaak_id, voorstellen, termijnen, kluis.seal(eigen, _ZEGEL), proef.zonder_zaak[nr])
        )
    await db.execute(
        """CREATE UNLOGGED TABLE echt (nr int PRIMARY KEY, jongere_id uuid, zaak_id uuid, voorstellen uuid[],
             termijnen uuid[], inhoud bytea, zonder uuid)"""
    )
    await db.copy_records_to_table("echt", records=rijen)
    elke = zaken // len(rijen)
    await db.execute(
        f"""CREATE UNLOGGED TABLE kloon AS
            SELECT n, COALESCE(e.jongere_id, gen_random_uuid()) AS jongere_id,
              COALESCE(e.zaak_id, gen_random_uuid()) AS zaak_id,
              COALESCE(e.voorstellen, array[{_toeval(len(origineel.voorstellen))}]::uuid[]) AS voorstellen,
              COALESCE(e.termijnen, array[{_toeval(len(origineel.termijnen))}]::uuid[]) AS termijnen,
              e.inhoud, COALESCE(e.zonder, gen_random_uuid()) AS zonder
            FROM generate_series(1, {zaken}) AS n
            LEFT JOIN echt e ON n % {elke} = 0 AND e.nr = n / {elke} - 1
            ORDER BY n"""  # noqa: S608 - numbers of ours
    )


def _toeval(aantal: int) -> str:
    return ", ".join(["gen_random_uuid()"] * aantal)


_KOPIE: Final = (
    """INSERT INTO dossier SELECT j, d.persoon FROM kloon k, unnest(array[k.jongere_id, k.zonder]) AS j,
         (SELECT persoon FROM dossier WHERE jongere_id = $1) d ORDER BY k.n""",
    """INSERT INTO register (jongere_id, gemeente, geboortemaand, sinds)
        SELECT j, r.gemeente, r.geboortemaand, r.sinds FROM kloon k, unnest(array[k.jongere_id, k.zonder]) AS j,
          (SELECT * FROM register WHERE jongere_id = $1) r ORDER BY k.n""",
    """INSERT INTO inschrijving (inschrijving_id, jongere_id, brin, soort, van, gehoord)
        SELECT gen_random_uuid(), j, i.brin, i.soort, i.van, i.gehoord
        FROM kloon k, unnest(array[k.jongere_id, k.zonder]) AS j,
          (SELECT * FROM inschrijving WHERE jongere_id = $1) i ORDER BY k.n""",
    """INSERT INTO zaak (zaak_id, jongere_id, gemeente, zaaksoort, schooljaar, status, geopend_op, versie, inhoud)
        SELECT k.zaak_id, k.jongere_id, z.gemeente, z.zaaksoort, z.schooljaar, z.status, z.geopend_op, z.versie,
          COALESCE(k.inhoud, z.inhoud)
        FROM kloon k, (SELECT * FROM zaak WHERE jongere_id = $1) z ORDER BY k.n""",
    """INSERT INTO voorstel (voorstel_id, zaak_id, jongere_id, gemeente, uitkomst, status, gedaan_op)
        SELECT k.voorstellen[v.nr], k.zaak_id, k.jongere_id, v.gemeente, v.uitkomst, v.status, v.gedaan_op
        FROM kloon k, (
          SELECT *, row_number() OVER (ORDER BY voorstel_id) AS nr FROM voorstel WHERE jongere_id = $1
        ) v ORDER BY k.n""",
    """INSERT INTO termijn (termijn_id, zaak_id, jongere_id, gemeente, naam, uiterlijk, status)
        SELECT k.termijnen[t.nr], k.zaak_id, k.jongere_id, t.gemeente, t.naam, t.uiterlijk, t.status
        FROM kloon k, (
          SELECT *, row_number() OVER (ORDER BY termijn_id) AS nr FROM termijn WHERE jongere_id = $1
        ) t ORDER BY k.n""",
    """INSERT INTO tijdlijn (zaak_id, op, wat, door, toelichting)
        SELECT k.zaak_id, t.op, t.wat, t.door, t.toelichting
        FROM kloon k, (SELECT t.* FROM tijdlijn t JOIN zaak USING (zaak_id) WHERE jongere_id = $1) t ORDER BY k.n""",
    """INSERT INTO stand SELECT k.jongere_id, s.gelezen, s.geschreven, s.versie
        FROM kloon k, (SELECT * FROM stand WHERE jongere_id = $1) s ORDER BY k.n""",
    """INSERT INTO outbox (nr, event_id, jongere_id, sequence, subject, bericht, op)
        SELECT o.hoogste + (k.n - 1) * o.aantal + o.sequence, gen_random_uuid(), k.jongere_id, o.sequence, o.subject,
          o.bericht, o.op
        FROM kloon k, (
          SELECT *, max(nr) OVER () AS hoogste, count(*) OVER () AS aantal FROM outbox WHERE jongere_id = $1
        ) o ORDER BY k.n""",
)
