"""Settings of the login service (OpenID Connect)."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class OidcSettings(BaseSettings):
    """Which issuer we trust, and what its tokens must say."""

    model_config = SettingsConfigDict(env_prefix="SCHAKEL_OIDC_", frozen=True, hide_input_in_errors=True)

    uitgever: str | None = Field(
        default=None, description="Adres (issuer) van de inlogvoorziening; leeg = alleen de ingebouwde demo-identiteit."
    )
    doelgroep: str | None = Field(
        default=None, description="Wat als `aud` in een token moet staan: hoe de inlogvoorziening Schakel noemt."
    )
    claim: str = Field(default="sub", min_length=1, description="Gegeven in het token dat zegt wie iemand is.")

    @model_validator(mode="after")
    def _volledig(self) -> Self:
        if self.uitgever is None:
            return self
        if not self.doelgroep:
            raise ValueError("SCHAKEL_OIDC_DOELGROEP hoort bij SCHAKEL_OIDC_UITGEVER")
        adres = urlsplit(self.uitgever)
        if adres.scheme != "https" and not (adres.scheme == "http" and adres.hostname in LOOPBACK):
            raise ValueError("SCHAKEL_OIDC_UITGEVER moet met https beginnen")
        return self
