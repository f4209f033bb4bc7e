"""Which types of CloudEvents are taken, and what each hints at.

| types | source |
|---|---|
| `vrijbrp.pl.mutation.v1` | vrijBRP, as its connector for Haal Centraal takes them; says nothing but whose |
| `nl.brp.*` | BRP API Gebeurtenissen of the RvIG (features, 2025-2026; not in use anywhere yet as far as is known) |
| `nl.gemeente.brp.*` | vrijBRP BRP-notificaties (2022), with the BSN as subject |

A hint is never taken for a fact: what happened is worked out from the persoonslijst that is asked for.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Final


class Aanleiding(StrEnum):
    """What an event says happened; spelled as `PersoonGebeurtenis` where that knows the same thing."""

    GEWIJZIGD = "gewijzigd"
    GEBOREN = "geboren"
    GEVESTIGD = "gevestigd"
    INGESCHREVEN = "ingeschreven"
    VERHUISD_BINNENGEMEENTELIJK = "verhuisd_binnengemeentelijk"
    VERHUISD_INTERGEMEENTELIJK = "verhuisd_intergemeentelijk"
    VERTROKKEN = "vertrokken"
    VERHUISD_IN_BUITENLAND = "verhuisd_in_buitenland"
    ADRES_GEWIJZIGD = "adres_gewijzigd"
    ADRES_IN_ONDERZOEK = "adres_in_onderzoek"
    OVERLEDEN = "overleden"
    IDENTIFICATIE_GEWIJZIGD = "identificatie_gewijzigd"


VRIJBRP: Final = "vrijbrp.pl.mutation.v1"
TYPEN: Final = {
    VRIJBRP: Aanleiding.GEWIJZIGD,
    "nl.brp.ingeschreven.geboorte": Aanleiding.GEBOREN,
    "nl.brp.ingeschreven.immigratie": Aanleiding.GEVESTIGD,
    "nl.brp.ingeschreven.niet-ingezetene": Aanleiding.INGESCHREVEN,
    "nl.brp.verhuisd.binnengemeentelijk": Aanleiding.VERHUISD_BINNENGEMEENTELIJK,
    "nl.brp.verhuisd.buitengemeentelijk": Aanleiding.VERHUISD_INTERGEMEENTELIJK,
    "nl.brp.verhuisd.intergemeentelijk": Aanleiding.VERHUISD_INTERGEMEENTELIJK,
    "nl.brp.verhuisd.emigratie": Aanleiding.VERTROKKEN,
    "nl.brp.verhuisd.immigratie": Aanleiding.GEVESTIGD,
    "nl.brp.verhuisd.in-buitenland": Aanleiding.VERHUISD_IN_BUITENLAND,
    "nl.brp.verblijfplaats.in-onderzoek": Aanleiding.ADRES_IN_ONDERZOEK,
    "nl.gemeente.brp.persoon-overleden": Aanleiding.OVERLEDEN,
    "nl.gemeente.brp.wijziging-adres": Aanleiding.ADRES_GEWIJZIGD,  # a correction by the BAG is one too
}


def aanleiding_van(soort: str, ook: Collection[str] = ()) -> Aanleiding | None:
    """What `soort` hints at; None for a type that is neither known nor listed in `ook`. `.v1` behind it is the same."""
    kaal = soort.removesuffix(".v1")
    known = TYPEN.get(soort) or TYPEN.get(kaal)
    if known is not None:
        return known
    return Aanleiding.GEWIJZIGD if soort in ook or kaal in ook else None
