"""Words for people in templates."""

from django import template

from zengyi.people.rules import ROLE_NAMES, Role

register = template.Library()


@register.filter
def role_name(role: Role) -> str:
    """A role in words."""
    return str(ROLE_NAMES[Role(role)])
