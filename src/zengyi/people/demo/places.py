"""The places of the demo and their drawings.

崇川区 has the seven communities of the stories, each under the body that the programme's page names: 世伦桥 and 观畅 belong to
崇川经济开发区. The second district is the development zone, 开发区, with 紫荆社区 and 竹韵社区; 竹行街道 is one of its
subdistricts. The page names no subdistrict for 紫荆社区, only its neighbourhood 星湖邻里, which stands in for one here. Estates and
drawings are made up, but for 虹桥新村 with its buildings 201 to 240, the bridge on the western stretch of 虹西路, the small garden
by building 226, 幸福怡居 and the river 新幸西界河.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from zengyi.people import actions
from zengyi.people.rules import SYSTEM, PlaceKind

Drawn = dict[str, object]
BUILDING_WIDTH, BUILDING_HEIGHT = 50, 52


@dataclass(frozen=True, slots=True)
class Site:
    """A community as it is laid out: ``key`` names it in this package and begins its logins."""

    key: str
    district: str
    subdistrict: str
    name: str
    estate: str
    buildings: tuple[str, ...]
    spots: dict[str, Drawn] = field(default_factory=dict)
    plan: Drawn = field(default_factory=dict)
    marks: dict[str, Drawn] = field(default_factory=dict)


def _rect(look: str, x: float, y: float, width: float, height: float, rx: float = 0) -> Drawn:
    return {"is": "rect", "look": look, "x": x, "y": y, "width": width, "height": height, "rx": rx}


def _text(text: str, x: float, y: float, look: str = "name") -> Drawn:
    return {"is": "text", "look": look, "x": x, "y": y, "text": text}


def _path(look: str, d: str) -> Drawn:
    return {"is": "path", "look": look, "d": d}


def _block(x: float, y: float, w: float = BUILDING_WIDTH, h: float = BUILDING_HEIGHT) -> Drawn:
    return {"x": x, "y": y, "w": w, "h": h}


def _hongqiao() -> tuple[Drawn, dict[str, Drawn]]:
    """虹桥新村: a river along the west, 虹西路 across the north, three lots, the small garden right above building 226."""
    columns = (92, 150, 208, 284, 342, 400, 476, 534, 592)
    rows = (112, 192, 272, 352, 450)
    cells = [(x, y) for x in columns[:3] for y in rows]
    cells = sorted(cells, key=lambda cell: (cell[1], cell[0]))  # 201–215
    cells += [(x, y) for y in rows[:2] for x in columns[3:6]]  # 216–221
    cells += [(columns[3], rows[2]), (columns[3], rows[3])]  # 222 and 223, beside the garden
    cells += [(x, rows[4]) for x in columns[3:6]]  # 224–226
    cells += [(x, y) for y in rows for x in columns[6:]][:14]  # 227–240
    marks = {f"{201 + place}幢": _block(x, y) for place, (x, y) in enumerate(cells)}
    shapes = [
        _path("water", "M20 0c14 60-10 120 2 210s-18 170-4 270 10 80 4 112h38c6-60-12-90-6-162s16-150 2-220S72 70 60 0z"),
        _rect("road", 0, 44, 664, 32),
        _text("虹西路", 372, 65),
        _text("西段桥", 104, 65),
        _text("河", 37, 300),
        _rect("road", 264, 76, 14, 482),
        _rect("road", 456, 76, 14, 482),
        _rect("road", 78, 420, 586, 14),
        _rect("lot", 82, 98, 176, 418, 6),
        _text("一标段", 170, 537),
        _rect("lot", 282, 98, 170, 418, 6),
        _text("三标段", 367, 537),
        _rect("lot", 474, 98, 178, 418, 6),
        _text("二标段", 563, 537),
        _rect("park", 340, 264, 110, 148, 10),
        _path("walk", "M350 398c16-52 34-8 48-46s22-32 44-40"),
        _rect("road", 78, 554, 586, 26),
        _text("虹桥路", 372, 572),
    ]
    return {"view": [0, 0, 664, 592], "shapes": shapes}, marks


def _grid(names: tuple[str, ...], columns: int, road: str, *, green: str = "", water: str = "") -> tuple[Drawn, dict[str, Drawn]]:
    """A small estate: rows of buildings above a road, perhaps a green at their side and a river behind them."""
    top = 64 if water else 24
    marks = {
        name: _block(32 + (place % columns) * (BUILDING_WIDTH + 12), top + place // columns * (BUILDING_HEIGHT + 22))
        for place, name in enumerate(names)
    }
    rows = -(-len(names) // columns)
    width, height = columns * (BUILDING_WIDTH + 12), rows * (BUILDING_HEIGHT + 22)
    side = 150 if green else 0
    full = width + side + 52
    shapes = [_rect("lot", 20, top - 12, width + 12, height + 2, 6), _rect("road", 0, top + height + 4, full, 26)]
    shapes.append(_text(road, full / 2, top + height + 22))
    if green:
        left = width + 48
        shapes += [_rect("park", left, top - 8, side - 24, height - 8, 10), _text(green, left + (side - 24) / 2, top + 18, "park-t")]
        shapes.append(_path("walk", f"M{left + 14} {top + height - 40}c24-60 50 4 74-36"))
    if water:
        shapes.insert(0, _path("water", f"M0 12c80-14 160 12 240 0s140-10 {full - 240} 2v26c-90 10-160-10-{full - 240} 0s-160 12-240-2z"))
        shapes.append(_text(water, full / 2, 32))
    return {"view": [0, 0, full, top + height + 40], "shapes": shapes}, marks


def _numbers(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{number}幢" for number in range(first, last + 1))


def _small(
    key: str,
    names: tuple[str, str, str],
    estate: str,
    buildings: int,
    road: str,
    spots: Mapping[str, tuple[float, float, float, float]],
    *,
    columns: int = 6,
    **more: str,
) -> Site:
    """A community with one small estate. ``spots`` lie where the drawing has room."""
    plan, marks = _grid(_numbers(1, buildings), columns, road, **more)
    at = {name: _block(*numbers) for name, numbers in spots.items()}
    return Site(key, *names, estate, _numbers(1, buildings), at, plan, marks)


def sites() -> tuple[Site, ...]:
    """Every community, the bridge's first."""
    plan, marks = _hongqiao()
    spots = {
        "虹西路西段桥": _block(14, 40, 46, 40),
        "小游园": _block(365, 274, 60, 28),
        "活动室": _block(590, 458, 56, 36),
        "虹西菜场": _block(568, 10, 76, 28),
    }
    zone = "崇川经济开发区"
    return (
        Site("hx", "崇川区", "虹桥街道", "虹西社区", "虹桥新村", tuple(marks), spots, plan, marks),
        _small("qx", ("崇川区", "幸福街道", "秦西社区"), "幸福怡居南区", 18, "幸福路", {"南区大门": (438, 170, 74, 28)}, green="南区花园"),
        _small(
            "xq",
            ("崇川区", "城东街道", "新桥北村社区"),
            "新桥北村",
            16,
            "新桥路",
            {"法治宣传栏": (574, 110, 86, 28)},
            columns=8,
            green="口袋公园",
        ),
        _small("th", ("崇川区", "陈桥街道", "天和社区"), "天和家园", 12, "陈桥路", {"商业综合体": (438, 90, 86, 30)}, green="中心花园"),
        _small("xy", ("崇川区", "唐闸镇街道", "新园社区"), "新园小区", 12, "新园路", {"新幸西界河": (14, 14, 84, 26)}, water="新幸西界河"),
        _small("sl", ("崇川区", zone, "世伦桥社区"), "世伦新村", 12, "世伦路", {"购物中心": (438, 90, 74, 28)}, green="街心花园"),
        _small("gc", ("崇川区", zone, "观畅社区"), "观畅花园", 12, "观畅路", {"党群服务站": (438, 90, 86, 28)}, green="观景平台"),
        _small(
            "zj",
            ("开发区", "星湖邻里", "紫荆社区"),
            "紫荆花园",
            14,
            "星湖大道",
            {"垃圾分类站": (500, 100, 86, 28)},
            columns=7,
            green="紫荆园",
        ),
        _small("zy", ("开发区", "竹行街道", "竹韵社区"), "竹韵花苑", 12, "竹韵路", {"社区活动室": (438, 90, 86, 28)}, green="竹园"),
    )


