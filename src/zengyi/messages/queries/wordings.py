"""The texts of messages, for whoever looks after them: who is told, in which words, and how they come out on each channel."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import override

from zengyi.core.carriers.robot import TEXT_MOST
from zengyi.messages.queries.topics import templates
from zengyi.messages.rules import Channel, Language, Line
from zengyi.messages.rules.sending import SMS_MOST, WECHAT_MOST, mail_of, robot_of, sms_of, wechat_of
from zengyi.messages.rules.variables import KINDS, VARIABLES, samples, used_in
from zengyi.people.queries.inbox import GROUP, Template, Topic
from zengyi.people.rules import Actor, check_role

#: A subject that mail programs show whole on a phone, in characters.
SUBJECT_MOST = 61


@dataclass(frozen=True, slots=True)
class Length:
    """How long a text comes out on a channel with values as long as can be, of how much that takes."""

    channel: str
    long: int
    most: int

    @property
    def fits(self) -> bool:
        """Whether it is sent whole, in one piece."""
        return self.long <= self.most


@dataclass(frozen=True, slots=True)
class Said:
    """A template in one language, filled with samples, and how long it gets."""

    code: str
    language: str
    title: str
    text: str
    paper: str
    lengths: list[Length]


@dataclass(frozen=True, slots=True)
class Wording:
    """A template: its name, whether it is told at night, its variables with what they mean, and what it says in each language."""

    name: str
    urgent: bool
    group: bool
    variables: list[tuple[str, str]]
    said: list[Said]


def wordings(kind: str, *, by: Actor) -> tuple[list[tuple[str, str]], str, list[Wording]]:
    """The kinds of things that messages are about, with their words, which of them is shown, and its templates. No statement."""
    check_role(by, "wording.read")
    found: dict[str, list[tuple[Topic, Template]]] = defaultdict(list)
    for topic, template in templates().values():
        found[topic.object_type].append((topic, template))
    order = list(KINDS)
    kinds = sorted(found, key=lambda one: (order.index(one) if one in KINDS else len(order), one))
    shown = kind if kind in found else kinds[0]
    return [(one, str(KINDS.get(one, one))) for one in kinds], shown, [_wording(topic, template) for topic, template in found[shown]]


def _wording(topic: Topic, template: Template) -> Wording:
    names = used_in(template.words, template.more, template.paper)
    is_group = template.to == GROUP
    return Wording(
        name=topic.name(template),
        urgent=template.urgent,
        group=is_group,
        variables=[(name, str(VARIABLES[name].means)) for name in names],
        said=[said(topic, template, language) for language in ((Language.CHINESE,) if is_group else Language)],
    )


def said(topic: Topic, template: Template, language: str) -> Said:
    """What a template says in a language, and how long it gets on every channel that carries it."""
    with override(language):
        title, text, paper = _filled(template, longest=False)
        long_title, long_text, _paper = _filled(template, longest=True)
        line = Line(long_title, long_text, f"{settings.ADDRESS}{topic.url(10**9)}")
        lengths = _of_group([line]) if template.to == GROUP else _of_person([line])
    return Said(language, str(Language(language).label), title, text, paper, lengths)


def _filled(template: Template, *, longest: bool) -> tuple[str, str, str]:
    values = samples(longest=longest)
    title, text, paper = (str(words) % values if words else "" for words in (template.words, template.more, template.paper))
    return title, text, paper


def _of_group(lines: Sequence[Line]) -> list[Length]:
    return [Length(str(Channel.ROBOT.label), len(robot_of(lines, more=99).encode()), TEXT_MOST)]


def _of_person(lines: Sequence[Line]) -> list[Length]:
    subject, _text = mail_of(lines, more=0, stop="")
    words, _values = sms_of(lines, more=99)
    return [
        Length(str(Channel.MAIL.label), len(subject), SUBJECT_MOST),
        Length(str(Channel.SMS.label), len(words), SMS_MOST),
        Length(str(Channel.WECHAT.label), len(wechat_of(lines, more=0)), WECHAT_MOST),
    ]
