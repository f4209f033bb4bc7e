"""The proof: everything an installation holds is read, opened where it is sealed, and searched for one person."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncpg
from nats.aio.client import Client

from hub.auditlog import Auditlog
from hub.canary import MIN_LETTERS, Canary
from hub.catalogus import Tabel, Wijze
from hub.crypto import Kluis, KluisFout
from schakel.wissen.herkennen import EERDER, herkenner
from schakel.wissen.opdracht import Opdracht
from schakel.wissen.opslag import Pools, catalogus, in_volgorde, open_kolommen, open_tekst, rijen
from schakel.wissen.sporen import alle_streams, berichten, bestanden, delen

Voortgang = Callable[[str], None]
RESTEN: Final = (
    "PostgreSQL: de WAL en oude pagina's op schijf, tot de server ze hergebruikt (checkpoint, VACUUM)",
    "reservekopieën van databases en bestanden: tot het einde van hun eigen bewaartermijn",
    "logregels met een jongere_id (geen naam, geen BSN): tot de logrotatie van de server ze verwijdert",
    "NATS: verwijderde berichten (alleen pseudoniemen) staan nog in bestanden van de server tot die ze herschrijft",
)
"""What a scan from outside the servers cannot reach, and for how long it stays."""


@dataclass
class Bevinding:
    """What was found where; never the value itself."""

    sporen: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Per place and kind."""
    wettelijk: Counter[tuple[str, str]] = field(default_factory=Counter)
    """The same in what the law obliges to keep."""
    leesbaar: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Columns that are not sealed and hold a number, name, address or text of the person: there may be none."""
    onleesbaar: Counter[str] = field(default_factory=Counter)
    """Sealed values that no key opens: they cannot be searched."""
    bekeken: Counter[str] = field(default_factory=Counter)
    """How much was looked at, per kind of place."""

    def document(self, opdracht: Opdracht) -> dict[str, Any]:
        """For the screen and for programs."""
        return {
            "opdracht": str(opdracht.nummer),
            "gewist": opdracht.klaar_op is not None,
            "sporen": sum(self.sporen.values()),
            "waar": _lijst(self.sporen),
            "wettelijk_bewaard": _lijst(self.wettelijk),
            "onverzegeld": _lijst(self.leesbaar),
            "onleesbaar": dict(self.onleesbaar),
            "bekeken": dict(self.bekeken),
            "gezocht": len(opdracht.termen) + len(opdracht.afdrukken),
            "niet_onderscheidend": list(opdracht.niet_onderscheidend),
            "buiten_bereik": list(RESTEN),
        }


def _is_nummer_van_ons(soort: str) -> bool:
    """Whether a kind says nothing by itself: a random id, or the number of a melding."""
    return soort.endswith("_id") or soort.rpartition(".")[2] == "meldingsnummer"


def _lijst(gevonden: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"plek": p, "soort": s, "aantal": n} for (p, s), n in sorted(gevonden.items())]


class Zoeker:
    """Looks for one person everywhere."""

    def __init__(self, opdracht: Opdracht, kluis: Kluis, voortgang: Voortgang) -> None:
        self._canary: Canary = opdracht.canary()
        self._herken = herkenner(opdracht, kluis)
        self._jongeren = opdracht.jongeren
        self._kluis = kluis
        self._voortgang = voortgang
        self._afdrukken = {
            kluis.index(waarde, soort): soort
            for soort in ("bsn", "a_nummer", "onderwijsnummer")
            for waarde in opdracht.waarden(soort)
        } | dict.fromkeys(opdracht.eerdere(), EERDER)
        self._bytes, self._soorten = _patroon(opdracht)
        self.gevonden = Bevinding()

    async def databases(self, pools: Pools) -> None:
        """Every column of every table, the sealed ones opened."""
        for service, pool in in_volgorde(pools):
            for tabel in catalogus(service):
                if await pool.fetchval("SELECT to_regclass($1) IS NOT NULL", tabel.naam):
                    self._voortgang(f"{service}.{tabel.naam}")
                    await self._tabel(service, pool, tabel)
            await self._auditlog(service, pool)

    async def _auditlog(self, service: str, pool: "asyncpg.Pool[Any]") -> None:
        """A salt holds no value, but with it whoever knows the number finds the lines of the audit log."""
        for jongere_id in self._jongeren:
            if regels := len(await Auditlog(pool).over(jongere_id)):
                self.gevonden.sporen[f"{service}.audit_zout", "jongere_id"] += regels

    async def _tabel(self, service: str, pool: "asyncpg.Pool[Any]", tabel: Tabel) -> None:
        plek, eerder = f"{service}.{tabel.naam}", b""
        async for rij in rijen(pool, tabel):
            self.gevonden.bekeken["rijen"] += 1
            for kolom, tekst in open_tekst(rij, tabel):
                soorten = self._canary.search(tekst)
                self._meld(plek, tabel, kolom, soorten)
                self.gevonden.leesbaar.update((f"{plek}.{kolom}", s) for s in soorten if not _is_nummer_van_ons(s))
            for kolom in tabel.afdrukken:
                if (soort := self._afdrukken.get(rij[kolom] or b"")) is not None:
                    self._meld(plek, tabel, kolom, [f"afdruk van {soort}"])
            eerder = self._verzegeld(plek, tabel, rij, eerder)

    def _verzegeld(self, plek: str, tabel: Tabel, rij: Mapping[str, Any], eerder: bytes) -> bytes:
        """Searches the sealed columns; what a block of a file ends with is searched again before the next."""
        try:
            for kolom, inhoud in open_kolommen(self._kluis, tabel, rij):
                vervolg = tabel.naam == "levering_blok" and rij["nr"] > 0
                self._meld(plek, tabel, kolom, self._herken.search(eerder + inhoud if vervolg else inhoud))
                eerder = inhoud.rpartition(b"\n")[2] if tabel.naam == "levering_blok" else b""
        except KluisFout:
            self.gevonden.onleesbaar[plek] += 1
        return eerder

    def _meld(self, plek: str, tabel: Tabel, kolom: str, soorten: Sequence[str]) -> None:
        wet = tabel.wijze is Wijze.BEWAREN and kolom in tabel.herleidbaar
        (self.gevonden.wettelijk if wet else self.gevonden.sporen).update((f"{plek}.{kolom}", s) for s in soorten)

    async def streams(self, nc: Client) -> None:
        """Every message of every stream."""
        for stream in alle_streams():
            self._voortgang(f"stream {stream.name}")
            async for tekst in berichten(nc, stream):
                self.gevonden.bekeken["gebeurtenissen"] += 1
                self.gevonden.sporen.update((f"stream {stream.name}", s) for s in self._canary.search(tekst))

    def bestanden(self, mappen: Sequence[Path]) -> None:
        """Names and content of every file. Text inside a PDF is compressed: a letter is found by its name."""
        for path in bestanden(mappen):
            self.gevonden.bekeken["bestanden"] += 1
            soorten = {self._soorten[m.lastgroup or ""] for m in self._bytes.finditer(path.name.encode())}
            for deel in delen(path):
                soorten |= {self._soorten[m.lastgroup or ""] for m in self._bytes.finditer(deel)}
                soorten.update(self._herken.eerdere(deel))
            self.gevonden.sporen.update((f"bestand in {path.parent.name}/", soort) for soort in soorten)


def _patroon(opdracht: Opdracht) -> "tuple[re.Pattern[bytes], dict[str, str]]":
    """One expression for all values, and which group of it is which kind; numbers only as whole numbers."""
    soorten, delen_ = {}, []
    for nr, term in enumerate(opdracht.termen):
        waarde = term.waarde.get_secret_value()
        tekst = re.escape(waarde.encode())
        if waarde.isdigit():
            tekst = rb"(?<![0-9A-Za-z])" + tekst + rb"(?![0-9A-Za-z])"
        elif len(waarde) < MIN_LETTERS:
            continue
        soorten[f"t{nr}"] = term.soort
        delen_.append(f"(?P<t{nr}>".encode() + tekst + b")")
    return re.compile(b"|".join(delen_) or rb"(?!)"), soorten
