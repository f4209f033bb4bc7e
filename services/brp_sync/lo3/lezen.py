"""What an LO3 message means: which person it is about, and what the hub has to do.

| message | means |
|---|---|
| Ag01, Ag11, Ag21 | the whole persoonslijst, as far as the gemeente may have it |
| Ag31 | the same again, because something in the past was corrected |
| Gv01 | the rubrieken that changed; emptied ones have length 000 |
| Gv02 | the same, but the register changed (street renamed, herindeling) and not the person's life |
| Ng01 | the persoonslijst was removed (67.20 F); says nothing about the person, least of all a death |
| Wa11 | another A-nummer: the new one in the header, the old one in 01.01.10 |
| Af01, Af11 | the request to follow, or to follow no more, was refused |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import SecretStr, ValidationError

from hub.privacy import Bsn, OngeldigeBsn
from services.brp_sync.aanlevering import Aanlevering, Sleutel
from services.brp_sync.datum import OngeldigeDatum, OnvolledigeDatum
from services.brp_sync.decisions import Hernummer, Registreer, VoerAf, Wijzig
from services.brp_sync.gegevens import RedenOpschorting, reden_van_afkeuring
from services.brp_sync.lo3.berichten import Lo3Bericht, OngeldigLo3Bericht
from services.brp_sync.lo3.persoonsgegevens import persoonsvelden, rubriek_van
from services.brp_sync.lo3.rubrieken import (
    AANGIFTE,
    GEEN_VERHUIZING,
    ONDERZOEK_CATEGORIEEN,
    OPSCHORTING,
    OUDER,
    OUDERCATEGORIE,
    PERSOON,
    VORIGE,
)
from services.brp_sync.lo3.wijzigingen import wijzigingsvelden
from services.brp_sync.model import Persoon, PersoonWijziging

VOLLEDIG: Final = frozenset({"Ag01", "Ag11", "Ag21", "Ag31"})
MUTATIE: Final = frozenset({"Gv01", "Gv02"})
WEIGERING: Final = frozenset({"Af01", "Af11"})
ALLE_CATEGORIEEN: Final = frozenset({"01", "02", "03", "06", "07", "08", "11"})
"""The categories of which the hub holds something."""
_OPGESCHORT: Final = frozenset(reden.value for reden in RedenOpschorting)
_GETEKEND: Final = {
    "B": "de persoonslijst is geblokkeerd wegens een verhuizing",
    "G": "de persoon komt niet voor",
    "H": "de persoon heeft om geheimhouding gevraagd",
    "I": "er is al een afnemersindicatie, of er is er geen",
    "R": "de gemeente is voor deze persoon niet geautoriseerd",
    "U": "de persoon is niet eenduidig te vinden",
    "V": "de persoon is verhuisd",
    "X": "de aanvraag klopt niet met de autorisatie of de inhoud",
}


@dataclass(frozen=True, slots=True)
class Weigering:
    """A refused request about an afnemersindicatie: which kind (Af01 placing, Af11 removing), and why."""

    soort: str
    sleutel: Sleutel
    foutreden: str
    reden: str


def lees_aanlevering(bericht: Lo3Bericht, autorisatie: frozenset[str] = ALLE_CATEGORIEEN) -> Aanlevering:
    """What `bericht` asks of the hub; raises `OngeldigLo3Bericht` where it contradicts itself or has a value amiss.

    `autorisatie` names the categories the gemeente may have: fields of other ones are unknown, and not empty.
    """
    if bericht.soort in VOLLEDIG:
        cellen = rubrieken(bericht)
        persoon = lees_persoon(bericht, autorisatie)
        zonder_verhuizing = cellen.get(AANGIFTE) in GEEN_VERHUIZING
        opdracht: Any = Registreer(persoon, zonder_verhuizing, autorisatie & frozenset(ONDERZOEK_CATEGORIEEN))
        return Aanlevering(Sleutel(persoon.bsn, persoon.a_nummer), opdracht, bericht.soort)
    if bericht.soort in MUTATIE:
        zonder_verhuizing = bericht.soort == "Gv02" or rubrieken(bericht).get(AANGIFTE) in GEEN_VERHUIZING
        opdracht = Wijzig(lees_wijziging(bericht), zonder_verhuizing=zonder_verhuizing)
        return Aanlevering(Sleutel(a_nummer=bericht.kop["a_nummer"]), opdracht, bericht.soort)
    if bericht.soort == "Ng01":
        return _afvoering(bericht)
    if bericht.soort == "Wa11":
        return _hernummering(bericht)
    raise OngeldigLo3Bericht("berichtsoort", "byte 9", f"een {bericht.soort} vertelt niets over een persoon")


def lees_weigering(bericht: Lo3Bericht) -> Weigering:
    """The refusal in an Af01 or Af11; the header has the A-nummer of who was found, the body what was asked."""
    cellen = rubrieken(bericht)
    foutreden = bericht.kop["foutreden"].get_secret_value()
    a_nummer = bericht.kop["a_nummer"].get_secret_value().strip("0") and bericht.kop["a_nummer"]
    sleutel = Sleutel(_bsn(bericht, cellen), a_nummer or _nummer(cellen, "a_nummer"))
    return Weigering(bericht.soort, sleutel, foutreden, _GETEKEND.get(foutreden, f"foutreden {foutreden}"))


def lees_persoon(bericht: Lo3Bericht, autorisatie: frozenset[str] = ALLE_CATEGORIEEN) -> Persoon:
    """The person of a whole persoonslijst (Ag01, Ag11, Ag21, Ag31)."""
    cellen = {rubriek: waarde for rubriek, waarde in rubrieken(bericht).items() if waarde}
    velden = persoonsvelden(cellen)
    velden["onbekend"] |= _onbekend(velden, cellen, autorisatie)
    if velden["opschorting"] is None:
        velden["opschorting"] = _opschorting_uit_kop(bericht)
    try:
        return Persoon(**velden)
    except ValidationError as fout:
        raise _afgekeurd(bericht, fout, cellen) from None


def lees_wijziging(bericht: Lo3Bericht) -> PersoonWijziging:
    """What changed according to a Gv01 or Gv02."""
    return _wijziging(bericht, rubrieken(bericht))


def lees_vorige(bericht: Lo3Bericht) -> PersoonWijziging:
    """What was so before, as far as the message says (categories 51 to 67)."""
    return _wijziging(bericht, rubrieken(bericht, VORIGE))


def rubrieken(bericht: Lo3Bericht, vanaf: int = 0) -> dict[str, str]:
    """The values per rubriek of the present situation, or with `vanaf` 50 of the former one; emptied is an empty text.

    Raises `OngeldigLo3Bericht` when a category that a persoonslijst has only once occurs twice.
    """
    cellen: dict[str, str] = {}
    gezien = set()
    for categorie in bericht.categorieen:
        nummer = f"{int(categorie.nummer) - vanaf:02}"
        if nummer not in ALLE_CATEGORIEEN:
            continue
        if nummer in gezien and not vanaf:
            raise OngeldigLo3Bericht(categorie.nummer, categorie.plek, "deze categorie komt twee keer voor")
        if nummer in gezien:
            continue  # older than the situation just before
        gezien.add(nummer)
        cellen |= {f"{nummer}.{r.nummer}": r.waarde.get_secret_value() for r in categorie.rubrieken}
    return cellen


def _wijziging(bericht: Lo3Bericht, cellen: Mapping[str, str]) -> PersoonWijziging:
    try:
        return PersoonWijziging(**wijzigingsvelden(cellen))
    except ValidationError as fout:
        raise _afgekeurd(bericht, fout, cellen) from None


def _onbekend(velden: Mapping[str, Any], cellen: Mapping[str, str], autorisatie: frozenset[str]) -> set[str]:
    """Fields of which an absent value says nothing: not authorised, or always there in a complete persoonslijst."""
    onbekend = {veld for veld, rubriek in PERSOON.items() if rubriek[:2] not in autorisatie and veld not in velden}
    onbekend |= {"bsn", "a_nummer"} - velden.keys()
    ergens = velden["opschorting"] is not None
    if velden["adres"] is None and not (ergens and "08" in autorisatie):
        onbekend.add("adres")
    if not velden["ouders"]:
        onbekend.add("ouders")
    return onbekend


def _opschorting_uit_kop(bericht: Lo3Bericht) -> dict[str, Any] | None:
    """The header says it too, also to whoever may not have 07.67: status E, F, M, O, R and the day."""
    status, datum = (bericht.kop[veld].get_secret_value() for veld in ("status", "datum"))
    if status not in _OPGESCHORT:
        return None
    return {"reden": status, "datum": datum if datum != "00000000" else None}


def _afvoering(bericht: Lo3Bericht) -> Aanlevering:
    cellen = rubrieken(bericht)
    if cellen.get(OPSCHORTING["reden"], "F") != RedenOpschorting.FOUT:
        raise _fout(bericht, OPSCHORTING["reden"], "een Ng01 voert af, en dat is alleen reden F")
    datum = cellen.get(OPSCHORTING["datum"])
    sleutel = Sleutel(_bsn(bericht, cellen), _nummer(cellen, "a_nummer"))
    if sleutel.bsn is None and sleutel.a_nummer is None:
        raise _fout(bericht, PERSOON["a_nummer"], "ontbreekt: van wie de persoonslijst is afgevoerd, is niet te zien")
    return Aanlevering(sleutel, VoerAf(OnvolledigeDatum(datum) if datum else None), bericht.soort)


def _hernummering(bericht: Lo3Bericht) -> Aanlevering:
    try:
        OnvolledigeDatum(bericht.kop["datum"].get_secret_value())
    except OngeldigeDatum as fout:
        raise OngeldigLo3Bericht("datum", "byte 23", str(fout)) from None
    cellen = rubrieken(bericht)
    oud = _nummer(cellen, "a_nummer")
    if oud is None:
        raise _fout(bericht, PERSOON["a_nummer"], "ontbreekt: het oude A-nummer is nodig om de persoon te vinden")
    return Aanlevering(Sleutel(_bsn(bericht, cellen), oud), Hernummer(a_nummer=bericht.kop["a_nummer"]), bericht.soort)


def _nummer(cellen: Mapping[str, str], veld: str) -> SecretStr | None:
    waarde = cellen.get(PERSOON[veld])
    return SecretStr(waarde) if waarde else None


def _bsn(bericht: Lo3Bericht, cellen: Mapping[str, str]) -> Bsn | None:
    waarde = cellen.get(PERSOON["bsn"])
    try:
        return Bsn(waarde) if waarde else None
    except OngeldigeBsn as fout:
        raise _fout(bericht, PERSOON["bsn"], str(fout)) from None


def _afgekeurd(bericht: Lo3Bericht, fout: ValidationError, cellen: Mapping[str, str]) -> OngeldigLo3Bericht:
    veld, reden = reden_van_afkeuring(fout)
    if veld.startswith("ouders.") and veld.count(".") > 1:
        genoemd = [c for c in OUDERCATEGORIE.values() if any(f"{c}.{r}" in cellen for r in OUDER.values())]
        nummer, deel = int(veld.split(".")[1]), veld.rpartition(".")[2]
        return _fout(bericht, f"{genoemd[nummer]}.{OUDER.get(deel, deel)}", reden)
    return _fout(bericht, rubriek_van(veld, cellen), reden)


def _fout(bericht: Lo3Bericht, rubriek: str, reden: str) -> OngeldigLo3Bericht:
    """A fault at `rubriek` (`CC.GG.RR`, or the end of it), with the place where it stands in the message."""
    for categorie in bericht.categorieen:
        for element in categorie.rubrieken:
            naam = f"{categorie.nummer}.{element.nummer}"
            if naam.endswith(rubriek):
                return OngeldigLo3Bericht(naam, element.plek, reden)
    return OngeldigLo3Bericht(rubriek, f"categorie {rubriek[:2]}", reden)
