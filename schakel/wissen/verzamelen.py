"""Before anything is erased: who is meant, under which numbers, and what to look for afterwards."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from pydantic import SecretStr

from hub.canary import Canary
from hub.catalogus import Bewaarsoort, Tabel, Wijze
from hub.crypto import Kluis
from hub.errors import Ongeldig
from hub.privacy import Bsn, OngeldigeBsn
from schakel.wissen.opdracht import NUMMERS, Opdracht, Term
from schakel.wissen.opslag import Pools, catalogus, in_volgorde, open_kolommen, open_tekst, rijen

VRIJE_TEKST: Final = 12
"""A text of an official shorter than this is not looked for: it may be a usual word (our own value)."""
_NAMEN: Final = frozenset(
    {"voornamen", "geslachtsnaam", "straat", "postcode", "locatiebeschrijving", "buitenland_regels",
     "telefoon_leerling_of_ouder"}
)  # fmt: skip
_TEKSTEN: Final = frozenset({"toelichting", "ondernomen_actie", "vermoedelijke_reden", "motivering"})
_GENUMMERD: Final = frozenset({"bsn", "a_nummer", "onderwijsnummer"})
_EERDER: Final = """
SELECT sleutel_index AS afdruk FROM oude_sleutel WHERE jongere_id = ANY($1::uuid[])
UNION SELECT n FROM jongere, unnest(ARRAY[bsn_index, onderwijsnummer_index, a_nummer_index]) AS n
      WHERE jongere_id = ANY($1::uuid[]) AND n IS NOT NULL
"""
_FAMILIE: Final = """
WITH blijft AS (SELECT COALESCE((SELECT jongere_id FROM samenvoeging WHERE oude_jongere_id = $1), $1) AS id)
SELECT id FROM blijft UNION SELECT oude_jongere_id FROM samenvoeging, blijft WHERE jongere_id = blijft.id
"""


async def wie_is(pools: Pools, kluis: Kluis, bsn: str) -> UUID:
    """The jongere with this BSN, now or before; raises `Ongeldig` without repeating it."""
    try:
        index = kluis.index(Bsn(bsn.strip()).get_secret_value(), "bsn")
    except OngeldigeBsn as error:
        raise Ongeldig(str(error), "bsn") from None
    found = await pools["brp_sync"].fetchval(
        """SELECT jongere_id FROM jongere WHERE bsn_index = $1
           UNION SELECT jongere_id FROM oude_sleutel WHERE sleutel_index = $1""",
        index,
    )
    if found is None:
        raise Ongeldig("er is geen jongere met dit BSN", "bsn")
    return UUID(str(found))


async def familie(pools: Pools, jongere_id: UUID) -> tuple[UUID, ...]:
    """Every jongere_id of this person: those that were merged into one."""
    rows = await pools["brp_sync"].fetch(_FAMILIE, jongere_id)
    return tuple(sorted(UUID(str(r["id"])) for r in rows))


async def verzamel(
    pools: Pools,
    kluis: Kluis,
    jongeren: Sequence[UUID],
    *,
    door: str,
    reden: str,
    besluit: str | None,
    now: datetime,
    alleen_nummers: bool = False,
) -> Opdracht:
    """Everything that has to be known to erase these jongere_id's and to look for them afterwards.

    With `alleen_nummers` names, addresses and texts are left out: to know which of those others have too, everything
    that is held about others has to be opened.
    """
    termen: dict[tuple[str, str], None] = {("jongere_id", str(j)): None for j in jongeren}
    for service, pool in in_volgorde(pools):
        for tabel in catalogus(service):
            if tabel.waar is None or tabel.soort is Bewaarsoort.VERWERKING or tabel.wijze is not Wijze.VERWIJDEREN:
                continue
            async for rij in rijen(pool, tabel, tabel.waar, list(jongeren)):
                termen |= dict.fromkeys(_uit_rij(kluis, tabel, rij))
    if alleen_nummers:
        termen = {t: None for t in termen if not _is_zacht(t[0])}
    gedeeld = await _gedeeld(pools, kluis, jongeren, termen)
    brieven = await pools["letters"].fetch("SELECT bestand FROM brief WHERE jongere_id = ANY($1::uuid[])", jongeren)
    afdrukken = await eerdere_nummers(pools, kluis, jongeren, termen)
    return Opdracht(
        nummer=uuid4(),
        jongeren=tuple(jongeren),
        termen=tuple(Term(soort=s, waarde=SecretStr(w)) for s, w in sorted(termen) if (s, w) not in gedeeld),
        afdrukken=tuple(SecretStr(afdruk.hex()) for afdruk in sorted(afdrukken)),
        niet_onderscheidend=tuple(sorted({s for s, _ in gedeeld})),
        brieven=tuple(r["bestand"] for r in brieven),
        door=door, reden=reden, besluit=besluit, begonnen_op=now,
    )  # fmt: skip


async def eerdere_nummers(
    pools: Pools, kluis: Kluis, jongeren: Sequence[UUID], termen: Iterable[tuple[str, str]]
) -> set[bytes]:
    """Fingerprints of numbers that led to these jongere_id's and are not among the values that are known."""
    rows = await pools["brp_sync"].fetch(_EERDER, list(jongeren))
    bekend = {kluis.index(waarde, soort) for soort, waarde in termen if soort in _GENUMMERD}
    return {bytes(r["afdruk"]) for r in rows} - bekend


