"""The reach planner: never more doors than needed, compared with trying every set of owners."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from tests.councils.owners import estate
from zengyi.councils.rules.owner_sheets import votes_sheet
from zengyi.councils.rules.owners import heads_of, needed
from zengyi.councils.rules.reach import Door, Reach, plan

DOORS = st.lists(st.tuples(st.integers(1, 300), st.sampled_from("123")), max_size=9).map(
    lambda rows: [Door(n, area, stair) for n, (area, stair) in enumerate(rows)]
)


def reached(found: Reach, doors: tuple[Door, ...] | list[Door]) -> bool:
    """Whether these doors would do for both."""
    return found.heads_missing <= len(doors) and found.area_missing <= sum(door.area for door in doors)


@given(DOORS, st.lists(st.integers(1, 300), max_size=9))
def test_no_smaller_set_of_owners_would_do(doors: list[Door], voted: list[int]) -> None:
    heads, area = len(doors) + len(voted), sum(door.area for door in doors) + sum(voted)
    found = plan(heads, area, len(voted), sum(voted), doors)
    assert (found.heads_needed, found.area_needed) == (needed(heads), needed(area))
    assert reached(found, found.doors), "everybody together is always enough"
    assert len({door.elector_id for door in found.doors}) == len(found.doors)
    for fewer in range(len(found.doors)):
        assert not any(reached(found, chosen) for chosen in combinations(doors, fewer))


def test_of_equally_few_those_of_one_stair_are_taken() -> None:
    doors = [Door(n, 8000, str(n % 3)) for n in range(30)]
    found = plan(86, 86 * 8000, 49, 49 * 8000, doors)
    assert len(found.doors) == 9
    assert {door.stair for door in found.doors} == {"0"}
    assert [door.elector_id for door in found.doors] == sorted(door.elector_id for door in found.doors), "in walking order"


def test_a_large_door_is_kept_where_the_area_needs_it() -> None:
    """The developer's twelve flats are one head and 960 m²: without them the small doors of one stair are not enough."""
    doors = [Door(1, 96_000, "售楼处"), *[Door(10 + n, 2_000, "1") for n in range(12)]]
    found = plan(30, 300_000, 18, 120_000, doors)
    assert (found.heads_missing, found.area_missing) == (2, 80_000)
    assert [door.stair for door in found.doors] == ["1", "售楼处"]


def test_the_estate_of_the_vectors() -> None:
    """49 flats voted: nine heads and 1,413.34 m² are missing, so the developer's door is among the nine."""
    rows = votes_sheet([["业主", "单元", "面积", "类型", "意见"], *map(list, estate([], a="空", b="空", developer="空"))]).sure()
    owners = heads_of(flat for flat, _said in rows)
    waiting = [Door(n, owner.area, "开发商" if owner.developer else str(n % 2)) for n, owner in enumerate(owners)][49:]
    found = plan(86, 800_000, 49, 49 * 8000, waiting)
    assert (found.heads_missing, found.area_missing, len(found.doors)) == (9, 141_334, 9)
    assert [door.area for door in found.doors].count(96_000) == 1


def test_nothing_is_planned_once_both_are_reached() -> None:
    assert plan(3, 300, 2, 200, [Door(1, 100, "1")]).doors == ()
    assert plan(3, 300, 2, 199, [Door(1, 101, "1")]).doors != ()


def test_five_thousand_doors_are_planned_at_once() -> None:
    doors = [Door(n, 5_000 + n * 7919 % 9_000, f"{n // 20}") for n in range(5_000)]
    area = sum(door.area for door in doors)
    found = plan(5_000, area, 0, 0, doors)
    assert reached(found, found.doors)
    assert len(found.doors) == needed(5_000)
