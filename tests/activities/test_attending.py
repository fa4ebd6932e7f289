"""The roll: stays and minutes, absences that have an author, closing, points for who helped, corrections; what nobody may read."""

import io
import zipfile
from datetime import UTC, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.activities.plans import AGREED, CHILD, SATURDAY, caller, planned
from tests.cast import AT, PASSWORD, Cast
from zengyi.activities import actions
from zengyi.activities.actions import Marked
from zengyi.activities.models import Attendee, Occasion, SignUp, Slot, Stay
from zengyi.activities.queries import roll as queries
from zengyi.activities.rules.minors import Child
from zengyi.bank.models import Filing
from zengyi.core import clock, paper
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.people.actions import issue_token

END = SATURDAY + timedelta(minutes=90)


@pytest.fixture
def occasion(cast: Cast) -> Occasion:
    """A family with a child, a single, and a member who helps."""
    made = planned(cast.actor("worker"), helpers=[("看热熔枪", 2)])
    actions.sign_up(made.pk, seats=2, children=[CHILD], by=cast.actor("resident"), at=AT)
    actions.sign_up(made.pk, by=cast.actor("resident2"), at=AT)
    helper = Slot.objects.get(occasion=made, role="HELPER")
    actions.sign_up(made.pk, slot_id=helper.pk, by=cast.actor("member"), at=AT)
    return made


def seats(occasion: Occasion) -> dict[str, Attendee]:
    """By number and letter."""
    rows = Attendee.objects.filter(occasion=occasion).select_related("sign_up")
    return {f"{one.sign_up.number}{one.letter}": one for one in rows}


def mark(cast: Cast, occasion: Occasion, label: str, what: str, minute: int) -> int:
    """One tap, so many minutes after the beginning."""
    moment = SATURDAY + timedelta(minutes=minute)
    return actions.record_attendance(occasion.pk, [Marked(seats(occasion)[label].pk, what)], by=cast.actor("worker"), at=moment)


def test_minutes_are_the_union_of_stays_within_the_schedule(cast: Cast, occasion: Occasion) -> None:
    for label, what, minute in (
        ("1", "IN", -20),
        ("1", "OUT", 30),
        ("1", "IN", 40),
        ("1a", "IN", 5),
        ("1a", "OUT", 65),
        ("3", "IN", -10),
    ):
        assert mark(cast, occasion, label, what, minute) == 1
    assert mark(cast, occasion, "3", "IN", 10) == 0
    actions.close_occasion(occasion.pk, by=cast.actor("worker"), at=END)
    assert {label: one.minutes for label, one in seats(occasion).items()} == {"1": 80, "1a": 60, "2": 0, "3": 90}
    absent = seats(occasion)["2"]
    assert absent.absent_by_id == cast.users["worker"].pk and absent.absent_at == END


def test_who_helped_has_a_deed_that_the_host_attests_and_another_approves(cast: Cast, occasion: Occasion) -> None:
    mark(cast, occasion, "3", "IN", 0)
    mark(cast, occasion, "1", "IN", 0)
    actions.close_occasion(occasion.pk, by=cast.actor("worker"), at=END)
    deed = Filing.objects.get(source="OCCASION", source_ref=str(occasion.pk))
    assert (deed.rule, deed.quantity, deed.member_id) == ("V11", 2, cast.member_id("member"))
    assert (deed.state, deed.attested_by_id) == ("ATTESTED", cast.users["worker"].pk)


@pytest.mark.parametrize(("kind", "rule", "quantity"), [("LAW", "V08", 1), ("CLEANUP", "V05", 2), ("CARE", "V11", 2)])
def test_the_kind_says_which_rule_counts(cast: Cast, kind: str, rule: str, quantity: int) -> None:
    made = planned(cast.actor("worker"), kind=kind, helpers=[("摆台", 2)], hosts=[cast.elsewhere.pk])
    slot = Slot.objects.get(occasion=made, role="HELPER")
    for who in ("member", "far_member"):
        actions.sign_up(made.pk, slot_id=slot.pk, by=cast.actor(who), at=AT)
    marks = [Marked(one.pk, "IN") for one in Attendee.objects.filter(occasion=made)]
    actions.record_attendance(made.pk, marks, by=cast.actor("worker"), at=SATURDAY)
    actions.close_occasion(made.pk, by=cast.actor("worker"), at=END)
    deeds = Filing.objects.filter(source="OCCASION").order_by("community_id")
    # Each community's member has the deed in its own books, the occasion's host attests both.
    assert [(d.rule, d.quantity, d.community_id) for d in deeds] == [
        (rule, quantity, cast.community.pk),
        (rule, quantity, cast.elsewhere.pk),
    ]


