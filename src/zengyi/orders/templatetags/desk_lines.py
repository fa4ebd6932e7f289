"""Lines of the desk that are drawn here and not by a template: a hundred of them, a dozen values each, took half of the page's time."""

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from zengyi.orders import rules
from zengyi.orders.queries import OrderRow
from zengyi.orders.templatetags.order_words import beside, remaining, state_name

register = template.Library()

_LINE = (
    '<a class="q {light}" id="q-{id}" href="{link}#pane"{current} hx-get="{link}" hx-target="#pane" hx-select="#pane" '
    'hx-swap="outerHTML show:#pane:top" hx-select-oob="#plan,#queue:innerHTML" hx-push-url="true" data-part="1">'
    '<h3>{title}</h3><div class="sub"><span>{place}{state}</span>{tag}</div></a>'
)
_CURRENT = SafeString(' aria-current="true"')
_TAG = '<span class="tag{look}">{icon}{words}</span>'


@register.simple_tag(takes_context=True)
def queue_line(context: Context, row: OrderRow, link: str, late: SafeString, soon: SafeString) -> SafeString:
    """An order in the queue, as a link that opens it beside the queue. ``late`` and ``soon`` are the icons of these lights."""
    order, tag = context.get("order"), SafeString()
    if row.light and row.due_at:
        icon = {rules.Light.LATE: late, rules.Light.SOON: soon}.get(row.light, "")
        tag = format_html(_TAG, look=f" tag-{row.light}", icon=icon, words=remaining(row.due_at, context["now"]))
    elif row.due_at is None and row.state == rules.State.PLACED:
        tag = format_html(_TAG, look="", icon="", words=beside(row.placed_at, context["now"]))
    return format_html(
        _LINE,
        light=row.light or "",
        id=row.id,
        link=link,
        current=_CURRENT if order and order.id == row.id else "",
        title=row.title,
        place=f"{row.place_name} · " if row.place_name else "",
        state=state_name(row),
        tag=tag,
    )
