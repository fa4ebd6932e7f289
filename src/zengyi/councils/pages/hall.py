"""A session run live: one item in large letters, and one line at the bottom that takes whatever is said, decided or ordered."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zengyi.core import clock, web
from zengyi.core.errors import Invalid, NotThere
from zengyi.core.ids import id_of
from zengyi.councils import actions, queries
from zengyi.councils.forms import sessions as forms
from zengyi.councils.pages.sessions import member_named
from zengyi.councils.queries.sessions import ItemRow, SessionCard
from zengyi.councils.rules import decisions, lines
from zengyi.councils.rules.lines import Ordered, Settled, Spoken
from zengyi.people import queries as people
from zengyi.people.rules import Actor, check_role
from zengyi.people.web import acting, layout_of

#: As many parties have a number key, and as many of the latest words are shown.
KEYS, SHOWN = 9, 8


@require_http_methods(["GET", "HEAD", "POST"])
def session_hall(request: HttpRequest, session_id: int) -> HttpResponse:
    """The live page of a session, for the desk and for the wall."""
    by = acting(request)
    check_role(by, "session.run")
    found = queries.session(session_id, by=by)
    if not found.staff:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    items = [*found.carried, *found.fresh]
    at = _chosen(items, found, id_of(request.GET.get("item")))
    item = items[at] if items else None
    form = forms.LineForm(web.sent(request))
    path = reverse("session-hall", args=[session_id])
    told: list[str] = []
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: _record(found, item, form, by, told.append),
            to=lambda _made: f"{path}?item={item.id}" if item else path,
            said=lambda _made: told[-1],
        )
        if answer is not None:
            return answer
    said = [row for topic_id, row in found.said if item and item.topic_id == topic_id]
    context = {
        "layout": layout_of(by),
        "found": found,
        "item": item,
        "number": at + 1,
        "items": items,
        "before": items[at - 1].id if at > 0 else None,
        "after": items[at + 1].id if at + 1 < len(items) else None,
        "words": said[:SHOWN][::-1],
        "decisions": [one for one in found.decisions if item and item.topic_id and one.topic_id == item.topic_id],
        "parties": _parties(found),
        "form": form,
        "answer": forms.AnswerForm(),
    }
    return web.waiting(form, render(request, "councils/hall.html", context, status=web.status_of(form)))


def _chosen(items: list[ItemRow], found: SessionCard, wanted: int | None) -> int:
    """Which item is shown: the one asked for, or the first that nothing has become of."""
    if wanted is not None:
        return next((at for at, item in enumerate(items) if item.id == wanted), 0)
    decided = {one.topic_id for one in found.decisions}
    return next((at for at, item in enumerate(items) if not (item.is_done or item.answer or item.topic_id in decided)), 0)


def _parties(found: SessionCard) -> list[str]:
    """The parties that have a number key: those at the table first."""
    there = [party for party, _here, _asked in found.parties]
    spoken = [row.party for _topic, row in reversed(found.said)]
    return list(dict.fromkeys([*there, *spoken, _("居民"), _("物业"), _("社区")]))[:KEYS]


def _record(found: SessionCard, item: ItemRow | None, form: forms.LineForm, by: Actor, say: Callable[[str], None]) -> object:
    """Take what a line says by one action, and say what that does. Whatever is wrong with it is told beside the line."""
    now = clock.now()
    read = lines.read_line(form.cleaned_data["line"], parties=form.parties(), today=clock.local_date(now))
    if item is None or item.topic_id is None:
        raise Invalid.on("line", _("这一项不是议题，下面直接写怎么办；要记话，先翻到议题那一项。"))
    given: dict[str, Any] = {"by": by, "at": now}
    try:
        if isinstance(read, Spoken):
            say(_("记下了：%(party)s，%(text)s") % {"party": read.party, "text": read.text})
            return actions.opine(item.topic_id, read.party, read.kind, read.text, session_id=found.id, **given)
        if isinstance(read, Settled):
            words = _("定了：%(text)s。接着派单，写“办：……”") if read.adopted else _("没通过：%(text)s")
            say(words % {"text": read.text})
            outcome = decisions.Outcome.ADOPTED if read.adopted else decisions.Outcome.REJECTED
            return actions.decide(found.id, item.topic_id, read.text, outcome, hands=read.hands, **given)
        return _order(found, item.topic_id, read, by, now, say)
    except Invalid as wrong:
        raise Invalid.on("line", wrong.sentence) from wrong


def _order(found: SessionCard, topic_id: int, read: Ordered, by: Actor, now: datetime, say: Callable[[str], None]) -> int:
    """An order of the last decision on the topic."""
    standing = [one.id for one in found.decisions if one.topic_id == topic_id and one.state == decisions.DecisionState.ADOPTED]
    if not standing:
        raise Invalid.on("line", _("还没有定，先写“决：……”，再派单。"))
    due_at = datetime.combine(read.due, forms.DUE, clock.SHANGHAI)
    party, name = _party(read.who, by)
    day = date_format(read.due, "DATE_FORMAT")
    say(_("派了：%(title)s，%(who)s，%(day)s") % {"title": read.title, "who": name, "day": day})
    given = decisions.Action(read.title, "", due_at, **party, daily=read.daily, soon=read.soon)
    return actions.add_order(max(standing), given, by=by, at=now)


def _party(who: str, by: Actor) -> tuple[dict[str, Any], str]:
    """The unit or the member that is meant; nobody is guessed where two could be."""
    units = people.units_of(by.community_id or 0)
    meant = [unit for unit in units if unit[1] == who] or [unit for unit in units if who in unit[1]]
    if len(meant) > 1:
        names = _("、").join(name for _pk, name in meant[:5])
        raise Invalid.on("line", _("@%(who)s 有几家：%(names)s。请写全。") % {"who": who, "names": names})
    if meant:
        return {"organisation_id": meant[0][0]}, meant[0][1]
    found = member_named(who, by)
    return {"member_id": found.id}, found.name
