"""The search over all that is public: what everybody finds, what nobody does, page after page, in few statements."""

import re
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from tests.activities.plans import planned
from tests.api import Api
from tests.cast import AT, Cast
from tests.councils.talks import closed, decided, opened, raised, repair, screened
from tests.councils.talks import published as minuted
from tests.news.pieces import proposed as drafted
from tests.news.pieces import published
from tests.works.sites import fund, ranked
from zengyi.activities import actions as activities
from zengyi.activities.actions.patrols import report_finding
from zengyi.activities.models import Activity, Finding, Ledger
from zengyi.core import clock, packages
from zengyi.councils.models import Decision, Session, Topic
from zengyi.news import actions as news
from zengyi.news.models import Edition, Piece
from zengyi.people.web.findable import kinds
from zengyi.works.models import Project

PHONE = "13900001206"
FILLING = (
    "councils.migrations.0007_search", "councils.migrations.0008_search_sessions", "activities.migrations.0006_search",
    "activities.migrations.0007_search_patrols", "works.migrations.0005_search",
)  # fmt: skip
KINDS = ["news", "activity", "finding", "eradication", "project", "topic", "decision", "session", "order", "community"]


@pytest.fixture(autouse=True)
def _then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def found(query: str, client: Client | None = None, **more: Any) -> list[str]:
    """Where the found rows lead, in their order."""
    answer = (client or Client()).get("/search/", {"q": query, **more})
    assert answer.status_code == 200
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.findall(r'<h3><a href="([^"]+)">', main)


def one_of_each(cast: Cast) -> dict[str, str]:
    """Something public of each kind that tells of cameras, 摄像头: where it stands, by its kind."""
    topic = screened(cast, AT)
    session = opened(cast, AT, topic)
    decided(cast, AT, session, topic, repair(cast, AT))
    minuted(cast, AT, closed(cast, AT, session))
    seen = report_finding("GOLDENROD", basis="COUNTED", count=3, spot="摄像头杆下面", by=cast.actor("member"), at=AT)
    project = ranked(cast, title="换摄像头", text="南区先换。")
    fund(project)
    return {
        "order": f"/orders/{cast.published('resident', text='摄像头朝着窗户').pk}/",
        "topic": f"/councils/topics/{topic.pk}/",
        "activity": f"/activities/occasions/{planned(cast.actor('worker'), title='学着看摄像头').pk}/",
        "project": f"/sites/{project.pk}/",
        "news": f"/news/{published(cast, title='摄像头修好了').pk}/",
        "session": f"/councils/sessions/{session.pk}/",
        "finding": f"/patrols/findings/{seen.pk}/",
        "eradication": f"/patrols/eradications/{seen.ledger_id}/",
    }


def test_every_package_with_something_public_says_so_itself() -> None:
    assert [kind.kind for kind in kinds()] == KINDS
    assert len({kind.kind for kind in kinds()}) == sum(len(room.KINDS) for room in packages.rooms("findable"))


def test_everybody_finds_the_same_of_every_kind(cast: Cast) -> None:
    told = one_of_each(cast)
    for query in ("摄像头", "头", "摄像", "  摄像头！ "):
        assert set(told.values()) <= set(found(query)), query
    signed_in = Client()
    signed_in.force_login(cast.users["worker"])
    assert found("摄像头", signed_in) == found("摄像头")
    assert found("主干道") == [told["topic"], told["session"]], "a decision leads to its topic"
    assert found("黄花 杆下") == [told["finding"], told["eradication"]], "by what it is called, wherever it is"
    assert found(cast.community.name, kind="community") == [f"/?community={cast.community.pk}"]
    assert found("摄像头", kind="topic") == [told["topic"]] and found("摄像头", kind="unknown") == found("摄像头")
    assert found("摄像头", community=cast.elsewhere.pk) == [] and found("没有这样的事") == []
    assert Client().get("/search/", {"q": "头", "community": "999999"}).status_code == 404


def test_nobody_finds_what_is_not_public(cast: Cast) -> None:
    raised(cast, AT)  # nobody has taken it on yet
    ranked(cast, title="换摄像头")
    ranked(cast, title="换摄像头杆")
    drafted(cast, title="摄像头修好了")
    opened(cast, AT, title="摄像头协商会")
    finding_of_nothing(cast)
    cast.place("resident", text="摄像头朝着窗户")
    cast.published("resident", text="摄像头朝着窗户", private=True)
    news.withdraw(published(cast, title="摄像头又坏了").pk, "写错了", by=cast.actor("secretary"), at=AT)
    assert found("摄像头") == [] == found("像")


def finding_of_nothing(cast: Cast) -> None:
    """Somebody went there, and there was nothing."""
    report_finding("NOTHING", spot="摄像头杆下面", note="摄像头", by=cast.actor("member"), at=AT)


def test_no_number_or_door_is_found_or_shown(cast: Cast) -> None:
    topic = screened(cast, AT)
    Topic.objects.filter(pk=topic.pk).update(text=f"摄像头坏了，打{PHONE}，住2单元502室")
    _fill("councils.migrations.0007_search")
    order = cast.published("resident", text=f"摄像头坏了，打{PHONE}，住2单元502室")
    assert found(PHONE) == found("502") == found("502室") == []
    report_finding("RUBBISH", basis="PRESENT", spot=f"2单元502室，打{PHONE}", note="摄像头下面", by=cast.actor("member"), at=AT)
    assert found(PHONE) == found("502") == found("502室") == []
    page = Client().get("/search/", {"q": "摄像头"}).content.decode()
    assert f"/orders/{order.pk}/" in page and f"/councils/topics/{topic.pk}/" in page and "***" in page
    person: Any = cast.users["resident"].person
    assert not any(word in page for word in (PHONE, "502", person.name))


