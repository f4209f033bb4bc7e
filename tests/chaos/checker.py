"""Compares what is there after a run with what the sequential model says must be there, and counts the differences.

Three counts must be zero: lost (`verloren`), double (`dubbel`), out of order (`volgordefouten`). Everything else that
is not as it should be (another content, something still waiting, personal data in a log) counts under `overig`.

One thing may be there more often than the model says: the decision whether a referral may go. Whoever tries an effect
again, after a crash or because the decision ran out, asks again, and that is a decision of its own, with an event
`verstrekking-besloten` and a `verstrekking_id` of its own. So per effect (`kenmerk`) there is at least one line in the
disclosure register, and every one decides what the model decides; the last one before Halt had the referral let it
through, and one that was decided by then is marked as sent, once. The events are the lines of the register, one for
one and in order, each after the besluit it rests on; where they stand between other events is free.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar
from uuid import UUID

from contracts.codes import MeldingStatus
from contracts.envelope import envelope
from contracts.events.privacy import VerstrekkingBesloten
from contracts.subjects import STREAMS, ZAKEN, Stream
from services.cases.grens.regel import Verstrekkingsregel
from services.cases.model import Zaak
from tests.chaos.evidence import Evidence, Letter, Published
from tests.chaos.model import Brief, Gezegd, Verwacht
from tests.chaos.watch import Told

_SHOWN = 40
ItemT = TypeVar("ItemT")


@dataclass
class Findings:
    """The counts, and the first differences in words (ids and types only)."""

    verloren: int = 0
    dubbel: int = 0
    volgordefouten: int = 0
    overig: int = 0
    gebeurtenissen: int = 0
    gevonden: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether every count is zero."""
        return not (self.verloren or self.dubbel or self.volgordefouten or self.overig)

    def lost(self, what: str, number: int = 1) -> None:
        """Something that should be there is not."""
        self.verloren += number
        self._tell("verloren", what)

    def double(self, what: str, number: int = 1) -> None:
        """Something is there more often than it should be."""
        self.dubbel += number
        self._tell("dubbel", what)

    def disorder(self, what: str) -> None:
        """Two things are there the wrong way round."""
        self.volgordefouten += 1
        self._tell("volgorde", what)

    def other(self, what: str) -> None:
        """Something else is wrong."""
        self.overig += 1
        self._tell("overig", what)

    def compare(self, where: str, expected: Iterable[ItemT], found: Iterable[ItemT], *, ordered: bool = False) -> None:
        """Counts what is missing and what is too much, and with `ordered` whether the rest stands in order."""
        expected, found = list(expected), list(found)
        wanted, there = Counter(expected), Counter(found)
        for item, number in (wanted - there).items():
            self.lost(f"{where}: {item}", number)
        for item, number in (there - wanted).items():
            self.double(f"{where}: {item}", number)
        if ordered and wanted == there and expected != found:
            self.disorder(f"{where}: {found}")

    def _tell(self, kind: str, what: str) -> None:
        if len(self.gevonden) < _SHOWN:
            self.gevonden.append(f"{kind}: {what[:600]}")


@dataclass(frozen=True)
class Case:
    """One jongere with what the model expects; the meldingen that may have no status are named."""

    jongere_id: UUID
    verwacht: Verwacht
    status_mag_ontbreken: frozenset[str]


def check(evidence: Evidence, cases: Sequence[Case], stuck: Sequence[str] = ()) -> Findings:
    """All differences between what is there and what must be there; `stuck` is what never came to an end."""
    findings = Findings(gebeurtenissen=sum(len(rows) for rows in evidence.outboxes.values()))
    for what in stuck:
        findings.lost(what)
    for stream in STREAMS:
        _check_stream(findings, stream, evidence.outboxes[stream.bron], evidence.streams[stream.name])
    for case in cases:
        _check_said(findings, case, evidence)
        _check_effects(findings, case, evidence)
        _check_disclosures(findings, case, evidence)
        _check_rows(findings, case, evidence)
    _check_strangers(findings, evidence, cases)
    for what in evidence.wrong:
        findings.other(what)
    return findings


