"""Whatever happens to a jongere, in whatever order: what always holds of zaken."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from contracts.codes import Besluitsoort, Fase, HaltAfloop, Verzuimsoort
from contracts.events.halt import HaltAfloopOntvangen
from contracts.events.personen import JongereOverleden, JongereVerhuisd, JongereVertrokken, Vertreksoort
from contracts.events.verzuim import StartkwalificatieGewijzigd, VerzuimmeldingIngetrokken
from hub.errors import Ongeldig
from services.cases.besluiten import NeemBesluit, StelFeitenVast
from services.cases.leeftijd import ToetsLeeftijd
from services.cases.levensloop import ZetFase
from services.cases.model import Dossier, Zaak
from services.cases.zaakleven import Afsluitreden, Heropenreden, HeropenZaak, SluitZaak
from tests.unit.cases.leven import ANDER, BUITEN, POLDER, doe
from tests.unit.cases.voorbeelden import AFSPRAAK, GEMEENTE, GESPREK, LPA, NU, dossier, melding

GEMEENTEN = st.sampled_from([GEMEENTE, POLDER])
SOORTEN = st.sampled_from([Verzuimsoort.OVERIG, Verzuimsoort.LUXE, Verzuimsoort.ZESTIEN_UUR, Verzuimsoort.LANGDURIG])
BESLUITEN = st.sampled_from(
    [
        {"soort": Besluitsoort.AKKOORD, "gesprek_op": GESPREK, "afspraken": (AFSPRAAK,)},
        {"soort": Besluitsoort.AFWIJKEN, "in_plaats": "brief_zonder_vervolg"},
        {"soort": Besluitsoort.AFWIJKEN, "in_plaats": "proces_verbaal"},
    ]
)
FEITEN = st.sampled_from(
    [{"gesprek_datum": "2026-09-14"}, {"verzuim_gestopt": True}, {"oordeel": "ongeoorloofd"}, {"zorgleerling": True}]
)


def _bewaard(zaak: Zaak) -> Zaak:
    """A closed zaak without what it may still hear: about its meldingen, and how Halt ended."""
    feiten = {naam: feit for naam, feit in zaak.feiten.items() if naam != "halt_status"}
    return zaak.met(meldingen={}, taken=(), feiten=feiten, revisie=0, leeftijdstoets=None)


class Leven(RuleBasedStateMachine):
    """One jongere who turns eighteen in the course of it."""

    def __init__(self) -> None:
        """Born so that the birthday lies ahead."""
        super().__init__()
        self.staat: Dossier = dossier(date(2008, 10, 1))
        self.now: datetime = NU

    def gebeurt(self, data: Any, gemeente: str = GEMEENTE) -> None:
        """Lets something happen, and looks at what must hold between before and after."""
        voor = replace(self.staat, nieuw=(), gewijzigd=frozenset())
        try:
            na, _ = doe(voor, data, self.now, gemeente)
        except Ongeldig:
            return
        regels = {r.zaak_id for r in na.nieuw}
        for zaak_id, zaak in na.zaken.items():
            was = voor.zaken.get(zaak_id)
            if was == zaak:
                continue
            assert zaak_id in na.gewijzigd, "a change that is not stored"
            kaal = None if was is None else was.met(leeftijdstoets=zaak.leeftijdstoets)
            assert kaal == zaak or zaak_id in regels, f"{type(data).__name__} changed a zaak without a line"
            assert was is None or kaal == zaak or zaak.revisie > was.revisie
            if was is not None and not was.is_open and not zaak.is_open:
                heropend = [r for r in na.nieuw if r.zaak_id == zaak_id and r.wat == "zaak_heropend"]
                ander = isinstance(data, JongereVerhuisd) and data.herindeling
                assert heropend or ander or _bewaard(was) == _bewaard(zaak), f"{type(data).__name__} changed what ended"
        assert voor.zaken.keys() <= na.zaken.keys()
        kenmerken = [(z.zaaksoort, z.schooljaar, z.gemeente) for z in na.zaken.values() if z.is_open]
        assert len(kenmerken) == len(set(kenmerken)), f"{type(data).__name__} made a second open zaak"
        self.staat = na

    def een(self, data: st.DataObject) -> Zaak | None:
        """Some zaak there is."""
        return data.draw(st.sampled_from(list(self.staat.zaken.values()))) if self.staat.zaken else None

    @rule(nummer=st.integers(1, 5), soort=SOORTEN, gemeente=GEMEENTEN, uren=st.integers(1, 40))
    def gemeld(self, nummer: int, soort: Verzuimsoort, gemeente: str, uren: int) -> None:
        self.gebeurt(melding(nummer, soort, lesuren=uren), gemeente)

    @rule(nummer=st.integers(1, 5))
    def ingetrokken(self, nummer: int) -> None:
        self.gebeurt(VerzuimmeldingIngetrokken(meldingsnummer=str(nummer), laatste_mutatie=NU.replace(tzinfo=None)))

    @rule(data=st.data(), feiten=FEITEN)
    def vastgesteld(self, data: st.DataObject, feiten: dict[str, Any]) -> None:
        if zaak := self.een(data):
            self.gebeurt(StelFeitenVast(zaak.zaak_id, LPA, feiten))

    @rule(data=st.data(), besluit=BESLUITEN)
    def besloten(self, data: st.DataObject, besluit: dict[str, Any]) -> None:
        if voorstellen := [v for z in self.staat.zaken.values() for v in z.voorstellen.values() if v.status.wacht]:
            een = data.draw(st.sampled_from(voorstellen))
            self.gebeurt(NeemBesluit(een.voorstel_id, medewerker=LPA, motivering="x", **besluit))

    @rule(data=st.data(), afloop=st.sampled_from(HaltAfloop))
    def halt(self, data: st.DataObject, afloop: HaltAfloop) -> None:
        if zaak := self.een(data):
            self.gebeurt(
                HaltAfloopOntvangen(zaak_id=zaak.zaak_id, verwijzing_id=ANDER, afloop=afloop, datum=self.now.date())
            )

    @rule(nummer=st.integers(1, 5))
    def naar_halt(self, nummer: int) -> None:
        """A whole course: by single steps it is seldom reached."""
        self.gemeld(nummer, Verzuimsoort.ZESTIEN_UUR, GEMEENTE, 16)
        for zaak in list(self.staat.zaken.values()):
            for een in [v for v in zaak.voorstellen.values() if v.status.wacht][:1]:
                self.gebeurt(NeemBesluit(een.voorstel_id, Besluitsoort.AKKOORD, LPA, gesprek_op=GESPREK))
                afloop = {"afloop": HaltAfloop.POSITIEF, "datum": self.now.date()}
                self.gebeurt(HaltAfloopOntvangen(zaak_id=zaak.zaak_id, verwijzing_id=ANDER, **afloop))

    @rule(data=st.data(), reden=st.sampled_from(Afsluitreden))
    def gesloten(self, data: st.DataObject, reden: Afsluitreden) -> None:
        if zaak := self.een(data):
            self.gebeurt(SluitZaak(zaak.zaak_id, LPA, reden))

    @rule(data=st.data(), reden=st.sampled_from(Heropenreden))
    def heropend(self, data: st.DataObject, reden: Heropenreden) -> None:
        if zaak := self.een(data):
            self.gebeurt(HeropenZaak(zaak.zaak_id, LPA, reden))

    @rule(data=st.data(), fase=st.sampled_from(Fase), beoordeeld=st.booleans())
    def gefaseerd(self, data: st.DataObject, fase: Fase, beoordeeld: bool) -> None:
        if zaak := self.een(data):
            self.gebeurt(ZetFase(zaak.zaak_id, LPA, fase, beoordeeld))

    @rule(van=GEMEENTEN, naar=st.sampled_from([GEMEENTE, POLDER, BUITEN]), herindeling=st.booleans())
    def verhuisd(self, van: str, naar: str, herindeling: bool) -> None:
        self.gebeurt(JongereVerhuisd(van_gemeente=van, naar_gemeente=naar, herindeling=herindeling), naar)

    @rule(soort=st.sampled_from(Vertreksoort))
    def vertrokken(self, soort: Vertreksoort) -> None:
        self.gebeurt(JongereVertrokken(vertreksoort=soort))

    @rule(behaald=st.booleans())
    def startkwalificatie(self, behaald: bool) -> None:
        self.gebeurt(StartkwalificatieGewijzigd(startkwalificatie=behaald))

    @rule(dagen=st.integers(1, 20))
    def later(self, dagen: int) -> None:
        self.now += timedelta(days=dagen)
        for zaak_id in list(self.staat.zaken):
            self.gebeurt(ToetsLeeftijd(zaak_id))

    @rule()
    def overleden(self) -> None:
        self.gebeurt(JongereOverleden())
        assert not [z for z in self.staat.zaken.values() if z.is_open]


Leven.TestCase.settings = settings(
    max_examples=40, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLeven = Leven.TestCase
