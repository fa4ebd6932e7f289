"""The building plan draws every place, and nothing that is not a drawing."""

import pytest

from zengyi.orders.queries import PlaceMark as Mark
from zengyi.people.queries import PlaceCard
from zengyi.people.web.plan import plans

pytestmark = pytest.mark.databases("sqlite")

ESTATE = PlaceCard(
    1,
    "ESTATE",
    "虹桥新村",
    None,
    {"view": [0, 0, 592, 646], "shapes": [{"is": "rect", "look": "road", "x": 0, "y": 40, "width": 592, "height": 32}]},
)


def building(place_id: int, name: str, **plan: float) -> PlaceCard:
    return PlaceCard(place_id, "BUILDING", name, 1, dict(plan))


def test_blocks_carry_their_lights_and_the_selected_one_its_ring() -> None:
    cards = [ESTATE, building(2, "201 幢", x=16, y=116, w=50, h=52), building(3, "202 幢", x=74, y=116, w=50, h=52)]
    (plan,) = plans(cards, {3: Mark(2, "late")}, here=3)
    assert plan.view_box == "0 0 592 646"
    assert [(b.short, b.light, b.count, b.here) for b in plan.blocks] == [("201", "", 0, False), ("202", "late", 2, True)]
    assert plan.shapes[0].look == "road"


def test_places_without_coordinates_are_set_in_rows() -> None:
    cards = [PlaceCard(1, "ESTATE", "幸福怡居", None, {}), *(building(n, f"{n} 幢") for n in range(2, 22))]
    (plan,) = plans(cards, {})
    assert len({(b.x, b.y) for b in plan.blocks}) == 20
    left, top, width, height = plan.view
    assert all(left <= b.x and b.x + b.w <= left + width and top <= b.y and b.y + b.h <= top + height for b in plan.blocks)


def test_spots_share_the_first_drawing_and_hostile_shapes_are_left_out() -> None:
    hostile = {
        "view": "0 0 100 100",
        "shapes": [
            {"is": "script", "look": "road"},
            {"is": "path", "look": "water", "d": 'M0 0"><script>'},
            "x",
            {"is": "rect", "look": '" onload='},
        ],
    }
    cards = [
        PlaceCard(1, "ESTATE", "某小区", None, hostile),
        building(2, "1 幢", x=1, y=1, w=5, h=5),
        PlaceCard(9, "SPOT", "桥", 100, {"x": 1, "y": 2, "w": 3, "h": 4}),
    ]
    (plan,) = plans(cards, {})
    assert plan.shapes == []
    assert [b.id for b in plan.blocks] == [2, 9]


def test_the_selected_estate_comes_first() -> None:
    cards = [ESTATE, building(2, "201 幢"), PlaceCard(10, "ESTATE", "另一个", None, {}), PlaceCard(11, "BUILDING", "1 幢", 10, {})]
    assert [p.name for p in plans(cards, {2: Mark(5, "ok")}, here=11)] == ["另一个", "虹桥新村"]
    assert plans([], {}) == []
