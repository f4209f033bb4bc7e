"""Settings of `halt_bridge`."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class HaltSettings(BaseSettings):
    """How Halt is reached."""

    model_config = SettingsConfigDict(env_prefix="SCHAKEL_HALT_", frozen=True)

    url: str | None = Field(default=None, description="Adres van het koppelpunt van Halt; leeg = verwijzingen wachten.")
    interval: float = Field(default=300.0, gt=0, description="Seconden tussen twee keer vragen naar aflopen.")
