"""One guard for each thing that can be done to an order.

``check_<verb>`` raises the refusal that the action would answer with: :class:`NotSignedIn`, :class:`NotThere`, :class:`NotAllowed`, or
:class:`WrongState`. Some return the claim that the move is about. Actions call them before they write; pages, forms and the API ask
``can``, ``why_not`` and ``moves_for``, which ask the same functions.

Guards do not look at what somebody types (a reason, points, a party): the action checks it afterwards. :mod:`zengyi.orders.rules.offers`
has them by verb.
"""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _

from zengyi.core import personal
from zengyi.core.errors import Invalid, NotAllowed, NotSignedIn, WrongState
from zengyi.orders.rules.helpers import claim_in_hand
from zengyi.orders.rules.moves import MOVES, OPEN_STATES, State, Verb
from zengyi.orders.rules.situation import Asker, ClaimFacts, Hand, Situation, same, stake
from zengyi.orders.rules.words import (
    CALLS_ENDED,
    COOL_OFF,
    GIVEN_BACK_MOST,
    OPEN_CLAIMS_OF_MEMBER,
    OPEN_CLAIMS_OF_ORGANISATION,
    REMINDERS_BEFORE_SILENCE,
    SILENCE,
    ClaimState,
    Kind,
    OnBehalf,
)
from zengyi.people import rules as people
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role, Target, check_second

#: One confirmed order in so many is rung up again.
DRAWN_ONE_IN = 10

#: What can be done to an order without changing its state.
NOTE, REMIND, REMIND_CLAIMANT, EXCLUDE, MASK = "note", "remind", "remind_claimant", "exclude", "mask"
CALL_BACK = "callback"


def may_see(actor: Actor, target: Target) -> bool:
    """Whether the actor may look at an order."""
    return people.allows(actor, "order.list", target)


def reads_words(by: Actor, target: Target) -> bool:
    """Whether the reader gets an order's words as they were written, with the phones and doors in them; others get them masked.

    It is the same as with the asker's own phone and door. ``target`` holds the claims of those at work now.
    """
    return people.allows(by, "order.see_requester", target)


def check_contact(by: Actor, target: Target, *, anonymous: bool, sees: bool) -> None:
    """Raise unless the actor may open the asker's phone and door. ``target`` is as for :func:`reads_words`, without claims where the
    asker gave no name."""
    if sees and anonymous and people.may(by, "order.see_requester") and not reads_words(by, target):
        raise NotAllowed(_("点单的人没有留名。要问什么、约时间，请社区转告。"))
    people.check(by, "order.see_requester", target, sees=sees)


def kinds_for(role: Role) -> tuple[Kind, ...]:
    """The kinds of order somebody may place, the likeliest first. Reporting what one saw is for members, organisations and staff."""
    match role:
        case Role.RESIDENT:
            return (Kind.DEMAND, Kind.WISH)
        case Role.MEMBER:
            return (Kind.REPORT, Kind.DEMAND, Kind.WISH)
        case _:
            return tuple(Kind)


def check_place(by: Actor, *, kind: str | None = None, on_behalf: OnBehalf | None = None) -> None:
    """Raise unless the actor may place an order, of that kind and for that person where they are given."""
    people.check_role(by, "order.place")
    if by.community_id is None:
        raise NotAllowed(_("您现在的身份不属于一个社区。"))
    if kind is not None and kind not in kinds_for(by.role):
        sentence = _("“上报”由党员、单位和社区来提；您请选“诉求”或“微心愿”。") if kind in Kind.values else _("请从里面选一个。")
        raise Invalid(sentence, {"kind": sentence})
    if on_behalf is not None and by.role not in COMMUNITY_ROLES:
        sentence = _("替别人点单，请找社区工作人员。")
        raise Invalid(sentence, {"on_behalf_of": sentence})


def _permit(s: Situation, action: str, target: Target | None = None) -> None:
    """Raise unless the actor's role may do this to the order."""
    target = target or s.target
    people.check(s.by, f"order.{action}", target, sees=may_see(s.by, target))


def _in_state(s: Situation, verb: Verb) -> None:
    """Raise unless the move is possible in the order's state."""
    if s.state not in MOVES[verb].sources:
        raise wrong_state(s)


