"""Ballots on paper: a sheet for each owner with their QR code, and the file for the housing office, one click and hashes."""

import hashlib
import io
import json
import zipfile
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from zengyi.core import clock, paper
from zengyi.core.errors import WrongState
from zengyi.councils import queries
from zengyi.councils.pages.ballots import CODE, result_facts, yuan
from zengyi.councils.queries.ballot_rows import code_of
from zengyi.councils.queries.ballots import BallotCard
from zengyi.councils.rules.owners import Silence, metres, needed
from zengyi.people.web import acting

#: Papers of one file; a stair is less.
PAPERS_MOST = 500
_ZIPPED_AT = (2026, 1, 1, 0, 0, 0)


@never_cache
@require_safe
def ballot_papers(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """A paper for every elector, or for those of one stair (``?stair=``)."""
    by = acting(request)
    found = queries.ballot(ballot_id, by=by)
    plan = queries.desk(ballot_id, by=by)
    stair = request.GET.get("stair")
    rows = [row for name, rows in plan.stairs for row in rows if stair is None or name == stair]
    if not rows:
        raise WrongState(_("这里没有要印的票。"))
    if len(rows) > PAPERS_MOST:
        raise WrongState(_("一次最多印 500 张，请一个单元一个单元地印。"))
    papers = []
    for row in rows:
        code = code_of(ballot_id, row.id, row.sold)
        address = request.build_absolute_uri(f"{reverse('ballot', args=[ballot_id])}?{CODE}={code}")
        flats = _("、").join(row.flats)
        area = _("%(area)s 平方米") % {"area": metres(row.area)} if found.of_owners else ""
        said = [label for _key, label in found.choices] or [_("%(name)s ____") % {"name": name} for name in found.options]
        papers.append(
            {"number": str(row.position), "name": row.name, "flats": flats, "area": area, "choices": said, "qr": paper.qr(address)}
        )
    return HttpResponse(
        paper.pdf("councils/ballot_paper", {**_paper_words(found), "papers": papers}, at=clock.now()), content_type="application/pdf"
    )


def _paper_words(found: BallotCard) -> dict[str, Any]:
    until = date_format(found.closes_at.astimezone(clock.SHANGHAI), "DATETIME_FORMAT") if found.closes_at else ""
    facts = [
        (_("要用多少钱"), _("%(yuan)s 元，从公共维修资金出") % {"yuan": yuan(found.amount)} if found.amount else ""),
        (_("怎样算通过"), pass_rule(found)),
        (_("不交回的"), found.silence_name),
        (_("哪天截止"), until),
    ]
    return {
        "title": found.title,
        "text": found.text,
        "where": f"{found.community} {found.place}".strip(),
        "ballot": _("表决 %(number)s") % {"number": found.number},
        "facts": [list(fact) for fact in facts if fact[1]],
        "your": _("第 %(n)s 号") % {"n": "{}"},
        "choose": _("请选一个，打钩"),
        "sign": _("业主签名"),
        "day": _("日期"),
        "how": _("用手机扫这里也能投；两样都投，说的要一样，不一样两张都不算。"),
        "foot": _("截止前谁也不看怎么投的。"),
    }


def pass_rule(found: BallotCard) -> str:
    """What it takes, in one sentence with whole numbers."""
    if not found.of_owners:
        return ""
    heads = needed(found.turnout.heads)
    area = metres(needed(found.turnout.area))
    share = _("其中过半同意") if found.subject in ("USE_FUND", "OTHER") else _("其中四分之三以上同意")
    given = {"all": found.turnout.heads, "heads": heads, "area": area, "share": share}
    return _("%(all)d 位业主里至少 %(heads)d 位投票、面积至少 %(area)s 平方米，%(share)s；人数和面积都要够。") % given


@never_cache
@require_safe
def ballot_file(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """The file of a closed ballot: what was decided as PDF, the votes by receipt and by flat as csv, the rules, and everybody's hashes."""
    by = acting(request)
    found = queries.ballot(ballot_id, by=by)
    lists = queries.lists_of(found, by=by)
    parts = {"votes.csv": lists.votes} | ({"recount.csv": lists.flats} if lists.flats else {})
    told = {"number": found.number, "title": found.title, "result": found.result, "pack": found.pack.data() if found.pack else None}
    parts["result.json"] = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()
    closed = found.closed_at or clock.now()
    if not paper.missing():
        parts["ballot.pdf"] = paper.pdf("councils/ballot_file", _printed(found, parts, closed), at=closed)
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(parts.items()))
    parts["SHA256SUMS"] = sums.encode()
    disposition = f'attachment; filename="ballot-{found.number}.zip"'
    return HttpResponse(_zipped(parts), content_type="application/zip", headers={"Content-Disposition": disposition})


def _zipped(parts: dict[str, bytes]) -> bytes:
    """The parts in one file; the same parts make the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in sorted(parts.items()):
            file.writestr(zipfile.ZipInfo(name, _ZIPPED_AT), content)
    return out.getvalue()


def _printed(found: BallotCard, parts: dict[str, bytes], closed: datetime) -> dict[str, Any]:
    """The data of the sheet."""
    assert found.result is not None
    facts = [
        (_("表决什么"), found.title),
        (_("哪一类事"), found.subject_name),
        (_("按哪里的规则"), f"{found.pack.name} · {found.pack.source}" if found.pack else ""),
        (_("要用多少钱"), _("%(yuan)s 元") % {"yuan": yuan(found.amount)} if found.amount else ""),
        (_("公告哪天贴的"), date_format(found.noticed_on) if found.noticed_on else ""),
        (_("开投"), date_format(found.opened_at.astimezone(clock.SHANGHAI), "Y-m-d H:i") if found.opened_at else ""),
        (_("截止"), date_format(closed.astimezone(clock.SHANGHAI), "Y-m-d H:i")),
        (_("为什么提前"), found.close_reason),
        (_("结果贴到"), _posted(found)),
        (_("怎样算通过"), pass_rule(found)),
        (_("不交回的"), found.silence_name),
    ]
    again = [_again(silence, found.result["recounts"][silence.value]) for silence in Silence] if found.of_owners else []
    conflicts = _("、").join(str(number) for number in found.result["conflicts"])
    return {
        "where": f"{found.community} {found.place}".strip(),
        "title": _("表决结果"),
        "below": _("表决 %(number)s") % {"number": found.number},
        "verdict": _yes(found.adopted) if found.adopted is not None else _("各项得分见下"),
        "facts": [list(fact) for fact in facts if fact[1]],
        "head": ["", _("人数"), _("面积（平方米）")] if found.of_owners else ["", _("票数"), ""],
        "rows": [list(fact) for fact in result_facts(found)],
        "also": _also(found.result) if found.of_owners else "",
        "again_title": _("同一箱票，换一种规则再数"),
        "again_head": [_("没交回的怎么算"), _("来的人数"), _("来的面积"), _("同意人数"), _("同意面积"), _("结果")],
        "again": again,
        "conflicts": _("纸票和网上说的不一样，两张都留着、都不计：第 %(numbers)s 号。") % {"numbers": conflicts} if conflicts else "",
        "hashes_title": _("卷宗里有哪些文件，和每份的核对码（SHA-256）"),
        "hashes": [[name, hashlib.sha256(content).hexdigest()] for name, content in sorted(parts.items())],
        "foot": _("表决 %(number)s · 票单只写回执、房号和面积，不写姓名") % {"number": found.number},
        "recount": _("重数一遍：zengyi ballot count recount.csv --subject %(subject)s --silence %(silence)s")
        % {"subject": found.subject, "silence": found.result["silence"]}
        if found.of_owners
        else "",
    }


def _posted(found: BallotCard) -> str:
    """Since when the result has hung and until when, or until when it has to be posted."""
    if found.posted_on and found.hangs_until:
        return f"{date_format(found.posted_on)} – {date_format(found.hangs_until)}"
    return _("%(day)s 以前贴出来") % {"day": date_format(found.post_by)} if found.post_by else ""


def _again(silence: Silence, one: dict[str, Any]) -> list[str]:
    """A line of the recount: the same ballots under another rule for the silent."""
    taking_part = f"{one['heads_voted']} / {one['heads']}"
    return [str(silence.label), taking_part, one["area_voted"], str(one["heads_for"]), one["area_for"], _yes(one["adopted"])]


def _also(result: dict[str, Any]) -> str:
    said = _("够") if result["also_165"] else _("不够")
    return _("建设部令 165 号的旧口径（全部业主的三分之二同意）：%(said)s") % {"said": said}


def _yes(adopted: object) -> str:
    return _("通过") if adopted else _("没有通过")
