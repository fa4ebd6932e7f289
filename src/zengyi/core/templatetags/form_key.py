"""``{% form_key %}``: the hidden field that makes a form's second send harmless."""

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from zengyi.core import web

register = template.Library()


@register.simple_tag(takes_context=True)
def form_key(context: Context) -> SafeString:
    """The hidden ``_key`` of a form; put it beside the CSRF token."""
    return format_html('<input type="hidden" name="{}" value="{}">', web.KEY_FIELD, web.form_key(context["request"]))
