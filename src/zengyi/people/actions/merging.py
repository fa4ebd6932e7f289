"""Two entries of one person become one. What hung on both hangs on the one that stays; postings and balances are not touched."""

from datetime import datetime

from django.db import IntegrityError, OperationalError, connection
from django.db.models import F, Model, ProtectedError, QuerySet
from django.utils.translation import gettext_lazy as _

from zengyi.core import audit, packages
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.core.steps import action, in_action
from zengyi.people.actions.ties import tie_merged
from zengyi.people.models import Left, Look, Member, Merger, Person, User
from zengyi.people.queries.merging import against, same_looks, sides_of, ways
from zengyi.people.rules import Actor, Target, check, check_role
from zengyi.people.rules.merging import Sides
from zengyi.people.rules.persons import REASON_LEAST, REASON_MOST

#: So long somebody else's step may be at one of the two entries: less than PostgreSQL waits before it ends one of two steps that wait for
#: each other, so that it is always this one that gives way.
WAIT = "300ms"


def merge_persons(kept_id: int, gone_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Make two entries of one person one: ``kept_id`` stays, ``gone_id`` is taken off the list, and what hung on it follows.

    A membership, its points and a login's roles never change hands by it: the entry that has them stays. Empty fields of the one that
    stays are filled from the other, whose phone and door are kept (:class:`Merger`). It can't be undone: what came after would belong to
    nobody in particular. Raises :class:`WrongState` with what stands in the way, and :class:`NotThere` for the second of two who do it.
    """
    try:
        _merge(kept_id, gone_id, reason, by=by, at=at)
    except ProtectedError:
        raise  # something hangs on it that is not followed: a fault of ours, not of the moment
    except (IntegrityError, OperationalError) as error:
        raise WrongState(_("这一刻有人正在用其中一份，什么都没有动，请再点一次。")) from error


@action
def _merge(kept_id: int, gone_id: int, reason: str, *, by: Actor, at: datetime) -> None:
    check_role(by, "people.edit")
    check(by, "people.edit", Target(community_id=by.community_id, path=by.place_path), sees=True)
    why = reason.strip()
    if not REASON_LEAST <= len(why) <= REASON_MOST:
        raise Invalid.on("reason", _("请写一句为什么是同一个人，2 到 200 字。"))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{WAIT}'")
    rows = Person.objects.select_for_update(of=("self",)).select_related("member", "user").order_by("pk")
    found = {one.pk: one for one in rows.filter(pk__in=[kept_id, gone_id], community_id=by.community_id)}
    if kept_id == gone_id or len(found) != 2:
        raise NotThere(_("没有找到，或者已经并过了。"))
    if by.person_id in found:
        raise NotAllowed(_("自己的资料要由另一位同事来并。"))
    kept, gone = found[kept_id], found[gone_id]
    sides = sides_of(kept, gone, at)
    if reasons := against(sides):
        raise WrongState(reasons[0])
    for room in packages.rooms("actions"):
        for prepare in getattr(room, "BEFORE_MERGING", ()):
            prepare(sides)
    moved = _follow(sides)
    closed = _logins(kept, sides)
    _remember(kept, gone, closed, why, by, at)
    login = sides.kept_login or sides.gone_login
    tie_merged(login, gone, closed, moved=sides.kept_login is None, by=by, at=at)
    took = _complete(kept, gone, by)
    _leave(kept, gone, at)
    audit.record(
        "merge",
        "person",
        kept_id,
        by=by,
        at=at,
        community_id=kept.community_id,
        before={"gone": gone_id, "login": sides.gone_login, "member": sides.gone_member},
        after={"moved": moved, "took": list(took), "closed": closed},
        reason=why,
    )


@in_action
def _follow(sides: Sides) -> dict[str, int]:
    """Let everything that refers to the entry that goes refer to the one that stays; returns how many rows of which table."""
    moved: dict[str, int] = {}
    same_looks(sides.kept, sides.gone).delete()
    Look.objects.filter(person_id=sides.gone).update(person_id=sides.kept)
    pairs: list[tuple[type[Model], int, int]] = [(Person, sides.kept, sides.gone)]
    if sides.kept_member is not None and sides.gone_member is not None:
        pairs.append((Member, sides.kept_member, sides.gone_member))
    for aim, kept, gone in pairs:
        for model, way in ways(aim):
            if n := QuerySet(model).filter(**{way.name: gone}).update(**{way.name: kept}):
                moved[f"{model._meta.label}.{way.name}"] = n
    if len(pairs) > 1:
        Member.objects.get(pk=pairs[1][2]).delete()
    return moved


@in_action
def _logins(kept: Person, sides: Sides) -> int | None:
    """A login follows where there is one; of two that of the entry that goes is closed. Returns the closed one."""
    if sides.gone_login is None:
        return None
    login = User.objects.filter(pk=sides.gone_login)
    if sides.kept_login is None:
        login.update(person=kept)
        return None
    login.update(person=None, is_active=False, epoch=F("epoch") + 1)
    return sides.gone_login


@in_action
def _remember(kept: Person, gone: Person, closed: int | None, why: str, by: Actor, at: datetime) -> None:
    Merger.objects.create(
        community_id=kept.community_id,
        kept=kept,
        was=gone.pk,
        name=gone.name,
        phone=gone.phone,
        phone_index=gone.phone_index,
        home_id=gone.home_id,
        door=gone.door,
        household_index=gone.household_index,
        login_id=closed,
        by_id=by.user_id,
        at=at,
        reason=why,
    )


@in_action
def _complete(kept: Person, gone: Person, by: Actor) -> tuple[str, ...]:
    """Take the other entry off the list and fill from it what is empty in this one; returns which fields were filled."""
    Person.objects.get(pk=gone.pk).delete()  # read anew: what it knew of login and membership is no longer so
    took = []
    if not kept.phone and gone.phone:
        kept.phone, kept.phone_index, kept.phone_by_id = gone.phone, gone.phone_index, gone.phone_by_id or by.user_id
        took.append("phone")
    if not kept.email and gone.email:
        kept.email = gone.email
        took.append("email")
    if gone.home_id is not None and (kept.home_id is None or (not kept.door and kept.home_id == gone.home_id)):
        kept.home_id, kept.door, kept.household_index = gone.home_id, gone.door, gone.household_index
        took.append("home")
    if took:
        kept.save()
    return tuple(took)


@in_action
def _leave(kept: Person, gone: Person, at: datetime) -> None:
    """Keep the household and the unit of the entry that is gone: the rules against deciding about one's own still ask for them."""
    left_household = _household(gone) if _household(gone) != _household(kept) else None
    left_unit = _unit(gone) if _unit(gone) != _unit(kept) else None
    if left_household is not None or left_unit is not None:
        Left.objects.create(person=kept, household=left_household, unit_id=left_unit, at=at)


def _household(person: Person) -> bytes | None:
    return None if person.household_index is None else bytes(person.household_index)


def _unit(person: Person) -> int | None:
    return person.member.unit_id if hasattr(person, "member") else None
