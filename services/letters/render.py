"""From a `Brief` to an accessible PDF, the same bytes for the same letter.

Typst enforces both PDF/A-2a (ISO 19005-2, for the archive) and PDF/UA-1 (ISO 14289-1, for those who cannot see).

Personal data enters Typst as JSON strings in `sys_inputs` and leaves in the PDF only: a string is printed as it is,
never read as markup, and what Typst says about an error (it quotes the text) goes no further than this module.
"""

import hashlib
import json
import re
import threading
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

import typst
from pydantic import SecretStr

from services.letters.huisstijlen import Huisstijl, Huisstijlen
from services.letters.model import (
    Brief,
    BriefOnvolledig,
    Briefsoort,
    geheime_velden,
    ontbrekende_elementen,
    verplichte_elementen,
)

_LANGSTE_WOORD = 30
"""A longer run of characters without a space may be broken, after every ten of them, to stay on the paper."""
_STUK = 10
_MAANDEN = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)
_DAGEN = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"]
_BEWAKING = '\n#import "/kader/brief.typ": bewaak-elementen\n#bewaak-elementen()\n'
"""Goes behind every template, so that one without the shared frame is guarded as well."""
_PROEF = b'#set document(title: "proef")\n#json(bytes(sys.inputs.brief))'
_PAGINAS = re.compile(rb"/Type ?/Pages ?/Count (\d+)")


class OpmaakMislukt(Exception):
    """A letter could not be typeset; names the template and a reason, never a value."""

    def __init__(self, briefsoort: Briefsoort, reden: str) -> None:
        super().__init__(f"{briefsoort.value}: {reden}")
        self.briefsoort = briefsoort
        self.reden = reden


@dataclass(frozen=True)
class Opgemaakt:
    """A finished letter: the PDF, its SHA-256 (hex) and the number of pages; prints without its content."""

    pdf: bytes = field(repr=False)
    sha256: str
    paginas: int


def datum_lang(dag: date) -> str:
    """ "3 maart 2025", as a letter writes it."""
    return f"{dag.day} {_MAANDEN[dag.month - 1]} {dag.year}"


def dag_en_datum(dag: date) -> str:
    """ "maandag 3 maart 2025", for an appointment."""
    return f"{_DAGEN[dag.weekday()]} {datum_lang(dag)}"


def tijd_kort(tijd: time) -> str:
    """ "9.30", the Dutch way."""
    return f"{tijd.hour}.{tijd.minute:02d}"


def drukbaar(tekst: str) -> str:
    """`tekst` on one line: composed (NFC), control characters as spaces, invisible format characters left out.

    Format characters include those that turn the direction of what follows. A text with letters that run from right
    to left is isolated, so that it cannot change the order of its neighbours.
    Words longer than 30 characters get places where the line may break.
    """
    tekens = (
        " " if unicodedata.category(t) in {"Cc", "Zl", "Zp"} else t
        for t in unicodedata.normalize("NFC", tekst)
        if unicodedata.category(t) != "Cf"
    )
    regel = " ".join(_breekbaar(woord) for woord in "".join(tekens).split())
    naar_links = any(unicodedata.bidirectional(t) in {"R", "AL"} for t in regel)
    return f"\u2068{regel}\u2069" if naar_links else regel


def _breekbaar(woord: str) -> str:
    if len(woord) <= _LANGSTE_WOORD:
        return woord
    return "\u200b".join(woord[i : i + _STUK] for i in range(0, len(woord), _STUK))


class _Fout(NamedTuple):
    """What Typst objected to, without the text it quoted."""

    element: str | None
    reden: str
    teken: bool = False


