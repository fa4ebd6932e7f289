"""Children: what is asked about them, by whom, and until when it is kept.

Only an age band is known, no birthday. A guardian answers for each purpose by itself (PIPL 31; 未成年人保护法 72; 民法典 1019).
Whoever does not agree to taking part or to its being put down cannot come; pictures and publication are never a condition. Everything
about the child is deleted thirty days after the occasion (PIPL 47; 未成年人网络保护条例 34).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.core.errors import Invalid

KEPT = timedelta(days=30)
CALLED_MOST = 20
#: The version of the sentences to which a guardian agrees: raise it with every change of their wording.
TEXT_VERSION = 1


class AgeBand(TextChoices):
    """How old a child is, as far as anybody need know."""

    BELOW_6 = "BELOW_6", gettext_lazy("不到 6 岁")
    FROM_6 = "FROM_6", gettext_lazy("6 到 7 岁")
    FROM_8 = "FROM_8", gettext_lazy("8 到 10 岁")
    FROM_11 = "FROM_11", gettext_lazy("11 到 13 岁")
    FROM_14 = "FROM_14", gettext_lazy("14 到 17 岁")


class Purpose(TextChoices):
    """What a guardian is asked to agree to."""

    TAKE_PART = "TAKE_PART", gettext_lazy("来参加")
    RECORD = "RECORD", gettext_lazy("记下来过")
    PHOTOGRAPH = "PHOTOGRAPH", gettext_lazy("拍照")
    PUBLISH = "PUBLISH", gettext_lazy("发出去")


#: Without these a child cannot come. The others are free.
REQUIRED = (Purpose.TAKE_PART, Purpose.RECORD)
FREE = (Purpose.PHOTOGRAPH, Purpose.PUBLISH)


@dataclass(frozen=True, slots=True)
class Child:
    """A child that comes along. ``called``: what its guardian calls it; nobody else reads that."""

    band: str
    agreed: Mapping[Any, bool]
    called: str = ""


def check_children(children: "list[Child]", *, minors: bool, adults_only: bool, seats: int) -> None:
    """Raise :class:`Invalid` for children who cannot come, or for answers that are missing."""
    if not children:
        return
    if not minors or adults_only:
        raise Invalid.on("children", _("这里只请成年人。"))
    if len(children) >= seats:
        raise Invalid.on("seats", _("孩子要有一位大人陪着，大人也占一个位。"))
    for child in children:
        if child.band not in AgeBand.values:
            raise Invalid.on("children", _("请选孩子的年龄段。"))
        if len(child.called) > CALLED_MOST:
            raise Invalid.on("children", _("称呼最多 %(most)d 字。") % {"most": CALLED_MOST})
        if missing := [purpose for purpose in REQUIRED if not child.agreed.get(purpose, False)]:
            words = _("、").join(str(Purpose(purpose).label) for purpose in missing)
            raise Invalid.on("children", _("“%(what)s”要监护人同意，孩子才能来。") % {"what": words})


def alias(number: int, letter: str) -> str:
    """What a child is called on lists: a number, and a letter where a family brings several.

    >>> alias(3, "a"), alias(12, "b")
    ('孩子 03', '孩子 12b')
    """
    return _("孩子 %(number)s") % {"number": f"{number:02d}{'' if letter == 'a' else letter}"}
