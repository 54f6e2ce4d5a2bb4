"""Every label and sentence exists in Simplified Chinese, in the words of the trade."""

import json
import re
from pathlib import Path

import pytest

from property_service.setup.roles import ALL_ROLES
from tests.translations import sources

pytestmark = pytest.mark.pure

HAN = re.compile(r"[一-鿿]")
PLACE = re.compile(r"\{[^{}]*\}|%\([a-z_]+\)s|%s")
GLOSSARY = json.loads((Path(__file__).parents[1] / "data" / "glossary_zh.json").read_text(encoding="utf-8"))
# Texts that are the same in every language.
SAME_EVERYWHERE = {"12345", "WeChat", "SMS", "QR", "ID", "OK", "m²", "PDF", "CSV", "XLSX"}
HALF_WIDTH = re.compile(r"[一-鿿}”）][,;:?!(]|[,;:?!()][一-鿿]")
NOT_IN_WORDS = re.compile(r"^[\W\d_]*$")


@pytest.fixture(scope="module")
def texts():
    return sources.texts()


@pytest.fixture(scope="module")
def zh():
    return sources.translations("zh")


def test_the_reader_of_sources_finds_each_kind():
    found = sources.texts()
    assert ("Repair Request", None) in found, "names of DocTypes"
    assert ("New", "Repair Request") in found, "states of workflows, with their DocType"
    assert ("Not at Home", None) in found, "options"
    assert ("Restored.", None) in found, "scripts"
    assert ("This call does not accept: {0}.", None) in found, "code"
    missing = [name for name in ALL_ROLES if (name, None) not in found]
    assert not missing, "roles"


def test_nothing_is_left_untranslated(texts, zh):
    missing = [
        f"{message!r} ({context}) in {sorted(texts[(message, context)])[0]}"
        for message, context in texts
        if not zh.get((message, context))
    ]
    assert not missing, f"{len(missing)} texts, run `python -m tests.translations.sources`"


def test_every_translation_is_chinese(texts, zh):
    wrong = [
        (message, zh[(message, context)])
        for message, context in texts
        if zh.get((message, context))
        and not HAN.search(zh[(message, context)])
        and message not in SAME_EVERYWHERE
        and not NOT_IN_WORDS.match(PLACE.sub("", message))
    ]
    assert not wrong


def test_placeholders_survive(texts, zh):
    wrong = [
        (message, zh[(message, context)])
        for message, context in texts
        if zh.get((message, context))
        and sorted(PLACE.findall(message)) != sorted(PLACE.findall(zh[(message, context)]))
    ]
    assert not wrong


def test_punctuation_between_characters_is_full_width(texts, zh):
    assert not [zh[text] for text in texts if HALF_WIDTH.search(zh.get(text, ""))]


def test_the_words_of_the_trade_are_kept(texts, zh):
    by_text = {}
    for message, context in texts:
        by_text.setdefault((message.lower(), context), zh.get((message, context)))
    wrong = []
    for word in GLOSSARY:
        key = (word["text"].lower(), word.get("context"))
        if key in by_text and by_text[key] != word["zh"]:
            wrong.append((word["text"], word.get("context"), by_text[key], word["zh"]))
    assert not wrong


def test_the_catalogue_holds_what_the_sources_say_and_no_more(texts):
    stored = {(m.id, m.context) for m in sources.catalogue("zh") if m.id}
    assert stored == set(texts), "run `python -m tests.translations.sources`"


def test_the_table_of_older_releases_is_made_from_the_catalogue():
    stored = (sources.CSV / "zh.csv").read_text(encoding="utf-8")
    assert stored == sources.table("zh"), "run `python -m tests.translations.sources`"
