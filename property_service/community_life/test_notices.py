"""Notices: whom they are for, how they live, who has read them, who is told of an urgent one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate, today

from property_service.community_life import (
    greeting_rules,
    notice_api,
    notice_papers,
    notice_places,
    notice_receipts,
    notice_work,
    notices,
)
from property_service.community_life.report.notice_reading import notice_reading
from property_service.property_service import resident_merge, work_batches
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.service_clock import as_of, site_now
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries


class TestNotices(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.home = make.make_community()
        cls.tower, cls.shops = make.make_building(cls.home), make.make_building(cls.home)
        cls.one, cls.two = make.make_entrance(cls.tower), make.make_entrance(cls.tower)
        cls.units = {
            "one": make.make_unit(cls.tower, entrance=cls.one.name, riser="01"),
            "two": make.make_unit(cls.tower, entrance=cls.two.name, riser="02"),
            "by_number": make.make_unit(cls.tower, entrance=cls.two.name, room_no="1201"),
            "shop": make.make_unit(cls.shops, usage="Shop"),
            "space": make.make_unit(cls.shops, usage="Parking Space"),
            "empty": make.make_unit(cls.tower, entrance=cls.one.name),
        }
        cls.people = {
            name: make.make_resident(unit) for name, unit in cls.units.items() if name not in ("space", "empty")
        }
        make.make_occupancy(cls.units["one"], make.make_resident(), "Tenant")
        make.make_occupancy(cls.units["space"], cls.people["one"])
        cls.gone = make.make_resident()
        make.make_occupancy(cls.units["shop"], cls.gone, "Tenant", to_date=add_days(today(), 5))
        frappe.db.set_value("Unit Occupancy", {"resident": cls.gone.name}, "to_date", add_days(today(), -1))
        cls.desk = make.make_staff("Property Front Desk", community=cls.home)

    def setUp(self) -> None:
        self.queued: list[str] = []
        patcher = patch.object(work_batches, "_queue", lambda name, attempt: self.queued.append(name))
        patcher.start()
        self.addCleanup(patcher.stop)

    def draft(self, places: list[dict] | None = None, **values: Any) -> Any:
        standard = {
            "title": "Water is off",
            "community": self.home.name,
            "publish_from": site_now() - timedelta(minutes=1),
            "body": "<p>Tomorrow from <b>9 to 12</b></p>",
            "scope": "Places" if places else "Community",
            "places": places or [],
        }
        return make.insert("Community Notice", **{**standard, **values})

    def published(self, *args: Any, **values: Any) -> Any:
        return notices.publish(self.draft(*args, **values).name, self.desk)

    # For whom

    def test_the_scope_is_judged_by_the_units_people_have_now(self) -> None:
        tower = self.tower.name
        for places, names, households in (
            (None, {"one", "two", "by_number", "shop"}, 4),
            ([{"building": tower}], {"one", "two", "by_number"}, 3),
            ([{"building": tower, "entrance": self.two.name}], {"two", "by_number"}, 2),
            ([{"building": tower, "riser": "01"}], {"one", "by_number"}, 2),
            ([{"building": tower, "entrance": self.one.name, "riser": "01"}], {"one"}, 1),
            ([{"building": self.shops.name}, {"building": tower, "entrance": self.one.name}], {"shop", "one"}, 3),
        ):
            with self.subTest(places=places):
                doc = self.draft(places)
                told = {resident for resident, _unit in notice_places.residents_reached(doc.name, self.home.name)}
                known = {name for name, person in self.people.items() if person.name in told}
                self.assertEqual(known, names)
                self.assertNotIn(self.gone.name, told)
                self.assertEqual(notices.reached(doc), households)

    def test_nobody_there_is_said_before_anything_is_sent(self) -> None:
        doc = self.draft([{"building": make.make_building(self.home).name}])
        with self.assertRaises(InputRefused):
            notices.publish(doc.name, self.desk)

    # Its life

    def test_bad_times_and_places_are_refused(self) -> None:
        begins, other = site_now(), make.make_building()
        for values in (
            {"publish_to": begins - timedelta(days=1), "publish_from": begins},
            {"publish_to": begins, "publish_from": begins},
            {"scope": "Places"},
            {"places": [{"building": other.name}]},
            {"places": [{"building": self.shops.name, "entrance": self.one.name}]},
            {"places": [{"building": self.tower.name}, {"building": self.tower.name}]},
            {"body": "<p> </p>"},
            {"title": "<script>alert(1)</script>"},
        ):
            places = values.pop("places", None)
            with self.subTest(values=values, places=places), self.assertRaises(frappe.ValidationError):
                self.draft(places, **values)
        over = self.draft(publish_from=begins - timedelta(days=2), publish_to=begins - timedelta(days=1))
        with self.assertRaises(InputRefused):
            notices.publish(over.name, self.desk)

    def test_one_of_later_waits_for_its_time_and_ends_at_its_end(self) -> None:
        begins = site_now() + timedelta(hours=2)
        doc = self.published(publish_from=begins, publish_to=begins + timedelta(hours=3))
        self.assertEqual((doc.status, doc.published_at), ("Scheduled", None))
        notices.sweep()
        self.assertEqual(frappe.db.get_value("Community Notice", doc.name, "status"), "Scheduled")
        with as_of(begins + timedelta(minutes=1)):
            notices.sweep()
            doc.reload()
            self.assertEqual((doc.status, doc.recipient_count), ("Published", 4))
            self.assertIn("【", doc.wechat_text)
            self.assertIn("Tomorrow from 9 to 12", doc.wechat_text)
        with as_of(begins + timedelta(hours=4)):
            notices.sweep()
            self.assertEqual(frappe.db.get_value("Community Notice", doc.name, "status"), "Ended")

    def test_what_was_read_is_not_changed_and_states_move_by_their_acts(self) -> None:
        doc = self.published()
        for values in ({"title": "Other"}, {"body": "<p>Other</p>"}, {"is_urgent": 1}, {"status": "Ended"}):
            with self.subTest(values), self.assertRaises(NotAllowedNow):
                frappe.get_doc("Community Notice", doc.name).update(values).save()
        later = frappe.get_doc("Community Notice", doc.name)
        later.update({"publish_to": site_now() + timedelta(days=1), "recipient_count": 999}).save()
        self.assertEqual(later.recipient_count, 4)
        with self.assertRaises(NotAllowedNow):
            notices.publish(doc.name, self.desk)
        with self.assertRaises(NotAllowedNow):
            notices.back_to_draft(doc.name)
        with self.assertRaises(InputRefused):
            notices.withdraw(doc.name, " ")
        self.assertEqual(notices.withdraw(doc.name, "Wrong day").status, "Withdrawn")
        for act in (notices.end, notices.back_to_draft):
            with self.assertRaises(NotAllowedNow):
                act(doc.name)

    def test_the_buttons_are_what_the_endpoints_allow(self) -> None:
        doc = self.draft()
        with as_user(self.desk):
            facts = notice_api.notice_facts(doc.name)
            self.assertEqual((facts["acts"], facts["households"]), (["publish"], 4))
            self.assertEqual(notice_api.publish_notice(doc.name)["status"], "Published")
            self.assertEqual(notice_api.notice_facts(doc.name)["acts"], ["end", "withdraw"])
            self.assertEqual(notice_api.end_notice(doc.name)["status"], "Ended")
        with as_user(make.make_staff("Property Technician", community=self.home)):
            for act in (notice_api.notice_facts, notice_api.publish_notice, notice_api.end_notice):
                with self.assertRaises(frappe.PermissionError):
                    act(doc.name)

    # Reading

    def test_read_once_for_each_resident_and_counted_by_household(self) -> None:
        doc = self.published(must_confirm=1)
        reader, unit = self.people["one"].name, self.units["one"].name
        for _time in range(2):
            notice_receipts.note_read(doc, [(reader, unit)])
        self.assertEqual(frappe.db.count("Notice Receipt", {"notice": doc.name}), 1)
        first = frappe.db.get_value("Notice Receipt", {"notice": doc.name}, ["read_at", "confirmed_at"])
        self.assertIsNone(first[1])
        notice_receipts.note_confirmed(doc, [(reader, unit), (self.people["shop"].name, self.units["shop"].name)])
        figures = notice_places.figures([doc.name], self.home.name)[doc.name]
        self.assertEqual(figures, {"households": 4, "read": 2, "confirmed": 2})
        notices.sweep()
        counts = ["read_count", "confirmed_count"]
        self.assertEqual(frappe.db.get_value("Community Notice", doc.name, counts), (2, 2))
        rows = notice_reading.rows_of(frappe._dict(community=self.home.name))
        row = next(row for row in rows if row.get("name") == doc.name)
        self.assertEqual((row["households"], row["read"], row["read_rate"], row["confirmed_rate"]), (4, 2, 50.0, 50.0))
        frappe.db.set_value("Unit Occupancy", {"resident": reader, "unit": unit}, "to_date", add_days(today(), -1))
        notices.end(doc.name)
        self.assertEqual(frappe.db.get_value("Community Notice", doc.name, "recipient_count"), 4)

    def test_who_read_under_two_names_has_read_once(self) -> None:
        keep, double = (make.make_resident(self.units["one"], "Family").name for _time in range(2))
        both, alone = self.published(must_confirm=1), self.published()
        unit, now = self.units["one"].name, site_now()
        for doc, who, minutes in ((both, keep, 5), (both, double, 9), (alone, double, 9)):
            with as_of(now - timedelta(minutes=minutes)):
                notice_receipts.note_read(doc, [(who, unit)])
        with as_of(now - timedelta(minutes=2)):
            notice_receipts.note_confirmed(both, [(double, unit)])
        resident_merge.merge(keep, double)
        notice_receipts.note_confirmed(both, [(keep, unit)])
        notice_receipts.note_read(alone, [(keep, unit)])
        rows = {
            row.notice: (row.resident, row.read_at, row.confirmed_at)
            for row in frappe.get_all(
                "Notice Receipt",
                {"notice": ["in", [both.name, alone.name]]},
                ["notice", "resident", "read_at", "confirmed_at"],
            )
        }
        first = now - timedelta(minutes=9)
        self.assertEqual(rows, {both.name: (keep, first, now - timedelta(minutes=2)), alone.name: (keep, first, None)})
        self.assertEqual(frappe.db.count("Notice Receipt", {"resident": ["in", [keep, double]]}), 2)

    def test_who_was_greeted_under_two_names_is_on_record_once(self) -> None:
        keep, double = (make.make_resident(self.units["one"], "Family").name for _time in range(2))
        occasion = make.insert(
            "Greeting Occasion", occasion_name=make.unique("生日"), kind="Birthday", text_zh="{name}生日快乐"
        )
        day = add_days(today(), -3)
        for who, on_date, status in ((keep, day, "Left Out"), (double, day, "Sent"), (double, today(), "Sent")):
            make.insert(
                "Resident Greeting",
                community=self.home.name,
                occasion=occasion.name,
                resident=who,
                on_date=on_date,
                status=status,
                greeting_key=greeting_rules.greeting_key(who, occasion.name, getdate(on_date)),
            )
        resident_merge.merge(keep, double)
        rows = frappe.get_all(
            "Resident Greeting",
            {"occasion": occasion.name},
            ["resident", "status", "greeting_key"],
            order_by="on_date asc",
            as_list=True,
        )
        keys = (greeting_rules.greeting_key(keep, occasion.name, getdate(one)) for one in (day, today()))
        self.assertEqual([tuple(row) for row in rows], [(keep, "Sent", key) for key in keys])

    def test_the_portal_shows_what_is_for_the_rooms_and_nothing_else(self) -> None:
        live = self.published([{"building": self.tower.name, "entrance": self.one.name}])
        ended = self.published()
        notices.end(ended.name)
        withdrawn = self.published()
        notices.withdraw(withdrawn.name, "Wrong")
        draft = self.draft()

        def shown(whose: str, **how: Any) -> set[str]:
            rooms = [frappe._dict(name=self.units[whose].name, resident=self.people[whose].name)]
            return {row.name for row in notice_places.shown_to(rooms, **how)} & ours

        ours = {live.name, ended.name, withdrawn.name, draft.name}
        self.assertEqual(shown("one"), {live.name, ended.name})
        self.assertEqual(shown("shop"), {ended.name})
        self.assertEqual(shown("one", ended=False), {live.name})
        self.assertEqual(shown("shop", name=live.name), set())
        # Somebody who moved in today has no part in what ended before.
        new = make.make_resident()
        make.make_occupancy(self.units["empty"], new, from_date=add_days(today(), 1))
        rooms = [frappe._dict(name=self.units["empty"].name, resident=new.name)]
        self.assertEqual({row.name for row in notice_places.shown_to(rooms)} & ours, {live.name})

    # Telling

    def test_everybody_an_urgent_one_is_for_is_told_once(self) -> None:
        doc = self.published(is_urgent=1)
        (batch,) = self.queued
        for _time in range(2):
            notice_work.tell(frappe.get_doc("Work Batch", batch))
        told = frappe.get_all(
            "Service Message",
            {"reference_name": doc.name, "channel": "Portal"},
            ["resident", "subject", "text"],
            order_by="resident asc",
        )
        self.assertEqual(len(told), len({row.resident for row in told}))
        self.assertEqual(len(told), 5)
        self.assertIn("Water is off", told[0].subject)
        self.assertEqual(told[0].text, "Tomorrow from 9 to 12")
        self.published()
        self.assertEqual(len(self.queued), 1)
        notices.withdraw(doc.name, "Wrong")
        self.assertEqual(notice_work.tell(frappe.get_doc("Work Batch", batch)), {"people": 0})

    def test_a_batch_asks_the_database_as_often_for_many_as_for_few(self) -> None:
        def asked(places: list[dict] | None) -> int:
            self.queued.clear()
            self.published(places, is_urgent=1)
            batch = frappe.get_doc("Work Batch", self.queued[0])
            with count_queries() as queries:
                notice_work.tell(batch)
            return len(queries)

        few = asked([{"building": self.shops.name}])
        self.assertLessEqual(asked(None), few + 1)

    # From elsewhere

    def test_an_incident_becomes_a_notice_in_one_act(self) -> None:
        incident = make.insert(
            "Service Incident",
            community=self.home.name,
            title="No water in tower",
            scope="Riser",
            building=self.tower.name,
            entrance=self.one.name,
            riser="01",
            started_at=site_now(),
            text_to_read="Pump & valve stopped\nBack at noon",
        )
        with as_user(self.desk):
            made = notice_api.notice_of_incident(incident.name)
            self.assertEqual(notice_api.notice_of_incident(incident.name)["name"], made["name"])
        doc = frappe.get_doc("Community Notice", made["name"])
        self.assertEqual((doc.status, doc.kind, doc.is_urgent, doc.title), ("Draft", "Outage", 1, "No water in tower"))
        self.assertEqual([(row.building, row.riser) for row in doc.places], [(self.tower.name, "01")])
        published = notices.publish(doc.name, self.desk)
        self.assertEqual(published.recipient_count, 1)
        self.assertIn("Pump & valve stopped\nBack at noon", published.wechat_text)

    def test_the_paper_holds_nothing_that_runs(self) -> None:
        body = "<p onclick='x()'>Hello <a href='javascript:alert(1)'>there</a></p><script>alert(1)</script><img src=x>"
        paper = notice_papers.community_notice_paper(self.draft(body=body))
        self.assertIn("Hello", paper["body"])
        for bad in ("onclick", "javascript", "<script", "<img", "src"):
            self.assertNotIn(bad, paper["body"])
        self.assertTrue(paper["draft"])
