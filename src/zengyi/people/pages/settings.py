"""A community's settings: what is still missing before it can work, its name and number, its estates and buildings, its branches."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zengyi.core import clock
from zengyi.core.errors import Invalid, NotThere
from zengyi.core.forms import PlainForm
from zengyi.core.web import sent, status_of, submit
from zengyi.people import actions, queries
from zengyi.people.forms.settings import BranchesForm, BuildingsForm, CellsForm, CommunityForm, DrawForm, EstateForm, NameForm
from zengyi.people.queries.founding import branches as branch_rows
from zengyi.people.queries.founding import estates, laying_around, laying_at, laying_with
from zengyi.people.rules import Actor, PlaceKind, Role
from zengyi.people.rules.founding import buildings_of, cell_of, natural
from zengyi.people.web import acting, layout_of
from zengyi.people.web.plan import plans
from zengyi.people.web.settling import settings, steps


def _acting(request: HttpRequest, community_id: int | None = None, *, around: int | None = None) -> Actor:
    """Who acts, in the community whose settings they are: their own, or one of the district's. ``around``: a place that lies in it."""
    by = acting(request)
    if by.role != Role.DISTRICT:
        if community_id not in (None, by.community_id):
            raise NotThere(_("没有找到，或者不在您的社区。"))
        return by
    return laying_at(community_id or 0, by=by) if around is None else laying_around(around, by=by)


def _home(by: Actor) -> str:
    """The page that says what the community still lacks."""
    return reverse("community-laying", args=[by.community_id]) if by.role == Role.DISTRICT else reverse("community-settings")


def _show(request: HttpRequest, template: str, status: int = 200, **context: object) -> HttpResponse:
    by = acting(request)
    return render(request, template, {"layout": layout_of(by), "actor": by, **context}, status=status)


def _setting(request: HttpRequest, form: PlainForm, title: str, button: str, back: str) -> HttpResponse:
    more = {"form": form, "title": title, "button": button, "back": back}
    return _show(request, "people/setting.html", status_of(form), **more)


def _here(by: Actor) -> queries.CommunityCard:
    return queries.community(cast(int, by.community_id))


@never_cache
@require_safe
def community_settings(request: HttpRequest) -> HttpResponse:
    """What is settled and what is still missing, each with the page where it is done."""
    by = acting(request)
    here = _here(by)
    found = steps(here, by)
    return _show(
        request,
        "people/community.html",
        here=here,
        steps=found,
        missing=sum(not step.done for step in found),
        more=settings(by),
        estates=estates(by=by),
    )


@require_http_methods(["GET", "POST"])
def community_edit(request: HttpRequest, community_id: int | None = None) -> HttpResponse:
    """Change the community's name and number."""
    by, at = _acting(request, community_id), clock.now()
    here = _here(by)
    form = CommunityForm(sent(request), initial={"name": here.name, "phone": here.phone})
    if request.method == "POST":
        answer = submit(
            request,
            form,
            lambda: actions.change_community(form.cleaned_data["name"], form.cleaned_data["phone"], by=by, at=at),
            to=lambda _none: _home(by),
            said=lambda _none: _("改好了。"),
        )
        if answer is not None:
            return answer
    return _setting(request, form, _("名称和电话"), _("就这样改"), _home(by))


@require_http_methods(["GET", "POST"])
def estate_new(request: HttpRequest, community_id: int | None = None) -> HttpResponse:
    """A new estate with its buildings, drawn in rows."""
    by, at = _acting(request, community_id), clock.now()
    form = EstateForm(sent(request))
    if request.method == "POST":

        def step() -> int:
            asked = form.cleaned_data
            return actions.add_estate(asked["name"], buildings_of(asked["buildings"]), per_row=asked["per_row"] or 0, by=by, at=at)

        answer = submit(request, form, step, to=lambda pk: reverse("estate", args=[pk]), said=lambda _pk: _("小区建好了，看看楼幢对不对。"))
        if answer is not None:
            return answer
    return _setting(request, form, _("建小区"), _("建小区"), _home(by))


@never_cache
@require_http_methods(["GET", "POST"])
def estate(request: HttpRequest, place_id: int) -> HttpResponse:
    """An estate and its buildings: the drawing, more of them, another name, and which of them to take away."""
    by, at = _acting(request, around=place_id), clock.now()
    form = BuildingsForm(sent(request))
    if request.method == "POST":
        answer = submit(
            request,
            form,
            lambda: actions.add_buildings(place_id, buildings_of(form.cleaned_data["buildings"]), by=by, at=at),
            to=lambda _n: reverse("estate", args=[place_id]),
            said=lambda n: _("添了 %(n)d 幢。") % {"n": n},
        )
        if answer is not None:
            return answer
    return _estate(request, place_id, by, form=form)


def _estate(
    request: HttpRequest, place_id: int, by: Actor, *, form: object = None, draw: object = None, cells: object = None
) -> HttpResponse:
    here = queries.place(place_id, community_id=cast(int, by.community_id))
    if here.kind != PlaceKind.ESTATE:
        raise NotThere(_("没有找到这个小区。"))
    buildings = _buildings(by, place_id)
    drawn = plans([here, *buildings], {})
    status = max((status_of(one) for one in (form, draw, cells) if one is not None), default=200)  # type: ignore[arg-type]
    return _show(
        request,
        "people/estate.html",
        status,
        here=here,
        home=_home(by),
        buildings=buildings,
        plan=drawn[0] if drawn else None,
        form=form or BuildingsForm(),
        draw=draw or DrawForm(initial={"per_row": 8}),
        cells=cells or _cells(None, buildings),
        errors=next((one for one in (form, draw, cells) if one is not None), None),
    )


