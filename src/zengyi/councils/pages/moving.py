"""One page for every step with a topic: GET shows its form, POST takes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from zengyi.core import clock, web
from zengyi.core.errors import NotThere
from zengyi.core.forms import PlainForm, contents
from zengyi.councils import actions, queries
from zengyi.councils.forms import talking as forms
from zengyi.councils.queries.photos import every_shot
from zengyi.councils.queries.sessions import ahead, options_of
from zengyi.councils.queries.topic_parts import standing_of
from zengyi.councils.queries.topics import check_move
from zengyi.councils.rules import surveys, talking
from zengyi.people.rules import COMMUNITY_ROLES, Actor, check_role
from zengyi.people.web import acting, layout_of


@dataclass(frozen=True, slots=True)
class TopicStep:
    """A step: what the table of roles calls it, the page's title, the button, its form, and what runs."""

    action: str
    title: object
    button: object
    form: Callable[[Any, int, Actor], PlainForm]
    run: Callable[[int, dict[str, Any], Actor], Any]


def _sessions(by: Actor) -> list[tuple[int, str]]:
    found = ahead(by.community_id or 0)
    return [(pk, f"{title} · {date_format(starts.astimezone(clock.SHANGHAI), 'DATETIME_FORMAT')}") for pk, title, starts in found]


def _say(topic_id: int, given: dict[str, Any], by: Actor) -> object:
    words = {"support": given["support"], "option_id": given.get("option_id")}
    channel = {"channel": given["channel"]} if "channel" in given else {}
    return actions.opine(topic_id, given["party"], given["kind"], given["text"], **words, **channel, by=by, at=clock.now())


def _survey(topic_id: int, given: dict[str, Any], by: Actor) -> object:
    figures = surveys.figures_of(given["figures"])
    more = {name: given[name] for name in ("text", "who", "held_on", "private")}
    more["photos"] = contents(given["photos"])
    return actions.survey_topic(topic_id, figures, **more, by=by, at=clock.now())


def _judge(topic_id: int, given: dict[str, Any], by: Actor) -> object:
    return actions.evaluate_topic(topic_id, given["verdict"], text=given["text"], channel=given.get("channel"), by=by, at=clock.now())


def _option(topic_id: int, given: dict[str, Any], by: Actor) -> object:
    words = {"text": given["text"], "cost": talking.cents(given["cost"]), "fund": given["fund"]}
    return actions.add_option(topic_id, given["title"], **words, by=by, at=clock.now())


STEPS: dict[str, TopicStep] = {
    "say": TopicStep(
        "topic.opine",
        gettext_lazy("说一句"),
        gettext_lazy("记下这一句"),
        lambda data, topic_id, by: forms.SayForm(
            data,
            initial={"party": talking.own_party(by.role), "support": ""},
            options=options_of(topic_id),
            staff=by.role in COMMUNITY_ROLES,
        ),
        _say,
    ),
    "survey": TopicStep(
        "topic.prepare", gettext_lazy("看了现场"), gettext_lazy("记下看到的"), lambda data, _topic_id, _by: forms.SurveyForm(data), _survey
    ),
    "photos": TopicStep(
        "topic.prepare",
        gettext_lazy("哪些照片不给邻居看"),
        gettext_lazy("就这样"),
        lambda data, topic_id, _by: forms.BackForm(data, shots=every_shot(topic_id)),
        lambda topic_id, given, by: actions.keep_back_photos(topic_id, given["back"], by=by, at=clock.now()),
    ),
    "party": TopicStep(
        "topic.prepare",
        gettext_lazy("请一方来"),
        gettext_lazy("请这一方"),
        lambda data, _topic_id, _by: forms.PartyForm(data),
        lambda topic_id, given, by: actions.invite_party(topic_id, **given, by=by, at=clock.now()),
    ),
    "option": TopicStep(
        "topic.prepare", gettext_lazy("加一个方案"), gettext_lazy("加上"), lambda data, _topic_id, _by: forms.OptionForm(data), _option
    ),
    "dissent": TopicStep(
        "topic.prepare",
        gettext_lazy("先问不同意的"),
        gettext_lazy("记下他说的"),
        lambda data, _topic_id, _by: forms.FollowUpForm(data),
        lambda _topic_id, given, by: actions.follow_up(
            given["dissent"], came_true=given["came_true"], said=given["said"], by=by, at=clock.now()
        ),
    ),
    "supersede": TopicStep(
        "session.run",
        gettext_lazy("另定了"),
        gettext_lazy("记下，前一条不算了"),
        lambda data, topic_id, _by: forms.SupersedeForm(data, decided=standing_of(topic_id)),
        lambda _topic_id, given, by: actions.supersede_decision(given["decision"], given["newer"], by=by, at=clock.now()),
    ),
    "schedule": TopicStep(
        "topic.schedule",
        gettext_lazy("排上会"),
        gettext_lazy("排上"),
        lambda data, _topic_id, by: forms.ScheduleForm(data, sessions=_sessions(by)),
        lambda topic_id, given, by: actions.schedule_topic(topic_id, given["session_id"], by=by, at=clock.now()),
    ),
    "defer": TopicStep(
        "topic.defer",
        gettext_lazy("先放一放"),
        gettext_lazy("先放一放"),
        lambda data, _topic_id, _by: forms.DeferForm(data),
        lambda topic_id, given, by: actions.defer_topic(topic_id, given["reason"], until=given["until"], by=by, at=clock.now()),
    ),
    "escalate": TopicStep(
        "topic.defer",
        gettext_lazy("报给上级"),
        gettext_lazy("报上去"),
        lambda data, _topic_id, _by: forms.ReasonForm(data),
        lambda topic_id, given, by: actions.escalate_topic(topic_id, given["reason"], by=by, at=clock.now()),
    ),
    "evaluate": TopicStep(
        "topic.evaluate",
        gettext_lazy("办得怎样"),
        gettext_lazy("就这样评"),
        lambda data, _topic_id, by: forms.JudgeForm(data, own=by.role not in COMMUNITY_ROLES),
        _judge,
    ),
    "archive": TopicStep(
        "topic.archive",
        gettext_lazy("归档"),
        gettext_lazy("归档"),
        lambda data, _topic_id, _by: forms.NoForm(data),
        lambda topic_id, _given, by: actions.archive_topic(topic_id, by=by, at=clock.now()),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def topic_move(request: HttpRequest, topic_id: int, verb: str) -> HttpResponse:
    """A step with a topic."""
    by, step = acting(request), STEPS.get(verb)
    if step is None:
        raise NotThere(_("没有这一步。"))
    check_role(by, step.action)
    if request.method != "POST":
        check_move(topic_id, verb, by=by)
    form = step.form(web.sent(request), topic_id, by)
    form.files = request.FILES
    if verb == "dissent" and request.method != "POST":
        form.initial["dissent"] = request.GET.get("dissent", "")
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: step.run(topic_id, form.cleaned_data, by),
            to=lambda _made: reverse("topic", args=[topic_id]),
            said=lambda _made: _("记下了。"),
        )
        if answer is not None:
            return answer
    found = queries.topic(topic_id, by=by)
    context = {"layout": layout_of(by), "form": form, "step": step, "about": found.title, "back": reverse("topic", args=[topic_id])}
    return web.waiting(form, render(request, "councils/move.html", context, status=web.status_of(form)))
