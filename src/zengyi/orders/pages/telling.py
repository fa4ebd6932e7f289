"""An order as its page tells it: what to expect, what happened, what this person can do now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.orders import rules
from zengyi.orders.queries import History, OrderDetail, PhotoCard, ways_on
from zengyi.people.rules import COMMUNITY_ROLES, STAFF_ROLES, Actor, Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Button:
    """A move as a button: ``post`` needs no form page."""

    verb: str
    name: "StrOrPromise"
    icon: str = ""
    post: bool = False
    red: bool = False


#: Moves in the order in which they matter, with the words of their buttons.
BUTTONS = (
    Button(rules.Verb.CONFIRM, gettext_lazy("确认办好了"), "check", red=True),
    Button(rules.Verb.RETURN, gettext_lazy("还不行")),
    Button(rules.Verb.ACCEPT, gettext_lazy("接受派单"), "hand", post=True, red=True),
    Button(rules.Verb.REFUSE, gettext_lazy("这次不方便")),
    Button(rules.Verb.DELIVER, gettext_lazy("办好了"), "check", red=True),
    Button(rules.Verb.CLAIM, gettext_lazy("我来接单"), "hand", post=True, red=True),
    Button(rules.Verb.TRIAGE, gettext_lazy("受理")),
    Button(rules.Verb.ASSIGN, gettext_lazy("派单"), "users"),
    Button(rules.Verb.PUBLISH, gettext_lazy("发认领公告"), "board", post=True),
    Button(rules.NOTE, gettext_lazy("补充几句"), "chat"),
    Button(rules.Verb.RELEASE, gettext_lazy("退单")),
    Button(rules.Verb.MERGE, gettext_lazy("并到另一单")),
    Button(rules.Verb.DECLINE, gettext_lazy("不受理")),
    Button(rules.MASK, gettext_lazy("遮住电话和门牌"), post=True),
    Button(rules.EXCLUDE, gettext_lazy("请单位回避")),
    Button(rules.Verb.CANCEL, gettext_lazy("撤回")),
    Button(rules.Verb.CLOSE, gettext_lazy("无回话关闭")),
    Button(rules.CALL_BACK, gettext_lazy("记回访"), "phone"),
    Button(rules.Verb.REOPEN, gettext_lazy("重新打开")),
)
SECOND: dict[str, str] = {rules.Verb.CONFIRM: rules.Verb.RETURN, rules.Verb.ACCEPT: rules.Verb.REFUSE}


def buttons(order: OrderDetail, by: Actor) -> list[Button]:
    """What this person can do now, the most important first."""
    found = [button for button in BUTTONS if rules.can(button.verb, order.situation)]
    if by.role in COMMUNITY_ROLES:
        found = [_at_the_desk(button, order) for button in found]
    if by.role == Role.ORGANISATION:
        found = [Button(b.verb, _("单位接单"), "building", post=True, red=True) if b.verb == rules.Verb.CLAIM else b for b in found]
    return found


#: What the desk does for a helper without a login, in the words of its buttons.
FOR_SOMEBODY = {
    rules.Verb.ACCEPT: gettext_lazy("替他接下"),
    rules.Verb.REFUSE: gettext_lazy("替他婉拒"),
    rules.Verb.DELIVER: gettext_lazy("替他记办好了"),
}


def _at_the_desk(button: Button, order: OrderDetail) -> Button:
    """The button in the words of the desk, which takes back and moves on what is only proposed, and is asked how it heard the rest."""
    if button.verb in FOR_SOMEBODY:
        return replace(button, name=FOR_SOMEBODY[rules.Verb(button.verb)], post=False)
    if order.state == rules.State.ASSIGNED and button.verb == rules.Verb.ASSIGN:
        return replace(button, name=_("改派"))
    return replace(button, name=_("收回")) if button.verb == rules.Verb.RELEASE else button


def bar(found: Sequence[Button]) -> tuple[list[Button], list[Button]]:
    """The one or two buttons for the bar, the most important last, where the thumb is; and the others."""
    if not found:
        return [], []
    first = found[0]
    second = next((b for b in found[1:] if b.verb in (SECOND.get(first.verb, ""), rules.NOTE)), None)
    main = [second, first] if second else [first]
    return main, [b for b in found if b not in main]


def expectation(order: OrderDetail, mine: bool) -> str:
    """What comes next, said to whoever reads."""
    match order.state:
        case rules.State.PLACED:
            return _("社区先看，一个工作日内告诉您怎么办。") if mine else ""
        case rules.State.TRIAGED:
            return _("社区已经受理，正在找人来办。") if mine else ""
        case rules.State.PUBLISHED | rules.State.ASSIGNED:
            return _("已经请党员和单位来接。") if mine else ""
        case rules.State.CLAIMED:
            return _("办好请您看一眼。") if mine else ""
        case rules.State.DELIVERED:
            return _("办好了，请您看一眼再确认。") if mine else ""
        case _:
            return ""


NEXT = {
    rules.State.PLACED: gettext_lazy("社区受理"),
    rules.State.TRIAGED: gettext_lazy("发布或派单"),
    rules.State.PUBLISHED: gettext_lazy("有人接单"),
    rules.State.ASSIGNED: gettext_lazy("对方接受"),
    rules.State.CLAIMED: gettext_lazy("办好，请点单的人看一眼"),
    rules.State.DELIVERED: gettext_lazy("请点单的人确认"),
}


def next_step(order: OrderDetail, mine: bool) -> str:
    """The step that comes next, shown as an open circle below the history."""
    if mine and order.state == rules.State.DELIVERED:
        return _("请您确认")
    return str(NEXT.get(rules.State(order.state), ""))


def story(order: OrderDetail, history: History, by: Actor) -> dict[str, Any]:
    """What the order's page shows besides the order itself."""
    main, others = bar(buttons(order, by))
    return {
        "order": order,
        "history": history.lines,
        "earlier": history.earlier,
        "cover": cover(order),
        "open": order.is_open,
        "hint": expectation(order, order.is_mine),
        "next_step": next_step(order, order.is_mine),
        "buttons": main,
        "others": others,
        "ways_on": ways_on(order, by),
        "published": order.state == rules.State.PUBLISHED,
        "primary": "btn-ink" if by.role in STAFF_ROLES else "btn-red",
        "in_history": any(line.verb == rules.Verb.PLACE for line in history.lines),
    }


def cover(order: OrderDetail) -> PhotoCard | None:
    """The photo on top of the page: after the work if there is one, otherwise before it."""
    after = [photo for photo in order.photos if photo.stage == "AFTER"]
    return next(iter(after or order.photos), None)
