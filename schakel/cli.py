"""The `schakel` command: every act of operations and officials, scriptable.

Each command takes `--json` for one JSON document on stdout; otherwise it prints for people, in Dutch.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from hub.settings import HubSettings
from schakel.absoluut import absoluut_app
from schakel.auditlog import audit_app
from schakel.besluit import besluit_app
from schakel.duo import duo_app, melding_app
from schakel.inzage.commands import inzage
from schakel.laden import laden
from schakel.leveringen import levering_app
from schakel.logboek import logboek
from schakel.protocol.commands import decide, protocol_app, whatif
from schakel.quarantaine.commands import quarantaine_app
from schakel.rechten import verzoek_app
from schakel.screen import Json, fail, run, show
from schakel.signaal import signaal_app
from schakel.sleutels import sleutels_app
from schakel.termijnen import termijnen
from schakel.toestemming import toestemming_app
from schakel.verstrekken import bevragingen, verstrek, verstrekkingen
from schakel.volg import volg_app
from schakel.vrijstelling import vrijstelling_app
from schakel.wissen.bewaarcommando import bewaren_app
from schakel.wissen.commands import wis
from schakel.zaak import add_leven

app = typer.Typer(
    name="schakel",
    help="Schakel: de integratieschakel voor leerplichtwerk.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
ServiceNames = Annotated[list[str] | None, typer.Option("--service", help="Alleen deze service, in een eigen proces.")]


@app.command()
def up(service: ServiceNames = None, child: Annotated[bool, typer.Option(hidden=True)] = False) -> None:
    """Start de servers en alle services; met --service een service in een eigen, bewaakt proces."""
    from schakel.up import run_services, supervise_processes

    if service and not child:
        raise typer.Exit(run(supervise_processes(service)))
    run(run_services(service))


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Speel het schoolhalfjaar eenmaal af en stop.")] = False,
    jongeren: Annotated[int, typer.Option(min=100, help="Hoeveel jongeren de regio telt.")] = 2000,
    seed: Annotated[int, typer.Option(help="Zelfde getal, zelfde verloop.")] = 1,
    personen: Annotated[
        list[Path] | None, typer.Option(help="Persoonslijsten (RvIG-CSV) die ook worden ingelezen.", exists=True)
    ] = None,
    as_json: Json = False,
) -> None:
    """Speel een schoolhalfjaar van een regio af: van melding tot brief en Halt."""
    from schakel.demo import play

    raise typer.Exit(run(play(once=once, jongeren=jongeren, seed=seed, personen=personen or [], quiet=as_json)))


@app.command()
def status(as_json: Json = False) -> None:
    """Toon per service of alles werkt, wat er wacht en wat nog niet verzonden is."""
    from schakel.operations import print_status, read_status

    document = run(read_status(HubSettings()))
    show(document, as_json, lambda: print_status(document))
    if not document["gereed"]:
        raise typer.Exit(1)


@app.command()
def reconcile(as_json: Json = False) -> None:
    """Vergelijk wat elke service zei met wat in de streams staat; verandert niets."""
    from schakel.operations import compare_streams, print_differences

    document = run(compare_streams(HubSettings()))
    show(document, as_json, lambda: print_differences(document))
    if document["ontbrekend"]:
        raise typer.Exit(1)


@app.command()
def rebuild(as_json: Json = False) -> None:
    """Herstel ontbrekende streams, consumers en gebeurtenissen uit de outboxen; altijd veilig."""
    from schakel.operations import print_repairs, repair_streams

    document = run(repair_streams(HubSettings()))
    show(document, as_json, lambda: print_repairs(document))


@app.command()
def personen(
    bestanden: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Persoonslijsten (RvIG-CSV).")],
    as_json: Json = False,
) -> None:
    """Lees persoonslijsten in; wat onbruikbaar is gaat met de reden in quarantaine."""
    from schakel.officials import load_persons

    document = run(load_persons(HubSettings(), bestanden))
    text = f"Ingelezen: {document['ingelezen']}, in quarantaine: {document['quarantaine']}."
    show(document, as_json, lambda: typer.echo(text))


zaak_app = typer.Typer(help="Zaken openen, bekijken, leiden en sluiten; feiten vaststellen.", no_args_is_help=True)
dlq_app = typer.Typer(help="Geparkeerde gebeurtenissen bekijken, vrijgeven of laten vervallen.", no_args_is_help=True)
app.add_typer(zaak_app, name="zaak")
add_leven(zaak_app)
app.add_typer(besluit_app, name="besluit")
app.add_typer(absoluut_app, name="absoluut")
app.add_typer(audit_app, name="audit")
app.add_typer(dlq_app, name="dlq")
app.add_typer(quarantaine_app, name="quarantaine")
app.add_typer(protocol_app, name="protocol")
app.add_typer(duo_app, name="duo")
app.add_typer(melding_app, name="melding")
app.add_typer(levering_app, name="levering")
app.add_typer(volg_app, name="volg")
app.add_typer(signaal_app, name="signaal")
app.add_typer(toestemming_app, name="toestemming")
app.add_typer(sleutels_app, name="sleutels")
app.add_typer(bewaren_app, name="bewaren")
app.add_typer(vrijstelling_app, name="vrijstelling")
app.command()(decide)
app.command()(whatif)
app.command()(verstrek)
app.command()(verstrekkingen)
app.command()(bevragingen)
app.command()(logboek)
app.command()(laden)
app.command()(termijnen)
app.command()(wis)
app.command()(inzage)
app.add_typer(verzoek_app, name="verzoek")


@zaak_app.command("list")
def zaak_list(
    gemeente: Annotated[str | None, typer.Option(help="Alleen deze gemeentecode.")] = None, as_json: Json = False
) -> None:
    """Toon de werklijst: voorstellen die op een ambtenaar wachten, oudste eerst."""
    from schakel.officials import print_worklist, read_worklist

    document = run(read_worklist(HubSettings(), gemeente))
    show(document, as_json, lambda: print_worklist(document))


@zaak_app.command("show")
def zaak_show(zaak: Annotated[str, typer.Argument(help="Nummer van de zaak.")], as_json: Json = False) -> None:
    """Toon een zaak: stand, voorstellen met hun redenen, termijnen en tijdlijn."""
    from schakel.officials import print_zaak, read_zaak

    document = run(read_zaak(HubSettings(), zaak))
    show(document, as_json, lambda: print_zaak(document))


@zaak_app.command("feit")
def zaak_feit(
    zaak: Annotated[str, typer.Argument(help="Nummer van de zaak.")],
    feit: Annotated[list[str], typer.Argument(help="naam=waarde, bijvoorbeeld oordeel=ongeoorloofd.")],
    medewerker: Annotated[str, typer.Option(help="Code van de ambtenaar die het feit vaststelt.")],
    revisie: Annotated[int | None, typer.Option(help="Alleen als de zaak sindsdien niet wijzigde.")] = None,
    as_json: Json = False,
) -> None:
    """Stel feiten van een zaak vast; de regels worden daarna opnieuw gevraagd."""
    from schakel.officials import establish, read_fact

    document = run(establish(HubSettings(), zaak, medewerker, dict(read_fact(f) for f in feit), revisie))
    show(document, as_json, lambda: typer.echo("De feiten zijn vastgelegd."))


@dlq_app.command("list")
def dlq_list(
    service: Annotated[str | None, typer.Option(help="Alleen deze service.")] = None,
    alles: Annotated[bool, typer.Option(help="Ook wat achter een geparkeerde gebeurtenis wacht.")] = False,
    as_json: Json = False,
) -> None:
    """Toon wat geparkeerd is en waarom."""
    from schakel.parking import list_parked, print_parked

    document = run(list_parked(HubSettings(), service, everything=alles))
    show(document, as_json, lambda: print_parked(document))


@dlq_app.command("show")
def dlq_show(
    service: Annotated[str, typer.Argument()], nummer: Annotated[int, typer.Argument()], as_json: Json = False
) -> None:
    """Toon een geparkeerde gebeurtenis, met wat erachter wacht."""
    from schakel.parking import print_one, show_parked

    document = run(show_parked(HubSettings(), service, nummer))
    show(document, as_json, lambda: print_one(document))


@dlq_app.command("release")
def dlq_release(
    service: Annotated[str, typer.Argument()],
    nummer: Annotated[int | None, typer.Argument(help="Leeg met --alles: alles van deze service.")] = None,
    alles: Annotated[bool, typer.Option(help="Geef alles van deze service vrij.")] = False,
    door: Annotated[str, typer.Option(help="Wie dit doet.")] = os.environ.get("USER", "beheer"),
    as_json: Json = False,
) -> None:
    """Probeer een geparkeerde gebeurtenis opnieuw; wat erachter wacht volgt op volgorde."""
    from schakel.parking import release

    if nummer is None and not alles:
        fail("noem een nummer, of geef alles vrij met --alles")
    document = run(release(HubSettings(), service, None if alles else nummer, door))
    show(document, as_json, lambda: typer.echo(f"Vrijgegeven: {document['vrijgegeven']}."))


@dlq_app.command("drop")
def dlq_drop(
    service: Annotated[str, typer.Argument()],
    nummer: Annotated[int, typer.Argument()],
    reden: Annotated[str, typer.Option(help="Waarom deze gebeurtenis niet wordt verwerkt; wordt bewaard.")],
    door: Annotated[str, typer.Option(help="Wie dit doet.")] = os.environ.get("USER", "beheer"),
    as_json: Json = False,
) -> None:
    """Laat een geparkeerde gebeurtenis vervallen, met reden; wat erachter wacht gaat door."""
    from schakel.parking import drop

    document = run(drop(HubSettings(), service, nummer, reden, door))
    show(document, as_json, lambda: typer.echo("Vervallen en vastgelegd."))


@app.command()
def parse(
    soort: Annotated[str, typer.Argument(help="brp-api, duo, gba-csv, lo3 of stuf-bg.")],
    bestanden: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Altijd aan: een JSON-regel per bericht.")] = True,
) -> None:
    """Lees berichten en toon per bericht een JSON-regel: wat erin staat, of welk veld fout is."""
    from schakel.parsing import KINDS, parse_files

    if soort not in KINDS:
        fail(f"onbekende soort {soort}: kies uit {', '.join(KINDS)}")
    for line in parse_files(soort, bestanden):
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


@app.command()
def instellingen(
    bladzijde: Annotated[bool, typer.Option("--bladzijde", help="Schrijf docs/instellingen.md opnieuw.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Alleen vergelijken; fout als de bladzijde afwijkt.")] = False,
    as_json: Json = False,
) -> None:
    """Toon elke instelling: wat zij betekent, wat de standaard is en wat nu geldt; geheimen blijven verborgen."""
    from schakel.instellingen import PAGE, page, print_settings, read

    if check and PAGE.read_text(encoding="utf-8") != page():
        fail("docs/instellingen.md wijkt af: voer make contracts uit")
    elif bladzijde:
        PAGE.write_text(page(), encoding="utf-8")
    elif not check:
        document = read()
        show(document, as_json, lambda: print_settings(document))


@app.command()
def contracts(
    check: Annotated[bool, typer.Option("--check", help="Alleen vergelijken; fout als er iets afwijkt.")] = False,
) -> None:
    """Schrijf de AsyncAPI-beschrijving van elke service uit de draaiende opzet (contracts/asyncapi/)."""
    from schakel.asyncapi import differing, write

    changed = differing() if check else write()
    for name in changed:
        typer.echo(f"{name}: {'wijkt af' if check else 'geschreven'}")
    if check and changed:
        raise typer.Exit(1)


@app.command()
def bench(
    seconden: Annotated[float, typer.Option(help="Hoe lang elke kant ongeveer loopt.", min=1)] = 8.0,
    regels: Annotated[bool, typer.Option("--regels", help="Meet de regels in plaats van de keten.")] = False,
    grens: Annotated[bool, typer.Option("--grens", help="Meet een beslissing aan de grens.")] = False,
    bronnen: Annotated[bool, typer.Option("--bronnen", help="Meet de bronnen: StUF, DUO, laden, groei.")] = False,
    as_json: Json = False,
) -> None:
    """Meet de keten naast de naieve opzet en naast de grens van de machine, in een keer."""
    if regels:
        from bench.regels import measure as measure_rules

        raise typer.Exit(measure_rules(as_json=as_json))
    if grens:
        from bench.grens import measure as measure_border

        raise typer.Exit(measure_border(as_json=as_json))
    if bronnen:
        from bench.bronnen import measure as measure_sources

        raise typer.Exit(measure_sources(as_json=as_json))
    from bench.run import measure

    raise typer.Exit(run(measure(seconden, as_json=as_json)))


def main() -> None:
    """Entry point; `schakel ... | head` ends without a word."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    app()
