"""Reading DUO's answers: each Verzuimgeval on its own, and hostile documents refused before they are parsed."""

from collections.abc import Callable
from datetime import date, datetime, time

import pytest
from lxml import etree

from services.ingest_duo import duo_namen as namen
from services.ingest_duo.berichten import bouw_mutatie, vraag_wijzigingen
from services.ingest_duo.fouten import DuoFoutmelding, OngeldigBericht
from services.ingest_duo.model import Verzuimgeval
from services.ingest_duo.parser import OnbruikbaarGeval, Selectie, lees_bevestiging, lees_levering
from simulators.duo_xml import (
    Aanvraag,
    Mutatie,
    dc0001,
    dc0002,
    dc0011,
    geval_element,
    lees_verzoek,
    soap_fault,
)
from simulators.voorbeelden import voorbeeldgeval, voorbeeldterugmelding

RUIM = 1_000_000
OPGEMAAKT = datetime.fromisoformat("2024-09-16T12:00:00")


def levering(*elementen: etree._Element, volgende: datetime | None = None) -> bytes:
    """A delivery with these elements."""
    return dc0011(elementen, gemeente="1924", document_id="D1", volgende=volgende)


def met(veld: str, waarde: str | None, dag: int | None = None) -> etree._Element:
    """The example melding with the text of one field replaced, or the field removed."""
    element = geval_element(voorbeeldgeval())
    if dag is None:
        blad = element.find(namen.gw(namen.VELDEN[veld]))
    else:
        blad = element.findall(namen.gw(namen.VERZUIMDAG))[dag].find(namen.gw(namen.VERZUIMDAG_VELDEN[veld]))
    assert blad is not None
    if waarde is None:
        ouder = blad.getparent()
        assert ouder is not None
        ouder.remove(blad)
    else:
        blad.text = waarde
    return element


def zonder(*velden: str) -> etree._Element:
    """The example melding without these fields."""
    element = geval_element(voorbeeldgeval())
    for veld in velden:
        blad = element.find(namen.gw(namen.VELDEN[veld]))
        assert blad is not None
        ouder = blad.getparent()
        assert ouder is not None
        ouder.remove(blad)
    return element


def zonder_groep(naam: str) -> etree._Element:
    """The example melding without a whole group of elements."""
    element = geval_element(voorbeeldgeval())
    groep = element.find(namen.gw(naam))
    assert groep is not None
    element.remove(groep)
    return element


def enige_onbruikbare(xml: bytes) -> OnbruikbaarGeval:
    """The one melding of a delivery, which must be unusable."""
    (geval,) = lees_levering(xml, max_bytes=RUIM).gevallen
    assert isinstance(geval, OnbruikbaarGeval)
    return geval


def test_a_full_melding_survives_the_journey_through_xml() -> None:
    """What DUO writes from every field is what we read."""
    geval = voorbeeldgeval()
    assert (geval,) == lees_levering(levering(geval_element(geval)), max_bytes=RUIM).gevallen


def test_a_melding_with_only_what_is_required_survives_the_journey() -> None:
    """Optional groups may be absent altogether."""
    geval = voorbeeldgeval(
        onderwijsnummer=None, einddatum=None, ondernomen_actie=None, toelichting=None, verzuimdagen=(),
        school={"brin": "90XA"}, onderwijsdeelname=None, melder={"naam": "M. Voorbeeld"},
        telefoon_leerling_of_ouder=None, afwijkend_adres=None,
    )  # fmt: skip
    assert (geval,) == lees_levering(levering(geval_element(geval)), max_bytes=RUIM).gevallen


def test_an_old_melding_that_was_handed_over_is_still_read() -> None:
    """Status D and the party that took over arrive with meldingen from before 12 August 2020."""
    geval = voorbeeldgeval(status="D", overnemende_partij="Halt", andere_overnemende_partij="Politie")
    assert (geval,) == lees_levering(levering(geval_element(geval)), max_bytes=RUIM).gevallen


def test_the_cursor_and_the_document_id_are_read() -> None:
    """The next page starts at the Selectieperiode of this one."""
    gelezen = lees_levering(levering(volgende=datetime.fromisoformat("2024-09-16T09:30:15.007")), max_bytes=RUIM)
    assert Selectie(date(2024, 9, 16), time(9, 30, 15, 7_000)) == gelezen.volgende_selectie
    assert (gelezen.document_id, gelezen.ontvangende_instantie, gelezen.selectie_fout) == ("D1", "1924", None)


