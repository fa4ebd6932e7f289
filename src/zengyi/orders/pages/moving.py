"""One page for every move of an order: GET shows its form, POST does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from zengyi.core import clock, web
from zengyi.core.errors import Invalid, NotThere
from zengyi.core.ids import WithId
from zengyi.orders import actions, forms, queries, rules
from zengyi.orders.pages import saying
from zengyi.orders.pages.common import back, show
from zengyi.orders.pages.parties import (
    leave_rows,
    mergeable,
    pair_notes,
    parties,
    release_choices,
    sendable,
    share_rows,
    units_to_exclude,
)
from zengyi.people.rules import COMMUNITY_ROLES, STAFF_ROLES, Actor, check_role
from zengyi.people.web import acting

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PLAIN = frozenset(
    {
        rules.Verb.PUBLISH,
        rules.Verb.ACCEPT,
        rules.Verb.REFUSE,
        rules.Verb.CLAIM,
        rules.Verb.DECLINE,
        rules.Verb.CANCEL,
        rules.Verb.CLOSE,
        rules.Verb.REOPEN,
        rules.NOTE,
        rules.CALL_BACK,
    }
)


#: The forms of those that ask for more than their button.
PLAIN_FORMS: dict[str, type[forms.PlainForm]] = {
    rules.Verb.DECLINE: forms.ReasonForm,
    rules.Verb.CANCEL: forms.ReasonForm,
    rules.Verb.REOPEN: forms.ReasonForm,
    rules.NOTE: forms.NoteForm,
    rules.CALL_BACK: forms.CallBackForm,
}


#: The forms of those that staff also fill in for somebody without a login, and then say how they heard it.
HEARD_FORMS: dict[str, type[forms.HeardForm]] = {
    rules.Verb.ACCEPT: forms.AcceptForm,
    rules.Verb.REFUSE: forms.RefuseForm,
    rules.Verb.RETURN: forms.ReturnForm,
}


@dataclass(frozen=True, slots=True)
class Ask:
    """How a move is asked for: the question above its form, what follows from it, and the words on its button."""

    title: "StrOrPromise"
    button: "StrOrPromise"
    then: "StrOrPromise" = ""
    red: bool = False


ASKS: dict[str, Ask] = {
    rules.Verb.TRIAGE: Ask(gettext_lazy("受理这一单"), gettext_lazy("受理"), gettext_lazy("受理后定下困难几分，再发认领公告或派单。")),
    rules.Verb.PUBLISH: Ask(
        gettext_lazy("发认领公告？"), gettext_lazy("发认领公告"), gettext_lazy("公告会放进“附近的单”，党员和单位都能接；门牌电话不公开。")
    ),
    rules.Verb.ASSIGN: Ask(
        gettext_lazy("派给谁？"), gettext_lazy("派单"), gettext_lazy("对方接受了才算接单；婉拒会写明原因，单子回到待认领。")
    ),
    rules.Verb.ACCEPT: Ask(
        gettext_lazy("接受派单？"), gettext_lazy("接受派单"), gettext_lazy("接受后看得到门牌和电话，请在时限前办好。"), red=True
    ),
    rules.Verb.REFUSE: Ask(gettext_lazy("这次不方便？"), gettext_lazy("婉拒"), gettext_lazy("社区会另外派人，不扣分。")),
    rules.Verb.CLAIM: Ask(
        gettext_lazy("接下这一单？"), gettext_lazy("我来接单"), gettext_lazy("接单后看得到门牌和电话，请在时限前办好。"), red=True
    ),
    rules.Verb.RELEASE: Ask(gettext_lazy("退单"), gettext_lazy("退单"), gettext_lazy("单子回到“附近的单”，让别人来接。不扣分。")),
    rules.Verb.DELIVER: Ask(
        gettext_lazy("办好了，请居民看一眼"), gettext_lazy("交给居民确认"), gettext_lazy("居民确认后，两边同时记账。"), red=True
    ),
    rules.Verb.CONFIRM: Ask(gettext_lazy("确认办好了？"), gettext_lazy("确认办好了"), red=True),
    rules.Verb.RETURN: Ask(gettext_lazy("哪里还不行？"), gettext_lazy("退回继续办"), gettext_lazy("单子退回给接单的人继续办，不记分。")),
    rules.Verb.DECLINE: Ask(gettext_lazy("不受理这一单"), gettext_lazy("不受理"), gettext_lazy("点单的人看得到原因，也可以换个说法再点。")),
    rules.Verb.MERGE: Ask(
        gettext_lazy("并到另一单"), gettext_lazy("合并"), gettext_lazy("这一单关闭，经过并入另一单；点单的人两边都看得到。")
    ),
    rules.Verb.CANCEL: Ask(gettext_lazy("撤回这一单？"), gettext_lazy("撤回"), gettext_lazy("撤回后不能恢复，需要时再点一单。")),
    rules.Verb.CLOSE: Ask(
        gettext_lazy("没有回话，关闭？"), gettext_lazy("无回话关闭"), gettext_lazy("提醒过两次没有回话才能关闭；不记分，之后会抽查回访。")
    ),
    rules.MASK: Ask(
        gettext_lazy("遮住电话和门牌？"),
        gettext_lazy("遮住"),
        gettext_lazy("写在标题、情况、地点里的号码换成 ***，谁都看不到了，改不回来。要联系，用“看电话和门牌”。"),
    ),
    rules.EXCLUDE: Ask(
        gettext_lazy("请哪个单位回避？"),
        gettext_lazy("改好"),
        gettext_lazy("它和它的人在单子里找不到这一单，接不了，也不能派给它；不告诉它是谁要它回避。正在它手上的，收回来另找人。"),
    ),
    rules.Verb.REOPEN: Ask(
        gettext_lazy("重新打开这一单？"),
        gettext_lazy("重新打开"),
        gettext_lazy("单子回到“社区已受理”，困难原样还在；接着可以发认领公告、派单，或者撤回。"),
    ),
    rules.CALL_BACK: Ask(
        gettext_lazy("打个电话，问一声"),
        gettext_lazy("记下回访"),
        gettext_lazy("抽到的单子都问一声，不是针对谁。属实就到此为止；不属实，会提出冲销，请另一位同事审核。"),
    ),
    rules.NOTE: Ask(gettext_lazy("补充几句"), gettext_lazy("写进经过"), gettext_lazy("点单的人、社区和接单的人看得到。")),
}


@require_http_methods(["GET", "HEAD", "POST"])
def order_move(request: HttpRequest, order_id: int, verb: str) -> HttpResponse:
    """The form page of a move, and the move itself."""
    by = acting(request)
    if verb not in ASKS:
        raise NotThere(_("没有这一步。"))
    # Checked first, as in the API: somebody whose role may not make this move at all must not learn whether the order exists.
    check_role(by, f"order.{verb}")
    form = None
    if request.method == "POST" and _asks_nothing(verb, by):
        form = form_of(verb, None, by, request)
        answer = _submit(request, order_id, verb, form, by)
        if answer is not None:
            return answer
    order = queries.detail(order_id, by=by, at=clock.now())
    if _looks(request, verb):
        rules.check(verb, order.situation)
        return show(request, "move.html", {**context_of(order, verb, _found(request, order, by)), "who": _who(request)})
    if isinstance(form, forms.ConfirmForm):
        form.offer(leave_rows(order))
    if form is None:
        form = form_of(verb, order, by, request)
        answer = _submit(request, order_id, verb, form, by) if request.method == "POST" else None
        if answer is not None:
            return answer
    if not form.errors:
        rules.check(verb, order.situation)
    return show(request, "move.html", {**context_of(order, verb, form), "who": _who(request)}, status=web.status_of(form))


def _looks(request: HttpRequest, verb: str) -> bool:
    """Whether the form was sent to find somebody by name, and not yet to be taken."""
    return verb == rules.Verb.ASSIGN and request.method == "POST" and "find" in request.POST


def _found(request: HttpRequest, order: queries.OrderDetail, by: Actor) -> forms.AssignForm:
    """The form with those whose name was asked for; who was picked and what was typed stay."""
    party = forms.words(request.POST.get("party"))
    found, more = parties(order, by, _who(request), party)
    return forms.AssignForm(initial={"party": party, "points": request.POST.get("points", "")[:9]}, parties=found, more=more)


def _who(request: HttpRequest | None) -> str:
    """The name somebody is looked for by."""
    return forms.words(request.POST.get("who")) if request is not None else ""


def _asks_nothing(verb: str, by: Actor) -> bool:
    """Whether the move's form is the same for every order: then a sent form needs no order to be read first."""
    if verb in (rules.Verb.CONFIRM, rules.Verb.RETURN):  # to staff it matters whether the order is their own
        return by.role not in STAFF_ROLES
    return verb in PLAIN


