"""The BRP API Personen 2.7 of the RvIG: asking for persons, and reading what it answers.

`velden` says what we ask and why, `client` asks, `antwoord` reads an answer and `gba` the form of its test sets.
"""

from services.brp_sync.brpapi.antwoord import ALLE_VELDEN, lees_personen, lees_persoon, personen_in
from services.brp_sync.brpapi.gba import is_gba, lees_gba_persoon
from services.brp_sync.brpapi.lezer import Onleesbaar, lees_json

__all__ = [
    "ALLE_VELDEN",
    "Onleesbaar",
    "is_gba",
    "lees_gba_persoon",
    "lees_json",
    "lees_personen",
    "lees_persoon",
    "personen_in",
]
