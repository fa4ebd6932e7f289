"""The WeChat service account: set and ended, whose WeChat is whose, signing in by it, and the access token that all workers share."""

import secrets
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from zengyi.core import audit, throttle
from zengyi.core.carriers import Outcome, Report
from zengyi.core.carriers import wechat as carrier
from zengyi.core.errors import Invalid, NotAllowed, NotSignedIn, NotThere, TooMany, Unavailable, WrongState
from zengyi.core.steps import action, durable
from zengyi.people.actions.logins import hashed, network
from zengyi.people.actions.untying import untie_wechat
from zengyi.people.models import User, WeChatAccount, WeChatBinding
from zengyi.people.queries.actors import actor_for_user
from zengyi.people.queries.wechat import WeChat, may_enter_by_wechat, openid_index, wechat, whose_wechat
from zengyi.people.rules import Actor, check_role
from zengyi.people.rules.codes import ADDRESS_SECONDS, TRIED_FROM_ADDRESS
from zengyi.people.rules.wechat import APP_ID, DAY_SECONDS, FIELD, FORCED_MOST, OPENID, RENEWED_BEFORE, SECRET, TEMPLATE

_THE_ONE = 1
OFF = _("这里没有接微信服务号。")
AGAIN = _("这一次没有认出您的微信。请回到刚才的页面，再试一次。")


@action
def set_wechat(
    app_id: str, secret: str, *, template: str = "", what_field: str = "", when_field: str = "", by: Actor, at: datetime
) -> None:
    """Set the service account, or change it. An empty ``secret`` keeps the one there is; another account wants its own.

    What it signs with when it calls here is made the first time and stays. Raises :class:`Invalid` with the field.
    """
    check_role(by, "wechat.keep")
    there = WeChatAccount.objects.select_for_update().filter(pk=_THE_ONE).first()
    same = there is not None and there.app_id == app_id
    for name, fits, sentence in (
        ("app_id", APP_ID.fullmatch(app_id), _("AppID 以 wx 开头，后面 16 位。请从公众平台复制。")),
        ("secret", SECRET.fullmatch(secret) or (not secret and same), _("AppSecret 是 32 位的字母和数字。请从公众平台复制。")),
        ("template", not template or TEMPLATE.fullmatch(template), _("模板 ID 不对，请从“模板消息”里复制。")),
        ("what_field", FIELD.fullmatch(what_field) or not (template or what_field), _("请照模板写，比如 thing1。")),
        ("when_field", not when_field or FIELD.fullmatch(when_field), _("请照模板写，比如 time2；模板里没有就空着。")),
    ):
        if not fits:
            raise Invalid.on(name, sentence)
    account = there or WeChatAccount(pk=_THE_ONE)
    account.app_id, account.secret = app_id, secret or account.secret
    account.token = account.token or secrets.token_hex(16)
    account.template, account.what_field, account.when_field = template, what_field, when_field
    account.set_at, account.ticket, account.ticket_until, account.said, account.said_at = at, "", None, "", None
    account.save()
    after = {"app_id": app_id, "template": template, "secret": "new" if secret else "kept"}
    audit.record("set", "wechat", _THE_ONE, by=by, at=at, community_id=None, after=after)


@action
def end_wechat(*, by: Actor, at: datetime) -> None:
    """Nothing goes through WeChat any more; its secrets are forgotten. Who was tied stays so, should the same account come back."""
    check_role(by, "wechat.keep")
    gone = {"app_id": "", "secret": "", "token": "", "ticket": "", "ticket_until": None, "said": "", "said_at": None}
    if not WeChatAccount.objects.exclude(app_id="").update(**gone):
        raise WrongState(OFF)
    audit.record("end", "wechat", _THE_ONE, by=by, at=at, community_id=None)


def who_is_it(code: str, *, address: str, at: datetime) -> str:
    """The openid that a code from WeChat stands for, asked for once.

    Raises :class:`NotThere` without a service account, :class:`TooMany` when the address has tried too often, :class:`WrongState` for a
    code that is none, was used or is of a visitor who only looks, :class:`Unavailable` when WeChat is away or the account is set wrong.
    """
    account = wechat()
    if account is None:
        raise NotThere(OFF)
    throttle.hit(f"wechat:{hashed(network(address))}", TRIED_FROM_ADDRESS, ADDRESS_SECONDS, at=at)
    found = carrier.openid_of_code(account.app, code) if code else Report(Outcome.REFUSED, "no code")
    if isinstance(found, Report):
        if found.outcome == Outcome.REFUSED:
            raise WrongState(AGAIN)
        note(account, found, at)
        raise Unavailable(_("微信现在没有回话。请过一会儿再试，或者用密码、验证码登录。"))
    if not OPENID.fullmatch(found):
        raise WrongState(AGAIN)
    note(account, Report(Outcome.SENT), at)
    return found


