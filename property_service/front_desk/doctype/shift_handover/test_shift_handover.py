"""A handover: filled by itself, signed by two people with their own sessions, and never changed afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import frappe
from frappe.client import set_value
from frappe.utils import add_days

from property_service.front_desk import handover_api as api
from property_service.front_desk import handovers
from property_service.front_desk.handovers import HANDOVER
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.service_clock import local_day, site_now
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries

DESK, MANAGER = "Property Front Desk", "Property Manager"


def stored(doctype: str, **values: Any) -> str:
    """A row as it would stand in the database."""
    doc = frappe.get_doc({"doctype": doctype, "name": make.unique("X"), **values})
    doc.flags.name_set = True
    doc.db_insert()
    return doc.name


class TestShiftHandover(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.home = make.make_community()
        cls.unit = make.make_unit(make.make_building(cls.home))
        cls.maker, cls.next, cls.third = (make.make_staff(DESK, community=cls.home) for _ in range(3))
        cls.manager = make.make_staff(MANAGER, community=cls.home)
        cls.far = make.make_staff(DESK, community=make.make_community())
        here, soon = {"community": cls.home.name}, site_now() + timedelta(hours=1)
        cls.open = {
            "Promise": stored("Callback Promise", about="Price of a lock", status="Open", due_at=soon, **here),
            "Complaint": stored("Resident Complaint", subject="Noise", stage="Working", kind="Complaint", **here),
            "Incident": stored("Service Incident", title="No water", status="Open", scope="Estate", **here),
            "Visit": stored("Return Visit", visit_kind="Repair", status="Due", due_at=site_now(), **here),
            "Emergency": stored("Emergency Log", title="Smoke", kind="Fire", status="Open", **here),
        }
        cls.broken = stored("Callback Promise", about="Late", status="Broken", due_at=site_now(), **here)
        stored("Callback Promise", about="Kept", status="Kept", due_at=soon, answered_at=soon, **here)
        stored("Resident Complaint", subject="Rude", stage="Working", person_complained_of=cls.next, **here)
        stored("Resident Complaint", subject="Done", stage="Done", kind="Complaint", **here)
        stored("Return Visit", visit_kind="Repair", status="Due", due_at=add_days(soon, 3), **here)
        stored("Emergency Log", title="Elsewhere", kind="Fire", status="Open", community=cls.unit.name)

    def tearDown(self) -> None:
        frappe.set_user("Administrator")

    def begin(self, shift: str = "Morning", user: str = "") -> Any:
        with as_user(user or self.maker):
            return frappe.get_doc(HANDOVER, api.begin(self.home.name, shift)["name"])

    def test_it_is_filled_with_what_is_open(self) -> None:
        doc = self.begin()
        found = {row.kind: row.reference_name for row in doc.items if row.reference_name not in (self.broken,)}
        self.assertEqual(found, self.open)
        self.assertIn(self.broken, [row.reference_name for row in doc.items], "a broken promise is still owed")
        self.assertEqual((doc.status, doc.handed_by), ("Draft", self.maker))

    def test_late_repairs_come_from_the_rooms_above(self) -> None:
        rows = [
            {"text": "Tap", "detail": "3-1203", "doctype": "Repair Request", "name": "RR-1", "tone": "red"},
            {"text": "Quote", "doctype": "Repair Request", "name": "RR-2", "tone": "blue"},
            {"text": "Visit", "doctype": "Return Visit", "name": "RV-1", "tone": "red"},
        ]
        part = {"key": "repairs", "title": "Repairs", "order": 1, "count": 12, "rows": rows}
        with patch.object(handovers, "call_extensions", lambda *_a, **_k: [part, None]):
            found = handovers._of_other_rooms(self.home.name, self.maker)
        self.assertEqual(
            [(row["kind"], row["reference_name"]) for row in found][:2], [("Overdue Repair", "RR-1"), ("Other", "RR-2")]
        )
        self.assertEqual(found[2]["item_text"], "Repairs: 9 more")
        self.assertEqual(len(found), 3)

    def test_as_many_queries_for_ten_times_as_much(self) -> None:
        handovers.open_matters(self.home.name, self.maker)
        with count_queries() as few:
            handovers.open_matters(self.home.name, self.maker)
        frappe.db.savepoint("many")
        for number in range(60):
            stored("Callback Promise", about=f"P{number}", status="Open", due_at=site_now(), community=self.home.name)
        with count_queries() as many:
            rows = handovers.open_matters(self.home.name, self.maker)
        frappe.db.rollback(save_point="many")
        self.assertEqual(len(few), len(many))
        self.assertEqual(sum(row["kind"] == "Promise" for row in rows), 51)
        self.assertIsNone([row for row in rows if row["kind"] == "Promise"][-1]["reference_name"])

    def test_what_is_open_stays_in_the_list(self) -> None:
        doc = self.begin()
        with as_user(self.maker):
            doc.items[0].update({"note": "Called", "item_text": "Nothing", "kind": "Other", "by_hand": 1})
            named = {"reference_doctype": "Callback Promise", "reference_name": self.broken}
            doc.append("items", {"kind": "Promise", "item_text": "Lamp in the hall", **named})
            doc.save()
            first, last = doc.items[0], doc.items[-1]
            self.assertEqual((first.note, first.kind, first.item_text), ("Called", "Promise", "Late"))
            self.assertEqual((last.kind, last.reference_name, last.by_hand), ("Other", None, 1))
            doc.items = doc.items[1:]
            with self.assertRaises(InputRefused):
                doc.save()
            again = frappe.get_doc(HANDOVER, api.fill_anew(doc.name)["name"])
        self.assertEqual([row.note for row in again.items if row.note], ["Called"])
        self.assertEqual(again.items[-1].item_text, "Lamp in the hall")
        self.assertEqual(api_name(self.maker, self.home.name), doc.name, "one's own draft of a shift is one")

    def test_two_people_sign_it(self) -> None:
        doc = self.begin("Night")
        with as_user(self.next), self.assertRaises(frappe.PermissionError):
            api.hand_over(doc.name)
        with as_user(self.next), self.assertRaises(NotAllowedNow):
            api.receive(doc.name)
        with as_user(self.maker):
            self.assertEqual(api.hand_over(doc.name)["status"], "Handed Over")
            for call in (api.receive, api.hand_over, api.fill_anew):
                with self.assertRaises(NotAllowedNow):
                    call(doc.name)
        with as_user(self.far), self.assertRaises(frappe.PermissionError):
            api.receive(doc.name)
        with as_user(self.next):
            self.assertEqual(api.acts(doc.name), ["receive", "dispute"])
            self.assertEqual(api.receive(doc.name, "Keys counted")["status"], "Received")
        doc.reload()
        self.assertEqual((doc.handed_by, doc.received_by, doc.receiver_note), (self.maker, self.next, "Keys counted"))
        self.assertTrue(doc.handed_at and doc.received_at)
        with as_user(self.third), self.assertRaises(NotAllowedNow):
            api.receive(doc.name)

    def test_the_paper_shows_what_was_written(self) -> None:
        doc = self.begin("Middle")
        notes = {"cash_note": "No <cash>", "keys_note": "Twelve keys", "note": "Lift at <b>nine</b>"}
        with as_user(self.maker):
            frappe.get_doc(HANDOVER, doc.name).update(notes).save()
            # as it may have come in before there were rules
            frappe.db.set_value(HANDOVER, doc.name, "cash_note", "No <b>cash</b>")
            paper = frappe.get_print(HANDOVER, doc.name, "Shift Handover Record", no_letterhead=1)
        for words in ("No &lt;b&gt;cash&lt;/b&gt;", "Twelve keys", "Lift at ＜b＞nine＜/b＞", "Price of a lock"):
            with self.subTest(words):
                self.assertIn(words, paper)

    def test_a_dispute_says_why(self) -> None:
        doc = self.begin("Middle")
        with as_user(self.maker):
            api.hand_over(doc.name)
        with as_user(self.next):
            with self.assertRaises(InputRefused):
                api.dispute(doc.name, " ")
            self.assertEqual(api.dispute(doc.name, "A key is missing")["status"], "Disputed")

    def test_nothing_is_changed_once_it_is_handed_over(self) -> None:
        doc = self.begin("Whole Day")
        with as_user(self.maker):
            api.hand_over(doc.name)
        self.refuse_everything(doc.name, "Handed Over")
        with as_user(self.next):
            api.receive(doc.name)
        self.refuse_everything(doc.name, "Received")

    def refuse_everything(self, name: str, status: str) -> None:
        for user in (self.maker, self.manager, "Administrator"):
            with as_user(user):
                for values in ({"note": "Later"}, {"status": "Draft"}, {"received_by": self.third}, {"items": []}):
                    with self.subTest(user=user, **values), self.assertRaises((NotAllowedNow, frappe.PermissionError)):
                        frappe.get_doc(HANDOVER, name).update(values).save()
                with self.assertRaises((NotAllowedNow, frappe.PermissionError)):
                    set_value(HANDOVER, name, "note", "Later")
                row = frappe.get_doc(HANDOVER, name).items[0]
                with self.assertRaises((NotAllowedNow, frappe.PermissionError)):
                    set_value(row.doctype, row.name, "note", "Later")
        with self.assertRaises(NotAllowedNow):
            frappe.delete_doc(HANDOVER, name, force=True)
        with self.assertRaises((NotAllowedNow, frappe.ValidationError)):
            frappe.rename_doc(HANDOVER, name, f"{name}-X", force=True)
        self.assertEqual(frappe.db.get_value(HANDOVER, name, ["status", "note"]), (status, None))

    def test_only_its_maker_writes_a_draft_and_signs_with_the_button(self) -> None:
        doc = self.begin("Morning", self.third)
        for user in (self.manager, self.next):
            with as_user(user), self.assertRaises(frappe.PermissionError):
                frappe.get_doc(HANDOVER, doc.name).update({"note": "Mine"}).save()
        for values in ({"status": "Received"}, {"handed_by": self.next}, {"receiver_note": "Fine"}):
            with as_user(self.third), self.assertRaises(frappe.PermissionError):
                frappe.get_doc(HANDOVER, doc.name).update(values).save()

    def test_bad_input(self) -> None:
        with as_user(self.maker):
            for call in (
                lambda: api.begin(self.home.name, "Tea"),
                lambda: api.begin(self.home.name, "Night", add_days(local_day(self.home.name), 1)),
            ):
                with self.assertRaises(InputRefused):
                    call()
            doc = frappe.get_doc(HANDOVER, api.begin(self.home.name, "Night")["name"])
            for values in ({"received_by": self.maker}, {"note": "x" * 1001}, {"note": "<script>x</script>"}):
                with self.subTest(**values), self.assertRaises(InputRefused):
                    frappe.get_doc(HANDOVER, doc.name).update(values).save()
        with as_user(self.far), self.assertRaises(frappe.PermissionError):
            api.begin(self.home.name, "Night")


def api_name(user: str, community: str) -> str:
    """The draft of the morning of somebody."""
    with as_user(user):
        return api.begin(community, "Morning")["name"]
