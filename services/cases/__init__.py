"""Keeps the zaken: applies the protocol of the gemeente, proposes, and records what an official decides.

Hears: meldingen from `ingest_duo`, changes of persons from `brp_sync`, what became of letters and referrals.
Says: on stream ZAKEN that a zaak opened or closed, a voorstel was made, a besluit was taken, a letter is wanted,
a Halt-verwijzing was decided, a termijn started or passed.
Owns: zaken with their feiten, voorstellen, besluiten, termijnen and timeline.
Does not keep: names, addresses, BSN; of a person it holds the day of birth only, sealed.
"""
