"""Settings of `ingest_duo`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from hub.errors import Ongeldig


class DuoSettings(BaseSettings):
    """How DUO is reached."""

    model_config = SettingsConfigDict(env_prefix="SCHAKEL_DUO_", frozen=True)

    url: str | None = Field(default=None, description="Adres van de webservice van DUO; leeg = niet ophalen.")
    certificaat: Path | None = Field(default=None, description="PKIoverheid-certificaat (PEM) voor mTLS.")
    sleutel: Path | None = Field(default=None, description="Sleutel bij het certificaat (PEM).")
    ca: Path | None = Field(
        default=None, description="Certificaten (PEM) waaraan DUO wordt herkend; leeg = die van het systeem."
    )
    interval: float = Field(default=60.0, gt=0, description="Seconden tussen twee keer ophalen.")
    overlap: float = Field(
        default=300.0, ge=0, description="Seconden die opnieuw worden gelezen (herhalingen tellen niet)."
    )
    vanaf: str = Field(default="2020-08-01", description="Vanaf welke dag de eerste keer wordt gelezen.")
    max_bytes: int = Field(default=20_000_000, ge=1000, description="Grootste antwoord dat wordt aangenomen.")
    schoolkaarten: Path | None = Field(
        default=None, description="Map met eigen kolomkaarten van scholen zonder DUO (YAML)."
    )
    kaarten: Path | None = Field(default=None, description="Map met eigen kolomkaarten van leveringen (YAML).")
    levering_krimp: float = Field(
        default=0.1, ge=0, le=1, description="Deel waarmee een C-levering mag krimpen zonder dat iemand haar vrijgeeft."
    )
    levering_max_bytes: int = Field(default=500_000_000, ge=1000, description="Grootste levering die wordt aangenomen.")

    @property
    def paar(self) -> tuple[Path, Path] | None:
        """The certificate and its key; None when we show none. Raises `Ongeldig` when only one of them is set."""
        if self.certificaat is None and self.sleutel is None:
            return None
        if self.certificaat is None or self.sleutel is None:
            raise Ongeldig("stel SCHAKEL_DUO_CERTIFICAAT en SCHAKEL_DUO_SLEUTEL allebei in", "certificaat")
        return self.certificaat, self.sleutel
