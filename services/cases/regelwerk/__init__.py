"""The language of the protocol files: what may stand in them, and how it becomes plain Python functions.

`woorden` holds the closed lists, `voorwaarden` the conditions, `berekeningen` the sums and dates, `regels` the rules,
`bestand` reads the YAML and knows its line numbers, `plan` puts the rules in order. Nothing here knows a threshold.
"""
