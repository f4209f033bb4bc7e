"""From samples to figures: medians with their spread, ratios per round, and whether the aims were met."""

import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import psutil
from rich.console import Console
from rich.table import Table

from bench.footprint import Footprint

AIMS: Final = (
    ("hub_over_naive", ">=", 40.0),
    ("hub_over_limit", ">=", 0.7),
    ("hub_p99_ms", "<=", 30.0),
    ("idle_rss_mb", "<=", 200.0),
    ("ready_s", "<=", 4.0),
)


@dataclass
class Samples:
    """What was measured of one side."""

    chains: list[int] = field(default_factory=list)
    events: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    servers: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    rss_mb: float = 0.0

    def add_round(self, *, chains: int, events: int, seconds: float, cpu: float, servers: float) -> None:
        """Adds a round."""
        self.chains.append(chains)
        self.events.append(events)
        self.seconds.append(seconds)
        self.cpu.append(cpu)
        self.servers.append(servers)

    @property
    def rates(self) -> list[float]:
        """Chains a second, per round."""
        return [chains / seconds for chains, seconds in zip(self.chains, self.seconds, strict=True)]

    def figures(self) -> dict[str, Any]:
        """The figures of this side."""
        events, chains = sum(self.events), sum(self.chains)
        return {
            "chains_per_s": spread(self.rates),
            "events_per_s": spread([e / s for e, s in zip(self.events, self.seconds, strict=True)]),
            "events_per_chain": round(events / chains, 2),
            "cpu_us_per_event": round(1e6 * sum(self.cpu) / events, 1),
            "cpu_us_per_chain": round(1e6 * sum(self.cpu) / chains),
            "servers_cpu_us_per_chain": round(1e6 * sum(self.servers) / chains),
            "p50_ms": round(percentile(self.milliseconds, 50), 2),
            "p99_ms": round(percentile(self.milliseconds, 99), 2),
            "latency_samples": len(self.milliseconds),
            "rss_mb": round(self.rss_mb),
        }


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, lowest and highest."""
    return {
        "median": round(statistics.median(values), 3),
        "min": round(min(values), 3),
        "max": round(max(values), 3),
    }


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which `percent` per cent of the values lie, by interpolation; needs two values."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def document(samples: dict[str, Samples], letters: float, footprint: Footprint) -> dict[str, Any]:
    """All figures.

    Ratios are of chains a second, the same work on each side, per round: the rounds that took turns belong together.
    """
    hub = samples["hub"].rates
    over = {
        name: spread([h / other for h, other in zip(hub, samples[side].rates, strict=True)])
        for name, side in (("hub_over_naive", "naive"), ("hub_over_limit", "limit"))
    }
    result: dict[str, Any] = {
        "machine": machine(),
        "sides": {name: side.figures() for name, side in samples.items()},
        "hub_over_naive": over["hub_over_naive"]["median"],
        "hub_over_limit": over["hub_over_limit"]["median"],
        "ratios_per_round": over,
        "hub_over_naive_events": round(_events(samples["hub"]) / _events(samples["naive"]), 1),
        "hub_p99_ms": round(percentile(samples["hub"].milliseconds, 99), 2),
        "letters_per_s": round(letters, 1),
        **{name: round(value, 2) for name, value in asdict(footprint).items()},
    }
    result["idle_rss_mb"] = result.pop("rss_mb")
    result["aims"] = [
        {"figure": name, "aim": f"{sign} {bound:g}", "found": result[name], "met": met(result[name], sign, bound)}
        for name, sign, bound in AIMS
    ]
    return result


def _events(samples: Samples) -> float:
    """Events a second over all rounds."""
    return sum(samples.events) / sum(samples.seconds)


def machine() -> dict[str, Any]:
    """What the figures were found on, and how busy it was."""
    return {"processors": psutil.cpu_count(), "python": platform.python_version(), "load": psutil.getloadavg()}


def met(found: float, sign: str, bound: float) -> bool:
    """Whether an aim was met."""
    return found >= bound if sign == ">=" else found <= bound


_ROWS: Final = (
    ("ketens per seconde", "chains_per_s"),
    ("gebeurtenissen per seconde", "events_per_s"),
    ("gebeurtenissen per keten", "events_per_chain"),
    ("processortijd per gebeurtenis (µs)", "cpu_us_per_event"),
    ("processortijd per keten (µs)", "cpu_us_per_chain"),
    ("idem, van de servers (µs)", "servers_cpu_us_per_chain"),
    ("keten bij lage last, p50 (ms)", "p50_ms"),
    ("keten bij lage last, p99 (ms)", "p99_ms"),
    ("werkgeheugen (MB)", "rss_mb"),
)


def show(result: dict[str, Any]) -> None:
    """Prints the figures for people."""
    sides = result["sides"]
    table = Table(title="Keten van melding tot afgehandeld: mediaan (laagste..hoogste) van de ronden")
    table.add_column("")
    for name in sides:
        table.add_column({"naive": "naief", "hub": "Schakel", "limit": "grens"}[name], justify="right")
    for label, key in _ROWS:
        table.add_row(label, *(_cell(side[key]) for side in sides.values()))
    console = Console(width=120)
    console.print(table)
    aims = Table(title="Streefwaarden")
    for column in ("", "streef", "gemeten", ""):
        aims.add_column(column)
    for aim in result["aims"]:
        aims.add_row(aim["figure"], aim["aim"], f"{aim['found']:g}", "gehaald" if aim["met"] else "niet gehaald")
    console.print(aims)
    console.print(
        f"Brieven met echte opmaak, een thread: {result['letters_per_s']} per seconde. "
        f"Processor in rust: {result['idle_cpu_percent']} %."
    )


def _cell(value: float | dict[str, float]) -> str:
    if isinstance(value, dict):
        return f"{value['median']:,.0f} ({value['min']:,.0f}..{value['max']:,.0f})"
    return f"{value:,g}"
