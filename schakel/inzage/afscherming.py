"""What of the rows that were read may not be in this document: another gemeente, opsporing, a secret address. Pure.

It is taken out before anything is built, and counted per category, so that no group can tell it after all.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from schakel.inzage.lezen import Gelezen, Rij
from services.cases.model import afgeleid_id

_OPSPORING: Final = re.compile(
    r"(?i:proces[-_ ]?verba|verhoor|recidive|officier van justitie|(?<![a-z])(?:pv|ovj|lod|zitting)(?![a-z]))"
    r"|\bOM\b|^om$"
)
_MET_OPSPORING: Final = ("cases", "letters")
"""Services whose rows may tell about a proces-verbaal. What a school wrote is no police data."""
_ZONDER: Final = frozenset({"dossier", "inzage", "herhaling"})
"""What betrokkenen asked and answered themselves, and what was given to them."""
_VRIJE_TEKST: Final = frozenset({"motivering", "intrekking"})
_SLEUTELS: Final = ("zaak_id", "meldingsnummer", "brief_id", "toestemming_id", "verwijzing_id", "kenmerk")
"""Columns that lead to what has a gemeente, surest first."""
_VAN_WOONPLAATS: Final = frozenset({("cases", "inschrijving"), ("cases", "vrijstelling")})
_ADRESVELDEN: Final = frozenset({"adres", "afwijkend_adres", "telefoon_leerling_of_ouder"})
_PER_PERSOON: Final = ("toestemmingen", "te_informeren", "informatie")
_PER_RECHT: Final = ("verzoeken", "rectificaties", "taken")


def is_opsporing(waarde: Any) -> bool:
    """Whether a code or text is about a proces-verbaal, a verhoor or the OM (Wpg art. 25 and 27)."""
    if isinstance(waarde, list | tuple):
        return any(isinstance(een, str) and is_opsporing(een) for een in waarde)
    return isinstance(waarde, str) and _OPSPORING.search(waarde) is not None


@dataclass(frozen=True, slots=True)
class Eigendom:
    """Of which gemeente something is, as far as that can be told."""

    van_nummer: Mapping[str, str]
    woonplaats: str | None
    gemeenten: Collection[str]
    """For which the document is made."""

    @classmethod
    def uit(cls, rijen: Collection[Rij], gemeenten: Collection[str]) -> "Eigendom":
        """From what leads there: zaken, meldingen, letters and consents."""
        van: dict[str, str] = {}
        woonplaats: str | None = None
        for rij in rijen:
            waarden, gemeente = rij.waarden, rij.waarden.get("gemeente")
            if (rij.service, rij.tabel.naam) == ("brp_sync", "jongere"):
                woonplaats = gemeente or None
            for sleutel in ("zaak_id", "meldingsnummer", "toestemming_id") if gemeente else ():
                if waarden.get(sleutel) is not None and rij.tabel.naam in ("zaak", "melding", "toestemming"):
                    van[str(waarden[sleutel])] = str(gemeente)
            if rij.tabel.naam == "zaak":
                van |= dict.fromkeys(_uit_zaak(waarden.get("inhoud") or {}), str(gemeente))
        for rij in rijen:
            if "brief_id" in rij.waarden and str(rij.waarden.get("zaak_id")) in van:
                van[str(rij.waarden["brief_id"])] = van[str(rij.waarden["zaak_id"])]
        return cls(van, woonplaats, gemeenten)

    @property
    def hier_woonachtig(self) -> bool:
        """Whether the BRP data are of one of these gemeenten; also as long as nobody knows where somebody lives."""
        return self.woonplaats is None or self.woonplaats in self.gemeenten

    @property
    def alles_van_ons(self) -> bool:
        """Whether no other gemeente has anything."""
        return self.hier_woonachtig and set(self.van_nummer.values()) <= set(self.gemeenten)

    def is_van_ons(self, service: str, naam: str, waarden: Mapping[str, Any]) -> bool:
        """Whether a row is ours: by its own gemeente, by what it belongs to, or because the jongere lives here."""
        if waarden.get("gemeente"):
            return waarden["gemeente"] in self.gemeenten
        if service == "brp_sync" or (service, naam) in _VAN_WOONPLAATS:
            return self.hier_woonachtig
        return self.deel_is_van_ons(waarden, anders=not any(waarden.get(s) for s in _SLEUTELS))

    def deel_is_van_ons(self, waarden: Mapping[str, Any], *, anders: bool = False) -> bool:
        """The same for a part of a row; what leads nowhere is ours when nobody else has anything, or with `anders`."""
        van = waarden.get("gemeente") or next(
            (self.van_nummer[str(waarden[s])] for s in _SLEUTELS if str(waarden.get(s)) in self.van_nummer), None
        )
        return van in self.gemeenten if van else anders or self.alles_van_ons


def _uit_zaak(inhoud: Mapping[str, Any]) -> Iterable[str]:
    """Numbers of letters and verwijzingen that follow from the besluiten of a zaak (`services.cases.uitvoering`)."""
    for nummer, voorstel in (inhoud.get("voorstellen") or {}).items():
        if _is_uuid(nummer):
            yield str(afgeleid_id("brief", UUID(str(nummer))))
        besluit = voorstel.get("besluit") or {}
        if _is_uuid(besluit.get("besluit_id")):
            yield str(afgeleid_id("halt", UUID(str(besluit["besluit_id"]))))


def _is_uuid(waarde: Any) -> bool:
    return isinstance(waarde, UUID | str) and len(str(waarde)) == len(str(UUID(int=0)))


def afgeschermd(gelezen: Gelezen, eigendom: Eigendom, *, aan_jongere: bool, weg: Counter[str]) -> tuple[Rij, ...]:
    """The rows that may be shown; what is taken out is counted in `weg`."""
    geheim = not aan_jongere and (gelezen.persoon is None or gelezen.persoon.heeft_geheimhouding)
    over: list[Rij] = []
    for rij in gelezen.rijen:
        service, naam, waarden = rij.service, rij.tabel.naam, dict(rij.waarden)
        if not eigendom.is_van_ons(service, naam, waarden):
            weg["andere_gemeente"] += 1
            continue
        if (service, naam) == ("cases", "dossier"):
            waarden = _dossier(waarden, eigendom, weg)
        if geheim:
            waarden = _zonder_adres(service, waarden, weg)
        if service in _MET_OPSPORING and naam not in _ZONDER:
            schoon = _rij_zonder_opsporing(naam, waarden, weg)
            if schoon is None:
                weg["opsporing"] += 1
                continue
            waarden = schoon
        over.append(replace(rij, waarden=waarden))
    return tuple(over)


def _dossier(waarden: dict[str, Any], eigendom: Eigendom, weg: Counter[str]) -> dict[str, Any]:
    """What holds for the jongere, without what was said or asked in another gemeente."""
    persoon = dict(waarden.get("persoon") or {})
    privacy = dict(persoon.get("privacy") or {})
    rechten = dict(privacy.get("rechten") or {})
    van = {str(t.get("toestemming_id")): t for t in privacy.get("toestemmingen") or ()}
    for deel, lijsten in ((privacy, _PER_PERSOON), (rechten, _PER_RECHT)):
        for lijst in lijsten:
            alle = list(deel.get(lijst) or ())
            ours = [een for een in alle if eigendom.deel_is_van_ons(van.get(str(een.get("toestemming_id")), een))]
            weg["andere_gemeente"] += len(alle) - len(ours)
            if alle:
                deel[lijst] = ours
    if rechten:
        privacy["rechten"] = rechten
    if privacy:
        persoon["privacy"] = privacy
    return waarden | {"persoon": persoon}


def _zonder_adres(service: str, waarden: Mapping[str, Any], weg: Counter[str]) -> dict[str, Any]:
    """Without where the jongere is and can be called, wherever it stands (Wet BRP art. 2.59)."""
    weglaten = _ADRESVELDEN | ({"inhoud"} if service == "brp_sync" else frozenset())
    over: dict[str, Any] = {}
    for veld, waarde in waarden.items():
        if veld in weglaten:
            weg["geheim_adres"] += bool(waarde)
        elif isinstance(waarde, Mapping):
            over[veld] = _zonder_adres(service, waarde, weg)
        else:
            over[veld] = waarde
    return over


def _rij_zonder_opsporing(naam: str, waarden: Mapping[str, Any], weg: Counter[str]) -> dict[str, Any] | None:
    if naam == "tijdlijn":
        delen = str(waarden.get("toelichting") or "").split(", ")
        over = [deel for deel in delen if not is_opsporing(deel)]
        if is_opsporing(waarden.get("wat")) or not over:
            return None
        weg["opsporing"] += len(delen) - len(over)
        return {**waarden, "toelichting": ", ".join(over)}
    return _zonder_opsporing(waarden, weg, geheel=naam != "zaak")


def _zonder_opsporing(waarden: Mapping[str, Any], weg: Counter[str], *, geheel: bool) -> dict[str, Any] | None:
    """A stored value without it; None when it is one thing (`geheel`: a row, a voorstel, a reason) that is about it."""
    besluit = waarden.get("besluit")
    if geheel and (
        any(is_opsporing(w) for veld, w in waarden.items() if veld not in _VRIJE_TEKST)
        or (isinstance(besluit, Mapping) and is_opsporing(besluit.get("in_plaats")))
    ):
        return None
    over: dict[str, Any] = {}
    for veld, waarde in waarden.items():
        schoon = None if is_opsporing(veld) or (isinstance(waarde, str) and is_opsporing(waarde)) else waarde
        if isinstance(schoon, Mapping):
            per_nummer = bool(schoon) and all(isinstance(een, Mapping) for een in schoon.values())
            schoon = _van_lijst(schoon, weg) if per_nummer else _zonder_opsporing(schoon, weg, geheel=False)
        elif isinstance(schoon, list | tuple):
            schoon = list(_van_lijst(dict(enumerate(schoon)), weg).values())
        if schoon is None and waarde is not None:
            weg["opsporing"] += 1
        else:
            over[veld] = schoon
    return over


def _van_lijst(delen: Mapping[Any, Any], weg: Counter[str]) -> dict[Any, Any]:
    over: dict[Any, Any] = {}
    for nummer, deel in delen.items():
        schoon = _zonder_opsporing(deel, weg, geheel=True) if isinstance(deel, Mapping) else deel
        if schoon is None or is_opsporing(schoon):
            weg["opsporing"] += 1
        else:
            over[nummer] = schoon
    return over
