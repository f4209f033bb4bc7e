"""LO3 messages of the BRP (Logisch Ontwerp): about people outside the region whom the gemeente follows.

`teletex` is the alphabet, `berichten` the grammar, `rubrieken` the elements and which of them we hold, `lezen` what a
message means for a person.
"""
