"""Sheets as WPS and old Excels write them: texts in the cells, in pieces, with pinyin, pages named from the root; .et and .xls files."""

import base64
import io
import lzma
import zipfile
from collections.abc import Callable

import pytest

from tests.people.town import START, Town
from zengyi.core.errors import Invalid
from zengyi.people import actions
from zengyi.people.forms import read_table
from zengyi.people.models import Person
from zengyi.people.rules.sheets import Sheet

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
#: A workbook as WPS saves it: the page is named from the root, its size is told wrong, texts stand in cells, in a shared list in pieces
#: and with their pinyin, or as what a formula gave; a phone is a number in scientific notation; styled cells hold nothing; names have a
#: prefix; a line break stands in a cell.
PARTS = {
    "[Content_Types].xml": """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>
</Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{_REL}">
<Relationship Id="rId1" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "docProps/app.xml": "<Properties><Application>WPS 表格</Application></Properties>",
    "xl/workbook.xml": f"""<workbook {_MAIN} xmlns:r="{_LINKS}"><fileVersion appName="xl" lastEdited="3"/><workbookPr/>
<sheets><sheet name="居民 登记" sheetId="1" r:id="rId1"/></sheets></workbook>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{_REL}">
<Relationship Id="rId1" Type="{_LINKS}/worksheet" Target="/xl/worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{_LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>""",
    "xl/sharedStrings.xml": f"""<sst {_MAIN} count="3" uniqueCount="3"><si><r><t>居民</t></r><r><rPr><b/></rPr><t>甲</t></r></si>
<si><t>姓名</t><rPh sb="0" eb="2"><t>xing ming</t></rPh></si><si><t xml:space="preserve">202 幢
</t></si></sst>""",
    "xl/worksheets/sheet1.xml": """<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<x:dimension ref="A1:E9999"/><x:sheetData><x:row r="1" spans="1:5"><x:c r="A1" s="0" t="s"><x:v>1</x:v></x:c>
<x:c r="B1" t="inlineStr"><x:is><x:t>手机号码</x:t></x:is></x:c>
<x:c r="C1" t="inlineStr"><x:is><x:t>小区</x:t></x:is></x:c><x:c r="D1" t="inlineStr"><x:is><x:t>幢号</x:t></x:is></x:c>
<x:c r="E1" t="inlineStr"><x:is><x:t>门牌</x:t></x:is></x:c></x:row>
<x:row r="2"><x:c r="A2" t="s"><x:v>0</x:v></x:c><x:c r="B2"><x:v>1.3922220001E10</x:v></x:c><x:c r="C2" t="str"><x:v>新村</x:v></x:c>
<x:c r="D2"><x:v>201</x:v></x:c><x:c r="E2" t="inlineStr"><x:is><x:r><x:t>10</x:t></x:r><x:r><x:t>1</x:t></x:r></x:is></x:c></x:row>
<x:row r="3"><x:c r="A3" s="3"/><x:c r="B3" s="3"/></x:row>
<x:row r="4"><x:c r="A4" t="inlineStr"><x:is><x:t>居民　乙</x:t></x:is></x:c><x:c r="D4" t="s"><x:v>2</x:v></x:c>
<x:c r="E4" t="inlineStr"><x:is><x:t>102室</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>""",
}
#: The same people from Excel 97, which is what .et files are as well; packed.
OLD = (
    "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4BX/AoZdAGgzvhyGMHdg9KSEKkAMHHYngvKRhtyIyie64aC3xgQTZ5vNmLlpNRUqmeED08XozNH0Sz/ZqCLxYNmw"
    "x+4v1UI+paOKIneBVRFwGzT6D/ujymYAx2HNK6igkTgwCYzLHYse39FHGA104/DYJ4+VKGOmrUwK6ls6nK/V8ANGtcY3YFqYFEqCx5eWX79ofuY4cKoND/k7"
    "tx7JFKeHSazwp/H40FvwTs5GXehBVqm+j4vFGZ/KfN+YUG4QjfoLmDYxTfEMRO1cKEMfMzJq/vV5Mx+VbED2K7kSVf2tGAda9nbCSUVe1JjtKmbRebHgvbC5"
    "z39RPDyai9DciwvO5/BJYnSSx3UmRuC72TgBBlO6wQn51RnqZS5spuMaCp5sEHZgcgPXmluDRB0Jg6sjdSa04NxFiFwu+nnalOa6ESGSpgiFuCH3SwkCEBQV"
    "X5MsLeAMIH0ukhsAMNcRuAVRNy/Vgbr0kN2ihfFCWyQwlNGuswjE11A8XS7zgd9FEiOdsqqyl7Dc31wk2/asXdw4cTpkEoA8aAPP9CZLLnmT3MnQ2LSsSqUz"
    "RBpF9f/TdddQoQjX+1fShr0QrPZW/07C504rfvZulqHEs4GsOEQUpAVTn907tSLywIWZyVJNSKw4mJnM1KHlTc9eq2sn3I2hqSNILLtT7JZ69GDvMqhdD0Vj"
    "UkPXE2hRNf5p0iRZeXT9AnrJWUMzG22ve+bxBrH5pTgCo1uxpSB4Gtp2GDnIj2GcaF6defk+XcvP++k0obBNTsLzhLtkIod2F0oJp7eoNRYiH/pefAuuPNzp"
    "009TwGkQzXOKDaNP4lL+BR3c/+TSIsVnYjbuXAMsPNWyWiAp3TLm0qmxyQdXuiAAAAAE5EOHvaYukQABogWALAAA9+Jvg7HEZ/sCAAAAAARZWg=="
)


def wps() -> bytes:
    """The workbook as a file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, text in PARTS.items():
            parts.writestr(name, text)
    return file.getvalue()


def old() -> bytes:
    """The file of the old kind."""
    return lzma.decompress(base64.b64decode(OLD))


@pytest.mark.parametrize("made", [wps, old])
def test_a_sheet_comes_in_as_it_is(town: Town, made: Callable[[], bytes]) -> None:
    actions.import_sheet(Sheet.RESIDENTS, read_table(made()), by=town.actor("worker"), at=START)
    found = Person.objects.filter(name__in=["居民甲", "居民乙"]).order_by("pk").values_list("name", "phone", "home__name", "door")
    assert list(found) == [("居民甲", "13922220001", "201幢", "101"), ("居民乙", "", "202幢", "102")]


def test_one_with_a_password_gets_a_sentence() -> None:
    with pytest.raises(Invalid, match="密码"):
        read_table(old(), formulas=True)
    with pytest.raises(Invalid, match="密码"):
        read_table(b"\xd0\xcf\x11\xe0" + bytes(600))
