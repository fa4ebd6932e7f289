"""The table of permissions names every way into the product, and nothing else; and each of its cells is seen to matter."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from ninja import Router

from tests.cast import AT
from tests.trust import table as tables
from tests.trust import urls_planted
from tests.trust.cases import LOGINS, Case, every_case, modules
from tests.trust.ground import Ground
from tests.trust.walk import OPEN_API, Walker, visible
from tests.trust.ways import operations, pages, unlisted, untrue
from zengyi.bank.rules import quarters
from zengyi.core.errors import NotAllowed, NotThere
from zengyi.people import actions as people
from zengyi.people.rules import Actor, Role, Scope, action_of_url, second
from zengyi.people.rules.roles import table as table_of_product

pytestmark = pytest.mark.databases("sqlite")

TABLE = tables.read()
WAYS = {*pages(), *operations()}
#: Done only on the machine itself: no role may do it, and no page or operation leads there.
MACHINE: set[str] = {action for module in modules() for action in getattr(module, "MACHINE", ())}
#: Actions without a page or operation of their own, and where they have an effect.
SHOWS_IN = {"order.see_requester": {"api:get_order", "order"}}
#: Cells that another rule makes no difference of: one's own account lies in one's own branch, so that without this scope alone it
#: can still be read; a claim names who proposed it, so that nobody without a login can, whatever the table says; and the page of the
#: moves of a deed, a project, a demand, money or a piece stands behind what staff or members see of it, which opens only with a login.
BEHIND_A_PAGE = (
    *("filing.approve", "filing.reject", "filing.withdraw", "filing.deny", "project.rank", "project.inspect", "demand.answer"),
    *("demand.check", "demand.tell", "fund.approve", "fund.pay", "fund.sign", "news.check", "news.return", "news.approve", "news.publish"),
    "news.withdraw",
)
IMPLIED = {
    ("member", "points.read", (Scope.BRANCH,)),
    ("anonymous", "order.assign", (Scope.PUBLIC,)),
    *(("anonymous", action, (Scope.PUBLIC,)) for action in BEHIND_A_PAGE),
}


def test_every_way_stands_in_the_table_and_every_name_in_it_exists() -> None:
    assert len(WAYS) > 60
    assert unlisted(TABLE, WAYS) == set()
    assert untrue(TABLE, WAYS) == set()
    assert set(action_of_url()) == WAYS


def test_every_way_is_walked(ground: Ground) -> None:
    assert {case.way for case in every_case(ground, "worker")} == WAYS


def test_rows_without_a_way_are_known() -> None:
    assert {action for action, row in TABLE.items() if not row.urls} == MACHINE | set(SHOWS_IN) - {"order.see_requester"}
    assert not any(TABLE[action].scopes for action in MACHINE)


def test_a_page_that_is_not_in_the_table_is_found_and_open_to_nobody(ground: Ground, settings: Any) -> None:
    assert unlisted(TABLE, pages(urls_planted.urlpatterns)) == {"planted"}
    settings.ROOT_URLCONF = "tests.trust.urls_planted"
    for role in tables.ROLES:
        answer = Walker(ground, role).client.get("/planted")
        assert (answer.status_code, b"told" in answer.content) == (404, False), role


def test_an_operation_that_is_not_in_the_table_is_found_and_open_to_nobody(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    router = Router()
    router.get("/planted", operation_id="planted")(lambda request: None)
    assert unlisted(TABLE, operations([router])) == {"api:planted"}
    ways = dict(action_of_url())
    del ways["api:list_orders"]
    monkeypatch.setattr("zengyi.project.api.action_of_url", lambda: ways)
    for role in tables.ROLES[1:]:
        assert Walker(ground, role).ask(Case("", "GET", "/api/v1/orders")).status_code == 403, role


def test_a_row_that_names_no_way_is_found() -> None:
    row = TABLE["desk.use"]
    assert untrue({**TABLE, "desk.use": replace(row, urls=(*row.urls, "api:gone", "gone"))}, WAYS) == {"api:gone", "gone"}


@contextmanager
def cell(action: str, role: str, scopes: tuple[Scope, ...]) -> Iterator[None]:
    """The product with one cell of its table changed."""
    table = table_of_product()
    kept = table[action]
    cells = {r: s for r, s in kept.scopes.items() if r != role} | ({Role(role): scopes} if scopes else {})
    table[action] = replace(kept, scopes=cells)
    try:
        yield
    finally:
        table[action] = kept


def flips(role: str) -> Iterator[tuple[str, tuple[Scope, ...]]]:
    """Every cell of a role turned over: what it may is taken, or one of its scopes; what it may not is given widely."""
    given = {"anonymous": Scope.PUBLIC, "district": Scope.SUBTREE, "admin": Scope.SUBTREE}.get(role, Scope.COMMUNITY)
    for action, permission in table_of_product().items():
        if action in MACHINE:
            continue
        scopes = permission.scopes.get(Role(role), ())
        yield action, () if scopes else (given,)
        if len(scopes) > 1:
            for scope in scopes:
                yield action, tuple(s for s in scopes if s != scope)


@pytest.mark.parametrize("role", tables.ROLES)
def test_each_cell_turned_over_turns_something_red(ground: Ground, role: str) -> None:
    walker = Walker(ground, role)
    cases = every_case(ground, role)
    unnoticed = []
    for action, scopes in flips(role):
        with cell(action, role, scopes):
            concerned = [case for case in cases if action in _asked(case) and _reached(role, action, case)]
            if concerned and not any(walker.walk(TABLE, [case]) for case in concerned):
                unnoticed.append((role, action, scopes))
            walker.wrong.clear()
    assert sorted(map(str, set(unnoticed) - IMPLIED)) == []


def _asked(case: Case) -> set[str]:
    return {tables.action_of(TABLE, case.way), case.action} | {action for action, ways in SHOWS_IN.items() if case.way in ways}


def _reached(role: str, action: str, case: Case) -> bool:
    """Whether a cell can matter here: not to what a role may not even look at, nor to somebody without a token."""
    if case.api and role == "anonymous" and case.way not in OPEN_API:
        return False
    seen = case.fact is not None and visible(TABLE, role, case.fact)
    return seen or action not in SHOWS_IN and (case.api or case.fact is None)


@pytest.mark.parametrize("role", tables.ROLES[1:])
def test_agreeing_to_be_named_is_ones_own(ground: Ground, role: str) -> None:
    by, others = ground.actor(LOGINS[role]), [ground.who("resident2").pk]
    if by.person_id is not None and "own" in TABLE["people.naming"].scopes.get(role, frozenset()):
        people.agree_to_naming(by.person_id, True, by=by, at=AT)
    elif by.person_id is not None:
        others.append(by.person_id)
    for person in others:
        with pytest.raises((NotAllowed, NotThere)):
            people.agree_to_naming(person, True, by=by, at=AT)


def test_a_table_that_says_less_or_more_than_the_product_is_found(ground: Ground) -> None:
    """The judge is no fool either: with a tampered table it finds the untouched product wrong."""
    walker = Walker(ground, "worker")
    cases = [case for case in people_of(ground) if case.way in ("members", "district", "person")]
    assert not walker.walk(TABLE, cases)
    assert walker.walk(tables.changed(TABLE, "people.list", "worker", frozenset()), cases)
    walker.wrong.clear()
    assert walker.walk(tables.changed(TABLE, "points.district", "worker", frozenset({"community"})), cases)


def people_of(ground: Ground) -> list[Case]:
    """What a worker asks for."""
    return every_case(ground, "worker")


#: How somebody would do to their own what a second person has to do, by action, as each package tells.
ALONE: dict[str, Callable[[Ground], None]] = {name: how for module in modules() for name, how in getattr(module, "ALONE", {}).items()}


@pytest.mark.parametrize("action", sorted(ALONE))
def test_nobody_decides_on_their_own(ground: Ground, action: str) -> None:
    with pytest.raises(NotAllowed):
        ALONE[action](ground)


#: These ask more than the one guard does, and have their own tests with puppets in tests/people/test_puppets.py.
MORE = {"order.confirm", "people.grant"}


def by_a_puppet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever somebody did themselves was done by another login, which they opened."""
    real = second.against_second

    def against(by: Actor, *first: second.FirstPerson, **more: Any) -> str:
        puppet = second.FirstPerson(0, frozenset({by.user_id or 0}))
        return real(by, *(puppet if one.login_id == by.user_id else one for one in first), **more)

    for module in [module for name, module in sys.modules.items() if name.startswith("zengyi.")]:
        if getattr(module, "against_second", None) is real:
            monkeypatch.setattr(module, "against_second", against)


@pytest.mark.parametrize("action", sorted(set(ALONE) - MORE))
def test_nor_on_what_a_puppet_of_theirs_has_done(ground: Ground, monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    """A guard of its own would compare logins, and let the puppet through: every verb for two persons asks the one guard."""
    by_a_puppet(monkeypatch)
    with pytest.raises(NotAllowed, match="不算两个人"):
        ALONE[action](ground)


def test_a_guard_that_compares_logins_itself_is_found(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    by_a_puppet(monkeypatch)

    def naive(by: Actor, *first: second.FirstPerson, own: str = "", **more: Any) -> None:
        if by.user_id in {one.login_id for one in first}:
            raise NotAllowed(own)

    monkeypatch.setattr(quarters, "check_second", naive)
    with pytest.raises(NotAllowed) as refused:
        ALONE["quarter.review"](ground)
    assert "不算两个人" not in refused.value.sentence


def test_every_row_that_asks_for_a_second_person_is_tried() -> None:
    assert {action for action, row in TABLE.items() if row.second_person} == set(ALONE)
