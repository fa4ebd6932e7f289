"""``{% form_key %}``: the hidden fields that make a form's second send harmless, and tell whose words are in it."""

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from zengyi.core import held, web

register = template.Library()


@register.simple_tag(takes_context=True)
def form_key(context: Context, *of: object) -> SafeString:
    """The hidden ``_key`` of a form and the mark of who types into it; put it beside the CSRF token.

    Where several forms of a page lead to one address, ``of`` says what each is about (``{% form_key item.id %}``):
    the page's script keeps their drafts apart by it, so that words for one are never sent for another.
    """
    request = context["request"]
    about = format_html(' data-of="{}"', "-".join(map(str, of))) if of else ""
    key = format_html('<input type="hidden" name="{}" value="{}"{}>', web.KEY_FIELD, web.form_key(request), about)
    by = typist(request)
    return key + format_html('<input type="hidden" name="{}" value="{}">', held.BY_FIELD, by) if by else key


@register.simple_tag(takes_context=True)
def who(context: Context) -> str:
    """The same mark for the page's script, which keeps drafts apart by it; empty when nobody is signed in."""
    return typist(context["request"])


def typist(request: HttpRequest) -> str:
    """The mark of the login that is shown the page; empty when nobody is signed in."""
    user_id = getattr(getattr(request, "actor", None), "user_id", None)
    return held.mark(user_id) if user_id else ""
