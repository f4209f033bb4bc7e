"""Which disclosures a restriction or a bezwaar holds up, and on which grounds a request may be refused."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.cases.privacystand import Privacystand
from services.cases.rechtenstand import (
    ARTIKEL,
    Recht,
    Rechten,
    Rechtenverzoek,
    Verzoekbesluit,
    Verzoeker,
    Verzoekuitkomst,
    Weigeringsgrond,
)

OP = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)  # maandag


def verzoek(soort: Recht = Recht.BEZWAAR, **velden: Any) -> Rechtenverzoek:
    """A request of a jongere."""
    basis: dict[str, Any] = {
        "verzoek_id": UUID(int=1),
        "soort": soort,
        "verzoeker": Verzoeker.JONGERE,
        "gemeente": "1924",
        "ontvangen_op": date(2026, 9, 14),
        "uiterlijk": date(2026, 10, 14),
        "vastgelegd_door": "LPA-1",
    }
    return Rechtenverzoek(**(basis | velden))


def besluit(uitkomst: Verzoekuitkomst) -> Verzoekbesluit:
    """How it was decided."""
    return Verzoekbesluit(uitkomst=uitkomst, op=OP, medewerker="LPA-1", motivering="afgewogen")


def stand(*verzoeken: Rechtenverzoek, beperkt: bool = False) -> Privacystand:
    """What is known of the jongere."""
    return Privacystand(rechten=Rechten(verzoeken=verzoeken), beperkt_sinds=date(2026, 9, 14) if beperkt else None)


@pytest.mark.parametrize(
    ("privacy", "verwacht"),
    [
        (stand(), None),
        (stand(beperkt=True), "verwerking_beperkt"),
        (stand(verzoek()), "bezwaar"),
        (stand(verzoek(), beperkt=True), "verwerking_beperkt"),
        (stand(verzoek(ontvanger="school")), "bezwaar"),
        (stand(verzoek(ontvanger="halt")), None),
        (stand(verzoek(ontvanger="school", doel="3.1a")), "bezwaar"),
        (stand(verzoek(ontvanger="school", doel="3.1b")), None),
        (stand(verzoek(doel="3.1a")), "bezwaar"),
        (stand(verzoek(besluit=besluit(Verzoekuitkomst.TOEGEWEZEN))), "bezwaar"),
        (stand(verzoek(besluit=besluit(Verzoekuitkomst.AFGEWEZEN))), None),
        (stand(verzoek(Recht.INZAGE)), None),
        (stand(verzoek(besluit=besluit(Verzoekuitkomst.AFGEWEZEN)), verzoek(verzoek_id=UUID(int=2))), "bezwaar"),
    ],
)
def test_a_bezwaar_holds_up_what_it_is_about_until_it_was_refused(privacy: Privacystand, verwacht: str | None) -> None:
    """To a school, for purpose 3.1a."""
    assert verwacht == privacy.tegengehouden("school", "3.1a")


def test_every_ground_has_its_article() -> None:
    """The list is closed, and each says on what it rests."""
    assert set(Weigeringsgrond) == ARTIKEL.keys()
    assert 10 == sum(artikel.startswith("UAVG art. 41 lid 1 onder") for artikel in ARTIKEL.values())


@pytest.mark.parametrize("soort", Recht)
def test_a_request_is_refused_on_a_ground_that_fits_it(soort: Recht) -> None:
    """UAVG art. 41 fits all; others one right; what the rules judge only when they did."""
    eigen = {
        Recht.WISSING: {Weigeringsgrond.WETTELIJKE_BEWAARPLICHT},
        Recht.BEZWAAR: {Weigeringsgrond.DWINGENDE_GRONDEN},
        Recht.RECTIFICATIE: {Weigeringsgrond.GEGEVENS_JUIST},
    }
    uavg = {grond for grond, artikel in ARTIKEL.items() if artikel.startswith("UAVG art. 41 lid 1 onder")}
    assert uavg | eigen.get(soort, set()) == {g for g in Weigeringsgrond if verzoek(soort).mag_weigeren_op(g)}
    oordeel = Weigeringsgrond.NIET_BEVOEGD_VERZOEKER
    assert verzoek(soort, oordeel=oordeel).mag_weigeren_op(oordeel)
    assert not verzoek(soort, oordeel=oordeel).mag_weigeren_op(Weigeringsgrond.RECHT_NIET_VAN_TOEPASSING)
