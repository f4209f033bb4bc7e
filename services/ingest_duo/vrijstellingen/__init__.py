"""Vrijstellingen and vervangende leerplicht: recorded by an official, told to DUO (Lpw 3c, 6, 15).

Start at `decisions.py`; `melden.py` tells DUO.
"""
