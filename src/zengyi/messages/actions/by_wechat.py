# Chinese in this file is data: how a WeChat template writes a time.
"""A letter through WeChat: as a template message of the service account, to whoever tied their WeChat to their login."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from zengyi.core import clock
from zengyi.core.carriers import Outcome, Report, wechat
from zengyi.messages.rules import Line
from zengyi.messages.rules.sending import wechat_of
from zengyi.people import actions as people
from zengyi.people.queries import openid_of
from zengyi.people.queries import wechat as service_account


def to_wechat(user_id: int, lines: Sequence[Line], *, more: int, key: str, made_at: datetime, at: datetime) -> Report:
    """Send it; a tap leads to the one thing, or to the inbox. An access token that is refused is renewed, and tried once more."""
    account = service_account()
    if account is None or not account.template:
        return Report(Outcome.REFUSED, "off")
    openid = openid_of(user_id, account.app.app_id)
    if not openid:
        return Report(Outcome.REFUSED, "no address")
    fields = {account.what_field: wechat_of(lines, more=more)}
    if account.when_field:
        fields[account.when_field] = made_at.astimezone(clock.SHANGHAI).strftime("%Y年%m月%d日 %H:%M")
    url = lines[0].url if len(lines) + more == 1 else f"{settings.ADDRESS}{reverse('inbox')}"
    message = wechat.Message(openid, account.template, fields, url)
    ticket = people.wechat_ticket(account, at=at)
    report = ticket if isinstance(ticket, Report) else wechat.send(ticket, message, key=key)
    if isinstance(ticket, str) and wechat.errcode_of(report) in wechat.STALE:
        another = people.wechat_ticket(account, refused=ticket, at=at)
        report = another if isinstance(another, Report) else wechat.send(another, message, key=key)
    people.note_wechat(account, report, at)
    return report
