"""Two entries of one person become one: everything follows, the books stay as they are, and nobody wins a point or a role by it."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from tests.cast import Cast
from tests.trail import begin, refused
from zengyi.bank import queries as books
from zengyi.bank.models import Account, Help, Posting
from zengyi.core import sealing, verifying
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.models import Event
from zengyi.orders import actions as orders
from zengyi.orders.models import Order
from zengyi.people import actions, queries
from zengyi.people.actions import merging
from zengyi.people.models import Left, Look, Member, Merger, Person, Tie, User, phone_index
from zengyi.people.queries.merging import likely_doubles, ways
from zengyi.people.rules.persons import Given

DAY = timedelta(days=1)
WHY = "本人来电，换过号码"


@pytest.fixture
def double(cast: Cast) -> Person:
    """The member whose name came with the residents' sheet once more: an entry with a phone and a door and no login."""
    return cast.person("党员甲", cast.community, "13900007777", cast.buildings[2], "502")


def merge(cast: Cast, kept: int, gone: int, *, by: str = "worker", at: datetime) -> None:
    actions.merge_persons(kept, gone, reason=WHY, by=cast.actor(by), at=at)


def person_of(cast: Cast, name: str) -> Person:
    found = cast.users[name].person
    assert found is not None
    return found


def test_everything_follows_and_the_books_stay(cast: Cast, at: datetime, double: Person) -> None:
    member = person_of(cast, "member")
    paid = cast.delivered("member", "resident")
    orders.confirm(paid.pk, by=cast.actor("resident"), at=at + DAY)
    asked = cast.published("resident2")
    Order.objects.filter(pk=asked.pk).update(requester=double)
    begin(at)
    Look.objects.all().delete()
    begin(at)
    before = [list(Posting.objects.order_by("pk").values_list()), list(Account.objects.order_by("pk").values_list())]
    merge(cast, member.pk, double.pk, at=at)
    assert [list(Posting.objects.order_by("pk").values_list()), list(Account.objects.order_by("pk").values_list())] == before
    assert not Person.objects.filter(pk=double.pk).exists()
    assert Order.objects.get(pk=asked.pk).requester_id == member.pk
    kept = Person.objects.get(pk=member.pk)
    assert (kept.phone, kept.door, kept.home_id) == ("13900007777", "502", cast.buildings[2].pk)
    assert bytes(kept.phone_index or b"") == phone_index("13900007777")
    event = Event.objects.latest("pk")
    assert (event.verb, event.object_id, event.reason) == ("merge", member.pk, WHY)
    assert event.before["gone"] == double.pk and event.after["moved"] == {"orders.Order.requester": 1}
    assert queries.kept_for(double.pk, cast.community.pk) == member.pk
    assert books.check_ledger().problems == []
    sealing.seal(at + DAY)
    assert verifying.verify().ok


def test_points_and_roles_never_change_hands(cast: Cast, at: datetime, double: Person) -> None:
    member, worker2 = person_of(cast, "member"), person_of(cast, "worker2")
    with refused(WrongState, "留下是党员的那一份"):
        merge(cast, double.pk, member.pk, at=at)
    with refused(WrongState, "有身份"):
        merge(cast, double.pk, worker2.pk, at=at)
    with refused(WrongState, "有身份"):
        merge(cast, member.pk, worker2.pk, by="secretary", at=at)
    with refused(NotAllowed, "自己的资料"):
        merge(cast, person_of(cast, "worker").pk, double.pk, at=at)
    with refused(NotAllowed):
        merge(cast, member.pk, double.pk, by="resident", at=at)
    far = cast.person("党员甲", cast.elsewhere)
    for gone in (far.pk, member.pk, 0):
        with refused(NotThere):
            merge(cast, member.pk, gone, at=at)
    with refused(Invalid):
        actions.merge_persons(member.pk, double.pk, reason=" ", by=cast.actor("worker"), at=at)


