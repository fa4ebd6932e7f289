"""Putting two entries of one person together: finding the other one, looking at both, saying which stays and why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from zengyi.core import clock
from zengyi.core.ids import id_of
from zengyi.core.web import sent, status_of, submit
from zengyi.people import actions, queries
from zengyi.people.forms.merging import MergeForm
from zengyi.people.queries.lists import QUERY_LENGTH_MOST
from zengyi.people.web import acting, layout_of


@never_cache
@require_safe
def doubles(request: HttpRequest) -> HttpResponse:
    """Entries that are likely the same person's, two by two."""
    by = acting(request)
    context = {"layout": layout_of(by), "actor": by, "pairs": queries.likely_doubles(by=by)}
    return render(request, "people/doubles.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person_merge(request: HttpRequest, person_id: int) -> HttpResponse:
    """GET: whose double it may be. With ``with``: both next to each other. POST: put them together."""
    by, at = acting(request), clock.now()
    other = id_of(request.GET.get("with"))
    if other is None:
        q = request.GET.get("q", "").replace("\0", "").strip()[:QUERY_LENGTH_MOST]
        found = queries.candidates(person_id, q=q, by=by)
        card = queries.person(person_id, by=by, at=at)
        context = {"layout": layout_of(by), "actor": by, "person": card, "q": q, "rows": found}
        return render(request, "people/merge_find.html", context)
    pair = queries.pair_of_entries(person_id, other, by=by, at=at)
    form = MergeForm(
        sent(request),
        entries=[
            (card.id, _("第 %(n)d 份：%(name)s") % {"n": n, "name": card.name})
            for n, card in enumerate(pair.cards, 1)
            if not pair.why_not[card.id]
        ],
    )
    if request.method == "POST":
        ids = {pair.first.id, pair.second.id}
        answer = submit(
            request,
            form,
            lambda: actions.merge_persons(
                form.cleaned_data["keep"],
                (ids - {form.cleaned_data["keep"]}).pop(),
                reason=form.cleaned_data["reason"],
                by=by,
                at=at,
            ),
            to=lambda _none: reverse("person", args=[form.cleaned_data["keep"]]),
            said=lambda _none: _("并好了，原来挂在两份上的都在这里。"),
        )
        if answer is not None:
            return answer
    own = by.person_id in (person_id, other)
    context = {"layout": layout_of(by), "actor": by, "pair": pair, "form": form, "own": own}
    return render(request, "people/merge.html", context, status=status_of(form))
