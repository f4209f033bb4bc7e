"""`schakel whatif`: the facts of a school year under another protocol, without any effect.

`source` brings the facts (recorded, from a file, or generated), `replay` asks both protocols and counts, `report` puts
the counts in a table and `picture` draws them.
"""
