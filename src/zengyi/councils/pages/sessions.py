"""Sessions: the list, a new one, one of them with all that is done there, and what is taken away from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock, web
from zengyi.core.errors import Invalid, NotThere
from zengyi.core.forms import PlainForm
from zengyi.core.ids import WithId, id_of
from zengyi.core.keyset import after_of, next_link
from zengyi.core.public import public_page
from zengyi.councils import actions, queries
from zengyi.councils.forms import sessions as forms
from zengyi.councils.forms import talking as talking_forms
from zengyi.councils.queries.sessions import find, next_of, proposals_of, waiting_topics
from zengyi.councils.queries.topic_parts import written
from zengyi.councils.rules import decisions
from zengyi.people import queries as people
from zengyi.people.queries.lists import MemberRow
from zengyi.people.rules import COMMUNITY_ROLES, Actor, check_role
from zengyi.people.web import acting, layout_of

if TYPE_CHECKING:
    from django.http import QueryDict


@public_page
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """What is held here, the latest called first."""
    by = acting(request)
    page = queries.sessions(by=by, after=after_of(request))
    context = {"layout": layout_of(by), "page": page, "next": next_link(request, page), "staff": by.role in COMMUNITY_ROLES}
    return render(request, "councils/sessions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: HttpRequest) -> HttpResponse:
    """Call a session, perhaps the next of a series."""
    by = acting(request)
    topics = waiting_topics(by.community_id or 0)
    form = forms.SessionForm(web.sent(request), initial=_initial(request, by), topics=topics)
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: _plan(form.cleaned_data, by),
            to=lambda made: reverse("session", args=[made.pk]),
            said=lambda _made: _("排好了。上次说好的已经放在议程最前面。"),
        )
        if answer is not None:
            return answer
    context = {"layout": layout_of(by), "form": form}
    return render(request, "councils/session_new.html", context, status=web.status_of(form))


def _initial(request: HttpRequest, by: Actor) -> dict[str, Any]:
    after, topic = id_of(request.GET.get("after")), id_of(request.GET.get("topic"))
    if after is None:
        return {"topics": [topic] if topic else []}
    nearest = next_of(after, by=by)
    return {"kind": nearest.kind, "title": nearest.title, "place": nearest.place, "starts_at": nearest.starts_at}


def _plan(given: dict[str, Any], by: Actor) -> WithId:
    more = {"topic_ids": given.get("topics", ()), "weekly": given["weekly"]}
    return actions.plan_session(given["kind"], given["title"], given["place"], given["starts_at"], **more, by=by, at=clock.now())


@public_page
@require_safe
def session(request: HttpRequest, session_id: int) -> HttpResponse:
    """One session: for the community all that is done there, for neighbours what it is about."""
    by = acting(request)
    found = queries.session(session_id, by=by)
    parties = list(dict.fromkeys([*(person.party for person in found.people), _("居民"), _("物业"), _("社区")]))
    context = {
        "layout": layout_of(by),
        "found": found,
        "topics": [(item, [row for topic, row in found.said if topic == item.topic_id]) for item in found.items if item.topic_id],
        "attend": forms.AttendForm(),
        "point": forms.PointForm(),
        "spoken": forms.SpokenForm(),
        "answer": forms.AnswerForm(),
        "parties": parties,
    }
    return render(request, "councils/session.html", context)


@dataclass(frozen=True, slots=True)
class SessionStep:
    """A step: the page's title, the button, its form, and what runs."""

    title: object
    button: object
    form: Callable[[Any, Actor], PlainForm]
    run: Callable[[int, dict[str, Any], Actor], Any]
    action: str = "session.run"


def _plain(data: "QueryDict | None", _by: Actor) -> PlainForm:
    return talking_forms.NoForm(data)


def _decide_form(data: "QueryDict | None", by: Actor, topic_id: int | None = None) -> PlainForm:
    return forms.DecideForm(data, units=people.units_of(by.community_id or 0), proposals=proposals_of(topic_id, by=by))


