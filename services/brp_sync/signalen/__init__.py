"""Signals: somebody changed in the BRP, and it is not said what.

`intake` and `bronnen` take them in from the webhook and the Update API, `opslag` keeps them and the questions asked
(tables in `tabellen`), `beslissen` says when to ask and what an answer means, `werker` asks and takes over changes.
"""
