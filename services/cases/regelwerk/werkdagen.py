"""Werkdagen as a protocol counts them; the day a count starts from is day 0.

A day that a royal decree puts on a par with a feestdag is one "for the application of this act" alone (Algemene
termijnenwet art. 3 lid 3). A term of a protocol does not rest on that act, so such a day is a werkdag here.
"""

from datetime import date, timedelta

from hub.calendar import GELIJKGESTELDE_DAGEN, is_feestdag


def is_protocolwerkdag(d: date) -> bool:
    """Whether `d` is a Monday to Friday and none of the feestdagen that the Algemene termijnenwet names itself."""
    return d.weekday() < 5 and (d in GELIJKGESTELDE_DAGEN or not is_feestdag(d))


def plus_protocolwerkdagen(d: date, n: int) -> date:
    """The `n`-th werkdag after `d`, or before it when `n` is negative."""
    stap = timedelta(days=1 if n > 0 else -1)
    te_gaan = abs(n)
    while te_gaan:
        d += stap
        te_gaan -= is_protocolwerkdag(d)
    return d