def _decide(session_id: int, given: dict[str, Any], by: Actor) -> WithId:
    form: forms.DecideForm = given["form"]
    made = []
    for one in form.given():
        who = one.pop("member")
        made.append(decisions.Action(**one, member_id=member_named(who, by).id if who else None))
    dissents = [decisions.Dissent(given["dissent_party"], given["dissent_text"])] if given["dissent_text"] else []
    more = {"actions": made, "hands": form.hands(), "dissents": dissents, "no_action_reason": given["no_action_reason"]}
    more["adopts"] = given.get("adopts", ())
    return actions.decide(session_id, given["topic"], given["text"], given["outcome"], **more, by=by, at=clock.now())


def member_named(who: str, by: Actor) -> MemberRow:
    """The member of that number, or of that name if nobody else has it."""
    found = [row for row in people.members(by=by, q=who, size=20).rows if who.strip() in (row.number, row.name)]
    if len(found) != 1:
        raise Invalid(_("没有找到这位党员，或者有几位同名，请写编号。"))
    return found[0]


def _attend(session_id: int, given: dict[str, Any], by: Actor) -> WithId:
    person_id = _person_named(given["known"], by) if given["known"] else None
    more = {"person_id": person_id, "name": given["name"], "part": given["role"]}
    return actions.attend(session_id, given["party"], **more, by=by, at=clock.now())


def _person_named(who: str, by: Actor) -> int:
    """The person with that member's number or phone, or of that name if nobody else has it."""
    found = {row.person_id for row in people.members(by=by, q=who, size=20).rows if who in (row.number, row.name)}
    if not found:
        rows = people.residents(by=by, q=who, size=20).rows
        found = {row.id for row in rows if row.name == who or (who.isascii() and who.isdigit() and who not in row.name)}
    if len(found) != 1:
        raise Invalid.on("known", _("名单里没有找到，或者有几位同名：请写党员编号或手机号。"))
    return found.pop()


