"""Knows who a jongere is; the only place that links BSN and onderwijsnummer to jongere_id.

Hears: BRP messages (StUF-BG npsLk01 over SOAP, LO3, persoonslijsten in files), signals that somebody changed
(CloudEvents, Update API) about whom it asks the BRP API, and sealed questions of other services.
Says: on stream PERSONEN that something changed for a jongere, never what.
Owns: the person as the BRP tells it, sealed at rest, a line for every disclosure (`verstrekking`), and one for every
question it asked the BRP (`bevraging`).
Does not keep: anything about absence, zaken or letters.
"""
