"""Reading a file of a school: every row stands or falls alone, with its number, column and reason."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import SecretStr, ValidationError

from contracts.codes import MeldingStatus, Verzuimsoort
from hub.privacy import Bsn, OngeldigeBsn
from services.ingest_duo.fouten import OngeldigBericht, eerste_reden
from services.ingest_duo.model import Verzuimgeval
from services.ingest_duo.school.kaart import Schoolkaart, kies

MAX_RIJEN = 20_000
MAX_CEL = 10_000
_HEEL = "heel"


@dataclass(frozen=True, slots=True)
class Rij:
    """One row as it stands in the file: its number (the header is 1) and its cells by column."""

    nummer: int
    cellen: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rijfout:
    """A row that cannot be used."""

    rij: Rij
    kolom: str
    veld: str
    reden: str


@dataclass(frozen=True, slots=True)
class Bestand:
    """A file of a known layout."""

    kaart: Schoolkaart
    rijen: Sequence[Rij]


def lees_bestand(inhoud: bytes, kaarten: Sequence[Schoolkaart], naam: str | None = None) -> Bestand:
    """The rows of a CSV file, or of a JSON document `{"meldingen": [{kolom: waarde}]}`.

    Raises `OngeldigBericht` when the file as a whole cannot be used.
    """
    try:
        tekst = inhoud.decode("utf-8-sig")
    except UnicodeDecodeError as fout:
        raise OngeldigBericht("bestand", f"byte {fout.start}", "codering is geen geldige UTF-8") from None
    if tekst.lstrip().startswith("{"):
        return _uit_json(tekst, kaarten, naam)
    eerste, _, _ = tekst.partition("\n")
    for teken in dict.fromkeys(k.teken for k in kaarten):
        kop = [deel.strip().strip('"') for deel in eerste.rstrip("\r").split(teken)]
        if len(kop) > 1:
            break
    kaart = kies([k for k in kaarten if k.teken == teken] or kaarten, kop, naam)
    return Bestand(kaart, list(_rijen(tekst, kaart)))


def _rijen(tekst: str, kaart: Schoolkaart) -> Iterator[Rij]:
    lezer = csv.reader(io.StringIO(tekst, newline=""), delimiter=kaart.teken)
    try:
        kop = [deel.strip() for deel in next(lezer)]
        if len(kop) != len(set(kop)):
            raise OngeldigBericht("kolommen", "regel 1", "een kolom staat er twee keer in")
        for nummer, cellen in enumerate(lezer, start=2):
            if nummer > MAX_RIJEN + 1:
                raise OngeldigBericht("bestand", f"regel {nummer}", f"meer dan {MAX_RIJEN} rijen")
            if any(cel.strip() for cel in cellen):
                extra = {"": "teveel"} if len(cellen) > len(kop) else {}
                yield Rij(nummer, dict(zip(kop, cellen, strict=False)) | extra)
    except csv.Error:
        raise OngeldigBericht("bestand", f"regel {lezer.line_num}", "is geen leesbare CSV") from None


def _uit_json(tekst: str, kaarten: Sequence[Schoolkaart], naam: str | None) -> Bestand:
    try:
        document = json.loads(tekst)
        meldingen = document["meldingen"]
        rijen = [Rij(n, {str(k): _cel(v) for k, v in m.items()}) for n, m in enumerate(meldingen, start=1)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise OngeldigBericht("bestand", "document", 'verwacht {"meldingen": [{kolom: waarde}]}') from None
    if len(rijen) > MAX_RIJEN:
        raise OngeldigBericht("bestand", "document", f"meer dan {MAX_RIJEN} meldingen")
    kolommen = {kolom for rij in rijen for kolom in rij.cellen}
    return Bestand(kies(kaarten, kolommen, naam), rijen)


def _cel(waarde: Any) -> str:
    if isinstance(waarde, bool):
        return "ja" if waarde else "nee"
    if waarde is None:
        return ""
    if isinstance(waarde, str | int):
        return str(waarde)
    raise TypeError


def lees_rij(
    rij: Rij, kaart: Schoolkaart, *, uitvoerder: str, nu: datetime, nummer: Callable[[str], str]
) -> Verzuimgeval | Rijfout:
    """The melding of a row. `nu` is Dutch local time; `nummer` makes a meldingsnummer of what makes the melding one."""
    if "" in rij.cellen:
        return Rijfout(rij, "rij", "rij", "telt meer cellen dan de eerste regel kolommen noemt")
    velden: dict[str, Any] = {}
    for kolom, tekst in rij.cellen.items():
        veld, waarde = kaart.velden.get(kolom, ""), tekst.strip()
        if len(waarde) > MAX_CEL:
            return Rijfout(rij, kolom, veld, f"langer dan {MAX_CEL} tekens")
        if waarde:
            _zet(velden, veld, _waarde(kaart, veld, waarde))
    kenmerk, ingetrokken = velden.pop("kenmerk", None), velden.pop("ingetrokken", False)
    if not isinstance(ingetrokken, bool):
        return Rijfout(rij, kaart.kolom_van("ingetrokken"), "ingetrokken", "onbekende code")
    velden |= {
        "meldingsnummer": nummer(_eigenheid(velden, kenmerk)),
        "laatste_mutatie": nu.replace(microsecond=nu.microsecond // 1000 * 1000) + timedelta(milliseconds=rij.nummer),
        "status": MeldingStatus.INGETROKKEN if ingetrokken else MeldingStatus.GEREGISTREERD,
        "uitvoerder_vsv": uitvoerder,
    }
    try:
        return Verzuimgeval.model_validate({"school": {}, "melder": {}} | velden)
    except ValidationError as fout:
        veld, reden = eerste_reden(fout)
        groep = veld.partition(".")[0]
        bekend = veld if veld in kaart.velden.values() else groep
        return Rijfout(rij, kaart.kolom_van(bekend), veld, reden)


def _eigenheid(velden: Mapping[str, Any], kenmerk: str | None) -> str:
    """What makes it the same melding when it is read again: the school's own mark, or who, which kind, from when."""
    brin = str(velden.get("school", {}).get("brin", ""))
    if kenmerk:
        return f"{brin}|kenmerk|{kenmerk}"
    wie = velden.get("bsn") or velden.get("onderwijsnummer") or ""
    wie = wie.get_secret_value() if isinstance(wie, SecretStr) else str(wie)
    return f"{brin}|{wie}|{velden.get('verzuimsoort')}|{velden.get('begindatum')}"


