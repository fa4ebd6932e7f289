"""How each step of a piece is asked for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from zengyi.news.rules import Verb

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Ask:
    """How a step is asked for: the question, the words on its button, what follows, and what is said afterwards."""

    title: "StrOrPromise"
    button: "StrOrPromise"
    then: "StrOrPromise"
    said: "StrOrPromise"
    red: bool = False


ASKS: dict[Verb, Ask] = {
    Verb.CHECK: Ask(
        gettext_lazy("查过了？"),
        gettext_lazy("查过，送批准"),
        gettext_lazy("查三样：有没有别人的隐私，有没有不能说的，说的对不对。查过就送书记批准。"),
        gettext_lazy("查过了，等书记批准。"),
    ),
    Verb.RETURN: Ask(
        gettext_lazy("退回拟稿"),
        gettext_lazy("退回"),
        gettext_lazy("拟稿的人看得到原因，改好了从头走。"),
        gettext_lazy("退回去了。"),
    ),
    Verb.APPROVE: Ask(
        gettext_lazy("批准这一篇？"),
        gettext_lazy("批准"),
        gettext_lazy("批的是这一版的每一个字。批准以后改一个字，就退回拟稿。"),
        gettext_lazy("批准了，可以发布。"),
    ),
    Verb.PUBLISH: Ask(
        gettext_lazy("发布这一篇？"),
        gettext_lazy("发布"),
        gettext_lazy("发布以后谁都看得到：网页、公示栏、群海报、群消息，都按批准的这一版出。"),
        gettext_lazy("发布了，各处都能用了。"),
        red=True,
    ),
    Verb.WITHDRAW: Ask(
        gettext_lazy("撤下这一篇？"),
        gettext_lazy("撤下"),
        gettext_lazy("撤下以后网页打不开，订阅里也没有了。贴出去的纸要一张张揭下来；转出去的图和文字收不回来。"),
        gettext_lazy("撤下了。还贴着的地方列在下面，请去揭。"),
        red=True,
    ),
}
