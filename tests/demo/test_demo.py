"""The demo: alive in every corner, true to the stories, and as playable as the README promises."""

import json
import re
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from tests.demo.conftest import Loaded, whole
from zengyi.activities.models import Attendee, Occasion, Stay
from zengyi.bank import queries as bank
from zengyi.bank.models import Account, Correction, Filing, Objection, Quarter, RollCall, RuleVersion
from zengyi.bank.queries.filings import ALBUM
from zengyi.bank.rules import FilingState
from zengyi.command import main
from zengyi.core import verifying
from zengyi.core.clock import SHANGHAI, quarter_bounds
from zengyi.core.models import Event
from zengyi.core.worktime import SHIFTS, is_working_day
from zengyi.news.models import Edition
from zengyi.orders import actions, queries
from zengyi.orders.models import Claim, Order, Photo
from zengyi.orders.rules import OPEN_CLAIMS, OPEN_STATES, Category, ClaimState, Kind, Light, Outcome, State
from zengyi.people import queries as people
from zengyi.people.demo.towns import LOGINS, PASSWORD, RESIDENT_SURNAMES
from zengyi.people.models import Branch, Member, Organisation, Person, Place, Registration, User
from zengyi.people.queries.waiting import waiting
from zengyi.people.rules import Actor, Duty, MemberStatus, RegistrationState
from zengyi.people.web.waiting import sources

BRIDGE = "虹西路西段桥面破损"


def actor(demo: Loaded, username: str) -> Actor:
    return people.actor_for_user(User.objects.get(username=username).pk, at=demo.at)


class Api:
    """The API as one login uses it."""

    def __init__(self, username: str) -> None:
        self.client = Client()
        self.token = ""
        self.token = self.post("/tokens", {"username": username, "password": PASSWORD})["token"]

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._read(self.client.post(f"/api/v1{path}", body, "application/json", headers=self._headers))

    def get(self, path: str) -> Any:
        return self._read(self.client.get(f"/api/v1{path}", headers=self._headers))

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    @staticmethod
    def _read(response: Any) -> Any:
        assert response.status_code in (200, 201), response.content.decode()
        return response.json()


@whole
@pytest.mark.databases("sqlite")
def test_the_district_is_as_large_as_promised(demo: Loaded) -> None:
    assert list(Place.objects.filter(kind="DISTRICT").values_list("name", flat=True)) == ["崇川区", "开发区"]
    assert Place.objects.filter(kind="COMMUNITY").count() == 9
    numbers = Place.objects.filter(parent__name="虹桥新村").order_by("sort").values_list("name", flat=True)
    assert list(numbers) == [f"{n}幢" for n in range(201, 241)]
    here = Place.objects.get(name="虹西社区")
    assert Branch.objects.filter(community=here).count() == 4
    assert Member.objects.filter(community=here).count() == 120
    assert Person.objects.filter(name__regex=f"^[唐{RESIDENT_SURNAMES}]").count() == 600
    assert {m.duty for m in Member.objects.filter(community=here)} >= set(Duty.values)
    assert {m.status for m in Member.objects.filter(community=here)} == set(MemberStatus.values)
    assert 350 <= Order.objects.count() <= 450
    assert 0.5 <= Order.objects.filter(community=here).count() / Order.objects.count() <= 0.7
    coverage = people.coverage(community_id=here.pk)
    assert 0 < coverage.registered < coverage.known


def test_every_state_every_end_and_every_community_has_orders(demo: Loaded) -> None:
    here = Place.objects.get(name="虹西社区")
    found = Order.objects.filter(community=here)
    assert set(found.values_list("state", flat=True)) == set(State.values)
    assert set(found.values_list("outcome", flat=True)) == {"", *Outcome.values}
    assert set(found.values_list("category", flat=True)) == set(Category.values)
    assert set(found.values_list("kind", flat=True)) == set(Kind.values)
    assert set(Claim.objects.filter(order__community=here).values_list("state", flat=True)) == set(ClaimState.values)
    assert Claim.objects.filter(order__community=here, organisation__isnull=False, state="ACTIVE").exists()
    assert Claim.objects.filter(member__isnull=False, state="DONE", order__places__gt=1).exists()
    desk = queries.desk(by=actor(demo, "worker"), at=demo.at)
    assert min(desk.lights[light] for light in Light.values) >= 2
    for community in Place.objects.filter(kind="COMMUNITY"):
        states = set(Order.objects.filter(community=community).values_list("state", flat=True))
        assert states >= {State.PLACED, State.PUBLISHED, State.CLAIMED, State.DELIVERED, State.CONFIRMED, State.CLOSED}


