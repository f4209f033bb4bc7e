"""Who is known, in which gemeente they may do what, and when the built-in identity serves."""

from pathlib import Path
from typing import Any

import pytest
from fastapi import HTTPException
from pydantic import BaseModel, ValidationError

from hub.errors import Ongeldig
from hub.medewerkers import Medewerker, Medewerkers, Rol
from hub.settings import HubSettings
from schakel.toegang.bevoegdheden import BESTAND, BEVOEGDHEDEN, Handeling, laad
from schakel.toegang.identiteit import DEMO, Ingelogd, eis_inlog, toegelaten
from schakel.toegang.wie import Wie, onthoud, wie


def iemand(**velden: Any) -> Medewerker:
    return Medewerker(**{"code": "LPA-1", "naam": "V. Oorbeeld", "functie": "test"} | velden)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_the_built_in_identity_serves_on_loopback(host: str) -> None:
    eis_inlog(HubSettings(http_host=host), None)


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "10.0.0.4", "schakel.voorbeeld.example", "127.0.0.1.voorbeeld.example"],  # noqa: S104
)
def test_without_a_login_service_nothing_listens_to_other_machines(host: str) -> None:
    """With one, it may."""
    with pytest.raises(Ongeldig, match="SCHAKEL_OIDC_UITGEVER"):
        eis_inlog(HubSettings(http_host=host), None)
    eis_inlog(HubSettings(http_host=host), "https://inlog.voorbeeld.example")


def test_roles_hold_in_every_gemeente_unless_one_says_otherwise() -> None:
    m = iemand(
        rollen=["leerplichtambtenaar"], gemeenten=["1924", "0171"], per_gemeente={"0171": ["fg"], "0518": ["boa"]}
    )
    assert ("1924", "0171", "0518") == m.gemeenten
    assert [{Rol.LEERPLICHTAMBTENAAR}, {Rol.FG}, {Rol.BOA}, set()] == [
        m.rollen_in(g) for g in ("1924", "0171", "0518", "0363")
    ]
    assert ("1924", "0518") == m.gemeenten_met({Rol.LEERPLICHTAMBTENAAR, Rol.BOA})


@pytest.mark.parametrize(
    "anderen",
    [[("LPA-1", None)], [("LPA-2", "LPA-1")], [("LPA-2", "x"), ("LPA-3", "x")]],
    ids=["code", "inlog", "twee"],
)
def test_nobody_can_log_in_as_somebody_else(anderen: list[tuple[str, str | None]]) -> None:
    """A code twice, a login that is the code of another, a login twice."""
    rest = [iemand(code=code, inlog=inlog) for code, inlog in anderen]
    with pytest.raises(ValidationError):
        Medewerkers(medewerkers=(iemand(), *rest))


def test_who_has_a_login_is_known_by_that_and_not_by_the_code() -> None:
    register = Medewerkers(medewerkers=(iemand(inlog="5b1c"), iemand(code="ADM-1")))
    assert ["LPA-1", None, "ADM-1"] == [
        m.code if (m := register.ingelogd(naam)) else None for naam in ("5b1c", "LPA-1", "ADM-1")
    ]


def test_allowed_only_in_the_gemeenten_where_the_role_is() -> None:
    m = iemand(rollen=["leerplichtambtenaar"], gemeenten=["1924"], per_gemeente={"0171": ["administratie"]})
    assert ("1924",) == toegelaten(m, Handeling.BESLUIT_NEMEN).gemeenten
    assert ("1924", "0171") == toegelaten(m, Handeling.WERKLIJST_ZIEN).gemeenten
    assert None is toegelaten(m, Handeling.LEVERINGEN_ZIEN).gemeenten
    with pytest.raises(HTTPException) as refused:
        toegelaten(m, Handeling.QUARANTAINE_ZIEN)
    assert 403 == refused.value.status_code


def test_one_gemeente_is_meant_or_named() -> None:
    een, twee = (Ingelogd("LPA-1", frozenset(), g) for g in (("1924",), ("1924", "0171")))
    assert ("1924", "0171", None) == (
        een.een_gemeente(None), twee.een_gemeente("0171"), Ingelogd(None, frozenset(), None).een_gemeente(None)
    )  # fmt: skip
    with pytest.raises(Ongeldig):
        twee.een_gemeente(None)
    with pytest.raises(HTTPException):
        een.een_gemeente("0171")


@pytest.mark.parametrize(
    ("oud", "nieuw"),
    [
        ("  - {handeling: werklijst_zien, dienst", "  - {handeling: besluit_nemen, dienst"),
        ("rollen: [beheerder]", "rollen: []"),
        ("rollen: [beheerder]", "rollen: [burgemeester]"),
        ("per_gemeente: true", "per_gemeenten: true"),
    ],
)
def test_a_table_that_does_not_hold_together_is_refused(tmp_path: Path, oud: str, nieuw: str) -> None:
    text = BESTAND.read_text(encoding="utf-8")
    assert oud in text
    (tmp_path / "b.yaml").write_text(text.replace(oud, nieuw, 1), encoding="utf-8")
    with pytest.raises(ValueError):
        laad(tmp_path / "b.yaml")


def test_what_each_role_is_for() -> None:
    """The lines between the roles that the table may not blur."""
    mag = {rol: {h for h, b in BEVOEGDHEDEN.items() if rol in b.rollen} for rol in Rol}
    besluiten = {Handeling.BESLUIT_NEMEN, Handeling.BESLUIT_BEVESTIGEN, Handeling.BESLUIT_INTREKKEN}
    assert all(BEVOEGDHEDEN[h].rollen <= {Rol.LEERPLICHTAMBTENAAR, Rol.BOA} for h in besluiten)
    assert not [h for h in mag[Rol.BEHEERDER] if BEVOEGDHEDEN[h].persoonsgegevens]
    assert [] == [h for h in mag[Rol.FG] if not BEVOEGDHEDEN[h].leest and h is not Handeling.VERZOEK_VASTLEGGEN]


class _Body(BaseModel):
    medewerker: Wie = wie()


def test_the_medewerker_of_a_request() -> None:
    """Needed in a demonstration; otherwise who is logged in, and nobody else."""
    demo = Ingelogd(None, frozenset(Rol), None)
    onthoud(demo)
    with pytest.raises(ValidationError, match="verplicht"):
        _Body()
    assert DEMO == demo.door
    assert ("LPA-2", "LPA-2") == (_Body(medewerker="LPA-2").medewerker, demo.door)
    onthoud(Ingelogd("LPA-1", frozenset(), ("1924",)))
    assert ["LPA-1", "LPA-1"] == [_Body().medewerker, _Body(medewerker="LPA-1").medewerker]
    with pytest.raises(ValidationError, match="niet wie is ingelogd"):
        _Body(medewerker="LPA-2")
    onthoud(demo)
