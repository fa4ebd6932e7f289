"""Links by which somebody without a login says whether a deed happened: their address, and who may answer.

The address is the id of the link's row with its signature: nobody can make one up, and nothing in the database gives one away. A link
lives three days, belongs to the first browser that opens it, and takes one answer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.signing import Signer
from django.db.models import TextChoices
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zengyi.bank.rules.filings import FilingFacts, FilingState, against_vouching
from zengyi.core.errors import Invalid, NotAllowed, NotThere
from zengyi.core.ids import id_of
from zengyi.people.rules import Actor

LINK_LIVES = timedelta(days=3)
WITNESS_MOST = 40
#: 132 bits of the signature: an address short enough for a QR code that an old phone reads.
_SIGNED_BY = 22
_SALT = "zengyi.bank.vouch"


class Asks(TextChoices):
    """Whom a member wants asked whether it happened."""

    HELPED = "HELPED", gettext_lazy("得到帮助的人，社区去问")
    LEADER = "LEADER", gettext_lazy("带队、组织的人，社区去问")
    LINK = "LINK", gettext_lazy("发一个链接给本人，点一下就行")
    DESK = "DESK", gettext_lazy("社区自己看到的，不用问")


def check_asks(asks: str, witness: str) -> None:
    """Raise :class:`Invalid` for a choice there is not, and for a link to nobody."""
    if asks and asks not in Asks.values:
        raise Invalid.on("asks", _("请从里面选一个。"))
    if asks == Asks.LINK and not witness:
        raise Invalid.on("witness", _("要发链接，请写发给谁，例如“3 幢陈阿姨”。"))


def token_of(link_id: int) -> str:
    """What stands in the address of a link."""
    return f"{link_id}-{Signer(salt=_SALT).signature(str(link_id))[:_SIGNED_BY]}"


def link_id_of(token: str) -> int:
    """The id of the link whose address it is. Raises :class:`NotThere` for what we have not signed."""
    number = token.partition("-")[0]
    link_id = id_of(number)
    if link_id is None or not constant_time_compare(token_of(link_id), token):
        raise NotThere(_("这个链接不对，可能没有复制全。请找发给您的人再要一次。"))
    return link_id


def check_name(name: str) -> str:
    """The name of whom a link is for; raises :class:`Invalid` when it says nothing."""
    said = name.strip()
    if not 2 <= len(said) <= WITNESS_MOST:
        raise Invalid.on("name", _("请写发给谁，例如“3 幢陈阿姨”，2 到 40 字。"))
    return said


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A link as :func:`check_link` needs to know it. ``browser``: SHA-256 of what the browser that opened it was given."""

    expires_at: datetime
    browser: bytes | None
    answered: bool
    ended: bool


def check_link(link: LinkFacts, *, browser: bytes | None, at: datetime) -> None:
    """Raise :class:`NotAllowed` unless the link can still be opened, or be answered from the browser that has opened it."""
    if link.answered:
        raise NotAllowed(_("这个链接已经用过了，您的话我们记下了，谢谢您。"))
    if link.ended or at >= link.expires_at:
        raise NotAllowed(_("这个链接过期了。要是还想说，请打社区的电话，或让社区再发一个。"))
    if link.browser is not None and link.browser != browser:
        raise NotAllowed(_("这个链接已经在另一部手机上打开了，只能在那一部上用。不是您打开的，请告诉社区。"))


def check_vouch(by: Actor, filing: FilingFacts) -> None:
    """Raise unless the deed still waits for somebody to say that it happened, and the reader, if signed in, may be the one."""
    if filing.state != FilingState.SUBMITTED:
        raise NotAllowed(_("这件事已经有结果了，不用再证明，谢谢您。"))
    if by.signed_in and (reason := against_vouching(by, filing.subject, filing.filer)):
        raise NotAllowed(reason)
