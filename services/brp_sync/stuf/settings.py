"""Settings of the StUF-BG intake."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.brp_sync.stuf.messages import Systeem


class StufSettings(BaseSettings):
    """Who may send npsLk01, and against which schema they are judged."""

    model_config = SettingsConfigDict(
        env_prefix="SCHAKEL_BRP_STUF_", frozen=True, hide_input_in_errors=True, populate_by_name=True
    )

    zenders: str = Field(
        default="",
        description="Wie mag aanleveren: organisatie/applicatie, met komma's ertussen; * is elke. Leeg = iedereen.",
    )
    token: SecretStr | None = Field(
        default=None, description="Gedeeld geheim dat als Bearer-token bij elk bericht hoort; leeg = geen."
    )
    schema_pad: Path | None = Field(
        default=None,
        alias="SCHAKEL_BRP_STUF_SCHEMA",
        description="Het officiele schema: een xsd, of een map met bg0310_msg_mutatie.xsd; leeg = het eigen schema.",
    )
    bewaardagen: int = Field(
        default=90, ge=1, description="Dagen waarin een herhaald bericht aan zijn referentienummer wordt herkend."
    )
    wachtend: int = Field(default=4096, ge=1, description="Bevestigde berichten die hooguit in het geheugen wachten.")

    @property
    def bewaartijd(self) -> timedelta:
        """How long the keys of messages are kept."""
        return timedelta(days=self.bewaardagen)

    def mag_zenden(self, zender: Systeem) -> bool:
        """Whether this system may send."""
        regels = [regel.strip() for regel in self.zenders.split(",") if regel.strip()]
        return not regels or any(_past(regel, zender) for regel in regels)


def _past(regel: str, zender: Systeem) -> bool:
    organisatie, _, applicatie = regel.partition("/")
    return organisatie in ("*", zender.organisatie) and applicatie in ("", "*", zender.applicatie)
