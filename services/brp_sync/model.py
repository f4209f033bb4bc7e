"""A person as this service holds it: the one normal form to which every BRP source is brought.

A source tells all of a person (`Persoon`) or a part (`PersoonWijziging`); `toepassen` joins the two. Three things are
kept apart throughout: a value, *known to be empty* (None), and *not known* (None, and the name of the field in
`onbekend`): not delivered, not authorised, or unknown to the register itself.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Self

from pydantic import (
    Field,
    SecretStr,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from hub.privacy import Vertrouwelijk
from services.brp_sync.datum import OngeldigeDatum, OnvolledigeDatum
from services.brp_sync.gegevens import (
    Adres,
    ANummer,
    Betrekking,
    BsnVeld,
    Datum,
    Gemeentecode,
    Geslacht,
    Gezag,
    Gezagcode,
    Gezaghouder,
    Gezagsoort,
    IndicatieGeheim,
    InOnderzoek,
    Landcode,
    Naam,
    Onderwijsnummer,
    Opschorting,
    Ouder,
    RedenOpschorting,
    Versie,
    Voorvoegsel,
    volledige_naam,
)

__all__ = [
    "ONBEKENDE",
    "VERBLIJFT_NIET_OP_ADRES",
    "Adres",
    "Betrekking",
    "Geslacht",
    "Gezag",
    "Gezaghouder",
    "Gezagsoort",
    "InOnderzoek",
    "OnderzoekWijziging",
    "OngeldigeDatum",
    "OnvolledigeDatum",
    "Opschorting",
    "Ouder",
    "OuderMutatie",
    "OuderWijziging",
    "Persoon",
    "PersoonWijziging",
    "RedenOpschorting",
    "aanvullen",
    "toepassen",
]

VERBLIJFT_NIET_OP_ADRES: Final = "089999"  # 83.10: established that the person does not live at the address


class _Gegevens(Vertrouwelijk):
    bsn: BsnVeld | None = None
    a_nummer: ANummer | None = None
    onderwijsnummer: Onderwijsnummer | None = None
    voornamen: Naam | None = None
    voorvoegsel: Voorvoegsel | None = None
    geslachtsnaam: Naam | None = None
    geslacht: Geslacht | None = None
    geboortedatum: Datum | None = None
    gemeente: Gemeentecode | None = None
    datum_inschrijving: Datum | None = None
    datum_vestiging: Datum | None = None
    land_vanwaar: Landcode | None = None
    overlijdensdatum: Datum | None = None
    indicatie_geheim: IndicatieGeheim | None = None
    indicatie_gezag: Gezagcode | None = None
    versie: Versie | None = None


class Persoon(_Gegevens):
    """Everything the hub holds about one person from the BRP, and nothing that leerplicht has no use for.

    `gemeente` is the gemeente van inschrijving (09.10; 1999 is the RNI). `datum_vestiging` and `land_vanwaar` are when
    and whence the person came to live in the Netherlands (14.20, 14.10). `overlijdensdatum` is `00000000` for someone
    who died on an unknown day. `indicatie_geheim` is 0-7 (70.10), `indicatie_gezag` the code of 32.10 (1, 2, 12, D,
    1D, 2D); it is not a reliable answer to who may be addressed: `gezag` is, where a source tells it. `onbekend` names
    the fields of which the value is not known, as opposed to known to be empty. `versie` is the datumtijdstempel of the
    persoonslijst (80.20): seventeen digits that order what LO3 tells of one person. `geheim_zonder_code`: the source
    told only that there is geheimhouding; `indicatie_geheim` is the widest (7) until another one tells the code.
    """

    adres: Adres | None = None
    opschorting: Opschorting | None = None
    in_onderzoek: tuple[InOnderzoek, ...] = ()
    ouders: tuple[Ouder, ...] = ()
    gezag: tuple[Gezag, ...] = ()
    onbekend: frozenset[str] = frozenset()
    geheim_zonder_code: bool = False

    @model_validator(mode="after")
    def _wat_onbekend_is_heeft_geen_waarde(self) -> Self:
        if self.onbekend and not self.onbekend <= _VELDEN:
            raise ValueError("onbekend noemt een veld dat niet bestaat")
        if any(getattr(self, veld) not in (None, ()) for veld in self.onbekend):
            raise ValueError("onbekend noemt een veld dat een waarde heeft")
        return self

    @property
    def is_overleden(self) -> bool:
        """True when the register says so, by a date or by the reason of opschorting."""
        reden = self.opschorting and self.opschorting.reden
        return self.overlijdensdatum is not None or reden == RedenOpschorting.OVERLIJDEN

    @property
    def heeft_geheimhouding(self) -> bool:
        """True for any restriction on disclosure (70.10 above 0), and while it is not known whether there is one."""
        return self.indicatie_geheim != 0

    @property
    def adres_in_onderzoek(self) -> bool:
        """True while the address or a part of it is under investigation, or known to be wrong (089999)."""
        return any(onderzoek.categorie == "08" for onderzoek in self.in_onderzoek)

    def volledige_naam(self) -> SecretStr:
        """The names in their usual order; an empty text when none is known."""
        return volledige_naam(self.voornamen, self.voorvoegsel, self.geslachtsnaam)

    def adresregels(self) -> tuple[SecretStr, ...]:
        """The lines for on an envelope, without the name; empty when no address is known."""
        return self.adres.regels() if self.adres is not None else ()


_ENKELVOUDIG = frozenset(_Gegevens.model_fields)
_BLIJVEND = frozenset({"bsn", "a_nummer", "onderwijsnummer", "overlijdensdatum"})
_VELDEN = frozenset(Persoon.model_fields) - {"onbekend", "versie", "geheim_zonder_code"}

ONBEKENDE: Final = Persoon(onbekend=_VELDEN)
"""A person of whom nothing has been told yet."""


class OnderzoekWijziging(Vertrouwelijk):
    """An investigation of one LO category began or changed, or (None) ended."""

    categorie: Annotated[str, Field(pattern="^[0-9]{2}$")]
    onderzoek: InOnderzoek | None


class OuderMutatie(StrEnum):
    """What happened to one of the two places for a parent."""

    VERVANG = "vervang"
    WIJZIG = "wijzig"
    VERWIJDER = "verwijder"


class OuderWijziging(Vertrouwelijk):
    """One parent came or was replaced, changed in the fields that were set on `ouder`, or was taken away (None)."""

    betrekking: Betrekking
    mutatie: OuderMutatie
    ouder: Ouder | None = None

    @model_validator(mode="after")
    def _alleen_wie_weg_is_ontbreekt(self) -> Self:
        if (self.ouder is None) != (self.mutatie is OuderMutatie.VERWIJDER):
            raise ValueError("ouder hoort bij vervang en wijzig, en niet bij verwijder")
        return self


class PersoonWijziging(_Gegevens):
    """What a message says about a person. The fields that were set are the fields it speaks of; None is "empty".

    So are the fields set on `adres`, `opschorting` and the `ouder` of an `OuderWijziging`. `onbekend` names fields of
    which the message says that the register itself does not know the value. Fields not mentioned keep their value.

    With `alleen_genoemde_delen` the source names each part that changed (LO3): of an address or an opschorting the
    parts that are not named stay, also after a move or for another reason.
    """

    adres: Adres | None = None
    opschorting: Opschorting | None = None
    in_onderzoek: tuple[OnderzoekWijziging, ...] = ()
    ouders: tuple[OuderWijziging, ...] = ()
    onbekend: frozenset[str] = frozenset()
    alleen_genoemde_delen: bool = False

    @model_serializer(mode="wrap")
    def _alleen_wat_genoemd_is(
        self, schrijf: SerializerFunctionWrapHandler, info: SerializationInfo[Any]
    ) -> dict[str, Any]:
        """Write out only what was set, so that the change still is that change after it was stored."""
        if not info.exclude_unset:
            return self.model_dump(mode=info.mode, exclude_unset=True)
        geschreven: dict[str, Any] = schrijf(self)
        return geschreven

    @property
    def genoemd(self) -> frozenset[str]:
        """The fields of which the message tells the value, or that there is none."""
        return frozenset(self.model_fields_set) - {"onbekend", "alleen_genoemde_delen"} - self.onbekend


def toepassen(persoon: Persoon, wijziging: PersoonWijziging) -> Persoon:
    """`persoon` after `wijziging`; what the change does not mention stays as it is.

    A number or a death that we know is not forgotten because the sender happens not to know it (`onbekend`).
    """
    genoemd = wijziging.genoemd
    nieuw: dict[str, object] = {veld: getattr(wijziging, veld) for veld in genoemd & _ENKELVOUDIG}
    if "indicatie_geheim" in genoemd | wijziging.onbekend:
        nieuw["geheim_zonder_code"] = False
    if "adres" in genoemd:
        nieuw["adres"] = _nieuw_adres(persoon.adres, wijziging.adres, wijziging.alleen_genoemde_delen)
    if "opschorting" in genoemd:
        nieuw["opschorting"] = _nieuwe_opschorting(
            persoon.opschorting, wijziging.opschorting, wijziging.alleen_genoemde_delen
        )
    if "in_onderzoek" in genoemd:
        nieuw["in_onderzoek"] = _nieuwe_onderzoeken(persoon.in_onderzoek, wijziging.in_onderzoek)
    if "ouders" in genoemd:
        nieuw["ouders"] = _nieuwe_ouders(persoon.ouders, wijziging.ouders)
        if wijziging.ouders and not nieuw["ouders"] and "ouders" in persoon.onbekend:
            genoemd -= {"ouders"}  # one parent taken away from parents we never knew: they stay unknown
    onbekend = {veld for veld in wijziging.onbekend if veld not in _BLIJVEND or getattr(persoon, veld) is None}
    if _gezag_vervalt(persoon, nieuw):
        onbekend.add("gezag")
    nieuw.update({veld: Persoon.model_fields[veld].default for veld in onbekend})
    nieuw["onbekend"] = (persoon.onbekend - genoemd) | onbekend
    return persoon.model_copy(update=nieuw)


def aanvullen(oud: Persoon, nieuw: Persoon, onderzocht: Collection[str] | None = None) -> Persoon:
    """`nieuw`, a whole persoonslijst, with what its source does not know taken from what was known (`oud`).

    Another source told that (the onderwijsnummer DUO, gezag the BRP API), or this one was not authorised to. So are
    investigations of categories that are not in `onderzocht`: those of which the source tells them, None for all. The
    exact code of geheimhouding that was known stays as long as there is any.
    """
    over = {veld: getattr(oud, veld) for veld in nieuw.onbekend - oud.onbekend}
    if "indicatie_geheim" in over or (nieuw.geheim_zonder_code and oud.indicatie_geheim):
        over |= {"indicatie_geheim": oud.indicatie_geheim, "geheim_zonder_code": oud.geheim_zonder_code}
    if onderzocht is not None:
        verteld = {*onderzocht, *(onderzoek.categorie for onderzoek in nieuw.in_onderzoek)}
        blijft = [onderzoek for onderzoek in oud.in_onderzoek if onderzoek.categorie not in verteld]
        samen = sorted((*nieuw.in_onderzoek, *blijft), key=lambda onderzoek: onderzoek.code)
        over |= {"in_onderzoek": tuple(samen)} if blijft else {}
    if nieuw.versie is None:
        over["versie"] = oud.versie
    if _gezag_vervalt(oud, {veld: getattr(nieuw, veld) for veld in ("ouders", "indicatie_gezag")} | over):
        over.pop("gezag", None)
    return nieuw.model_copy(update={**over, "onbekend": nieuw.onbekend.difference(over)}) if over else nieuw


def _gezag_vervalt(persoon: Persoon, nieuw: Mapping[str, object]) -> bool:
    """What the RvIG derived gezag from has changed: nobody knows it until a source tells it again."""
    return any(veld in nieuw and nieuw[veld] != getattr(persoon, veld) for veld in ("ouders", "indicatie_gezag"))


def _nieuw_adres(oud: Adres | None, deel: Adres | None, alleen_genoemde_delen: bool) -> Adres | None:
    """Join the told parts with the known ones; of another address nothing is carried over, unless all parts are told.

    StUF makes all parts of a group obligatory as soon as one has a value (stuf0301 §3.4.1), so for a move nothing is
    lost; and the letter behind the old house number would make the new address a wrong one.
    """
    if deel is None:
        return None
    genoemd = {veld: getattr(deel, veld) for veld in deel.model_fields_set}
    ander = _wisselt_van_land if alleen_genoemde_delen else _is_ander_adres
    basis = Adres() if oud is None or ander(oud, deel) else oud
    nieuw = basis.model_copy(update=genoemd)
    return None if nieuw.is_leeg() else nieuw


def _wisselt_van_land(oud: Adres, deel: Adres) -> bool:
    if not oud.in_buitenland:
        return deel.in_buitenland
    return any((deel.straat, deel.huisnummer, deel.postcode, deel.woonplaats, deel.locatiebeschrijving))


def _is_ander_adres(oud: Adres, deel: Adres) -> bool:
    if deel.in_buitenland != oud.in_buitenland:
        return not deel.is_leeg()
    if deel.in_buitenland:
        return deel.land not in (None, oud.land)
    plaatsbepalend = ("straat", "huisnummer", "postcode", "locatiebeschrijving")
    elders = any(getattr(deel, veld) not in (None, getattr(oud, veld)) for veld in plaatsbepalend)
    nieuwe_aanvang = deel.aanvang not in (None, oud.aanvang)
    nieuwe_plek = (
        deel.postcode and deel.huisnummer and (deel.postcode, deel.huisnummer) != (oud.postcode, oud.huisnummer)
    )
    return elders and (nieuwe_aanvang or bool(nieuwe_plek))


def _nieuwe_opschorting(
    oud: Opschorting | None, deel: Opschorting | None, alleen_genoemde_delen: bool
) -> Opschorting | None:
    if deel is None:
        return None
    if oud is not None and alleen_genoemde_delen:
        return oud.model_copy(update={veld: getattr(deel, veld) for veld in deel.model_fields_set})
    if "reden" not in deel.model_fields_set:
        if oud is None:
            return deel if deel.datum is not None else None
        return oud.model_copy(update={"datum": deel.datum})
    if oud is not None and oud.reden == deel.reden and "datum" not in deel.model_fields_set:
        return oud
    return deel


def _nieuwe_onderzoeken(oud: tuple[InOnderzoek, ...], delen: tuple[OnderzoekWijziging, ...]) -> tuple[InOnderzoek, ...]:
    per_categorie = {onderzoek.categorie: onderzoek for onderzoek in oud}
    per_categorie_nieuw = {deel.categorie: deel.onderzoek for deel in delen}
    samen = {**per_categorie, **per_categorie_nieuw}
    return tuple(onderzoek for _, onderzoek in sorted(samen.items()) if onderzoek is not None)


def _nieuwe_ouders(oud: tuple[Ouder, ...], delen: tuple[OuderWijziging, ...]) -> tuple[Ouder, ...]:
    ouders = {ouder.betrekking: ouder for ouder in oud}
    for deel in delen:
        if deel.ouder is None:
            ouders.pop(deel.betrekking, None)
            continue
        genoemd = {veld: getattr(deel.ouder, veld) for veld in deel.ouder.model_fields_set - {"betrekking"}}
        if deel.mutatie is OuderMutatie.VERVANG:
            ouders[deel.betrekking] = deel.ouder
        elif genoemd:
            ouders[deel.betrekking] = ouders.get(deel.betrekking, deel.ouder).model_copy(update=genoemd)
    return tuple(ouders[betrekking] for betrekking in sorted(ouders))
