"""`schakel signaal` on a real, running installation: never about whom, and one line when something is wrong."""

import pytest

from tests.schakel.conftest import Commands

pytestmark = pytest.mark.connected


def test_an_installation_without_signals_says_so(running: Commands) -> None:
    assert {"standen": {}, "signalen": []} == running.json("signaal", "list")
    assert [] == running.json("signaal", "bevragingen")
    assert {"aan_de_beurt": 0} == running.json("signaal", "nu", "1")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(("list", "--stand", "klaar"), "kies uit wacht"), (("bevragingen", "--jongere", "saar"), "geen jongere_id")],
)
def test_a_mistake_is_told_in_one_line(running: Commands, arguments: tuple[str, ...], says: str) -> None:
    answer = running.run("signaal", *arguments)
    assert 1 == answer.returncode
    assert says in answer.stderr
    assert "Traceback" not in answer.stderr