@action
def _signed_in_by_wechat(user_id: int, *, at: datetime) -> User:
    if not may_enter_by_wechat(user_id, at):
        raise NotSignedIn(_("有工作身份的账号，请用密码登录。"))
    by = actor_for_user(user_id, at=at)
    audit.record("sign-in", "user", user_id, by=by, at=at, community_id=by.community_id, after={"by": "wechat"})
    return User.objects.get(pk=user_id)


def sign_in_by_wechat(openid: str, *, at: datetime) -> User | None:
    """The login that this WeChat was tied to by its owner, for a new session; nothing when it is tied to none that is open.

    Raises :class:`NotSignedIn` for whoever has a role in office: their login opens more than their own things.
    """
    account = wechat()
    user_id = whose_wechat(account.app.app_id, openid) if account else None
    if user_id is None or not User.objects.filter(pk=user_id, is_active=True).exists():
        return None
    return _signed_in_by_wechat(user_id, at=at)


def bind_wechat(openid: str, *, by_wechat: bool, by: Actor, at: datetime) -> None:
    """Tie an openid to the actor's login. ``by_wechat``: the session was begun by WeChat itself, which proves nothing new.

    Raises :class:`NotAllowed` then, :class:`WrongState` when another login has it, or the actor has tied another one.
    """
    check_role(by, "wechat.bind")
    if by_wechat:
        raise NotAllowed(_("请先退出，用密码或验证码登录一次，再连微信。"))
    try:
        _bind(openid, by=by, at=at)
    except IntegrityError as taken:  # another session tied it at the same moment
        raise WrongState(_("这个微信已经连着别的账号。请在那个账号的“我的”里先断开。")) from taken


@action
def _bind(openid: str, *, by: Actor, at: datetime) -> None:
    account = wechat()
    if account is None:
        raise NotThere(OFF)
    app_id = account.app.app_id
    holder = whose_wechat(app_id, openid)
    if holder is not None and holder != by.login_id:
        if User.objects.filter(pk=holder, is_active=True).exists():
            raise WrongState(_("这个微信已经连着别的账号。请在那个账号的“我的”里先断开。"))
        untie_wechat(holder)
    mine = WeChatBinding.objects.select_for_update().filter(user_id=by.login_id).first() or WeChatBinding(user_id=by.login_id)
    index = openid_index(app_id, openid)
    if mine.openid_index is not None and mine.app_id == app_id and bytes(mine.openid_index) != index:
        raise WrongState(_("您的账号已经连着另一个微信，请先断开。"))
    mine.app_id, mine.openid, mine.openid_index, mine.bound_at = app_id, openid, index, at
    mine.save()
    audit.record("bind", "wechat-binding", mine.pk, by=by, at=at, community_id=by.community_id)


@action
def unbind_wechat(*, by: Actor, at: datetime) -> None:
    """Untie the actor's WeChat: it opens nothing and gets nothing any more. Raises :class:`WrongState` when none is tied."""
    check_role(by, "wechat.bind")
    mine = WeChatBinding.objects.filter(user_id=by.login_id).values_list("pk", flat=True).first()
    if mine is None or not untie_wechat(by.login_id):
        raise WrongState(_("没有连着的微信。"))
    audit.record("unbind", "wechat-binding", mine, by=by, at=at, community_id=by.community_id)


def wechat_ticket(account: WeChat, *, refused: str = "", at: datetime) -> str | Report:
    """The access token that all workers share, renewed before it ends. ``refused``: the one that WeChat has just not taken."""
    held = account.ticket if account.ticket_until and account.ticket_until - RENEWED_BEFORE > at else ""
    if held and held != refused:
        return held
    found = carrier.ticket(account.app)
    if isinstance(found, carrier.Ticket) and found.text == refused:
        try:
            throttle.hit("wechat:forced", FORCED_MOST, DAY_SECONDS, at=at)
        except TooMany:
            found = Report(Outcome.LATER, "token")
        else:
            found = carrier.ticket(account.app, force=True)
    if isinstance(found, Report):
        note(account, found, at)
        return found
    _keep_ticket(account.app.app_id, found, at)
    return found.text


@durable
def _keep_ticket(app_id: str, found: carrier.Ticket, at: datetime) -> None:
    WeChatAccount.objects.filter(pk=_THE_ONE, app_id=app_id).update(ticket=found.text, ticket_until=at + found.lasts)


def note(account: WeChat, report: Report, at: datetime) -> None:
    """Put down what the account's keeper must mend, or that WeChat takes everything again; what only passes is no news."""
    said = report.said if carrier.errcode_of(report) in carrier.TO_MEND | carrier.STALE else ""
    if said != account.said and (said or report.outcome == Outcome.SENT):
        _note(account.app.app_id, said, at)


@durable
def _note(app_id: str, said: str, at: datetime) -> None:
    WeChatAccount.objects.filter(pk=_THE_ONE, app_id=app_id).update(said=said, said_at=at if said else None)
