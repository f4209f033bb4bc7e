"""Everything a source tells goes through one door: in order, by BSN or A-nummer, with an answer for each item."""

from uuid import UUID

from pydantic import SecretStr

from contracts.verstrek import TeIdentificeren
from hub.privacy import Bsn
from services.brp_sync.aanlevering import Aanlevering, Sleutel
from services.brp_sync.decisions import Hernummer, Registreer, VoerAf, Wijzig
from services.brp_sync.model import Persoon, PersoonWijziging
from tests.service.brp_sync.wereld import NU, Wereld, geheim

BSN, BSN_ANDER, BSN_NIEUW, A, A_NIEUW = "999990019", "999990020", "999990032", "1000000007", "1000000018"


def saar(**anders: object) -> Persoon:
    """A fictional girl."""
    velden: dict[str, object] = {
        "bsn": BSN, "a_nummer": A, "voornamen": "Saar", "geslachtsnaam": "Proefman", "geboortedatum": "20110504",
        "gemeente": "1924", "indicatie_geheim": 0,
    }  # fmt: skip
    return Persoon(**(velden | anders))


def item(
    opdracht: Registreer | Wijzig | VoerAf | Hernummer, bsn: str | None = None, a: str | None = None
) -> Aanlevering:
    """A change of somebody named so."""
    return Aanlevering(Sleutel(geheim(bsn), geheim(a)), opdracht, "regel 1")


async def test_one_list_can_tell_a_whole_life(wereld: Wereld) -> None:
    """Registered, renamed, renumbered and removed, each item naming the person in another way; given again, silent."""
    items = [
        item(Registreer(saar()), BSN),
        item(Wijzig(PersoonWijziging(voornamen="Sara")), a=A),
        item(Hernummer(a_nummer=SecretStr(A_NIEUW)), a=A),
        item(Hernummer(bsn=Bsn(BSN_NIEUW)), a=A_NIEUW),
        item(VoerAf(), BSN_NIEUW),
    ]
    assert [None] * 5 == await wereld.app.verwerk(items)
    told = [
        "jongere-ingeschreven",
        "persoonsgegevens-gewijzigd",
        "persoonsgegevens-gewijzigd",
        "persoonsgegevens-gewijzigd",
        "persoonslijst-afgevoerd",
    ]
    (wie,) = {about for about, _, _ in await wereld.said()}
    assert told == await wereld.names(wie)
    gevonden = await wereld.app.store.identify([TeIdentificeren(bsn=SecretStr(BSN_NIEUW), gemeente="1924")], NU)
    assert [wie] == gevonden
    assert [None] == await wereld.app.verwerk([item(VoerAf(), a=A_NIEUW)])
    assert told == await wereld.names()


async def test_what_is_refused_holds_up_nothing(wereld: Wereld) -> None:
    """Each item has its own answer, in the order of the list."""
    items = [
        item(VoerAf(), BSN_ANDER),
        item(Registreer(saar())),
        item(Wijzig(PersoonWijziging(voornamen="Sara")), a="1000000090"),
        item(Wijzig(PersoonWijziging(voornamen="Sara"))),
    ]
    answers = await wereld.app.verwerk(items)
    assert ["bsn", None, "a_nummer", "bsn"] == [answer and answer.veld for answer in answers]
    assert ["jongere-ingeschreven"] == await wereld.names()


async def test_a_persoonslijst_makes_a_person_findable_by_a_nummer(wereld: Wereld) -> None:
    """Also when DUO named the person first, by BSN only."""
    (wie,) = await wereld.app.store.identify([TeIdentificeren(bsn=SecretStr(BSN), gemeente="1924")], NU)
    assert 1 == await wereld.app.take_in([saar()])
    assert [None] == await wereld.app.verwerk([item(Wijzig(PersoonWijziging(voornamen="Sara")), a=A)])
    assert [(wie, "jongere-ingeschreven"), (wie, "persoonsgegevens-gewijzigd")] == [
        (about, name) for about, name, _ in await wereld.said()
    ]


async def wie_heeft(wereld: Wereld, *bsns: str) -> list[UUID]:
    """Whom these BSNs lead to."""
    return await wereld.app.identify([TeIdentificeren(bsn=SecretStr(bsn), gemeente="1924") for bsn in bsns])


async def test_a_number_that_one_gives_up_can_be_another_ones_in_the_same_list(wereld: Wereld) -> None:
    """The real holder of a BSN is not the person who wrongly had it, also when both are told of at once."""
    assert [None] == await wereld.app.verwerk([item(Registreer(saar()), BSN)])
    (een,) = await wie_heeft(wereld, BSN)
    tom = saar(a_nummer=A_NIEUW, voornamen="Tom", geboortedatum="20120704")
    items = [item(Wijzig(PersoonWijziging(bsn=BSN_NIEUW)), BSN, A), item(Registreer(tom), BSN, A_NIEUW)]
    assert [None, None] == await wereld.app.verwerk(items)
    ander, zelfde = await wie_heeft(wereld, BSN, BSN_NIEUW)
    assert een == zelfde != ander
    personen = await wereld.app.store.disclose([een, ander], "letters", "brief", NU)
    assert [(BSN_NIEUW, "Saar"), (BSN, "Tom")] == [wat(personen[wie]) for wie in (een, ander)]
    assert ["jongere-ingeschreven", "persoonsgegevens-gewijzigd"] == await wereld.names(een)
    assert ["jongere-ingeschreven"] == await wereld.names(ander)


async def test_numbers_can_be_passed_on_along_one_list(wereld: Wereld) -> None:
    """One gets a new BSN, and the other one the BSN that came free: nobody is merged."""
    bart = saar(bsn=BSN_ANDER, a_nummer=A_NIEUW, voornamen="Bart", geboortedatum="20120704")
    assert [None, None] == await wereld.app.verwerk([item(Registreer(saar())), item(Registreer(bart))])
    een, ander = await wie_heeft(wereld, BSN, BSN_ANDER)
    items = [
        item(Wijzig(PersoonWijziging(bsn=BSN_NIEUW)), BSN, A),
        item(Wijzig(PersoonWijziging(bsn=BSN)), BSN_ANDER, A_NIEUW),
    ]
    assert [None, None] == await wereld.app.verwerk(items)
    assert [een, ander] == await wie_heeft(wereld, BSN_NIEUW, BSN)
    assert 0 == await wereld.pool.fetchval("SELECT count(*) FROM samenvoeging")


def wat(persoon: Persoon) -> tuple[str, str]:
    """BSN and voornamen."""
    assert persoon.bsn is not None and persoon.voornamen is not None
    return persoon.bsn.get_secret_value(), persoon.voornamen.get_secret_value()
