"""Two jongere_id's that turn out to be one person become one: once, for everybody, also through a crash."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from contracts.verstrek import TeIdentificeren
from hub.errors import Ongeldig, Tijdelijk
from hub.messages import Message
from services.brp_sync.aanlevering import Aanlevering, Sleutel
from services.brp_sync.decisions import Registreer, VoegSamen, Wijzig
from services.brp_sync.model import Persoon, PersoonWijziging
from services.brp_sync.stuf import Mutatiesoort, Stuurgegevens, Systeem, bouw_npslk01
from tests.service.brp_sync.wereld import NU, Wereld
from tests.waiting import eventually

BSN, BSN_ANDER, OWN = "999990019", "999990020", "100000009"


def wie(bsn: str | None = None, onderwijsnummer: str | None = None) -> TeIdentificeren:
    """A person as DUO names one."""
    return TeIdentificeren(bsn=bsn, onderwijsnummer=onderwijsnummer, gemeente="1924")


def saar(bsn: str = BSN, **anders: object) -> Persoon:
    """A fictional girl."""
    velden: dict[str, object] = {
        "bsn": bsn, "voornamen": "Saar", "geslachtsnaam": "Proefman", "geboortedatum": "20110504", "gemeente": "1924",
        "indicatie_geheim": 0,
    }  # fmt: skip
    return Persoon(**(velden | anders))


def stuf(persoon: Persoon, oud: Persoon, soort: str) -> bytes:
    """A correction of the key (S) or two that are one (O)."""
    stuurgegevens = Stuurgegevens(
        zender=Systeem(organisatie="1924", applicatie="DDS"), ontvanger=Systeem(applicatie="LEERPLICHT"),
        referentienummer=f"ref-{soort}", tijdstip="20260914100000000",
    )  # fmt: skip
    return bouw_npslk01(persoon, Mutatiesoort.CORRECTIE, stuurgegevens, oud=oud, sleutel="2", sleutel_oud="1",
                        verwerkingssoort=soort)  # fmt: skip


async def samenvoegingen(wereld: Wereld) -> list[tuple[UUID, str, UUID]]:
    """What was said of merges: about whom, what, and who is the other."""
    return [
        (about, name, UUID(next(iter(data.values()))))
        for about, name, data in await wereld.said()
        if name in ("jongere-samengevoegd", "jongere-opgegaan")
    ]


async def test_bsn_and_onderwijsnummer_of_two_people_make_one(wereld: Wereld) -> None:
    """The one with the BSN remains, both numbers lead there, and each side is told once."""
    ((blijft,), (gaat,)) = await wereld.app.identify([wie(BSN)]), await wereld.app.identify([wie(None, OWN)])
    assert blijft != gaat
    assert [blijft] == await wereld.app.identify([wie(BSN, OWN)])
    said = [(blijft, "jongere-samengevoegd", gaat), (gaat, "jongere-opgegaan", blijft)]
    assert said == await samenvoegingen(wereld)
    assert [blijft] * 3 == await wereld.app.identify([wie(None, OWN), wie(BSN), wie(BSN, OWN)])
    await wereld.stop()
    await wereld.start()
    assert said == await samenvoegingen(wereld)


async def test_a_persoonslijst_with_the_onderwijsnummer_of_another_jongere_id_makes_one(wereld: Wereld) -> None:
    """DUO named a girl by onderwijsnummer, and the BRP told of one who has both numbers."""
    (gaat,) = await wereld.app.identify([wie(None, OWN)])
    (blijft,) = await wereld.app.identify([wie(BSN)])
    assert 1 == await wereld.app.take_in([saar(onderwijsnummer=OWN)])
    assert [(blijft, "jongere-samengevoegd", gaat), (gaat, "jongere-opgegaan", blijft)] == await samenvoegingen(wereld)
    assert [blijft] * 3 == await wereld.app.identify([wie(None, OWN), wie(BSN), wie(BSN, OWN)])
    assert ["jongere-samengevoegd", "jongere-ingeschreven"] == await wereld.names(blijft)


async def test_a_persoonslijst_is_about_who_was_known_by_its_onderwijsnummer(wereld: Wereld) -> None:
    """Of the BSN nothing was known yet: nobody is merged for it."""
    (een,) = await wereld.app.identify([wie(None, OWN)])
    assert 1 == await wereld.app.take_in([saar(onderwijsnummer=OWN)])
    assert [een] * 2 == await wereld.app.identify([wie(None, OWN), wie(BSN)])
    assert ["jongere-ingeschreven"] == await wereld.names()


async def test_a_persoonslijst_with_the_onderwijsnummer_of_another_bsn_is_refused(wereld: Wereld) -> None:
    """Two BSNs are two people, in one list and afterwards; the rest of the list goes on."""
    eigen, vreemd = saar(onderwijsnummer=OWN), saar(BSN_ANDER, onderwijsnummer=OWN)
    items = [Aanlevering(Sleutel(p.bsn), Registreer(p), "regel") for p in (eigen, vreemd, eigen)]
    for _ in range(2):
        fouten = await wereld.app.verwerk(items)
        assert [None, "onderwijsnummer", None] == [fout and fout.veld for fout in fouten]
    with pytest.raises(Ongeldig, match="ander BSN"):
        await wereld.app.take_in([vreemd])
    assert ["jongere-ingeschreven"] == await wereld.names()


async def test_a_number_that_was_missing_is_attached(wereld: Wereld) -> None:
    """Nobody is merged for it, and nothing is said."""
    (een,) = await wereld.app.identify([wie(None, OWN)])
    assert [een] == await wereld.app.identify([wie(BSN, OWN)])
    assert [een] == await wereld.app.identify([wie(BSN)])
    assert 1 == await wereld.pool.fetchval("SELECT count(*) FROM jongere")
    assert [] == await wereld.said()


async def test_an_old_jongere_id_answers_for_the_one_that_remains(wereld: Wereld) -> None:
    """What another service kept goes on working, and the line is about the one that remains."""
    (gaat,) = await wereld.app.identify([wie(None, OWN)])
    await wereld.app.take_in([saar()])
    (blijft,) = await wereld.app.identify([wie(BSN, OWN)])
    answers = await wereld.app.store.disclose([gaat], "letters", "brief", NU)
    assert {gaat: saar().bsn} == {jongere_id: persoon.bsn for jongere_id, persoon in answers.items()}
    assert [blijft] == [row["jongere_id"] for row in await wereld.pool.fetch("SELECT jongere_id FROM verstrekking")]


@pytest.mark.parametrize("crash", ["before anything was said", "between the two"])
async def test_a_merge_survives_a_crash(wereld: Wereld, crash: str) -> None:
    """What was decided is said at the next start, and what was said is not said again."""
    ((blijft,), (gaat,)) = await wereld.app.identify([wie(BSN)]), await wereld.app.identify([wie(None, OWN)])
    assert await wereld.app.store.merge(blijft, gaat, NU)
    assert not await wereld.app.store.merge(gaat, blijft, NU)
    if crash == "between the two":
        async with wereld.pool.acquire() as db:
            was = (await wereld.app.store.load(db, [gaat]))[gaat]
        await wereld.app.service.execute([Message(blijft, "1924", VoegSamen(gaat, was))])
    await wereld.stop()
    await wereld.start()
    assert [blijft] == await wereld.app.identify([wie(BSN, OWN)])

    async def both() -> bool:
        return len(await samenvoegingen(wereld)) == 2

    await eventually(both, "both sides are told")
    said = {(blijft, "jongere-samengevoegd", gaat), (gaat, "jongere-opgegaan", blijft)}
    assert said == set(await samenvoegingen(wereld))


async def test_two_persoonslijsten_that_are_one_person(wereld: Wereld) -> None:
    """StUF C with O: what only the other knew is taken over, its BSN goes on meaning the person, its data are gone."""
    await wereld.app.take_in([saar(BSN, onbekend={"adres"})])
    wereld.clock.advance(timedelta(days=1))
    await wereld.app.take_in(
        [saar(BSN_ANDER, adres={"straat": "Proefstraat", "huisnummer": "1"}, a_nummer="1000000018")]
    )
    (blijft, gaat) = await wereld.app.identify([wie(BSN), wie(BSN_ANDER)])
    status, _ = await wereld.stuf(stuf(saar(BSN), saar(BSN_ANDER), "O"))
    assert 200 == status
    assert [(blijft, "jongere-samengevoegd", gaat), (gaat, "jongere-opgegaan", blijft)] == await samenvoegingen(wereld)
    assert [blijft, blijft] == await wereld.app.identify([wie(BSN), wie(BSN_ANDER)])
    ((_, persoon),) = (await wereld.app.store.disclose([gaat], "letters", "brief", NU)).items()
    assert persoon.bsn is not None
    assert BSN == persoon.bsn.get_secret_value()
    assert persoon.adres is not None
    assert await wereld.pool.fetchval("SELECT gegevens IS NULL FROM jongere WHERE jongere_id = $1", gaat)


async def test_a_corrected_bsn_re_keys_the_same_person(wereld: Wereld) -> None:
    """StUF C with S: the old number may be somebody else's, so it means nobody now."""
    await wereld.app.take_in([saar(BSN)])
    (een,) = await wereld.app.identify([wie(BSN)])
    assert 200 == (await wereld.stuf(stuf(saar(BSN_ANDER), saar(BSN), "S")))[0]
    assert [een] == await wereld.app.identify([wie(BSN_ANDER)])
    assert ["jongere-ingeschreven", "persoonsgegevens-gewijzigd"] == await wereld.names()
    assert {"onderdelen": ["identificatie"]} == (await wereld.said())[1][2]
    assert [een] != await wereld.app.identify([wie(BSN)])


