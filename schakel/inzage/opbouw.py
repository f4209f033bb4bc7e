"""From rows to groups that can be read; what may not be shown is counted per category. Pure.

A row of a table that nobody described goes to the group of its table laid out as it is, or to `overig`: a new table
never falls out of an inzage.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from hub.bewaartermijnen import Bewaartermijnen
from schakel.inzage.afscherming import Eigendom, afgeschermd
from schakel.inzage.bouwstenen import aanwezig, is_leeg, leg_uit, tabel, veld, velden
from schakel.inzage.lezen import Gelezen, Rij
from schakel.inzage.model import Onderdeel, Soort
from schakel.inzage.woorden import Woorden, groepen, leesbaar, toon
from services.brp_sync.model import Persoon

_TECHNISCH: Final = frozenset({"jongere_id", "revisie", "versie", "geheim_zonder_code", "wie", "bericht", "subject"})
_MELDER: Final = frozenset({"melder"})


@dataclass
class Bouwplaats:
    """Groups in the making."""

    gelezen: Gelezen
    woorden: Woorden
    gemeenten: Collection[str]
    """Of which data are shown: those the official works for."""
    aan_jongere: bool = True
    """Whether it is for the jongere; a geheim adres goes to nobody else."""
    termijnen: Bewaartermijnen = field(default_factory=Bewaartermijnen.load)
    delen: dict[str, list[Onderdeel]] = field(default_factory=dict)
    weg: Counter[str] = field(default_factory=Counter)
    zichtbaar: tuple[Rij, ...] = field(init=False, repr=False)
    """The rows that may be shown, without what may not (`afscherming`)."""
    persoon: Persoon | None = field(init=False, repr=False)
    """Whom it is about; None when the BRP data are of another gemeente."""

    def __post_init__(self) -> None:
        eigendom = Eigendom.uit(self.gelezen.rijen, self.gemeenten)
        self.zichtbaar = afgeschermd(self.gelezen, eigendom, aan_jongere=self.aan_jongere, weg=self.weg)
        self.persoon = self.gelezen.persoon if eigendom.hier_woonachtig else None

    def zet(self, groep: str, *delen: Onderdeel | None) -> None:
        """Adds parts to a group."""
        self.delen.setdefault(groep, []).extend(d for d in aanwezig(*delen) if not is_leeg(d))

    def rijen(self, service: str, naam: str) -> list[Mapping[str, Any]]:
        """The rows of a table that may be shown."""
        return [r.waarden for r in self.zichtbaar if (r.service, r.tabel.naam) == (service, naam)]


def bouw(gelezen: Gelezen, woorden: Woorden, gemeenten: Collection[str], *, aan_jongere: bool = True) -> Bouwplaats:
    """Everything, in groups."""
    plek = Bouwplaats(gelezen, woorden, gemeenten, aan_jongere)
    gezien = {("cases", "dossier"), ("cases", "tijdlijn")}
    for (service, naam), maak in _BOUWERS.items():
        gezien.add((service, naam))
        maak(plek)
    _dossier(plek)
    _berichten(plek)
    _logboek(plek)
    _rest(plek, gezien)
    return plek


def _persoon(plek: Bouwplaats) -> None:
    for rij in plek.rijen("brp_sync", "jongere"):
        persoon = dict(rij.get("gegevens") or {})
        persoon["ouders"] = [_zonder_bsn(plek, o) for o in persoon.get("ouders") or ()]
        persoon["gezag"] = [
            {**g, "houders": [_zonder_bsn(plek, h) for h in g.get("houders") or ()]} for g in persoon.get("gezag") or ()
        ]
        plek.zet("persoon", leg_uit("Uw gegevens in de BRP", persoon, _TECHNISCH | {"onbekend"}))


def _zonder_bsn(plek: Bouwplaats, ander: Mapping[str, Any]) -> dict[str, Any]:
    plek.weg["gegevens_van_anderen"] += ander.get("bsn") is not None
    return {k: v for k, v in ander.items() if k != "bsn"}


def _meldingen(plek: Bouwplaats) -> None:
    for rij in plek.rijen("ingest_duo", "melding"):
        inhoud = rij.get("inhoud") or {}
        plek.weg["gegevens_van_anderen"] += bool(inhoud.get("melder"))
        deel = leg_uit(f"Melding {rij['meldingsnummer']}", inhoud, _MELDER | {"bsn", "onderwijsnummer"})
        overig = velden(rij, {*_TECHNISCH, "inhoud", *inhoud, "verhuist", "verzwegen"})
        plek.zet("meldingen", deel.model_copy(update={"velden": (*deel.velden, *overig)}))
    status = [
        (r["meldingsnummer"], r["op"], leesbaar(r["stand"]), r["reden"], r["toelichting"], r["medewerker"])
        for r in plek.rijen("ingest_duo", "statusmelding")
    ]
    kolommen = ("Melding", "Wanneer", "Wat", "Reden", "Toelichting", "Door")
    plek.zet("meldingen", tabel("Wat DUO van de gemeente hoorde", kolommen, status))


def _zaken(plek: Bouwplaats) -> None:
    lijnen: dict[UUID, list[Mapping[str, Any]]] = {}
    for r in plek.rijen("cases", "tijdlijn"):
        lijnen.setdefault(r["zaak_id"], []).append(r)
    for rij in sorted(plek.rijen("cases", "zaak"), key=lambda r: r["geopend_op"]):
        plek.zet("zaken", _zaak(plek, rij["inhoud"], lijnen.get(rij["zaak_id"], [])))


def _zaak(plek: Bouwplaats, zaak: Mapping[str, Any], lijnen: Sequence[Mapping[str, Any]]) -> Onderdeel:
    """One zaak; fields that nobody described are laid out behind the others."""
    beschreven = {"meldingen", "feiten", "voorstellen", "termijnen", "taken"}
    basis = leg_uit("", zaak, _TECHNISCH | beschreven)
    w = plek.woorden
    meldingen = [leg_uit(f"Melding {nummer}", m) for nummer, m in (zaak.get("meldingen") or {}).items()]
    taken = tabel("Wat er te doen is", ("Taak",), [(w.uitkomst(t),) for t in zaak.get("taken") or ()])
    termijnen = tabel(
        "Termijnen",
        ("Waarvoor", "Uiterlijk", "Stand"),
        [(w.termijn(t["naam"]), t["uiterlijk"], leesbaar(t["status"])) for t in (zaak.get("termijnen") or {}).values()],
    )
    tijdlijn = tabel(
        "Tijdlijn",
        ("Wanneer", "Wat", "Toelichting", "Door"),
        [(r["op"], leesbaar(r["wat"]), _toelichting(plek, r["toelichting"]), toon(r["door"], "door")) for r in lijnen],
    )
    return Onderdeel(
        titel=f"Zaak over {leesbaar(zaak['zaaksoort']).lower()}, schooljaar {zaak['schooljaar']}",
        velden=basis.velden,
        onderdelen=(
            *aanwezig(_feiten(plek, zaak.get("feiten") or {})),
            *_voorstellen(plek, zaak.get("voorstellen") or {}),
            *aanwezig(termijnen, taken, tijdlijn),
            *meldingen,
            *basis.onderdelen,
        ),
    )


def _toelichting(plek: Bouwplaats, tekst: str) -> str:
    """What the code of a timeline line means: a step, or the names of facts or a term."""
    boek, delen = plek.woorden.boek, tekst.split(", ")
    if tekst in boek.woorden.uitkomsten:
        return plek.woorden.uitkomst(tekst)
    if tekst in boek.woorden.termijnen:
        return plek.woorden.termijn(tekst)
    if all(naam in boek.feiten.definities for naam in delen):
        return "; ".join(plek.woorden.feit(naam) for naam in delen)
    return tekst.replace("_", " ")


def _feiten(plek: Bouwplaats, feiten: Mapping[str, Any]) -> Onderdeel | None:
    getoond = tuple(veld(n, w, plek.woorden.feit(n)) for n, w in feiten.items() if w is not None)
    return Onderdeel(titel="Wat is vastgesteld", velden=getoond) if getoond else None


def _voorstellen(plek: Bouwplaats, voorstellen: Mapping[str, Mapping[str, Any]]) -> list[Onderdeel]:
    delen = []
    for v in voorstellen.values():
        waarom = tabel(
            "Waarom", ("Reden", "Regel", "Bron"), [(u["waarom"], u["regel"], u["bron"]) for u in v["uitleg"]]
        )
        besluit = leg_uit("Besluit", v["besluit"]) if v.get("besluit") else None
        rest = leg_uit("", v, _TECHNISCH | {"uitleg", "besluit", "uitkomst"})
        delen.append(
            Onderdeel(
                titel=f"Voorstel: {plek.woorden.uitkomst(v['uitkomst'])}",
                velden=rest.velden,
                onderdelen=(*aanwezig(waarom, besluit), *rest.onderdelen),
            )
        )
    return delen


def _dossier(plek: Bouwplaats) -> None:
    """What holds for the jongere and not for one zaak: consents, information, rights."""
    for rij in plek.rijen("cases", "dossier"):
        persoon = dict(rij["persoon"])
        privacy = dict(persoon.pop("privacy", {}))
        rechten = dict(privacy.pop("rechten", {}))
        if privacy.get("beperkt_sinds"):
            rechten["beperkt_sinds"] = privacy.pop("beperkt_sinds")
        plek.zet("toestemmingen", *(_toestemming(plek, t) for t in privacy.pop("toestemmingen", ())))
        plek.zet("toestemmingen", leg_uit("Uitleg vooraf en wie bericht krijgt", privacy))
        plek.zet("verzoeken", leg_uit("Verzoeken en verbeteringen", rechten))
        plek.zet("zaken", leg_uit("Wat voor al uw zaken geldt", persoon, _TECHNISCH))


def _toestemming(plek: Bouwplaats, t: Mapping[str, Any]) -> Onderdeel:
    titel = f"Toestemming voor {plek.woorden.element(t['element'])}, aan {leesbaar(t['ontvanger']).lower()}"
    return leg_uit(titel, t, _TECHNISCH)


def _brieven(plek: Bouwplaats) -> None:
    afspraken = {r["brief_id"]: r["inhoud"] for r in plek.rijen("cases", "afspraken")}
    for r in plek.rijen("letters", "brief"):
        titel = f"{leesbaar(r['briefsoort'])}, aan {r['adressaat']}"
        plek.zet("brieven", Onderdeel(titel=titel, velden=velden(r, _TECHNISCH | {"briefsoort", "adressaat"})))
    for inhoud in afspraken.values():
        plek.zet("brieven", tabel("Afspraken in een brief", ("Afspraak",), [(a,) for a in inhoud]))


def _verstrekkingen(plek: Bouwplaats) -> None:
    w = plek.woorden
    for r in sorted(plek.rijen("cases", "verstrekking"), key=lambda r: r["besloten_op"]):
        weggelaten = r["weggelaten"] or {}
        bijzonder = {
            "wat_is_gegeven": ", ".join(w.element(e) for e in r["doorgelaten"]),
            "wat_was_gevraagd": ", ".join(w.element(e) for e in r["gevraagd"]),
            "niet_gegeven": "; ".join(f"{w.element(e)}: {w.reden(c)}" for e, c in dict(weggelaten).items()),
            "eerst_nodig": "; ".join(w.vereist(v) for v in r["vereist"]),
            "geweigerd_omdat": w.reden(r["weigering"]) if r["weigering"] else None,
        }
        titel = f"{leesbaar(r['ontvanger'])}, {toon(r['besloten_op'])}"
        rest = velden(r, _TECHNISCH | {"doorgelaten", "gevraagd", "weggelaten", "weigering", "vereist"})
        plek.zet("verstrekkingen", Onderdeel(titel=titel, velden=(*velden(bijzonder), *rest)))
    intern = [(r["op"], r["aanvrager"], leesbaar(r["doel"])) for r in plek.rijen("brp_sync", "verstrekking")]
    kolommen = ("Wanneer", "Onderdeel", "Waarvoor")
    plek.zet("verstrekkingen", tabel("Binnen Schakel: wie om uw BRP-gegevens vroeg", kolommen, intern))


def _inzagen(plek: Bouwplaats) -> None:
    rows = [(r["op"], r["soort"], r["vorm"], r["medewerker"]) for r in plek.rijen("cases", "inzage")]
    plek.zet("verzoeken", tabel("Overzichten die zijn gemaakt", ("Wanneer", "Soort", "Vorm", "Door"), rows))


def _bevragingen(plek: Bouwplaats) -> None:
    rows = [
        (r["op"], leesbaar(r["doel"]), ", ".join(leesbaar(v).lower() for v in r["velden"]), r["systeem"], r["uitkomst"],
         r["bewaren_tot"])
        for r in plek.rijen("brp_sync", "bevraging")
    ]  # fmt: skip
    kolommen = ("Wanneer", "Waarvoor", "Gegevens", "Systeem", "Uitkomst", "Bewaren tot")
    plek.zet("bevragingen", tabel("Vragen aan de BRP", kolommen, rows))


def _berichten(plek: Bouwplaats) -> None:
    """What is not handled yet: facts only, because the content may be about others too."""
    for rij in plek.zichtbaar:
        naam = rij.tabel.naam
        if naam in ("quarantaine", "inkomend", "levering_blok"):
            plek.weg["gegevens_van_anderen"] += 1
            titel = f"{hoofdtitel(naam)} ({rij.service})"
            plek.zet("quarantaine", Onderdeel(titel=titel, velden=velden(rij.waarden, _TECHNISCH)))
        elif naam == "wachtrij":
            plek.zet("quarantaine", Onderdeel(titel=f"Wacht in {rij.service}", velden=velden(rij.waarden, _TECHNISCH)))


def hoofdtitel(naam: str) -> str:
    """What a table of messages holds."""
    return {"quarantaine": "Bericht met een fout", "inkomend": "Bericht dat binnenkwam"}.get(naam, "Bestand van DUO")


def _logboek(plek: Bouwplaats) -> None:
    outbox = [r for r in plek.zichtbaar if r.tabel.naam == "outbox"]
    rows = sorted((r.waarden["op"], r.service, _gebeurtenis(r)) for r in outbox)
    getoond = [(op, toon(service, "door"), wat) for op, service, wat in rows]
    plek.zet("logboek", tabel("Gebeurtenissen", ("Wanneer", "Onderdeel", "Wat"), getoond))
    standen = [
        (toon(r.service, "door"), r.waarden["geschreven"], sum(dict(r.waarden["gelezen"]).values()))
        for r in plek.zichtbaar
        if r.tabel.naam == "stand"
    ]
    kolommen = ("Onderdeel", "Berichten verstuurd", "Berichten gelezen")
    plek.zet("logboek", tabel("Hoe ver elk onderdeel is", kolommen, standen))


def _gebeurtenis(rij: Rij) -> str:
    return leesbaar(str(rij.waarden["subject"]).split(".")[1])


_BOUWERS: Final[Mapping[tuple[str, str], Callable[[Bouwplaats], None]]] = {
    ("brp_sync", "jongere"): _persoon,
    ("ingest_duo", "melding"): _meldingen,
    ("ingest_duo", "statusmelding"): lambda plek: None,
    ("cases", "zaak"): _zaken,
    ("letters", "brief"): _brieven,
    ("cases", "afspraken"): lambda plek: None,
    ("cases", "verstrekking"): _verstrekkingen,
    ("brp_sync", "verstrekking"): lambda plek: None,
    ("cases", "inzage"): _inzagen,
    ("brp_sync", "bevraging"): _bevragingen,
}
_APART: Final = frozenset({"quarantaine", "inkomend", "levering_blok", "wachtrij", "outbox", "stand"})


def _rest(plek: Bouwplaats, gezien: Collection[tuple[str, str]]) -> None:
    """Tables without a builder, in the group that names them; stands of a jongere that was never here are no data."""
    waar = {tabel: code for code, groep in groepen()["groepen"].items() for tabel in groep["tabellen"]}
    dubbel = set(groepen()["dubbel"])
    namen: Iterable[tuple[str, str]] = dict.fromkeys((r.service, r.tabel.naam) for r in plek.zichtbaar)
    for service, naam in namen:
        key = f"{service}.{naam}"
        if (service, naam) in gezien or naam in _APART or key in dubbel:
            continue
        groep = waar.get(key) or waar.get(naam) or "overig"
        for rij in plek.rijen(service, naam):
            plek.zet(groep, leg_uit(leesbaar(naam), rij, _TECHNISCH))


def op_toestemming(plek: Bouwplaats) -> None:
    """Leaves only what was given on a consent that still stands (AVG art. 20; convenant fn 30)."""
    gegeven = [
        t
        for rij in plek.rijen("cases", "dossier")
        for t in rij["persoon"].get("privacy", {}).get("toestemmingen", ())
        if t["stand"] == "gegeven"
    ]
    elementen = {t["element"] for t in gegeven}
    afspraken = plek.delen.get("brieven", []) if "afspraken" in elementen else []
    persoon = plek.persoon
    waarden: dict[str, Any] = {}
    if persoon is not None and "naam" in elementen:
        waarden["naam"] = persoon.volledige_naam().get_secret_value()
    if persoon is not None and "geboortedatum" in elementen and persoon.geboortedatum is not None:
        waarden["geboortedatum"] = persoon.geboortedatum.get_secret_value()
    geheim = plek.weg["geheim_adres"] if elementen & {"adres_woonplaats", "telefoon_email"} else 0
    if (
        persoon is not None
        and "adres_woonplaats" in elementen
        and (plek.aan_jongere or not persoon.heeft_geheimhouding)
    ):
        waarden["adres"] = ", ".join(r.get_secret_value() for r in persoon.adresregels())
    if "telefoon_email" in elementen:
        telefoons = [
            (r.get("inhoud") or {}).get("telefoon_leerling_of_ouder") for r in plek.rijen("ingest_duo", "melding")
        ]
        waarden["telefoon_leerling_of_ouder"] = sorted({t for t in telefoons if t})
    plek.delen = {
        "toestemmingen": [_toestemming(plek, t) for t in gegeven],
        "persoon": [leg_uit("Gegevens die u met toestemming gaf", waarden)] if waarden else [],
        "brieven": [d for d in afspraken if d.titel == "Afspraken in een brief"],
    }
    plek.weg = Counter(geheim_adres=geheim, andere_gemeente=int(persoon is not plek.gelezen.persoon))


__all__ = ["Bouwplaats", "Soort", "bouw", "op_toestemming"]
