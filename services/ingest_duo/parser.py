"""Reads what DUO answers: deliveries (DC0011), confirmations (DC0001), refusals (DC0002, SOAP Fault).

In a delivery every Verzuimgeval stands or falls alone. Errors name field, place and reason in Dutch, never a value.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, NamedTuple

from lxml import etree
from pydantic import SecretBytes, ValidationError

from contracts.codes import MeldingStatus, Verzuimsoort
from hub.privacy import Bsn, OngeldigeBsn, Vertrouwelijk
from services.ingest_duo import duo_namen as namen
from services.ingest_duo.envelop import lees_document, lees_element
from services.ingest_duo.fouten import OngeldigBericht, eerste_reden
from services.ingest_duo.model import Verzuimgeval, bruikbaar


class Selectie(NamedTuple):
    """Cursor of a delivery: changes from this moment on, Dutch local time to the millisecond."""

    datum: date
    tijd: time

    @classmethod
    def vanaf(cls, stempel: datetime) -> "Selectie":
        """The cursor that starts at a mutation stamp."""
        return cls(stempel.date(), stempel.time())

    @property
    def stempel(self) -> datetime:
        """The cursor as one moment."""
        return datetime.combine(self.datum, self.tijd)


class OnbruikbaarGeval(Vertrouwelijk):
    """A Verzuimgeval we cannot use: what is wrong with it, and its own XML to mend or to replay it.

    `meldingsnummer` and `laatste_mutatie` are there when they were readable themselves.
    """

    meldingsnummer: str | None
    laatste_mutatie: datetime | None
    veld: str
    plek: str
    reden: str
    ruw: SecretBytes


@dataclass(frozen=True, slots=True)
class Levering:
    """One delivery, in DUO's order.

    `volgende_selectie` is the cursor of the next page, None when there is none. When DUO sent a cursor that cannot be
    read, `selectie_fout` says why and the next page starts at `hoogste_stempel`.
    """

    gevallen: tuple[Verzuimgeval | OnbruikbaarGeval, ...]
    volgende_selectie: Selectie | None
    selectie_fout: str | None
    document_id: str | None
    ontvangende_instantie: str | None

    @property
    def hoogste_stempel(self) -> datetime | None:
        """The latest mutation stamp in this delivery that could be read, None when there is none."""
        return max((g.laatste_mutatie for g in self.gevallen if g.laatste_mutatie is not None), default=None)


class Bevestiging(NamedTuple):
    """DC0001: DUO accepted a mutation; `laatste_mutatie` is the new stamp of the melding."""

    laatste_mutatie: datetime
    document_id: str | None


_TIJD = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}")
_TIJDSTIP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?")


def _datum(tekst: str) -> date | str:
    if len(tekst) == 10 and tekst[4] == tekst[7] == "-" and tekst.isascii():
        try:
            return date.fromisoformat(tekst)
        except ValueError:
            return tekst
    return tekst


def _tijdstip(tekst: str) -> datetime | str:
    if _TIJDSTIP.fullmatch(tekst):
        try:
            return datetime.fromisoformat(tekst)
        except ValueError:
            return tekst
    return tekst


def _stempel(datum: str | None, tijd: str | None) -> datetime | str | None:
    if datum is None or tijd is None:
        return None
    dag = _datum(datum)
    if isinstance(dag, str) or not _TIJD.fullmatch(tijd):
        return f"{datum}T{tijd}"
    return datetime.combine(dag, time.fromisoformat(tijd))


def _bsn(tekst: str) -> Bsn | str:
    """The BSN; the empty text, which the model refuses, when it is none. Digits of other scripts are no digits."""
    try:
        return Bsn(tekst) if tekst.isascii() else ""
    except OngeldigeBsn:
        return ""


def _getal(tekst: str) -> int | str:
    return int(tekst) if len(tekst) <= 4 and tekst.isascii() and tekst.isdigit() else tekst


def _nummer(tekst: str) -> str:
    """A meldingsnummer is a number at DUO: zeros in front do not make it another one."""
    return (tekst.lstrip("0") or "0") if tekst.isascii() and tekst.isdigit() and len(tekst) <= 18 else tekst


def _code(lijst: dict[str, Any]) -> Callable[[str], Any]:
    return lambda tekst: lijst.get(tekst, tekst)


# What a text becomes; a text that does not fit stays as it is, and the model then refuses it by its strict types.
_OMZETTEN: Final[dict[str, Callable[[str], Any]]] = {
    "bsn": _bsn,
    "meldingsnummer": _nummer,
    "status": _code({code.value: code for code in MeldingStatus}),
    "verzuimsoort": _code({code.value: code for code in Verzuimsoort}),
    "begindatum": _datum,
    "einddatum": _datum,
    "datum": _datum,
    "meld_datum_tijd": _tijdstip,
    "alle_lessen_gemist": _code(namen.JA_NEE),
    "actie_gemeente_gewenst": _code(namen.JA_NEE),
    "hele_dag": _code(namen.JA_NEE),
    "lesuren": _getal,
}


class _Deel(NamedTuple):
    """What an element of the message is to us.

    A leaf has no `tak`: its text goes to `naam`, through `zet_om` if there is one. A group has a `tak`; its leaves go
    to the sub-model `naam`, to a new item of the list `naam` when it repeats, or to the parent when it has no name.
    """

    naam: str
    zet_om: Callable[[str], Any] | None = None
    tak: "dict[str, _Deel] | None" = None
    herhaalt: bool = False


def _bouw_boom(velden: Mapping[str, tuple[str, ...]], herhaald: Mapping[str, _Deel], groep: str) -> dict[str, _Deel]:
    """The table of names as a tree of tags, so that reading a message is one lookup per element.

    `velden` maps a field to what is left of its path; all fields below one element are in one sub-model or none.
    """
    boom = {namen.gw(naam): deel for naam, deel in herhaald.items() if "/" not in naam}
    for kop in dict.fromkeys(pad[0] for pad in velden.values()):
        onder = {veld: pad[1:] for veld, pad in velden.items() if pad[0] == kop}
        veld = next(iter(onder))
        if onder[veld] == ():
            naam = veld.rpartition(".")[2]
            boom[namen.gw(kop)] = _Deel(naam, _OMZETTEN.get(naam))
            continue
        naam = veld.rpartition(".")[0]
        dieper = {pad.removeprefix(f"{kop}/"): deel for pad, deel in herhaald.items() if pad.startswith(f"{kop}/")}
        boom[namen.gw(kop)] = _Deel(naam if naam != groep else "", tak=_bouw_boom(onder, dieper, naam))
    return boom


def _boom_van_een_geval() -> dict[str, _Deel]:
    dag = _bouw_boom({veld: (naam,) for veld, naam in namen.VERZUIMDAG_VELDEN.items()}, {}, "")
    herhaald = {namen.VERZUIMDAG: _Deel("verzuimdagen", tak=dag, herhaalt=True)}
    return _bouw_boom({veld: tuple(pad.split("/")) for veld, pad in namen.VELDEN.items()}, herhaald, "")


_BOOM: Final = _boom_van_een_geval()


class _Dubbel(Exception):
    """A field that may occur once occurs more often."""


def _vul(element: etree._Element, boom: dict[str, _Deel], doel: dict[str, Any]) -> None:
    """Collect the known leaves below `element`; an unknown element is something DUO added, and is skipped."""
    for kind in element:
        deel = boom.get(kind.tag)  # type: ignore[arg-type]  # comments and PIs, whose tag is no text, were removed
        if deel is None:
            continue
        naam, zet_om, tak, herhaalt = deel
        if tak is None:
            tekst = kind.text
            if tekst and (tekst := tekst.strip()):
                if naam in doel:
                    raise _Dubbel(naam)
                doel[naam] = zet_om(tekst) if zet_om else tekst
        elif herhaalt:
            item: dict[str, Any] = {}
            doel.setdefault(naam, []).append(item)
            _vul(kind, tak, item)
        else:
            _vul(kind, tak, doel if not naam else doel.setdefault(naam, {}))


def _voeg_samen(velden: dict[str, Any]) -> None:
    """Join what travels in two elements: the mutation stamp and the telephone numbers."""
    stempel = _stempel(velden.pop("laatste_mutatie_datum", None), velden.pop("laatste_mutatie_tijd", None))
    if stempel is not None:
        velden["laatste_mutatie"] = stempel
    for groep, naam in (velden.get("melder"), "telefoon"), (velden, "telefoon_leerling_of_ouder"):
        if groep is not None:
            netnummer, nummer = groep.pop(f"{naam}_netnummer", None), groep.pop(f"{naam}_abonneenummer", None)
            if netnummer or nummer:
                groep[naam] = "-".join(deel for deel in (netnummer, nummer) if deel)


def _lees_geval(element: etree._Element, volgnummer: int) -> Verzuimgeval | OnbruikbaarGeval:
    velden: dict[str, Any] = {}
    try:
        _vul(element, _BOOM, velden)
        _voeg_samen(velden)
        return Verzuimgeval.model_validate(velden)
    except _Dubbel as fout:
        veld, reden = str(fout), "komt meer dan eens voor"
    except ValidationError as fout:
        veld, reden = eerste_reden(fout)
    nummer, stempel = velden.get("meldingsnummer"), velden.get("laatste_mutatie")
    leesbaar = (
        isinstance(nummer, str) and re.fullmatch(r"[0-9]{1,18}", nummer) and not veld.startswith("meldingsnummer")
    )
    return OnbruikbaarGeval(
        meldingsnummer=nummer if leesbaar else None,
        laatste_mutatie=bruikbaar(stempel) if isinstance(stempel, datetime) else None,
        veld=veld,
        plek=f"{namen.VERZUIMGEVAL}[{volgnummer}], regel {element.sourceline}",
        reden=reden,
        ruw=SecretBytes(etree.tostring(element, encoding="utf-8", with_tail=False)),
    )


def _lees_selectie(document: etree._Element) -> tuple[Selectie | None, str | None]:
    periode = document.find(namen.gw(namen.SELECTIEPERIODE))
    if periode is None or len(periode) == 0:
        return None, None
    stempel = _stempel(
        periode.findtext(namen.gw(namen.SELECTIE_DATUM)), periode.findtext(namen.gw(namen.SELECTIE_TIJD))
    )
    if isinstance(stempel, datetime) and bruikbaar(stempel):
        return Selectie.vanaf(stempel), None
    return None, "geen geldige datum en tijd (JJJJ-MM-DD en UU:MM:SS.mmm)"


def _weiger_vreemde_gevallen(document: etree._Element) -> None:
    """A Verzuimgeval in another namespace is not something DUO added: skipping it would lose meldingen unseen."""
    for kind in document:
        if kind.tag != namen.gw(namen.VERZUIMGEVAL) and etree.QName(kind).localname == namen.VERZUIMGEVAL:
            raise OngeldigBericht(namen.VERZUIMGEVAL, f"regel {kind.sourceline}", "staat in een andere namespace")


def lees_levering(xml: bytes, *, max_bytes: int) -> Levering:
    """Read DC0011 LeveringMeldingRelatiefVerzuim; a bad Verzuimgeval becomes an `OnbruikbaarGeval`, the rest goes on.

    Raises `OngeldigBericht` when the document as a whole cannot be used, `DuoFoutmelding` when DUO refused the request.
    """
    document = lees_document(xml, max_bytes, namen.DC0011)
    _weiger_vreemde_gevallen(document)
    elementen = document.iterchildren(namen.gw(namen.VERZUIMGEVAL))
    gevallen = tuple(_lees_geval(element, nummer) for nummer, element in enumerate(elementen, start=1))
    selectie, selectie_fout = _lees_selectie(document)
    return Levering(
        gevallen,
        selectie,
        selectie_fout,
        document.findtext(namen.gw(namen.DOCUMENT_ID)),
        document.findtext(namen.gw(namen.ONTVANGER)),
    )


def lees_geval(xml: bytes, *, max_bytes: int) -> Verzuimgeval | OnbruikbaarGeval:
    """Read one Verzuimgeval that stands by itself, such as one that was mended; raises `OngeldigBericht` like above."""
    return _lees_geval(lees_element(xml, max_bytes, namen.VERZUIMGEVAL), 1)


def lees_bevestiging(xml: bytes, *, max_bytes: int) -> Bevestiging:
    """Read DC0001 Bevestiging; its DatumBedrijfsdocument is the new stamp of the melding.

    Raises `OngeldigBericht` when the answer cannot be read, `DuoFoutmelding` when DUO refused the mutation.
    """
    document = lees_document(xml, max_bytes, namen.DC0001)
    stempel = _tijdstip(document.findtext(namen.gw(namen.DOCUMENT_DATUM)) or "")
    if isinstance(stempel, str):
        raise OngeldigBericht(namen.DOCUMENT_DATUM, namen.DC0001, "geen geldig tijdstip")
    return Bevestiging(stempel, document.findtext(namen.gw(namen.DOCUMENT_ID)))
