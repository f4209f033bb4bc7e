"""StUF-BG 3.10 `npsLk01`: kennisgevingen about persons, and the replies to them (SOAP 1.1).

Sources: stuf0301 version 27, the StUF bindingen 03.02 and the schemas of StUF-BG 3.10 patch 32. `lees_npslk01` reads,
`bouw_bv03` and `bouw_fo03` answer, `bouw_npslk01` writes kennisgevingen for simulators and tests.
"""

from services.brp_sync.stuf.building import bouw_npslk01
from services.brp_sync.stuf.messages import (
    SOAP_ACTION,
    Foutplek,
    IndicatorOvername,
    Mutatiesoort,
    NpsLk01,
    NpsObject,
    OngeldigBericht,
    Sleutels,
    Stuurgegevens,
    Systeem,
)
from services.brp_sync.stuf.reading import MAX_BYTES, lees_npslk01
from services.brp_sync.stuf.replies import bouw_bv03, bouw_fo03

__all__ = [
    "MAX_BYTES",
    "SOAP_ACTION",
    "Foutplek",
    "IndicatorOvername",
    "Mutatiesoort",
    "NpsLk01",
    "NpsObject",
    "OngeldigBericht",
    "Sleutels",
    "Stuurgegevens",
    "Systeem",
    "bouw_bv03",
    "bouw_fo03",
    "bouw_npslk01",
    "lees_npslk01",
]
