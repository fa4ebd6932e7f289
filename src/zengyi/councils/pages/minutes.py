"""What is taken away from a session: the minutes as a page, on A4 and as the file that was signed; the invitation; a calendar's entry."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock, ical, paper, web
from zengyi.core.errors import NotThere
from zengyi.councils import actions, queries
from zengyi.councils.forms import sessions as forms
from zengyi.councils.queries import minutes as reading
from zengyi.councils.rules.decisions import Outcome
from zengyi.councils.rules.sessions import SessionKind, SessionState
from zengyi.orders.rules import State
from zengyi.people.rules import COMMUNITY_ROLES, check_role
from zengyi.people.web import acting, layout_of

LONG = timedelta(hours=2)


def _when(stamped: str | None) -> str:
    """A moment of the minutes in words."""
    return _spoken(datetime.fromisoformat(stamped)) if stamped else ""


def _spoken(at: datetime) -> str:
    return date_format(at.astimezone(clock.SHANGHAI), "DATETIME_FORMAT")


def _day(stamped: str | None) -> str:
    return date_format(datetime.fromisoformat(stamped).astimezone(clock.SHANGHAI), "DATE_FORMAT") if stamped else ""


def _data(card: reading.MinutesCard) -> dict[str, Any]:
    """The minutes in words, for the page and for paper."""
    said: dict[str, Any] = card.content
    came = sum(one["came"] for one in said["attendance"])
    asked = sum(one["asked"] for one in said["attendance"])
    by_party = _("、").join(f"{one['party']} {one['came']}" for one in said["attendance"])
    return {
        "title": _("%(title)s纪要（第 %(n)d 次）") % {"title": said["title"], "n": said["number"]},
        "kind": str(SessionKind(said["kind"]).label),
        "community": card.session.community_name,
        "facts": [
            [_("时间"), f"{_when(said['began_at'])} – {_when(said['ended_at'])}" if said["ended_at"] else _when(said["began_at"])],
            [_("地点"), said["place"]],
            [_("到会"), _("应到 %(asked)d，实到 %(came)d（%(by)s）") % {"asked": asked, "came": came, "by": by_party or "—"}],
        ],
        "promised": [[one["title"], one["party"], _day(one["due_at"]), _promise(one)] for one in said["promised"]],
        "topics": [_topic(one) for one in said["topics"]],
        "points": [[one["text"], reading.words_of(one["answer"]), one["answered"]] for one in said["points"]],
        "note": said["note"],
        "signatures": [[one.party, one.name, _day(one.at.isoformat()), one.refusal] for one in card.signatures],
        "additions": [one.content for one in card.frozen[1:]],
    }


def _promise(one: dict[str, Any]) -> str:
    state = State(one["state"])
    told = _("兑现了") if state == State.CONFIRMED else str(state.label)
    answer = reading.words_of(one["answer"])
    again = _("第 %(n)d 次带来") % {"n": one["times"]} if one["times"] > 1 else ""
    return " · ".join(filter(None, (told, again, answer, one["text"])))


def _topic(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": one["title"],
        "number": one["number"],
        "said": [[word["party"], reading.kind_name(word["kind"]), word["text"]] for word in one["said"]],
        "decisions": [_decision(found) for found in one["decisions"]],
        "answer": " ".join(filter(None, (reading.words_of(one["answer"]), one["text"]))),
    }


def _decision(one: dict[str, Any]) -> dict[str, Any]:
    hands = one["hands"]
    counted = _("赞成 %(for)d，反对 %(against)d，弃权 %(abstained)d") % hands if hands else ""
    return {
        "text": one["text"],
        "outcome": str(Outcome(one["outcome"]).label),
        "hands": counted,
        "dissent": [
            _("不同意见（%(who)s）：%(text)s") % {"who": row["name"] or row["party"], "text": row["text"]} for row in one["dissent"]
        ],
        "orders": [[row["order"], row["title"], row["party"], _due(row)] for row in one["orders"]],
        "no_action_reason": one["no_action_reason"],
    }


def _due(row: dict[str, Any]) -> str:
    day = _day(row["due_at"])
    if row["daily"]:
        return _("%(day)s起每天") % {"day": day}
    return _("尽快，%(day)s再看") % {"day": day} if row["soon"] else day


@require_safe
def session_minutes(request: HttpRequest, session_id: int) -> HttpResponse:
    """The minutes as a page."""
    return _minutes(request, session_id, forms.RefusalForm())


def _minutes(request: HttpRequest, session_id: int, form: forms.RefusalForm) -> HttpResponse:
    by = acting(request)
    card = reading.minutes(session_id, by=by)
    context = {
        "layout": layout_of(by),
        "card": card,
        "told": _data(card),
        "staff": by.role in COMMUNITY_ROLES,
        "state": SessionState(card.session.state),
        "form": form,
    }
    return render(request, "councils/minutes.html", context, status=web.status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def session_sign(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign the minutes of a session one sat in, or say why one does not."""
    by = acting(request)
    check_role(by, "session.sign")
    form = forms.RefusalForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.sign_own(session_id, refusal=form.cleaned_data["refusal"], by=by, at=clock.now()),
            to=lambda _made: reverse("session", args=[session_id]),
            said=lambda made: _("记下了您不签的原因，和纪要放在一起。") if made.refusal else _("签好了，谢谢您。"),
        )
        if answer is not None:
            return answer
    return _minutes(request, session_id, form)


