"""One request to a carrier, so that it is always known whether it can have arrived.

Before the connection stands nothing has left; from the first byte on, a silence means that nobody knows. Redirects are not followed and
no more is read than an answer can be long.
"""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from zengyi.core.carriers import Outcome, Report

TIMEOUT_SECONDS = 10
ANSWER_MOST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What a carrier answered: the status, and its JSON object (empty for anything else)."""

    status: int
    body: Mapping[str, Any]


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer | Report:
    """POST ``body``; a :class:`Report` where there is no answer, or one without a JSON object.

    Of those without: 429 and 503 say that nothing was done, other refusals (4xx, and redirects) that nothing ever will be.
    """
    return _ask("POST", url, body, headers)


def get(url: str) -> Answer | Report:
    """GET it, for what only asks; answers are read as those of :func:`post`."""
    return _ask("GET", url, None, {})


def _ask(method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer | Report:
    parts = urlsplit(url)
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = maker(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        try:
            connection.connect()
        except OSError as away:
            return Report(Outcome.LATER, type(away).__name__)
        try:
            connection.request(method, f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", body, dict(headers))
            answer = connection.getresponse()
            raw = answer.read(ANSWER_MOST)
        except (OSError, http.client.HTTPException) as broken:
            return Report(Outcome.UNKNOWN, type(broken).__name__)
    finally:
        connection.close()
    return _read(answer.status, raw)


def _read(status: int, raw: bytes) -> Answer | Report:
    try:
        told = json.loads(raw)
    except ValueError:
        told = None
    if status in (429, 503):
        return Report(Outcome.LATER, f"HTTP {status}")
    if isinstance(told, dict) and (status == 200 or told):
        return Answer(status, told)
    if 300 <= status < 500:
        return Report(Outcome.REFUSED, f"HTTP {status}")
    return Report(Outcome.UNKNOWN, f"HTTP {status}")
