"""What can go wrong with an embedded server; every text is Dutch and says what to do."""

from hub.errors import HubError


class EmbeddedFout(HubError):
    """An embedded server cannot do what was asked; the text is Dutch and says what to do."""


class AlActief(EmbeddedFout):
    """A live server already uses this data folder."""


class PoortBezet(EmbeddedFout):
    """The port that clients of this data folder know is in use by another program."""


class StartMislukt(EmbeddedFout):
    """The server stopped, refused its data or stayed silent; the text holds the tail of its log."""
