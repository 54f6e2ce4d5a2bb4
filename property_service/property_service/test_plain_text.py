from property_service.property_service.errors import InputRefused
from property_service.property_service.plain_text import made_plain, plain_text
from property_service.tests.utils import PropertyServiceTestCase


class TestPlainText(PropertyServiceTestCase):
    def test_sentences_stay_as_they_are(self):
        for text in ("水压 < 0.2 MPa", "a < b", "under 5°C & wet", 'say "now" & <3', "a &amp; b", "3 &lt; 5", "<上>"):
            self.assertEqual(plain_text(text, "Text", 100), text)

    def test_what_a_browser_would_run_is_refused(self):
        for text in (
            "<script>alert(1)</script>",
            "< IMG src=x onerror=alert(1)>",
            "javascript:alert(1)",
            # Boards of the desk turn a description into text and put that into the page.
            "&lt;img src=x onerror=alert(1)&gt;",
            "&#60;b onmouseover=alert(1)&#62;look",
            "&LT;details open ontoggle=alert(1)>",
            "java\tscript:alert(1)",
        ):
            with self.assertRaises(InputRefused, msg=text):
                plain_text(text, "Text", 100)

    def test_tags_are_kept_to_be_read(self):
        """The platform does not clean a text in quotes, and turns other tags into entities."""
        for text, kept in (
            ('"<b onmouseover=alert(1)>look</b>"', '"＜b onmouseover=alert(1)＞look＜/b＞"'),
            ("lift of <A2>", "lift of ＜A2＞"),
            ("<b\nonclick=alert(1)", "＜b\nonclick=alert(1)"),
        ):
            self.assertEqual(plain_text(text, "Text", 100), kept)
            self.assertEqual(plain_text(kept, "Text", 100), kept)

    def test_an_older_text_is_made_one_to_read(self):
        for text in (
            "<script>alert(1)</script>",
            "&lt;img src=x onerror=alert(1)&gt;",
            "&amp;lt;b x&amp;gt;",
            "javascript :alert(1)",
        ):
            made = made_plain(text)
            self.assertEqual(plain_text(made, "Text", 100), made)
        self.assertEqual(made_plain("水压 3 & more"), "水压 3 & more")
        self.assertEqual(made_plain(None), "")

    def test_too_long_and_missing(self):
        self.assertEqual(plain_text("  x\x00\u202e ", "Text", 1), "x")
        self.assertRaises(InputRefused, plain_text, "xx", "Text", 1)
        self.assertRaises(InputRefused, plain_text, "  ", "Text", 1, required=True)
