"""The English catalogues: complete, and the check finds what is not."""

from pathlib import Path

import pytest

from zengyi.develop.catalogue.__main__ import main
from zengyi.develop.catalogue.checks import check, check_all, source_of, update, update_all
from zengyi.develop.catalogue.sources import Message, read
from zengyi.project.translations import catalogues, compile_into

pytestmark = pytest.mark.databases("sqlite")

HOUSE = {
    "words.py": '''"""一段说明。"""
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext
NAME = gettext_lazy("名字")
def words(n):
    """也是说明。"""
    return _("今天 %(time)s") % {"time": n}, ngettext("%(n)d 天", "%(n)d 天", n), pgettext("tab", "名字"), f"{_('里面')}"
''',
    "templates/page.html": """{% load i18n %}{% translate "标题" context "page" %}
    {% comment %}不要{% endcomment %}{# 也不要 #}
      {% blocktranslate trimmed count n=rows|length %}
        {{ n }} 行
      {% plural %}
        {{ n }} 行
      {% endblocktranslate %}
  <a title="{% translate '百分之 80%' %}">{{ names|join:_("、") }}</a>{{ name|default:_("没有") }}
{% blocktranslate with a=b %}<b>{{ a }}</b> 和 5%{% endblocktranslate %}{% include "x.html" with title=_("里头") %}中文""",
    "static/page.css": "/* 说明 */ b { color: red }",
}
ENGLISH = {
    "名字": "Name",
    "今天 %(time)s": "%(time)s today",
    "%(n)d 天": "%(n)d day(s)",
    "里面": "Inside",
    "标题": "Title",
    "%(n)s 行": "%(n)s row(s)",
    "百分之 80%%": "80%%",
    "、": ", ",
    "没有": "None",
    "<b>%(a)s</b> 和 5%%": "<b>%(a)s</b> and 5%%",
    "里头": "Inside",
}


class House:
    """A small package with a catalogue of its own."""

    def __init__(self, folder: Path) -> None:
        self.root, self.source = folder / "house", folder / "en" / "django.po"
        for name, text in HOUSE.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text)
        update(self.root, self.source)
        lines, said = [], ""
        for line in self.source.read_text().splitlines():
            said = line.removeprefix("msgid ").strip('"') if line.startswith("msgid ") else said
            lines.append(line.replace('""', f'"{ENGLISH[said]}"') if line.startswith("msgstr") and said else line)
        self.source.write_text("\n".join(lines) + "\n")

    def check(self) -> list[str]:
        return check(self.root, self.source)

    def replace(self, old: str, new: str, name: str = "") -> None:
        path = self.root / name if name else self.source
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_the_catalogue_is_complete(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_all() == []
    monkeypatch.setattr("sys.argv", ["catalogue", "check"])
    assert main() == 0
    assert "complete" in capsys.readouterr().out


def test_every_way_to_mark_a_message_is_found(house: House) -> None:
    found = read(house.root)
    assert found.complaints == []
    assert set(found.messages) == {
        Message("、"),
        Message("里头"),
        Message("没有"),
        Message("百分之 80%%"),
        Message("<b>%(a)s</b> 和 5%%"),
        Message("标题", context="page"),
        Message("%(n)s 行", "%(n)s 行"),
        Message("名字"),
        Message("名字", context="tab"),
        Message("今天 %(time)s"),
        Message("%(n)d 天", "%(n)d 天"),
        Message("里面"),
    }
    assert house.check() == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('msgstr "Inside"', 'msgstr ""', "not translated: 里"),
        ('msgstr[1] "%(n)d day(s)"', 'msgstr[1] ""', "not translated: %(n)d 天"),
        ('msgid "没有"', '#, fuzzy\nmsgid "没有"', "fuzzy, to be looked at: 没有"),
        ("%(time)s today", "%(tmie)s today", "other placeholders than in “%(tmie)s today”: 今天 %(time)s"),
        ("%(time)s today", "today", "other placeholders than in “today”: 今天 %(time)s"),
        ("%(time)s today", "%(time)s is 9 %", "a lone % in “%(time)s is 9 %”: 今天 %(time)s"),
        ("<b>%(a)s</b> and", "<i>%(a)s</b> and", "other tags than in “<i>%(a)s</b> and 5%%”: <b>%(a)s</b> 和 5%%"),
        ('msgstr "Title"', 'msgstr "Title 题"', "still Chinese (题) in “Title 题”: 标题"),
        ('msgstr "Title"', 'msgstr "A \\"title\\""', 'a quotation mark, which would end an attribute, in “A "title"”: 标题'),
        ('msgid "没有"\nmsgstr "None"\n', "", "not in the catalogue: 没有 (templates/page.html)"),
        ('msgid "没有"', 'msgid "有"', "no longer in the code: 有"),
        ('msgid "没有"\nmsgstr "None"\n', '#~ msgid "没有"\n#~ msgstr "None"\n', "obsolete: 没有"),
    ],
)
def test_what_is_wrong_with_a_translation_is_told(house: House, old: str, new: str, told: str) -> None:
    house.replace(old, new)
    assert any(line.startswith(told) for line in house.check()), house.check()


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("words.py", '_("今天 %(time)s")', "_(NAME)", "words.py:6: _() needs its text written out"),
        ("words.py", '_("今天 %(time)s")', '_(f"今天 {n}")', "words.py:6: _() needs its text written out"),
        ("words.py", 'pgettext("tab", "名字")', 'pgettext("tab")', "words.py:6: pgettext() needs its text written out"),
        ("words.py", 'gettext_lazy("名字")', '"名字"', "words.py:3: not marked for translation: 名字"),
        ("templates/page.html", "中文", "中文字", "templates/page.html:9: not marked for translation: 中文字"),
        ("templates/page.html", ':_("、")', ':"、"', "templates/page.html:8: not marked for translation: 、"),
        ("templates/page.html", '{% translate "标题"', "{% translate title", "templates/page.html:1: translate title context"),
        ("static/page.css", "color: red", 'content: "第"', "static/page.css: not marked for translation: 第"),
    ],
)
def test_what_nobody_could_translate_is_told(house: House, name: str, old: str, new: str, told: str) -> None:
    house.replace(old, new, name)
    assert any(line.startswith(told) for line in house.check()), house.check()


