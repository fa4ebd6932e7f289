"""Rules in versions: the catalogue, a community's own, and the two people it takes to change one."""

import hashlib
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.bank.roll import adopted, changed_rule
from tests.cast import AT, Cast
from tests.trail import refused, told
from zengyi.bank import actions, queries
from zengyi.bank.models import RuleVersion
from zengyi.bank.rules import Rule, Rulebook, RuleKind, shipped
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState

TODAY = AT.date()
TOMORROW = TODAY + timedelta(days=1)


def version(rule: Rule, number: int, first: date, last: date | None) -> Rule:
    values: dict[str, Any] = {name: getattr(rule, name) for name in rule.__slots__}
    return Rule(**{**values, "id": number, "valid_from": first, "valid_to": last, "points": 40 + number})


def test_the_catalogue_has_every_rule_of_the_story() -> None:
    kinds = {kind: [rule.code for rule in shipped() if rule.kind == kind] for kind in RuleKind}
    assert [len(codes) for codes in kinds.values()] == [6, 20, 6, 4]
    assert sum(rule.points * ((rule.cap_year or 0) // rule.points) for rule in shipped() if rule.kind == RuleKind.BASE) == 60
    by_code = {rule.code: rule for rule in shipped()}
    hour = by_code["V05"]
    assert (hour.points, hour.cap_activity, hour.cap_quarter, hour.cap_year) == (1, 2, 12, None)
    assert by_code["V20"].levels == (2, 4, 6)
    assert all(rule.step for rule in shipped() if rule.kind == RuleKind.GAIN)


def test_the_catalogue_is_never_rewritten() -> None:
    """Deeds of past years are counted by these rows. A new version is a new row behind them, and the old one gets its last day."""
    text = resources.files("zengyi.bank").joinpath("rules.csv").read_text(encoding="utf-8")
    lasting = "\n".join(",".join(line.split(",")[:-1]) for line in text.splitlines()[:37])
    assert hashlib.sha256(lasting.encode()).hexdigest() == "70b37333e729998b0b0d0f880308901ce9b666b84688c14f00d96a4ee027867b"


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(st.lists(st.tuples(DAYS, st.none() | st.integers(0, 60)), max_size=4), DAYS)
def test_never_two_versions_on_a_day_and_the_catalogue_only_before(made: list[tuple[date, int | None]], day: date) -> None:
    """Whatever days a community's versions have, as long as they don't overlap."""
    base = next(rule for rule in shipped() if rule.code == "V05")
    own: list[Rule] = []
    for number, (first, length) in enumerate(sorted(made, key=lambda item: item[0])):
        if own and (own[-1].valid_to is None or own[-1].valid_to >= first):
            own[-1] = version(base, number, own[-1].valid_from, first - timedelta(days=1))
            if own[-1].valid_to is not None and own[-1].valid_to < own[-1].valid_from:
                own.pop()
        own.append(version(base, number + 1, first, None if length is None else first + timedelta(days=length)))
    book = Rulebook(own)
    found = book.in_force("V05", day)
    holding = [rule for rule in own if rule.holds(day)]
    if own and day >= own[0].valid_from:
        assert found == (holding[0] if holding else None)
    else:
        assert found == base
    spoken = [rule for rule, last in book.versions() if rule.code == "V05" and rule.valid_from <= day and (last is None or day <= last)]
    assert spoken == ([found] if found else [])


def test_changed_by_two_people_from_a_day_on(cast: Cast, at: datetime) -> None:
    worker, secretary = cast.actor("worker"), cast.actor("secretary")
    with told("propose", "rule"):
        made = changed_rule(worker, "V05", points=2, cap_activity=4, valid_from=TOMORROW, at=at)
    assert queries.rulebook(cast.community.pk).in_force("V05", TOMORROW) == queries.rulebook(cast.elsewhere.pk).in_force("V05", TOMORROW)
    with told("decide", "rule"):
        actions.decide_rule(made.pk, True, by=secretary, at=at)
    book = queries.rulebook(cast.community.pk)
    today, tomorrow = book.in_force("V05", TODAY), book.in_force("V05", TOMORROW)
    assert today is not None
    assert tomorrow is not None
    assert (today.points, tomorrow.points, tomorrow.cap_activity, tomorrow.cap_quarter) == (1, 2, 4, 12)
    (elsewhere,) = (rule for rule in queries.rules_on(cast.elsewhere.pk, TOMORROW, by=worker) if rule.code == "V05")
    assert elsewhere.points == 1
    again = changed_rule(worker, "V05", points=3, valid_from=TOMORROW + timedelta(days=9), at=at)
    actions.decide_rule(again.pk, True, by=secretary, at=at)
    ends = list(RuleVersion.objects.order_by("pk").values_list("points", "valid_from", "valid_to"))
    assert ends == [(2, TOMORROW, TOMORROW + timedelta(days=8)), (3, TOMORROW + timedelta(days=9), None)]


def test_levels_keep_their_proportion(cast: Cast) -> None:
    assert adopted(cast, "V20", points=3, valid_from=TOMORROW).levels == [3, 6, 9]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"points": 0}, "points"),
        ({"points": 51}, "points"),
        ({"points": -1}, "points"),
        ({"points": 9, "cap_activity": 8}, "caps"),
        ({"cap_quarter": 1001}, "caps"),
        ({"valid_from": TODAY}, "valid_from"),
    ],
)
def test_what_cannot_be(cast: Cast, at: datetime, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        changed_rule(cast.actor("worker"), "V05", **{"valid_from": TOMORROW, **changed}, at=at)
    assert list(refusal.value.fields) == [field]
    assert not RuleVersion.objects.exists()


def test_not_by_one_person_not_twice_and_not_too_late(cast: Cast, at: datetime) -> None:
    secretary = cast.actor("secretary")
    mine = changed_rule(secretary, "V05", points=2, valid_from=TOMORROW, at=at)
    with refused(NotAllowed, "另一位"):
        actions.decide_rule(mine.pk, True, by=secretary, at=at)
    with refused(NotAllowed):
        actions.decide_rule(mine.pk, True, by=cast.actor("worker"), at=at)
    with refused(NotThere):
        actions.decide_rule(mine.pk, True, by=cast.actor("far_secretary"), at=at)
    with refused(WrongState, "已经有人提出"):
        changed_rule(cast.actor("worker"), "V05", points=2, cap_quarter=None, valid_from=TOMORROW, at=at)
    other = changed_rule(cast.actor("worker"), "V06", points=2, valid_from=TOMORROW, at=at)
    with refused(WrongState, "生效日"):
        actions.decide_rule(other.pk, True, by=secretary, at=at + timedelta(days=1))
    with refused(Invalid, "为什么"):
        actions.decide_rule(other.pk, False, by=secretary, at=at)
    actions.decide_rule(other.pk, False, reason="先不改", by=secretary, at=at)
    with refused(WrongState, "审核过"):
        actions.decide_rule(other.pk, True, by=secretary, at=at)
    assert queries.rulebook(cast.community.pk).own == ()


def test_the_tables_refuse_what_the_actions_do(cast: Cast, at: datetime) -> None:
    made = changed_rule(cast.actor("worker"), "V05", points=2, valid_from=TOMORROW, at=at)
    rows = RuleVersion.objects.filter(pk=made.pk)
    for wrong in ({"state": "ADOPTED"}, {"valid_to": TODAY}, {"decided_by": made.proposed_by, "decided_at": at, "state": "ADOPTED"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
