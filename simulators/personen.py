"""A fictional region: jongeren with parents, brothers and sisters, addresses, and what makes them hard to handle.

Nobody in it exists. The same seed gives the same people. `schrijf_persoonslijsten` writes them as a file of
persoonslijsten; `services.brp_sync.stuf.bouw_npslk01` makes a kennisgeving of one.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import chain
from random import Random
from typing import Final, NamedTuple

from hub.privacy import Bsn
from services.brp_sync.model import (
    VERBLIJFT_NIET_OP_ADRES,
    Adres,
    Betrekking,
    InOnderzoek,
    OnvolledigeDatum,
    Ouder,
    Persoon,
)
from simulators import namen
from simulators.persoonslijsten import schrijf_persoonslijsten

__all__ = ["JONGSTE", "OUDSTE", "fictieve_bsns", "maak_bevolking", "schrijf_persoonslijsten"]

JONGSTE: Final = 4
OUDSTE: Final = 22
_STRATEN_PER_GEMEENTE = 120
_DAGEN_PER_JAAR = 365
_NIET_IN_DE_BRP = frozenset({"onderwijsnummer", "gezag"})


class _Straat(NamedTuple):
    naam: str
    postcode: str
    woonplaats: str


class _Gezin(NamedTuple):
    gemeente: str
    adres: Adres
    ouders: tuple[Ouder, ...]
    voorvoegsel: str | None
    geslachtsnaam: str
    indicatie_geheim: int
    in_onderzoek: tuple[InOnderzoek, ...]


def maak_bevolking(seed: int, aantal: int, gemeenten: Sequence[str], peildatum: date) -> list[Persoon]:
    """`aantal` jongeren of 4 to 22 years (mostly 5 to 18) on `peildatum`, spread over `gemeenten` (four-digit codes).

    Children of one family share address, parents and geheimhouding. A few birthdays are not wholly known. Jongeren get
    their BSN before the parents do, so that the first 9,000 or so have one from the test range of the RvIG.
    """
    rng = Random(seed)
    bsns = fictieve_bsns()
    bsns_jongeren = [next(bsns) for _ in range(aantal)]
    straten = {gemeente: _maak_straten(rng) for gemeente in gemeenten}
    bevolking: list[Persoon] = []
    while len(bevolking) < aantal:
        gemeente = rng.choice(gemeenten)
        leeftijden = _leeftijden(rng)[: aantal - len(bevolking)]
        gezin = _maak_gezin(rng, gemeente, rng.choice(straten[gemeente]), min(leeftijden), peildatum, bsns)
        for leeftijd in leeftijden:
            nummer = len(bevolking)
            geboren = _verjaard(peildatum, leeftijd) - timedelta(days=rng.randrange(_DAGEN_PER_JAAR))
            bevolking.append(_maak_jongere(rng, gezin, geboren, leeftijd, bsns_jongeren[nummer], nummer))
    return bevolking


def fictieve_bsns() -> Iterator[Bsn]:
    """All BSNs that pass the elfproef in 999900000-999999999, then those in 900000000-999899999.

    The first range is the one the RvIG takes its test persons from, but it holds only 9,091 usable numbers. The second
    is for populations that need more: nobody promises that it is unused, so keep such data inside a test environment.
    """
    for acht_cijfers in chain(range(99_990_000, 100_000_000), range(90_000_000, 99_990_000)):
        som = sum(gewicht * int(cijfer) for gewicht, cijfer in zip(range(9, 1, -1), str(acht_cijfers), strict=True))
        if som % 11 < 10:
            yield Bsn(f"{acht_cijfers}{som % 11}")


def _leeftijden(rng: Random) -> list[int]:
    """The ages of the children of one family: the first mostly of school age, the others one to four years apart."""
    eerste = rng.randint(5, 18) if rng.random() < 0.88 else rng.choice((4, 19, 20, 21, 22))
    leeftijden = [eerste]
    for _ in range(rng.choices((0, 1, 2, 3), weights=(35, 42, 17, 6))[0]):
        volgende = leeftijden[-1] - rng.randint(1, 4)
        if volgende < JONGSTE:
            break
        leeftijden.append(volgende)
    return leeftijden


def _maak_straten(rng: Random) -> list[_Straat]:
    """The streets of one gemeente, each with one postcode; two or three places, one range of postcodes."""
    plaatsen = [
        rng.choice(namen.PLAATSBEGIN) + rng.choice(namen.PLAATSMIDDEN) + rng.choice(namen.PLAATSEINDE)
        for _ in range(rng.randint(2, 3))
    ]
    cijfers = rng.randint(10, 98) * 100
    straten = []
    for _ in range(_STRATEN_PER_GEMEENTE):
        kort = rng.choice(namen.STRAATBEGIN) + rng.choice(namen.STRAATEINDE)
        naam = rng.choice(namen.LANGE_STRATEN) if rng.random() < 0.03 else kort
        letters = "".join(rng.choice("ABCDEGHJKLNPRTVWXZ") for _ in range(2))
        straten.append(_Straat(naam, f"{cijfers + rng.randrange(100)}{letters}", rng.choice(plaatsen)))
    return straten


def _maak_gezin(
    rng: Random, gemeente: str, straat: _Straat, jongste: int, peildatum: date, bsns: Iterator[Bsn]
) -> _Gezin:
    ouders = _maak_ouders(rng, bsns)
    naamgever = rng.choice(ouders) if ouders else None
    voorvoegsel, geslachtsnaam = _geslachtsnaam(rng)
    if naamgever is not None and naamgever.geslachtsnaam is not None:
        geslachtsnaam = naamgever.geslachtsnaam.get_secret_value()
        voorvoegsel = naamgever.voorvoegsel.get_secret_value() if naamgever.voorvoegsel is not None else None
    verhuisd = peildatum - timedelta(days=rng.randrange(jongste * _DAGEN_PER_JAAR))
    adres = Adres(
        straat=straat.naam,
        huisnummer=str(rng.randint(1, 399)),
        huisletter=rng.choice("ABCD") if rng.random() < 0.08 else None,
        toevoeging=rng.choice(("1", "2", "3", "bis", "II", "hs")) if rng.random() < 0.05 else None,
        postcode=straat.postcode,
        woonplaats=straat.woonplaats,
        aanvang=OnvolledigeDatum.van(verhuisd),
    )
    geheim = rng.choice((1, 2, 3, 5, 6, 7, 7, 7)) if rng.random() < 0.02 else 0
    return _Gezin(gemeente, adres, ouders, voorvoegsel, geslachtsnaam, geheim, _maak_onderzoek(rng, peildatum))


def _maak_onderzoek(rng: Random, peildatum: date) -> tuple[InOnderzoek, ...]:
    if rng.random() >= 0.008:
        return ()
    code = rng.choice(("080000", "080000", "081120", VERBLIJFT_NIET_OP_ADRES))
    ingang = OnvolledigeDatum.van(peildatum - timedelta(days=rng.randrange(1, _DAGEN_PER_JAAR)))
    return (InOnderzoek(code=code, ingang=ingang),)


def _maak_ouders(rng: Random, bsns: Iterator[Bsn]) -> tuple[Ouder, ...]:
    """Two parents, one, or (rarely) none that is known; of some the BSN is not known, for they live abroad."""
    aantal = rng.choices((2, 1, 0), weights=(82, 17, 1))[0]
    ouders = []
    for betrekking in tuple(Betrekking)[:aantal]:
        ander_geslacht = rng.random() < 0.03
        vrouw = (betrekking is Betrekking.OUDER1) != ander_geslacht
        voorvoegsel, geslachtsnaam = _geslachtsnaam(rng)
        ouders.append(
            Ouder(
                betrekking=betrekking,
                bsn=next(bsns) if rng.random() < 0.96 else None,
                voornamen=_voornamen(rng, namen.VOLWASSEN_VROUWEN if vrouw else namen.VOLWASSEN_MANNEN),
                voorvoegsel=voorvoegsel,
                geslachtsnaam=geslachtsnaam,
            )
        )
    return tuple(ouders)


def _maak_jongere(rng: Random, gezin: _Gezin, geboren: date, leeftijd: int, bsn: Bsn, nummer: int) -> Persoon:
    geslacht = rng.choice("MV")
    return Persoon(
        bsn=bsn,
        a_nummer=str(1_000_000_007 + 7_919 * nummer),
        voornamen=_voornamen(rng, namen.MEISJES if geslacht == "V" else namen.JONGENS),
        voorvoegsel=gezin.voorvoegsel,
        geslachtsnaam=gezin.geslachtsnaam,
        geslacht=geslacht,
        geboortedatum=_geboortedatum(rng, geboren),
        gemeente=gezin.gemeente,
        datum_inschrijving=gezin.adres.aanvang,
        indicatie_geheim=gezin.indicatie_geheim,
        indicatie_gezag=_gezag(rng, len(gezin.ouders)) if leeftijd < 18 else None,
        adres=gezin.adres,
        in_onderzoek=gezin.in_onderzoek,
        ouders=gezin.ouders,
        onbekend=_NIET_IN_DE_BRP,
    )


def _gezag(rng: Random, aantal_ouders: int) -> str:
    """Indicatie gezag minderjarige (32.10); D is a third person, such as a voogd."""
    codes, gewichten = {
        2: (("12", "1", "2", "D"), (91, 5, 3, 1)),
        1: (("1", "1D", "D"), (95, 2, 3)),
        0: (("D",), (1,)),
    }[aantal_ouders]
    return rng.choices(codes, weights=gewichten)[0]


def _geboortedatum(rng: Random, geboren: date) -> OnvolledigeDatum:
    kans = rng.random()
    if kans < 0.001:
        return OnvolledigeDatum(f"{geboren:%Y}0000")
    return OnvolledigeDatum(f"{geboren:%Y%m}00") if kans < 0.003 else OnvolledigeDatum.van(geboren)


def _voornamen(rng: Random, keuze: Sequence[str]) -> str:
    return " ".join(rng.sample(keuze, rng.choices((1, 2, 3, 5), weights=(60, 28, 11, 1))[0]))


def _geslachtsnaam(rng: Random) -> tuple[str | None, str]:
    lang = rng.random() < 0.004
    voorvoegsel, naam = rng.choice(namen.LANGE_GESLACHTSNAMEN if lang else namen.GESLACHTSNAMEN)
    return voorvoegsel or None, naam


def _verjaard(peildatum: date, jaren: int) -> date:
    """The last day of birth of someone who is `jaren` on `peildatum` (29 February counts as the 28th)."""
    dag = 28 if (peildatum.month, peildatum.day) == (2, 29) else peildatum.day
    return peildatum.replace(year=peildatum.year - jaren, day=dag)
