"""Settings every process needs; read from the environment (`SCHAKEL_…`), checked at start."""

from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from hub.crypto import Kluis


class HubSettings(BaseSettings):
    """Where the servers are, where our own files live, how much we take at a time."""

    model_config = SettingsConfigDict(env_prefix="SCHAKEL_", frozen=True, hide_input_in_errors=True)

    map: Path = Field(
        default=Path(".schakel"), description="Map voor servers, sleutels en brieven van deze installatie."
    )
    nats_url: SecretStr | None = Field(default=None, description="NATS-server; leeg = ingebouwde server.")
    postgres_url: SecretStr | None = Field(default=None, description="PostgreSQL; leeg = ingebouwde server.")
    nats_monitor_url: str | None = Field(
        default=None, description="Bewakingsadres van de NATS-server; nodig om `sync_interval: always` te controleren."
    )
    oin: str = Field(default="00000001823288444000", pattern=r"^\d{20}$", description="OIN van de organisatie.")
    batch: int = Field(default=256, ge=1, le=1000, description="Hoeveel gebeurtenissen hooguit in een transactie.")
    http_host: str = Field(default="127.0.0.1", description="Adres van API, /ready en /metrics.")
    http_poort: int = Field(default=0, ge=0, le=65535, description="Poort van de API; 0 = een vrije poort.")
    log_niveau: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description="debug, info, warning of error."
    )
    otlp_endpoint: str | None = Field(default=None, description="Adres waarheen traces gaan (OTLP over HTTP).")
    logboek_url: str | None = Field(
        default=None,
        description="Adres van het Logboek Dataverwerkingen (OTLP over HTTP), voor `schakel logboek --otlp`.",
    )
    verwerkingenregister: str = Field(
        default="urn:nld:schakel:verwerking:",
        description="Begin van de verwijzing naar een verwerkingsactiviteit in het Logboek Dataverwerkingen.",
    )
    api_url: str | None = Field(default=None, description="Adres van de API, voor opdrachten vanaf een andere machine.")
    token: SecretStr | None = Field(
        default=None, description="Token van uw inlogvoorziening, voor opdrachten; leeg = de sleutel van de demo."
    )
    gemeenten: Path | None = Field(default=None, description="Register van gemeenten; leeg = de bedachte regio.")
    medewerkers: Path | None = Field(default=None, description="Register van medewerkers; leeg = demo-register.")
    partijen: Path | None = Field(default=None, description="Register van partijen en kanalen; leeg = demo-register.")
    protocollen: Path | None = Field(default=None, description="Map met protocollen; leeg = de meegeleverde.")

    bewaartermijnen: Path | None = Field(default=None, description="Bewaartermijnen per soort; leeg = de meegeleverde.")
    bewaardagen: int = Field(
        default=30, ge=1, le=3650,
        description="Na zoveel dagen wordt de inhoud gewist van verwerkte berichten en afgehandelde quarantaine.",
    )  # fmt: skip

    @cached_property
    def kluis(self) -> Kluis:
        """Seals raw source messages at rest."""
        return Kluis.from_file(self.map / "sleutels" / "opslag.key")

    @cached_property
    def verstrek_kluis(self) -> Kluis:
        """Seals personal data that travel between services over NATS request/reply."""
        return Kluis.from_file(self.map / "sleutels" / "verstrek.key")
