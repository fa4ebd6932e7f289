"""After a backup was brought back: nothing that was ended since comes alive again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from zengyi.core import audit
from zengyi.core.steps import action
from zengyi.people.models import Session, Token, User
from zengyi.people.rules import Actor


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a login had before the backup was brought back: its password's hash, its epoch, and whether it was open."""

    password: str
    epoch: int
    must_change: bool
    is_active: bool


def credentials() -> dict[tuple[int, str], Credentials]:
    """Those of every login now, by id and user name."""
    columns = ("pk", "username", "password", "epoch", "must_change", "is_active")
    return {(row[0], row[1]): Credentials(*row[2:]) for row in User.objects.values_list(*columns)}


@action
def end_what_was_restored(before: Mapping[tuple[int, str], Credentials], *, made_at: str, by: Actor, at: datetime) -> int:
    """End every session and token of the restored database; returns how many logins keep a newer password or stay closed.

    ``before``: the logins of the database that was overwritten. Who has changed a password since the backup keeps the new one,
    and a login closed since stays closed: the old password may be why.
    """
    kept = 0
    User.objects.update(epoch=F("epoch") + 1)
    for user in User.objects.all():
        newer = before.get((user.pk, user.username))
        if newer is None:
            continue
        user.epoch = max(user.epoch, newer.epoch + 1)
        changed = newer.password != user.password or not newer.is_active
        if changed:
            user.password, user.must_change = newer.password, newer.must_change
            user.is_active = user.is_active and newer.is_active
            kept += 1
        user.save(update_fields=["epoch", "password", "must_change", "is_active"])
    Session.objects.all().delete()
    Token.objects.filter(revoked_at=None).update(revoked_at=at)
    audit.record("restore", "database", 0, by=by, at=at, community_id=None, after={"made_at": made_at, "kept": kept})
    return kept
