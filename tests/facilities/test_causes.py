"""The cause tree: many positions at one cause with one order; joined and taken apart by hand; its page, and photos of what is meant."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.test import Client

from tests.cast import AT, Cast
from tests.facilities.walks import Estate
from tests.trust.ground import jpeg
from zengyi.bank.queries import check_ledger
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.models import Event
from zengyi.facilities import actions, queries
from zengyi.facilities.models import Defect, Facility, Picture
from zengyi.facilities.queries.files import ALBUM
from zengyi.orders import actions as orders
from zengyi.orders.models import Claim, Order


def broken(estate: Estate, *codes: str, reason: str = "DEVICE") -> list[int]:
    """Their defects, found on one round."""
    found = [estate.check(code, "FAIL", reason=reason) for code in codes]
    actions.record_checks(estate.round(), found, by=estate.by, at=AT)
    return [Defect.objects.get(facility_id=estate.ids[code], item="CAM-PICTURE").pk for code in codes]


def test_the_desk_says_that_a_defect_lies_at_a_cause(cast: Cast) -> None:
    estate = Estate(cast)
    begun = estate.round()
    actions.record_checks(begun, [estate.check("C0", "FAIL"), estate.check("C2", "FAIL")], by=estate.by, at=AT)
    roots = {actions.join(pk, cause_id=estate.ids["S1"], by=estate.by, at=AT) for pk in Defect.objects.values_list("pk", flat=True)}
    assert len(roots) == 1 and Defect.objects.get(pk=roots.pop()).fails == 2
    with pytest.raises(Exception, match="原因只能是"):
        actions.join(Defect.objects.filter(item="CAM-PICTURE").first().pk, cause_id=estate.ids["L1"], by=estate.by, at=AT)  # type: ignore[union-attr]


def test_the_dark_behind_one_switch_is_gathered_into_one_order_and_taken_apart_again(cast: Cast) -> None:
    estate = Estate(cast, repairer="机关事务中心")
    first, second, stranger = broken(estate, "C0", "C2", "C1")
    root = actions.join(first, cause_id=estate.ids["S1"], by=estate.by, at=AT)
    assert actions.gather(root, defect_ids=[stranger, second, second], by=estate.by, at=AT) == root
    assert set(Defect.objects.filter(cause=root).values_list("pk", flat=True)) == {first, second, stranger}
    assert Defect.objects.get(pk=root).fails == 3
    assert actions.part(stranger, by=estate.by, at=AT) == root
    assert Defect.objects.get(pk=stranger).cause is None
    order = Defect.objects.get(pk=root).order_id or 0
    orders.accept(order, by=cast.actor("unit"), at=AT)
    orders.deliver(order, text="换了交换机。", by=cast.actor("unit"), at=AT)
    actions.recheck(root, passed=True, by=estate.by, at=AT + timedelta(hours=1))
    assert list(Defect.objects.filter(fixed_at=None).values_list("pk", flat=True)) == [stranger]
    assert set(Facility.objects.filter(state="DOWN").values_list("code", flat=True)) == {"C1"}
    assert queries.check_sums().problems == []


def test_what_is_taken_apart_has_an_order_of_its_own(cast: Cast) -> None:
    """The one it had before where that is open; a new one where it never had any, or had one that ended as the same matter."""
    estate = Estate(cast, repairer="机关事务中心")
    lit, asked = broken(estate, "C0", "C4")
    before = Defect.objects.get(pk=lit).order_id or 0
    orders.accept(before, by=cast.actor("unit"), at=AT)  # somebody is at it: it goes on by itself
    root = actions.join(lit, cause_id=estate.ids["S1"], by=estate.by, at=AT)
    actions.gather(root, defect_ids=[asked], by=estate.by, at=AT)
    for pk in (lit, asked):
        actions.part(pk, by=estate.by, at=AT)
    assert Defect.objects.get(pk=lit).order_id == before and Order.objects.get(pk=before).state == "CLAIMED"
    again = Order.objects.get(pk=Defect.objects.get(pk=asked).order_id or 0)
    assert (again.pk, again.state) == (Order.objects.latest("pk").pk, "ASSIGNED")
    found = [estate.check("C2", "FAIL", reason="NO_SWITCH", minutes=2)]
    actions.record_checks(estate.round(), found, by=estate.by, at=AT + timedelta(minutes=3))
    dark = Defect.objects.get(facility_id=estate.ids["C2"])
    assert (dark.cause_id, dark.order_id) == (root, None)
    count = Order.objects.count()
    actions.part(dark.pk, by=estate.by, at=AT + timedelta(minutes=4))
    dark.refresh_from_db()
    assert Order.objects.count() == count + 1 and dark.order_id == Order.objects.latest("pk").pk
    with pytest.raises(WrongState, match="本来就是单独一处"):
        actions.part(dark.pk, by=estate.by, at=AT)


def test_orders_of_what_lies_at_one_cause_become_one(cast: Cast) -> None:
    """What nobody has taken on ends as the same matter, its points withdrawn and what was proposed with it; what somebody is at goes on."""
    estate = Estate(cast, repairer="机关事务中心", cameras=6)
    lit = broken(estate, "C0", "C1", "C2", "C3")
    own = {pk: Defect.objects.get(pk=pk).order_id or 0 for pk in lit}
    orders.accept(own[lit[2]], by=cast.actor("unit"), at=AT)
    orders.refuse(own[lit[3]], reason="等预算定了再接。", by=cast.actor("unit"), at=AT)
    root = actions.join(lit[0], cause_id=estate.ids["S1"], by=estate.by, at=AT)
    actions.gather(root, defect_ids=lit[1:], by=estate.by, at=AT)
    kept = Defect.objects.get(pk=root).order_id
    ended = Order.objects.filter(outcome="MERGED")
    assert {(order.pk, order.merged_into_id, cast.balance(order=order)) for order in ended} == {(own[lit[n]], kept, 0) for n in (0, 1, 3)}
    assert set(Order.objects.filter(ended_at=None).values_list("pk", flat=True)) == {kept, own[lit[2]]}
    assert not Claim.objects.filter(order__in=ended, state__in=("PROPOSED", "ACTIVE")).exists()
    assert check_ledger().problems == []
    assert Event.objects.filter(verb="gather").latest("pk").after["merged"] == [own[lit[1]], own[lit[3]]]
    rows = {row.id: row for row in queries.defects(Q(pk__in=lit), size=9)}
    assert [rows[pk].order_id for pk in lit] == [kept, kept, own[lit[2]], kept]
    with pytest.raises(WrongState, match="请到那一处复查"):
        actions.recheck(lit[1], passed=True, by=estate.by, at=AT)


def test_a_switch_that_lies_at_the_power_takes_what_lies_at_it_along(cast: Cast) -> None:
    """So no cause has a cause: one repair mends all of it, and what is found dark later counts there, too."""
    estate = Estate(cast, repairer="机关事务中心")
    found = [estate.check(code, "FAIL", reason="NO_SWITCH") for code in ("C0", "C2")]
    actions.record_checks(estate.round(), found, by=estate.by, at=AT)
    switch = Defect.objects.get(facility_id=estate.ids["S1"])
    power = actions.join(switch.pk, cause_id=estate.ids["P1"], by=estate.by, at=AT)
    later = AT + timedelta(minutes=9)
    actions.record_checks(estate.round(), [estate.check("C4", "FAIL", reason="NO_SWITCH", minutes=8)], by=estate.by, at=later)
    assert set(Defect.objects.filter(cause=power).values_list("facility__code", flat=True)) == {"S1", "C0", "C2", "C4"}
    with pytest.raises(WrongState, match="归到那一处"):
        actions.gather(switch.pk, defect_ids=[power], by=estate.by, at=AT)


def test_what_cannot_be_gathered(cast: Cast) -> None:
    estate = Estate(cast)
    first, second = broken(estate, "C0", "C2")
    root = actions.join(first, cause_id=estate.ids["S1"], by=estate.by, at=AT)
    with pytest.raises(Invalid):
        actions.gather(root, defect_ids=[], by=estate.by, at=AT)
    with pytest.raises(Invalid):
        actions.gather(root, defect_ids=[second, 999_999], by=estate.by, at=AT)
    with pytest.raises(WrongState):
        actions.gather(root, defect_ids=[first], by=estate.by, at=AT)
    with pytest.raises(Invalid, match="原因只能是"):
        actions.gather(second, defect_ids=[root], by=estate.by, at=AT)
    with pytest.raises(NotAllowed):
        actions.gather(root, defect_ids=[second], by=cast.actor("member"), at=AT)
    with pytest.raises((NotThere, NotAllowed)):
        actions.part(first, by=cast.actor("far_worker"), at=AT)
    assert Defect.objects.get(pk=second).cause is None


def test_the_page_of_a_cause_tells_its_positions_and_its_one_order(cast: Cast, client: Client, stopped: Any, sql: Any) -> None:
    estate = Estate(cast, repairer="机关事务中心")
    found = [estate.check(code, "FAIL", reason="NO_SWITCH") for code in ("C0", "C2")]
    actions.record_checks(estate.round(), found, by=estate.by, at=AT)
    (alone,) = broken(estate, "C1")
    root = Defect.objects.get(facility_id=estate.ids["S1"])
    effect = Defect.objects.get(facility_id=estate.ids["C2"])
    client.force_login(cast.users["property"])
    assert client.get(f"/defects/{effect.pk}/")["Location"] == f"/defects/{root.pk}/"
    with sql() as few:
        html = client.get(f"/defects/{root.pk}/").content.decode()
    assert Order.objects.get(pk=root.order_id or 0).number in html and "2 处跟着它坏" in html
    assert all(f"{code} 摄像头" in html for code in ("C0", "C1", "C2"))
    assert client.post(f"/defects/{root.pk}/gather", {}).status_code == 422
    assert client.post(f"/defects/{root.pk}/gather", {"defects": [alone]}).status_code == 303
    assert client.post(f"/defects/{effect.pk}/part").status_code == 303
    assert set(Defect.objects.filter(cause=root).values_list("facility__code", flat=True)) == {"C0", "C1"}
    assert client.post(f"/defects/{effect.pk}/cause", {"cause": estate.ids["P1"]}).status_code == 303
    assert Defect.objects.get(pk=effect.pk).cause.facility_id == estate.ids["P1"]  # type: ignore[union-attr]
    said = {"facility_id": root.facility_id, "stops": False, "cause": root, "community": cast.community, "opened_at": AT}
    Defect.objects.bulk_create(Defect(item=f"T{n}", last_fail_at=AT, **said) for n in range(60))
    with sql() as many:
        html = client.get(f"/defects/{root.pk}/").content.decode()
    assert len(many) <= len(few) + 2  # the own orders of what lies there are read only where there are any
    assert "after=" in html


def test_photos_show_which_one_is_meant(cast: Cast, client: Client, stopped: Any) -> None:
    estate = Estate(cast, cameras=1)
    lift, path = estate.ids["L1"], f"/facilities/{estate.ids['L1']}/pictures"
    client.force_login(cast.users["property"])
    assert client.post(path, {}).status_code == 422
    assert client.post(path, {"photos": SimpleUploadedFile("a.jpg", b"no photo", "image/jpeg")}).status_code == 422
    sent = [SimpleUploadedFile(f"{n}.jpg", jpeg(), "image/jpeg") for n in range(2)]
    assert client.post(path, {"photos": sent}).status_code == 303
    first, second = Picture.objects.order_by("added_at", "pk").values_list("pk", flat=True)
    html = client.get(f"/facilities/{lift}/").content.decode()
    assert str(first) in html and str(second) in html
    assert client.get(f"/facilities/pictures/{first}.preview.jpg")["Content-Type"] == "image/jpeg"
    many = [SimpleUploadedFile(f"{n}.jpg", jpeg(), "image/jpeg") for n in range(3)]
    assert "一处最多 4 张" in client.post(path, {"photos": many}).content.decode()
    assert client.post(f"/facilities/pictures/{first}/drop").status_code == 303
    assert list(Picture.objects.values_list("pk", flat=True)) == [second]
    client.force_login(cast.users["far_worker"])
    assert client.get(f"/facilities/pictures/{second}.jpg").status_code == 404
    assert client.post(f"/facilities/pictures/{second}/drop").status_code == 404


def test_the_sweep_keeps_what_a_row_names(cast: Cast) -> None:
    estate = Estate(cast, cameras=1)
    actions.add_pictures(estate.ids["L1"], [jpeg()], by=estate.by, at=AT)
    check, photo = estate.check("C0", "FAIL"), jpeg()
    begun = estate.round()
    actions.record_checks(begun, [check], by=estate.by, at=AT)
    actions.keep_photo(begun, check.uid, hashlib.sha256(photo).hexdigest(), photo, by=estate.by, at=AT)
    named = Picture.objects.get().pk
    from zengyi.facilities.actions.pictures import _known

    assert _known({str(named), str(uuid4())}) == {str(named)}
    assert ALBUM.path_of(named).exists()