@pytest.mark.parametrize("seed", range(6))
async def test_whoever_asks_first_all_end_with_one_person(wereld: Wereld, seed: int) -> None:
    """Questions and persoonslijsten cross each other in every order; both sides are told at most once."""
    rng = random.Random(seed)
    vragen: list[Any] = [wie(BSN), wie(None, OWN), wie(BSN, OWN)] * 6
    rng.shuffle(vragen)
    item = Aanlevering(Sleutel(SecretStr(BSN)), Registreer(saar()), "regel 1")

    async def ask(vraag: TeIdentificeren) -> None:
        for _ in range(rng.randrange(4)):
            await asyncio.sleep(0)
        await wereld.app.identify([vraag])

    async def deliver() -> list[Ongeldig | None]:
        return await wereld.app.verwerk([item])

    await asyncio.gather(*(ask(vraag) for vraag in vragen), deliver(), deliver())
    (een, twee, drie) = await wereld.app.identify([wie(BSN), wie(None, OWN), wie(BSN, OWN)])
    assert een == twee == drie
    said = await samenvoegingen(wereld)
    assert len(said) == len(set(said)) <= 2
    assert 1 == (await wereld.names(een)).count("jongere-ingeschreven")
    assert 1 == await wereld.pool.fetchval("SELECT count(*) FROM jongere WHERE bsn_index IS NOT NULL")


