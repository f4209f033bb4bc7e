"""The input of a run: fictional jongeren, what the BRP tells about them, and what schools report; all from a seed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from hub.calendar import leeftijd
from hub.clock import AMSTERDAM
from hub.privacy import onthuld_json
from services.brp_sync.model import OnvolledigeDatum, Opschorting, Persoon, RedenOpschorting
from services.brp_sync.stuf import Mutatiesoort, Stuurgegevens, Systeem, bouw_npslk01
from services.ingest_duo.model import Verzuimgeval
from simulators.personen import maak_bevolking

GEMEENTEN: Final = ("1924", "0171")
UITVOERDER: Final = "001924"
EERSTE_NUMMER: Final = 8_000_000
PER_JONGERE: Final = 10
"""Meldingsnummers kept for one jongere."""
HALT_HOOGSTENS: Final = 100
"""Letters in a name that a Halt-verwijzing has room for."""
BOA: Final = {"1924": "LPA-1", "0171": "LPA-2"}


def maak_jongeren(seed: int, aantal: int, vandaag: date) -> list[Persoon]:
    """Jongeren of 12 to 17 with parents and a whole address, whose birthday is not near: letters and Halt can work."""
    bevolking = maak_bevolking(seed, aantal * 5, GEMEENTEN, vandaag)
    gekozen = [p for p in bevolking if _bruikbaar(p, vandaag)][:aantal]
    if len(gekozen) < aantal:
        raise ValueError("too few usable persons: make a larger population")
    return gekozen


def _bruikbaar(persoon: Persoon, vandaag: date) -> bool:
    geboren = persoon.geboortedatum.als_datum() if persoon.geboortedatum else None
    if geboren is None or not persoon.adresregels() or not any(_naam_van(o) for o in persoon.ouders):
        return False
    if max(len(_naam_van(p)) for p in (persoon, *persoon.ouders)) > HALT_HOOGSTENS:
        return False
    around = (vandaag - timedelta(days=3), vandaag + timedelta(days=3))
    return leeftijd(geboren, around[0]) == leeftijd(geboren, around[1]) and 12 <= leeftijd(geboren, vandaag) <= 17


def _naam_van(ouder: Any) -> str:
    return str(ouder.volledige_naam().get_secret_value())


def kennisgeving(persoon: Persoon, *, oud: Persoon | None = None, op: datetime) -> bytes:
    """The npsLk01 that adds a person, or changes one from `oud`."""
    stuur = Stuurgegevens(
        zender=Systeem(organisatie="0171", applicatie="BURGERZAKEN"),
        ontvanger=Systeem(organisatie="0171", applicatie="SCHAKEL"),
        referentienummer=sha256(onthuld_json(persoon)).hexdigest()[:32],
        tijdstip=f"{op.astimezone(AMSTERDAM):%Y%m%d%H%M%S}000",
    )
    return bouw_npslk01(persoon, Mutatiesoort.WIJZIGING if oud else Mutatiesoort.TOEVOEGING, stuur, oud=oud)


def verhuisd(persoon: Persoon, naar: str, vandaag: date) -> Persoon:
    """The person at another address, in gemeente `naar`."""
    assert persoon.adres is not None
    adres = persoon.adres.model_copy(
        update={"huisnummer": "401", "huisletter": None, "toevoeging": None, "aanvang": OnvolledigeDatum.van(vandaag)}
    )
    return persoon.model_copy(update={"adres": adres, "gemeente": naar})


def overleden(persoon: Persoon, vandaag: date) -> Persoon:
    """The person after a death."""
    dag = OnvolledigeDatum.van(vandaag)
    opschorting = Opschorting(reden=RedenOpschorting.OVERLIJDEN, datum=dag)
    return persoon.model_copy(update={"overlijdensdatum": dag, "opschorting": opschorting})


def stempel(now: datetime) -> datetime:
    """A moment as DUO writes it: Dutch local time without a zone, to the millisecond."""
    lokaal = now.astimezone(AMSTERDAM).replace(tzinfo=None)
    return lokaal.replace(microsecond=lokaal.microsecond // 1000 * 1000)


def geval(persoon: Persoon, nummer: int, now: datetime, **velden: Any) -> Verzuimgeval:
    """A melding about a person, stamped `now`; every free text is unlike any other, so that it can be looked for."""
    begin = now.astimezone(AMSTERDAM).date() - timedelta(days=40)
    basis: dict[str, Any] = {
        "bsn": persoon.bsn,
        "meldingsnummer": str(nummer),
        "laatste_mutatie": stempel(now),
        "status": "R",
        "verzuimsoort": "V3",
        "begindatum": begin,
        "vermoedelijke_reden": f"vermoeden nummer {nummer} van de mentor",
        "alle_lessen_gemist": False,
        "actie_gemeente_gewenst": True,
        "ondernomen_actie": f"gesprek nummer {nummer} met de leerling gehad",
        "verzuimdagen": tuple(dag(begin, n) for n in range(4)),
        "school": {"brin": "90XA", "vestiging": "00", "leslocatienaam": "Het Voorbeeld"},
        "melder": {"naam": "M. Voorbeeld", "functie": "verzuimcoördinator"},
        "telefoon_leerling_of_ouder": f"06-{nummer:08d}",
        "meld_datum_tijd": stempel(now),
        "ontvangende_gemeente": persoon.gemeente,
        "uitvoerder_vsv": UITVOERDER,
    }
    return Verzuimgeval.model_validate(basis | velden)


def dag(begin: date, n: int, lesuren: int = 4) -> dict[str, Any]:
    """One day of absence, `n` days after `begin`."""
    return {"datum": begin + timedelta(days=n), "hele_dag": False, "lesuren": lesuren}


def te_laat(aantal: int) -> dict[str, Any]:
    """The fields of a melding of coming late so many times."""
    return {"verzuimsoort": "O", "vermoedelijke_reden": f"{aantal} keer te laat", "verzuimdagen": ()}


def halt_feiten() -> dict[str, Any]:
    """What an official must have established before the protocol proposes Halt (fase 3, route 3b)."""
    return {
        "verwijtbaar": "jongere",
        "eerder_halt": "geen",
        "contra_motivatie": False,
        "contra_problematiek_zonder_hulp": False,
        "lpa_is_boa": True,
        "toereikende_hulp": False,
        "school_maatregelen_ouders_geinformeerd": True,
    }


def gesprek_feiten(op: date, elementen: Sequence[str] = ()) -> dict[str, Any]:
    """What a conversation established: unauthorised absence, and what stands in the draft of the letter."""
    return {"gesprek_datum": op.isoformat(), "oordeel": "ongeoorloofd", "brief_elementen_aanwezig": list(elementen)}


WAARSCHUWING: Final = ("pv_mogelijk_bij_aanhouden", "dit_verzuim_wordt_meegenomen", "afspraken")
"""The elements without which a letter is no official warning (§ 5.5.2)."""
