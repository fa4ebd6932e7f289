"""我的数据: what is held about me and why, and all of it in one archive."""

import json
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import IO, Any

from django.core import signing
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock, sheets
from zengyi.core.errors import NotThere
from zengyi.core.web import submit
from zengyi.people import actions
from zengyi.people.queries import my_data as held
from zengyi.people.queries.my_data import Part, Subject
from zengyi.people.web import acting, layout_of

_SALT = "zengyi.my-data"
#: How long an archive that somebody asked for may be fetched, in seconds.
FETCHED_WITHIN = 30 * 60
_IN_MEMORY, _CHUNK = 4 * 1024 * 1024, 1 << 16


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_data(request: HttpRequest) -> HttpResponse:
    """GET: what is held and why. POST: have it packed."""
    by = acting(request)
    if request.method == "POST":
        answer = submit(
            request,
            None,
            lambda: actions.export_own_data(by=by, at=clock.now()),
            to=lambda login_id: f"{reverse('my-data')}?ready={signing.dumps(login_id, salt=_SALT)}",
        )
        assert answer is not None
        return answer
    ready = request.GET.get("ready", "")
    context = {
        "layout": layout_of(by),
        "tables": held.declared(),
        "ready": ready if _is_for(ready, by.user_id) else "",
        "stale": bool(ready) and not _is_for(ready, by.user_id),
        "has_looks": by.person_id is not None,
    }
    return render(request, "people/my_data.html", context)


def _is_for(token: str, user_id: int | None) -> bool:
    """Whether the key to an archive was given to that login, and lately."""
    try:
        return bool(signing.loads(token, salt=_SALT, max_age=FETCHED_WITHIN) == user_id)
    except signing.BadSignature:
        return False


@never_cache
@require_safe
def my_data_file(request: HttpRequest, token: str) -> HttpResponse | FileResponse:
    """The archive, for whoever has just asked for it."""
    by = acting(request)
    if not _is_for(token, by.user_id):
        raise NotThere(_("放得太久了，请重新打包一次。"))
    return archive(held.own_subject(by), at=clock.now())


def archive(subject: Subject, *, at: datetime) -> HttpResponse | FileResponse:
    """All that is held about the subject: a sheet for people, JSON for programs, and their own photos."""
    parts = list(held.parts(subject))
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  whoever sends the answer closes it
    try:
        _pack(file, parts, subject, at)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    name = _("我的数据-%(day)s.zip") % {"day": clock.local_date(at).isoformat()}
    if size > _IN_MEMORY:
        return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    with file:
        answer = HttpResponse(file.read(), content_type="application/zip")
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer


def _pack(file: IO[bytes], parts: list[Part], subject: Subject, at: datetime) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(_("说明.txt"), _told(parts, at))
        packed.writestr(_("我的数据.xlsx"), _sheet(parts))
        packed.writestr("data.json", json.dumps(_plain(parts, at), ensure_ascii=False, indent=1, default=str))
        _pack_pictures(packed, subject)


def _told(parts: Iterable[Part], at: datetime) -> str:
    lines = [
        _("%(at)s 打包。这里是系统里关于您的全部数据。") % {"at": at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")},
        _("别人的姓名只留姓，别人话里的电话和门牌用 *** 代替。"),
        _("写错了、想删掉，请跟社区说。"),
        "",
    ]
    told = [{"title": part.title, "n": len(part.rows), "why": part.why} for part in parts]
    lines += [_("%(title)s（%(n)d）：%(why)s") % one for one in told]
    return "\n".join([*lines, ""])


def _sheet(parts: Iterable[Part]) -> bytes:
    """A page for each table that holds anything."""
    pages = [
        sheets.SheetPage(part.title, part.head, [[_cell(v) for v in row] for row in part.rows], above=[part.why])
        for part in parts
        if part.rows
    ]
    return sheets.workbook(*(pages or [sheets.SheetPage(_("什么都没有"), [""], [])]))


def _cell(value: held.Value) -> sheets.Cell:
    return (_("是") if value else _("否")) if isinstance(value, bool) else value


def _plain(parts: Iterable[Part], at: datetime) -> dict[str, Any]:
    tables = [
        {"table": p.name, "title": p.title, "why": p.why, "rows": [dict(zip(p.head, map(_json, row), strict=True)) for row in p.rows]}
        for p in parts
    ]
    return {"made_at": at.isoformat(), "tables": tables}


def _json(value: held.Value) -> held.Value:
    return value.astimezone(clock.SHANGHAI).isoformat() if isinstance(value, datetime) else value


def _pack_pictures(packed: zipfile.ZipFile, subject: Subject) -> None:
    """The pictures as they are; one whose file is missing is left out."""
    for name, path in held.pictures(subject):
        try:
            source: IO[bytes] = path.open("rb")
        except FileNotFoundError:
            continue
        with source, packed.open(zipfile.ZipInfo(f"photos/{name}"), "w") as target:
            while chunk := source.read(_CHUNK):
                target.write(chunk)
