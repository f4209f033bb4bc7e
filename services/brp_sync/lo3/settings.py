"""Settings of the LO3 mailbox."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Lo3Settings(BaseSettings):
    """Where LO3 messages come in, and what the gemeente may have of a persoonslijst."""

    model_config = SettingsConfigDict(env_prefix="SCHAKEL_BRP_LO3_", frozen=True)

    map: Path | None = Field(
        default=None, description="Map van de postbus, met in/, uit/ en verwerkt/; leeg = alleen POST /v1/lo3."
    )
    interval: float = Field(default=5.0, gt=0, description="Seconden tussen twee keer in de postbus kijken.")
    categorieen: str = Field(
        default="01,02,03,06,07,08,11",
        pattern=r"^[0-9]{2}(,[0-9]{2})*$",
        description="Categorieen waarvoor de gemeente geautoriseerd is; de rest geldt als onbekend.",
    )
    max_bestand: int = Field(default=100_000_000, ge=1000, description="Grootste bestand in bytes dat wordt gelezen.")

    @property
    def autorisatie(self) -> frozenset[str]:
        """The categories the gemeente may have."""
        return frozenset(self.categorieen.split(","))