def wrong_state(s: Situation) -> WrongState:
    """The refusal that says in which state the order is."""
    return WrongState(_("这一单现在是“%(state)s”，这一步做不了。请刷新看看。") % {"state": s.state.label})


def _may_move(s: Situation, verb: Verb) -> None:
    _permit(s, verb)
    _in_state(s, verb)


def _no_stake(s: Situation) -> None:
    if reason := stake(s.behind, s.by):
        raise NotAllowed(reason)


def check_triage(s: Situation) -> None:
    """Raise unless the actor may take the order on."""
    _may_move(s, Verb.TRIAGE)


def check_publish(s: Situation) -> None:
    """Raise unless the actor may publish the order."""
    _may_move(s, Verb.PUBLISH)


def check_assign(s: Situation) -> None:
    """Raise unless the actor may propose the order to somebody. The claim names who proposed it, so somebody must be signed in."""
    _may_move(s, Verb.ASSIGN)
    if not s.by.signed_in:
        raise NotSignedIn(_("请先登录。"))


def check_accept(s: Situation) -> ClaimFacts:
    """The claim proposed to the actor, if they may accept it; for staff one of a member without a login."""
    _may_move(s, Verb.ACCEPT)
    mine = _proposed(s)
    if mine.is_of(s.by):
        _no_stake(s)
    return mine


def check_refuse(s: Situation) -> ClaimFacts:
    """The claim proposed to the actor, if they may refuse it; for staff one of a member without a login."""
    _may_move(s, Verb.REFUSE)
    return _proposed(s)


def _proposed(s: Situation) -> ClaimFacts:
    return claim_in_hand(s, ClaimState.PROPOSED, _("这一单不是派给您的。"))


def most_open(by: Actor) -> int:
    """How many orders whoever claims may hold at a time."""
    return OPEN_CLAIMS_OF_ORGANISATION if by.role == Role.ORGANISATION else OPEN_CLAIMS_OF_MEMBER


def places_for(by: Actor, places: int) -> int:
    """How many of an order's places a claim takes: a member one, an organisation all of them."""
    return places if by.role == Role.ORGANISATION else 1


def check_claim(s: Situation) -> None:
    """Raise unless the actor may claim the order.

    Somebody who comes too late may have seen the order on public view. They are told that it is taken, not that it does not exist.
    """
    _permit(s, Verb.CLAIM, replace(s.target, shown=s.target.shown or s.been_shown))
    if not (s.by.organisation_id if s.by.role == Role.ORGANISATION else s.by.member_id):
        raise NotAllowed(_("您现在的身份不能做这一步。"))
    if s.state in (State.ASSIGNED, State.DELIVERED, State.CONFIRMED):
        raise WrongState(too_late())
    _in_state(s, Verb.CLAIM)
    _no_stake(s)
    if s.is_held:
        raise WrongState(already_held())
    if s.given_back.here is not None and s.at < s.given_back.here + COOL_OFF:
        raise WrongState(_("这一单您刚退过，先请别人来接。"))
    if s.given_back.third_last is not None and s.at < s.given_back.third_last + COOL_OFF:
        raise WrongState(_("一天里已经退了 %(n)d 单，明天再接。") % {"n": GIVEN_BACK_MOST})
    if s.in_hand >= most_open(s.by):
        raise WrongState(_("您手上已经有 %(most)d 单，先办好一单再接。") % {"most": most_open(s.by)})
    if s.taken + places_for(s.by, s.places) > s.places:
        raise WrongState(too_late())


def too_late() -> str:
    """The refusal for a claim that came too late."""
    return _("已被别人接走，看看附近另外几单。")


def already_held() -> str:
    """The refusal for claiming the same order twice."""
    return _("您已经接了这一单。")


def check_release(s: Situation) -> None:
    """Raise unless the actor may give back a claim: their own, or as staff of the community anybody's, and what was only proposed."""
    _may_move(s, Verb.RELEASE)
    if s.own_claim(ClaimState.ACTIVE) is None and s.by.role not in COMMUNITY_ROLES:
        raise NotAllowed(_("只能退自己接的单。"))


