"""What officials do from the command line: the worklist, a zaak, establishing facts, taking a besluit."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from rich.console import Console

from hub.errors import NietGereed, Ongeldig
from hub.settings import HubSettings
from schakel.operations import plain_table, store
from schakel.places import api_token, recall
from services.cases.store import ZakenStore


async def decide_about(
    settings: HubSettings, voorstel: str, what: str, body: dict[str, Any], revisie: int | None = None
) -> dict[str, Any]:
    """Takes (`what` is besluit), confirms (bevestiging), sends back (terugsturing) or withdraws (intrekking) a besluit
    through the API of the running installation; with `revisie` only when the zaak did not change since."""
    return await _command(settings, f"/v1/voorstellen/{_uuid(voorstel, 'voorstel')}/{what}", body, revisie)


async def establish(
    settings: HubSettings, zaak: str, medewerker: str, feiten: dict[str, Any], revisie: int | None = None
) -> dict[str, Any]:
    """Establishes facts through the API of the running installation."""
    body = {"medewerker": medewerker, "feiten": feiten}
    return await _command(settings, f"/v1/zaken/{_uuid(zaak, 'zaak')}/feiten", body, revisie)


async def _command(settings: HubSettings, path: str, body: dict[str, Any], revisie: int | None) -> dict[str, Any]:
    headers = {} if revisie is None else {"If-Match": f'"{revisie}"'}
    document: dict[str, Any] = await _send(settings, path, json=body, headers=headers, timeout=10)
    return document


async def load_persons(settings: HubSettings, paths: Sequence[Path]) -> dict[str, int]:
    """Sends files with persoonslijsten to the running installation; returns how many were taken in and refused."""
    total = {"ingelezen": 0, "quarantaine": 0}
    for path in paths:
        answer = await _send(settings, "/v1/persoonslijsten", content=path.read_bytes(), timeout=600)
        total = {key: total[key] + int(answer[key]) for key in total}
    return total


def read_fact(text: str) -> tuple[str, Any]:
    """`naam=waarde`; the value is read as JSON when it is JSON, ja/nee as a boolean, else as text."""
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise Ongeldig(f"schrijf een feit als naam=waarde, niet als {text!r}", "feit")
    if value in {"ja", "nee"}:
        return name, value == "ja"
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


async def read_worklist(settings: HubSettings, gemeente: str | None) -> list[dict[str, Any]]:
    """Voorstellen that wait for an official, oldest first; through the API for who has a token of their own."""
    if settings.token is not None:
        rows = await get(settings, "/v1/voorstellen", {"gemeente": gemeente})
        return [row | {"gedaan_op": datetime.fromisoformat(row["gedaan_op"])} for row in rows]
    async with store(recall(settings), settings, "cases") as pool:
        return [w._asdict() for w in await ZakenStore(pool, settings.kluis).worklist(gemeente)]


async def read_zaak(settings: HubSettings, zaak: str) -> dict[str, Any]:
    """A zaak with its timeline; raises `Ongeldig` when it does not exist. Through the API, as the worklist."""
    if settings.token is not None:
        found = await get(settings, f"/v1/zaken/{_uuid(zaak, 'zaak')}", {})
        regels = [regel | {"op": datetime.fromisoformat(regel["op"])} for regel in found["tijdlijn"]]
        return {**found, "tijdlijn": regels}
    async with store(recall(settings), settings, "cases") as pool:
        document = await zaakdocument(ZakenStore(pool, settings.kluis), _uuid(zaak, "zaak"))
    if document is None:
        raise Ongeldig(f"zaak {zaak} bestaat niet")
    return document


async def zaakdocument(cases: ZakenStore, zaak_id: UUID) -> dict[str, Any] | None:
    """A zaak with its timeline, None when there is none; for officials only, it holds what they wrote."""
    found = await cases.zaak(zaak_id)
    if found is None:
        return None
    jongere_id, inhoud = found
    lines = await cases.timeline(zaak_id)
    document = inhoud.model_dump(mode="json", exclude={"leeftijdstoets"})
    document["noodzaak_beoordeeld"] = inhoud.noodzaak_beoordeeld
    timeline = [{"op": r.op, "wat": r.wat, "door": r.door, "toelichting": r.toelichting} for r in lines]
    beperkt = await cases.beperkt_sinds(jongere_id)
    return {"jongere_id": str(jongere_id), "beperkt_sinds": beperkt} | document | {"tijdlijn": timeline}


def print_worklist(rows: list[dict[str, Any]]) -> None:
    """The worklist as a table."""
    if not rows:
        Console().print("De werklijst is leeg.")
        return
    table = plain_table(f"Werklijst: {len(rows)} voorstellen")
    for head in ("sinds", "gemeente", "voorstel", "wacht op", "nummer", "zaak", "revisie"):
        table.add_column(head, overflow="fold")
    for r in rows:
        since = r["gedaan_op"].strftime("%Y-%m-%d")
        waits = "tweede ambtenaar" if r["status"] == "te_bevestigen" else "besluit"
        waits = f"{waits}, na beperking" if r["beperkt"] else waits
        nummers = (str(r["voorstel_id"]), str(r["zaak_id"]), str(r["revisie"]))
        table.add_row(since, r["gemeente"], r["uitkomst"], waits, *nummers)
    Console().print(table)


def print_zaak(document: dict[str, Any]) -> None:
    """A zaak for a person: where it stands, why what is proposed, what happened."""
    console = Console()
    console.print(
        f"Zaak {document['zaak_id']} · {document['zaaksoort']} · {document['schooljaar']} · {document['status']}"
        f" · gemeente {document['gemeente']} · protocol {document['protocol']} · revisie {document['revisie']}"
        f" · fase {document['fase']}"
    )
    if document["beperkt_sinds"]:
        console.print(f"Verwerking beperkt sinds {document['beperkt_sinds']}: alleen opslaan mag (AVG art. 18)")
    if not document["noodzaak_beoordeeld"]:
        console.print("In deze fase is nog niet opnieuw beoordeeld of de gegevens nodig zijn.")
    for naam, zaken in (("Verwante zaken", document["verwant"]), ("Voortgezet uit", [document["voortgezet_uit"]])):
        if any(zaken):
            console.print(f"{naam}: {', '.join(zaken)}")
    for termijn in document["termijnen"].values():
        console.print(f"Termijn {termijn['naam']}: uiterlijk {termijn['uiterlijk']} ({termijn['status']})")
    for taak in document["taken"]:
        console.print(f"Taak: {taak}")
    for voorstel in document["voorstellen"].values():
        besluit = voorstel["besluit"]
        taken = f"{besluit['soort']} door {besluit['medewerker']}" if besluit else ""
        state = taken if voorstel["status"] == "besloten" else f"{voorstel['status']} {taken}".strip()
        console.print(f"\n[bold]{voorstel['uitkomst']}[/bold] ({state})  {voorstel['voorstel_id']}")
        for reason in voorstel["uitleg"]:
            console.print(f"  {reason['regel']}: {reason['waarom']} [dim]({reason['bron']})[/dim]", highlight=False)
    print_timeline(document["tijdlijn"])


def print_timeline(lines: list[dict[str, Any]]) -> None:
    """The timeline as a table."""
    table = plain_table("Tijdlijn")
    for head in ("wanneer", "wat", "toelichting", "door"):
        table.add_column(head, overflow="fold")
    for line in lines:
        table.add_row(line["op"].strftime("%Y-%m-%d %H:%M"), line["wat"], line["toelichting"], line["door"])
    Console().print(table)


async def post(settings: HubSettings, path: str, body: dict[str, Any], timeout: float = 10) -> dict[str, Any]:
    """Posts to the API of the running installation; a refusal is raised with its reason."""
    document: dict[str, Any] = await _send(settings, path, json=body, timeout=timeout)
    return document


async def get(settings: HubSettings, path: str, params: dict[str, Any], timeout: float = 10) -> Any:
    """Asks the API of the running installation, of a list all pages; a refusal is raised with its reason."""
    given = {name: value for name, value in params.items() if value is not None}
    return await _send(settings, path, method="GET", params=given, timeout=timeout)


async def send_file(
    settings: HubSettings, path: str, content: AsyncIterator[bytes], headers: dict[str, str]
) -> dict[str, Any]:
    """Streams a file to the API of the running installation; a refusal is raised with its reason."""
    document: dict[str, Any] = await _send(settings, path, headers=headers, content=content, timeout=600)
    return document


async def send_body(settings: HubSettings, path: str, content: bytes) -> dict[str, Any]:
    """Sends a whole file to the API of the running installation; a refusal is raised with its reason."""
    document: dict[str, Any] = await _send(settings, path, content=content, timeout=600)
    return document


async def _send(
    settings: HubSettings,
    path: str,
    *,
    timeout: float,
    method: str = "POST",
    headers: dict[str, str] | None = None,
    **body: Any,
) -> Any:
    places = recall(settings)
    if places.api_url is None:
        raise NietGereed(
            "de API is niet bekend: start `schakel up`, of geef met SCHAKEL_API_URL het adres van uw installatie"
        )
    token = settings.token.get_secret_value() if settings.token else api_token(settings.map)
    if settings.token and isinstance(body.get("json"), dict):  # who logged in is who does it, not the account they use
        body["json"] = {name: value for name, value in body["json"].items() if name != "door"}
    headers = {"Authorization": f"Bearer {token}"} | (headers or {})
    try:
        async with httpx.AsyncClient(timeout=timeout) as client:
            answer = await client.request(method, f"{places.api_url}{path}", headers=headers, **body)
            document = answer.json()
            while answer.is_success and "next" in answer.links:
                answer = await client.get(f"{places.api_url}{answer.links['next']['url']}", headers=headers)
                document = document + answer.json() if answer.is_success else answer.json()
    except httpx.HTTPError as error:
        raise NietGereed(f"de API antwoordt niet ({type(error).__name__}): draait `schakel up` nog?") from error
    if answer.status_code >= 400:
        raise Ongeldig(str(document.get("detail", answer.status_code)))
    return document


def _uuid(text: str, what: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Ongeldig(f"{text!r} is geen nummer van een {what}") from None
