"""What pages of the councils draw and say."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from zengyi.councils.queries import minutes

register = template.Library()
ROW, CELL = 30, 10


def _runs(first: int, last: int) -> list[tuple[int, int, int, int]]:
    """The cells from ``first`` up to ``last``, not included, as rectangles of whole cells: x, y, width, height.

    >>> _runs(5, 65)
    [(50, 0, 250, 10), (0, 10, 300, 10), (0, 20, 50, 10)]
    """
    found = []
    while first < last:
        row, column = divmod(first, ROW)
        if column or last - first < ROW:
            count = min(ROW - column, last - first)
            found.append((column * CELL, row * CELL, count * CELL, CELL))
        else:
            count = (last - first) // ROW * ROW
            found.append((0, row * CELL, ROW * CELL, count // ROW * CELL))
        first += count
    return found


@register.simple_tag
def waffle(whole: int, part: int, words: str) -> SafeString:
    """As many squares as there are things, those of the part hollow; ``words`` says the same."""
    height = -(-whole // ROW) * CELL
    rects = [("w-ok", *run) for run in _runs(0, whole - part)] + [("w-bad", *run) for run in _runs(whole - part, whole)]
    drawn = format_html_join("", '<rect fill="url(#{})" x="{}" y="{}" width="{}" height="{}"/>', rects)
    return format_html(
        '<svg class="waffle" viewBox="0 0 300 {}" role="img" aria-label="{}"><defs>'
        '<pattern id="w-ok" width="10" height="10" patternUnits="userSpaceOnUse">'
        '<rect class="ok" x="1.5" y="1.5" width="7" height="7"/></pattern>'
        '<pattern id="w-bad" width="10" height="10" patternUnits="userSpaceOnUse">'
        '<rect class="bad" x="2" y="2" width="6" height="6"/></pattern>'
        "</defs>{}</svg>",
        height,
        words,
        drawn,
    )


@register.filter
def less(whole: int, part: int) -> int:
    """What is left of the whole."""
    return whole - part


@register.filter
def eights(digest: str) -> list[str]:
    """A hash in groups that eyes can compare and a narrow screen can break.

    >>> eights("8f2f7192714def3e")
    ['8f2f7192', '714def3e']
    """
    return [digest[at : at + 8] for at in range(0, len(digest), 8)]


@register.filter
def answered(answer: str) -> str:
    """What became of an item, in words."""
    return minutes.words_of(answer)
