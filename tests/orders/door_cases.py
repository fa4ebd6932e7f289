"""Every way to the signs at buildings' doors and to what was asked there. Part of ``cases``."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.cast import AT
from tests.trust.cases import READ, SENT, Case, lies, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Ground
from zengyi.orders import actions
from zengyi.orders.models import Order, PendingOrder, Sign
from zengyi.orders.queries.limits import limits

ASKED: dict[str, Any] = {"about": "楼道灯不亮", "matter": "PUBLIC", "name": "李阿姨", "phone": "13977770009", "way": "CALL"}


@dataclass(frozen=True)
class Door:
    """A sign, the token on it, what waits there for a call, and what brought somebody new."""

    sign: int
    token: str
    call: int
    new: int


def lay(ground: Ground) -> dict[str, Door]:
    """One here and one away."""
    found = {}
    for where, clerk, building in ((HERE, "worker2", ground.buildings[0]), (AWAY, "far_worker", ground.far_building)):
        actions.hang_signs([building.pk], by=ground.actor(clerk), at=AT)
        sign = Sign.objects.get(building=building)
        call = actions.ask_at_door(sign.token, **ASKED, address=where, at=AT)
        order = Order.objects.filter(community_id=sign.community_id).order_by("pk")[0]
        ended: dict[str, Any] = {"state": "PLACED", "order": order, "new_person": True, "made_at": AT, "ended_at": AT}
        words = {"about": "路灯", "private": False, "name": "新来的", "phone": "13977770008"}
        new = PendingOrder.objects.create(sign=sign, community_id=sign.community_id, **ended, **words)
        found[where] = Door(sign.pk, sign.token, call.pk, new.pk)
    return found


def cases(ground: Ground, role: str) -> Iterator[Case]:
    """The page at the door, the signs, and what the desk does."""
    laid: dict[str, Door] = {where: ground.of["orders"]["door", where] for where in (HERE, AWAY)}
    token = laid[HERE].token
    yield from visits("door", f"/b/{token}/", READ, {"about": ""}, sent=frozenset({422}))
    yield from visits("door-code", f"/b/{token}/code", SENT, {"code": "123456"})
    yield from visits("signs", "/desk/signs/", READ, {"building": str(ground.buildings[1].pk)})
    yield from visits("sign-sheet", "/desk/signs.pdf", READ)
    yield from visits("time-limits", "/desk/time-limits/", READ, {"reason": ""}, sent=frozenset({422}))
    yield from visits("doorstep", "/desk/doorstep/", READ)
    yield Case("api:list_signs", "GET", "/api/v1/signs")
    yield Case("api:hang_signs", "POST", "/api/v1/signs", {"buildings": [ground.buildings[1].pk]}, frozenset({201}))
    for where, one in laid.items():
        lie: dict[str, Any] = {"relations": lies(role, where) - {"public"}}
        yield Case("api:end_sign", "POST", f"/api/v1/signs/{one.sign}/end", {"replace": True}, **lie)
        yield from visits("sign-end", f"/desk/signs/{one.sign}/end", post={"replace": "1"}, **lie)
        yield from visits("door-photo", f"/desk/doorstep/{one.call}/photo.jpg", frozenset({404}), **lie)
        yield from visits("doorstep-call", f"/desk/doorstep/{one.call}/call", post={"name": "李阿姨"}, **lie)
        yield from visits("doorstep-drop", f"/desk/doorstep/{one.call}/drop", post={"reason": "没人接"}, **lie)
        yield from visits("doorstep-check", f"/desk/doorstep/{one.new}/check", post={}, **lie)


#: The names of the forms, in this order.
FORMS = ("door", "signs", "time-limits", "sign-end", "doorstep-call", "doorstep-drop", "doorstep-check")


def forms(ground: Ground) -> Iterator[Filled]:
    """What is typed at a door, and at the desk about it."""
    one: Door = ground.of["orders"]["door", HERE]
    yield Filled("door", "", f"/b/{one.token}/", ASKED)
    yield Filled("signs", "worker", "/desk/signs/", {"building": str(ground.buildings[1].pk)}, again=False)
    hours = {f"{category.lower()}_{int(urgency)}": str(n) for (category, urgency), n in limits(ground.community.pk).items()}
    yield Filled("time-limits", "worker", "/desk/time-limits/", {**hours, "light_1": "3", "reason": "路灯先修"})
    yield Filled("sign-end", "worker", f"/desk/signs/{one.sign}/end", {"replace": "1"}, again=False)
    yield Filled("doorstep-call", "worker", f"/desk/doorstep/{one.call}/call", {"name": "李阿姨"}, again=False)
    yield Filled("doorstep-drop", "worker", f"/desk/doorstep/{one.call}/drop", {"reason": "三次没人接"}, again=False)
    yield Filled("doorstep-check", "worker", f"/desk/doorstep/{one.new}/check", {}, again=False)
