"""Words for people in templates."""

from django import template

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