async def test_two_that_cannot_be_merged_end_the_question(wereld: Wereld) -> None:
    """A number that came to stand on a jongere_id that was merged before does not keep the hub busy for ever."""
    ((blijft,), (gaat,)) = await wereld.app.identify([wie(BSN)]), await wereld.app.identify([wie(None, OWN)])
    assert [blijft] == await wereld.app.identify([wie(BSN, OWN)])
    index = await wereld.pool.fetchval("SELECT onderwijsnummer_index FROM jongere WHERE jongere_id = $1", blijft)
    await wereld.pool.execute("UPDATE jongere SET onderwijsnummer_index = NULL WHERE jongere_id = $1", blijft)
    await wereld.pool.execute("UPDATE jongere SET onderwijsnummer_index = $2 WHERE jongere_id = $1", gaat, index)
    with pytest.raises(Tijdelijk):
        await asyncio.wait_for(wereld.app.identify([wie(BSN, OWN)]), 10)
    assert [blijft] == await wereld.app.identify([wie(BSN)])


async def test_twins_whose_numbers_were_swapped_stay_two(wereld: Wereld) -> None:
    """Same day of birth, other voornamen: each message is put aside and nothing is changed, unless it says O."""
    tweeling = saar(BSN, a_nummer="1000000007"), saar(BSN_ANDER, a_nummer="1000000018", voornamen="Sien")
    await wereld.app.take_in(tweeling)
    voor = await wereld.app.identify([wie(BSN), wie(BSN_ANDER)])
    verwisseld = [
        Aanlevering(Sleutel(een.bsn, een.a_nummer), Wijzig(PersoonWijziging(bsn=ander.bsn)), "regel 1")
        for een, ander in (tweeling, tweeling[::-1])
    ]
    fouten = await wereld.app.verwerk(verwisseld)
    assert ["bsn", "bsn"] == [fout and fout.veld for fout in fouten]
    assert voor == await wereld.app.identify([wie(BSN), wie(BSN_ANDER)])
    assert [] == await samenvoegingen(wereld)
    assert [None] == await wereld.app.verwerk([replace(verwisseld[0], ontdubbeld=True)])
    assert 2 == len(await samenvoegingen(wereld))


