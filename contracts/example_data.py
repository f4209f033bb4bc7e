"""One realistic example per event type: the story of one fictional jongere in Goeree-Overflakkee, and a few others.

The sequence follows from the order here, per source and jongere. Nothing in it is about a real person.
"""

from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID

from contracts.codes import (
    Adressaat,
    Besluitsoort,
    Fase,
    HaltAfloop,
    MeldingStatus,
    Onderwijssoort,
    Plicht,
    Verstrekkingsuitkomst,
    Verzuimsoort,
    Vrijstellingsoort,
    Zaaksoort,
)
from contracts.envelope import EventData
from contracts.events import brieven, halt, personen, privacy, verzuim, zaken

GEMEENTE = "1924"

_JONGERE = UUID("3b1f8c52-7d0e-4a6b-9c41-5e2f70a8d913")
_VERTROKKEN = UUID("a94d20e7-16fb-4c83-8e5a-0b7c39d1f264")
_OVERLEDEN = UUID("d27ce815-93a4-4f0d-b6e8-41f5a20c7b39")
_VRIJGESTELD = UUID("6e508bf3-c21d-4b97-a7d0-f83e15962c4a")
_NIEUW = UUID("95e1b7c3-08d4-4a62-8f7e-2c60d9a4b5f8")
_KIND = UUID("1d84f0a6-b359-4e17-a2c8-96f7e3d05b41")
_KLEUTER = UUID("c6720e9d-4b1f-4835-9de0-a8537c1f64b2")

_ZAAK = UUID("0c9a7e14-52b8-4d3f-8f61-d7e4b05a9326")
_UITNODIGING = UUID("f1364ad8-0be5-4792-9ac3-28c6e97d05b1")
_VERVALLEN = UUID("8ad5f07c-e493-4261-b05f-93d71c2ea846")
_VOORSTEL = UUID("57e2b9c0-3f84-4a1d-8d76-b4096fe1c325")
_BESLUIT = UUID("e80d41b6-a57c-4e92-93b8-6c1f25d70a94")
_VERWIJZING = UUID("2f6b03d9-8c7e-4515-a4d2-7be90816fc3d")
_GEWEIGERD = UUID("c47a19e2-d605-4f38-81cb-5d20e3b7946f")

_ONDER_EEN_ANDER_NUMMER = UUID("41d7c0b9-5e26-4f83-9a1c-7d30e8b5f692")
_INSCHRIJVING = UUID("b90e3d17-6ac4-4582-8f0b-c15d7e2a9364")
_VERGISSING = UUID("7c58a2e4-1fd0-4b96-a3c7-08e9d4b16f25")
_VRIJSTELLING = UUID("d36b91f8-407e-4ca5-b8d2-e1f05c7a3948")
_TOESTEMMING = UUID("3a90e7d4-61bc-4f25-8d07-b5c2f18e4936")
_VERSTREKKING = UUID("e5f70b92-4c1d-48a6-93e8-0d6a7b52c814")
_BEZWAAR = UUID("9b3c16f8-d270-4ea5-b41f-85c70e9d2a63")
_ZAAK_ELDERS = UUID("62d8f0a1-7e35-4b9c-a6d4-1f92c80b57e3")
_ZAAK_TWEEDE = UUID("af07b5c3-2d94-4681-8e5f-c93a60d17b28")
_SIGNAAL = UUID("08f4c6d2-b71a-4e39-95c8-3a6e0d92f7b1")

_PROTOCOL = "goeree-overflakkee@2026-08-01"
_BOA = "LPA-0412"
_MELDING = "7000412"


class Example(NamedTuple):
    """An event as its source would say it at `time` (UTC)."""

    jongere_id: UUID
    time: datetime
    data: EventData


