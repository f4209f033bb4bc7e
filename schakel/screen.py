"""What every command shares: one JSON document or text for people, and one Dutch line when something is wrong."""

import json
from collections.abc import Callable
from typing import Annotated, Any, NoReturn

import typer

Json = Annotated[bool, typer.Option("--json", help="Een JSON-document in plaats van tekst.")]


def fail(text: str) -> NoReturn:
    """Says what is wrong and ends with exit code 1."""
    typer.echo(f"schakel: {text}", err=True)
    raise typer.Exit(1)


def show(document: Any, as_json: bool, text: Callable[[], None]) -> None:
    """Prints a result for a program or for a person."""
    if as_json:
        typer.echo(json.dumps(document, default=str, ensure_ascii=False))
    else:
        text()
