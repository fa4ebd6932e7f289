"""Photos that somebody has chosen and not sent yet: received one by one, seen again, and taken away."""

from typing import cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from zengyi.core import clock, images, staging
from zengyi.core.errors import Invalid, NotThere
from zengyi.people.web import acting


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def staged_photo(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """GET: what it looks like. POST of ``photo``: keep it; of ``drop``: keep it no longer. All of it for the login that sent it."""
    user_id = cast(int, acting(request).user_id)
    if request.method != "POST":
        preview = staging.preview_of(user_id, photo_id)
        if preview is None:
            raise NotThere(_("没有这张照片，可能放得太久了。"))
        return HttpResponse(preview, content_type="image/jpeg")
    if "drop" in request.POST:
        staging.drop(user_id, [photo_id])
        return HttpResponse(status=204)
    sent = request.FILES.get("photo")
    if not isinstance(sent, UploadedFile):
        raise Invalid.on("photo", images.NOT_A_PHOTO)
    content = sent.read(images.BYTES_MOST + 1)
    return JsonResponse({"sha256": staging.receive(user_id, photo_id, content, at=clock.now())})
