import frappe
from frappe.utils import add_days, getdate, today

from property_service.portal.access import units_of
from property_service.property_service.errors import InputRefused
from property_service.property_service.unit_occupancies import NOTED, settle_changed_today
from property_service.tests.factories import make_occupancy, make_portal_user, make_resident, make_unit
from property_service.tests.utils import PropertyServiceTestCase, count_queries


class TestUnitOccupancy(PropertyServiceTestCase):
    def status(self, room):
        return frappe.db.get_value("Property Unit", room.name, "occupancy_status")

    def test_refused(self):
        room, other = make_unit(), make_resident()
        owner = make_resident()
        make_occupancy(room, owner, is_debtor=1, is_primary=1, share=60)
        for who, values in (
            (owner, {}),
            (other, {"to_date": add_days(today(), -400)}),
            (other, {"relation": "Tenant", "is_debtor": 1}),
            (other, {"relation": "Tenant", "is_primary": 1}),
            (other, {"relation": "Co-owner", "share": 41}),
            (other, {"relation": "Tenant", "share": 10}),
        ):
            with self.subTest(values), self.assertRaises(InputRefused):
                make_occupancy(room, who, **values)
        make_occupancy(room, other, relation="Co-owner", share=40)

    def test_saved_again_it_does_not_stand_in_its_own_way(self):
        room = make_unit()
        stay = make_occupancy(room, make_resident(), is_debtor=1, is_primary=1, share=100)
        stay.notes = "seen"
        stay.save()

    def test_status_of_the_room_follows_who_lives_there(self):
        room = make_unit(occupancy_status="Vacant")
        make_occupancy(room, make_resident())
        self.assertEqual(self.status(room), "Vacant")
        lease = make_occupancy(room, make_resident(), "Tenant")
        self.assertEqual(self.status(room), "Rented")
        lease.to_date = add_days(today(), -1)
        lease.save()
        self.assertEqual(self.status(room), "Vacant")
        family = make_occupancy(room, make_resident(), "Family")
        self.assertEqual(self.status(room), "Owner Occupied")
        frappe.db.set_value("Property Unit", room.name, "occupancy_status", "Decorating")
        family.notes = "only a note"
        family.save()
        self.assertEqual(self.status(room), "Decorating")

    def test_night_job_settles_what_began_or_ended_by_the_calendar(self):
        settle_changed_today()
        moving_in = make_unit(occupancy_status="Vacant")
        make_occupancy(moving_in, make_resident(), "Tenant", from_date=add_days(today(), 1))
        self.assertEqual(self.status(moving_in), "Vacant")
        frappe.db.set_value("Unit Occupancy", {"unit": moving_in.name}, "from_date", today())
        moved_out = make_unit()
        make_occupancy(moved_out, make_resident(), "Tenant", to_date=today())
        self.assertEqual(self.status(moved_out), "Rented")
        frappe.db.set_value("Unit Occupancy", {"unit": moved_out.name}, "to_date", add_days(today(), -1))
        with count_queries() as queries:
            settle_changed_today()
        self.assertEqual((self.status(moving_in), self.status(moved_out)), ("Rented", "Vacant"))
        self.assertLess(len(queries), 10)

    def test_nights_without_the_job_are_made_up_for(self):
        settle_changed_today()
        rooms = {name: make_unit(occupancy_status="Vacant") for name in ("began", "ended", "before", "by_hand")}
        dates = {
            "began": {"from_date": add_days(today(), -2)},
            "ended": {"to_date": add_days(today(), -4)},
            "before": {"from_date": add_days(today(), -5)},
        }
        for name, room in rooms.items():
            make_occupancy(room, make_resident(), "Tenant")
            frappe.db.set_value("Unit Occupancy", {"unit": room.name}, dates.get(name, {"notes": "since long"}))
            status = "Rented" if name == "ended" else "Vacant"
            frappe.db.set_value("Property Unit", room.name, "occupancy_status", status)
        settle_changed_today()
        self.assertEqual([self.status(room) for room in rooms.values()], ["Vacant", "Rented", "Vacant", "Vacant"])
        frappe.db.set_value("DefaultValue", NOTED, "defvalue", add_days(today(), -4))
        settle_changed_today()
        # What began or ended before the last good night, or long ago, stays as the desk entered it.
        self.assertEqual([self.status(room) for room in rooms.values()], ["Rented", "Vacant", "Vacant", "Vacant"])
        self.assertEqual(frappe.db.get_all("DefaultValue", {"defkey": NOTED}, pluck="defvalue"), [today()])
        # A clock that was ahead.
        frappe.db.set_value("DefaultValue", NOTED, "defvalue", add_days(today(), 30))
        frappe.db.set_value("Unit Occupancy", {"unit": rooms["by_hand"].name}, "from_date", today())
        settle_changed_today()
        self.assertEqual(self.status(rooms["by_hand"]), "Rented")

    def test_ending_it_ends_portal_access_at_once(self):
        room, who = make_unit(), make_resident()
        stay = make_occupancy(room, who)
        user = make_portal_user(who)
        self.assertEqual(units_of(user), (room.name,))
        stay.to_date = add_days(today(), -1)
        stay.save()
        self.assertEqual(units_of(user), ())
        stay.to_date = None
        stay.save()
        self.assertEqual(units_of(user), (room.name,))
        stay.delete()
        self.assertEqual(units_of(user), ())

    def test_room_and_person_are_set_once(self):
        room = make_unit()
        stay = make_occupancy(room, make_resident())
        neighbour = make_unit(frappe.get_doc("Building", room.building))
        for field, value in (("unit", neighbour.name), ("resident", make_resident().name)):
            stay.reload()
            stay.set(field, value)
            with self.subTest(field), self.assertRaises(frappe.CannotChangeConstantError):
                stay.save()
        self.assertEqual(getdate(stay.from_date), getdate(add_days(today(), -365)))
