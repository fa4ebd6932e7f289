"""Logins: who may sign in with what."""

from dataclasses import dataclass

from django.contrib.auth.hashers import check_password, make_password

from zengyi.people.models import User, phone_index
from zengyi.people.rules.one_time import looks_one_time, typed

NAME_LENGTH_MOST = 40
PASSWORD_LENGTH_MOST = 256
_SAME_PHONE_MOST = 4


@dataclass(frozen=True, slots=True)
class Login:
    """A login whose password was right. ``epoch`` is the one the password was checked under."""

    user_id: int
    epoch: int
    must_change: bool


def login_of(name: str, password: str) -> Login | None:
    """The open login of that user name or phone, if the password is right. A phone may be that of several people.

    An unknown name costs as much time as a wrong password, so that nobody learns which names exist.
    """
    if not 0 < len(password) <= PASSWORD_LENGTH_MOST:
        password = ""
    candidates = _candidates(name.strip())
    for user_id, epoch, must_change, encoded in candidates:
        # A one-time password is read from paper: case, spaces and dashes are as they may be.
        if password and check_password(typed(password) if must_change and looks_one_time(password) else password, encoded):
            return Login(user_id, epoch, must_change)
    if not candidates:
        make_password(password)
    return None


def _candidates(name: str) -> list[tuple[int, int, bool, str]]:
    if not name or len(name) > NAME_LENGTH_MOST or not name.isprintable():
        return []
    columns = ("pk", "epoch", "must_change", "password")
    users = User.objects.filter(is_active=True).order_by("pk")
    found = list(users.filter(username=name).values_list(*columns))
    index = phone_index(name)
    if not found and index is not None:
        found = list(users.filter(person__phone_index=index).values_list(*columns)[:_SAME_PHONE_MOST])
    return found
