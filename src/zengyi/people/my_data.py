"""What this package, and the ground floor, hold about somebody."""

from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from zengyi.core.models import Event
from zengyi.people.models import Grant, Left, Look, Member, Merger, Person, Registration, Tie, Token, User, WeChatBinding
from zengyi.people.queries.my_data import Held

_AT, _UNTIL, _COMMUNITY, _ROLE = _("何时"), _("到何时"), _("社区"), _("身份")

TABLES = (
    Held(
        Person,
        _("登记的信息"),
        _("社区联系您、上门、分清同名的人。"),
        by=("pk",),
        columns={
            "name": _("姓名"),
            "phone": _("电话"),
            "email": _("邮箱"),
            "community__name": _COMMUNITY,
            "home__parent__name": _("小区"),
            "home__name": _("幢号"),
            "door": _("门牌"),
            "name_public": _("同意写全名"),
            "created_at": _("何时登记"),
            "by_sheet": _("从表里导入"),
        },
    ),
    Held(
        Member,
        _("党员身份"),
        _("记基础分和增值分，派单时看岗位和特长。属敏感信息，只给支部和社区看。"),
        by=("person",),
        columns={
            "number": _("编号"),
            "branch__name": _("支部"),
            "status": _ROLE,
            "duty": _("岗位"),
            "skills": _("特长"),
            "unit__name": _("工作单位"),
        },
    ),
    Held(
        Left,
        _("表格改过的门牌和单位"),
        _("改之前同住或同单位的人点的单，接了要多看一眼。原来的门牌不写在这里，只存算过的。"),
        by=("person",),
        columns={"at": _AT, "unit__name": _("原来的工作单位")},
    ),
    Held(
        Merger,
        _("并到一起的另一份资料"),
        _("同一个人登记了两遍，并成一份；原来的手机号和门牌留着，下次还认得出是您。"),
        by=("kept",),
        columns={
            "name": _("姓名"),
            "phone": _("电话"),
            "home__name": _("幢号"),
            "door": _("门牌"),
            "at": _AT,
            "reason": _("为什么"),
        },
        texts=frozenset({"reason"}),
    ),
    Held(
        Registration,
        _("双报到"),
        _("社区知道有谁能来帮忙。"),
        by=("member",),
        columns={"community__name": _COMMUNITY, "state": _("到哪一步"), "registered_at": _("何时报到"), "ended_at": _UNTIL},
    ),
    Held(
        Grant,
        _("给的身份"),
        _("决定能看什么、能做什么。"),
        by=("user",),
        columns={"role": _ROLE, "place__name": _("在哪里"), "organisation__name": _("单位"), "starts_at": _AT, "ends_at": _UNTIL},
    ),
    Held(
        User,
        _("登录账号"),
        _("认得是您本人。密码只存算过的，谁也读不出来，这里也没有。"),
        by=("pk", "person"),
        columns={"username": _("账号"), "is_active": _("能登录"), "must_change": _("要先改密码")},
    ),
    Held(
        TOTPDevice,
        _("第二步验证"),
        _("多一道锁。密钥不写在这里。"),
        by=("user",),
        columns={"name": _("叫什么"), "confirmed": _("设好了"), "created_at": _AT},
    ),
    Held(
        WeChatBinding,
        _("连着的微信"),
        _("用微信登录，收得到微信消息。断开就删掉。"),
        by=("user",),
        columns={"openid": _("微信给这个服务号的编号"), "bound_at": _AT},
    ),
    Held(
        Token,
        _("接口的通行证"),
        _("别的程序替您用系统。只存算过的。"),
        by=("user",),
        columns={"acting_as": _ROLE, "created_at": _AT, "expires_at": _UNTIL, "revoked_at": _("何时作废")},
    ),
    Held(
        Tie,
        _("谁经手过您的账号"),
        _("两个人审核时，经手的人不算第二个人。"),
        by=("login",),
        columns={"kind": _("做了什么"), "maker__person__name": _("谁"), "at": _AT, "until": _UNTIL},
        others=frozenset({"maker__person__name"}),
    ),
    Held(
        Look,
        _("谁看过我的电话和门牌"),
        _("您看得到谁看过；觉得不该看的，可以问。"),
        by=("person",),
        columns={"at": _AT, "role": _ROLE, "viewer__person__name": _("谁"), "organisation__short_name": _("单位"), "about": _("为哪一单")},
        others=frozenset({"viewer__person__name"}),
    ),
    Held(
        Event,
        _("您做过的步骤"),
        _("账和单子查得清。法律要求留半年以上；记过账的一直留着。"),
        by=("user",),
        columns={"at": _AT, "role": _ROLE, "via": _("从哪里"), "verb": _("做了什么"), "object_type": _("对什么"), "object_id": _("第几号")},
    ),
)

_HAND = "what somebody did to another's row stands among their own steps, core.Event"

#: Ways to somebody that are not followed, each with the reason; the test of my own data reads them.
LEFT_OUT: dict[str, str] = {
    "people.Person.created_by": _HAND,
    "people.Person.phone_by": _HAND,
    "people.Tie.maker": _HAND,
    "people.Tie.through": _HAND,
    "people.Look.viewer": "whom somebody looked at is the record of those they looked at",
    "people.Merger.by": _HAND,
    "people.Merger.login": "a closed login of the same person's, which opens nothing any more",
    "people.Registration.entered_by": _HAND,
    "people.Grant.granted_by": _HAND,
    "people.Session.user": "there only while signed in, and nothing but a random number",
    "otp_static.StaticDevice.user": "backup codes are kept as digests; how many are left stands on the page of oneself",
}
