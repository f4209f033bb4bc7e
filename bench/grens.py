"""`schakel bench --grens`: how long one decision at the border takes, beside the same decision programmed by hand.

A batch of fictional referrals to Halt, as bridges ask for them: contract, besluit, restriction, the privacy rules of
the protocol and the line of the register, without database. The version by hand knows this one recipient in this one
protocol, explains nothing, and must say the same before anything is timed. The two take turns, so that their ratio is
of one machine at one moment.
"""

import gc
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import median
from time import perf_counter_ns
from typing import Any, Final
from uuid import UUID

from bench.report import machine
from contracts.codes import Besluitsoort, Zaaksoort
from contracts.verstrek import Grensgegevens
from contracts.vrijgave import Vrijgaveverzoek
from hub.calendar import laad_kalender, leeftijd
from hub.gemeenten import Gemeenten
from hub.medewerkers import Medewerkers
from hub.observability import configure_logging
from hub.partijen import Partijen
from services.cases.beleid import Beleid
from services.cases.grens.beslissing import BesluitVrijgave, beslis
from services.cases.model import Besluit, Dossier, Voorstel, Voorstelstatus, Zaak, afgeleid_id
from services.cases.privacystand import Gever, Privacystand, Toestemming, Toestemmingstand
from services.cases.protocol import PROTOCOLLEN, laad_protocollen
from services.cases.toestemmingen import HALT
from services.halt_bridge.decisions import WAT

ROUNDS: Final = 5
AIM_US: Final = 150.0
NU: Final = datetime(2026, 9, 28, 8, 0, tzinfo=UTC)  # maandag
OP: Final = NU.date()
_HALT: Final = frozenset(WAT)
_MET_TOESTEMMING: Final = frozenset({"jeugdhulp_betrokken_feit", "naam_behandelaar"})

Vraag = tuple[Dossier, BesluitVrijgave]


def measure(*, as_json: bool, aantal: int = 5_000) -> int:
    """Prints a table and, as last line, everything as JSON; returns 0, as an aim is no test."""
    configure_logging("warning")
    result = grens(aantal)
    if not as_json:
        sys.stdout.write(
            f"een beslissing aan de grens: p50 {result['p50_us']:.0f} µs, p99 {result['p99_us']:.0f} µs "
            f"(streven: p50 ≤ {AIM_US:.0f} µs); met de hand p50 {result['hand_p50_us']:.1f} µs, "
            f"verhouding {result['ratio']:.0f}\n"
        )
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


