"""Which letter goes to whom with what in it, and when it may not go at all: pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from uuid import UUID

from pydantic import SecretStr

from contracts.codes import Adressaat
from contracts.envelope import EventData
from contracts.events.brieven import BriefOpgemaakt, BriefVervallen
from contracts.events.zaken import BriefAangevraagd, BriefIngetrokken
from contracts.verstrek import Briefgegevens, Geadresseerde
from hub.errors import Ongeldig, Tijdelijk
from hub.gemeenten import Gemeente
from hub.medewerkers import Medewerker
from services.letters import model
from services.letters.model import Brief, Briefsoort, Gesprek, Ondertekenaar, Verzuim

VERWERKING_BEPERKT = "verwerking_beperkt"
"""Why a letter lapses while data of the jongere may only be stored (AVG art. 18)."""

INGETROKKEN = "ingetrokken"
"""Why a letter lapses whose besluit was withdrawn."""


@dataclass(frozen=True, slots=True)
class Gemaakt:
    """One PDF that now exists."""

    brief_id: UUID
    zaak_id: UUID
    briefsoort: str
    adressaat: Adressaat
    bestand: str
    sha256: str
    paginas: int


@dataclass(frozen=True, slots=True)
class Briefwisseling:
    """State of one jongere: whether letters may go out at all, which were made or withdrawn before, and the letters
    that are new in this batch."""

    overleden: bool = False
    nieuw: tuple[Gemaakt, ...] = field(default=())
    gemaakt: frozenset[UUID] = frozenset()
    ingetrokken: frozenset[UUID] = frozenset()

    def is_gemaakt(self, brief_id: UUID) -> bool:
        """Whether a letter exists."""
        return brief_id in self.gemaakt or any(g.brief_id == brief_id for g in self.nieuw)

    def zonder(self, brief_id: UUID) -> "Briefwisseling":
        """The same, with one letter that may not go out any more."""
        return replace(self, ingetrokken=self.ingetrokken | {brief_id})


@dataclass(frozen=True, slots=True)
class Vervallen:
    """The letter may not go out; the reason is a code."""

    reden: str


def briefsoort_van(event: BriefAangevraagd) -> Briefsoort:
    """Which letter is wanted; raises `Ongeldig` for one that does not exist."""
    if event.briefsoort not in set(Briefsoort):
        raise Ongeldig("onbekende briefsoort", "briefsoort")
    return Briefsoort(event.briefsoort)


def stopreden(gegevens: Briefgegevens) -> str | None:
    """Why no letter may be made for this person now; None when it may."""
    return "overleden" if gegevens.overleden else None


def stel_op(
    event: BriefAangevraagd,
    gegevens: Briefgegevens,
    afspraken: Sequence[SecretStr],
    gemeente: Gemeente,
    ondertekenaar: Medewerker,
) -> list[tuple[Adressaat, Brief]]:
    """The letters for every addressee of the request.

    Raises `Ongeldig` for a briefsoort that does not exist, `Tijdelijk` when an addressee or address is not known
    (yet) in the BRP.
    """
    by_role = {g.adressaat: g for g in gegevens.geadresseerden}
    brieven = []
    for adressaat in event.adressaten:
        geadresseerde = by_role.get(adressaat)
        if geadresseerde is None or not geadresseerde.adresregels:
            raise Tijdelijk(f"van {adressaat} is nog geen naam of adres bekend")
        brieven.append((adressaat, _brief(event, gegevens, geadresseerde, afspraken, gemeente, ondertekenaar)))
    return brieven


def _brief(
    event: BriefAangevraagd,
    gegevens: Briefgegevens,
    geadresseerde: Geadresseerde,
    afspraken: Sequence[SecretStr],
    gemeente: Gemeente,
    ondertekenaar: Medewerker,
) -> Brief:
    naam = geadresseerde.naam.get_secret_value()
    return Brief(
        briefsoort=briefsoort_van(event),
        gemeente=gemeente.code,
        kenmerk=str(event.zaak_id)[:13].upper(),
        dagtekening=event.dagtekening,
        geadresseerde=model.Geadresseerde(
            naamregel=geadresseerde.naam,
            aanhef=SecretStr(f"Beste {naam}" if geadresseerde.adressaat is Adressaat.JONGERE else f"Geachte {naam}"),
            adresregels=geadresseerde.adresregels,
            rol=model.Adressaat(geadresseerde.adressaat.value),
        ),
        jongere_naam=gegevens.naam_jongere,
        ondertekenaar=Ondertekenaar(naam=SecretStr(ondertekenaar.naam), functie=ondertekenaar.functie),
        gesprek=_gesprek(event, gemeente),
        verzuim=Verzuim(
            uren=event.lesuren or None,
            aantal_te_laat=event.aantal_te_laat or None,
            periode_van=event.periode_van,
            periode_tot=event.periode_tot,
        ),
        afspraken=tuple(afspraken),
        eerdere_brief=event.eerdere_brief,
    )


def _gesprek(event: BriefAangevraagd, gemeente: Gemeente) -> Gesprek | None:
    if event.gesprek_op is None:
        return None
    when = event.gesprek_op
    return Gesprek(datum=when.date(), tijd=time(when.hour, when.minute), plaats=SecretStr(gemeente.bezoekadres))


def registreer(
    state: Briefwisseling, event: BriefAangevraagd, gemaakt: Sequence[Gemaakt] | Vervallen
) -> tuple[Briefwisseling, list[EventData]]:
    """Tells what became of a request; a jongere who died meanwhile gets no letter, whatever was rendered."""
    if state.overleden:
        gemaakt = Vervallen("overleden")
    if event.brief_id in state.ingetrokken:
        gemaakt = Vervallen(INGETROKKEN)
    if isinstance(gemaakt, Vervallen):
        if gemaakt.reden == INGETROKKEN:
            state = state.zonder(event.brief_id)
        return state, [
            BriefVervallen(
                zaak_id=event.zaak_id, brief_id=event.brief_id, briefsoort=event.briefsoort, reden=gemaakt.reden
            )
        ]
    events = [
        BriefOpgemaakt(
            zaak_id=g.zaak_id,
            brief_id=g.brief_id,
            briefsoort=g.briefsoort,
            adressaten=(g.adressaat,),
            sha256=g.sha256,
            paginas=g.paginas,
        )
        for g in gemaakt
    ]
    return replace(state, nieuw=(*state.nieuw, *gemaakt)), list(events)


def trek_in(state: Briefwisseling, event: BriefIngetrokken, *, gemaakt: bool) -> tuple[Briefwisseling, list[EventData]]:
    """A letter may not go out any more; told once, also when it was found out before it was made.

    `gemaakt` says that it was made already, under whichever jongere_id: two of them may since have become one.
    """
    if event.brief_id in state.ingetrokken:
        return state, []
    return state.zonder(event.brief_id), [
        BriefVervallen(
            zaak_id=event.zaak_id,
            brief_id=event.brief_id,
            briefsoort=event.briefsoort,
            reden=INGETROKKEN,
            was_opgemaakt=gemaakt or state.is_gemaakt(event.brief_id),
        )
    ]
