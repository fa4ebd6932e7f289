"""Orders in sentences: the four answers, and the history line by line. Names are masked for readers who need not know them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zengyi.core import masking, personal
from zengyi.core.clock import SHANGHAI
from zengyi.orders.models import Order
from zengyi.orders.queries.cards import HistoryLine
from zengyi.orders.queries.origins import OriginCard
from zengyi.orders.queries.reading import ClaimRead, EventRead
from zengyi.orders.rules import CallOutcome, Channel, ClaimState, Outcome, Source, State, Verb
from zengyi.people.rules import ROLE_NAMES, Role


def spoken(at: datetime) -> str:
    """A moment as people say it: 9月18日 8:40."""
    return dateformat.format(at.astimezone(SHANGHAI), _("n月j日 G:i"))


def party_name(claim: ClaimRead, *, masked: bool) -> str:
    """A unit's name, or a member's."""
    if claim.organisation_id is not None:
        return claim.name
    return _("党员 %(name)s") % {"name": masking.mask_name(claim.name) if masked else claim.name}


def asked(order: Order, *, masked: bool) -> str:
    """谁提的."""
    name = _who_asked(order, masked=masked)
    when = spoken(order.placed_at)
    match order.source:
        case Source.WORKER if order.channel != Channel.SELF:
            how = str(Channel(order.channel).label)
            return _("%(name)s，%(when)s，社区代点（%(how)s）") % {"name": name, "when": when, "how": how}
        case Source.MEMBER:
            return _("党员 %(name)s，%(when)s") % {"name": name, "when": when}
        case _:
            return _("%(name)s，%(when)s") % {"name": name, "when": when}


def _who_asked(order: Order, *, masked: bool) -> str:
    if not masked:
        return order.requester.name
    return _("一位居民") if order.anonymous else masking.mask_name(order.requester.name)


def decided(order: Order) -> str:
    """谁定的."""
    if order.triaged_at is None:
        return _("没有受理") if order.state == State.CLOSED else _("还没有定，等社区看")
    return _("社区，%(when)s 受理，困难 %(points)d 分") % {"when": spoken(order.triaged_at), "points": order.difficulty or 0}


def doing(order: Order, claims: Sequence[ClaimRead], *, masked: bool) -> str:
    """谁在办."""
    states = (ClaimState.DONE,) if order.state in (State.CONFIRMED, State.CLOSED) else (ClaimState.ACTIVE,)
    names = _("、").join(party_name(claim, masked=masked) for claim in claims if claim.state in states)
    if names:
        return names
    proposed = next((claim for claim in claims if claim.state == ClaimState.PROPOSED), None)
    if order.state == State.ASSIGNED and proposed is not None:
        return _("已派给 %(name)s，等回话") % {"name": party_name(proposed, masked=masked)}
    return _("没有人接过") if order.state == State.CLOSED else _("还没有人接")


def done(order: Order, *, taken_back: bool) -> str:
    """何时办完."""
    if order.state == State.CONFIRMED and order.ended_at is not None:
        if taken_back:
            return _("%(when)s 确认过，后来冲销了") % {"when": spoken(order.ended_at)}
        return _("%(when)s 确认办好") % {"when": spoken(order.ended_at)}
    if order.state == State.CLOSED and order.ended_at is not None:
        return _("%(when)s 关闭：%(outcome)s") % {"when": spoken(order.ended_at), "outcome": Outcome(order.outcome).label}
    if order.delivered_at is not None:
        return _("%(when)s 办好，等点单的人确认") % {"when": spoken(order.delivered_at)}
    if order.due_at is not None:
        return _("要在 %(when)s 前办好") % {"when": spoken(order.due_at)}
    return _("受理时定期限")


def titles() -> dict[str, str]:
    """What each step is called in the history."""
    return {
        "place": _("点了这一单"),
        "triage": _("社区受理"),
        "publish": _("发了认领公告"),
        "assign": pgettext("history", "派单"),
        "accept": pgettext("history", "接受派单"),
        "refuse": _("婉拒派单"),
        "claim": pgettext("history", "接单"),
        "release": pgettext("history", "退单"),
        "lapse": _("到期收回"),
        "deliver": _("办好了，请点单的人看一眼"),
        "confirm": _("确认办好，两边同时记账"),
        "return": _("还不行，继续办"),
        "decline": _("没有受理"),
        "merge": _("并入另一单"),
        "cancel": pgettext("history", "撤回"),
        "close": _("没有等到回话，关闭"),
        "mask": _("遮住了写在里面的电话和门牌"),
        "reopen": pgettext("history", "重新打开"),
        "callback": _("社区打电话回访"),
        "note": pgettext("history", "补充几句"),
        "remind": pgettext("history", "请点单的人确认"),
        "remind_claimant": _("提醒接单的人"),
    }


def line_of(
    event: EventRead, order: Order, claims: dict[int, ClaimRead], *, masked: bool, unknown: bool, strange: bool, plain: bool
) -> HistoryLine:
    """A step in words. ``masked`` hides what is personal in them, ``unknown`` who asked, ``strange`` whoever else had to do with it.

    ``plain`` leaves out what was said, for readers whom it does not concern.
    """
    text = "" if plain else event.reason
    who = _who(event, order, claims, unknown=unknown, strange=strange)
    said, facts = personal.masked(text) if masked else text, _facts(event)
    if event.verb in _BOTH and said and facts:
        said = _("%(facts)s。%(said)s") % {"facts": facts, "said": said}
    return HistoryLine(event.at, event.verb, titles().get(event.verb, event.verb), who, said or facts)


def arose(order: Order, origin: OriginCard) -> HistoryLine:
    """The first line of an order that nobody placed by hand."""
    return HistoryLine(order.placed_at, Verb.PLACE, _("有了这一单"), origin.label, origin.title)


def _who(event: EventRead, order: Order, claims: dict[int, ClaimRead], *, unknown: bool, strange: bool) -> str:
    if event.role == Role.SYSTEM:
        return str(ROLE_NAMES[Role.SYSTEM])
    held, heard = claims.get(_claim_id(event.after)), _heard(event)
    if held is not None and heard:
        return _("%(name)s（%(how)s，社区代记）") % {"name": party_name(held, masked=strange), "how": heard}
    if event.role in (Role.MEMBER, Role.ORGANISATION) and held is not None:
        return party_name(held, masked=strange)
    if event.person_id == order.requester_id:
        return _who_asked(order, masked=unknown)
    role = str(ROLE_NAMES.get(Role(event.role), ""))
    who = role if strange or event.person_id is None else f"{role} {event.name}"
    return _("%(name)s（%(how)s听到的）") % {"name": who, "how": heard} if heard else who


def _heard(event: EventRead) -> str:
    """How staff heard what they wrote down for somebody else; empty for one's own word, and for placing, which says so itself."""
    channel = event.after.get("channel") if event.verb != Verb.PLACE else None
    return str(Channel(channel).label) if channel in Channel.values and channel != Channel.SELF else ""


def _claim_id(after: dict[str, Any]) -> int:
    claim = after.get("claim")
    return claim if isinstance(claim, int) else 0


#: Steps of which both is told: what came of them and what was said.
_BOTH = ("confirm", "callback")


def _facts(event: EventRead) -> str:
    after = event.after
    match event.verb:
        case "triage":
            until = datetime.fromisoformat(after["due_at"])
            return _("困难 %(points)d 分，%(when)s 前办好") % {"points": after["difficulty"], "when": spoken(until)}
        case "confirm":
            if "of" in after:
                return _("困难 %(of)d 分，按规则两边各记 %(points)d 分") % {"of": after["of"], "points": after["points"]}
            return _("困难 −%(points)d，党性 +%(points)d") % {"points": after["points"] or 0}
        case "callback":
            return str(CallOutcome(after["called"]).label)
        case _:
            return ""
