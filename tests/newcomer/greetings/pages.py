"""The page of greetings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from zengyi.greetings import actions, forms, queries

from zengyi.core import clock, web
from zengyi.core.keyset import after_of, next_link
from zengyi.people.web import acting, layout_of


@require_http_methods(["GET", "HEAD", "POST"])
def greetings(request: HttpRequest) -> HttpResponse:
    """What was said, and a form to say more."""
    by = acting(request)
    form = forms.GreetingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.say(form.cleaned_data["text"], by=by, at=clock.now()),
            to=lambda _made: reverse("greetings"),
        )
        if answer is not None:
            return answer
    page = queries.greetings(by=by, after=after_of(request))
    context = {"form": form, "page": page, "next": next_link(request, page), "layout": layout_of(by)}
    return render(request, "greetings/list.html", context, status=web.status_of(form))
