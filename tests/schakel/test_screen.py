"""What every command shares."""

import os
import signal
from typing import Any

import pytest
import typer

from hub.errors import Ongeldig
from schakel.screen import run


async def _write_to_nobody() -> str:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        os.write(writer, b"x")
    except BrokenPipeError as error:
        return type(error).__name__
    finally:
        os.close(writer)
    return "written"


def test_a_connection_that_closes_does_not_end_the_process() -> None:
    """Also where the entry point lets a closed pipe end the command; afterwards that holds again."""
    before = signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        assert run(_write_to_nobody()) == "BrokenPipeError"
        assert signal.getsignal(signal.SIGPIPE) == signal.SIG_DFL
    finally:
        signal.signal(signal.SIGPIPE, before)


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [(Ongeldig("bestaat niet", "zaak"), 1, "zaak: bestaat niet"), (KeyboardInterrupt(), 130, "")],
)
def test_an_expected_error_is_one_line_and_an_exit_code(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback for who uses the command."""

    async def fail() -> Any:
        raise error

    with pytest.raises(typer.Exit) as ended:
        run(fail())
    assert (code, f"schakel: {said}\n" if said else "") == (ended.value.exit_code, capsys.readouterr().err)