@whole
@pytest.mark.databases("sqlite")
def test_every_community_has_a_brief_on_public_view(demo: Loaded) -> None:
    told = set(Edition.objects.filter(shown=True).values_list("community_id", flat=True))
    assert told == set(Place.objects.filter(kind="COMMUNITY").values_list("pk", flat=True))


@whole
@pytest.mark.databases("sqlite")
def test_the_year_has_something_every_month_in_every_community_of_the_page(demo: Loaded) -> None:
    months = Counter(moment.astimezone(SHANGHAI).strftime("%Y-%m") for moment in Order.objects.values_list("placed_at", flat=True))
    assert len(months) >= 12
    assert min(sorted(months.values())[1:]) >= 8, months  # the first or the last month may be cut short


def test_books_and_trail_are_proved(demo: Loaded) -> None:
    assert bank.check_ledger().problems == []
    report = verifying.verify()
    assert report.ok
    assert report.unsealed == 0
    assert report.events == Event.objects.count() > 1500


def test_everything_stands_in_the_order_in_which_it_happened(demo: Loaded) -> None:
    rows = list(Event.objects.order_by("pk").values_list("at", "object_type", "verb", "object_id"))
    wrong = [(before, after) for before, after in pairwise(rows) if after[0] < before[0]]
    assert not wrong, wrong[:3]
    assert rows[-1][0] <= demo.at
    for community in Place.objects.filter(kind="COMMUNITY"):
        placed = list(Order.objects.filter(community=community).order_by("year", "sequence").values_list("placed_at", flat=True))
        assert placed == sorted(placed)


@pytest.mark.databases("sqlite")
def test_staff_weigh_and_publish_at_office_hours(demo: Loaded) -> None:
    for event in Event.objects.filter(object_type="order", verb__in=["triage", "publish", "assign", "decline"]):
        here = event.at.astimezone(SHANGHAI)
        assert is_working_day(here.date())
        assert any(start <= here.time().replace(microsecond=0) <= end for start, end in SHIFTS), here


@pytest.mark.databases("sqlite")
def test_little_changes_by_itself_for_a_day(demo: Loaded) -> None:
    assert actions.run_due(demo.at) == 0
    assert not Claim.objects.filter(state__in=OPEN_CLAIMS, lease_until__lte=demo.at).exists()
    assert actions.run_due(demo.at + timedelta(days=1)) <= 4
    assert Order.objects.get(title=BRIDGE).state == State.PLACED


@pytest.mark.databases("sqlite")
def test_nobody_looks_like_a_real_person(demo: Loaded) -> None:
    shape = re.compile(r"(\w|社工|书记|联系人|监理|物业)[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]?|区级联络员")
    wrong = [name for name in Person.objects.values_list("name", flat=True) if not shape.fullmatch(name)]
    assert wrong == []
    phones = [person.phone for person in Person.objects.all()]
    assert all(re.fullmatch(r"(1390000\d{4})?", phone) for phone in phones)
    assert 0 < phones.count("") < 60


@pytest.mark.parametrize("username", LOGINS)
@pytest.mark.databases("sqlite")
def test_the_eight_logins_come_to_a_page_of_their_own(demo: Loaded, username: str) -> None:
    client = Client()
    answer = client.post("/sign-in", {"username": username, "password": PASSWORD})
    seen: list[str] = []
    while answer.status_code in (302, 303) and len(seen) < 5:
        seen.append(answer["Location"])
        answer = client.get(seen[-1])
    assert answer.status_code == 200
    assert seen
    assert seen[-1] not in ("/sign-in", "/me/password", "/me/")
    community = "崇川区" if username == "district" else "虹西社区"
    assert community in answer.content.decode()


