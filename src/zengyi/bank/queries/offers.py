"""What a branch might offer to those of its members who have room this quarter: a list of tasks, not of people."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from zengyi.bank.models import DutyClaim, Filing, Posting, Turn, Vacancy
from zengyi.bank.queries.duties import OFFERS_MOST
from zengyi.bank.rules import ENDED, AccountKind, PostingKind, RuleKind
from zengyi.bank.rules import duties as rules
from zengyi.bank.rules.duties import DutyState, Offer, VacancyState, Willing
from zengyi.core import clock
from zengyi.core.errors import NotThere
from zengyi.people import queries as people
from zengyi.people.rules import Actor, Duty, Target, check, check_role


@dataclass(frozen=True, slots=True)
class OfferRow:
    """Something to help with, and whom of the branch one might ask. ``held``: they are on that post already, and a turn is missing.

    ``reader``: the reader is among them.
    """

    vacancy_id: int
    duty: str
    title: str
    timing: str
    left: int
    held: bool
    names: list[str]
    reader: bool

    @property
    def duty_name(self) -> str:
        """The duty in words."""
        return str(Duty(self.duty).label)


@dataclass(frozen=True, slots=True)
class Offers:
    """What a branch might offer, in which quarter, and to how many."""

    branch_id: int
    branch: str
    quarter: str
    rows: list[OfferRow]
    willing: int


def branch_offers(branch_id: int, *, by: Actor, at: datetime) -> Offers:
    """What to offer to members of the branch of whom nothing stands in this quarter: no deed, no turn, no confirmed order.

    Only for the branch itself and its community's secretaries. Five statements however many members there are.
    """
    check_role(by, "duty.offers")
    branches = dict(people.branches_of(by.community_id or 0))
    if branch_id not in branches:
        raise NotThere(_("没有找到这个支部。"))
    check(by, "duty.offers", Target(community_id=by.community_id, branch_id=branch_id), sees=False)
    today = clock.local_date(at)
    quarter = clock.quarter_of(today)
    busy = _busy(branch_id, quarter)
    willing = {pk: (name, Willing(pk, duty)) for pk, name, duty in people.duties_of_branch(branch_id) if pk not in busy}
    posts = _posts(branch_id)
    open_now = Vacancy.objects.filter(
        Q(on_day=None) | Q(on_day__gte=today),
        Q(branch=None) | Q(branch_id=branch_id),
        community_id=by.community_id,
        state=VacancyState.OPEN,
    )
    free = list(open_now.filter(taken__lt=F("places")).order_by("pk")[:OFFERS_MOST])
    offers = [Offer(row.pk, row.duty, row.branch_id) for row in free]
    on_post = {member: row for row in posts for member in row.members if member in willing}
    asked = rules.spread(offers, (one for pk, (_name, one) in willing.items() if pk not in on_post), branch_id)

    def names(members: list[int]) -> list[str]:
        return [willing[one][0] for one in members]

    rows = []
    for post in posts:
        members = [one for one in post.members if one in willing]
        if members:
            mine = by.member_id in members
            rows.append(OfferRow(post.vacancy_id, post.duty, post.title, post.timing, 0, True, names(members), mine))
    for row in free:
        members = asked.get(row.pk, [])
        rows.append(
            OfferRow(row.pk, row.duty, row.title, row.timing, row.places - row.taken, False, names(members), by.member_id in members)
        )
    return Offers(branch_id, branches[branch_id], quarter, rows, len(willing))


@dataclass(slots=True)
class _Post:
    vacancy_id: int
    duty: str
    title: str
    timing: str
    members: list[int]


def _posts(branch_id: int) -> list[_Post]:
    """The standing posts that members of the branch are on. One statement."""
    held = DutyClaim.objects.filter(member__branch_id=branch_id, state=DutyState.HELD, standing=True).order_by("vacancy_id", "pk")
    posts: dict[int, _Post] = {}
    for pk, duty, title, timing, member in held.values_list(
        "vacancy_id", "vacancy__duty", "vacancy__title", "vacancy__timing", "member_id"
    ):
        posts.setdefault(pk, _Post(pk, duty, title, timing, [])).members.append(member)
    return list(posts.values())


def _busy(branch_id: int, quarter: str) -> set[int]:
    """Members of the branch of whom a deed, a turn or a confirmed order stands in the quarter. One statement."""
    first, following = clock.quarter_bounds(quarter)
    within = {"occurred_on__gte": first, "occurred_on__lt": following}
    deeds = Filing.objects.filter(member__branch_id=branch_id, kind=RuleKind.GAIN, **within).exclude(state__in=ENDED)
    taken = Turn.objects.filter(member__branch_id=branch_id, on_day__gte=first, on_day__lt=following, state__in=rules.HELPED_STATES)
    gained = Posting.objects.filter(credit__member__branch_id=branch_id, credit__kind=AccountKind.GAIN, kind=PostingKind.CONFIRM, **within)
    rows: QuerySet[Posting, tuple[int]] = gained.order_by().values_list("credit__member_id")
    return {pk for (pk,) in rows.union(deeds.order_by().values_list("member_id"), taken.order_by().values_list("member_id"))}