def test_the_list_on_paper_leaves_what_does_not_fit_to_a_person(cast: Cast, occasion: Occasion) -> None:
    mark(cast, occasion, "2", "ABSENT", 0)
    done = actions.record_paper(occasion.pk, [1, 2, 3, 9], by=cast.actor("worker"), at=END)
    assert done == (3, [2, 9])
    assert Stay.objects.filter(source="PAPER", in_at=SATURDAY, out_at=END).count() == 3
    assert actions.record_paper(occasion.pk, [1], by=cast.actor("worker"), at=END) == (0, [1])


def test_scanning_in_and_out_counts_only_once_the_roll_is_closed(cast: Cast, occasion: Occasion) -> None:
    own = SignUp.objects.get(occasion=occasion, number=1)
    with pytest.raises(WrongState, match="一个半小时"):
        actions.scan(own.pk, by=cast.actor("resident"), at=AT)
    assert actions.scan(own.pk, by=cast.actor("resident"), at=SATURDAY) is True
    assert actions.scan(own.pk, by=cast.actor("resident"), at=SATURDAY + timedelta(minutes=45)) is False
    assert {one.minutes for one in seats(occasion).values()} == {None}
    with pytest.raises(NotThere):
        actions.scan(own.pk, by=cast.actor("resident2"), at=SATURDAY)
    actions.close_occasion(occasion.pk, by=cast.actor("worker"), at=END)
    assert (seats(occasion)["1"].minutes, seats(occasion)["1a"].minutes) == (45, 45)


def test_an_absence_is_contested_once_and_corrected(cast: Cast, occasion: Occasion) -> None:
    actions.close_occasion(occasion.pk, by=cast.actor("worker"), at=END)
    helper = seats(occasion)["3"]
    own = helper.sign_up_id
    actions.contest(own, helper.pk, "我在后面剪花", by=cast.actor("member"), at=END)
    with pytest.raises(WrongState, match="已经说过"):
        actions.contest(own, helper.pk, "再说一次", by=cast.actor("member"), at=END)
    with pytest.raises(NotThere):
        actions.contest(own, helper.pk, "不是我", by=cast.actor("member2"), at=END)
    assert not Filing.objects.filter(source="OCCASION").exists()
    fixed = actions.correct_attendance(helper.pk, 60, "同事说他在", by=cast.actor("worker"), at=END)
    assert (fixed.minutes, fixed.absent_at) == (60, None)
    assert Filing.objects.get(source="OCCASION").quantity == 1
    with pytest.raises(Invalid, match="一共 90 分钟"):
        actions.correct_attendance(helper.pk, 91, "多记些", by=cast.actor("worker"), at=END)


def test_what_cannot_be_put_down(cast: Cast, occasion: Occasion) -> None:
    by, one = cast.actor("worker"), seats(occasion)["1"].pk
    with pytest.raises(WrongState, match="还早"):
        actions.record_attendance(occasion.pk, [Marked(one, "IN")], by=by, at=AT)
    other = planned(by, title="别的")
    refused: list[tuple[list[Marked], type[Exception], str]] = [
        ([Marked(10**9, "IN")], Invalid, "没有这一位"),
        ([Marked(one, "LATE")], Invalid, "到了、走了"),
        ([], Invalid, "1 到"),
        ([Marked(one, "IN", SATURDAY + timedelta(hours=1))], Invalid, "还没有到"),
        ([Marked(one, "IN", AT)], Invalid, "前后"),
    ]
    for marks, kind, words in refused:
        with pytest.raises(kind, match=words):
            actions.record_attendance(occasion.pk, marks, by=by, at=SATURDAY)
    with pytest.raises(Invalid, match="没有这一位"):
        actions.record_attendance(other.pk, [Marked(one, "IN")], by=by, at=SATURDAY)
    with pytest.raises(WrongState, match="还没有散场"):
        actions.close_occasion(occasion.pk, by=by, at=SATURDAY)
    mark(cast, occasion, "1", "IN", 0)
    with pytest.raises(WrongState, match="先改"):
        mark(cast, occasion, "1", "ABSENT", 1)
    assert mark(cast, occasion, "1", "CLEAR", 2) == 1 and not Stay.objects.exists()


