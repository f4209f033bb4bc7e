"""Keeping Python's garbage collector out of the way of a process that handles messages."""

import gc

_NEW_OBJECTS = 50_000


def settle() -> None:
    """Takes what start-up made out of sight of the garbage collector; call it once, when everything runs.

    Modules, models and protocols stay until the process ends, but the collector would go over all of them again and
    again: a tenth of a second in which nothing else happens, and a fifth of all processor time under load. Batches
    make many objects at once and leave no cycles, so it also need not look as often as it does by default.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 10, 10)
