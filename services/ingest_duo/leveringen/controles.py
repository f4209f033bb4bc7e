"""The checks of a row, as polars expressions over a whole chunk: fast, and still one reason per row.

Each check is (field, reason, expression that is true for a bad row). The first one that is true is the reason a row
gets. `verwerk` turns a chunk of text into typed columns, with the number of that check in column `fout`.
"""

from collections.abc import Callable, Collection
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from services.ingest_duo.leveringen.kaart import CODES, DATUMS, Kaart
from services.ingest_duo.leveringen.model import Leveringsoort, Mutatiesoort

if TYPE_CHECKING:
    import polars as pl

_VORMEN: Final = {
    "onderwijsnummer": (r"^[0-9]{9}$", "telt geen negen cijfers"),
    "gemeente": (r"^[0-9]{4}$", "is geen gemeentecode van vier cijfers"),
    "brin": (r"^[0-9]{2}[A-Z]{2}$", "heeft niet de vorm van een BRIN: twee cijfers, twee hoofdletters"),
    "vestiging": (r"^[0-9]{2}$", "telt geen twee cijfers"),
    "brin_vestiging": (r"^[0-9]{2}[A-Z]{2}[0-9]{2}$", "heeft niet de vorm van een BRIN met vestiging"),
    "niveau": (r"^[A-Za-z][A-Za-z0-9 _-]{0,59}$", "is geen code"),
    "volgnummer": (r"^[A-Za-z0-9]{1,20}$", "is geen nummer van ten hoogste 20 tekens"),
}
BUITEN = "deze gemeente hoort niet bij deze installatie"
_ELFPROEF = "telt geen negen cijfers of voldoet niet aan de elfproef"
_VROEGSTE, _LAATSTE = date(1900, 1, 1), date(2100, 1, 1)
_ALS_DATUM: Final = {"%Y": 4, "%m": 2, "%d": 2}
_MET_INSCHRIJVING: Final = (
    Mutatiesoort.INSCHRIJVING_TOEGEVOEGD, Mutatiesoort.INSCHRIJVING_GEWIJZIGD, Mutatiesoort.INSCHRIJVING_VERWIJDERD,
)  # fmt: skip


class Controle(NamedTuple):
    """One way in which a row can be bad."""

    veld: str
    reden: str
    fout: "pl.Expr"


