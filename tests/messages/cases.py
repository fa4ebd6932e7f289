"""Every way to messages: everybody who is signed in reads their own, whoever sent what; staff keep their community's work groups."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from tests.cast import AT
from tests.trust.cases import READ, SENT, Case, lies, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Ground
from zengyi.messages import actions, queries
from zengyi.messages.models import Letter, Robot
from zengyi.people.models import Person, User

SLIPS = 40
HOOK = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aaa-4bc4-97a0-0ec2bbbbbaaa"


@dataclass(frozen=True)
class Laid:
    """A work group in each community, by where it is; the slips of people here whom nothing else reaches."""

    robots: dict[str, int]
    slips: list[int]


def lay(ground: Ground) -> Laid:
    """A work group here and away, and slips enough for everybody to hand over one."""
    robots = {where: _robot(ground, login) for where, login in ((HERE, "worker"), (AWAY, "far_worker"))}
    return Laid(robots, [_slip(ground) for _n in range(SLIPS)])


def _robot(ground: Ground, login: str) -> int:
    by = ground.actor(login)
    return Robot.objects.create(community_id=by.community_id or 0, name="网格长群", hook=HOOK, added_by_id=by.login_id, added_at=AT).pk


def _slip(ground: Ground) -> int:
    where = ground.actor("worker").community_id or 0
    person = Person.objects.create(community_id=where, name="老张")
    return Letter.objects.create(person=person, channel="SLIP", state="TO_HAND", key=uuid.uuid4(), due_at=AT, made_at=AT).pk


def token_of(ground: Ground) -> str:
    """What stands on the list of those of whom nobody knows where they live."""
    houses = queries.slips(by=ground.actor("worker"))
    return houses[-1].token


def calendar_of(ground: Ground) -> str:
    """What stands in the address of somebody's calendar that no case here ends."""
    by = ground.actor("kin")
    if not queries.calendar_of(by=by):
        actions.open_calendar(by=by, at=AT)
    return queries.calendar_of(by=by)


def cases(ground: Ground, role: str) -> Iterator[Case]:
    """The page with its two forms, the end of letters, the work groups, and the operations."""
    yield from visits("inbox", "/inbox/", READ)
    yield from visits("inbox-read", "/inbox/read", post={"until": "1"})
    yield from visits("inbox-quiet", "/inbox/quiet", post={"quiet": "LATE"})
    yield from visits("inbox-stop", f"/inbox/stop/{actions.stop_token(1)}", READ, post={"List-Unsubscribe": "One-Click"}, sent=READ)
    yield from visits("calendar", "/inbox/calendar/", READ, post={})
    yield from visits("calendar-feed", f"/inbox/calendar/{calendar_of(ground)}.ics", READ)
    yield from visits("wechat-push", "/wechat/push", frozenset({403}), post={}, sent=frozenset({403}))
    yield from visits("robots", "/inbox/robots/", READ, post={"name": f"群{role}", "hook": HOOK})
    yield from visits("wordings", "/inbox/wordings/?kind=order", READ)
    laid: Laid = ground.of["messages"]
    slips = [str(slip) for slip in laid.slips if Letter.objects.filter(pk=slip, state="TO_HAND").exists()]
    yield from visits("slips", "/inbox/slips/", READ, post={"slip": slips[0], "arrived": "1"})
    yield from visits("slips-sheet", "/inbox/slips.pdf", READ)
    yield from visits("slips-list", f"/inbox/slips/{token_of(ground)}", READ, post={"slip": slips[1]}, sent=SENT)
    for where, robot in laid.robots.items():
        yield Case("robot-end", "POST", f"/inbox/robots/{robot}/end", {}, SENT, relations=lies(role, where))
    yield Case("api:inbox", "GET", "/api/v1/inbox")
    yield Case("api:read_inbox", "POST", "/api/v1/inbox/read", {"ids": [1]})


FORMS = ("inbox-quiet", "calendar", "robots", "slips", "slips-list")


def forms(ground: Ground) -> Iterator[Filled]:
    """When not to be disturbed, and a work group."""
    yield Filled("inbox-quiet", "member", "/inbox/quiet", {"quiet": "LATE"})
    yield Filled("calendar", "member", "/inbox/calendar/", {"end": ""}, again=False)
    yield Filled("robots", "worker", "/inbox/robots/", {"name": "楼长群", "hook": HOOK})
    laid: Laid = ground.of["messages"]
    yield Filled("slips", "worker", "/inbox/slips/", {"slip": str(laid.slips[-1]), "arrived": "1"})
    yield Filled("slips-list", "resident", f"/inbox/slips/{token_of(ground)}", {"slip": str(laid.slips[-2])})


VISITS = {
    "inbox": lambda town, by: ["/inbox/"],
    "wordings": lambda town, by: ["/inbox/wordings/?kind=order"],
    "robots": lambda town, by: ["/inbox/robots/"],
    "calendar": lambda town, by: ["/inbox/calendar/"],
    "slips": lambda town, by: ["/inbox/slips/"],
    "slips-list": lambda town, by: [f"/inbox/slips/{town.slips}"],
    "inbox-stop": lambda town, by: [f"/inbox/stop/{actions.stop_token(User.objects.order_by('pk').values_list('pk', flat=True)[0])}"],
}
READ_ONLY = ("wechat-push", "inbox", "wordings", "inbox-read", "inbox-stop", "robot-end", "slips-sheet", "calendar-feed")
NO_PAGES = ("wechat-push", "inbox-read", "inbox-quiet", "robot-end", "slips-sheet", "calendar-feed")