def _at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in the school year 2026-2027."""
    return datetime(2026 if month >= 8 else 2027, month, day, hour, minute, tzinfo=UTC)


_GEMELD = verzuim.VerzuimmeldingOntvangen(
    meldingsnummer=_MELDING,
    laatste_mutatie=datetime(2026, 10, 5, 9, 30, 15, 250_000),  # noqa: DTZ001 - DUO's stamp has no zone
    status=MeldingStatus.GEREGISTREERD,
    verzuimsoort=Verzuimsoort.ZESTIEN_UUR,
    begindatum=date(2026, 9, 14),
    lesuren=17,
    hele_dagen=0,
    alle_lessen_gemist=False,
    actie_gewenst=True,
    brin="90XA",
    vestiging="00",
    gemeld_op=datetime(2026, 10, 5, 9, 30, 15),  # noqa: DTZ001 - idem
)

EXAMPLES = (
    Example(_JONGERE, _at(8, 3, 6), personen.JongereIngeschreven()),
    Example(
        _JONGERE, _at(8, 3, 7), personen.JongereSamengevoegd(oude_jongere_id=_ONDER_EEN_ANDER_NUMMER)
    ),
    Example(_ONDER_EEN_ANDER_NUMMER, _at(8, 3, 7), personen.JongereOpgegaan(in_jongere_id=_JONGERE)),
    Example(
        _ONDER_EEN_ANDER_NUMMER,
        _at(8, 3, 8),
        verzuim.VerzuimmeldingOvergedragen(meldingsnummer="7000377", naar_jongere_id=_JONGERE),
    ),
    Example(
        _JONGERE,
        _at(8, 10, 6),
        verzuim.InschrijvingGewijzigd(
            inschrijving_id=_INSCHRIJVING,
            brin="90XA",
            vestiging="00",
            onderwijssoort=Onderwijssoort.VOORTGEZET_ONDERWIJS,
            niveau="vmbo_t",
            begindatum=date(2026, 8, 1),
        ),
    ),
    Example(_JONGERE, _at(8, 12, 6), verzuim.InschrijvingVervallen(inschrijving_id=_VERGISSING)),
    Example(_JONGERE, _at(10, 5, 7, 45), _GEMELD),
    Example(
        _JONGERE,
        _at(10, 5, 7, 45),
        zaken.ZaakGeopend(
            zaak_id=_ZAAK,
            zaaksoort=Zaaksoort.RELATIEF,
            meldingsnummer=_MELDING,
            verzuimsoort=Verzuimsoort.ZESTIEN_UUR,
            plicht=Plicht.LEERPLICHT,
            protocol=_PROTOCOL,
        ),
    ),
    Example(
        _JONGERE, _at(10, 5, 7, 45), zaken.MeldingInBehandelingGenomen(zaak_id=_ZAAK, meldingsnummer=_MELDING)
    ),
    Example(
        _JONGERE,
        _at(10, 5, 7, 46),
        verzuim.MeldingstatusTeruggemeld(
            meldingsnummer=_MELDING,
            status=MeldingStatus.IN_BEHANDELING,
            laatste_mutatie=datetime(2026, 10, 5, 9, 46, 2, 118_000),  # noqa: DTZ001 - idem
        ),
    ),
    Example(
        _JONGERE,
        _at(10, 7, 7, 45),
        verzuim.VerzuimmeldingGewijzigd(
            **_GEMELD.model_dump()
            | {
                "laatste_mutatie": datetime(2026, 10, 7, 9, 12, 40),  # noqa: DTZ001 - idem
                "status": MeldingStatus.IN_BEHANDELING,
                "einddatum": date(2026, 10, 2),
            }
        ),
    ),
    Example(
        _JONGERE,
        _at(10, 7, 12),
        zaken.BriefAangevraagd(
            zaak_id=_ZAAK,
            brief_id=_UITNODIGING,
            briefsoort="lpa_uitnodiging_1",
            adressaten=(Adressaat.OUDERS, Adressaat.JONGERE),
            dagtekening=date(2026, 10, 8),
            ondertekenaar=_BOA,
            lesuren=17,
            gesprek_op=datetime(2026, 10, 20, 15, 30),  # noqa: DTZ001 - the agenda has no zone
        ),
    ),
    Example(
        _JONGERE,
        _at(10, 7, 12, 1),
        brieven.BriefOpgemaakt(
            zaak_id=_ZAAK,
            brief_id=_UITNODIGING,
            briefsoort="lpa_uitnodiging_1",
            adressaten=(Adressaat.OUDERS, Adressaat.JONGERE),
            sha256="9f2c4b7d1e8a60353bd7f4c2a9150e6d8c3b72f1a4e5d09687bc1f3e2a4d5c60",
            paginas=1,
        ),
    ),
    Example(
        _JONGERE,
        _at(10, 7, 12, 1),
        zaken.TermijnGestart(
            zaak_id=_ZAAK, termijn="reactie_uitnodiging", uiterlijk=date(2026, 10, 20), regel="GO-REL-5"
        ),
    ),
    Example(
        _JONGERE, _at(10, 12, 5), personen.PersoonsgegevensGewijzigd(onderdelen=(personen.Onderdeel.ADRES,))
    ),
    Example(
        _JONGERE,
        _at(10, 21, 4),
        zaken.TermijnVerstreken(zaak_id=_ZAAK, termijn="reactie_uitnodiging", uiterlijk=date(2026, 10, 20)),
    ),
    Example(
        _JONGERE,
        _at(11, 2, 8),
        zaken.VoorstelGedaan(
            zaak_id=_ZAAK,
            voorstel_id=_VOORSTEL,
            uitkomst="halt_verwijzing",
            regels=("GO-R3B-1", "GO-R3B-3"),
            protocol=_PROTOCOL,
        ),
    ),
    Example(
        _JONGERE,
        _at(11, 9, 13),
        zaken.BesluitGenomen(
            zaak_id=_ZAAK,
            voorstel_id=_VOORSTEL,
            besluit_id=_BESLUIT,
            uitkomst="halt_verwijzing",
            besluit=Besluitsoort.AKKOORD,
            medewerker=_BOA,
        ),
    ),
    Example(
        _JONGERE,
        _at(11, 9, 13),
        zaken.HaltVerwijzingBesloten(
            zaak_id=_ZAAK,
            verwijzing_id=_VERWIJZING,
            besluit_id=_BESLUIT,
            meldingsnummer=_MELDING,
            medewerker=_BOA,
            besluitdatum=date(2026, 11, 9),
            brin="90XA",
            periode_van=date(2026, 9, 14),
            periode_tot=date(2026, 10, 2),
            lesuren=17,
            instemming_jongere=True,
            school_maatregelen_ouders_geinformeerd=True,
            lopende_hulp=False,
            instemming_ouders=True,
        ),
    ),
    Example(
        _JONGERE,
        _at(11, 9, 13, 1),
        halt.HaltVerwijzingAangeboden(zaak_id=_ZAAK, verwijzing_id=_VERWIJZING, ontvangen_op=date(2026, 11, 9)),
    ),
    Example(
        _JONGERE,
        _at(2, 1, 10),
        halt.HaltAfloopOntvangen(
            zaak_id=_ZAAK, verwijzing_id=_VERWIJZING, afloop=HaltAfloop.POSITIEF, datum=date(2027, 1, 29)
        ),
    ),
    Example(
        _JONGERE, _at(2, 2, 9), zaken.ZaakAfgesloten(zaak_id=_ZAAK, reden="halt_positief", meldingen=(_MELDING,))
    ),
    Example(
        _JONGERE,
        _at(2, 9, 6),
        verzuim.StartkwalificatieGewijzigd(startkwalificatie=True, ingangsdatum=date(2027, 1, 31)),
    ),
    Example(_JONGERE, _at(3, 1, 5), personen.WoonadresGewijzigd()),
    Example(
        _JONGERE, _at(3, 15, 5), personen.JongereVerhuisd(van_gemeente=GEMEENTE, naar_gemeente="0171")
    ),
    Example(
        _VRIJGESTELD,
        _at(10, 6, 7, 45),
        verzuim.VerzuimmeldingIngetrokken(
            meldingsnummer="7000398",
            laatste_mutatie=datetime(2026, 10, 6, 8, 5),  # noqa: DTZ001 - DUO's stamp has no zone
            reden_ingetrokken="V",
        ),
    ),
    Example(
        _VERTROKKEN,
        _at(12, 1, 9),
        halt.HaltVerwijzingGeweigerd(
            zaak_id=UUID("91c3d5a7-64eb-4820-b9f7-e0a85b2d13c6"), verwijzing_id=_GEWEIGERD, reden="CRITERIA"
        ),
    ),
    Example(
        _VRIJGESTELD,
        _at(8, 20, 9),
        verzuim.VrijstellingGewijzigd(
            vrijstelling_id=_VRIJSTELLING,
            vrijstellingsoort=Vrijstellingsoort.RICHTINGBEZWAAR,
            begindatum=date(2026, 8, 1),
            einddatum=date(2027, 7, 31),
        ),
    ),
    Example(_VRIJGESTELD, _at(8, 20, 9, 1), verzuim.VrijstellingTeruggemeld(vrijstelling_id=_VRIJSTELLING)),
    Example(_NIEUW, _at(9, 1, 5), personen.JongereGevestigd()),
    Example(
        _NIEUW,
        _at(10, 1, 5),
        zaken.AbsoluutVerzuimGesignaleerd(
            signaal_id=_SIGNAAL, reden="geen_inschrijving", peildatum=date(2026, 10, 1)
        ),
    ),
    Example(
        _NIEUW,
        _at(10, 8, 9),
        zaken.AbsoluutVerzuimVerklaard(signaal_id=_SIGNAAL, uitkomst="inschrijving_gevonden"),
    ),
    Example(_JONGERE, _at(10, 12, 8), zaken.FaseGewijzigd(
        zaak_id=_ZAAK, van_fase=Fase.WAARNEMEN, naar_fase=Fase.ANALYSEREN, oorzaak="gesprek_gevoerd",
    )),
    Example(_JONGERE, _at(10, 12, 8, 1), privacy.BetrokkeneGeinformeerd(wijze="brief")),
    Example(_JONGERE, _at(10, 12, 8, 2), privacy.ToestemmingGevraagd(
        toestemming_id=_TOESTEMMING, element="halt_verwijzing", ontvanger="halt", doel="halt",
    )),
    Example(_JONGERE, _at(10, 14, 8), privacy.ToestemmingGegeven(
        toestemming_id=_TOESTEMMING, element="halt_verwijzing", ontvanger="halt", doel="halt",
    )),
    Example(_JONGERE, _at(10, 14, 9), zaken.BesluitVoorgelegd(
        zaak_id=_ZAAK, voorstel_id=_VOORSTEL, uitkomst="halt_verwijzing", medewerker=_BOA,
    )),
    Example(_JONGERE, _at(10, 15, 9), privacy.VerstrekkingBesloten(
        verstrekking_id=_VERSTREKKING, zaak_id=_ZAAK, ontvanger="halt", doel="halt",
        uitkomst=Verstrekkingsuitkomst.DOORLATEN,
    )),
    Example(_JONGERE, _at(10, 16, 9), privacy.RectificatieGemeld(elementen=("naam",), ontvangers=("halt",))),
    Example(_JONGERE, _at(10, 19, 9), privacy.ToestemmingIngetrokken(
        toestemming_id=_TOESTEMMING, element="halt_verwijzing", ontvanger="halt", doel="halt",
        ontvangers=("halt",),
    )),
    Example(_JONGERE, _at(10, 19, 9, 1), zaken.HaltVerwijzingIngetrokken(
        zaak_id=_ZAAK, verwijzing_id=_VERWIJZING, reden="toestemming_ingetrokken",
    )),
    Example(_JONGERE, _at(10, 19, 9, 2), halt.HaltVerwijzingGestopt(
        zaak_id=_ZAAK, verwijzing_id=_VERWIJZING, was_aangeboden=True,
    )),
    Example(_JONGERE, _at(10, 20, 9), zaken.BesluitIngetrokken(
        zaak_id=_ZAAK, voorstel_id=_VOORSTEL, besluit_id=_BESLUIT, uitkomst="halt_verwijzing", medewerker=_BOA,
    )),
    Example(_JONGERE, _at(10, 20, 9, 1), zaken.BriefIngetrokken(
        zaak_id=_ZAAK, brief_id=_UITNODIGING, briefsoort="lpa_uitnodiging_1",
    )),
    Example(_JONGERE, _at(10, 21, 5), zaken.TermijnGenaderd(
        zaak_id=_ZAAK, termijn="reactie_uitnodiging_uiterlijk", uiterlijk=date(2026, 10, 23),
    )),
    Example(_JONGERE, _at(10, 22, 9), zaken.TermijnGehaald(
        zaak_id=_ZAAK, termijn="reactie_uitnodiging_uiterlijk", uiterlijk=date(2026, 10, 23),
    )),
    Example(_JONGERE, _at(10, 22, 9, 1), zaken.TermijnVervallen(
        zaak_id=_ZAAK, termijn="terugmelding_leerplicht_uiterlijk", uiterlijk=date(2026, 10, 30),
    )),
    Example(_JONGERE, _at(11, 2, 9), privacy.BezwaarGemaakt(bezwaar_id=_BEZWAAR, ontvanger="school")),
    Example(_JONGERE, _at(11, 2, 9, 1), privacy.VerwerkingBeperkt(reden="juistheid_betwist")),
    Example(_JONGERE, _at(11, 9, 9), privacy.VerwerkingHervat(reden="juistheid_vastgesteld")),
    Example(_JONGERE, _at(12, 1, 9), zaken.ZaakHeropend(zaak_id=_ZAAK, reden="nieuwe_melding")),
    Example(_JONGERE, _at(12, 8, 9), zaken.ZaakOvergedragen(
        zaak_id=_ZAAK, naar_gemeente="0171", nieuwe_zaak_id=_ZAAK_ELDERS,
    )),
    Example(_ONDER_EEN_ANDER_NUMMER, _at(11, 3, 9), zaken.ZaakSamengevoegd(
        zaak_id=_ZAAK_TWEEDE, in_zaak_id=_ZAAK,
    )),
    Example(_NIEUW, _at(10, 8, 10), privacy.ToestemmingGeweigerd(
        toestemming_id=UUID("d4c81f06-95e7-4a32-b0d6-7f3e29a5c810"), element="naam", ontvanger="sot",
        doel="zorgmelding",
    )),
    Example(_KIND, _at(9, 2, 5), personen.JongereGeboren()),
    Example(_KLEUTER, _at(10, 3, 5), personen.VijfdeVerjaardagBereikt()),
    Example(_KLEUTER, _at(2, 11, 5), personen.PersoonslijstAfgevoerd()),
    Example(
        _VERTROKKEN, _at(1, 4, 5), personen.JongereVertrokken(vertreksoort=personen.Vertreksoort.EMIGRATIE)
    ),
    Example(_OVERLEDEN, _at(1, 18, 5), personen.JongereOverleden()),
    Example(
        _OVERLEDEN,
        _at(1, 18, 5, 1),
        brieven.BriefVervallen(
            zaak_id=UUID("b5827d60-f1ce-4a39-83d4-17ca9e06b852"),
            brief_id=_VERVALLEN,
            briefsoort="lpa_uitnodiging_2",
            reden="jongere_overleden",
        ),
    ),
)  # fmt: skip
