"""The empty sheets people fill in."""

import io

import xlsxwriter
from django.utils.translation import gettext as _

from zengyi.people.rules.sheets import COLUMNS, Sheet

_WIDTH = 16


def template(sheet: Sheet) -> bytes:
    """An xlsx file with the header, and a second page that says what to fill in."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#f0ece3"})
        # Columns are formatted as text: otherwise spreadsheets turn phone numbers into 1.39E+10 and 0301 into 301.
        text = book.add_format({"num_format": "@"})
        page, help_page = book.add_worksheet(_("名单")), book.add_worksheet(_("怎么填"))
        for at, column in enumerate(COLUMNS[sheet]):
            page.write_string(0, at, column.title, bold)
            help_page.write_string(at, 0, column.title, bold)
            help_page.write_string(at, 1, str(column.hint))
        page.set_column(0, len(COLUMNS[sheet]) - 1, _WIDTH, text)
        page.freeze_panes(1, 0)
        help_page.set_column(0, 0, _WIDTH)
        help_page.set_column(1, 1, 4 * _WIDTH)
    return file.getvalue()
