"""What this package offers in the rail and on the page of the community."""

from django.utils.translation import gettext_lazy as _

from zengyi.people.rules import COMMUNITY_ROLES
from zengyi.people.web.navigation import Entry

ENTRIES = (Entry(name=_("议事"), icon="chat", url="topics", roles=COMMUNITY_ROLES, group="talk", rank=10, waits=("topic-screen",)),)
