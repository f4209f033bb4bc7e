"""Who must be enrolled on a day, asked of the rules: exactly for one jongere, in advance for a whole month of birth.

No age and no term stands here: both come from the protocol of the gemeente, which rests on the law. A question about
everybody at once leans on months of birth. Of most months the rules say the same for its first and its last day, and
then for every day between; the others are the edge, where the exact day of birth decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any, Final

from contracts.codes import Plicht, Vrijstellingsoort
from hub.calendar import KalenderOnvolledig
from services.cases.beleid import Beleid
from services.cases.engine import Beoordeling, beoordeel

PLICHTIG: Final = frozenset({Plicht.LEERPLICHT, Plicht.KWALIFICATIEPLICHT})
CONTROLEREN: Final = "absoluut_verzuim_controleren"
"""What the rules say of a jongere who should be enrolled and is not."""

OUDSTE_JAREN: Final = 24
"""So far back months of birth are asked about; nobody older is under a duty that the rules know."""

_ONTHOUDEN: Final = 512

FEIT_VRIJSTELLING: Final = {
    Vrijstellingsoort.ONGESCHIKT: "art_5_onder_a",
    Vrijstellingsoort.RICHTINGBEZWAAR: "art_5_onder_b",
    Vrijstellingsoort.BUITENLANDSE_SCHOOL: "art_5_onder_c",
    Vrijstellingsoort.TREKKEND_BESTAAN: "art_5a",
    Vrijstellingsoort.ANDER_ONDERWIJS: "art_15",
    Vrijstellingsoort.VERVANGEND_LAATSTE_SCHOOLJAAR: "art_3a",
    Vrijstellingsoort.VERVANGEND_VEERTIEN_JAAR: "art_3b",
}
"""How the rules call what the register calls by its article."""


@dataclass(frozen=True, slots=True)
class Plichtbereik:
    """Months of birth (their first day) by what the rules say of all who were born in them, on one day.

    `altijd` are under the duty, `zonder_startkwalificatie` too unless they have one, `rand` must be asked one by one.
    Of any other month nobody is under the duty.
    """

    altijd: frozenset[date]
    zonder_startkwalificatie: frozenset[date]
    rand: frozenset[date]

    @property
    def maanden(self) -> frozenset[date]:
        """All months in which somebody may be under the duty."""
        return self.altijd | self.zonder_startkwalificatie | self.rand

    def zeker(self, maand: date, startkwalificatie: bool) -> bool | None:
        """Whether somebody born in this month is under the duty; None when the exact day decides."""
        if maand in self.rand:
            return None
        return maand in self.altijd or (maand in self.zonder_startkwalificatie and not startkwalificatie)


class Toets:
    """The rules of one gemeente on one day."""

    def __init__(self, beleid: Beleid, gemeente: str, dag: date) -> None:
        """Raises `Ongeldig` for a gemeente that is not served, or without a protocol on this day."""
        self.gemeente = gemeente
        self.dag = dag
        self.protocol = beleid.protocol(gemeente, dag)
        self._regio = beleid.gemeente(gemeente).vakantieregio
        self._beleid = beleid
        self.signaal_na = lru_cache(4096)(self._signaal_na)
        self._plicht = lru_cache(4096)(self._vraag_plicht)

    def plichtig(self, geboren: date, startkwalificatie: bool) -> bool:
        """Whether the rules put somebody born on this day under a duty to be enrolled."""
        return self._plicht(geboren, startkwalificatie)[0]

    def toets_vanaf(self, geboren: date) -> date | None:
        """The first school day of the duty: before it nobody need be enrolled (Leerplichtwet 1969 art. 3 lid 1).

        Where the school holidays of that year are not known it is the first day of the month, which is earlier.
        """
        return self._plicht(geboren, False)[1]

    def moet_ingeschreven(self, geboren: date, startkwalificatie: bool, vrijstelling: Vrijstellingsoort | None) -> bool:
        """Whether the rules say that a missing inschrijving must be looked into."""
        feiten: dict[str, Any] = {
            "ingeschreven": False,
            "startkwalificatie": startkwalificatie,
            "vrijstelling_lopend": FEIT_VRIJSTELLING[vrijstelling] if vrijstelling else "geen",
        }
        if (vanaf := self.toets_vanaf(geboren)) is not None:
            feiten["eerste_schooldag_vanaf_leerplicht"] = vanaf
        return any(taak.uitkomst == CONTROLEREN for taak in self._vraag(geboren, feiten).taken)

    def na_vakantie(self, dag: date) -> date:
        """The day itself, or the first one after the school holiday in which it falls."""
        try:
            vakantie = self._beleid.kalender.vakantie(dag, self._regio)
        except KalenderOnvolledig:
            return dag
        return dag if vakantie is None else vakantie.eind + timedelta(days=1)

    def _signaal_na(self, sinds: date) -> date:
        """The last day on which nobody need worry about an inschrijving that is missing since `sinds`."""
        feiten = self._beleid.protocollen.feiten.lees({"zonder_inschrijving_sinds": sinds})
        return beoordeel(self.protocol, feiten, self.dag).termijnen["absoluut_signaal_na"]

    @cached_property
    def bereik(self) -> Plichtbereik:
        """What can be said in advance of each month of birth."""
        soorten: dict[str, set[date]] = {"altijd": set(), "zonder": set(), "rand": set()}
        for eerste, laatste in _maanden(self.dag):
            zonder, met = ({self._onder(d, sk) for d in (eerste, laatste)} for sk in (False, True))
            if len(zonder) > 1 or len(met) > 1:
                soorten["rand"].add(eerste)
            elif True in met:
                soorten["altijd"].add(eerste)
            elif True in zonder:
                soorten["zonder"].add(eerste)
        return Plichtbereik(*map(frozenset, soorten.values()))

    @cached_property
    def vrijgesteld_voor_allen(self) -> tuple[str, ...]:
        """The vrijstellingen that do away with enrolment whatever the duty; the others are judged one by one."""
        plichtig = {m for m, _ in _maanden(self.dag) if m in self.bereik.altijd | self.bereik.zonder_startkwalificatie}
        uitersten = [min(plichtig), max(plichtig)] if plichtig else []
        return tuple(
            soort.value
            for soort in Vrijstellingsoort
            if uitersten and not any(self.moet_ingeschreven(d, False, soort) for d in uitersten)
        )

    def begint(self, geboren: date) -> date | None:
        """The day on which the duty begins: the first of a month."""
        return self._plicht(geboren, False)[2]

    def _onder(self, geboren: date, startkwalificatie: bool) -> bool:
        return geboren <= self.dag and self.plichtig(geboren, startkwalificatie)

    def _vraag_plicht(self, geboren: date, startkwalificatie: bool) -> tuple[bool, date | None, date | None]:
        antwoord = self._vraag(geboren, {"startkwalificatie": startkwalificatie})
        begint = antwoord.termijnen.get("leerplicht_begint")
        return antwoord.classificatie.get("plicht") in PLICHTIG, self._eerste_schooldag(begint), begint

    def _eerste_schooldag(self, begint: date | None) -> date | None:
        if begint is None:
            return None
        try:
            return self._beleid.kalender.eerste_schooldag_vanaf(begint, self._regio)
        except KalenderOnvolledig:
            return begint

    def _vraag(self, geboren: date, feiten: dict[str, Any]) -> Beoordeling:
        gelezen = self._beleid.protocollen.feiten.lees({"geboortedatum": geboren, **feiten})
        return beoordeel(self.protocol, gelezen, self.dag)


def toets_op(beleid: Beleid, gemeente: str, dag: date) -> Toets:
    """The rules of a gemeente on a day; remembered, because a check asks them of thousands."""
    sleutel = (gemeente, dag, id(beleid.protocol(gemeente, dag)))
    if sleutel not in beleid.toetsen:
        if len(beleid.toetsen) >= _ONTHOUDEN:
            beleid.toetsen.clear()
        beleid.toetsen[sleutel] = Toets(beleid, gemeente, dag)
    toets: Toets = beleid.toetsen[sleutel]
    return toets


def _maanden(dag: date) -> Iterator[tuple[date, date]]:
    """First and last day of each month of birth that matters on a day, the oldest first."""
    eerste = date(dag.year - OUDSTE_JAREN, dag.month, 1)
    while eerste <= dag:
        laatste = laatste_dag(eerste)
        yield eerste, laatste
        eerste = laatste + timedelta(days=1)


def laatste_dag(dag: date) -> date:
    """The last day of the month of a day."""
    return date(dag.year + dag.month // 12, dag.month % 12 + 1, 1) - timedelta(days=1)
