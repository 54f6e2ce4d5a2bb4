"""Finding an answer by what somebody types: Chinese has no spaces, so words are met as pairs of characters."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇"
_RUNS = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_SPLIT = re.compile(r"[\n,;，；、|/]+")
LONGEST_QUERY = 60
# What has to be met of a query, weighed by how rare it is, before an article counts as found.
LEAST_SHARE = 0.4
UNKNOWN = 0.4
TITLE, SYNONYM, TEXT = 10.0, 9.0, 3.0
WHOLE_TITLE, WHOLE_SYNONYM, NAMED_IN_QUERY, INITIALS = 60.0, 55.0, 50.0, 40.0
# A word somebody wrote into the synonyms is worth more the more of the query it is.
_SHORTEST_NAMED = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """What an article is found by, all of it as `normal` leaves it. `initials`: of title and synonyms, `text`: topic, answer, script."""

    name: str
    title: str
    synonyms: tuple[str, ...]
    initials: tuple[str, ...]
    text: str
    used: int = 0


def normal(text: str | None) -> str:
    """Return the text in half-width lower-case letters, digits and Chinese characters; Latin words keep one space between them."""
    runs = _RUNS.findall(unicodedata.normalize("NFKC", text or "").lower())
    out = ""
    for run in runs:
        out += f" {run}" if out and out[-1].isascii() and run[0].isascii() else run
    return out


def synonyms_of(text: str | None) -> tuple[str, ...]:
    """Return the synonyms of a field that separates them by lines, commas or 、, as `normal` leaves them."""
    return tuple(dict.fromkeys(filter(None, map(normal, _SPLIT.split(text or "")))))


def pieces(query: str) -> tuple[str, ...]:
    """Return what a query, as `normal` left it, is looked up by: pairs of Chinese characters, Latin words, numbers."""
    found: list[str] = []
    for run in _RUNS.findall(query):
        if run[0].isascii() or len(run) == 1:
            found.append(run)
        else:
            found += [run[at : at + 2] for at in range(len(run) - 1)]
    return tuple(dict.fromkeys(found))


def ranked(query: str, entries: Sequence[Entry], limit: int) -> list[str]:
    """Return the names of the entries that answer `query` (as typed), best first, at most `limit`.

    The whole query in title or synonyms comes first, then a synonym that the query names, pinyin initials, and the share of the
    query's pieces that are met, the rare ones weighing most. Of equal ones that which is used more often.
    """
    asked = normal(query[:LONGEST_QUERY])
    if not asked or limit < 1:
        return []
    weights = _weights(pieces(asked), entries)
    scored = ((score(asked, weights, entry), entry) for entry in entries)
    best = sorted(
        ((points, entry) for points, entry in scored if points > 0),
        key=lambda found: (-found[0], -found[1].used, found[1].title, found[1].name),
    )
    return [entry.name for _points, entry in best[:limit]]


def score(asked: str, weights: dict[str, float], entry: Entry) -> float:
    """Return how well an entry answers a normal query; 0 where it does not. `weights`: its pieces → how much each says."""
    points = 0.0
    if _holds(entry.title, asked):
        points += WHOLE_TITLE
    if any(_holds(synonym, asked) for synonym in entry.synonyms):
        points += WHOLE_SYNONYM
    named = max((len(one) for one in entry.synonyms if len(one) >= _SHORTEST_NAMED and one in asked), default=0)
    if named:
        points += NAMED_IN_QUERY * (0.5 + 0.5 * named / len(asked))
    if asked.isascii() and len(asked) > 1 and asked.isalpha() and any(asked in one for one in entry.initials):
        points += INITIALS
    total = sum(weights.values())
    if total:
        met = sum(weight for piece, weight in weights.items() if _place(piece, entry))
        if points or met / total >= LEAST_SHARE:
            points += sum(weight * _place(piece, entry) for piece, weight in weights.items()) / total
    return points


def gap_key(words: str) -> str:
    """Return the words of a search under which equal searches are counted; "" for what is no question.

    Numbers alone are phones and rooms, names of nobody's business; a single letter or character says nothing.
    """
    clean = normal(words)[:LONGEST_QUERY].strip()
    letters = [sign for sign in clean if sign.isalpha()]
    digits = [sign for sign in clean if sign.isdigit()]
    return clean if len(letters) > 1 and len(digits) < 5 else ""


def _weights(found: Iterable[str], entries: Sequence[Entry]) -> dict[str, float]:
    """Pieces that stand in most articles (怎么, how) say little, those in few say most; those in none lie often between two words."""
    weights = {}
    for piece in found:
        holders = sum(1 for entry in entries if _place(piece, entry))
        says = math.log(1 + (len(entries) + 1) / (holders + 0.5))
        weights[piece] = says if holders else says * UNKNOWN
    return weights


def _place(piece: str, entry: Entry) -> float:
    """How much the best place is worth where a piece stands; Latin words are met from their beginning."""
    if _holds(entry.title, piece):
        return TITLE
    if any(_holds(synonym, piece) for synonym in entry.synonyms):
        return SYNONYM
    return TEXT if _holds(entry.text, piece) else 0.0


def _holds(text: str, piece: str) -> bool:
    if not piece[0].isascii():
        return piece in text
    at = text.find(piece)
    while at > 0 and text[at - 1].isascii() and text[at - 1].isalnum():
        at = text.find(piece, at + 1)
    return at >= 0
