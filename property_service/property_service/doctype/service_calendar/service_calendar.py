import frappe
from frappe import _
from frappe.model.document import Document

from property_service.property_service import service_calendars
from property_service.property_service.errors import InputRefused, rules_speak


class ServiceCalendar(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.property_service.doctype.service_calendar_exception.service_calendar_exception import (
            ServiceCalendarException,
        )
        from property_service.property_service.doctype.service_calendar_window.service_calendar_window import (
            ServiceCalendarWindow,
        )

        calendar_name: DF.Data
        exceptions: DF.Table[ServiceCalendarException]
        round_the_clock: DF.Check
        windows: DF.Table[ServiceCalendarWindow]
    # end: auto-generated types

    def before_validate(self) -> None:
        """24:00 is stored as 00:00, the end of the day: the form's clock knows no 24:00."""
        with rules_speak():
            for row in [*self.windows, *self.exceptions]:
                for field in ("from_time", "to_time"):
                    moment = service_calendars.clock(row.get(field))
                    row.set(field, moment and moment.strftime("%H:%M:%S"))

    def validate(self) -> None:
        with rules_speak():
            service_calendars.check_windows(self.windows)
            service_calendars.check_exceptions(self.exceptions)
        if not self.round_the_clock and not self.windows:
            frappe.throw(_("Enter at least one working window, or tick Round the Clock."), InputRefused)
