# Chinese in this file is data: names of parties, which people write as they like.
"""What is said about a topic: who speaks for which party, what kind of word it is, and how support is told.

A party's support is told in raw counts. Cells of one or two people are hidden from those who need not know them, so that nobody's word
is read off a count (:func:`told`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.core.errors import Invalid, NotThere
from zengyi.councils.rules.topics import TopicFacts, TopicState, in_states
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role, check, check_role

PARTY_MOST, WORD_LEAST, WORD_MOST, NOTE_MOST = 20, 2, 500, 200
OPTION_MOST, FUND_MOST, COST_MOST = 60, 40, 10**11
PARTIES_MOST, OPTIONS_MOST = 20, 9
#: Fewer people than this stay hidden in a count.
CELL_LEAST = 3

#: Parties that people belong to for themselves; whoever acts for an organisation speaks for none of these.
CITIZENS = frozenset({"居民", "居民代表", "业主", "党员", "监理队", "红管家", "监理队员"})
#: Those who speak for themselves only.
THEMSELVES = frozenset({Role.RESIDENT, Role.MEMBER, Role.SUPERVISOR})


class OpinionKind(TextChoices):
    """What kind of word it is."""

    FACT = "FACT", gettext_lazy("事实")
    CONCERN = "CONCERN", gettext_lazy("担心")
    PROPOSAL = "PROPOSAL", gettext_lazy("主张")
    REPLY = "REPLY", gettext_lazy("答复")


class Support(TextChoices):
    """How somebody stands to the topic, or to one way of solving it."""

    FOR = "FOR", gettext_lazy("支持")
    RESERVED = "RESERVED", gettext_lazy("有保留")
    AGAINST = "AGAINST", gettext_lazy("反对")


#: States in which a topic is open to words: before, during and after a session, until it is archived.
TALKED_IN = tuple(state for state in TopicState if state not in (TopicState.COLLECTED, TopicState.ARCHIVED))


def check_opine(
    by: Actor, topic: TopicFacts | None, *, party: str = "", kind: str = OpinionKind.FACT, text: str = "", support: str = ""
) -> None:
    """Raise unless the actor may say that for that party. Staff write down what anybody said; others speak for their own side."""
    check_role(by, "topic.opine")
    if topic is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, "topic.opine", topic.target, sees=False)
    in_states(topic, TALKED_IN)
    if not party and not text:
        return  # whether anything may be said at all
    wrong = _wrong_words(party, kind, text)
    if "party" not in wrong and by.role not in COMMUNITY_ROLES and (by.role in THEMSELVES) != (party in CITIZENS):
        wrong = {"party": _("您只能替自己这一方说。"), **wrong}
    if support and support not in Support.values:
        wrong["support"] = _("请从里面选一个。")
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)


def _wrong_words(party: str, kind: str, text: str) -> dict[str, object]:
    wrong: dict[str, object] = {}
    if not 0 < len(party) <= PARTY_MOST:
        wrong["party"] = _("请写替哪一方说的，最多 %(most)d 字。") % {"most": PARTY_MOST}
    if kind not in OpinionKind.values:
        wrong["kind"] = _("请选一种。")
    if not WORD_LEAST <= len(text) <= WORD_MOST:
        wrong["text"] = _("请写怎么说的，2 到 500 字。")
    return wrong


def check_words(*, party: str, kind: str, text: str) -> None:
    """Raise :class:`Invalid` with the fields unless these are words that somebody may have said for a party."""
    if wrong := _wrong_words(party, kind, text):
        raise Invalid(next(iter(wrong.values())), wrong)


def own_party(role: Role) -> str:
    """The party somebody of that role usually speaks for; nothing for whoever writes down what others say, or acts for a unit."""
    return {Role.RESIDENT: "居民", Role.MEMBER: "居民", Role.SUPERVISOR: "监理队", Role.PROPERTY: "物业"}.get(role, "")


def check_prepare(by: Actor, topic: TopicFacts | None) -> None:
    """Raise unless the actor may prepare the talk: invite parties, write down ways of solving it, bring the survey."""
    check_role(by, "topic.prepare")
    if topic is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    check(by, "topic.prepare", topic.target, sees=False)
    in_states(topic, TALKED_IN)


def check_party(party: str, note: str, *, invited: int) -> None:
    """Raise :class:`Invalid` for a party that can't be invited."""
    if not 0 < len(party) <= PARTY_MOST:
        raise Invalid.on("party", _("请写请哪一方，最多 %(most)d 字。") % {"most": PARTY_MOST})
    if len(note) > NOTE_MOST:
        raise Invalid.on("note", _("最多 %(most)d 字，请写短一点。") % {"most": NOTE_MOST})
    if invited >= PARTIES_MOST:
        raise Invalid.on("party", _("最多请 %(most)d 方。") % {"most": PARTIES_MOST})


