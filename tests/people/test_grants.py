"""Giving roles: a grant covers exactly its subtree, and nobody gives themselves or others more than they have."""

import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from tests.people.town import START, Town
from zengyi.core.errors import Invalid, NotAllowed, NotSignedIn, NotThere, WrongState
from zengyi.core.models import Event
from zengyi.people import actions, queries
from zengyi.people.models import Grant, User
from zengyi.people.rules import NOBODY, SYSTEM, Actor, Role, Scope, Target, allows, within
from zengyi.people.rules.grants import GIVES, GrantNode, gives


@st.composite
def trees(draw: st.DrawFn) -> list[tuple[int, ...]]:
    """Random trees: node 1 is the root, every later node hangs under an earlier one. A node is the chain of its ids."""
    nodes: list[tuple[int, ...]] = [(1,)]
    for number in range(2, draw(st.integers(2, 30))):
        nodes.append((*draw(st.sampled_from(nodes)), number))
    return nodes


def _path(node: tuple[int, ...]) -> str:
    return "/" + "".join(f"{pk}/" for pk in node)


@given(trees(), st.data())
def test_a_grant_covers_exactly_its_subtree(nodes: list[tuple[int, ...]], data: st.DataObject) -> None:
    own = data.draw(st.sampled_from(nodes))
    actor = Actor(user_id=1, role=Role.DISTRICT, place_path=_path(own))
    for node in nodes:
        below = node[: len(own)] == own
        assert within(actor, Scope.SUBTREE, Target(path=_path(node))) is below
        assert allows(actor, "people.grant", Target(path=_path(node))) is below
        assert gives(actor, Role.WORKER, GrantNode(_path(node), "COMMUNITY", node[-1])) is below


@given(trees(), st.data())
def test_a_moved_node_takes_its_subtree_along(nodes: list[tuple[int, ...]], data: st.DataObject) -> None:
    own, moved = data.draw(st.sampled_from(nodes)), data.draw(st.sampled_from(nodes))
    target = data.draw(st.sampled_from([n for n in nodes if n[: len(moved)] != moved] or [moved]))
    actor = Actor(user_id=1, role=Role.DISTRICT, place_path=_path(own))
    for node in nodes:
        now = (*target, *node[len(moved) - 1 :]) if node[: len(moved)] == moved and target != moved else node
        assert allows(actor, "people.grant", Target(path=_path(now))) is (now[: len(own)] == own)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SECRETARY, Role.DISTRICT, Role.SYSTEM}))
def test_other_roles_give_nothing(role: Role) -> None:
    actor = Actor(user_id=1, role=role, community_id=1, place_path="/1/")
    assert not any(gives(actor, given_role, GrantNode("/1/", "COMMUNITY", 1)) for given_role in Role)


def test_nobody_gives_admin_on_a_page() -> None:
    assert all(Role.ADMIN not in roles for giver, roles in GIVES.items() if giver != Role.SYSTEM)
    assert Role.SECRETARY not in GIVES[Role.SECRETARY]


def test_a_secretary_gives_community_roles(town: Town) -> None:
    by = town.actor("secretary")
    grant_id = actions.grant(town.users["resident"], "worker", town.here, by=by, at=START)
    assert town.actor("resident").role == "worker"
    assert Event.objects.latest("pk").verb == "grant"
    with pytest.raises(WrongState):
        actions.grant(town.users["resident"], "worker", town.here, by=by, at=START)
    actions.end_grant(grant_id, reason="换岗", by=by, at=START)
    assert town.actor("resident").role == "resident"
    with pytest.raises(WrongState):
        actions.end_grant(grant_id, by=by, at=START)


@pytest.mark.parametrize("role", ["secretary", "district", "admin"])
def test_a_secretary_gives_nothing_higher(town: Town, role: str) -> None:
    with pytest.raises(NotAllowed):
        actions.grant(town.users["resident"], role, town.here, by=town.actor("secretary"), at=START)


@pytest.mark.parametrize("role", ["resident", "member", "anonymous", "system", "king", ""])
def test_what_is_no_given_role_is_refused(town: Town, role: str) -> None:
    with pytest.raises(Invalid):
        actions.grant(town.users["resident"], role, town.here, by=town.actor("secretary"), at=START)


