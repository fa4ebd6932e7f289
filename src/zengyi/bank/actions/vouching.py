"""Links by which somebody without a login vouches for a deed: sent by the community, opened in one browser, answered once."""

import hashlib
from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.bank import rules
from zengyi.bank.actions.deeds import Changes, move, moving
from zengyi.bank.models import Filing, VouchLink
from zengyi.bank.rules import FilingVerb
from zengyi.core import audit
from zengyi.core.errors import NotAllowed, NotThere
from zengyi.core.steps import action
from zengyi.people.rules import Actor


def browser_of(secret: str) -> bytes | None:
    """What is kept of the secret that a browser was given; nothing for a browser that has none."""
    return hashlib.sha256(secret.encode()).digest() if secret else None


@action
def issue_link(filing_id: int, name: str, *, by: Actor, at: datetime) -> VouchLink:
    """A link for ``name``, who was helped or led it: whoever could attest the deed may have it sent, and answers for whom it goes to.

    Another one that was not answered ends with it.
    """
    filing = moving(FilingVerb.ATTEST, filing_id, by=by, at=at)
    said = rules.check_name(name)
    VouchLink.objects.filter(filing=filing, answered_at=None, ended_at=None).update(ended_at=at)
    made = VouchLink.objects.create(filing=filing, name=said, issued_by_id=by.login_id, issued_at=at, expires_at=at + rules.LINK_LIVES)
    audit.record("link", "filing", filing.pk, by=by, at=at, community_id=filing.community_id, after={"link": made.pk})
    return made


@action
def open_link(token: str, secret: str, *, by: Actor, at: datetime) -> VouchLink:
    """Bind the link to the browser that has been given ``secret``: from now on no other one may answer."""
    link, filing = _held(token, None, by=by, at=at)
    if not VouchLink.objects.filter(pk=link.pk, browser=None).update(browser=browser_of(secret), opened_at=at):
        raise NotAllowed(_("这个链接已经在另一部手机上打开了，只能在那一部上用。不是您打开的，请告诉社区。"))
    audit.record("open", "filing", filing.pk, by=by, at=at, community_id=filing.community_id, after={"link": link.pk})
    return link


@action
def answer_link(token: str, secret: str, happened: bool, *, said: str = "", by: Actor, at: datetime) -> VouchLink:
    """Say, by the link, whether the deed happened. Yes attests it in the name of whoever sent the link; no is told to them."""
    link, filing = _held(token, browser_of(secret), by=by, at=at)
    if link.browser is None:
        raise NotAllowed(_("请先打开链接，再回答。"))
    words = said.strip()[: rules.REASON_MOST]
    answered = VouchLink.objects.filter(pk=link.pk, answered_at=None, ended_at=None)
    if not answered.update(answered_at=at, answer=happened, said=words):
        raise NotAllowed(_("这个链接已经用过了，您的话我们记下了，谢谢您。"))
    if happened:
        vouched: Changes = {"attested_by_id": link.issued_by_id, "attested_at": at, "witness": link.name}
        move(filing, FilingVerb.ATTEST, vouched)
    after = {"link": link.pk, "happened": happened, "state": str(filing.state)}
    audit.record("vouch", "filing", filing.pk, by=by, at=at, community_id=filing.community_id, after=after, reason=words)
    return link


def _held(token: str, browser: bytes | None, *, by: Actor, at: datetime) -> tuple[VouchLink, Filing]:
    """The link and its deed, if it can be opened or answered."""
    link = VouchLink.objects.filter(pk=rules.link_id_of(token)).first()
    if link is None:
        raise NotThere(_("这个链接不对，可能没有复制全。请找发给您的人再要一次。"))
    kept = None if link.browser is None else bytes(link.browser)
    facts = rules.LinkFacts(link.expires_at, kept, link.answered_at is not None, link.ended_at is not None)
    rules.check_link(facts, browser=browser, at=at)
    filing = Filing.objects.with_facts().filter(pk=link.filing_id).get()
    rules.check_vouch(by, filing.facts(at))
    return link, filing
