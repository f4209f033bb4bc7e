"""When a jongere turns five, as far as the BRP knows; pure. The clock says it, not a message."""

from calendar import monthrange
from datetime import MAXYEAR, date
from typing import Final

from hub.calendar import verjaardag
from services.brp_sync.model import OnvolledigeDatum, Persoon

VIJF: Final = 5
NOG_TE_BEPALEN: Final = date(1970, 1, 1)
"""Stands for the day to look of people who were stored before there was one."""


def vijfde_verjaardag(geboortedatum: OnvolledigeDatum | None) -> date | None:
    """The day; the last of the month when only the month is known, None when not even that is."""
    if geboortedatum is None or geboortedatum.jaar is None or geboortedatum.maand is None:
        return None
    if geboortedatum.jaar > MAXYEAR - VIJF:
        return None
    geboren = geboortedatum.als_datum()
    if geboren is not None:
        return verjaardag(geboren, VIJF)
    jaar = geboortedatum.jaar + VIJF
    return date(jaar, geboortedatum.maand, monthrange(jaar, geboortedatum.maand)[1])


def kijkdag(persoon: Persoon, was: Persoon | None, keek_op: date | None, vandaag: date) -> date | None:
    """From when the clock must look at this person: the first of the month of the fifth birthday; None for never.

    The day of birth itself stays sealed. `was` is the person before, `keek_op` what was decided then. For someone new
    who is five already there is nothing to say. A birth date that was corrected or became known may make someone five
    in the year behind us: that is said at once.
    """
    if was is not None and was.geboortedatum == persoon.geboortedatum:
        return keek_op
    return eerste_kijkdag(persoon.geboortedatum, vandaag if was is None else verjaardag(vandaag, -1))


def eerste_kijkdag(geboortedatum: OnvolledigeDatum | None, grens: date) -> date | None:
    """The first of the month of the fifth birthday, None when it was before `grens` or is not known."""
    dag = vijfde_verjaardag(geboortedatum)
    return dag.replace(day=1) if dag is not None and dag >= grens else None
