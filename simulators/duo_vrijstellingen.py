"""The register of vrijstellingen behind the stand-in of DUO."""

from collections.abc import Mapping

from services.ingest_duo import duo_namen as namen
from simulators.duo_xml import Vrijstelling, Weigering

VERPLICHT = ("kenmerk", "versie", "postcode", "soort", "begindatum", "eerder", "ingetrokken")


class Vrijstellingenregister:
    """Holds the present version of each vrijstelling; `effecten` is every change that took effect, in order."""

    def __init__(self) -> None:
        self.huidig: dict[str, Mapping[str, str]] = {}
        self.effecten: list[Mapping[str, str]] = []
        self.onbekend: set[str] = set()
        """Numbers of persons whom the register does not know."""

    def registreer(self, bericht: Vrijstelling) -> None:
        """Takes a version in; the one it has again changes nothing. Raises `Weigering`."""
        velden = bericht.velden
        nummer = velden.get("bsn") or velden.get("onderwijsnummer")
        if nummer is None or any(veld not in velden for veld in VERPLICHT):
            raise Weigering(namen.FOUT_BERICHT)
        if nummer in self.onbekend:
            raise Weigering(namen.FOUT_PERSOON_ONBEKEND)
        known = self.huidig.get(velden["kenmerk"])
        if known is not None and int(velden["versie"]) < int(known["versie"]):
            raise Weigering(namen.FOUT_GEWIJZIGD)
        if known == velden:
            return
        self.huidig[velden["kenmerk"]] = velden
        self.effecten.append(velden)
