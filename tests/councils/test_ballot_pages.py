"""Ballots on pages and paper: voted on by phone, entered at the desk, printed, and handed over with hashes."""

import csv
import hashlib
import io
import json
import time
import zipfile
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import AT, Cast
from tests.councils.ballots import NOTICED, Vote, owners_vote, peoples_vote
from tests.councils.talks import screened
from zengyi.core import clock
from zengyi.councils import actions, queries
from zengyi.councils.models import Ballot, Elector, Stance
from zengyi.councils.queries.ballot_rows import code_of
from zengyi.councils.rules.owner_sheets import votes_sheet
from zengyi.councils.rules.owners import Silence, Subject, count, votes_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def browser(cast: Cast, login: str) -> Client:
    """Somebody's phone or desk."""
    client = Client()
    client.force_login(cast.users[login])
    return client


def below(vote: Vote, end: str = "") -> str:
    """An address of the ballot."""
    return f"/councils/ballots/{vote.ballot.pk}/{end}"


def test_a_voter_scans_their_paper_votes_and_keeps_the_receipt(cast: Cast) -> None:
    vote, client = owners_vote(cast, 3).open(), browser(cast, "resident")
    assert "名单里的人才能投" in client.get(below(vote)).content.decode()
    code = code_of(vote.ballot.pk, vote.elector(1).pk)
    page = client.get(f"{below(vote)}?v={code}").content.decode()
    assert "80.00 平方米" in page
    assert "15,640.00 元" in page, "a third of 46,920.00"
    empty = client.post(below(vote, "vote"), {"code": code})
    assert (empty.status_code, "请选一个。" in empty.content.decode()) == (422, True)
    assert client.post(below(vote, "vote"), {"code": code, "choice": "FOR"}).status_code == 303
    stance = Stance.objects.get()
    page = client.get(below(vote)).content.decode()
    assert f"{stance.receipt[:5]} {stance.receipt[5:]}" in page
    assert client.post(below(vote, "vote"), {"choice": "AGAINST"}).status_code == 303
    vote.close()
    late = client.post(below(vote, "vote"), {"choice": "FOR"})
    assert (late.status_code, Stance.objects.count()) == (409, 2)
    assert "没有通过" in client.get(below(vote)).content.decode()


def test_a_ranking_is_typed_as_places(cast: Cast) -> None:
    vote = peoples_vote(cast, "ranked", options=("长凳", "健身器", "花坛")).open(closes_at=None)
    vote.bind(1, "resident")
    client = browser(cast, "resident")
    assert client.post(below(vote, "vote"), {"option-1": "2", "option-2": "1", "option-3": ""}).status_code == 303
    assert Stance.objects.get().answer == "2,1"


def test_the_desk_prepares_opens_enters_and_closes(cast: Cast) -> None:
    client = browser(cast, "worker")
    new = {"title": "换补偿链", "text": "", "method": "owner_dual", "subject": "USE_FUND", "pack": "national", "yuan": "46920.00"}
    assert client.post("/councils/ballots/new", new).status_code == 303
    vote = Vote(cast, Ballot.objects.get())
    assert vote.ballot.amount == 4_692_000
    bad = SimpleUploadedFile("a.csv", "业主,单元,面积,类型\n王五,101,八十,业主\n王五,101,80,租户\n".encode())
    told = client.post(below(vote, "owners"), {"file": bad})
    assert (told.status_code, Elector.objects.count()) == (422, 0)
    assert "不像面积" in told.content.decode()
    good = SimpleUploadedFile("a.csv", "业主,单元,面积,类型\n王五,1-101,80,业主\n赵六,1-102,80,业主\n王五,2-101,90,业主\n".encode("gbk"))
    assert client.post(below(vote, "owners"), {"file": good}).status_code == 303
    assert list(Elector.objects.order_by("position").values_list("name", "area", "stair")) == [("王五", 17_000, "1"), ("赵六", 8_000, "1")]
    early = client.post(below(vote, "open"), {"noticed_on": "2026-11-20", "closes_at": "2026-11-28"})
    assert (early.status_code, "公告要贴满 15 天" in early.content.decode()) == (422, True)
    assert client.post(below(vote, "open"), {"noticed_on": NOTICED.isoformat(), "closes_at": "2026-11-28"}).status_code == 303
    assert client.post(below(vote, "delivered"), {"positions": "1-2"}).status_code == 303
    again = client.post(below(vote, "delivered"), {"positions": "1"})
    assert (again.status_code, "已经记过" in again.content.decode()) == (422, True)
    assert client.post(below(vote, "delivered"), {"positions": "9-1,x"}).status_code == 422
    entry = {"position": "1", "choice": "FOR", "channel": "PAPER", "reason": ""}
    assert client.post(below(vote, "entry"), entry).status_code == 303
    missing = client.post(below(vote, "entry"), {**entry, "position": "99"})
    assert (missing.status_code, "名单里没有这一位" in missing.content.decode()) == (422, True)
    assert client.post(below(vote, "mandate"), {"position": "2", "holder": "王五", "paper": "3 号袋"}).status_code == 303
    by_mandate = {**entry, "position": "2", "channel": "DESK", "read_back": "on", "by_mandate": "on"}
    assert client.post(below(vote, "entry"), by_mandate).status_code == 422
    assert client.post(below(vote, "entry"), {**by_mandate, "holder_present": "on"}).status_code == 303
    assert client.post(below(vote, "close"), {"reason": ""}).status_code == 303
    vote.ballot.refresh_from_db()
    assert vote.ballot.adopted is True


