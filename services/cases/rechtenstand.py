"""Requests of betrokkenen about their data, and what follows from them; true regardless of how it is stored.

AVG art. 12 and 15-21; convenant art. 13.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.cases.deel import Deel


class Recht(StrEnum):
    """What somebody may ask (AVG art. 15-21)."""

    INZAGE = "inzage"
    RECTIFICATIE = "rectificatie"
    BEPERKING = "beperking"
    BEZWAAR = "bezwaar"
    WISSING = "wissing"
    PORTABILITEIT = "portabiliteit"


class Verzoeker(StrEnum):
    """Who asks; which of them may at which age is in the rules of the protocol (CONV-13.0)."""

    OUDER = "ouder"
    JONGERE = "jongere"


class Verzoekuitkomst(StrEnum):
    """How a request was decided."""

    TOEGEWEZEN = "toegewezen"
    AFGEWEZEN = "afgewezen"


class Weigeringsgrond(StrEnum):
    """On what a request may be refused: the grounds of UAVG art. 41 lid 1, and those that the right itself has."""

    NATIONALE_VEILIGHEID = "nationale_veiligheid"
    LANDSVERDEDIGING = "landsverdediging"
    OPENBARE_VEILIGHEID = "openbare_veiligheid"
    STRAFBARE_FEITEN = "strafbare_feiten"
    ALGEMEEN_BELANG = "algemeen_belang"
    GERECHTELIJKE_PROCEDURE = "gerechtelijke_procedure"
    BEROEPSCODE = "beroepscode"
    TOEZICHT = "toezicht"
    RECHTEN_VAN_ANDEREN = "rechten_van_anderen"
    CIVIELE_VORDERING = "civiele_vordering"
    NIET_BEVOEGD_VERZOEKER = "niet_bevoegd_verzoeker"
    RECHT_NIET_VAN_TOEPASSING = "recht_niet_van_toepassing"
    WETTELIJKE_BEWAARPLICHT = "wettelijke_bewaarplicht"
    DWINGENDE_GRONDEN = "dwingende_gronden"
    GEGEVENS_JUIST = "gegevens_juist"


ARTIKEL: Final[Mapping[Weigeringsgrond, str]] = {
    Weigeringsgrond.NATIONALE_VEILIGHEID: "UAVG art. 41 lid 1 onder a",
    Weigeringsgrond.LANDSVERDEDIGING: "UAVG art. 41 lid 1 onder b",
    Weigeringsgrond.OPENBARE_VEILIGHEID: "UAVG art. 41 lid 1 onder c",
    Weigeringsgrond.STRAFBARE_FEITEN: "UAVG art. 41 lid 1 onder d",
    Weigeringsgrond.ALGEMEEN_BELANG: "UAVG art. 41 lid 1 onder e",
    Weigeringsgrond.GERECHTELIJKE_PROCEDURE: "UAVG art. 41 lid 1 onder f",
    Weigeringsgrond.BEROEPSCODE: "UAVG art. 41 lid 1 onder g",
    Weigeringsgrond.TOEZICHT: "UAVG art. 41 lid 1 onder h",
    Weigeringsgrond.RECHTEN_VAN_ANDEREN: "UAVG art. 41 lid 1 onder i",
    Weigeringsgrond.CIVIELE_VORDERING: "UAVG art. 41 lid 1 onder j",
    Weigeringsgrond.NIET_BEVOEGD_VERZOEKER: "convenant art. 13, voetnoot 28; UAVG art. 5 lid 4",
    Weigeringsgrond.RECHT_NIET_VAN_TOEPASSING: "convenant art. 13, voetnoot 30; AVG art. 20 lid 1",
    Weigeringsgrond.WETTELIJKE_BEWAARPLICHT: "AVG art. 17 lid 3 onder b",
    Weigeringsgrond.DWINGENDE_GRONDEN: "AVG art. 21 lid 1",
    Weigeringsgrond.GEGEVENS_JUIST: "AVG art. 16",
}
"""The article of each ground."""
_EIGEN: Final[Mapping[Weigeringsgrond, Recht]] = {
    Weigeringsgrond.WETTELIJKE_BEWAARPLICHT: Recht.WISSING,
    Weigeringsgrond.DWINGENDE_GRONDEN: Recht.BEZWAAR,
    Weigeringsgrond.GEGEVENS_JUIST: Recht.RECTIFICATIE,
}
_OORDELEN: Final = frozenset({Weigeringsgrond.NIET_BEVOEGD_VERZOEKER, Weigeringsgrond.RECHT_NIET_VAN_TOEPASSING})


class Beperkingsreden(StrEnum):
    """Why processing is restricted: the four cases of AVG art. 18 lid 1."""

    JUISTHEID_BETWIST = "juistheid_betwist"
    ONRECHTMATIG = "onrechtmatig"
    NODIG_VOOR_RECHTSVORDERING = "nodig_voor_rechtsvordering"
    BEZWAAR_IN_AFWACHTING = "bezwaar_in_afwachting"


class Hervatreden(StrEnum):
    """Why a restriction ends (our list; the law asks only that the betrokkene is told first, AVG art. 18 lid 3)."""

    JUISTHEID_NAGEGAAN = "juistheid_nagegaan"
    GERECTIFICEERD = "gerectificeerd"
    NIET_LANGER_NODIG = "niet_langer_nodig"
    BEZWAAR_AFGEWOGEN = "bezwaar_afgewogen"
    BETROKKENE_STEMT_IN = "betrokkene_stemt_in"


class Rectificatiesoort(StrEnum):
    """What is corrected: what we hold ourselves, or what only its source can correct."""

    FEIT = "feit"
    AFSPRAKEN = "afspraken"
    TOESTEMMING = "toestemming"
    BRP = "brp"
    MELDING = "melding"


class Taaksoort(StrEnum):
    """What an official must do outside the hub."""

    RECTIFICATIE_MELDEN = "rectificatie_melden"
    TERUGMELDEN_BRP = "terugmelden_brp"
    CORRECTIE_VRAGEN_SCHOOL = "correctie_vragen_school"


class Verzoekbesluit(Deel):
    """How a request was decided, by whom and why; sealed with the rest."""

    uitkomst: Verzoekuitkomst
    op: datetime
    medewerker: str
    motivering: str
    grond: Weigeringsgrond | None = None


class Verlenging(Deel):
    """Two more months, and why (AVG art. 12 lid 3)."""

    op: datetime
    medewerker: str
    reden: str


class Rechtenverzoek(Deel):
    """One request. `oordeel` is what the rules say against it; a human decides. `ontvanger` and `doel` narrow a
    bezwaar to one disclosure; without them it is against every disclosure."""

    verzoek_id: UUID
    soort: Recht
    verzoeker: Verzoeker
    gemeente: str
    ontvangen_op: date
    uiterlijk: date
    vastgelegd_door: str
    oordeel: Weigeringsgrond | None = None
    toelichting: str | None = None
    ontvanger: str | None = None
    doel: str | None = None
    verlenging: Verlenging | None = None
    besluit: Verzoekbesluit | None = None

    def houdt_tegen(self, ontvanger: str, doel: str) -> bool:
        """Whether this is a bezwaar that holds up a disclosure: until it was weighed, and after it was granted."""
        afgewezen = self.besluit is not None and self.besluit.uitkomst is Verzoekuitkomst.AFGEWEZEN
        raakt = self.ontvanger in (None, ontvanger) and self.doel in (None, doel)
        return self.soort is Recht.BEZWAAR and not afgewezen and raakt

    def mag_weigeren_op(self, grond: Weigeringsgrond) -> bool:
        """Whether this request can be refused on a ground: one of another right, or that the rules did not find,
        cannot."""
        if grond in _OORDELEN:
            return grond is self.oordeel
        return _EIGEN.get(grond, self.soort) is self.soort


class Rectificatie(Deel):
    """One correction; what was there before is not kept.

    `gemeld_aan` got the element before, and is told through a taak; None as long as nobody looked who that is.
    """

    rectificatie_id: UUID
    soort: Rectificatiesoort
    element: str
    onderwerp: str
    gemeente: str
    op: datetime
    medewerker: str
    reden: str
    gemeld_aan: tuple[str, ...] | None = None


class Rechtentaak(Deel):
    """Something an official must do outside the hub, until somebody says it was done."""

    taak_id: UUID
    soort: Taaksoort
    rectificatie_id: UUID
    gemeente: str
    ontvanger: str
    element: str
    op: datetime
    gedaan_op: datetime | None = None
    gedaan_door: str | None = None


class Rechten(Deel):
    """Of one jongere."""

    verzoeken: tuple[Rechtenverzoek, ...] = ()
    rectificaties: tuple[Rectificatie, ...] = ()
    taken: tuple[Rechtentaak, ...] = ()
    beperkt_om: Beperkingsreden | None = None

    def verzoek(self, verzoek_id: UUID) -> Rechtenverzoek | None:
        """The request with this number."""
        return next((v for v in self.verzoeken if v.verzoek_id == verzoek_id), None)

    def met_verzoek(self, verzoek: Rechtenverzoek) -> "Rechten":
        """The same with one request added or replaced."""
        rest = tuple(v for v in self.verzoeken if v.verzoek_id != verzoek.verzoek_id)
        return self.model_copy(update={"verzoeken": (*rest, verzoek)})
