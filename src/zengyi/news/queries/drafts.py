# Chinese in this file is data: the labels of figures, which are the same whatever language their writer reads.
"""Drafts of what was booked, done and talked over: a closed quarter, a difficulty that was solved, a topic that was carried out."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from zengyi.bank import queries as bank
from zengyi.core import clock
from zengyi.core.errors import Invalid
from zengyi.core.ids import id_of
from zengyi.core.templatetags.spoken import spoken_quarter
from zengyi.councils import queries as councils
from zengyi.councils.rules.decisions import Outcome
from zengyi.councils.rules.topics import TopicState
from zengyi.news.rules import PLACE_MOST, TEXT_MOST, TITLE_MOST, Content, PieceKind
from zengyi.orders import queries as orders
from zengyi.people import queries as people
from zengyi.people.rules import NOBODY

#: A topic is told once whoever raised it has said how it went.
TOLD_TOPICS = (TopicState.EVALUATED, TopicState.ARCHIVED)


def no_source() -> Invalid:
    """The refusal for what is not there, not public or not over."""
    return Invalid.on("source", _("没有这件事，或者还没有公开办完。"))


def spoken_day(day: date) -> str:
    """A day as people say it."""
    return _("%(month)d月%(day)d日") % {"month": day.month, "day": day.day}


def of_quarter(ref: str, community_id: int, at: datetime) -> Content:
    """The publication of a closed quarter. Raises :class:`Invalid` for any other."""
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
    if found.deeds:
        lines.append(_("办成的有：%(deeds)s。") % {"deeds": "；".join(title for title, _points in found.deeds)})
    if clock.local_date(at) <= found.objections_until:
        lines.append(_("有不同意见，到社区说、打电话，或者在公示页上提，%(day)s前都可以。") % {"day": spoken_day(found.objections_until)})
    return Content(
        kind=PieceKind.NOTICE,
        title=_("%(quarter)s公示：困难减了 %(reduced)d 分") % {"quarter": spoken_quarter(found.quarter), "reduced": reduced},
        text="\n\n".join(lines),
        held_on=days["first"],
        until=days["last"],
        organisers=told["community"]["name"],
        figures=(("党性增", f"+{confirmed}"), ("困难减", f"−{reduced}"), ("季末还有", str(sums["balance"]))),
    )


def of_order(ref: str, community_id: int, at: datetime) -> Content:
    """A difficulty that was solved, and whose asker has said so. Raises :class:`Invalid` for any other."""
    order = orders.detail(id_of(ref) or 0, by=NOBODY, at=at)
    if order.community_id != community_id or order.state != "CONFIRMED" or order.ended_at is None:
        raise no_source()
    first, last = clock.local_date(order.placed_at), clock.local_date(order.ended_at)
    where = "，".join(part for part in (order.place_name, order.spot) if part)
    lines = [_("%(day)s，有人说：%(text)s") % {"day": spoken_day(first), "text": order.text}]
    if order.delivery_text:
        lines.append(_("后来办了：%(text)s") % {"text": order.delivery_text})
    lines.append(_("%(day)s，提的人说办好了。单号 %(number)s。") % {"day": spoken_day(last), "number": order.number})
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


def of_topic(ref: str, community_id: int, at: datetime) -> Content:
    """A topic that was decided, carried out and judged. Raises :class:`Invalid` for any other."""
    card = councils.topic(id_of(ref) or 0, by=NOBODY)
    if card.community_id != community_id or card.state not in TOLD_TOPICS:
        raise no_source()
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
