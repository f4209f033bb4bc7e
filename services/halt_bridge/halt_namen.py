"""The words of the exchange with Halt, in one place.

ASSUMPTION, all of it. Halt publishes no interface for leerplichtambtenaren: today a signed PDF goes by secure mail and
the outcome comes back in writing. This is a plain JSON-over-HTTP exchange of the same content: paths, keys, codes and
the numbered feed are OURS. When Halt offers an interface, this module and `partner.py` are what changes.
"""

from typing import Final

from contracts.codes import HaltAfloop

VERWIJZINGEN: Final = "/verwijzingen"
NIEUW_VERZUIM: Final = "/verwijzingen/{kenmerk}/nieuw-verzuim"
STOP: Final = "/verwijzingen/{kenmerk}/stop"
"""A referral is taken back. Halt takes a stop of a kenmerk it never saw too, and then refuses an offer that comes
later: an offer that was under way cannot overtake its stop."""
AFLOPEN: Final = "/aflopen"
SINDS: Final = "sinds"
"""Query parameter: the feed gives entries with a higher volgnummer."""

KENMERK: Final = "kenmerk"
BEKEND: Final = "bekend"
"""In the answer to a stop: whether Halt had the referral."""
AL_AFGELOPEN: Final = "AL_AFGELOPEN"
"""Why Halt does not stop a referral: its course ended, and the outcome is in the feed."""
GESTOPT: Final = "GESTOPT"
"""Why Halt does not take a referral: it was stopped before."""
ONTVANGST_ID: Final = "ontvangstId"
ONTVANGEN_OP: Final = "ontvangenOp"
FEED: Final = "aflopen"
VOLGNUMMER: Final = "volgnummer"
AFLOOP: Final = "afloop"
DATUM: Final = "datum"
TOELICHTING: Final = "toelichting"
UREN: Final = "uren"
WEIGERING: Final = "weigering"
"""Key of the reason code when Halt does not take a referral (HTTP 422)."""

AFLOOP_CODES: Final = {
    "POSITIEF": HaltAfloop.POSITIEF,
    "NEGATIEF": HaltAfloop.NEGATIEF,
    "NIET_GESTART": HaltAfloop.NIET_GESTART,
}

BOA: Final = {"naam": "naam", "aktenummer": "aktenummer", "getekend_op": "getekendOp"}
JONGERE: Final = {
    "naam": "naam",
    "geboortedatum": "geboortedatum",
    "adres": "adres",
    "telefoon": "telefoon",
    "instemming": "instemming",
}
OUDER: Final = {
    "naam": "naam",
    "adres": "adres",
    "telefoon": "telefoon",
    "instemming": "instemming",
    "getekend_op": "getekendOp",
}
SCHOOL: Final = {"naam": "naam", "brin": "brin", "contactpersoon": "contactpersoon"}
FEIT: Final = {
    "artikel": "artikel",
    "periode_begin": "periodeBegin",
    "periode_eind": "periodeEind",
    "aantal_uren": "aantalUren",
    "aantal_te_laat": "aantalTeLaat",
    "verzuimoverzicht": "verzuimoverzichtPdf",
}
VERWIJZING: Final = {
    "kenmerk": KENMERK,
    "gemeentecode": "gemeentecode",
    "datum": "datum",
    "boa": "boa",
    "jongere": "jongere",
    "ouders": "ouders",
    "school": "school",
    "feit": "feit",
    "maatregelen_school": "maatregelenSchool",
    "ouders_geinformeerd": "oudersGeinformeerd",
    "lopende_hulp": "lopendeHulp",
    "lopende_hulp_contact": "lopendeHulpContact",
    "eerdere_halt_voor_verzuim": "eerdereHaltVoorVerzuim",
    "eerdere_halt_nagegaan_op": "eerdereHaltNagegaanOp",
    "afschrift_om": "afschriftOm",
}
"""Field of `HaltVerwijzing` -> key in the message; the groups have a table each. A field without a key is not sent."""

GROEPEN: Final = {"boa": BOA, "jongere": JONGERE, "ouders": OUDER, "school": SCHOOL, "feit": FEIT}
