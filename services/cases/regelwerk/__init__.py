"""The language of the protocol files: what may stand in them, and how it becomes plain Python functions.

`woorden` holds the closed lists and `omgeving` what a rule may refer to. `voorwaarden` are the conditions, compiled
by `eisen` and `toetsen`; `klassewaarden` and `datumwaarden` are what can be worked out (`berekeningen`). `regels` is
the shape of a file and `bestand` reads one. `plan` puts the rules in order, `stappen` carries them out and `uitleg`
says why. Nothing here knows a threshold.
"""
