"""Which status DUO gets when a zaak ends: data, and only where the reason of closing says it for certain. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from contracts.codes import MeldingStatus
from contracts.events.zaken import ZaakAfgesloten
from services.ingest_duo.decisions import Statuswens
from services.ingest_duo.model import RedenMeldingAfgesloten, ToelichtingAfsluiting


class Afsluiting(NamedTuple):
    """The status with its reason and toelichting, and where it follows from."""

    status: MeldingStatus
    reden: RedenMeldingAfgesloten | None
    toelichting: ToelichtingAfsluiting | None
    bron: str


NIETS = None
"""DUO already knows."""

SAMENGEVOEGD = "samengevoegd"
"""The reason with which `cases` closes what stood under a jongere_id that is used no more."""

AFSLUITINGEN: Mapping[str, Afsluiting | None] = MappingProxyType(
    {
        "overleden": Afsluiting(
            MeldingStatus.AFGESLOTEN,
            RedenMeldingAfgesloten.LEERLING_OVERLEDEN,
            ToelichtingAfsluiting.GEEN_ACTIE_MEER,
            "Besluit Verzuimmelding (BWBR0027085), bijlage: reden leerling overleden",
        ),
        "melding_ingetrokken": NIETS,
        "melding_overgedragen": NIETS,
        SAMENGEVOEGD: NIETS,  # it goes on in a zaak under the number that remains
    }
)
"""Reason of `zaak-afgesloten` -> status. A reason that is not here does not say how the absence ended (after Halt or
without further steps the jongere may be back at school, or not): an official tells DUO."""


def wensen(event: ZaakAfgesloten) -> tuple[Statuswens, ...]:
    """The statuses that follow from the end of a zaak; empty when none does for certain."""
    afsluiting = AFSLUITINGEN.get(event.reden)
    if afsluiting is None:
        return ()
    status, reden, toelichting, _ = afsluiting
    return tuple(Statuswens(nummer, status, reden, toelichting, event.reden) for nummer in event.meldingen)


def vraagt_ambtenaar(event: ZaakAfgesloten) -> bool:
    """Whether an official must say how the meldingen of this zaak ended."""
    return event.reden not in AFSLUITINGEN
