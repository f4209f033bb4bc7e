"""Regional verzuimprotocollen: read from dated files, merged with the national rules, compiled once.

`protocols/<naam>/<geldig-vanaf>.yaml`, or a folder of that name with a file per subject, states what a region does
differently or in addition; `bouwt_op` names what lies beneath it. Statutory rules and values cannot be replaced from
above. A regional rule goes before a national one.
"""

from bisect import bisect_right
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter

from services.cases.feiten import Feitenlijst, laad_feiten
from services.cases.regelwerk.bestand import Gelezen, Plaats, ProtocolFout, lees_versie
from services.cases.regelwerk.omgeving import Omgeving
from services.cases.regelwerk.plan import Bronregel, Plan, RegelfoutIn
from services.cases.regelwerk.regels import Begripdefinitie, Bron, Grenswaarde, Protocolbestand, Protocoldeel, Regel
from services.cases.regelwerk.verstrekkingsplan import Verstrekkingsplan
from services.cases.regelwerk.woorden import RegelFout, Woordenlijst, laad_woordenlijst

__all__ = [
    "PROTOCOLLEN",
    "GeenGeldigProtocol",
    "Protocol",
    "ProtocolFout",
    "Protocolboek",
    "json_schema",
    "laad_protocollen",
]

PROTOCOLLEN: Final = Path(__file__).parents[2] / "protocols"
"""The folder that comes with the hub."""

FEITEN: Final = "feiten.yaml"
WOORDENLIJST: Final = "woordenlijst.yaml"
SCHEMA: Final = "schema.json"


