"""`brp_sync` beside a stand-in for the BRP API, for tests of signals."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from hub.embedded import Servers
from hub.service import Surroundings
from hub.settings import HubSettings
from services.brp_sync.app import BrpSync, build
from services.brp_sync.model import Adres, Ouder, Persoon
from services.brp_sync.settings import BrpApiSettings, BrpBronnen, UpdateApiSettings
from simulators.brp.api import BrpApiSimulator
from simulators.brp.cloudevents import VRIJBRP
from tests.service.brp_sync.wereld import Wereld
from tests.waiting import eventually

BSN, BSN_OUD, BSN_ANDER, BSN_OUDER = "999990019", "999990020", "999990032", "999990044"
UUR, DAG = timedelta(hours=1), timedelta(days=1)
SAAR = Persoon(
    bsn=BSN,
    a_nummer="1000000007",
    voornamen="Saartje",
    geslachtsnaam="Fictief-Proefman",
    geboortedatum="20110504",
    gemeente="1924",
    datum_inschrijving="20110504",
    indicatie_geheim=0,
    adres=Adres(straat="Verzonnenlaan", huisnummer="1", postcode="3240ZZ", woonplaats="Ons Dorp", aanvang="20110504"),
    ouders=(Ouder(betrekking="ouder1", bsn=BSN_OUDER, voornamen="Olga", geslachtsnaam="Fictief-Proefman"),),
    onbekend=frozenset({"onderwijsnummer", "gezag", "geslacht", "indicatie_gezag"}),
)
VERHUISD = SAAR.model_copy(
    update={
        "adres": Adres(
            straat="Elderslaan", huisnummer="9", postcode="3241ZZ", woonplaats="Ons Dorp", aanvang="20260910"
        )
    }
)


def ander_dan_saar(bsn: str) -> Persoon:
    """Somebody like Saar with a BSN of their own, of whom no A-nummer is known."""
    anders: dict[str, object] = {
        "bsn": Persoon(bsn=bsn).bsn,
        "a_nummer": None,
        "onbekend": SAAR.onbekend | {"a_nummer"},
    }
    return SAAR.model_copy(update=anders)


class Signalen:
    """`brp_sync` beside a stand-in for the BRP API, and what a test does with them."""

    def __init__(
        self,
        wereld: Wereld,
        brp: BrpApiSimulator,
        bronnen: BrpBronnen,
        maak: Callable[[Surroundings, HubSettings], BrpSync],
    ) -> None:
        self.wereld = wereld
        self.brp = brp
        self.bronnen = bronnen
        self.maak = maak
        self._nummer = 0

    @property
    def app(self) -> BrpSync:
        """The service that runs now."""
        return self.wereld.app

    async def komt(self, bsn: str = BSN, historisch: tuple[str, ...] = (), nummer: int | None = None) -> Any:
        """An event of vrijBRP comes in."""
        self._nummer += 1
        event = {
            "specversion": "1.0", "type": VRIJBRP, "source": "/vrijbrp", "id": f"{nummer or self._nummer:012}",
            "data": {"bsn": bsn, "historicBsns": list(historisch)},
        }  # fmt: skip
        return await self.app.signalering.gebeurtenissen.ontvang(json.dumps(event).encode())

    async def na(self, wacht: timedelta) -> int:
        """Some time later the worker looks; how many signals it worked on."""
        self.wereld.clock.advance(wacht)
        werker = self.app.signalering.werker
        assert werker is not None
        return await werker.round()

    async def standen(self) -> dict[str, int]:
        """How many signals per state."""
        return await self.app.signalering.signalen.counts()

    async def apart(self) -> list[tuple[str, str, str]]:
        """What stands in quarantine."""
        rows = await self.wereld.pool.fetch("SELECT bron, veld, reden FROM quarantaine ORDER BY id")
        return [tuple(row) for row in rows]

    async def persoon(self, bsn: str = BSN) -> Persoon | None:
        """What is known of somebody."""
        return (await self.app.signalering._bekenden([bsn])).get(bsn, (None, None))[1]


@asynccontextmanager
async def signalen_van(servers: Servers, folder: Path, timeout: float) -> AsyncIterator[Signalen]:
    """The service with a BRP API that knows Saar, as the service does; `timeout` in seconds for an answer."""
    wereld = Wereld(servers, folder)
    brp = BrpApiSimulator(wereld.clock, client=("schakel", "geheim"))
    await brp.start()
    bronnen = BrpBronnen(
        api=BrpApiSettings(
            url=brp.url, token_url=f"{brp.url}/token", client_id="schakel", client_secret="geheim", scope="000008-1",
            timeout=timeout, interval=3600, tot_leeftijd=23,
        ),
        update=UpdateApiSettings(
            url=brp.url, token_url=f"{brp.url}/token", client_id="schakel", client_secret="geheim", scope="x",
            interval=86_400,
        ),
    )  # fmt: skip

    def maak(around: Surroundings, settings: HubSettings) -> BrpSync:
        return build(around, settings, bronnen=bronnen)

    await wereld.open(maak)
    try:
        brp.zet([SAAR])
        await wereld.app.take_in([SAAR])
        eerste = wereld.app.signalering.signalen
        await eventually(lambda: eerste.read_from("update-api"), "the Update API was asked at the start")
        yield Signalen(wereld, brp, bronnen, maak)
    finally:
        await wereld.close()
        await brp.stop()
