"""Deeds that were filed: the list, one of them, its photos, and every move it can make."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zengyi.bank import actions, forms, queries
from zengyi.bank.pages import deeds_way
from zengyi.bank.rules import FILING_CHECKS, FILING_MOVES, PENALTIES, FilingState, FilingVerb, vouching_note
from zengyi.core import clock, web
from zengyi.core.errors import NotThere
from zengyi.core.forms import PlainForm
from zengyi.core.ids import WithId
from zengyi.core.keyset import after_of, next_link
from zengyi.people.rules import COMMUNITY_ROLES, Actor, check_role
from zengyi.people.web import acting, layout_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: What staff look at first, and a way to all of them.
SHOWN_TO_STAFF = (FilingState.SUBMITTED, FilingState.ATTESTED, FilingState.DENIED)


@dataclass(frozen=True, slots=True)
class Ask:
    """How a move is asked for: the question above its form, what follows from it, and the words on its button."""

    title: "StrOrPromise"
    button: "StrOrPromise"
    then: "StrOrPromise"
    said: "StrOrPromise"
    red: bool = False


ASKS: dict[str, Ask] = {
    FilingVerb.ATTEST: Ask(
        gettext_lazy("证明这件事"),
        gettext_lazy("证明"),
        gettext_lazy("证明的是“他做了”。证明了，还要另一位书记核准，才记分。"),
        gettext_lazy("证明了，等书记核准。"),
    ),
    FilingVerb.APPROVE: Ask(
        gettext_lazy("核准这件事？"),
        gettext_lazy("核准，入账"),
        gettext_lazy("核准就入账，本人看得到。超过上限的部分记 0 分，写明原因。"),
        gettext_lazy("核准了，已经入账。"),
    ),
    FilingVerb.REJECT: Ask(
        gettext_lazy("退回这件事"),
        gettext_lazy("退回"),
        gettext_lazy("退回不记分。改好了可以再报。"),
        gettext_lazy("退回去了，申报的人看得到原因。"),
    ),
    FilingVerb.WITHDRAW: Ask(
        gettext_lazy("撤回这一件？"),
        gettext_lazy("撤回"),
        gettext_lazy("撤回了不记分，同一天同一条可以再报。"),
        gettext_lazy("撤回了。"),
    ),
    FilingVerb.DENY: Ask(
        gettext_lazy("这件事不是你做的？"),
        gettext_lazy("不是我"),
        gettext_lazy("说了“不是我”，这一件就冻结。还没入账的由书记退回；已经入账的，另一位看过再冲销。"),
        gettext_lazy("记下了，这一件已经冻结，社区会去查。"),
        red=True,
    ),
}


@require_safe
def deeds(request: HttpRequest) -> HttpResponse:
    """A member's own deeds, or for staff those of the community."""
    by, at = acting(request), clock.now()
    asked = request.GET.get("state", "")
    state = asked if asked in FilingState.values else ""
    page = queries.filings(by=by, at=at, state=state, after=after_of(request))
    staff = by.role in COMMUNITY_ROLES
    context = {
        "layout": layout_of(by),
        "page": page,
        "next": next_link(request, page),
        "first": f"{request.path}?state={state}" if state else request.path,
        "staff": staff,
        "state": state,
        "states": [(one.value, one.label) for one in SHOWN_TO_STAFF],
        "now": at,
    }
    return render(request, "bank/deeds.html", context)


@require_safe
def deed(request: HttpRequest, filing_id: int) -> HttpResponse:
    """One deed: what it is, how far it has got, and what the reader can do."""
    return show_deed(request, filing_id, None)


def show_deed(request: HttpRequest, filing_id: int, link_form: forms.LinkForm | None) -> HttpResponse:
    """The page of a deed, with the form that sends a link, if that was just sent."""
    by, at = acting(request), clock.now()
    found, photos = queries.filing(filing_id, by=by, at=at)
    staff = by.role in COMMUNITY_ROLES
    context: dict[str, object] = {
        "layout": layout_of(by),
        "deed": found,
        "photos": photos,
        "staff": staff,
        "own": by.member_id == found.member_id,
        "way": deeds_way.way_of(found),
        "now": at,
        "penalty": found.kind in PENALTIES,
    }
    if staff:
        context["to_know"] = found.state == FilingState.REJECTED and not found.acknowledged and found.facts.filer.login_id == by.user_id
        context |= {"links": _links(request, found, at), "link_form": link_form or _link_form(found)}
        if found.state in (FilingState.SUBMITTED, FilingState.ATTESTED):
            pair = _pair(found, by)
            context |= {"worth": queries.worth_of_filing(found, pair), "pair": vouching_note(pair.before, found.occurred_on)}
    return render(request, "bank/deed.html", context, status=web.status_of(link_form) if link_form else 200)


def _pair(found: queries.FilingRow, by: Actor) -> queries.PairedDeed:
    """Whom the deed makes a pair with, once the reader has attested it if that is what it waits for."""
    also = by.person_id if FilingVerb.ATTEST in found.verbs else None
    return queries.behind(found.id, found.occurred_on, also=also)


def _link_form(found: queries.FilingRow) -> forms.LinkForm | None:
    if FilingVerb.ATTEST not in found.verbs:
        return None
    return forms.LinkForm(initial={"name": found.witness})


