"""What is said after each move: what has happened, and what comes next."""

from django.utils.translation import gettext_lazy as _

from zengyi.orders import rules
from zengyi.people.rules import STAFF_ROLES, Actor

PLACED = _("收到了。社区先看，一个工作日内告诉您怎么办。")
PLACED_PRIVATE = _("收到了。不放上公开的单子栏，只有社区和答应来帮的人看得到。社区一个工作日内告诉您怎么办。")
PLACED_FOR = _("记下了，排在派单台最前面。受理了，就派人去办。")
SAID: dict[str, object] = {
    rules.Verb.TRIAGE: _("受理了。接下来发认领公告，或者派给谁。"),
    rules.Verb.PUBLISH: _("公告发出去了。有人接单，点单的人就看得到。"),
    rules.Verb.ASSIGN: _("派出去了，等对方回话。没有回话，单子会自己退回来。"),
    rules.Verb.ACCEPT: _("接下了。门牌和电话点一下就看得到，请在时限前办好。"),
    rules.Verb.REFUSE: _("已经回了话，社区会另外派人。"),
    rules.Verb.CLAIM: _("接下了。门牌和电话点一下就看得到，请在时限前办好。"),
    rules.Verb.RELEASE: _("退了。单子回到附近的单，等别人来接。"),
    rules.Verb.DELIVER: _("交给点单的人看了。确认以后，两边同时记账。"),
    rules.Verb.CONFIRM: _("确认了，两边已经同时记账。"),
    rules.Verb.RETURN: _("退回去了。接单的人马上看得到哪里还不行，办好再请您看。"),
    rules.Verb.DECLINE: _("没有受理。点单的人看得到原因。"),
    rules.Verb.MERGE: _("并过去了。点单的人两边都看得到，接着办那一单。"),
    rules.Verb.CANCEL: _("撤回了。需要时再点一单。"),
    rules.Verb.CLOSE: _("关闭了，不记分。之后会抽查回访。"),
    rules.MASK: _("遮住了，别处也搜不到。"),
    rules.EXCLUDE: _("改好了，不会告诉对方。"),
    rules.Verb.REOPEN: _("重新打开了，困难原样还在。接下来发认领公告，或者派给谁。"),
    rules.CALL_BACK: _("记下了。属实的到此为止；不属实的，已经提出冲销，等另一位同事审核。"),
    rules.NOTE: _("写进经过了，点单的人、社区和接单的人都看得到。"),
}


def after(verb: str) -> str:
    """The sentence after a move."""
    return str(SAID[verb])


def placed(by: Actor, *, private: bool = False) -> str:
    """The sentence after an order was placed; for one that is kept off the lists also who will see it."""
    if by.role in STAFF_ROLES:
        return str(PLACED_FOR)
    return str(PLACED_PRIVATE if private else PLACED)
