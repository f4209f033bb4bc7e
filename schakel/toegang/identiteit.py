"""Who calls, for the length of one request."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import HTTPException

from hub.errors import Ongeldig
from hub.inzage import Inzage
from hub.medewerkers import Medewerker, Medewerkers, Rol
from hub.settings import HubSettings
from schakel.places import api_token
from schakel.toegang.bevoegdheden import BEVOEGDHEDEN, Handeling
from schakel.toegang.oidc import Geweigerd, Uitgever
from schakel.toegang.settings import LOOPBACK

if TYPE_CHECKING:
    from schakel.installation import Installation

Vindplaats = tuple[str, UUID | None]
"""The gemeente something lies in, and the jongere it is about."""
DEMO = "demo"
"""Who did it, in the audit log, when the built-in identity did and no medewerker was named."""


@dataclass
class Ingelogd:
    """Who calls, and in which gemeenten what they want to do is theirs to do; `gemeenten` None is everywhere.

    `code` is None for the built-in identity of a demonstration; `genoemd` is then whom the request names.
    """

    code: str | None
    rollen: frozenset[Rol]
    gemeenten: tuple[str, ...] | None
    genoemd: str | None = None
    onderwerpen: list[UUID] = field(default_factory=list)

    @property
    def door(self) -> str:
        """Who did it, for the audit log."""
        return self.code or self.genoemd or DEMO

    def betreft(self, *jongeren: UUID) -> None:
        """Whom the request is about, for the audit log."""
        self.onderwerpen += [j for j in dict.fromkeys(jongeren) if j not in self.onderwerpen]

    def ziet(self, gemeente: str | None) -> bool:
        """Whether something of this gemeente is theirs to see."""
        return self.gemeenten is None or gemeente in self.gemeenten

    def eis(self, gemeente: str | None) -> None:
        """Raises 404 for a gemeente that is not theirs: what lies there does not exist for them."""
        if gemeente is not None and not self.ziet(gemeente):
            raise HTTPException(404, "dit bestaat hier niet")

    def vond(self, wat: Vindplaats | None) -> None:
        """Notes whom it is about; raises 404 for what does not exist and for what lies in another gemeente, alike."""
        if wat is None or not self.ziet(wat[0]):
            raise HTTPException(404, "dit bestaat hier niet")
        if wat[1] is not None:
            self.betreft(wat[1])

    def een_gemeente(self, gemeente: str | None) -> str | None:
        """The gemeente that is meant, when only one can be; None is all of them, for who may act everywhere.

        Raises 404 for a gemeente that is not theirs, `Ongeldig` when there is more than one to choose from.
        """
        self.eis(gemeente)
        if gemeente is not None or self.gemeenten is None:
            return gemeente
        if len(self.gemeenten) > 1:
            raise Ongeldig("noem een van uw gemeenten", "gemeente")
        return self.gemeenten[0]

    def inzage(self, pool: Any) -> Any:
        """The pool, as far as this person may read."""
        return Inzage(pool, self.gemeenten)

    def eigen(self, regels: Collection[dict[str, Any]]) -> list[dict[str, Any]]:
        """The lines of their gemeenten; notes whom these are about."""
        found = [r for r in regels if self.ziet(r.get("gemeente"))]
        self.betreft(*(r["jongere_id"] for r in found if r.get("jongere_id")))
        return found


class Inlog:
    """How this installation finds out who calls: by its login service, or in a demonstration by its own key."""

    def __init__(self, installation: "Installation") -> None:
        config = installation.config
        self._medewerkers: Medewerkers = config.officials()
        self._uitgever = Uitgever(config.oidc, config.clock) if config.oidc.uitgever else None
        eis_inlog(config.settings, config.oidc.uitgever)
        self._sleutel = api_token(config.settings.map).encode()

    async def wie(self, token: str | None) -> Medewerker | None:
        """The official, or None for the built-in identity; raises 401."""
        if self._uitgever is None:
            if token is None or not secrets.compare_digest(token.encode(), self._sleutel):
                raise niet_ingelogd("toon de sleutel van deze installatie (Authorization: Bearer …)")
            return None
        if token is None:
            raise niet_ingelogd("toon een token van uw inlogvoorziening (Authorization: Bearer …)")
        try:
            inlog = await self._uitgever.lees(token)
        except Geweigerd as reden:
            raise niet_ingelogd(str(reden)) from reden
        medewerker = self._medewerkers.ingelogd(inlog)
        if medewerker is None:
            raise niet_ingelogd("u staat niet in het register van medewerkers van deze installatie")
        return medewerker


def eis_inlog(settings: HubSettings, uitgever: str | None) -> None:
    """Raises `Ongeldig` when the API would stand open to other machines without a login service."""
    if uitgever is None and settings.http_host not in LOOPBACK:
        raise Ongeldig(
            "zonder inlogvoorziening luistert de API alleen op deze machine zelf: stel SCHAKEL_OIDC_UITGEVER in, "
            "of laat SCHAKEL_HTTP_HOST op 127.0.0.1",
            "http_host",
        )


def niet_ingelogd(reden: str) -> HTTPException:
    """401 with its reason."""
    return HTTPException(401, reden, {"WWW-Authenticate": "Bearer"})


def toegelaten(medewerker: Medewerker | None, handeling: Handeling) -> Ingelogd:
    """The official with what they may do of this; raises 403 when that is nothing."""
    regel = BEVOEGDHEDEN[handeling]
    if medewerker is None:
        return Ingelogd(None, frozenset(Rol), None)
    gemeenten = medewerker.gemeenten_met(regel.rollen)
    if not gemeenten:
        raise HTTPException(403, f"uw rol geeft geen toegang tot: {regel.wat}")
    rollen = frozenset[Rol]().union(*(medewerker.rollen_in(g) for g in gemeenten))
    return Ingelogd(medewerker.code, rollen, gemeenten if regel.per_gemeente else None)
