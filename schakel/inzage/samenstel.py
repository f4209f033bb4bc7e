"""Puts an inzage together: who may have it, that it was given, what is in it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from hub.bewaartermijnen import Bewaartermijnen
from hub.calendar import leeftijd
from hub.clock import AMSTERDAM
from hub.errors import BestaatNiet, Ongeldig
from hub.gemeenten import Gemeenten
from hub.medewerkers import Medewerker, Medewerkers, Rol
from hub.settings import HubSettings
from schakel.inzage.bouwstenen import is_leeg
from schakel.inzage.lezen import Gelezen, lees
from schakel.inzage.model import Groep, Inzage, Onderdeel, Overzichtsregel, Recht, Soort, Weglating
from schakel.inzage.opbouw import Bouwplaats, bouw, op_toestemming
from schakel.inzage.woorden import Woorden, groepen
from schakel.operations import store
from schakel.places import Places
from services.cases.rechtenstand import Verzoeker, Verzoekuitkomst
from services.cases.rechtenstore import noteer_inzage

MAG_INZAGE_GEVEN: Final = (Rol.LEERPLICHTAMBTENAAR, Rol.FG)
ZELFSTANDIG: Final = 16
"""From this age the jongere alone exercises the rights (UAVG art. 5 lid 4; convenant art. 13, fn 28)."""


@dataclass(frozen=True, slots=True)
class Vraag:
    """What is asked for, by which official, and for whom it is."""

    jongere_id: UUID
    medewerker: str
    soort: Soort = Soort.INZAGE
    vorm: str = "json"
    aan_jongere: bool = True


async def geef_inzage(
    places: Places, settings: HubSettings, vraag: Vraag, medewerkers: Medewerkers, gemeenten: Gemeenten, now: datetime
) -> Inzage:
    """Reads, writes down that it was read, and gives it; without the line nothing is given.

    Raises `BestaatNiet` when nothing is known in a gemeente of which the official is leerplichtambtenaar or FG,
    `Ongeldig` when they are that nowhere or the ouders may not have it.
    """
    ambtenaar = mag_geven(medewerkers, vraag.medewerker)
    gelezen = await lees(places, settings, vraag.jongere_id)
    hier = sorted(_gemeenten_van(gelezen) & set(ambtenaar.gemeenten_met(MAG_INZAGE_GEVEN)))
    if not hier:
        raise BestaatNiet
    if not vraag.aan_jongere:
        eis_ouders(gelezen, vraag.soort, hier, now.astimezone(AMSTERDAM).date())
    async with store(places, settings, "cases") as pool:
        await noteer_inzage(pool, uuid4(), vraag.jongere_id, ambtenaar.code, vraag.soort.value, vraag.vorm, now)
    plek = bouw(gelezen, Woorden.van(settings.protocollen), hier, aan_jongere=vraag.aan_jongere)
    plek.termijnen = Bewaartermijnen.load(settings.bewaartermijnen)
    if vraag.soort is Soort.PORTABILITEIT:
        op_toestemming(plek)
    namen = {g.code: g.naam for g in gemeenten.gemeenten}
    return stel_samen(plek, vraag, ambtenaar, [namen.get(code, code) for code in hier], now)


def mag_geven(medewerkers: Medewerkers, code: str) -> Medewerker:
    """The official, before anything is looked up; raises `Ongeldig` for who gives no inzage anywhere."""
    ambtenaar = medewerkers.get(code)
    if ambtenaar is None:
        raise Ongeldig("staat niet in het register van medewerkers", "medewerker")
    if not ambtenaar.gemeenten_met(MAG_INZAGE_GEVEN):
        raise Ongeldig("inzage geven doet een leerplichtambtenaar of de FG", "medewerker")
    return ambtenaar


def eis_ouders(gelezen: Gelezen, soort: Soort, gemeenten: Collection[str], op: date) -> None:
    """Raises `Ongeldig` when it would go to the ouders of who is 16 or older, without a request of theirs that a
    human granted. As long as the day of birth is unknown, it may be so.
    """
    geboren = gelezen.persoon.geboortedatum if gelezen.persoon is not None else None
    grenzen = geboren.grenzen() if geboren is not None else None
    if grenzen is not None and (grenzen[0] > op or leeftijd(grenzen[0], op) < ZELFSTANDIG):
        return
    verzoeken = (
        v
        for r in gelezen.rijen
        if (r.service, r.tabel.naam) == ("cases", "dossier")
        for v in ((r.waarden["persoon"].get("privacy") or {}).get("rechten") or {}).get("verzoeken") or ()
    )
    for v in verzoeken:
        gevraagd = (v["soort"], v["verzoeker"]) == (soort.value, Verzoeker.OUDER)
        toegewezen = (v.get("besluit") or {}).get("uitkomst") == Verzoekuitkomst.TOEGEWEZEN
        if gevraagd and toegewezen and v["gemeente"] in gemeenten:
            return
    raise Ongeldig("vanaf 16 jaar vraagt de jongere zelf: er is geen toegewezen verzoek van de ouders", "aan_ouders")


def _gemeenten_van(gelezen: Gelezen) -> set[str]:
    """Where the jongere lives or has data."""
    return {str(r.waarden["gemeente"]) for r in gelezen.rijen if r.waarden.get("gemeente")}


def stel_samen(
    plek: Bouwplaats, vraag: Vraag, ambtenaar: Medewerker, gemeenten: Collection[str], now: datetime
) -> Inzage:
    """The document: overview first, details behind; pure."""
    persoon = plek.persoon
    alle = [_groep(code, plek) for code in groepen()["groepen"]]
    gevuld = tuple(g for g in alle if g.onderdelen)
    getoond = alle if vraag.soort is Soort.INZAGE else gevuld
    return Inzage(
        soort=vraag.soort,
        jongere=str(vraag.jongere_id),
        nummers=tuple(str(n) for n in plek.gelezen.nummers),
        naam=persoon.volledige_naam().get_secret_value() if persoon is not None else "",
        gemaakt_op=now,
        gemaakt_door=f"{ambtenaar.functie} ({ambtenaar.code})",
        gemeenten=tuple(gemeenten),
        overzicht=tuple(Overzichtsregel(titel=g.titel, aantal=aantal(g.onderdelen), uitleg=g.uitleg) for g in getoond),
        groepen=gevuld,
        weggelaten=tuple(
            Weglating(categorie=code, aantal=plek.weg[code], **tekst)
            for code, tekst in groepen()["weglatingen"].items()
            if plek.weg[code]
        ),
        rechten=tuple(Recht(**een) for een in groepen()["rechten"]),
    )


def _groep(code: str, plek: Bouwplaats) -> Groep:
    tekst = {k: v for k, v in groepen()["groepen"][code].items() if k not in ("tabellen", "soort")}
    tekst["bewaren"] = " ".join((tekst["bewaren"], bewaartekst(plek.termijnen, groepen()["groepen"][code]["soort"])))
    delen = tuple(d for d in plek.delen.get(code, ()) if not is_leeg(d))
    return Groep(code=code, onderdelen=delen, **tekst)


def bewaartekst(termijnen: Bewaartermijnen, soort: str) -> str:
    """The term that holds now, with its source."""
    termijn = next(t for t in termijnen.termijnen if t.soort == soort)
    wie = "eigen keuze van de gemeente; " if termijn.eigen else ""
    return f"Nu is dat {termijn.jaren} jaar, gerekend vanaf: {termijn.vanaf} ({wie}{termijn.bron})."


def aantal(delen: Collection[Onderdeel]) -> int:
    """How many things a group holds: parts, and the rows of parts that are a table."""
    return sum(len(d.tabel.rijen) if d.tabel is not None else 1 for d in delen)
