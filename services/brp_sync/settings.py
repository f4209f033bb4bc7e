"""Settings of the sources that say about whom something changed in the BRP, and of the API that tells what."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class VerbindingSettings(BaseSettings):
    """Where an API is, how we make ourselves known, and the bounds on an answer."""

    naam: ClassVar[str] = "brp"

    url: str | None = Field(default=None, description="Adres van de API, zonder /personen; leeg = niet gebruiken.")
    token_url: str | None = Field(default=None, description="Waar een OAuth2-token te halen is (client_credentials).")
    client_id: str = Field(default="", description="OAuth2: client_id.")
    client_secret: SecretStr = Field(default=SecretStr(""), description="OAuth2: client_secret.")
    scope: str = Field(default="", description="OAuth2: scope, bij de RvIG {afnemersindicatie}-{OIN}.")
    token_extra: dict[str, str] = Field(
        default_factory=dict, description="OAuth2: verdere velden van de tokenaanvraag, als JSON-object."
    )
    api_sleutel: SecretStr | None = Field(default=None, description="API-sleutel van een plaatselijke aanbieder.")
    api_sleutel_kop: str = Field(default="X-API-KEY", description="De kop waarin die sleutel staat.")
    certificaat: Path | None = Field(default=None, description="PKIoverheid-certificaat (PEM) voor mTLS.")
    sleutel: Path | None = Field(default=None, description="Sleutel bij het certificaat (PEM).")
    ca: Path | None = Field(
        default=None, description="Eigen certificaatautoriteiten (PEM); leeg = die van het systeem."
    )
    timeout: float = Field(default=30.0, gt=0, description="Seconden voor verbinden, schrijven en elke keer lezen.")
    max_bytes: int = Field(default=5_000_000, ge=1000, description="Grootste antwoord dat wordt aangenomen.")


class BrpApiSettings(VerbindingSettings):
    """The BRP API Personen: what we ask, and when."""

    naam = "brp_api"
    model_config = SettingsConfigDict(env_prefix="SCHAKEL_BRP_API_", frozen=True, hide_input_in_errors=True)

    velden_zonder: tuple[str, ...] = Field(default=(), description="Velden waarvoor geen autorisatie is (JSON-lijst).")
    buitenland: bool = Field(default=True, description="Of er autorisatie is voor adressen in het buitenland.")
    doel: str = Field(default="leerplicht", description="Het doel dat bij elke bevraging wordt vastgelegd.")
    vertraging: float = Field(
        default=3600.0, ge=0, description="Seconden na een signaal voor de eerste bevraging (de BRP-V loopt achter)."
    )
    herhaling: float = Field(
        default=86_400.0, gt=0, description="Seconden tot de volgende bevraging als er nog niets veranderd is."
    )
    werkdagen: int = Field(default=3, ge=0, description="Hoeveel werkdagen daarmee wordt doorgegaan.")
    interval: float = Field(default=60.0, gt=0, description="Seconden tussen twee keer kijken wat aan de beurt is.")
    onbekenden: bool = Field(
        default=True, description="Of ook naar een onbekend BSN wordt gevraagd: eerst alleen de geboortedatum."
    )
    tot_leeftijd: int = Field(default=23, ge=5, le=30, description="Wie ouder is en onbekend, wordt niet opgenomen.")


class UpdateApiSettings(VerbindingSettings):
    """The BRP Update API: whom we follow, and who of them changed."""

    naam = "brp_update"
    model_config = SettingsConfigDict(env_prefix="SCHAKEL_BRP_UPDATE_", frozen=True, hide_input_in_errors=True)

    interval: float = Field(default=3600.0, gt=0, description="Seconden tussen twee keer vragen wie er gewijzigd is.")


class GebeurtenisSettings(BaseSettings):
    """Who may send, what, and how much."""

    model_config = SettingsConfigDict(env_prefix="SCHAKEL_BRP_GEBEURTENISSEN_", frozen=True, hide_input_in_errors=True)

    token: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="Sleutel van de afzender (Bearer); leeg = geen gebeurtenissen aannemen.",
    )
    typen: tuple[str, ...] = Field(
        default=(), description="Typen die worden aangenomen naast de bekende (JSON-lijst), met een BSN in de gegevens."
    )
    oorsprong: tuple[str, ...] = Field(
        default=(), description="Afzenders (WebHook-Request-Origin) die zich mogen aanmelden (JSON-lijst)."
    )
    per_minuut: int = Field(
        default=600, ge=1, description="Hoeveel berichten per minuut een afzender wordt toegestaan."
    )
    max_bytes: int = Field(default=1_000_000, ge=1000, description="Grootste bericht dat wordt aangenomen.")
    hoogstens_wachtend: int = Field(
        default=100_000, ge=1, description="Bij meer wachtende signalen krijgt de afzender 429."
    )


@dataclass(frozen=True)
class BrpBronnen:
    """All of them; what is not given comes from the environment."""

    api: BrpApiSettings = field(default_factory=BrpApiSettings)
    update: UpdateApiSettings = field(default_factory=UpdateApiSettings)
    gebeurtenissen: GebeurtenisSettings = field(default_factory=GebeurtenisSettings)
