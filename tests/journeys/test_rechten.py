"""Rights of the betrokkene over real servers: inzage, rectificatie, beperking, bezwaar."""

import asyncio
import os
import re
import stat
import sys
from asyncio.subprocess import PIPE, STDOUT
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from schakel.inzage.model import Inzage, Onderdeel
from services.brp_sync.model import Ouder, Persoon
from services.letters.render import drukbaar
from tests.journeys.world import GEMEENTE, LPA, World
from tests.unit.letters.pdf_controle import tekst

pytestmark = pytest.mark.connected
ROOT = Path(__file__).parents[2]

AFSPRAAK = "Elke ochtend samen fietsen met Bram"
GEPLANT = {
    "voornamen": "Fenna Isadora",
    "geslachtsnaam": "Kwintelaar",
    "straat": "Sterrewachtkade",
    "postcode": "3241AB",
    "ouder": "Odette",
    "reden": "13 keer te laat",
    "actie": "De mentor belde drie avonden",
    "telefoon": "0622334455",
    "afspraak": AFSPRAAK,
    "toelichting": "Ik wil weten wat school schreef",
    "waar": "map 12",
}
OUDER_BSN = "999990019"
ONBEKEND_BSN = "999993653"
ANDER = ("Tjalling", "Ruitenbeek", "Verlatenweg")


def alles(inzage: Inzage) -> list[str]:
    """Every text of the data that somebody reads, in order."""

    def van(deel: Onderdeel) -> list[str]:
        cellen = [cel for rij in deel.tabel.rijen for cel in rij] if deel.tabel is not None else []
        onder = [tekst for een in deel.onderdelen for tekst in van(een)]
        return [deel.titel, *(v.waarde for v in deel.velden), *cellen, *onder]

    return [tekst for groep in inzage.groepen for deel in groep.onderdelen for tekst in van(deel)]


async def verhaal(wereld: World) -> UUID:
    """A jongere with a melding, a besluit, letters and Halt; and another one beside."""
    jongere = await wereld.jongere(
        voornamen=GEPLANT["voornamen"],
        geslachtsnaam=GEPLANT["geslachtsnaam"],
        adres={"straat": GEPLANT["straat"], "huisnummer": "7", "postcode": "3241AB", "woonplaats": "Voorbeelddorp"},
        ouders=(Ouder(betrekking="ouder1", bsn=OUDER_BSN, voornamen=GEPLANT["ouder"], geslachtsnaam="Kwintelaar"),),
    )
    ander = await wereld.jongere(
        voornamen=ANDER[0],
        geslachtsnaam=ANDER[1],
        adres={"straat": ANDER[2], "huisnummer": "8", "postcode": "3241AB", "woonplaats": "Voorbeelddorp"},
    )
    await wereld.meld_te_laat(ander, 9)
    await wereld.meld(
        jongere,
        vermoedelijke_reden=GEPLANT["reden"],
        ondernomen_actie=GEPLANT["actie"],
        telefoon_leerling_of_ouder=GEPLANT["telefoon"],
    )
    await naar_halt(wereld, jongere)
    return await wereld.jongere_id(jongere)


async def naar_halt(wereld: World, jongere: Persoon) -> None:
    """Halt has the jongere, and the letters exist."""
    zaak = await wereld.zaak(jongere)
    await wereld.halt_kan(zaak.zaak_id)
    await wereld.akkoord(jongere, "halt_verwijzing", afspraken=(SecretStr(AFSPRAAK),))
    await wereld.in_tijdlijn(zaak.zaak_id, "brief_opgemaakt", times=2)
    await wereld.in_tijdlijn(zaak.zaak_id, "halt_aangeboden")


async def vraag(wereld: World, **velden: Any) -> Inzage:
    """An inzage through the API."""
    answer = await wereld.post("/v1/inzage", {"medewerker": LPA, **velden})
    assert 200 == answer.status_code, answer.text
    return Inzage.model_validate_json(answer.content)


async def test_an_inzage_holds_everything_planted_and_nothing_of_another(wereld: World) -> None:
    """As JSON and as PDF, by number or BSN; who may not give it gets nothing, and each time is written down."""
    jongere_id = await verhaal(wereld)
    verzoek = {
        "jongere": str(jongere_id), "gemeente": GEMEENTE, "soort": "inzage", "verzoeker": "jongere",
        "ontvangenOp": "2026-09-14", "medewerker": LPA, "kenmerk": "brief 1", "toelichting": GEPLANT["toelichting"],
    }  # fmt: skip
    first, again = [await wereld.post("/v1/rechtenverzoeken", verzoek) for _ in range(2)]
    assert (201, "2026-10-14", first.json()) == (first.status_code, first.json()["uiterlijk"], again.json())

    refused = [
        await wereld.post("/v1/inzage", {"jongere": str(jongere_id), "medewerker": code})
        for code in ("ADM-1", "LPA-2", "NIEMAND")
    ]
    assert [422, 404, 422] == [a.status_code for a in refused]
    inzage = await vraag(wereld, jongere=str(jongere_id))
    bsn = next(v.waarde for v in inzage.groepen[0].onderdelen[0].velden if v.veld == "bsn")
    gelezen = " | ".join(alles(inzage))
    assert {} == {wat: waarde for wat, waarde in GEPLANT.items() if waarde not in gelezen}
    assert [] == [waarde for waarde in (*ANDER, OUDER_BSN) if waarde in inzage.model_dump_json()]
    assert ["gegevens_van_anderen"] == [w.categorie for w in inzage.weggelaten]
    assert {"persoon", "school", "meldingen", "zaken", "brieven", "halt", "verstrekkingen", "verzoeken", "logboek"} <= {
        g.code for g in inzage.groepen
    }

    elders, onbekend = [
        await wereld.post("/v1/inzage", {"bsn": nummer, "medewerker": "LPA-2"}) for nummer in (bsn, ONBEKEND_BSN)
    ]
    assert (404, elders.json()) == (elders.status_code, onbekend.json())
    assert 404 == onbekend.status_code

    pdf = await wereld.post("/v1/inzage", {"bsn": bsn, "medewerker": LPA, "vorm": "pdf"})
    gedrukt = re.sub(r"\s+", "", tekst(pdf.content))
    zonder = [t for t in alles(inzage) if re.sub(r"[\s\u200b\u2068\u2069]+", "", drukbaar(t)) not in gedrukt]
    assert [] == zonder
    rows = await wereld.app("cases").service.pool.fetch("SELECT medewerker, vorm, jongere_id FROM inzage ORDER BY vorm")
    assert [(LPA, "json", jongere_id), (LPA, "pdf", jongere_id)] == [tuple(r) for r in rows]

    mee = await vraag(wereld, jongere=str(jongere_id), soort="portabiliteit")
    assert [] == [w for w in (GEPLANT["reden"], AFSPRAAK, GEPLANT["straat"]) if w in mee.model_dump_json()]


