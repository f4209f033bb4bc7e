"""Following persons who live outside the region: afnemersindicaties, by whichever way the gemeente has.

`besluit` says whom to follow and when to stop, `kanalen` and `stufkanaal` ask for it, `volgen` keeps at it.
"""
