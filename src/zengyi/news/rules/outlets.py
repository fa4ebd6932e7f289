# Chinese in this file is data: signs in their wide form, and those that end no excerpt.
"""What outlets take: bytes, characters, lines, and where a text is cut that is too long. Pure.

Sources: WeCom's documentation of group robots (a text message 2,048 bytes, a markdown one 4,096, both UTF-8; longer ones are refused
whole with 40058); a picture of at most 2 MB. The editor of WeChat public accounts: a title of at most 64 characters.
"""

import unicodedata

ROBOT_MOST, MARKDOWN_MOST = 2048, 4096
PICTURE_MOST = 2 * 1024 * 1024
POSTER_SIZE = (1080, 1440)
#: A title that a public account takes; longer ones are cut.
ACCOUNT_TITLE_MOST = 64
_CUT = "…"
_JOINED = "\u200d\ufe0f"


def cut(text: str, most: int) -> str:
    """``text`` in at most ``most`` bytes of UTF-8, cut on a character, with … where something is missing.

    >>> cut("一条河清完了", 18), cut("一条河清完了", 17), cut("ab", 2), cut("一", 2)
    ('一条河清完了', '一条河清…', 'ab', '')
    """
    raw = text.encode()
    if len(raw) <= most:
        return text
    room = most - len(_CUT.encode())
    if room < 0:
        return ""
    kept = raw[:room].decode(errors="ignore")
    rest = text[len(kept) : len(kept) + 1]
    while kept and (_belongs(rest) or kept[-1] in _JOINED):  # an accent, or half of an emoji, does not stand alone
        rest, kept = kept[-1], kept[:-1]
    return kept.rstrip() + _CUT


def _belongs(character: str) -> bool:
    return bool(character) and (character in _JOINED or unicodedata.category(character) in ("Mn", "Me", "Sk"))


_SPECIAL = str.maketrans("<>[]*`#\\|~_", "＜＞［］＊｀＃＼｜～＿")


def excerpt(text: str, most: int) -> str:
    """The beginning of ``text`` in at most ``most`` characters and …, on one line.

    >>> excerpt("一条河，清完了", 4), excerpt("清完了", 4)
    ('一条河…', '清完了')
    """
    line = text.replace("\n", " ")
    return line if len(line) <= most else line[:most].rstrip("，、；：。 ") + _CUT


def unmarked(text: str) -> str:
    """``text`` with everything that WeCom's markdown would read as mark-up in its wide form: no link, colour or mention is made of it."""
    return text.translate(_SPECIAL)


def unmentioned(text: str) -> str:
    """``text`` for a robot's plain message, in which ``<@…>`` would call somebody."""
    return text.replace("<@", "＜@")


def breakable(text: str, longest: int = 12) -> str:
    """``text`` with places to break inside words longer than a line, for paper: after each ``longest`` characters."""
    out, run = [], 0
    for character in text:
        run = 0 if character.isspace() or not character.isascii() else run + 1
        out.append(character)
        if run and run % longest == 0:
            out.append("\u200b")
    return "".join(out)
