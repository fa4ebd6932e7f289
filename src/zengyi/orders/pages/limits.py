"""Where a community sets how long each kind of order may take."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from zengyi.core import clock, web
from zengyi.orders import actions
from zengyi.orders.forms.limits import LimitsForm
from zengyi.orders.pages.common import show
from zengyi.orders.queries.limits import limits
from zengyi.people.rules import check_role
from zengyi.people.web import acting


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def time_limits(request: HttpRequest) -> HttpResponse:
    """GET: the limits as they are. POST: as they shall be from now on."""
    by = acting(request)
    check_role(by, "order.limits")
    form = LimitsForm(web.sent(request), limits=limits(cast(int, by.community_id)))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.set_limits(form.given(), reason=form.cleaned_data["reason"], by=by, at=clock.now()),
            to=lambda _n: reverse("time-limits"),
            said=lambda n: (
                ngettext("改好了 %(n)d 处，从现在起受理的单子按新的算。", "改好了 %(n)d 处，从现在起受理的单子按新的算。", n) % {"n": n}
            ),
        )
        if answer is not None:
            return answer
    context = {"form": form, "said_before": _("从受理起算，只算工作时间：一个工作日 7 小时。")}
    return show(request, "time_limits.html", context, status=web.status_of(form))
