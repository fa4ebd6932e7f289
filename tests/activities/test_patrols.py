"""Patrols: a finding or nothing, the order that arises, who says that it was true, and story 8's 950 as a sum of counted removals."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import AT, Cast
from zengyi.activities import actions
from zengyi.activities.models import Finding, Ledger, LedgerEntry
from zengyi.activities.queries import patrols as queries
from zengyi.bank.models import Filing
from zengyi.core.errors import Invalid, NotAllowed, WrongState
from zengyi.core.models import Event
from zengyi.orders import queries as orders
from zengyi.orders.models import Order

COUNTED: dict[str, Any] = {"basis": "COUNTED", "count": 210}


def found(cast: Cast, who: str = "member", *, what: str = "GOLDENROD", **more: Any) -> Finding:
    """Goldenrod by the river, counted, where nothing else is said."""
    given = {"place_id": cast.bridge.pk, "spot": "3号桥到4号桥", **COUNTED, **more}
    return actions.report_finding(what, by=cast.actor(who), at=AT, **given)


def test_a_finding_becomes_an_order_in_the_same_step(cast: Cast) -> None:
    made = found(cast)
    order = Order.objects.get(pk=made.order_id or 0)
    assert (order.state, order.source, order.title, order.category) == ("PLACED", "PATROL", "清除一枝黄花", "CLEAN")
    assert order.requester_id == cast.actor("member").person_id and "210 株（数过）" in order.text
    assert Event.objects.latest("pk").after["order"] == order.pk
    assert orders.states_of([order.pk])[order.pk].object_id == made.pk


def test_what_was_fixed_on_the_spot_and_nothing_make_no_order(cast: Cast) -> None:
    fixed = found(cast, what="RUBBISH", fixed=True, basis="PRESENT", count=None)
    nothing = actions.report_finding("NOTHING", spot="2号桥", by=cast.actor("member"), at=AT)
    assert (fixed.order_id, nothing.order_id, nothing.count, nothing.basis) == (None, None, None, "")
    assert not Order.objects.exists()


def test_a_second_finding_of_the_same_place_joins_the_open_order_and_the_ledger(cast: Cast) -> None:
    first, second = found(cast), found(cast, "member2", count=340, basis="ESTIMATED", spot="2号桥到3号桥")
    assert first.order_id == second.order_id and first.ledger_id == second.ledger_id
    ledger = Ledger.objects.get()
    assert (ledger.found, ledger.removed, str(ledger.look_on)) == (550, 0, "2026-12-07")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"basis": ""}, "basis"),
        ({"basis": "COUNTED", "count": None}, "count"),
        ({"basis": "COUNTED", "count": 0}, "count"),
        ({"basis": "PRESENT", "count": 1}, "count"),
        ({"place_id": None, "spot": ""}, "place_id"),
        ({"place_id": 10**15}, "place_id"),
        ({"what": "WOLVES"}, "category"),
        ({"photos": [b"x"]}, "photos"),
    ],
)
def test_what_cannot_be_put_down_is_said_field_by_field(cast: Cast, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        found(cast, **changed)
    assert field in refused.value.fields and not Finding.objects.exists() and not Order.objects.exists()


def test_only_whoever_walks_there_reports(cast: Cast) -> None:
    for who in ("resident", "unit", "district"):
        with pytest.raises(NotAllowed):
            found(cast, who)
    with pytest.raises(Invalid, match="本社区"):
        found(cast, "far_member")


def test_a_report_that_was_true_is_a_deed_attested_by_who_looked(cast: Cast) -> None:
    made = found(cast)
    with pytest.raises(NotAllowed):
        actions.verify_finding(made.pk, True, by=cast.actor("member2"), at=AT)
    actions.verify_finding(made.pk, True, by=cast.actor("worker"), at=AT)
    deed = Filing.objects.get(source="FINDING", source_ref=str(made.pk))
    assert (deed.rule, deed.quantity, deed.state, deed.attested_by_id) == ("V06", 1, "ATTESTED", cast.users["worker"].pk)
    with pytest.raises(WrongState, match="已经查过"):
        actions.verify_finding(made.pk, False, reason="没有看到", by=cast.actor("secretary"), at=AT)


def test_nobody_says_so_of_their_own_report_and_no_needs_a_reason(cast: Cast) -> None:
    own = found(cast, "worker", what="SEWAGE")
    with pytest.raises(NotAllowed, match="自己报的"):
        actions.verify_finding(own.pk, True, by=cast.actor("worker"), at=AT)
    with pytest.raises(Invalid):
        actions.verify_finding(own.pk, False, by=cast.actor("secretary"), at=AT)
    actions.verify_finding(own.pk, False, reason="是雨水", by=cast.actor("secretary"), at=AT)
    assert not Filing.objects.filter(source="FINDING").exists()
    nothing = actions.report_finding("NOTHING", by=cast.actor("member"), at=AT)
    with pytest.raises(WrongState, match="不用查实"):
        actions.verify_finding(nothing.pk, True, by=cast.actor("worker"), at=AT)


#: Story 8: what was found and removed day by day, with how many people.
DAYS = (
    (date(2026, 10, 14), None, 372, 26),
    (date(2026, 10, 16), 160, 268, 9),
    (date(2026, 10, 23), 128, 198, 14),
    (date(2026, 10, 30), None, None, 1),
    (date(2026, 11, 9), 112, 112, 6),
)


def test_the_950_are_a_sum_of_counted_removals(cast: Cast) -> None:
    found(cast)
    ledger_id = found(cast, count=340, basis="ESTIMATED", spot="2号桥到3号桥").ledger_id or 0
    for day, more, removed, people in DAYS:
        actions.visit(ledger_id, day, found=more, removed=removed, people_count=people, who="党员和居民", by=cast.actor("member"), at=AT)
    card, lines = queries.ledger(ledger_id, by=cast.actor("resident"))
    assert (card.found, card.removed, card.remaining) == (950, 950, 0)
    removals = [line.count or 0 for line in lines if line.removal]
    assert sum(removals) == 950 and removals == [372, 268, 198, 112]
    assert sum(line.count or 0 for line in lines if line.kind == "FOUND") == 950
    assert Ledger.objects.get().empty_visits == 0


def test_it_is_gone_after_three_empty_visits_and_goes_on_when_it_comes_back(cast: Cast) -> None:
    ledger_id = found(cast).ledger_id or 0
    by, today = cast.actor("member"), AT.date()
    with pytest.raises(Invalid, match="还剩 210"):
        actions.visit(ledger_id, today, by=by, at=AT)
    actions.visit(ledger_id, today, removed=210, by=by, at=AT)
    looks = []
    for _n in range(3):
        looks.append(str(actions.visit(ledger_id, today, by=by, at=AT).look_on))
    assert looks == ["2026-12-23", "2027-05-22", "None"]
    assert Ledger.objects.get().state == "GONE"
    again = found(cast, count=5)
    ledger = Ledger.objects.get()
    assert (again.ledger_id, ledger.state, ledger.empty_visits, ledger.found - ledger.removed) == (ledger_id, "OPEN", 0, 5)


def test_nobody_removes_more_than_there_is(cast: Cast) -> None:
    ledger_id = found(cast).ledger_id or 0
    with pytest.raises(Invalid, match="只剩 210"):
        actions.visit(ledger_id, AT.date(), removed=211, by=cast.actor("member"), at=AT)
    assert LedgerEntry.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Ledger.objects.filter(pk=ledger_id).update(removed=211)
    for day in (AT.date() + timedelta(days=1), AT.date() - timedelta(days=91)):
        with pytest.raises(Invalid) as refused:
            actions.visit(ledger_id, day, removed=1, by=cast.actor("member"), at=AT)
        assert "on_day" in refused.value.fields
    with pytest.raises(NotAllowed):
        actions.visit(ledger_id, AT.date(), removed=1, by=cast.actor("far_member"), at=AT)


def test_a_topic_begins_with_a_finding(cast: Cast) -> None:
    becomes, fixed = found(cast), found(cast, what="RUBBISH", fixed=True, basis="PRESENT", count=None)
    nothing = actions.report_finding("NOTHING", spot="2号桥", by=cast.actor("member"), at=AT)
    client = Client()
    client.force_login(cast.users["member"])
    listed = client.get("/patrols/").content.decode()
    for one, offered in ((becomes, True), (fixed, True), (nothing, False)):
        link = f"/councils/topics/new?finding={one.pk}"
        assert (link in listed, link in client.get(f"/patrols/findings/{one.pk}/").content.decode()) == (offered, offered)
    number = Order.objects.get(pk=becomes.order_id or 0).number
    form = client.get(f"/councils/topics/new?finding={becomes.pk}").content.decode()
    assert all(words in form for words in ("一枝黄花 · 虹西路西段 3号桥到4号桥", "210 株 数过", number))
    assert "垃圾 · 虹西路西段" in client.get(f"/councils/topics/new?finding={fixed.pk}").content.decode()
    client.force_login(cast.users["far_resident"])
    assert number not in client.get(f"/councils/topics/new?finding={becomes.pk}").content.decode()
    assert f"finding={becomes.pk}" not in client.get(f"/patrols/findings/{becomes.pk}/").content.decode()


def test_a_finding_in_three_taps_begins_with_its_kind_and_where_the_walk_is(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.users["member"])
    assert 'href="/patrols/new?category=SEWAGE"' in client.get("/patrols/").content.decode()
    page = client.get("/patrols/new?category=SEWAGE").content.decode()
    assert page.count("checked") == 3 and "北岸" not in page.replace("例如：3号桥到4号桥，北岸", "")
    first = {"category": "SEWAGE", "place_id": "", "spot": "北岸", "basis": "PRESENT", "count": "", "fixed": "no", "note": ""}
    assert client.post("/patrols/new", first).status_code == 303
    page = client.get("/patrols/new?category=RUBBISH").content.decode()
    assert 'value="北岸"' in page and re.search(r'value="RUBBISH"[^>]*checked', page) and re.search(r'value="PRESENT"[^>]*checked', page)
    neighbour = Client()
    neighbour.force_login(cast.users["member2"])
    assert 'value="北岸"' not in neighbour.get("/patrols/new").content.decode(), "another's walk"
    assert client.get("/patrols/new?category=WOLVES").status_code == 200


def test_a_number_of_what_was_only_seen_is_asked_back_and_not_dropped(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.users["member"])
    given = {"category": "SEWAGE", "place_id": "", "spot": "北岸", "basis": "PRESENT", "count": "30", "fixed": "no", "note": ""}
    answer = client.post("/patrols/new", given)
    assert answer.status_code == 422 and "只见有，就不写数" in answer.content.decode() and 'value="30"' in answer.content.decode()
    assert not Finding.objects.exists()


def test_a_visitor_reads_the_findings_of_every_community_and_where_they_are(cast: Cast) -> None:
    found(cast)
    page = Client().get("/patrols/").content.decode()
    assert cast.community.name in page and "3号桥到4号桥" in page and "还没有人巡查过" not in page
    assert cast.users["member"].person is not None and cast.users["member"].person.name not in page
