"""Named points where a test lets the process die, as a power cut would: `SCHAKEL_FAILPOINT=<naam>:<hoeveelste keer>`.

Every boundary of the message path has one; the crash tests hit each of them. Without the variable they cost nothing.
"""

import os
import signal

POINTS = ("voor_transactie", "voor_commit", "na_commit", "voor_bevestiging", "na_bevestiging", "na_effect")

_name, _, _nth = os.environ.get("SCHAKEL_FAILPOINT", "").partition(":")
_left = {_name: int(_nth or 1)} if _name else {}


def failpoint(name: str) -> None:
    """Dies here with SIGKILL when the environment asks for it."""
    if not _left or name not in _left:
        return
    _left[name] -= 1
    if _left[name] <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