def _check_stream(findings: Findings, stream: Stream, outbox: Sequence[Told], published: Sequence[Published]) -> None:
    """The outbox has no gaps, and the stream holds each of its events once, unchanged, in order per jongere."""
    findings.compare(f"{stream.bron}: nummers", range(1, len(outbox) + 1), [t.nr for t in outbox], ordered=True)
    findings.compare(
        f"stream {stream.name}", [str(t.event_id) for t in outbox], [p.event_id for p in published], ordered=False
    )
    bodies = {str(t.event_id): (t.subject, t.body) for t in outbox}
    for p in published:
        subject, _, _ = p.subject.rpartition(".")  # the stream adds the partition
        if p.event_id in bodies and bodies[p.event_id] != (subject, p.body):
            findings.other(f"stream {stream.name}: {p.event_id} is anders dan in de outbox")
    said = _sequences((t.jongere_id, t.sequence) for t in outbox)
    sent = _sequences((p.jongere_id, p.sequence) for p in published)
    for jongere_id, sequences in said.items():
        wanted = range(1, len(sequences) + 1)
        findings.compare(f"{stream.bron}: volgnummers van {jongere_id}", wanted, sequences, ordered=True)
        if sorted(sent[jongere_id]) == list(wanted) != sent[jongere_id]:
            findings.disorder(f"stream {stream.name}: {jongere_id} staat als {sent[jongere_id]}")


def _sequences(pairs: Iterable[tuple[UUID, int]]) -> dict[UUID, list[int]]:
    result: defaultdict[UUID, list[int]] = defaultdict(list)
    for jongere_id, sequence in pairs:
        result[jongere_id].append(sequence)
    return result


def _check_said(findings: Findings, case: Case, evidence: Evidence) -> None:
    """Per service exactly the events of the model, in its order."""
    for stream in STREAMS:
        said = evidence.of(stream.bron, case.jongere_id)
        found = [_gezegd(stream, told) for told in said if told.name != VerstrekkingBesloten.name]
        expected = [g for g in case.verwacht.gezegd.get(stream.bron, ()) if g.type != VerstrekkingBesloten.name]
        for chain, of_duo in (("", False), (" (status bij DUO)", True)):
            # What DUO tells and what our status messages lead to come from two sources: free between, fixed within.
            mine = [g for g in found if (g.type == _TERUGGEMELD) is of_duo]
            wanted = [g for g in expected if (g.type == _TERUGGEMELD) is of_duo]
            if of_duo:
                wanted = [g for g in wanted if g in mine or not _optional(g.data, case)]
            findings.compare(f"{stream.bron} over {case.jongere_id}{chain}", wanted, mine, ordered=True)


_TERUGGEMELD = "meldingstatus-teruggemeld"


def _optional(data: str, case: Case) -> bool:
    return any(f'"meldingsnummer":"{nummer}"' in data for nummer in case.status_mag_ontbreken)


def _gezegd(stream: Stream, told: Told) -> Gezegd:
    kind = stream.by_token(*told.subject.split(".")[1:3])
    assert kind is not None, told.subject
    event = envelope(kind).model_validate_json(told.body)
    return Gezegd.van(event.data, event.gemeente)


def _check_effects(findings: Findings, case: Case, evidence: Evidence) -> None:
    """What left the hub: statuses at DUO, referrals at Halt, letters on disk."""
    for nummer, statussen in case.verwacht.statussen.items():
        found = evidence.statuses.get(nummer, [])
        if found or nummer not in case.status_mag_ontbreken:
            findings.compare(f"status van {nummer} bij DUO", statussen, found, ordered=True)
        told = [t for t in evidence.of("ingest_duo", case.jongere_id) if t.name == _TERUGGEMELD]
        if any(t.data["meldingsnummer"] == nummer for t in told) and MeldingStatus.IN_BEHANDELING not in found:
            findings.other(f"status van {nummer} is als teruggemeld verteld, maar DUO heeft hem niet")
    referrals = {k: r for k, r in evidence.referrals.items() if k in case.verwacht.verwijzingen}
    findings.compare(f"verwijzingen van {case.jongere_id}", case.verwacht.verwijzingen, referrals)
    for kenmerk, message in referrals.items():
        if message != case.verwacht.verwijzingen[kenmerk]:
            differs = [k for k, v in message.items() if v != case.verwacht.verwijzingen[kenmerk].get(k)]
            findings.other(f"verwijzing {kenmerk} is anders in {differs}")
    letters = [letter for letter in evidence.letters if letter.jongere_id == case.jongere_id]
    expected = case.verwacht.brieven.elements()
    findings.compare(f"brieven aan {case.jongere_id}", expected, [Brief(b.brief_id, b.adressaat) for b in letters])
    _check_files(findings, letters, evidence.of("letters", case.jongere_id))