def test_the_last_page_has_no_cursor() -> None:
    """Without a Selectieperiode there is no next page, and nothing is wrong."""
    gelezen = lees_levering(levering(), max_bytes=RUIM)
    assert (gelezen.volgende_selectie, gelezen.selectie_fout) == (None, None)


def test_a_cursor_that_cannot_be_read_does_not_lose_the_meldingen() -> None:
    """The page counts, the fault is told, and the latest stamp is there to go on from."""
    xml = levering(geval_element(voorbeeldgeval()), volgende=datetime.fromisoformat("2024-09-16T09:30:00"))
    gelezen = lees_levering(xml.replace(b"09:30:00.000", b"half tien"), max_bytes=RUIM)
    assert (None, voorbeeldgeval().laatste_mutatie) == (gelezen.volgende_selectie, gelezen.hoogste_stempel)
    assert gelezen.selectie_fout == "geen geldige datum en tijd (JJJJ-MM-DD en UU:MM:SS.mmm)"


BUITEN_DE_JAREN = "ligt buiten de jaren 1990 tot en met 2100"


@pytest.mark.parametrize(
    ("element", "veld", "reden"),
    [
        (met("bsn", "999990018"), "bsn", "telt geen negen cijfers of voldoet niet aan de elfproef"),
        (met("bsn", "99999001"), "bsn", "telt geen negen cijfers of voldoet niet aan de elfproef"),
        (met("bsn", "９９９９９００１９"), "bsn", "telt geen negen cijfers of voldoet niet aan de elfproef"),
        (met("onderwijsnummer", "10000000"), "onderwijsnummer", "telt geen negen cijfers"),
        (met("onderwijsnummer", "1000000099"), "onderwijsnummer", "telt geen negen cijfers"),
        (zonder("bsn", "onderwijsnummer"), "onderwijsnummer", "BSN en onderwijsnummer ontbreken allebei"),
        (met("verzuimsoort", "X9"), "verzuimsoort", "onbekende code"),
        (met("status", "W"), "status", "onbekende code"),
        (met("onderwijsdeelname.soort", "HBO"), "onderwijsdeelname.soort", "onbekende code"),
        (zonder("meldingsnummer"), "meldingsnummer", "ontbreekt"),
        (zonder("laatste_mutatie_tijd"), "laatste_mutatie", "ontbreekt"),
        (zonder("begindatum"), "begindatum", "ontbreekt"),
        (met("vermoedelijke_reden", "  "), "vermoedelijke_reden", "ontbreekt"),
        (zonder("school.brin", "school.vestiging", "school.leslocatienaam"), "school.brin", "ontbreekt"),
        (zonder_groep("Melder"), "melder", "ontbreekt"),
        (zonder("melder.naam"), "melder.naam", "ontbreekt"),
        (zonder("ontvangende_gemeente"), "ontvangende_gemeente", "ontbreekt"),
        (met("meldingsnummer", "12a"), "meldingsnummer", "geen getal van 1 tot 18 cijfers"),
        (met("meldingsnummer", "1" * 19), "meldingsnummer", "geen getal van 1 tot 18 cijfers"),
        (met("laatste_mutatie_tijd", "09:30:15"), "laatste_mutatie", "geen geldig tijdstip"),
        (met("laatste_mutatie_tijd", "24:00:00.000"), "laatste_mutatie", "geen geldig tijdstip"),
        (met("meld_datum_tijd", "2024-13-01T00:00:00"), "meld_datum_tijd", "geen geldig tijdstip"),
        (met("begindatum", "2024-02-30"), "begindatum", "geen geldige datum (JJJJ-MM-DD)"),
        (met("begindatum", "0001-01-01"), "begindatum", BUITEN_DE_JAREN),
        (met("begindatum", "1989-12-31"), "begindatum", BUITEN_DE_JAREN),
        (met("einddatum", "9999-12-31"), "einddatum", BUITEN_DE_JAREN),
        (met("datum", "2101-01-01", dag=0), "verzuimdagen.0.datum", BUITEN_DE_JAREN),
        (met("meld_datum_tijd", "9999-12-31T00:00:00"), "meld_datum_tijd", BUITEN_DE_JAREN),
        (met("laatste_mutatie_datum", "9999-12-31"), "laatste_mutatie", BUITEN_DE_JAREN),
        (met("begindatum", "20240909"), "begindatum", "geen geldige datum (JJJJ-MM-DD)"),
        (met("einddatum", "2024-09-08"), "einddatum", "ligt voor de begindatum"),
        (met("vermoedelijke_reden", "x" * 201), "vermoedelijke_reden", "langer dan 200 tekens"),
        (met("toelichting", "x" * 4001), "toelichting", "langer dan 4000 tekens"),
        (met("melder.functie", "x" * 61), "melder.functie", "langer dan 60 tekens"),
        (met("melder.email", "x" * 101), "melder.email", "langer dan 100 tekens"),
        (met("onderwijsdeelname.naam_opleiding", "x" * 41), "onderwijsdeelname.naam_opleiding", "langer dan 40 tekens"),
        (met("alle_lessen_gemist", "ja"), "alle_lessen_gemist", "geen J of N"),
        (met("ontvangende_gemeente", "935"), "ontvangende_gemeente", "geen vier cijfers"),
        (met("ontvangende_gemeente", "19240"), "ontvangende_gemeente", "geen vier cijfers"),
        (met("ontvangende_gemeente", "١٩٢٤"), "ontvangende_gemeente", "geen vier cijfers"),
        (met("uitvoerder_vsv", "1924"), "uitvoerder_vsv", "geen 00 met vier cijfers"),
        (met("school.brin", "9XAA"), "school.brin", "geen twee cijfers met twee hoofdletters"),
        (met("school.brin", "90xa"), "school.brin", "geen twee cijfers met twee hoofdletters"),
        (met("school.vestiging", "0"), "school.vestiging", "geen twee cijfers"),
        (met("lesuren", "0", dag=1), "verzuimdagen.1.lesuren", "kleiner dan 1"),
        (met("lesuren", "13", dag=1), "verzuimdagen.1.lesuren", "groter dan 12"),
        (met("lesuren", "4,5", dag=1), "verzuimdagen.1.lesuren", "geen geheel getal"),
        (met("lesuren", None, dag=1), "verzuimdagen.1.lesuren", "ontbreekt terwijl de dag geen hele dag is"),
        (met("hele_dag", "X", dag=0), "verzuimdagen.0.hele_dag", "geen J of N"),
    ],
)  # fmt: skip
def test_a_bad_melding_tells_its_field_and_reason(element: etree._Element, veld: str, reden: str) -> None:
    """Field and reason in Dutch; the place is the position in the delivery."""
    onbruikbaar = enige_onbruikbare(levering(element))
    assert (veld, reden, "Verzuimgeval[1], regel 2") == (onbruikbaar.veld, onbruikbaar.reden, onbruikbaar.plek)


