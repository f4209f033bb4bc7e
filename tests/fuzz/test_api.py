"""Generated requests to the real API: no fault of ours, only documented answers, and nothing without the token."""

import os
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from schakel.places import api_token
from tests.schakel.conftest import Commands

pytestmark = [pytest.mark.fuzz, pytest.mark.connected, pytest.mark.timeout(3600)]

PER_OPERATION = int(os.environ.get("FUZZ_INPUTS", "800")) // 40 + 5
WITHOUT_TOKEN = {"/live", "/ready", "/metrics", "/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"}
_FUZZ = settings(
    max_examples=PER_OPERATION, deadline=None, database=None, derandomize="FUZZ_INPUTS" not in os.environ,
    suppress_health_check=list(HealthCheck), phases=(Phase.generate,),
)  # fmt: skip

load_all_checks()
HONEST = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    )
]  # fmt: skip


@pytest.fixture(scope="module")
def api(running: Commands) -> tuple[str, dict[str, str]]:
    """The address, and the header that opens it."""
    return running.wait_ready(), {"Authorization": f"Bearer {api_token(running.folder)}"}


def operations(url: str) -> list[Any]:
    """Every operation of the document the app itself gives."""
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    return [found.ok() for found in schema.get_all_operations()]


def test_no_request_is_a_fault_of_ours_and_every_answer_is_documented(api: tuple[str, dict[str, str]]) -> None:
    """Right and wrong requests, with the token: status, form and content type are those of the document."""
    url, key = api
    sent, wrong = 0, []
    for operation in operations(url):
        for mode in GenerationMode:

            @_FUZZ
            @given(operation.as_strategy(generation_mode=mode))
            def fuzz(case: Case) -> None:
                nonlocal sent
                sent += 1
                case.headers.pop("Authorization", None)
                answer = case.call(headers=key, timeout=30)
                case.validate_response(answer, checks=HONEST)

            if mode is GenerationMode.POSITIVE or operation.body or operation.query or operation.path_parameters:
                try:
                    fuzz()
                except Exception as failure:  # the other operations are looked at too
                    wrong.append(f"{operation.label}: {failure}")
    assert [] == wrong
    assert sent >= 10 * len(operations(url))
    assert 200 == httpx.get(f"{url}/ready", timeout=10).status_code


def test_nothing_opens_without_the_token(api: tuple[str, dict[str, str]]) -> None:
    """Every operation, however it is asked: without token, with another one, with something that looks like it."""
    url, key = api
    right = key["Authorization"].removeprefix("Bearer ")
    wrong = st.sampled_from((
        None, "", "Bearer", "Bearer ", f"Bearer {right[:-1]}", f"Bearer {right}x", f"Basic {right}", right,
        f"Bearer {right.swapcase()}", "Bearer \u00e9".encode("latin-1"), f"Bearer  {right} {right}", "Bearer null",
    ))  # fmt: skip
    for operation in operations(url):

        @_FUZZ
        @given(operation.as_strategy(), wrong)
        def fuzz(case: Case, header: Any) -> None:
            case.headers.pop("Authorization", None)
            answer = case.call(headers={} if header is None else {"Authorization": header}, timeout=30)
            assert 401 == answer.status_code, f"{case.method} {case.path}"
            assert "application/problem+json" == answer.headers["content-type"][0].partition(";")[0]

        fuzz()


def test_every_route_asks_for_the_token_or_is_known_not_to(api: tuple[str, dict[str, str]]) -> None:
    """The document names the token with every operation; what is not in the document is listed here."""
    url, _ = api
    document = httpx.get(f"{url}/openapi.json", timeout=10).json()
    assert [] == [
        f"{method} {path}" for path, item in document["paths"].items()
        for method, operation in item.items()
        if path not in WITHOUT_TOKEN and not operation.get("security")
    ]  # fmt: skip


def test_an_error_does_not_repeat_what_was_sent(api: tuple[str, dict[str, str]]) -> None:
    """A validator likes to quote the input; here that may be a person."""
    url, key = api
    body = {"door": "", "inhoud": 17, "Proefman": "Proefman"}
    answer = httpx.post(f"{url}/v1/quarantaine/brp_sync/1/herstel", json=body, headers=key, timeout=10)
    assert 422 == answer.status_code
    assert "Proefman" not in answer.text
    assert "inhoud" in answer.json()["detail"]
