from datetime import timedelta

import frappe

from property_service.property_service.errors import InputRefused
from property_service.tests.factories import insert, make_calendar, unique
from property_service.tests.utils import PropertyServiceTestCase


class TestServiceCalendar(PropertyServiceTestCase):
    def test_midnight_at_the_end_is_stored_as_zero(self):
        calendar = make_calendar(
            (("20:00", "24:00"),),
            exceptions=[{"exception_date": "2026-10-01", "from_time": "9:00", "to_time": "24:00"}],
        )
        calendar.reload()
        self.assertEqual(calendar.windows[0].to_time, timedelta(0))
        self.assertEqual((calendar.exceptions[0].from_time, calendar.exceptions[0].to_time), ("09:00:00", "00:00:00"))

    def test_a_day_without_times_stays_closed(self):
        calendar = make_calendar(exceptions=[{"exception_date": "2026-10-01"}])
        calendar.reload()
        self.assertEqual((calendar.exceptions[0].from_time, calendar.exceptions[0].to_time), (None, None))
        calendar.save()
        self.assertEqual((calendar.exceptions[0].from_time, calendar.exceptions[0].to_time), (None, None))

    def test_impossible_hours_are_refused(self):
        cases = (
            {"windows": (("12:00", "08:00"),)},
            {"windows": (("08:00", "12:00"), ("11:00", "13:00"))},
            {"windows": ()},
            {"exceptions": [{"exception_date": "2026-10-01", "from_time": "9:00"}]},
            {"exceptions": [{"exception_date": "2026-10-01", "from_time": "25:00", "to_time": "26:00"}]},
            {"exceptions": [{"exception_date": "2026-10-01"}, {"exception_date": "2026-10-01"}]},
        )
        for case in cases:
            with self.subTest(case), self.assertRaises(InputRefused):
                make_calendar(**{"windows": (("08:00", "12:00"),), **case})

    def test_round_the_clock_needs_no_windows(self):
        insert("Service Calendar", calendar_name=unique("CAL"), round_the_clock=1)

    def test_a_new_site_has_two(self):
        self.assertEqual(frappe.get_doc("Service Calendar", "Round the Clock").round_the_clock, 1)
        self.assertEqual(len(frappe.get_doc("Service Calendar", "Front Desk Hours").windows), 14)
