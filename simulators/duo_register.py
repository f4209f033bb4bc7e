"""The register behind the stand-in of DUO: meldingen per uitvoerder, every version, and what gemeenten reported."""

from bisect import bisect_left, insort
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, Final

from contracts.codes import MeldingStatus
from hub.clock import AMSTERDAM, Clock
from services.ingest_duo import duo_namen as namen
from services.ingest_duo.model import Verzuimgeval
from simulators.duo_xml import Mutatie, Weigering

_R, _B, _G, _K = (
    MeldingStatus.GEREGISTREERD,
    MeldingStatus.IN_BEHANDELING,
    MeldingStatus.AFGESLOTEN,
    MeldingStatus.TER_KENNISGEVING,
)
OVERGANGEN: Final = frozenset({(_R, _B), (_R, _K), (_B, _G), (_B, _K)})
"""Which status a gemeente may give next: our assumption; DUO's own table is not public."""

_VAN_DE_GEMEENTE: Final = ("status", "reden_melding_afgesloten", "toelichting_afsluiting")


class DuoRegister:
    """Holds meldingen in memory and gives every change a stamp that is later than the one before it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._versies: dict[str, list[Verzuimgeval]] = {}
        self._volgorde: defaultdict[str, list[tuple[datetime, int]]] = defaultdict(list)
        self.ontvangen_statussen: defaultdict[str, list[MeldingStatus]] = defaultdict(list)
        """Every status message that took effect, per meldingsnummer, in order."""
        self.bewaart_vanaf: datetime | None = None
        """A selectie that begins earlier is refused; None takes any."""

    def versies(self, meldingsnummer: str) -> tuple[Verzuimgeval, ...]:
        """All versions of a melding, oldest first."""
        return tuple(self._versies.get(meldingsnummer, ()))

    def huidig(self, meldingsnummer: str) -> Verzuimgeval:
        """The present version of a melding; raises KeyError when there is none."""
        return self._versies[meldingsnummer][-1]

    def voeg_toe(self, geval: Verzuimgeval) -> Verzuimgeval:
        """Take in what a school reports: a new melding with its own stamp, or a new version of a known one.

        A new version gets a later stamp if it has to, and keeps the status a gemeente gave unless the melding is
        withdrawn. Returns the version as it is now held.
        """
        if geval.meldingsnummer not in self._versies:
            return self._bewaar(geval)
        vorige = self.huidig(geval.meldingsnummer)
        nieuw: dict[str, Any] = {"laatste_mutatie": max(geval.laatste_mutatie, _na(vorige))}
        if geval.status is _R:
            nieuw |= {veld: getattr(vorige, veld) for veld in _VAN_DE_GEMEENTE}
        return self._bewaar(_met(geval, nieuw))

    def wijzig(self, meldingsnummer: str, **velden: Any) -> Verzuimgeval:
        """Change fields of a melding now; raises pydantic's ValidationError when the result would not be a melding."""
        vorige = self.huidig(meldingsnummer)
        return self._bewaar(_met(vorige, {**velden, "laatste_mutatie": self._stempel_na(vorige)}))

    def trek_in(self, meldingsnummer: str, reden: str | None = "V") -> Verzuimgeval:
        """Withdraw a melding: DUO itself with reason V (vrijstelling), a school without a reason."""
        return self.wijzig(
            meldingsnummer,
            status=MeldingStatus.INGETROKKEN,
            reden_ingetrokken=reden,
            reden_melding_afgesloten=None,
            toelichting_afsluiting=None,
        )

    def verwijder(self, meldingsnummer: str) -> None:
        """Forget a melding, as the register does after its term (Wet register onderwijsdeelnemers art. 30)."""
        geval = self._versies.pop(meldingsnummer)[-1]
        self._volgorde[geval.uitvoerder_vsv].remove(_sleutel(geval))

    def pagina(self, uitvoerder: str, vanaf: datetime, grootte: int) -> tuple[list[Verzuimgeval], datetime | None]:
        """The first `grootte` meldingen changed at or after `vanaf`, and where the next page starts.

        A page may end in the middle of meldingen with the same stamp; the next page then repeats the first of them.
        Only a page that would not get past its own beginning is made longer. Raises `Weigering` for a selectie from
        before what is kept.
        """
        if self.bewaart_vanaf is not None and vanaf < self.bewaart_vanaf:
            raise Weigering(namen.FOUT_SELECTIE)
        alle = self._volgorde[uitvoerder]
        begin = bisect_left(alle, (vanaf, 0))
        einde = min(begin + grootte, len(alle))
        while einde < len(alle) and alle[einde][0] == vanaf:
            einde += 1
        volgende = alle[einde][0] if einde < len(alle) else None
        return [self.huidig(str(nummer)) for _, nummer in alle[begin:einde]], volgende

    def muteer(self, mutatie: Mutatie) -> Verzuimgeval:
        """Give a melding the status of a gemeente, against the version seen; raises `Weigering`."""
        vorige = self._versies.get(mutatie.velden.get("meldingsnummer", ""), [None])[-1]
        if vorige is None or vorige.uitvoerder_vsv != mutatie.uitvoerder:
            raise Weigering(namen.FOUT_MELDING_ONBEKEND)
        try:
            gezien, status = mutatie.gezien, mutatie.status
        except (KeyError, ValueError):
            raise Weigering(namen.FOUT_BERICHT) from None
        if gezien != vorige.laatste_mutatie:
            raise Weigering(namen.FOUT_GEWIJZIGD)
        if (vorige.status, status) not in OVERGANGEN:
            raise Weigering(namen.FOUT_STATUS)
        nieuw = {veld: mutatie.velden.get(veld) for veld in _VAN_DE_GEMEENTE} | {"status": status}
        geval = self._bewaar(_met(vorige, nieuw | {"laatste_mutatie": self._stempel_na(vorige)}))
        self.ontvangen_statussen[geval.meldingsnummer].append(status)
        return geval

    def _stempel_na(self, vorige: Verzuimgeval) -> datetime:
        nu = self._clock.now().astimezone(AMSTERDAM).replace(tzinfo=None)
        return max(nu.replace(microsecond=nu.microsecond // 1000 * 1000), _na(vorige))

    def _bewaar(self, geval: Verzuimgeval) -> Verzuimgeval:
        versies = self._versies.setdefault(geval.meldingsnummer, [])
        if versies:
            self._volgorde[versies[-1].uitvoerder_vsv].remove(_sleutel(versies[-1]))
        versies.append(geval)
        insort(self._volgorde[geval.uitvoerder_vsv], _sleutel(geval))
        return geval


def _na(geval: Verzuimgeval) -> datetime:
    return geval.laatste_mutatie + timedelta(milliseconds=1)


def _sleutel(geval: Verzuimgeval) -> tuple[datetime, int]:
    return geval.laatste_mutatie, int(geval.meldingsnummer)


def _met(geval: Verzuimgeval, velden: dict[str, Any]) -> Verzuimgeval:
    return Verzuimgeval.model_validate({**dict(geval), **velden})
