"""Everything held about one jongere, in understandable Dutch (AVG art. 15 and 20; convenant art. 13).

`lezen` reads every table of the catalogue of personal data, `opbouw` makes groups of it (pure), `samenstel` the
document with overview and rights, `pdf` prints it.
"""
