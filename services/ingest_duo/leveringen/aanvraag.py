"""The two files a gemeente hands in at DUO: to ask for a C-levering, and for the BSN of who has an onderwijsnummer.

Name and content of the first, and the name of the second, are on DUO's pages gegevensleveringen and gegevens-koppelen;
the extension `.txt`, line ends and the columns are our assumption. DUO wants the second as a spreadsheet: ours is a
CSV with the same name, to be saved as one.
"""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import NamedTuple

from pydantic import SecretStr

from hub.errors import Ongeldig
from services.ingest_duo.leveringen.kaart import Kaart, kies
from services.ingest_duo.leveringen.model import BestandGeweigerd
from services.ingest_duo.leveringen.rijen import personen
from services.ingest_duo.leveringen.store import LeveringStore

_TEKEN = "111111111"


class Aanvraag(NamedTuple):
    """A file to hand in."""

    naam: str
    inhoud: SecretStr


def c_levering(dag: date, niveau: str, code: str) -> Aanvraag:
    """Asks for the C-levering of a gemeente (G) or RMC-regio (R)."""
    return Aanvraag(f"{_stam(dag, niveau, code)}.txt", SecretStr(f"{_TEKEN}\r\n"))


def koppeling(dag: date, niveau: str, code: str, onderwijsnummers: Iterable[str]) -> Aanvraag:
    """Asks for the BSN of these persons; raises `Ongeldig` for a line that is no onderwijsnummer, or when none is."""
    regels = ["Onderwijsnummer"]
    for nr, nummer in enumerate(onderwijsnummers, start=1):
        if len(nummer) != 9 or not (nummer.isascii() and nummer.isdigit()):
            raise Ongeldig("telt geen negen cijfers", f"onderwijsnummer {nr}")
        regels.append(nummer)
    if len(regels) == 1:
        raise Ongeldig("er is niemand met alleen een onderwijsnummer", "onderwijsnummers")
    return Aanvraag(f"{_stam(dag, niveau, code)}.koci.csv", SecretStr("".join(f"{r}\r\n" for r in regels)))


async def zonder_bsn(store: LeveringStore, kaarten: list[Kaart], niveau: str, code: str) -> list[str]:
    """The onderwijsnummers of who had no BSN in the last C-levering of this code, and in later P-leveringen of it.

    A file is kept for SCHAKEL_BEWAARDAGEN: after that it tells nothing any more.
    """
    gevonden: dict[str, None] = {}
    for rij in await store.om_te_koppelen(niveau, code):
        blokken = partial(store.blokken, rij.id)
        begin = await store.blok(rij.id, 0)
        if begin is None or rij.naam is None:
            continue
        try:
            keuze = kies(kaarten, rij.naam, begin, kaart=rij.kaart)
            async for persoon in personen(keuze, None, blokken, rij.telling["rijen"], _voorbij):
                if persoon.wie.bsn is None and persoon.wie.onderwijsnummer is not None:
                    gevonden[persoon.wie.onderwijsnummer.get_secret_value()] = None
        except BestandGeweigerd as error:
            raise Ongeldig(error.reden, f"levering {rij.id}") from None
    return list(gevonden)


async def _voorbij(_: object) -> None:
    """A row that cannot be used is in quarantine already."""


def _stam(dag: date, niveau: str, code: str) -> str:
    if niveau not in ("G", "R"):
        raise Ongeldig("kies G (gemeente) of R (RMC-regio)", "niveau")
    if not (code.isascii() and code.isdigit() and len(code) <= 4):
        raise Ongeldig("bestaat uit ten hoogste vier cijfers", "code")
    return f"{dag:%Y%m%d}{niveau}{code:0>4}"