class Rijvorm:
    """From raw fields to typed columns, and the checks on both, for one layout."""

    def __init__(self, kaart: Kaart, gemeenten: Collection[str] | None) -> None:
        self._kaart = kaart
        self._gemeenten = gemeenten
        self.controles: list[Controle] = [Controle("rij", _vorm_van_de_rij(kaart), _col("_vorm").not_())]
        self._per_veld()
        self._samenhang()

    def verwerk(self, ruw: "pl.DataFrame") -> "pl.DataFrame":
        """Typed columns of all fields, `rij`, `ruw`, and `fout`: the number of the first check that failed, or null.

        `ruw` has columns `rij`, `ruw`, `_vorm` and one text column per field of the layout, empty as null.
        """
        import polars as pl

        getypt = ruw.with_columns([self._waarde(veld) for veld in self._kaart.velden]).with_columns(
            [self._afgeleid(veld) for veld in KOLOMMEN if veld not in {*self._kaart.velden, *ruw.columns}]
        )
        eerste = pl.coalesce(
            [pl.when(c.fout.fill_null(False)).then(pl.lit(n, pl.UInt8)) for n, c in enumerate(self.controles)]
        )
        return getypt.select("rij", "ruw", *KOLOMMEN, eerste.alias("fout"), self._nummer_goed().alias("bekend"))

    def _waarde(self, veld: str) -> "pl.Expr":
        """The typed column beside the text, which keeps the name `<veld>_tekst`."""
        import polars as pl

        tekst = _tekst(veld)
        if veld in DATUMS:
            return tekst.str.strptime(pl.Date, self._kaart.datumvorm, strict=False, exact=True).alias(veld)
        if veld in CODES:
            codes = self._kaart.codes[veld]
            kind = pl.Boolean if isinstance(next(iter(codes.values())), bool) else pl.String
            return tekst.replace_strict(codes, default=None, return_dtype=kind).alias(veld)
        if veld == "niveau":
            return tekst.str.to_lowercase().str.replace_all(r"[ -]", "_").alias(veld)
        return tekst.alias(veld)

    def _afgeleid(self, veld: str) -> "pl.Expr":
        import polars as pl

        if veld in ("brin", "vestiging") and "brin_vestiging" in self._kaart.velden:
            return _col("brin_vestiging").str.slice(*((0, 4) if veld == "brin" else (4, 2))).alias(veld)
        kind = pl.Date if veld in DATUMS else pl.Boolean if True in CODES.get(veld, ()) else pl.String
        return pl.lit(None, kind).alias(veld)

    def _nummer_goed(self) -> "pl.Expr":
        """Whether a row is about a person of ours who is known for certain, be the rest of the row good or not."""
        import polars as pl

        nummers = ("rij", "bsn", "onderwijsnummer")
        slecht = [c.fout.fill_null(False) for c in self.controles if c.veld in nummers or c.reden == BUITEN]
        return ~pl.any_horizontal(slecht)

    def _fout(self, veld: str, reden: str, fout: "pl.Expr") -> None:
        self.controles.append(Controle(veld, reden, fout))

    def _per_veld(self) -> None:
        regels: dict[str, Callable[[str], None]] = {"bsn": self._bsn, "gemeente": self._gemeente}
        nummers = [v for v in ("bsn", "onderwijsnummer") if v in self._kaart.velden]
        for veld in nummers + [v for v in self._kaart.velden if v not in nummers]:
            if self._kaart.velden[veld].verplicht:
                self._fout(veld, "ontbreekt", _tekst(veld).is_null())
            if veld in DATUMS:
                self._datum(veld)
            elif veld in CODES:
                self._fout(veld, "onbekende code", _tekst(veld).is_not_null() & _col(veld).is_null())
            else:
                regels.get(veld, self._patroon)(veld)
        leeg = _col(nummers[0]).is_null() & _col(nummers[-1]).is_null()
        self._fout(nummers[0], "BSN en onderwijsnummer ontbreken allebei", leeg)

    def _patroon(self, veld: str) -> None:
        patroon, reden = _VORMEN[veld]
        self._fout(veld, reden, _tekst(veld).str.contains(patroon).not_())

    def _bsn(self, veld: str) -> None:
        import polars as pl

        negen = _tekst(veld).str.contains(r"^[0-9]{9}$")
        getal = _tekst(veld).cast(pl.UInt32, strict=False).cast(pl.Int64)
        som = pl.sum_horizontal([getal // 10 ** (g - 1) % 10 * g for g in range(9, 1, -1)]) - getal % 10
        self._fout(veld, _ELFPROEF, negen.not_() | (som % 11 != 0) | (getal == 0))

    def _gemeente(self, veld: str) -> None:
        self._patroon(veld)
        if self._gemeenten is not None:
            buiten = _tekst(veld).is_in(list(self._gemeenten)).not_()
            self._fout(veld, BUITEN, buiten)

    def _datum(self, veld: str) -> None:
        import polars as pl

        lengte = sum(_ALS_DATUM.get(f"%{deel[:1]}", 0) + len(deel[1:]) for deel in self._kaart.datumvorm.split("%")[1:])
        tekst, dag = _tekst(veld), _col(veld)
        buiten = (dag < pl.lit(_VROEGSTE)) | (dag >= pl.lit(_LAATSTE))
        geen = tekst.is_not_null() & (dag.is_null() | (tekst.str.len_chars() != lengte) | buiten)
        self._fout(veld, "is geen datum van de vorm die de kolomkaart noemt", geen)

    def _samenhang(self) -> None:
        """What the fields of one row say about each other; a check on a field that the layout lacks is left out."""
        brin = "brin_vestiging" if "brin_vestiging" in self._kaart.velden else "brin"
        heeft_school, heeft_begin = _col("brin").is_not_null(), _col("begindatum").is_not_null()
        soort, begin = _col("vrijstellingsoort"), _col("vrijstelling_begin")
        regels = [
            ("begindatum", "ontbreekt bij een inschrijving", heeft_school & ~heeft_begin),
            (brin, "ontbreekt bij een inschrijving", ~heeft_school & (heeft_begin | _col("einddatum").is_not_null())),
            ("einddatum", "ligt voor de begindatum", _col("einddatum") < _col("begindatum")),
            ("vrijstelling_begin", "ontbreekt bij een vrijstelling", soort.is_not_null() & begin.is_null()),
            ("vrijstellingsoort", "ontbreekt bij een vrijstelling", soort.is_null() & begin.is_not_null()),
            ("vrijstelling_einde", "ligt voor het begin van de vrijstelling", _col("vrijstelling_einde") < begin),
        ]
        if self._kaart.soort is Leveringsoort.C:
            regels.append((brin, "inschrijving en vrijstelling ontbreken allebei", ~heeft_school & soort.is_null()))
        if self._kaart.soort is Leveringsoort.P:
            vraagt = _col("mutatiesoort").is_in([str(m) for m in _MET_INSCHRIJVING])
            regels.append((brin, "ontbreekt bij een mutatie van een inschrijving", vraagt & ~heeft_school))
        for veld, reden, fout in regels:
            if veld in self._kaart.velden:
                self._fout(veld, reden, fout)


KOLOMMEN: Final = (
    "bsn", "onderwijsnummer", "gemeente", "mutatiesoort", "brin", "begindatum", "einddatum", "vestiging",
    "onderwijssoort", "niveau", "volgnummer", "startkwalificatie", "startkwalificatie_op", "vrijstellingsoort",
    "vrijstelling_begin", "vrijstelling_einde", "vsv",
)  # fmt: skip
"""The typed columns of a chunk, in the order in which `lezen` makes rows of them."""


def _col(naam: str) -> "pl.Expr":
    import polars as pl

    return pl.col(naam)


def _tekst(veld: str) -> "pl.Expr":
    return _col(f"{veld}_tekst")


def _vorm_van_de_rij(kaart: Kaart) -> str:
    if kaart.vast is not None:
        return f"telt niet {kaart.vast.lengte} tekens"
    return f"telt niet {len(kaart.kolommen)} velden"
