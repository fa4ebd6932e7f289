"""Steps of greetings."""

from datetime import datetime

from django.utils.translation import gettext as _
from zengyi.greetings.models import Greeting
from zengyi.greetings.rules import KEPT, TEXT_MOST

from zengyi.core import audit
from zengyi.core.errors import Invalid
from zengyi.core.steps import action, durable
from zengyi.people.rules import Actor, Target, check


@action
def say(text: str, *, by: Actor, at: datetime) -> int:
    """Greet the actor's community; returns the greeting's id. Raises :class:`Invalid` for nothing, and for too much."""
    check(by, "greeting.say", Target(community_id=by.community_id, path=by.place_path), sees=True)
    if not 0 < len(text) <= TEXT_MOST:
        raise Invalid.on("text", _("请写 1 到 %(most)d 个字。") % {"most": TEXT_MOST})
    made = Greeting.objects.create(community_id=by.community_id or 0, text=text, said_by_id=by.login_id, said_at=at)
    audit.record("say", "greeting", made.pk, by=by, at=at, community_id=by.community_id, after={"text": text})
    return made.pk


@durable
def forget_old(at: datetime) -> int:
    """Delete what was said long ago; returns how many."""
    return Greeting.objects.filter(said_at__lt=at - KEPT).delete()[0]