class GeenGeldigProtocol(LookupError):
    """No protocol of this name, or none on this date; the text is Dutch and fit to show."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """One protocol as it stands from `geldig_vanaf` until a later version, ready to decide with.

    `versies` names the file of the protocol itself and of what it builds on. `regels` are all rules that apply,
    regional ones first; `plaatsen` has the place of every rule, `begrip <naam>` and `waarde <naam>`, `bronnen` the
    document and paragraph of every rule in words.
    """

    naam: str
    titel: str
    geldig_vanaf: date
    versies: tuple[str, ...]
    regels: tuple[Regel, ...]
    waarden: Mapping[str, Grenswaarde]
    begrippen: Mapping[str, Begripdefinitie]
    plaatsen: Mapping[str, Plaats]
    bronnen: Mapping[str, str]
    plan: Plan
    verstrekkingen: Verstrekkingsplan


class Protocolboek:
    """All protocols with all their versions, and the closed lists they are written in."""

    def __init__(
        self, protocollen: Mapping[str, tuple[Protocol, ...]], feiten: Feitenlijst, woorden: Woordenlijst
    ) -> None:
        """Keep `protocollen`: per name the versions, oldest first."""
        self._versies = MappingProxyType(dict(protocollen))
        self.feiten = feiten
        self.woorden = woorden

    @property
    def namen(self) -> tuple[str, ...]:
        """The names of all protocols."""
        return tuple(self._versies)

    def versies(self, naam: str) -> tuple[Protocol, ...]:
        """All versions of a protocol, oldest first; a new one starts when it or what it builds on changes."""
        if naam not in self._versies:
            raise GeenGeldigProtocol(f"er is geen protocol met de naam {naam}")
        return self._versies[naam]

    def geldig(self, naam: str, op: date) -> Protocol:
        """The newest version of `naam` that was in force on `op`; raises GeenGeldigProtocol."""
        versies = self.versies(naam)
        plaats = bisect_right(versies, op, key=lambda versie: versie.geldig_vanaf)
        if plaats == 0:
            eerste = versies[0].geldig_vanaf.isoformat()
            raise GeenGeldigProtocol(f"protocol {naam} gold op {op.isoformat()} nog niet: het begint op {eerste}")
        return versies[plaats - 1]


def laad_protocollen(map: Path) -> Protocolboek:  # noqa: A002 (the Dutch word for a folder)
    """Read, check, merge and compile every protocol below `map`.

    Raises ProtocolFout with file, line and rule for whatever does not hold together; ValueError for the closed lists.
    """
    woorden = laad_woordenlijst(map / WOORDENLIJST)
    feiten = laad_feiten(map / FEITEN, woorden.privacy.elementen)
    bestanden: dict[str, list[Gelezen]] = {}
    for pad in sorted(pad for pad in map.glob("[!.]*/[!.]*") if pad.suffix == ".yaml" or pad.is_dir()):
        gelezen = lees_versie(pad)
        bestanden.setdefault(gelezen.inhoud.protocol, []).append(gelezen)
    for versies in bestanden.values():
        versies.sort(key=lambda gelezen: gelezen.inhoud.geldig_vanaf)
    boek = {naam: _alle_versies(naam, bestanden, feiten, woorden) for naam in bestanden}
    return Protocolboek(boek, feiten, woorden)


def fingerprint(map: Path) -> frozenset[tuple[str, int, int]]:  # noqa: A002 (as above)
    """Changes when a file below `map` is added, removed or written."""
    found = set()
    for pad in map.rglob("*.yaml"):
        with suppress(FileNotFoundError):  # removed meanwhile
            stat = pad.stat()
            found.add((str(pad), stat.st_mtime_ns, stat.st_size))
    return frozenset(found)


def json_schema() -> dict[str, Any]:
    """The JSON schema of a protocol file or of one subject of it, as kept in `protocols/schema.json`."""
    schema = TypeAdapter(Protocolbestand | Protocoldeel).json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


# From files to versions


def _alle_versies(
    naam: str, bestanden: Mapping[str, list[Gelezen]], feiten: Feitenlijst, woorden: Woordenlijst
) -> tuple[Protocol, ...]:
    eerste = bestanden[naam][0].inhoud.geldig_vanaf
    dagen = {gelezen.inhoud.geldig_vanaf for ander in bestanden.values() for gelezen in ander}
    ketens: dict[tuple[str, ...], tuple[date, list[Gelezen]]] = {}
    for dag in sorted(dag for dag in dagen if dag >= eerste):
        keten = _keten(naam, dag, bestanden, ())
        ketens.setdefault(tuple(gelezen.bestand for gelezen in keten), (dag, keten))
    return tuple(_stel_samen(dag, keten, feiten, woorden) for dag, keten in ketens.values())


def _keten(naam: str, dag: date, bestanden: Mapping[str, list[Gelezen]], boven: tuple[Gelezen, ...]) -> list[Gelezen]:
    """The file of `naam` that is in force on `dag`, then the ones it builds on."""
    geldig = [gelezen for gelezen in bestanden.get(naam, ()) if gelezen.inhoud.geldig_vanaf <= dag]
    if boven and not geldig:
        raise ProtocolFout(boven[-1].bestand, 1, f"bouwt op {naam}, maar dat is er op {dag.isoformat()} niet")
    if any(gelezen.inhoud.protocol == naam for gelezen in boven):
        raise ProtocolFout(boven[-1].bestand, 1, "bouwt (langs een omweg) op zichzelf")
    nieuwste = geldig[-1]
    onder = nieuwste.inhoud.bouwt_op
    return [nieuwste, *(_keten(onder, dag, bestanden, (*boven, nieuwste)) if onder else ())]


class _Plek(NamedTuple):
    regel: Regel
    gelezen: Gelezen

    def fout(self, reden: str) -> ProtocolFout:
        return ProtocolFout(*self.gelezen.plaatsen[self.regel.id], reden, self.regel.id)


def _stel_samen(dag: date, keten: list[Gelezen], feiten: Feitenlijst, woorden: Woordenlijst) -> Protocol:
    plekken = _geldende_regels(keten)
    waarden = _geldende_waarden(keten)
    kaal = {naam: grens.waarde for naam, grens in waarden.items()}
    boven = keten[0].inhoud
    begrippen = _geldende_begrippen(keten)
    bronnen = {sleutel: _brontekst(plek) for sleutel, plek in plekken.items()}
    try:
        voorwaarden = {naam: begrip.voorwaarde for naam, begrip in begrippen.items()}
        omgeving = Omgeving(feiten.definities, woorden, kaal, voorwaarden)
    except RegelFout as fout:
        raise ProtocolFout(keten[0].bestand, 1, str(fout)) from fout
    _controleer_begrippen(keten, omgeving)
    try:
        bronregels = [Bronregel(plek.regel, bronnen[sleutel]) for sleutel, plek in plekken.items()]
        plan, verstrekkingen = Plan(bronregels, omgeving), Verstrekkingsplan(bronregels, omgeving)
    except RegelfoutIn as fout:
        raise plekken[fout.regel].fout(fout.reden) from fout
    return Protocol(
        naam=boven.protocol,
        titel=boven.titel,
        geldig_vanaf=dag,
        versies=tuple(gelezen.bestand for gelezen in keten),
        regels=tuple(plek.regel for plek in plekken.values()),
        waarden=MappingProxyType(waarden),
        begrippen=MappingProxyType(begrippen),
        plaatsen=MappingProxyType({sleutel: p for g in reversed(keten) for sleutel, p in g.plaatsen.items()}),
        bronnen=MappingProxyType(bronnen),
        plan=plan,
        verstrekkingen=verstrekkingen,
    )


def _geldende_regels(keten: list[Gelezen]) -> dict[str, _Plek]:
    """The rules of the whole chain without those that were replaced or lapsed, the most specific first."""
    plekken: dict[str, _Plek] = {}
    weg: dict[str, _Plek | None] = {}
    gevonden: set[str] = set()
    for gelezen in keten:
        eigen = [_Plek(regel, gelezen) for regel in gelezen.inhoud.regels]
        for plek in eigen:
            sleutel = plek.regel.id
            if sleutel in weg:
                gevonden.add(sleutel)
                if plek.regel.rang != "protocol":
                    raise (weg[sleutel] or plek).fout(f"{sleutel} is van rang {plek.regel.rang} en blijft gelden")
            elif sleutel in plekken:
                raise plekken[sleutel].fout(f"staat ook in {gelezen.bestand}: zet er vervangt bij")
            else:
                plekken[sleutel] = plek
        weg |= {sleutel: plek for plek in eigen for sleutel in plek.regel.vervangt}
        weg |= {vervallen.regel: None for vervallen in gelezen.inhoud.vervallen}
    for sleutel in weg.keys() - gevonden:
        vervanger = weg[sleutel]
        reden = f"{sleutel} bestaat niet in wat hieronder ligt"
        raise vervanger.fout(reden) if vervanger else ProtocolFout(keten[0].bestand, 1, reden)
    return plekken


def _geldende_waarden(keten: list[Gelezen]) -> dict[str, Grenswaarde]:
    waarden: dict[str, Grenswaarde] = {}
    for gelezen in reversed(keten):
        for naam, grens in gelezen.inhoud.waarden.items():
            plaats = gelezen.plaatsen[f"waarde {naam}"]
            _controleer_bron(grens.bron, gelezen, plaats)
            if (lager := waarden.get(naam)) is not None and lager.wettelijk == "ja":
                raise ProtocolFout(*plaats, f"waarde {naam} staat in de wet en blijft gelden")
            waarden[naam] = grens
    return waarden


def _geldende_begrippen(keten: list[Gelezen]) -> dict[str, Begripdefinitie]:
    begrippen: dict[str, Begripdefinitie] = {}
    for gelezen in reversed(keten):
        begrippen |= gelezen.inhoud.begrippen
    return begrippen


def _controleer_begrippen(keten: list[Gelezen], omgeving: Omgeving) -> None:
    """Compile every begrip where it is written, so that an error in one that no rule uses is found too."""
    for gelezen in keten:
        for naam, begrip in gelezen.inhoud.begrippen.items():
            plaats = gelezen.plaatsen[f"begrip {naam}"]
            _controleer_bron(begrip.bron, gelezen, plaats)
            try:
                omgeving.begrip(naam)
            except RegelFout as fout:
                raise ProtocolFout(*plaats, f"begrip {naam}: {fout}") from fout


def _brontekst(plek: _Plek) -> str:
    bron = plek.regel.bron
    _controleer_bron(bron, plek.gelezen, plek.gelezen.plaatsen[plek.regel.id], plek.regel.id)
    return f"{plek.gelezen.inhoud.documenten[bron.document]}, {bron.paragraaf}"


def _controleer_bron(bron: Bron, gelezen: Gelezen, plaats: Plaats, regel: str | None = None) -> None:
    if bron.document not in gelezen.inhoud.documenten:
        raise ProtocolFout(*plaats, f"onbekend document: {bron.document}", regel)