def _fill(migration: str) -> None:
    import_module(f"zengyi.{migration}").fill(apps, None)


def test_what_was_there_before_is_found_as_well(cast: Cast) -> None:
    told = one_of_each(cast)
    before = {query: found(query) for query in ("摄像头", "主干道", "一枝黄花", "杆下")}
    for model in (Topic, Decision, Activity, Project, Session, Finding, Ledger):
        model._default_manager.update(search=None)
    assert set(found("摄像头")) == {told["order"], told["news"]}
    for migration in FILLING:
        _fill(migration)
    assert {query: found(query) for query in before} == before and set(told.values()) <= set(before["摄像头"])


def test_an_activity_leads_to_its_next_time(cast: Cast) -> None:
    by = cast.actor("worker")
    first = planned(by, title="读书会")
    week = timedelta(days=7)
    second = activities.add_occasion(first.activity_id, first.starts_at + week, first.ends_at + week, by=by, at=AT)
    assert found("读书") == [f"/activities/occasions/{first.pk}/"]
    activities.cancel_occasion(first.pk, "下雨", by=by, at=AT)
    assert found("读书") == [f"/activities/occasions/{second.pk}/"]


def more_editions(of: Piece, count: int) -> None:
    """As many more pieces with the same words on public view."""
    (edition,) = Edition.objects.filter(piece=of)
    rows = [Piece.objects.get(pk=of.pk) for _n in range(count)]
    for row in rows:
        row.pk = None
    for piece in Piece.objects.bulk_create(rows):
        edition.pk, edition.piece = None, piece
        edition.save(force_insert=True)


def test_page_after_page_tells_everything_once_in_the_same_few_statements(cast: Cast, sql: Any) -> None:
    piece = published(cast, title="摄像头修好了")
    counts = []
    for more in (0, 9, 40):
        more_editions(piece, more)
        with sql() as said:
            shown = found("摄像头")
        counts.append(len(said))
    assert len(shown) == 3 and counts[0] == counts[1] == counts[2] <= 2, counts
    page = Client().get("/search/", {"q": "摄像头"}).content.decode()
    (link,) = re.findall(r'href="(\?q=[^"]+kind=news)"', page)
    seen: list[int] = []
    while link:
        page = Client().get(f"/search/{link}".replace("&amp;", "&")).content.decode()
        seen += [int(pk) for pk in re.findall(r'<h3><a href="/news/(\d+)/">', page)]
        link = next(iter(re.findall(r'rel="next" href="([^"]+)"', page)), "")
    assert seen == sorted(Piece.objects.values_list("pk", flat=True), reverse=True) and len(seen) == 50


@pytest.mark.parametrize(
    "query",
    ['"', "' OR 1=1 --", "路 AND NOT 灯", "*", "\x00灯", "%", "&|!", "<script>alert(1)</script>", "长" * 5000, "灯:*", "😀", "\u202e灯"],
)
def test_whatever_is_typed_is_only_words(cast: Cast, query: str) -> None:
    answer = Client().get("/search/", {"q": query, "kind": "\x00", "after": "x", "community": ""})
    assert answer.status_code == 200 and b"<script>alert" not in answer.content


def test_public_front_pages_lead_there_and_the_page_is_kept_but_not_listed(cast: Cast) -> None:
    for path in ("/", "/community/"):
        page = Client().get(path).content.decode()
        assert 'action="/search/"' in page and f'name="community" value="{cast.community.pk}"' in page, path
    empty, full = Client().get("/search/"), Client().get("/search/", {"q": "灯"})
    assert empty["Cache-Control"] == full["Cache-Control"] and "no-store" not in full["Cache-Control"]
    assert not empty.has_header("X-Robots-Tag") and full["X-Robots-Tag"] == "noindex"


def test_the_api_finds_the_same_kind_by_kind(cast: Cast, sql: Any) -> None:
    told = one_of_each(cast)
    api = Api("resident")
    groups = api.get("/search", q="摄像头").body["groups"]
    assert [group["kind"] for group in groups] == [kind for kind in KINDS if kind in told]
    assert {group["items"][0]["url"] for group in groups} == set(told.values()) == set(found("摄像头"))
    assert {datetime.fromisoformat(one["at"]).tzinfo is not None for group in groups for one in group["items"]} == {True}
    assert api.get("/search", q="摄像头", community=cast.elsewhere.pk).body == {"groups": []}
    counts = []
    for more in (0, 9, 40):
        more_editions(Piece.objects.order_by("pk")[0], more)
        with sql() as said:
            assert api.get("/search", q="摄像头").status == 200
        counts.append(len(said))
    assert counts[0] == counts[1] == counts[2] <= 5, counts
    seen: list[int] = []
    after: dict[str, int] = {}
    while after or not seen:
        (group,) = api.get("/search", q="摄像头", kind="news", size=20, **after).body["groups"]
        seen += [int(one["url"].split("/")[2]) for one in group["items"]]
        after = {"after": group["next"]} if group["next"] else {}
    assert seen == sorted(Piece.objects.values_list("pk", flat=True), reverse=True)
    for wrong in ({"q": "摄像头", "after": 3}, {"q": "摄像头", "kind": "song"}, {"q": "长" * 41}, {}, {"q": "头", "size": 101}):
        assert api.get("/search", **wrong).status == 422, wrong
    assert api.get("/search", q="头", community=999999).status == 404 and Api().get("/search", q="头").status == 401
