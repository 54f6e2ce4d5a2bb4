import os
import re
import tempfile
from pathlib import Path
from unittest.mock import patch

import frappe

from property_service.property_service import page_texts
from property_service.tests.utils import PropertyServiceTestCase
from property_service.www.jobs import SCRIPTS

CHINESE = {"Take": "接单", 'Say "yes"': "说“好”", "{0} left": "剩余{0}"}


def translated(text: str, context: str | None = None) -> str:
    return f"{CHINESE[text]}（{context}）" if context else CHINESE.get(text, text)


class TestPageTexts(PropertyServiceTestCase):
    def texts_of(self, source: str) -> dict[str, str]:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "words.js").write_text(source, encoding="utf-8")
            with patch.object(page_texts, "PUBLIC", Path(folder)), patch.object(page_texts, "_", translated):
                return page_texts.texts_of("words.js")

    def test_finds_what_the_page_says(self):
        for source, found in (
            ('h("b", null, __("Take"))', {"Take": "接单"}),
            ('__("{0} left", [span])', {"{0} left": "剩余{0}"}),
            ('__(\n\t"Take",\n\tnull,\n\t"Button"\n)', {"Take:Button": "接单（Button）"}),
            ('__("Say \\"yes\\"")', {'Say "yes"': "说“好”"}),
            ('__("Not translated yet")', {}),
            ('say("Take"); call__("Take"); __(word)', {}),
        ):
            self.assertEqual(self.texts_of(source), found, source)

    def test_a_changed_file_is_read_again(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "words.js")
            with patch.object(page_texts, "PUBLIC", Path(folder)), patch.object(page_texts, "_", translated):
                path.write_text('__("Take")', encoding="utf-8")
                first, version = page_texts.texts_of("words.js"), page_texts.version_of("words.js")
                path.write_text('__("{0} left")', encoding="utf-8")
                later = path.stat().st_mtime + 5
                os.utime(path, (later, later))
                self.assertNotEqual(page_texts.texts_of("words.js"), first)
                self.assertNotEqual(page_texts.version_of("words.js"), version)

    def test_every_text_of_the_jobs_page_can_be_found(self):
        """A text in single quotes or put together from parts would stay English."""
        for name in SCRIPTS:
            source = (page_texts.PUBLIC / name).read_text(encoding="utf-8")
            calls = len(re.findall(r"\b__\(", source))
            self.assertEqual(len(page_texts.TEXT.findall(source)), calls, name)

    def test_json_cannot_end_its_script(self):
        text = page_texts.page_json({"name": "</script><script>alert(1)</script> & co"})
        self.assertNotIn("<", text)
        self.assertEqual(frappe.parse_json(text)["name"], "</script><script>alert(1)</script> & co")
