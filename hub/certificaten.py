"""Certificates with which we show who we are: when they end, of which kind they are, whether they fit their key.

Nothing about the holder leaves this module: no name, no serial number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hub.clock import Clock
from hub.errors import Ongeldig
from hub.observability import CERTIFICATE


class Uitgever(StrEnum):
    """Who vouches for a certificate. DUO wants PKIoverheid, type domein private services CA - G1."""

    PKIOVERHEID_PRIVATE_SERVICES = "pkioverheid_private_services"
    PKIOVERHEID_ANDERS = "pkioverheid_anders"
    ZELFONDERTEKEND = "zelfondertekend"
    ANDERS = "anders"


@dataclass(frozen=True, slots=True)
class Certificaat:
    """What there is to know about a certificate without knowing whose it is; moments in UTC."""

    naam: str
    geldig_vanaf: datetime
    verloopt_op: datetime
    uitgever: Uitgever
    sleutelsoort: str
    voor_client: bool
    """Whether it may be used to show who we are; without a statement about its use it may."""

    def verloopt_over(self, now: datetime) -> float:
        """Seconds until the end; negative after it."""
        return (self.verloopt_op - now).total_seconds()

    def bezwaar(self, now: datetime) -> str | None:
        """Why the other side would not accept it now, in one Dutch sentence; None when nothing shows."""
        if now >= self.verloopt_op:
            return f"het certificaat voor {self.naam} is verlopen op {self.verloopt_op:%Y-%m-%d}"
        if now < self.geldig_vanaf:
            return f"het certificaat voor {self.naam} geldt pas vanaf {self.geldig_vanaf:%Y-%m-%d}"
        if not self.voor_client:
            return f"het certificaat voor {self.naam} is niet bedoeld om mee aan te melden (clientAuth)"
        return None


def lees_certificaat(naam: str, certificaat: Path, sleutel: Path) -> Certificaat:
    """The certificate in a PEM file and the key that should belong to it.

    Raises `Ongeldig` when a file cannot be read as such, or when the two do not belong together.
    """
    try:
        cert = x509.load_pem_x509_certificate(_bytes(certificaat, "certificaat"))
    except ValueError as error:
        raise Ongeldig(f"{certificaat.name} bevat geen certificaat in PEM", "certificaat") from error
    try:
        key = load_pem_private_key(_bytes(sleutel, "sleutel"), password=None)
    except TypeError as error:
        raise Ongeldig(f"{sleutel.name} is met een wachtwoord beveiligd", "sleutel") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Ongeldig(f"{sleutel.name} bevat geen sleutel in PEM", "sleutel") from error
    der = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*der) != cert.public_key().public_bytes(*der):
        raise Ongeldig(f"{sleutel.name} hoort niet bij {certificaat.name}", "sleutel")
    return Certificaat(
        naam=naam,
        geldig_vanaf=cert.not_valid_before_utc,
        verloopt_op=cert.not_valid_after_utc,
        uitgever=_uitgever(cert),
        sleutelsoort=_sleutelsoort(cert),
        voor_client=_voor_client(cert),
    )


def bewaak(naam: str, certificaat: Path, sleutel: Path, clock: Clock) -> None:
    """Shows the rest of its life as a metric, read from the file each time it is asked; 0 when it cannot be used."""

    def rest() -> float:
        try:
            return lees_certificaat(naam, certificaat, sleutel).verloopt_over(clock.now())
        except Ongeldig:
            return 0.0

    CERTIFICATE.labels(naam).set_function(rest)


def overzicht(paren: Mapping[str, tuple[Path, Path]], now: datetime) -> list[dict[str, object]]:
    """Per configured certificate when it ends and what is wrong with it, for a screen."""
    found: list[dict[str, object]] = []
    for naam, (certificaat, sleutel) in paren.items():
        try:
            cert = lees_certificaat(naam, certificaat, sleutel)
        except Ongeldig as error:
            found.append({"naam": naam, "verloopt_op": None, "dagen": None, "bezwaar": str(error)})
            continue
        dagen = int(cert.verloopt_over(now) // 86_400)
        found.append({"naam": naam, "verloopt_op": cert.verloopt_op, "dagen": dagen, "bezwaar": cert.bezwaar(now)})
    return found


def _bytes(path: Path, veld: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Ongeldig(f"{path.name} is niet te lezen ({type(error).__name__})", veld) from None


def _uitgever(cert: x509.Certificate) -> Uitgever:
    if cert.issuer == cert.subject:
        return Uitgever.ZELFONDERTEKEND
    wanted = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
    issuer = " ".join(str(a.value) for a in cert.issuer if a.oid in wanted).casefold()
    if "pkioverheid" not in issuer and "staat der nederlanden" not in issuer:
        return Uitgever.ANDERS
    private = "private services" in issuer
    return Uitgever.PKIOVERHEID_PRIVATE_SERVICES if private else Uitgever.PKIOVERHEID_ANDERS


def _sleutelsoort(cert: x509.Certificate) -> str:
    key = cert.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}"
    return type(key).__name__.removesuffix("PublicKey").strip("_")


def _voor_client(cert: x509.Certificate) -> bool:
    try:
        use = cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return ExtendedKeyUsageOID.CLIENT_AUTH in use or ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in use
