"""What of this package is told to whom: that a registration was confirmed, a role given or taken back, a password handed out."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zengyi.people.queries.concerned import who_registered, who_was_granted
from zengyi.people.queries.inbox import Subject, Template, Topic

OWNER = "owner"


def _registrations(registration_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    return {pk: Subject({OWNER: logins}, {"community": name}) for pk, (name, logins) in who_registered(registration_ids, at).items()}


def _grants(grant_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    return {pk: Subject({OWNER: logins}, {"place": where}) for pk, (where, logins) in who_was_granted(grant_ids).items()}


def _logins(login_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    return {pk: Subject({OWNER: frozenset({pk})}, {}) for pk in login_ids}


def _active(after: Mapping[str, Any]) -> bool:
    return after.get("state") == "ACTIVE"


_REASON = _("%(reason)s")


def _me(_row: int) -> str:
    return reverse("me")


TOPICS = (
    Topic(
        object_type="registration",
        subjects=_registrations,
        url=_me,
        templates=(
            Template(verb="register", to=OWNER, words=_("社区替您登记了报到：%(community)s"), fits=_active),
            Template(verb="confirm", to=OWNER, words=_("报到确认了：%(community)s"), more=_("从今天起可以接单、记分")),
            Template(verb="end", to=OWNER, words=_("报到结束了：%(community)s"), more=_REASON),
        ),
    ),
    Topic(
        object_type="grant",
        subjects=_grants,
        url=_me,
        templates=(
            Template(verb="grant", to=OWNER, words=_("您多了一个身份：%(place)s"), more=_("重新登录后可以选")),
            Template(verb="stand-in", to=OWNER, words=_("请您代班一天：%(place)s"), more=_REASON),
            Template(verb="end", to=OWNER, words=_("一个身份收回了：%(place)s"), more=_REASON),
        ),
    ),
    Topic(
        object_type="login",
        subjects=_logins,
        url=_me,
        templates=(
            Template(verb="reset", to=OWNER, words=_("您的密码由社区重设过"), more=_("不是您要求的，请马上给社区打电话"), urgent=True),
        ),
    ),
)
