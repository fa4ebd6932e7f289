"""A piece's kinds and states, the table of moves, and one guard for each verb."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zengyi.core.errors import NotAllowed, NotThere, WrongState
from zengyi.news.rules.marks import Mark
from zengyi.people.rules import Actor, FirstPerson, Target, check, check_role, check_second


class PieceKind(TextChoices):
    """What a piece is."""

    NOTICE = "NOTICE", gettext_lazy("通知")
    BRIEF = "BRIEF", gettext_lazy("简讯")
    DEED = "DEED", gettext_lazy("典型事迹")


class PieceState(TextChoices):
    """States of a piece. An edit leads back to PROPOSED from each of them but the last."""

    PROPOSED = "PROPOSED", gettext_lazy("等查稿")
    CHECKED = "CHECKED", gettext_lazy("等批准")
    APPROVED = "APPROVED", gettext_lazy("等发布")
    PUBLISHED = "PUBLISHED", gettext_lazy("已发布")
    WITHDRAWN = "WITHDRAWN", gettext_lazy("已撤下")


class Verb(TextChoices):
    """What is done to a piece."""

    CHECK = "check", gettext_lazy("查过，送批准")
    RETURN = "return", gettext_lazy("退回拟稿")
    APPROVE = "approve", gettext_lazy("批准")
    PUBLISH = "publish", gettext_lazy("发布")
    WITHDRAW = "withdraw", gettext_lazy("撤下")


#: From which states each verb leads where.
MOVES: dict[Verb, tuple[tuple[PieceState, ...], PieceState]] = {
    Verb.CHECK: ((PieceState.PROPOSED,), PieceState.CHECKED),
    Verb.RETURN: ((PieceState.PROPOSED, PieceState.CHECKED, PieceState.APPROVED), PieceState.PROPOSED),
    Verb.APPROVE: ((PieceState.CHECKED,), PieceState.APPROVED),
    Verb.PUBLISH: ((PieceState.APPROVED,), PieceState.PUBLISHED),
    Verb.WITHDRAW: ((PieceState.PROPOSED, PieceState.CHECKED, PieceState.APPROVED, PieceState.PUBLISHED), PieceState.WITHDRAWN),
}

REASON_MOST = 200
SPOT_MOST = 40


class Undecided(WrongState):
    """The piece holds marks that nobody has answered. ``marks``: which."""

    kind = "undecided-marks"

    def __init__(self, marks: Sequence[Mark]) -> None:
        told = _("、").join(dict.fromkeys(str(mark.kind.label) for mark in marks))
        said = ngettext("还有 %(n)d 处没有回答：%(which)s。", "还有 %(n)d 处没有回答：%(which)s。", len(marks))
        super().__init__(said % {"n": len(marks), "which": told})
        self.marks = tuple(marks)


class Stale(WrongState):
    """What the piece says of its source is no longer so."""


@dataclass(frozen=True, slots=True)
class PieceFacts:
    """A piece as its guards look at it. ``hands``: the logins that wrote at it since it was last published; ``writer`` the last of them,
    ``shown`` whether an edition of it is on public view, ``returned`` whether it waits for its writer.
    """

    community_id: int
    path: str
    state: PieceState
    hands: frozenset[int]
    proposer: FirstPerson
    writer: FirstPerson
    checker: FirstPerson
    shown: bool
    returned: bool

    @property
    def target(self) -> Target:
        """What permission needs to know."""
        return Target(community_id=self.community_id, path=self.path)

    @property
    def writers(self) -> tuple[FirstPerson, ...]:
        """Everybody whose words stand in it."""
        return (self.proposer, self.writer, *(FirstPerson(login) for login in sorted(self.hands)))


def check_propose(by: Actor) -> None:
    """Raise unless the actor may write a piece for their community."""
    _check_may(by, "news.propose", Target(community_id=by.community_id, path=by.place_path))


def check_edit(by: Actor, piece: PieceFacts) -> None:
    """Raise unless the actor may change the words: at any time but after it was withdrawn."""
    _check_may(by, "news.propose", piece.target)
    if piece.state == PieceState.WITHDRAWN:
        raise WrongState(_("这一篇已经撤下，不能再改。要发就另拟一篇。"))


def check_answer(by: Actor, piece: PieceFacts) -> None:
    """Raise unless the actor may say what becomes of the marks. What is published is published as it stands."""
    _check_may(by, "news.answer", piece.target)
    if piece.state in (PieceState.PUBLISHED, PieceState.WITHDRAWN):
        raise WrongState(_("发布以后不能再改回答。要改就改稿，重新走一遍。"))


def check_check(by: Actor, piece: PieceFacts) -> None:
    """Raise unless the actor may say that the piece is checked: somebody who has not written at it."""
    _check_may(by, "news.check", piece.target)
    _check_state(piece, Verb.CHECK)
    if piece.returned:
        raise WrongState(_("这一篇退回去了，等拟稿的人改好再查。"))
    check_second(by, *piece.writers, own=_("您写的，要请另一位来查。"))


def check_return(by: Actor, piece: PieceFacts) -> None:
    """Raise unless the actor may send it back to its writer."""
    _check_may(by, "news.return", piece.target)
    _check_state(piece, Verb.RETURN)
    if piece.returned:
        raise WrongState(_("这一篇已经退回去了。"))
    if by.user_id is not None and by.user_id == piece.writer.login_id:
        raise NotAllowed(_("您自己写的，直接改就行。"))


def check_approve(by: Actor, piece: PieceFacts) -> None:
    """Raise unless the actor may approve: a third person, who neither wrote at it nor checked it."""
    _check_may(by, "news.approve", piece.target)
    _check_state(piece, Verb.APPROVE)
    check_second(by, *piece.writers, piece.checker, own=_("拟、查、批要三个人。您写过或查过，请另一位来批准。"))


def check_publish(by: Actor, piece: PieceFacts) -> None:
    """Raise unless the actor may publish what was approved."""
    _check_may(by, "news.publish", piece.target)
    _check_state(piece, Verb.PUBLISH)


def missing_consents(children: int | None) -> str:
    """Why pictures with people on them wait, in a sentence; nothing when every child's guardian has agreed. ``children``: how many children
    lack a guardian's consent; ``None`` once the answers are deleted.
    """
    if children is None:
        return _("孩子的登记和家长的同意，活动三十天后都删了，没法再核对。有孩子的照片不能再发，请去掉照片。")
    if not children:
        return ""
    return ngettext(
        "照片先等等：来的孩子里还有 %(n)d 个，家长没有同意“拍照”和“发出去”。等同意了再发，或者把照片去掉。",
        "照片先等等：来的孩子里还有 %(n)d 个，家长没有同意“拍照”和“发出去”。等同意了再发，或者把照片去掉。",
        children,
    ) % {"n": children}


@dataclass(frozen=True, slots=True)
class Pictured:
    """What is known of the children on the pictures that stay in a piece. ``open``: on how many pictures nobody has said whether there are
    any; ``occasion_id``: the activity at which they were taken, if it was one."""

    open: int = 0
    occasion_id: int | None = None


def missing_word(pictured: Pictured) -> str:
    """Why pictures wait of which nobody has said whether children are on them, in a sentence; nothing when all are told."""
    return _("照片先等等：说“都同意”的照片，再说一下上面有没有孩子。") if pictured.open else ""


def check_children(pictured: Pictured, children: int | None) -> None:
    """Raise while a picture on which people can be known waits for a word about children, or for a guardian's consent.
    ``children``: as in :func:`missing_consents`."""
    if why := missing_word(pictured) or missing_consents(children):
        raise WrongState(why)


def check_withdraw(by: Actor, piece: PieceFacts) -> None:
    """Raise unless the actor may take it off public view, with its last edition."""
    _check_may(by, "news.withdraw", piece.target)
    if not piece.shown:
        raise WrongState(_("这一篇没有在公开，不用撤。"))


def check_hang(by: Actor, piece: PieceFacts) -> None:
    """Raise unless the actor may put down where paper of it hangs: once it is on public view."""
    _check_may(by, "news.hang", piece.target)
    if not piece.shown:
        raise WrongState(_("发布了才能贴出去。"))


#: The guard of each verb.
CHECKS: dict[Verb, Callable[[Actor, PieceFacts], None]] = {
    Verb.CHECK: check_check,
    Verb.RETURN: check_return,
    Verb.APPROVE: check_approve,
    Verb.PUBLISH: check_publish,
    Verb.WITHDRAW: check_withdraw,
}


def _check_may(by: Actor, action: str, target: Target) -> None:
    check_role(by, action)
    check(by, action, target, sees=False)


def _check_state(piece: PieceFacts, verb: Verb) -> None:
    if piece.state not in MOVES[verb][0]:
        raise WrongState(_("这一篇现在是“%(state)s”，不能做“%(verb)s”。") % {"state": piece.state.label, "verb": verb.label})


def moved_on() -> WrongState:
    """The refusal for somebody who was not the first, or who has read other words than there are now."""
    return WrongState(_("这一篇刚刚有人动过，请再看一眼。"))


def not_there() -> NotThere:
    """The refusal for a piece that is unknown, not published, or withdrawn."""
    return NotThere(_("没有这一篇，或者已经撤下了。"))
