"""What a disclosure is made of: a typed contract per recipient and purpose, filled from a vrijgave and nothing else.

A field of a contract is an element that may ever go to that recipient for that purpose; it bears the name the privacy
rules of the protocols give it. What was not let through does not exist in an instance, so nobody can send it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Final, NoReturn, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Secret, SecretBytes, SecretStr, ValidationInfo, model_validator

from contracts.codes import Verstrekkingsuitkomst
from contracts.vrijgave import Vrijgave

VEILIG: Final = "versleuteld_mfa"
"""The only channel over which personal data go: encrypted, and logging in in two steps (CONV-10.2)."""

OPEN: Final = frozenset(
    {Verstrekkingsuitkomst.DOORLATEN, Verstrekkingsuitkomst.GEDEELTELIJK, Verstrekkingsuitkomst.ANONIEM}
)
"""With these outcomes something may be sent."""

ONHERKENBAAR: Final = frozenset({"verzuim_duur_omvang", "oorzaak_algemeen", "interventies_school_swv", "aggregaten"})
"""Elements that say nothing about who it is."""

Tekst = SecretStr | None
Dag = Secret[date] | None
Namen = tuple[SecretStr, ...] | None
Stuk = SecretBytes | None
Feit = Secret[bool] | None


class Rechtsgrond(StrEnum):
    """On what a disclosure rests (AVG art. 6 lid 1)."""

    WETTELIJKE_VERPLICHTING = "wettelijke_verplichting"
    PUBLIEKE_TAAK = "publieke_taak"
    TOESTEMMING = "toestemming"
    VITAAL_BELANG = "vitaal_belang"


class Mens(StrEnum):
    """What a human does before anything goes."""

    GEEN = "geen"
    WEEGT_AF = "weegt_af"
    """A named official asks for the disclosure after weighing it."""
    BESLUIT = "besluit"
    """It follows a besluit with legal effect."""
    VERSTREKT = "verstrekt"
    """A human writes and sends it; the hub never does."""


class Informeren(StrEnum):
    """Whether jongere and ouders are told (AVG art. 12-14)."""

    VOORAF = "vooraf"
    GESPREK = "gesprek"
    """In the conversation or hearing that goes before it."""
    ACHTERAF = "achteraf"
    NIET = "niet"
    """Nobody can be recognised, or another party tells."""


@dataclass(frozen=True, slots=True)
class Afspraak:
    """What holds for every disclosure under one contract.

    `regels` are the rules of the documents that name the recipient. `afgeleid` marks a set of elements that no
    document gives: our proposal of what is enough, for a lawyer or FG to confirm. `adres_bij_geheimhouding` says that
    the recipient may have the address of somebody with geheimhouding, because it acts on a task by law. `buiten` says
    why the rules of the protocols do not know the recipient; such a contract is never open to the hub.
    """

    ontvanger: str
    doelen: tuple[str, ...]
    titel: str
    rechtsgrond: Rechtsgrond
    grondslag: str
    verwerking: str
    bewaren: str
    mens: Mens
    informeren: Informeren
    regels: tuple[str, ...]
    afgeleid: bool = False
    adres_bij_geheimhouding: bool = False
    kanaal: str = VEILIG
    buiten: str | None = None


class GeenVrijgave(ValueError):
    """A disclosure that was not let through, or not (any more) for this contract; the text is Dutch."""


class Verstrekking(BaseModel):
    """Base of all contracts; an instance comes from `bouw` only."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    afspraak: ClassVar[Afspraak]

    verstrekking_id: UUID
    """The line in the disclosure register."""

    @model_validator(mode="before")
    @classmethod
    def _alleen_uit_een_vrijgave(cls, waarden: Any, info: ValidationInfo) -> Any:
        if info.context is not _SLEUTEL:
            raise ValueError("een verstrekking ontstaat alleen uit een vrijgave")
        return waarden

    @classmethod
    def elementen(cls) -> tuple[str, ...]:
        """Everything that may ever go under this contract."""
        return _elementen(cls)

    @classmethod
    def anoniem(cls) -> bool:
        """Whether nobody can be recognised from anything under this contract (GO-OVL-2, CONV-9.3)."""
        return ONHERKENBAAR.issuperset(cls.elementen())

    @classmethod
    def bouw(cls, vrijgave: Vrijgave, gegevens: Mapping[str, Any], nu: datetime) -> Self:
        """The disclosure with what was let through out of `gegevens`, and nothing else.

        Raises `GeenVrijgave` when the vrijgave is no permission, is for another recipient or purpose, or is over.
        """
        if vrijgave.uitkomst not in OPEN:
            raise GeenVrijgave("de verstrekking is niet vrijgegeven")
        if vrijgave.ontvanger != cls.afspraak.ontvanger or vrijgave.verstrekkingsdoel not in cls.afspraak.doelen:
            raise GeenVrijgave("deze vrijgave is voor een andere ontvanger of een ander doel")
        if nu >= vrijgave.geldig_tot:
            raise GeenVrijgave("de vrijgave is verlopen: vraag opnieuw")
        mag = frozenset(cls.elementen()) & frozenset(vrijgave.doorgelaten)
        waarden = {naam: waarde for naam, waarde in gegevens.items() if naam in mag}
        return cls.model_validate({**waarden, "verstrekking_id": vrijgave.verstrekking_id}, context=_SLEUTEL)

    @classmethod
    def model_construct(cls, _fields_set: set[str] | None = None, **values: Any) -> NoReturn:  # type: ignore[override]
        """Would go past the vrijgave; raises `GeenVrijgave`."""
        raise GeenVrijgave("een verstrekking ontstaat alleen uit een vrijgave")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """The same disclosure; raises `GeenVrijgave` when something would be added to it."""
        if update:
            raise GeenVrijgave("aan een verstrekking wordt niets toegevoegd")
        return super().model_copy(deep=deep)


@cache
def _elementen(contract: type[Verstrekking]) -> tuple[str, ...]:
    return tuple(naam for naam in contract.model_fields if naam != "verstrekking_id")


_SLEUTEL: Final = object()
