"""Where sessions are kept: in the database, each with its login. The settings name this module as Django's session engine."""

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as Database

from zengyi.core import clock
from zengyi.people import queries
from zengyi.people.models import Session, User

FORGOTTEN_AT_ONCE = 1000


class SessionStore(Database):
    """A session that is read together with its login, in one statement."""

    #: The open login read with the session, its roles included. Whether it is signed in is for the session's data to say.
    login: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table of sessions."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row to write, with the login in a column of its own."""
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
        row.user_id = data.get(SESSION_KEY)
        return row

    def load(self) -> dict[str, Any]:
        """The session's data. A session without an open login is read as Django reads it."""
        found = queries.session(self.session_key or "", at=clock.now())
        if found is None:
            return super().load()
        data, self.login = found
        return self.decode(data)


def forget_old_sessions(at: datetime) -> int:
    """Delete sessions that have ended by ``at``, some at a time; returns how many."""
    old = Session.objects.filter(expire_date__lte=at).order_by("expire_date").values("pk")[:FORGOTTEN_AT_ONCE]
    return Session.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()[0]
