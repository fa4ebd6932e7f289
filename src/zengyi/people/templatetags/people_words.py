"""Words for people in templates."""

from dataclasses import dataclass

from django import template

from zengyi.people import queries
from zengyi.people.queries import CommunityCard
from zengyi.people.rules import ROLE_NAMES, Duty, Role

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
    """What helps whoever has no password at hand: a code by SMS, or numbers to call."""

    codes: bool
    numbers: list[CommunityCard]


@register.simple_tag
def ways_in() -> WaysIn:
    """The ways in beside the password. One statement where there are no codes."""
    if queries.codes_offered():
        return WaysIn(True, [])
    numbers = [one for one in queries.communities() if one.phone]
    return WaysIn(False, numbers if len(numbers) <= NUMBERS_MOST else [])