@pytest.mark.databases("sqlite")
def test_the_bridge_is_played_from_the_report_to_the_points(demo: Loaded) -> None:
    member, worker, unit, secretary = Api("member"), Api("worker"), Api("unit"), Api("secretary")
    bridge = Order.objects.get(title=BRIDGE)
    assert queries.desk(by=actor(demo, "worker"), at=demo.at).queue[0].id == bridge.pk
    assert [photo.stage for photo in queries.detail(bridge.pk, by=actor(demo, "member"), at=demo.at).photos] == ["BEFORE", "BEFORE"]
    before = unit.get("/bank/accounts/me")["gain"]
    path = f"/orders/{bridge.pk}"
    assert worker.post(f"{path}/triage", {"difficulty": 8, "places": 1})["difficulty"] == 8
    assert secretary.get(path)["state"] == "TRIAGED"
    assert worker.post(f"{path}/publish", {})["state"] == "PUBLISHED"
    assert unit.post(f"{path}/claim", {})["state"] == "CLAIMED"
    assert unit.post(f"{path}/deliver", {"text": "桥面已经补平，通行正常。"})["state"] == "DELIVERED"
    assert member.post(f"{path}/confirm", {})["state"] == "CONFIRMED"
    assert unit.get("/bank/accounts/me")["gain"] == before + 8
    assert bank.check_ledger().problems == []


@pytest.mark.databases("sqlite")
def test_the_duplicate_of_the_bridge_is_found_and_can_be_merged(demo: Loaded) -> None:
    bridge, twin = Order.objects.get(title=BRIDGE), Order.objects.get(title="桥上有个坑")
    alike = queries.similar(f"{twin.title} {twin.text}", twin.place_id, twin.category, by=actor(demo, "worker"), at=demo.at)
    assert bridge.pk in [row.id for row in alike]
    assert Api("worker").post(f"/orders/{twin.pk}/merge", {"into_id": bridge.pk})["outcome"] == "MERGED"


@pytest.mark.databases("sqlite")
def test_the_resident_has_something_to_confirm(demo: Loaded) -> None:
    resident, member = Api("resident"), Api("member")
    mine = Order.objects.filter(requester=User.objects.get(username="resident").person)
    assert {order.state for order in mine} >= {State.PLACED, State.PUBLISHED, State.DELIVERED, State.CONFIRMED, State.CLOSED}
    order = mine.get(state=State.DELIVERED)
    before = member.get("/bank/accounts/me")["gain"]
    resident.post(f"/orders/{order.pk}/confirm", {})
    assert member.get("/bank/accounts/me")["gain"] == before + (order.difficulty or 0)


@pytest.mark.databases("sqlite")
def test_the_member_has_a_believable_account(demo: Loaded) -> None:
    home = bank.account_home(actor(demo, "member"), demo.at)
    assert home.standard_met
    assert home.base > 20
    assert home.gain > 20
    first, _next = quarter_bounds(home.quarter)
    weeks = (demo.at.date() - first).days // 7
    assert sum(points > 0 for points in home.weeks) >= weeks * 2 // 3
    held = Claim.objects.filter(member=Member.objects.get(person__user__username="member"), state__in=OPEN_CLAIMS)
    assert sorted(held.values_list("state", flat=True)) == ["ACTIVE", "ACTIVE", "PROPOSED"]


