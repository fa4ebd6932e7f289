"""One more community of a district, in the browser: founded by its officer, left and taken up again, and handed over to its secretaries."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.people.town import START, Town
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.models import Event
from zengyi.people import actions
from zengyi.people.actions import Chief
from zengyi.people.models import Branch, Grant, Member, Person, Place, Tie, User
from zengyi.people.rules import SYSTEM, FirstPerson, against_second

NEW = {
    "subdistrict": "", "new_subdistrict": "丙街道", "name": "丙社区", "phone": "0513-85001234",
    "chief": "钱 甲", "chief_phone": "139 0000 0101", "chief2": "", "chief2_phone": "",
}  # fmt: skip
SECOND = {"chief2": "孙乙", "chief2_phone": "+86 13900000102"}


def slips(html: str) -> list[str]:
    return re.findall(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){2}", html)


def founded() -> Place:
    return Place.objects.get(kind="COMMUNITY", name="丙社区")


def test_a_community_is_founded_left_and_taken_up_again(browser: Callable[..., Client], town: Town) -> None:
    officer = browser("district")
    assert officer.get("/people/communities/").content.decode().count("还差") == 2
    begun = officer.post("/people/communities/new", NEW)
    assert begun.status_code == 200 and "no-store" in begun["Cache-Control"]
    (first,) = slips(begun.content.decode())
    here = founded()
    assert here.parent is not None and (here.parent.name, here.parent.parent_id) == ("丙街道", town.district)
    assert here.path == f"{here.parent.path}{here.pk}/"
    (event,) = Event.objects.filter(verb="found")
    assert (event.user_id, event.community_id) == (town.users["district"], here.pk)
    # Another day: the page says what is still missing, and leads there.
    there = f"/people/communities/{here.pk}"
    assert there in officer.get("/people/communities/").content.decode()
    page = officer.get(f"{there}/").content.decode()
    assert "还差 5 样" in page and f"{there}/estates/new" in page and "还没有登录过" in page
    answer = officer.post(f"{there}/estates/new", {"name": "丙新村", "buildings": "201–203、甲", "per_row": "2"})
    estate = Place.objects.get(kind="ESTATE", name="丙新村")
    assert answer["Location"] == f"/people/estates/{estate.pk}/" and estate.community_id == here.pk
    assert "4 幢" in officer.get(answer["Location"]).content.decode()
    assert officer.post(f"/people/estates/{estate.pk}/", {"buildings": "乙"}).status_code == 303
    assert officer.post(f"{there}/branches", {"names": "第一支部"})["Location"] == f"{there}/branches"
    renamed = f"/people/branches/{Branch.objects.get(community=here).pk}/rename"
    assert officer.post(renamed, {"name": "一支部"})["Location"] == f"{there}/branches"
    assert officer.post(f"{there}/edit", {"name": "丙丙社区", "phone": "0513-85001235"})["Location"] == f"{there}/"
    (second,) = slips(officer.post(f"{there}/secretary", SECOND).content.decode())
    assert "还差 2 样" in officer.get(f"{there}/").content.decode()
    officer.post("/sign-out")
    # The rest is the secretaries': lists are imported by whoever answers for them.
    for username, password in (("shuji", first), ("13900000102", second)):
        assert officer.post("/sign-in", {"username": username, "password": password}).status_code == 303
        officer.post("/me/password", {"old": password, "new": f"rain on the bridge {username}"})
        assert "还差 2 样" in officer.get("/people/community/").content.decode()
        officer.post("/sign-out")


def test_the_button_pressed_twice_founds_once(browser: Callable[..., Client], town: Town) -> None:
    officer = browser("district")
    officer.post("/people/communities/new", NEW)
    again = officer.post("/people/communities/new", NEW)
    assert again.status_code == 422 and "已经有同名的社区" in again.content.decode()
    assert Person.objects.filter(community=founded()).count() == 1
    assert Place.objects.filter(kind="SUBDISTRICT", name="丙街道").count() == 1


@pytest.mark.parametrize(
    ("field", "text"),
    [("name", " "), ("new_subdistrict", ""), ("new_subdistrict", "街" * 61), ("phone", "打我"), ("chief", ""), ("chief_phone", "1"),
     ("chief2_phone", "13900000101"), ("chief2", "孙乙")],
)  # fmt: skip
def test_what_is_wrong_is_told_and_nothing_is_kept(browser: Callable[..., Client], town: Town, field: str, text: str) -> None:
    more = {"chief2": "孙乙"} if field == "chief2_phone" else {}
    answer = browser("district").post("/people/communities/new", {**NEW, **more, field: text})
    html = answer.content.decode()
    assert answer.status_code == 422 and 'aria-invalid="true"' in html and "139 0000 0101" in html or field == "chief_phone"
    assert not Place.objects.filter(name__in=["丙街道", "丙社区"]).exists() and User.objects.count() == len(town.users)


def test_only_within_ones_own_part_of_the_district(browser: Callable[..., Client], town: Town, time: Any) -> None:
    """Whoever has one subdistrict founds communities there, adds no other, and sees nothing of the rest; a secretary founds none."""
    town.login("street")
    actions.grant(town.users["street"], "district", town.street, by=SYSTEM, at=START)
    by, chiefs = town.actor("street"), [Chief("钱甲", "13900000101")]
    for where in (Place.objects.get(name="乙街道").pk, "丙街道", 999_999):
        with pytest.raises(Invalid):
            actions.found_another(where, "丙社区", "", chiefs, by=by, at=START)
    with pytest.raises(NotThere):
        actions.second_secretary(chiefs[0], town.there, by=by, at=START)
    with pytest.raises(NotAllowed):
        actions.found_another(town.street, "丙社区", "", chiefs, by=town.actor("secretary"), at=START)
    made, (opened,) = actions.found_another(town.street, "丙社区", "", chiefs, by=by, at=START)
    assert Place.objects.get(pk=made).parent_id == town.street and Grant.objects.get(user_id=opened.user_id).place_id == made
    officer = browser("street")
    page = officer.get("/people/communities/").content.decode()
    assert "丙社区" in page and "乙社区" not in page
    for path in ("", "edit", "estates/new", "branches", "secretary"):
        assert officer.get(f"/people/communities/{town.there}/{path}").status_code == 404


def test_a_secretary_has_only_their_own(browser: Callable[..., Client], town: Town) -> None:
    """An address of another community changes nothing of one's own."""
    secretary = browser("secretary")
    for path, given in (("edit", {"name": "改名社区"}), ("estates/new", {"name": "新小区"}), ("branches", {"names": "第九支部"})):
        assert secretary.get(f"/people/communities/{town.there}/{path}").status_code == 404
        assert secretary.post(f"/people/communities/{town.there}/{path}", given).status_code == 404
        assert secretary.get(f"/people/communities/{town.here}/{path}").status_code == 200
    assert not Place.objects.filter(name__in=["改名社区", "新小区"]).exists() and Branch.objects.count() == 1


