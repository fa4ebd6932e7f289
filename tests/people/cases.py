"""Every way to people: signing in, oneself, the lists and what is done with them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import AT
from tests.trust.cases import (
    LOGINS,
    READ,
    SENT,
    SHOWN_OR_SENT,
    Case,
    lies,
    visits,
)
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, BEYOND, HERE, Ground, jpeg
from tests.wechat import APP_ID, SECRET, TEMPLATE
from zengyi.people import actions as people
from zengyi.people.models import Grant, Member, Person, Place, Registration


@dataclass(frozen=True)
class Laid:
    """Registrations that wait, and grants that can be ended, by where they are."""

    registrations: dict[str, int]
    grants: dict[str, int]


def lay(ground: Ground) -> Laid:
    """A registration and a grant here, away and, of grants, beyond; and a WeChat service account, so that its ways lead somewhere."""
    people.set_wechat(APP_ID, SECRET, template=TEMPLATE, what_field="thing1", by=ground.actor("admin"), at=AT)
    waiting: dict[str, Any] = {"state": "PENDING", "registered_at": AT}
    registrations = {
        where: Registration.objects.create(community=ground.communities[where], member=ground.members[who], **waiting).pk
        for where, who in ((HERE, "member3"), (AWAY, "far_member"))
    }
    ends = {HERE: "supervisor", AWAY: "far_unit", BEYOND: "beyond_worker"}
    return Laid(registrations, {where: Grant.objects.get(user=ground.users[who]).pk for where, who in ends.items()})


def cases(ground: Ground, role: str) -> Iterator[Case]:
    """The pages about oneself and about others, and the tokens."""
    login = LOGINS.get(role, "resident")
    sign_in = {"username": login, "password": "demo-zengyi"}
    yield from visits("sign-in", "/sign-in", SHOWN_OR_SENT, sign_in)
    yield from visits("sign-out", "/sign-out", post={})
    yield from visits("code-ask", "/sign-in/code", READ, {"carry": "1"}, sent=READ)
    yield from visits("code-enter", "/sign-in/code/enter", SENT, {"code": "123456"})
    yield from visits("code-who", "/sign-in/code/who", SENT, {"person": "1"})
    yield from visits("wechat-start", "/sign-in/wechat", post={}, sent=READ)
    yield from visits("wechat-back", "/sign-in/wechat/back?state=x&code=y", frozenset({409}))
    yield from visits("wechat-bind", "/me/wechat", post={}, sent=READ)
    yield from visits("wechat-unbind", "/me/wechat/end", post={}, sent=frozenset({409}))
    account = {"app_id": APP_ID, "secret": "", "template": TEMPLATE, "what_field": "thing1", "when_field": ""}
    yield from visits("wechat", "/people/wechat/", READ, account)
    yield from visits("wechat-end", "/people/wechat/end", post={})
    yield from visits("second-factor", "/second-factor", SENT, {"code": "123456"})
    yield from visits("me", "/me/", READ)
    yield from visits("my-looks", "/me/looks", frozenset({200}) if ground.actor(login).person_id else frozenset({403}))
    yield Case("api:list_looks", "GET", "/api/v1/looks", good=frozenset({200}) if ground.actor(login).person_id else frozenset({403}))
    yield from visits("my-data", "/me/data", READ, {})
    key = signing.dumps(ground.users[login].pk, salt="zengyi.my-data")
    issued_by = frozenset({"worker2", "far_worker"})  # whoever issued a record of service stands on it
    yield from visits("my-data-file", f"/me/data/{key}/my-data.zip", READ, whose=issued_by)
    yield from visits("my-data-file", f"/me/data/{signing.dumps(0, salt='zengyi.my-data')}/my-data.zip", frozenset({404}))
    yield from visits("held", "/held", frozenset({404}))
    staged = f"/staged/{uuid4()}"
    yield from visits("staged-photo", staged, frozenset({404}), {"drop": "1"}, sent=frozenset({204}))
    yield Case("staged-photo", "POST", staged, {"photo": SimpleUploadedFile("a.jpg", jpeg())})
    yield from visits("act-as", "/act-as", post={"acting_as": ground.actor(login).acting_as})
    yield from visits("password", "/me/password", READ, {"old": "x", "new": "y"}, sent=frozenset({422}))
    yield from visits("second-factor-setup", "/second-factor-setup", READ, {"code": "1", "password": "x"}, sent=frozenset({422}))
    own = frozenset({"member": {"own"}, "organisation": {"unit"}}.get(role, set()))
    yield from visits("register", "/me/register", post={}, sent=frozenset({303, 409}), relations=own, sees=True)
    naming = frozenset({"own"}) if ground.actor(login).person_id else frozenset()
    yield from visits("naming", "/me/naming", post={"agreed": "1"}, sent=frozenset({303}), relations=naming, sees=True)
    yield Case("api:issue_token", "POST", "/api/v1/tokens", {"username": login, "password": "demo-zengyi"}, frozenset({201}))
    yield Case("api:revoke_token", "DELETE", "/api/v1/tokens", None, frozenset({204}))
    yield from _lists(ground, role)


def _lists(ground: Ground, role: str) -> Iterator[Case]:
    """Pages about people."""
    for name in ("members", "residents", "organisations", "grants", "hand-overs", "doubles"):
        yield from visits(name, f"/people/{name}/", READ)
    for name, given in (("residents", {"format": "xlsx", "reason": "上门走访"}), ("orders", {"format": "csv"})):
        yield from visits("list-take", f"/lists/{name}/", READ, given, sent=READ)
    yield from visits("person-new", "/people/persons/new", READ, {"name": "新来的", "phone": "13977770001"})
    yield from visits("organisation-new", "/people/organisations/new", READ, {"name": "新来公司", "short_name": "", "kind": "OFFICE"})
    give = {"login": "resident2", "role": "worker", "place": ground.community.pk}
    yield from visits("grant-new", "/people/grants/new", READ, give)
    stand_in = {"login": "resident2", "role": "worker", "place": ground.community.pk, "reason": "没有第二个人审"}
    yield from visits("stand-in", "/people/grants/stand-in", READ, stand_in)
    yield from visits("import", "/people/import/residents/", READ, {"upload": "nothing"}, sent=frozenset({404, 409}))
    yield from visits("import-template", "/people/import/residents/template", READ)
    yield from visits("import-remarks", "/people/import/remarks/nothing.xlsx", frozenset({404}))
    for where, whom in ((HERE, "resident2"), (AWAY, "far_resident"), (BEYOND, "beyond_resident")):
        lie: dict[str, Any] = {"relations": lies(role, where) - {"public"}}
        person = ground.who(whom).pk
        yield from visits("person", f"/people/persons/{person}/", READ, bared=frozenset({whom}), **lie)
        yield from visits("person-contact", f"/people/persons/{person}/contact", post={}, **lie)
        given = {"name": "新名字", "reason": "写错了"}
        yield from visits("person-edit", f"/people/persons/{person}/edit", frozenset({302}), given, sent=frozenset({302}), **lie)
        merge = f"/people/persons/{person}/merge"
        yield from visits("person-merge", merge, READ, {"keep": "1", "reason": "同一个人"}, sent=READ, **lie)
        yield from visits("login-open", f"/people/persons/{person}/login", post={"username": ""}, sent=READ, **lie)
        yield from visits("grant-end", f"/people/grants/{ground.of['people'].grants[where]}/end", post={"reason": "换岗"}, **lie)
        if where in ground.of["people"].registrations:
            for verb in ("confirm", "end"):
                path = f"/people/registrations/{ground.of['people'].registrations[where]}/{verb}"
                yield from visits(f"registration-{verb}", path, post={"reason": "走了"}, **lie)
    yield from _settings(ground, role)


def _settings(ground: Ground, role: str) -> Iterator[Case]:
    """The first day, which is over here; and what a community's staff settle about it."""
    yield from visits("first-day", "/first-day/", frozenset({404}), {"code": "aaaa-bbbb-cccc"}, sent=frozenset({404}))
    yield from visits("community-settings", "/people/community/", READ)
    yield from visits("community-edit", "/people/community/edit", READ, {"name": "虹西社区", "phone": "0513-85000000"})
    yield from visits("estate-new", "/people/estates/new", READ, {"name": "新小区", "buildings": "1-3", "per_row": ""})
    yield from visits("branches", "/people/branches/", READ, {"names": "第九支部"})
    estate, building = ground.estate.pk, ground.buildings[0].pk
    yield from visits("estate", f"/people/estates/{estate}/", READ, {"buildings": "901-903"})
    yield from visits("estate-draw", f"/people/estates/{estate}/draw", post={"per_row": "8"})
    yield from visits("estate-move", f"/people/estates/{estate}/move", post={f"r{building}": "1", f"c{building}": "1"})
    for where, place, branch in ((HERE, building, ground.branch.pk), (AWAY, ground.far_building.pk, ground.far_branch.pk)):
        lie: dict[str, Any] = {"relations": lies(role, where) - {"public"}}
        yield from visits("place-rename", f"/people/places/{place}/rename", READ, {"name": "9幢"}, **lie)
        yield from visits("place-remove", f"/people/places/{place}/remove", post={}, sent=frozenset({409}), **lie)
        yield from visits("branch-rename", f"/people/branches/{branch}/rename", READ, {"name": "第九支部"}, **lie)
    yield from visits("communities", "/people/communities/", READ)
    new = {"new_subdistrict": "新街道", "name": "新社区", "chief": "新书记", "chief_phone": "13977770009"}
    yield from visits("community-new", "/people/communities/new", READ, new, sent=READ)
    for where, community in ground.communities.items():
        lie = {"relations": lies(role, where) - {"public"}}
        there, named = f"/people/communities/{community.pk}", frozenset({"secretary", "far_secretary"})
        yield from visits("community-laying", f"{there}/", READ, whose=named, **lie)
        # There are members already: whoever becomes secretary now is somebody whom others know.
        chief = {"chief2": "新书记", "chief2_phone": "13977770009"}
        yield from visits("community-chief", f"{there}/secretary", READ, chief, sent=frozenset({409}), whose=named, **lie)
        yield from visits("laying-edit", f"{there}/edit", READ, {"name": f"社区{community.pk}", "phone": "0513-85000000"}, **lie)
        yield from visits("laying-estate", f"{there}/estates/new", READ, {"name": "新小区", "buildings": "1-3", "per_row": ""}, **lie)
        yield from visits("laying-branches", f"{there}/branches", READ, {"names": "第九支部"}, **lie)


