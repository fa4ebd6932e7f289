"""A flat that is sold during a vote (vector 11), and the days on which a result hangs."""

from datetime import date, timedelta

from django.test import Client

from tests.cast import AT, Cast
from tests.councils.ballots import CLOSES, flats, owners_vote, peoples_vote
from tests.people.test_waiting import waits
from tests.trail import refused
from zengyi.core.errors import Invalid, WrongState
from zengyi.councils import actions, queries
from zengyi.councils.models import Elector
from zengyi.councils.queries.ballot_rows import code_of
from zengyi.councils.rules.owners import Flat, heads_of

SEEN = "不动产权证，11 月 20 日过户"


def test_vector_11_the_sellers_earlier_answer_stands_else_the_buyer_votes(cast: Cast) -> None:
    vote = owners_vote(cast, 3)
    worker = cast.actor("worker")
    with refused(WrongState):
        actions.sell_flat(vote.ballot.pk, vote.elector(1).pk, "新业主", SEEN, by=worker, at=AT)  # the list may be replaced still
    vote.open()
    vote.say(1, "AGAINST")
    with refused(WrongState, "卖家已经投了"):
        actions.sell_flat(vote.ballot.pk, vote.elector(1).pk, "新业主", SEEN, by=worker, at=AT)
    seller = vote.bind(2, "resident")
    old = code_of(vote.ballot.pk, seller.pk)
    actions.mark_delivered(vote.ballot.pk, [seller.pk], by=worker, at=AT)
    actions.give_mandate(vote.ballot.pk, seller.pk, "王五", "3 号袋", by=worker, at=AT)
    buyer = actions.sell_flat(vote.ballot.pk, seller.pk, "新业主", SEEN, by=worker, at=AT)
    assert (buyer.name, buyer.person_id, buyer.delivered_at, buyer.sold, buyer.area) == ("新业主", None, None, 1, 8000)
    with refused(Invalid, fields={"code"}):
        vote.own("resident2", "FOR", code=old)
    with refused(Invalid, fields={"by_mandate"}):
        vote.say(2, "FOR", by_mandate=True, holder_present=True)
    assert "ballot-vote" not in waits(cast, "resident").counts
    fresh = code_of(vote.ballot.pk, buyer.pk, buyer.sold)
    vote.own("resident2", "FOR", code=fresh)
    with refused(WrongState):
        actions.sell_flat(vote.ballot.pk, buyer.pk, "又一位", SEEN, by=worker, at=AT)
    closed = vote.close()
    assert closed.result is not None
    assert (closed.result["heads"], closed.result["heads_voted"], closed.result["heads_for"]) == (3, 2, 1)


def test_one_owner_stays_one_owner_whatever_is_sold(cast: Cast) -> None:
    vote = owners_vote(cast, 2)
    two = [Flat("业主0000", "3幢1单元101", 8000), Flat("业主0000", "3幢1单元102", 8000), *flats(3)[1:]]
    actions.set_owners(vote.ballot.pk, heads_of(two), by=cast.actor("worker"), at=AT)
    vote.ballot.refresh_from_db()
    vote.open()
    many = Elector.objects.get(ballot=vote.ballot, name="业主0000")
    with refused(WrongState, "还有别的房"):
        actions.sell_flat(vote.ballot.pk, many.pk, "新业主", SEEN, by=cast.actor("worker"), at=AT)
    with refused(Invalid, fields={"buyer"}):
        actions.sell_flat(vote.ballot.pk, vote.elector(2).pk, "业主0000", SEEN, by=cast.actor("worker"), at=AT)
    for buyer, paper, field in (("", SEEN, "buyer"), ("新业主", " ", "paper")):
        with refused(Invalid, fields={field}):
            actions.sell_flat(vote.ballot.pk, vote.elector(2).pk, buyer, paper, by=cast.actor("worker"), at=AT)
    table = peoples_vote(cast).open()
    with refused(WrongState):
        actions.sell_flat(table.ballot.pk, table.elector(1).pk, "新人", SEEN, by=cast.actor("worker"), at=AT)


def test_a_result_is_posted_as_long_as_its_rules_say(cast: Cast) -> None:
    vote = owners_vote(cast, 1).open()
    vote.say(1, "FOR")
    worker, day = cast.actor("worker"), CLOSES.date()
    with refused(WrongState):
        actions.post_result(vote.ballot.pk, day, by=worker, at=CLOSES)
    vote.close()
    assert waits(cast, "worker", at=CLOSES).counts["ballot-post"] == 1
    assert queries.ballot(vote.ballot.pk, by=worker).post_by == day + timedelta(days=7)
    for wrong in (day - timedelta(days=1), day + timedelta(days=1), date(2020, 1, 1)):
        with refused(Invalid, fields={"posted_on"}):
            actions.post_result(vote.ballot.pk, wrong, by=worker, at=CLOSES)
    actions.post_result(vote.ballot.pk, day, by=worker, at=CLOSES)
    assert queries.ballot(vote.ballot.pk, by=worker).hangs_until == day + timedelta(days=15)
    with refused(WrongState, "已经记过"):
        actions.post_result(vote.ballot.pk, day, by=worker, at=CLOSES)
    assert "ballot-post" not in waits(cast, "worker", at=CLOSES).counts
    client = Client()
    client.force_login(cast.users["worker"])
    page = client.get(f"/councils/ballots/{vote.ballot.pk}/desk").content.decode()
    assert "2026年11月28日 贴的，贴到 2026年12月13日" in page
