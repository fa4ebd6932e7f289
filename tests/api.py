"""Somebody at the HTTP API, through the whole of Django but the socket; and the document that describes it."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.test import Client

from tests.cast import PASSWORD
from zengyi.core import clock
from zengyi.people import actions


@cache
def document() -> Any:
    """The OpenAPI document as JSON has it; made once, because that takes a second, in every process that looks for tests."""
    from zengyi.project.api import api

    return json.loads(json.dumps(api.get_openapi_schema()))


@dataclass(frozen=True)
class Said:
    """What the API answered."""

    status: int
    body: Any
    headers: Any


class Api:
    """A login with a token; without a name nobody."""

    def __init__(self, name: str = "", acting_as: str = "") -> None:
        self.client = Client()
        self.token = actions.issue_token(name, PASSWORD, acting_as, at=clock.now())[0] if name else ""

    def get(self, path: str, **query: Any) -> Said:
        """GET below ``/api/v1``."""
        return self._said(self.client.get(f"/api/v1{path}", query, headers=self._headers()))

    def post(self, path: str, body: Any = None, key: str = "") -> Said:
        """POST JSON below ``/api/v1``."""
        content = body if isinstance(body, str) else json.dumps(body or {})
        return self._said(self.client.post(f"/api/v1{path}", content, content_type="application/json", headers=self._headers(key)))

    def _headers(self, key: str = "") -> dict[str, str]:
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return sent | ({"Idempotency-Key": key} if key else {})

    @staticmethod
    def _said(answer: Any) -> Said:
        kind = answer.headers.get("Content-Type", "")
        return Said(answer.status_code, json.loads(answer.content) if "json" in kind else answer.content, answer.headers)
