"""What the outlets of a published quarter say. Everything comes from the frozen statement and from the objections' public sentences."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zengyi.bank.queries import Publication
from zengyi.bank.rules import spoken_day
from zengyi.core import clock, paper
from zengyi.core.templatetags.spoken import spoken_quarter
from zengyi.people.rules import Duty

#: So many characters of a title, with how often it was done, are two lines of the poster.
POSTER_TITLE = 28


def _points(points: int, sign: str = "") -> str:
    return ngettext("%(points)s 分", "%(points)s 分", abs(points)) % {"points": f"{sign}{points}"}


def period(found: Publication) -> str:
    """The days on which it is on display."""
    days = {"first": spoken_day(clock.local_date(found.published_at)), "last": spoken_day(found.objections_until)}
    return _("公示期：%(first)s 至 %(last)s") % days


def where(found: Publication) -> str:
    """Community and quarter."""
    return f"{found.statement['community']['name']} · {spoken_quarter(found.quarter)}"


def duties(found: Publication) -> list[tuple[str, int]]:
    """How many have each duty, in words."""
    return [(str(Duty(one["duty"]).label), one["members"]) for one in found.statement["duties"]]


def objections(found: Publication) -> list[str]:
    """The sentences that were published on objections: to this quarter, and to the one before it."""
    said = [_("上一季：%(text)s") % {"text": one["public"]} for one in found.statement["objections"]]
    told = [one.public for one in found.objections if one.public]
    waiting = len(found.objections) - len(told)
    more = ngettext("还有 %(n)d 件正在答复。", "还有 %(n)d 件正在答复。", waiting) % {"n": waiting}
    return [*said, *told, *([more] if waiting else [])] or [_("没有不同意见。")]


def sheet(found: Publication, *, link: str) -> dict[str, object]:
    """The data of the A4 sheet."""
    statement, totals = found.statement, found.statement["totals"]
    days = {"first": spoken_day(date.fromisoformat(statement["first"])), "last": spoken_day(date.fromisoformat(statement["last"]))}
    return {
        "title": _("党性增值银行季度公示"),
        "foot": _("%(where)s公示") % {"where": where(found)},
        "board": _("江海先锋公示栏"),
        "period": period(found),
        "below": _("%(where)s（%(first)s 至 %(last)s）") % {"where": where(found), **days},
        "lead": _("居民确认办好一件，困难减几分，出力的人就增几分：两本账同时记、同数记。公示期内有不同意见，请向社区提出。"),
        "members": {
            "label": _("建立账户的党员"),
            "figure": str(totals["members"]),
            "remark": _("达到基础标准 %(n)d 名") % {"n": totals["met"]},
        },
        "gain": {
            "label": _("居民确认的增值"),
            "figure": _points(totals["confirmed"], "+"),
            "remark": _("按规则另记 %(points)d 分") % {"points": totals["other"]},
        },
        "reduced": {
            "label": _("居民困难减少"),
            "figure": _points(statement["equation"]["reduced"], "−"),
            "remark": _("季末还有 %(points)d 分") % {"points": statement["equation"]["balance"]},
        },
        "savers_title": _("储值大户（本季增值分）"),
        "savers_head": [_("名次"), _("谁"), _("支部"), _("增值分"), ""],
        "savers": [
            {"rank": str(rank), "name": one["name"], "where": one["branch"], "points": one["points"]}
            for rank, one in enumerate(statement["savers"], 1)
        ],
        "savers_remark": _("本人同意，才写全名；只有榜样，不排后进。"),
        "deeds_title": _("办成的事"),
        "deeds": [{"title": title, "points": f"+{points}"} for title, points in found.deeds],
        "categories_title": _("减去的困难（分）"),
        "categories": [{"label": one["label"], "figure": one["points"]} for one in statement["categories"]],
        "duties_title": _("四大岗"),
        "duties": [[label, str(members)] for label, members in duties(found)],
        "objections_title": _("不同意见与答复"),
        "objections": objections(found),
        "objections_how": _("公示期内有不同意见：到社区当面说、打电话，或扫二维码。五个工作日内答复，同处公布。"),
        "qr": paper.qr(link),
        "digits": list(found.digits),
        "digits_how": digits_how(),
        "signed": f"{statement['community']['name']} · {date_format(clock.local_date(found.published_at))}",
    }


def digits_how() -> str:
    """What the digits are for."""
    return _("核对码：公示栏、手机和文件上是同一串。念一组，对得上就对得上。账动一个字，十二组都变。")


def poster(found: Publication, *, link: str) -> dict[str, object]:
    """The data of the poster."""
    statement, totals = found.statement, found.statement["totals"]
    return {
        "title": _("%(where)s公示") % {"where": where(found)},
        "motto": [_("我的党性增一分"), _("你的困难减一分")],
        "members": _("%(n)d 名党员 党性") % {"n": totals["members"]},
        "residents": _("居民 困难"),
        "gain": f"+{totals['confirmed']}",
        "reduced": f"−{statement['equation']['reduced']}",
        "deeds": [{"title": title, "points": f"+{points}"} for title, points in found.deeds_within(POSTER_TITLE)],
        "scan": _("长按识别，看全部公示"),
        "period": period(found),
        "digits": list(found.digits),
        "qr": paper.qr(link),
    }


def text(found: Publication) -> str:
    """What is read out, line by line; the digits at its end."""
    data = sheet(found, link="")
    said: dict[str, Any] = data
    lines = [said["title"], said["below"], said["lead"], ""]
    lines += [_("%(label)s：%(figure)s（%(remark)s）") % said[name] for name in ("members", "gain", "reduced")]
    if said["savers"]:
        lines += ["", said["savers_title"], *(f"{one['rank']}. {one['name']} {one['where']} +{one['points']}" for one in said["savers"])]
    if said["deeds"]:
        lines += ["", said["deeds_title"], *(f"{one['title']} {one['points']}" for one in said["deeds"])]
    lines += ["", said["objections_title"], *said["objections"], "", digits_how(), " ".join(found.digits), ""]
    return "\n".join(lines)
