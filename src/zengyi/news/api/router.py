"""What the operations of this package share."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict

from zengyi.core.api import step
from zengyi.people.web import bearer

router = Router(tags=["news"])


class In(Schema):
    """A body; what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid")


def send(request: HttpRequest, run: Callable[[], Any], render: Callable[[Any], object], *, status: int = 200) -> HttpResponse:
    """Run one action and answer with its result; once for each ``Idempotency-Key``."""
    by = bearer(request)
    return step(request, f"{by.user_id}:{by.acting_as}", run, render, status=status)
