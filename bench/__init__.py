"""How fast the hub is: beside the same chain as frameworks teach it, and beside what this machine can do at most.

`schakel bench` runs `run.measure`. Every figure that is compared comes from one run on the same servers, in rounds
that take turns, because the ratio between two sides says something and a number of one machine does not.

The chain: a page of meldingen from DUO (parsed, identified, stored), a zaak with a voorstel by the rules, the besluit
of a scripted official, the letter, and the note that it was made. What differs is what is compared: the naive side
takes only the four messages of a chain that it acts upon; the hub, and with it the limit, reads whole streams, some
fourteen messages, because that is how a listener sees that one is missing. Ratios are therefore of chains a second.

`schakel bench --regels` runs `regels.measure`, which needs no servers: how many decisions a second the rules of each
regional protocol take, how that compares with `ifelif`, where a part of one protocol is programmed by hand and gives
the very same answers, and what a what-if over a hundred thousand meldingen costs in time and memory.

`schakel bench --bronnen` runs `bronnen.measure`: each source, the first load of a population, and what an event costs
in a store of a million zaken beside one of ten thousand.
"""
