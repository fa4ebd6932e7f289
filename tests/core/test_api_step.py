"""The API's ground: retried requests, problems, and input that is safe to store."""

import json
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from ninja import Schema
from pydantic import ValidationError

from tests.core.steps_for_tests import count_one, refuse
from zengyi.core import api
from zengyi.core.errors import Invalid, NotSignedIn, TooMany, WrongState
from zengyi.core.models import Event


def asked(key: str | None = None, body: str = "{}", path: str = "/api/v1/things") -> HttpRequest:
    headers = {} if key is None else {"Idempotency-Key": key}
    return RequestFactory().post(path, body, content_type="application/json", headers=headers)


def answered(request: HttpRequest, run: Any = count_one) -> HttpResponse:
    return api.step(request, "user:1", run, lambda event: {"id": event, "a": "桥"}, status=201)


@pytest.mark.django_db(transaction=True)
def test_a_retry_gets_the_same_bytes() -> None:
    first, second = answered(asked("k")), answered(asked("k"))
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert Event.objects.count() == 1
    answered(asked())
    answered(asked())
    assert Event.objects.count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", [{"body": '{"a":1}'}, {"path": "/api/v1/others"}])
def test_another_content_under_the_key_is_invalid(other: dict[str, str]) -> None:
    answered(asked("k"))
    with pytest.raises(Invalid):
        answered(asked("k", **other))


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_told_and_not_kept() -> None:
    with pytest.raises(WrongState):
        answered(asked("k"), refuse)
    assert answered(asked("k")).status_code == 201


@pytest.mark.parametrize("key", ["x" * 65, "é", "a\tb"])
def test_odd_keys_are_invalid(key: str) -> None:
    with pytest.raises(Invalid):
        answered(asked(key))


def test_problems_name_themselves() -> None:
    told = api.problem_of(Invalid("有一处不对。", {"n": "太大。"}))
    assert told.status_code == 422
    assert told["Content-Type"] == "application/problem+json"
    assert json.loads(told.content) == {"type": "about:blank#invalid", "title": "有一处不对。", "status": 422, "fields": {"n": ["太大。"]}}
    assert api.problem_of(TooMany("慢一点。", retry_after=9))["Retry-After"] == "9"
    assert "Bearer" in api.problem_of(NotSignedIn("请先登录。"))["WWW-Authenticate"]


class Thing(Schema):
    """Input with a name and an id, in a body."""

    name: api.string(5, least=1)  # type: ignore[valid-type]
    id: api.RowId


class Address(Schema):
    """An id as it stands in an address."""

    id: api.Id


@pytest.mark.parametrize("name", ["", "  ", "toolong", "a\0", "a\x1b", "\ud800", 5, None, ["a"]])
def test_odd_texts_are_refused(name: object) -> None:
    with pytest.raises(ValidationError):
        Thing.model_validate({"name": name, "id": 1})


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**40, True, 1.5, "x", "7", None])
def test_odd_ids_are_refused(number: object) -> None:
    with pytest.raises(ValidationError):
        Thing.model_validate({"name": "a", "id": number})


@pytest.mark.parametrize("text", ["0", "-1", str(2**63), " 1", "1\n", "１", "1.0", "1e3", "x", "", True])
def test_odd_ids_in_addresses_are_refused(text: object) -> None:
    with pytest.raises(ValidationError):
        Address.model_validate({"id": text})


def test_an_id_in_an_address_is_digits() -> None:
    assert Address.model_validate({"id": str(2**63 - 1)}).id == 2**63 - 1


def test_good_input_is_trimmed() -> None:
    thing = Thing.model_validate({"name": " 桥面 ", "id": 2**63 - 1})
    assert (thing.name, thing.id) == ("桥面", 2**63 - 1)