def check_lapse(s: Situation, claim_id: int | None = None) -> ClaimFacts:
    """A claim whose time has run out (the one of that id, where it is given), if the actor may take it back."""
    _may_move(s, Verb.LAPSE)
    for claim in s.claims:
        if claim_id in (None, claim.id) and claim.has_run_out(s.at):
            return claim
    raise WrongState(moved_meanwhile())


def moved_meanwhile() -> str:
    """The refusal for a move when somebody else was faster."""
    return _("刚刚有人动过这一单，请刷新看看。")


def check_deliver(s: Situation) -> ClaimFacts:
    """The actor's own claim, if they may say that the work is done; for staff one of a member without a login."""
    _may_move(s, Verb.DELIVER)
    return claim_in_hand(s, ClaimState.ACTIVE, _("这一单不是您接的。"))


def check_confirm(s: Situation) -> None:
    """Raise unless the actor may confirm that the difficulty is gone."""
    _may_move(s, Verb.CONFIRM)
    if reason := against_confirming(s.by, s.hands, s.behind):
        raise NotAllowed(reason)


def check_settle(s: Situation) -> None:
    """Raise unless the actor may say, as part of another package's step, whether what was delivered holds. Roles are that step's to ask."""
    _in_state(s, Verb.CONFIRM)
    if reason := against_confirming(s.by, s.hands, s.behind):
        raise NotAllowed(reason)


def check_return(s: Situation) -> None:
    """Raise unless the actor may send the work back."""
    _may_move(s, Verb.RETURN)
    if reason := against_judging(s.by, s.hands):
        raise NotAllowed(reason)


def check_decline(s: Situation) -> None:
    """Raise unless the actor may decline the order."""
    _may_move(s, Verb.DECLINE)


def check_merge(s: Situation) -> None:
    """Raise unless the actor may end the order as the same matter as another one."""
    _may_move(s, Verb.MERGE)


def check_merge_into(s: Situation) -> None:
    """Raise unless the actor may have another order end as the same matter as this one."""
    _permit(s, Verb.MERGE)
    if s.state in (State.CONFIRMED, State.CLOSED):
        sentence = _("请选另一张还没办完的单子。")
        raise Invalid(sentence, {"into_id": sentence})


def check_cancel(s: Situation) -> None:
    """Raise unless the actor may take the order back."""
    _may_move(s, Verb.CANCEL)


def check_close(s: Situation) -> None:
    """Raise unless the actor may close the order because nobody answers: both reminders were given their time."""
    _may_move(s, Verb.CLOSE)
    if s.reminders < REMINDERS_BEFORE_SILENCE or s.reminded_at is None or s.at < s.reminded_at + SILENCE:
        raise WrongState(_("提醒过两次、再等两天没有回话，才能关闭。"))


def check_note(s: Situation) -> None:
    """Raise unless the actor may add to the order's history."""
    _permit(s, NOTE)


def check_exclude(s: Situation) -> None:
    """Raise unless the actor may keep an organisation away from the order, or let it in again. The row names who wants it."""
    _permit(s, EXCLUDE)
    if not s.by.signed_in:
        raise NotSignedIn(_("请先登录。"))
    if s.state not in OPEN_STATES:
        raise wrong_state(s)


def check_mask(s: Situation) -> None:
    """Raise unless the actor may hide the phones and doors in the order's words for good: there are some, and it is open."""
    _permit(s, MASK)
    if s.state not in OPEN_STATES:
        raise wrong_state(s)
    if not any(personal.find(words) for words in s.words):
        raise WrongState(_("这一单里没有要遮的电话和门牌。"))


def check_remind(s: Situation) -> None:
    """Raise unless whoever asked may be reminded to confirm: it was delivered, or they were reminded, two days ago."""
    _permit(s, Verb.CLOSE)
    if s.state != State.DELIVERED or s.delivered_at is None:
        raise wrong_state(s)
    if s.at < (s.reminded_at or s.delivered_at) + SILENCE:
        raise WrongState(_("才提醒过，再等两天。"))


