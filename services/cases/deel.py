"""Base of what is stored, sealed, in this service."""

from pydantic import BaseModel, ConfigDict


class Deel(BaseModel):
    """Frozen and closed: a stored value that has a field we do not know is an error, not a loss."""

    model_config = ConfigDict(frozen=True, extra="forbid")
