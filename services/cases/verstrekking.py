"""What may be disclosed: one pure function from protocol, facts and date to an answer that explains itself.

A refusal of the whole comes first. Then an offered element passes only when a rule lists it for this disclosure and
no rule leaves it out; where the protocol lists nothing for it, the whole is held until a human has looked at it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Literal

from services.cases.engine import als_json, kennis_op
from services.cases.feiten import Feiten
from services.cases.protocol import Protocol
from services.cases.regelwerk.omgeving import ELEMENT
from services.cases.regelwerk.regels import Vereisen, Weglaten, Weigeren
from services.cases.regelwerk.stappen import Staat
from services.cases.regelwerk.uitleg import Geldregel, Uitleg
from services.cases.regelwerk.verstrekkingsplan import Klaar, Vraag
from services.cases.regelwerk.woorden import Verstrekkingsuitkomst

__all__ = ["Verstrekkingsoordeel", "beoordeel_verstrekking"]

MENS: Final = "menselijke_afweging"
"""What is asked when the protocol says nothing about a disclosure."""


@dataclass(frozen=True, slots=True)
class Verstrekkingsoordeel:
    """The answer.

    `uitkomst` is None when nothing was offered and nothing refused: a question about rights or about the file.
    `weggelaten` has a reason per element, for whoever gives the data; a receiver never sees it.
    """

    uitkomst: Verstrekkingsuitkomst | None
    doorgelaten: tuple[str, ...]
    weggelaten: Mapping[str, str]
    weigering: str | None
    vereist: tuple[str, ...]
    classificatie: Mapping[str, Any]
    termijnen: Mapping[str, date]
    vlaggen: tuple[str, ...]
    uitleg: tuple[Uitleg, ...]

    def als_dict(self) -> dict[str, Any]:
        """The answer in plain JSON types; classifications, termijnen and flags only where there are any."""
        antwoord: dict[str, Any] = {
            "uitkomst": self.uitkomst,
            "doorgelaten": list(self.doorgelaten),
            "weggelaten": dict(self.weggelaten),
            "weigering": self.weigering,
            "vereist": list(self.vereist),
            "uitleg": [regel.als_dict() for regel in self.uitleg],
        }
        soms = {
            "classificatie": {naam: als_json(waarde) for naam, waarde in self.classificatie.items()},
            "termijnen": {naam: dag.isoformat() for naam, dag in self.termijnen.items()},
            "vlaggen": list(self.vlaggen),
        }
        return antwoord | {naam: waarde for naam, waarde in soms.items() if waarde}


def beoordeel_verstrekking(protocol: Protocol, feiten: Feiten, as_of: date) -> Verstrekkingsoordeel:
    """What may be disclosed on `as_of` of what `feiten` offer, under `protocol`, and why.

    `as_of` counts, also when the facts name another one. Raises FeitFout when the birth date lies after it.
    """
    plan = protocol.verstrekkingen
    klaar = plan.klaar(feiten)
    staat = Staat(kennis_op(feiten, as_of))
    klaar.bericht(staat)
    oordeel = _Oordeel(staat)
    oordeel.beoordeel(klaar, plan.eigen_redenen)
    return oordeel.antwoord()


class _Oordeel:
    """One judgement in the making."""

    def __init__(self, staat: Staat) -> None:
        self._staat = staat
        self._uitkomst: Verstrekkingsuitkomst | None = None
        self._weigering: str | None = None
        self._doorgelaten: list[str] = []
        self._weggelaten: dict[str, str] = {}
        self._vereist: dict[str, None] = {}

    def beoordeel(self, klaar: Klaar, eigen_redenen: Mapping[str, str]) -> None:
        """Refuse, hold or judge each element; then see what that asks for."""
        k = self._staat.k
        aangeboden = k.get("elementen", ())
        geweigerd = next((vraag for vraag in klaar.weigeringen if vraag.geldt(k)), None)
        if geweigerd is not None:
            self._weiger(geweigerd)
        elif aangeboden and not self._houd_aan(klaar.aanhoudingen, "alles"):
            self._weeg(aangeboden, klaar, eigen_redenen)
        for vraag in klaar.vereisten:
            if (not vraag.dan.bij or self._uitkomst in vraag.dan.bij) and vraag.geldt(k):
                self._noteer(vraag.regel, (), vraag.dan.vereist)

    def antwoord(self) -> Verstrekkingsoordeel:
        """The judgement as it stands."""
        staat = self._staat
        return Verstrekkingsoordeel(
            uitkomst=self._uitkomst,
            doorgelaten=tuple(self._doorgelaten),
            weggelaten=MappingProxyType(self._weggelaten),
            weigering=self._weigering,
            vereist=tuple(self._vereist),
            classificatie=MappingProxyType(staat.klassen),
            termijnen=MappingProxyType(staat.termijnen),
            vlaggen=tuple(dict.fromkeys(vlag for regel in staat.geldend for vlag in regel.vlaggen)),
            uitleg=tuple(regel.leg_uit(staat.k, voor) for regel, voor in staat.geldend.items()),
        )

    def _weeg(self, aangeboden: Sequence[str], klaar: Klaar, eigen_redenen: Mapping[str, str]) -> None:
        hier = [v for v in klaar.weglatingen if not v.vast or v.geldt(self._staat.k)]
        gewogen = [(element, *_weeg_element(element, self._staat, klaar, hier)) for element in aangeboden]
        if any(raak is None and not lijsten for _, raak, lijsten in gewogen):
            self._uitkomst = "aanhouden"
            self._vereist[MENS] = None
            return
        for element, raak, _ in gewogen:
            if raak is None:
                self._doorgelaten.append(element)
                continue
            eigen = eigen_redenen.get(element) if raak.dan.eerst_eigen_reden == "ja" else None
            self._weggelaten[element] = eigen or raak.dan.reden
            self._noteer(raak.regel, (element,), raak.dan.vereist)
        self._sluit_af(klaar, anoniem=any(lijst.anoniem == "ja" for *_, lijsten in gewogen for lijst in lijsten))

    def _sluit_af(self, klaar: Klaar, *, anoniem: bool) -> None:
        """What the whole comes to, now that every element has been judged."""
        if not self._doorgelaten:
            redenen = set(self._weggelaten.values())
            self._weiger(next((v for v in klaar.niets_over if redenen & set(v.dan.niets_over_door)), None))
        elif self._houd_aan(klaar.aanhoudingen, "wat_overblijft"):
            self._doorgelaten.clear()
        elif self._weggelaten:
            self._uitkomst = "gedeeltelijk"
        else:
            self._uitkomst = "anoniem" if anoniem else "doorlaten"

    def _weiger(self, vraag: Vraag[Weigeren] | None) -> None:
        self._uitkomst = "geweigerd"
        if vraag is not None:
            self._weigering = vraag.dan.weigering
            self._noteer(vraag.regel, (vraag.dan.weigering,), vraag.dan.vereist)

    def _houd_aan(self, vragen: Iterable[Vraag[Vereisen]], wat: Literal["alles", "wat_overblijft"]) -> bool:
        """Hold when a rule says so, and ask for everything that then must be done."""
        raak = [vraag for vraag in vragen if vraag.dan.houdt_aan == wat and vraag.geldt(self._staat.k)]
        for vraag in raak:
            self._uitkomst = "aanhouden"
            self._noteer(vraag.regel, (), vraag.dan.vereist)
        return bool(raak)

    def _noteer(self, regel: Geldregel, voor: Sequence[str], vereist: Sequence[str]) -> None:
        self._vereist.update(dict.fromkeys(vereist))
        geldend = self._staat.geldend
        geldend[regel] = tuple(dict.fromkeys((*geldend.get(regel, ()), *voor, *vereist)))


def _weeg_element(
    element: str, staat: Staat, klaar: Klaar, weglatingen: Iterable[Vraag[Weglaten]]
) -> tuple[Vraag[Weglaten] | None, list[Weglaten]]:
    """The first rule that leaves an element out, and the lists of what may pass that apply to it.

    `weglatingen` are those that can apply to this message; of one that is `vast` that is certain.
    """
    hier = Staat(staat.k | {ELEMENT: element})
    klaar.element(hier)
    geldig = [
        vraag
        for vraag in weglatingen
        if (not vraag.dan.elementen or element in vraag.dan.elementen) and (vraag.vast or vraag.geldt(hier.k))
    ]
    return next((v for v in geldig if _raakt(v.dan, element)), None), [v.dan for v in geldig if v.dan.alle_behalve]


def _raakt(dan: Weglaten, element: str) -> bool:
    if dan.alle_behalve:
        return element not in dan.alle_behalve
    return dan.alle == "ja" or element in dan.elementen
