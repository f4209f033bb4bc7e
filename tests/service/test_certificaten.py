"""Certificates that end: what is read of them, what metric and command say, and what a TLS server makes of it."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from typer.testing import CliRunner

from hub.certificaten import Uitgever, bewaak, lees_certificaat
from hub.clock import SystemClock, VirtualClock
from hub.errors import Ongeldig
from hub.observability import REGISTRY
from schakel.cli import app
from schakel.operations import _certificaten
from services.ingest_duo.duo import DuoClient, DuoOnbereikbaar, tls_context
from services.ingest_duo.parser import Selectie
from simulators.duo import DuoSimulator
from simulators.loopback import TlsBestanden
from tests.certificaten import ALLEEN_SERVER, Autoriteit

NU = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)
BEGIN = Selectie.vanaf(datetime.fromisoformat("2026-09-01T00:00:00"))
METRIC = "schakel_certificaat_verloopt_over_seconden"


@pytest.mark.parametrize(
    ("naam", "uitgever"),
    [
        ("Proef CA", Uitgever.ANDERS),
        ("Proef PKIoverheid Private Services CA - G1", Uitgever.PKIOVERHEID_PRIVATE_SERVICES),
        ("Staat der Nederlanden EV Intermediair CA", Uitgever.PKIOVERHEID_ANDERS),
    ],
)
def test_the_facts_are_those_of_the_certificate_and_nothing_about_its_holder(
    tmp_path: Path, naam: str, uitgever: Uitgever
) -> None:
    """Ends when it ends, of this kind, with this key."""
    paar = Autoriteit(tmp_path, naam).schrijf("gemeente-onbekend", tot=NU + timedelta(days=30))
    cert = lees_certificaat("duo", *paar)
    assert (NU + timedelta(days=30), uitgever, "EC secp256r1", None) == (
        cert.verloopt_op, cert.uitgever, cert.sleutelsoort, cert.bezwaar(NU)
    )  # fmt: skip
    assert "gemeente-onbekend" not in repr(cert)
    assert Uitgever.ZELFONDERTEKEND is lees_certificaat("ca", *Autoriteit(tmp_path).schrijf("ca", ca=True)).uitgever


def test_a_certificate_that_would_not_be_accepted_says_why(tmp_path: Path) -> None:
    """Ended, not begun, or made for something else."""
    autoriteit = Autoriteit(tmp_path)
    bezwaren = [
        lees_certificaat("duo", *paar).bezwaar(NU)
        for paar in (
            autoriteit.schrijf("oud", tot=NU),
            autoriteit.schrijf("later", vanaf=NU + timedelta(days=1)),
            autoriteit.schrijf("server", gebruik=ALLEEN_SERVER),
        )
    ]
    for bezwaar, woord in zip(bezwaren, ("verlopen op 2026-09-14", "pas vanaf 2026-09-15", "clientAuth"), strict=True):
        assert bezwaar is not None
        assert woord in bezwaar


def test_a_pair_that_is_no_pair_is_refused_with_the_reason(tmp_path: Path) -> None:
    """The wrong key, no key, a key behind a password, no certificate, no file."""
    autoriteit = Autoriteit(tmp_path)
    (een, sleutel), (_, ander) = autoriteit.schrijf("een"), autoriteit.schrijf("ander")
    geheim = tmp_path / "geheim.key"
    gesloten = serialization.BestAvailableEncryption(b"wachtwoord")
    geheim.write_bytes(
        autoriteit.sleutel.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, gesloten)
    )
    for certificaat, key, veld, woord in (
        (een, ander, "sleutel", "hoort niet bij"),
        (een, een, "sleutel", "geen sleutel in PEM"),
        (een, geheim, "sleutel", "wachtwoord"),
        (sleutel, sleutel, "certificaat", "geen certificaat in PEM"),
        (tmp_path / "weg.crt", sleutel, "certificaat", "niet te lezen"),
    ):
        with pytest.raises(Ongeldig, match=woord) as refused:
            lees_certificaat("duo", certificaat, key)
        assert veld == refused.value.veld


def test_the_metric_follows_the_file(tmp_path: Path) -> None:
    """A renewed certificate shows without a restart; one that cannot be used counts as ended."""
    autoriteit, clock = Autoriteit(tmp_path), VirtualClock(NU)
    paar = autoriteit.schrijf("duo", tot=NU + timedelta(days=10))
    bewaak("proef", *paar, clock)
    clock.advance(timedelta(days=3))
    assert 7 * 86_400 == REGISTRY.get_sample_value(METRIC, {"naam": "proef"})
    autoriteit.schrijf("duo", tot=NU + timedelta(days=403))
    assert 400 * 86_400 == REGISTRY.get_sample_value(METRIC, {"naam": "proef"})
    paar[1].unlink()
    assert 0 == REGISTRY.get_sample_value(METRIC, {"naam": "proef"})


async def test_duo_accepts_a_certificate_until_it_ends(tmp_path: Path) -> None:
    """Over real TLS: one that is in force opens the door, the one that ended yesterday does not."""
    autoriteit, now = Autoriteit(tmp_path), SystemClock().now()
    ca, _ = autoriteit.schrijf("ca", ca=True)
    duo = DuoSimulator(VirtualClock(NU), random.Random(1), tls=TlsBestanden(*autoriteit.schrijf("server"), ca=ca))
    await duo.start()
    kort = autoriteit.schrijf("kort", vanaf=now - timedelta(days=1), tot=now + timedelta(hours=1))
    oud = autoriteit.schrijf("oud", vanaf=now - timedelta(days=2), tot=now - timedelta(days=1))
    async with DuoClient(duo.url, "001924", VirtualClock(NU), tls=tls_context(*kort, ca), timeout=5) as client:
        assert (await client.wijzigingen(BEGIN)).inhoud
    async with DuoClient(duo.url, "001924", VirtualClock(NU), tls=tls_context(*oud, ca), timeout=5) as client:
        with pytest.raises(DuoOnbereikbaar):
            await client.wijzigingen(BEGIN)
    await duo.stop()


@pytest.mark.parametrize(("dagen", "code", "woord"), [(30, 0, ""), (-1, 1, "is verlopen")])
def test_the_command_tells_and_fails_when_it_must(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dagen: int, code: int, woord: str
) -> None:
    """The facts as JSON; exit code 1 with the reason when DUO would refuse."""
    paar = Autoriteit(tmp_path).schrijf("duo", tot=SystemClock().now() + timedelta(days=dagen))
    for naam, pad in zip(("CERTIFICAAT", "SLEUTEL"), paar, strict=True):
        monkeypatch.setenv(f"SCHAKEL_DUO_{naam}", str(pad))
    answer = CliRunner().invoke(app, ["duo", "certificaat", "--json"])
    assert (code, woord in answer.stderr) == (answer.exit_code, True)
    assert {"EC secp256r1", "anders"} <= set(map(str, json.loads(answer.stdout).values()))
    monkeypatch.delenv("SCHAKEL_DUO_SLEUTEL")
    answer = CliRunner().invoke(app, ["duo", "certificaat", "--json"])
    assert (1, True) == (answer.exit_code, "allebei" in answer.stderr)


def test_status_looks_at_every_certificate_that_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named as in the metric, under the service that shows it."""
    autoriteit, wanted = Autoriteit(tmp_path), {"duo": "DUO", "brp_api": "BRP_API", "brp_stuf": "BRP_VOLG_STUF"}
    paren = {naam: autoriteit.schrijf(naam) for naam in wanted}
    for naam, prefix in wanted.items():
        monkeypatch.setenv(f"SCHAKEL_{prefix}_CERTIFICAAT", str(paren[naam][0]))
        monkeypatch.setenv(f"SCHAKEL_{prefix}_SLEUTEL", str(paren[naam][1]))
    found = _certificaten()
    assert {"ingest_duo": {"duo"}, "brp_sync": {"brp_api", "brp_stuf"}} == {k: set(v) for k, v in found.items()}
    assert paren == found["ingest_duo"] | found["brp_sync"]
