"""Of a form with photos whose sender is signed out, the words are kept whole, however they come, and nothing of the photos."""

from io import BytesIO
from typing import Any

import pytest
from django.test import RequestFactory
from django.test.client import MULTIPART_CONTENT, encode_multipart

from zengyi.project.bodies import SMALL
from zengyi.project.words import HEAD_MOST, TooLarge, Words, boundary_of

pytestmark = pytest.mark.databases("sqlite")

FORM = {"title": "楼道灯不亮", "text": "一行\r\n\r\n--b\r\n第三行", "empty": "", "many": ["1", "2"]}


class File(BytesIO):
    """A file with that name."""

    def __init__(self, content: bytes, name: str = "灯.jpg") -> None:
        super().__init__(content)
        self.name = name


def body(**files: Any) -> bytes:
    """As a browser sends it."""
    return encode_multipart("BoUnDaRy", {**FORM, **files})


def read(kept: bytes) -> Any:
    """As Django reads it."""
    return RequestFactory().generic("POST", "/", kept, content_type=MULTIPART_CONTENT.replace("BoUnDaRyStRiNg", "BoUnDaRy"))


def words(sent: bytes, step: int) -> bytes:
    """What is kept when it comes in pieces of that length."""
    ours = Words("BoUnDaRy")
    for start in range(0, len(sent), step):
        ours.write(sent[start : start + step])
    return ours.close()


@pytest.mark.parametrize("step", [1, 2, 3, 7, 64, 1000, 10**6])
def test_the_words_are_whole_and_the_photos_are_gone(step: int) -> None:
    photo = b"SECRET" + b"\r\n--BoUnDaR\r\n\r\n" * 99 + b"\r\n"
    request = read(words(body(photos=[File(photo), File(b"")], other=File(photo)), step))
    assert {name: request.POST.getlist(name) for name in request.POST} == {
        name: value if isinstance(value, list) else [value] for name, value in FORM.items()
    }
    assert {name: [(file.name, file.size) for file in request.FILES.getlist(name)] for name in request.FILES} == {
        "photos": [("灯.jpg", 0), ("灯.jpg", 0)],
        "other": [("灯.jpg", 0)],
    }


def test_a_form_without_photos_stays_as_it_is() -> None:
    sent = body()
    assert words(sent, 5) == sent
    assert words(b"", 1) == b""


@pytest.mark.parametrize("step", [1, 1000])
def test_only_so_many_words_are_held(step: int) -> None:
    for sent in (body(more="x" * SMALL), body(more=[str(n) for n in range(2000)]), b"--BoUnDaRy\r\n" + b"x" * (HEAD_MOST + 9)):
        with pytest.raises(TooLarge):
            words(sent, step)


def test_whose_body_can_be_read_in_parts() -> None:
    assert boundary_of("multipart/form-data; boundary=----WebKitFormBoundaryx") == "----WebKitFormBoundaryx"
    for odd in (
        "",
        "multipart/form-data",
        "application/json; boundary=x",
        "multipart/mixed; boundary=x",
        "multipart/form-data; boundary=灯",
    ):
        assert boundary_of(odd) == ""
