"""What every package would otherwise have to copy: ids out of addresses, pages of lists, albums of photos, forms, refusals of one field."""

import io
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.test import RequestFactory
from PIL import Image

from zengyi.core.errors import Invalid
from zengyi.core.forms import PlainForm
from zengyi.core.ids import ID_MOST, id_of
from zengyi.core.keyset import Page, after_of, cut, next_link
from zengyi.core.models import Throttle
from zengyi.core.photos import FOLDERS, ORPHAN_AGE, Album


@pytest.mark.parametrize("text", ["", "0", "-1", "seven", "９", "1.0", "9" * 19, None])
def test_what_is_no_id_is_none(text: str | None) -> None:
    assert id_of(text) is None


def test_every_id_that_is_taken_fits_the_database() -> None:
    assert id_of("9" * 18) == 10**18 - 1 < ID_MOST


@pytest.mark.parametrize("newest_first", [False, True])
def test_pages_hold_every_row_once(db: None, at: datetime, newest_first: bool) -> None:
    Throttle.objects.bulk_create(Throttle(bucket=f"b{n}", window_start=at, count=n, previous_count=0) for n in range(7))
    after, seen = None, []
    for _page in range(4):
        page = cut(Throttle.objects.all(), after, 2, newest_first=newest_first).map(lambda row: row.count)
        seen += page.rows
        after = page.next_after
    assert after is None
    assert seen == (list(range(6, -1, -1)) if newest_first else list(range(7)))


def test_the_next_page_keeps_what_was_asked_for() -> None:
    request = RequestFactory().get("/", {"q": "桥 1", "after": "7", "kind": ""})
    assert after_of(request) == 7
    assert next_link(request, Page(["row"], 9)) == "?q=%E6%A1%A5+1&after=9"
    assert next_link(request, Page(["row"], None)) == ""


def test_no_album_sweeps_away_what_another_one_keeps(at: datetime) -> None:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "grey").save(file, "JPEG")
    ours, theirs = Album("ours"), Album("theirs")
    kept: list[Path] = []
    for album in (ours, theirs):
        with album.kept([file.getvalue()]) as photos:
            kept.append(album.path_of(photos[0].id))
    long_ago = (at - 2 * ORPHAN_AGE).timestamp()
    for path in kept:
        os.utime(path, (long_ago, long_ago))
    swept = sum(ours.sweep(at + n * timedelta(minutes=1), lambda ids: set()) for n in range(FOLDERS))
    assert swept == 1
    assert [path.exists() for path in kept] == [False, True]


def test_a_refusal_of_one_field_says_it_once_above_and_beside() -> None:
    refusal = Invalid.on("place", "没有这个地点。")
    assert (refusal.sentence, refusal.fields) == ("没有这个地点。", {"place": ["没有这个地点。"]})


class Asked(PlainForm):
    name = forms.CharField(label="姓名", error_messages={"required": "请写姓名。"})
    sure = forms.BooleanField(label="确定", required=False)
    where = forms.CharField(label="在哪里？", error_messages={"required": "请写在哪里。"})


def test_a_form_sums_up_what_is_wrong_and_dresses_its_inputs() -> None:
    form = Asked({})
    form.add("more", forms.CharField(label="还有", required=False))
    form.add_error(None, "请再看一眼。")
    assert form.summary() == [("id_name", "姓名：", "请写姓名。"), ("id_where", "在哪里？", "请写在哪里。"), ("", "", "请再看一眼。")]
    assert 'class="input"' in str(form["name"]) and 'class="input"' in str(form["more"])
    assert "class=" not in str(form["sure"])
    assert "required" not in str(form["name"])
