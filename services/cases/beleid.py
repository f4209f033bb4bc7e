"""What a decision about a zaak leans on besides the dossier: protocols, gemeenten, calendar, officials."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hub.calendar import Kalender
from hub.errors import Ongeldig
from hub.gemeenten import Gemeente, Gemeenten
from hub.medewerkers import Medewerker, Medewerkers, Rol
from hub.partijen import Partijen
from services.cases.engine import Beoordeling, beoordeel
from services.cases.feitenopbouw import feiten_van
from services.cases.model import Dossier, Zaak
from services.cases.protocol import GeenGeldigProtocol, Protocol, Protocolboek


@dataclass
class Beleid:
    """A new version of a protocol takes effect on its own date; `protocollen` is replaced when files were added."""

    protocollen: Protocolboek
    gemeenten: Gemeenten
    medewerkers: Medewerkers
    kalender: Kalender
    partijen: Partijen = field(default_factory=Partijen)
    """With whom may be exchanged; nobody, unless it is said."""
    toetsen: dict[Any, Any] = field(default_factory=dict, repr=False)
    """What `plicht.toets_op` remembers of them."""

    def bedient(self, code: str) -> bool:
        """Whether this installation serves the gemeente; after a herindeling not that of before."""
        return self.gemeenten.get(code) is not None

    def gemeente(self, code: str) -> Gemeente:
        """Raises `Ongeldig` for a gemeente this installation does not serve."""
        gemeente = self.gemeenten.get(code)
        if gemeente is None:
            raise Ongeldig("deze gemeente hoort niet bij deze installatie", "gemeente")
        return gemeente

    def vier_ogen(self, gemeente: str, uitkomst: str) -> bool:
        """Whether a second official must confirm a besluit to this uitkomst."""
        return uitkomst in self.gemeente(gemeente).vier_ogen

    def is_voorstel(self, uitkomst: str) -> bool:
        """Whether the protocols know it as a step that waits for a human."""
        definitie = self.protocollen.woorden.uitkomsten.get(uitkomst)
        return definitie is not None and definitie.soort == "voorstel"

    def onbekend_in_vier_ogen(self) -> tuple[str, ...]:
        """What the register of gemeenten wants a second official for, and no protocol proposes."""
        gevraagd = {u for gemeente in self.gemeenten.gemeenten for u in gemeente.vier_ogen}
        return tuple(sorted(u for u in gevraagd if not self.is_voorstel(u)))

    def protocol(self, gemeente: str, op: date) -> Protocol:
        """The protocol of a gemeente as it stood on a day; raises `Ongeldig` when there is none."""
        try:
            return self.protocollen.geldig(self.gemeente(gemeente).protocol, op)
        except GeenGeldigProtocol as error:
            raise Ongeldig(str(error), "protocol") from error

    def versies(self, op: date) -> dict[str, str]:
        """Per gemeente the version in force on a day; a gemeente without one is left out."""
        found: dict[str, str] = {}
        for gemeente in self.gemeenten.gemeenten:
            with suppress(Ongeldig):
                found[gemeente.code] = versie(self.protocol(gemeente.code, op))
        return found

    def beoordeel(self, dossier: Dossier, zaak: Zaak, op: date) -> tuple[Protocol, Beoordeling]:
        """What the protocol says about a zaak today."""
        protocol = self.protocol(zaak.gemeente, op)
        grens = waarde(protocol, "meldgrens_uren")
        feiten = self.protocollen.feiten.lees(feiten_van(dossier, zaak, op, float(grens)))
        return protocol, beoordeel(protocol, feiten, op)

    def bevoegd(self, code: str, gemeente: str, rol: Rol) -> Medewerker:
        """The official, if registered, for this gemeente and in this role; raises `Ongeldig` otherwise."""
        medewerker = self.medewerkers.get(code)
        if medewerker is None:
            raise Ongeldig("staat niet in het register van medewerkers", "medewerker")
        if gemeente not in medewerker.gemeenten:
            raise Ongeldig("is niet bevoegd voor deze gemeente", "medewerker")
        if rol not in medewerker.rollen_in(gemeente):
            raise Ongeldig(f"heeft niet de rol {rol.value} die voor dit besluit nodig is", "medewerker")
        return medewerker


def waarde(protocol: Protocol, naam: str) -> Any:
    """A value of the protocol by name; raises `Ongeldig` when the protocol does not state it."""
    grens = protocol.waarden.get(naam)
    if grens is None:
        raise Ongeldig(f"waarde {naam} staat niet in protocol {protocol.naam}", "protocol")
    return grens.waarde


def versie(protocol: Protocol) -> str:
    """How events and voorstellen name a version: `<protocol>@<geldig_vanaf>`."""
    return f"{protocol.naam}@{protocol.geldig_vanaf.isoformat()}"
