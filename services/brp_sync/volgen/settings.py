"""Settings of following persons outside the region."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class VolgSettings(BaseSettings):
    """By which way afnemersindicaties are asked for, and how long DUO counts as a follower."""

    model_config = SettingsConfigDict(env_prefix="SCHAKEL_BRP_VOLG_", frozen=True)

    kanaal: Literal["lo3", "stuf", "update-api"] | None = Field(
        default=None,
        description="lo3: Ap01 en Av01 in uit/ van de postbus; stuf: npsLk01 T en V; update-api: PUT /volgindicaties;"
        " leeg = er wordt niemand gevolgd.",
    )
    dagen: int = Field(default=400, ge=1, description="Hoe lang iemand na de laatste melding van DUO wordt gevolgd.")
    interval: float = Field(default=60.0, gt=0, description="Seconden tussen twee rondes.")
    wachttijd: float = Field(
        default=24.0, gt=0, description="Uren voordat een aanvraag zonder antwoord nog eens wordt gedaan."
    )
    stuf_url: str | None = Field(default=None, description="Adres van het gegevensmagazijn voor npsLk01 (SOAP).")
    stuf_certificaat: Path | None = Field(default=None, description="PKIoverheid-certificaat (PEM) voor mTLS.")
    stuf_sleutel: Path | None = Field(default=None, description="Sleutel bij het certificaat (PEM).")
    stuf_ca: Path | None = Field(default=None, description="Eigen certificaatautoriteiten (PEM).")
    stuf_zender: str = Field(default="SCHAKEL", max_length=50, description="Naam van onze applicatie in StUF.")
    stuf_zender_organisatie: str | None = Field(default=None, description="Onze organisatie in StUF.")
    stuf_ontvanger: str = Field(default="GM", max_length=50, description="Naam van de ontvangende applicatie in StUF.")
    stuf_ontvanger_organisatie: str | None = Field(default=None, description="De ontvangende organisatie in StUF.")

    @property
    def wacht_op_antwoord(self) -> timedelta:
        """After this long without an answer a request is made again."""
        return timedelta(hours=self.wachttijd)
