"""P- and C-leveringen of DUO: files that say who is enrolled where, who is exempt, who has a startkwalificatie.

`kaart` knows the column maps, `lezen` reads rows and checks them in bulk, `decisions` compares a person's rows with
what was known, `store` keeps files and states, `verwerken` takes a file in from start to end. DUO does not publish the
record layouts: the maps in `kaarten/` are our assumption, and a gemeente adds its own without any Python.
"""
