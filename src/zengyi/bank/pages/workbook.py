"""A published quarter as a workbook: the same words and figures as on the sheet for the board, the digits among them."""

import io
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from zengyi.bank.pages import outlets
from zengyi.bank.queries import Publication

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDE, _NARROW = 46, 14
#: A text that begins so would be a formula once the file is saved as csv and opened again.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(text: str) -> str:
    """A text that no spreadsheet reads as a formula, whatever somebody typed."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def publication(found: Publication) -> bytes:
    """The workbook. Figures are numbers; every text is text."""
    statement, totals, file = found.statement, found.statement["totals"], io.BytesIO()
    said: dict[str, Any] = outlets.sheet(found, link="")
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": said["title"], "created": found.published_at.replace(tzinfo=None)})
        page = _Page(book, _("公示"), (_WIDE, _NARROW))
        page.title(said["title"])
        page.text(said["below"])
        page.text(said["period"])
        page.row(said["members"]["label"], totals["members"])
        page.row(_("达到基础标准"), totals["met"])
        page.row(said["gain"]["label"], totals["confirmed"])
        page.row(_("按规则另记"), totals["other"])
        for label, name in ((_("季初困难"), "opening"), (_("新添困难"), "new"), (_("减去困难"), "reduced"), (_("季末还有"), "balance")):
            page.row(label, statement["equation"][name])
        for title, rows in (
            (said["deeds_title"], [(one["title"], one["points"]) for one in statement["deeds"]]),
            (said["categories_title"], [(one["label"], one["points"]) for one in statement["categories"]]),
            (said["duties_title"], outlets.duties(found)),
        ):
            page.title(title)
            for label, figure in rows:
                page.row(label, figure)
        page.title(said["objections_title"])
        for sentence in said["objections"]:
            page.text(sentence)
        page.title(_("核对码"))
        page.text(said["digits_how"])
        page.texts(found.digits)
        if statement["savers"]:
            savers = _Page(book, _("储值大户"), (_NARROW, _NARROW, _WIDE, _NARROW))
            savers.texts(said["savers_head"][:4])
            for rank, one in enumerate(statement["savers"], 1):
                savers.row(rank, one["name"], one["branch"], one["points"])
            savers.text(said["savers_remark"])
    return file.getvalue()


class _Page:
    """A worksheet that is filled from above."""

    def __init__(self, book: Any, name: str, widths: tuple[int, ...]) -> None:
        self._page = book.add_worksheet(name)
        self._bold = book.add_format({"bold": True, "bg_color": "#f0ece3"})
        self._text = book.add_format({"num_format": "@"})
        for number, width in enumerate(widths):
            self._page.set_column(number, number, width)
        self._at = 0

    def title(self, text: str) -> None:
        """A heading, with a line before it unless it is the first."""
        self._at += bool(self._at)
        self._page.write_string(self._at, 0, cell(text), self._bold)
        self._at += 1

    def text(self, text: str) -> None:
        """A sentence."""
        self.texts([text])

    def texts(self, texts: Any) -> None:
        """Texts side by side; digits stay digits."""
        for number, text in enumerate(texts):
            self._page.write_string(self._at, number, cell(str(text)), self._text)
        self._at += 1

    def row(self, *values: str | int) -> None:
        """Texts and figures side by side."""
        for number, value in enumerate(values):
            if isinstance(value, int):
                self._page.write_number(self._at, number, value)
            else:
                self._page.write_string(self._at, number, cell(value), self._text)
        self._at += 1