def _submit(request: HttpRequest, order_id: int, verb: str, form: forms.PlainForm, by: Actor) -> HttpResponse | None:
    step = STEPS[verb]
    return web.submit(
        request,
        form,
        lambda: step(order_id, form, by),
        to=lambda moved: back(request, moved.pk),
        said=lambda _moved: saying.after(verb),
    )


def context_of(order: queries.OrderDetail, verb: str, form: django_forms.Form) -> dict[str, Any]:
    """What the form's template needs, on its own page and in the desk's dock."""
    found: dict[str, Any] = {"order": order, "verb": verb, "ask": ASKS[verb], "form": form}
    if verb == rules.Verb.CONFIRM:
        found["pair_notes"] = pair_notes(order)
    return found


def form_of(verb: str, order: queries.OrderDetail | None, by: Actor, request: HttpRequest | None = None) -> forms.PlainForm:
    """The form of a move, bound to what was sent. ``order`` may be missing for moves that ask nothing about it."""
    sent = request is not None and request.method == "POST"
    bound: dict[str, Any] = {"data": request.POST, "files": request.FILES} if sent and request is not None else {}
    match verb:
        case rules.Verb.ACCEPT | rules.Verb.REFUSE | rules.Verb.RETURN:
            own = verb == rules.Verb.RETURN and (order is None or order.is_mine)
            return HEARD_FORMS[verb](on_behalf=by.role in COMMUNITY_ROLES and not own, **bound)
        case rules.Verb.CONFIRM:
            form = forms.ConfirmForm(**_on_behalf(order), **bound)
            form.offer(leave_rows(order) if order is not None else [])
            return form
        case _ if order is not None:
            return _asking_about(verb, order, by, request, bound)
        case _:
            return PLAIN_FORMS.get(verb, forms.SureForm)(**bound)


