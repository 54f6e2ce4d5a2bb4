import json

import frappe
from frappe.handler import execute_cmd
from frappe.utils import set_request

from property_service.property_service.api import reveal
from property_service.property_service.errors import InputRefused
from property_service.tests.factories import make_building, make_community, make_resident, make_staff, make_unit
from property_service.tests.utils import PropertyServiceTestCase, as_user

IDENTITY = "11010519491231002X"


class TestPrivacy(PropertyServiceTestCase):
    def setUp(self):
        super().setUp()
        self.community = make_community()
        self.who = make_resident(
            make_unit(make_building(self.community)),
            identity_number=IDENTITY,
            care_tags="lives-alone",
            phone="13911112222",
        )
        self.manager = make_staff("Property Manager", community=self.community)

    def logs(self, **filters):
        return frappe.get_all(
            "Access Log", {"user": self.manager, **filters}, ["method", "reference_document"], order_by="creation asc"
        )

    def test_revealing_is_logged(self):
        with as_user(self.manager):
            self.assertEqual(reveal(self.who.name, "identity_number"), {"identity_number": IDENTITY})
            self.assertEqual(reveal(self.who.name, "phones"), {"phones": ["13911112222"]})
        self.assertEqual(
            [(row.method, row.reference_document) for row in self.logs(export_from="Resident")],
            [("Reveal identity_number", self.who.name), ("Reveal phones", self.who.name)],
        )

    def test_who_may_not_see_reveals_nothing(self):
        cases = (
            ("Property Cashier", self.community),
            ("Property Technician", self.community),
            ("Property Gate Guard", self.community),
            ("Property Front Desk", make_community()),
            ("Resident", None),
        )
        for role, community in cases:
            user = make_staff(role, community=community)
            with self.subTest(role), as_user(user), self.assertRaises(frappe.PermissionError):
                reveal(self.who.name, "identity_number")
        with as_user(self.manager), self.assertRaises(InputRefused):
            reveal(self.who.name, "care_tags")

    def call(self, command, **form):
        with as_user(self.manager):
            set_request(method="POST", path=f"/api/method/{command}")
            frappe.local.form_dict = frappe._dict(form, cmd=command)
            frappe.local.response = frappe._dict(docs=[])
            try:
                execute_cmd(command)
            finally:
                del frappe.local.request
        content = frappe.response.get("filecontent") or frappe.response.get("result") or ""
        return content.decode("utf-8-sig", errors="replace") if isinstance(content, bytes) else str(content)

    def test_report_export_leaves_care_out_and_is_logged(self):
        for fields in (
            ["`tabResident`.`name`", "`tabResident`.`care_tags`", "`tabResident`.`identity_hash`"],
            ["name", "care_tags as x", "max(`tabResident`.`care_tags`) as y", "concat(care_tags) as z"],
            ["*"],
        ):
            with self.subTest(fields):
                before = len(self.logs())
                text = self.call(
                    "frappe.desk.reportview.export_query",
                    doctype="Resident",
                    fields=json.dumps(fields),
                    filters=json.dumps([["Resident", "name", "=", self.who.name]]),
                    file_format_type="CSV",
                    title="Residents",
                )
                self.assertIn(self.who.name, text)
                self.assertNotIn("lives-alone", text)
                self.assertNotIn(self.who.identity_hash, text)
                self.assertEqual(len(self.logs()), before + 1)

    def test_export_of_a_script_report_is_logged(self):
        asked = {
            "report_name": "Complaint Causes",
            "filters": json.dumps({"from_date": "2026-01-01", "to_date": "2026-01-31"}),
            "visible_idx": "[0]",
        }
        for kind in ("CSV", "Excel"):
            self.call("frappe.desk.query_report.export_query", **asked, file_format_type=kind)
        logs = frappe.get_all(
            "Access Log",
            {"user": self.manager},
            ["report_name", "file_type", "method", "filters"],
            order_by="creation asc",
        )
        self.assertEqual(
            [(row.report_name, row.file_type, row.method, row.filters) for row in logs],
            [("Complaint Causes", kind, "Export", asked["filters"]) for kind in ("CSV", "Excel")],
        )
        self.manager = make_staff("Property Technician", community=self.community)
        with self.assertRaises(frappe.PermissionError):
            self.call("frappe.desk.query_report.export_query", **asked, file_format_type="CSV")
        self.assertEqual(self.logs(), [])

    def test_an_argument_nobody_knows_does_not_stop_an_export(self):
        text = self.call(
            "frappe.desk.reportview.export_query",
            doctype="Resident",
            fields='["name"]',
            filters=json.dumps([["Resident", "name", "=", self.who.name]]),
            file_format_type="CSV",
            about="x",
            report_name="x",
        )
        self.assertIn(self.who.name, text)

    def test_list_export_leaves_care_out_and_is_logged(self):
        text = self.call(
            "frappe.core.doctype.data_import.data_import.download_template",
            doctype="Resident",
            export_fields=json.dumps(
                {"Resident": ["name", "resident_name", "care_tags", "identity_number"], "phones": ["phone"]}
            ),
            export_records="all",
            file_type="CSV",
        )
        self.assertIn("13911112222", text)
        self.assertNotIn("lives-alone", text)
        self.assertNotIn("***", text)
        self.assertEqual([row.method for row in self.logs(export_from="Resident")], ["Export"])

    def test_data_export_leaves_care_out(self):
        for columns in (None, json.dumps({"Resident": ["name", "care_tags"], "Resident Phone": ["phone"]})):
            with self.subTest(columns):
                text = self.call(
                    "frappe.core.doctype.data_export.exporter.export_data",
                    doctype="Resident",
                    with_data="1",
                    file_type="CSV",
                    **({"select_columns": columns} if columns else {}),
                )
                self.assertIn(self.who.name, text)
                self.assertNotIn("lives-alone", text)

    def test_who_may_not_export_exports_nothing(self):
        self.manager = make_staff("Property Front Desk", community=self.community)
        with self.assertRaises(frappe.PermissionError):
            self.call(
                "frappe.desk.reportview.export_query", doctype="Resident", fields='["name"]', file_format_type="CSV"
            )
