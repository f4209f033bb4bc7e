"""Taking a file of a school in: kept first, every good row a melding, every bad row in quarantine with its column."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hub.clock import AMSTERDAM, Clock
from hub.crypto import Kluis
from hub.errors import Ongeldig
from hub.intake import Intake, Opnieuw, Raw
from services.ingest_duo.fouten import OngeldigBericht
from services.ingest_duo.model import Kanaal, Verzuimgeval
from services.ingest_duo.opname import Opname
from services.ingest_duo.school.kaart import Schoolkaart
from services.ingest_duo.school.lezen import Bestand, Rij, Rijfout, lees_bestand, lees_rij

BRON = "school"
RIJ, BESTAND = "schoolrij", "schoolbestand"
_KOP = 65_536  # of a file that cannot be used only the beginning is kept
_GETOOND = 100


@dataclass(frozen=True, slots=True)
class Verslag:
    """What came of a file; `fouten` holds the first hundred."""

    kaart: str
    gelezen: int
    opgenomen: int
    quarantaine: int
    fouten: tuple[dict[str, Any], ...]


class Schoolmeldingen:
    """Takes in what schools without DUO report."""

    def __init__(
        self,
        *,
        opname: Opname,
        intake: Intake,
        kluis: Kluis,
        clock: Clock,
        kaarten: Callable[[], Sequence[Schoolkaart]],
        uitvoerder: Callable[[str], str | None],
        max_bytes: int,
    ) -> None:
        self._opname = opname
        self._intake = intake
        self._kluis = kluis
        self._clock = clock
        self._kaarten = kaarten
        self._uitvoerder = uitvoerder
        self._max_bytes = max_bytes

    async def neem_op(self, inhoud: bytes, kaart: str | None = None) -> Verslag:
        """Takes a file in; it may be given again. Raises `OngeldigBericht` when it cannot be used as a whole."""
        if len(inhoud) > self._max_bytes:
            raise OngeldigBericht("bestand", "omvang", f"groter dan {self._max_bytes} bytes")
        raw = await self._intake.keep(inhoud, self._clock.now())
        return await self._verwerk(raw, kaart)

    async def hervat(self) -> None:
        """Finishes files that were kept and not worked off."""
        for raw in await self._intake.pending():
            try:
                await self._verwerk(raw, None)
            except OngeldigBericht:
                continue  # in quarantine

    def opnieuw(self) -> dict[str, Opnieuw]:
        """How quarantined content is taken in again."""
        return {RIJ: self._rij_again, BESTAND: self._bestand_again}

    async def _verwerk(self, raw: Raw, kaart: str | None) -> Verslag:
        now = self._clock.now()
        try:
            bestand = lees_bestand(raw.body, self._kaarten(), kaart)
        except OngeldigBericht as error:
            await self._intake.quarantine(
                raw.body[:_KOP], error.plek, error.veld or "bestand", error.reden, now, BESTAND
            )
            await self._intake.finished(raw, now, aantal=0)
            raise
        fouten = await self._rijen(bestand)
        await self._intake.finished(raw, now)
        gelezen = len(bestand.rijen)
        shown = tuple({"rij": f.rij.nummer, "kolom": f.kolom, "reden": f.reden} for f in fouten[:_GETOOND])
        return Verslag(bestand.kaart.naam, gelezen, gelezen - len(fouten), len(fouten), shown)

    async def _rijen(self, bestand: Bestand) -> list[Rijfout]:
        """Takes the rows in; those that cannot be are put aside."""
        goede: dict[tuple[str, Any], tuple[Rij, Verzuimgeval]] = {}
        fouten: list[Rijfout] = []
        for rij in bestand.rijen:
            made = self._lees(rij, bestand.kaart)
            if isinstance(made, Rijfout):
                fouten.append(made)
            else:
                goede[made.meldingsnummer, made.laatste_mutatie] = rij, made
        for refused in await self._opname.neem_op([geval for _, geval in goede.values()], Kanaal.SCHOOL):
            rij, _ = goede[refused.geval.meldingsnummer, refused.geval.laatste_mutatie]
            veld = refused.fout.veld or "rij"
            fouten.append(Rijfout(rij, bestand.kaart.kolom_van(veld), veld, refused.fout.reden))
        for fout in fouten:
            body = json.dumps({"kaart": bestand.kaart.naam, "rij": fout.rij.nummer, "cellen": dict(fout.rij.cellen)})
            plek = f"regel {fout.rij.nummer}, kolom {fout.kolom}"
            await self._intake.quarantine(body.encode(), plek, fout.veld, fout.reden, self._clock.now(), RIJ)
        return sorted(fouten, key=lambda f: f.rij.nummer)

    def _lees(self, rij: Rij, kaart: Schoolkaart) -> Verzuimgeval | Rijfout:
        nu = self._clock.now().astimezone(AMSTERDAM).replace(tzinfo=None)
        kolom = kaart.kolom_van("ontvangende_gemeente")
        uitvoerder = self._uitvoerder(rij.cellen.get(kolom, "").strip())
        if uitvoerder is None:
            return Rijfout(rij, kolom, "ontvangende_gemeente", "deze gemeente hoort niet bij deze installatie")
        return lees_rij(rij, kaart, uitvoerder=uitvoerder, nu=nu, nummer=self._nummer)

    def _nummer(self, eigenheid: str) -> str:
        """A number that DUO never gives out, from which nobody can read whom it is about."""
        digest = self._kluis.index(eigenheid, "ingest_duo|schoolmelding")
        return f"9{int.from_bytes(digest[:16], 'big') % 10**17:017d}"

    async def _rij_again(self, body: bytes) -> None:
        try:
            document = json.loads(body)
            rij = Rij(int(document["rij"]), {str(k): str(v) for k, v in document["cellen"].items()})
            naam = str(document["kaart"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Ongeldig("is geen rij van een schoolbestand", "rij") from error
        kaart = next((k for k in self._kaarten() if k.naam == naam), None)
        if kaart is None:
            raise Ongeldig("deze kolomkaart is er niet meer", "kaart")
        made = self._lees(rij, kaart)
        if isinstance(made, Rijfout):
            raise Ongeldig(made.reden, made.veld)
        for refused in await self._opname.neem_op([made], Kanaal.SCHOOL):
            raise refused.fout

    async def _bestand_again(self, body: bytes) -> str:
        bestand = lees_bestand(body, self._kaarten())
        fouten = await self._rijen(bestand)
        return f"{len(bestand.rijen) - len(fouten)} meldingen opgenomen"
