"""The OpenAPI document against the API: what it generates, right and wrong, gets an answer that the document describes."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests import api, groups
from tests.trust.ground import Ground, undone
from tests.trust.walk import token

DOCUMENT = api.document()
OPERATIONS = {operation["operationId"]: (path, method) for path, item in DOCUMENT["paths"].items() for method, operation in item.items()}
TOKENS, ORDERS = "/api/v1/tokens", "/api/v1/orders"
SEQUENCES, STEPS = 30, 8
#: How many examples of right and of wrong data each, and how many of those a resident sends as well. On PostgreSQL fewer, which answers
#: more slowly, and none by residents: what they may not do is refused by the rules, before any database is asked.
ASKING = {"worker": 16, "resident": 8} if groups.database() == "sqlite" else {"worker": 4}
#: Wrong data can be sent only to operations that take data.
NOTHING_ASKED = {"revoke_token", "my_account", "my_appraisals", "get_alliance", "list_boards", "list_signs"}
ASKED = [(name, mode) for name in OPERATIONS for mode in GenerationMode if not (name in NOTHING_ASKED and mode.is_negative)]
#: Wrong data is refused before any database sees it: sent on SQLite only.
ASKED_HERE = [pytest.param(name, mode, marks=pytest.mark.databases("sqlite") if mode.is_negative else ()) for name, mode in ASKED]


@pytest.fixture(scope="module")
def document(laid: Ground) -> Iterator[Any]:
    """The document as the server serves it, and the server in this process, on this connection."""
    # Otherwise hypothesis also tries constants from whatever modules of ours are loaded, and every run would differ.
    providers.CONSTANTS_CACHE.cache.clear()
    patch = pytest.MonkeyPatch()
    patch.setattr(providers, "_get_local_constants", Constants)
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    load_all_checks()
    loaded = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    # So would schemathesis.
    loaded.config.analysis.constants.enabled = False
    # A body with more rows than are allowed may be too large to be read at all.
    loaded.config.checks.negative_data_rejection.expected_statuses += ["413"]
    yield loaded
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)
    patch.undo()
    providers.CONSTANTS_CACHE.cache.clear()


def steady(examples: int) -> settings:
    """Settings with which every run tries the same."""
    return settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )


def ask(document: Any, ground: Ground, name: str, mode: GenerationMode) -> None:
    """Generate requests for an operation, each from the same state, and hold the answers against the document.

    To make up a request takes longer than to answer it, so who else asks sends the same ones.
    """
    path, method = OPERATIONS[name]
    headers = {who: headers_of(ground, who) for who in ASKING}
    orders, statuses = [fact.id for fact in ground.orders], {who: list[int]() for who in ASKING}

    @steady(ASKING["worker"])
    @given(case=document[path][method].as_strategy(generation_mode=mode, headers=headers["worker"]))
    def one(case: Any) -> None:
        asked = (case.path_parameters or {}).get("order_id")
        if isinstance(asked, int) and asked > 0:
            case.path_parameters["order_id"] = orders[asked % len(orders)]
        for who, most in ASKING.items():
            if who == "worker" or len(statuses[who]) < most:
                case.headers.update(headers[who])
                with undone():
                    answer = case.call(headers=headers[who])
                statuses[who].append(answer.status_code)
                case.validate_response(answer, headers=headers[who], excluded_checks=[positive_data_acceptance])

    one()
    # Random names and passwords never open a login, so issuing a token can only refuse them.
    for who, got in statuses.items():
        assert name == "issue_token" or set(got) - {401}, f"{who}: nothing but refusals says nothing"


def headers_of(ground: Ground, who: str) -> dict[str, str]:
    """What somebody sends with every request."""
    return {"Authorization": f"Bearer {token(ground, who)}", "Accept-Encoding": "identity"}


@pytest.mark.parametrize(("name", "mode"), ASKED_HERE, ids=lambda part: getattr(part, "value", part))
def test_every_answer_is_one_the_document_describes(document: Any, ground: Ground, name: str, mode: GenerationMode) -> None:
    """Right data may still be refused with 422, for reasons no schema tells: a place of another community, a date gone by."""
    ask(document, ground, name, mode)


@pytest.mark.parametrize("fault", ["broken", "untold"])
def test_a_planted_fault_is_found(document: Any, ground: Ground, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    def listing(**asked: Any) -> Any:
        if fault == "broken":
            raise ZeroDivisionError
        return type("Page", (), {"rows": [], "next_after": "soon"})

    monkeypatch.setattr("zengyi.orders.queries.listing", listing)
    with pytest.raises(FailureGroup):
        ask(document, ground, "list_orders", GenerationMode.POSITIVE)


@pytest.mark.parametrize("below", ["/orders", "/"])
def test_steps_in_a_row(document: Any, ground: Ground, below: str) -> None:
    """Orders placed, looked up and moved in any order, alone and amid all else: each answer is described, whatever went before."""
    headers = headers_of(ground, "worker")
    called: list[tuple[str, int]] = []

    class Steps(document.include(path_regex=below).as_state_machine()):  # type: ignore[misc]
        """One sequence of steps, undone at its end."""

        def setup(self) -> None:
            self.kept = ExitStack()
            self.kept.enter_context(undone())

        def teardown(self) -> None:
            self.kept.close()

        def before_call(self, case: Any) -> None:
            case.headers = {**(case.headers or {}), **headers}

        def validate_response(self, response: Any, case: Any, **more: Any) -> None:
            called.append((case.operation.definition.raw["operationId"], response.status_code))
            case.validate_response(response, headers=headers, excluded_checks=[positive_data_acceptance])

    run_state_machine_as_test(Steps, settings=steady(SEQUENCES))
    moved = {name for name, status in called if status == 200 and "{order_id}" in OPERATIONS[name][0]}
    assert len(called) > 40 and (moved or below != "/orders")


@pytest.mark.parametrize("name", [name for name, (path, method) in OPERATIONS.items() if "requestBody" in DOCUMENT["paths"][path][method]])
def test_examples_are_what_they_are_examples_of(name: str) -> None:
    path, method = OPERATIONS[name]
    media = DOCUMENT["paths"][path][method]["requestBody"]["content"]["application/json"]
    schema = {**media["schema"], "components": DOCUMENT["components"]}
    assert media["example"]
    jsonschema_rs.validate(schema, media["example"])


def test_the_examples_place_an_order(ground: Ground) -> None:
    content = {name: DOCUMENT["paths"][path]["post"]["requestBody"]["content"] for name, path in (("token", TOKENS), ("order", ORDERS))}
    client = Client()
    issued = client.post(TOKENS, content["token"]["application/json"]["example"], content_type="application/json")
    assert issued.status_code == 201
    headers = {"Authorization": f"Bearer {issued.json()['token']}"}
    placed = client.post(ORDERS, content["order"]["application/json"]["example"], content_type="application/json", headers=headers)
    assert placed.status_code == 201


def test_a_body_that_is_too_large_is_told_so(ground: Ground) -> None:
    body, headers = json.dumps({"text": "长" * 1_000_000}), {**headers_of(ground, "worker"), "Idempotency-Key": "k"}
    for way in ("note", "publish"):
        answer = Client().post(f"{ORDERS}/{ground.order('TRIAGED').id}/{way}", body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json"), way
        assert "413" in DOCUMENT["paths"][f"{ORDERS}/{{order_id}}/{way}"]["post"]["responses"], way
