"""Somebody is erased from a running region, interrupted half-way; a scan finds everything before and nothing after."""

from datetime import date, timedelta
from typing import Any

import pytest

from hub.bewaartermijnen import Bewaartermijnen
from hub.errors import Ongeldig
from hub.medewerkers import Medewerkers
from schakel.operations import compare_streams
from schakel.settled import settled
from schakel.wissen.bewaren import jaarlijks, stand
from schakel.wissen.bewijs import Zoeker
from schakel.wissen.commands import bewijs, plaatsen
from schakel.wissen.opdracht import Opdracht
from schakel.wissen.wis import Plaatsen, begin, bevoegd, proef, voer_uit
from services.brp_sync.model import Adres, Ouder, Persoon
from services.cases.model import Zaak
from tests.journeys.world import World

REDEN: dict[str, Any] = {"reden": "dossier gesloten", "besluit": "SLUIT-1", "ook_open": True}


class Onderbroken(Exception):
    """The process died."""


async def verhaal(wereld: World) -> tuple[Persoon, Persoon]:
    """Two children of one family with a letter each; one of them is in raw input and quarantine as well."""
    ouders = (Ouder(betrekking="ouder1", voornamen="Olga", geslachtsnaam="Wispelaar"),)
    adres = Adres(straat="Verdwijnlaan", huisnummer="7", postcode="3240ZZ", woonplaats="Voorbeelddorp")
    gezin: dict[str, Any] = {"geslachtsnaam": "Wispelaar", "ouders": ouders, "adres": adres}
    weg = await wereld.jongere(voornamen="Philippine", a_nummer="1000000001", **gezin)
    blijft = await wereld.jongere(voornamen="Catharina", **gezin)
    for jongere in (weg, blijft):
        await wereld.meld_te_laat(jongere, 9)
        work = await wereld.akkoord(jongere, "gele_kaart")
        await wereld.in_tijdlijn(work.zaak_id, "brief_opgemaakt", times=2)
    assert weg.bsn is not None
    intake = wereld.app("ingest_duo").service.intakes["duo"]
    raw = await intake.keep(f"<bsn>{weg.bsn.get_secret_value()}</bsn>".encode(), wereld.clock.now())
    await intake.finished(raw, wereld.clock.now())
    await intake.quarantine(weg.bsn.get_secret_value().encode(), "regel 1", "bsn", "onbekend", wereld.clock.now())
    await settled(wereld.installation)
    await verwant(wereld, blijft, await wereld.zaak(weg))
    return weg, blijft


async def verwant(wereld: World, jongere: Persoon, ander: Zaak) -> None:
    """Lets the zaak of one jongere name that of the other, as the zaken of siblings do."""
    store = wereld.app("cases").store
    async with store._pool.acquire() as db:
        dossier = (await store.load(db, [await wereld.jongere_id(jongere)]))[await wereld.jongere_id(jongere)]
        zaak = next(iter(dossier.zaken.values()))
        zaak = zaak.met(verwant=(ander.zaak_id, zaak.zaak_id), voortgezet_uit=ander.zaak_id)
        await store.save(db, {dossier.jongere_id: dossier.met_zaak(zaak)})


async def zoek(waar: Plaatsen, opdracht: Opdracht) -> Any:
    """One scan of everything."""
    zoeker = Zoeker(opdracht, waar.kluis, lambda _: None)
    await zoeker.databases(waar.pools)
    await zoeker.streams(waar.nc)
    zoeker.bestanden(waar.mappen)
    return zoeker.gevonden


def sterf_bij(plek: str) -> Any:
    """Progress that ends the process at a place."""

    def voortgang(tekst: str) -> None:
        if tekst == plek:
            raise Onderbroken

    return voortgang