def _asking_about(verb: str, order: queries.OrderDetail, by: Actor, request: HttpRequest | None, bound: dict[str, Any]) -> forms.PlainForm:
    """The form of a move that asks something about the order, or of one that does not."""
    match verb:
        case rules.Verb.TRIAGE:
            given = {"difficulty": order.difficulty, "places": order.places, "category": order.category, "urgency": order.urgency}
            again = {"due_at": order.due_at, "needs": order.needs, "provides": order.provides}
            return forms.TriageForm(initial=given | again, **bound)
        case rules.Verb.ASSIGN:
            asked = request.GET if request is not None else {}
            picked = forms.words(request.POST.get("party")) if request is not None else ""
            found, more = parties(order, by, _who(request), picked)
            return forms.AssignForm(initial={"party": forms.words(asked.get("party"))}, parties=found, more=more, **bound)
        case rules.Verb.RELEASE:
            return forms.ReleaseForm(claims=release_choices(order, by), **bound)
        case rules.Verb.DELIVER:
            members, points = sendable(order, by)
            return forms.DeliverForm(members=members, points=points, on_behalf=by.role in COMMUNITY_ROLES, **bound)
        case rules.Verb.MERGE:
            return forms.MergeForm(found=mergeable(order, by), **bound)
        case rules.EXCLUDE:
            return forms.ExcludeForm(units=units_to_exclude(order), **bound)
        case _:
            return PLAIN_FORMS.get(verb, forms.SureForm)(**bound)


def _on_behalf(order: queries.OrderDetail | None) -> dict[str, Any]:
    """The further questions to staff who confirm for somebody else; none for one's own order."""
    if order is None or order.is_mine:
        return {}
    return {"on_behalf": True, "claims": share_rows(order), "points": order.difficulty or 0}


