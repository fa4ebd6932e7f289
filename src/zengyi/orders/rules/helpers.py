"""Helpers without a login: the community's desk writes down what they said, and is no second person to it afterwards."""

from django.utils.translation import gettext as _

from zengyi.core.errors import NotAllowed
from zengyi.orders.rules.situation import ClaimFacts, Situation, same
from zengyi.orders.rules.words import ClaimState
from zengyi.people.rules import COMMUNITY_ROLES


def claim_in_hand(s: Situation, state: ClaimState, nothing: str) -> ClaimFacts:
    """The claim in that state that the actor may answer for: their own; for staff of the community that of a member without a login.

    Raises :class:`NotAllowed`, with ``nothing`` where it is no business of theirs. Nobody writes down what somebody of their own household
    said, nor anything about what they or their household asked for: it takes a colleague.
    """
    if s.by.role not in COMMUNITY_ROLES:
        mine = s.own_claim(state)
        if mine is None:
            raise NotAllowed(nothing)
        return mine
    held = [claim for claim in s.claims if claim.state == state]
    if not held:
        raise NotAllowed(nothing)
    mute = [claim for claim in held if claim.lacks_login]
    if not mute:
        raise NotAllowed(_("对方自己有账号，请他自己来。实在不方便，可以收回来派给别人。"))
    asker = s.behind.asker
    if same(s.by.person_id, asker.person_id) or same(s.by.household, asker.household):
        raise NotAllowed(_("您或您家里人点的单，请另一位同事来记。"))
    for claim in mute:
        if not same(claim.hand.household, s.by.household) and not same(claim.hand.member_id, s.by.member_id):
            return claim
    raise NotAllowed(_("接单的是您家里人，请另一位同事来记。"))
