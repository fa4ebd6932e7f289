"""What somebody chooses for their messages."""

from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.core import audit
from zengyi.core.errors import Invalid
from zengyi.core.steps import action
from zengyi.messages.models import Preference
from zengyi.messages.rules import Quiet
from zengyi.people.rules import Actor, check_role


@action
def choose_quiet(quiet: str, *, by: Actor, at: datetime) -> Quiet:
    """Choose the hours in which the actor is not to be disturbed. Raises :class:`Invalid` for others than the offered ones."""
    check_role(by, "inbox.read")
    if quiet not in Quiet.values:
        raise Invalid.on("quiet", _("请从里面选一个。"))
    made, _new = Preference.objects.update_or_create(user_id=by.login_id, defaults={"quiet": quiet})
    audit.record("choose", "preference", made.pk, by=by, at=at, community_id=by.community_id, after={"quiet": quiet})
    return Quiet(quiet)
