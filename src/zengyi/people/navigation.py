"""What this package offers in the tabs and the rail."""

from django.utils.translation import gettext_lazy as _

from zengyi.people.rules import COMMUNITY_ROLES, Role
from zengyi.people.web.navigation import EVERYBODY, Entry

ENTRIES = (
    Entry(40, _("名单"), "users", "members", COMMUNITY_ROLES),
    Entry(90, _("我的"), "user", "me", EVERYBODY, signed_in=True),
    Entry(90, _("登录"), "user", "sign-in", frozenset({Role.ANONYMOUS}), signed_in=False),
)
