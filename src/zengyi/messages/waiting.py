"""New messages are counted with what waits, so that every page can say how many there are, but they are no work to do."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.messages.models import Letter, Message
from zengyi.messages.rules import LetterState
from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import Actor, may


def _new(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    if by.user_id is None:
        return None
    return told(Message.objects.filter(user_id=by.user_id, read_at=None).order_by("pk"), since="at", title="template")


def _to_hand(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """The first slip that nobody has carried round yet: all of a community's are one thing to do, however many they are."""
    if by.community_id is None or not may(by, "slips.hand"):
        return None
    here = Letter.objects.filter(person__community_id=by.community_id, state=LetterState.TO_HAND)
    first = here.order_by("pk").values("pk")[:1]
    return told(here.filter(pk=Subquery(first)).order_by("pk"), since="made_at", title="state")


def _tell_to_hand(row: Row) -> Waiting:
    return Waiting(title=_("有纸条要送上门"), detail=_("打印出来，按楼幢交给楼长"), verb=_("去打印"), url=reverse("slips"), since=row.since)


ITEMS = (Source("inbox", _new), Source("slips", _to_hand, _tell_to_hand))
