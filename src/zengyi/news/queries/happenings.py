# Chinese in this file is data: the labels of figures, which are the same whatever language their writer reads.
"""Drafts made from what happened: a closed quarter, a topic that was carried out, a difficulty that was solved.

Their figures stay bound to where they come from.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from zengyi.bank import queries as bank
from zengyi.core import clock
from zengyi.core.errors import Invalid, NotThere
from zengyi.core.ids import id_of
from zengyi.core.templatetags.spoken import spoken_quarter
from zengyi.councils import queries as councils
from zengyi.councils.rules.decisions import Outcome
from zengyi.councils.rules.topics import TopicState
from zengyi.news.rules import PLACE_MOST, TEXT_MOST, TITLE_MOST, Content, Figure, PieceKind
from zengyi.orders import queries as orders
from zengyi.people import queries as people
from zengyi.people.rules import NOBODY, Actor, check_role

QUARTER, TOPIC, ORDER = "QUARTER", "TOPIC", "ORDER"
#: A topic is told once whoever raised it has said how it went.
TOLD_TOPICS = (TopicState.EVALUATED, TopicState.ARCHIVED)
TOPICS_MOST = 3
OFFERED_MOST = 8
#: What was solved longer ago is no news.
FRESH = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that a piece can be made of."""

    source: str
    ref: str
    title: str
    day: date | None


def happenings(*, by: Actor, at: datetime) -> list[Happening]:
    """What of the actor's community could be told, the newest first of each kind. Four statements."""
    check_role(by, "news.propose")
    here = by.community_id
    if here is None:
        return []
    found = [
        Happening(QUARTER, q, _("%(quarter)s的公示") % {"quarter": spoken_quarter(q)}, None) for q in bank.quarters_published(here)[:2]
    ]
    for state in TOLD_TOPICS:
        topics = councils.topics(by=NOBODY, state=state, community_id=here, size=TOPICS_MOST).rows
        found += [Happening(TOPIC, str(row.id), row.title, None) for row in topics]
    rows = orders.listing(by=NOBODY, at=at, state="CONFIRMED", community_id=here, size=OFFERED_MOST * 2).rows
    fresh = [row for row in rows if row.ended_at is not None and row.ended_at > at - FRESH]
    fresh.sort(key=lambda row: row.ended_at or at, reverse=True)
    return found + [Happening(ORDER, str(row.id), row.title, clock.local_date(row.ended_at or at)) for row in fresh[:OFFERED_MOST]]


def drafted(source: str, ref: str, *, by: Actor, at: datetime) -> Content:
    """A draft in the words that everybody may read of it already. Raises :class:`Invalid` for what is not there or not over."""
    check_role(by, "news.propose")
    make = _SOURCES.get(source)
    try:
        if make is None or by.community_id is None:
            raise _no_source()
        with translation.override(settings.LANGUAGE_CODE):  # the piece is in Chinese whoever writes it
            return make(ref, by.community_id, at)
    except NotThere as missing:
        raise _no_source() from missing


def bound_figures(source: str, ref: str, *, by: Actor, at: datetime) -> tuple[Figure, ...]:
    """The figures as they are now where the piece comes from; none for a piece that was written freely."""
    return drafted(source, ref, by=by, at=at).figures if source else ()


def _no_source() -> Invalid:
    return Invalid.on("source", _("没有这件事，或者还没有公开办完。"))


