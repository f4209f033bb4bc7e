"""The question about persons: `POST /personen` of BRP API Personen 2.7. A BSN is in the body, never in the address."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import SecretStr

from services.brp_sync.brpapi.antwoord import SOORT, lees_persoon, personen_in
from services.brp_sync.brpapi.lezer import Onleesbaar, lees_json
from services.brp_sync.brpapi.velden import levert
from services.brp_sync.brpapi.verbinding import BrpOnbereikbaar, Verbinding
from services.brp_sync.model import Persoon
from services.brp_sync.persoonslijsten import Onbruikbaar

TEGELIJK: Final = 20
"""How many persons one question may be about."""


@dataclass(frozen=True, slots=True)
class Antwoord:
    """What came back: the persons by BSN, those that could not be read by BSN, and what nobody asked for.

    Who is in neither is not in the BRP (yet). `vreemd` counts persons that were not asked for, or that came twice.
    """

    personen: dict[str, Persoon] = field(default_factory=dict)
    onbruikbaar: dict[str, Onbruikbaar] = field(default_factory=dict)
    vreemd: list[Onbruikbaar] = field(default_factory=list)


class BrpApi:
    """Asks for persons."""

    def __init__(self, verbinding: Verbinding) -> None:
        self._verbinding = verbinding

    async def personen(self, bsns: Sequence[SecretStr], velden: Sequence[str]) -> Antwoord:
        """The persons with these numbers, at most `TEGELIJK` at once, with these fields (paths).

        Raises `BrpOnbereikbaar` or `BrpWeigert`.
        """
        vraag = {
            "type": SOORT,
            "burgerservicenummer": [bsn.get_secret_value() for bsn in bsns],
            "fields": list(velden),
        }
        inhoud = await self._verbinding.vraag("POST", "/personen", vraag)
        try:
            gevonden = personen_in(lees_json(inhoud))
        except Onleesbaar as fout:
            raise BrpOnbereikbaar(f"onleesbaar antwoord: {fout.veld} {fout.reden}") from None
        return _sorteer(gevonden, set(vraag["burgerservicenummer"]), levert(velden))


def _sorteer(gevonden: Sequence[object], gevraagd: set[str], velden: frozenset[str]) -> Antwoord:
    antwoord = Antwoord()
    dubbel = set()
    for nummer, gegevens in enumerate(gevonden):
        plek = f"personen[{nummer}]"
        bsn = gegevens.get("burgerservicenummer") if isinstance(gegevens, dict) else None
        if not isinstance(bsn, str) or bsn not in gevraagd:
            antwoord.vreemd.append(Onbruikbaar("burgerservicenummer", plek, "niet iemand naar wie is gevraagd"))
            continue
        if bsn in antwoord.personen or bsn in antwoord.onbruikbaar:
            dubbel.add(bsn)
        gelezen = lees_persoon(gegevens, plek, velden)
        if isinstance(gelezen, Onbruikbaar):
            antwoord.onbruikbaar[bsn] = gelezen
        else:
            antwoord.personen[bsn] = gelezen.persoon
    for bsn in dubbel:
        antwoord.personen.pop(bsn, None)
        antwoord.onbruikbaar[bsn] = Onbruikbaar("personen", "antwoord", "meer dan een persoonslijst bij dit BSN")
    return antwoord