#: The names of the forms, in this order.
FORMS = tuple(
    (
        "sign-in code-ask wechat password act-as organisation-new grant-new grant-end stand-in "
        "login-open registration-end registration-confirm person-contact list-take "
        "person-new person-edit person-merge "
        "community-edit estate-new estate estate-draw estate-move place-rename place-remove branches branch-rename "
        "community-new community-chief laying-edit laying-estate laying-branches"
    ).split()
)


def forms(ground: Ground) -> Iterator[Filled]:
    """The forms about oneself and about others."""
    yield Filled("sign-in", "", "/sign-in", {"username": "resident", "password": "demo-zengyi", "next": "/mine/"})
    yield Filled("code-ask", "", "/sign-in/code", {"phone": "13977770003", "next": "/mine/"})
    account = {"app_id": APP_ID, "secret": SECRET, "template": TEMPLATE, "what_field": "thing1", "when_field": "time2"}
    yield Filled("wechat", "admin", "/people/wechat/", account)
    yield Filled("password", "worker", "/me/password", {"old": "demo-zengyi", "new": "seven bridges in the rain"})
    yield Filled("act-as", "worker", "/act-as", {"acting_as": ground.actor("worker").acting_as, "next": "/desk/"}, again=False)
    yield Filled("organisation-new", "worker", "/people/organisations/new", {"name": "新来公司", "short_name": "新来", "kind": "OFFICE"})
    give = {"login": "resident2", "role": "worker", "place": str(ground.community.pk), "organisation": ""}
    yield Filled("grant-new", "secretary", "/people/grants/new", give)
    yield Filled("grant-end", "secretary", f"/people/grants/{ground.of['people'].grants['here']}/end", {"reason": "换岗"}, again=False)
    stand_in = {"login": "resident2", "role": "secretary", "place": str(ground.community.pk), "reason": "没有第二个人审"}
    yield Filled("stand-in", "district", "/people/grants/stand-in", stand_in)
    yield Filled("login-open", "worker", f"/people/persons/{ground.who('resident2').pk}/login", {"username": "xinming"}, done=200)
    ended = f"/people/registrations/{ground.of['people'].registrations['here']}"
    yield Filled("registration-end", "worker", f"{ended}/end", {"reason": "走了", "back": "members"}, again=False)
    yield Filled("registration-confirm", "worker", f"{ended}/confirm", {"back": "members"}, again=False)
    yield Filled("person-contact", "worker", f"/people/persons/{ground.who('resident2').pk}/contact", {}, again=False)
    yield Filled("list-take", "worker", "/lists/residents/", {"format": "xlsx", "contact": "on", "reason": "上门走访"}, done=200)
    new = {"name": "新来的", "phone": "13977770001", "home": str(ground.buildings[0].pk), "door": "909", "email": ""}
    yield Filled("person-new", "worker", "/people/persons/new", new)
    nobody, _made = Person.objects.get_or_create(community=ground.community, name="没有电话的人")
    given = {"name": "有电话的人", "phone": "13977770002", "reason": "本人来电"}
    yield Filled("person-edit", "worker", f"/people/persons/{nobody.pk}/edit", given)
    twins = [Person.objects.create(community=ground.community, name="登记两遍的人").pk for _ in range(2)]
    both = {"keep": str(twins[0]), "reason": "本人来电"}
    yield Filled("person-merge", "worker", f"/people/persons/{twins[0]}/merge?with={twins[1]}", both)
    yield Filled("community-edit", "worker", "/people/community/edit", {"name": "虹西新社区", "phone": "0513-85000000"})
    yield Filled("estate-new", "worker", "/people/estates/new", {"name": "新小区", "buildings": "1-3", "per_row": "2"})
    estate, building = f"/people/estates/{ground.estate.pk}", ground.buildings[0].pk
    yield Filled("estate", "worker", f"{estate}/", {"buildings": "901-903"})
    yield Filled("estate-draw", "worker", f"{estate}/draw", {"per_row": "8"}, again=False)
    yield Filled("estate-move", "worker", f"{estate}/move", {f"r{building}": "1", f"c{building}": "1"}, again=False)
    yield Filled("place-rename", "worker", f"/people/places/{building}/rename", {"name": "九九幢"})
    here = {"parent": ground.estate, "community": ground.community, "path": f"{ground.estate.path}999999/"}
    empty, _made = Place.objects.get_or_create(kind="BUILDING", name="空楼", defaults=here)
    yield Filled("place-remove", "worker", f"/people/places/{empty.pk}/remove", {}, again=False)
    yield Filled("branches", "worker", "/people/branches/", {"names": "第九支部"})
    yield Filled("branch-rename", "worker", f"/people/branches/{ground.branch.pk}/rename", {"name": "第九支部"})
    chiefs = {"chief": "新书记", "chief_phone": "13977770009", "chief2": "", "chief2_phone": ""}
    new = {"subdistrict": "", "new_subdistrict": "新街道", "name": "新社区", "phone": "", **chiefs}
    yield Filled("community-new", "district", "/people/communities/new", new, done=200)
    street: Any = ground.community.parent
    bare, made = Place.objects.get_or_create(kind="COMMUNITY", name="空社区", parent=street)
    if made:
        Place.objects.filter(pk=bare.pk).update(path=f"{street.path}{bare.pk}/")
    there = f"/people/communities/{bare.pk}"
    yield Filled("community-chief", "district", f"{there}/secretary", {"chief2": "新书记", "chief2_phone": "13977770010"}, done=200)
    yield Filled("laying-edit", "district", f"{there}/edit", {"name": "不空社区", "phone": "0513-85000000"})
    yield Filled("laying-estate", "district", f"{there}/estates/new", {"name": "新小区", "buildings": "1-3", "per_row": "2"})
    yield Filled("laying-branches", "district", f"{there}/branches", {"names": "第九支部"})


