"""A fictional region: jongeren with parents, brothers and sisters, addresses, and what makes them hard to handle.

Nobody in it exists. The same seed gives the same people. `schrijf_persoonslijsten` writes them as a file of
persoonslijsten; `services.brp_sync.stuf.bouw_npslk01` makes a kennisgeving of one.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import chain
from random import Random
from typing import Final, NamedTuple, TextIO

from hub.privacy import Bsn
from services.brp_sync import persoonslijsten
from services.brp_sync.model import Adres, Betrekking, OnvolledigeDatum, Ouder, Persoon
from simulators import namen

JONGSTE, OUDSTE = 4, 22
_LEEFTIJDEN = range(JONGSTE, OUDSTE + 1)
_LEEFTIJDSGEWICHTEN = [6 if 5 <= leeftijd <= 18 else 2 for leeftijd in _LEEFTIJDEN]
_STRATEN_PER_GEMEENTE = 120


class _Straat(NamedTuple):
    naam: str
    postcode: str
    woonplaats: str


class _Gezin(NamedTuple):
    gemeente: str
    adres: Adres
    aanvang: date
    ouders: tuple[Ouder, ...]
    naam: tuple[str, str]
    geheim: int
    onderzoek: tuple[dict[str, str], ...]


def maak_bevolking(seed: int, aantal: int, gemeenten: Sequence[str], peildatum: date) -> list[Persoon]:
    """`aantal` jongeren of 4 to 22 years (mostly 5 to 18) on `peildatum`, spread over `gemeenten` (four-digit codes).

    Children of one family share address, parents and geheimhouding. Jongeren get their BSN before the parents do, so
    that up to some 9,000 of them have one from the range that the RvIG uses for testing (see `test_bsns`).
    """
    rng = Random(seed)
    bsns = test_bsns()
    bsns_jongeren = [next(bsns) for _ in range(aantal)]
    straten = {gemeente: _maak_straten(rng) for gemeente in gemeenten}
    bevolking: list[Persoon] = []
    while len(bevolking) < aantal:
        gemeente = rng.choice(gemeenten)
        gezin = _maak_gezin(rng, gemeente, rng.choice(straten[gemeente]), peildatum, bsns)
        for leeftijd in _leeftijden_kinderen(rng)[: aantal - len(bevolking)]:
            nummer = len(bevolking)
            bevolking.append(_maak_jongere(rng, gezin, _geboortedag(rng, leeftijd, peildatum), bsns_jongeren[nummer], nummer))
    return bevolking


def test_bsns() -> Iterator[Bsn]:
    """All BSNs that pass the elfproef in 999900000-999999999, then those in 900000000-999899999.

    The first range is the one the RvIG takes test persons from. It holds 9,091 usable numbers at most; the second is
    only for populations that need more, and such data must stay within a test environment.
    """
    for voorste_acht in chain(range(99990000, 100000000), range(90000000, 99990000)):
        som = sum(gewicht * int(cijfer) for gewicht, cijfer in zip(range(9, 1, -1), str(voorste_acht), strict=True))
        if som % 11 < 10:
            yield Bsn(f"{voorste_acht}{som % 11}")
