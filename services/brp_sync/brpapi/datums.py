"""The four kinds of dates of the BRP API, in the eight digits of the register."""

import re

from services.brp_sync.brpapi.lezer import Lezer, Onleesbaar

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def datum(deel: Lezer, naam: str) -> str | None:
    """JJJJMMDD with zeros for what is not known; None when there is no date. Raises `Onleesbaar`.

    The kinds are Datum, JaarMaandDatum, JaarDatum and DatumOnbekend; the text `langFormaat` is for people.
    """
    if naam not in deel:
        return None
    gegeven = deel.deel(naam)
    soort = gegeven.tekst("type")
    if soort == "Datum":
        return _volledig(gegeven)
    if soort == "DatumOnbekend":
        return "00000000"
    if soort in ("JaarDatum", "JaarMaandDatum"):
        return f"{_getal(gegeven, 'jaar'):04}{_getal(gegeven, 'maand') if soort == 'JaarMaandDatum' else 0:02}00"
    raise Onleesbaar(gegeven.plek("type"), "onbekende soort datum")


def _volledig(gegeven: Lezer) -> str:
    tekst = gegeven.tekst("datum")
    if tekst is None or not _ISO.fullmatch(tekst):
        raise Onleesbaar(gegeven.plek("datum"), "geen datum JJJJ-MM-DD")
    return tekst.replace("-", "")


def _getal(gegeven: Lezer, naam: str) -> int:
    waarde = gegeven.getal(naam)
    if waarde is None or not 1 <= waarde <= (12 if naam == "maand" else 9999):
        raise Onleesbaar(gegeven.plek(naam), "ontbreekt of valt buiten de kalender")
    return waarde