def _own_grant(ground: Ground) -> None:
    by = ground.actor("secretary")
    people.grant(ground.users["secretary"].pk, "worker", ground.community.pk, by=by, at=AT)


def _own_registration(ground: Ground) -> None:
    member = Member.objects.create(person=ground.who("worker"), community=ground.community, branch=ground.branch, number="0099")
    by = replace(ground.actor("worker"), member_id=member.pk)
    people.confirm_registration(people.register_member(member.pk, by=by, at=AT), by=by, at=AT)


def _merging(town: Any) -> list[str]:
    """Two entries that nobody else needs: whoever fills in all forms puts them together for good."""
    first, second = (Person.objects.get_or_create(name=name, community=town.cast.community)[0].pk for name in ("重名甲", "重名乙"))
    return [f"/people/persons/{first}/merge", f"/people/persons/{first}/merge?with={second}"]


VISITS = {
    "code-ask": lambda town, by: [] if by.signed_in else ["/sign-in/code"],
    "wechat": lambda town, by: ["/people/wechat/"],
    "my-data": lambda town, by: ["/me/data", "/me/data?ready=old"],
    "my-looks": lambda town, by: ["/me/looks"] if by.person_id else [],
    "person-new": lambda town, by: ["/people/persons/new"],
    "person-edit": lambda town, by: [],
    "doubles": lambda town, by: ["/people/doubles/"],
    "person-merge": lambda town, by: _merging(town),
    "list-take": lambda town, by: ["/lists/residents/", "/lists/orders/"],
    "community-settings": lambda town, by: ["/people/community/"],
    "community-edit": lambda town, by: ["/people/community/edit"],
    "estate-new": lambda town, by: ["/people/estates/new"],
    "estate": lambda town, by: [f"/people/estates/{town.cast.estate.pk}/"],
    "place-rename": lambda town, by: [f"/people/places/{town.cast.buildings[0].pk}/rename"],
    "branches": lambda town, by: ["/people/branches/"],
    "branch-rename": lambda town, by: [f"/people/branches/{town.cast.branch.pk}/rename"],
    "communities": lambda town, by: ["/people/communities/"],
    "community-new": lambda town, by: ["/people/communities/new"],
    "community-laying": lambda town, by: [f"/people/communities/{town.cast.community.pk}/"],
    "community-chief": lambda town, by: [f"/people/communities/{town.cast.community.pk}/secretary"],
    "laying-edit": lambda town, by: [f"/people/communities/{town.cast.community.pk}/edit"],
    "laying-estate": lambda town, by: [f"/people/communities/{town.cast.community.pk}/estates/new"],
    "laying-branches": lambda town, by: [f"/people/communities/{town.cast.community.pk}/branches"],
}
_WECHAT = {"wechat-start", "wechat-back", "wechat-bind", "wechat-unbind", "wechat-end"}
NO_PAGES = _WECHAT | {"code-enter", "code-who", "estate-draw", "estate-move", "place-remove", "first-day", "import-remarks"}
READ_ONLY = _WECHAT | {"communities", "community-laying", "doubles", "community-settings", "first-day", "import-remarks"}
ALONE = {"people.grant": _own_grant, "people.registrations": _own_registration}
MACHINE = {"people.bring_logins"}