def check_remind_claimant(s: Situation, claim_id: int | None = None) -> ClaimFacts:
    """A claim whose time has run out without a reminder (the one of that id, where it is given), if the actor may send one."""
    _permit(s, Verb.LAPSE)
    if s.state == State.CLAIMED:
        for claim in s.active:
            if claim_id in (None, claim.id) and claim.has_run_out(s.at) and claim.reminded_at is None:
                return claim
    raise wrong_state(s)


def check_reopen(s: Situation) -> None:
    """Raise unless the actor may open a confirmed order again: all that it brought has been taken back."""
    _may_move(s, Verb.REOPEN)
    if not s.taken_back:
        raise WrongState(_("这一单记的分还在账上。要先在“冲销”里全部冲销，才能重新打开。"))


def check_call_back(s: Situation) -> None:
    """Raise unless the actor may ring up whoever asked, and write down what they said: the order was drawn, and nobody has heard them yet.

    Not who weighed it, wrote it down, did it or confirmed it, nor anybody who is no second person to one of these.
    """
    _permit(s, CALL_BACK)
    if s.state != State.CONFIRMED:
        raise wrong_state(s)
    if not s.drawn:
        raise WrongState(_("这一单没有抽到，不用回访。"))
    if s.called in CALLS_ENDED:
        raise WrongState(_("这一单已经回访过了。"))
    concerned = _("这一单您或您家里人、同单位的人经手过，请另一位同事来回访。")
    check_second(s.by, s.behind.weighed, s.confirmed, own=concerned)
    if has_a_side(s.by, s.helped, s.behind):
        raise NotAllowed(concerned)


def against_judging(by: Actor, hands: Iterable[Hand]) -> str:
    """Why ``by`` may not say whether the work is good; empty when they may. Whoever did it, lives with or works with them may not."""
    for hand in hands:
        if hand.lacks_login and same(hand.login_id, by.user_id):
            return _("接单的人说的话是您记的，请另一位同事来确认。")
        did_it = same(hand.login_id, by.user_id) or same(hand.member_id, by.member_id)
        if did_it or same(hand.household, by.household) or hand.units & by.units:
            return _("办的人不能自己确认，请点单的人来确认。")
    return ""


def against_confirming(by: Actor, hands: Iterable[Hand], behind: Asker) -> str:
    """Why ``by`` may not confirm an order; empty when they may. Confirming moves points, so one more person must stand behind it.

    Not, as :func:`against_judging` says, whoever did the work. Not the login that set the points, nor the login that wrote the
    order down for somebody else. And nobody, the asker included, who is no second person to one of these: where one has handed out the
    other's password, entered them in the books or given them their role, one human being could be both.
    """
    hands = tuple(hands)
    if reason := against_judging(by, hands):
        return reason
    is_own = same(by.person_id, behind.asker.person_id)
    if by.user_id == behind.weighed.login_id or (not is_own and by.user_id == behind.placed.login_id):
        return _("这一单您经手过，请另一位同事来确认。")
    for_somebody = not same(behind.placer.person_id, behind.asker.person_id)
    if behind.weighed.is_also(by) or (for_somebody and behind.placed.is_also(by)):
        if is_own:
            return _("这一单和这个账号是同一位同事经手的，请社区另一位同事来确认。")
        return _("代点或定分的人和您有一方给另一方开过账号、发过密码、登记过本人或刚给过身份，不算两个人。请另一位同事来确认。")
    if any(hand.did.is_also(by) for hand in hands):
        return _("办的人和您有一方给另一方开过账号、发过密码、登记过本人或刚给过身份，不算两个人。请社区另一位同事来确认。")
    return ""


def has_a_side(by: Actor, hands: Iterable[Hand], behind: Asker) -> bool:
    """Whether ``by`` asked for the order, lives with whoever did, or may not confirm it: then they ask nobody whether it was done."""
    own = same(by.person_id, behind.asker.person_id) or same(by.household, behind.asker.household)
    return own or bool(against_confirming(by, hands, behind))


def is_drawn(lot: bytes) -> bool:
    """Whether a confirmed order with this lot is to be rung up again. The lot is a keyed hash of the order: nobody foresees it who does
    not hold the key, and drawing again gives the same.
    """
    return int.from_bytes(lot[:8], "big") % DRAWN_ONE_IN == 0
