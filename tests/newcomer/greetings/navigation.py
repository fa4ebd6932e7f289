"""What this package offers in the tabs and the rail."""

from django.utils.translation import gettext_lazy as _

from zengyi.people.rules import Role
from zengyi.people.web.navigation import Entry

ENTRIES = (
    Entry(
        name=_("问好"),
        icon="heart",
        url="greetings",
        roles=frozenset({Role.SECRETARY}),
        group="talk",
        rank=90,
        waits=("greeting",),
    ),
)
