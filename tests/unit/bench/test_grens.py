"""The border and its version by hand, as `schakel bench --grens` times them."""

from bench.grens import grens


def test_the_two_sides_answer_the_same() -> None:
    """Otherwise the ratio compares two different questions; the bench refuses to time them."""
    assert 60 == grens(60)["aantal"]
