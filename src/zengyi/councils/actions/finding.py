"""The topic and the session a step is about."""

from django.db.models import F
from django.utils.translation import gettext as _

from zengyi.core.errors import WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import in_action
from zengyi.councils.models import Session, Topic
from zengyi.councils.rules.sessions import OPEN_MINUTES
from zengyi.people.rules import Actor


def topic_of(topic_id: int, *, by: Actor) -> Topic | None:
    """The topic of the actor's community, for their step."""
    return Topic.objects.filter(pk=topic_id, community_id=by.community_id).first() if 0 < topic_id <= ID_MOST else None


def session_of(session_id: int, *, by: Actor) -> Session | None:
    """The session of the actor's community, for their step."""
    return Session.objects.filter(pk=session_id, community_id=by.community_id).first() if 0 < session_id <= ID_MOST else None


def moved_on() -> str:
    """What somebody hears who was not the first."""
    return _("这件事刚刚有人动过，请刷新看看。")


@in_action
def keep_open(session: Session) -> None:
    """Raise when the session's minutes are signed, and lock the row that signing locks, too: nobody signs before this step ends."""
    if not Session.objects.filter(pk=session.pk, state__in=OPEN_MINUTES).update(ordinal=F("ordinal")):
        raise WrongState(_("这个会刚刚有人动过，请刷新看看。"))
