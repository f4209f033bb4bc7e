"""Two pages from the contracts and the rules: who may get what under which protocol, and the AVG art. 30 register."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from contracts.verstrek import Verzoek, onderwerp
from contracts.verstrekkingen import CONTRACTEN, Verstrekking
from contracts.verstrekkingen.basis import Afspraak
from schakel.gunstig import OP, oordelen
from services.cases.protocol import PROTOCOLLEN, GeenGeldigProtocol, Protocol, Protocolboek, laad_protocollen
from services.cases.verstrekking import Verstrekkingsoordeel

DOCS: Final = Path(__file__).parents[1] / "docs"

_KOP_MATRIX: Final = """# Wie mag wat krijgen

Deze bladzijde komt uit de contracten (`contracts/verstrekkingen/`) en uit wat de protocollen (`protocols/`) op gunstige
feiten antwoorden; wijzig haar daar en voer `schakel verstrekkingen --bladzijde` uit. Per contract staat elk gegeven dat
ooit mag. Wat hier niet staat, gaat niet. Of iets op een moment echt gaat, hangt ook af van informatie vooraf, besluit,
kanaal en meer: zie [de grens](grens.md).

- **ja**: als aan de voorwaarden van het bericht is voldaan;
- **toestemming**: alleen met toestemming op schrift, en volgens welke regel;
- **afweging**: alleen als een mens vaststelt dat het nodig is;
- **–**: dit protocol laat het niet toe, en volgens welke regel.

† is: geen document noemt deze gegevens; de lijst is een voorstel dat een jurist of FG bevestigt.
"""
_KOP_REGISTER: Final = """# Register van verwerkingsactiviteiten: verstrekkingen

AVG art. 30 lid 1. Deze bladzijde komt uit de contracten (`contracts/verstrekkingen/`); wijzig haar daar en voer
`schakel verstrekkingen --bladzijde` uit. Verwerkingsverantwoordelijke is de gemeente. Betrokkenen zijn jongeren en hun
ouders. Beveiliging: versleuteld en met inloggen in twee stappen verzonden, versleuteld opgeslagen, elke verstrekking
en weigering in een register (zie [de grens](grens.md)). Er gaat niets naar landen buiten de EU.

