"""The large population: the same every time, in parts of any size, and with nobody in it that cannot be."""

from datetime import date
from itertools import islice

import polars as pl
import pytest

from services.brp_sync.lo3.rubrieken import GEBRUIKT
from services.brp_sync.persoonslijsten import Gelezen, lees_lijst
from simulators.bevolking_groot import FOUTEN, KOLOMMEN, MEESTE, Bevolking, fictieve_bsns
from simulators.personen import fictieve_bsns as een_voor_een

PEILDATUM = date(2026, 9, 1)  # dinsdag


def test_the_numbers_are_those_of_the_small_population() -> None:
    """Also past the end of the first range."""
    assert [bsn.get_secret_value() for bsn in islice(een_voor_een(), 12_000)] == fictieve_bsns(12_000).to_list()


def test_everybody_can_be_registered() -> None:
    """Every column the hub reads is there, and the normal reader takes every row."""
    assert set(KOLOMMEN) == GEBRUIKT
    frame = Bevolking(1, 300, PEILDATUM).deel(0, 300)
    for rij in frame.iter_rows(named=True):
        assert isinstance(lees_lijst({k: v for k, v in rij.items() if v}, ""), Gelezen)
    assert frame["01.01.20"].n_unique() == frame["01.01.10"].n_unique() == 300


def test_a_seed_makes_the_same_people_in_parts_of_any_size() -> None:
    """So a file can be made again, and a part of it without the rest."""
    een, twee, ander = (Bevolking(seed, 500, PEILDATUM, fouten=0.02) for seed in (1, 1, 2))
    geheel = een.deel(0, 500)
    assert geheel.equals(pl.concat([twee.deel(0, 120), twee.deel(120, 380)]))
    assert not geheel.equals(ander.deel(0, 500))


def test_bad_rows_are_about_as_many_as_asked_and_of_every_kind() -> None:
    """A tenth of ten thousand, within four standard deviations."""
    goed, slecht = Bevolking(1, 10_000, PEILDATUM), Bevolking(1, 10_000, PEILDATUM, fouten=0.1)
    a, b = goed.deel(0, 10_000), slecht.deel(0, 10_000)
    anders = (a.hash_rows() != b.hash_rows()).sum()
    assert 880 < anders < 1120
    for kolom, _ in FOUTEN:
        assert (a[kolom].fill_null("-") != b[kolom].fill_null("-")).any()


def test_more_people_than_there_are_numbers_is_refused() -> None:
    """Rather than a number twice."""
    with pytest.raises(ValueError, match="hooguit"):
        Bevolking(1, MEESTE + 1, PEILDATUM)
