"""What this package offers in the tabs and the rail."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zengyi.people.rules import COMMUNITY_ROLES, Role
from zengyi.people.web.navigation import Entry

_HELPERS = frozenset({Role.MEMBER, Role.ORGANISATION})
_RESIDENTS = frozenset({Role.RESIDENT})

ENTRIES = (
    Entry(10, pgettext_lazy("tab", "派单"), "grid", "desk", COMMUNITY_ROLES),
    Entry(10, _("账户"), "book", "account", _HELPERS),
    Entry(10, _("我的单"), "check", "my-orders", _RESIDENTS),
    Entry(15, pgettext_lazy("tab", "点单"), "edit", "order-new", _RESIDENTS),
    Entry(20, _("单子"), "hand", "orders", COMMUNITY_ROLES | _RESIDENTS | {Role.DISTRICT}),
    Entry(20, _("单子"), "hand", "orders", frozenset({Role.ANONYMOUS}), signed_in=False),
    Entry(20, pgettext_lazy("tab", "接单"), "hand", "orders", _HELPERS),
    Entry(30, pgettext_lazy("tab", "点单"), "edit", "order-new", _HELPERS),
)
