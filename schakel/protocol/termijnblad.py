"""docs/termijnen.md: every date and termijn of the rules, and what the hub does with it; written from the protocols."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from services.cases.protocol import Protocolboek
from services.cases.regelwerk.regels import Termijnregel
from services.cases.regelwerk.termijnsoorten import Begin, Gehaald, Termijndefinitie

BLAD: Final = Path(__file__).parents[2] / "docs" / "termijnen.md"

_HEAD: Final = """# Termijnen

<!-- Gemaakt door `schakel protocol coverage`; verander schakel/protocol/termijnblad.py of protocols/. -->

Wat er met elke dag en elke termijn van de regels gebeurt. De namen staan in `protocols/woordenlijst.yaml`, de duur
staat in de regels en waarden van de protocollen.

## Hoe een termijn loopt

- **Beginnen.** Een termijn begint in een zaak zodra de regels haar laatste dag berekenen, of door een besluit, een feit
  of een voorstel. De zaak zegt `termijn-gestart`.
- **Verschuiven.** Komt er door andere feiten een andere dag uit, dan vervalt de lopende termijn (`termijn-vervallen`)
  en begint er een nieuwe. Beide staan in de tijdlijn.
- **Waarschuwen.** Het genoemde aantal werkdagen vooraf zegt de zaak `termijn-genaderd`, een keer. Die aantallen noemt
  geen bron; zij zijn hier gekozen. Een protocol kiest een ander met een waarde `waarschuw_<naam van de termijn>`.
- **Halen.** Wordt een van de genoemde feiten vastgesteld, of gaat een ambtenaar akkoord met de genoemde stap of neemt
  die in plaats van een andere, op de laatste dag of eerder, dan zegt de zaak `termijn-gehaald`.
- **Verstrijken.** Is de laatste dag in Nederland voorbij, dan zegt de zaak `termijn-verstreken` en worden de regels
  opnieuw gevraagd. Wie daarna nog iets doet is te laat, ook als de hub de dag pas later opmerkt.
- **Vervallen.** Eindigt de zaak, ook door verhuizing of overlijden, of vervalt de reden, dan vervalt de termijn.
  Zo ook als het besluit waarmee zij begon wordt ingetrokken, of de verwijzing naar Halt niet doorgaat.

Elke termijn die begint eindigt een keer. Stond de hub stil, dan verstrijkt bij het starten alles wat voorbij is; voor
wat voorbij is komt geen waarschuwing meer, en de tijdlijn zegt dat zij ontbreekt. Een dag loopt van middernacht tot
middernacht in Nederland, ook als de klok wordt verzet.

Werkdagen zijn maandag tot en met vrijdag zonder algemeen erkende feestdagen (Algemene termijnenwet art. 3). Een termijn
uit een wet die op een vrije dag eindigt loopt door (art. 1); een termijn uit een protocol niet. Kinderbijslag gaat per
kalenderkwartaal (Algemene Kinderbijslagwet art. 11).

`schakel termijnen` en `GET /v1/termijnen` tonen wat wanneer moet, in welke zaak en door wie. De meter
`schakel_termijnen` telt per gemeente wat loopt, wat binnen vijf werkdagen eindigt (`binnenkort`), wat verstreken is in
open zaken, en wat de klok had moeten laten verstrijken (`over_tijd`, hoort nul te zijn).

"""


def termijnblad(boek: Protocolboek) -> str:
    """The page as Markdown."""
    soorten, regels = boek.woorden.termijnen, _regels(boek)
    loopt = {n: t for n, t in soorten.items() if t.loopt}
    toont = {n: t for n, t in soorten.items() if t.soort == "datum"}
    lines = [_HEAD, "## Wat loopt\n\n"]
    lines += [
        "| termijn | wie | begint | gehaald door | waarschuwing | daarna | regels |\n",
        "|---|---|---|---|---|---|---|\n",
    ]
    lines += [_loopt(naam, soort, regels) for naam, soort in sorted(loopt.items())]
    lines += ["\n## Wat alleen wordt getoond\n\n| dag | betekenis | regels |\n|---|---|---|\n"]
    lines += [f"| `{naam}` | {t.betekenis} | {_van(naam, t, regels)} |\n" for naam, t in sorted(toont.items())]
    return "".join([*lines, *_eigen(boek)])


def _loopt(naam: str, soort: Termijndefinitie, regels: Mapping[str, list[str]]) -> str:
    vooraf = f"{soort.waarschuw} werkdag{'en' if soort.waarschuw > 1 else ''}" if soort.waarschuw else "geen"
    cellen = [
        f"`{naam}`: {soort.betekenis}",
        soort.bindt or "",
        _begin(soort.begint),
        _gehaald(soort.gehaald_door)
        or ("niets: een gelegenheid" if soort.soort == "gelegenheid" else "buiten de zaak"),
        vooraf,
        f"`{soort.na_verstrijken.tel_op}` telt op" if soort.na_verstrijken else "de regels opnieuw",
        _van(naam, soort, regels),
    ]
    return f"| {' | '.join(cellen)} |\n"


def _begin(begint: Begin | None) -> str:
    if begint is None:
        return "als de regels de dag berekenen"
    if begint.besluit:
        return f"bij het besluit, zo lang als `{begint.besluit}`"
    if begint.feit:
        return f"als `{begint.feit}` bekend is"
    if begint.uitkomst:
        return f"als `{begint.uitkomst}` wordt voorgesteld, tot het einde van het {begint.einde}"
    return f"niet in een zaak: {begint.buiten_zaak}"


def _gehaald(door: Gehaald) -> str:
    feiten = [
        f"`{feit}` bekend" if waarden == "bekend" else f"`{feit}` {' of '.join(waarden)}"
        for feit, waarden in door.feiten.items()
    ]
    return ", ".join([*feiten, *[f"akkoord op `{code}`" for code in door.besluiten]])


def _van(naam: str, soort: Termijndefinitie, regels: Mapping[str, list[str]]) -> str:
    eigen = [soort.regel] if soort.regel else []
    return "; ".join([part for part in (", ".join([*regels.get(naam, []), *eigen]), soort.bron) if part])


def _regels(boek: Protocolboek) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for naam in boek.namen:
        for versie in boek.versies(naam):
            for regel in versie.regels:
                if isinstance(regel, Termijnregel):
                    found.setdefault(regel.dan.termijn, set()).add(regel.regel)
    return {naam: sorted(ids) for naam, ids in found.items()}


def _eigen(boek: Protocolboek) -> Iterator[str]:
    """The values that hold how long a besluit gives, as each protocol has them now."""
    namen = sorted({t.begint.besluit for t in boek.woorden.lopend.values() if t.begint and t.begint.besluit})
    yield "\n## Hoe lang een besluit geeft\n\n| waarde | duur | bron |\n|---|---|---|\n"
    for naam in namen:
        gezien: dict[str, None] = {}
        for protocol in boek.namen:
            waarde = boek.geldig(protocol, date.max).waarden.get(naam)
            if waarde is not None:
                tekst = f"{waarde.bron.paragraaf}. {waarde.opmerking or ''}".strip()
                gezien[f"| `{naam}` | {waarde.waarde} {waarde.eenheid} | {tekst} |\n"] = None
        yield from gezien
