"""The WeChat service account of this machine, and whose WeChat is whose."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Subquery

from zengyi.core.carriers.wechat import App
from zengyi.core.secrets import blind_index
from zengyi.people.models import Grant, User, WeChatAccount, WeChatBinding
from zengyi.people.rules import Actor, check_role


@dataclass(frozen=True, slots=True)
class WeChat:
    """A service account that is on. ``template``: empty where it sends no messages. ``token``: what it signs with when it calls here."""

    app: App
    token: str
    template: str
    what_field: str
    when_field: str
    ticket: str
    ticket_until: datetime | None
    said: str


@dataclass(frozen=True, slots=True)
class WeChatCard:
    """The settings as their keeper sees them: everything but the secret."""

    app_id: str
    token: str
    template: str
    what_field: str
    when_field: str
    said: str
    said_at: datetime | None


def wechat() -> WeChat | None:
    """The service account; nothing where none is set, and in the demo, whose people are nobody's. One statement."""
    row = None if settings.DEMO else WeChatAccount.objects.exclude(app_id="").first()
    if row is None:
        return None
    app = App(row.app_id, row.secret)
    return WeChat(app, row.token, row.template, row.what_field, row.when_field, row.ticket, row.ticket_until, row.said)


def wechat_sends() -> bool:
    """Whether messages go out by WeChat. One statement."""
    return not settings.DEMO and WeChatAccount.objects.exclude(app_id="").exclude(template="").exists()


def wechat_card(*, by: Actor) -> WeChatCard | None:
    """The settings of the service account, for whoever keeps it. One statement."""
    check_role(by, "wechat.keep")
    row = WeChatAccount.objects.exclude(app_id="").first()
    if row is None:
        return None
    return WeChatCard(row.app_id, row.token, row.template, row.what_field, row.when_field, row.said, row.said_at)


def my_wechat(user_id: int) -> tuple[bool, datetime | None]:
    """Whether there is a service account, and since when this login's WeChat is tied to it. One statement."""
    mine = WeChatBinding.objects.filter(user_id=user_id, app_id=OuterRef("app_id"), openid_index__isnull=False)
    rows = WeChatAccount.objects.exclude(app_id="").annotate(since=Subquery(mine.values("bound_at")[:1]))
    found = [] if settings.DEMO else list(rows.values_list("since", flat=True))
    return bool(found), found[0] if found else None


def openid_of(user_id: int, app_id: str) -> str:
    """The openid by which a login that may be used is reached; empty when none is tied. One statement."""
    tied = WeChatBinding.objects.filter(user_id=user_id, app_id=app_id, openid_index__isnull=False, user__is_active=True)
    return tied.values_list("openid", flat=True).first() or ""


def openid_index(app_id: str, openid: str) -> bytes | None:
    """The blind index of an openid of that account."""
    return blind_index("wechat", f"{app_id}:{openid}")


def whose_wechat(app_id: str, openid: str) -> int | None:
    """The login that is tied to an openid, open or closed; nothing for nobody's. One statement."""
    tied = WeChatBinding.objects.filter(openid_index=openid_index(app_id, openid))
    return tied.values_list("user_id", flat=True).first()


def may_enter_by_wechat(user_id: int, at: datetime) -> bool:
    """Whether this login is entered by WeChat: as by a code, not by whoever has a role in office. One statement."""
    in_force = Grant.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), user_id=OuterRef("pk"))
    return User.objects.filter(pk=user_id, is_active=True).filter(~Exists(in_force)).exists()