def _links(request: HttpRequest, found: queries.FilingRow, at: datetime) -> list[tuple[queries.LinkRow, str, str]]:
    """The links sent for it, with their addresses and pictures as long as whoever could send one may hand them on."""
    usable = FilingVerb.ATTEST in found.verbs
    shown = []
    for row in queries.links_of(found.id, at=at):
        address = request.build_absolute_uri(reverse("vouch", args=[row.token])) if row.token and usable else ""
        shown.append((row, address, _picture(address) if address else ""))
    return shown


def _picture(address: str) -> str:
    """The address as a QR code."""
    drawn = segno.make(address, error="m").svg_inline(
        scale=4, border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(drawn)  # noqa: S308  drawn by segno from our own address


@require_http_methods(["GET", "HEAD", "POST"])
def deed_move(request: HttpRequest, filing_id: int, verb: str) -> HttpResponse:
    """The form page of a move, and the move itself."""
    by, at = acting(request), clock.now()
    if verb not in ASKS:
        raise NotThere(_("没有这一步。"))
    # Asked first, as in the API: somebody whose role may not make this move at all must not learn whether the deed exists.
    check_role(by, f"filing.{verb}")
    form = _form_of(verb, request)
    if request.method == "POST":
        answer = web.submit(
            request,
            form,
            lambda: _step(verb, filing_id, form, by),
            to=lambda moved: _onward(verb, moved.pk, by),
            said=lambda _moved: str(ASKS[verb].said),
        )
        if answer is not None:
            return answer
    found, photos = queries.filing(filing_id, by=by, at=at)
    if not form.errors:
        _check(verb, found, by)
    context = {
        "layout": layout_of(by),
        "deed": found,
        "photos": photos,
        "verb": verb,
        "ask": ASKS[verb],
        "form": form,
        "staff": by.role in COMMUNITY_ROLES,
    }
    if verb in (FilingVerb.ATTEST, FilingVerb.APPROVE) and not form.errors:
        context["pair"] = vouching_note(_pair(found, by).before, found.occurred_on)
    return render(request, "bank/deed_move.html", context, status=web.status_of(form))


def _check(verb: str, found: queries.FilingRow, by: Actor) -> None:
    """Say at once why the move cannot be made, before anything is typed."""
    FILING_CHECKS[FilingVerb(verb)](by, found.facts)


def _form_of(verb: str, request: HttpRequest) -> PlainForm:
    sent = web.sent(request)
    match verb:
        case FilingVerb.ATTEST:
            return forms.AttestForm(sent)
        case FilingVerb.REJECT:
            return forms.ReasonForm(sent)
        case FilingVerb.WITHDRAW:
            return forms.NoteForm(sent, label=_("为什么撤回？"))
        case FilingVerb.DENY:
            return forms.NoteForm(sent, label=_("那天是怎么回事？"))
        case _:
            return forms.SureForm(sent)


def _step(verb: str, filing_id: int, form: PlainForm, by: Actor) -> WithId:
    given, at = form.cleaned_data, clock.now()
    match verb:
        case FilingVerb.ATTEST:
            return actions.attest_deed(filing_id, witness=given["witness"], by=by, at=at)
        case FilingVerb.APPROVE:
            return actions.approve_deed(filing_id, by=by, at=at)
        case FilingVerb.REJECT:
            return actions.reject_deed(filing_id, given["reason"], by=by, at=at)
        case FilingVerb.WITHDRAW:
            return actions.withdraw_deed(filing_id, reason=given["reason"], by=by, at=at)
        case _:
            return actions.deny_deed(filing_id, reason=given["reason"], by=by, at=at)


def _onward(verb: str, filing_id: int, by: Actor) -> str:
    """Where to go on: at the desk to the list of what waits for the same step, elsewhere to the deed."""
    if by.role in COMMUNITY_ROLES and verb in (FilingVerb.ATTEST, FilingVerb.APPROVE):
        return f"{reverse('deeds')}?state={FILING_MOVES[FilingVerb(verb)].sources[0].value}"
    return reverse("deed", args=[filing_id])


@require_POST
def deed_mine(request: HttpRequest, filing_id: int) -> HttpResponse:
    """The member says 是我 of what somebody else entered, or 知道了 of what was sent back."""
    by = acting(request)
    answer = web.submit(
        request,
        None,
        lambda: actions.acknowledge_deed(filing_id, by=by, at=clock.now()),
        to=lambda mine: reverse("deed", args=[mine.pk]),
        said=_known,
    )
    assert answer is not None
    return answer


class _Mine(WithId, Protocol):
    """A deed after its member has answered."""

    @property
    def state(self) -> str: ...


def _known(deed: _Mine) -> str:
    if deed.state == FilingState.REJECTED:
        return _("好的，收起来了。改好了可以再报。")
    return _("好的，记下了。以后发现不对，还可以说“不是我”。")


@require_safe
def deed_photo(request: HttpRequest, photo_id: UUID, *, preview: bool = False) -> HttpResponse:
    """A photo or its preview, for whoever may see its deed. A photo never changes under its name, so a browser may keep it for a day."""
    path = queries.deed_photo(photo_id, preview=preview, by=acting(request))
    answer = HttpResponse(path.read_bytes(), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Content-Disposition"] = "inline"
    return answer
