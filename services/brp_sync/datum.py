"""A date as the BRP knows it: sometimes only the year and the month, sometimes nothing but that there is one."""

from calendar import isleap, monthrange
from datetime import date
from typing import Self

from pydantic import SecretStr

_HELE_JAREN, _MAANDEN = "0000", "00"
_DAGEN = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class OngeldigeDatum(ValueError):
    """The eight digits are no date with zeros for its unknown parts; the value itself is not repeated."""


class OnvolledigeDatum(SecretStr):
    """A date of which the day, the month or everything may be unknown (LO BRP, elements of type datum).

    The value is eight digits JJJJMMDD with zeros for what is unknown: `JJJJMM00`, `JJJJ0000` or `00000000`. There is
    no way to get a whole date out of an incomplete one: a filler date would give people birthdays they do not have.
    It prints as asterisks, like every piece of personal data. Raises `OngeldigeDatum`.
    """

    def __init__(self, waarde: str) -> None:
        if not _is_datum(waarde):
            raise OngeldigeDatum("geen datum JJJJMMDD (met nullen voor wat onbekend is)")
        super().__init__(waarde)

    @classmethod
    def van(cls, dag: date) -> Self:
        """The complete date `dag`."""
        return cls(f"{dag:%Y%m%d}".zfill(8))

    @property
    def jaar(self) -> int | None:
        """The year, None when unknown."""
        return int(self.get_secret_value()[:4]) or None

    @property
    def maand(self) -> int | None:
        """The month 1-12, None when unknown."""
        return int(self.get_secret_value()[4:6]) or None

    @property
    def dag(self) -> int | None:
        """The day of the month, None when unknown."""
        return int(self.get_secret_value()[6:]) or None

    def als_datum(self) -> date | None:
        """The date when all of it is known, otherwise None."""
        if self.jaar is None or self.maand is None or self.dag is None:
            return None
        return date(self.jaar, self.maand, self.dag)

    def grenzen(self) -> tuple[date, date] | None:
        """The first and the last day it can be; None when even the year is unknown."""
        if self.jaar is None:
            return None
        eerste, laatste = (self.maand or 1), (self.maand or 12)
        laatste_dag = self.dag or monthrange(self.jaar, laatste)[1]
        return date(self.jaar, eerste, self.dag or 1), date(self.jaar, laatste, laatste_dag)


def _is_datum(waarde: str) -> bool:
    if len(waarde) != 8 or not (waarde.isascii() and waarde.isdigit()):
        return False
    jaar, maand, dag = waarde[:4], waarde[4:6], waarde[6:]
    if jaar == _HELE_JAREN:
        return maand == dag == _MAANDEN
    if maand == _MAANDEN:
        return dag == _MAANDEN
    if maand > "12":
        return False
    schrikkeldag = maand == "02" and not isleap(int(jaar))
    return int(dag) <= _DAGEN[int(maand)] - schrikkeldag
