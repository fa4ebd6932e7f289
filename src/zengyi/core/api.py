"""What every part of the HTTP API shares: problems (RFC 9457), safe input types and retried requests."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Annotated, Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints, WithJsonSchema

from zengyi.core import idempotency
from zengyi.core.errors import Invalid, Refused, TooMany
from zengyi.core.ids import ID_MOST

R = TypeVar("R")

KEY_LENGTH_MOST = 64
#: The pattern of text in a body, for the OpenAPI document: no control characters except line ends and tabs.
TEXT = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f]*$"

#: The pattern of a time of the day.
CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


def _no_control_characters(text: str) -> str:
    if any(ord(c) < 32 and c not in "\n\t\r" or 0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise ValueError("control characters are not allowed")
    return text


def _digits(value: object) -> object:
    if not (isinstance(value, str) and value.isascii() and value.isdigit()):
        raise ValueError("a whole number is expected, in digits")
    return value


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a whole number is expected")
    return value


def _flag(value: object) -> object:
    if not isinstance(value, bool):
        raise ValueError("true or false is expected")
    return value


def _written(value: object) -> object:
    if not isinstance(value, str) or "T" not in value:
        raise ValueError("a moment with its time zone is expected, such as 2026-11-25T17:30:00+08:00")
    return value


def _day(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a day is expected, such as 2026-11-25")
    return value


def _clock(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(CLOCK, value, re.ASCII):
        raise ValueError("a time of the day is expected, such as 08:00")
    return value


def string(most: int, *, least: int = 0) -> Any:  # noqa: ANN401 - stands where a type stands
    """A string field of ``least`` to ``most`` characters, trimmed, free of control characters."""
    return Annotated[
        str,
        StringConstraints(min_length=least, max_length=most, strip_whitespace=True),
        AfterValidator(_no_control_characters),
        Field(json_schema_extra={"pattern": TEXT}),
    ]


#: The id of a row in an address: positive and within the database's range. The constraints stand before the validator: behind it
#: the OpenAPI document would leave them out.
Id = Annotated[int, Field(ge=1, le=ID_MOST), BeforeValidator(_digits)]
#: How many rows a page of a list holds, in an address.
Size = Annotated[int, Field(ge=1, le=100), BeforeValidator(_digits)]
#: A number in a body. JSON has numbers of its own, so neither "7" nor true is taken for one.
NUMBER = BeforeValidator(_number)
#: The id of a row in a body.
RowId = Annotated[int, Field(ge=1, le=ID_MOST), NUMBER]
#: True or false in a body.
Flag = Annotated[bool, BeforeValidator(_flag)]
#: A moment in a body, with its time zone.
Moment = Annotated[AwareDatetime, BeforeValidator(_written)]
#: A day in a body, as text: a number would be taken for seconds since 1970.
Day = Annotated[date, BeforeValidator(_day)]
#: A time of the day, in hours and minutes.
Clock = Annotated[time, BeforeValidator(_clock), WithJsonSchema({"type": "string", "pattern": CLOCK})]


class Problem(Schema):
    """An error as ``application/problem+json`` (RFC 9457)."""

    type: str = Field(examples=["about:blank#wrong-state"])
    title: str = Field(examples=["已被别人接走，看看附近另外几单。"])
    status: int = Field(examples=[409])
    fields: dict[str, list[str]] | None = Field(None, description="sentences by field, with status 422")


def problem(status: int, kind: str, title: str, fields: Mapping[str, list[str]] | None = None) -> HttpResponse:
    """An error as the answer to a request."""
    body: dict[str, object] = {"type": f"about:blank#{kind}", "title": title, "status": status}
    if fields is not None:
        body["fields"] = fields
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type="application/problem+json")


def problem_of(refusal: Refused) -> HttpResponse:
    """A refusal as the answer to a request."""
    answer = problem(refusal.status, refusal.kind, refusal.sentence, refusal.fields if isinstance(refusal, Invalid) else None)
    if refusal.status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="zengyi"'
    if isinstance(refusal, TooMany):
        answer["Retry-After"] = str(refusal.retry_after)
    return answer


def answer(body: object, status: int = 200) -> HttpResponse:
    """``body`` as JSON."""
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type="application/json")


def key_of(request: HttpRequest) -> str | None:
    """The request's ``Idempotency-Key``, if it has one; raises :class:`Invalid` for what can be none."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and (not 0 < len(key) <= KEY_LENGTH_MOST or not all("!" <= character <= "~" for character in key)):
        raise Invalid(_("Idempotency-Key 要用 1 到 64 个英文字母、数字或符号。"), {"Idempotency-Key": _("太长，或有不能用的字符。")})
    return key


def step(request: HttpRequest, owner: str, run: Callable[[], R], render: Callable[[R], object], *, status: int = 200) -> HttpResponse:
    """Run one action for the request and answer with its rendered result.

    With an ``Idempotency-Key`` header the answer is stored in the action's transaction: the same key with the same body gets
    the same answer again, with another body :class:`Invalid`.
    """
    key = key_of(request)
    if key is None:
        return answer(render(run()), status)
    fingerprint = hashlib.sha256(f"{request.method} {request.path}\0".encode() + request.body).digest()
    try:
        with idempotency.keyed(owner, key, fingerprint, render=lambda result: (status, render(result))) as slot:
            result = run()
    except idempotency.Replay as replay:
        return answer(replay.answer, replay.status)
    # What wrote nothing has stored nothing: it may be asked again.
    return answer(slot.answer, slot.status) if slot.settled else answer(render(result), status)
