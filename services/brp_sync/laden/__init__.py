"""The first load: millions of persons from files into an empty store, faster than one by one and no less strict.

`bestanden` cuts files into parts, `keuring` reads a part at once and leaves what it is not sure of to the normal
reader, `werker` does both and seals, in processes of their own, `stroom` puts the parts back in order, and `lading`
writes the result to the database.
"""