def test_a_mark_that_a_phone_kept_has_the_moment_of_its_tap_and_counts_once(
    cast: Cast, occasion: Occasion, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tapped = SATURDAY + timedelta(minutes=3)
    monkeypatch.setattr("zengyi.core.clock.now", lambda: SATURDAY + timedelta(minutes=40))
    client.force_login(cast.users["worker"])
    path, family = f"/activities/occasions/{occasion.pk}/roll/mark", seats(occasion)["1"]
    told = {"attendee": family.pk, "mark": "IN", "at": tapped.astimezone(UTC).isoformat().replace("+00:00", ".000Z"), "_key": str(uuid4())}
    for _twice in range(2):
        answer = client.post(path, told, headers={"X-Zengyi-Form": "again"})
        assert (answer.status_code, answer["X-Zengyi-To"]) == (204, f"/activities/occasions/{occasion.pk}/roll")
    assert [stay.in_at for stay in Stay.objects.all()] == [tapped]
    later = {**told, "mark": "OUT", "at": (SATURDAY + timedelta(hours=9)).isoformat(), "_key": str(uuid4())}
    assert client.post(path, later).status_code == 422
    assert client.post(path, {**later, "at": "gestern"}).status_code == 422
    assert Stay.objects.get().out_at is None


def test_a_co_host_does_not_see_the_roll(cast: Cast) -> None:
    joint = planned(cast.actor("worker"), hosts=[cast.elsewhere.pk])
    with pytest.raises(NotAllowed):
        queries.roll(joint.pk, by=cast.actor("far_worker"))


def test_who_must_not_be_pictured_stands_on_the_roll_by_alias(cast: Cast) -> None:
    made = planned(cast.actor("worker"))
    children = [Child("FROM_8", AGREED, "小花"), Child("FROM_6", {**AGREED, "PHOTOGRAPH": True}, "小草")]
    actions.sign_up(made.pk, seats=3, children=children, by=cast.actor("resident"), at=AT)
    found = queries.roll(made.pk, by=cast.actor("worker"))
    assert found.unpictured == ["孩子 01"]
    told = [row.name for row in found.rows]
    assert told == ["居民1206", "孩子 01", "孩子 01b"] and "小花" not in str(found)


@pytest.mark.parametrize(
    "who", ["", "resident2", "neighbour", "member", "unit", "worker", "secretary", "district", "far_worker", "far_resident"]
)
def test_no_page_and_no_answer_tells_what_a_child_is_called(cast: Cast, client: Client, who: str) -> None:
    made = planned(cast.actor("worker"), hosts=[cast.elsewhere.pk])
    own = actions.sign_up(made.pk, seats=2, children=[Child("FROM_8", AGREED, "独一无二的小名")], by=cast.actor("resident"), at=AT)
    called = actions.sign_up(made.pk, who=caller("来电家长", "13900006666"), by=cast.actor("worker"), at=AT)
    if who:
        client.force_login(cast.users[who])
    paths = ["/activities/", f"/activities/occasions/{made.pk}/", f"/activities/occasions/{made.pk}/roll", "/activities/calendar.ics"]
    paths += [f"/activities/sign-ups/{own.pk}/", f"/activities/sign-ups/{called.pk}/", "/waiting/", "/me/data"]
    told = "".join(client.get(path).content.decode() for path in paths)
    assert "独一无二的小名" not in told and "13900006666" not in told and "13900001206" not in told
    if who not in ("worker", "secretary"):
        assert "来电家长" not in told and "居民1206</b>" not in told


def test_the_roll_for_without_a_network_lies_on_the_phone_without_a_name(
    cast: Cast, occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/activities/occasions/{occasion.pk}/roll"
    for at, lies in ((SATURDAY - timedelta(hours=2), 0), (SATURDAY, 90 * 60 + 12 * 3600), (END + timedelta(hours=13), 0)):
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        client = Client()
        client.force_login(cast.users["worker"])
        answer, roll = client.get(f"{path}/kept"), client.get(path)
        assert (f'data-lies="{path}/kept"' in roll.content.decode()) == bool(lies) and "no-store" in roll["Cache-Control"]
        if not lies:
            assert (answer.status_code, answer["Location"]) == (303, path) and "no-store" in answer["Cache-Control"]
            continue
        page = answer.content.decode()
        assert answer["Cache-Control"] == f"private, max-age={lies}"
        assert "孩子 01" in page and "别拍" in page and "小花" not in page
        assert "居民1206" in roll.content.decode() and "居民1206" not in page


@pytest.mark.parametrize("who", ["", "resident2", "member", "unit", "worker", "secretary", "district", "property", "far_worker"])
def test_no_print_no_export_and_no_answer_of_the_api_tells_of_a_child(
    cast: Cast, client: Client, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sheets are looked at as the data that is set: what is printed is compressed."""
    printed: list[Any] = []

    def sheet_of(name: str, data: Any, **more: Any) -> bytes:
        printed.append(data)
        return b"%PDF"

    monkeypatch.setattr(paper, "pdf", sheet_of)
    guardian: Any = cast.users["resident"].person
    guardian.door = "独门九九"  # words that occur nowhere else
    guardian.save()
    begin, by = AT - timedelta(hours=2), cast.actor("worker")
    made = planned(by, at=begin, starts_at=begin, ends_at=begin + timedelta(hours=1), hosts=[cast.elsewhere.pk])
    child = Child("FROM_8", AGREED, "独一无二的小名")
    own = actions.sign_up(made.pk, seats=2, children=[child], by=cast.actor("resident"), at=begin - timedelta(minutes=5))
    seats = [Marked(pk, "IN") for pk in Attendee.objects.values_list("pk", flat=True)]
    actions.record_attendance(made.pk, seats, by=by, at=begin)
    actions.close_occasion(made.pk, by=by, at=begin + timedelta(hours=1))
    record = actions.issue_record(own.pk, begin.date(), begin.date(), by=by, at=AT)
    client.force_login(cast.users[who]) if who else None
    api = f"/api/v1/occasions/{made.pk}"
    pages = [f"/activities/occasions/{made.pk}/{path}" for path in ("sign-ups", "roll", "roll.pdf", "calendar.ics")]
    pages += [f"/activities/records/{record.number}/", f"/activities/records/{record.pk}.pdf", "/activities/records/"]
    pages += ["/activities/hours/", "/news/desk/", f"/news/new?from=ACTIVITY:{made.pk}"]
    told = "".join(client.get(path).content.decode(errors="replace") for path in pages)
    heads = {"Authorization": f"Bearer {issue_token(who, PASSWORD, '', at=AT)[0]}"} if who else {}
    told += "".join(client.get(path, headers=heads).content.decode() for path in ("/api/v1/occasions", f"{api}/roll"))
    told += client.get(f"/api/v1/records/{record.number}").content.decode()
    sheet = client.get("/activities/hours.xlsx").content
    if sheet.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(sheet)) as book:
            told += "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    told += str(printed)
    for secret in ("独一无二的小名", "13900001206", "独门九九"):
        assert secret not in told, secret
    assert "孩子 01" in told or who not in ("worker", "secretary")


def test_a_guardian_reads_what_they_wrote(cast: Cast, client: Client) -> None:
    made = planned(cast.actor("worker"))
    own: Any = actions.sign_up(made.pk, seats=2, children=[Child("FROM_8", AGREED, "独一无二的小名")], by=cast.actor("resident"), at=AT)
    client.force_login(cast.users["resident"])
    assert "独一无二的小名" in client.get(f"/activities/sign-ups/{own.pk}/").content.decode()
