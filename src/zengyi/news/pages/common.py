"""What the pages of news share."""

from django.http import HttpResponse


def picture_answer(content: bytes) -> HttpResponse:
    """A photo. It never changes under its name, so a browser may keep it for a day; nobody in between may, as it can be withdrawn."""
    answer = HttpResponse(content, content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=86400"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Content-Disposition"] = "inline"
    return answer
