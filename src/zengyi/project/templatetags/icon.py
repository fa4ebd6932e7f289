"""``{% icon "name" "i-s" %}``: a stroke icon from the sprite, for the eye only; and the ids that tie a field to its words."""

from functools import cache

from django import template
from django.forms import BoundField
from django.template import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, more: str = "") -> SafeString:
    """An icon. It never speaks alone: words stand beside it or in the link's label."""
    return _drawn(name, more, static("zengyi/icons.svg"))


@cache
def _drawn(name: str, more: str, sprite: str) -> SafeString:
    """A long list shows the same few icons again and again; every name stands in a template or in the code."""
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', f"i {more}".strip(), sprite, name)


@register.filter
def described(field: BoundField) -> BoundField:
    """The field with its hint and its errors announced together with it."""
    ids = [f"{field.auto_id}-hint"] if field.help_text else []
    attrs = field.field.widget.attrs
    if field.errors:
        ids.append(f"{field.auto_id}-error")
        attrs["aria-invalid"] = "true"
    if ids:
        attrs["aria-describedby"] = " ".join(ids)
    return field


@register.simple_tag(takes_context=True)
def again(context: Context, name: str) -> str:
    """The content of block ``name`` once more, on one line: a page's title is also its heading."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks is not None else None
    return on_one_line(block.render(context)) if block is not None else ""


@register.filter(is_safe=True)
def on_one_line(text: str) -> str:
    """A text without line breaks, and without more than one space anywhere. Rendered text stays rendered."""
    line = " ".join(text.split())
    return SafeString(line) if isinstance(text, SafeString) else line
