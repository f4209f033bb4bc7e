"""`schakel protocol list|check|diff|explain`: which versions there are, whether they fit, what changed, and why."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel
from rich.console import Console
from rich.markup import escape

from hub.errors import Ongeldig
from schakel.operations import plain_table
from services.cases.beleid import versie as label
from services.cases.gevolgen import GEVOLGEN
from services.cases.ontbreken import SIGNAAL_WAARDEN
from services.cases.protocol import GeenGeldigProtocol, Protocol, Protocolboek
from services.cases.regelwerk.regels import Regel

_NOT_THE_RULE = {"id", "soort", "waarom", "bron", "opmerking", "vervangt"}


def list_versions(boek: Protocolboek) -> list[dict[str, Any]]:
    """Every version of every protocol, with the day it starts and the day before the next one."""
    rows = []
    for naam in sorted(boek.namen):
        versies = boek.versies(naam)
        for versie, volgende in zip(versies, [*versies[1:], None], strict=True):
            rows.append(
                {
                    "protocol": naam,
                    "titel": versie.titel,
                    "geldig_vanaf": versie.geldig_vanaf,
                    "tot": volgende.geldig_vanaf if volgende else None,
                    "regels": len(versie.regels),
                    "bestanden": list(versie.versies),
                }
            )
    return rows


def print_versions(rows: list[dict[str, Any]]) -> None:
    """The versions as a table."""
    table = plain_table("Protocollen")
    for head in ("protocol", "geldt van", "tot", "regels", "bestanden"):
        table.add_column(head, overflow="fold")
    for r in rows:
        tot = str(r["tot"] or "nu")
        table.add_row(r["protocol"], str(r["geldig_vanaf"]), tot, str(r["regels"]), ", ".join(r["bestanden"]))
    Console().print(table)


def unused(boek: Protocolboek) -> list[str]:
    """Values and begrippen that nothing looks at: most often a slip; one line each, with file and line."""
    used = {"meldgrens_uren", *SIGNAAL_WAARDEN, *(gevolg.termijn_waarde for gevolg in GEVOLGEN.values())}
    used |= {f"waarschuw_{naam}" for naam in boek.woorden.lopend}
    known: dict[str, str] = {}
    for naam in boek.namen:
        for versie in boek.versies(naam):
            texts = [_plain(regel) for regel in versie.regels] + [_plain(b) for b in versie.begrippen.values()]
            used |= {word for text in texts for word in _words(text)}
            for kind, names in (("waarde", versie.waarden), ("begrip", versie.begrippen)):
                for name in names:
                    place = versie.plaatsen[f"{kind} {name}"]
                    known[name] = f"{place.bestand}:{place.lijn}: {kind} {name} wordt nergens gebruikt"
    return sorted(text for name, text in known.items() if name not in used)


def version(boek: Protocolboek, spec: str, op: date | None = None) -> Protocol:
    """`naam@dag` is the version in force on that day, `naam` the newest (or that on `op`); raises `Ongeldig`."""
    naam, _, dag = spec.partition("@")
    try:
        if not dag and op is None:
            return boek.versies(naam)[-1]
        return boek.geldig(naam, date.fromisoformat(dag) if dag else op or date.max)
    except GeenGeldigProtocol as error:
        raise Ongeldig(f"{error}; kies uit {', '.join(sorted(boek.namen))}") from error
    except ValueError as error:
        raise Ongeldig("schrijf een versie als naam of naam@JJJJ-MM-DD", spec) from error


def differences(old: Protocol, new: Protocol) -> dict[str, Any]:
    """What another version adds, drops and changes: values, begrippen and rules, in what they say and not in words."""
    before, after = ({r.id: r for r in p.regels} for p in (old, new))
    changed = {key: (_says(before[key]), _says(after[key])) for key in before.keys() & after.keys()}
    values = {
        name: {"was": _value(old, name), "wordt": _value(new, name)}
        for name in sorted({*old.waarden, *new.waarden})
        if _value(old, name) != _value(new, name)
    }
    terms = {
        name: {"was": _term(old, name), "wordt": _term(new, name)}
        for name in sorted({*old.begrippen, *new.begrippen})
        if _term(old, name) != _term(new, name)
    }
    return {
        "van": label(old),
        "naar": label(new),
        "waarden": values,
        "begrippen": terms,
        "nieuw": {key: _brief(new, after[key]) for key in sorted(after.keys() - before.keys())},
        "vervallen": {key: _brief(old, before[key]) for key in sorted(before.keys() - after.keys())},
        "gewijzigd": {
            key: {"was": was, "wordt": wordt} for key, (was, wordt) in sorted(changed.items()) if was != wordt
        },
    }


def print_differences(document: dict[str, Any]) -> None:
    """The differences for a person."""
    console = Console()
    console.print(f"[bold]{document['van']} → {document['naar']}[/bold]")
    for name, pair in document["waarden"].items():
        console.print(f"  waarde {name}: {_shown(pair['was'])} → {_shown(pair['wordt'])}", markup=False)
    for name, pair in document["begrippen"].items():
        text = f"  begrip {name}: {_shown(pair['was'])} → {_shown(pair['wordt'])}"
        console.print(text, highlight=False, markup=False)
    for key, title, sign in (("nieuw", "Nieuwe regels", "+"), ("vervallen", "Vervallen regels", "-")):
        if document[key]:
            console.print(f"\n[bold]{title}[/bold]")
        for rule, brief in document[key].items():
            console.print(f"  {sign} {rule}: {escape(brief['waarom'])} [dim]({escape(brief['bron'])})[/dim]")
    if document["gewijzigd"]:
        console.print("\n[bold]Gewijzigde regels[/bold]")
    for rule, pair in document["gewijzigd"].items():
        console.print(f"  {rule}")
        for key in sorted({*pair["was"], *pair["wordt"]}):
            was, wordt = pair["was"].get(key), pair["wordt"].get(key)
            if was != wordt:
                console.print(f"    {key}: {_shown(was)} → {_shown(wordt)}", highlight=False, markup=False)
    if not any(document[key] for key in ("waarden", "begrippen", "nieuw", "vervallen", "gewijzigd")):
        console.print("Geen verschil.")


def explain(boek: Protocolboek, rule: str, specs: list[str], op: date | None) -> list[dict[str, Any]]:
    """One rule of the documents as it stands in the protocols, with everything it leans on; raises `Ongeldig`."""
    protocols = [version(boek, spec, op) for spec in specs or sorted(boek.namen)]
    found = [_explained(p, regel) for p in protocols for regel in p.regels if rule in (regel.id, regel.regel)]
    if not found:
        where = f"niet in {', '.join(specs)}" if specs else "in geen enkel protocol"
        raise Ongeldig(f"{rule} staat {where}: docs/protocollen.md noemt elke regel en waar zij staat")
    return list({(e["regel"], e["plaats"]): e for e in found}.values())


def print_explained(rules: list[dict[str, Any]]) -> None:
    """Rules for a person: in words first, then exactly."""
    console = Console()
    for rule in rules:
        console.print(f"\n[bold]{rule['regel']}[/bold] · {rule['soort']} · rang {rule['rang']} · {rule['plaats']}")
        console.print(f"  {escape(rule['waarom'])}", highlight=False)
        console.print(f"  Bron: {escape(rule['bron'])}", highlight=False)
        if rule["opmerking"]:
            console.print(f"  Opmerking: {escape(rule['opmerking'])}", highlight=False)
        text = yaml.safe_dump(rule["inhoud"], allow_unicode=True, sort_keys=False, default_flow_style=None, width=110)
        console.print("".join(f"    {line}\n" for line in text.splitlines()), end="", highlight=False, markup=False)
        for name, term in rule["begrippen"].items():
            console.print(f"  begrip {name}: {escape(term)}", highlight=False)
        for name, value in rule["waarden"].items():
            unit = f" {value['eenheid']}" if value["eenheid"] else ""
            console.print(
                f"  waarde {name}: {_shown(value['waarde'])}{unit} ({escape(value['bron'])})", highlight=False
            )


def _explained(protocol: Protocol, regel: Regel) -> dict[str, Any]:
    place = protocol.plaatsen[regel.id]
    terms: dict[str, str] = {}
    words = set(_words(_plain(regel)))
    while more := {name for name in words & protocol.begrippen.keys() if name not in terms}:
        for name in sorted(more):
            terms[name] = protocol.begrippen[name].betekenis
            words |= set(_words(_plain(protocol.begrippen[name].voorwaarde)))
    return {
        "regel": regel.id,
        "protocol": label(protocol),
        "plaats": f"{place.bestand}:{place.lijn}",
        "soort": regel.soort,
        "rang": regel.rang,
        "waarom": regel.waarom,
        "bron": protocol.bronnen[regel.id],
        "opmerking": regel.opmerking,
        "inhoud": _says(regel),
        "begrippen": terms,
        "waarden": {
            name: {
                "waarde": protocol.waarden[name].waarde,
                "eenheid": protocol.waarden[name].eenheid,
                "bron": protocol.waarden[name].bron.paragraaf,
            }
            for name in sorted(words & protocol.waarden.keys())
        },
    }


def _brief(protocol: Protocol, regel: Regel) -> dict[str, str]:
    return {"soort": regel.soort, "waarom": regel.waarom, "bron": protocol.bronnen[regel.id]}


def _value(protocol: Protocol, name: str) -> Any:
    grens = protocol.waarden.get(name)
    return grens.waarde if grens else None


def _term(protocol: Protocol, name: str) -> Any:
    begrip = protocol.begrippen.get(name)
    return _plain(begrip.voorwaarde) if begrip else None


def _plain(model: BaseModel) -> Any:
    return model.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _says(regel: Regel) -> dict[str, Any]:
    return {key: value for key, value in _plain(regel).items() if key not in _NOT_THE_RULE}


def _words(value: Any) -> Iterator[str]:
    """Every string in a document, and every name between braces in a sentence."""
    if isinstance(value, str):
        yield value
        yield from (part.partition("}")[0] for part in value.split("{")[1:])
    elif isinstance(value, dict):
        for key, part in value.items():
            yield str(key)
            yield from _words(part)
    elif isinstance(value, list):
        for part in value:
            yield from _words(part)


def _shown(value: Any) -> str:
    if value is None:
        return "(niets)"
    return yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=1000).removesuffix("...\n").strip()


def check(folder: Path, boek: Protocolboek) -> dict[str, Any]:
    """What `schakel protocol check` says of a folder that could be read."""
    return {"map": str(folder), "protocollen": list_versions(boek), "ongebruikt": unused(boek)}
