"""What people type: kept, understood, or answered with a sentence."""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from zengyi.core.clock import SHANGHAI
from zengyi.orders import forms, rules
from zengyi.orders.templatetags.order_words import beside, remaining

GOOD = {"kind": "DEMAND", "category": "ROAD", "title": "桥面破损", "urgency": "2"}


def order_form(**change: str) -> forms.OrderForm:
    return forms.OrderForm({**GOOD, **change}, places=[(5, "201 幢")])


def test_a_title_is_enough() -> None:
    form = order_form()
    assert form.is_valid(), form.errors
    assert form.cleaned_data["text"] == "桥面破损"
    assert form.cleaned_data["place"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "GIFT"),
        ("kind", ""),
        ("category", ""),
        ("category", "x" * 5000),
        ("title", ""),
        ("title", "破"),
        ("title", "长" * 61),
        ("title", "桥\0面"),
        ("text", "长" * 2001),
        ("place", "7"),
        ("place", "9" * 40),
        ("place", "5.5"),
        ("spot", "长" * 61),
        ("urgency", "0"),
        ("urgency", "-1"),
        ("urgency", "今天"),
        ("contact", "请打给我"),
        ("contact", "1" * 30),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_kept(field: str, value: str) -> None:
    form = order_form(**{field: value})
    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert form[field].value() == value
    assert form.summary()[0][0] == f"id_{field}"


def test_photos_are_counted_and_weighed() -> None:
    def sent(*sizes: int) -> forms.OrderForm:
        files = MultiValueDict({"photos": [SimpleUploadedFile(f"{n}.jpg", b"x" * size) for n, size in enumerate(sizes)]})
        return forms.OrderForm(GOOD, files)

    assert sent(1, 1, 1, 1, 1, 1).is_valid()
    assert "最多 6 张" in str(sent(*[1] * 7).errors["photos"])
    assert "8 MB" in str(sent(8 * 1024 * 1024 + 1).errors["photos"])
    form = sent(3, 4)
    assert form.is_valid() and [len(photo) for photo in forms.contents(form.cleaned_data["photos"])] == [3, 4]


TRIAGE = {"difficulty": "8", "places": "3", "category": "ROAD", "urgency": "1"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("difficulty", ""),
        ("difficulty", "0"),
        ("difficulty", "21"),
        ("difficulty", "-8"),
        ("difficulty", "八"),
        ("difficulty", "9" * 30),
        ("places", "0"),
        ("places", "201"),
        ("places", "1e3"),
        ("due_at", "明天"),
        ("due_at", "0001-01-01T00:00"),
        ("due_at", "9999-12-31T23:59"),
        ("due_at", "2026-13-01T10:00"),
        ("category", "GOLD"),
        ("urgency", "9"),
        ("needs", "长" * 201),
        ("provides", "\0"),
    ],
)
def test_triage_says_what_is_wrong(field: str, value: str) -> None:
    form = forms.TriageForm({**TRIAGE, field: value})
    assert not form.is_valid()
    assert list(form.errors) == [field]


@pytest.mark.parametrize(
    "party", ["", "member:", "member:0", "member:-1", "person:3", f"member:{'9' * 19}", "member:1 or 1=1", "member:７"]
)
def test_a_party_is_a_member_or_a_unit(party: str) -> None:
    assert not forms.AssignForm({"party": party}).is_valid()


def test_a_party_becomes_an_id() -> None:
    form = forms.AssignForm({"party": "organisation:12"})
    assert form.is_valid() and form.cleaned_data["party"] == {"organisation_id": 12} and form.cleaned_data["points"] is None


def confirm(**data: str) -> forms.ConfirmForm:
    return forms.ConfirmForm({"channel": "PHONE", **data}, on_behalf=True, claims=[(1, "党员", 4), (2, "单位", 4)], points=8)


