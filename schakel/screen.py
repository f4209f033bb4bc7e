"""What every command shares: one JSON document or text for people, and one Dutch line when something is wrong."""

import asyncio
import json
import signal
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, NoReturn

import typer

from hub.errors import HubError
from hub.observability import configure_logging

Json = Annotated[bool, typer.Option("--json", help="Een JSON-document in plaats van tekst.")]


def fail(text: str) -> NoReturn:
    """Says what is wrong and ends with exit code 1."""
    typer.echo(f"schakel: {text}", err=True)
    raise typer.Exit(1)


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Runs an async command; an expected error becomes one Dutch line and exit code 1.

    Meanwhile a connection that the other side closes is an error for whoever writes to it, not the end of the process.
    """
    configure_logging("warning")
    on_pipe = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        return asyncio.run(coroutine)
    except HubError as error:
        fail(str(error))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    finally:
        signal.signal(signal.SIGPIPE, on_pipe)


def show(document: Any, as_json: bool, text: Callable[[], None]) -> None:
    """Prints a result for a program or for a person."""
    if as_json:
        typer.echo(json.dumps(document, default=str, ensure_ascii=False))
    else:
        text()
