"""How the naive side keeps dossiers: the tables of `cases` through an SQLModel session, row by row."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from hub.crypto import Kluis
from services.cases.model import Dossier, Zaak
from services.cases.tabellen import DossierRij, TermijnRij, TijdlijnRij, VoorstelRij, ZaakRij


class _Persoon(BaseModel):
    geboortedatum: date | None
    overleden: bool


class Dossiers:
    """Loads and saves the dossier of one jongere."""

    def __init__(self, kluis: Kluis) -> None:
        self._kluis = kluis

    async def load(self, session: AsyncSession, jongere_id: UUID) -> Dossier:
        """The dossier; an empty one when there is nothing."""
        row = await session.get(DossierRij, jongere_id)
        found = (await session.exec(select(ZaakRij).where(ZaakRij.jongere_id == jongere_id))).all()
        zaken = [Zaak.model_validate_json(self._kluis.open(r.inhoud, "cases|zaak")) for r in found]
        if row is None:
            return Dossier(jongere_id)
        persoon = _Persoon.model_validate_json(self._kluis.open(row.persoon, "cases|persoon"))
        return Dossier(jongere_id, persoon.geboortedatum, persoon.overleden, {z.zaak_id: z for z in zaken})

    async def save(self, session: AsyncSession, before: Dossier, after: Dossier) -> None:
        """Writes what changed: rows that were loaded are changed in place, the others added."""
        persoon = _Persoon(geboortedatum=after.geboortedatum, overleden=after.overleden)
        sealed = self._kluis.seal(persoon.model_dump_json().encode(), "cases|persoon")
        row = await session.get(DossierRij, after.jongere_id)
        if row is None:
            session.add(DossierRij(jongere_id=after.jongere_id, persoon=sealed))
        elif (before.geboortedatum, before.overleden) != (after.geboortedatum, after.overleden):
            row.persoon = sealed
        for zaak_id in after.gewijzigd:
            await self._save_zaak(session, after.jongere_id, before.zaken.get(zaak_id), after.zaken[zaak_id])
        session.add_all(
            TijdlijnRij(zaak_id=r.zaak_id, op=r.op, wat=r.wat, door=r.door, toelichting=r.toelichting)
            for r in after.nieuw
        )

    async def _save_zaak(self, session: AsyncSession, jongere_id: UUID, before: Zaak | None, after: Zaak) -> None:
        inhoud = self._kluis.seal(after.model_dump_json().encode(), "cases|zaak")
        if before is None:
            session.add(
                ZaakRij(
                    zaak_id=after.zaak_id,
                    jongere_id=jongere_id,
                    gemeente=after.gemeente,
                    zaaksoort=after.zaaksoort,
                    schooljaar=after.schooljaar,
                    status=after.status,
                    geopend_op=after.geopend_op,
                    inhoud=inhoud,
                )
            )
        else:
            row = await session.get_one(ZaakRij, after.zaak_id)
            row.status, row.inhoud = after.status, inhoud
        for voorstel in after.voorstellen.values():
            known = before and before.voorstellen.get(voorstel.voorstel_id)
            if known is None:
                session.add(
                    VoorstelRij(
                        voorstel_id=voorstel.voorstel_id,
                        zaak_id=after.zaak_id,
                        jongere_id=jongere_id,
                        gemeente=after.gemeente,
                        uitkomst=voorstel.uitkomst,
                        status=voorstel.status,
                        gedaan_op=voorstel.gedaan_op,
                    )
                )
            elif known.status is not voorstel.status:
                (await session.get_one(VoorstelRij, voorstel.voorstel_id)).status = voorstel.status
        for termijn in after.termijnen.values():
            if before is None or termijn.termijn_id not in before.termijnen:
                session.add(
                    TermijnRij(
                        termijn_id=termijn.termijn_id,
                        zaak_id=after.zaak_id,
                        jongere_id=jongere_id,
                        gemeente=after.gemeente,
                        naam=termijn.naam,
                        uiterlijk=termijn.uiterlijk,
                        status=termijn.status,
                    )
                )
