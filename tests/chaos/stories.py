"""What happens to one jongere in a run: a script of inputs by BRP, school, official and Halt, chosen by the seed.

Where the outcome depends on what the hub knew at the time, a story waits until the hub is at rest about its jongere;
everywhere else it goes on at once, also on purpose while earlier messages are still under way. Different jongeren
never wait for each other.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from pydantic import SecretStr

from contracts.codes import Besluitsoort, HaltAfloop
from hub.clock import AMSTERDAM, Clock
from services.brp_sync.model import Persoon
from services.cases.besluiten import NeemBesluit, StelFeitenVast
from services.cases.privacystand import Gever
from services.cases.toestemmingen import HALT
from services.cases.toestemmingsopdrachten import LegToestemmingVast, Vastlegging, Waarover
from services.ingest_duo.model import Verzuimgeval
from simulators.duo import DuoSimulator
from simulators.halt import HaltSimulator
from tests.chaos import people
from tests.chaos.model import Afgelopen, Gemeld, Ingeschreven, Invoer
from tests.chaos.watch import Watch, Work


class World(Protocol):
    """What a story needs of the run."""

    clock: Clock
    duo: DuoSimulator
    halt: HaltSimulator
    watch: Watch

    async def send_stuf(self, body: bytes) -> None:
        """Sends a kennisgeving until it is accepted."""

    async def decide(self, command: NeemBesluit) -> None:
        """Takes a besluit until it is taken."""

    async def establish(self, command: StelFeitenVast) -> None:
        """Establishes facts until they are."""

    async def consent(self, command: LegToestemmingVast) -> None:
        """Records a consent until it is recorded."""

    def jongere_id(self, persoon: Persoon) -> UUID | None:
        """Under which id the hub knows a person."""


class Jongere:
    """One jongere of a run: the acts of the outside world, each written down for the model."""

    def __init__(self, world: World, persoon: Persoon, nummer: int, rng: random.Random) -> None:
        self.world = world
        self.persoon = persoon
        self.nummer = nummer
        self.rng = rng
        self.gemeente = persoon.gemeente or people.GEMEENTEN[0]
        self.invoer: list[tuple[datetime, Invoer]] = []
        self.stap = "begin"
        self.status_mag_ontbreken: set[str] = set()
        """Meldingen that were withdrawn while our status was under way: DUO may have taken it or not."""
        self._gemeld = 0

    @property
    def jongere_id(self) -> UUID:
        """The id the hub gave; known after the first input was handled."""
        found = self.world.jongere_id(self.persoon)
        assert found is not None, "not known to the hub yet"
        return found

    @property
    def vandaag(self) -> date:
        """The day of the run."""
        return self._now().astimezone(AMSTERDAM).date()

    async def schrijf_in(self, persoon: Persoon | None = None) -> None:
        """The BRP tells about the person for the first time, or that it is now as `persoon`; returns when that is told.

        The sender has its answer before the kennisgeving is worked off, and until then nothing is under way that
        `rustig` could see.
        """
        self.stap = "inschrijven"
        oud = self.persoon if persoon is not None else None
        self.persoon = persoon or self.persoon
        eerder = self._verteld()
        body = people.kennisgeving(self.persoon, oud=oud, op=self._now())
        self._note(Ingeschreven(body))
        await self.world.send_stuf(body)
        await self.world.watch.until(lambda: self._verteld() > eerder)

    def _verteld(self) -> int:
        """How many events there are of the register of persons about this jongere."""
        jongere_id = self.world.jongere_id(self.persoon)
        return len(self.world.watch.told("brp_sync", jongere_id)) if jongere_id is not None else 0

    def meld(self, **velden: Any) -> Verzuimgeval:
        """A school reports something new."""
        nummer = people.EERSTE_NUMMER + self.nummer * people.PER_JONGERE + self._gemeld
        self._gemeld += 1
        return self._add(self.world.duo.voeg_toe(people.geval(self.persoon, nummer, self._now(), **velden)))

    def wijzig(self, geval: Verzuimgeval, **velden: Any) -> Verzuimgeval:
        """A school changes a melding."""
        return self._add(self.world.duo.wijzig(geval.meldingsnummer, **velden))

    def trek_in(self, geval: Verzuimgeval) -> Verzuimgeval:
        """A school withdraws a melding."""
        return self._add(self.world.duo.trek_in(geval.meldingsnummer, None))

    async def opgenomen(self, geval: Verzuimgeval) -> None:
        """Returns when the hub knows this version: before that a later version would replace it at DUO unseen."""
        self.stap = f"melding {geval.meldingsnummer} opnemen"
        stamp = geval.laatste_mutatie.isoformat()

        def told() -> bool:
            jongere_id = self.world.jongere_id(self.persoon)
            said = self.world.watch.told("ingest_duo", jongere_id) if jongere_id else []
            return any(
                t.data["meldingsnummer"] == geval.meldingsnummer
                and datetime.fromisoformat(t.data["laatste_mutatie"]).isoformat() == stamp
                for t in said
                if t.name != "meldingstatus-teruggemeld"
            )

        await self.world.watch.until(told)

    async def rustig(self) -> None:
        """Returns when nothing about this jongere is under way between the services."""
        self.stap = f"{self.stap}, dan tot rust komen"
        await self.world.watch.until(lambda: self.world.watch.quiet(self.jongere_id), fresh=True)

    async def beslis(self, *, altijd_akkoord: bool = False) -> list[Work]:
        """The official decides about every open voorstel, one after the other; returns what there was to decide."""
        decided: list[Work] = []
        while True:
            self.stap = "besluiten"
            await self.world.watch.until(lambda: True, fresh=True)
            open_work = [w for w in self.world.watch.work.get(self.jongere_id, ()) if w not in decided]
            if not open_work:
                return decided
            work = open_work[0]
            soort = Besluitsoort.AKKOORD if altijd_akkoord else self.rng.choice(_SOORTEN)
            command = NeemBesluit(
                work.voorstel_id, soort, people.BOA[work.gemeente],
                None if soort is Besluitsoort.AKKOORD else f"motivering nummer {self.nummer} van de ambtenaar",
                datetime.combine(self.vandaag + timedelta(days=9), datetime.min.time().replace(hour=10)),
                (SecretStr(f"afspraak nummer {self.nummer}: elke dag op tijd komen"),),
            )  # fmt: skip
            self._note(command)
            await self.world.decide(command)
            decided.append(work)

    async def stem_in_met_halt(self) -> None:
        """Jongere and ouders sign that Halt is all right with them."""
        self.stap = "toestemming vastleggen"
        over = Waarover(self._zaak_id(), *HALT)
        stuk = Vastlegging(SecretStr(f"dossier {self.nummer}"), vingerafdruk=f"{self.nummer:064x}")
        for gever in (Gever.JONGERE, Gever.OUDERS):
            boa = people.BOA[self.gemeente]
            command = LegToestemmingVast(over, gever, gegeven=True, schriftelijk=True, medewerker=boa, vastlegging=stuk)
            self._note(command)
            await self.world.consent(command)

    def _zaak_id(self) -> UUID:
        told = self.world.watch.told("cases", self.jongere_id)
        return next(UUID(t.data["zaak_id"]) for t in reversed(told) if t.name == "zaak-geopend")

    async def stel_vast(self, feiten: dict[str, Any]) -> None:
        """The official establishes facts of the zaak."""
        self.stap = "feiten vaststellen"
        command = StelFeitenVast(self._zaak_id(), people.BOA[self.gemeente], feiten)
        self._note(command)
        await self.world.establish(command)

    async def halt_loopt_af(self, afloop: HaltAfloop) -> None:
        """Halt tells the outcome as soon as it has the referral, maybe before the hub knows that it has."""
        self.stap = "wachten op de verwijzing bij Halt"
        told = self.world.watch.told("cases", self.jongere_id)
        (kenmerk,) = [t.data["verwijzing_id"] for t in told if t.name == "halt-verwijzing-besloten"]
        await self.world.watch.until(lambda: kenmerk in self.world.halt.verwijzingen)
        self.world.halt.geef_afloop(kenmerk, afloop, self.vandaag)
        self._note(Afgelopen(UUID(kenmerk), afloop, self.vandaag))
        self.stap = "wachten op de afloop van Halt"
        await self.world.watch.until(
            lambda: any(
                t.name == "halt-afloop-ontvangen" for t in self.world.watch.told("halt_bridge", self.jongere_id)
            )
        )

    def _add(self, geval: Verzuimgeval) -> Verzuimgeval:
        self._note(Gemeld(geval))
        return geval

    def _note(self, item: Invoer) -> None:
        self.invoer.append((self._now(), item))

    def _now(self) -> datetime:
        return self.world.clock.now()


_SOORTEN = (Besluitsoort.AKKOORD,) * 8 + (Besluitsoort.AFWIJZEN, Besluitsoort.AFWIJKEN)


async def te_laat_tot_halt(j: Jongere) -> None:
    """Late 9, 12 and 13 times, reported in one go; then Halt, with every kind of ending."""
    await j.schrijf_in()
    gevallen = [j.meld(**people.te_laat(n)) for n in (9, 12, 13 + j.rng.randrange(10))]
    for geval in gevallen:
        await j.opgenomen(geval)
    await j.rustig()
    await j.beslis(altijd_akkoord=True)
    await j.stem_in_met_halt()
    await j.stel_vast(people.halt_feiten())
    decided = await j.beslis(altijd_akkoord=True)
    if any(w.uitkomst == "halt_verwijzing" for w in decided):
        await j.halt_loopt_af(j.rng.choice(list(HaltAfloop)))
        await j.rustig()
        await j.beslis()


async def te_laat_stap_voor_stap(j: Jongere) -> None:
    """Late 9 times, decided; then 12 times, reported while the letter is still under way."""
    await j.schrijf_in()
    await j.opgenomen(j.meld(**people.te_laat(9)))
    await j.rustig()
    await j.beslis()
    await j.opgenomen(j.meld(**people.te_laat(12)))
    await j.rustig()
    await j.beslis()


async def zestien_uur(j: Jongere) -> None:
    """Sixteen hours; the school changes the melding while our status is under way; letter, conversation, warning."""
    await j.schrijf_in()
    geval = j.meld()
    await j.opgenomen(geval)
    await j.opgenomen(j.wijzig(geval, einddatum=geval.begindatum + timedelta(days=9)))
    await j.rustig()
    await j.beslis()
    elementen = people.WAARSCHUWING if j.rng.random() < 0.7 else ()
    await j.stel_vast(people.gesprek_feiten(j.vandaag, elementen))
    await j.beslis(altijd_akkoord=True)
    await j.opgenomen(j.meld(begindatum=geval.begindatum + timedelta(days=20), verzuimdagen=()))
    await j.rustig()
    await j.beslis()


async def ingetrokken(j: Jongere) -> None:
    """A melding that is withdrawn: after our status, or while it is under way."""
    await j.schrijf_in()
    geval = j.meld(verzuimsoort=j.rng.choice(("V3", "L", "LRV")))
    await j.opgenomen(geval)
    if j.rng.random() < 0.5:
        await j.rustig()
        await j.beslis()
    else:
        j.status_mag_ontbreken.add(geval.meldingsnummer)
    await j.opgenomen(j.trek_in(geval))


async def eerst_gemeld_dan_ingeschreven(j: Jongere) -> None:
    """DUO names somebody the BRP did not tell about yet."""
    await j.opgenomen(j.meld(**people.te_laat(12)))
    await j.rustig()
    await j.schrijf_in()
    await j.rustig()
    await j.beslis()


async def verhuist(j: Jongere) -> None:
    """Moves to the other gemeente between two meldingen."""
    await j.schrijf_in()
    await j.opgenomen(j.meld(verzuimdagen=(people.dag(j.vandaag - timedelta(days=40), 0, 9),)))
    await j.rustig()
    naar = next(code for code in people.GEMEENTEN if code != j.gemeente)
    await j.schrijf_in(people.verhuisd(j.persoon, naar, j.vandaag))
    await j.rustig()
    await j.beslis()


async def overlijdt(j: Jongere) -> None:
    """Dies while a zaak is open; a melding that comes after that leads to nothing."""
    await j.schrijf_in()
    await j.opgenomen(j.meld())
    await j.rustig()
    await j.schrijf_in(people.overleden(j.persoon, j.vandaag))
    await j.rustig()
    await j.opgenomen(j.meld())


async def een_melding(j: Jongere) -> None:
    """One melding of some kind, and an official who decides."""
    await j.schrijf_in()
    await j.opgenomen(j.meld(verzuimsoort=j.rng.choice(("V3", "L", "LRV"))))
    await j.rustig()
    await j.beslis()


Story = Callable[[Jongere], Awaitable[None]]
STORIES: tuple[Story, ...] = (
    *(te_laat_tot_halt,) * 4, *(te_laat_stap_voor_stap,) * 3, *(zestien_uur,) * 4, *(ingetrokken,) * 3,
    eerst_gemeld_dan_ingeschreven, verhuist, overlijdt, *(een_melding,) * 2,
)  # fmt: skip
"""Each story as often as it should occur."""


async def play(jongere: Jongere, story: Story, delay: float) -> None:
    """Plays a story to its end, beginning after `delay` seconds, and waits until the hub is at rest about it."""
    await asyncio.sleep(delay)
    await story(jongere)
    await jongere.rustig()
    jongere.stap = "klaar"
