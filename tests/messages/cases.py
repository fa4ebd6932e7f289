"""Every way to messages: everybody who is signed in reads their own, whoever sent what; staff keep their community's work groups."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.cast import AT
from tests.trust.cases import READ, SENT, Case, lies, visits
from tests.trust.forms_of import Filled
from tests.trust.ground import AWAY, HERE, Ground
from zengyi.messages import actions
from zengyi.messages.models import Robot
from zengyi.people.models import User

HOOK = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aaa-4bc4-97a0-0ec2bbbbbaaa"


@dataclass(frozen=True)
class Laid:
    """A work group in each community, by where it is."""

    robots: dict[str, int]


def lay(ground: Ground) -> Laid:
    """A work group here and away."""
    return Laid({where: _robot(ground, login) for where, login in ((HERE, "worker"), (AWAY, "far_worker"))})


def _robot(ground: Ground, login: str) -> int:
    by = ground.actor(login)
    return Robot.objects.create(community_id=by.community_id or 0, name="网格长群", hook=HOOK, added_by_id=by.login_id, added_at=AT).pk


def cases(ground: Ground, role: str) -> Iterator[Case]:
    """The page with its two forms, the end of letters, the work groups, and the operations."""
    yield from visits("inbox", "/inbox/", READ)
    yield from visits("inbox-read", "/inbox/read", post={"until": "1"})
    yield from visits("inbox-quiet", "/inbox/quiet", post={"quiet": "LATE"})
    yield from visits("inbox-stop", f"/inbox/stop/{actions.stop_token(1)}", READ, post={"List-Unsubscribe": "One-Click"}, sent=READ)
    yield from visits("robots", "/inbox/robots/", READ, post={"name": f"群{role}", "hook": HOOK})
    laid: Laid = ground.of["messages"]
    for where, robot in laid.robots.items():
        yield Case("robot-end", "POST", f"/inbox/robots/{robot}/end", {}, SENT, relations=lies(role, where))
    yield Case("api:inbox", "GET", "/api/v1/inbox")
    yield Case("api:read_inbox", "POST", "/api/v1/inbox/read", {"ids": [1]})


FORMS = ("inbox-quiet", "robots")


def forms(ground: Ground) -> Iterator[Filled]:
    """When not to be disturbed, and a work group."""
    yield Filled("inbox-quiet", "member", "/inbox/quiet", {"quiet": "LATE"})
    yield Filled("robots", "worker", "/inbox/robots/", {"name": "楼长群", "hook": HOOK})


VISITS = {
    "inbox": lambda town, by: ["/inbox/"],
    "robots": lambda town, by: ["/inbox/robots/"],
    "inbox-stop": lambda town, by: [f"/inbox/stop/{actions.stop_token(User.objects.order_by('pk').values_list('pk', flat=True)[0])}"],
}
READ_ONLY = ("inbox", "inbox-read", "inbox-stop", "robot-end")
NO_PAGES = ("inbox-read", "inbox-quiet", "robot-end")
