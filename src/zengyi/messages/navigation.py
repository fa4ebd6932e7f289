"""What this package offers in the tabs and the rail."""

from django.utils.translation import gettext_lazy as _

from zengyi.messages.pages import taking
from zengyi.people.rules import COMMUNITY_ROLES, STAFF_ROLES, Role
from zengyi.people.web.navigation import EVERYBODY, Entry
from zengyi.people.web.settling import Setting

_AT_THE_PHONE = EVERYBODY - STAFF_ROLES - {Role.SYSTEM}

ENTRIES = (
    Entry(name=_("消息"), icon="chat", url="inbox", roles=_AT_THE_PHONE, tab=4, signed_in=True, waits=("inbox",)),
    Entry(name=_("消息"), icon="chat", url="inbox", roles=STAFF_ROLES, group="told", rank=10, waits=("inbox",)),
)

LISTS = taking.LISTS
SETTINGS = (Setting(rank=60, name=_("工作群机器人"), url="robots", what=_("通知同时发到企业微信的工作群"), roles=COMMUNITY_ROLES),)
