"""Ways of voting: what an answer may be, and what the answers come to. Pure, in whole numbers.

Owners' votes count heads and areas and have rules of their own (:mod:`zengyi.councils.rules.owners`). An answer is kept as a short text:
one of :class:`Choice`, or numbers with commas between, one for each option.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.core.errors import Invalid

OPTIONS_LEAST, OPTIONS_MOST, OPTION_MOST = 2, 10, 80
#: Most points for an option (score), or most dots in somebody's hand (dot).
POINTS_MOST, POINTS_USUAL = 20, 5


class Method(TextChoices):
    """How a vote is taken."""

    CONSENSUS = "consensus", gettext_lazy("一致同意")
    CONSENT = "consent", gettext_lazy("没有重大异议就办")
    HANDS = "hands", gettext_lazy("举手，过半数")
    SCORE = "score", gettext_lazy("每项打分")
    DOT = "dot", gettext_lazy("每人几个点，贴在想选的上面")
    RANKED = "ranked", gettext_lazy("排先后")
    OWNER_DUAL = "owner_dual", gettext_lazy("业主双过半，人数和面积都算")


#: Methods that choose between options by numbers.
BY_NUMBERS = frozenset({Method.SCORE, Method.DOT, Method.RANKED})


class Choice(TextChoices):
    """What one may say to a proposal. ASIDE is for consensus only: there are doubts, and it may go on."""

    FOR = "FOR", gettext_lazy("同意")
    AGAINST = "AGAINST", gettext_lazy("不同意")
    ABSTAIN = "ABSTAIN", gettext_lazy("弃权")
    ASIDE = "ASIDE", gettext_lazy("有保留，不拦")


#: What may be said in each method, in the order of the buttons.
CHOICES: dict[Method, tuple[Choice, ...]] = {
    Method.CONSENSUS: (Choice.FOR, Choice.ASIDE, Choice.AGAINST),
    Method.CONSENT: (Choice.FOR, Choice.AGAINST, Choice.ABSTAIN),
    Method.HANDS: (Choice.FOR, Choice.AGAINST, Choice.ABSTAIN),
    Method.OWNER_DUAL: (Choice.FOR, Choice.AGAINST, Choice.ABSTAIN),
}


class Share(TextChoices):
    """A share of those who vote, or of all: for a show of hands, and for quorums."""

    NONE = "", gettext_lazy("不要求")
    HALF = ">1/2", gettext_lazy("过半数")
    TWO_THIRDS = ">=2/3", gettext_lazy("三分之二以上")
    THREE_QUARTERS = ">=3/4", gettext_lazy("四分之三以上")

    def holds(self, part: int, whole: int) -> bool:
        """Whether ``part`` of ``whole`` is enough, in whole numbers. 以上 includes the number itself (民法典 1259).

        >>> Share.HALF.holds(5, 10), Share.TWO_THIRDS.holds(6, 9)
        (False, True)
        """
        match self:
            case Share.HALF:
                return 2 * part > whole
            case Share.TWO_THIRDS:
                return 3 * part >= 2 * whole
            case Share.THREE_QUARTERS:
                return 4 * part >= 3 * whole
        return True


def answer_text(method: Method, options: int, points: int, choice: str, numbers: Sequence[int]) -> str:
    """An answer as it is kept. Raises :class:`Invalid` with the field ``choice`` or ``numbers`` for what is none.

    ``options``: how many there are; ``points``: most points for one of them, or dots for all.

    >>> answer_text(Method.RANKED, 3, 0, "", [2, 1]), answer_text(Method.DOT, 3, 5, "", [0, 5, 0])
    ('2,1', '0,5,0')
    """
    if method not in BY_NUMBERS:
        if numbers:
            raise Invalid.on("numbers", _("这次表决只选一个意见，不打分。"))
        if choice not in CHOICES[method]:
            words = _("、").join(str(one.label) for one in CHOICES[method])
            raise Invalid.on("choice", _("请选一个：%(words)s。") % {"words": words})
        return choice
    if choice:
        raise Invalid.on("choice", _("这次表决在几项里选，请写数字。"))
    if method == Method.RANKED:
        good = 0 < len(numbers) <= options and len(set(numbers)) == len(numbers) and all(0 < n <= options for n in numbers)
        said = _("请从最想要的写起，每项只写一次。")
    elif len(numbers) != options or min(numbers) < 0:
        good, said = False, _("每一项都要有一个数，不要的写 0。")
    elif method == Method.SCORE:
        good, said = max(numbers) <= points, _("每项 0 到 %(most)d 分。") % {"most": points}
    else:
        good, said = 0 < sum(numbers) <= points, _("一共有 %(most)d 个点，至少用一个。") % {"most": points}
    if not good:
        raise Invalid.on("numbers", said)
    return ",".join(str(number) for number in numbers)


@dataclass(frozen=True, slots=True)
class VoteOutcome:
    """What a vote of people came to. Figures are sums of the electors' weights.

    ``choices``: by what was said; ``options``: points of each option; ``leading``: the options with most points, from 1 on, several
    when they are equal. ``adopted`` says nothing where options were weighed against each other.
    """

    entitled: int
    voted: int
    quorum: bool
    choices: dict[str, int]
    options: tuple[int, ...]
    leading: tuple[int, ...]
    adopted: bool | None


def outcome(
    method: Method,
    answers: Iterable[tuple[str, int]],
    *,
    entitled: int,
    options: int = 0,
    passes: Share = Share.HALF,
    quorum: Share = Share.NONE,
) -> VoteOutcome:
    """What the answers come to; each comes with the weight of who gave it. ``entitled``: the weights of all electors.

    Consensus: somebody agrees, and nobody is against. Consent: the same; who is against has said why. Hands: of those who vote, abstaining
    included, ``passes`` agree. Score and dot: the points are added. Ranked: of ``n`` options the first gets ``n`` points, the second one
    less, what was not named none (Borda).
    """
    given = list(answers)
    voted = sum(weight for _answer, weight in given)
    enough = voted > 0 and quorum.holds(voted, entitled)
    if method in BY_NUMBERS:
        sums = _points(method, given, options)
        most = max(sums, default=0)
        leading = tuple(at for at, points in enumerate(sums, start=1) if points == most) if most and enough else ()
        return VoteOutcome(entitled, voted, enough, {}, tuple(sums), leading, None)
    counted: Counter[str] = Counter()
    for answer, weight in given:
        counted[answer] += weight
    agree, against = counted[Choice.FOR], counted[Choice.AGAINST]
    good = passes.holds(agree, voted) if method == Method.HANDS else against == 0
    choices = {str(choice): counted[choice] for choice in CHOICES[method]}
    return VoteOutcome(entitled, voted, enough, choices, (), (), enough and agree > 0 and good)


def _points(method: Method, given: Sequence[tuple[str, int]], options: int) -> list[int]:
    sums = [0] * options
    for answer, weight in given:
        numbers = [int(number) for number in answer.split(",")]
        if method == Method.RANKED:
            for behind, option in enumerate(numbers):
                sums[option - 1] += weight * (options - behind)
        else:
            for at, number in enumerate(numbers):
                sums[at] += weight * number
    return sums