def check_option(title: str, text: str, cost: int | None, fund: str, *, there: int) -> None:
    """Raise :class:`Invalid` for a way of solving it that can't be put down. ``cost`` in cents."""
    if not 0 < len(title) <= OPTION_MOST:
        raise Invalid.on("title", _("请写一个方案，最多 %(most)d 字。") % {"most": OPTION_MOST})
    if len(text) > WORD_MOST:
        raise Invalid.on("text", _("最多 %(most)d 字，请写短一点。") % {"most": WORD_MOST})
    if cost is not None and not 0 <= cost <= COST_MOST:
        raise Invalid.on("cost", _("请写多少元，最多两位小数。"))
    if len(fund) > FUND_MOST:
        raise Invalid.on("fund", _("最多 %(most)d 字，请写短一点。") % {"most": FUND_MOST})
    if there >= OPTIONS_MOST:
        raise Invalid.on("title", _("最多 %(most)d 个方案。") % {"most": OPTIONS_MOST})


_MONEY = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?", re.ASCII)


def cents(written: str) -> int | None:
    """Money as written, in cents; nothing where nothing is written. Raises :class:`Invalid` on ``cost``.

    >>> cents("32000"), cents("0.5"), cents("12.34"), cents("")
    (3200000, 50, 1234, None)
    """
    if not written.strip():
        return None
    found = _MONEY.fullmatch(written.strip())
    if found is None:
        raise Invalid.on("cost", _("请写多少元，最多两位小数。"))
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def yuan(amount: int) -> str:
    """Cents as people read them.

    >>> yuan(3200000), yuan(1234)
    ('32,000', '12.34')
    """
    return f"{amount // 100:,}" if amount % 100 == 0 else f"{amount / 100:,.2f}"


@dataclass(frozen=True, slots=True)
class Told:
    """What a party's support is told as: the counts that may be told, and whether some are hidden. ``spoke``: nothing when hidden."""

    party: str
    counts: dict[str, int | None]
    spoke: int | None

    @property
    def hidden(self) -> bool:
        """Whether a count is kept back."""
        return None in self.counts.values()


def told(party: str, counts: Mapping[str, int], *, bare: bool) -> Told:
    """A party's support for whoever reads it; ``bare``: all of it, for the community itself.

    A count of one or two is hidden, and with it how many spoke: what is hidden would be the difference otherwise.

    >>> told("居民", {"FOR": 9, "AGAINST": 1}, bare=False)
    Told(party='居民', counts={'FOR': 9, 'RESERVED': 0, 'AGAINST': None}, spoke=None)
    >>> told("居民", {"FOR": 9, "AGAINST": 1}, bare=True).spoke
    10
    """
    full = {str(support): counts.get(support, 0) for support in Support}
    shown = {name: n if bare or n == 0 or n >= CELL_LEAST else None for name, n in full.items()}
    return Told(party, shown, None if None in shown.values() else sum(full.values()))


def missing(invited: Iterable[str], spoken: Iterable[str]) -> list[str]:
    """The parties that have not spoken: those invited, and the residents, whoever else was.

    >>> missing(["物业", "维修公司"], ["物业"])
    ['维修公司', '居民']
    """
    heard = set(spoken)
    wanted = dict.fromkeys((*invited, *(() if heard & CITIZENS else ("居民",))))
    return [party for party in wanted if party not in heard]
