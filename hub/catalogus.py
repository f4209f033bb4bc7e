"""Where personal data rest: one line per table, for inzage, erasure, retention, resealing and the proof by scanning.

Every service has a `persoonsgegevens.py` with its own `CATALOGUS`; `HUB` holds the tables that all of them have. A
table that is in neither is an error (tests/service/test_catalogus.py), so nobody can add one and forget about it.

A condition finds the rows of some jongeren in one database without help from another: `$1::uuid[]` is always the list
of their jongere_id's, and keys that follow from those (zaak_id, meldingsnummer, fingerprint of the BSN) are looked up
in the condition itself. That is why the order of a catalogue counts: a table stands before the one its condition reads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

JONGERE: Final = "jongere_id = ANY($1::uuid[])"


class Wijze(StrEnum):
    """What erasure does with the rows of a person."""

    VERWIJDEREN = "verwijderen"
    PSEUDONIMISEREN = "pseudonimiseren"  # the row stays as proof; what leads to the person is replaced
    INHOUD = "inhoud"  # rows are not about one person: what holds them is found by opening the content
    BEWAREN = "bewaren"  # the law obliges to keep it, traceable, until its term
    NIETS = "niets"  # nothing about a person; `wat` says what it does hold


class Bewaarsoort(StrEnum):
    """Kinds of data with a term of their own (protocols/…/bewaren.yaml)."""

    BASISGEGEVENS = "basisgegevens"
    DOSSIER = "dossier"
    MELDING = "melding"
    INSCHRIJVING = "inschrijving"
    BRIEF = "brief"
    HALT = "halt"
    BRONBERICHT = "bronbericht"
    BEVRAGING = "bevraging"
    VERSTREKKING = "verstrekking"
    TOESTEMMING = "toestemming"
    VERZOEK = "verzoek"
    VERANTWOORDING = "verantwoording"
    VERWERKING = "verwerking"  # positions, events and waiting room: they go with the person
    GEEN = "geen"


@dataclass(frozen=True, slots=True)
class Tabel:
    """One table: what it holds, how the rows of a person are found, and what becomes of them.

    `verzegeld` gives per sealed column the purpose it is sealed for (`Kluis.seal`), in which `{kolom}` stands for the
    value of that column in the row. `afdrukken` are columns with a keyed fingerprint, `onverzegeld` columns of bytes
    that are neither, with the reason. `ontdoen` gives per column the expression that replaces it when rows stay; `$2`
    is a new random pseudonym, the same for all rows of one person in one database.
    """

    naam: str
    wat: str
    """In Dutch, for the betrokkene and the FG."""
    waar: str | None = None
    wijze: Wijze = Wijze.VERWIJDEREN
    soort: Bewaarsoort = Bewaarsoort.DOSSIER
    verzegeld: Mapping[str, str] = field(default_factory=dict)
    afdrukken: tuple[str, ...] = ()
    onverzegeld: Mapping[str, str] = field(default_factory=dict)
    ontdoen: Mapping[str, str] = field(default_factory=dict)
    herleidbaar: tuple[str, ...] = ()
    """Columns by which somebody can still be found in rows that stay because the law says so."""
    grond: str = ""
    """Why rows stay, when they do."""
    datum: str = ""
    """The column from which the term of rows that stay is counted."""

    def doel(self, kolom: str, rij: Mapping[str, object]) -> str:
        """The purpose for which `kolom` of this row is sealed."""
        return self.verzegeld[kolom].format_map(dict(rij))

    @property
    def doelkolommen(self) -> tuple[str, ...]:
        """Columns that the purposes of sealed columns name."""
        return tuple(sorted({part.split("}")[0] for doel in self.verzegeld.values() for part in doel.split("{")[1:]}))


def niets(naam: str, wat: str) -> Tabel:
    """A table that holds nothing about a person, and what it does hold."""
    return Tabel(naam, wat, wijze=Wijze.NIETS, soort=Bewaarsoort.GEEN)


_DUN = {"bericht": "dunne gebeurtenis: alleen pseudoniem, codes en datums"}

HUB: Final[Sequence[Tabel]] = (
    Tabel(
        "wachtrij", "gebeurtenissen die (nog) niet verwerkt konden worden", JONGERE,
        soort=Bewaarsoort.VERWERKING, onverzegeld=_DUN,
    ),
    Tabel(
        "wachtrijbesluit", "wat een beheerder deed met een geparkeerde gebeurtenis", JONGERE,
        wijze=Wijze.PSEUDONIMISEREN, soort=Bewaarsoort.VERANTWOORDING,
        ontdoen={"jongere_id": "$2", "reden": "''"}, datum="op",
        grond="verantwoording van de beheerder (AVG art. 5 lid 2)",
    ),
    Tabel(
        "outbox", "wat deze service over de jongere zei, als dunne gebeurtenissen", JONGERE,
        soort=Bewaarsoort.VERWERKING, onverzegeld=_DUN,
    ),
    Tabel("stand", "hoe ver deze service is met de jongere", JONGERE, soort=Bewaarsoort.VERWERKING),
    Tabel(
        "inkomend", "berichten van bronnen zoals ze binnenkwamen", wijze=Wijze.INHOUD, soort=Bewaarsoort.BRONBERICHT,
        verzegeld={"ruw": "inkomend|{bron}"}, afdrukken=("sha256",),
    ),
    Tabel(
        "quarantaine", "onbruikbare invoer zoals die binnenkwam", wijze=Wijze.INHOUD, soort=Bewaarsoort.BRONBERICHT,
        verzegeld={"ruw": "quarantaine|{bron}", "hersteld": "quarantaine|{bron}"}, afdrukken=("kenmerk",),
    ),
    Tabel(
        "quarantainebesluit", "wat een beheerder deed met onbruikbare invoer", wijze=Wijze.INHOUD,
        soort=Bewaarsoort.VERANTWOORDING, datum="op",
    ),
    Tabel(
        "gewist", "afdruk van nummers van ons en van meldingen van wie gewist is; leidt naar niemand",
        wijze=Wijze.NIETS, soort=Bewaarsoort.GEEN, afdrukken=("afdruk",),
    ),
    Tabel(
        "audit_zout", "waarmee het auditlog naar de jongere leidt; zonder zout leidt een regel naar niemand",
        """EXISTS (SELECT FROM auditlog a, unnest($1::uuid[]) AS j(id) WHERE a.nr = audit_zout.nr
           AND a.onderwerp[audit_zout.plaats] = encode(sha256(audit_zout.zout || uuid_send(j.id)), 'hex'))""",
        soort=Bewaarsoort.VERANTWOORDING, onverzegeld={"zout": "toeval"},
    ),
    niets("auditlog", "wie wat deed; over wie het gaat staat er als gezouten vingerafdruk"),
    niets("outbox_stand", "tot waar gebeurtenissen verzonden zijn"),
    niets("alembic_version", "de versie van het schema"),
)  # fmt: skip
"""The tables every service has beside its own."""