async def test_the_command_writes_a_pdf_that_only_its_owner_reads(wereld: World, tmp_path: Path) -> None:
    """The BSN comes in by standard input, and comes out nowhere; whoever may not, gets no file."""
    jongere = await wereld.jongere()
    await wereld.jongere_id(jongere)
    assert jongere.bsn is not None
    bsn, pad = jongere.bsn.get_secret_value(), tmp_path / "inzage.pdf"
    settings = wereld.installation.config.settings
    assert settings.nats_url is not None
    assert settings.postgres_url is not None
    omgeving = os.environ | {
        "SCHAKEL_MAP": str(settings.map),
        "SCHAKEL_NATS_URL": settings.nats_url.get_secret_value(),
        "SCHAKEL_POSTGRES_URL": settings.postgres_url.get_secret_value(),
    }
    for medewerker, verwacht in (("ADM-1", 1), (LPA, 0)):
        proces = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "schakel", "inzage", "--bsn-van-stdin", "--medewerker", medewerker, "--pdf", str(pad),
            stdin=PIPE, stdout=PIPE, stderr=STDOUT, env=omgeving, cwd=ROOT,
        )  # fmt: skip
        said, _ = await proces.communicate(f"{bsn}\n".encode())
        assert (verwacht, verwacht == 0) == (proces.returncode, pad.exists()), said.decode()
        assert bsn not in said.decode()
    assert 0o600 == stat.S_IMODE(pad.stat().st_mode)
    assert bsn in tekst(pad.read_bytes())
    assert [pad] == list(tmp_path.glob("*.pdf*"))


async def test_a_correction_reaches_whoever_got_it_once(wereld: World) -> None:
    """Halt got the afspraken-free referral with the name: it is told once, and the taak stays until it was done."""
    jongere_id = await verhaal(wereld)
    zaak_id = await wereld.app("cases").service.pool.fetchval(
        "SELECT zaak_id FROM zaak WHERE jongere_id = $1", jongere_id
    )
    body = {
        "rectificatie": str(uuid4()), "jongere": str(jongere_id), "gemeente": GEMEENTE, "soort": "feit",
        "element": "verzuim_duur_omvang", "onderwerp": "toereikende_hulp", "reden": "er bleek toch hulp te zijn",
        "medewerker": LPA, "zaak": str(zaak_id), "waarde": True,
    }  # fmt: skip
    answers = [await wereld.post("/v1/rectificaties", body) for _ in range(2)]
    assert [["halt"], ["halt"]] == [a.json()["teInformeren"] for a in answers]
    told = await wereld.said("cases", "rectificatie-gemeld")
    assert [(["verzuim_duur_omvang"], ["halt"])] == [(e["data"]["elementen"], e["data"]["ontvangers"]) for e in told]
    dienst = wereld.app("cases").rechten
    (taak,) = await dienst.vragen.taken()
    assert ("rectificatie_melden", "halt") == (taak["soort"], taak["ontvanger"])
    for _ in range(2):
        done = await wereld.post(f"/v1/rechtentaken/{taak['taak_id']}/afronding", {"medewerker": LPA})
        assert 201 == done.status_code
    assert [] == await dienst.vragen.taken()


async def test_while_restricted_no_letter_goes_out_that_was_asked_for_before(wereld: World) -> None:
    """It was decided while `letters` was away; when it is back, processing is restricted: the letter lapses."""
    jongere = await wereld.jongere()
    await wereld.meld_te_laat(jongere, 9)
    await wereld.werk(jongere, "gele_kaart")
    await wereld.stop("letters")
    work = await wereld.akkoord(jongere, "gele_kaart")
    jongere_id = await wereld.jongere_id(jongere)
    body = {"jongere": str(jongere_id), "gemeente": GEMEENTE, "reden": "juistheid_betwist", "medewerker": LPA}
    assert 201 == (await wereld.post("/v1/beperkingen", body)).status_code
    await wereld.start("letters")
    await wereld.in_tijdlijn(work.zaak_id, "brief_vervallen")
    assert [] == wereld.brieven()
    dienst = wereld.app("cases").rechten
    assert {jongere_id: date(2026, 9, 14)} == await dienst.vragen.beperkt([jongere_id])
    terug = {**body, "reden": "juistheid_nagegaan", "geinformeerdOp": "2026-09-14"}
    assert 201 == (await wereld.post("/v1/hervattingen", terug)).status_code
    assert {} == await dienst.vragen.beperkt([jongere_id])