def grens(aantal: int) -> dict[str, Any]:
    """Microseconds per decision, by the border and by hand, and their ratio."""
    kalender = laad_kalender()
    beleid = Beleid(laad_protocollen(PROTOCOLLEN), Gemeenten.load(), Medewerkers.load(), kalender, Partijen.load())
    vragen = [_vraag(nummer) for nummer in range(aantal)]
    for dossier, command in vragen:
        hier, hand = beslis(dossier, command, NU, beleid), met_de_hand(dossier, command)
        if set(hier.doorgelaten) != hand:
            raise RuntimeError("de grens en de versie met de hand zeggen niet hetzelfde")
    ons, zij = list[int](), list[int]()
    gc.disable()
    try:
        for _ in range(ROUNDS):
            ons += _tijden(vragen, lambda d, c: beslis(d, c, NU, beleid))
            zij += _tijden(vragen, met_de_hand)
    finally:
        gc.enable()
    p50, hand_p50 = median(ons) / 1000, median(zij) / 1000
    return {
        "machine": machine(),
        "aantal": aantal,
        "p50_us": p50,
        "p99_us": sorted(ons)[len(ons) * 99 // 100] / 1000,
        "hand_p50_us": hand_p50,
        "ratio": p50 / hand_p50,
        "aim_us": AIM_US,
    }


def _tijden(vragen: list[Vraag], doe: Callable[[Dossier, BesluitVrijgave], object]) -> list[int]:
    found = []
    for dossier, command in vragen:
        begin = perf_counter_ns()
        doe(dossier, command)
        found.append(perf_counter_ns() - begin)
    return found


def met_de_hand(dossier: Dossier, command: BesluitVrijgave) -> set[str]:
    """What may go to Halt in goeree-overflakkee, as somebody would program it."""
    verzoek, persoon = command.verzoek, command.persoon
    zaak = dossier.zaken.get(verzoek.zaak_id) if verzoek.zaak_id else None
    if zaak is None or not zaak.is_open or zaak.gemeente != verzoek.gemeente or persoon is None:
        return set()
    if dossier.overleden or persoon.overleden or dossier.privacy.beperkt_sinds is not None:
        return set()
    besluiten = [v.besluit for v in zaak.voorstellen.values() if v.status is Voorstelstatus.BESLOTEN and v.besluit]
    if not any(afgeleid_id("halt", b.besluit_id) == verzoek.kenmerk for b in besluiten):
        return set()
    if not zaak.geldige_meldingen() and not zaak.feiten.get("absoluut_signaal"):
        return set()
    jaren = leeftijd(persoon.geboortedatum, OP) if persoon.geboortedatum else 0
    gaf = {t.gever for t in dossier.privacy.toestemmingen if t.stand is Toestemmingstand.GEGEVEN and t.schriftelijk}
    if not 12 <= jaren < 18 or Gever.JONGERE not in gaf or (jaren < 16 and Gever.OUDERS not in gaf):
        return set()
    return {e for e in verzoek.elementen if e in _HALT and e not in _MET_TOESTEMMING}


def _vraag(nummer: int) -> Vraag:
    """A jongere of 13 to 17; of one in eight a consent is missing, of one in nine the processing is restricted."""
    jongere_id, zaak_id, besluit_id = (UUID(int=nummer * 8 + n + 1) for n in range(3))
    besluit = Besluit(besluit_id=besluit_id, soort=Besluitsoort.AKKOORD, medewerker="LPA-1", op=NU)
    voorstel = Voorstel(
        voorstel_id=UUID(int=nummer * 8 + 5), uitkomst="halt_verwijzing", adressaten=(), uitleg=(), besluit=besluit,
        protocol="goeree-overflakkee@2018-01-01", gedaan_op=NU, status=Voorstelstatus.BESLOTEN,
    )  # fmt: skip
    zaak = Zaak(
        zaak_id=zaak_id, gemeente="1924", zaaksoort=Zaaksoort.RELATIEF, schooljaar="2026-2027", geopend_op=NU,
        protocol="goeree-overflakkee@2018-01-01", feiten={"absoluut_signaal": True},
        voorstellen={voorstel.voorstel_id: voorstel},
    )  # fmt: skip
    gevers = (Gever.JONGERE,) if nummer % 8 == 0 else (Gever.JONGERE, Gever.OUDERS)
    privacy = Privacystand(
        toestemmingen=tuple(_toestemming(zaak_id, gever, n) for n, gever in enumerate(gevers)),
        beperkt_sinds=OP if nummer % 9 == 0 else None,
    )
    geboren = date(2026 - 13 - nummer % 5, 3, 1 + nummer % 28)
    dossier = replace(Dossier(jongere_id, geboren), zaken={zaak_id: zaak}, privacy=privacy)
    verzoek = Vrijgaveverzoek(
        aanvrager="halt_bridge", jongere_id=jongere_id, gemeente="1924", zaak_id=zaak_id, ontvanger="halt",
        kenmerk=afgeleid_id("halt", besluit_id), verstrekkingsdoel="halt", elementen=WAT, kanaal="versleuteld_mfa",
    )  # fmt: skip
    persoon = Grensgegevens(jongere_id=jongere_id, geboortedatum=geboren, overleden=False, geheimhouding=False)
    return dossier, BesluitVrijgave(UUID(int=nummer * 8 + 6), verzoek, persoon)


def _toestemming(zaak_id: UUID, gever: Gever, nummer: int) -> Toestemming:
    velden: Mapping[str, Any] = dict(zip(("element", "ontvanger", "doel"), HALT, strict=True))
    return Toestemming(
        toestemming_id=UUID(int=nummer + 1), gever=gever, stand=Toestemmingstand.GEGEVEN, schriftelijk=True,
        op=NU - timedelta(days=1), vastgelegd_door="LPA-1", zaak_id=zaak_id, **velden,
    )  # fmt: skip
