"""Fetches verzuimmeldingen from DUO and reports the status of treatment back.

Hears: DUO's DC0011 deliveries (polled with a cursor, each page stored sealed before it is read), and from `cases`
that a melding is being treated.
Says: on stream VERZUIM that a melding was received, changed or withdrawn, and that DUO accepted a status.
Owns: every melding as DUO last told it, sealed at rest with its free text; the cursor; the quarantine.
Does not keep: who a jongere is (it asks `brp_sync`), zaken, protocol rules.
"""