def test_not_in_the_next_community(town: Town) -> None:
    with pytest.raises(NotThere):
        actions.grant(town.users["stranger"], "worker", town.there, by=town.actor("secretary"), at=START)
    with pytest.raises(Invalid):
        actions.grant(town.users["stranger"], "worker", town.here, by=town.actor("secretary"), at=START)
    with pytest.raises(NotThere):
        actions.grant(town.users["resident"], "worker", town.district, by=town.actor("secretary"), at=START)
    theirs = actions.grant(town.users["stranger"], "worker", town.there, by=town.actor("district"), at=START)
    with pytest.raises(NotThere):
        actions.end_grant(theirs, by=town.actor("secretary"), at=START)


def test_nobody_grants_themselves(town: Town) -> None:
    for who, place in (("secretary", town.here), ("district", town.there)):
        with pytest.raises(NotAllowed):
            actions.grant(town.users[who], "worker", place, by=town.actor(who), at=START)
        own = Grant.objects.get(user_id=town.users[who])
        with pytest.raises(NotAllowed):
            actions.end_grant(own.pk, by=town.actor(who), at=START)
    with pytest.raises(IntegrityError):
        user = town.users["worker"]
        Grant.objects.create(user_id=user, granted_by_id=user, role="worker", place_id=town.here, starts_at=START)


@pytest.mark.parametrize("who", ["worker", "resident"])
def test_others_may_not_grant(town: Town, who: str) -> None:
    with pytest.raises((NotAllowed, NotThere)):
        actions.grant(town.users["stranger"], "worker", town.here, by=town.actor(who), at=START)
    with pytest.raises(NotSignedIn):
        actions.grant(town.users["stranger"], "worker", town.here, by=NOBODY, at=START)


def test_a_role_stands_on_its_level(town: Town) -> None:
    for role, place in (("worker", town.estate), ("district", town.here), ("secretary", town.street)):
        with pytest.raises(Invalid):
            actions.grant(town.users["resident"], role, place, by=town.actor("district"), at=START)


def test_a_contact_speaks_for_a_registered_unit(town: Town) -> None:
    unit = actions.add_organisation("某服务中心", "", "OFFICE", by=SYSTEM, at=START)
    by = town.actor("secretary")
    with pytest.raises(Invalid):
        actions.grant(town.users["resident"], "organisation", town.here, organisation_id=unit, by=by, at=START)
    actions.register_organisation(unit, town.here, by=by, at=START)
    actions.grant(town.users["resident"], "organisation", town.here, organisation_id=unit, by=by, at=START)
    assert town.actor("resident").organisation_id == unit


def test_who_may_not_give_a_role_may_not_take_it_by_a_new_password(town: Town) -> None:
    person = User.objects.get(pk=town.users["secretary"]).person_id
    assert person
    with pytest.raises(NotAllowed):
        actions.open_login(person, by=town.actor("worker"), at=START)
    assert actions.open_login(person, by=town.actor("district"), at=START)
    stranger = User.objects.get(pk=town.users["stranger"]).person_id
    assert stranger
    with pytest.raises(NotThere):
        actions.open_login(stranger, by=town.actor("worker"), at=START)


def test_registration_and_coverage(town: Town) -> None:
    table = [
        ["支部", "党员编号", "姓名", "手机", "身份"],
        ["第一支部", "D1", "党员甲", "13911110001", "在职报到"],
        ["第一支部", "D2", "党员乙", "", "在册"],
    ]
    actions.import_sheet("members", table, by=town.actor("secretary"), at=START)
    assert (queries.coverage(community_id=town.here).registered, queries.coverage(community_id=town.here).known) == (0, 1)
    row = queries.members(by=town.actor("worker"), q="D1").rows[0]
    town.login("party", row.person_id)
    pending = actions.register_member(row.id, by=town.actor("party"), at=START)
    assert queries.coverage(community_id=town.here).percent == 0
    with pytest.raises(NotThere):
        actions.confirm_registration(pending, by=town.actor("party"), at=START)
    actions.confirm_registration(pending, by=town.actor("worker"), at=START)
    with pytest.raises(WrongState):
        actions.confirm_registration(pending, by=town.actor("worker"), at=START)
    assert queries.coverage(community_id=town.here).percent == 100
    actions.end_registration(pending, by=town.actor("worker"), at=START)
    assert queries.coverage(path="/").registered == 0
    assert actions.register_member(row.id, by=town.actor("worker"), at=START)
    assert queries.coverage(community_id=town.here).percent == 100