def _of_quarter(ref: str, community_id: int, at: datetime) -> Content:
    found = bank.publication(community_id, ref, by=NOBODY, at=at)
    told, sums = found.statement, found.statement["equation"]
    confirmed, reduced = told["totals"]["confirmed"], sums["reduced"]
    days = {"first": date.fromisoformat(told["first"]), "last": date.fromisoformat(told["last"])}
    lines = [
        _("%(community)s%(quarter)s公示：党性增 %(gain)d 分，居民困难减 %(reduced)d 分，季末还有 %(left)d 分。")
        % {
            "community": told["community"]["name"],
            "quarter": spoken_quarter(found.quarter),
            "gain": confirmed,
            "reduced": reduced,
            "left": sums["balance"],
        }
    ]
    if told["deeds"]:
        lines.append(_("办成的有：%(deeds)s。") % {"deeds": "；".join(one["title"] for one in told["deeds"])})
    if clock.local_date(at) <= found.objections_until:
        lines.append(_("有不同意见，到社区说、打电话，或者在公示页上提，%(day)s前都可以。") % {"day": _day(found.objections_until)})
    return Content(
        kind=PieceKind.NOTICE,
        title=_("%(quarter)s公示：困难减了 %(reduced)d 分") % {"quarter": spoken_quarter(found.quarter), "reduced": reduced},
        text="\n\n".join(lines),
        held_on=days["first"],
        until=days["last"],
        organisers=told["community"]["name"],
        figures=(("党性增", f"+{confirmed}"), ("困难减", f"−{reduced}"), ("季末还有", str(sums["balance"]))),
    )


def _of_order(ref: str, community_id: int, at: datetime) -> Content:
    order = orders.detail(id_of(ref) or 0, by=NOBODY, at=at)
    if order.community_id != community_id or order.state != "CONFIRMED" or order.ended_at is None:
        raise _no_source()
    first, last = clock.local_date(order.placed_at), clock.local_date(order.ended_at)
    where = "，".join(part for part in (order.place_name, order.spot) if part)
    lines = [_("%(day)s，有人说：%(text)s") % {"day": _day(first), "text": order.text}]
    if order.delivery_text:
        lines.append(_("后来办了：%(text)s") % {"text": order.delivery_text})
    lines.append(_("%(day)s，提的人说办好了。单号 %(number)s。") % {"day": _day(last), "number": order.number})
    days = (last - first).days + 1
    figures = [("前后", f"{days} 天")]
    if order.booked:
        figures.append(("困难减", f"−{order.booked} 分"))
    return Content(
        kind=PieceKind.BRIEF,
        title=_("%(what)s，办好了") % {"what": order.title[: TITLE_MOST - 5]},
        text="\n\n".join(lines)[:TEXT_MOST],
        place=where[:PLACE_MOST],
        held_on=first,
        until=last,
        organisers=people.community(community_id).name,
        figures=tuple(figures),
    )


def _of_topic(ref: str, community_id: int, at: datetime) -> Content:
    card = councils.topic(id_of(ref) or 0, by=NOBODY)
    if card.community_id != community_id or card.state not in TOLD_TOPICS:
        raise _no_source()
    parts = councils.parts_of(card.id, community_id, bare=False)
    decided = [one for one in parts.decisions if one.outcome == Outcome.ADOPTED]
    actions = [action for one in decided for action in one.actions]
    done = sum(not action.is_open for action in actions)
    lines = [_("大家提的事：%(text)s") % {"text": card.text}]
    if decided:
        what = "；".join(one.text for one in decided)
        lines.append(_("坐下来商量，定了 %(n)d 条：%(what)s。") % {"n": len(decided), "what": what.rstrip("。")})
    if actions:
        lines.append(_("派出去 %(n)d 单，办完 %(done)d 单。") % {"n": len(actions), "done": done})
    if card.verdict_name:
        lines.append(_("提的人说：%(verdict)s") % {"verdict": card.verdict_name})
    counts = (("几方商量", len(parts.parties), "方"), ("定了", len(decided), "条"), ("办完", done, "单"))
    return Content(
        kind=PieceKind.BRIEF,
        title=_("%(what)s，商量定了，也办了") % {"what": card.title[: TITLE_MOST - 10]},
        text="\n\n".join(lines)[:TEXT_MOST],
        place="，".join(part for part in (card.place, card.spot) if part)[:PLACE_MOST],
        held_on=clock.local_date(card.raised_at),
        until=clock.local_date(card.evaluated_at) if card.evaluated_at else None,
        organisers=people.community(community_id).name,
        figures=tuple((label, f"{n} {unit}") for label, n, unit in counts if n),
    )


def _day(day: date) -> str:
    return _("%(month)d月%(day)d日") % {"month": day.month, "day": day.day}


_SOURCES: dict[str, Callable[[str, int, datetime], Content]] = {
    QUARTER: _of_quarter,
    TOPIC: _of_topic,
    ORDER: _of_order,
}
