"""A community's work groups and their robots."""

from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.core import audit
from zengyi.core.carriers import robot as carrier
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action
from zengyi.messages.models import NAME_MOST, Robot
from zengyi.people.rules import Actor, Target, check

ROBOTS_MOST = 10


@action
def add_robot(name: str, hook: str, *, by: Actor, at: datetime) -> Robot:
    """Add a work group's robot; its address is kept encrypted and never shown again. The group is told that it works.

    Raises :class:`Invalid` with the field, :class:`WrongState` for a name that another group has.
    """
    check(by, "robot.keep", Target(community_id=by.community_id), sees=True)
    community_id = by.community_id or 0
    name, hook = name.strip(), hook.strip()
    if not 2 <= len(name) <= NAME_MOST:
        raise Invalid.on("name", _("请写是哪个群，2 到 %(most)d 个字。") % {"most": NAME_MOST})
    if not carrier.HOOK.fullmatch(hook):
        raise Invalid.on("hook", _("地址不对。请在群里“添加群机器人”后复制 Webhook 地址。"))
    there = Robot.objects.filter(community_id=community_id, ended_at=None)
    if there.filter(name=name).exists():
        raise WrongState(_("已经有这个群了。"))
    if there.count() >= ROBOTS_MOST:
        raise WrongState(_("最多 %(most)d 个群，请先停掉不用的。") % {"most": ROBOTS_MOST})
    made = Robot.objects.create(community_id=community_id, name=name, hook=hook, added_by_id=by.login_id, added_at=at)
    audit.record("add", "robot", made.pk, by=by, at=at, community_id=by.community_id, after={"name": name})
    return made


@action
def end_robot(robot_id: int, *, by: Actor, at: datetime) -> int:
    """Stop telling a group anything; what waits for it is dropped. Returns its id."""
    check(by, "robot.keep", Target(community_id=by.community_id), sees=True)
    rows = Robot.objects.filter(pk=robot_id, community_id=by.community_id)
    if not 0 < robot_id <= ID_MOST or not rows.exists():
        raise NotThere(_("没有找到这个群。"))
    if not rows.filter(ended_at=None).update(ended_at=at, hook=""):
        raise WrongState(_("这个群已经停了。"))
    audit.record("end", "robot", robot_id, by=by, at=at, community_id=by.community_id)
    return robot_id
