from typing import Any
from unittest.mock import patch

import frappe
from frappe.utils.jinja import get_jenv
from jinja2 import DictLoader, Environment

from property_service.portal import compiled_templates, viewer
from property_service.tests.utils import PropertyServiceTestCase

PAGE = "templates/resident/base.html"


class TestCompiledTemplates(PropertyServiceTestCase):
    def tearDown(self) -> None:
        frappe.local.jenv = None

    def test_a_second_request_compiles_nothing_again(self) -> None:
        self.compiled()
        self.assertEqual(self.compiled(), [])

    def compiled(self) -> list[str]:
        """Names of what a new request compiles of a page and all it is made of."""
        frappe.local.jenv = None
        viewer.dress(frappe._dict(), "A Page")
        found: list[str] = []
        compile_, environment = Environment.compile, get_jenv()

        def counted(self: Environment, source: Any, name: str | None = None, *rest: Any, **more: Any) -> Any:
            found.append(name or "")
            return compile_(self, source, name, *rest, **more)

        with patch.object(Environment, "compile", counted):
            environment.get_template(PAGE)
            environment.get_template("templates/resident/icons.html")
        return found

    def test_a_file_that_changes_is_compiled_anew(self) -> None:
        texts = {"page": "one"}

        def rendered() -> str:
            environment = Environment(loader=DictLoader(texts), bytecode_cache=compiled_templates.KEPT, autoescape=True)
            return environment.get_template("page").render()

        self.assertEqual((rendered(), rendered()), ("one", "one"))
        texts["page"] = "two {{ 1 + 1 }}"
        self.assertEqual((rendered(), rendered()), ("two 2", "two 2"))
