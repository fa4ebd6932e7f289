"""E-mail over SMTP, as ``ZENGYI_SMTP`` says."""

import smtplib
from collections.abc import Mapping

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from zengyi.core.carriers import SENT, Outcome, Report

TIMEOUT_SECONDS = 15


def is_set() -> bool:
    """Whether there is a server to hand mail to."""
    return bool(settings.SMTP)


def send(to: str, subject: str, text: str, *, key: str, headers: Mapping[str, str]) -> Report:
    """Hand a letter over. ``key`` makes its Message-ID, so that a mailbox may know it again.

    A server that breaks off when it has the letter leaves it open whether it took it.
    """
    given = {"Message-ID": f"<{key}@{settings.MAIL_FROM.rpartition('@')[2]}>", **headers}
    letter = EmailMessage(subject, text, settings.MAIL_FROM, [to], headers=given)
    connection = get_connection(fail_silently=False)
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as away:
        return Report(Outcome.LATER, type(away).__name__)
    try:
        connection.send_messages([letter])
    except smtplib.SMTPRecipientsRefused as refused:
        code = next(iter(refused.recipients.values()))[0]
        return Report(Outcome.LATER if 400 <= code < 500 else Outcome.REFUSED, f"SMTP {code}")
    except smtplib.SMTPResponseException as refused:
        return Report(Outcome.LATER if 400 <= refused.smtp_code < 500 else Outcome.REFUSED, f"SMTP {refused.smtp_code}")
    except (smtplib.SMTPException, OSError) as broken:
        return Report(Outcome.UNKNOWN, type(broken).__name__)
    finally:
        _hang_up(connection)
    return SENT


def _hang_up(connection: object) -> None:
    try:
        connection.close()  # type: ignore[attr-defined]
    except (smtplib.SMTPException, OSError):
        return
