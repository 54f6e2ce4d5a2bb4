"""The house rule for scripts: HTML is put together of the code's own words and of what was escaped.

It is simple on purpose. It looks at every template literal that holds a tag, and at every tag a text is added to, and judges what is put in: calls that
escape or count, the code's own sentences, pieces of HTML made by the house's own functions (which are judged where they are written),
names that stand for any of these. A field of a record as it is, and a name that it cannot follow, break the rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

ESCAPES = re.compile(
    r"^(?:this\.|counter\.|html\.|desk\.)*(?:text|escape|esc|escape_html|frappe\.utils\.escape_html|shown|yuan|amount"
    r"|encodeURIComponent|encodeURI|cint|flt|Number|String\(Number|frappe\.utils\.get_form_link|format_currency"
    r"|frappe\.datetime\.\w+|frappe\.utils\.icon|frappe\.ui\.form\.\w+)\("
)
NUMBERS = re.compile(r"\.(length|idx|size)$|^[\d.]+$|^Math\.")
# What the code itself passes about by these names: places in a list, colours, classes, keys of its own tables.
OWN_NAMES = re.compile(r"^((\w+\.)?(colour|color|fieldname)|at|i|k|css|tone|key|this\.id|[A-Z_]+\[.*\])$")
# Methods of a text bring a text: what they are asked of is judged.
OF_A_TEXT = (
    r"(trim|slice|substring|substr|toString|toUpperCase|toLowerCase|replace|replaceAll|concat|padStart|split|at|charAt)"
)
QUOTES = "\"'`"


def parts_of(text: str) -> list[tuple[int, str, list[tuple[int, str]]]]:
    """Every template literal: where it begins, its own words, and what is put in, each with its place. Inner ones stand for themselves."""
    found: list[tuple[int, str, list[tuple[int, str]]]] = []

    def quoted(at: int) -> int:
        mark, at = text[at], at + 1
        while at < len(text) and text[at] != mark:
            at += 2 if text[at] == "\\" else 1
        return at + 1

    def pattern(at: int) -> int:
        in_class, at = False, at + 1
        while at < len(text) and (text[at] != "/" or in_class) and text[at] != "\n":
            in_class = {"[": True, "]": False}.get(text[at], in_class)
            at += 2 if text[at] == "\\" else 1
        return at + 1

    def template(at: int) -> int:
        begin, words, put_in = at, "", []
        at += 1
        while at < len(text) and text[at] != "`":
            if text.startswith("${", at):
                end = code(at + 2)
                put_in.append((at + 2, text[at + 2 : end - 1]))
                at = end
            else:
                step = 2 if text[at] == "\\" else 1
                words, at = words + text[at : at + step], at + step
        found.append((begin, words, put_in))
        return at + 1

    def code(at: int) -> int:
        """To behind the brace that ends it, or to the end."""
        depth, last = 0, ""
        while at < len(text):
            sign = text[at]
            if text.startswith(("//", "/*"), at):
                end = text.find("\n" if text[at + 1] == "/" else "*/", at)
                at = len(text) if end < 0 else end + 1 + (text[at + 1] == "*")
                continue
            if sign in QUOTES:
                at, last = (template if sign == "`" else quoted)(at), sign
                continue
            if sign == "/" and (not last or last in "(,=:[!&|?{};>"):
                at, last = pattern(at), sign
                continue
            if sign == "}" and not depth:
                return at + 1
            depth += (sign == "{") - (sign == "}")
            last = last if sign.isspace() else sign
            at += 1
        return at

    at = 0
    while at < len(text):
        at = code(at)  # a brace too many would end it before the end
    return found


def split(expression: str, *signs: str) -> list[str]:
    """The parts of an expression between these signs, where these stand in no brackets and no quotes."""
    parts, depth, begin, at = [], 0, 0, 0
    while at < len(expression):
        sign = expression[at]
        if sign in QUOTES:
            mark, at = sign, at + 1
            while at < len(expression) and expression[at] != mark:
                at += 2 if expression[at] == "\\" else 1
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif not depth:
            hit = next((one for one in signs if expression.startswith(one, at)), None)
            if hit and not expression.startswith(("?.", "=>"), at):
                parts.append(expression[begin:at])
                begin = at = at + len(hit)
                continue
        at += 1
    return [part.strip() for part in [*parts, expression[begin:]]]


def is_harmless(expression: str, text: str, depth: int = 0) -> bool:
    """Whether what an expression brings cannot hold a tag that the code has not written."""
    value = expression.strip()
    while value.startswith("(") and value.endswith(")") and len(split(value[1:-1], ")")) == 1:
        value = value[1:-1].strip()
    mapped = re.match(r"[^`;=]*?\.(?:map|flatMap)\(\s*(?:[^`;=]*=>\s*)(?P<body>.*)", value, re.S)
    if mapped and mapped["body"][:1] in ("`", "{"):
        return True  # the literals in it are judged by themselves
    if value.startswith("`") and value.endswith("`"):
        return True
    chosen = split(value, "?")
    if len(chosen) > 1 and "??" not in value:
        return all(is_harmless(part, text, depth) for part in split("?".join(chosen[1:]), ":", "?")[-2:])
    either = split(value, "||", "??")
    if len(either) > 1:
        return all(is_harmless(part, text, depth) for part in either)
    both = split(value, "&&")
    if len(both) > 1:
        return is_harmless(both[-1], text, depth)
    added = split(value, "+")
    if len(added) > 1:
        return all(is_harmless(part, text, depth) for part in added)
    if len(split(value, "===", "!==", "<=", ">=", " < ", " > ", " * ", " / ", " - ", " % ")) > 1 or value.startswith(
        "!"
    ):
        return True  # true, false or a number
    if not value or value[0] in QUOTES or NUMBERS.search(value) or OWN_NAMES.match(value) or ESCAPES.match(value):
        return True
    if value.startswith("__("):
        inner = re.match(r"__\((.*)\)$", value, re.S)
        filled = re.search(r"\[(.*)\]", ",".join(split(inner[1], ",")[1:]), re.S) if inner else None
        return not filled or all(is_harmless(part, text, depth) for part in split(filled[1], ","))
    if asked := re.match(rf"(.*)\.{OF_A_TEXT}\([^()]*\)$", value, re.S):
        return is_harmless(asked[1], text, depth)
    if joined := re.match(
        r"(.*?)\s*\.(?:join|reverse|sort)\([^()]*\)$|(.*?)\s*\.(?:filter|flat)\([^()]*\)$", value, re.S
    ):
        return is_harmless(joined[1] or joined[2], text, depth)
    if mapped := re.match(r"[^`]*?\.(?:map|flatMap)\((.*)\)$", value, re.S):
        return is_harmless(mapped[1].partition("=>")[2] or "f()", text, depth)
    if value.startswith("["):
        return all(is_harmless(part, text, depth) for part in split(value[1:-1], ",") if part)
    if value.startswith("{"):
        return True  # the body of a function: its literals are judged by themselves
    if value.endswith(")") and re.match(r"[\w.$?\[\]'\"]+\(", value):
        return True  # a function of ours is judged where it is written
    if re.match(r"[\w$]+$", value) and depth < 4:
        return stands_for_harmless(value, text, depth)
    return False


def stands_for_harmless(name: str, text: str, depth: int) -> bool:
    """Whether all that a name is set to in this file is harmless."""
    set_to = re.findall(rf"(?:const|let|,|\n)\s*{re.escape(name)} (?:=|\+=) (?P<value>.*?);\n", text, re.S)
    pushed = re.findall(rf"\b{re.escape(name)}\.push\((.*?)\);\n", text, re.S)
    values = [value for value in set_to if not re.match(r"\[\]$", value)] + pushed
    return bool(set_to or pushed) and all(is_harmless(value, text, depth + 1) for value in values)


def put_into_html(text: str) -> Iterator[tuple[int, str]]:
    """Line and expression of everything put into HTML that is not harmless."""
    for _begin, words, put_in in parts_of(text):
        if re.search(r"<[a-zA-Z/!]", words):
            for at, expression in put_in:
                if not is_harmless(expression, text):
                    yield text[:at].count("\n") + 1, " ".join(expression.split())
    for found in re.finditer(r"""(["'])[^"'\n]*<[a-zA-Z/][^\n]*?\1 \+ ([^\n;]+)""", text):
        if not is_harmless(found[2].rstrip(",) "), text):
            yield text[: found.start()].count("\n") + 1, found[2].strip()
    for found in re.finditer(r"\.(innerHTML|outerHTML) \+?= ([^;]+);|insertAdjacentHTML\([^,]+,([^;]+)\);", text):
        if not is_harmless(found[2] or found[3], text):
            yield text[: found.start()].count("\n") + 1, found[0]