@require_safe
def session_paper(request: HttpRequest, session_id: int) -> HttpResponse:
    """The minutes on A4, with room for signatures, the hash of what was signed and a code that leads back here."""
    card = reading.minutes(session_id, by=acting(request))
    link = request.build_absolute_uri(reverse("session-minutes", args=[session_id]))
    signed = card.signed
    data = {
        **_data(card),
        "qr": paper.qr(link),
        "groups": signed.groups if signed else [],
        "foot": _("%(community)s议事") % {"community": card.session.community_name},
        "lines": [one["party"] for one in card.content["attendance"]],
    }
    at = signed.frozen_at if signed else clock.now()
    return _file(paper.pdf("councils/minutes", data, at=at), "application/pdf", f"minutes-{session_id}.pdf")


@require_safe
def session_file(request: HttpRequest, session_id: int) -> HttpResponse:
    """The words as they were signed: the file whose SHA-256 stands on the sheet. Raises 404 until somebody has signed."""
    signed = reading.minutes(session_id, by=acting(request)).signed
    if signed is None:
        raise NotThere(_("还没有人签字。"))
    return _file(signed.text.encode(), "application/json", f"minutes-{session_id}.json")


@require_safe
def session_invitation(request: HttpRequest, session_id: int) -> HttpResponse:
    """The invitation on A4, to be handed over or put up."""
    found = queries.session(session_id, by=acting(request))
    data = {
        "title": _("请您来议事"),
        "community": found.community,
        "name": found.title,
        "facts": [[_("什么时候"), _spoken(found.starts_at)], [_("在哪里"), found.place], [_("什么会"), found.kind_name]],
        "items": [item.title for item in found.items],
        "parties": [party for party, _here, _asked in found.parties],
        "qr": paper.qr(request.build_absolute_uri(reverse("session", args=[session_id]))),
        "foot": _("%(community)s议事") % {"community": found.community},
    }
    return _file(paper.pdf("councils/invitation", data, at=found.starts_at), "application/pdf", f"invitation-{session_id}.pdf")


@require_safe
def session_calendar(request: HttpRequest, session_id: int) -> HttpResponse:
    """The session for a phone's or a desk's calendar (RFC 5545)."""
    found = queries.session(session_id, by=acting(request))
    cancelled = found.state == SessionState.CANCELLED
    entry = ical.Entry(
        uid=f"session-{found.id}",
        title=found.title,
        where=found.place,
        words=" / ".join(item.title for item in found.items),
        starts_at=found.starts_at,
        ends_at=found.starts_at + LONG,
        changed_at=found.starts_at,
        sequence=int(cancelled),
        cancelled=cancelled,
        url=request.build_absolute_uri(reverse("session", args=[session_id])),
    )
    body = ical.calendar(found.title, [entry], host=request.get_host().partition(":")[0])
    return _file(body.encode(), "text/calendar; charset=utf-8", f"session-{session_id}.ics")


def _file(body: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'inline; filename="{name}"'})
