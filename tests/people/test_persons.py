"""One person entered and changed on the pages: with a reason, an event, and what they left kept for the rules that ask."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.people.town import START, Town
from zengyi.core.errors import Invalid, NotAllowed, NotThere
from zengyi.core.models import Event
from zengyi.people import actions
from zengyi.people.actions.persons import change_person, enter_person
from zengyi.people.models import Left, Member, Person, phone_index
from zengyi.people.rules.persons import Given, Membership

pytestmark = pytest.mark.databases("sqlite")

Browser = Callable[..., Client]


def entered(town: Town, name: str = "孙 强国", phone: str = "139 1111 0001", door: str = "301", member: Membership | None = None) -> int:
    given = Given(name, phone, "", town.buildings[0], door, member)
    return enter_person(given, by=town.actor("worker"), at=START)


def test_a_person_is_entered_in_one_form(browser: Browser, town: Town) -> None:
    page = browser("worker")
    form = {"name": "孙 强国", "phone": "+86 13911110001", "home": str(town.buildings[0]), "door": "３０１室", "branch": str(town.branch)}
    short = page.post("/people/persons/new", form)
    assert short.status_code == 422 and "党员要有编号" in short.content.decode() and "+86 13911110001" in short.content.decode()
    assert not Person.objects.filter(name="孙强国").exists()
    answer = page.post("/people/persons/new", {**form, "number": "D77", "status": "IN_SERVICE", "duty": "GIVING"})
    assert answer.status_code == 303
    person = Person.objects.get(name="孙强国")
    assert answer["Location"] == f"/people/persons/{person.pk}/"
    assert (person.phone, person.door, person.home_id, person.by_sheet) == ("13911110001", "301", town.buildings[0], False)
    assert person.created_by_id == town.users["worker"]
    assert Member.objects.get(person=person).duty == "GIVING"
    assert Event.objects.latest("pk").verb == "enter"


def test_a_household_shares_a_phone_and_nobody_is_entered_twice(town: Town) -> None:
    first = entered(town)
    assert entered(town, "李秀英") != first
    for phone in ("139 1111 0001", ""):
        with pytest.raises(Invalid):
            entered(town, "孙强国", phone)
    with pytest.raises(Invalid):
        enter_person(Given("只有名字"), by=town.actor("worker"), at=START)


def test_a_change_says_why_and_keeps_what_was_left(town: Town) -> None:
    person = entered(town)
    before = Person.objects.get(pk=person).household_index
    new = Given("孙强国", "13922220001", "", town.buildings[1], "404")
    by = town.actor("secretary")
    with pytest.raises(Invalid):
        change_person(person, new, reason=" ", by=by, at=START)
    assert change_person(person, new, reason="本人来电，搬家了", by=by, at=START) == ("phone", "home_id", "door")
    kept = Person.objects.get(pk=person)
    assert (kept.phone, bytes(kept.phone_index or b"")) == ("13922220001", phone_index("13922220001"))
    assert [bytes(left.household or b"") for left in Left.objects.filter(person=person)] == [bytes(before or b"")]
    event = Event.objects.latest("pk")
    assert (event.verb, event.reason, event.after) == ("change", "本人来电，搬家了", {"changed": ["phone", "home_id", "door"]})
    with pytest.raises(Invalid):
        change_person(person, new, reason="再改一次", by=by, at=START)


def test_a_resident_becomes_a_member_and_moves_branch(town: Town) -> None:
    person, by = entered(town), town.actor("worker")
    home = {"phone": "13911110001", "home_id": town.buildings[0], "door": "301"}
    change_person(person, Given("孙强国", **home, member=Membership(town.branch, "D8")), reason="转来组织关系", by=by, at=START)  # type: ignore[arg-type]
    other = actions.add_branches(["第二支部"], by=by, at=START)
    assert other == 1
    second = Member.objects.get(person_id=person).community.branches.get(name="第二支部").pk
    moved = Given("孙强国", **home, member=Membership(second, "D8"))  # type: ignore[arg-type]
    assert change_person(person, moved, reason="转到第二支部", by=by, at=START) == ("branch_id",)
    with pytest.raises(Invalid):
        entered(town, "吴芳", "13911110009", member=Membership(town.branch, "D8"))


def test_nobody_changes_themselves_or_somebody_elsewhere(town: Town) -> None:
    by = town.actor("worker")
    assert by.person_id is not None
    with pytest.raises(NotAllowed):
        change_person(by.person_id, Given("某worker", door=""), reason="自己改", by=by, at=START)
    far = town.person("远处的人", "13933330001", town.there)
    with pytest.raises(NotThere):
        change_person(far, Given("改名"), reason="改别处的", by=by, at=START)
    with pytest.raises(NotAllowed):
        change_person(far, Given("改名"), reason="居民来改", by=town.actor("resident"), at=START)


def test_the_form_shows_phone_and_door_only_after_they_were_opened(browser: Browser, town: Town) -> None:
    person, page = entered(town), browser("secretary")
    edit = f"/people/persons/{person}/edit"
    assert page.get(edit)["Location"] == f"/people/persons/{person}/"
    shown = page.get(f"/people/persons/{person}/").content.decode()
    assert "要改资料，先看电话和门牌" in shown and "还没有点过单" in shown
    page.post(f"/people/persons/{person}/contact")
    assert 'value="13911110001"' in page.get(edit).content.decode()
    form = {"name": "孙强国", "phone": "13911110002", "home": str(town.buildings[0]), "door": "301"}
    assert "为什么改" in page.post(edit, form).content.decode()
    assert page.post(edit, {**form, "reason": "本人来电"}).status_code == 303
    assert Person.objects.get(pk=person).phone == "13911110002"


def test_the_desk_finds_the_caller(browser: Browser, town: Town) -> None:
    person = entered(town)
    for asked in ("139-1111-0001", "孙 强国", "强国"):
        assert f'href="/people/persons/{person}/"' in browser("worker").get("/desk/", {"q": asked}).content.decode()
