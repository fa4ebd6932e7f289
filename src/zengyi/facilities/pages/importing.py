"""Importing facilities from a spreadsheet: upload, look at what it would do, import."""

from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock, sheets
from zengyi.core.errors import NotAllowed, NotSignedIn, NotThere, Refused
from zengyi.core.web import add_refusal, status_of, submit
from zengyi.facilities import actions, queries
from zengyi.facilities.forms import SheetForm, template
from zengyi.facilities.rules.sheets import CODE, COLUMNS
from zengyi.people import actions as people_actions
from zengyi.people.forms import read_table
from zengyi.people.web import acting, layout_of
from zengyi.people.web.sheets import told

SHEET = "facilities"
_SHOWN = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def facility_import(request: HttpRequest) -> HttpResponse:
    """GET: what to do. POST of a file: what it would do. POST of the kept file's key: import it."""
    if request.method == "POST" and "upload" in request.POST:
        return _apply(request)
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    context: dict[str, object] = {"done": _done(request)}
    if request.method == "POST" and form.is_valid():
        try:
            context |= _preview(request, form)
        except Refused as refusal:
            add_refusal(form, refusal)
    return _shown(request, form, context, status_of(form))


def _shown(request: HttpRequest, form: SheetForm, context: dict[str, object], status: int) -> HttpResponse:
    base = {"layout": layout_of(acting(request)), "columns": COLUMNS, "form": form}
    return render(request, "facilities/import.html", {**base, **context}, status=status)


def _preview(request: HttpRequest, form: SheetForm) -> dict[str, object]:
    by = acting(request)
    table = read_table(form.cleaned_data["file"], formulas=True)
    plan = queries.plan_to_import(table, by=by, at=clock.now())
    worth = (plan.new or plan.changed) and not plan.errors
    return {
        "plan": plan,
        "new": plan.new[:_SHOWN],
        "changed": plan.changed[:_SHOWN],
        **told(COLUMNS, table, plan.errors, by=by, key=CODE),
        "upload": people_actions.keep_upload(SHEET, table, by=by, at=clock.now()) if worth else "",
    }


def _apply(request: HttpRequest) -> HttpResponse:
    by, at, upload = acting(request), clock.now(), request.POST["upload"]

    def step() -> actions.Imported:
        table = people_actions.kept_upload(upload, SHEET, by=by, at=at)
        done = actions.import_facilities(table, by=by, at=at)
        people_actions.forget_upload(upload)
        return done

    def landing(done: actions.Imported) -> str:
        return f"{reverse('facility-import')}?{urlencode({'new': done.new, 'changed': done.changed, 'unchanged': done.unchanged})}"

    try:
        answer = submit(request, None, step, to=landing)
    except (NotSignedIn, NotAllowed, NotThere):
        raise
    except Refused as refusal:
        return _shown(request, SheetForm(), {"refused": refusal.sentence}, refusal.status)
    assert answer is not None  # without a form every refusal is raised
    return answer


def _done(request: HttpRequest) -> dict[str, int] | None:
    counts = {name: request.GET.get(name, "") for name in ("new", "changed", "unchanged")}
    fits = all(text.isascii() and text.isdigit() and len(text) <= 6 for text in counts.values())
    return {name: int(text) for name, text in counts.items()} if fits else None


@require_safe
def facility_template(request: HttpRequest) -> HttpResponse:
    """The empty sheet."""
    disposition = f"attachment; filename=\"facilities.xlsx\"; filename*=UTF-8''{quote(_('设施表模板'))}.xlsx"
    return HttpResponse(template(), content_type=sheets.XLSX, headers={"Content-Disposition": disposition})
