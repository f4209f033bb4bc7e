"""Logboek Dataverwerkingen 1.0: one line per processing of data of one person, in the form of an OpenTelemetry span.

The record are the registers, written in the transaction of the processing itself; a line follows from a row there and
from nothing else, with ids that follow from it too. So no line can be lost or sampled away, and writing a line twice
gives the same line. A refusal is no failure: `status` tells of failures of systems only. No name of an official and
no data stand in a line (standard: logboek-dataverwerkingen, specificaties).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from hub.crypto import Kluis
from hub.errors import PartnerOnbereikbaar

PSEUDONIEM: Final = "urn:nld:schakel:pseudoniem:jongere"
"""What kind of number `dpl.core.data_subject_id` is; only this installation can make it from a jongere_id."""
_DOEL: Final = "logboek dataverwerkingen"


@dataclass(frozen=True, slots=True)
class Logregel:
    """One processing. `verwerking` is its URI in the register van verwerkingsactiviteiten, `aanroeper` that of who
    asked for it, if another application did."""

    bron: str
    naam: str
    span: UUID
    """What the ids follow from: the row in the register."""
    spoor: UUID
    """What belongs to the same effect has the same trace."""
    betrokkene: str
    verwerking: str
    begin: datetime
    eind: datetime
    aanroeper: str | None = None

    @property
    def trace_id(self) -> str:
        """16 bytes."""
        return sha256(b"trace" + self.spoor.bytes).hexdigest()[:32]

    @property
    def span_id(self) -> str:
        """8 bytes."""
        return sha256(b"span" + self.span.bytes).hexdigest()[:16]

    @property
    def attributes(self) -> dict[str, str]:
        """The fields of the standard."""
        found = {
            "dpl.core.processing_activity_id": self.verwerking,
            "dpl.core.data_subject_id": self.betrokkene,
            "dpl.core.data_subject_id_type": PSEUDONIEM,
        }
        return found | ({"dpl.core.foreign_operation.processor": self.aanroeper} if self.aanroeper else {})

    def als_dict(self) -> dict[str, Any]:
        """As the standard spells it: times in milliseconds since 1970."""
        return {
            "trace_id": self.trace_id,
            "span_id": self.span_id,
            "status": "Ok",
            "name": self.naam,
            "start_time": round(self.begin.timestamp() * 1000),
            "end_time": round(self.eind.timestamp() * 1000),
            "resource": {"attributes": {"service.name": self.bron}},
            "attributes": self.attributes,
        }


def pseudoniem(kluis: Kluis, jongere_id: UUID) -> str:
    """The number of a jongere in the logboek, from a key of this installation."""
    return kluis.index(str(jongere_id), _DOEL).hex()


def verstuur(endpoint: str, regels: Sequence[Logregel]) -> None:
    """Sends lines over OTLP and waits for the answer; raises `PartnerOnbereikbaar` when they were not taken.

    Sending them again does no harm: they bear the same ids.
    """
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import SpanExportResult

    exporter = OTLPSpanExporter(endpoint=endpoint)
    if exporter.export([_als_span(regel) for regel in regels]) is not SpanExportResult.SUCCESS:
        raise PartnerOnbereikbaar("het logboek", "de regels zijn niet aangenomen")


def _als_span(regel: Logregel) -> Any:
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import SpanContext, Status, StatusCode, TraceFlags

    return ReadableSpan(
        name=regel.naam,
        context=SpanContext(
            int(regel.trace_id, 16), int(regel.span_id, 16), is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED)
        ),
        resource=Resource({"service.name": regel.bron}),
        attributes=regel.attributes,
        status=Status(StatusCode.OK),
        start_time=round(regel.begin.timestamp() * 1_000_000) * 1000,
        end_time=round(regel.eind.timestamp() * 1_000_000) * 1000,
    )