@pytest.mark.parametrize(
    ("veld", "waarde", "dag"),
    [
        ("lesuren", "1", 1),
        ("lesuren", "12", 1),
        ("vermoedelijke_reden", "x" * 200, None),
        ("toelichting", "x" * 4000, None),
        ("einddatum", "2024-09-09", None),
        ("begindatum", "1990-01-01", None),
        ("einddatum", "2100-12-31", None),
        ("meldingsnummer", "1" * 18, None),
        ("onderwijsnummer", "000000000", None),
        ("melder.functie", "x" * 60, None),
        ("onderwijsdeelname.naam_opleiding", "x" * 40, None),
        ("laatste_mutatie_tijd", "23:59:59.999", None),
    ],
)
def test_a_value_on_the_bound_is_accepted(veld: str, waarde: str, dag: int | None) -> None:
    """The last allowed value is still a melding."""
    (geval,) = lees_levering(levering(met(veld, waarde, dag)), max_bytes=RUIM).gevallen
    assert isinstance(geval, Verzuimgeval)


@pytest.mark.parametrize("datum", ["0001-01-01", "9999-12-31"])
def test_no_cursor_goes_to_a_year_that_cannot_be(datum: str) -> None:
    """A melding with such a stamp would keep every later one out."""
    gelezen = lees_levering(levering(met("laatste_mutatie_datum", datum)), max_bytes=RUIM)
    assert gelezen.hoogste_stempel is None


def test_no_action_wanted_needs_a_toelichting() -> None:
    """The school says why when the gemeente need not act (Besluit Verzuimmelding, annex)."""
    element = zonder("toelichting")
    blad = element.find(namen.gw(namen.VELDEN["actie_gemeente_gewenst"]))
    assert blad is not None
    blad.text = "N"
    onbruikbaar = enige_onbruikbare(levering(element))
    assert (
        onbruikbaar.veld,
        onbruikbaar.reden,
    ) == ("toelichting", "ontbreekt terwijl geen actie van de gemeente is gewenst")


