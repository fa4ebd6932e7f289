"""Links by which somebody without a login vouches for a deed: what their page says, and what the community sees of them."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from zengyi.bank import rules
from zengyi.bank.models import Filing, VouchLink
from zengyi.core.errors import NotThere
from zengyi.people.rules import Actor

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Columns(TypedDict):
        who: str

    _Read = WithAnnotations[VouchLink, _Columns]


@dataclass(frozen=True, slots=True)
class Vouch:
    """What somebody is asked by a link. ``opened``: from this browser; before that nothing of the deed is told."""

    community: str
    phone: str
    name: str
    opened: bool
    member: str
    deed: str
    occurred_on: date
    begins: time | None
    ends: time | None
    text: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as the community sees it. ``token`` is the end of its address while it can be used, empty afterwards."""

    name: str
    issued_by: str
    issued_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    answered_at: datetime | None
    answer: bool | None
    said: str
    token: str


def vouch(token: str, *, browser: bytes | None, by: Actor, at: datetime) -> Vouch:
    """What the link's page says. Two statements.

    Raises :class:`NotThere` for an address we have not signed, :class:`NotAllowed` for a link that is used up, too old, opened elsewhere,
    or not for the reader.
    """
    columns: dict[str, Any] = {"community": F("filing__community__name"), "phone": F("filing__community__phone")}
    rows = VouchLink.objects.filter(pk=rules.link_id_of(token)).annotate(**columns)
    link: Any = rows.first()
    if link is None:
        raise NotThere(_("这个链接不对，可能没有复制全。请找发给您的人再要一次。"))
    kept = None if link.browser is None else bytes(link.browser)
    facts = rules.LinkFacts(link.expires_at, kept, link.answered_at is not None, link.ended_at is not None)
    rules.check_link(facts, browser=browser, at=at)
    filing: Any = Filing.objects.with_facts().annotate(member_name=F("member__person__name")).get(pk=link.filing_id)
    rules.check_vouch(by, filing.facts(at))
    return Vouch(
        community=link.community,
        phone=link.phone,
        name=link.name,
        opened=kept is not None,
        member=filing.member_name,
        deed=filing.name,
        occurred_on=filing.occurred_on,
        begins=filing.begins,
        ends=filing.ends,
        text=filing.text,
    )


def links_of(filing_id: int, *, at: datetime) -> list[LinkRow]:
    """The links sent for a deed, the newest first. The caller has asked whether the reader may see the deed. One statement."""
    who = Coalesce("issued_by__person__name", "issued_by__username")
    rows = VouchLink.objects.filter(filing_id=filing_id).annotate(who=who).order_by("-pk")[:10]
    return [_row(link, at) for link in rows]


def _row(link: "_Read", at: datetime) -> LinkRow:
    usable = link.answered_at is None and link.ended_at is None and at < link.expires_at
    return LinkRow(
        name=link.name,
        issued_by=link.who,
        issued_at=link.issued_at,
        expires_at=link.expires_at,
        opened_at=link.opened_at,
        answered_at=link.answered_at,
        answer=link.answer,
        said=link.said,
        token=rules.token_of(link.pk) if usable else "",
    )
