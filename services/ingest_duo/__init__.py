"""Fetches verzuimmeldingen from DUO and reports the status of treatment back; takes in its P- and C-leveringen.

Hears: DUO's DC0011 deliveries (polled with a cursor, each page stored sealed before it is read), files that an operator
hands in, from `cases` that a melding is being treated, and from `brp_sync` who moved, died or turned out to be two.
Says: on stream VERZUIM that a melding was received, changed or withdrawn, that DUO accepted a status, and what changed
in inschrijvingen, vrijstellingen and startkwalificaties.
Owns: every melding as DUO last told it, sealed at rest with its free text; the cursor; the files, sealed, and what they
told per jongere in codes and dates; the quarantine.
Does not keep: who a jongere is (it asks `brp_sync`), zaken, protocol rules.
"""
