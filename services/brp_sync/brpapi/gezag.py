"""`gezag[]` of the BRP API: who has gezag over this person, as the RvIG derives it."""

from collections.abc import Iterator
from typing import Any, Final

from services.brp_sync.brpapi.lezer import Lezer
from services.brp_sync.model import Gezagsoort

_OUDE_NAAM: Final = {"TweehoofdigOuderlijkGezag": Gezagsoort.GEZAMENLIJK_OUDERLIJK}  # until version 2.6


def gezagsrelaties(persoon: Lezer) -> Iterator[dict[str, Any]]:
    """The relations over this person, as `Gezag` takes them.

    Who has gezag over children of their own gets those relations too; they say nothing about this person and are not
    kept. A relation without `minderjarige` (older versions leave it out) is about the person that was asked for.
    """
    wie = persoon.tekst("burgerservicenummer")
    for relatie in persoon.lijst("gezag"):
        minderjarige = relatie.deel("minderjarige").tekst("burgerservicenummer")
        if minderjarige in (None, wie):
            soort = relatie.tekst("type")
            yield {
                "soort": _OUDE_NAAM.get(soort or "", soort),
                "houders": tuple(_houders(relatie)),
                "in_onderzoek": relatie.vlag("inOnderzoek"),
            }


def _houders(relatie: Lezer) -> Iterator[dict[str, Any]]:
    for is_ouder, een, meer in ((True, "ouder", "ouders"), (False, "derde", "derden")):
        personen = [relatie.deel(een)] if een in relatie else []
        for houder in (*personen, *relatie.lijst(meer)):
            naam = houder.deel("naam").tekst("volledigeNaam")
            yield {"is_ouder": is_ouder, "bsn": houder.tekst("burgerservicenummer"), "naam": naam}
