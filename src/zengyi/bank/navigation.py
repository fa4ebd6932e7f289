"""What this package offers in the tabs and the rail."""

from django.utils.translation import gettext_lazy as _

from zengyi.people.rules import COMMUNITY_ROLES
from zengyi.people.web.navigation import Entry

ENTRIES = (Entry(30, _("储值"), "book", "roll-calls", COMMUNITY_ROLES),)
