"""Every route says which Handeling it is; and the API keeps to the NL API Design Rules 2.x (named by their ids)."""

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from hub.settings import HubSettings
from schakel.api import VERSIE, build_api
from schakel.installation import Config, Installation
from schakel.places import SERVICES, Places
from schakel.toegang.bevoegdheden import BEVOEGDHEDEN, Handeling, matrix
from schakel.toegang.bewaking import bewaker_van
from services.brp_sync.settings import BrpBronnen, GebeurtenisSettings

ROOT = Path(__file__).parents[2]

MACHINES = {"/v1/brp/gebeurtenissen", "/stuf-bg/0310/npsLk01"}
"""Inputs of other systems: these bring a secret or certificate of their own (services/brp_sync)."""
OPEN = {"/live", "/ready", "/metrics", "/openapi.json", "/v1/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"}
"""What operations look at and what describes the API: nothing about a person."""


VRAAG_IN_BODY = {"/v1/inzage", "/v1/verstrekkingen/proef"}
"""Asked with POST, because a BSN or facts about somebody belong in no address."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The API over all services, of which none runs."""
    settings = HubSettings(map=tmp_path_factory.mktemp("map"))
    bronnen = BrpBronnen(gebeurtenissen=GebeurtenisSettings(token="geheim van de afzender voor deze test"))
    installation = Installation(Config(settings=settings, brp=bronnen), Places("", ""))
    installation.running = dict.fromkeys(SERVICES, None)  # type: ignore[arg-type]
    return build_api(installation)


@pytest.fixture(scope="module")
def document(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, found) for path, item in document["paths"].items() for method, found in item.items()]


def zonder_handeling(app: FastAPI) -> list[str]:
    """Routes that nobody guards and that are not listed above."""
    return [
        str(r.path) for r in app.routes  # type: ignore[attr-defined]
        if bewaker_van(r) is None and r.path not in MACHINES | OPEN  # type: ignore[attr-defined]
    ]  # fmt: skip


def test_every_route_has_a_handeling(app: FastAPI) -> None:
    assert [] == zonder_handeling(app)


def test_a_route_without_one_is_seen(tmp_path: Path) -> None:
    """The test above can fail."""
    app = build_api(Installation(Config(settings=HubSettings(map=tmp_path)), Places("", "")))
    app.add_api_route("/v1/open", lambda: None)
    assert ["/v1/open"] == zonder_handeling(app)


def test_every_handeling_is_used(app: FastAPI) -> None:
    """A line of the table that no route names guards nothing."""
    used = {bewaker.handeling for r in app.routes if (bewaker := bewaker_van(r))}
    assert set() == set(Handeling) - used


def test_what_goes_by_gemeente_finds_the_gemeente_of_what_its_path_names(app: FastAPI) -> None:
    """Otherwise one could act on another gemeente by its number; `lijst` is the name of a list."""
    assert [] == [
        r.path for r in app.routes
        if (bewaker := bewaker_van(r)) and BEVOEGDHEDEN[bewaker.handeling].per_gemeente
        and isinstance(r, APIRoute) and {p.name for p in r.dependant.path_params} - {"lijst"} and bewaker.bij is None
    ]  # fmt: skip


def test_reading_changes_nothing_and_the_table_knows_it(app: FastAPI) -> None:
    """A GET is a handeling that reads, anything else is not, but for a question that may not stand in an address."""
    assert [] == [
        (r.path, r.methods) for r in app.routes
        if isinstance(r, APIRoute) and (bewaker := bewaker_van(r))
        and BEVOEGDHEDEN[bewaker.handeling].leest != (r.methods == {"GET"} or r.path in VRAAG_IN_BODY)
    ]  # fmt: skip


def test_the_page_shows_the_table() -> None:
    assert matrix() in (ROOT / "docs" / "toegang.md").read_text(encoding="utf-8")


def test_doc_openapi(document: dict[str, Any]) -> None:
    """/core/doc-openapi, /core/publish-openapi: OpenAPI 3.1 with who to ask and under which licence."""
    assert document["openapi"].startswith("3.1.")
    assert {"title", "description", "version", "contact", "license"} <= document["info"].keys()
    assert {"name", "url"} <= document["info"]["contact"].keys()


def test_semver_and_version_header(document: dict[str, Any]) -> None:
    """/core/semver, /core/version-header, /core/uri-version: the major version in the URI is that of the API."""
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSIE)
    assert VERSIE == document["info"]["version"]
    major = VERSIE.partition(".")[0]
    assert [] == [path for path in document["paths"] if not path.startswith(f"/v{major}/")]


def test_paths(document: dict[str, Any]) -> None:
    """/core/no-trailing-slash, /core/path-segments-kebab-case, /core/naming-resources: words in kebab-case."""
    wrong = re.compile(r"/$|//|[A-Z]|\.|_(?![a-z0-9_]*\})")
    assert [] == [path for path in document["paths"] if wrong.search(path)]


ENKELVOUD = {"absoluut", "brp", "duo", "quarantaine"}
"""Names of a part of the API, and of a store of things: no collections."""


def test_collections_are_plural(document: dict[str, Any]) -> None:
    """/core/naming-collections: what a key in the path selects from is a plural noun."""
    before_key = {m[1] for path in document["paths"] for m in re.finditer(r"/([a-z0-9-]+)/\{", path)} - ENKELVOUD
    assert [] == [name for name in sorted(before_key) if not name.endswith(("en", "s"))]


def test_methods(document: dict[str, Any]) -> None:
    """/core/http-methods: only methods of HTTP, and GET without a body."""
    assert [] == [
        (path, method) for path, method, operation in operations(document)
        if method not in {"get", "post", "put", "patch", "delete"} or (method == "get" and "requestBody" in operation)
    ]  # fmt: skip


def test_operations_are_described_and_have_a_name_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert sorted(set(names)) == sorted(names)
    assert [] == [(p, m) for p, m, o in operations(document) if not o.get("description") or not o.get("tags")]


def test_query_keys(document: dict[str, Any]) -> None:
    """/core/query-keys-camel-case."""
    assert [] == [
        (path, parameter["name"]) for path, _, operation in operations(document)
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query" and not re.fullmatch(r"[a-z][a-zA-Z0-9]*", parameter["name"])
    ]  # fmt: skip


def test_problems(document: dict[str, Any]) -> None:
    """/core/error-handling/problem-details: every error is application/problem+json (RFC 9457)."""
    assert [] == [
        (path, status) for path, _, operation in operations(document)
        for status, answer in operation["responses"].items()
        if status >= "400" and set(answer["content"]) != {"application/problem+json"}
    ]  # fmt: skip


def test_security_is_named_with_every_operation(document: dict[str, Any]) -> None:
    """Except for the machines, which bring their own."""
    assert [] == [(p, m) for p, m, o in operations(document) if p not in MACHINES and not o.get("security")]
