"""Words for people in templates."""

from dataclasses import dataclass

from django import template
from django.template import Context

from zengyi.people import queries
from zengyi.people.queries import CommunityCard
from zengyi.people.rules import ROLE_NAMES, Duty, Role
from zengyi.people.rules.wechat import is_inside

register = template.Library()


@register.filter
def role_name(role: Role) -> str:
    """A role in words."""
    return str(ROLE_NAMES[Role(role)])


@register.filter
def duty_name(duty: str) -> str:
    """A post (岗位) in words; nothing for whoever holds none."""
    return str(Duty(duty).label) if duty in Duty.values else ""


#: Up to so many communities' numbers are told to whoever cannot get in; more would help nobody.
NUMBERS_MOST = 6


@dataclass(frozen=True, slots=True)
class WaysIn:
    """What helps whoever has no password at hand: WeChat for whoever is inside it, a code by SMS, or numbers to call."""

    wechat: bool
    codes: bool
    numbers: list[CommunityCard]


@register.simple_tag(takes_context=True)
def ways_in(context: Context) -> WaysIn:
    """The ways in beside the password. One statement inside WeChat, one where there are no codes."""
    inside = is_inside(context["request"].headers.get("User-Agent", ""))
    by_wechat = inside and queries.wechat() is not None
    if queries.codes_offered():
        return WaysIn(by_wechat, True, [])
    numbers = [one for one in queries.communities() if one.phone]
    return WaysIn(by_wechat, False, numbers if len(numbers) <= NUMBERS_MOST else [])
