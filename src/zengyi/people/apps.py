"""The package as a Django application."""

from datetime import timedelta
from typing import ClassVar

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Name and label of the package."""

    name = "zengyi.people"
    label = "people"
    trail: ClassVar[dict[str, dict[str, str]]] = {
        "Place": {"plan": "a drawing; nothing is decided by it"},
        "Branch": {},
        "Organisation": {},
        "Person": {},
        "User": {"last_login": "nobody writes it"},
        "Member": {},
        "Registration": {},
        "Grant": {},
        "Token": {},
        "otp_totp.TOTPDevice": dict.fromkeys(
            ("throttling_failure_timestamp", "throttling_failure_count", "last_used_at", "last_t", "drift"), "moves with each code"
        ),
    }
    not_in_trail: ClassVar[dict[str, str]] = {
        "Session": "comes and goes with each visit; signed, and bound to its login's password and epoch, which are kept",
    }

    def ready(self) -> None:
        """Register the jobs that remove what has expired."""
        from zengyi.core import work
        from zengyi.people.actions import forget_old_sessions

        work.add(work.Job("sessions", timedelta(hours=1), forget_old_sessions))