def test_whoever_founds_is_no_second_person_to_the_secretaries(town: Town) -> None:
    by = town.actor("district")
    chiefs = [Chief("钱甲", "13900000101"), Chief("孙乙", "13900000102")]
    _made, (first, second) = actions.found_another(town.street, "丙社区", "", chiefs, by=by, at=START)
    ties = Tie.objects.filter(login_id=first.user_id, maker_id=by.user_id).values_list("kind", flat=True)
    assert sorted(ties) == ["CREATED", "GRANTED", "OPENED"]
    town.users["first"], town.users["second"] = first.user_id, second.user_id
    proposer = FirstPerson(first.user_id, town.actor("first").makers)
    assert against_second(by, proposer) and not against_second(town.actor("second"), proposer)


def test_a_second_secretary_is_opened_only_while_there_is_nothing_to_decide_about(town: Town) -> None:
    by, second = town.actor("district"), Chief("孙乙", "13900000102")
    made, _opened = actions.found_another(town.street, "丙社区", "", [Chief("钱甲", "13900000101")], by=by, at=START)
    branch = Branch.objects.create(community_id=made, name="第一支部")
    member = Member.objects.create(person_id=town.person("党员", "", made), community_id=made, branch=branch, number="1")
    with pytest.raises(WrongState, match="名单"):
        actions.second_secretary(second, made, by=by, at=START)
    member.delete()
    actions.second_secretary(second, made, by=by, at=START)
    with pytest.raises(WrongState, match="两位"):
        actions.second_secretary(Chief("李丙", "13900000103"), made, by=by, at=START)


@pytest.mark.parametrize("count", [1, 10, 100])
def test_the_list_costs_the_same_however_many_there_are(
    browser: Callable[..., Client], town: Town, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        place = Place.objects.create(kind="COMMUNITY", name=f"第{number}社区", parent_id=town.street)
        Place.objects.filter(pk=place.pk).update(path=f"/{town.district}/{town.street}/{place.pk}/")
    officer = browser("district")
    with django_assert_max_num_queries(7):
        assert officer.get("/people/communities/").content.decode().count("还差") == count + 2


def test_the_first_day_may_name_the_districts_officer(db: None, time: Any) -> None:
    chief, officer = Chief("钱甲", "13900000101"), Chief("区办", "13900000109")
    opened = actions.found_community("某区", "甲街道", "甲社区", "", [chief], officer, by=actions.BY_CODE, at=START)
    assert [one.username for one in opened] == ["shuji", "qu"]
    assert Grant.objects.get(user_id=opened[1].user_id).place.kind == "DISTRICT"
    by_officer = Town(0, 0, 0, 0, 0, [], 0, {"qu": opened[1].user_id}).actor("qu")
    street = Place.objects.get(kind="SUBDISTRICT").pk
    assert actions.found_another(street, "乙社区", "", [Chief("孙乙", "13900000102")], by=by_officer, at=START)[1][0].username == "shuji2"