STEPS: dict[str, SessionStep] = {
    "notice": SessionStep(
        gettext_lazy("发通知"), gettext_lazy("发通知"), _plain, lambda pk, _given, by: actions.notice_session(pk, by=by, at=clock.now())
    ),
    "open": SessionStep(
        gettext_lazy("现在开会"), gettext_lazy("现在开会"), _plain, lambda pk, _given, by: actions.open_session(pk, by=by, at=clock.now())
    ),
    "close": SessionStep(
        gettext_lazy("散会"), gettext_lazy("散会"), _plain, lambda pk, _given, by: actions.close_session(pk, by=by, at=clock.now())
    ),
    "publish": SessionStep(
        gettext_lazy("公布纪要"),
        gettext_lazy("公布"),
        _plain,
        lambda pk, _given, by: actions.publish_session(pk, by=by, at=clock.now()),
        "session.publish",
    ),
    "cancel": SessionStep(
        gettext_lazy("不开了"),
        gettext_lazy("不开了"),
        lambda data, _by: forms.CancelForm(data),
        lambda pk, given, by: actions.cancel_session(pk, given["reason"], by=by, at=clock.now()),
    ),
    "attend": SessionStep(
        gettext_lazy("签到"),
        gettext_lazy("记上"),
        lambda data, _by: forms.AttendForm(data),
        _attend,
    ),
    "leave": SessionStep(
        gettext_lazy("走了"),
        gettext_lazy("走了"),
        lambda data, _by: forms.LeaveForm(data),
        lambda _pk, given, by: actions.leave(given["participant"], by=by, at=clock.now()),
    ),
    "say": SessionStep(
        gettext_lazy("记一句"),
        gettext_lazy("记下"),
        lambda data, _by: forms.SpokenForm(data),
        lambda pk, given, by: actions.opine(
            given["topic"],
            given["party"],
            given["kind"],
            given["text"],
            session_id=pk,
            speaker_id=given["speaker"],
            by=by,
            at=clock.now(),
        ),
    ),
    "correct": SessionStep(
        gettext_lazy("改一句记错的"),
        gettext_lazy("改好了"),
        lambda data, _by: forms.CorrectForm(data),
        lambda _pk, given, by: actions.correct_opinion(
            given["opinion"], given["text"], party=given["party"], kind=given["kind"], by=by, at=clock.now()
        ),
    ),
    "reword": SessionStep(
        gettext_lazy("改一条决定的文字"),
        gettext_lazy("改好了"),
        lambda data, _by: forms.RewordForm(data),
        lambda _pk, given, by: actions.correct_decision(given["decision"], given["text"], by=by, at=clock.now()),
    ),
    "point": SessionStep(
        gettext_lazy("加一项"),
        gettext_lazy("加上"),
        lambda data, _by: forms.PointForm(data),
        lambda pk, given, by: actions.add_point(pk, given["point"], by=by, at=clock.now()),
    ),
    "begin": SessionStep(
        gettext_lazy("开始议这一项"),
        gettext_lazy("开始"),
        lambda data, _by: forms.BeginForm(data),
        lambda _pk, given, by: actions.begin_item(given["item"], by=by, at=clock.now()),
    ),
    "answer": SessionStep(
        gettext_lazy("办、上报还是撤"),
        gettext_lazy("就这么办"),
        lambda data, _by: forms.AnswerForm(data),
        lambda _pk, given, by: actions.answer_item(given["item"], given["answer"], text=given["text"], by=by, at=clock.now()),
    ),
    "decide": SessionStep(
        gettext_lazy("记一条决定"),
        gettext_lazy("记下，派单"),
        _decide_form,
        _decide,
    ),
    "explain": SessionStep(
        gettext_lazy("为什么不用派人办"),
        gettext_lazy("记下"),
        lambda data, _by: forms.ExplainForm(data),
        lambda _pk, given, by: actions.explain_decision(given["decision"], given["reason"], by=by, at=clock.now()),
    ),
    "note": SessionStep(
        gettext_lazy("纪要里补一段"),
        gettext_lazy("记下"),
        lambda data, _by: forms.NoteForm(data),
        lambda pk, given, by: actions.note_minutes(pk, given["note"], by=by, at=clock.now()),
    ),
    "sign": SessionStep(
        gettext_lazy("谁签了字"),
        gettext_lazy("记上"),
        lambda data, _by: forms.SignForm(data),
        lambda pk, given, by: actions.sign_session(pk, **given, by=by, at=clock.now()),
    ),
}
#: What stands hidden in a form and comes along in the address of its page.
HIDDEN = ("topic", "participant", "item", "decision", "opinion")


@require_http_methods(["GET", "HEAD", "POST"])
def session_move(request: HttpRequest, session_id: int, verb: str) -> HttpResponse:
    """A step with a session: GET shows its form, POST takes it."""
    by, step = acting(request), STEPS.get(verb)
    if step is None:
        raise NotThere(_("没有这一步。"))
    check_role(by, step.action)
    found = find(session_id, by=by)
    if found.community_id != by.community_id:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    sent = web.sent(request)
    if verb == "decide":
        form = _decide_form(sent, by, id_of((sent or request.GET).get("topic")))
    else:
        form = step.form(sent, by)
    form.initial.update({name: request.GET[name] for name in HIDDEN if name in request.GET})
    back = reverse("session", args=[session_id])
    if verb == "note":
        form.initial["note"] = found.note
    if verb in ("correct", "reword"):
        asked = {"opinion_id": id_of(request.GET.get("opinion")), "decision_id": id_of(request.GET.get("decision"))}
        form.initial.update(written(found.community_id, **asked))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: step.run(session_id, {**form.cleaned_data, "form": form} if verb == "decide" else form.cleaned_data, by),
            to=lambda made: f"{reverse('session-hall', args=[session_id])}?item={made.pk}" if verb == "begin" else back,
            said=lambda _made: "" if verb == "begin" else _("记下了。"),
        )
        if answer is not None:
            return answer
    context = {
        "layout": layout_of(by),
        "form": form,
        "of": next((form[name].value() for name in HIDDEN if name in form.fields), ""),
        "step": step,
        "about": found.title,
        "back": back,
    }
    return render(request, "councils/move.html", context, status=web.status_of(form))
