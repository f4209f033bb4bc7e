"""Knows who a jongere is; the only place that links BSN and onderwijsnummer to jongere_id.

Hears: BRP messages (StUF-BG npsLk01 over SOAP, persoonslijsten in files) and sealed questions of other services.
Says: on stream PERSONEN that something changed for a jongere, never what.
Owns: the person as the BRP tells it, sealed at rest, and a line for every disclosure (`verstrekking`).
Does not keep: anything about absence, zaken or letters.
"""
