# Chinese in this file is data: the title of a column.
"""Importing members or residents from a spreadsheet: upload, look at what it would do, import."""

from contextlib import suppress
from typing import cast
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock
from zengyi.core.errors import NotThere, Refused, WrongState
from zengyi.core.sheets import SheetPage, workbook
from zengyi.core.web import add_refusal, status_of, submit
from zengyi.people import actions, queries
from zengyi.people.forms import UploadForm, read_table, template
from zengyi.people.rules import OrganisationKind, may
from zengyi.people.rules.new_homes import HOMES_MOST
from zengyi.people.rules.sheets import COLUMNS, Sheet, Table
from zengyi.people.web import acting, layout_of
from zengyi.people.web.sheets import told

_SHOWN = 50
_UNITS_MOST = 200
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@require_http_methods(["GET", "POST"])
def import_(request: HttpRequest, sheet: str) -> HttpResponse:
    """GET: what to do. POST of a file: what it would do. POST of the kept file's key: import it."""
    asked = _sheet(sheet)
    if request.method == "POST" and "upload" in request.POST and "look" not in request.POST:
        return _apply(request, asked)
    again = request.POST.get("upload", "") if "look" in request.POST else ""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" and not again else UploadForm()
    context: dict[str, object] = {
        "layout": layout_of(acting(request)),
        "actor": acting(request),
        "sheet": asked.value,
        "columns": COLUMNS[asked],
        "form": form,
        "done": _done(request),
    }
    if again:
        table = actions.kept_upload(again, asked, by=acting(request), at=clock.now())
        if request.POST.getlist("home"):
            with suppress(WrongState):  # those that are there already, because the page was sent twice, are no mistake
                context["added"] = actions.add_homes(_homes(request), by=acting(request), at=clock.now())
        context.update(_preview(request, asked, table))
    elif request.method == "POST" and form.is_valid():
        try:
            context.update(_preview(request, asked, read_table(form.cleaned_data["file"])))
        except Refused as refusal:
            add_refusal(form, refusal)
    return render(request, "people/import.html", context, status=status_of(form))


def _preview(request: HttpRequest, sheet: Sheet, table: Table) -> dict[str, object]:
    actor, kinds = acting(request), _kinds(request)
    plan = queries.plan_import(sheet, table, kinds=kinds, community_id=cast(int, actor.community_id), by=actor)
    worth = plan.new or plan.joining or plan.changed
    lacks = any(error.column == "幢号" for error in plan.errors) and may(actor, "people.places")
    homes = queries.homes_to_add(sheet, table, community_id=cast(int, actor.community_id)) if lacks else []
    keeps = (worth and not plan.errors) or plan.lacks_kinds_only or homes
    return {
        **told(COLUMNS[sheet], table, plan.errors, by=actor),
        "asks": plan.unknown_units if plan.lacks_kinds_only else [],
        "homes": homes,
        "kinds": OrganisationKind.choices,
        "given": kinds,
        "plan": plan,
        "new": plan.new[:_SHOWN],
        "changed": (plan.joining + plan.changed)[:_SHOWN],
        "sharing": [_("%(name)s（%(other)s）") % {"name": row.name, "other": other} for row, other in plan.sharing[:_SHOWN]],
        "new_units": [name for name, _kind in plan.new_units],
        "upload": actions.keep_upload(sheet, table, by=actor, at=clock.now()) if keeps else "",
    }


def _homes(request: HttpRequest) -> list[tuple[str, str]]:
    """The buildings that were ticked, each with its estate."""
    parts = [text.replace("\0", "").partition("\t") for text in request.POST.getlist("home")[:HOMES_MOST]]
    return [(estate, building) for estate, _tab, building in parts if estate.strip() and building.strip()]


def _kinds(request: HttpRequest) -> dict[str, str]:
    """The kinds that were chosen for units which the sheet names without one."""
    chosen = zip(request.POST.getlist("unit")[:_UNITS_MOST], request.POST.getlist("kind")[:_UNITS_MOST], strict=False)
    return {unit: kind for unit, kind in chosen if kind in OrganisationKind.values}


def _apply(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    actor, at, upload, kinds = acting(request), clock.now(), request.POST["upload"], _kinds(request)

    def landing(done: actions.Imported) -> str:
        return f"{reverse('import', args=[sheet.value])}?new={done.new}&changed={done.changed}&unchanged={done.unchanged}"

    form = UploadForm()
    try:
        return cast(HttpResponse, submit(request, None, lambda: actions.import_upload(upload, kinds=kinds, by=actor, at=at), to=landing))
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


@never_cache
@require_safe
def import_remarks(request: HttpRequest, token: str) -> HttpResponse:
    """A sheet that somebody sent, with a column that says what to change."""
    table = actions.kept_remarks(token, by=acting(request), at=clock.now())
    content = workbook(SheetPage(_("名单"), table[0], table[1:], widths=(36,)))
    disposition = f"attachment; filename=\"remarks.xlsx\"; filename*=UTF-8''{quote(_('要改的表'))}.xlsx"
    return HttpResponse(content, content_type=_XLSX, headers={"Content-Disposition": disposition})


def _sheet(text: str) -> Sheet:
    try:
        return Sheet(text)
    except ValueError as error:
        raise Http404 from error
