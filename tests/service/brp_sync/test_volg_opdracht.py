"""What `schakel volg` does: by jongere_id only, safe to repeat, and clear about what cannot be."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from contracts.verstrek import TeIdentificeren
from hub.embedded import Servers
from hub.errors import Ongeldig
from schakel.places import Places, remember
from schakel.volgen import aan, lijst, uit
from services.brp_sync.aanlevering import Aanlevering, Sleutel
from services.brp_sync.decisions import Registreer
from services.brp_sync.model import Persoon
from services.brp_sync.volgen.opslag import VolgStore
from services.brp_sync.volgen.settings import VolgSettings
from tests.service.brp_sync.wereld import DATABASE, NU, PASSWORD, Wereld

VANDAAG = date(2026, 9, 14)
LO3 = VolgSettings(kanaal="lo3")
BSN = "999990019"


@pytest.fixture
def bekend(wereld: Wereld, servers: Servers) -> Wereld:
    """The commands find the database of the service."""
    template = DATABASE.replace("brp_sync", "{service}")
    url = servers.postgres.url_voor(DATABASE, DATABASE, PASSWORD).replace(DATABASE, template)
    remember(wereld.settings.map, Places(servers.nats.url, url))
    return wereld


async def jongere(wereld: Wereld, **anders: object) -> UUID:
    velden: dict[str, object] = {"bsn": BSN, "geslachtsnaam": "Proefman", "gemeente": "0193", "indicatie_geheim": 0}
    persoon = Persoon(**(velden | anders))
    assert [None] == await wereld.app.verwerk([Aanlevering(Sleutel(persoon.bsn), Registreer(persoon), "proef")])
    te_vinden = TeIdentificeren(bsn=SecretStr(BSN), gemeente="0193")
    return (await wereld.app.store.identify([te_vinden], NU))[0]


async def volgers(wereld: Wereld) -> list[tuple[str, date | None]]:
    rows = await wereld.pool.fetch("SELECT volger, einddatum FROM volger ORDER BY volger")
    return [(row["volger"], row["einddatum"]) for row in rows]


async def test_somebody_is_followed_and_let_go_however_often_it_is_said(bekend: Wereld) -> None:
    wie = str(await jongere(bekend))
    for _ in range(2):
        verwacht = {"jongere_id": wie, "wordt_gevolgd": True, "reden": "woont buiten de regio"}
        assert verwacht == await aan(bekend.settings, wie, LO3, VANDAAG)
    assert [("medewerker", None)] == await volgers(bekend)

    gestopt = [(await uit(bekend.settings, wie, VANDAAG))["gestopt"] for _ in range(2)]
    assert [True, False] == gestopt
    assert [("medewerker", VANDAAG)] == await volgers(bekend)

    await aan(bekend.settings, wie, LO3, VANDAAG + timedelta(days=1))
    assert [("medewerker", None)] == await volgers(bekend)


async def test_who_cannot_be_followed_is_told_with_the_reason(bekend: Wereld) -> None:
    geheim = str(await jongere(bekend, indicatie_geheim=7))
    with pytest.raises(Ongeldig, match="geheimhouding"):
        await aan(bekend.settings, geheim, LO3, VANDAAG)
    with pytest.raises(Ongeldig, match="geen jongere met dit nummer"):
        await aan(bekend.settings, str(uuid4()), LO3, VANDAAG)
    with pytest.raises(Ongeldig, match="SCHAKEL_BRP_VOLG_KANAAL"):
        await aan(bekend.settings, geheim, VolgSettings(), VANDAAG)
    assert [] == await volgers(bekend)


async def test_a_bsn_on_the_command_line_is_not_repeated(bekend: Wereld) -> None:
    for opdracht in (aan(bekend.settings, BSN, LO3, VANDAAG), uit(bekend.settings, BSN, VANDAAG)):
        with pytest.raises(Ongeldig, match="een BSN hoort niet op de opdrachtregel") as fout:
            await opdracht
        assert BSN not in str(fout.value)


async def test_the_list_tells_how_far_it_is_and_a_refusal_can_be_asked_anew(bekend: Wereld) -> None:
    wie = await jongere(bekend)
    opslag = VolgStore(bekend.pool, bekend.settings.kluis)
    await bekend.pool.execute(
        "INSERT INTO volgindicatie VALUES ($1, 'geweigerd', 'lo3', $2, 1, 0, NULL, 'komt niet voor')", wie, NU
    )
    await opslag.volg({wie: None}, "duo", VANDAAG)

    (regel,) = await lijst(bekend.settings, "geweigerd")
    assert (regel["jongere_id"], regel["reden"], regel["volgers"]) == (wie, "komt niet voor", ["duo"])
    assert [] == await lijst(bekend.settings, "geplaatst")
    with pytest.raises(Ongeldig, match="kies uit gevraagd"):
        await lijst(bekend.settings, "iets anders")

    await aan(bekend.settings, str(wie), LO3, VANDAAG)
    assert [] == await lijst(bekend.settings, None)
