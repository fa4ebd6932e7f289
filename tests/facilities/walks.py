"""Rounds for the tests: a small estate with a route past it, and checks as a phone makes them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.cast import AT, Cast
from zengyi.core import clock
from zengyi.facilities import actions
from zengyi.facilities.models import Facility, Item, Round, Route
from zengyi.people.rules import Actor

HEAD = ["编号", "名称", "类别", "楼幢或地点", "接在哪", "维修单位"]


class Estate:
    """A power supply with two switches, four cameras behind each, a lift, and a route past all of them, walked every day."""

    def __init__(self, cast: Cast, *, repairer: str = "", cameras: int = 8, at: datetime = AT) -> None:
        self.cast, self.at = cast, at
        self.by = cast.actor("property")
        rows = [["P1", "配电箱 1", "电源", "201幢", "", repairer]]
        rows += [[f"S{n}", f"交换机 {n}", "交换机", "201幢", "P1", repairer] for n in (1, 2)]
        rows += [[f"C{n}", f"摄像头 {n}", "摄像头", "201幢", f"S{1 + n % 2}", repairer] for n in range(cameras)]
        rows += [["L1", "电梯 1", "电梯", "202幢", "", repairer]]
        actions.import_facilities([HEAD, *rows], by=self.by, at=at - timedelta(days=30))
        self.ids = dict(Facility.objects.filter(community=cast.community).values_list("code", "pk"))
        wanted = [self.ids[row[0]] for row in rows]
        self.route = actions.lay_out(name="早巡", schedule="DAILY", facility_ids=wanted, by=self.by, at=at)
        self.items = dict(Item.objects.values_list("kind", "key").order_by("-sort"))

    def round(self, at: datetime | None = None, *, by: Actor | None = None) -> int:
        """Today's round, begun."""
        when = at or self.at
        actions.run_due(when)
        found = Round.objects.filter(route_id=self.route, due_date=clock.local_date(when)).get()
        actions.start(found.pk, by=by or self.by, at=when)
        return found.pk

    def check(self, code: str, result: str = "OK", *, minutes: float = 1, uid: UUID | None = None, **more: Any) -> actions.Given:
        """A check, so many minutes into the round."""
        kind = Facility.objects.get(pk=self.ids[code]).kind
        reason = more.pop("reason", {"FAIL": "ELSE", "NOT_REACHED": "LOCKED", "NOT_APPLICABLE": "STOPPED"}.get(result, ""))
        reason = "DEVICE" if (kind, reason) == ("CAMERA", "ELSE") else reason
        when = self.at + timedelta(minutes=minutes)
        item, note = more.pop("item", self.items[kind]), more.pop("note", "")
        return actions.Given(uid or uuid4(), item, self.ids[code], result, when, int(minutes * 60_000), reason, note)

    @property
    def route_row(self) -> Route:
        """The route."""
        return Route.objects.get(pk=self.route)