def _uit_rij(kluis: Kluis, tabel: Tabel, rij: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for kolom, waarde in rij.items():
        if kolom == "meldingsnummer" or (isinstance(waarde, UUID) and kolom not in ("jongere_id", "oude_jongere_id")):
            yield kolom, str(waarde)
    for _, inhoud in open_kolommen(kluis, tabel, rij):
        if tabel.naam == "afspraken":
            yield from (("afspraak", tekst) for tekst in json.loads(inhoud) if len(tekst) >= VRIJE_TEKST)
        elif inhoud[:1] == b"{":
            yield from uit_json(json.loads(inhoud))


def uit_json(inhoud: Any, pad: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """What leads to a person in one opened value: the person's own numbers by their own name, others' by a path.

    A key that is no name of a field (a meldingsnummer, an id) is not repeated in the path.
    """
    if isinstance(inhoud, dict):
        for veld, waarde in inhoud.items():
            yield from uit_json(waarde, (*pad, veld if veld.isidentifier() else "*"))
    elif isinstance(inhoud, list):
        for waarde in inhoud:
            yield from uit_json(waarde, pad)
    elif isinstance(inhoud, str) and inhoud and pad:
        veld = pad[-1]
        if veld in NUMMERS or veld in _NAMEN or (veld in _TEKSTEN and len(inhoud) >= VRIJE_TEKST):
            yield ".".join(pad), inhoud


def _is_zacht(soort: str) -> bool:
    """Whether others may have the same value."""
    return soort not in NUMMERS and not soort.endswith("_id")


async def _gedeeld(
    pools: Pools, kluis: Kluis, jongeren: Sequence[UUID], termen: Mapping[tuple[str, str], None]
) -> set[tuple[str, str]]:
    """Names, addresses and texts that occur in what is held about others, too: they prove nothing."""
    zacht = [t for t in termen if _is_zacht(t[0])]
    if not zacht:
        return set()
    canary = Canary()
    for nr, (_, waarde) in enumerate(zacht):
        canary.add(str(nr), waarde)
    gedeeld: set[tuple[str, str]] = set()
    for service, pool in in_volgorde(pools):
        for tabel in catalogus(service):
            if tabel.waar is None or tabel.soort is Bewaarsoort.VERWERKING:
                continue
            async for rij in rijen(pool, tabel, f"({tabel.waar}) IS NOT TRUE", list(jongeren)):
                for _, inhoud in (*open_kolommen(kluis, tabel, rij), *open_tekst(rij, tabel)):
                    gedeeld |= {zacht[int(nr)] for nr in canary.search(inhoud)}
    return gedeeld
