# Chinese in this file is data: surnames of two characters.
"""Masking of names and phone numbers wherever others may see them."""

COMPOUND_SURNAMES = frozenset(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 令狐 慕容 宇文 司徒 长孙 夏侯 端木 独孤 南宫 西门 东郭 百里 呼延 轩辕 "
    "钟离 闻人 申屠 太史 澹台 公冶 宗政 濮阳 淳于 单于 鲜于 闾丘 司空 万俟 赫连 仲孙 拓跋 第五".split()
)
COMPOUND_LEAST = 3


def mask_name(name: str) -> str:
    """A name with only its surname left; how long the given name is stays hidden too.

    >>> mask_name("张三"), mask_name("张三丰"), mask_name("欧阳锋"), mask_name("欧阳"), mask_name("Anna Li"), mask_name("张"), mask_name("")
    ('张*', '张*', '欧阳*', '欧*', 'A*', '*', '')
    """
    name = name.strip()
    if len(name) < 2:
        return "*" if name else ""
    if len(name) >= COMPOUND_LEAST and name[:2] in COMPOUND_SURNAMES:
        return f"{name[:2]}*"
    return f"{name[0]}*"


def mask_phone(phone: str) -> str:
    """A phone number with its middle hidden: enough for its owner to know it again.

    >>> mask_phone("13900001206"), mask_phone("051385001234"), mask_phone("85001234"), mask_phone("110"), mask_phone("")
    ('139****1206', '0513****1234', '85****34', '***', '')
    """
    digits = "".join(c for c in phone if c.isdigit())
    if len(digits) >= 12:
        return f"{digits[:4]}{'*' * (len(digits) - 8)}{digits[-4:]}"
    if len(digits) == 11:
        return f"{digits[:3]}****{digits[-4:]}"
    if len(digits) >= 7:
        return f"{digits[:2]}{'*' * (len(digits) - 4)}{digits[-2:]}"
    return "*" * len(digits)