def test_the_same_whole_day_twice_is_refused() -> None:
    """A whole day counts once; the same day with lesuren twice is DUO's to allow."""
    onbruikbaar = enige_onbruikbare(levering(met_dag("2024-09-09", "J")))
    assert (onbruikbaar.veld, onbruikbaar.reden) == ("verzuimdagen", "dezelfde hele dag staat er twee keer in")
    (geval,) = lees_levering(levering(met_dag("2024-09-10", "N", "2")), max_bytes=RUIM).gevallen
    assert isinstance(geval, Verzuimgeval)


def met_dag(datum: str, hele_dag: str, lesuren: str | None = None) -> etree._Element:
    """The example melding with one more verzuimdag."""
    element = geval_element(voorbeeldgeval())
    melding = element.find(namen.gw("MeldingRelatiefVerzuim"))
    assert melding is not None
    dag = etree.SubElement(melding, namen.gw("Verzuimdag"))
    for veld, tekst in (("datum", datum), ("hele_dag", hele_dag), ("lesuren", lesuren)):
        if tekst is not None:
            etree.SubElement(dag, namen.gw(namen.VERZUIMDAG_VELDEN[veld])).text = tekst
    return element


def test_a_field_that_occurs_twice_is_refused() -> None:
    """Two BSNs in one melding would leave open whom it is about."""
    element = geval_element(voorbeeldgeval())
    groep = element.find(namen.gw("Identificatie"))
    assert groep is not None
    etree.SubElement(groep, namen.gw("BSN")).text = "999990020"
    onbruikbaar = enige_onbruikbare(levering(element))
    assert (onbruikbaar.veld, onbruikbaar.reden) == ("bsn", "komt meer dan eens voor")


def test_an_element_we_do_not_know_is_skipped_with_all_below_it() -> None:
    """DUO may add to its messages; a BSN in a group that is not ours is not the pupil's."""
    element = geval_element(voorbeeldgeval())
    nieuw = etree.SubElement(element, namen.gw("NieuweGroep"))
    namen.voeg_in(nieuw, namen.VELDEN["bsn"], "999990020")
    assert (voorbeeldgeval(),) == lees_levering(levering(element), max_bytes=RUIM).gevallen


def test_one_bad_melding_does_not_hold_up_the_others() -> None:
    """The bad one keeps its number, stamp, place and own XML; the rest is delivered in order."""
    goed = [voorbeeldgeval(meldingsnummer="1"), voorbeeldgeval(meldingsnummer="3")]
    xml = levering(geval_element(goed[0]), met("verzuimsoort", "X9"), geval_element(goed[1]))
    eerste, slecht, laatste = lees_levering(xml, max_bytes=RUIM).gevallen
    assert goed == [eerste, laatste]
    assert isinstance(slecht, OnbruikbaarGeval)
    assert ("7000001", voorbeeldgeval().laatste_mutatie) == (slecht.meldingsnummer, slecht.laatste_mutatie)
    assert slecht.plek == "Verzuimgeval[2], regel 2"
    assert etree.fromstring(slecht.ruw.get_secret_value()).findtext(namen.gw(namen.VELDEN["verzuimsoort"])) == "X9"


@pytest.mark.parametrize("element", [zonder("meldingsnummer"), met("meldingsnummer", "999990019 Jan")])
def test_an_unreadable_meldingsnummer_is_not_repeated(element: etree._Element) -> None:
    """What stands in the place of a number may be anything, so it is not shown."""
    assert enige_onbruikbare(levering(element)).meldingsnummer is None


def test_an_unusable_melding_shows_no_values() -> None:
    """Neither the reasons nor the printed form hold what the melding held."""
    geprint = repr(enige_onbruikbare(levering(met("bsn", "999990018"))))
    assert [woord for woord in ("999990018", "spijbelt", "Proefstraat", "Voorbeeld") if woord in geprint] == []


BOM = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE e [<!ENTITY a "aaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 10) for c in b"bcdefghij")
    + b"]><e>&j;</e>"
)
EXTERN = b'<!DOCTYPE e [<!ENTITY x SYSTEM "http://127.0.0.1:9/lok">]><e>&x;</e>'
KOP = b"<?xml version='1.0' encoding='UTF-8'?>"
GOED = levering(geval_element(voorbeeldgeval()))
DOCTYPE_REDEN = "een DOCTYPE met entiteiten is niet toegestaan (DOCTYPE)"


