"""The page behind the sign at a building's door: anybody asks for help there, without an account."""

from typing import Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from zengyi.core import clock
from zengyi.core.errors import Refused
from zengyi.core.forms import contents
from zengyi.core.ids import WithId
from zengyi.core.masking import mask_phone
from zengyi.core.web import add_refusal, go, status_of, submit, waiting
from zengyi.orders import actions, queries
from zengyi.orders.forms.door import DoorCodeForm, DoorForm
from zengyi.orders.rules.signs import PendingState
from zengyi.people import actions as people_actions
from zengyi.people import queries as people
from zengyi.people.rules import check_role
from zengyi.people.web import acting

#: In the session: what was asked at a door and waits for its code.
ASKED = "asked_at_door"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, token: str) -> HttpResponse:
    """A few words, a photo and a phone; nothing about the building's people."""
    check_role(acting(request), "order.ask_at_door")
    found, codes = queries.door(token), people.codes_offered()
    form = DoorForm(request.POST, request.FILES, codes=codes) if request.method == "POST" else DoorForm(codes=codes)
    if request.method == "POST":
        answer = submit(
            request,
            form,
            lambda: _ask(token, form, request),
            to=lambda row: reverse("door-code" if row.state == PendingState.CODE else "door", args=[token]),
            said=lambda row: "" if row.state == PendingState.CODE else _("记下了。社区会打这个电话给您，通了就开始办。"),
        )
        if answer is not None:
            return answer
    context = {"found": found, "form": form, "token": token, "codes": codes}
    return waiting(form, render(request, "orders/door.html", context, status=status_of(form)))


class _Asked(WithId, Protocol):
    """What was asked for at a door."""

    @property
    def state(self) -> str: ...


def _ask(token: str, form: DoorForm, request: HttpRequest) -> _Asked:
    given = form.cleaned_data
    row = actions.ask_at_door(
        token,
        about=given["about"],
        matter=given["matter"],
        name=given["name"],
        phone=given["phone"],
        way=given["way"],
        photos=contents([given["photo"]]) if given["photo"] else [],
        address=request.META.get("REMOTE_ADDR", ""),
        at=clock.now(),
    )
    if row.state == PendingState.CODE:
        request.session[ASKED] = {"id": row.pk, "code": row.code_id, "phone": mask_phone(given["phone"]), "token": token}
    return row


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def door_code(request: HttpRequest, token: str) -> HttpResponse:
    """The code that came by SMS: then it is an order."""
    check_role(acting(request), "order.ask_at_door")
    asked = request.session.get(ASKED)
    if not asked or asked["token"] != token:
        return go(request, reverse("door", args=[token]))
    form = DoorCodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        address = request.META.get("REMOTE_ADDR", "")
        try:
            order = actions.confirm_at_door(asked["id"], form.cleaned_data["code"], address=address, at=clock.now())
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            del request.session[ASKED]
            sentence = _("记下了。社区会打这个电话给您，通了就开始办。")
            if order is not None:
                sentence = _("交给社区了，单号 %(number)s。用这个手机号登录，随时看得到办到哪一步。") % {"number": order.number}
            return go(request, reverse("door", args=[token]), sentence)
    shown_here = people_actions.shown_in_demo(asked["code"])
    context = {"form": form, "token": token, "phone": asked["phone"], "shown_here": shown_here}
    return waiting(form, render(request, "orders/door_code.html", context, status=status_of(form)))