def test_nobody_helped_themselves(cast: Cast, at: datetime) -> None:
    """What one entry did for the other is taken back by two people first; what is still under way goes to somebody else."""
    resident, member = person_of(cast, "resident2"), person_of(cast, "member2")
    order = cast.delivered("member2", "resident2")
    with refused(WrongState, f"{order.number} 是这一份点的、那一份正在做的"):
        merge(cast, member.pk, resident.pk, at=at)
    orders.confirm(order.pk, by=cast.actor("resident2"), at=at + DAY)
    with refused(WrongState, "自己帮自己"):
        merge(cast, member.pk, resident.pk, at=at + DAY)
    cast.taken_back(Order.objects.get(pk=order.pk), at + DAY)
    assert Help.objects.get().points == 0
    merge(cast, member.pk, resident.pk, at=at + 2 * DAY)
    assert Order.objects.get(pk=order.pk).requester_id == member.pk
    assert books.check_ledger().problems == []


def test_of_two_logins_one_stays_and_they_count_as_one(cast: Cast, at: datetime) -> None:
    gone, kept = person_of(cast, "resident2"), person_of(cast, "member")
    epoch = cast.users["resident2"].epoch
    merge(cast, kept.pk, gone.pk, at=at)
    closed = User.objects.get(username="resident2")
    assert (closed.person_id, closed.is_active, closed.epoch) == (None, False, epoch + 1)
    assert User.objects.get(username="member").person_id == kept.pk
    assert closed.pk in cast.actor("member").makers
    assert Left.objects.filter(person=kept).count() == 0, "the empty home was filled with that of the other"
    assert Merger.objects.get().login_id == closed.pk


def test_a_login_follows_and_whoever_moved_it_is_no_second_person(cast: Cast, at: datetime) -> None:
    gone, kept = person_of(cast, "resident2"), cast.person("居民0301", cast.community, "13900000302", cast.buildings[3], "101")
    merge(cast, kept.pk, gone.pk, at=at)
    login = User.objects.get(username="resident2")
    assert login.person_id == kept.pk and login.is_active
    assert cast.users["worker"].pk in cast.actor("resident2").makers
    assert Tie.objects.get(login=login, kind="MERGED").until is None
    assert Left.objects.get(person=kept).household is not None, "where the other lived still counts"
    assert queries.person(kept.pk, by=cast.actor("worker"), at=at).login is not None


def test_of_two_memberships_the_empty_one_goes(cast: Cast, at: datetime) -> None:
    second = cast.without_login("twice", "党员乙", "0102")
    Account.objects.create(kind="BASE", community=cast.community, member=second, opened_at=at)
    order = cast.delivered("member2", "resident")
    orders.confirm(order.pk, by=cast.actor("resident"), at=at + DAY)
    with refused(WrongState, "留下记过分的那一份"):
        merge(cast, second.person_id, person_of(cast, "member2").pk, at=at + DAY)
    merge(cast, person_of(cast, "member2").pk, second.person_id, at=at + DAY)
    assert not Member.objects.filter(number="0102").exists()
    assert cast.balance(member="member2") == 8
    assert books.check_ledger().problems == []


def test_two_memberships_with_points_stay_two(cast: Cast, at: datetime) -> None:
    for who, name in (("member2", "resident"), ("member3", "neighbour")):
        order = cast.delivered(who, name, place_id=None)
        orders.confirm(order.pk, by=cast.actor(name), at=at + DAY)
    one, other = person_of(cast, "member2"), person_of(cast, "member3")
    for kept, gone in ((one, other), (other, one)):
        with refused(WrongState, "两份党员身份都记过分"):
            merge(cast, kept.pk, gone.pk, at=at + 2 * DAY)
    # The way that the sentence tells: the old one keeps its points under a name that nobody takes for the other.
    Person.objects.filter(pk__in=[one.pk, other.pk]).update(name="党员同")
    Person.objects.filter(pk=other.pk).update(phone="13900008888", phone_index=phone_index("13900008888"))
    begin(at)
    by = cast.actor("worker")
    assert [{a.id, b.id} for a, b in likely_doubles(by=by)] == [{one.pk, other.pk}]
    actions.change_person(other.pk, Given(name="党员同（旧）"), reason="登记了两遍", by=by, at=at + 2 * DAY)
    assert Person.objects.get(pk=other.pk).name == "党员同(旧)" and likely_doubles(by=by) == []
    assert (cast.balance(member="member2"), cast.balance(member="member3")) == (8, 8)