def _check_disclosures(findings: Findings, case: Case, evidence: Evidence) -> None:
    """Decisions to disclose, which may be repeated: the rule stands at the top of this module."""
    dossier = case.verwacht.dossier
    assert dossier is not None
    found = evidence.disclosures.get(case.jongere_id, [])
    told = [t for t in evidence.of("cases", case.jongere_id) if t.name == VerstrekkingBesloten.name]
    events = [_gezegd(ZAKEN, t) for t in told]
    findings.compare(f"verstrekkingen over {case.jongere_id}", map(_van_regel, found), events, ordered=True)
    expected = {regel.kenmerk: regel for regel in dossier.grens.nieuw}
    for regel in found:
        if regel.kenmerk not in expected:
            findings.double(f"verstrekking {regel.verstrekking_id} voor de onbekende {regel.kenmerk}")
    decided = {t.data["verwijzing_id"]: t.nr for t in evidence.of("cases", case.jongere_id) if t.name == _BESLOTEN}
    kenmerken = {str(r.verstrekking_id): str(r.kenmerk) for r in found}
    for t in told:
        if not decided.get(kenmerken.get(t.data["verstrekking_id"], ""), t.nr) < t.nr:
            findings.disorder(f"verstrekking {t.data['verstrekking_id']} gaat niet na het besluit")
    for kenmerk, wanted in expected.items():
        _check_effect(findings, wanted, [r for r in found if r.kenmerk == kenmerk], evidence)


_BESLOTEN = "halt-verwijzing-besloten"


def _check_effect(
    findings: Findings, wanted: Verstrekkingsregel, lines: Sequence[Verstrekkingsregel], evidence: Evidence
) -> None:
    """The lines about one effect."""
    what = f"verstrekking voor {wanted.kenmerk}"
    if not lines:
        findings.lost(what)
    for line in lines:
        mine, theirs = _beslissing(wanted), _beslissing(line)
        if differs := [name for name in mine if mine[name] != theirs[name]]:
            findings.other(f"{what}: {line.verstrekking_id} is anders in {differs}")
    arrived = evidence.referred_at.get(str(wanted.kenmerk))
    before = [line for line in lines if arrived is not None and line.besloten_op <= arrived]
    if arrived is not None and not (before and before[-1].mag_weg):
        findings.other(f"{what}: Halt had hem zonder dat hij weg mocht")
    sent = [line for line in lines if line.verzonden_op is not None]
    findings.compare(f"{what}: verzonden", [True] * (arrived is not None), [line.mag_weg for line in sent])
    for line in sent:
        if line.verzonden_op is not None and not line.besloten_op <= line.verzonden_op:
            findings.disorder(f"{what}: verzonden voor het besluit erover")


def _beslissing(regel: Verstrekkingsregel) -> dict[str, Any]:
    """A line without its number and its moments."""
    return {veld.name: getattr(regel, veld.name) for veld in fields(regel) if veld.name not in _PER_BESLISSING}


_PER_BESLISSING = frozenset({"verstrekking_id", "besloten_op", "geldig_tot", "verzonden_op"})


def _van_regel(regel: Verstrekkingsregel) -> Gezegd:
    event = VerstrekkingBesloten(
        verstrekking_id=regel.verstrekking_id,
        zaak_id=regel.zaak_id,
        ontvanger=regel.ontvanger,
        doel=regel.doel,
        uitkomst=regel.uitkomst,
        weigering=regel.weigering,
    )
    return Gezegd.van(event, regel.gemeente)


