"""Logs, metrics and traces: what happened to which id, never what a message said.

Log events are snake_case past participles and are listed in docs/log-events.md; a test keeps the list complete.
Metrics are bound once per service. A span is made per handled event when an exporter is configured; without one the
`traceparent` of an event still travels through the whole chain.
"""

import math
import os
import re
import sys
from collections import Counter as Tally
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import stamina.instrumentation
import structlog
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()

_HANDLED = Counter(
    "schakel_gebeurtenissen_verwerkt", "Verwerkte gebeurtenissen", ["service", "type", "gemeente"], registry=REGISTRY
)
_DUPLICATES = Counter("schakel_gebeurtenissen_dubbel", "Overgeslagen herhalingen", ["service"], registry=REGISTRY)
_FAILED = Counter("schakel_gebeurtenissen_mislukt", "Mislukte pogingen", ["service", "klasse"], registry=REGISTRY)
_PUBLISHED = Counter("schakel_gebeurtenissen_gepubliceerd", "Door NATS bevestigd", ["service"], registry=REGISTRY)
_WAITING = Gauge("schakel_wachtrij", "Gebeurtenissen die wachten", ["service", "staat"], registry=REGISTRY)
_UNPUBLISHED = Gauge("schakel_outbox_onverzonden", "Vastgelegd en nog niet bevestigd", ["service"], registry=REGISTRY)
_CIRCUIT = Gauge("schakel_keten_open", "1 als een partner onbereikbaar is", ["service"], registry=REGISTRY)
_READY = Gauge("schakel_gereed", "1 als de service haar werk kan doen", ["service"], registry=REGISTRY)
_BATCH = Histogram(
    "schakel_batch", "Gebeurtenissen per transactie", ["service"], buckets=(1, 4, 16, 64, 256, 1000), registry=REGISTRY
)
_SECONDS = Histogram(
    "schakel_batch_seconden", "Duur van een transactie met uitgaande berichten", ["service"], registry=REGISTRY
)
REFUSED = Gauge(
    "schakel_bestanden_geweigerd", "1 als gewijzigde bestanden niet kloppen", ["service"], registry=REGISTRY
)
TERMIJNEN = Gauge("schakel_termijnen", "Termijnen van zaken", ["service", "gemeente", "stand"], registry=REGISTRY)
SIGNALS = Gauge("schakel_brp_signalen", "Signalen van de BRP", ["stand"], registry=REGISTRY)
CERTIFICATE = Gauge(
    "schakel_certificaat_verloopt_over_seconden",
    "Seconden tot een certificaat verloopt; 0 of minder als het niet (meer) te gebruiken is",
    ["naam"],
    registry=REGISTRY,
)
QUARANTINED = Counter("schakel_quarantaine", "Onbruikbare invoer", ["service", "bron", "veld"], registry=REGISTRY)
_QUARANTINE_OPEN = Gauge(
    "schakel_quarantaine_open", "Onbruikbare invoer die wacht", ["service", "bron", "veld"], registry=REGISTRY
)
_SILENT = Gauge(
    "schakel_bron_stil_seconden", "Werktijd sinds het laatste bericht", ["service", "bron"], registry=REGISTRY
)
_USUAL = Gauge(
    "schakel_bron_gewoon_seconden", "Tot zoveel werktijd stil is gewoon", ["service", "bron"], registry=REGISTRY
)

_MOST_VELDEN = 100
_LIST_INDEX = re.compile(r"(?<=[A-Za-z_])[.\[][0-9]+\]?(?=\.|$)")
_velden: dict[str, set[str]] = {}


def bounded_veld(bron: str, veld: str) -> str:
    """The name of a field as a label: without positions in lists; from the hundredth of a source on "overig"."""
    name, known = _LIST_INDEX.sub("", veld)[:60], _velden.setdefault(bron, set())
    if name not in known and len(known) >= _MOST_VELDEN:
        return "overig"
    known.add(name)
    return name