def _zet(velden: dict[str, Any], veld: str, waarde: Any) -> None:
    groep, punt, naam = veld.partition(".")
    if punt:
        velden.setdefault(groep, {})[naam] = waarde
    else:
        velden[veld] = waarde


def _waarde(kaart: Schoolkaart, veld: str, tekst: str) -> Any:
    """What a cell becomes; one that does not fit stays text, and the model then refuses it by its strict types."""
    if veld in kaart.codes:
        code = kaart.codes[veld].get(tekst, tekst)
        return _soort(code) if veld == "verzuimsoort" else code
    if veld in ("begindatum", "einddatum"):
        return _datum(kaart, tekst)
    if veld == "meld_datum_tijd":
        dag = _datum(kaart, tekst)
        return datetime.combine(dag, datetime.min.time()) if isinstance(dag, date) else _tijdstip(tekst)
    if veld == "verzuimdagen":
        return tuple(_verzuimdag(kaart, deel) for deel in tekst.split(","))
    if veld == "bsn":
        return _bsn(tekst)
    return tekst


def _soort(code: str | bool) -> Any:
    return Verzuimsoort(code) if code in tuple(Verzuimsoort) else code


def _bsn(tekst: str) -> Any:
    try:
        return Bsn(tekst)
    except OngeldigeBsn:
        return ""


def _datum(kaart: Schoolkaart, tekst: str) -> date | str:
    try:
        return datetime.strptime(tekst, kaart.datumvorm).date()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        return tekst


def _tijdstip(tekst: str) -> datetime | str:
    try:
        return datetime.fromisoformat(tekst)
    except ValueError:
        return tekst


def _verzuimdag(kaart: Schoolkaart, deel: str) -> dict[str, Any]:
    """`<datum>=heel` or `<datum>=<lesuren>`."""
    dag, _, uren = deel.strip().partition("=")
    heel = uren.strip() == _HEEL
    lesuren = int(uren) if uren.strip().isascii() and uren.strip().isdigit() and len(uren) <= 4 else uren
    return {"datum": _datum(kaart, dag.strip()), "hele_dag": heel, "lesuren": None if heel else lesuren}
