# Chinese in this file is data: the units of an area.
"""A sum over flats: which flats somebody typed in, one a line. Pure."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from zengyi.core.errors import Invalid

FLATS_MOST, FLAT_MOST, LINE_MOST, TEXT_MOST = 3000, 40, 80, 120_000
#: A flat of more than 100,000 m² is a mistake in typing.
AREA_MOST = Decimal(100_000)
_LINE = re.compile(r"(?P<flat>.*?\S)[\s,，]+(?P<area>\d{1,6}(\.\d{1,2})?)\s*(㎡|m2|平方米|平米)?")


def flats_of(text: str) -> list[tuple[str, int]]:
    """The flats with their areas in hundredths of a square metre: one a line, as copied out of a sheet.

    Raises :class:`Invalid` on the field ``flats`` that names the line: nothing is guessed.

    >>> flats_of("3-101  80.00\\n3-102\\t120")
    [('3-101', 8000), ('3-102', 12000)]
    """
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        read = _LINE.fullmatch(line.strip()) if len(line) <= LINE_MOST else None
        area = Decimal(read["area"]) if read else Decimal(0)
        if read is None or not 0 < area <= AREA_MOST or len(read["flat"]) > FLAT_MOST:
            raise Invalid.on("flats", _("第 %(line)d 行看不懂：先写房号，空一格，再写面积，例如 3-101 80.00。") % {"line": number})
        if read["flat"] in found:
            raise Invalid.on("flats", _("第 %(line)d 行的房号写了两次：%(flat)s。") % {"line": number, "flat": read["flat"]})
        found[read["flat"]] = int(area * 100)
        if len(found) > FLATS_MOST:
            raise Invalid.on("flats", _("一次最多 %(most)d 户。") % {"most": FLATS_MOST})
    if not found:
        raise Invalid.on("flats", _("请写至少一户。"))
    return list(found.items())
