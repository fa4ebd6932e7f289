"""Importing members or residents from a spreadsheet: upload, look at what it would do, import."""

from typing import cast
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock
from zengyi.core.errors import NotThere, Refused
from zengyi.core.web import add_refusal, status_of, submit
from zengyi.people import actions, queries
from zengyi.people.forms import UploadForm, read_table, template
from zengyi.people.rules.sheets import COLUMNS, Sheet
from zengyi.people.web import acting, layout_of

_SHOWN = 50
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@require_http_methods(["GET", "POST"])
def import_(request: HttpRequest, sheet: str) -> HttpResponse:
    """GET: what to do. POST of a file: what it would do. POST of the kept file's key: import it."""
    asked = _sheet(sheet)
    if request.method == "POST" and "upload" in request.POST:
        return _apply(request, asked)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    context: dict[str, object] = {
        "layout": layout_of(acting(request)),
        "actor": acting(request),
        "sheet": asked.value,
        "columns": COLUMNS[asked],
        "form": form,
        "done": _done(request),
    }
    if request.method == "POST" and form.is_valid():
        try:
            context.update(_preview(request, asked, form))
        except Refused as refusal:
            add_refusal(form, refusal)
    return render(request, "people/import.html", context, status=status_of(form))


def _preview(request: HttpRequest, sheet: Sheet, form: UploadForm) -> dict[str, object]:
    actor = acting(request)
    table = read_table(form.cleaned_data["file"])
    plan = queries.plan_import(sheet, table, community_id=cast(int, actor.community_id), by=actor)
    worth = plan.new or plan.joining or plan.changed
    return {
        "plan": plan,
        "new": plan.new[:_SHOWN],
        "changed": (plan.joining + plan.changed)[:_SHOWN],
        "errors": plan.errors[:_SHOWN],
        "new_units": [name for name, _kind in plan.new_units],
        "more_errors": max(0, len(plan.errors) - _SHOWN),
        "upload": actions.keep_upload(sheet, table, by=actor, at=clock.now()) if worth and not plan.errors else "",
    }


def _apply(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    actor, at, upload = acting(request), clock.now(), request.POST["upload"]

    def landing(done: actions.Imported) -> str:
        return f"{reverse('import', args=[sheet.value])}?new={done.new}&changed={done.changed}&unchanged={done.unchanged}"

    form = UploadForm()
    try:
        return cast(HttpResponse, submit(request, None, lambda: actions.import_upload(upload, by=actor, at=at), to=landing))
    except Refused as refusal:
        if refusal.status in (NotThere.status, 401, 403):
            raise
        context = {"layout": layout_of(acting(request)), "actor": actor, "sheet": sheet.value, "columns": COLUMNS[sheet], "form": form}
        return render(request, "people/import.html", {**context, "refused": refusal.sentence}, status=refusal.status)


def _done(request: HttpRequest) -> dict[str, int] | None:
    """How many people the import just done has added and changed: the redirect passes the numbers in its address."""
    counts = {name: request.GET.get(name, "") for name in ("new", "changed", "unchanged")}
    fits = all(text.isascii() and text.isdigit() and len(text) <= 6 for text in counts.values())
    return {name: int(text) for name, text in counts.items()} if fits else None


@require_safe
def import_template(request: HttpRequest, sheet: str) -> HttpResponse:
    """The empty sheet."""
    asked = _sheet(sheet)
    name = {Sheet.MEMBERS: _("党员名单模板"), Sheet.RESIDENTS: _("居民名单模板")}[asked] + ".xlsx"
    disposition = f"attachment; filename=\"{asked.value}.xlsx\"; filename*=UTF-8''{quote(name)}"
    return HttpResponse(template(asked), content_type=_XLSX, headers={"Content-Disposition": disposition})


def _sheet(text: str) -> Sheet:
    try:
        return Sheet(text)
    except ValueError as error:
        raise Http404 from error
