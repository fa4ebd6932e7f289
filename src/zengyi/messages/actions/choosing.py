"""What somebody chooses for their messages, and how it is ended with one tap."""

from datetime import datetime

from django.core import signing
from django.utils.translation import gettext as _

from zengyi.core import audit
from zengyi.core.errors import Invalid, NotThere
from zengyi.core.steps import action, in_action
from zengyi.messages.actions.queueing import ways
from zengyi.messages.actions.sending import STOP_SALT
from zengyi.messages.models import Preference
from zengyi.messages.rules import Language, Pace, Quiet, Way
from zengyi.people.queries import my_wechat
from zengyi.people.queries.concerned import addresses_of
from zengyi.people.rules import NOBODY, Actor, check_role


@action
def choose(quiet: str, *, way: str = "", pace: str = "", language: str = "", by: Actor, at: datetime) -> Quiet:
    """Choose the hours in which the actor is not to be disturbed, whether and how they are told elsewhere than in the inbox, how often, and
    in which language letters are.

    What is not given stays as it is. Raises :class:`Invalid` for others than the offered ones, and for a way on which nothing
    would arrive.
    """
    check_role(by, "inbox.read")
    if quiet not in Quiet.values:
        raise Invalid.on("quiet", _("请从里面选一个。"))
    if pace and pace not in Pace.values:
        raise Invalid.on("pace", _("请从里面选一个。"))
    if language and language not in Language.values:
        raise Invalid.on("language", _("请从里面选一个。"))
    if way:
        _check_way(way, by)
    chosen = {name: value for name, value in (("quiet", quiet), ("way", way), ("pace", pace), ("language", language)) if value}
    made, _new = Preference.objects.update_or_create(user_id=by.login_id, defaults=chosen)
    audit.record("choose", "preference", made.pk, by=by, at=at, community_id=by.community_id, after=chosen)
    return Quiet(quiet)


def _check_way(way: str, by: Actor) -> None:
    if way != Way.HERE and way not in ways():
        raise Invalid.on("way", _("请从里面选一个。"))
    email, phone = addresses_of([by.login_id]).get(by.login_id, ("", ""))
    if way == Way.MAIL and not email:
        raise Invalid.on("way", _("社区还没有记您的邮箱，请告诉社区。"))
    if way == Way.SMS and not phone:
        raise Invalid.on("way", _("社区还没有记您的手机号，请告诉社区。"))
    if way == Way.WECHAT and my_wechat(by.login_id)[1] is None:
        raise Invalid.on("way", _("先在微信里打开“我的”，点“连上微信”，并关注社区的服务号。"))


def stop(token: str, *, by: Actor = NOBODY, at: datetime) -> None:
    """End what goes out to whoever got the token in a letter; what is in the inbox stays. Doing it again is harmless."""
    try:
        user_id = int(signing.loads(token, salt=STOP_SALT))
    except (signing.BadSignature, ValueError) as forged:
        raise NotThere(_("这个链接不对。请从信里点，或者登录后在“消息”里改。")) from forged
    if Preference.objects.filter(user_id=user_id).exclude(way=Way.HERE).exists():
        _stop(user_id, by=by, at=at)


@action
def _stop(user_id: int, *, by: Actor, at: datetime) -> None:
    end_letters(user_id, by=by, at=at)


@in_action
def end_letters(user_id: int, *, by: Actor, at: datetime) -> None:
    """Nothing goes out to that login any more; the step's event says so."""
    found = Preference.objects.get(user_id=user_id)
    Preference.objects.filter(pk=found.pk).update(way=Way.HERE)
    audit.record("stop", "preference", found.pk, by=by, at=at, community_id=None, before={"way": found.way}, after={"way": Way.HERE})
