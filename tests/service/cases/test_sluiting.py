"""Besluiten to close on a real database: whose they are after a merge, which gemeente takes them, and erasure."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.errors import Ongeldig
from hub.gewist import erase_from
from schakel.wissen.belet import Belet, beletsels
from schakel.wissen.opslag import catalogus
from services.cases.grens.regel import Grensboek
from services.cases.grens.register import Verstrekkingenregister
from services.cases.privacystand import Privacystand
from services.cases.rechtenstore import noteer_inzage, schrijf_rechten
from services.cases.sluiting import Sluitingen
from services.cases.store import ZakenStore
from tests.service.cases.test_store import pool, save, store
from tests.service.cases.test_verstrekkingenregister import REGEL
from tests.unit.cases.leven import ANDER
from tests.unit.cases.voorbeelden import JONGERE, NU, dossier, met_melding, te_laat, zaak

__all__ = ["pool", "store"]
REGIO = ("1924", "0171")
VANDAAG = date(2028, 1, 3)  # maandag
Pool = Any


async def gesloten(pool: Pool, store: ZakenStore, jongere_id: UUID, woont: str | None = None) -> UUID:
    """A jongere who died, with one closed zaak; returns its id."""
    staat = met_melding(replace(dossier(), jongere_id=jongere_id), te_laat(9))
    await save(pool, store, staat)
    await pool.execute("UPDATE zaak SET status = 'afgesloten' WHERE jongere_id = $1", jongere_id)
    await pool.execute("INSERT INTO register (jongere_id, gemeente, uit) VALUES ($1, $2, 'overleden')",
                       jongere_id, woont)  # fmt: skip
    return zaak(staat).zaak_id


async def test_a_besluit_ends_with_the_number_it_was_about(pool: Pool, store: ZakenStore) -> None:
    """It was taken about somebody whose zaken went on under another number: nobody decided about those."""
    sluitingen = Sluitingen(pool, REGIO)
    await gesloten(pool, store, ANDER)
    assert 1 == await sluitingen.merk_op(VANDAAG)
    await sluitingen.besluit(ANDER, "SLUIT-1", "ADM-1", ["1924"], VANDAAG)
    pools = {"cases": pool}
    assert [] == await beletsels(pools, [ANDER, JONGERE])
    await pool.execute("UPDATE zaak SET jongere_id = $2 WHERE jongere_id = $1", ANDER, JONGERE)
    assert [Belet.ZONDER_BESLUIT] == await beletsels(pools, [ANDER, JONGERE])
    await sluitingen.merk_op(VANDAAG)
    assert ANDER not in [r["jongere_id"] for r in await sluitingen.lijst()]


async def test_a_merge_takes_the_besluit_and_hands_on_what_was_disclosed(pool: Pool, store: ZakenStore) -> None:
    """Who got something under the old number is found under the new one, to be told of a withdrawal or correction."""
    sluitingen = Sluitingen(pool, REGIO)
    await gesloten(pool, store, ANDER)
    await sluitingen.merk_op(VANDAAG)
    await save(pool, store, replace(dossier(), jongere_id=ANDER,
                                    grens=Grensboek((replace(REGEL, jongere_id=ANDER),))))  # fmt: skip
    await pool.execute("INSERT INTO ingetrokken VALUES ($1, $2)", uuid4(), ANDER)
    await save(pool, store, replace(dossier(), jongere_id=JONGERE, overgenomen_van=(ANDER,)))
    assert [REGEL.ontvanger] == await Verstrekkingenregister(pool).ontvangers(JONGERE)
    assert [JONGERE] == [r["jongere_id"] for r in await pool.fetch("SELECT jongere_id FROM ingetrokken")]
    assert [] == await sluitingen.lijst()


async def test_a_restriction_that_is_lifted_ends_under_the_old_number_too(pool: Pool, store: ZakenStore) -> None:
    """Or nobody could ever be erased who was merged while a restriction ran."""
    for jongere_id, op in ((ANDER, JONGERE), (JONGERE, None)):
        await pool.execute("INSERT INTO register (jongere_id, opgegaan_in) VALUES ($1, $2)", jongere_id, op)
        await pool.execute("INSERT INTO beperking VALUES ($1, $2, 'x')", jongere_id, VANDAAG)
    beperkt = Privacystand(beperkt_sinds=VANDAAG)
    async with pool.acquire() as db, db.transaction():
        await schrijf_rechten(db, {JONGERE: (beperkt, Privacystand())})
    assert [] == await beletsels({"cases": pool}, [ANDER, JONGERE])


@pytest.mark.parametrize(("woont", "sluit"), [("0171", "0171"), ("0363", "1924"), (None, "1924")])
async def test_the_gemeente_of_residence_closes(pool: Pool, store: ZakenStore, woont: str | None, sluit: str) -> None:
    """Where that is none of ours, the gemeente of the last zaak does, whatever its code."""
    first = await gesloten(pool, store, JONGERE, woont)
    await pool.execute(
        """INSERT INTO zaak SELECT (jsonb_populate_record(z, jsonb_build_object('zaak_id', $2::uuid,
             'gemeente', '0171', 'geopend_op', z.geopend_op - interval '1 year'))).* FROM zaak z WHERE zaak_id = $1""",
        first, uuid4(),
    )  # fmt: skip
    sluitingen = Sluitingen(pool, REGIO)
    assert 1 == await sluitingen.merk_op(VANDAAG)
    assert [sluit] == [r["gemeente"] for r in await sluitingen.lijst()]
    await pool.execute("UPDATE register SET gemeente = '1924'")
    assert 0 == await sluitingen.merk_op(VANDAAG + timedelta(days=1))
    assert ["1924"] == [r["gemeente"] for r in await sluitingen.lijst()]


async def test_nothing_returns_of_somebody_who_was_erased(pool: Pool, store: ZakenStore) -> None:
    """What reads before erasure and writes after it stores nothing: no end, no line that inzage was given."""
    sluitingen = Sluitingen(pool, REGIO)
    await gesloten(pool, store, JONGERE)
    await erase_from(pool, catalogus("cases"), [JONGERE], NU)
    assert 0 == await sluitingen._schrijf([(JONGERE, "1924", "overleden", VANDAAG)], [], VANDAAG)
    assert [] == await sluitingen.lijst()
    with pytest.raises(Ongeldig, match="gewist"):
        await noteer_inzage(pool, uuid4(), JONGERE, "LPA-1", "inzage", "json", NU)
    assert not await pool.fetchval("SELECT count(*) FROM inzage")
