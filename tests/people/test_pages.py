"""The lists and forms of the desk: what they show to whom, and that they stay cheap however long the list."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.people.town import START, Clock, Town
from zengyi.people import actions, queries
from zengyi.people.models import Grant, Member, Organisation, Person, Registration, User, phone_index
from zengyi.people.rules import SYSTEM, action_of_url, check_role
from zengyi.people.urls import urlpatterns

Browser = Callable[..., Client]
LISTS = ["members", "residents", "organisations", "grants"]
PAGES = ["/me/", "/me/password", "/second-factor-setup", "/people/organisations/new", "/people/grants/new", "/people/import/members/"]


def crowd(town: Town, size: int) -> None:
    """That many members, residents, units and roles."""
    for number in range(size):
        phone = f"138{number:08d}"
        person = Person.objects.create(community_id=town.here, name=f"党员{number}", phone=phone, phone_index=phone_index(phone))
        Member.objects.create(person=person, community_id=town.here, branch_id=town.branch, number=f"N{number}")
        unit = Organisation.objects.create(name=f"单位{number}", short_name=f"单位{number}", kind="OFFICE")
        Registration.objects.create(community_id=town.here, organisation=unit, state="ACTIVE", registered_at=START)
        user = User.objects.create(username=f"u{number}", person=person)
        Grant.objects.create(user=user, role="supervisor", place_id=town.here, starts_at=START)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_at_1_10_and_100_rows(browser: Browser, town: Town, name: str) -> None:
    page = browser("secretary")
    page.get(f"/people/{name}/")
    seen = []
    for more in (1, 9, 90):
        Grant.objects.filter(role="supervisor").delete()
        Registration.objects.all().delete()
        User.objects.filter(username__startswith="u").delete()
        Member.objects.all().delete()
        Person.objects.filter(name__startswith="党员").delete()
        Organisation.objects.all().delete()
        crowd(town, more)
        with CaptureQueriesContext(connection) as caught:
            assert page.get(f"/people/{name}/").status_code == 200
        seen.append(len(caught))
    assert len(set(seen)) == 1 and seen[0] <= 8, seen


def test_paging_shows_everybody_once(browser: Browser, town: Town) -> None:
    crowd(town, 70)
    after, found = None, []
    while True:
        page = queries.members(by=town.actor("worker"), after=after)
        found += [row.id for row in page.rows]
        after = page.next_after
        if after is None:
            break
    assert len(found) == len(set(found)) == 70
    text = browser("worker").get("/people/members/?q=党员").content.decode()
    assert 'rel="next"' in text and "after=" in text


def test_phones_are_masked_in_lists_and_whole_on_the_person(browser: Browser, town: Town) -> None:
    crowd(town, 1)
    page = browser("worker")
    for name in ("members", "residents"):
        text = page.get(f"/people/{name}/").content.decode()
        assert "13800000000" not in text and "138****0000" in text
    person = Person.objects.get(name="党员0").pk
    text = page.get(f"/people/persons/{person}/").content.decode()
    assert "13800000000" not in text and "138****0000" in text
    assert page.post(f"/people/persons/{person}/contact").status_code == 303
    assert "13800000000" in page.get(f"/people/persons/{person}/").content.decode()


@pytest.mark.parametrize(
    ("q", "found"), [("员1", 1), ("138 0000 0001", 1), ("N1", 1), ("没有", 0), ("%", 0), ("_", 0), ("\0", 3), ("x" * 999, 0)]
)
def test_search(browser: Browser, town: Town, q: str, found: int) -> None:
    crowd(town, 3)
    assert len(queries.members(by=town.actor("worker"), q=q).rows) == found
    assert browser("worker").get("/people/members/", {"q": q}).status_code == 200


def test_filters(browser: Browser, town: Town) -> None:
    crowd(town, 2)
    by = town.actor("worker")
    assert len(queries.members(by=by, branch_id=town.branch, status="ENROLLED").rows) == 2
    assert len(queries.members(by=by, duty="GIVING").rows) == 0
    assert len(queries.residents(by=by, building_id=town.buildings[0]).rows) == 0
    assert len(queries.organisations(by=by, kind="OFFICE", q="位1").rows) == 1


@pytest.mark.parametrize(
    "asked", ["after=x", "after=-1", "after=99999999999999999999", "branch=x", "status=KING", "building=9999999999999999999999", "kind=%00"]
)
def test_nonsense_in_the_address_is_harmless(browser: Browser, town: Town, asked: str) -> None:
    page = browser("secretary")
    for name in LISTS:
        assert page.get(f"/people/{name}/?{asked}").status_code == 200


def test_somebody_from_the_next_community_is_not_there(browser: Browser, town: Town) -> None:
    stranger = Person.objects.get(name="某stranger").pk
    page = browser("worker")
    assert page.get(f"/people/persons/{stranger}/").status_code == 404
    assert page.post(f"/people/persons/{stranger}/login", {"username": ""}).status_code == 404
    assert page.get("/people/persons/999999999999999999/").status_code == 404
    assert "某stranger" not in page.get("/people/residents/").content.decode()


@pytest.mark.parametrize("who", ["resident", "worker", "secretary", "district"])
def test_every_page_opens_for_whom_the_table_names_and_nobody_else(browser: Browser, town: Town, who: str) -> None:
    page = browser(who)
    actor = town.actor(who)
    from django.urls import resolve

    for address in [*PAGES, *(f"/people/{name}/" for name in LISTS), "/people/import/residents/template"]:
        try:
            check_role(actor, action_of_url()[resolve(address).url_name or ""])
            wanted = 200
        except Exception:
            wanted = 403
        assert page.get(address).status_code == wanted, address


def test_every_address_is_in_the_table() -> None:
    assert {pattern.name for pattern in urlpatterns} <= set(action_of_url())


@pytest.mark.parametrize("address", PAGES[1:])
@pytest.mark.parametrize("value", ["", "x" * 5000, "\0", "-1", "9" * 30, "😀"])
def test_nonsense_in_forms_is_refused(browser: Browser, town: Town, address: str, value: str) -> None:
    fields = ["old", "new", "code", "password", "name", "short_name", "kind", "login", "role", "place", "organisation", "upload"]
    answer = browser("secretary").post(address, dict.fromkeys(fields, value))
    assert answer.status_code in (404, 409, 422, 429)


def test_giving_a_role_on_the_page(browser: Browser, town: Town) -> None:
    page = browser("secretary")
    answer = page.post("/people/grants/new", {"login": "13900000000", "role": "worker", "place": town.here, "organisation": ""})
    assert answer.status_code == 303
    assert "某resident" in page.get("/people/grants/").content.decode()
    grant = Grant.objects.get(user_id=town.users["resident"])
    assert page.post(f"/people/grants/{grant.pk}/end").status_code == 303
    assert "某resident" in page.get("/people/grants/?ended=1").content.decode()
    stranger = page.post("/people/grants/new", {"login": "stranger", "role": "worker", "place": town.here})
    assert stranger.status_code == 422
    own = page.post("/people/grants/new", {"login": "secretary", "role": "worker", "place": town.here})
    assert own.status_code == 403


def test_registering_a_unit_on_the_page(browser: Browser, town: Town) -> None:
    page = browser("worker")
    new = {"name": "某服务中心", "short_name": "中心", "kind": ""}
    assert page.post("/people/organisations/new", new).status_code == 422
    assert page.post("/people/organisations/new", {**new, "kind": "OFFICE"}).status_code == 303
    assert page.post("/people/organisations/new", new).status_code == 409
    text = page.get("/people/organisations/").content.decode()
    assert "某服务中心" in text
    registration = Registration.objects.get().pk
    assert page.post(f"/people/registrations/{registration}/end", {"back": "organisations"}).status_code == 303
    assert "某服务中心" not in page.get("/people/organisations/").content.decode()


def test_a_member_registers_on_the_page(browser: Browser, town: Town, time: Clock) -> None:
    person = User.objects.get(pk=town.users["resident"]).person_id
    member = Member.objects.create(person_id=person or 0, community_id=town.here, branch_id=town.branch, number="N", status="IN_SERVICE")
    page = browser("resident")
    assert "向甲社区报到" in page.get("/me/").content.decode()
    assert page.post("/me/register").status_code == 303
    assert "待确认" in page.get("/me/").content.decode()
    assert page.post("/me/register").status_code == 409
    page.post("/sign-out")
    page = browser("worker")
    assert "确认报到" in page.get("/people/members/").content.decode()
    registration = Registration.objects.get(member=member).pk
    assert page.post(f"/people/registrations/{registration}/confirm").status_code == 303
    assert queries.coverage(community_id=town.here).percent == 100


def test_a_login_is_shown_once(browser: Browser, town: Town) -> None:
    person = town.person("居民丁")
    page = browser("worker")
    assert page.post(f"/people/persons/{person}/login", {"username": "worker"}).status_code == 422
    shown = page.post(f"/people/persons/{person}/login", {"username": "ding"})
    assert shown.status_code == 200 and "no-store" in shown["Cache-Control"]
    assert "one-time" not in page.get(f"/people/persons/{person}/").content.decode()
    assert actions.open_login(person, by=SYSTEM, at=START).username == "ding"


def test_the_named_agree_themselves_and_take_it_back(browser: Browser, town: Town) -> None:
    page = browser("resident")
    person = User.objects.get(pk=town.users["resident"]).person_id or 0
    assert "同意写全名" in page.get("/me/").content.decode()
    assert page.post("/me/naming", {"agreed": "1"}).status_code == 303
    assert Person.objects.get(pk=person).name_public
    assert "只写姓" in page.get("/me/").content.decode()
    page.post("/me/naming", {"agreed": "0"})
    assert not Person.objects.get(pk=person).name_public
