"""Slips are handed over: whoever carried them round ticks off which arrived."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.core import audit
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.steps import action
from zengyi.messages.models import Letter
from zengyi.messages.queries.slips import SLIPS_MOST, on_list, waiting_in
from zengyi.messages.rules import LetterState
from zengyi.people.rules import NOBODY, Actor, Target, check, check_role


@action
def hand_over(slip_ids: Collection[int], *, arrived: bool, by: Actor, at: datetime) -> int:
    """These slips of the actor's community arrived, or will not be handed over; returns how many.

    Raises :class:`Invalid` when none is named, and :class:`WrongState` when none of them waits any more.
    """
    check(by, "slips.hand", Target(community_id=by.community_id), sees=True)
    if not 0 < len(slip_ids) <= SLIPS_MOST:
        raise Invalid.on("slip", _("请先勾几张。"))
    here = waiting_in(by.community_id or 0).filter(pk__in=slip_ids).values_list("pk", flat=True)
    return _end(list(here), by.community_id or 0, arrived=arrived, by=by, at=at)


@action
def carry(token: str, slip_ids: Collection[int], *, by: Actor = NOBODY, at: datetime) -> int:
    """The block leader who has the list with this token handed these slips over; returns how many. Slips of other lists are left alone.

    Raises as :func:`hand_over` does, and :class:`NotThere` for a token that is none.
    """
    check_role(by, "slips.carry")
    here = [(pk, community) for pk, community in on_list(token).values_list("pk", "person__community_id") if pk in slip_ids]
    if not here:
        raise Invalid.on("slip", _("请先勾几张。"))
    return _end([pk for pk, _community in here], here[0][1] or 0, arrived=True, by=by, at=at)


def _end(ids: Collection[int], community_id: int, *, arrived: bool, by: Actor, at: datetime) -> int:
    state = LetterState.SENT if arrived else LetterState.GIVEN_UP
    done = Letter.objects.filter(pk__in=ids, state=LetterState.TO_HAND).update(state=state, ended_at=at)
    if not done:
        raise WrongState(_("这些纸条已经有人记过了。"))
    audit.record("hand", "slips", community_id, by=by, at=at, community_id=community_id, after={"slips": done, "arrived": arrived})
    return done
