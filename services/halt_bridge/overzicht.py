"""The verzuimoverzicht that goes with a referral: the reported days as a small accessible PDF."""

import json
from datetime import UTC, date, datetime, time

import typst

from contracts.verstrek import Verzuimdag
from hub.errors import Ongeldig

_TEMPLATE = b"""
#let d = json(bytes(sys.inputs.overzicht))
#set document(title: "Verzuimoverzicht", date: auto)
#set text(lang: "nl", size: 10pt)
#set page(paper: "a4", margin: 2.5cm)
= Verzuimoverzicht
Gemelde dagen van #d.van tot en met #d.tot, kenmerk #d.kenmerk.
#if d.dagen.len() == 0 [De melding noemt geen afzonderlijke dagen.] else {
  table(columns: 2, table.header([Datum], [Verzuim]), ..d.dagen.flatten())
}
"""


def maak_overzicht(kenmerk: str, van: date, tot: date, dagen: tuple[Verzuimdag, ...], dagtekening: date) -> bytes:
    """A PDF/UA-1 with one row per reported day; the same input gives the same bytes."""
    rows = [[d.datum.isoformat(), "hele dag" if d.hele_dag else f"{d.lesuren or 0} lesuren"] for d in dagen]
    overzicht = {"kenmerk": kenmerk, "van": van.isoformat(), "tot": tot.isoformat(), "dagen": rows}
    try:
        pdf = typst.compile(
            _TEMPLATE,
            format="pdf",
            sys_inputs={"overzicht": json.dumps(overzicht)},
            pdf_standards=["ua-1"],
            ignore_system_fonts=True,
            timestamp=datetime.combine(dagtekening, time(12), UTC),
        )
    except Exception as error:
        raise Ongeldig("het overzicht kon niet worden opgemaakt", "verzuimoverzicht") from error
    if not isinstance(pdf, bytes):
        raise Ongeldig("het overzicht kon niet worden opgemaakt", "verzuimoverzicht")
    return pdf