def _buildings(by: Actor, place_id: int) -> list[queries.PlaceCard]:
    places = queries.places_of(cast(int, by.community_id))
    mine = [card for card in places if card.parent_id == place_id and card.kind == PlaceKind.BUILDING]
    return sorted(mine, key=lambda card: natural(card.name))


def _cells(data: object, buildings: list[queries.PlaceCard]) -> CellsForm:
    return CellsForm(data, buildings=[(card.id, card.name, cell_of(card.plan)) for card in buildings])


@require_POST
def estate_draw(request: HttpRequest, place_id: int) -> HttpResponse:
    """Draw the estate anew, so many in a row."""
    by, at = _acting(request, around=place_id), clock.now()
    form = DrawForm(request.POST)
    answer = submit(
        request,
        form,
        lambda: actions.draw_estate(place_id, form.cleaned_data["per_row"], by=by, at=at),
        to=lambda _none: reverse("estate", args=[place_id]),
        said=lambda _none: _("画好了。不对的一幢一幢挪。"),
    )
    return answer or _estate(request, place_id, by, draw=form)


@require_POST
def estate_move(request: HttpRequest, place_id: int) -> HttpResponse:
    """Put each building into its row and column."""
    by, at = _acting(request, around=place_id), clock.now()
    form = _cells(request.POST, _buildings(by, place_id))
    answer = submit(
        request,
        form,
        lambda: actions.move_buildings(place_id, form.cells(), by=by, at=at),
        to=lambda _none: reverse("estate", args=[place_id]),
        said=lambda _none: _("挪好了。"),
    )
    return answer or _estate(request, place_id, by, cells=form)


@require_http_methods(["GET", "POST"])
def place_rename(request: HttpRequest, place_id: int) -> HttpResponse:
    """Another name for an estate or a building."""
    by, at = _acting(request, around=place_id), clock.now()
    here = queries.place(place_id, community_id=cast(int, by.community_id))
    back = reverse("estate", args=[here.parent_id if here.kind == PlaceKind.BUILDING else here.id])
    return _rename(request, here.name, lambda name: actions.rename_place(place_id, name, by=by, at=at), back)


@require_POST
def place_remove(request: HttpRequest, place_id: int) -> HttpResponse:
    """Take an estate or a building away that nothing was entered for."""
    by, at = _acting(request, around=place_id), clock.now()
    here = queries.place(place_id, community_id=cast(int, by.community_id))
    step = submit(
        request,
        None,
        lambda: actions.remove_place(place_id, by=by, at=at),
        to=lambda above: reverse("estate", args=[above]) if here.kind == PlaceKind.BUILDING else _home(by),
        said=lambda _above: _("删掉了：%(name)s。") % {"name": here.name},
    )
    return cast(HttpResponse, step)


@never_cache
@require_http_methods(["GET", "POST"])
def branches(request: HttpRequest, community_id: int | None = None) -> HttpResponse:
    """The branches of the community, and new ones."""
    by, at = _acting(request, community_id), clock.now()
    again = reverse("laying-branches", args=[community_id]) if community_id else reverse("branches")
    form = BranchesForm(sent(request))
    if request.method == "POST":

        def step() -> int:
            names = [line.strip() for line in form.cleaned_data["names"].splitlines() if line.strip()]
            if not names:
                raise Invalid.on("names", _("请写名字。"))
            return actions.add_branches(names, by=by, at=at)

        answer = submit(request, form, step, to=lambda _n: again, said=lambda n: _("添了 %(n)d 个支部。") % {"n": n})
        if answer is not None:
            return answer
    return _show(request, "people/branches.html", status_of(form), form=form, rows=branch_rows(by=by), home=_home(by))


@require_http_methods(["GET", "POST"])
def branch_rename(request: HttpRequest, branch_id: int) -> HttpResponse:
    """Another name for a branch."""
    by, at = acting(request), clock.now()
    if by.role == Role.DISTRICT:
        by = laying_with(branch_id, by=by)
    name = dict(queries.branches_of(cast(int, by.community_id))).get(branch_id)
    if name is None:
        raise NotThere(_("没有找到这个支部。"))
    back = reverse("laying-branches", args=[by.community_id]) if by.role == Role.DISTRICT else reverse("branches")
    return _rename(request, name, lambda new: actions.rename_branch(branch_id, new, by=by, at=at), back)


def _rename(request: HttpRequest, name: str, step: Callable[[str], None], back: str) -> HttpResponse:
    form = NameForm(sent(request), initial={"name": name})
    if request.method == "POST":
        answer = submit(request, form, lambda: step(form.cleaned_data["name"]), to=lambda _none: back, said=lambda _none: _("改好了。"))
        if answer is not None:
            return answer
    return _setting(request, form, _("给“%(name)s”改名") % {"name": name}, _("就这样改"), back)
