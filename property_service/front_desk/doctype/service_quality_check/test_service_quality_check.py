"""Quality checks: drawn by lot, unseen by the person before he is told, scored by another, remarked on once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.client import get_value
from frappe.desk.form.linked_with import get_linked_doctypes
from frappe.desk.search import search_link
from frappe.utils import add_months, get_first_day, getdate

from property_service.front_desk import quality_api as api
from property_service.front_desk import quality_checks
from property_service.front_desk.quality_checks import CHECK
from property_service.front_desk.report.service_quality import service_quality
from property_service.property_service import linked_documents
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.service_clock import from_local, local_day
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries

DESK, MANAGER = "Property Front Desk", "Property Manager"
SETTINGS = "Property Service Settings"


class TestServiceQualityCheck(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.home = make.make_community()
        cls.desk, cls.other = (make.make_staff(DESK, community=cls.home) for _ in range(2))
        cls.manager, cls.second = (make.make_staff(MANAGER, community=cls.home) for _ in range(2))
        cls.far = make.make_staff(MANAGER, community=make.make_community())
        cls.month = getdate(add_months(get_first_day(local_day(cls.home.name)), -1))
        frappe.db.set_single_value(SETTINGS, "quality_per_person", 3)
        frappe.clear_document_cache(SETTINGS, SETTINGS)
        frappe.db.delete("Service Scorecard")
        cls.card = make.insert(
            "Service Scorecard",
            scorecard_name=make.unique("Card "),
            pass_percent=80,
            criteria=[{"criterion": "Polite", "most": 10}, {"criterion": "Right", "most": 10, "is_decisive": 1}],
        )
        cls.contacts = {
            person: [cls.contact(person, number) for number in range(10)]
            for person in (cls.desk, cls.other, cls.manager)
        }
        cls.contact(cls.desk, 40)  # of the month after

    @classmethod
    def contact(cls, person: str, day: int) -> str:
        moment = from_local(
            cls.home.name, datetime.combine(cls.month, datetime.min.time()) + timedelta(days=day, hours=9)
        )
        doc = frappe.get_doc(
            {
                "doctype": "Service Contact",
                "name": make.unique("SC-X"),
                "subject": "Call",
                "community": cls.home.name,
                "handled_by": person,
                "contacted_at": moment,
                "status": "Answered",
            }
        )
        doc.flags.name_set = True
        doc.db_insert()
        return doc.name

    def setUp(self) -> None:
        with as_user(self.manager):
            self.made = api.draw(self.home.name, self.month)["made"]
        self.of = {
            person: frappe.get_all(CHECK, {"person": person}, pluck="name", order_by="name asc")
            for person in self.contacts
        }

    def tearDown(self) -> None:
        frappe.set_user("Administrator")

    def told(self, points: tuple[float, float] = (9, 8)) -> str:
        name = self.of[self.desk][0]
        with as_user(self.manager):
            api.score(name, list(points))
            api.tell(name)
        return name

    def test_a_draw_is_made_once_and_can_be_made_again_from_its_seed(self) -> None:
        rows = frappe.get_all(CHECK, {"community": self.home.name}, ["person", "service_contact", "seed", "drawn_from"])
        self.assertEqual(len(rows), 9)
        self.assertEqual({row.drawn_from for row in rows}, {10})
        (seed,) = {row.seed for row in rows}
        again = quality_checks.rules.draw(seed, quality_checks.contacts_of(self.home.name, self.month), 3)
        for person, names in again.items():
            self.assertEqual(set(names), {row.service_contact for row in rows if row.person == person})
        with as_user(self.manager):
            self.assertEqual(api.draw(self.home.name, self.month)["made"], 0)
        frappe.db.set_single_value(SETTINGS, "quality_per_person", 4)
        frappe.clear_document_cache(SETTINGS, SETTINGS)
        try:
            self.assertEqual(len(quality_checks.draw(self.home.name, self.month)), 3, "one more for each of three")
        finally:
            frappe.db.set_single_value(SETTINGS, "quality_per_person", 3)
            frappe.clear_document_cache(SETTINGS, SETTINGS)

    def test_who_draws(self) -> None:
        for user in (self.desk, self.far):
            with as_user(user), self.assertRaises(frappe.PermissionError):
                api.draw(self.home.name, self.month)
        with as_user(self.manager):
            with self.assertRaises(InputRefused):
                api.draw(self.home.name, add_months(self.month, 2))
            for user_made in ({"person": self.desk}, {}):
                with self.assertRaises(frappe.PermissionError):
                    frappe.get_doc({"doctype": CHECK, "community": self.home.name, **user_made}).insert()

    def seen_by(self, user: str, name: str) -> list[str]:
        """Ways in which somebody finds a check, by name."""
        contact, person = frappe.db.get_value(CHECK, name, ["service_contact", "person"])
        with as_user(user):
            ways = {
                "list": name in frappe.get_list(CHECK, pluck="name", limit_page_length=0),
                "count": bool(linked_documents.count(CHECK, {"name": name})),
                "open": frappe.has_permission(CHECK, "read", doc=name),
                "link": any(name in row.values() for row in search_of(name)),
                "links of the contact": name in str(linked_documents.get("Service Contact", contact)),
                "links of the person": name in str(linked_of_user(person)),
                "value": bool(value_of(name)),
            }
        return [way for way, found in ways.items() if found]

    def test_the_person_drawn_sees_nothing_before_he_is_told(self) -> None:
        name, of_manager = self.of[self.desk][0], self.of[self.manager][0]
        for scored in (False, True):
            if scored:
                with as_user(self.second):
                    api.score(name, [9, 8])
                    api.score(of_manager, [9, 8])
            self.assertEqual(self.seen_by(self.desk, name), [])
            self.assertEqual(self.seen_by(self.other, name), [], "colleagues could tell him")
            self.assertEqual(self.seen_by(self.manager, of_manager), [], "also where he is a manager")
            with as_user(self.manager):
                people = {row.get("person") for row in service_quality.execute({"community": self.home.name})[1]}
                self.assertNotIn(self.manager, people)
                self.assertIn(self.desk, people)
            for person, check in ((self.desk, name), (self.manager, of_manager)):
                with as_user(person):
                    for call in (
                        api.acts,
                        api.tell,
                        lambda check: api.remark(check, "x"),
                        lambda check: api.score(check, [1, 1]),
                    ):
                        with self.assertRaises(frappe.PermissionError):
                            call(check)
        contact = frappe.db.get_value(CHECK, name, "service_contact")
        for doctype, field in (
            ("Comment", "reference_name"),
            ("Version", "docname"),
            ("Notification Log", "document_name"),
        ):
            self.assertEqual(frappe.db.count(doctype, {field: contact}), 0, doctype)
        self.assertEqual(frappe.db.count("Notification Log", {"for_user": self.desk}), 0)
        with as_user(self.far):
            self.assertFalse(frappe.has_permission(CHECK, "read", doc=name))

    def test_the_platforms_own_ways_lead_through_ours(self) -> None:
        hooks = frappe.get_hooks("override_whitelisted_methods")
        for method in ("frappe.client.get_count", "frappe.desk.form.linked_with.get"):
            self.assertTrue(hooks[method][-1].startswith("property_service."), method)
        with as_user(self.manager):
            self.assertEqual(linked_documents.count(CHECK), 6, "all but his own")
            name = self.of[self.desk][0]
            contact = frappe.db.get_value(CHECK, name, "service_contact")
            self.assertIn(name, str(linked_documents.get("Service Contact", contact)))
            self.assertTrue(any(name in row.values() for row in search_of(name)))

    def test_told_he_sees_it_and_remarks_once(self) -> None:
        name = self.told()
        self.assertIn("list", self.seen_by(self.desk, name))
        self.assertIn("open", self.seen_by(self.desk, name))
        self.assertEqual(self.seen_by(self.other, name), [])
        with as_user(self.desk):
            self.assertEqual(api.acts(name), ["remark"])
            with self.assertRaises(InputRefused):
                api.remark(name, " ")
            api.remark(name, "It was late")
            with self.assertRaises(NotAllowedNow):
                api.remark(name, "And more")
            with self.assertRaises(frappe.PermissionError):
                frappe.get_doc(CHECK, name).update({"person_remark": "Other"}).save()
        with as_user(self.manager), self.assertRaises(frappe.PermissionError):
            api.remark(name, "x")

    def test_scored_by_another_and_kept_once_told(self) -> None:
        name = self.of[self.desk][0]
        with as_user(self.manager):
            with self.assertRaises(NotAllowedNow):
                api.tell(name)
            self.assertEqual((api.score(name, [10, 0])["percent"], api.score(name, [10, 0])["passed"]), (50, 0))
            self.assertEqual(api.score(name, [10, 6.5], ["", "Slow"], "Fine")["passed"], 1)
            api.tell(name)
            for call in (lambda: api.score(name, [1, 1]), lambda: api.tell(name)):
                with self.assertRaises(NotAllowedNow):
                    call()
            with self.assertRaises(frappe.PermissionError):
                frappe.get_doc(CHECK, name).update({"percent": 100}).save()
        doc = frappe.get_doc(CHECK, name)
        self.assertEqual(
            (doc.points, doc.percent, doc.reviewer, doc.scores[1].note), (16.5, 82.5, self.manager, "Slow")
        )
        with self.assertRaises(NotAllowedNow):
            frappe.delete_doc(CHECK, name, force=True)

    def test_a_decisive_nothing_fails(self) -> None:
        with as_user(self.manager):
            self.assertEqual(api.score(self.of[self.desk][0], [10, 0])["passed"], 0)
            frappe.db.set_value("Service Scorecard", self.card.name, "pass_percent", 10)
            frappe.clear_document_cache("Service Scorecard", self.card.name)
            self.assertEqual(api.score(self.of[self.desk][0], [10, 0])["passed"], 0)

    def test_bad_points(self) -> None:
        name = self.of[self.desk][0]
        with as_user(self.manager):
            for points in ([11, 0], [-1, 0], [1], [1, 1, 1], ["a", 1], [None, 1], [True, 1]):
                with self.subTest(points=points), self.assertRaises(InputRefused):
                    api.score(name, points)

    def test_bad_scorecards(self) -> None:
        good = {"scorecard_name": make.unique("Card "), "pass_percent": 80, "criteria": [{"criterion": "A", "most": 5}]}
        for values in (
            {"pass_percent": 0},
            {"pass_percent": 101},
            {"criteria": [{"criterion": "A", "most": 0}]},
            {"criteria": [{"criterion": "A", "most": 5}, {"criterion": "A", "most": 5}]},
            {"criteria": []},
        ):
            with self.subTest(**values), self.assertRaises((InputRefused, frappe.MandatoryError)):
                make.insert("Service Scorecard", **{**good, **values})

    def test_the_report_by_hand(self) -> None:
        with as_user(self.manager):
            for name, points in zip(self.of[self.desk], ((10, 10), (8, 7)), strict=False):
                api.score(name, list(points))
            api.tell(self.of[self.desk][0])
            rows = service_quality.execute({"community": self.home.name, "person": self.desk})[1]
        row, total = rows
        self.assertEqual(
            (row["month"], row["drawn"], row["scored"], row["told"], row["passed"]), (f"{self.month:%Y-%m}", 3, 2, 1, 1)
        )
        self.assertEqual((row["mean"], row["pass_rate"], total["pass_rate"]), (87.5, 50.0, 50.0))
        for user in (self.desk, self.far):
            with as_user(user):
                try:
                    self.assertEqual(service_quality.execute({"community": self.home.name})[1], [])
                except frappe.PermissionError:
                    pass
        service_quality.rows_of((self.home.name,), self.month, self.month)
        with count_queries() as queries:
            service_quality.rows_of((self.home.name,), self.month, self.month)
        self.assertLessEqual(len(queries), 2)


def search_of(text: str) -> list[dict]:
    frappe.response["results"] = []
    found = search_link(CHECK, text, ignore_user_permissions=1)
    return frappe.response.pop("results", None) or found or []


def linked_of_user(person: str) -> dict:
    get_linked_doctypes("User")
    try:
        return linked_documents.get("User", person)
    except frappe.PermissionError:
        return {}


def value_of(name: str) -> Any:
    try:
        return (get_value(CHECK, ["person", "status"], {"name": name}) or {}).get("person")
    except frappe.PermissionError:
        return None
