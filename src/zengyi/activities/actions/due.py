"""What happens by itself: offers run out and go on to the next; what is known of children is deleted on its day."""

from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.activities.actions.holding import hold, hold_for
from zengyi.activities.actions.patrols import sweep
from zengyi.activities.actions.signing import end
from zengyi.activities.models import Attendee, Occasion, SignUp
from zengyi.activities.models.signing import due_before
from zengyi.activities.rules import minors
from zengyi.activities.rules import signing as rules
from zengyi.activities.rules.programme import not_here
from zengyi.core import audit
from zengyi.core.errors import NotThere, WrongState
from zengyi.core.steps import action
from zengyi.people.rules import SYSTEM, Actor

AT_ONCE = 200


def run_due(at: datetime) -> int:
    """Do all that is due at ``at``; returns how many things were done. What somebody was faster to do is left out."""
    done = 0
    for pk in SignUp.objects.filter(due_before(at)).order_by("until", "pk").values_list("pk", flat=True)[:AT_ONCE]:
        try:
            expire(pk, by=SYSTEM, at=at)
            done += 1
        except (WrongState, NotThere):
            continue
    old = Occasion.objects.filter(forgot_at=None, ends_at__lte=at - minors.KEPT).order_by("ends_at", "pk")
    for pk in old.values_list("pk", flat=True)[:AT_ONCE]:
        forget_children(pk, by=SYSTEM, at=at)
        done += 1
    return done + sweep(at)


@action
def expire(sign_up_id: int, *, by: Actor, at: datetime) -> SignUp:
    """End a sign-up whose offer has run out, or that did not answer after the occasion was moved; its seats are offered on."""
    held = hold_for(sign_up_id)
    if held is None:
        raise not_here()
    occasion, found = held
    if found.until is None or found.until > at:
        raise WrongState(rules.moved_on())
    target = rules.MOVES["expire"][rules.SignUpState(found.state)]
    why = _("改了时间以后没有答话") if found.asked else ""
    offered = end(found, target, occasion, reason=why, at=at)
    after = {"state": str(target), "occasion": found.occasion_id, "offered": offered}
    audit.record("expire", "sign-up", found.pk, by=by, at=at, community_id=found.community_id, after=after)
    return found


@action
def forget_children(occasion_id: int, *, by: Actor, at: datetime) -> Occasion:
    """Delete everything about the children of an occasion that was over thirty days ago. How many came stays in the sums."""
    found = hold(occasion_id)
    if found is None:
        raise not_here()
    children = Attendee.objects.filter(occasion=found).exclude(band="")
    count = children.count()
    children.delete()
    Occasion.objects.filter(pk=found.pk).update(forgot_at=at)
    audit.record("forget", "occasion", found.pk, by=by, at=at, community_id=found.community_id, after={"children": count})
    return found
