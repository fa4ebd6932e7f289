"""Codes by SMS: asked for, sent, shown back, and signed in with.

A code is nowhere kept: it follows from a random seed in its row and the machine's own key, and is calculated when it is sent and when it is
compared. Whether anybody has the number is looked up when the SMS goes out, and again when a code is right: asking answers the same, and as
fast, for every number.
"""

import hmac
import os
import uuid
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from zengyi.core import audit, throttle
from zengyi.core.carriers import Outcome, Report, sms
from zengyi.core.errors import Invalid, NotSignedIn, NotThere, WrongState
from zengyi.core.secrets import blind_index
from zengyi.core.steps import action, durable
from zengyi.people.actions.by_phone import login_of_person
from zengyi.people.actions.logins import hashed, network
from zengyi.people.models import PhoneCode, User, phone_index
from zengyi.people.queries.actors import actor_for_user
from zengyi.people.queries.codes import Sharer, codes_offered, who_shares
from zengyi.people.rules import normal_phone
from zengyi.people.rules.codes import (
    A_DAY,
    A_MINUTE,
    ADDRESS_SECONDS,
    AN_HOUR,
    ASKED_FROM_ADDRESS,
    CHOSEN_WITHIN,
    KEPT,
    LASTS,
    TRIED_FROM_ADDRESS,
    TRIES_MOST,
    CodeFor,
    CodeState,
    code_of,
    is_mobile,
    sms_of,
    typed_code,
)

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
#: A carrier has so long before whoever sends is taken for dead; so often a code is tried.
LEASE, AGAIN_AFTER, ATTEMPTS_MOST, AT_ONCE = timedelta(seconds=30), timedelta(seconds=5), 4, 200

# One sentence for a wrong code and for a number nobody has.
WRONG = _("验证码不对，请照短信再看一遍。")
OVER = _("这个验证码不能用了：过了十分钟、用过了，或者试错太多次。请再要一个。")


def ask_code(phone: str, purpose: CodeFor, *, address: str, at: datetime) -> int:
    """Ask for a code to be sent to a phone; returns its id, whether anybody has the number or not.

    Raises :class:`Invalid` for what is no mobile phone, :class:`TooMany` when the number or the address has asked too often, and
    :class:`NotThere` where no SMS are sent.
    """
    if not codes_offered():
        raise NotThere(_("这里还没有开通短信验证码。"))
    number = normal_phone(phone)
    if not is_mobile(number):
        raise Invalid.on("phone", _("请写能收短信的手机号，11 位。"))
    whose = hashed(number)
    throttle.hit(f"code:address:{hashed(network(address))}", ASKED_FROM_ADDRESS, ADDRESS_SECONDS, at=at)
    for most, seconds in ((A_MINUTE, MINUTE), (AN_HOUR, HOUR), (A_DAY, DAY)):
        throttle.hit(f"code:{seconds}:{whose}", most, seconds, at=at)
    return _ask(number, purpose, at)


@durable
def _ask(number: str, purpose: CodeFor, at: datetime) -> int:
    made = PhoneCode.objects.create(
        purpose=purpose, phone=number, phone_index=phone_index(number), seed=os.urandom(16), made_at=at, ends_at=at + LASTS, due_at=at
    )
    return made.pk


def show_code(code_id: int, text: str, purpose: CodeFor, *, address: str, at: datetime) -> None:
    """Show the code back; once it is right it is used up. Every try counts before it is looked at.

    Raises :class:`Invalid` for a wrong one and for a number that nobody has who might sign in, :class:`WrongState` when it is good no
    more, :class:`TooMany` when the address has tried too often.
    """
    throttle.hit(f"code-try:{hashed(network(address))}", TRIED_FROM_ADDRESS, ADDRESS_SECONDS, at=at)
    code = _try(code_id, purpose, at)
    if code is None:
        raise WrongState(OVER)
    right = hmac.compare_digest(_digits(code), typed_code(text))
    known = purpose != CodeFor.SIGN_IN or bool(who_shares(_index(code), at))
    if not (right and known):
        raise Invalid.on("code", WRONG)
    if not _use(code_id, at):
        raise WrongState(OVER)


@durable
def _try(code_id: int, purpose: CodeFor, at: datetime) -> PhoneCode | None:
    good = PhoneCode.objects.filter(pk=code_id, purpose=purpose, used_at=None, ends_at__gt=at, tries__lt=TRIES_MOST)
    return PhoneCode.objects.get(pk=code_id) if good.update(tries=F("tries") + 1) else None


