"""How fast the hub is: beside the same chain as frameworks teach it, and beside what this machine can do at most.

`schakel bench` runs `run.measure`. Every figure that is compared comes from one run on the same servers, in rounds
that take turns, because the ratio between two sides says something and a number of one machine does not.
"""
