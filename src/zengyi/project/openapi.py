"""What the OpenAPI document says beyond what the operations' types tell: errors, retries, examples."""

from collections.abc import Mapping
from typing import Any

from zengyi.core import packages
from zengyi.core.api import KEY_LENGTH_MOST, Problem

DESCRIPTION = """\
Sign in with `POST /tokens` and send the token as `Authorization: Bearer …`. It stands for one person in one role, which
`acting_as` chooses, and ends after 30 days (12 hours for staff), with `DELETE /tokens`, or with a new password.

Errors are `application/problem+json`: `title` is a sentence to show, `fields` the sentences by field. 403 means that the thing
is in your scope but the step is not yours; what is out of scope is 404, like what does not exist.

Every POST with a token may carry an `Idempotency-Key`: the same key with the same body gets the same answer for seven days,
with another body 422. Lists are read page by page: give `next` as `after`.
"""
ERRORS = {
    "400": "the request cannot be read, or its body is not JSON",
    "401": "not signed in",
    "403": "in scope but not allowed",
    "404": "out of scope or unknown",
    "409": "wrong state, or somebody was faster",
    "413": "the body is too large",
    "422": "invalid; `fields` says what",
    "429": "too many; `Retry-After` says for how many seconds",
    "503": "the database is busy or full; try again",
}
_PROBLEM = "#/components/schemas/Problem"


def describe(document: dict[str, Any]) -> None:
    """Complete the document in place."""
    schemas = document["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _errors(path, method, operation)
            if method == "post" and "security" in operation:
                operation["parameters"].append(_idempotency_key())
            for media in operation.get("requestBody", {}).get("content", {}).values():
                media["example"] = example(media["schema"], schemas)


def errors_of(path: str, method: str, operation: Mapping[str, Any]) -> list[str]:
    """The statuses of the errors an operation may answer with."""
    body, limited = "requestBody" in operation, operation["operationId"] in _named("LIMITED")
    holds = {
        "400": True,
        "401": "security" in operation or limited,
        "403": "security" in operation or limited,
        "404": "{" in path or operation["operationId"] in _named("MAY_BE_MISSING"),
        "409": method == "post" and "{" in path or operation["operationId"] in _named("MAY_CLASH"),
        "413": body or method in ("post", "put"),
        "422": body or method == "post" or bool(operation["parameters"]),
        "429": limited,
        "503": True,
    }
    return [status for status, may in holds.items() if may]


def _named(which: str) -> set[str]:
    """The operations that the packages' rooms ``api`` list under a name: LIMITED are answered with 429 when somebody asks too often,
    MAY_BE_MISSING may answer 404 although their address contains no id, and MAY_CLASH 409, because the same was put down before.
    """
    return {name for room in packages.rooms("api") for name in getattr(room, which, ())}


def _errors(path: str, method: str, operation: dict[str, Any]) -> None:
    for status in errors_of(path, method, operation):
        content = {"application/problem+json": {"schema": {"$ref": _PROBLEM}}}
        operation["responses"].setdefault(status, {"description": ERRORS[status], "content": content})


def _idempotency_key() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH_MOST, "pattern": "^[!-~]+$"},
        "example": "3f0c2d0e-8a57-4a0e-9e8f-2f6f1f0b7c11",
        "description": "the same key with the same body gets the same answer",
    }


def example(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> object:
    """A value of the schema made of its fields' own examples; fields without one are left out unless they are required."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "anyOf" in schema:
        return example(schema["anyOf"][0], schemas)
    required = schema.get("required", ())
    shown = {name: field for name, field in schema["properties"].items() if name in required or "examples" in field}
    return {name: example(field, schemas) for name, field in shown.items()}
