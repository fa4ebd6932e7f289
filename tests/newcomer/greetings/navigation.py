"""What this package offers in the tabs and the rail."""

from django.utils.translation import gettext_lazy as _

from zengyi.people.rules import Role
from zengyi.people.web.navigation import Entry

ENTRIES = (Entry(45, _("问好"), "heart", "greetings", frozenset({Role.SECRETARY})),)
