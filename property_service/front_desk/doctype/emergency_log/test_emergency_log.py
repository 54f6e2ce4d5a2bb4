"""Emergencies: entries are added with time and person and never changed; closed ones are kept; the manager is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import frappe
from frappe.client import set_value

from property_service.front_desk import emergencies
from property_service.front_desk import emergency_api as api
from property_service.front_desk.emergencies import EMERGENCY
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.service_clock import site_now
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user

REFUSED = (NotAllowedNow, frappe.PermissionError)


class TestEmergencyLog(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.home = make.make_community()
        cls.building = make.make_building(cls.home)
        staff = {"desk": "Front Desk", "guard": "Gate Guard", "manager": "Manager", "technician": "Technician"}
        for name, role in staff.items():
            setattr(cls, name, make.make_staff(f"Property {role}", community=cls.home))
        cls.far = make.make_staff("Property Front Desk", community=make.make_community())

    def tearDown(self) -> None:
        frappe.set_user("Administrator")

    def opened(self, user: str = "", **values: Any) -> Any:
        about = {"title": "Smoke on floor 3", "kind": "Fire", "community": self.home.name, "happened_at": site_now()}
        with as_user(user or self.desk):
            return frappe.get_doc({"doctype": EMERGENCY, **about, **values}).insert()

    def test_the_manager_is_told_at_once(self) -> None:
        with patch.object(emergencies, "tell_staff") as told:
            doc = self.opened()
        self.assertEqual((doc.status, doc.on_duty), ("Open", self.desk))
        self.assertEqual(set(told.call_args.args[0]), {self.manager} | make.managers_of_everything())

    def test_entries_are_added_with_time_and_person(self) -> None:
        doc = self.opened(entries=[{"what": "Alarm", "by_user": self.manager}])
        self.assertEqual(doc.entries[0].by_user, self.desk, "one's own entry, whatever is sent")
        at = site_now() - timedelta(minutes=5)
        with as_user(self.guard):
            self.assertEqual(api.add_entry(doc.name, "Gate opened for the fire brigade", at)["entries"], 2)
        doc.reload()
        self.assertEqual((doc.entries[1].by_user, doc.entries[1].happened_at), (self.guard, at))

    def test_an_entry_is_never_changed_or_removed(self) -> None:
        doc = self.opened(entries=[{"what": "Alarm"}])
        for user in (self.desk, self.manager, "Administrator"):
            for change in (
                lambda d: d.entries[0].update({"what": "Nothing"}),
                lambda d: d.entries[0].update({"by_user": self.guard}),
                lambda d: d.entries[0].update({"happened_at": site_now() - timedelta(hours=2)}),
                lambda d: d.set("entries", []),
                lambda d: d.set("entries", [{"what": "Alarm"}]),
            ):
                with as_user(user), self.assertRaises(REFUSED):
                    changed = frappe.get_doc(EMERGENCY, doc.name)
                    change(changed)
                    changed.save()
            with as_user(user), self.assertRaises(REFUSED):
                set_value("Emergency Log Entry", doc.entries[0].name, "what", "Nothing")
        with self.assertRaises(NotAllowedNow):
            frappe.delete_doc(EMERGENCY, doc.name, force=True)
        with as_user(self.desk):
            again = frappe.get_doc(EMERGENCY, doc.name).update({"place": "Floor 4"})
            again.append("entries", {"what": "Out"})
            self.assertEqual(len(again.save().entries), 2)

    def test_closed_once_and_kept(self) -> None:
        doc = self.opened()
        for user in (self.guard, self.technician, self.far):
            with as_user(user), self.assertRaises(frappe.PermissionError):
                api.close(doc.name, "Over")
        with as_user(self.desk):
            with self.assertRaises(InputRefused):
                api.close(doc.name)
            with self.assertRaises(frappe.PermissionError):
                frappe.get_doc(EMERGENCY, doc.name).update({"status": "Closed"}).save()
            self.assertEqual(api.close(doc.name, "Over")["status"], "Closed")
            for call in (lambda: api.close(doc.name, "Again"), lambda: api.add_entry(doc.name, "More")):
                with self.assertRaises(NotAllowedNow):
                    call()
            with self.assertRaises(REFUSED):
                frappe.get_doc(EMERGENCY, doc.name).update({"cause": "Cable"}).save()
        with as_user(self.manager):
            for values in ({"title": "Nothing"}, {"people_hurt": 3}, {"status": "Open"}):
                with self.assertRaises(REFUSED):
                    frappe.get_doc(EMERGENCY, doc.name).update(values).save()
            doc = frappe.get_doc(EMERGENCY, doc.name).update({"cause": "Cable", "measures": "New cable"}).save()
        self.assertEqual((doc.cause, doc.measures, doc.status), ("Cable", "New cable", "Closed"))

    def test_raised_from_an_incident_once(self) -> None:
        incident = make.insert(
            "Service Incident",
            community=self.home.name,
            title="No water",
            scope="Building",
            building=self.building.name,
            started_at=site_now(),
        )
        with as_user(self.desk):
            first = api.raise_from_incident(incident.name, "Flood")
            self.assertEqual(api.raise_from_incident(incident.name, "Flood")["name"], first["name"])
        doc = frappe.get_doc(EMERGENCY, first["name"])
        self.assertEqual((doc.title, doc.building, doc.kind), ("No water", self.building.name, "Flood"))
        with as_user(self.far), self.assertRaises(frappe.PermissionError):
            api.raise_from_incident(incident.name, "Flood")

    def test_bad_input(self) -> None:
        for values in (
            {"title": " "},
            {"happened_at": site_now() + timedelta(hours=2)},
            {"entries": [{"what": " "}]},
            {"entries": [{"what": "x", "happened_at": site_now() + timedelta(hours=2)}]},
            {"people_hurt": -1},
            {"reporter_phone": "abc"},
            {"title": "<script>alert(1)</script>"},
        ):
            with self.subTest(**values), self.assertRaises((InputRefused, frappe.ValidationError)):
                self.opened(**values)
        doc = self.opened()
        with as_user(self.desk), self.assertRaises(InputRefused):
            api.add_entry(doc.name, "x" * 501)
        with as_user(self.technician), self.assertRaises(frappe.PermissionError):
            api.add_entry(doc.name, "x")
