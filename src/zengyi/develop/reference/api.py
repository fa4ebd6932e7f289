"""``api.md``: the operations of the API, from its OpenAPI document and the table of permissions."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from zengyi.develop.reference.markdown import codes, table
from zengyi.people.rules.roles import action_of_url
from zengyi.people.rules.roles import table as permissions
from zengyi.project.api import api
from zengyi.project.openapi import DESCRIPTION, ERRORS

Schema = Mapping[str, Any]
Row = tuple[str, str, str, str]
Mark = Callable[[Schema, str], str]
BOUNDS = (
    ("minimum", "at least {}"),
    ("maximum", "at most {}"),
    ("minLength", "at least {} long"),
    ("maxLength", "at most {} long"),
    ("maxItems", "up to {} items"),
)
INTRODUCTION = """\
# The API

The machine-readable document is served at `/api/v1/openapi.json`; this page is made from it. A test holds every answer against it.
"""
LARGEST = 2**63 - 1


def document() -> str:
    """The page."""
    opened = api.get_openapi_schema()
    schemas = opened["components"]["schemas"]
    operations = [(path, method, found) for path, item in opened["paths"].items() for method, found in item.items()]
    parts = [INTRODUCTION, DESCRIPTION, "## Errors\n", _errors(), "## Operations\n", _overview(operations)]
    parts.extend(_operation(path, method, found, schemas) for path, method, found in operations)
    parts.append("## Answers\n")
    answers = _answers(operations)
    parts.extend(_object(name, answers[:place], schemas) for place, name in enumerate(answers))
    return "\n".join(parts)


def _errors() -> str:
    return table(("status", "meaning"), ERRORS.items())


def _overview(operations: list[tuple[str, str, Schema]]) -> str:
    return table(
        ("operation", "", "who"),
        [(f"`{method.upper()} {path}`", found["summary"], _who(found)) for path, method, found in operations],
    )


def _who(operation: Schema) -> str:
    if "security" not in operation:
        return "anybody"
    row = permissions()[action_of_url()[f"api:{operation['operationId']}"]]
    return ", ".join(role for role in row.scopes if role != "anonymous")


def _operation(path: str, method: str, operation: Schema, schemas: Mapping[str, Schema]) -> str:
    lines = [f"### {operation['summary']}\n", f"`{method.upper()} {path}`\n", f"{operation['description']}\n"]
    asked = [parameter for parameter in operation["parameters"] if parameter["in"] == "query"]
    if asked:
        lines.append(
            table(("asked", "type", "", ""), [_row(p["name"], p["schema"], "required" if p["required"] else "", schemas) for p in asked])
        )
    for media in operation.get("requestBody", {}).get("content", {}).values():
        schema = _object_in(media["schema"], schemas)
        lines.append(table(("field", "type", "", ""), _rows(schema, schemas, _needed)))
        lines.append(f"```json\n{json.dumps(media['example'], ensure_ascii=False)}\n```\n")
    answers = {str(status): answer for status, answer in operation["responses"].items()}
    good = [f"{status}{_of(answer)}" for status, answer in answers.items() if status not in ERRORS]
    lines.append(f"Answers {', '.join(good)}. Errors {codes(status for status in answers if status in ERRORS)}.\n")
    return "\n".join(lines)


def _of(answer: Schema) -> str:
    for media in answer.get("content", {}).values():
        listed = "list of " if "items" in media["schema"] else ""
        return f" {listed}[{_name(media['schema'])}](#{_name(media['schema']).lower()})"
    return ""


def _name(schema: Schema) -> str:
    return str(schema.get("items", schema).get("$ref", "")).rpartition("/")[2]


def _object_in(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    schema = schema.get("anyOf", [schema])[0]
    return schemas[_name(schema)] if "$ref" in schema else schema


def _rows(schema: Schema, schemas: Mapping[str, Schema], mark: Mark, before: str = "") -> Iterator[Row]:
    """The fields of an object, followed by those of the objects in it."""
    for name, field in schema["properties"].items():
        yield _row(before + name, field, mark(schema, name), schemas)
        inner = _object_in(field, schemas)
        listed = _object_in(inner["items"], schemas) if "items" in inner else {}
        if "properties" in inner:
            yield from _rows(inner, schemas, mark, f"{before}{name}.")
        elif "properties" in listed:
            yield from _rows(listed, schemas, mark, f"{before}{name}[].")


def _needed(schema: Schema, name: str) -> str:
    return "required" if name in schema.get("required", ()) else ""


def _null(schema: Schema, name: str) -> str:
    return "or null" if {"type": "null"} in schema["properties"][name].get("anyOf", ()) else ""


def _row(name: str, field: Schema, mark: str, schemas: Mapping[str, Schema]) -> Row:
    told = [field.get("description", ""), *_bounds(field)]
    if field.get("default") not in (None, "", []):
        told.append(f"default `{json.dumps(field['default'])}`")
    return f"`{name}`", _type(field, schemas), mark, "; ".join(filter(None, told))


def _bounds(field: Schema) -> Iterator[str]:
    plain = field.get("anyOf", [field])[0]
    for key, words in BOUNDS:
        if plain.get(key) not in (None, 0, LARGEST) or key == "minimum" and plain.get(key) == 0:
            yield words.format(plain[key])


def _type(field: Schema, schemas: Mapping[str, Schema]) -> str:
    kinds = [kind for kind in field.get("anyOf") or field.get("allOf") or [field] if kind.get("type") != "null"]
    kind = _object_in(kinds[0], schemas)
    if "enum" in kind:
        return codes(kind["enum"])
    if kind.get("type") == "array":
        return f"list of {_type(kind['items'], schemas)}"
    return str(kind.get("format") or kind.get("title" if "properties" in kind else "type", "object"))


def _answers(operations: list[tuple[str, str, Schema]]) -> list[str]:
    """The names of the objects in answers, in the order in which they occur."""
    found: dict[str, None] = {}
    for _path, _method, operation in operations:
        for answer in operation["responses"].values():
            for media in answer.get("content", {}).values():
                found[_name(media["schema"])] = None
    return list(found)


def _object(name: str, told: list[str], schemas: Mapping[str, Schema]) -> str:
    """An answer's fields; those that an earlier answer has, too, are not repeated."""
    schema = schemas[name]
    fields = schema["properties"]
    base = next((other for other in told if schemas[other]["properties"].items() <= fields.items()), "")
    own = {field: shape for field, shape in fields.items() if not base or field not in schemas[base]["properties"]}
    also = f" All of [{base}](#{base.lower()}), and:" if base else ""
    return f"### {name}\n\n{schema['description']}{also}\n\n" + table(("field", "type", "", ""), _rows({"properties": own}, schemas, _null))
