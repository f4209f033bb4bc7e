"""From a CloudEvent to a signal: about whom the BRP must be asked again, and why."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import SecretStr

from services.brp_sync.brpapi.lezer import Onleesbaar
from services.brp_sync.cloudevents.envelop import Envelop, lees_envelop
from services.brp_sync.cloudevents.typen import VRIJBRP, Aanleiding, aanleiding_van

_NEGEN_CIJFERS: Final = re.compile(r"[0-9]{9}")
_IN_ADRES: Final = re.compile(r"(?:/|[?&](?:burgerservicenummer|bsn)=)([0-9]{9})(?=[/?&#]|$)")
_NAMEN: Final = ("bsn", "burgerservicenummer")


@dataclass(frozen=True, slots=True)
class Signaal:
    """Somebody changed in the BRP. The numbers are nine digits as sent: whether they are BSNs is yet to be seen.

    `historisch` are numbers the person had before; `bron` and `id` together name the event that said so.
    """

    bron: str
    id: str
    type: str
    bsn: SecretStr
    historisch: tuple[SecretStr, ...]
    aanleidingen: tuple[Aanleiding, ...]


@dataclass(frozen=True, slots=True)
class Afgekeurd:
    """An event that gives no signal. `is_vorm` is true when the sender made it wrong, by the standard or its schema;
    otherwise it may be right and we have no use for it as it is.
    """

    veld: str
    reden: str
    is_vorm: bool


def lees_gebeurtenis(gebeurtenis: object, ook: Collection[str] = ()) -> Signaal | Afgekeurd:
    """What one event says; `ook` lists types to take besides those of `TYPEN`."""
    try:
        envelop = lees_envelop(gebeurtenis)
        aanleiding = aanleiding_van(envelop.type, ook)
        if aanleiding is None:
            return Afgekeurd("type", "onbekend: dit type staat niet in de lijst van wat wordt aangenomen", False)
        bsn = _bsn(envelop)
        historisch = tuple(nummer for nummer in _historische_bsns(envelop) if nummer != bsn)
    except Onleesbaar as fout:
        return Afgekeurd(fout.veld, fout.reden, True)
    if bsn is None:
        return _zonder_bsn(envelop)
    aanleidingen = (aanleiding, Aanleiding.IDENTIFICATIE_GEWIJZIGD) if historisch else (aanleiding,)
    return Signaal(
        bron=envelop.source,
        id=envelop.id,
        type=envelop.type,
        bsn=SecretStr(bsn),
        historisch=tuple(SecretStr(nummer) for nummer in dict.fromkeys(historisch)),
        aanleidingen=aanleidingen,
    )


def _bsn(envelop: Envelop) -> str | None:
    """In the data, otherwise as subject, otherwise in the address under which the data can be had."""
    for naam in _NAMEN:
        if naam in envelop.data:
            waarde = envelop.data.tekst(naam)
            if waarde is None or not _NEGEN_CIJFERS.fullmatch(waarde):
                raise Onleesbaar(f"data.{naam}", "geen negen cijfers")
            return waarde
    if envelop.subject is not None and _NEGEN_CIJFERS.fullmatch(envelop.subject):
        return envelop.subject
    in_adres = set(_IN_ADRES.findall(envelop.dataref)) if envelop.dataref is not None else set()
    return in_adres.pop() if len(in_adres) == 1 else None


def _historische_bsns(envelop: Envelop) -> Iterator[str]:
    if "historicBsns" not in envelop.data:
        return
    for nummer, waarde in enumerate(envelop.data.rij("historicBsns")):
        if not isinstance(waarde, str) or not _NEGEN_CIJFERS.fullmatch(waarde):
            raise Onleesbaar(f"data.historicBsns[{nummer}]", "geen negen cijfers")
        yield waarde


def _zonder_bsn(envelop: Envelop) -> Afgekeurd:
    if envelop.type == VRIJBRP:
        return Afgekeurd("data.bsn", "ontbreekt", True)
    if envelop.dataref is not None:
        return Afgekeurd("dataref", "verwijst niet naar een persoon met een BSN", False)
    if "pl_id" in envelop.data:
        reden = "alleen een pl_id: zonder BSN of dataref is niet te zeggen om wie het gaat"
        return Afgekeurd("data.pl_id", reden, False)
    return Afgekeurd("data", "noemt geen persoon: geen BSN en geen dataref", False)