def configure_logging(level: str = "info", path: Path | None = None) -> None:
    """JSON lines in UTC, on stderr or in a file; called once by the process that starts services."""
    stamina.instrumentation.set_on_retry_hooks(())  # its own lines would not be in our list of log events
    target = path.open("a", encoding="utf-8", buffering=1) if path is not None else sys.stderr
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            {"debug": 10, "info": 20, "warning": 30, "error": 40}[level]
        ),
        logger_factory=structlog.WriteLoggerFactory(file=target),
        cache_logger_on_first_use=True,
    )


class ServiceMetrics:
    """The metrics of one service, bound once."""

    def __init__(self, service: str) -> None:
        self._service = service
        self.duplicates = _DUPLICATES.labels(service)
        self.published = _PUBLISHED.labels(service)
        self.unpublished = _UNPUBLISHED.labels(service)
        self.circuit = _CIRCUIT.labels(service)
        self.ready = _READY.labels(service)
        self.batch = _BATCH.labels(service)
        self.seconds = _SECONDS.labels(service)

    def handled(self, what: Iterable[tuple[str, str]]) -> None:
        """Counts (event name, gemeente) pairs."""
        for (name, gemeente), number in Tally(what).items():
            _HANDLED.labels(self._service, name, gemeente).inc(number)

    def failed(self, error_class: str) -> None:
        """Counts one failed try."""
        _FAILED.labels(self._service, error_class).inc()

    def waiting(self, per_state: dict[str, int]) -> None:
        """Sets the size of the waiting room per state."""
        for state in ("wacht", "opnieuw", "geparkeerd"):
            _WAITING.labels(self._service, state).set(per_state.get(state, 0))


class SourceMetrics:
    """What is open in quarantine and how long each source is silent, of one service."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._shown: set[tuple[str, str]] = set()

    def quarantined(self, open_items: Iterable[tuple[str, str, int]]) -> None:
        """Sets the number of open items per (bron, veld); what is no longer open becomes zero."""
        numbers: Tally[tuple[str, str]] = Tally()
        for bron, veld, number in open_items:
            numbers[bron, bounded_veld(bron, veld)] += number
        self._shown |= numbers.keys()
        for bron, veld in self._shown:
            _QUARANTINE_OPEN.labels(self._service, bron, veld).set(numbers[bron, veld])

    def silence(self, bron: str, silent: float, usual: float | None) -> None:
        """Sets how long a source is silent and up to where that is usual, in seconds; not known yet shows as +Inf."""
        _SILENT.labels(self._service, bron).set(silent)
        _USUAL.labels(self._service, bron).set(math.inf if usual is None else usual)


def new_traceparent() -> str:
    """A fresh W3C trace context for something that enters the hub."""
    return f"00-{os.urandom(16).hex()}-{os.urandom(8).hex()}-01"


class Tracing:
    """Makes one span per handled event when a tracer provider is set; otherwise passes the context on."""

    def __init__(self, service: str) -> None:
        self._service = service
        provider = trace.get_tracer_provider()
        recording = not isinstance(provider, trace.ProxyTracerProvider | trace.NoOpTracerProvider)
        self._tracer = provider.get_tracer("schakel") if recording else None

    def handled(self, name: str, parent: str | None, attributes: dict[str, Any]) -> str | None:
        """The traceparent for what follows from handling `name`."""
        if self._tracer is None:
            return parent
        context = trace.set_span_in_context(NonRecordingSpan(_parse(parent))) if parent else None
        span = self._tracer.start_span(f"{self._service} {name}", context=context, kind=SpanKind.CONSUMER)
        span.set_attributes(attributes)
        span.end()
        ctx = span.get_span_context()
        return f"00-{ctx.trace_id:032x}-{ctx.span_id:016x}-{int(ctx.trace_flags):02x}"


def _parse(traceparent: str) -> SpanContext:
    _, trace_id, span_id, flags = traceparent.split("-")
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))


def export_traces(endpoint: str) -> None:
    """Sends spans to an OTLP collector over HTTP."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "schakel"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(provider)