def _check_files(findings: Findings, letters: Sequence[Letter], told: Sequence[Told]) -> None:
    hashes = {(t.data["brief_id"], t.data["adressaten"][0]): t.data["sha256"] for t in told if "sha256" in t.data}
    for letter in letters:
        if letter.on_disk is None:
            findings.lost(f"bestand van brief {letter.brief_id}")
        elif not letter.on_disk == letter.sha256 == hashes.get((str(letter.brief_id), letter.adressaat)):
            findings.other(f"brief {letter.brief_id}: bestand, rij en gebeurtenis noemen niet dezelfde tekst")


def _check_rows(findings: Findings, case: Case, evidence: Evidence) -> None:
    """What the services keep: zaken with their voorstellen and termijnen, timeline, agreements, the person."""
    dossier = case.verwacht.dossier
    assert dossier is not None
    zaken = evidence.zaken.get(case.jongere_id, {})
    findings.compare(f"zaken van {case.jongere_id}", dossier.zaken, zaken)
    for zaak_id, zaak in zaken.items():
        if zaak_id in dossier.zaken and (differs := _differences(dossier.zaken[zaak_id], zaak)):
            findings.other(f"zaak {zaak_id} is anders in {differs}")
    lines = [(str(r.zaak_id), r.wat, r.door, r.toelichting) for r in dossier.nieuw]
    findings.compare(f"tijdlijn van {case.jongere_id}", lines, evidence.timeline.get(case.jongere_id, ()))
    findings.compare(
        f"afspraken van {case.jongere_id}", dossier.afspraken, evidence.agreements.get(case.jongere_id, ())
    )
    if evidence.persons.get(case.jongere_id) != case.verwacht.persoon:
        findings.other(f"de persoon achter {case.jongere_id} is een andere dan de BRP vertelde")
    for refused in case.verwacht.geweigerd:
        findings.other(f"het model weigert wat is uitgevoerd voor {case.jongere_id}: {refused}")


def _differences(expected: Zaak, found: Zaak) -> list[str]:
    mine, theirs = _plain(expected), _plain(found)
    return [name for name in mine if mine[name] != theirs[name]]


def _plain(zaak: Zaak) -> dict[str, Any]:
    """A zaak without the moments at which things were written down."""
    dumped = zaak.model_dump(mode="json", exclude={"geopend_op", "fase_sinds"})
    for voorstel in dumped["voorstellen"].values():
        voorstel.pop("gedaan_op")
        if voorstel["besluit"]:
            voorstel["besluit"].pop("op")
            voorstel["besluit"].pop("voorgelegd_op")
    for melding in dumped["meldingen"].values():
        melding.pop("ontvangen_op")
        if melding["status"] == MeldingStatus.IN_BEHANDELING.value:  # whether our own status was on it already
            melding["status"] = MeldingStatus.GEREGISTREERD.value
    return dumped


def _check_strangers(findings: Findings, evidence: Evidence, cases: Sequence[Case]) -> None:
    """Nothing is there of which the model knows nothing at all."""
    ours = {case.jongere_id for case in cases}
    findings.compare("jongeren", ours, evidence.persons)
    for bron, rows in evidence.outboxes.items():
        for jongere_id in {t.jongere_id for t in rows} - ours:
            findings.double(f"{bron} sprak over de onbekende {jongere_id}")
    kenmerken = {k for case in cases for k in case.verwacht.verwijzingen}
    nummers = {n for case in cases for n in case.verwacht.statussen}
    for kenmerk in evidence.referrals.keys() - kenmerken:
        findings.double(f"verwijzing {kenmerk} bij Halt")
    for nummer in evidence.statuses.keys() - nummers:
        findings.double(f"status van {nummer} bij DUO")
    for jongere_id in evidence.disclosures.keys() - ours:
        findings.double(f"verstrekkingen over de onbekende {jongere_id}")
    for letter in evidence.letters:
        if letter.jongere_id not in ours:
            findings.double(f"brief {letter.brief_id}")
