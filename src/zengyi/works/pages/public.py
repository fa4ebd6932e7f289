"""A project for whoever walks by: no login, no names, nothing to press."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zengyi.core import clock
from zengyi.core.public import public_page
from zengyi.works import queries
from zengyi.works.pages.demands import picture
from zengyi.works.rules.projects import ProjectState


@public_page
@require_safe
def site(request: HttpRequest, project_id: int) -> HttpResponse:
    """Whose move it is, the timeline, every sum; once it is shown, the pictures and what neighbours said."""
    at = clock.now()
    found, by = queries.passer_by(project_id, at=at)
    today = clock.local_date(at)
    moved = queries.moves(found.id) if found.lots else []
    shown = found.state == ProjectState.SHOWN
    context = {
        "found": found,
        "public": True,
        "drawing": found.drawing(today, moved),
        "today": today,
        "courts": queries.open_demands(found.id, by=by, at=at) if found.open_demands else [],
        "closed": queries.closed_lately(found.id, by=by, at=at),
        "moved": moved,
        "pairs": queries.pairs(found.id) if shown else [],
        "voices": queries.voices(found.id) if shown else [],
        "photo": "site-photo",
        "preview": "site-preview",
        "money": queries.money(found.id, by=by, at=at),
    }
    return render(request, "works/site.html", context)


@require_safe
def site_photo(request: HttpRequest, photo_id: UUID, *, preview: bool = False) -> HttpResponse:
    """A photo of a pair that was shown."""
    return picture(queries.public_photo(photo_id, preview=preview))
