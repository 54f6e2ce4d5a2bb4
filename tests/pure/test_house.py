"""The shape of the house: small files, doors and rules, imports down the stairs, nothing dangerous without a written reason.

The rules are in house_rules.py, what they let pass and why in house_exceptions.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath

import pytest

from tests.pure.house_calls import Calls
from tests.pure.house_exceptions import EXCEPTIONS
from tests.pure.house_rules import APP, RULES, Rule, Source

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]


@lru_cache(maxsize=1)
def sources() -> tuple[Source, ...]:
    """Every file a rule may be for, read once."""
    endings = {ending for endings, _tops in RULES.values() for ending in endings}
    tops = {top for _endings, tops in RULES.values() for top in tops}
    found = []
    for top in sorted(tops):
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix in endings and "node_modules" not in path.parts and path.is_file():
                found.append(Source(PurePosixPath(path.relative_to(ROOT)), path.read_text(encoding="utf-8")))
    return tuple(found)


def is_test(path: PurePosixPath) -> bool:
    return path.name.startswith("test_") or "tests" in path.parts


def broken(rule: Rule) -> Iterator[tuple[str, int, str]]:
    """Path, line and words of all that breaks a rule."""
    endings, tops = RULES[rule]
    for source in sources():
        if source.path.suffix in endings and source.path.parts[0] in tops:
            if not is_test(source.path) or "tests" in tops:
                yield from ((str(source.path), number, found) for number, found in rule(source))


def excepted(rule: Rule, path: str, found: str) -> tuple[str, str, str] | None:
    """The exception that lets this pass."""
    for key in EXCEPTIONS:
        name, where, words = key
        # a short word is the whole of what is found, or every name with it would pass
        fits = words == found if words.isidentifier() else words in found
        if name == rule.__name__ and path.endswith(f"/{where}") and fits:
            return key
    return None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_holds_its_rules(rule: Rule) -> None:
    found = list(broken(rule))
    used = {key for path, _line, words in found if (key := excepted(rule, path, words))}
    wrong = [f"{path}:{line} {words}" for path, line, words in found if not excepted(rule, path, words)]
    assert not wrong, f"{rule.__doc__}"
    needless = [key for key in EXCEPTIONS if key[0] == rule.__name__ and key not in used]
    assert not needless


def test_every_rule_reads_something() -> None:
    """A folder that was renamed must not quiet a rule."""
    for rule, (endings, tops) in RULES.items():
        for top in tops:
            assert any(s.path.parts[0] == top and s.path.suffix in endings for s in sources()), (rule.__name__, top)


def test_every_exception_is_of_a_rule_and_has_a_reason() -> None:
    names = {rule.__name__ for rule in RULES}
    assert all(name in names and len(reason.split()) > 2 for (name, _path, _words), reason in EXCEPTIONS.items())


def test_no_event_of_a_document_commits() -> None:
    """Not by itself, nor by what it calls: the change of a document is part of its caller's transaction."""
    calls = Calls(s for s in sources() if s.path.parts[0] == APP and s.path.suffix == ".py" and not is_test(s.path))
    events, committing = calls.events(), calls.that_commit()
    # what can be followed is a good part of the app
    assert len(events) > 150 and len(committing) > 5
    assert len(calls.ways(events, calls.functions)) > 700
    assert not [" → ".join(way) for way in calls.ways(events, committing)]
