"""How many letters a second one thread makes with the real renderer: PDF/A-2a and PDF/UA-1, layout and all."""

from datetime import datetime, time, timedelta
from itertools import cycle
from time import perf_counter
from uuid import uuid4

from bench.workload import GEMEENTE, OFFICIAL, jongeren, persoon
from contracts.codes import Adressaat
from contracts.events.zaken import BriefAangevraagd
from hub.clock import SystemClock
from hub.gemeenten import Gemeenten
from hub.medewerkers import Medewerkers
from services.brp_sync.verstrekken import briefgegevens
from services.letters.decisions import stel_op
from services.letters.huisstijlen import Huisstijlen
from services.letters.model import Brief
from services.letters.render import Renderer


def letters_per_second(seconds: float) -> float:
    """Renders invitations to different people for about `seconds`, after a first one that warms up."""
    renderer, letters = Renderer(Huisstijlen()), _letters(50)
    renderer.render(letters[0])
    made, begin = 0, perf_counter()
    for letter in cycle(letters):
        renderer.render(letter)
        made += 1
        if perf_counter() - begin >= seconds:
            break
    return made / (perf_counter() - begin)


def _letters(number: int) -> list[Brief]:
    today = SystemClock().today()
    gemeente, official = Gemeenten.load().get(GEMEENTE), Medewerkers.load().get(OFFICIAL)
    if gemeente is None or official is None:
        raise LookupError("the demonstration registers lack the gemeente or official of the workload")
    letters = []
    for jongere in jongeren(number):
        asked = BriefAangevraagd(
            zaak_id=uuid4(),
            brief_id=uuid4(),
            briefsoort="lpa_uitnodiging_1",
            adressaten=(Adressaat.OUDERS, Adressaat.JONGERE),
            dagtekening=today,
            ondertekenaar=OFFICIAL,
            lesuren=18,
            periode_van=today - timedelta(days=20),
            periode_tot=today - timedelta(days=3),
            gesprek_op=datetime.combine(today + timedelta(days=9), time(15, 30)),
        )
        gegevens = briefgegevens(uuid4(), persoon(jongere, today))
        letters += [brief for _, brief in stel_op(asked, gegevens, (), gemeente, official)]
    return letters