@pytest.mark.databases("sqlite")
def test_there_is_something_for_a_second_person_to_decide(demo: Loaded) -> None:
    assert RollCall.objects.filter(state="PROPOSED").count() == 1
    assert RollCall.objects.filter(state="REJECTED").count() == 1
    assert sorted(Correction.objects.values_list("state", flat=True)) == ["POSTED", "POSTED", "POSTED", "PROPOSED"]
    secretary = actor(demo, "secretary")
    assert [row for row in bank.roll_calls(by=secretary, at=demo.at).rows if row.proposed_by_id != secretary.user_id]
    here = Place.objects.get(name="虹西社区")
    savers = bank.top_savers(here.pk)
    named = {saver.name for saver in savers if not saver.is_unit}
    assert set() < {name for name in named if name.endswith("*")} < named
    branches = Branch.objects.filter(community=here)
    assert all(RollCall.objects.filter(branch=branch, state="POSTED").count() >= 20 for branch in branches)


@whole
@pytest.mark.databases("sqlite")
def test_the_year_was_lived_through_deeds(demo: Loaded) -> None:
    here = Place.objects.get(name="虹西社区")
    states = Counter(Filing.objects.filter(community=here).values_list("state", flat=True))
    assert set(states) == set(FilingState.values)
    assert states["DENIED"] == states["REVERSED"] == states["REJECTED"] == states["WITHDRAWN"] == 1
    (shown,) = Filing.objects.filter(community=here, photos__isnull=False)
    assert (shown.rule, shown.state, shown.points) == ("V13", "POSTED", 2)
    (photo,) = shown.photos.all()
    assert (demo.media / ALBUM.path_of(photo.pk).relative_to(demo.media)).stat().st_size > 0
    posted = Filing.objects.filter(community=here, state="POSTED", source="SELF").exclude(rule="V01")
    assert posted.count() >= 20
    assert len({day.month for day in posted.values_list("occurred_on", flat=True)}) >= 10
    (changed,) = RuleVersion.objects.filter(community=here, state="ADOPTED")
    before, after = (posted.filter(rule=changed.code, **{f"occurred_on__{way}": changed.valid_from}) for way in ("lt", "gte"))
    assert {one.worth for one in before} == {1}
    assert {one.worth for one in after} == {changed.points} == {2}
    of_member = Filing.objects.filter(member__person__user__username="member")
    assert {"SUBMITTED", "POSTED", "REJECTED"} <= set(of_member.values_list("state", flat=True))
    for login, kinds in (("member", {"deed-entered"}), ("worker", {"deed-attest"}), ("secretary", {"deed-approve", "deed-denied"})):
        assert kinds <= set(waiting(sources(), by=actor(demo, login), at=demo.at, most=3).counts), login


@pytest.mark.databases("sqlite")
def test_four_quarters_are_sealed_and_the_fifth_is_left_to_the_visitor(demo: Loaded) -> None:
    lines = bank.quarter_lines(by=actor(demo, "worker"), at=demo.at)
    assert [line.state for line in lines] == ["OPEN", *["SEALED"] * 4]
    here = Place.objects.get(name="虹西社区")
    for row in Quarter.objects.filter(community=here):
        assert row.prepared_by_id not in (row.published_by_id, row.sealed_by_id), "two people"
        assert json.loads(row.statement)["totals"]["base"] > 0, row.quarter
    answered = Objection.objects.filter(quarter__community=here, answered_at__isnull=False, told_at__isnull=False)
    assert set(answered.values_list("channel", flat=True)) == {"SELF", "PHONE"}


@pytest.mark.databases("sqlite")
def test_nothing_has_waited_for_months(demo: Loaded) -> None:
    """But for the quarter, which is the visitor's."""
    for login in ("worker", "secretary", "member", "resident", "unit"):
        found = waiting(sources(), by=actor(demo, login), at=demo.at, most=50).items
        old = [(item.kind, item.title) for item in found if item.since < demo.at - timedelta(days=31) and item.kind != "quarter-tally"]
        assert old == [], login


@whole
@pytest.mark.databases("sqlite")
def test_some_of_the_orders_that_were_drawn_were_rung_up(demo: Loaded) -> None:
    """Which are drawn depends on the key of the place; whoever rang up had no hand in the order."""
    rung = Order.objects.filter(community__name="虹西社区", called__isnull=False)
    drawn = Order.objects.filter(community__name="虹西社区", drawn=True, state="CONFIRMED")
    assert rung.exists() or not drawn.filter(ended_at__gte=demo.at - timedelta(days=50)).exists()
    assert set(rung.values_list("called", flat=True)) <= {"TRUE", "UNREACHED"}
    assert not [one for one in rung if not one.drawn]


