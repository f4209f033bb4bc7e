"""From dossier, zaak, request and agreements to the facts the privacy rules ask about: pure; unknown stays absent.

What DUO told about absence is the gemeente's own by law (Leerplichtwet 1969 art. 21a): origin is therefore not given,
which the rules read as the sender's own. What came in through a casusoverleg is not kept in the hub.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from contracts.verstrek import Grensgegevens
from contracts.verstrekkingen.basis import Afspraak, Rechtsgrond
from contracts.vrijgave import Vrijgaveverzoek
from hub.calendar import leeftijd
from hub.clock import AMSTERDAM
from hub.medewerkers import Medewerker, Rol
from hub.partijen import Partijen
from services.cases.beleid import Beleid, waarde
from services.cases.feitenopbouw import feiten_van
from services.cases.model import Dossier, Zaak
from services.cases.protocol import Protocol
from services.cases.toestemmingen import IEDEREEN, is_meerderjarig, toestemmingsfeiten
from services.cases.toestemmingen import Rol as Gevende
from services.cases.toestemmingsregels import geadresseerden

EIGEN: Final = frozenset({"lpa_is_boa", "svb_overeenkomst", "actief_dossier", "overleden", "geboortedatum"})
"""Established here, whatever was written down in the zaak."""

_GRONDSLAG: Final = {
    Rechtsgrond.WETTELIJKE_VERPLICHTING: "wettelijke_plicht",
    Rechtsgrond.PUBLIEKE_TAAK: "algemeen_belang",
    Rechtsgrond.TOESTEMMING: "toestemming",
}


@dataclass(frozen=True, slots=True)
class Vraag:
    """Everything one decision rests on; `elementen` is what the contract leaves of what was asked."""

    dossier: Dossier
    zaak: Zaak | None
    verzoek: Vrijgaveverzoek
    afspraak: Afspraak
    elementen: tuple[str, ...]
    persoon: Grensgegevens | None
    medewerker: Medewerker | None
    """Who decided, or weighed it."""


def verstrekkingsfeiten(
    vraag: Vraag, protocol: Protocol, partijen: Partijen, beleid: Beleid, op: date
) -> dict[str, Any]:
    """The facts of one disclosure on day `op`; only those that a question about disclosure may have."""
    verzoek, dossier = vraag.verzoek, vraag.dossier
    feiten = _van_zaak(vraag, protocol, beleid, op)
    feiten |= {
        "as_of": op,
        "verstrekker": "gemeente",
        "ontvanger": verzoek.ontvanger,
        "doel": verzoek.verstrekkingsdoel,
        "elementen": list(vraag.elementen),
    }
    if vraag.afspraak.rechtsgrond in _GRONDSLAG:
        feiten["grondslag"] = _GRONDSLAG[vraag.afspraak.rechtsgrond]
    feiten |= _van_persoon(vraag) | _van_afspraken(vraag, partijen)
    zaak_id = vraag.zaak.zaak_id if vraag.zaak is not None else None
    feiten |= toestemmingsfeiten(
        dossier.privacy,
        feiten.get("geboortedatum"),
        op,
        zaak_id=zaak_id,
        doel=verzoek.verstrekkingsdoel,
        gevers=_geadresseerden(vraag, protocol, beleid, feiten.get("geboortedatum"), op),
        grondslag=feiten.get("grondslag"),
    )
    if vraag.medewerker is not None:
        feiten["lpa_is_boa"] = Rol.BOA in vraag.medewerker.rollen
    return feiten


def toestemmers(vraag: Vraag, protocol: Protocol, beleid: Beleid, now: datetime) -> tuple[Gevende, ...]:
    """Who must consent at this moment; ouders no longer do for somebody of 18."""
    op = now.astimezone(AMSTERDAM).date()
    geboren = _van_persoon(vraag).get("geboortedatum")
    gevers = _geadresseerden(vraag, protocol, beleid, geboren, op)
    return tuple(g for g in gevers if g != "ouder") if is_meerderjarig(geboren, op) else gevers


def _geadresseerden(
    vraag: Vraag, protocol: Protocol, beleid: Beleid, geboortedatum: date | None, op: date
) -> tuple[Gevende, ...]:
    """Who consents and must be told at this age; everybody where that is unknown (CONV, footnote 28)."""
    if not vraag.dossier.privacy.toestemmingen and not vraag.dossier.privacy.informatie:
        return IEDEREEN
    if geboortedatum is None or geboortedatum > op:
        return IEDEREEN
    sleutel = ("geadresseerden", protocol.verstrekkingen, leeftijd(geboortedatum, op))
    if sleutel not in beleid.toetsen:
        wie = geadresseerden(protocol, beleid.protocollen.feiten, geboortedatum, op)
        beleid.toetsen[sleutel] = IEDEREEN if wie is None else wie.vereist
    gevers: tuple[Gevende, ...] = beleid.toetsen[sleutel]
    return gevers


def _van_zaak(vraag: Vraag, protocol: Protocol, beleid: Beleid, op: date) -> dict[str, Any]:
    if vraag.zaak is None:
        return {}
    definities = beleid.protocollen.feiten.definities
    bekend = feiten_van(vraag.dossier, vraag.zaak, op, float(waarde(protocol, "meldgrens_uren")))
    feiten = {
        naam: waarde
        for naam, waarde in bekend.items()
        if naam not in EIGEN and naam in definities and "verstrekking" in definities[naam].bij
    }
    return feiten | {"actief_dossier": vraag.zaak.is_open}


def _van_persoon(vraag: Vraag) -> dict[str, Any]:
    """As the register of persons has it now; what the dossier has counts as long as that was not asked."""
    persoon, dossier = vraag.persoon, vraag.dossier
    geboren = persoon.geboortedatum if persoon is not None else dossier.geboortedatum
    overleden = dossier.overleden or (persoon is not None and persoon.overleden)
    feiten: dict[str, Any] = {} if geboren is None else {"geboortedatum": geboren}
    return feiten | ({"overleden": overleden} if overleden or persoon is not None else {})


def _van_afspraken(vraag: Vraag, partijen: Partijen) -> dict[str, Any]:
    verzoek = vraag.verzoek
    feiten: dict[str, Any] = {}
    if partijen.kanalen.get(verzoek.ontvanger) == verzoek.kanaal:
        feiten["kanaal"] = verzoek.kanaal
    afspraken = partijen.van(verzoek.gemeente)
    if afspraken is not None:
        feiten["svb_overeenkomst"] = afspraken.svb_overeenkomst
    aanbieder = partijen.aanbieder(verzoek.gemeente, verzoek.partij)
    if aanbieder is not None:
        feiten |= aanbieder.model_dump(include=_TOETREDING)
    return feiten


_TOETREDING: Final = {
    "toetreding_akkoord",
    "toetreding_getekend",
    "toetreding_gemeld_gemeente",
    "toetreding_gemeld_swv",
}
