"""Two persons: when somebody counts as a second person to another, in every step that asks for two.

One person with two logins is one person. Whether a login is somebody's puppet nobody can see, but who could have made it one is known:
whoever opened it or handed out its password, entered its person in the books, or gave it its role. These are its *makers*. Two logins of
which one is a maker of the other are not two persons; neither is somebody a second person where their own points are decided, or those
of their household or unit.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.core.errors import NotAllowed
from zengyi.people.rules.roles import Actor

#: Giving a role hands out no password, and a sheet brings in hundreds whom others know, too: such ties end after this long, when people
#: have seen who it is. Those who handed out a password stay makers for good.
LOOSE_TIE = timedelta(days=90)
#: Whoever handed out a login's password this lately counts as a maker of the logins it opens: they may be using it.
HANDED_LATELY = timedelta(days=30)
#: Somebody must have been in the books this long before they are given a role that decides.
KNOWN = timedelta(days=30)


class TieKind(TextChoices):
    """What made somebody a maker of a login."""

    OPENED = "OPENED", gettext_lazy("开了账号")
    RESET = "RESET", gettext_lazy("发了新密码")
    CREATED = "CREATED", gettext_lazy("登记了本人")
    GRANTED = "GRANTED", gettext_lazy("给了身份")
    PHONE = "PHONE", gettext_lazy("登记了手机号")
    MERGED = "MERGED", gettext_lazy("把两份资料并成了一个人")


#: Kinds by which somebody has held the login's password in their hands, or may have had its codes sent to their own phone, or has put the
#: login under another person.
HANDED_OVER = (TieKind.OPENED, TieKind.RESET, TieKind.PHONE, TieKind.MERGED)


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """Who took the first of two steps: their login, and its makers at this moment. Empty where a machine did it, or nobody."""

    login_id: int | None
    makers: frozenset[int] = frozenset()

    def is_also(self, by: Actor) -> bool:
        """Whether the actor and this one are not two persons, though two logins."""
        if self.login_id is None or by.user_id is None:
            return False
        return by.user_id in self.makers or self.login_id in by.makers


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose points are decided: a person, their household and where they work; or a unit."""

    person_id: int | None
    household: bytes | None
    units: frozenset[int]

    def concerns(self, by: Actor) -> bool:
        """Whether that is the actor, somebody of their household or of their unit, or the unit itself."""
        same = self.person_id is not None and self.person_id == by.person_id
        return same or (self.household is not None and self.household == by.household) or bool(self.units & by.units)


def against_second(by: Actor, *first: FirstPerson, concerned: bool = False, own: str = "") -> str:
    """Why the actor is not the second person here; empty when they are.

    ``concerned``: points of theirs are decided, or of their household or unit. ``own``: the sentence for the first person themselves.
    """
    if by.user_id is not None and any(one.login_id == by.user_id for one in first):
        return own or _("自己提出的，要请另一位来审核。")
    if any(one.is_also(by) for one in first):
        return _(
            "您和提出的人有一方给另一方开过账号、发过密码、登记过本人或刚给过身份，不算两个人。请另一位来审核，没有别人就请区里指定一位。"
        )
    if concerned:
        return _("里面有您自己、家人或同单位的人，要请另一位来审核，没有别人就请区里指定一位。")
    return ""


def check_second(by: Actor, *first: FirstPerson, concerned: bool = False, own: str = "") -> None:
    """Raise :class:`NotAllowed` unless the actor is a second person here."""
    if reason := against_second(by, *first, concerned=concerned, own=own):
        raise NotAllowed(reason)
