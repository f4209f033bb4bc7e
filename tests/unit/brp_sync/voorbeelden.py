"""The fictional jongere whom the tests of `brp_sync` tell about."""

from services.brp_sync.model import Adres, Ouder, Persoon

ADRES = Adres(
    straat="Maïsstraat",
    huisnummer="12",
    huisletter="A",
    toevoeging="bis",
    postcode="8302EA",
    woonplaats="Sint-Rijnsbrug",
    aanvang="20200101",
)
MOEDER = Ouder(betrekking="ouder1", bsn="999949524", voornamen="Fadoua", geslachtsnaam="Benaïssa")
VADER = Ouder(betrekking="ouder2", voornamen="Sébastien", voorvoegsel="van 't", geslachtsnaam="Hoogerhuijs")


def jongere(**anders: object) -> Persoon:
    """A girl of eleven with two ouders; name the fields that are to be different."""
    velden: dict[str, object] = {
        "bsn": "999949512",
        "a_nummer": "1000000007",
        "voornamen": "Noëlle Çağla",
        "voorvoegsel": "van 't",
        "geslachtsnaam": "Hoogerhuijs",
        "geslacht": "V",
        "geboortedatum": "20150312",
        "gemeente": "0171",
        "datum_inschrijving": "20200101",
        "indicatie_geheim": 0,
        "indicatie_gezag": "12",
        "adres": ADRES,
        "ouders": (MOEDER, VADER),
    }
    return Persoon(**(velden | anders))
