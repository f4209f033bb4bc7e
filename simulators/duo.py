"""A stand-in for DUO's webservice for gemeenten: SOAP over real HTTP, meldingen in memory, faults to switch on."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from contracts.codes import MeldingStatus
from hub.clock import AMSTERDAM, Clock
from services.ingest_duo import duo_namen as namen
from services.ingest_duo.model import Verzuimgeval
from simulators.duo_register import DuoRegister
from simulators.duo_storingen import (
    GROOT_ANTWOORD_BYTES,
    IN_EEN_GEVAL,
    Storing,
    StoringSoort,
    Verzoeksoort,
    bederf_bericht,
    bederf_geval,
    neem_storing,
)
from simulators.duo_vrijstellingen import Vrijstellingenregister
from simulators.duo_xml import (
    Aanvraag,
    Mutatie,
    OnleesbaarVerzoek,
    Vrijstelling,
    Weigering,
    dc0001,
    dc0002,
    dc0011,
    geval_element,
    lees_verzoek,
    soap_fault,
)
from simulators.loopback import AfgebrokenAntwoord, Loopback, TlsBestanden, ZwijgendAntwoord

_XML = "text/xml; charset=utf-8"
_BROK = b"<!--" + b" " * 999_993 + b"-->"


class DuoSimulator:
    """DUO as a gemeente meets it, on 127.0.0.1.

    `clock` stamps mutations, `rng` picks which melding of a page a fault hits, `pagina` is the number of meldingen per
    delivery. Queue faults in `storingen`; they are used up in order. With the same calls in the same order everything
    it answers is the same again.
    """

    def __init__(self, clock: Clock, rng: random.Random, *, pagina: int = 100, tls: TlsBestanden | None = None) -> None:
        self._rng = rng
        self._grootte = pagina
        self._documenten = 0
        routes = [Route("/vsv", self._ontvang, methods=["POST"]), Route("/lok", self._gelokt)]
        self._loopback = Loopback(Starlette(routes=routes), tls)
        self._clock = clock
        self.register = DuoRegister(clock)
        self.vrijstellingen = Vrijstellingenregister()
        self.storingen: list[Storing] = []
        self.verzoeken: Counter[str] = Counter()
        """Requests received, by kind: aanvraag, mutatie, vrijstelling, onleesbaar."""
        self.bedorven: list[str] = []
        """Meldingsnummers that were delivered with a fault inside, in order."""
        self.gelokt = 0
        """How often somebody fetched the address an external entity pointed at: must stay 0."""

    @property
    def url(self) -> str:
        """Address of the webservice, once started."""
        return f"{self._loopback.basis}/vsv"

    async def start(self) -> None:
        """Begin to listen on a free port."""
        await self._loopback.start()

    async def stop(self) -> None:
        """Stop listening; the register keeps what it has."""
        await self._loopback.stop()

    @property
    def ontvangen_statussen(self) -> dict[str, list[MeldingStatus]]:
        """Every status message that took effect, per meldingsnummer, in order."""
        return self.register.ontvangen_statussen

    def voeg_toe(self, geval: Verzuimgeval) -> Verzuimgeval:
        """A school reports a melding, or a new version of one; see `DuoRegister.voeg_toe`."""
        return self.register.voeg_toe(geval)

    def wijzig(self, meldingsnummer: str, **velden: Any) -> Verzuimgeval:
        """A school changes a melding now; see `DuoRegister.wijzig`."""
        return self.register.wijzig(meldingsnummer, **velden)

    def trek_in(self, meldingsnummer: str, reden: str | None = "V") -> Verzuimgeval:
        """DUO (reason V) or a school (no reason) withdraws a melding."""
        return self.register.trek_in(meldingsnummer, reden)

    async def _gelokt(self, _: Request) -> Response:
        self.gelokt += 1
        return Response("gelokt")

    async def _ontvang(self, verzoek: Request) -> Response:
        try:
            inhoud = lees_verzoek(await verzoek.body())
        except OnleesbaarVerzoek as fout:
            self.verzoeken["onleesbaar"] += 1
            return Response(soap_fault("Client", str(fout)), 500, media_type=_XML)
        soort = _soort(inhoud)
        self.verzoeken[soort] += 1
        try:
            gevuld = isinstance(inhoud, Aanvraag) and bool(self._pagina(inhoud)[0])
        except Weigering as fout:
            antwoord = dc0002(namen.AANVRAAG, document_id=self._document_id(), code=fout.code, omschrijving="geweigerd")
            return Response(antwoord, media_type=_XML)
        storing = neem_storing(self.storingen, soort, gevuld=gevuld)
        if storing and storing.soort is StoringSoort.VERTRAGING:
            await asyncio.sleep(storing.seconden)
        if storing and storing.soort is StoringSoort.HTTP_500:
            return Response("storing", 500)
        if storing and storing.soort is StoringSoort.VERBINDING_WEG:
            return AfgebrokenAntwoord()
        kwaal = storing.soort if storing else None
        if isinstance(inhoud, Aanvraag):
            return self._verzend(self._lever(inhoud, kwaal), kwaal)
        return self._verzend(
            self._registreer(inhoud) if isinstance(inhoud, Vrijstelling) else self._muteer(inhoud), kwaal
        )

    def _verzend(self, antwoord: bytes, kwaal: StoringSoort | None) -> Response:
        if kwaal is StoringSoort.TIMEOUT_NA_EFFECT:
            return ZwijgendAntwoord()
        if kwaal is StoringSoort.GROOT_ANTWOORD:
            return StreamingResponse(_opgeblazen(antwoord), media_type=_XML)
        if kwaal is not None:
            antwoord = bederf_bericht(kwaal, antwoord, f"{self._loopback.basis}/lok")
        return Response(antwoord, media_type=_XML)

    def _document_id(self) -> str:
        self._documenten += 1
        return f"SIM{self._documenten:08d}"

    def _pagina(self, aanvraag: Aanvraag) -> tuple[list[Verzuimgeval], Any]:
        return self.register.pagina(aanvraag.uitvoerder, aanvraag.vanaf, self._grootte)

    def _lever(self, aanvraag: Aanvraag, kwaal: StoringSoort | None) -> bytes:
        gevallen, volgende = self._pagina(aanvraag)
        if kwaal is StoringSoort.DUBBELE_LEVERING:
            gevallen = gevallen * 2
        if kwaal is StoringSoort.VERKEERDE_VOLGORDE:
            # Latest first, and after each melding the versions that came before it.
            gevallen = [
                versie for g in reversed(gevallen) for versie in reversed(self.register.versies(g.meldingsnummer))
            ]
        elementen = [geval_element(geval) for geval in gevallen]
        if kwaal in IN_EEN_GEVAL:
            nummer = bederf_geval(kwaal, elementen, self._rng)
            self.bedorven += [nummer] if nummer else []
        gemeente = aanvraag.uitvoerder.removeprefix("00")
        return dc0011(elementen, gemeente=gemeente, document_id=self._document_id(), volgende=volgende)

    def _muteer(self, mutatie: Mutatie) -> bytes:
        document_id = self._document_id()
        try:
            geval = self.register.muteer(mutatie)
        except Weigering as fout:
            return dc0002(namen.MUTATIE, document_id=document_id, code=fout.code, omschrijving="mutatie geweigerd")
        return dc0001(document_id=document_id, stempel=geval.laatste_mutatie)

    def _registreer(self, vrijstelling: Vrijstelling) -> bytes:
        document_id = self._document_id()
        try:
            self.vrijstellingen.registreer(vrijstelling)
        except Weigering as fout:
            return dc0002(namen.VRIJSTELLING, document_id=document_id, code=fout.code, omschrijving="geweigerd")
        nu = self._clock.now().astimezone(AMSTERDAM).replace(tzinfo=None)
        return dc0001(document_id=document_id, stempel=nu, bewerking=namen.VRIJSTELLING)


def _soort(inhoud: Aanvraag | Mutatie | Vrijstelling) -> Verzoeksoort:
    if isinstance(inhoud, Aanvraag):
        return "aanvraag"
    return "vrijstelling" if isinstance(inhoud, Vrijstelling) else "mutatie"


async def _opgeblazen(antwoord: bytes) -> AsyncIterator[bytes]:
    """The answer, followed by comments up to 50 MB: well-formed XML, and far too much of it."""
    yield antwoord
    for _ in range(GROOT_ANTWOORD_BYTES // len(_BROK)):
        yield _BROK