@whole
@pytest.mark.databases("sqlite")
def test_the_units_of_the_stories_are_registered_and_have_a_contact(demo: Loaded) -> None:
    registered = Registration.objects.filter(organisation__isnull=False, state="ACTIVE")
    assert registered.count() >= Organisation.objects.count() >= 20
    assert actor(demo, "unit").organisation_id == Organisation.objects.get(name="区机关事务服务中心").pk
    assert Account.objects.filter(organisation__isnull=False, balance__gt=0).count() >= 10


@pytest.mark.databases("sqlite")
def test_several_orders_wait_near_the_bridge_and_the_plan_shows_them(demo: Loaded) -> None:
    bridge = Order.objects.get(title=BRIDGE).place
    assert Order.objects.filter(place=bridge, state=State.PUBLISHED).count() >= 3
    client = Client()
    client.post("/sign-in", {"username": "worker", "password": PASSWORD})
    page = client.get("/desk/").content.decode()
    plan = page[page.index('<svg class="plan"') :]
    plan = plan[: plan.index("</svg>")]
    assert plan.count('class="b') >= 44  # 40 buildings and four spots
    for look in ("road", "water", "park", "lot", "walk"):
        assert f'class="{look}"' in plan
    assert "b-late" in plan
    assert "b-soon" in plan


@pytest.mark.databases("sqlite")
def test_every_open_order_can_be_looked_at_by_staff(demo: Loaded) -> None:
    worker = actor(demo, "worker")
    for order in Order.objects.filter(community_id=worker.community_id, state__in=OPEN_STATES):
        assert queries.detail(order.pk, by=worker, at=demo.at).asked
        assert queries.history(order.pk, by=worker, at=demo.at).lines


@pytest.mark.databases("sqlite")
def test_photos_were_kept(demo: Loaded) -> None:
    from zengyi.orders.queries.files import path_of

    assert Photo.objects.count() == 2
    assert all(path_of(photo.pk).stat().st_size == photo.size for photo in Photo.objects.all())


@whole
@pytest.mark.databases("sqlite")
def test_a_database_with_something_in_it_is_left_alone(demo: Loaded, capsys: pytest.CaptureFixture[str]) -> None:
    before = Event.objects.count()
    assert main(["demo"]) == 1
    assert "not empty" in capsys.readouterr().err
    assert Event.objects.count() == before


@pytest.mark.databases("sqlite")
def test_some_register_by_themselves_and_some_wait_for_the_community(demo: Loaded) -> None:
    here = Place.objects.get(name="虹西社区")
    assert Registration.objects.filter(community=here, state=RegistrationState.PENDING).count() == 2
    assert Event.objects.filter(object_type="registration", verb="confirm").count() == 3


@whole
@pytest.mark.databases("sqlite")
def test_activities_took_place_where_the_stories_say(demo: Loaded) -> None:
    """Bookmarks with children, signed up by phone, at the desk and on paper, off a paper roll; a legal campaign that comes every month."""
    bookmarks = Occasion.objects.get(community__name="竹韵社区")
    assert (bookmarks.state, bookmarks.activity.kind, bookmarks.activity.minors) == ("CLOSED", "CRAFT", True)
    assert set(bookmarks.sign_ups.values_list("channel", flat=True)) == {"PHONE", "DESK", "PAPER"}
    children = Attendee.objects.filter(occasion=bookmarks).exclude(band="")
    assert children.count() == 3 and set(Stay.objects.filter(attendee__in=children).values_list("source", flat=True)) == {"PAPER"}
    campaign = Occasion.objects.filter(community__name="新桥北村社区", activity__kind="LAW", activity__every="MONTH").order_by("starts_at")
    assert [one.starts_at < demo.at for one in campaign] == [True, False, False]
