"""Which besluit a disclosure rests on: its kenmerk must be of one that leads to this recipient and purpose. Pure."""

from collections.abc import Iterator, Mapping
from typing import Final

from contracts.vrijgave import Vrijgaveverzoek
from services.cases.model import Besluit, Voorstel, Voorstelstatus, Zaak, afgeleid_id

LEIDT_TOT: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("halt", "halt"): frozenset({"halt_verwijzing"}),
    ("svb", "svb_16_17"): frozenset({"svb_melding", "svb_herstelmelding"}),
    ("svb", "svb_fraude"): frozenset({"svb_fraudemelding"}),
    ("vir", "vir"): frozenset({"lpa_signaal_vir"}),
    ("om", "strafrecht"): frozenset({"pv_naar_om"}),
    ("om", "halt"): frozenset({"halt_kennisgeving_ovj"}),
    ("rvdk", "strafrecht"): frozenset({"pv_afschrift_rvdk"}),
}
"""Per recipient and purpose the uitkomsten of which the besluit carries the disclosure (AVG art. 22; CONV-13.1e)."""

_GENOMEN: Final = frozenset({Voorstelstatus.BESLOTEN, Voorstelstatus.INGETROKKEN})
"""A besluit that waits for a second official has no effect yet; one that was withdrawn is named as such."""


def besluit_voor(zaak: Zaak | None, verzoek: Vrijgaveverzoek) -> Besluit | None:
    """The besluit from which the effect follows: its kenmerk is that of the besluit, or derived from it."""
    kenmerken = {b.besluit_id: b for b in _besluiten(zaak, verzoek)}
    kenmerken |= {afgeleid_id(verzoek.ontvanger, b.besluit_id): b for b in kenmerken.values()}
    return kenmerken.get(verzoek.kenmerk)


def _besluiten(zaak: Zaak | None, verzoek: Vrijgaveverzoek) -> Iterator[Besluit]:
    voorstellen: list[Voorstel] = list(zaak.voorstellen.values()) if zaak is not None else []
    uitkomsten = LEIDT_TOT.get((verzoek.ontvanger, verzoek.verstrekkingsdoel), frozenset())
    for voorstel in voorstellen:
        if voorstel.besluit is not None and voorstel.status in _GENOMEN and voorstel.uit_te_voeren in uitkomsten:
            yield voorstel.besluit