async def test_a_gv01_with_the_bsn_of_another_changes_neither(wereld: Wereld) -> None:
    """Found by A-nummer, its BSN is that of somebody born on another day."""
    een = saar(BSN, a_nummer="1000000007")
    ander = saar(BSN_ANDER, a_nummer="1000000018", geboortedatum="20120704")
    await wereld.app.take_in([een, ander])
    told = await wereld.names()
    gv01 = Aanlevering(Sleutel(a_nummer=een.a_nummer), Wijzig(PersoonWijziging(bsn=ander.bsn, voornamen="X")), "Gv01")
    (fout,) = await wereld.app.verwerk([gv01])
    assert fout is not None and fout.veld == "bsn"
    assert told == await wereld.names()


async def test_who_does_not_differ_is_merged(wereld: Wereld) -> None:
    """Of one of them the day of birth is not known in full, and the voornamen are not known at all."""
    een = saar(BSN, a_nummer="1000000007")
    ander = saar(BSN_ANDER, voornamen=None, geboortedatum="20110500")
    await wereld.app.take_in([een, ander])
    item = Aanlevering(Sleutel(a_nummer=een.a_nummer), Wijzig(PersoonWijziging(bsn=BSN_ANDER)), "Gv01")
    assert [None] == await wereld.app.verwerk([item])
    assert 2 == len(await samenvoegingen(wereld))


async def test_an_a_nummer_with_an_unknown_bsn_overwrites_nobody_else(wereld: Wereld) -> None:
    """Somebody born on another day is refused; who does not differ gets the new BSN."""
    een = saar(BSN, a_nummer="1000000007")
    await wereld.app.take_in([een])
    told = await wereld.names()
    vreemd = saar(BSN_ANDER, a_nummer="1000000007", geboortedatum="20120704")
    (fout,) = await wereld.app.verwerk([Aanlevering(Sleutel(vreemd.bsn, vreemd.a_nummer), Registreer(vreemd), "r")])
    assert fout is not None and fout.veld == "a_nummer"
    assert told == await wereld.names()
    gv01 = Aanlevering(Sleutel(a_nummer=een.a_nummer), Wijzig(PersoonWijziging(bsn=BSN_ANDER)), "Gv01")
    assert [None] == await wereld.app.verwerk([gv01])
