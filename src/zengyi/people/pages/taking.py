"""One page by which every list can be taken along as a table."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from zengyi.core import clock, sheets
from zengyi.core.errors import Invalid
from zengyi.core.ids import id_of
from zengyi.core.web import add_refusal, status_of
from zengyi.people import actions
from zengyi.people.forms.taking import CSV, TakeForm
from zengyi.people.rules import check_role
from zengyi.people.web import acting, layout_of
from zengyi.people.web.lists import Listing, listing


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def list_take(request: HttpRequest, name: str) -> HttpResponse:
    """GET asks for the kind of file and the reason; POST answers with the file."""
    by, found = acting(request), listing(name)
    check_role(by, "people.take")
    form = TakeForm(request.POST if request.method == "POST" else None, contact=found.contact, personal=found.personal)
    if request.method == "POST" and form.is_valid():
        try:
            return _file(request, found, form)
        except Invalid as refusal:
            add_refusal(form, refusal)
    kept = urlencode({key: value for key, value in request.GET.items() if key not in ("after", found.argument) and value})
    of = [id_of(request.GET.get(found.argument)) or 0] if found.argument else []
    back = reverse(found.back, args=of) + (f"?{kept}" if kept else "")
    context = {"layout": layout_of(by), "listing": found, "form": form, "back": back, "filtered": bool(kept)}
    return render(request, "people/list_take.html", context, status=status_of(form))


def _file(request: HttpRequest, found: Listing, form: TakeForm) -> HttpResponse:
    by, at, given = acting(request), clock.now(), form.cleaned_data
    taken = found.rows(by, request.GET, at, bool(given.get("contact")))
    if found.personal:
        actions.take_list(found.name, len(taken.rows), taken.persons, reason=given["reason"], by=by, at=at)
    page = sheets.SheetPage(str(found.title), [str(title) for title in found.head], taken.rows, found.widths)
    as_text = given["format"] == CSV
    content = sheets.csv_text(page) if as_text else sheets.workbook(page)
    file = f"{found.title} {clock.local_date(at).isoformat()}.{given['format']}"
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=file) or ""}
    return HttpResponse(content, content_type="text/csv; charset=utf-8" if as_text else sheets.XLSX, headers=headers)
