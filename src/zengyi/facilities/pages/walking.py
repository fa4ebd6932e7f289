"""Walking a round: the page that is opened before the stairs go down, its twins on paper and without scripts, and a round as a file."""

import base64
import binascii
import json
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock, paper, web
from zengyi.core.errors import Invalid, WrongState
from zengyi.facilities import actions, queries, rules
from zengyi.facilities.actions.checking import Answer
from zengyi.facilities.forms import FileForm, TypedForm
from zengyi.facilities.rules import NotApplicable, NotReached
from zengyi.people.web import acting, layout_of

#: The page may lie in the browser as long as a round's pass: a phone that has closed it in the basement shows it again without a network.
_LIES = int(rules.PASS_LASTS.total_seconds())
_BATCH = rules.CHECKS_MOST


@require_safe
def round_walk(request: HttpRequest, round_id: int) -> HttpResponse:
    """The page of the walk: all that it needs comes with it. Without a pass it leads to where one is given."""
    by, at = acting(request), clock.now()
    sheet = queries.sheet(round_id, by=by)
    begun = actions.pass_of(round_id, by=by, at=at)
    if begun is None:
        return web.go(request, reverse("round", args=[round_id]), _("请先按“开始查”。"))
    context = {"sheet": sheet, "data": _data(request, sheet, begun)}
    answer = render(request, "facilities/walk.html", context)
    answer["Cache-Control"] = f"private, max-age={_LIES}"
    return answer


def _data(request: HttpRequest, sheet: queries.Sheet, begun: actions.Begun) -> dict[str, Any]:
    pairs = [
        {
            "facility": facility.id,
            "item": item.key,
            "kind": facility.kind,
            "name": f"{facility.code} {facility.name}",
            "where": facility.where,
            "title": item.title,
            "look": item.look,
        }
        for facility, item in sheet.pairs()
    ]
    reasons: dict[str, list[list[str]]] = {
        kind: [[word.code, word.text] for word in rules.kinds()[kind].reasons] for kind in {facility.kind for facility in sheet.facilities}
    }
    reasons["NOT_REACHED"] = [[one.value, str(one.label)] for one in NotReached]
    reasons["NOT_APPLICABLE"] = [[one.value, str(one.label)] for one in NotApplicable]
    return {
        "round": sheet.id,
        "key": begun.key,
        "rendered": clock.now().isoformat(),
        "since": begun.since_start_ms,
        "api": f"/api/v1/rounds/{sheet.id}",
        "file": f"round-{sheet.id}-{sheet.due_date:%m%d}.json",
        "pairs": pairs,
        "reasons": reasons,
        "words": _words(),
    }


