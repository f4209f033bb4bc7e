"""Carries a besluit to refer to Halt, and brings the afloop home.

Hears: from `cases` that a BOA decided a Halt-verwijzing; from Halt, by polling, how a course ended.
Says: on stream HALT that the referral was received or refused, and how it ended.
Owns: which referral is where.
Does not keep: names, addresses or the reported days; it asks for them when it sends.
"""
