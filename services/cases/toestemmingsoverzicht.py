"""How it stands with a consent or with prior information, for the official who recorded something. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from hub.errors import Ongeldig
from services.cases.beleid import Beleid
from services.cases.model import Dossier
from services.cases.privacystand import Toestemming, Toestemmingstand
from services.cases.toestemmingen import PUNTEN, Rol, is_meerderjarig, punten_verteld, rol_van
from services.cases.toestemmingsopdrachten import Waarover, gevers_van, staande
from services.cases.toestemmingsregels import Gevers, geadresseerden


def overzicht(dossier: Dossier, over: Waarover, dag: date, beleid: Beleid) -> dict[str, Any]:
    """Who must consent, what each said, and what is still missing.

    `compleet` is None when it is unknown who must consent: then a human decides.
    """
    zaak = dossier.levend(over.zaak_id) or dossier.zaken[over.zaak_id]
    over = replace(over, zaak_id=zaak.zaak_id)
    wie = gevers_van(dossier, zaak, over.drietal, dag, beleid)
    ontbreekt = {rol: reden for rol in _vereist(wie) if (reden := ontbrekend(dossier, over, rol, dag)) is not None}
    return {
        "zaak_id": str(over.zaak_id),
        "element": over.element,
        "ontvanger": over.ontvanger,
        "doel": over.doel,
        "vereist": None if wie is None else list(wie.vereist),
        "ook_vragen": [] if wie is None else list(wie.ook),
        "gezegd": [_gezegd(t) for t in _laatste(dossier, over).values()],
        "ontbreekt": ontbreekt,
        "compleet": None if wie is None else wie.mogelijk and not ontbreekt,
        "te_informeren": [
            {"ontvanger": t.ontvanger, "sinds": t.sinds.isoformat(), "gedaan": t.gedaan_op is not None}
            for t in dossier.privacy.te_informeren
            if t.toestemming_id in _laatste(dossier, over)
        ],
    }


def ontbrekend(dossier: Dossier, over: Waarover, rol: Rol, dag: date) -> str | None:
    """Why the consent of a role does not hold, as a code of the list of words; None when it does."""
    nu = staande(dossier, over, rol)
    if nu is None or nu.stand is Toestemmingstand.GEWEIGERD:
        return "geen_toestemming"
    if nu.stand is Toestemmingstand.INGETROKKEN:
        return "toestemming_ingetrokken"
    if nu.telt_niet is not None:
        return "verkeerde_toestemminggever" if nu.telt_niet == "verkeerde_gever" else nu.telt_niet.value
    if rol == "ouder" and is_meerderjarig(dossier.geboortedatum, dag):
        return "verkeerde_toestemminggever"
    return None if nu.schriftelijk else "toestemming_niet_schriftelijk"


def controleer(dossier: Dossier, over: Waarover, dag: date, beleid: Beleid) -> None:
    """Raises `Ongeldig` naming who did not consent; where it is unknown who must, at least the jongere did."""
    wie = gevers_van(dossier, dossier.zaken[over.zaak_id], over.drietal, dag, beleid)
    if wie is not None and not wie.mogelijk:
        raise Ongeldig("dit kan niet op deze leeftijd", "toestemming")
    for rol in ("jongere",) if wie is None else wie.vereist:
        if (reden := ontbrekend(dossier, over, rol, dag)) is not None:
            raise Ongeldig(f"de toestemming van {rol} is er niet ({reden}): leg vast wie ja zei", "toestemming")


def informatieoverzicht(dossier: Dossier, zaak_id: UUID, dag: date, beleid: Beleid) -> dict[str, Any]:
    """Who must be told beforehand, and per person which points are missing (CONV-12.1 and 12.4)."""
    zaak = dossier.levend(zaak_id) or dossier.zaken[zaak_id]
    zaak_id = zaak.zaak_id
    protocol = beleid.protocol(zaak.gemeente, dag)
    wie = geadresseerden(protocol, beleid.protocollen.feiten, dossier.geboortedatum, dag)
    verteld = [i for i in dossier.privacy.informatie if i.zaak_id == zaak_id]
    ontbreekt = {
        rol: missen
        for rol in _vereist(wie)
        if (missen := [punt for punt in PUNTEN if punt not in punten_verteld(verteld, rol)])
    }
    return {
        "zaak_id": str(zaak_id),
        "vereist": None if wie is None else list(wie.vereist),
        "ontbreekt": ontbreekt,
        "compleet": None if wie is None else not ontbreekt,
    }


def _vereist(wie: Gevers | None) -> tuple[Rol, ...]:
    return () if wie is None else wie.vereist


def _laatste(dossier: Dossier, over: Waarover) -> Mapping[UUID, Toestemming]:
    return {t.toestemming_id: t for t in dossier.privacy.toestemmingen if over.is_van(t)}


def _gezegd(toestemming: Toestemming) -> dict[str, Any]:
    return {
        "toestemming_id": str(toestemming.toestemming_id),
        "gever": toestemming.gever.value,
        "als": rol_van(toestemming.gever),
        "stand": toestemming.stand.value,
        "op": toestemming.op.isoformat(),
        "schriftelijk": toestemming.schriftelijk,
        "telt_niet": toestemming.telt_niet,
    }
