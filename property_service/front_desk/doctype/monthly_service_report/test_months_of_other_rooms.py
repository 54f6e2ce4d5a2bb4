"""Fees, decoration and community life in the monthly report: the same figures as their own reports and lists, and as reckoned by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.utils import add_days, add_months, get_first_day, getdate

from property_service.community_life.report.event_attendance import event_attendance
from property_service.community_life.report.notice_reading import notice_reading
from property_service.fees.report.collection_rate import collection_rate
from property_service.fees.report.collection_rate.test_collection_rate import LedgerCase
from property_service.front_desk import monthly_report
from property_service.front_desk.doctype.monthly_service_report.test_monthly_service_report import stored
from property_service.property_service.service_clock import local_day


class TestMonthsOfOtherRooms(LedgerCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.month = getdate(add_months(get_first_day(local_day(cls.community.name)), -1))
        cls.last = getdate(add_days(add_months(cls.month, 1), -1))
        cls.noon = datetime.combine(cls.month, datetime.min.time()) + timedelta(days=9, hours=12)
        cls.here = {"community": cls.community.name}
        cls.span = {**cls.here, "from_date": cls.month, "to_date": cls.last}

    def rows(self, part: str) -> dict[str, dict[str, Any]]:
        """Label → row of a room's part of the month."""
        (found,) = (one for one in monthly_report.figures_of(self.community.name, self.month) if one["key"] == part)
        return {row["label"]: row for row in found["rows"]}

    def share(self, row: dict[str, Any]) -> tuple:
        return row["value"], row["numerator"], row["denominator"]

    def test_fees_are_those_of_the_collection_rate(self) -> None:
        before = getdate(add_months(self.month, -1))
        day, earlier = str(self.noon.date()), str(add_days(before, 9))
        self.entry(1, "Charge", "150", earlier, before)
        self.entry(1, "Allocation", "-30", earlier, before)
        self.entry(0, "Charge", "200", day, self.month)
        self.entry(0, "Allocation", "-200", day, self.month)
        self.entry(1, "Charge", "300", day, self.month)
        self.entry(1, "Allocation", "-40", day, before)
        # paid when the month was over, and for others: neither is of this month
        self.entry(1, "Allocation", "-60", str(add_days(self.last, 1)), self.month)
        self.entry(0, "Charge", "70", day, self.month, collected_for="Utility")
        asked = {**self.here, "from_month": self.month, "to_month": self.month, "cut_off": self.last}
        total = collection_rate.execute({**asked, "group_by": "Community"})[1][-1]
        rows = self.rows("fees")
        self.assertEqual(rows["Charged"]["value"], total["charged"])
        self.assertEqual(self.share(rows["Current Rate"]), (total["current_rate"], 200.0, 500.0))
        self.assertEqual(self.share(rows["Arrears Recovery"]), (total["arrears_rate"], 40.0, 120.0))
        self.assertEqual(self.share(rows["Household Rate"]), (total["household_rate"], 1, 2))
        self.assertEqual(rows["Open Arrears"]["value"], total["open_earlier"])
        self.assertEqual((rows["Current Rate"]["value"], rows["Open Arrears"]["value"]), (40.0, 80.0))
        self.assertEqual((rows["Current Rate"]["before"]["value"], rows["Arrears Recovery"]["value"]), (20.0, 33.33))

    def test_events_and_notices_are_those_of_their_reports(self) -> None:
        for taken, came in ((10, 7), (6, 5)):
            event = {"title": "Walk", "status": "Held", "kind": "Sport", "starts_at": self.noon}
            stored("Community Event", taken_count=taken, came_count=came, capacity=20, **event, **self.here)
        stored("Community Event", title="Off", status="Cancelled", kind="Sport", starts_at=self.noon, **self.here)
        notice = {"kind": "General", "published_at": self.noon, **self.here}
        stored("Community Notice", title="Over", status="Ended", recipient_count=4, read_count=3, **notice)
        # still up: counted by who has the units now, whatever was counted when it was published
        up = stored("Community Notice", title="Up", status="Published", scope="Community", recipient_count=9, **notice)
        stored("Notice Receipt", notice=up, resident=self.people[0].name, read_at=self.noon, **self.here)
        stored("Resident Greeting", status="Sent", on_date=self.noon.date(), **self.here)
        came = event_attendance.execute({**self.span, "status": "Held"})[1][-1]
        read = notice_reading.execute(dict(self.span))[1][-1]
        rows = self.rows("community_life")
        self.assertEqual(rows["Events Held"]["value"], 2)
        self.assertEqual(self.share(rows["Came of Those Signed Up"]), (came["came_rate"], 12, 16))
        self.assertEqual(rows["Notices Published"]["value"], 2)
        self.assertEqual(self.share(rows["Notices Read"]), (read["read_rate"], read["read"], read["households"]))
        self.assertEqual((read["read"], read["households"]), (4, 6))
        self.assertEqual(rows["Greetings Sent"]["value"], 1)

    def test_decorations_are_those_of_their_lists(self) -> None:
        for applied, accepted in ((self.noon, None), (self.noon - timedelta(days=40), self.noon.date())):
            stored("Decoration Permit", applied_at=applied, accepted_on=accepted, status="In Progress", **self.here)
        for status, due in (("Done", self.month), ("Done", self.last), ("Missed", self.last), ("Due", self.last)):
            stored("Decoration Inspection", status=status, due_on=due, **self.here)
        stored("Decoration Inspection", status="Done", due_on=add_days(self.last, 1), **self.here)
        rows = self.rows("decoration")

        def listed(doctype: str, **filters: Any) -> int:
            return frappe.db.count(doctype, {**self.here, **filters})

        month = ["between", [self.month, self.last]]
        self.assertEqual(rows["Decorations Applied For"]["value"], listed("Decoration Permit", applied_at=month))
        self.assertEqual(rows["Decorations Accepted"]["value"], listed("Decoration Permit", accepted_on=month))
        made = listed("Decoration Inspection", due_on=month, status="Done")
        due = listed("Decoration Inspection", due_on=month, status=["in", ["Done", "Missed"]])
        self.assertEqual(self.share(rows["Inspections Made of Those Due"]), (66.67, made, due))
        self.assertEqual((made, due, rows["Decorations Applied For"]["value"]), (2, 3, 1))
