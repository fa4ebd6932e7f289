"""Owners' votes counted: every vector of the research, written from its text, and what holds of any vote."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.councils.owners import Row, alike, estate, rows_of
from zengyi.councils.rules.owner_sheets import votes_sheet
from zengyi.councils.rules.owners import (
    DEVELOPER,
    OWNER,
    RETURNED,
    Count,
    Flat,
    Opinion,
    Silence,
    Subject,
    count,
    heads_of,
    metres,
    needed,
    recounts,
    takes_two_thirds,
    votes_of,
)
from zengyi.councils.rules.packs import shipped
from zengyi.councils.rules.shares import spread

HEAD = ["业主", "单元", "面积", "类型", "意见"]


def counted(rows: list[Row], subject: str = "USE_FUND", silence: str = "RETURNED_ONLY") -> Count:
    """What the sheet comes to."""
    votes = votes_of(votes_sheet([HEAD, *map(list, rows)]).sure())
    return count(votes, Subject(subject), Silence(silence))


# Vector 0: the estate.


def test_the_estate_has_86_heads_and_needs_58() -> None:
    found = counted(estate([], a="空", b="空", developer="空"))
    assert (found.heads, metres(found.area)) == (86, "8000.00")
    assert (needed(found.heads), metres(needed(found.area))) == (58, "5333.34")
    assert not takes_two_thirds(57, 86)
    assert takes_two_thirds(58, 86)


# Vector 1: 55 + A + B + developer vote.


@pytest.mark.parametrize(("yes", "heads_for", "area_for", "adopted"), [(28, 29, "3200.00", False), (29, 30, "3280.00", True)])
def test_vector_1_using_the_fund(yes: int, heads_for: int, area_for: str, adopted: bool) -> None:
    found = counted(estate(["同意"] * yes + ["不同意"] * (55 - yes), a="不同意", b="不同意", developer="同意"))
    assert (found.heads_voted, metres(found.area_voted), found.quorum) == (58, "5760.00", True)
    assert (found.heads_for, metres(found.area_for), found.adopted) == (heads_for, area_for, adopted)
    assert not found.also_165


# Vector 2: the same, raising the fund. Exactly three quarters is enough.


@pytest.mark.parametrize(("yes", "heads_for", "area_for", "adopted"), [(42, 43, "4320.00", False), (43, 44, "4400.00", True)])
def test_vector_2_raising_the_fund(yes: int, heads_for: int, area_for: str, adopted: bool) -> None:
    rows = estate(["同意"] * yes + ["不同意"] * (55 - yes), a="不同意", b="不同意", developer="同意")
    for subject in ("RAISE_FUND", "REBUILD", "CHANGE_COMMON"):
        found = counted(rows, subject)
        assert (found.heads_voted, metres(found.area_voted), found.quorum) == (58, "5760.00", True)
        assert (found.heads_for, metres(found.area_for), found.adopted) == (heads_for, area_for, adopted)
    assert 4 * 4320 == 3 * 5760
    assert counted(rows, "OTHER").adopted, "more than half is enough for whatever the law does not name"


# Vector 3: 69 of 100 flats and 5,520 m², but 55 of 86 heads.


def test_vector_3_flats_are_not_heads() -> None:
    found = counted(estate(["同意"] * 52, a="同意", b="同意", developer="同意"))
    assert (found.heads_voted, metres(found.area_voted)) == (55, "5520.00")
    assert takes_two_thirds(found.area_voted, found.area)
    assert (found.quorum, found.adopted) == (False, False)


# Vector 4: 1,291 owners, 703 back, 584 silent, 4 not reached.


@pytest.mark.parametrize(
    ("silence", "heads_voted", "heads_for", "quorum", "adopted"),
    [
        ("RETURNED_ONLY", 703, 417, False, False),
        ("SILENT_TAKES_PART", 1287, 417, True, False),
        ("SILENT_FOLLOWS", 1287, 1001, True, True),
    ],
)
def test_vector_4_three_rules_for_the_silent(silence: str, heads_voted: int, heads_for: int, quorum: bool, adopted: bool) -> None:
    found = counted(alike(同意=417, 不同意=278, 弃权=8, 空=584, 未送达=4), silence=silence)
    assert (found.heads, found.heads_voted, found.heads_for) == (1291, heads_voted, heads_for)
    assert (found.quorum, found.adopted) == (quorum, adopted)


def test_vector_4_its_percentages() -> None:
    assert [round(1000 * a / b) for a, b in ((703, 1291), (417, 1287), (1001, 1287))] == [545, 324, 778]


# Vector 5: 2,261 owners, 995 for, 27 against, 125 abstaining, 1,071 silent.


@pytest.mark.parametrize(("yes", "follow", "percent"), [(995, 2066, 9138), (991, 2062, 9120)])
def test_vector_5_the_silent_follow(yes: int, follow: int, percent: int) -> None:
    rows = alike(同意=yes, 不同意=27, 弃权=125 + 995 - yes, 空=1071, 未送达=43)
    found = counted(rows, silence="SILENT_FOLLOWS")
    assert (found.heads, found.heads_for, found.adopted) == (2261, follow, True)
    assert round(10000 * found.heads_for / found.heads) == percent
    alone = counted(rows)
    assert (round(1000 * alone.heads_voted / alone.heads), alone.quorum) == (507, False)


# Vector 6: 90 equal heads, 60 vote.


@pytest.mark.parametrize(("yes", "no", "neither", "adopted"), [(30, 10, 20, False), (31, 9, 20, True)])
def test_vector_6_half_is_not_more_than_half(yes: int, no: int, neither: int, adopted: bool) -> None:
    found = counted(alike(同意=yes, 不同意=no, 弃权=neither, 空=30))
    assert (found.heads, found.heads_voted, found.quorum, found.adopted) == (90, 60, True, adopted)


# Vector 7: 66.66 of 100.00 m² shows 66.7 % and fails.


@pytest.mark.parametrize(("voted", "rest", "quorum"), [("66.66", "33.34", False), ("66.67", "33.33", True)])
def test_vector_7_never_a_rounded_percentage(voted: str, rest: str, quorum: bool) -> None:
    third = f"{float(voted) / 2:.2f}", f"{float(voted) - round(float(voted) / 2, 2):.2f}"
    rows = [("一", "1", third[0], OWNER, "同意"), ("二", "2", third[1], OWNER, "同意"), ("三", "3", rest, OWNER, "空")]
    found = counted(rows)
    assert (metres(found.area), metres(found.area_voted), found.heads_voted) == ("100.00", voted, 2)
    assert (found.quorum, found.adopted) == (quorum, quorum)


# Vectors 8 to 10: money, overruns, days.


def test_vector_8_a_cost_over_flats_to_the_cent() -> None:
    assert spread(10_000_000, [8000, 12000, 10000]) == [2_666_667, 4_000_000, 3_333_333]


def test_vector_9_hangzhou_asks_ten_percent_anew() -> None:
    pack = shipped()["hangzhou"]
    assert not pack.asks_anew(10_000_000, 10_999_999)
    assert pack.asks_anew(10_000_000, 11_000_000)
    assert not shipped()["national"].asks_anew(10_000_000, 20_000_000)


def test_vector_10_fifteen_days_after_the_notice() -> None:
    assert shipped()["national"].earliest(date(2026, 6, 1)) == date(2026, 6, 16)


# What the contract's sentence says beyond the vectors.


def test_rows_that_disagree_are_a_conflict_and_count_as_not_voted() -> None:
    rows = rows_of([("甲", 1, OWNER, "同意"), ("乙", 1, OWNER, "同意"), ("丙", 1, OWNER, "同意")])
    for word in ("不同意", "弃权", "空", "未送达"):
        both = [*rows, ("丙", "9", "80.00", OWNER, word)]
        for silence in Silence:
            found = counted(both, silence=silence)
            assert (found.heads, found.heads_voted, found.heads_for, found.conflicts) == (3, 2, 2, ("丙",))
            assert (metres(found.area), metres(found.area_voted)) == ("320.00", "160.00")


def test_every_row_of_developers_is_one_owner() -> None:
    found = counted(
        [("甲公司", "1", "80", DEVELOPER, "同意"), ("甲公司（未交付）", "2", "80", DEVELOPER, "同意"), ("王五", "3", "80", OWNER, "同意")]
    )
    assert (found.heads, found.heads_for) == (2, 2)
    torn = counted(
        [("甲公司", "1", "80", DEVELOPER, "同意"), ("乙公司", "2", "80", DEVELOPER, "不同意"), ("王五", "3", "80", OWNER, "同意")]
    )
    assert torn.conflicts == ("甲公司",)
    owning = counted([("甲公司", "1", "80", DEVELOPER, "同意"), ("甲公司", "2", "80", OWNER, "同意")])
    assert owning.heads == 1, "the same name is the same owner"


def test_names_padded_with_spaces_are_the_same() -> None:
    assert counted([("王 五", "1", "80", OWNER, "同意"), ("王五", "2", "80", OWNER, "同意")]).heads == 1


@pytest.mark.parametrize(
    ("said", "heads_for"),
    [({"同意": 30, "不同意": 30, "空": 30}, 30), ({"同意": 20, "不同意": 10, "弃权": 20, "空": 30}, 20), ({"空": 90}, 0)],
)
def test_the_silent_follow_nobody_where_two_are_equal(said: dict[str, int], heads_for: int) -> None:
    found = counted(alike(**said), silence="SILENT_FOLLOWS")
    assert (found.heads_for, found.heads_voted) == (heads_for, found.heads)


def test_the_silent_follow_heads_and_not_area() -> None:
    large = [("大", "0", "900.00", OWNER, "不同意")]
    rows = [*large, *alike(同意=2, 空=1)]
    found = counted(rows, silence="SILENT_FOLLOWS")
    assert (found.heads_for, metres(found.area_for), found.adopted) == (3, "240.00", False)


def test_the_silent_may_follow_a_no() -> None:
    assert counted(alike(同意=10, 不同意=20, 空=60), silence="SILENT_FOLLOWS").heads_for == 10


def test_165_asks_two_thirds_of_all() -> None:
    assert counted(alike(同意=59, 不同意=1, 空=30)).also_165 is False
    assert counted(alike(同意=60, 不同意=0, 空=30)).also_165 is True
    followed = counted(alike(同意=40, 不同意=20, 空=30), silence="SILENT_FOLLOWS")
    assert (followed.heads_for, followed.also_165) == (70, True)


def test_nobody_decides_nothing() -> None:
    for subject in Subject:
        empty = count([], subject, Silence.RETURNED_ONLY)
        assert (empty.quorum, empty.adopted) == (False, False)


# What holds of any vote.

NAMES = st.sampled_from("甲乙丙丁戊己庚辛")
ROWS = st.lists(
    st.tuples(st.builds(Flat, NAMES, st.just("1"), st.integers(1, 50_000), st.booleans()), st.sampled_from(Opinion)),
    min_size=1,
    max_size=40,
)


@given(ROWS, st.sampled_from(Subject), st.sampled_from(Silence))
def test_what_holds_of_any_vote(rows: list[tuple[Flat, Opinion]], subject: Subject, silence: Silence) -> None:
    votes = votes_of(rows)
    found = count(votes, subject, silence)
    flats = [flat for flat, _said in rows]
    assert found.area == sum(flat.area for flat in flats), "no flat is lost or counted twice"
    assert (found.heads, found.heads) == (len(votes), len(heads_of(flats)))
    assert 0 <= found.heads_for <= found.heads_voted <= found.heads - len(found.conflicts)
    assert 0 <= found.area_for <= found.area_voted <= found.area
    assert not found.adopted or (found.quorum and 2 * found.heads_for >= found.heads_voted and 2 * found.area_for >= found.area_voted)
    assert found.quorum == (3 * found.heads_voted >= 2 * found.heads and 3 * found.area_voted >= 2 * found.area)
    by_rule = dict(recounts(votes, subject))
    assert by_rule[silence] == found
    only, part, follow = (by_rule[one] for one in Silence)
    assert only.heads_voted <= part.heads_voted == follow.heads_voted
    assert only.heads_for == part.heads_for <= follow.heads_for


@given(ROWS, st.sampled_from(Subject), st.sampled_from(Silence), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_unit_of_areas_change_nothing(
    rows: list[tuple[Flat, Opinion]], subject: Subject, silence: Silence, random: object
) -> None:
    found = count(votes_of(rows), subject, silence)
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = count(votes_of(shuffled), subject, silence)
    assert (again.heads_voted, again.area_voted, again.heads_for, again.adopted) == (
        found.heads_voted,
        found.area_voted,
        found.heads_for,
        found.adopted,
    )
    larger = [(Flat(f.owner, f.unit, 7 * f.area, f.developer), said) for f, said in rows]
    scaled = count(votes_of(larger), subject, silence)
    assert (scaled.quorum, scaled.adopted, scaled.also_165) == (found.quorum, found.adopted, found.also_165)


@given(ROWS, st.integers(0, 39), st.sampled_from(Subject))
def test_one_more_yes_never_loses_a_vote(rows: list[tuple[Flat, Opinion]], at: int, subject: Subject) -> None:
    votes = votes_of(rows)
    before = count(votes, subject, Silence.RETURNED_ONLY)
    one = votes[at % len(votes)]
    if one.opinion in RETURNED:
        votes[at % len(votes)] = type(one)(one.name, one.area, Opinion.FOR)
    after = count(votes, subject, Silence.RETURNED_ONLY)
    assert before.adopted <= after.adopted


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any))
def test_a_cost_is_spread_whole_and_fairly(cents: int, areas: list[int]) -> None:
    parts = spread(cents, areas)
    assert sum(parts) == cents
    assert all(abs(part * sum(areas) - cents * area) < sum(areas) for part, area in zip(parts, areas, strict=True))


@pytest.mark.parametrize(("cents", "areas"), [(-1, [1]), (1, [0]), (1, [2, -1])])
def test_what_cannot_be_spread_is_an_error(cents: int, areas: list[int]) -> None:
    with pytest.raises(ValueError, match="spread"):
        spread(cents, areas)
