"""The HTTP API under ``/api/v1``: who asks, whether they may, and the form of errors. The operations live in their packages."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from zengyi.core import clock, packages
from zengyi.core.api import problem, problem_of
from zengyi.core.errors import NotAllowed, NotSignedIn, Refused
from zengyi.people import queries as people
from zengyi.people.rules import Actor, action_of_url, check_role
from zengyi.project.openapi import DESCRIPTION, describe

if TYPE_CHECKING:
    from ninja.openapi.schema import OpenAPISchema

MALFORMED = 400
#: The operations of every package, found in its room ``api``.
ROUTERS: tuple[Router, ...] = tuple(room.router for room in packages.rooms("api"))
API_ROOT = "api/v1"
NO_TOKEN = gettext_lazy("请先登录：在 Authorization 里带上 Bearer 令牌。")


@cache
def operations() -> dict[tuple[str, str], str]:
    """Names of the operations by method and by route, as Django's resolver tells it."""
    return {
        (method, f"{API_ROOT}{path.replace('{', '<').replace('}', '>')}"): f"api:{operation.operation_id}"
        for router in ROUTERS
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }


def operation_name(request: HttpRequest) -> str:
    """The name under which the asked operation stands in the table of permissions; empty when there is none."""
    route = request.resolver_match.route if request.resolver_match else ""
    return operations().get((request.method or "", route), "")


class Bearer(HttpBearer):
    """A bearer token stands for one person in one role; the role must be allowed the operation."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        at, action = clock.now(), action_of_url().get(operation_name(request))
        row = next(iter(request.resolver_match.kwargs.values()), None) if request.resolver_match else None
        actor = people.actor_for_pass(token, action or "", row, at=at) or people.actor_for_token(token, at=at)
        if action is None:
            raise NotAllowed(_("这个地址没有开放。"))
        check_role(actor, action)
        return actor


class Api(NinjaAPI):
    """The API, with every error as a problem document (RFC 9457)."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> "OpenAPISchema":
        schema = super().get_openapi_schema(*args, **kwargs)
        describe(schema)
        return schema


api = Api(title="增一 zengyi", version="1", urls_namespace="api", auth=Bearer(), docs_url=None, description=DESCRIPTION)
for router in ROUTERS:
    api.add_router("", router)


@api.exception_handler(Refused)
def on_refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal."""
    return problem_of(refusal)


@api.exception_handler(AuthenticationError)
def on_unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No token."""
    return problem_of(NotSignedIn(NO_TOKEN))


@api.exception_handler(Http404)
def on_missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """No such address."""
    return problem(404, "not-there", _("没有这个地址。"))


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A request the framework could not read."""
    if isinstance(error.__cause__, RequestDataTooBig):
        return on_too_large(request, error.__cause__)
    return problem(error.status_code, "malformed", _("请求读不懂：内容要用 JSON。"))


@api.exception_handler(RequestDataTooBig)
def on_too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """A body larger than the server reads."""
    return problem(413, "too-large", _("内容太大。"))


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Fields of the wrong type, too long or missing."""
    fields: dict[str, list[str]] = {}
    for item in error.errors:
        where = [str(part) for part in item["loc"] if part not in ("body", "payload", "query", "path")]
        fields.setdefault(".".join(where) or "body", []).append(str(item["msg"]))
    return problem(422, "invalid", _("有几处填得不对，请看 fields。"), fields)


class ProblemMiddleware:
    """Turns errors under ``/api/`` that never reached an operation (unknown address, wrong method) into problems."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        if request.path.startswith("/api/") and response.status_code >= MALFORMED:
            if response.get("Content-Type", "").startswith("application/problem+json"):
                return response
            titles = {
                400: _("请求读不懂。"),
                404: _("没有这个地址。"),
                405: _("这个地址不接受这种方法。"),
                413: _("内容太大。"),
            }
            told = problem(response.status_code, "http", titles.get(response.status_code, _("出了点问题，请稍后再试。")))
            for name in ("Allow", "Retry-After"):
                if name in response:
                    told[name] = response[name]
            return told
        return response
