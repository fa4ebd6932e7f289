"""Projects: 先急后缓, 先易后难. Candidates are ranked with reasons, funded, built in lots, inspected, and shown to the neighbours.

One guard for each verb, see :mod:`zengyi.core.guards`.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.people.rules import Actor, Target, check, check_role

TITLE_LEAST, TITLE_MOST, TEXT_MOST, REASON_LEAST, REASON_MOST = 2, 60, 1000, 2, 200
NAME_MOST, EXTENT_MOST, VOICE_MOST = 40, 80, 300
HOUSEHOLDS_MOST = 100_000
LOTS_MOST, MILESTONES_MOST, PAIRS_MOST, VOICES_MOST = 12, 24, 12, 40
#: Nobody plans a milestone further off than this.
SPAN = timedelta(days=3660)


class ProjectState(TextChoices):
    """States of a project, in their order."""

    CANDIDATE = "CANDIDATE", gettext_lazy("有人提")
    RANKED = "RANKED", gettext_lazy("排好了")
    FUNDED = "FUNDED", gettext_lazy("钱定了")
    EXECUTING = "EXECUTING", gettext_lazy("正在做")
    INSPECTED = "INSPECTED", gettext_lazy("验收了")
    SHOWN = "SHOWN", gettext_lazy("晒出来了")


class ProjectVerb(TextChoices):
    """What is done to a project."""

    RANK = "rank", gettext_lazy("排轻重缓急")
    SHIFT = "shift", gettext_lazy("挪先后")
    START = "start", gettext_lazy("开工")
    INSPECT = "inspect", gettext_lazy("验收")
    SHOW = "show", gettext_lazy("晒给邻居看")


class Urgency(IntegerChoices):
    """轻重缓急: how much it presses."""

    URGENT = 1, gettext_lazy("急")
    HEAVY = 2, gettext_lazy("重")
    SLOW = 3, gettext_lazy("缓")
    LIGHT = 4, gettext_lazy("轻")


class Effort(IntegerChoices):
    """How long it takes."""

    DAYS = 1, gettext_lazy("几天")
    WEEKS = 2, gettext_lazy("几周")
    MONTHS = 3, gettext_lazy("几个月")


#: The row of the table of permissions that each verb asks for; all that is planned and shown asks for ``project.plan``.
ACTIONS = {ProjectVerb.RANK.value: "project.rank", ProjectVerb.INSPECT.value: "project.inspect"}
#: States in which lots and milestones may still be added, in their order of life.
OPEN_TO_PLANS = (ProjectState.CANDIDATE, ProjectState.RANKED, ProjectState.FUNDED, ProjectState.EXECUTING)
#: States in which money may still be asked for and paid: what is held back as a guarantee is paid after the inspection.
OPEN_TO_MONEY = (ProjectState.RANKED, ProjectState.FUNDED, ProjectState.EXECUTING, ProjectState.INSPECTED, ProjectState.SHOWN)


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """A project as its guards look at it. The counts are those of its open milestones and demands, its lots and its pairs of pictures."""

    community_id: int
    path: str
    state: ProjectState
    lots: int
    open_milestones: int
    open_demands: int
    pairs: int
    contractors: frozenset[int]

    @property
    def target(self) -> Target:
        """What permission needs to know."""
        return Target(community_id=self.community_id, path=self.path, organisation_ids=self.contractors)


def not_there() -> NotThere:
    """What somebody hears who asks for what is not in their community."""
    return NotThere(_("没有找到，或者不在您的社区。"))


def check_propose(by: Actor, *, title: str, text: str, households: int) -> None:
    """Raise unless the actor may put such a candidate on the list; :class:`Invalid` names the field."""
    check_role(by, "project.propose")
    check_words("title", title, TITLE_MOST)
    if len(text) > TEXT_MOST:
        raise Invalid.on("text", _("最多 %(most)d 字，请写短一点。") % {"most": TEXT_MOST})
    if not 0 <= households <= HOUSEHOLDS_MOST:
        raise Invalid.on("households", _("请写多少户，用整数。"))


def check_words(field: str, text: str, most: int, least: int = TITLE_LEAST) -> None:
    """Raise :class:`Invalid` on that field unless the text has between ``least`` and ``most`` characters."""
    if not least <= len(text) <= most:
        raise Invalid.on(field, _("请写 %(least)d 到 %(most)d 个字。") % {"least": least, "most": most})


def check_rank(by: Actor, project: ProjectFacts | None, *, urgency: int | None = None, effort: int = 0, reason: str = "") -> None:
    """Raise unless the actor may say how much it presses and how long it takes; without ``urgency``: whatever they say."""
    found = _may(by, "project.rank", project)
    _in(found, (ProjectState.CANDIDATE, ProjectState.RANKED))
    if urgency is None:
        return
    if urgency not in Urgency.values:
        raise Invalid.on("urgency", _("请从急、重、缓、轻里选一个。"))
    if effort not in Effort.values:
        raise Invalid.on("effort", _("请选要多久。"))
    check_words("reason", reason, REASON_MOST, REASON_LEAST)


def turn_of(urgency: int, effort: int, ranking_id: int) -> int:
    """The turn of a project in its community's line: what presses more comes first, then what takes less long, then what was ranked
    earlier. No two are the same, so that two of them can change places.

    >>> turn_of(1, 3, 9) < turn_of(2, 1, 7) < turn_of(2, 1, 8)
    True
    """
    return (10 * urgency + effort) * 10**12 + ranking_id


def check_shift(by: Actor, project: ProjectFacts | None) -> None:
    """Raise unless the actor may put it before or behind its neighbour in the line: it was ranked, and its money is not settled yet."""
    _in(_may(by, "project.rank", project), (ProjectState.RANKED,))


def check_plan(by: Actor, project: ProjectFacts | None) -> None:
    """Raise unless the actor may add a lot or a milestone, or move one."""
    _in(_may(by, "project.plan", project), OPEN_TO_PLANS)


def check_lot(by: Actor, project: ProjectFacts | None, *, name: str, extent: str, contractor_known: bool) -> None:
    """Raise unless the actor may add such a lot."""
    check_plan(by, project)
    assert project is not None
    if project.lots >= LOTS_MOST:
        raise WrongState(_("已经有 %(most)d 个标段了。") % {"most": LOTS_MOST})
    check_words("name", name, NAME_MOST, 1)
    if len(extent) > EXTENT_MOST:
        raise Invalid.on("extent", _("最多 %(most)d 字，请写短一点。") % {"most": EXTENT_MOST})
    if not contractor_known:
        raise Invalid.on("contractor_id", _("请从在社区登记的单位里选施工方。"))


def check_milestone(by: Actor, project: ProjectFacts | None, *, name: str, begins: date, ends: date, there: int) -> None:
    """Raise unless the actor may add such a milestone to a lot that has ``there`` of them."""
    check_plan(by, project)
    if there >= MILESTONES_MOST:
        raise WrongState(_("一个标段最多 %(most)d 个节点。") % {"most": MILESTONES_MOST})
    check_words("name", name, NAME_MOST, 1)
    check_span(begins, ends)


def check_span(begins: date, ends: date, first: str = "begins", last: str = "ends") -> None:
    """Raise :class:`Invalid` unless the one day lies before the other, and both in years that make sense."""
    if not date(2000, 1, 1) <= begins <= date(2099, 12, 31):
        raise Invalid.on(first, _("这个日子太远了，请再看一眼。"))
    if not begins <= ends <= min(begins + SPAN, date(2099, 12, 31)):
        raise Invalid.on(last, _("完工不能早于开工，也不能太远。"))


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """A milestone as its guards look at it: its project, who builds its lot, what is planned and what has happened."""

    project: ProjectFacts
    contractor_id: int | None
    begun: date | None
    done: date | None

    @property
    def target(self) -> Target:
        """What permission needs to know: only its own contractor may report it."""
        mine = frozenset() if self.contractor_id is None else frozenset({self.contractor_id})
        return Target(community_id=self.project.community_id, path=self.project.path, organisation_ids=mine)


def check_move(
    by: Actor, milestone: MilestoneFacts | None, *, begins: date | None = None, ends: date | None = None, reason: str = ""
) -> None:
    """Raise unless the actor may plan it anew; the old days are kept with the reason."""
    if milestone is None:
        check_role(by, "project.plan")
        raise not_there()
    check_plan(by, milestone.project)
    if milestone.done is not None:
        raise WrongState(_("这个节点已经做完了，计划不再改。"))
    if begins is None or ends is None:
        return
    check_span(begins, ends)
    check_words("reason", reason, REASON_MOST, REASON_LEAST)


def check_report(by: Actor, milestone: MilestoneFacts | None, *, begun: date | None = None, done: date | None = None, today: date) -> None:
    """Raise unless the actor may say when it was begun and done; without ``begun``: whatever they say."""
    check_role(by, "milestone.report")
    if milestone is None:
        raise not_there()
    check(by, "milestone.report", milestone.target, sees=milestone.project.community_id == by.community_id)
    if milestone.done is not None:
        raise WrongState(_("这个节点已经做完了。"))
    _in(milestone.project, (ProjectState.EXECUTING,))
    if begun is None:
        return
    if not date(2000, 1, 1) <= begun <= today:
        raise Invalid.on("begun", _("请写哪天开始的，不晚于今天。"))
    if done is not None and not begun <= done <= today:
        raise Invalid.on("done", _("请写哪天做完的：不早于开始，不晚于今天。"))


def check_meet(by: Actor, project: ProjectFacts | None) -> None:
    """Raise unless the actor may call its three-party meeting: as long as there is work."""
    _in(_may(by, "project.plan", project), (ProjectState.EXECUTING,))


def check_start(by: Actor, project: ProjectFacts | None) -> None:
    """Raise unless the actor may begin the work: the money is settled, and there is a lot that somebody builds."""
    found = _may(by, "project.plan", project)
    _in(found, (ProjectState.FUNDED,))
    if not found.lots:
        raise WrongState(_("先写好标段和施工方，再开工。"))


def check_inspect(by: Actor, project: ProjectFacts | None) -> None:
    """Raise unless the actor may say that the whole is as it should be: nothing is left to do or to answer, and they did not build it."""
    found = _may(by, "project.inspect", project)
    if found.contractors & by.units:
        raise NotAllowed(_("施工方的人不验收自己做的。请监理队或社区来验。"))
    _in(found, (ProjectState.EXECUTING,))
    if found.open_milestones:
        raise WrongState(_("还有 %(n)d 个节点没做完，做完再验收。") % {"n": found.open_milestones})
    if found.open_demands:
        raise WrongState(_("还有 %(n)d 件诉求没有了结，了结了再验收。") % {"n": found.open_demands})


def check_show(by: Actor, project: ProjectFacts | None) -> None:
    """Raise unless the actor may show it to the neighbours: there is something to see, before and after."""
    found = _may(by, "project.plan", project)
    _in(found, (ProjectState.INSPECTED,))
    if not found.pairs:
        raise WrongState(_("先放一对照片：之前和之后。"))


def check_picture(by: Actor, project: ProjectFacts | None) -> None:
    """Raise unless the actor may add a pair of pictures or what a neighbour said."""
    found = _may(by, "project.plan", project)
    _in(found, (ProjectState.EXECUTING, ProjectState.INSPECTED, ProjectState.SHOWN))


def _may(by: Actor, action: str, project: ProjectFacts | None) -> ProjectFacts:
    check_role(by, action)
    if project is None:
        raise not_there()
    check(by, action, project.target, sees=False)
    return project


def _in(project: ProjectFacts, states: tuple[ProjectState, ...]) -> None:
    if project.state not in states:
        raise WrongState(_("这个项目现在是“%(state)s”，这一步做不了。请刷新看看。") % {"state": project.state.label})


def moved_on() -> str:
    """What somebody hears who was not the first."""
    return _("刚刚有人动过，请刷新看看。")
