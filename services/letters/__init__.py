"""Makes letters as accessible PDF in the huisstijl of each gemeente.

Hears: from `cases` that a letter is wanted, from `brp_sync` that a jongere died.
Says: on stream BRIEVEN that a letter was made (with its hash), or may no longer go out.
Owns: the letters it made, as files only this service reads, and a row about each.
Does not keep: names and addresses; it asks for them at the moment of rendering.
"""
