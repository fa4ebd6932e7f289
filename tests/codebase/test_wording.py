"""The words that docs/zh/用词.md rules out stand in no sentence of the product, and in none of its Chinese pages for people."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIST = ROOT / "docs" / "zh" / "用词.md"
#: Where a ruled-out word is part of another one, or of a sentence that is about it.
PART_OF = {"工单": "施工单位", "操作": "操作员证"}
#: Sentences that may say it, each with its reason.
ALLOWED = {
    "支部书记": "signs the paper of a branch's roll-call: there the branch's own secretary is meant",
    "一直没网？把这一趟存成文件，用微信发给社区，照样算数，不会重复。社区收到以前，别清微信缓存。": "so it is called in WeChat",
    "令牌不对，或者已经过期。请重新登录。": "said to a program, not to people",
    "请先登录：在 Authorization 里带上 Bearer 令牌。": "said to a program, not to people",
}


def ruled_out() -> list[str]:
    """The words of the table's last column, and the one that only a branch uses."""
    rows = [line for line in LIST.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][2:]
    words = [word for row in rows for word in row.split("|")[3].strip().split("、")]
    return [*words, "支部书记", "没有操作"]


def found_in(sentence: str, words: list[str]) -> list[str]:
    """The ruled-out words that stand in a sentence by themselves."""
    return [word for word in words if word in re.sub(PART_OF.get(word, "$^"), "", sentence)]


def sentences() -> Iterator[str]:
    """Everything that is said to people in Chinese: every message of every package's catalogue, which a check keeps complete."""
    for file in sorted((ROOT / "src").glob("zengyi/*/locale/en/LC_MESSAGES/django.po")):
        for said in re.findall(r'^msgid ((?:".*"\n)+)', file.read_text(encoding="utf-8"), re.MULTILINE):
            yield "".join(line[1:-1] for line in said.splitlines())


def test_the_list_is_read() -> None:
    words = ruled_out()
    assert {"工单", "审批", "字段", "服务器"} <= set(words) and len(words) > 50 and all(2 <= len(word) <= 6 for word in words)


def test_no_sentence_says_a_word_that_is_ruled_out() -> None:
    words, said = ruled_out(), list(sentences())
    assert len(said) > 2000
    assert {sentence: bad for sentence in said if sentence not in ALLOWED and (bad := found_in(sentence, words))} == {}


@pytest.mark.parametrize("page", ["README.zh-CN.md", "docs/zh/manual.md"])
def test_no_page_for_people_says_one(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert found_in(text, [word for word in ruled_out() if word != "提交"]) == []


def test_a_sentence_that_says_one_is_found() -> None:
    assert found_in("请提交工单审批。", ruled_out()) == ["工单", "提交", "审批"]
    assert found_in("请施工单位来人。", ruled_out()) == []
