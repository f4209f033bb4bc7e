"""`python -m schakel` is the same as the `schakel` command."""

from schakel.cli import main

main()
