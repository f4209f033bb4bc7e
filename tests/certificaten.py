"""Real certificates for a test: an authority of its own, a server on 127.0.0.1 and a client."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from simulators.loopback import TlsBestanden

LANG_GELEDEN, LANG_HIERNA = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Autoriteit:
    """Signs certificates and writes them with their keys as PEM files in a folder."""

    map: Path
    naam: str = "Proef CA"
    sleutel: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def schrijf(
        self,
        naam: str,
        *,
        ca: bool = False,
        vanaf: datetime = LANG_GELEDEN,
        tot: datetime = LANG_HIERNA,
        gebruik: ObjectIdentifier | None = None,
    ) -> tuple[Path, Path]:
        """Certificate and key of `naam`, or of the authority itself."""
        sleutel = self.sleutel if ca else ec.generate_private_key(ec.SECP256R1())
        uitgever = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.naam)])
        onderwerp = uitgever if ca else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, naam)])
        bouwer = (
            x509.CertificateBuilder(uitgever, onderwerp, sleutel.public_key(), x509.random_serial_number())
            .not_valid_before(vanaf)
            .not_valid_after(tot)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if not ca:
            adres = x509.IPAddress(ip_address("127.0.0.1"))
            bouwer = bouwer.add_extension(x509.SubjectAlternativeName([adres]), critical=False)
        if gebruik is not None:
            bouwer = bouwer.add_extension(x509.ExtendedKeyUsage([gebruik]), critical=False)
        certificaat = bouwer.sign(self.sleutel, hashes.SHA256())
        paden = self.map / f"{naam}.crt", self.map / f"{naam}.key"
        paden[0].write_bytes(certificaat.public_bytes(serialization.Encoding.PEM))
        paden[1].write_bytes(
            sleutel.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return paden


ALLEEN_SERVER = ExtendedKeyUsageOID.SERVER_AUTH


def maak_certificaten(map_: Path) -> tuple[TlsBestanden, Path, Path]:
    """An authority, a server certificate for 127.0.0.1 and a client certificate, as PEM files."""
    autoriteit = Autoriteit(map_)
    ca, _ = autoriteit.schrijf("ca", ca=True)
    return TlsBestanden(*autoriteit.schrijf("server"), ca=ca), *autoriteit.schrijf("client")
