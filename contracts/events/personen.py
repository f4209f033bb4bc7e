"""Said by `brp_sync`: that something changed for a jongere in the BRP; never what the personal data are."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from contracts.envelope import EventData, Gemeentecode


class Onderdeel(StrEnum):
    """Which part of a person changed; whoever needs the value asks for it with a purpose."""

    NAAM = "naam"
    GEBOORTEDATUM = "geboortedatum"
    ADRES = "adres"
    GEZAG = "gezag"
    GEHEIMHOUDING = "geheimhouding"
    ADRES_IN_ONDERZOEK = "adres_in_onderzoek"
    OPSCHORTING = "opschorting"
    IDENTIFICATIE = "identificatie"


class Vertreksoort(StrEnum):
    """How a jongere left the register of residents (BRP 67.20)."""

    EMIGRATIE = "emigratie"
    ONBEKEND_WAARHEEN = "onbekend_waarheen"
    NIET_INGEZETENE = "niet_ingezetene"
    MINISTERIEEL_BESLUIT = "ministerieel_besluit"


class JongereIngeschreven(EventData):
    """A jongere became known as resident of a gemeente of the region (or was first seen in a melding)."""

    name: ClassVar = "jongere-ingeschreven"


class PersoonsgegevensGewijzigd(EventData):
    """One or more parts of the person changed."""

    name: ClassVar = "persoonsgegevens-gewijzigd"

    onderdelen: tuple[Onderdeel, ...]


class JongereVerhuisd(EventData):
    """The gemeente van inschrijving changed, by a move or (`herindeling`) without one: gemeenten became another."""

    name: ClassVar = "jongere-verhuisd"

    van_gemeente: Gemeentecode
    naar_gemeente: Gemeentecode
    herindeling: bool = False


class WoonadresGewijzigd(EventData):
    """Moved within the gemeente; a street that was renamed or a corrected address is no move."""

    name: ClassVar = "woonadres-gewijzigd"


class JongereGevestigd(EventData):
    """Came to live in a gemeente of the region from abroad, for the first time or again."""

    name: ClassVar = "jongere-gevestigd"


class JongereGeboren(EventData):
    """Registered within a year of birth as a new resident; matters to a family before it does to leerplicht."""

    name: ClassVar = "jongere-geboren"


class VijfdeVerjaardagBereikt(EventData):
    """Turned five; the duty begins on the first school day of the next month (Leerplichtwet 1969 art. 3 lid 1).

    Said by the clock, not by a message, and only when the month of birth is known.
    """

    name: ClassVar = "vijfde-verjaardag-bereikt"


class JongereVertrokken(EventData):
    """Emigrated, or no longer registered as resident; the duty may end (opschorting E, M or R)."""

    name: ClassVar = "jongere-vertrokken"

    vertreksoort: Vertreksoort | None = None


class JongereOverleden(EventData):
    """Died: every letter and handover under way must stop at once."""

    name: ClassVar = "jongere-overleden"


class PersoonslijstAfgevoerd(EventData):
    """The persoonslijst was removed as wrong (opschorting F), mostly because the person had two.

    Nothing is said about the person: somebody has to find out which persoonslijst remains.
    """

    name: ClassVar = "persoonslijst-afgevoerd"


class JongereSamengevoegd(EventData):
    """Two jongere_id's turned out to be one person; this one remains, `oude_jongere_id` is used no more."""

    name: ClassVar = "jongere-samengevoegd"

    oude_jongere_id: UUID


class JongereOpgegaan(EventData):
    """The other side of `jongere-samengevoegd`, about the jongere_id that is used no more: the last about it."""

    name: ClassVar = "jongere-opgegaan"

    in_jongere_id: UUID


EVENTS = (
    JongereIngeschreven,
    JongereGeboren,
    JongereGevestigd,
    VijfdeVerjaardagBereikt,
    PersoonsgegevensGewijzigd,
    WoonadresGewijzigd,
    JongereVerhuisd,
    JongereVertrokken,
    JongereOverleden,
    PersoonslijstAfgevoerd,
    JongereSamengevoegd,
    JongereOpgegaan,
)
