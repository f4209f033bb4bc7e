"""`schakel demo`: a term of a fictional region, from melding to letter and Halt, on a virtual clock."""

from schakel.demo.play import play

__all__ = ["play"]
