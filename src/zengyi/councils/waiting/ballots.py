"""Ballots that wait: for whoever may vote and has not, and at the desk to be counted where nobody else would end them."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.core import personal
from zengyi.councils.models import Ballot, Elector
from zengyi.councils.rules.ballots import BallotState
from zengyi.councils.rules.methods import Method
from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import COMMUNITY_ROLES, Actor, may


def _to_vote(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """Votes somebody has and has not given, while they count. Who voted on paper is told nothing more."""
    if by.person_id is None or by.community_id is None or not may(by, "ballot.vote"):
        return None
    rows = Elector.objects.filter(person_id=by.person_id, returned_at=None, ballot__state=BallotState.OPEN)
    rows = rows.filter(Q(ballot__closes_at=None) | Q(ballot__closes_at__gt=at), ballot__community_id=by.community_id)
    rows = rows.order_by("ballot__closes_at", "pk")
    return told(rows, since="ballot__opened_at", due="ballot__closes_at", title="ballot__title", pk="ballot_id")


def _tell_vote(row: Row) -> Waiting:
    title, url = personal.masked(row.title), reverse("ballot", args=[row.id])
    return Waiting(title=title, detail=_("您有一票，还没有投"), verb=_("去投票"), url=url, since=row.since, due=row.due)


def _to_count(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """Votes without a day on which they end: everybody has answered, and somebody has to close them."""
    if by.community_id is None or by.role not in COMMUNITY_ROLES or not may(by, "ballot.close"):
        return None
    rows = Ballot.objects.filter(community_id=by.community_id, state=BallotState.OPEN, closes_at=None)
    silent = Elector.objects.filter(ballot=OuterRef("pk"), returned_at=None)
    return told(rows.filter(~Exists(silent)).order_by("opened_at", "pk"), since="opened_at", title="title")


def _tell_count(row: Row) -> Waiting:
    url = reverse("ballot-desk", args=[row.id])
    return Waiting(title=row.title, detail=_("都投完了，可以截止计票"), verb=_("去计票"), url=url, since=row.since)


def _to_post(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """Owners' votes that have ended, and whose result nobody has posted yet."""
    if by.community_id is None or by.role not in COMMUNITY_ROLES or not may(by, "ballot.close"):
        return None
    rows = Ballot.objects.filter(community_id=by.community_id, state=BallotState.CLOSED, method=Method.OWNER_DUAL, posted_on=None)
    return told(rows.order_by("closed_at", "pk"), since="closed_at", title="title")


def _tell_post(row: Row) -> Waiting:
    url = reverse("ballot-desk", args=[row.id])
    return Waiting(title=row.title, detail=_("结果出来了，要贴到公示栏"), verb=_("去贴"), url=url, since=row.since)


ITEMS = (
    Source("ballot-vote", _to_vote, _tell_vote),
    Source("ballot-count", _to_count, _tell_count),
    Source("ballot-post", _to_post, _tell_post),
)