@durable
def _use(code_id: int, at: datetime) -> bool:
    return bool(PhoneCode.objects.filter(pk=code_id, used_at=None).update(used_at=at))


def sharers(code_id: int, at: datetime) -> list[Sharer]:
    """Who has the phone of a code that was shown back just now: one, or several to choose from."""
    return who_shares(_index(_shown(code_id, CodeFor.SIGN_IN, at)), at)


def _shown(code_id: int, purpose: CodeFor, at: datetime) -> PhoneCode:
    code = PhoneCode.objects.filter(pk=code_id, purpose=purpose, used_at__gt=at - CHOSEN_WITHIN).first()
    if code is None:
        raise NotSignedIn(OVER)
    return code


@action
def sign_in_by_code(code_id: int, person_id: int, *, at: datetime) -> User:
    """The login of somebody whose phone has shown its code just now, for a new session; made here when they have none yet."""
    code = _shown(code_id, CodeFor.SIGN_IN, at)
    if person_id not in {one.person_id for one in who_shares(_index(code), at)}:
        raise NotSignedIn(OVER)
    user = login_of_person(person_id, at=at)
    if user is None:
        raise NotSignedIn(OVER)
    by = actor_for_user(user.pk, at=at)
    audit.record("sign-in", "user", user.pk, by=by, at=at, community_id=by.community_id, after={"by": "code"})
    return user


def send_codes(at: datetime) -> int:
    """Send the codes that wait; returns how many were sent. In the demo nothing is: the page shows them."""
    if settings.DEMO or not codes_offered():
        return 0
    sent = 0
    for _turn in range(AT_ONCE):
        code = _claim(at)
        if code is None:
            break
        report = _carry(code, at)
        _mark(code, report, at)
        sent += report is not None and report.outcome == Outcome.SENT
    return sent


@durable
def _claim(at: datetime) -> PhoneCode | None:
    """Take the next code for this worker. One that a dead worker held is sent again where the carrier sends the same key only once."""
    due = PhoneCode.objects.filter(state__in=[CodeState.WAITING, CodeState.SENDING], due_at__lte=at, ends_at__gt=at)
    code = due.order_by("due_at", "id").select_for_update(skip_locked=True).first()
    if code is None:
        return None
    lost = code.state == CodeState.SENDING and not sms.is_idempotent()
    code.attempts += 1
    code.state = CodeState.LOST if lost else CodeState.SENDING
    PhoneCode.objects.filter(pk=code.pk).update(state=code.state, due_at=at + LEASE, attempts=code.attempts)
    return code


def _carry(code: PhoneCode, at: datetime) -> Report | None:
    if code.state == CodeState.LOST:
        return Report(Outcome.UNKNOWN, "lease")
    if code.purpose == CodeFor.SIGN_IN and not who_shares(_index(code), at):
        return None
    digits = _digits(code)
    text = sms.Text("code", sms_text(digits), {"code": digits})
    return sms.send(code.phone, text, key=str(uuid.UUID(bytes=bytes(code.seed))), at=at)


@durable
def _mark(code: PhoneCode, report: Report | None, at: datetime) -> None:
    ours = PhoneCode.objects.filter(pk=code.pk, attempts=code.attempts)
    if report is None:
        ours.update(state=CodeState.NOBODY)
        return
    again = report.outcome == Outcome.LATER or (report.outcome == Outcome.UNKNOWN and sms.is_idempotent())
    if again and code.attempts < ATTEMPTS_MOST:
        ours.update(state=CodeState.WAITING, due_at=at + AGAIN_AFTER)
    else:
        ours.update(state=CodeState.SENT if report.outcome == Outcome.SENT else CodeState.LOST)


def sms_text(digits: str) -> str:
    """The words of the SMS, in Chinese: whoever gets it has chosen no language yet."""
    with override("zh-hans"):
        return sms_of(digits, urlsplit(settings.ADDRESS).hostname or "")


def shown_in_demo(code_id: int) -> str:
    """In the demo, what the SMS would say; elsewhere nothing."""
    code = PhoneCode.objects.filter(pk=code_id).first() if settings.DEMO else None
    return sms_text(_digits(code)) if code else ""


def _digits(code: PhoneCode) -> str:
    return code_of(blind_index("code", f"{code.purpose}:{bytes(code.seed).hex()}") or b"")


def _index(code: PhoneCode) -> bytes:
    return bytes(code.phone_index)


@durable
def forget_codes(at: datetime) -> int:
    """Delete codes of yesterday, with their numbers; returns how many."""
    return PhoneCode.objects.filter(made_at__lt=at - KEPT).delete()[0]