class Renderer:
    """Typesets letters; may be shared by the threads of a pool.

    A Typst compiler refuses to be entered twice, so each thread gets its own, kept for the next letter.
    """

    def __init__(self, huisstijlen: Huisstijlen) -> None:
        self._huisstijlen = huisstijlen
        self._lokaal = threading.local()
        self._inputs = {code: _huisstijl_inputs(stijl) for code, stijl in huisstijlen.gemeenten.items()}

    def render(self, brief: Brief) -> Opgemaakt:
        """Typeset `brief`.

        Raises `BriefOnvolledig` when data or a passage of an obligatory element is missing, `OnbekendeGemeente`
        when there is no huisstijl, `OpmaakMislukt` for everything else (a character no font has, an address too
        long for the window, a broken template).
        """
        if ontbreekt := ontbrekende_elementen(brief):
            raise BriefOnvolledig(brief.briefsoort, ontbreekt)
        sjabloon = self._huisstijlen.sjabloon(brief.gemeente, brief.briefsoort)
        if leeg := [veld for veld, waarde in geheime_velden(brief) if not drukbaar(waarde.get_secret_value())]:
            raise OpmaakMislukt(brief.briefsoort, f"{leeg[0]}: bevat geen leesbare tekens")
        uitkomst = self._zet(brief, sjabloon)
        if isinstance(uitkomst, bytes):
            return Opgemaakt(uitkomst, hashlib.sha256(uitkomst).hexdigest(), _tel_paginas(uitkomst))
        if uitkomst.element is not None:
            raise BriefOnvolledig(brief.briefsoort, (uitkomst.element,))
        veld = self._veld_zonder_letterbeeld(brief) if uitkomst.teken else None
        raise OpmaakMislukt(brief.briefsoort, f"{veld}: {uitkomst.reden}" if veld else uitkomst.reden)

    def _zet(self, brief: Brief, sjabloon: str) -> bytes | _Fout:
        inputs = {**self._inputs[brief.gemeente], "brief": json.dumps(_gegevens(brief))}
        return self._compileer((sjabloon + _BEWAKING).encode(), inputs, brief)

    def _compileer(self, bron: bytes, inputs: dict[str, str], brief: Brief) -> bytes | _Fout:
        """The PDF, dated on the dagtekening, or what went wrong; raising here would carry Typst's words along."""
        moment = datetime.combine(brief.dagtekening, time(12), UTC)
        try:
            pdf, _ = self._compiler().compile_with_warnings(
                input=bron, format="pdf", sys_inputs=inputs, pdf_standards=["a-2a", "ua-1"], timestamp=moment
            )
        except Exception as fout:
            return _duid(str(fout), brief.briefsoort)
        return pdf if isinstance(pdf, bytes) else _Fout(None, "het sjabloon levert geen PDF")

    def _compiler(self) -> typst.Compiler:
        if not hasattr(self._lokaal, "compiler"):
            self._lokaal.compiler = typst.Compiler(root=self._huisstijlen.sjablonen, ignore_system_fonts=True)
        compiler: typst.Compiler = self._lokaal.compiler
        return compiler

    def _veld_zonder_letterbeeld(self, brief: Brief) -> str | None:
        """The field with a character that no font has, found by setting each on its own; slow, but rarely needed."""
        for veld, waarde in geheime_velden(brief):
            tekst = json.dumps(drukbaar(waarde.get_secret_value()))
            if not isinstance(self._compileer(_PROEF, {"brief": tekst}, brief), bytes):
                return veld
        return None


def _duid(melding: str, briefsoort: Briefsoort) -> _Fout:
    """Turn Typst's words into ours: what it says is compared, never passed on, for it may quote the letter."""
    for element in verplichte_elementen(briefsoort):
        if melding == f"panicked with: schakel:element:{element.naam}":
            return _Fout(element.naam, "onvolledig")
    if melding == "panicked with: schakel:venster":
        return _Fout(None, "het adres past niet in het venster van de envelop")
    if re.match(r"PDF/[^:]*error: the (text|PDF contains the codepoint)", melding):
        return _Fout(None, "een teken kan niet worden gedrukt", teken=True)
    return _Fout(None, "het sjabloon kan niet worden opgemaakt")


def _huisstijl_inputs(stijl: Huisstijl) -> dict[str, str]:
    return {"huisstijl": stijl.model_dump_json(exclude={"logo"}), "logo": stijl.logo}


def _gegevens(brief: Brief) -> dict[str, Any]:
    """What the template sees: texts ready to print, dates written out, and the elements it must contain."""

    def open_(waarde: SecretStr) -> str:
        return drukbaar(waarde.get_secret_value())

    def datum(dag: date | None) -> str | None:
        return None if dag is None else datum_lang(dag)

    gesprek, verzuim = brief.gesprek, brief.verzuim
    return {
        "kenmerk": brief.kenmerk,
        "dagtekening": datum_lang(brief.dagtekening),
        "naamregel": open_(brief.geadresseerde.naamregel),
        "aanhef": open_(brief.geadresseerde.aanhef),
        "adresregels": [open_(regel) for regel in brief.geadresseerde.adresregels],
        "rol": brief.geadresseerde.rol.value,
        "jongere_naam": open_(brief.jongere_naam),
        "ondertekenaar": {
            "naam": open_(brief.ondertekenaar.naam),
            "functie": drukbaar(brief.ondertekenaar.functie),
        },
        "gesprek": None
        if gesprek is None
        else {
            "datum": dag_en_datum(gesprek.datum),
            "tijd": None if gesprek.tijd is None else tijd_kort(gesprek.tijd),
            "plaats": None if gesprek.plaats is None else open_(gesprek.plaats),
        },
        "verzuim": {
            "uren": verzuim.uren,
            "aantal_te_laat": verzuim.aantal_te_laat,
            "periode_van": datum(verzuim.periode_van),
            "periode_tot": datum(verzuim.periode_tot),
        },
        "afspraken": [open_(afspraak) for afspraak in brief.afspraken],
        "eerdere_brief": datum(brief.eerdere_brief),
        "elementen": [{"naam": e.naam, "woorden": e.woorden} for e in verplichte_elementen(brief.briefsoort)],
    }


def _tel_paginas(pdf: bytes) -> int:
    """The size of the page tree, which Typst writes uncompressed; its root counts all pages."""
    return max(int(aantal) for aantal in _PAGINAS.findall(pdf))