def test_the_file_is_counted_again_to_the_same_result_and_names_nobody(cast: Cast) -> None:
    vote = owners_vote(cast, 7, developer=2).open()
    for position, said in enumerate(["FOR", "FOR", "AGAINST", "FOR", "ABSTAIN", "FOR"], start=1):
        vote.say(position, said)
    vote.bind(3, "resident")
    vote.own("resident", "FOR")
    client = browser(cast, "worker")
    assert client.get(below(vote, "file.zip")).status_code == 409
    vote.close()
    answer = client.get(below(vote, "file.zip"))
    assert answer.status_code == 200
    assert client.get(below(vote, "file.zip")).content == answer.content, "the same file each time"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    for line in parts["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(parts[name]).hexdigest() == digest
    assert hashlib.sha256(parts["votes.csv"]).hexdigest() == vote.ballot.digest
    receipts = {row["票号"] for row in csv.DictReader(io.StringIO(parts["votes.csv"].decode("utf-8-sig")))}
    assert receipts == set(Stance.objects.values_list("receipt", flat=True))
    table = list(csv.reader(io.StringIO(parts["recount.csv"].decode("utf-8-sig"))))
    found = count(votes_of(votes_sheet(table).sure()), Subject.USE_FUND, Silence.RETURNED_ONLY)
    result: dict[str, Any] = json.loads(parts["result.json"])["result"]
    assert (found.heads, found.heads_voted, found.heads_for) == (result["heads"], result["heads_voted"], result["heads_for"])
    assert (found.adopted, result["conflicts"]) == (result["adopted"], [3])
    for content in parts.values():
        assert "业主0001".encode() not in content


def test_every_owner_gets_a_paper(cast: Cast) -> None:
    vote, client = owners_vote(cast, 23, developer=3).open(), browser(cast, "worker")
    whole = client.get(below(vote, "papers.pdf"))
    assert len(pypdfium2.PdfDocument(whole.content)) == 24
    stair = client.get(below(vote, "papers.pdf"), {"stair": "3幢2单元"})
    document = pypdfium2.PdfDocument(stair.content)
    assert len(document) == 3
    assert "第 21 号" in document[0].get_textpage().get_text_range()
    assert client.get(below(vote, "papers.pdf"), {"stair": "9幢"}).status_code == 409


def statements(vote: Vote, login: str, path: str) -> int:
    """How many statements a page costs."""
    client = browser(vote.cast, login)
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


@pytest.mark.parametrize(("login", "end"), [("resident", ""), ("worker", "desk"), ("worker", "entry")])
def test_pages_cost_the_same_for_any_number_of_owners(cast: Cast, login: str, end: str) -> None:
    small, large = owners_vote(cast, 2).open(), owners_vote(cast, 400).open()
    for vote in (small, large):
        vote.say(1, "FOR")
    assert statements(small, login, below(small, end)) == statements(large, login, below(large, end))


def test_five_thousand_owners_are_counted_within_a_second(cast: Cast) -> None:
    vote = owners_vote(cast, 5000).open()
    by = cast.users["worker"].pk
    rows = Elector.objects.filter(ballot=vote.ballot).order_by("position")
    said = ("FOR", "FOR", "AGAINST", "ABSTAIN")
    Stance.objects.bulk_create(
        Stance(
            ballot=vote.ballot,
            elector=row,
            side="PAPER",
            channel="PAPER",
            answer=said[n % 4],
            receipt=f"{n:010d}",
            cast_by_id=by,
            cast_at=AT,
        )
        for n, row in enumerate(rows)
        if n % 5
    )
    begun = time.process_time()
    with CaptureQueriesContext(connection) as asked:
        closed = vote.close()
    took = time.process_time() - begun
    assert closed.result is not None
    assert (closed.result["heads"], closed.result["heads_voted"]) == (5000, 4000)
    assert took < 1, took
    assert len(asked) < 14
    begun = time.process_time()
    queries.desk(vote.ballot.pk, by=cast.actor("worker"))
    assert time.process_time() - begun < 1


def test_a_ballot_of_a_topic_lets_those_who_are_known_vote_themselves(cast: Cast) -> None:
    topic = screened(cast, AT)
    desk, voter = Client(), Client()
    desk.force_login(cast.users["worker"])
    voter.force_login(cast.users["resident"])
    path = f"/councils/ballots/new?topic={topic.pk}"
    assert f'value="{topic.pk}" selected' in desk.get(path).content.decode()
    known = {name: cast.actor(name).person_id for name in ("resident", "member")}
    number = cast.members["member"].number
    sent = {
        "title": "晚上九点以后不跳舞",
        "method": "hands",
        "passes": ">=2/3",
        "quorum": ">1/2",
        "voters": f"居民1206\n{number}\n没登记的人",
    }
    more = {"topic": topic.pk, "place": cast.buildings[0].pk}
    refused = desk.post("/councils/ballots/new", sent | more | {"place": cast.far_building.pk})
    assert refused.status_code == 422 and "请选本社区的楼栋或地点" in refused.content.decode()
    assert desk.post("/councils/ballots/new", sent | more).status_code == 303
    ballot = Ballot.objects.get()
    assert (ballot.topic_id, ballot.place_id, ballot.quorum, ballot.passes) == (topic.pk, cast.buildings[0].pk, ">1/2", ">=2/3")
    people = ballot.electors.order_by("position").values_list("person_id", flat=True)
    assert list(people) == [known["resident"], known["member"], None]
    page = f"/councils/topics/{topic.pk}/"
    assert ballot.title in desk.get(page).content.decode() and ballot.title not in voter.get(page).content.decode(), "a draft is the desk's"
    actions.open_ballot(ballot.pk, by=cast.actor("worker"), at=AT)
    assert ballot.title in voter.get(page).content.decode()
    assert ballot.title not in Client().get(page).content.decode(), "visitors read no ballots"
    assert page in voter.get(f"/councils/ballots/{ballot.pk}/").content.decode()
    assert voter.post(f"/councils/ballots/{ballot.pk}/vote", {"choice": "FOR", "code": ""}).status_code == 303


def test_the_desk_reads_whose_two_answers_differ_and_nobody_else_does(cast: Cast) -> None:
    vote = owners_vote(cast, 3)
    vote.bind(1, "resident")
    vote.open()
    vote.own("resident", "AGAINST")
    vote.say(1, "FOR")
    vote.close()
    told = [browser(cast, who).get(below(vote)).content.decode() for who in ("worker", "resident")]
    assert ["两张都留着、都不计" in page for page in told] == [True, True]
    assert ['<b class="nowrap">第 1 号</b>' in page for page in told] == [True, False]
    listed = zipfile.ZipFile(io.BytesIO(browser(cast, "worker").get(below(vote, "file.zip")).content)).read("votes.csv").decode("utf-8-sig")
    ways = sorted((row["怎么来的"], row["意见"], row["计入"]) for row in csv.DictReader(io.StringIO(listed)))
    assert ways == [("纸票", "同意", "否，两张票不一样"), ("网上", "不同意", "否，两张票不一样")]
