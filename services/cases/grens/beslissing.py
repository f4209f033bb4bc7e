"""May this go, to this recipient, now? A pure decision that becomes a line of the register, whatever comes of it.

First what holds everywhere (a contract, a besluit in force, no restriction), then the privacy rules of the protocol,
gate by gate. Deny is the default: what no contract and no rule lets pass stays here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from contracts.codes import Verstrekkingsuitkomst
from contracts.envelope import EventData
from contracts.events.halt import GRENS, HaltVerwijzingAangeboden, HaltVerwijzingGestopt, HaltVerwijzingGeweigerd
from contracts.events.privacy import VerstrekkingBesloten
from contracts.verstrek import Grensgegevens
from contracts.verstrekkingen import Verstrekking, contract_voor
from contracts.verstrekkingen.basis import Mens
from contracts.vrijgave import Vrijgave, Vrijgaveverzoek
from hub.clock import AMSTERDAM
from hub.errors import Ongeldig
from hub.medewerkers import Medewerker, Rol
from services.cases.beleid import Beleid, versie
from services.cases.decisions import Result
from services.cases.feiten import FeitFout
from services.cases.grens.besluit import besluit_voor
from services.cases.grens.feiten import Vraag, toestemmers, verstrekkingsfeiten
from services.cases.grens.regel import Poort, Verstrekkingsregel
from services.cases.grens.toestemming import GEWEIGERD, geinformeerd_op, geweigerd, rustend_op
from services.cases.model import Besluit, Dossier, Zaak
from services.cases.protocol import Protocol
from services.cases.verstrekking import Verstrekkingsoordeel, beoordeel_verstrekking

GELDIG: Final = timedelta(seconds=1)
"""How long a vrijgave holds; our own value: a withdrawn consent must be honoured within a second."""

MENS: Final = ("menselijke_afweging", "vooraf_informeren")
_BINNEN_CONVENANT: Final = "3.1"
_TOESTEMMING: Final = frozenset(
    {"geen_toestemming", "toestemming_ingetrokken", "toestemming_niet_schriftelijk", "verkeerde_toestemminggever"}
)
_VAN_EEN_ANDER: Final = frozenset({"niet_eigen_ingebracht", "doel_onverenigbaar"})
_POORTEN: Final[Mapping[str, Poort]] = {
    "overleden": Poort.OVERLEDEN,
    "geen_grondslag_duo": Poort.G0_GRONDSLAG,
    "buiten_convenant": Poort.G1_REIKWIJDTE,
    "jeugdarts_eerst": Poort.G1_REIKWIJDTE,
    "niet_anoniem": Poort.G1_REIKWIJDTE,
    "verzuimoverleg_anoniem": Poort.G1_REIKWIJDTE,
    "doel_niet_toegestaan": Poort.G3_DOEL,
    "fase_niet_herbeoordeeld": Poort.G3_DOEL,
}
"""Of what the rules refuse as a whole; every other refusal is about the recipient or a pre-condition."""


@dataclass(frozen=True, slots=True)
class BesluitVrijgave:
    """Command: decide whether something may go; the line of the register gets `verstrekking_id`."""

    verstrekking_id: UUID
    verzoek: Vrijgaveverzoek
    persoon: Grensgegevens | None = None
    """As the register of persons has it at this moment; None when it knows nobody."""


@dataclass(frozen=True, slots=True)
class _Tegen:
    """What the border itself has against it."""

    poort: Poort
    weigering: str
    uitkomst: Verstrekkingsuitkomst = Verstrekkingsuitkomst.GEWEIGERD
    vereist: tuple[str, ...] = MENS


@dataclass(frozen=True, slots=True)
class _Uitslag:
    uitkomst: Verstrekkingsuitkomst
    poort: Poort
    weigering: str | None = None
    doorgelaten: tuple[str, ...] = ()
    weggelaten: Mapping[str, str] = field(default_factory=dict)
    vereist: tuple[str, ...] = ()
    regels: tuple[str, ...] = ()


def besluit_vrijgave(dossier: Dossier, command: BesluitVrijgave, now: datetime, beleid: Beleid) -> Result:
    """Decides, and writes the line in the same dossier: without it nothing may go (gate G9)."""
    regel = beslis(dossier, command, now, beleid)
    dossier = replace(dossier, grens=replace(dossier.grens, nieuw=(*dossier.grens.nieuw, regel)))
    event = VerstrekkingBesloten(
        verstrekking_id=regel.verstrekking_id,
        zaak_id=regel.zaak_id,
        ontvanger=regel.ontvanger,
        doel=regel.doel,
        uitkomst=regel.uitkomst,
        weigering=regel.weigering,
    )
    return dossier, [event]


def beslis(dossier: Dossier, command: BesluitVrijgave, now: datetime, beleid: Beleid) -> Verstrekkingsregel:
    """The line about one request; a gemeente without a protocol leaves a refused line as well."""
    verzoek = command.verzoek
    protocol = _protocol(verzoek, now, beleid)
    contract = contract_voor(verzoek.ontvanger, verzoek.verstrekkingsdoel)
    zaak = dossier.levend(verzoek.zaak_id) if verzoek.zaak_id is not None else None
    besluit = besluit_voor(zaak, verzoek)
    medewerker = besluit.medewerker if besluit is not None else verzoek.medewerker
    uitslag = _geweigerd(_Tegen(Poort.ZAAK, "geen_protocol"))
    if protocol is not None:
        uitslag = _uitslag(dossier, zaak, besluit, contract, command, protocol, now, beleid)
    afspraak = contract.afspraak if contract is not None else None
    return Verstrekkingsregel(
        verstrekking_id=command.verstrekking_id,
        jongere_id=dossier.jongere_id,
        zaak_id=verzoek.zaak_id,
        gemeente=verzoek.gemeente,
        kenmerk=verzoek.kenmerk,
        ontvanger=verzoek.ontvanger,
        doel=verzoek.verstrekkingsdoel,
        uitkomst=uitslag.uitkomst,
        poort=uitslag.poort,
        weigering=uitslag.weigering,
        gevraagd=verzoek.elementen,
        doorgelaten=uitslag.doorgelaten,
        weggelaten=uitslag.weggelaten,
        vereist=uitslag.vereist,
        grondslag=afspraak.grondslag if afspraak is not None else "",
        verwerking=afspraak.verwerking if afspraak is not None else "",
        regels=uitslag.regels,
        kanaal=verzoek.kanaal,
        protocol=versie(protocol) if protocol is not None else "",
        besloten_op=now,
        geldig_tot=now + GELDIG,
        toestemmingen=rustend_op(dossier.privacy, verzoek, zaak, uitslag.doorgelaten, now),
        informatie_op=geinformeerd_op(dossier.privacy, zaak, now),
        medewerker=medewerker,
        fase=zaak.fase.value if zaak is not None else None,
    )


def _protocol(verzoek: Vrijgaveverzoek, now: datetime, beleid: Beleid) -> Protocol | None:
    try:
        return beleid.protocol(verzoek.gemeente, now.astimezone(AMSTERDAM).date())
    except Ongeldig:
        return None


def als_vrijgave(regel: Verstrekkingsregel) -> Vrijgave:
    """What the asker gets of a line."""
    return Vrijgave(
        verstrekking_id=regel.verstrekking_id,
        ontvanger=regel.ontvanger,
        verstrekkingsdoel=regel.doel,
        uitkomst=regel.uitkomst,
        doorgelaten=regel.doorgelaten,
        weggelaten=dict(regel.weggelaten),
        weigering=regel.weigering,
        vereist=regel.vereist,
        geldig_tot=regel.geldig_tot,
    )


def _uitslag(
    dossier: Dossier,
    zaak: Zaak | None,
    besluit: Besluit | None,
    contract: type[Verstrekking] | None,
    command: BesluitVrijgave,
    protocol: Protocol,
    now: datetime,
    beleid: Beleid,
) -> _Uitslag:
    verzoek = command.verzoek
    if contract is None:
        return _geweigerd(_Tegen(Poort.CONTRACT, "geen_contract"))
    if contract.afspraak.buiten is not None:
        return _geweigerd(_Tegen(Poort.CONTRACT, "alleen_door_mens"))
    persoon = command.persoon
    gevraagd = tuple(dict.fromkeys(verzoek.elementen))
    weg = _weggelaten(contract, gevraagd, persoon)
    vraag = Vraag(dossier, zaak, verzoek, contract.afspraak, gevraagd, persoon, _wie(besluit, verzoek, beleid))
    nee = geweigerd(dossier.privacy, verzoek, zaak, toestemmers(vraag, protocol, beleid, now), now)
    weg |= {element: GEWEIGERD for element in gevraagd if element in nee and element not in weg}
    mag = tuple(element for element in gevraagd if element not in weg)
    if dossier.overleden or (persoon is not None and persoon.overleden):
        return _volgens_de_regels(vraag, {}, protocol, now, beleid)
    anoniem = contract.anoniem()
    tegen = next(_tegen(vraag, besluit, protocol, now, beleid, anoniem=anoniem), None)
    if tegen is not None:
        return _geweigerd(tegen)
    if not mag:
        poort = Poort.G6_TOESTEMMING if GEWEIGERD in weg.values() else Poort.G5_ELEMENTEN
        reden = GEWEIGERD if poort is Poort.G6_TOESTEMMING else "niets_over"
        return replace(_geweigerd(_Tegen(poort, reden, vereist=())), weggelaten=weg)
    return _volgens_de_regels(replace(vraag, elementen=mag), weg, protocol, now, beleid)


def _tegen(
    vraag: Vraag, besluit: Besluit | None, protocol: Protocol, now: datetime, beleid: Beleid, *, anoniem: bool
) -> Iterator[_Tegen]:
    """What stands in the way before any rule is asked, the heaviest first."""
    verzoek, afspraak, zaak = vraag.verzoek, vraag.afspraak, vraag.zaak
    reden = vraag.dossier.privacy.tegengehouden(verzoek.ontvanger, verzoek.verstrekkingsdoel)
    if reden is not None:
        yield _Tegen(Poort.BEPERKT, reden, Verstrekkingsuitkomst.AANHOUDEN, MENS[:1])
    if verzoek.zaak_id is None and not anoniem:
        yield _Tegen(Poort.ZAAK, "geen_zaak")
    if zaak is None and verzoek.zaak_id is not None:
        yield _Tegen(Poort.ZAAK, "zaak_onbekend")
    if zaak is not None and zaak.gemeente != verzoek.gemeente:
        yield _Tegen(Poort.ZAAK, "zaak_overgedragen")
    if afspraak.mens is Mens.BESLUIT:
        yield from _tegen_het_besluit(zaak, besluit)
    if afspraak.mens is Mens.WEEGT_AF and vraag.medewerker is None:
        yield _Tegen(Poort.G2_ONTVANGER, "geen_medewerker")
    if verzoek.verstrekkingsdoel.startswith(_BINNEN_CONVENANT):
        convenant = beleid.partijen.convenant(protocol.naam)
        if convenant is None:
            yield _Tegen(Poort.G1_REIKWIJDTE, "geen_convenant")
        elif not convenant.geldt_op(now.astimezone(AMSTERDAM).date()):
            yield _Tegen(Poort.G1_REIKWIJDTE, "convenant_vervallen")


def _tegen_het_besluit(zaak: Zaak | None, besluit: Besluit | None) -> Iterator[_Tegen]:
    if besluit is None:
        yield _Tegen(Poort.G2_ONTVANGER, "geen_besluit")
    elif besluit.ingetrokken_op is not None:
        yield _Tegen(Poort.G2_ONTVANGER, "besluit_ingetrokken")
    if zaak is not None and not zaak.is_open:
        yield _Tegen(Poort.ZAAK, "zaak_afgesloten")


def _wie(besluit: Besluit | None, verzoek: Vrijgaveverzoek, beleid: Beleid) -> Medewerker | None:
    """The official who decided or weighed it, when still registered for this gemeente."""
    code = besluit.medewerker if besluit is not None else verzoek.medewerker
    if code is None:
        return None
    try:
        return beleid.bevoegd(code, verzoek.gemeente, Rol.LEERPLICHTAMBTENAAR)
    except Ongeldig:
        return None


def _weggelaten(
    contract: type[Verstrekking], gevraagd: tuple[str, ...], persoon: Grensgegevens | None
) -> dict[str, str]:
    """What the contract has no field for, and the address of somebody with geheimhouding."""
    mag = contract.elementen()
    weg = {element: "niet_in_contract" for element in gevraagd if element not in mag}
    geheim = persoon is None or persoon.geheimhouding
    if geheim and not contract.afspraak.adres_bij_geheimhouding and "adres_woonplaats" in gevraagd:
        weg.setdefault("adres_woonplaats", "geheimhouding")
    return weg


def _volgens_de_regels(
    vraag: Vraag, weg: Mapping[str, str], protocol: Protocol, now: datetime, beleid: Beleid
) -> _Uitslag:
    op = now.astimezone(AMSTERDAM).date()
    try:
        feiten = verstrekkingsfeiten(vraag, protocol, beleid.partijen, beleid, op)
        oordeel = beoordeel_verstrekking(protocol, beleid.protocollen.feiten.lees(feiten, bij="verstrekking"), op)
    except FeitFout:
        return _geweigerd(_Tegen(Poort.ZAAK, "feit_onbruikbaar"))
    if oordeel.uitkomst is None:
        return _geweigerd(_Tegen(Poort.G5_ELEMENTEN, "niets_over", vereist=()))
    uitkomst = Verstrekkingsuitkomst(oordeel.uitkomst)
    if uitkomst is Verstrekkingsuitkomst.DOORLATEN and weg:
        uitkomst = Verstrekkingsuitkomst.GEDEELTELIJK
    return _Uitslag(
        uitkomst=uitkomst,
        poort=_poort(oordeel),
        weigering=oordeel.weigering,
        doorgelaten=oordeel.doorgelaten,
        weggelaten=dict(oordeel.weggelaten) | (dict(weg) if oordeel.doorgelaten or oordeel.weggelaten else {}),
        vereist=oordeel.vereist,
        regels=tuple(dict.fromkeys(u.regel for u in oordeel.uitleg if u.voor)),
    )


def _poort(oordeel: Verstrekkingsoordeel) -> Poort:
    """Which gate the message did not get past."""
    if oordeel.uitkomst == "aanhouden":
        if "veilig_kanaal" in oordeel.vereist:
            return Poort.G8_KANAAL
        return Poort.G4_INFORMATIE if "vooraf_informeren" in oordeel.vereist else Poort.G2_ONTVANGER
    if oordeel.uitkomst != "geweigerd":
        return Poort.OPEN
    redenen = set(oordeel.weggelaten.values())
    if not redenen:
        return _POORTEN.get(oordeel.weigering or "", Poort.G2_ONTVANGER)
    if redenen & _TOESTEMMING:
        return Poort.G6_TOESTEMMING
    return Poort.G7_ZEGGENSCHAP if redenen <= _VAN_EEN_ANDER else Poort.G5_ELEMENTEN


def _geweigerd(tegen: _Tegen) -> _Uitslag:
    return _Uitslag(tegen.uitkomst, tegen.poort, tegen.weigering, vereist=tegen.vereist)


def meld_van_halt(dossier: Dossier, event: EventData, now: datetime) -> Dossier:
    """The same dossier with it written down that Halt got the referral, or that it was taken back there.

    A referral that Halt itself refused was received as well, and one of which that is not sure (`NAGAAN_BIJ_HALT_…`)
    counts as received; only what the border stopped was not.
    """
    grens = dossier.grens
    if isinstance(event, HaltVerwijzingAangeboden) or (
        isinstance(event, HaltVerwijzingGeweigerd) and not event.reden.startswith(GRENS)
    ):
        grens = replace(grens, verzonden={**grens.verzonden, event.verwijzing_id: now})
    elif isinstance(event, HaltVerwijzingGestopt) and event.was_aangeboden:
        grens = replace(grens, teruggedraaid={**grens.teruggedraaid, event.verwijzing_id: now})
    return dossier if grens is dossier.grens else replace(dossier, grens=grens)