def test_a_complaint_fails_the_check(house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("zengyi.develop.catalogue.__main__.check_all", lambda: ["not translated: 里面"])
    monkeypatch.setattr("sys.argv", ["catalogue", "check"])
    assert main() == 1
    assert capsys.readouterr().out == "not translated: 里面\n"


def test_an_update_keeps_what_is_translated_and_changes_nothing_twice(house: House) -> None:
    before = house.source.read_text()
    assert update(house.root, house.source) == 0
    assert house.source.read_text() == before
    house.replace("今天 %(time)s", "就在今天 %(time)s", "words.py")
    house.replace('_("、")', '"/"', "templates/page.html")
    assert update(house.root, house.source) == 1
    after = house.source.read_text()
    assert '#, fuzzy, python-format\n#| msgid "今天 %(time)s"\nmsgid "就在今天 %(time)s"\nmsgstr "%(time)s today"\n' in after
    assert "、" not in after
    assert house.check() == ["fuzzy, to be looked at: 就在今天 %(time)s"]


def two_packages(house: House, other: str) -> tuple[Path, Path]:
    """The small package beside a second one, which says ``other``; the folder of both, and the second's catalogue."""
    for name in ("__init__.py", "locale/en/LC_MESSAGES/django.po"):
        (house.root / name).parent.mkdir(parents=True, exist_ok=True)
    (house.root / "__init__.py").touch()
    house.source = house.source.rename(source_of(house.root))
    second = house.root.parent / "second"
    second.mkdir()
    (second / "__init__.py").touch()
    (second / "words.py").write_text(f'from django.utils.translation import gettext as _\nNAME = _("{other}")\n')
    return house.root.parent, source_of(second)


def test_a_text_that_moves_to_another_package_takes_its_english_along(house: House) -> None:
    both, source = two_packages(house, "没有")
    assert [line for line in check_all(both) if line.startswith("second: ")] == ["second: not in the catalogue: 没有 (words.py)"]
    assert update_all(both) == 0
    assert 'msgid "没有"\nmsgstr "None"' in source.read_text()
    assert check_all(both) == []


def test_a_package_without_words_has_no_catalogue(house: House) -> None:
    both, source = two_packages(house, "")
    assert update_all(both) == 0
    assert not source.exists() and house.source.exists()


def test_two_packages_say_the_same_alike(house: House) -> None:
    both, source = two_packages(house, "没有")
    update_all(both)
    source.write_text(source.read_text().replace('"None"', '"Nothing"'))
    assert check_all(both) == ["second: “None” in house, but “Nothing” here: 没有"]


def test_two_packages_count_the_same_alike(house: House) -> None:
    """The loss: in English a minute was a point, and on another version of Python it stayed Chinese."""
    both, source = two_packages(house, "没有")
    (source.parents[3] / "words.py").write_text('from django.utils.translation import ngettext\nNAME = ngettext("没有", "没有", 2)\n')
    update_all(both)
    source.write_text(source.read_text().replace('msgstr[0] ""', 'msgstr[0] "None"').replace('msgstr[1] ""', 'msgstr[1] "None"'))
    assert check_all(both) == ["second: counted in one place and not in another, see house: 没有"]


def test_chinese_that_is_data_is_said_to_be_in_the_file_itself(house: House) -> None:
    (house.root / "names.py").write_text('"""Names."""\nNAMES = ("张三",)\n')
    assert house.check() == ["names.py:2: not marked for translation: 张三"]
    (house.root / "names.py").write_text('# Chinese in this file is data: names.\n"""Names."""\nNAMES = ("张三",)\n')
    assert house.check() == []
    (house.root / "demo").mkdir()
    (house.root / "demo" / "texts.py").write_text('"""Texts."""\nTEXT = "路灯不亮"\n')
    assert house.check() == []


def test_the_catalogues_of_all_packages_are_compiled_together(house: House, tmp_path: Path) -> None:
    both, source = two_packages(house, "另外")
    update_all(both)
    source.write_text(source.read_text().replace('msgid "另外"\nmsgstr ""', 'msgid "另外"\nmsgstr "Besides"'))
    assert catalogues(both) == [house.source, source]
    compile_into(tmp_path / "locale", catalogues(both))
    compiled = (tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.mo").read_bytes()
    assert b"Besides" in compiled and b"%(time)s today" in compiled and b"%(n)d day(s)" in compiled and b"tab\x04" in compiled
    source.write_text(source.read_text().replace("Besides", "Moreover"))
    assert compile_into(tmp_path / "locale", catalogues(both)), "a change in any of them is noticed"


def test_it_is_compiled_once_for_each_source(house: House, tmp_path: Path) -> None:
    locale = tmp_path / "locale"
    assert compile_into(locale, [house.source])
    compiled = locale / "en" / "LC_MESSAGES" / "django.mo"
    first = compiled.read_bytes()
    assert b"%(time)s today" in first
    assert not compile_into(locale, [house.source])
    house.replace("%(time)s today", "today, %(time)s")
    assert compile_into(locale, [house.source])
    assert b"today, %(time)s" in compiled.read_bytes()
    assert [path.name for path in compiled.parent.iterdir()] == ["django.mo"]
