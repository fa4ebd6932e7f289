"""服务记录单: a frozen copy of what somebody did, with a number, a hash and a page on which everybody who holds the number can check it.

It is a record of service, not yet the certificate of 民政部令67: that comes from the provincial system, sealed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.activities.rules.programme import not_here
from zengyi.core.errors import Invalid, WrongState
from zengyi.people.rules import Actor, Target, check, check_role

LONGEST = timedelta(days=366 * 3)
LINES_MOST = 400
#: Letters and digits that nobody takes for one another when they are read out.
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
SECRET = 8


class RecordState(TextChoices):
    """A record's state."""

    ISSUED = "ISSUED", gettext_lazy("有效")
    SUPERSEDED = "SUPERSEDED", gettext_lazy("已被新的一张替换")
    REVOKED = "REVOKED", gettext_lazy("已撤销")


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What the guards need to know of a record."""

    community_id: int
    person_id: int
    state: str

    @property
    def target(self) -> Target:
        """It lies with whose it is, and with the community that issued it."""
        return Target(community_id=self.community_id, person_ids=frozenset({self.person_id}))


def number_of(year: int, sequence: int, secret: str) -> str:
    """The number on the sheet. Its end cannot be guessed, so that nobody reads other people's records number by number.

    >>> number_of(2026, 18, "K7QF9MXA")
    'FW-2026-0018-K7QF9MXA'
    """
    return f"FW-{year}-{sequence:04d}-{secret}"


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content, in hexadecimal: one changed character, another digest."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check_issue(by: Actor, community_id: int | None) -> None:
    """Who issues and revokes records: staff, for what their community has recorded or whose people they are."""
    check_role(by, "record.issue")
    if community_id is None:
        raise not_here()
    check(by, "record.issue", Target(community_id=community_id), sees=False)


def check_period(first: date, last: date, *, today: date) -> None:
    """Raise :class:`Invalid` for days that cannot be."""
    if last < first:
        raise Invalid.on("last", _("结束要比开始晚。"))
    if last > today:
        raise Invalid.on("last", _("最晚写到今天。"))
    if last - first > LONGEST:
        raise Invalid.on("first", _("一张最多三年。"))


def check_read(by: Actor, facts: RecordFacts | None) -> None:
    """Who gets the sheet: whose it is, and the staff of the community that issued it."""
    check_role(by, "record.read")
    if facts is None:
        raise not_here()
    check(by, "record.read", facts.target, sees=False)


def check_revoke(by: Actor, facts: RecordFacts | None) -> None:
    """A record that stands can be revoked."""
    check_issue(by, facts.community_id if facts else None)
    assert facts is not None
    if facts.state != RecordState.ISSUED:
        raise WrongState(_("这一张已经不作数了。"))
