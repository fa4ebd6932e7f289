"""Where a number leads: to what it is the sum of.

Such a link carries the number itself (``data-sum``), and the parts at its end theirs (``data-part``): a test follows every one and adds up.
"""

from urllib.parse import urlencode

from django import template
from django.urls import reverse

register = template.Library()


@register.simple_tag
def parts_at(page: str, *args: object, **asked: object) -> str:
    """The address of the page of that name, asked for the parts of one number; what is empty is not asked."""
    kept = {name: value for name, value in asked.items() if value not in ("", None)}
    return f"{reverse(page, args=args)}?{urlencode(kept)}" if kept else reverse(page, args=args)
