# Chinese in this file is data: the ending of a door's number.
"""The words for people and places, and how what people type becomes comparable."""

import re
import unicodedata

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PlaceKind(TextChoices):
    """Levels of the place tree."""

    DISTRICT = "DISTRICT", _("区")
    SUBDISTRICT = "SUBDISTRICT", _("街道")
    COMMUNITY = "COMMUNITY", _("社区")
    ESTATE = "ESTATE", _("小区")
    BUILDING = "BUILDING", _("幢")
    GRID = "GRID", _("网格")
    SPOT = "SPOT", _("地点")


class OrganisationKind(TextChoices):
    """Kinds of units."""

    OFFICE = "OFFICE", _("机关单位")
    TWO_NEW = "TWO_NEW", _("两新组织")
    OWNERS = "OWNERS", _("业委会")
    PROPERTY = "PROPERTY", _("物业公司")
    CONTRACTOR = "CONTRACTOR", _("施工单位")
    PUBLIC = "PUBLIC", _("公共服务单位")


class MemberStatus(TextChoices):
    """How a member belongs to the community."""

    ENROLLED = "ENROLLED", _("在册")
    IN_SERVICE = "IN_SERVICE", _("在职报到")
    NEW_FORM = "NEW_FORM", _("新业态")


class Duty(TextChoices):
    """四大岗, the four posts a member may claim."""

    DELIBERATION = "DELIBERATION", _("议事岗")
    GOVERNANCE = "GOVERNANCE", _("治理岗")
    GIVING = "GIVING", _("奉献岗")
    MONITORING = "MONITORING", _("监督岗")


class RegistrationState(TextChoices):
    """States of a registration."""

    PENDING = "PENDING", _("待确认")
    ACTIVE = "ACTIVE", _("已报到")
    ENDED = "ENDED", _("已结束")


#: Members of these statuses are known to work or drive here, and are expected to register (双报到).
IN_SERVICE_STATUSES = (MemberStatus.IN_SERVICE, MemberStatus.NEW_FORM)
#: Filters of the members' list: whom 双报到 asks to report, who of them did, and who has none of the four duties yet.
TO_REPORT, REPORTED, NO_DUTY = "known", "done", "NONE"


#: China's code before a number; without a sign only where a mobile number follows.
_COUNTRY = re.compile(r"^(?:\+86|0086|86(?=1\d{10}$))")


def normal_phone(text: str) -> str:
    """A phone number as digits only, without country code; empty when ``text`` is no phone number.

    >>> normal_phone("+86 139-0000-1206"), normal_phone("０５１３－８５００１２３４"), normal_phone("none")
    ('13900001206', '051385001234', '')
    >>> normal_phone("8613900001206"), normal_phone("13900001206.0"), normal_phone("139 0000 1206（微信同号）")
    ('13900001206', '13900001206', '13900001206')
    """
    # What stands in brackets behind it is a remark; a sheet that took it for a number ends it with .0.
    digits = re.sub(r"(?<=\d)\([^()\d]*\)$", "", unicodedata.normalize("NFKC", text).strip().lstrip("'")).removesuffix(".0")
    for mark in " -()\u2010\u2011\u2013\u2014\u2212\xa0":
        digits = digits.replace(mark, "")
    digits = _COUNTRY.sub("", digits)
    return digits if digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 12 else ""


_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·"
_BETWEEN_HAN = re.compile(f"(?<=[{_HAN}])\\s+(?=[{_HAN}])")


def normal_name(text: str) -> str:
    """A name as it is kept: no spaces between 汉字, one between other words, no full-width letters.

    >>> normal_name(" 孙　强国 "), normal_name("孙 强 国"), normal_name("Ｊｏｈｎ  Smith"), normal_name("居民 1206")
    ('孙强国', '孙强国', 'John Smith', '居民 1206')
    """
    return _BETWEEN_HAN.sub("", " ".join(unicodedata.normalize("NFKC", text).split()))


def alike(one: str, other: str) -> bool:
    """Whether two names are rather one person's, mistyped, than two people's who share a phone.

    >>> alike("孙强国", "孙强果"), alike("居民1", "居民1改"), alike("孙强国", "李秀英"), alike("王芳", "王军")
    (True, True, False, False)
    """
    one, other = normal_name(one), normal_name(other)
    if one in other or other in one:
        return True
    differ = sum(a != b for a, b in zip(one, other, strict=False))
    return len(one) == len(other) > 2 and differ == 1


def normal_door(text: str) -> str:
    """A door number without spaces and full-width digits.

    >>> normal_door(" １２０６ 室"), normal_door("甲-301")
    ('1206', '甲-301')
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).removesuffix("室").upper()