def _words() -> dict[str, str]:
    return {
        **{result.value: str(result.label) for result in rules.CheckResult},
        "ask_FAIL": _("哪里坏？"),
        "ask_NOT_REACHED": _("为什么够不着？"),
        "ask_NOT_APPLICABLE": _("为什么不适用？"),
        "where": _("第 # 项，共 $ 项"),
        "left": _("还有 # 项"),
        "items": _("# 项"),
        "photos": _("# 张照片"),
        "photo": _("照片"),
        "open": _("还没查"),
        "colon": _("："),
        "just": _("刚才：#，$"),
        "kept": _("存在手机里"),
        "got": _("社区已收到"),
        "drop": _("不要了"),
        "fix": _("改"),
        "hand_in": _("查完了，交给社区"),
        "hand_in_open": _("还有 # 项没查，先交这些"),
        "offline": _("没有网，照样查。出了地库再交。"),
        "online": _("有网，查一项交一项。"),
        "sending": _("正在交，别关这一页。"),
        "done": _("都交齐了，社区收到了。"),
        "signed_out": _("登录过期了。记下的都在手机里，重新登录再交。"),
        "later": _("社区没有收，记下的都还在手机里。"),
        "photo_kept": _("照片存下了，有网自动交。"),
        "photo_bad": _("这张打不开，请再拍一张。这一项已经记下了。"),
        "full": _("手机存满了，这一项没有存下。请删掉些东西再点一次。"),
        "no_store": _("这个浏览器不让存，离线查不了。请换一个浏览器，或者用纸质巡检单。"),
        "saved": _("存成文件了。用微信发给社区，照样算数。"),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def round_typed(request: HttpRequest, round_id: int) -> HttpResponse:
    """The same questions as a plain form: for whoever types in the printed round, and for a phone without scripts."""
    by, at = acting(request), clock.now()
    sheet = queries.sheet(round_id, by=by)
    form = TypedForm(web.sent(request), sheet=sheet)
    if request.method == "POST":

        def step() -> list[Answer]:
            begun = actions.pass_of(round_id, by=by, at=at)
            if begun is None:  # no pass was given, or it ran out while somebody typed; their answers stay on the page
                raise WrongState(_("请先按“开始查”。"))
            given = [
                actions.Given(_typed_uid(round_id, *one), one[1], one[0], one[2], begun.started_at, begun.since_start_ms, one[3])
                for one in form.answers()
            ]
            found = actions.record_checks(round_id, given, by=by, at=at)
            wrong = [one for one in found if one.status not in (200, 201)]
            if wrong:
                raise Invalid(wrong[0].sentence)
            return found

        answer = web.submit(request, form, step, to=lambda _f: reverse("round", args=[round_id]), said=lambda _f: _("记下了。查完了就交。"))
        if answer is not None:
            return answer
    return render(request, "facilities/typed.html", {"layout": layout_of(by), "sheet": sheet, "form": form}, status=web.status_of(form))


def _typed_uid(round_id: int, *words: object) -> UUID:
    """The same answer typed in twice has one id: the paper is the phone here."""
    return uuid5(NAMESPACE_URL, f"zengyi:round:{round_id}:{':'.join(map(str, words))}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def round_file(request: HttpRequest, round_id: int) -> HttpResponse:
    """A round that a phone has saved as a file, handed in elsewhere: the same ids, so nothing counts twice."""
    by = acting(request)
    queries.sheet(round_id, by=by)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    told: dict[str, int] = {}
    if request.method == "POST" and form.is_valid():
        try:
            told = _taken(round_id, form.cleaned_data["file"].read(), request)
        except Invalid as refusal:
            web.add_refusal(form, refusal)
    context = {"layout": layout_of(by), "round_id": round_id, "form": form, "told": told}
    return render(request, "facilities/file.html", context, status=web.status_of(form))


def _taken(round_id: int, raw: bytes, request: HttpRequest) -> dict[str, int]:
    by, at = acting(request), clock.now()
    unreadable = Invalid.on("file", _("这个文件读不懂，或者不是这一趟的。"))
    try:
        file = json.loads(raw)
        if file["zengyi"] != "round" or file["round"] != round_id:
            raise unreadable
        given = [_given(one) for one in file["checks"]]
        photos = [(UUID(one["uid"]), str(one["sha256"]), base64.b64decode(one["jpeg"], validate=True)) for one in file["photos"]]
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error, RecursionError) as error:
        raise unreadable from error
    if not given:
        raise unreadable
    batches = [given[first : first + _BATCH] for first in range(0, len(given), _BATCH)]
    answers = [one for batch in batches for one in actions.record_checks(round_id, batch, by=by, at=at)]
    kept = 0
    for uid, sha256, jpeg in photos:
        kept += actions.keep_photo(round_id, uid, sha256, jpeg, by=by, at=at) in (200, 201)
    count = {status: sum(1 for one in answers if one.status == status) for status in (201, 200, 422)}
    return {"new": count[201], "known": count[200], "refused": count[422], "photos": kept}


def _given(one: dict[str, Any]) -> actions.Given:
    at = parse_datetime(one["at"])
    words = [str(one[name])[: rules.NOTE_MOST] for name in ("item", "result", "reason", "note")]
    if at is None or at.tzinfo is None or any(not word.isprintable() for word in words):
        raise ValueError(one["at"])
    item, result, reason, note = words
    return actions.Given(UUID(one["uid"]), item, int(one["facility_id"]), result, at, int(one["elapsed_ms"]), reason, note)


@require_safe
def round_paper(request: HttpRequest, round_id: int) -> HttpResponse:
    """The round printed, with the same codes: filled in by hand where there is no phone, typed in afterwards."""
    by = acting(request)
    sheet = queries.sheet(round_id, by=by)
    rows = [[f.code, f.name, f.where, q.key, q.title, _("、").join(q.look)] for f, q in sheet.pairs()]
    data = {
        "title": sheet.route,
        "below": " · ".join(filter(None, (sheet.community, sheet.due_date.isoformat(), sheet.walker))),
        "foot": _("巡检单 %(n)d") % {"n": sheet.id},
        "head": [_("编号"), _("设施"), _("位置"), _("代号"), _("看什么")],
        "boxes": _("好 坏 够 不").split(),
        "rows": rows,
        "how": _("好画 √，坏画 ×，够不着画 ○，不适用画 —；后三种写原因。回来照单录入，编号是同一套。"),
        "signatures": [_("谁查的"), _("几点到几点"), _("谁复核")],
    }
    made = paper.pdf("facilities/round", data, at=clock.now())
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="round-{sheet.id}.pdf"'})