@dataclass(frozen=True, slots=True)
class Laid:
    """A community in the database: its id and path, its buildings and spots by name."""

    site: Site
    community_id: int
    path: str
    district_id: int
    places: dict[str, int]


def lay_out(at: datetime) -> list[Laid]:
    """Enter every place."""
    ids: dict[tuple[str, ...], int] = {}

    def node(names: tuple[str, ...], kind: PlaceKind, phone: str = "") -> int:
        if names not in ids:
            parent = ids.get(names[:-1])
            ids[names] = actions.add_place(parent, kind, names[-1], sort=len(ids), phone=phone, by=SYSTEM, at=at)
        return ids[names]

    laid = []
    for number, site in enumerate(sites()):
        district = node((site.district,), PlaceKind.DISTRICT)
        street = node((site.district, site.subdistrict), PlaceKind.SUBDISTRICT)
        community = node((site.district, site.subdistrict, site.name), PlaceKind.COMMUNITY, f"0513-0000{number:02}00")
        estate = actions.add_place(community, PlaceKind.ESTATE, site.estate, plan=site.plan, by=SYSTEM, at=at)
        drawn = {name: site.marks[name] for name in site.buildings}
        buildings = actions.add_places(estate, PlaceKind.BUILDING, drawn, by=SYSTEM, at=at)
        spots = actions.add_places(community, PlaceKind.SPOT, site.spots, by=SYSTEM, at=at)
        places = dict(zip((*site.buildings, *site.spots), (*buildings, *spots), strict=True))
        laid.append(Laid(site, community, f"/{district}/{street}/{community}/", district, places))
    return laid