async def test_somebody_is_erased_from_a_running_region(wereld: World) -> None:
    """Before it the scan finds them everywhere, after it nowhere; sibling and services go on."""
    weg, blijft = await verhaal(wereld)
    settings, fg = wereld.installation.config.settings, bevoegd(Medewerkers.load(), "ADM-1")
    oud, broer = await wereld.jongere_id(weg), await wereld.jongere_id(blijft)
    async with plaatsen(settings) as waar:
        with pytest.raises(Ongeldig, match="besluit tot sluiting"):
            await begin(waar, oud, door=fg, now=wereld.clock.now(), reden="x", besluit=None, ook_open=True)
        with pytest.raises(Ongeldig, match="open zaak"):
            await begin(waar, oud, door=fg, now=wereld.clock.now(), reden="x", besluit="y", ook_open=False)
        voor_broer = await proef(waar, broer)
        opdracht = await begin(waar, oud, door=fg, now=wereld.clock.now(), **REDEN)
        eerst = await zoek(waar, opdracht)
        assert {
            "brp_sync.jongere", "cases.zaak", "cases.outbox", "ingest_duo.melding", "ingest_duo.inkomend",
            "ingest_duo.quarantaine", "letters.brief",
        } <= {plek.rpartition(".")[0] for plek, _ in eerst.sporen}  # fmt: skip
        assert {"stream ZAKEN", "stream BRIEVEN", "bestand in 1924/"} <= {plek for plek, _ in eerst.sporen}
        assert not eerst.leesbaar
        assert "voornamen" in {soort for _, soort in eerst.sporen}
        assert "geslachtsnaam" in opdracht.niet_onderscheidend

        with pytest.raises(Onderbroken):
            await voer_uit(waar, opdracht, wereld.clock.now(), sterf_bij("stream ZAKEN"))
        assert (await zoek(waar, opdracht)).sporen
        assert opdracht == await begin(waar, oud, door=fg, now=wereld.clock.now(), **REDEN)
        gedaan = await voer_uit(waar, opdracht, wereld.clock.now(), lambda _: None)
        assert not gedaan.wacht
        [document] = await bewijs(settings, None)
        assert (0, True, []) == (document["sporen"], document["bewezen"], document["waar"])
        assert 0 < document["bekeken"]["bestanden"]
        assert [] == waar.opdrachten.alle()
        assert voor_broer == await proef(waar, broer)

    zaak = await wereld.zaak(blijft)
    assert ((zaak.zaak_id,), None) == (zaak.verwant, zaak.voortgezet_uit)
    assert 2 == len(wereld.brieven())
    assert 0 == (await compare_streams(settings))["ontbrekend"]
    await wereld.meld_te_laat(blijft, 12)
    await wereld.jongere(**{v: getattr(weg, v) for v in ("bsn", "voornamen", "geslachtsnaam")})
    await wereld.meld_te_laat(weg, 9)
    await wereld.werk(weg, "gele_kaart")
    assert oud != await wereld.jongere_id(weg)
    nieuw = await wereld.jongere_id(weg)
    cases, ingest = (wereld.app(name).service.pool for name in ("cases", "ingest_duo"))
    assert 1 == await cases.fetchval("SELECT min(sequence) FROM outbox WHERE jongere_id = $1", nieuw)
    assert 1 == await ingest.fetchval("SELECT count(*) FROM melding WHERE jongere_id = $1", nieuw)


async def test_the_clock_erases_who_is_due_and_nobody_else(wereld: World) -> None:
    """A year less a month after the besluit; an open zaak, a restriction and a follower at the BRP hold it up."""
    namen = ("due", "open", "beperkt", "gevolgd", "vroeg")
    jongeren = {naam: await wereld.jongere(voornamen=f"Voornaam{naam}") for naam in namen}
    for jongere in jongeren.values():
        await wereld.meld_te_laat(jongere, 9)
        await wereld.werk(jongere, "gele_kaart")
    await settled(wereld.installation)
    ids = {naam: await wereld.jongere_id(jongere) for naam, jongere in jongeren.items()}
    settings, cases = wereld.installation.config.settings, wereld.app("cases").service.pool
    brp = wereld.app("brp_sync").service.pool
    vandaag = wereld.clock.today()
    gesloten = [ids[n] for n in namen if n != "open"]
    await cases.execute("UPDATE zaak SET status = 'afgesloten' WHERE jongere_id = ANY($1::uuid[])", gesloten)
    await cases.execute("UPDATE register SET uit = 'overleden'")
    assert 4 == await wereld.app("cases").sluitingen.merk_op(vandaag)
    assert 0 == await wereld.app("cases").sluitingen.merk_op(vandaag)
    sluitingen = wereld.app("cases").sluitingen
    for naam in namen:
        if naam == "open":
            with pytest.raises(Ongeldig, match="van geen dossier"):
                await sluitingen.besluit(ids[naam], "SLUIT-1", "ADM-1", ["1924"], vandaag)
        else:
            with pytest.raises(Ongeldig, match="van uw gemeente"):
                await sluitingen.besluit(ids[naam], "SLUIT-1", "ADM-1", ["0171"], vandaag)
            op = vandaag - timedelta(days=335 - (naam == "vroeg"))
            await sluitingen.besluit(ids[naam], "SLUIT-1", "ADM-1", ["1924"], op)
    await cases.execute("INSERT INTO sluiting VALUES ($1, '1924', 'x', $2, $2, 'S', 'ADM-1', $2)",
                        ids["open"], date(2020, 1, 1))  # fmt: skip
    await cases.execute("INSERT INTO beperking VALUES ($1, $2, 'onrechtmatig')", ids["beperkt"], vandaag)
    await brp.execute("INSERT INTO volgindicatie VALUES ($1, 'geplaatst', 'lo3', now(), 1, 0)", ids["gevolgd"])
    async with plaatsen(settings) as waar:
        report = await jaarlijks(waar, Bewaartermijnen.load(), wereld.clock.now())
        assert (1, 0) == (report["gewist"], report["wacht"])
        assert {"open zaak": 1, "beperking loopt": 1, "wordt nog gevolgd": 1} == report["overgeslagen"]
        assert [True] == [d["bewezen"] for d in await bewijs(settings, None)]
        assert {} == await proef(waar, ids["due"])
        for naam in namen[1:]:
            assert await proef(waar, ids[naam])
        document = await stand(waar.pools, Bewaartermijnen.load(), vandaag)
        assert [(False, None)] == [
            (t["aan_de_beurt"], t["belet"]) for t in document["te_wissen"] if t["jongere_id"] == ids["vroeg"]
        ]
