"""Calculations over what was recorded about a disclosure: who consented, and who brought an element in."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Literal

from services.cases.feiten import Naam, Toestemming
from services.cases.regelwerk.berekeningen import Som, alleen, som
from services.cases.regelwerk.omgeving import ELEMENT, Omgeving
from services.cases.regelwerk.toetsen import Kennis
from services.cases.regelwerk.woorden import Gesloten, RegelFout

Stand = Literal["geldig", "ingetrokken", "verkeerde_gever", "geen", "niet_schriftelijk"]


class _Toestemmingsvraag(Gesloten):
    van: Naam
    aan: str
    over: Literal["element", "elementen"] | None = None


class StandVanToestemming(Gesloten):
    """How it stands with the consent of everybody in the list `van`, for disclosure to `aan`, on the day itself.

    `aan` is a receiver or the fact that names one. `over: element` asks about the element that is being judged;
    `over: elementen` about those that are offered, and nothing about all there are: then one consent is enough.
    """

    toestemming: _Toestemmingsvraag

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        van, aan, over = self.toestemming.van, self.toestemming.aan, self.toestemming.over
        alleen("lijst", omgeving, van)
        ontvangers = omgeving.typering("ontvanger").waarden
        vast = aan in ontvangers
        if not vast and omgeving.typering(aan).waarden != ontvangers:
            raise RegelFout(f"aan moet een ontvanger zijn of het feit dat hem noemt: {aan}")
        kies = _KIES[over]

        def bereken(k: Kennis) -> Stand | None:
            gevers, ontvanger, gegeven = k.get(van), aan if vast else k.get(aan), k.get("toestemming")
            if gevers is None or ontvanger is None or gegeven is None:
                return None
            standen = [
                stand([t for t in gegeven if t.ontvanger == ontvanger and t.element == element], gevers, k["as_of"])
                for element in kies(k, gegeven)
            ]
            return "geldig" if "geldig" in standen else next(iter(standen), "geen")

        return som(bereken, "toestemming", "as_of", van, *(() if vast else (aan,)), *((over,) if over else ()))


_KIES: dict[str | None, Callable[[Kennis, Sequence[Toestemming]], Collection[str]]] = {
    "element": lambda k, _gegeven: (k[ELEMENT],) if ELEMENT in k else (),
    "elementen": lambda k, _gegeven: k.get("elementen", ()),
    None: lambda _k, gegeven: dict.fromkeys(toestemming.element for toestemming in gegeven),
}


def stand(gegeven: Sequence[Toestemming], gevers: Collection[str], op: date) -> Stand:
    """How it stands on `op` with consents for one element and one receiver, when all of `gevers` must consent."""
    vereist = [toestemming for toestemming in gegeven if toestemming.gever in gevers]
    if any(toestemming.ingetrokken_op is not None and toestemming.ingetrokken_op <= op for toestemming in vereist):
        return "ingetrokken"
    if gegeven and not vereist:
        return "verkeerde_gever"
    if not gevers or {toestemming.gever for toestemming in vereist} != set(gevers):
        return "geen"
    schriftelijk = {toestemming.gever for toestemming in vereist if toestemming.schriftelijk}
    return "geldig" if schriftelijk == set(gevers) else "niet_schriftelijk"


class _Inbrengvraag(Gesloten):
    herkomst: Naam
    door: Naam


class EigenInbreng(Gesloten):
    """Whether the party `door` itself brought in the element that is being judged; unknown when nobody says."""

    zelf_ingebracht: _Inbrengvraag

    def compileer(self, omgeving: Omgeving) -> Som:
        """Compile to a `Som`."""
        herkomst, door = self.zelf_ingebracht.herkomst, self.zelf_ingebracht.door
        alleen("herkomst", omgeving, herkomst)
        alleen("keuze", omgeving, door)

        def bereken(k: Kennis) -> bool | None:
            bronnen: Mapping[str, str] = k.get(herkomst, {})
            bron, partij = bronnen.get(k.get(ELEMENT, "")), k.get(door)
            return None if bron is None or partij is None else bron == partij

        return som(bereken, herkomst, door, ELEMENT)
