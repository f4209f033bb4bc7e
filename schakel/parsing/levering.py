"""Reading P- and C-leveringen and koppelbestanden of DUO for `schakel parse`."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from hub.errors import HubError
from schakel.parsing.regels import bad


def levering(path: Path) -> Iterator[dict[str, Any]]:
    """One line per row; the layout follows from the name, or else from the header alone."""
    from services.ingest_duo.leveringen.kaart import kies, laad_kaarten
    from services.ingest_duo.leveringen.lezen import BLOK, Lezer, delen, lees_bestand
    from services.ingest_duo.leveringen.model import BestandGeweigerd
    from services.ingest_duo.settings import DuoSettings

    try:
        with path.open("rb") as bestand:
            begin = bestand.read(BLOK)
        keuze = kies(laad_kaarten(DuoSettings().kaarten), path.name, begin, naam_verplicht=False)
        lezer = Lezer(keuze)
        for deel in delen(lezer, lees_bestand(path)):
            yield from _regels(lezer, deel)
    except BestandGeweigerd as error:
        yield bad(error.veld, f"{path.name}, {error.plek}", error.reden)
    except HubError as error:
        yield bad("kolomkaart", path.name, str(error))


def _regels(lezer: Any, deel: Any) -> Iterator[dict[str, Any]]:
    from services.ingest_duo.leveringen.lezen import regel
    from services.ingest_duo.leveringen.model import Leveringsoort

    fouten = {fout.rij: fout for fout in lezer.fouten(deel)}
    soort = "koppeling" if lezer.kaart.soort is Leveringsoort.KOPPELING else f"{lezer.kaart.soort.upper()}-levering"
    for waarden in deel.drop("ruw").iter_rows(named=True):
        rij = waarden["rij"]
        if rij in fouten:
            fout = fouten[rij]
            yield bad(fout.veld, f"rij {rij}, kolom {fout.kolom}", fout.reden)
            continue
        gelezen = regel(waarden, rij)
        nummers = {"bsn": waarden["bsn"], "onderwijsnummer": waarden["onderwijsnummer"]}
        persoon = json.loads(json.dumps(nummers | asdict(gelezen), default=str))
        yield {"ok": True, "soort": soort, "persoon": persoon, "gebeurtenissen": _gebeurtenissen(gelezen)}


def _gebeurtenissen(gelezen: Any) -> list[str]:
    """What this row would say about a jongere of whom nothing is known yet."""
    from services.ingest_duo.leveringen.decisions import NeemStandOp, Onderwijsstand, neem_stand_op

    command = NeemStandOp(levering=0, peildatum=date.min, regels=(gelezen,))
    return sorted({event.name for event in neem_stand_op(Onderwijsstand(), UUID(int=0), command)[1]})