def _merge(order_id: int, form: forms.MergeForm, by: Actor) -> WithId:
    into_id = form.cleaned_data["into_id"] or _numbered(form.cleaned_data["number"], by)
    return actions.merge(order_id, into_id=into_id, by=by, at=clock.now())


def _numbered(number: str, by: Actor) -> int:
    wanted = number.strip()
    if wanted.isascii() and wanted.isdigit():
        wanted = f"{clock.year_of(clock.now())}-{int(wanted):04d}"
    rows = queries.listing(by=by, at=clock.now(), q=wanted, community_id=by.community_id).rows
    found = [row.id for row in rows if row.number == wanted]
    if not found:
        sentence = _("没有找到这个单号，请再看一眼。")
        raise Invalid.on("number", sentence)
    return found[0]


def _deliver(order_id: int, form: forms.DeliverForm, by: Actor) -> WithId:
    given = form.cleaned_data
    photos = forms.contents(given["photos"])
    said = {"text": given["text"], "sent": form.sent(), "channel": form.channel}
    return actions.deliver(order_id, **said, photos=photos, by=by, at=clock.now())


def _exclude(order_id: int, form: forms.ExcludeForm, by: Actor) -> WithId:
    out, unit = form.cleaned_data["unit"]
    return (actions.exclude if out else actions.readmit)(order_id, unit, by=by, at=clock.now())


def _with_fields(action: Callable[..., WithId], *names: str) -> Callable[[int, forms.PlainForm, Actor], WithId]:
    def step(order_id: int, form: forms.PlainForm, by: Actor) -> WithId:
        return action(order_id, **{name: form.cleaned_data[name] for name in names}, by=by, at=clock.now())

    return step


def _heard(action: Callable[..., WithId], *names: str) -> Callable[[int, forms.HeardForm, Actor], WithId]:
    def step(order_id: int, form: forms.HeardForm, by: Actor) -> WithId:
        return action(order_id, **{name: form.cleaned_data[name] for name in names}, channel=form.channel, by=by, at=clock.now())

    return step


#: Takes the move. Each knows its own form, the one that :func:`form_of` makes for it.
Send = Callable[[int, Any, Actor], WithId]
STEPS: dict[str, Send] = {
    rules.Verb.TRIAGE: _with_fields(actions.triage, "difficulty", "due_at", "places", "category", "urgency", "needs", "provides"),
    rules.Verb.PUBLISH: lambda order_id, form, by: actions.publish(order_id, mask=form.data.get("mask") == "1", by=by, at=clock.now()),
    rules.MASK: _with_fields(actions.mask),
    rules.Verb.ASSIGN: lambda order_id, form, by: actions.assign(
        order_id,
        **form.cleaned_data["party"],
        points=form.cleaned_data["points"],
        instead=form.cleaned_data["instead"],
        by=by,
        at=clock.now(),
    ),
    rules.Verb.ACCEPT: _heard(actions.accept),
    rules.Verb.REFUSE: _heard(actions.refuse, "reason"),
    rules.Verb.CLAIM: _with_fields(actions.claim),
    rules.Verb.RELEASE: lambda order_id, form, by: actions.release(
        order_id, reason=form.cleaned_data["reason"], claim_id=form.cleaned_data.get("claim_id"), by=by, at=clock.now()
    ),
    rules.Verb.DELIVER: _deliver,
    rules.Verb.CONFIRM: lambda order_id, form, by: actions.confirm(
        order_id,
        channel=form.channel,
        shares=form.shares(),
        left_out=form.cleaned_data["left_out"],
        reason=form.cleaned_data["reason"],
        by=by,
        at=clock.now(),
    ),
    rules.Verb.RETURN: _heard(actions.send_back, "reason", "due_at"),
    rules.Verb.DECLINE: _with_fields(actions.decline, "reason"),
    rules.Verb.MERGE: _merge,
    rules.Verb.CANCEL: _with_fields(actions.cancel, "reason"),
    rules.Verb.CLOSE: _with_fields(actions.close),
    rules.EXCLUDE: _exclude,
    rules.Verb.REOPEN: _with_fields(actions.reopen, "reason"),
    rules.NOTE: _with_fields(actions.note, "text"),
    rules.CALL_BACK: _with_fields(actions.call_back, "outcome", "text"),
}