def test_two_looks_of_a_day_are_one(cast: Cast, at: datetime, double: Person) -> None:
    member = person_of(cast, "member")
    Person.objects.filter(pk=member.pk).update(phone="13900008888", phone_index=phone_index("13900008888"))
    for person in (double.pk, member.pk):
        actions.open_contact(person, by=cast.actor("worker"), at=at)
    actions.open_contact(double.pk, by=cast.actor("secretary"), at=at)
    merge(cast, member.pk, double.pk, at=at)
    assert Look.objects.filter(person=member).count() == 2


def test_every_way_is_followed_or_named(cast: Cast) -> None:
    """A new table that leads to people is followed without being named here; those apart are seen to by the step itself."""
    found = {(model._meta.label, way.name) for aim in (Person, Member) for model, way in ways(aim)}
    assert {("orders.Order", "requester"), ("bank.Help", "asker"), ("activities.SignUp", "person"), ("people.Left", "person")} <= found
    assert not {("people.User", "person"), ("people.Member", "person"), ("people.Look", "person")} & found


def test_the_step_takes_as_many_statements_for_many_rows(cast: Cast, at: datetime, double: Person) -> None:
    from django.test.utils import CaptureQueriesContext

    for _ in range(12):
        Order.objects.filter(pk=cast.place("resident2").pk).update(requester=double)
    with CaptureQueriesContext(
        connection,
    ) as many:
        merge(cast, person_of(cast, "member").pk, double.pk, at=at)
    assert len(many) <= 130, len(many)


def test_what_a_broken_twin_would_leave(cast: Cast, at: datetime, double: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the guards a resident's entry would take a member's points along, and a merger would be lost on whoever looks for it."""
    monkeypatch.setattr(merging, "against", lambda _sides: [])
    member = person_of(cast, "member")
    with pytest.raises(Exception, match=r"(?i)protect|foreign|constraint"):
        merge(cast, double.pk, member.pk, at=at)


def test_the_pages_lead_there_and_back(cast: Cast, at: datetime, double: Person, client: Client, stopped: datetime) -> None:
    client.force_login(cast.users["worker"])
    member = person_of(cast, "member")
    listed = client.get("/people/doubles/").content.decode()
    assert f"/people/persons/{min(member.pk, double.pk)}/merge?with={max(member.pk, double.pk)}" in listed
    assert f"merge?with={double.pk}" in client.get(f"/people/persons/{member.pk}/merge").content.decode()
    page = f"/people/persons/{member.pk}/merge?with={double.pk}"
    shown = client.get(page).content.decode()
    assert "13900007777" not in shown and "502" not in shown, "a phone and a door are opened by a tap of their own"
    assert client.post(page, {"keep": double.pk, "reason": WHY}).status_code == 422
    assert client.post(page, {"keep": member.pk, "reason": ""}).status_code == 422
    assert client.post(page, {"keep": member.pk, "reason": WHY})["Location"] == f"/people/persons/{member.pk}/"
    assert client.get(f"/people/persons/{double.pk}/")["Location"] == f"/people/persons/{member.pk}/"
    assert WHY in client.get(f"/people/persons/{member.pk}/").content.decode()
    assert client.post(page, {"keep": member.pk, "reason": WHY}).status_code == 404
    found = client.get("/people/residents/", {"q": "139 0000 7777"}).content.decode()
    assert f"/people/persons/{member.pk}/" in found
