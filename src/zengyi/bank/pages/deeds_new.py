"""Filing a deed: what the system knows already, or a rule; what it brings and what the caps leave; then it is handed in."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zengyi.bank import actions, forms, queries
from zengyi.bank.rules import PENALTIES, Attester, Entry, Rule, Rulebook, RuleKind, Step
from zengyi.core import clock, web
from zengyi.core.errors import Invalid, NotThere
from zengyi.core.forms import contents
from zengyi.core.ids import WithId, id_of
from zengyi.people import queries as people
from zengyi.people.rules import COMMUNITY_ROLES, Actor
from zengyi.people.web import acting, layout_of

#: As many members are offered when staff look for one by name.
FOUND_MOST = 12
TEXT_MOST = 40


@dataclass(frozen=True, slots=True)
class Choice:
    """A rule that can be filed under, and how many points are left under its caps; nothing where no cap is known."""

    rule: Rule
    left: int | None


@require_http_methods(["GET", "HEAD", "POST"])
def deed_new(request: HttpRequest) -> HttpResponse:
    """First one of what the member probably did, or a rule; then what that rule asks."""
    by, at = acting(request), clock.now()
    book = queries.rulebook(by.community_id or 0)
    code = request.GET.get("rule", "")
    if not code and request.method != "POST":
        return _choose(request, book, by, at)
    known = _suggestion(request, book, by, at)
    day = known.day if known else clock.local_date(at)
    rule = book.in_force(code, day)
    if not _offered(rule, by):
        raise NotThere(_("没有这条规则，或者它不用申报。"))
    assert rule is not None
    form = _form(request, rule, known, by, day)
    looking = request.method == "POST" and not {"find", "look"}.isdisjoint(request.POST)
    if request.method == "POST" and not looking:
        answer = web.submit(
            request,
            form,
            lambda: _file(rule, form, by),
            to=lambda made: reverse("deed", args=[made.pk]),
            said=lambda made: _said(made, by),
        )
        if answer is not None:
            return answer
    context = {
        "layout": layout_of(by),
        "staff": by.role in COMMUNITY_ROLES,
        "rule": rule,
        "form": form,
        "known": known,
        "who": _who(request),
        "worth": _worth(book, rule, form, by),
        "then": _then(rule, by),
    }
    status = 200 if looking else web.status_of(form)
    if looking:
        web.keep_photos(request, form)
        form.errors.clear()
    return web.waiting(form, render(request, "bank/deed_new.html", context, status=status))


def _choose(request: HttpRequest, book: Rulebook, by: Actor, at: datetime) -> HttpResponse:
    today = clock.local_date(at)
    staff = by.role in COMMUNITY_ROLES
    rooms = queries.rooms(by.member_id, today) if by.member_id is not None and not staff else {}
    suggested = [] if staff else queries.suggestions(by=by, at=at, book=book)
    context = {
        "layout": layout_of(by),
        "staff": staff,
        "suggested": [(one, _points(book, one, rooms)) for one in suggested],
        "groups": _groups(book.on(today), by, rooms),
    }
    return render(request, "bank/deed_choose.html", context)


def _points(book: Rulebook, one: queries.Suggestion, rooms: dict[str, queries.Room]) -> int:
    rule = book.in_force(one.rule, one.day)
    assert rule is not None
    return queries.worth_of(rule, 1, rooms.get(one.rule, queries.NO_ROOM_TAKEN)).points


def _offered(rule: Rule | None, by: Actor) -> bool:
    """Whether the actor may file under the rule: as :func:`zengyi.bank.rules.check_rule` has it."""
    return rule is not None and rule.entry == Entry.FILING and (rule.kind not in PENALTIES or by.role in COMMUNITY_ROLES)


def _groups(rules: list[Rule], by: Actor, rooms: dict[str, queries.Room]) -> list[tuple[str, list[Choice]]]:
    """The rules one may file under: those that add, by the five steps; for staff those that take, too."""
    offered = [rule for rule in rules if _offered(rule, by)]
    groups = [(str(step.label), [rule for rule in offered if rule.step == step]) for step in Step]
    groups += [(str(RuleKind(kind).label), [rule for rule in offered if rule.kind == kind]) for kind in PENALTIES]
    return [(name, [Choice(rule, _left(rule, rooms)) for rule in found]) for name, found in groups if found]


def _left(rule: Rule, rooms: dict[str, queries.Room]) -> int | None:
    both = rooms.get(rule.code, queries.NO_ROOM_TAKEN).both
    left = [cap - had for cap, had in ((rule.cap_quarter, both.quarter), (rule.cap_year, both.year)) if cap is not None]
    return max(0, min(left)) if left else None


def _suggestion(request: HttpRequest, book: Rulebook, by: Actor, at: datetime) -> queries.Suggestion | None:
    """The suggestion that the address names, if it still stands."""
    key = request.GET.get("from", "")
    if not key or by.role in COMMUNITY_ROLES:
        return None
    return next((one for one in queries.suggestions(by=by, at=at, book=book) if one.key == key), None)


def _who(request: HttpRequest) -> str:
    """The name staff look for a member by."""
    return request.POST.get("who", "").replace("\x00", "").strip()[:TEXT_MOST]


def _form(request: HttpRequest, rule: Rule, known: queries.Suggestion | None, by: Actor, day: date) -> forms.DeedForm:
    initial: dict[str, Any] = {"occurred_on": day, "quantity": 1}
    if known:
        initial |= {"text": known.text, "witness": known.witness}
    sent: dict[str, Any] = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    if by.role not in COMMUNITY_ROLES:
        return forms.DeedForm(rule=rule, initial=initial, **sent)
    return forms.DeedForForm(rule=rule, members=_members(request, by), initial=initial, **sent)


def _members(request: HttpRequest, by: Actor) -> list[tuple[int, str]]:
    """Those whose name was looked for, and first whoever is picked already."""
    name, here = _who(request), by.community_id or 0
    found = people.members_named(here, name, most=FOUND_MOST) if name else []
    picked = id_of(request.POST.get("member_id"))
    if picked is None or picked in dict(found):
        return found
    chosen = people.party(here, member_id=picked)
    return [(picked, chosen.name), *found] if chosen else found


def _worth(book: Rulebook, rule: Rule, form: forms.DeedForm, by: Actor) -> queries.Worth | None:
    """What the deed would bring as far as it has been typed; nothing while nobody knows whose it is, or what cannot be."""
    day, quantity = form.so_far()
    if day is None:
        return None
    return _worth_on(book, rule.code, day, quantity, _whose(form, by))


def _whose(form: forms.DeedForm, by: Actor) -> int | None:
    if by.role not in COMMUNITY_ROLES:
        return by.member_id
    return form.cleaned_data.get("member_id") if form.is_bound else None


def _worth_on(book: Rulebook, code: str, day: date, quantity: int, member_id: int | None) -> queries.Worth | None:
    rule = book.in_force(code, day)
    if rule is None:
        return None
    room = queries.rooms(member_id, day, rule=code).get(code) if member_id is not None else None
    try:
        return queries.worth_of(rule, quantity, room or queries.NO_ROOM_TAKEN)
    except Invalid:
        return None


@require_POST
def deed_worth(request: HttpRequest) -> HttpResponse:
    """What a deed would bring, while it is being typed: a fragment for its form. What is not sent yet stands in no address."""
    by = acting(request)
    book = queries.rulebook(by.community_id or 0)
    rule = book.in_force(request.POST.get("rule", "")[:8], clock.local_date(clock.now()))
    if not _offered(rule, by):
        raise NotThere(_("没有这条规则，或者它不用申报。"))
    assert rule is not None
    form = _form(request, rule, None, by, clock.local_date(clock.now()))
    return render(request, "bank/_deed_worth.html", {"worth": _worth(book, rule, form, by), "rule": rule})


class _Filed(WithId, Protocol):
    """A deed that was sent in."""

    @property
    def kind(self) -> str: ...


def _file(rule: Rule, form: forms.DeedForm, by: Actor) -> _Filed:
    given = form.cleaned_data
    return actions.file_deed(
        rule.code,
        given["occurred_on"],
        quantity=form.quantity_of(given),
        text=given["text"],
        begins=given.get("begins"),
        ends=given.get("ends"),
        witness=given.get("witness", ""),
        asks=given.get("asks", ""),
        member_id=given.get("member_id"),
        photos=contents(given.get("photos", ())),
        by=by,
        at=clock.now(),
    )


def _said(made: _Filed, by: Actor) -> str:
    if made.kind in PENALTIES:
        return _("记下了，等书记核准。本人会知道，可以说“不是我”。")
    if by.role in COMMUNITY_ROLES:
        return _("记下了，等另一位来证明。本人会知道，可以说“不是我”。")
    return _("交上去了。有人证明、书记核准，就入账。")


def _then(rule: Rule, by: Actor) -> list[str]:
    """Who comes after whoever files it."""
    if rule.kind in PENALTIES:
        return [_("书记核准，核准的和记的不是一个人"), _("本人会知道，可以说“不是我”")]
    who = {
        Attester.BENEFICIARY: _("得到帮助的人证明你做了"),
        Attester.ORGANISER: _("组织的人证明你做了"),
        Attester.COMMUNITY: _("社区证明你做了"),
        Attester.BRANCH: _("支部证明你做了"),
    }
    return [who[rule.attester], _("书记核准，入账")]
