"""Keeps the zaken: applies the protocol of the gemeente, proposes, and records what an official decides.

Hears: meldingen, inschrijvingen and vrijstellingen from `ingest_duo`, changes of persons from `brp_sync`, what became
of letters and referrals.
Says: on stream ZAKEN that a zaak opened or closed, a voorstel was made, a besluit was taken, a letter is wanted,
a Halt-verwijzing was decided, a termijn started or passed, absoluut verzuim was signalled or explained; that consent
was asked, given, refused or withdrawn.
Owns: zaken with their feiten, voorstellen, besluiten, termijnen and timeline; the register of consent and of what
betrokkenen were told; the inschrijvingsregister, which says of
every jongere of the region at which schools and with which vrijstelling; signals of absoluut verzuim.
Does not keep: names, addresses, BSN; of a person it holds the day of birth, sealed, and the month of it in the clear.
"""
