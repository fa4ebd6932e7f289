"""What this package offers in the tabs and the rail."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zengyi.people.rules import COMMUNITY_ROLES, Role
from zengyi.people.web.navigation import EVERYBODY, Entry

ENTRIES = (
    Entry(
        name=_("名单"),
        icon="users",
        url="members",
        roles=COMMUNITY_ROLES,
        group="books",
        rank=30,
        waits=("registration", "unit-registration"),
    ),
    Entry(name=pgettext_lazy("list", "身份"), icon="shield", url="grants", roles=frozenset({Role.DISTRICT}), group="books", rank=30),
    Entry(name=_("我的"), icon="user", url="me", roles=EVERYBODY, tab=5, signed_in=True),
    Entry(name=_("登录"), icon="user", url="sign-in", roles=frozenset({Role.ANONYMOUS}), tab=5, signed_in=False),
)
