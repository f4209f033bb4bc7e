"""The statements of the limit: per batch one that writes everything, in the tables the hub uses."""

_BOOK = """
WITH cursor AS (
  UPDATE outbox_stand SET laatste_nr = laatste_nr + $3, gepubliceerd_tot = GREATEST(gepubliceerd_tot, $4)
  RETURNING laatste_nr - $3 AS basis
), moved AS (
  INSERT INTO stand AS s (jongere_id, gelezen, geschreven, versie)
  SELECT j, g, 0, 1 FROM unnest($1::uuid[], $2::jsonb[]) AS u(j, g)
  ON CONFLICT (jongere_id) DO UPDATE SET gelezen = s.gelezen || excluded.gelezen, versie = s.versie + 1
), said AS (
  INSERT INTO outbox (nr, event_id, jongere_id, sequence, subject, bericht, op)
  SELECT cursor.basis + u.ord, u.i, u.j, cursor.basis + u.ord, u.s, u.b, $5
  FROM cursor, unnest($6::uuid[], $7::uuid[], $8::text[], $9::bytea[]) WITH ORDINALITY AS u(i, j, s, b, ord)
)
"""


def _batch(domain: str) -> str:
    """A statement that books positions and events, and does `domain` along with it."""
    return "".join((_BOOK, domain, "SELECT basis FROM cursor"))


READ_ONLY = _batch("")
MELDINGEN = _batch(
    """, domain AS (
  INSERT INTO melding (meldingsnummer, jongere_id, gemeente, laatste_mutatie, status, kenmerk, inhoud)
  SELECT n, j, '1924', $11::timestamp, 'R', k, i
  FROM unnest($10::text[], $7::uuid[], $12::bytea[], $13::bytea[]) AS u(n, j, k, i)
)
"""
)
ZAKEN = _batch(
    """, persons AS (
  INSERT INTO dossier (jongere_id, persoon) SELECT * FROM unnest($10::uuid[], $11::bytea[])
), cases AS (
  INSERT INTO zaak (zaak_id, jongere_id, gemeente, zaaksoort, schooljaar, status, geopend_op, inhoud)
  SELECT z, j, '1924', 'relatief', '2026-2027', 'open', $5, i FROM unnest($12::uuid[], $10::uuid[], $13::bytea[])
    AS u(z, j, i)
), proposals AS (
  INSERT INTO voorstel (voorstel_id, zaak_id, jongere_id, gemeente, uitkomst, status, gedaan_op)
  SELECT v, z, j, '1924', 'lpa_uitnodiging_1', 'open', $5 FROM unnest($14::uuid[], $12::uuid[], $10::uuid[])
    AS u(v, z, j)
), lines AS (
  INSERT INTO tijdlijn (zaak_id, op, wat, door, toelichting)
  SELECT z, $5, w, 'hub', t FROM unnest($15::uuid[], $16::text[], $17::text[]) AS u(z, w, t)
)
"""
)
BESLUITEN = _batch(
    """, cases AS (
  UPDATE zaak SET inhoud = u.i FROM unnest($10::uuid[], $11::bytea[]) AS u(z, i) WHERE zaak_id = u.z
), proposals AS (
  UPDATE voorstel SET status = 'besloten' WHERE voorstel_id = ANY($12::uuid[])
), terms AS (
  INSERT INTO termijn (termijn_id, zaak_id, jongere_id, gemeente, naam, uiterlijk, status)
  SELECT t, z, j, '1924', 'reactie_uitnodiging_uiterlijk', $13::date, 'loopt'
  FROM unnest($14::uuid[], $15::uuid[], $16::uuid[]) AS u(t, z, j)
), lines AS (
  INSERT INTO tijdlijn (zaak_id, op, wat, door, toelichting)
  SELECT z, $5, 'besluit_akkoord', 'LPA-1', 'lpa_uitnodiging_1' FROM unnest($10::uuid[]) AS u(z)
)
"""
)
BRIEVEN = _batch(
    """, made AS (
  INSERT INTO brief (brief_id, adressaat, jongere_id, zaak_id, briefsoort, bestand, sha256, paginas, opgemaakt_op)
  SELECT b, a, j, z, 'lpa_uitnodiging_1', f, repeat('0', 64), 1, $5
  FROM unnest($10::uuid[], $11::text[], $7::uuid[], $12::uuid[], $13::text[]) AS u(b, a, j, z, f)
)
"""
)
OPGEMAAKT = _batch(
    """, lines AS (
  INSERT INTO tijdlijn (zaak_id, op, wat, door, toelichting)
  SELECT z, $5, 'brief_opgemaakt', 'letters', 'lpa_uitnodiging_1' FROM unnest($10::uuid[]) AS u(z)
)
"""
)
DISCLOSE = """
WITH said AS (
  INSERT INTO verstrekking (jongere_id, aanvrager, doel, op) SELECT j, $2, $2, $3 FROM unnest($1::uuid[]) AS u(j)
) SELECT jongere_id, gegevens FROM jongere WHERE jongere_id = ANY($1::uuid[])
"""
VOORSTELLEN = """
SELECT v.voorstel_id, v.zaak_id, v.jongere_id, z.inhoud FROM voorstel v JOIN zaak z USING (zaak_id)
WHERE v.voorstel_id = ANY($1::uuid[])
"""