def test_shares_are_all_or_none_and_together_the_whole() -> None:
    same = confirm(share_1="4", share_2="4")
    assert same.is_valid() and same.shares() is None
    other = confirm(share_1="6", share_2="2")
    assert other.is_valid() and other.shares() == {1: 6, 2: 2}
    none = confirm()
    assert none.is_valid() and none.shares() is None
    assert not confirm(share_1="6", share_2="3").is_valid()
    assert not confirm(share_1="8").is_valid()
    assert not forms.ConfirmForm({}, on_behalf=True).is_valid()
    assert forms.ConfirmForm({}).is_valid()


def test_a_unit_gives_no_more_than_it_has() -> None:
    def sent(**data: str) -> forms.DeliverForm:
        return forms.DeliverForm({"text": "修好了", **data}, members=[(7, "党员甲"), (8, "党员乙")], points=8)

    good = sent(sent_7="3", sent_8="0")
    assert good.is_valid() and good.sent() == [rules.SentMember(7, 3), rules.SentMember(8, 0)]
    assert not sent(sent_7="5", sent_8="4").is_valid()
    assert not sent(sent_7="-1").is_valid()


def test_filters_take_what_makes_sense_and_drop_the_rest() -> None:
    asked = forms.filters_of(QueryDict("state=PUBLISHED&kind=NO&category=ROAD&q=桥面%00破&after=99999999999999999999&order=-3&light=red"))
    assert (asked.state, asked.kind, asked.category, asked.q, asked.after, asked.order, asked.light) == (
        "PUBLISHED",
        "",
        "ROAD",
        "桥面 破",
        None,
        None,
        "",
    )
    assert asked.link(after=7) == "?state=PUBLISHED&category=ROAD&q=%E6%A1%A5%E9%9D%A2+%E7%A0%B4&after=7"


NOON = datetime(2026, 11, 24, 12, 0, tzinfo=SHANGHAI)


def test_moments_are_said_as_people_say_them() -> None:
    assert beside(NOON - timedelta(days=1), NOON) == "昨天 12:00"
    assert beside(NOON.replace(hour=9, minute=5), NOON) == "今天 9:05"
    assert beside(NOON + timedelta(days=1), NOON) == "明天 12:00"
    assert beside(NOON - timedelta(days=30), NOON) == "10月25日 12:00"
    assert beside(NOON - timedelta(days=400), NOON) == "2025年10月20日"


def test_what_is_left() -> None:
    for left, words in ((42, "剩 42 分钟"), (80, "剩 1 时 20 分"), (60, "剩 1 小时"), (300, "剩 5 小时"), (2 * 1440, "剩 2 天")):
        assert remaining(NOON + timedelta(minutes=left), NOON) == words
    assert remaining(NOON - timedelta(hours=3), NOON) == "超时 3 小时"


def short_form(title: str, **more: str) -> forms.OrderForm:
    given = {"short": "1", "kind": "DEMAND", "title": title, "urgency": "", **more}
    return forms.OrderForm(given, places=[(5, "201 幢"), (6, "202 幢")], home=(5, "201 幢"))


def test_one_sentence_is_enough_where_the_rest_is_folded() -> None:
    form = short_form("厨房水管漏水，很急", at_home="on")
    assert form.is_valid(), form.errors
    given = form.cleaned_data
    assert (given["category"], given["urgency"], given["place"], given["private"]) == ("WATER", 1, 5, False)
    assert "201 幢" in str(form["at_home"].label)


def test_what_is_said_counts_more_than_a_guess() -> None:
    form = short_form("灯坏了，急", category="OTHER", urgency="4", place="6", at_home="on")
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["category"], form.cleaned_data["urgency"], form.cleaned_data["place"]) == ("OTHER", 4, 6)


@pytest.mark.parametrize(("more", "private"), [({}, True), ({"public": "on"}, False), ({"public": "on", "private": "on"}, True)])
def test_a_helping_hand_is_private_unless_somebody_wants_it_shown(more: dict[str, str], private: bool) -> None:
    form = order_form(category="HELP", **more)
    assert form.is_valid() and form.cleaned_data["private"] is private
    guessed = short_form("想请人陪我去看病", **more)
    assert guessed.is_valid() and guessed.cleaned_data["private"] is private


def test_only_the_short_form_guesses() -> None:
    form = order_form(category="", urgency="")
    assert not form.is_valid() and set(form.errors) == {"category", "urgency"}
