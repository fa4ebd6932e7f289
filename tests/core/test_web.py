"""Sending a form runs its step once, and a refusal comes back as words in the form."""

import uuid
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import RequestFactory

from tests.core.steps_for_tests import count_one, refuse
from zengyi.core import web
from zengyi.core.errors import Invalid, NotAllowed, NotSignedIn, NotThere, TooMany
from zengyi.core.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


class Numbered(forms.Form):
    """A form with one field."""

    number = forms.IntegerField()


class Actor:
    """Somebody signed in."""

    user_id = 7


def sent(key: str = "", actor: object = None, path: str = "/x", files: dict[str, bytes] | None = None, **fields: Any) -> HttpRequest:
    data: dict[str, Any] = {"number": "5", **fields, **({"_key": key} if key else {})}
    for name, body in (files or {}).items():
        data[name] = SimpleUploadedFile(f"{name}.jpg", body)
    request = RequestFactory().post(path, data)
    setattr(request, "actor", actor)
    return request


def submit(request: HttpRequest, step: Any = None) -> tuple[Numbered, HttpResponse | None]:
    form = Numbered(request.POST)
    return form, web.submit(request, form, step or (lambda: count_one(form.cleaned_data["number"])), to=lambda event: f"/events/{event}")


KEY = str(uuid.UUID(int=1))


def test_a_form_runs_its_step_and_leads_on() -> None:
    response = submit(sent())[1]
    assert response is not None
    assert (response.status_code, response["Location"]) == (303, f"/events/{Event.objects.get().pk}")


def test_a_second_send_leads_to_the_same_place_and_runs_nothing() -> None:
    first, second = (submit(sent(KEY, Actor(), csrfmiddlewaretoken=token))[1] for token in "ab")
    assert first is not None
    assert second is not None
    assert first["Location"] == second["Location"]
    assert Event.objects.count() == 1


def test_without_a_usable_key_every_send_runs() -> None:
    for key in ("", "", "no uuid", "no uuid", "\0"):
        assert submit(sent(key))[1] is not None
    assert Event.objects.count() == 5


def test_the_same_key_from_somebody_else_is_another_form() -> None:
    submit(sent(KEY, Actor()))
    submit(sent(KEY))
    assert Event.objects.count() == 2


@pytest.mark.parametrize(
    "change", [{"number": "6"}, {"files": {"photo": b"b"}}, {"files": {"photo": b"ab"}}, {"path": "/y"}, {"more": "1"}]
)
def test_changed_content_is_told_and_gets_a_fresh_key(change: dict[str, Any]) -> None:
    submit(sent(KEY, files={"photo": b"a"}))
    request = sent(KEY, **{"files": {"photo": b"a"}, **change})
    form, response = submit(request)
    assert response is None
    assert web.status_of(form) == 422
    assert form.non_field_errors()
    assert web.form_key(request) != KEY
    assert Event.objects.count() == 1


def test_files_are_still_readable_in_the_step() -> None:
    request = sent(KEY, files={"photo": b"abc"})
    read: list[bytes] = []

    def step() -> int:
        (photo,) = request.FILES.getlist("photo")
        read.append(photo.read())
        return count_one()

    submit(request, step)
    assert read == [b"abc"]


def test_under_htmx_the_redirect_is_a_header() -> None:
    request = sent()
    setattr(request, "htmx", True)
    response = submit(request)[1]
    assert response is not None
    assert (response.status_code, "HX-Redirect" in response) == (200, True)


def test_a_form_with_errors_runs_nothing() -> None:
    form, response = submit(sent(number="x"))
    assert (response, web.status_of(form), Event.objects.count()) == (None, 422, 0)


def test_an_unsent_form_is_fine() -> None:
    assert web.status_of(Numbered()) == 200


def raising(error: Exception) -> Any:
    def step() -> None:
        raise error

    return step


def test_refusals_stand_in_the_form() -> None:
    request = sent(KEY)
    form, response = submit(request, refuse)
    assert (response, web.status_of(form)) == (None, 409)
    assert form.non_field_errors() == ["不行。"]
    assert web.form_key(request) == KEY
    assert submit(sent(KEY))[1] is not None


def test_refused_fields_stand_beside_the_fields() -> None:
    form, _ = submit(sent(), raising(Invalid("有几处不对。", {"number": ["太大。", "太贵。"]})))
    assert form.errors == {"number": ["太大。", "太贵。"]}
    assert web.status_of(form) == 422


def test_fields_the_form_does_not_have_are_told_above_it() -> None:
    form, _ = submit(sent(), raising(Invalid("有几处不对。", {"number": "太大。", "other": "x"})))
    assert form.errors == {"number": ["太大。"], "__all__": ["有几处不对。"]}


def test_too_many_is_told_with_its_status() -> None:
    assert web.status_of(submit(sent(), raising(TooMany("慢一点。", retry_after=60)))[0]) == 429


@pytest.mark.parametrize("error", [NotSignedIn, NotAllowed, NotThere])
def test_what_a_form_cannot_mend_is_raised(error: Any) -> None:
    with pytest.raises(error):
        submit(sent(), raising(error("x")))


def test_without_a_form_every_refusal_is_raised() -> None:
    with pytest.raises(Invalid):
        web.submit(sent(), None, raising(Invalid("x")), to=str)


def test_a_step_that_is_no_action_is_led_on_too() -> None:
    response = web.submit(sent(KEY), None, lambda: "/there", to=str)
    assert response is not None
    assert response["Location"] == "/there"


def test_the_tag_renders_a_fresh_key_or_the_one_that_came() -> None:
    engine = Engine(libraries={"form_key": "zengyi.core.templatetags.form_key"})
    template = engine.from_string("{% load form_key %}{% form_key %}")
    fresh = [template.render(Context({"request": RequestFactory().get("/")})) for _ in range(2)]
    assert fresh[0] != fresh[1]
    assert KEY in template.render(Context({"request": sent(KEY)}))
    assert "script" not in template.render(Context({"request": sent('"><script>')}))
