"""A term of verzuimmeldingen as schools would report them: fictional, repeatable, in the order DUO gives them out.

Kinds and their rules follow DUO's description of the verzuimsoorten: 16 lesuren in four weeks (each new 16 hours a new
melding), luxe around days off, langdurig after more than four weeks, and overig for what need not be reported, such
as coming late. How often each occurs is our guess, good enough to exercise every path.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from contracts.codes import MeldingStatus, Verzuimsoort
from hub.calendar import leeftijd
from hub.privacy import Bsn
from services.ingest_duo.model import Verzuimgeval

EERSTE_NUMMER: Final = 7_000_001

_SCHOLEN: Final = (
    ("90XA", "00", "Het Voorbeeld"),
    ("90XB", "00", "De Proefpolder"),
    ("90XC", "01", "Lyceum Fictie"),
    ("90XD", "00", "Vakcollege Verzonnen"),
)
_MELDERS: Final = ("M. Voorbeeld", "J. Proef", "A. de Verzonne", "K. Fictie")
_TE_LAAT: Final = ("{n} keer te laat", "{n}x te laat.", "Te laat ({n}x)", "Leerling is {n} keer te laat gekomen.")
_LESUREN_HELE_DAG: Final = 6
_VIER_WEKEN: Final = timedelta(days=28)

_Velden = dict[str, Any]


@dataclass(slots=True)
class _Verloop:
    """One melding through time: when it was first reported, and what changed at which later moment."""

    gemeld: datetime
    velden: _Velden
    wijzigingen: list[tuple[datetime, _Velden]] = field(default_factory=list)


class _Term:
    """The school days of a term, and the moments on them."""

    def __init__(self, rng: random.Random, begin: date, eind: date, schooldag: Callable[[date], bool]) -> None:
        self.rng = rng
        self.begin = begin
        self.eind = eind
        self.dagen = [dag for n in range((eind - begin).days + 1) if schooldag(dag := begin + timedelta(days=n))]

    def moment(self, dag: date) -> datetime:
        """A moment in working hours, to the millisecond."""
        na_half_acht = timedelta(milliseconds=self.rng.randrange(10 * 3_600_000))
        return datetime.combine(dag, time(7, 30)) + na_half_acht

    def vanaf(self, dag: date) -> list[date]:
        """The school days on or after `dag`."""
        return [schooldag for schooldag in self.dagen if schooldag >= dag]


def _te_laat(term: _Term, _: date) -> Iterator[_Verloop]:
    """Coming late with a growing count: 9, then 12, then 13 or more; reported as overig with the count in the text."""
    rng = term.rng
    if len(term.dagen) < 4:
        return
    begin, *rest = sorted(rng.sample(term.dagen, 4))
    aantallen = (9, 12, rng.randint(13, 25))[: rng.choice((1, 2, 3, 3))]
    for aantal, dag in zip(aantallen, rest, strict=False):
        tekst = rng.choice(_TE_LAAT).format(n=aantal) if rng.random() < 0.9 else "komt regelmatig te laat"
        velden = {
            "verzuimsoort": Verzuimsoort.OVERIG,
            "begindatum": begin,
            "einddatum": dag,
            "vermoedelijke_reden": tekst,
        }
        yield _Verloop(term.moment(dag), velden)


def _zestien_uur(term: _Term, geboren: date) -> Iterator[_Verloop]:
    """Unauthorised hours up to 16 in four weeks; the count starts again the day after, as often as there is room."""
    rng = term.rng
    if not term.dagen:
        return
    over = term.vanaf(rng.choice(term.dagen))
    for _ in range(rng.choice((1, 1, 2))):
        dagen: list[_Velden] = []
        uren = 0
        while over and uren < 16:
            dag, over = over[0], over[rng.choice((1, 1, 2, 3)) :]
            hele_dag = rng.random() < 0.3
            lesuren = rng.randint(1, 6)
            dagen.append({"datum": dag, "hele_dag": hele_dag, "lesuren": None if hele_dag else lesuren})
            uren += _LESUREN_HELE_DAG if hele_dag else lesuren
        if uren < 16 or dagen[-1]["datum"] - dagen[0]["datum"] >= _VIER_WEKEN:
            return
        eerste, laatste = dagen[0]["datum"], dagen[-1]["datum"]
        volwassen = leeftijd(geboren, eerste) >= 18
        velden = {
            "verzuimsoort": Verzuimsoort.ZESTIEN_UUR_18_PLUS if volwassen else Verzuimsoort.ZESTIEN_UUR,
            "begindatum": eerste,
            "vermoedelijke_reden": rng.choice(("spijbelt", "geen motivatie", "reden onbekend")),
            "verzuimdagen": tuple(dagen),
        }
        verloop = _Verloop(term.moment(laatste), velden)
        if rng.random() < 0.5:
            velden["einddatum"] = laatste
        elif over:
            verloop.wijzigingen.append((term.moment(over[0]), {"einddatum": laatste}))
        yield verloop


def _luxe(term: _Term, _: date) -> Iterator[_Verloop]:
    """Away without leave on the last school days before, or the first after, at least two days off."""
    rng = term.rng
    gaten = [(n, n + 1) for n in range(len(term.dagen) - 1) if (term.dagen[n + 1] - term.dagen[n]) > timedelta(days=2)]
    if not gaten:
        return
    voor, na = rng.choice(gaten)
    lengte = rng.randint(1, 3)
    weg = term.dagen[max(0, voor - lengte + 1) : voor + 1] if rng.random() < 0.5 else term.dagen[na : na + lengte]
    velden = {
        "verzuimsoort": Verzuimsoort.LUXE,
        "begindatum": weg[0],
        "einddatum": weg[-1],
        "vermoedelijke_reden": "vakantie buiten de schoolvakantie zonder verlof",
        "alle_lessen_gemist": True,
        "verzuimdagen": tuple({"datum": dag, "hele_dag": True} for dag in weg),
    }
    yield _Verloop(term.moment(weg[-1]), velden)


def _langdurig(term: _Term, geboren: date) -> Iterator[_Verloop]:
    """Absent for more than four weeks; the einddatum follows when the jongere is back, or never in this term."""
    rng = term.rng
    vroeg = [dag for dag in term.dagen if dag + _VIER_WEKEN < term.eind]
    if not vroeg:
        return
    begin = rng.choice(vroeg)
    later = term.vanaf(begin + _VIER_WEKEN + timedelta(days=1))
    if not later:
        return
    velden = {
        "verzuimsoort": Verzuimsoort.DOORSTROOMPUNT if leeftijd(geboren, begin) >= 18 else Verzuimsoort.LANGDURIG,
        "begindatum": begin,
        "vermoedelijke_reden": rng.choice(("thuiszitter", "komt niet opdagen", "weigert school")),
        "alle_lessen_gemist": True,
    }
    verloop = _Verloop(term.moment(later[0]), velden)
    if len(later) > 1 and rng.random() < 0.6:
        terug = rng.choice(later[1:])
        verloop.wijzigingen.append((term.moment(terug), {"einddatum": terug}))
    yield verloop


def _overig(term: _Term, _: date) -> Iterator[_Verloop]:
    """A few hours, or doubt about an illness."""
    if not term.dagen:
        return
    dag = term.rng.choice(term.dagen)
    velden = {
        "verzuimsoort": Verzuimsoort.OVERIG,
        "begindatum": dag,
        "vermoedelijke_reden": term.rng.choice(("twijfel over de ziekmelding", "losse uren gemist")),
        "verzuimdagen": ({"datum": dag, "hele_dag": False, "lesuren": term.rng.randint(1, 6)},),
    }
    yield _Verloop(term.moment(dag), velden)


_LEERPLICHTIG: Final = (_te_laat, _zestien_uur, _luxe, _langdurig, _overig)
_GEWICHTEN: Final = (35, 30, 15, 8, 12)
_VOLWASSEN: Final = (_zestien_uur, _langdurig)


def _wie(rng: random.Random, bsn: Bsn, gemeente: str, geboren: date, begin: date) -> _Velden:
    """What every melding about one jongere says: who, which school, who reports."""
    brin, vestiging, naam = rng.choice(_SCHOLEN)
    jaren = leeftijd(geboren, begin)
    deelname = None
    if jaren >= 17:
        deelname = {"niveau": str(rng.randint(2, 4)), "naam_opleiding": "Techniek", "soort": "BVE", "vorm": "VT"}
    elif jaren >= 12:
        deelname = {"leerjaar": str(min(jaren - 11, 6)), "naam_opleiding": "vmbo-t", "soort": "VO", "vorm": "VT"}
    return {
        "bsn": bsn,
        "school": {"brin": brin, "vestiging": vestiging, "leslocatienaam": naam},
        "onderwijsdeelname": deelname,
        "melder": {
            "naam": rng.choice(_MELDERS),
            "functie": "verzuimcoördinator",
            "telefoon": f"010-55501{rng.randrange(100):02d}",
            "email": f"verzuim@{brin.lower()}.example",
        },
        "ontvangende_gemeente": gemeente,
        "uitvoerder_vsv": f"00{gemeente}",
    }


def _maak_af(term: _Term, verloop: _Verloop, wie: _Velden) -> None:
    """Fill in what a melding needs besides its kind, and let a few be withdrawn later."""
    rng = term.rng
    gewenst = rng.random() < 0.85
    overige = {
        "status": MeldingStatus.GEREGISTREERD,
        "alle_lessen_gemist": False,
        "actie_gemeente_gewenst": gewenst,
        "ondernomen_actie": "gesprek met de leerling en de ouders",
        "toelichting": None if gewenst else "school handelt dit zelf af",
    }
    verloop.velden = {**wie, **overige, **verloop.velden}
    later = term.vanaf(verloop.gemeld.date() + timedelta(days=1))
    if later and rng.random() < 0.06:
        reden = "V" if rng.random() < 0.25 else None
        ingetrokken = term.moment(rng.choice(later))
        # After a withdrawal a school changes nothing any more.
        verloop.wijzigingen = [w for w in verloop.wijzigingen if w[0] < ingetrokken]
        verloop.wijzigingen.append((ingetrokken, {"status": MeldingStatus.INGETROKKEN, "reden_ingetrokken": reden}))


def _versies(verloop: _Verloop, nummer: int) -> Iterator[Verzuimgeval]:
    velden = verloop.velden | {"meldingsnummer": str(nummer), "meld_datum_tijd": verloop.gemeld}
    for stempel, wijziging in [(verloop.gemeld, {}), *sorted(verloop.wijzigingen, key=lambda w: w[0])]:
        velden = velden | wijziging | {"laatste_mutatie": stempel}
        yield Verzuimgeval.model_validate(velden)


def maak_meldingen(
    rng: random.Random,
    jongeren: Sequence[tuple[Bsn, str, date]],
    begin: date,
    eind: date,
    schooldag: Callable[[date], bool],
) -> list[Verzuimgeval]:
    """The meldingen of a term (`begin` to `eind`, both included), every version of each, in order of mutation stamp.

    `jongeren` are BSN, gemeentecode and birth date; each gets one course of absence that fits the age, and none
    below 5 or from 23 on. A meldingsnummer comes back with a later stamp when the melding was changed or withdrawn.
    The same seed and the same arguments give the same list.
    """
    term = _Term(rng, begin, eind, schooldag)
    verlopen: list[_Verloop] = []
    for bsn, gemeente, geboren in jongeren:
        if geboren > begin or not 5 <= (jaren := leeftijd(geboren, begin)) < 23:
            continue
        wie = _wie(rng, bsn, gemeente, geboren, begin)
        soort = rng.choice(_VOLWASSEN) if jaren >= 18 else rng.choices(_LEERPLICHTIG, _GEWICHTEN)[0]
        for verloop in soort(term, geboren):
            _maak_af(term, verloop, wie)
            verlopen.append(verloop)
    verlopen.sort(key=lambda verloop: verloop.gemeld)
    versies = [versie for nummer, v in enumerate(verlopen, start=EERSTE_NUMMER) for versie in _versies(v, nummer)]
    return sorted(versies, key=lambda geval: (geval.laatste_mutatie, geval.meldingsnummer))
