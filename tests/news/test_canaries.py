"""A name, a phone, a door, an ID number, a child, hardship and a plate: on no outlet of a piece unless somebody consented."""

import io
import os
import shutil
import subprocess

import pytest
from django.core.cache import cache
from django.test import Client
from PIL import Image

from tests.cast import AT, Cast
from tests.news.outlets import PICTURES, files_of, joined, said_by
from tests.news.pieces import answered, proposed, through
from zengyi.core import clock
from zengyi.news import actions
from zengyi.news.models import Piece
from zengyi.news.rules import Said
from zengyi.people.models import Person

pytestmark = pytest.mark.databases("sqlite")

CANARIES = ("荀甲乙", "13977001234", "808室", "320602194912310010", "小明小朋友", "低保", "苏F12345")
#: What a reader of letters reads without a mistake.
READ = ("13977001234", "808室", "320602194912310010", "低保", "小明小朋友")
TOLD = "荀甲乙是低保户，住12幢2单元808室，带着小明小朋友来，车苏F12345，请打13977001234，证件320602194912310010。"


@pytest.fixture(autouse=True)
def _then(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: AT)


def published(cast: Cast, said: Said) -> Piece:
    """A piece with all of them wherever people write, each answered alike."""
    Person.objects.filter(user=cast.users["member2"]).update(name=CANARIES[0])
    everywhere = {"title": f"{CANARIES[0]}和{CANARIES[4]}", "text": TOLD, "place": TOLD[:40], "organisers": CANARIES[0]}
    piece = proposed(cast, **everywhere, figures=[("电话", CANARIES[1])])
    answered(cast, piece, said)
    through(cast, piece)
    return actions.publish(piece.pk, by=cast.actor("worker"), at=AT)


def test_canaries_are_in_no_outlet(cast: Cast) -> None:
    """Found again on all of them where they consented."""
    piece = published(cast, Said.MASK)
    assert [(name, word) for name, text in said_by(piece) for word in CANARIES if word in joined(text)] == []
    inside = Client()
    inside.force_login(cast.users["worker"])
    page = inside.get(f"/news/{piece.pk}/edit").content.decode()
    assert all(word in page for word in CANARIES), "or the test looks for what is nowhere"
    found = dict(said_by(published(cast, Said.CONSENTED)))
    for name in ("", "a4.pdf", "plain.txt", "robot.txt", "robot.md", "rich.html", "long as text"):
        assert all(word in joined(found[name]) for word in CANARIES), (name, [word for word in CANARIES if word not in joined(found[name])])


def letters_of(files: dict[str, bytes]) -> str:
    """What a program reads on both pictures, laid below each other in half their size, as large as it likes letters best."""
    opened = [Image.open(io.BytesIO(files[name])).convert("L").reduce(2) for name in PICTURES]
    sheet = Image.new("L", (opened[0].width, sum(one.height for one in opened)), 255)
    sheet.paste(opened[0], (0, 0))
    sheet.paste(opened[1], (0, opened[0].height))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    command = ["tesseract", "stdin", "stdout", "-l", "chi_sim", "--psm", "6"]
    alone = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # its threads wait for each other: on a busy machine a minute long
    return joined(subprocess.run(command, input=out.getvalue(), capture_output=True, check=True, env=alone).stdout.decode())


def test_canaries_cannot_be_read_off_the_pictures(cast: Cast) -> None:
    """By a program that reads letters (OCR); what consented is read again, so it can read.

    ``make test`` installs it, says loudly where it could not, and fails then with ``CI=true`` (tests/__main__.py).
    """
    if not shutil.which("tesseract"):
        pytest.skip("NO TESSERACT ON THIS MACHINE: nobody looked whether pictures tell what they must not")
    assert [word for word in CANARIES if word in letters_of(files_of(published(cast, Said.MASK).pk))] == []
    read = letters_of(files_of(published(cast, Said.CONSENTED).pk))
    assert [word for word in READ if word not in read] == []
