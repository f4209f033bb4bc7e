"""What commands about rights of the betrokkene do to a dossier."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from contracts.codes import Besluitsoort
from hub.messages import Handler, Message, Outcome
from services.cases import decisions
from services.cases.beleid import Beleid
from services.cases.decisions import Result
from services.cases.model import Dossier
from services.cases.rechten import (
    BeperkVerwerking,
    BesluitVerzoek,
    HervatVerwerking,
    OpenVerzoek,
    VerlengVerzoek,
    beperk_verwerking,
    besluit_verzoek,
    eis_onbeperkt,
    hervat_verwerking,
    open_verzoek,
    verleng_verzoek,
)
from services.cases.rectificatie import (
    MeldRectificatie,
    Rectificeer,
    RondTaakAf,
    meld_rectificatie,
    rectificeer,
    rond_taak_af,
)


def rechten_handlers(beleid: Beleid) -> dict[type, Handler[Dossier]]:
    """One function per command."""

    def command(decide: Callable[[Dossier, Any, datetime, Beleid], Result]) -> Handler[Dossier]:
        def handle(state: Dossier, message: Message, now: datetime) -> Outcome[Dossier]:
            return Outcome(*decide(decisions.ken_persoon(state, message.prepared), message.data, now, beleid))

        return handle

    return {
        OpenVerzoek: command(open_verzoek),
        VerlengVerzoek: command(verleng_verzoek),
        BesluitVerzoek: command(besluit_verzoek),
        BeperkVerwerking: command(beperk_verwerking),
        HervatVerwerking: command(hervat_verwerking),
        Rectificeer: command(rectificeer),
        MeldRectificatie: command(meld_rectificatie),
        RondTaakAf: command(rond_taak_af),
    }


def onbeperkt(handle: Handler[Dossier]) -> Handler[Dossier]:
    """The handler of a besluit, which takes no effect while processing is restricted: no letter, no Halt."""

    def guarded(state: Dossier, message: Message, now: datetime) -> Outcome[Dossier]:
        akkoord = getattr(message.data, "soort", Besluitsoort.AKKOORD) is Besluitsoort.AKKOORD
        if akkoord or getattr(message.data, "in_plaats", None) is not None:
            eis_onbeperkt(state)
        return handle(state, message, now)

    return guarded
