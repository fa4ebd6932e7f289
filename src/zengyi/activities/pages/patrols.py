"""巡查: three taps, or one for nothing; a finding; the ledger of what is eradicated."""

from typing import Any, Protocol
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.activities import actions
from zengyi.activities.forms import patrols as forms
from zengyi.activities.queries import patrols as queries
from zengyi.activities.rules import patrols as rules
from zengyi.bank.queries import rulebook
from zengyi.core import clock, web
from zengyi.core.forms import contents
from zengyi.core.ids import WithId, id_of
from zengyi.core.keyset import after_of, next_link
from zengyi.core.public import public_page
from zengyi.people import queries as people
from zengyi.people.rules import Actor, PlaceKind, Role, may
from zengyi.people.web import acting, layout_of


@public_page
@require_safe
def patrols(request: HttpRequest) -> HttpResponse:
    """The ledgers, and what was found lately."""
    by = acting(request)
    community_id = id_of(request.GET.get("community")) or by.community_id
    page = queries.findings(by=by, community_id=community_id, after=after_of(request))
    context: dict[str, Any] = {
        "layout": layout_of(by),
        "ledgers": queries.ledgers(by=by, community_id=community_id),
        "page": page,
        "next": next_link(request, page),
        "may_report": may(by, "finding.report"),
        "kinds": rules.SEEN,
        "talks": may(by, "topic.raise") and community_id == by.community_id,
        "walk_rule": _walk_rule(by),
        "nothing": forms.NothingForm(),
    }
    return render(request, "activities/patrols.html", context)


def _walk_rule(by: Actor) -> str:
    """The rule under which the reader's hours on a patrol count; empty where they have no account, or the community no such rule."""
    if by.role != Role.MEMBER or by.community_id is None:
        return ""
    return rules.WALK_RULE if rulebook(by.community_id).in_force(rules.WALK_RULE, clock.local_date(clock.now())) else ""


def _places(by: Actor) -> list[tuple[int, str]]:
    kinds = (PlaceKind.SPOT, PlaceKind.BUILDING)
    found = [one for one in people.places_of(by.community_id or 0) if one.kind in kinds]
    return [(one.id, one.name) for one in sorted(found, key=lambda one: one.kind != PlaceKind.SPOT)]


@require_http_methods(["GET", "HEAD", "POST"])
def finding_new(request: HttpRequest) -> HttpResponse:
    """Put down what was found: the kind comes with the tap that leads here, the place from the last finding of the same walk."""
    by, asked = acting(request), request.GET.get("category", "")
    begin: dict[str, Any] = {"category": asked} if asked in dict(rules.SEEN) else {}
    if request.method != "POST":
        begin |= queries.last_spot(by=by, at=clock.now())
    form = forms.FindingForm(web.sent(request), request.FILES or None, places=_places(by), initial=begin)
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: _report(form, by),
            to=lambda made: reverse("finding", args=[made.pk]),
            said=lambda made: _("记下了。当场弄好的，社区会去看一眼。") if made.fixed else _("记下了，单子开出去了。"),
        )
        if answer is not None:
            return answer
    return render(request, "activities/finding_new.html", {"form": form, "layout": layout_of(by)}, status=web.status_of(form))


class _Reported(WithId, Protocol):
    """What somebody saw."""

    @property
    def fixed(self) -> bool: ...


def _report(form: forms.FindingForm, by: Actor) -> _Reported:
    data = form.cleaned_data
    given = {name: data[name] for name in ("place_id", "spot", "basis", "count", "note")}
    return actions.report_finding(
        data["category"], **given, fixed=data["fixed"] == "yes", photos=contents(data["photos"]), by=by, at=clock.now()
    )


@require_http_methods(["GET", "HEAD", "POST"])
def finding_nothing(request: HttpRequest) -> HttpResponse:
    """Nothing found: one tap."""
    by = acting(request)
    form = forms.NothingForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.report_finding(rules.What.NOTHING, spot=form.cleaned_data["spot"], by=by, at=clock.now()),
            to=lambda _made: reverse("patrols"),
            said=lambda _made: _("记下了，没发现也是好消息。"),
        )
        if answer is not None:
            return answer
    return render(request, "activities/finding_nothing.html", {"form": form, "layout": layout_of(by)}, status=web.status_of(form))


@public_page
@require_safe
def finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """One finding: where, how much, what came of it."""
    return _finding(request, finding_id, forms.VerifyForm())


def _finding(request: HttpRequest, finding_id: int, form: forms.VerifyForm) -> HttpResponse:
    by = acting(request)
    found = queries.finding(finding_id, by=by, at=clock.now())
    talks = may(by, "topic.raise") and found.community_id == by.community_id and not found.nothing
    context = {"layout": layout_of(by), "found": found, "form": form, "verifies": may(by, "finding.verify"), "talks": talks}
    return render(request, "activities/finding.html", context, status=web.status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def finding_verify(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Say whether a report was true."""
    by = acting(request)
    rules.check_looks(by, queries.finding(finding_id, by=by, at=clock.now()).community_id)
    form = forms.VerifyForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.verify_finding(
                finding_id, form.cleaned_data["true"] == "yes", reason=form.cleaned_data["reason"], by=by, at=clock.now()
            ),
            to=lambda found: reverse("finding", args=[found.pk]),
            said=lambda _found: _("记下了，上报的人看得到。"),
        )
        if answer is not None:
            return answer
    return _finding(request, finding_id, form)


@require_safe
def finding_photo(request: HttpRequest, photo_id: UUID, *, preview: bool = False) -> HttpResponse:
    """A photo of a finding; it never changes under its name."""
    path = queries.photo(photo_id, preview=preview, by=acting(request))
    answer = HttpResponse(path.read_bytes(), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Content-Disposition"] = "inline"
    return answer


@public_page
@require_safe
def eradication(request: HttpRequest, ledger_id: int) -> HttpResponse:
    """A ledger: every number links to what it is a sum of."""
    by = acting(request)
    card, lines = queries.ledger(ledger_id, by=by)
    enters = may(by, "eradication.enter") and by.community_id == card.community_id
    context = {"layout": layout_of(by), "card": card, "lines": lines, "enters": enters}
    return render(request, "activities/eradication.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def eradication_visit(request: HttpRequest, ledger_id: int) -> HttpResponse:
    """Went to look again."""
    by = acting(request)
    card, _lines = queries.ledger(ledger_id, by=by)
    rules.check_visit(by, card.community_id)
    form = forms.VisitForm(web.sent(request), initial={"on_day": clock.local_date(clock.now())})
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: _visit(ledger_id, form.cleaned_data, by),
            to=lambda found: reverse("eradication", args=[found.pk]),
            said=lambda _found: _("记进账里了。"),
        )
        if answer is not None:
            return answer
    context = {"form": form, "card": card, "layout": layout_of(by)}
    return render(request, "activities/eradication_visit.html", context, status=web.status_of(form))


def _visit(ledger_id: int, data: dict[str, Any], by: Actor) -> WithId:
    given = {name: data[name] for name in ("found", "basis", "removed", "who", "spot")}
    return actions.visit(ledger_id, data["on_day"], **given, people_count=data["people"], by=by, at=clock.now())
