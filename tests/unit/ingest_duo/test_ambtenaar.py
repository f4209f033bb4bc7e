"""Who may decide about what."""

import pytest

from hub.errors import Ongeldig
from hub.medewerkers import Medewerker, Medewerkers, Rol
from services.ingest_duo.ambtenaar import bevoegd, bevoegd_leerplichtambtenaar

GEMEENTE = "1924"


def register(rol: Rol, gemeente: str = GEMEENTE) -> Medewerkers:
    """One official."""
    een = Medewerker(code="X-1", naam="V. Oorbeeld", functie="functie", rollen=(rol,), gemeenten=(gemeente,))
    return Medewerkers(medewerkers=(een,))


def test_a_leerplichtambtenaar_decides_about_a_vrijstelling() -> None:
    """In the own gemeente only."""
    bevoegd_leerplichtambtenaar(register(Rol.LEERPLICHTAMBTENAAR), "X-1", GEMEENTE)
    with pytest.raises(Ongeldig):
        bevoegd_leerplichtambtenaar(register(Rol.LEERPLICHTAMBTENAAR, "0034"), "X-1", GEMEENTE)


@pytest.mark.parametrize("rol", [Rol.ADMINISTRATIE, Rol.BOA])
def test_nobody_else_decides_about_a_vrijstelling(rol: Rol) -> None:
    """The administratie handles meldingen, and that is all."""
    with pytest.raises(Ongeldig) as refused:
        bevoegd_leerplichtambtenaar(register(rol), "X-1", GEMEENTE)
    assert "medewerker" == refused.value.veld
    bevoegd(register(Rol.ADMINISTRATIE), "X-1", GEMEENTE)
