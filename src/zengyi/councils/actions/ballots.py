"""A ballot is prepared, given its electorate, opened and closed."""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F
from django.utils.translation import gettext as _

from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action, in_action
from zengyi.councils.models import Ballot, Elector, Topic
from zengyi.councils.models.numbers import next_number
from zengyi.councils.queries.ballot_rows import ballot_facts, found_ballot, returned_of, terms_of
from zengyi.councils.rules import Numbered, counting
from zengyi.councils.rules import ballots as rules
from zengyi.councils.rules.ballots import BallotState
from zengyi.councils.rules.methods import Method, Share
from zengyi.councils.rules.owners import Owner
from zengyi.councils.rules.packs import shipped
from zengyi.councils.rules.reach import stair_of
from zengyi.people import queries as people
from zengyi.people.rules import SYSTEM, Actor

#: Rows of one statement.
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Voter:
    """One who may vote, as given by hand: a person of the community, or somebody by name."""

    name: str = ""
    person_id: int | None = None
    weight: int = 1


@action
def create_ballot(
    given: rules.Proposal,
    *,
    topic_id: int | None = None,
    place_id: int | None = None,
    passes: str = Share.HALF,
    quorum: str = Share.NONE,
    owners: Sequence[Owner] = (),
    voters: Sequence[Voter] = (),
    by: Actor,
    at: datetime,
) -> Ballot:
    """Prepare a ballot, with its electors or without. Returns it in state DRAFT. Raises :class:`Invalid` with the fields."""
    rules.check_prepare(by, given)
    community_id = by.community_id or 0
    topic = Topic.objects.filter(pk=topic_id, community_id=community_id).first() if topic_id and topic_id <= ID_MOST else None
    if topic_id is not None and topic is None:
        raise Invalid.on("topic_id", _("没有找到这个议题，或者不在您的社区。"))
    if place_id is not None:
        _check_place(place_id, community_id)
    made = Ballot(community_id=community_id, year=clock.year_of(at), topic=topic)
    made.title, made.text, made.method, made.subject = given.title, given.text, given.method, given.subject
    made.options, made.points, made.amount, made.place_id = list(given.options), given.points, given.amount, place_id
    made.passes, made.quorum = Share(passes), Share(quorum)
    if given.method == Method.OWNER_DUAL:
        made.pack = shipped()[given.pack].data()
    made.prepared_by_id, made.prepared_at = by.login_id, at
    listed = _owners(made, owners) if given.method == Method.OWNER_DUAL else _voters(made, voters)
    made.sequence = next_number(community_id, made.year, Numbered.BALLOT)
    made.save(force_insert=True)
    _write(made, listed)
    after = {"state": made.state, "method": made.method, "subject": made.subject, "electors": made.heads}
    audit.record("prepare", "ballot", made.pk, by=by, at=at, community_id=community_id, after=after)
    return made


def _check_place(place_id: int, community_id: int) -> None:
    try:
        people.place(place_id if 0 < place_id <= ID_MOST else 0, community_id=community_id)
    except NotThere as missing:
        raise Invalid.on("place", _("请选本社区的楼栋或地点。")) from missing


def _owners(ballot: Ballot, owners: Iterable[Owner]) -> list[Elector]:
    return [
        Elector(
            ballot=ballot,
            position=position,
            name=owner.name,
            developer=owner.developer,
            area=owner.area,
            stair=stair_of(owner.flats[0].unit)[: rules.STAIR_MOST],
            flats=json.dumps([[flat.unit, flat.area] for flat in owner.flats], ensure_ascii=False),
        )
        for position, owner in enumerate(owners, start=1)
    ]


def _voters(ballot: Ballot, voters: Sequence[Voter]) -> list[Elector]:
    ids = [voter.person_id for voter in voters if voter.person_id is not None]
    names = people.persons_named_in(ballot.community_id, ids)
    if len(names) < len(ids):
        raise Invalid.on("electors", _("有人不在您社区的名单里，或者写了两次。"))
    made = []
    for position, voter in enumerate(voters, start=1):
        name = names[voter.person_id] if voter.person_id is not None else " ".join(voter.name.split())
        if not 0 < len(name) <= rules.NAME_MOST or not 0 < voter.weight <= rules.WEIGHT_MOST:
            raise Invalid.on("electors", _("第 %(n)d 个：请写名字，最多 60 字；份数 1 到 10000。") % {"n": position})
        made.append(Elector(ballot=ballot, position=position, name=name, person_id=voter.person_id, weight=voter.weight))
    return made


def _write(ballot: Ballot, electors: Sequence[Elector]) -> None:
    Elector.objects.bulk_create(electors, batch_size=AT_ONCE)
    ballot.heads, ballot.area = len(electors), sum(elector.area for elector in electors)
    Ballot.objects.filter(pk=ballot.pk, state=BallotState.DRAFT).update(heads=ballot.heads, area=ballot.area)


