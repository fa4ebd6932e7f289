"""What WeChat pushes: somebody follows the service account or no longer, and how a message ended. Each push counts once.

The signature is put down in the same transaction as what follows from the push, so that a second one changes nothing, and one that was
broken off may come again.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext as _

from zengyi.core.errors import NotAllowed
from zengyi.core.steps import action, durable
from zengyi.messages.actions.choosing import end_letters
from zengyi.messages.models import Letter, Preference, Push
from zengyi.messages.rules import Channel, LetterState, Way
from zengyi.people.queries import WeChat, whose_wechat
from zengyi.people.rules import NOBODY, Actor, check_role


def pushed(event: Mapping[str, str], signature: str, *, account: WeChat, by: Actor = NOBODY, at: datetime) -> bool:
    """Take what was pushed; whether somebody has just begun to follow and is to be greeted. Other events change nothing.

    Raises :class:`NotAllowed` for what was pushed before.
    """
    check_role(by, "wechat.push")
    kind = event.get("Event", "") if event.get("MsgType") == "event" else ""
    try:
        if kind == "unsubscribe":
            _unfollowed(event.get("FromUserName", ""), signature, account=account, at=at)
        else:
            _ended(event if kind == "TEMPLATESENDJOBFINISH" else {}, signature, at)
    except IntegrityError as known:
        raise NotAllowed(_("这一条已经收过了。")) from known
    return kind == "subscribe"


def _unfollowed(openid: str, signature: str, *, account: WeChat, at: datetime) -> None:
    user_id = whose_wechat(account.app.app_id, openid)
    if Preference.objects.filter(user_id=user_id or 0, way=Way.WECHAT).exists():
        _stop(user_id or 0, signature, at=at)
    else:
        _ended({}, signature, at)


@action
def _stop(user_id: int, signature: str, *, at: datetime) -> None:
    Push.objects.create(signature=signature, at=at)
    end_letters(user_id, by=NOBODY, at=at)


@durable
def _ended(event: Mapping[str, str], signature: str, at: datetime) -> None:
    """What WeChat says in the end of a message that it had taken: that it did not arrive."""
    Push.objects.create(signature=signature, at=at)
    number, status = event.get("MsgID", "")[:24], event.get("Status", "success")
    if number and status != "success":
        taken = Letter.objects.filter(number=number, channel=Channel.WECHAT, state=LetterState.SENT)
        taken.update(state=LetterState.GIVEN_UP, said=status[:80])
