"""A stand-in for the GBA-V: a mailbox of LO3 messages about a fictional population.

It answers Ap01 and Av01, tells whoever is followed what changes, and can be told to do it badly.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from hub.clock import AMSTERDAM
from services.brp_sync.lo3.berichten import KOPPEN, OngeldigLo3Bericht, knip, lees_lo3
from services.brp_sync.model import Persoon
from simulators.brp.lo3_berichten import afvoering, hernummering, mutatie, volledig, weigering

_GEHEIM_VOOR_ALLEN = 7


class Storing(StrEnum):
    """What can be made to go wrong with what we send."""

    LENGTE = "lengte"  # the message says it is one byte longer
    TELETEX = "teletex"  # a byte that is no character
    ELEMENT = "element"  # an element that does not exist
    DUBBEL = "dubbel"  # every message comes twice
    VOLGORDE = "volgorde"  # a message comes after the next one
    STILTE = "stilte"  # nothing comes


class GbaV:
    """Persons, who of them is followed, and the messages that wait to be delivered (`uit`)."""

    def __init__(self, bevolking: Iterable[Persoon], nu: Callable[[], datetime]) -> None:
        self._nu = nu
        self._versie = 0
        self._personen: dict[str, Persoon] = {}
        self.gevolgd: set[str] = set()
        self.storingen: set[Storing] = set()
        self.uit: list[bytes] = []
        self.gevraagd: list[str] = []
        self._achtergehouden: bytes | None = None
        self._bestanden = 0
        for persoon in bevolking:
            self._zet(persoon)

    def persoon(self, bsn: str) -> Persoon:
        """The person as the register knows it now."""
        return self._personen[bsn]

    def neem_aan(self, ruw: bytes) -> None:
        """Handle one message of the afnemer; raises `OngeldigLo3Bericht` when it is none."""
        bericht = lees_lo3(ruw)
        self.gevraagd.append(bericht.soort)
        gevraagd = {r.nummer: r.waarde.get_secret_value() for c in bericht.categorieen for r in c.rubrieken}
        bsn = gevraagd.get("01.20") or self._bsn_van(gevraagd.get("01.10", ""))
        if bericht.soort == "Ap01":
            self._plaats(bsn, gevraagd)
        elif bericht.soort == "Av01":
            self._verwijder(bsn, gevraagd)
        else:
            raise OngeldigLo3Bericht("berichtsoort", "byte 9", "een afnemer stuurt Ap01 of Av01")

    def wijzig(self, nieuw: Persoon, *, infrastructureel: bool = False) -> None:
        """The person is like this from now on; whoever follows is told what changed."""
        oud = self._van(nieuw)
        nieuw = self._zet(nieuw)
        self._vertel(nieuw, mutatie("Gv02" if infrastructureel else "Gv01", oud, nieuw))

    def herstel(self, nieuw: Persoon) -> None:
        """The person always was like this: what was told before was wrong (Ag31)."""
        self._van(nieuw)
        nieuw = self._zet(nieuw)
        self._vertel(nieuw, volledig("Ag31", nieuw))

    def vul(self, bsn: str, soort: str) -> None:
        """The person came to meet the conditions of the gemeente (Ag11 also follows it, Ag21 does not)."""
        if soort == "Ag11":
            self.gevolgd.add(bsn)
        self._stuur(volledig(soort, self._personen[bsn]))

    def voer_af(self, bsn: str, datum: str) -> None:
        """The persoonslijst turns out to be wrong."""
        self._vertel(self._personen[bsn], afvoering(self._personen[bsn], datum))

    def hernummer(self, bsn: str, a_nummer: str, datum: str) -> None:
        """The person gets another A-nummer."""
        persoon = self._personen[bsn]
        self._vertel(persoon, hernummering(persoon, a_nummer, datum))
        self._zet(Persoon(**{**persoon.model_dump(), "a_nummer": a_nummer}))

    def ronde(self, map_: Path) -> int:
        """Read what the afnemer put in `uit/` of its mailbox and deliver in `in/`; how many messages that were."""
        for bestand in sorted((map_ / "uit").glob("[!.]*"), key=lambda b: (b.stat().st_mtime_ns, b.name)):
            for kader in knip(bestand.read_bytes()):
                self.neem_aan(kader.ruw)
            bestand.unlink()
        berichten, self.uit = self.uit, []
        if berichten:
            self._bestanden += 1
            ontwerp = map_ / "in" / f".{self._bestanden:06}.lo3"
            ontwerp.write_bytes(b"".join(berichten))
            ontwerp.rename(map_ / "in" / f"{self._bestanden:06}.lo3")
        return len(berichten)

    def _plaats(self, bsn: str, gevraagd: dict[str, str]) -> None:
        persoon = self._personen.get(bsn)
        foutreden = "G" if persoon is None else "H" if persoon.indicatie_geheim == _GEHEIM_VOOR_ALLEN else ""
        if bsn in self.gevolgd:
            foutreden = "I"
        if persoon is None or foutreden:
            self._stuur(weigering("Af01", foutreden, gevraagd, persoon))
            return
        self.gevolgd.add(bsn)
        self._stuur(volledig("Ag01", persoon))

    def _verwijder(self, bsn: str, gevraagd: dict[str, str]) -> None:
        """A removal that succeeds is confirmed by an empty message, of which nothing arrives."""
        if bsn not in self.gevolgd:
            persoon = self._personen.get(bsn)
            self._stuur(weigering("Af11", "I" if persoon else "G", gevraagd, persoon))
        self.gevolgd.discard(bsn)

    def _vertel(self, persoon: Persoon, ruw: bytes) -> None:
        if _bsn(persoon) in self.gevolgd:
            self._stuur(ruw)

    def _stuur(self, ruw: bytes) -> None:
        if Storing.STILTE in self.storingen:
            return
        ruw = _bedorven(ruw, self.storingen)
        if Storing.VOLGORDE in self.storingen and self._achtergehouden is None:
            self._achtergehouden = ruw
            return
        self.uit += [ruw, ruw] if Storing.DUBBEL in self.storingen else [ruw]
        if self._achtergehouden is not None:
            self.uit.append(self._achtergehouden)
            self._achtergehouden = None

    def _zet(self, persoon: Persoon) -> Persoon:
        """Keep the person with the next datumtijdstempel; two never have the same."""
        self._versie += 1
        stempel = f"{self._nu().astimezone(AMSTERDAM):%Y%m%d%H%M}{self._versie:05}"
        gestempeld = persoon.model_copy(update={"versie": stempel})
        self._personen[_bsn(persoon)] = gestempeld
        return gestempeld

    def _van(self, persoon: Persoon) -> Persoon:
        return self._personen[_bsn(persoon)]

    def _bsn_van(self, a_nummer: str) -> str:
        for bsn, persoon in self._personen.items():
            if persoon.a_nummer is not None and persoon.a_nummer.get_secret_value() == a_nummer:
                return bsn
        return ""


def _bsn(persoon: Persoon) -> str:
    if persoon.bsn is None:
        raise ValueError("in this register everybody has a BSN")
    return persoon.bsn.get_secret_value()


def _bedorven(ruw: bytes, storingen: set[Storing]) -> bytes:
    begin = 12 + sum(lengte for _, _, lengte in KOPPEN[ruw[8:12].decode()]) + 5
    if Storing.TELETEX in storingen:
        ruw = ruw[:-1] + b"\x80"
    if Storing.ELEMENT in storingen:
        ruw = ruw[: begin + 5] + b"9999" + ruw[begin + 9 :]
    if Storing.LENGTE in storingen:
        ruw = ruw[: begin - 5] + f"{len(ruw) - begin + 1:05}".encode() + ruw[begin:]
    return ruw
