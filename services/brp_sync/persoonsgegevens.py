"""Which tables of this service hold what about a person (hub/catalogus.py)."""

from typing import Final

from hub.catalogus import JONGERE, Bewaarsoort, Tabel, Wijze, niets

_BSN: Final = """bsn_index IN (
  SELECT bsn_index FROM jongere WHERE jongere_id = ANY($1::uuid[])
  UNION SELECT sleutel_index FROM oude_sleutel WHERE jongere_id = ANY($1::uuid[]))"""

CATALOGUS: Final[tuple[Tabel, ...]] = (
    Tabel(
        "signaal", "een bron zei dat er iets wijzigde", _BSN, soort=Bewaarsoort.BRONBERICHT,
        verzegeld={"inhoud": "brp_sync|signaal"}, afdrukken=("kenmerk", "bsn_index"),
    ),
    Tabel(
        "brp_antwoord", "afdruk van wat de BRP API het laatst vertelde", _BSN, soort=Bewaarsoort.BRONBERICHT,
        afdrukken=("bsn_index", "vingerafdruk"),
    ),
    Tabel(
        "bevraging", "wat wij de BRP vroegen: over wie, wanneer, waarvoor, welke velden", f"{JONGERE} OR {_BSN}",
        wijze=Wijze.BEWAREN, soort=Bewaarsoort.BEVRAGING,
        verzegeld={"wie": "brp_sync|bevraging"}, afdrukken=("bsn_index",),
        ontdoen={"jongere_id": "NULL"}, herleidbaar=("wie", "bsn_index"),
        grond="protocolplicht BRP-bevragingen, 20 jaar", datum="op",
    ),
    Tabel(
        "verstrekking", "wie welke soort gegevens kreeg, en waarvoor", JONGERE,
        wijze=Wijze.PSEUDONIMISEREN, soort=Bewaarsoort.VERSTREKKING,
        ontdoen={"jongere_id": "$2"}, grond="bewijs van verstrekking (AVG art. 5 lid 2; CONV-11.5)",
        datum="op",
    ),
    Tabel(
        "volger", "wie over de jongere wil horen", JONGERE, soort=Bewaarsoort.BASISGEGEVENS,
        verzegeld={"bsn": "brp_sync|volger"},
    ),
    Tabel("volgindicatie", "of de BRP weet dat wij de jongere volgen", JONGERE, soort=Bewaarsoort.BASISGEGEVENS),
    Tabel("uit_beeld", "de StUF-leverancier vertelt niet meer over de jongere", JONGERE,
          soort=Bewaarsoort.BASISGEGEVENS),
    Tabel(
        "samenvoeging", "twee nummers van ons die dezelfde persoon bleken",
        f"{JONGERE} OR oude_jongere_id = ANY($1::uuid[])", soort=Bewaarsoort.BASISGEGEVENS,
    ),
    Tabel(
        "oude_sleutel", "afdruk van een nummer dat de jongere eerder had", JONGERE, soort=Bewaarsoort.BASISGEGEVENS,
        afdrukken=("sleutel_index",),
    ),
    Tabel(
        "jongere", "wie de jongere is: persoonsgegevens uit de BRP", JONGERE, soort=Bewaarsoort.BASISGEGEVENS,
        verzegeld={"gegevens": "brp_sync|persoon"},
        afdrukken=("bsn_index", "onderwijsnummer_index", "a_nummer_index"),
    ),
    Tabel(
        "stuf_bericht", "afdruk van zender en referentienummer van bevestigde StUF-berichten", wijze=Wijze.NIETS,
        soort=Bewaarsoort.GEEN, afdrukken=("kenmerk", "sha256"),
    ),
    niets("volg_stand", "tot waar de outbox bekeken is"),
    niets("bronstand", "vanaf welke dag een bron gelezen moet worden"),
)  # fmt: skip
"""All own tables; what reads another for its condition stands before it."""
