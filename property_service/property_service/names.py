"""Names of people as the desk looks for them (pinyin) and as others may see them (masked), and identity numbers."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from pypinyin import lazy_pinyin

# Characters read differently as a surname than in common words.
_SURNAMES = {
    "单": "shan", "單": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "區": "ou", "朴": "piao",
    "盖": "ge", "蓋": "ge", "乐": "yue", "樂": "yue", "员": "yun", "員": "yun", "缪": "miao", "繆": "miao", "翟": "zhai",
    "秘": "bi", "折": "she", "召": "shao", "种": "chong", "覃": "qin", "祭": "zhai", "洗": "xian", "繁": "po", "能": "nai",
    "隗": "wei", "么": "yao", "卜": "bu", "都": "du", "阚": "kan", "闞": "kan", "句": "gou", "藏": "zang", "佴": "nai",
    "乜": "nie", "黑": "he", "郇": "xun", "难": "ning", "難": "ning", "任": "ren", "华": "hua", "華": "hua", "尉": "wei",
    "冼": "xian", "宁": "ning", "应": "ying", "應": "ying", "燕": "yan", "纪": "ji", "紀": "ji", "车": "che", "車": "che",
}  # fmt: skip
# 单于 is left out on purpose: 单 with a given name in 于 is far more common.
_COMPOUND_SURNAMES = frozenset(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐 长孙 長孫 宇文 司徒 司空 夏侯 轩辕 軒轅 端木 百里"
    " 南宫 南宮 万俟 闻人 赫连 澹台 公冶 宗政 濮阳 淳于 太叔 申屠 仲孙 钟离 鲜于 闾丘 呼延 独孤 西门 拓跋 完颜 东郭 第五".split()
)
_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f〇"
_WORDS = re.compile(rf"[{_CHINESE}]+|[^\W_{_CHINESE}]+")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


def pinyin_full(name: str | None, person: bool = True) -> str:
    """Return "zhangwei" for 张伟 and "annasmith" for Anna Smith: lower-case a-z and digits only, ü as v.

    `person` False (an organisation) leaves out the readings that hold for surnames only.
    """
    return "".join(_syllables(name, person))


def pinyin_initials(name: str | None, person: bool = True) -> str:
    """Return "zw" for 张伟 and "as" for Anna Smith: the first letter of every character or word."""
    return "".join(syllable[0] for syllable in _syllables(name, person))


def mask_name(name: str | None) -> str:
    """Return 张* for 张伟, 欧阳** for 欧阳小娜, "A*** S****" for Anna Smith: the surname or the first letter stays."""
    clean = unicodedata.normalize("NFC", name or "").strip()
    if not re.match(rf"[{_CHINESE}]", clean):
        return re.sub(r"\S+", lambda word: _hide(word[0], 1), clean)
    return _hide(clean, len(_surname(clean)))


def mask_identity_number(number: str | None) -> str:
    """Return the number with all but its first three and last four characters hidden; short ones by all but the last two."""
    clean = (number or "").strip()
    head, tail = (3, 4) if len(clean) >= 15 else (0, min(2, len(clean) // 2))
    hidden = len(clean) - head - tail
    return clean[:head] + "*" * hidden + clean[head + hidden :]


def identity_number_is_valid(number: str | None, today: date | None = None) -> bool:
    """Return whether this is an 18-digit resident identity number: its birthday exists (by `today`) and its check digit fits.

    The check digit is that of GB 11643 (ISO 7064, MOD 11-2). The region is not looked up: regions come and go.
    """
    clean = _identity(number)
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", clean):
        return False
    born = identity_birthday(clean)
    if born is None or born.year < 1880 or (today is not None and born > today):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, clean[:17], strict=True))
    return _CHECK_DIGITS[total % 11] == clean[17]


def identity_birthday(number: str | None) -> date | None:
    """Return the birthday inside an 18-digit resident identity number, None when there is none."""
    match = re.fullmatch(r"\d{6}(\d{4})(\d{2})(\d{2})\d{3}[\dX]", _identity(number))
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _identity(number: str | None) -> str:
    clean = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", number or "")).upper()
    return clean if clean.isascii() else ""


def _surname(name: str) -> str:
    return name[:2] if len(name) > 2 and name[:2] in _COMPOUND_SURNAMES else name[:1]


def _syllables(name: str | None, person: bool) -> list[str]:
    """Return the readings of a name, character by character, word by word where it is Latin."""
    out: list[str] = []
    for word in _WORDS.findall(unicodedata.normalize("NFKC", name or "")):
        if not re.match(rf"[{_CHINESE}]", word):
            plain = unicodedata.normalize("NFKD", word)
            out.append("".join(c for c in plain if c.isascii() and c.isalnum()).lower())
            continue
        surname = _surname(word) if person and not out else ""
        if surname in _SURNAMES:
            out.append(_SURNAMES[surname])
        elif surname:
            out += lazy_pinyin(surname, errors="ignore")
        out += lazy_pinyin(word[len(surname) :], errors="ignore")
    return [syllable for syllable in out if syllable and syllable.isascii()]


def _hide(text: str, shown: int) -> str:
    """Return the text with all but its first characters hidden; a text that short is hidden as if it had one more."""
    return text[:shown] + "*" * max(1, len(text) - shown)
