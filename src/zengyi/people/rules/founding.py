# Chinese in this file is data: how people name and count buildings.
"""Laying out a community: buildings by range, in the order people count them, drawn in rows. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from zengyi.core.errors import Invalid
from zengyi.people.rules.sheets import normal_building

#: So many buildings at most are made in one go; so long is a name at most, as the table keeps it.
BUILDINGS_MOST = 500
NAME_MOST = 60
#: A row of a drawing holds at most so many.
PER_ROW_MOST = 40
STEMS = "甲乙丙丁戊己庚辛壬癸"
_ENDINGS = ("号楼", "幢", "栋", "座", "楼", "号")
_ENDING = "|".join(_ENDINGS)
_RANGE = re.compile(rf"([A-Z]?)(\d{{1,4}})({_ENDING})?[-~到至]\1(\d{{1,4}})({_ENDING})?")
_STEMS = re.compile(rf"([{STEMS}]+)({_ENDING})?")
_STEM_RANGE = re.compile(rf"([{STEMS}])({_ENDING})?[-~到至]([{STEMS}])({_ENDING})?")
_ONE = re.compile(rf"([A-Z]?\d{{1,4}})({_ENDING})?")
_PLAIN_ENDING = "幢"
_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _EDGE = 50, 52, 12, 22, 24

Drawn = dict[str, object]


def buildings_of(text: str) -> list[str]:
    """The names of buildings that a line of text means, each once, in its order.

    A word for building behind one of them, or behind the last, holds for all that have none; without any it is 幢. Raises
    :class:`Invalid` for what is no name, a range that runs backwards, and too many.

    >>> buildings_of("201–203、甲乙 5号楼")
    ['201号楼', '202号楼', '203号楼', '甲号楼', '乙号楼', '5号楼']
    >>> buildings_of("1到2幢，甲-丙，门岗")
    ['1幢', '2幢', '甲幢', '乙幢', '丙幢', '门岗']
    """
    plain = re.sub(r"\s*([-‐-―−~〜到至])\s*", lambda m: "-" if m[1] not in "~到至" else m[1], unicodedata.normalize("NFKC", text))
    tokens = [token.upper() for token in re.split(r"[\s、,;。]+", plain) if token]
    shared = next((found for token in reversed(tokens) if (found := _ending_of(token))), _PLAIN_ENDING)
    names: dict[str, str] = {}
    for token in tokens:
        for name in _names(token, shared):
            if len(name) > NAME_MOST or not name.isprintable():
                raise Invalid.on("buildings", _("“%(name)s”太长了，不像楼幢。") % {"name": name[:20]})
            names.setdefault(normal_building(name), name)
            if len(names) > BUILDINGS_MOST:
                raise Invalid.on("buildings", _("一次最多建 %(most)d 幢，请分几次。") % {"most": BUILDINGS_MOST})
    return list(names.values())


def _ending_of(token: str) -> str:
    fits = any(pattern.fullmatch(token) for pattern in (_RANGE, _STEMS, _STEM_RANGE, _ONE))
    return next((ending for ending in _ENDINGS if token.endswith(ending)), "") if fits else ""


def _names(token: str, shared: str) -> Iterator[str]:
    if found := _RANGE.fullmatch(token):
        letter, first, ending, last, other = found.groups()
        if int(last) < int(first):
            raise Invalid.on("buildings", _("“%(range)s”前大后小，请反过来写。") % {"range": token})
        if int(last) - int(first) >= BUILDINGS_MOST:
            raise Invalid.on("buildings", _("一次最多建 %(most)d 幢，请分几次。") % {"most": BUILDINGS_MOST})
        yield from (f"{letter}{number}{ending or other or shared}" for number in range(int(first), int(last) + 1))
    elif found := _STEM_RANGE.fullmatch(token):
        first, ending, last, other = found.groups()
        if STEMS.index(last) < STEMS.index(first):
            raise Invalid.on("buildings", _("“%(range)s”前大后小，请反过来写。") % {"range": token})
        yield from (f"{stem}{ending or other or shared}" for stem in STEMS[STEMS.index(first) : STEMS.index(last) + 1])
    elif found := _STEMS.fullmatch(token):
        yield from (f"{stem}{found[2] or shared}" for stem in found[1])
    elif found := _ONE.fullmatch(token):
        yield f"{found[1]}{found[2] or shared}"
    else:
        yield token


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key by which names stand as people count: 1, 2, 101; 甲, 乙, 丙.

    >>> sorted(["101幢", "2幢", "乙幢", "1幢", "甲幢"], key=natural)
    ['1幢', '2幢', '101幢', '甲幢', '乙幢']
    """
    parts = re.findall(r"\d+|\D", unicodedata.normalize("NFKC", name))
    return tuple(_weight(part) for part in parts)


def _weight(part: str) -> tuple[int, int, str]:
    if part.isdecimal():
        return (0, int(part), "")
    return (1, STEMS.index(part), "") if part in STEMS else (2, 0, part)


def in_rows(names: Sequence[str], per_row: int) -> tuple[Drawn, dict[str, Drawn]]:
    """An estate's drawing and its buildings' places in it: ``per_row`` in a row, in the order given."""
    return drawn_at({name: divmod(at, per_row) for at, name in enumerate(names)})


def drawn_at(cells: Mapping[str, tuple[int, int]]) -> tuple[Drawn, dict[str, Drawn]]:
    """An estate's drawing and its buildings' places in it, from the row and column of each, both counted from 0."""
    marks: dict[str, Drawn] = {
        name: {"x": _EDGE + column * (_WIDTH + _GAP_X), "y": _EDGE + row * (_HEIGHT + _GAP_Y), "w": _WIDTH, "h": _HEIGHT}
        for name, (row, column) in cells.items()
    }
    rows, columns = (1 + max((cell[at] for cell in cells.values()), default=0) for at in (0, 1))
    width, height = 2 * _EDGE + columns * (_WIDTH + _GAP_X) - _GAP_X, 2 * _EDGE + rows * (_HEIGHT + _GAP_Y) - _GAP_Y
    lot = {"is": "rect", "look": "lot", "x": _EDGE // 2, "y": _EDGE // 2, "width": width - _EDGE, "height": height - _EDGE, "rx": 6}
    return {"view": [0, 0, width, height], "shapes": [lot]}, marks


def cell_of(plan: Mapping[str, object]) -> tuple[int, int] | None:
    """The row and column of a building drawn by :func:`drawn_at`, or the nearest ones; nothing when it is not drawn."""
    x, y = plan.get("x"), plan.get("y")
    if not isinstance(x, int | float) or not isinstance(y, int | float):
        return None
    return max(0, round((y - _EDGE) / (_HEIGHT + _GAP_Y))), max(0, round((x - _EDGE) / (_WIDTH + _GAP_X)))