† is: geen document noemt deze gegevens; een jurist of FG bevestigt de lijst.
"""


_WAARVOOR: Final = {
    "Identificatieverzoek": "herkennen wie een melding betreft (Leerplichtwet 1969 art. 21a)",
    "Plichtverzoek": "bepalen onder welke plicht een jongere valt (Leerplichtwet 1969 art. 3 en 4a)",
    "Briefverzoek": "een brief aan jongere of ouders opmaken",
    "Haltverzoek": "een Halt-verwijzing opstellen",
    "Grensverzoek": "beslissen of iets mag worden verstrekt: leeftijd, overlijden, geheimhouding",
    "Woonverzoek": "nagaan in welke gemeente een jongere ingezetene is",
    "Vrijstellingverzoek": "een vrijstelling aan DUO melden (Leerplichtwet 1969 art. 3c lid 1, 6 lid 4, 15 lid 3)",
}


def bladzijden() -> dict[Path, str]:
    """The text of both pages by file."""
    boek = laad_protocollen(PROTOCOLLEN)
    return {DOCS / "verstrekkingsmatrix.md": _matrix(boek), DOCS / "verwerkingsregister.md": _register()}


def _matrix(boek: Protocolboek) -> str:
    protocollen = list(_met_lijsten(boek))
    delen = [_KOP_MATRIX]
    for contract in CONTRACTEN:
        afspraak = contract.afspraak
        delen.append(f"## {_titel(afspraak)}\n")
        delen.append(f"Ontvanger `{afspraak.ontvanger}`, doel {_codes(afspraak.doelen)}; {afspraak.grondslag}.\n")
        if afspraak.buiten is not None:
            delen.append(f"Nooit na een vrijgave: {afspraak.buiten}.\n\nWat mag: {_codes(contract.elementen())}.\n")
            continue
        delen.append(f"| gegeven | {' | '.join(p.naam for p in protocollen)} |")
        delen.append("|---|" + "---|" * len(protocollen))
        kolommen = [_kolom(boek, protocol, contract) for protocol in protocollen]
        delen += [f"| `{element}` | {' | '.join(k[element] for k in kolommen)} |" for element in contract.elementen()]
        delen.append("")
    return "\n".join(delen).rstrip() + "\n"


def _met_lijsten(boek: Protocolboek) -> Iterable[Protocol]:
    """The protocols that say anything about disclosure."""
    for naam in sorted(boek.namen):
        try:
            protocol = boek.geldig(naam, OP)
        except GeenGeldigProtocol:
            continue
        if any(regel.soort == "weglating" for regel in protocol.regels):
            yield protocol


def _kolom(boek: Protocolboek, protocol: Protocol, contract: type[Verstrekking]) -> dict[str, str]:
    """Per element of a contract what the protocol says: with everything, without consent, without relevance."""
    wie, wat = (contract.afspraak.ontvanger, contract.afspraak.doelen[0]), contract.elementen()
    alles = oordelen(boek, protocol, *wie, wat)
    zonder = {
        "toestemming": oordelen(boek, protocol, *wie, wat, toestemming=[]),
        "afweging": oordelen(boek, protocol, *wie, wat, relevantie_aangevinkt=False),
    }
    cellen = {}
    for element in wat:
        if not _gaat(alles, element):
            cellen[element] = f"– {_regels(alles, element)}".rstrip()
            continue
        nodig = [f"{naam} {_regels(o, element)}".rstrip() for naam, o in zonder.items() if not _gaat(o, element)]
        cellen[element] = "; ".join(nodig) or "ja"
    return cellen


def _gaat(gegeven: Iterable[Verstrekkingsoordeel], element: str) -> bool:
    return any(element in oordeel.doorgelaten for oordeel in gegeven)


def _regels(gegeven: Iterable[Verstrekkingsoordeel], element: str) -> str:
    """Which rules stopped it: those about the element, or else those that refused the whole."""
    gevonden: dict[str, None] = {}
    for oordeel in gegeven:
        voor = {element} if element in oordeel.weggelaten else {oordeel.weigering}
        gevonden |= dict.fromkeys(u.regel for u in oordeel.uitleg if voor & set(u.voor))
    return f"({', '.join(sorted(gevonden))})" if gevonden else ""


def _register() -> str:
    delen = [_KOP_REGISTER]
    for verwerking in dict.fromkeys(c.afspraak.verwerking for c in CONTRACTEN):
        delen.append(f"## {verwerking}\n")
        for contract in (c for c in CONTRACTEN if c.afspraak.verwerking == verwerking):
            afspraak = contract.afspraak
            rijen = {
                "doel": f"{afspraak.titel} ({_codes(afspraak.doelen)})",
                "ontvanger": f"`{afspraak.ontvanger}`",
                "rechtsgrond": f"{afspraak.rechtsgrond.value}: {afspraak.grondslag}",
                "gegevens": _codes(contract.elementen()),
                "bewaren": afspraak.bewaren,
                "kanaal": f"`{afspraak.kanaal}`",
                "een mens": afspraak.mens.value,
                "jongere en ouders horen het": afspraak.informeren.value,
                "adres bij geheimhouding": "ja" if afspraak.adres_bij_geheimhouding else "nee",
                "regels": ", ".join(afspraak.regels) or "–",
            }
            delen.append(f"### {_titel(afspraak)}\n\n| | |\n|---|---|")
            delen += [f"| {naam} | {waarde} |" for naam, waarde in rijen.items()]
            delen.append("")
    delen += _binnen()
    return "\n".join(delen).rstrip() + "\n"


def _binnen() -> Iterable[str]:
    """What services of the hub ask the register of persons, by the name under which the logboek has it."""
    yield "## Binnen de hub\n\nVragen van de ene dienst aan de persoonsgegevens; elke vraag komt in het logboek.\n"
    yield "| verwerking | waarvoor |\n|---|---|"
    for verzoek in sorted(Verzoek.__subclasses__(), key=onderwerp):
        if verzoek.bron == "brp_sync" and verzoek.__module__ == Verzoek.__module__:
            yield f"| `personen_{verzoek.model_fields['doel'].default}` | {_WAARVOOR[verzoek.__name__]} |"
    yield ""
    yield "`geen_contract` is een verzoek waarvoor geen contract bestaat: er gaat niets weg, de weigering staat vast.\n"


def _titel(afspraak: Afspraak) -> str:
    return f"{afspraak.titel}{' †' if afspraak.afgeleid else ''}"


def _codes(namen: Iterable[str]) -> str:
    return ", ".join(f"`{naam}`" for naam in namen)