@action
def set_owners(ballot_id: int, owners: Sequence[Owner], *, by: Actor, at: datetime) -> Ballot:
    """Replace the electorate of an owners' vote that is prepared: its owners, as ``rules.owners.heads_of`` made them."""
    ballot = found_ballot(ballot_id, by=by)
    rules.check_list(by, ballot_facts(ballot, by=by))
    assert ballot is not None
    if ballot.method != Method.OWNER_DUAL:
        raise WrongState(_("业主清册只用在业主表决。"))
    # Locks the row that opening locks, too: nobody is replaced once voting is open.
    if not Ballot.objects.filter(pk=ballot.pk, state=BallotState.DRAFT).update(heads=0):
        raise WrongState(moved_on())
    Elector.objects.filter(ballot=ballot).delete()
    _write(ballot, _owners(ballot, owners))
    after = {"electors": ballot.heads, "area": ballot.area}
    audit.record("list", "ballot", ballot.pk, by=by, at=at, community_id=ballot.community_id, after=after)
    return ballot


def moved_on() -> str:
    """What somebody hears who was not the first."""
    return _("这次表决刚刚有人动过，请刷新看看。")


@action
def open_ballot(ballot_id: int, *, noticed_on: date | None = None, closes_at: datetime | None = None, by: Actor, at: datetime) -> Ballot:
    """Open a ballot: from now on its electorate and its rules stand. Owners' votes need the day of their notice and their end."""
    ballot = found_ballot(ballot_id, by=by)
    facts = ballot_facts(ballot, by=by)
    rules.check_open(by, facts, today=clock.local_date(at), noticed_on=noticed_on, closes_at=closes_at)
    assert ballot is not None
    given = {"noticed_on": noticed_on, "closes_at": closes_at, "opened_by_id": by.login_id, "opened_at": at}
    if not Ballot.objects.filter(pk=ballot.pk, state=BallotState.DRAFT, heads=ballot.heads).update(state=BallotState.OPEN, **given):
        raise WrongState(moved_on())
    ballot.refresh_from_db()
    after = {"state": ballot.state, "electors": ballot.heads, "closes_at": closes_at.isoformat() if closes_at else ""}
    audit.record("open", "ballot", ballot.pk, by=by, at=at, community_id=ballot.community_id, after=after)
    return ballot


def close_ballot(ballot_id: int, *, reason: str = "", by: Actor, at: datetime) -> Ballot:
    """Close a ballot and count it, once: what it came to is kept with it and never counted anew."""
    return _close(ballot_id, reason.strip(), by=by, at=at)


@action
def _close(ballot_id: int, reason: str, *, by: Actor, at: datetime) -> Ballot:
    ballot = found_ballot(ballot_id, by=by)
    rules.check_close(by, ballot_facts(ballot, by=by), at=at, reason=reason)
    assert ballot is not None
    early = ballot.closes_at is not None and at < ballot.closes_at
    return _count(ballot, reason if early else "", by=by, at=at)


@action
def _close_by_itself(ballot: Ballot, *, by: Actor, at: datetime) -> Ballot:
    return _count(ballot, "", by=by, at=at)


@in_action
def _count(ballot: Ballot, reason: str, *, by: Actor, at: datetime) -> Ballot:
    # A vote counts up in this row before it is written. So this UPDATE waits for votes that are under way, and their answers are read
    # below.
    if not Ballot.objects.filter(pk=ballot.pk, state=BallotState.OPEN).update(cast=F("cast")):
        raise WrongState(moved_on())
    found = counting.counted(terms_of(ballot), returned_of(ballot.pk))
    ballot.state, ballot.closed_at, ballot.closed_by_id, ballot.close_reason = BallotState.CLOSED, at, by.user_id, reason
    ballot.result, ballot.adopted, ballot.digest = found.result, found.adopted, found.digest
    ballot.save(update_fields=["state", "closed_at", "closed_by", "close_reason", "result", "adopted", "digest"])
    after = {"state": ballot.state, "adopted": found.adopted, "digest": found.digest}
    audit.record("close", "ballot", ballot.pk, by=by, at=at, community_id=ballot.community_id, after=after, reason=reason)
    return ballot


@action
def post_result(ballot_id: int, posted_on: date, *, by: Actor, at: datetime) -> Ballot:
    """Note since when the result of an owners' vote has hung on the board; the rule pack says until when it hangs at least."""
    ballot = found_ballot(ballot_id, by=by)
    closed_on = clock.local_date(ballot.closed_at) if ballot and ballot.closed_at else None
    rules.check_post(by, ballot_facts(ballot, by=by), today=clock.local_date(at), posted_on=posted_on, closed_on=closed_on)
    assert ballot is not None
    if not Ballot.objects.filter(pk=ballot.pk, posted_on=None).update(posted_on=posted_on):
        raise WrongState(_("已经记过哪天贴出来的。"))
    ballot.posted_on = posted_on
    after = {"posted_on": posted_on.isoformat()}
    audit.record("post", "ballot", ballot.pk, by=by, at=at, community_id=ballot.community_id, after=after)
    return ballot


def close_due(at: datetime) -> int:
    """Close every ballot whose end has come; returns how many. Run by the worker."""
    closed = 0
    for ballot in Ballot.objects.filter(state=BallotState.OPEN, closes_at__lte=at).order_by("pk")[:AT_ONCE]:
        with suppress(WrongState):  # somebody closed it in the same moment
            _close_by_itself(ballot, by=SYSTEM, at=at)
            closed += 1
    return closed
