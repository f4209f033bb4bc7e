"""What follows when an official agrees to a voorstel: which letter, which facts, which termijn; as one table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from hub.medewerkers import Rol


@dataclass(frozen=True, slots=True)
class Gevolg:
    """The consequence of one uitkomst.

    `feiten` become facts of the zaak; a value `@besluitdatum` stands for the day of the besluit. `stap` says that
    with it the step that coming late has reached was taken. `termijn` begins with the besluit; `termijn_waarde` names
    the value of the protocol that says how long it is. `gesprek` and `afspraken` say that the letter names the moment
    of a conversation, or what was agreed.
    """

    brief: str | None = None
    gesprek: bool = False
    afspraken: bool = False
    rol: Rol = Rol.LEERPLICHTAMBTENAAR
    halt: bool = False
    stap: bool = False
    termijn: str | None = None
    termijn_waarde: str | None = None
    sluit: str | None = None
    feiten: Mapping[str, Any] = field(default_factory=dict)


REACTIE = "reactie_uitnodiging_uiterlijk"
"""The termijn in which ouders and jongere answer an invitation; a conversation ends it."""


def _uitnodiging(brief: str, *, stap: bool = False) -> Gevolg:
    return Gevolg(brief, gesprek=True, stap=stap, termijn=REACTIE, termijn_waarde="reactie_uitnodiging_werkdagen")


_ALLEEN_BOA = ("pv_tegen_jongere", "pv_tegen_ouders", "pv_naar_om")
_PROCES_VERBAAL = ("proces_verbaal", "proces_verbaal_optie", "proces_verbaal_zonder_verklaring")

GEVOLGEN: Mapping[str, Gevolg] = MappingProxyType(
    {
        "lpa_uitnodiging_1": _uitnodiging("lpa_uitnodiging_1"),
        "lpa_uitnodiging_2": _uitnodiging("lpa_uitnodiging_2"),
        "lpa_uitnodiging_gesprek": _uitnodiging("lpa_uitnodiging_1", stap=True),
        "lpa_vervolg_gesprek": _uitnodiging("lpa_uitnodiging_1"),
        "halt_gesprek_uitnodiging": _uitnodiging("lpa_uitnodiging_1", stap=True),
        "gele_kaart": Gevolg("gele_kaart", stap=True, feiten={"officiele_waarschuwing_datum": "@besluitdatum"}),
        "lpa_vervolg_mas": Gevolg(stap=True),
        "officiele_waarschuwing": Gevolg(
            "officiele_waarschuwing",
            afspraken=True,
            feiten={
                "officiele_waarschuwing_datum": "@besluitdatum",
                "eerdere_afdoening": "officiele_waarschuwing",
                "melding_afgehandeld": True,
            },
        ),
        "brief_afspraken": Gevolg(
            "brief_afspraken",
            afspraken=True,
            feiten={"eerdere_afdoening": "brief_afspraken", "melding_afgehandeld": True},
        ),
        "lpa_brief_afspraken_na_gesprek": Gevolg("brief_afspraken", afspraken=True),
        "brief_hulp_tjg": Gevolg(feiten={"eerdere_afdoening": "brief_hulp_tjg", "melding_afgehandeld": True}),
        "brief_zonder_vervolg": Gevolg(
            feiten={"eerdere_afdoening": "brief_zonder_vervolg", "melding_afgehandeld": True},
            sluit="afgedaan_zonder_vervolg",
        ),
        "halt_verwijzing": Gevolg(
            "halt_brief",
            rol=Rol.BOA,
            halt=True,
            feiten={"halt_status": "lopend", "eerder_halt": "leerplicht"},
            termijn="halt_afloop_uiterlijk",
            termijn_waarde="halt_afloop_weken",
        ),
        **{uitkomst: Gevolg(rol=Rol.BOA, feiten={"pv_besluit": True}) for uitkomst in _PROCES_VERBAAL},
        **{uitkomst: Gevolg(rol=Rol.BOA) for uitkomst in _ALLEEN_BOA},
    }
)

ZONDER_GEVOLG = Gevolg()
"""For an uitkomst that the official carries out personally: the besluit itself is the record."""


def gevolg_van(uitkomst: str) -> Gevolg:
    """The consequence of agreeing to `uitkomst`."""
    return GEVOLGEN.get(uitkomst, ZONDER_GEVOLG)
