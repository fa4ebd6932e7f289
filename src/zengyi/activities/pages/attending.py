"""The roll on the phone, off paper, by the poster's code; closing and correcting it; saying that one was there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zengyi.activities import actions
from zengyi.activities.forms import attending as forms
from zengyi.activities.queries import roll as queries
from zengyi.activities.queries import signing
from zengyi.activities.rules import attending as rules
from zengyi.core import clock, paper, web
from zengyi.core.forms import PlainForm
from zengyi.orders.queries import spoken
from zengyi.people.web import acting, layout_of


@never_cache
@require_safe
def roll(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """Who is here, who is not yet; one tap each."""
    return _roll(request, occasion_id, None)


@require_safe
def roll_kept(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """The roll for where there is no network: it may lie in the browser until the occasion is long over, so it has numbers and no names.

    Where it is over, or not due yet, nothing is kept, and the roll itself is shown.
    """
    by, at = acting(request), clock.now()
    found = queries.roll(occasion_id, by=by)
    left = rules.kept_for(found.occasion.facts, at=at)
    if not left:
        return web.go(request, reverse("roll", args=[occasion_id]))
    answer = render(request, "activities/roll_kept.html", {"layout": layout_of(by), "found": found, "early": False, "at": at})
    answer["Cache-Control"] = f"private, max-age={int(left.total_seconds())}"
    return answer


def _roll(request: HttpRequest, occasion_id: int, form: PlainForm | None) -> HttpResponse:
    by, at = acting(request), clock.now()
    found = queries.roll(occasion_id, by=by)
    link = request.build_absolute_uri(reverse("here", args=[queries.token_of(occasion_id)]))
    context = {
        "layout": layout_of(by),
        "found": found,
        "form": form,
        "paper": form if isinstance(form, forms.PaperForm) else forms.PaperForm(),
        "early": at < found.occasion.starts_at - rules.EARLY,
        "over": at >= found.occasion.ends_at,
        "lies": reverse("roll-kept", args=[occasion_id]) if rules.kept_for(found.occasion.facts, at=at) else "",
        # Made by segno out of the address alone.
        "qr": mark_safe(paper.qr(link)),  # noqa: S308
        "link": link,
        "left_out": paper.missing(),
        "at": at,
    }
    return render(request, "activities/roll.html", context, status=web.status_of(form) if form else 200)


@never_cache
@require_safe
def roll_sheet(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """The roll on A4: the same numbers, a box for coming and one for going."""
    found = queries.roll(occasion_id, by=acting(request))
    card = found.occasion
    marks = {True: _("别拍"), False: ""}
    rows = [
        [row.label, row.name or _("家里大人"), row.band or row.helps, marks[row.unpictured]]
        for row in sorted(found.rows, key=lambda row: row.label)
    ]
    data = {
        "title": _("签到单"),
        "below": f"{card.title} · {spoken(card.starts_at)} · {card.where or card.community}",
        "foot": _("第 %(n)d 场") % {"n": card.id},
        "how": _("来了打 √，走的时候写几点。“别拍”的孩子不拍照。散场后照编号录入，编号是同一套。"),
        "head": [_("编号"), _("谁"), _("几岁，做什么"), "", _("来了"), _("几点走"), _("签名")],
        "rows": rows,
        "blank": 6,
        "signatures": [_("谁点的名"), _("几点到几点"), _("牵头社区")],
    }
    return HttpResponse(paper.pdf("activities/roll", data, at=clock.now()), content_type="application/pdf")


@require_http_methods(["GET", "HEAD", "POST"])
def roll_mark(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """Put one mark down."""
    by = acting(request)
    form = forms.MarkForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.record_attendance(occasion_id, [_marked(form)], by=by, at=clock.now()),
            to=lambda _changed: reverse("roll", args=[occasion_id]),
        )
        if answer is not None:
            return answer
    return _roll(request, occasion_id, form if request.method == "POST" else None)


def _marked(form: forms.MarkForm) -> actions.Marked:
    given = form.cleaned_data
    return actions.Marked(given["attendee"], given["mark"], given["at"])


@require_http_methods(["GET", "HEAD", "POST"])
def roll_paper(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """Type in whoever came, off a list on paper."""
    by = acting(request)
    form = forms.PaperForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.record_paper(occasion_id, form.cleaned_data["numbers"], by=by, at=clock.now()),
            to=lambda _done: reverse("roll", args=[occasion_id]),
            said=_typed_in,
        )
        if answer is not None:
            return answer
    return _roll(request, occasion_id, form if request.method == "POST" else None)


def _typed_in(done: tuple[int, list[int]]) -> str:
    count, left = done
    told = _("录了 %(n)d 人到。") % {"n": count}
    if left:
        told += _("%(numbers)s 号和已经记的不一样，或者不在名单上，先留着您看。") % {"numbers": " ".join(map(str, left))}
    return told


@require_POST
def roll_close(request: HttpRequest, occasion_id: int) -> HttpResponse:
    """散场: count the minutes."""
    by = acting(request)
    answer = web.submit(
        request,
        None,
        lambda: actions.close_occasion(occasion_id, by=by, at=clock.now()),
        to=lambda _done: reverse("roll", args=[occasion_id]),
        said=lambda _done: _("时长出来了。帮手里的党员，分也报上去了，等书记核准。"),
    )
    assert answer is not None
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def roll_correct(request: HttpRequest, attendee_id: int) -> HttpResponse:
    """Put right how long somebody was there."""
    by = acting(request)
    found, label = queries.listed(attendee_id, by=by)
    form = forms.CorrectForm(web.sent(request))
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.correct_attendance(
                attendee_id, form.cleaned_data["minutes"], form.cleaned_data["reason"], by=by, at=clock.now()
            ),
            to=lambda _done: reverse("roll", args=[found.id]),
            said=lambda _done: _("更正了，本人看得到。"),
        )
        if answer is not None:
            return answer
    context = {"layout": layout_of(by), "found": found, "label": label, "form": form}
    return render(request, "activities/correct.html", context, status=web.status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def here(request: HttpRequest, token: str) -> HttpResponse:
    """Scan in, or out again, by the poster at the door."""
    by = acting(request)
    own, inside = queries.own_by(token, by=by)
    if request.method == "POST":
        answer = web.submit(
            request,
            None,
            lambda: actions.scan(own, by=by, at=clock.now()),
            to=lambda _in: reverse("here", args=[token]),
            said=lambda is_in: _("到了，记下了。走的时候再扫一次。") if is_in else _("走了，记下了。谢谢您来。"),
        )
        assert answer is not None
        return answer
    context = {"layout": layout_of(by), "found": signing.sign_up(own, by=by), "inside": inside}
    return render(request, "activities/here.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up_contest(request: HttpRequest, sign_up_id: int) -> HttpResponse:
    """Say that one was there after all."""
    by = acting(request)
    found = signing.sign_up(sign_up_id, by=by)
    absent = next((one.id for one in found.coming if one.absent_at and not one.contested_at), None)
    form = forms.ContestForm(web.sent(request), initial={"attendee": absent})
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: actions.contest(sign_up_id, form.cleaned_data["attendee"], form.cleaned_data["words"], by=by, at=clock.now()),
            to=lambda done: reverse("sign-up-card", args=[done.pk]),
            said=lambda _done: _("告诉社区了，会去问一问。"),
        )
        if answer is not None:
            return answer
    context = {"layout": layout_of(by), "found": found, "form": form}
    return render(request, "activities/contest.html", context, status=web.status_of(form))