@pytest.mark.parametrize(
    ("xml", "fout"),
    [
        (GOED[:-20], "bericht: geen welgevormde XML (regel 2, kolom"),
        (b"", "bericht: geen welgevormde XML (regel"),
        (b"<a>\x01</a>", "bericht: geen welgevormde XML (regel 1, kolom"),
        (b"<a>" * 300 + b"</a>" * 300, "bericht: geen welgevormde XML (regel 1, kolom"),
        (b"<e>&nbsp;</e>", "bericht: geen welgevormde XML (regel 1, kolom"),
        (BOM, f"bericht: {DOCTYPE_REDEN}"),
        (EXTERN, f"bericht: {DOCTYPE_REDEN}"),
        (b"\xef\xbb\xbf" + EXTERN, f"bericht: {DOCTYPE_REDEN}"),
        (KOP + b"<!-- <e> --><?pi <e>?>\n" + EXTERN, f"bericht: {DOCTYPE_REDEN}"),
        (b'<!DOCTYPE e SYSTEM "http://127.0.0.1:9/dtd"><e/>', f"bericht: {DOCTYPE_REDEN}"),
        (GOED.replace(b"UTF-8", b"UTF-16"), "bericht: opgegeven codering is niet UTF-8 (XML-kop)"),
        (GOED.replace(b"UTF-8", b"ISO-8859-1"), "bericht: opgegeven codering is niet UTF-8 (XML-kop)"),
        (GOED.decode().encode("latin-1"), "bericht: codering is geen geldige UTF-8 (byte"),
        (GOED.decode().encode("utf-16"), "bericht: codering is geen geldige UTF-8 (byte 0)"),
        (GOED.decode().encode("utf-16-le"), "bericht: codering is geen geldige UTF-8 (byte"),
        (EXTERN.decode().encode("utf-16-le"), "bericht: geen welgevormde XML (regel 1, kolom"),
        (b"<a/>", "Envelope: geen SOAP-bericht met inhoud (bericht)"),
        (GOED.replace(b"soap/envelope/", b"soap/anders/"), "Envelope: geen SOAP-bericht met inhoud (bericht)"),
        (GOED.replace(b"DC0011", b"DC0012"), "DC0011LeveringMeldingRelatiefVerzuim: ontbreekt (Body)"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused_as_a_whole(xml: bytes, fout: str) -> None:
    """Field, reason and place in Dutch, and nothing of the content."""
    with pytest.raises(OngeldigBericht) as gevangen:
        lees_levering(xml, max_bytes=RUIM)
    assert fout == str(gevangen.value)[: len(fout)]


def test_a_text_that_looks_like_a_doctype_is_only_a_text() -> None:
    """A school may write what it likes, as long as it is escaped."""
    geval = voorbeeldgeval(toelichting='<!DOCTYPE e [<!ENTITY x SYSTEM "y">]> &x;')
    assert (geval,) == lees_levering(levering(geval_element(geval)), max_bytes=RUIM).gevallen


@pytest.mark.parametrize(("speling", "past"), [(0, True), (-1, False)])
def test_a_document_over_the_bound_is_refused_by_size(speling: int, past: bool) -> None:
    """Exactly the bound is accepted, one byte more is not."""
    grens = len(GOED) + speling
    try:
        gelezen = bool(lees_levering(GOED, max_bytes=grens).gevallen)
    except OngeldigBericht as fout:
        assert f"bericht: groter dan {grens} bytes (omvang)" == str(fout)
        gelezen = False
    assert past == gelezen


def test_fifty_megabytes_are_refused_without_being_parsed() -> None:
    """Garbage of 50 MB is refused for its size, so nobody looked inside."""
    with pytest.raises(OngeldigBericht, match="groter dan 20000000 bytes"):
        lees_levering(b"<" * 50_000_000, max_bytes=20_000_000)


@pytest.mark.parametrize("lees", [lees_levering, lees_bevestiging])
def test_a_refusal_of_duo_is_an_error_with_its_code(lees: Callable[..., object]) -> None:
    """DC0002 gives its code; DUO's own words may repeat what we sent and stay secret."""
    xml = dc0002(namen.MUTATIE, document_id="D2", code="GEWIJZIGD_SINDS", omschrijving="BSN 999990019 onbekend")
    with pytest.raises(DuoFoutmelding) as gevangen:
        lees(xml, max_bytes=RUIM)
    assert (gevangen.value.code, str(gevangen.value)) == ("GEWIJZIGD_SINDS", "DUO weigert: code GEWIJZIGD_SINDS")
    assert gevangen.value.omschrijving.get_secret_value() == "BSN 999990019 onbekend"


def test_a_refusal_code_that_is_no_code_is_not_shown() -> None:
    """Text in the place of a code may be about a person."""
    xml = dc0002(namen.MUTATIE, document_id="D2", code="leerling 999990019", omschrijving="x")
    with pytest.raises(DuoFoutmelding, match=r"^DUO weigert: code onbekend$"):
        lees_levering(xml, max_bytes=RUIM)


def test_a_soap_fault_is_a_refusal_too() -> None:
    """The Fault code says who is to blame."""
    with pytest.raises(DuoFoutmelding, match=r"^DUO weigert: code soap:Client$"):
        lees_bevestiging(soap_fault("Client", "certificaat onbekend"), max_bytes=RUIM)


def test_a_confirmation_carries_the_new_stamp() -> None:
    """DatumBedrijfsdocument of DC0001 is the new version of the melding."""
    stempel = datetime.fromisoformat("2024-09-16T12:00:00.003")
    bevestiging = lees_bevestiging(dc0001(document_id="D3", stempel=stempel), max_bytes=RUIM)
    assert (stempel, "D3") == tuple(bevestiging)


def test_a_confirmation_without_a_stamp_is_no_confirmation() -> None:
    """Without the new version we could not report on this melding again."""
    xml = dc0001(document_id="D3", stempel=datetime.fromisoformat("2024-09-16T00:00:00")).replace(
        b"2024-09-16T00:00:00.000", b"vandaag"
    )
    with pytest.raises(OngeldigBericht, match=r"^DatumBedrijfsdocument: geen geldig tijdstip \(DC0001Bevestiging\)$"):
        lees_bevestiging(xml, max_bytes=RUIM)


def test_the_request_for_changes_reads_back_as_it_was_meant() -> None:
    """DC0010 carries the uitvoerder and the cursor to the millisecond."""
    stempel = datetime.fromisoformat("2024-09-16T09:30:15.250")
    xml = vraag_wijzigingen("001924", Selectie.vanaf(stempel), opgemaakt=OPGEMAAKT)
    assert Aanvraag("001924", stempel) == lees_verzoek(xml)


def test_the_status_message_reads_back_as_it_was_meant() -> None:
    """The mutation carries the version seen, the status and whom the school may call."""
    terugmelding = voorbeeldterugmelding(voorbeeldgeval())
    gelezen = lees_verzoek(bouw_mutatie("001924", terugmelding, opgemaakt=OPGEMAAKT))
    assert isinstance(gelezen, Mutatie)
    assert gelezen.velden == {
        "meldingsnummer": "7000001",
        "status": "B",
        "contactpersoon.naam": "L. Ambtenaar",
        "contactpersoon.functie": "leerplichtambtenaar",
        "contactpersoon.telefoon_netnummer": "010",
        "contactpersoon.telefoon_abonneenummer": "5550199",
        "contactpersoon.email": "leerplicht@gemeente.example",
        "laatste_mutatie_datum": "2024-09-16",
        "laatste_mutatie_tijd": "09:30:15.250",
    }
    assert ("001924", terugmelding.laatste_mutatie) == (gelezen.uitvoerder, gelezen.gezien)


def test_a_repeated_request_is_recognisably_the_same() -> None:
    """The document id follows from the content, not from the moment of sending."""
    terugmelding = voorbeeldterugmelding(voorbeeldgeval())
    eerste, tweede = (
        etree.fromstring(bouw_mutatie("001924", terugmelding, opgemaakt=moment)).findtext(
            f".//{namen.gw(namen.DOCUMENT_ID)}"
        )
        for moment in (OPGEMAAKT, datetime.fromisoformat("2024-09-17T00:00:00"))
    )
    assert eerste == tweede


@pytest.mark.parametrize(
    ("code", "toont"),
    [
        ("GEWIJZIGD_SINDS", "GEWIJZIGD_SINDS"),
        ("X1", "X1"),
        ("soap:Server", "soap:Server"),
        ("soap:Client.Authentication", "soap:Client.Authentication"),
        ("soap:Client.Proefman", "soap:Client"),
        ("soap:Proefman", "onbekend"),
        ("Proefman", "onbekend"),
        ("999990019", "onbekend"),
        ("BSN999990019", "onbekend"),
    ],
)
def test_a_code_that_may_be_a_person_is_not_shown(code: str, toont: str) -> None:
    """DUO's code goes into errors and logs; only what looks like a code does."""
    assert toont == DuoFoutmelding(code, None).code
