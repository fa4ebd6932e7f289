"""Operations of greetings."""

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field
from zengyi.greetings import actions

from zengyi.core import clock
from zengyi.core.api import step, string
from zengyi.people.web import bearer

router = Router(tags=["greetings"])


class GreetingIn(Schema):
    """What to say."""

    text: string(200, least=1) = Field(examples=["大家好"])  # type: ignore[valid-type]


class GreetingOut(Schema):
    """What was said."""

    id: int


@router.post("/greetings", operation_id="say_greeting", summary="Say hello", response={201: GreetingOut})
def say_greeting(request: HttpRequest, payload: GreetingIn) -> HttpResponse:
    """Greet the community."""
    by = bearer(request)
    owner = f"{by.user_id}:{by.acting_as}"
    return step(request, owner, lambda: actions.say(payload.text, by=by, at=clock.now()), lambda made: {"id": made}, status=201)
