"""Two entries of one person: what makes two entries look like one person's, and which of them may go. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from zengyi.people.rules.words import normal_name


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """An entry of the list as far as it is compared. Phone and household are blind indexes."""

    id: int
    name: str
    phone: bytes | None = None
    household: bytes | None = None


def likely_one(one: PersonEntry, other: PersonEntry) -> bool:
    """Whether two entries are likely the same person's: one name, and nothing that speaks against it.

    The same phone speaks for it. People change their number, but two doors are two people of one name.

    >>> wang = PersonEntry(1, "王芳", b"phone", b"door")
    >>> likely_one(wang, PersonEntry(2, "王 芳", b"other", b"door")), likely_one(wang, PersonEntry(2, "王芳", b"other", b"else"))
    (True, False)
    >>> likely_one(wang, PersonEntry(2, "王芳", None, None)), likely_one(wang, PersonEntry(2, "王军", b"phone", b"door"))
    (True, False)
    >>> likely_one(wang, PersonEntry(2, "王芳", b"phone", b"else")), likely_one(wang, PersonEntry(2, "王芳", None, b"else"))
    (True, False)
    """
    if normal_name(one.name) != normal_name(other.name):
        return False
    same_phone = one.phone is not None and one.phone == other.phone
    other_door = one.household is not None and other.household is not None and one.household != other.household
    return same_phone or not other_door


@dataclass(frozen=True, slots=True)
class Sides:
    """Two entries that are to become one, by id: their persons, memberships and logins. ``gone`` is taken off the list.

    ``roles``: whether the login of the one that goes has a role in force.
    """

    kept: int
    gone: int
    kept_member: int | None = None
    gone_member: int | None = None
    kept_login: int | None = None
    gone_login: int | None = None
    roles: bool = False

    @property
    def members(self) -> tuple[int, ...]:
        """The memberships there are."""
        return tuple(pk for pk in (self.kept_member, self.gone_member) if pk is not None)


def against_sides(sides: Sides) -> list[str]:
    """What speaks against keeping this one of the two: points and roles never change hands by it."""
    found = []
    if sides.gone_member is not None and sides.kept_member is None:
        found.append(_("留下是党员的那一份，储值跟着它，一分也不动。"))
    if sides.roles:
        found.append(_("要并掉的那份有身份（社区书记、社区工作人员这些）。请留下那一份，或者先结束它的身份。"))
    return found
