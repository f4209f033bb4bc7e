"""One line of the disclosure register: what was decided about one disclosure, and why; never what the data are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from contracts.codes import Verstrekkingsuitkomst

MAG_WEG: Final = frozenset(
    {Verstrekkingsuitkomst.DOORLATEN, Verstrekkingsuitkomst.GEDEELTELIJK, Verstrekkingsuitkomst.ANONIEM}
)
"""With these something may be sent."""


class Poort(StrEnum):
    """Which question a disclosure did not get past; `open` when something may go."""

    OVERLEDEN = "overleden"
    BEPERKT = "beperkt"
    ZAAK = "zaak"
    CONTRACT = "contract"
    G0_GRONDSLAG = "g0_grondslag"
    G1_REIKWIJDTE = "g1_reikwijdte"
    G2_ONTVANGER = "g2_ontvanger"
    G3_DOEL = "g3_doel"
    G4_INFORMATIE = "g4_informatie"
    G5_ELEMENTEN = "g5_elementen"
    G6_TOESTEMMING = "g6_toestemming"
    G7_ZEGGENSCHAP = "g7_zeggenschap"
    G8_KANAAL = "g8_kanaal"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Verstrekkingsregel:
    """The decision about one effect (`kenmerk`) at one moment; asking again makes another line.

    `gevraagd` is what somebody wanted to give; `weggelaten` has a reason per element, for whoever gives it.
    `grondslag` is the article of the contract, `regels` the rules of the protocol that decided, `protocol` its
    version. `verzonden_op` is when the effect was reported done, `teruggedraaid_op` when it was taken back.
    """

    verstrekking_id: UUID
    jongere_id: UUID
    zaak_id: UUID | None
    gemeente: str
    kenmerk: UUID
    ontvanger: str
    doel: str
    uitkomst: Verstrekkingsuitkomst
    poort: Poort
    weigering: str | None
    gevraagd: tuple[str, ...]
    doorgelaten: tuple[str, ...]
    weggelaten: Mapping[str, str]
    vereist: tuple[str, ...]
    grondslag: str
    verwerking: str
    regels: tuple[str, ...]
    kanaal: str
    protocol: str
    besloten_op: datetime
    geldig_tot: datetime
    toestemmingen: tuple[UUID, ...] = ()
    informatie_op: date | None = None
    medewerker: str | None = None
    fase: str | None = None
    verzonden_op: datetime | None = None
    teruggedraaid_op: datetime | None = None

    @property
    def mag_weg(self) -> bool:
        """Whether something may be sent."""
        return self.uitkomst in MAG_WEG


@dataclass(frozen=True, slots=True)
class Grensboek:
    """What a decision adds to the register of one jongere: new lines, and what was reported about effects."""

    nieuw: tuple[Verstrekkingsregel, ...] = ()
    verzonden: Mapping[UUID, datetime] = field(default_factory=dict)
    """Per kenmerk when the recipient had it."""
    teruggedraaid: Mapping[UUID, datetime] = field(default_factory=dict)
    """Per kenmerk when it was taken back."""
