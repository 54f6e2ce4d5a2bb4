"""The rules on File by themselves, without the gate that keeps residents from the platform's API."""

from __future__ import annotations

import frappe

from property_service.portal import files
from property_service.property_service.photos import store_photo
from property_service.property_service.test_photos import picture
from property_service.tests.factories import make_portal_user, make_repair, make_resident, make_staff, make_unit
from property_service.tests.utils import PropertyServiceTestCase


class TestFiles(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.unit = make_unit()
        cls.resident, cls.other = make_resident(cls.unit), make_resident(make_unit())
        cls.user, cls.other_user = make_portal_user(cls.resident), make_portal_user(cls.other)
        cls.repair = make_repair(cls.unit, cls.resident)
        photo = picture(size=(50, 40), comment=frappe.generate_hash().encode())
        frappe.set_user(cls.user)
        cls.photo = frappe.get_doc("File", store_photo(photo, "Repair Request", cls.repair.name, "report"))
        frappe.set_user("Administrator")

    def row(self, **values: object) -> frappe.model.document.Document:
        content = frappe.generate_hash()
        return frappe.get_doc({"doctype": "File", "file_name": f"{content}.txt", "content": content, **values})

    def test_who_sent_a_photo_holds_no_right_to_it_by_that(self) -> None:
        self.assertEqual(self.photo.owner, "Administrator")
        frappe.set_user(self.user)
        self.assertTrue(self.photo.is_downloadable())
        frappe.db.set_value("Unit Occupancy", {"resident": self.resident.name}, "to_date", "2020-01-01")
        self.assertFalse(self.photo.is_downloadable())
        self.assertFalse(files.may_download(self.photo.file_url))

    def test_residents_attach_nothing_by_themselves(self) -> None:
        parent = {"attached_to_doctype": "Repair Request", "attached_to_name": self.repair.name}
        for user in (self.user, self.other_user, "Guest"):
            frappe.set_user(user)
            for private in (0, 1):
                with self.assertRaises(frappe.PermissionError):
                    # As the platform does for guests who may upload.
                    self.row(is_private=private, **parent).insert(ignore_permissions=True)
                with self.assertRaises(frappe.PermissionError):
                    self.row(is_private=private, **parent).insert()

    def test_residents_move_no_file_to_or_from_a_document_of_ours(self) -> None:
        frappe.set_user(self.other_user)
        own = self.row(is_private=1).insert()
        own.update({"attached_to_doctype": "Repair Request", "attached_to_name": self.repair.name})
        with self.assertRaises(frappe.PermissionError):
            own.save()
        for user in (self.user, self.other_user):
            frappe.set_user(user)
            photo = frappe.get_doc("File", self.photo.name)
            photo.update({"attached_to_doctype": None, "attached_to_name": None})
            with self.assertRaises(frappe.PermissionError):
                photo.save(ignore_permissions=True)
            with self.assertRaises(frappe.PermissionError):
                frappe.delete_doc("File", self.photo.name, ignore_permissions=True)

    def test_an_address_of_ours_is_not_taken_over(self) -> None:
        address = self.photo.file_url
        stranger = make_staff("Property Gate Guard")
        for user in (self.other_user, stranger):
            frappe.set_user(user)
            for url in (
                address,
                address.replace("files/", "files/./"),
                address.replace("files/", "files/%2e/"),
                address.replace("files/", "files/%252e/"),
                address.replace("files/", "files//"),
            ):
                with self.subTest(user=user, url=url), self.assertRaises(frappe.PermissionError):
                    self.row(content=None, file_url=url, is_private=1).insert()
            own = self.row(is_private=1).insert()
            own.file_url = address
            with self.assertRaises(frappe.PermissionError):
                own.save()

    def test_staff_attach_to_what_they_may_change_and_it_is_private(self) -> None:
        parent = {"attached_to_doctype": "Repair Request", "attached_to_name": self.repair.name}
        frappe.set_user(make_staff("Property Front Desk"))
        file = self.row(is_private=0, **parent).insert()
        self.assertEqual((file.is_private, file.file_url.startswith("/private/files/")), (1, True))
        file.is_private = 0
        file.save()
        self.assertEqual(frappe.db.get_value("File", file.name, "is_private"), 1)
        frappe.set_user(make_staff("Property Gate Guard"))
        with self.assertRaises(frappe.PermissionError):
            self.row(is_private=1, **parent).insert()

    def test_staff_attach_to_a_form_that_is_not_saved_yet(self) -> None:
        frappe.set_user(make_staff("Property Front Desk"))
        parent = {"attached_to_doctype": "Repair Request", "attached_to_name": "new-repair-request-1"}
        file = self.row(is_private=1, **parent).insert()
        self.assertTrue(file.is_downloadable())
        frappe.set_user(self.user)
        self.assertFalse(frappe.has_permission("File", "read", file))

    def test_files_of_others_are_left_to_the_platform(self) -> None:
        note = frappe.get_doc({"doctype": "ToDo", "description": "x"}).insert()
        file = self.row(is_private=1, attached_to_doctype="ToDo", attached_to_name=note.name).insert()
        frappe.set_user(self.other_user)
        self.assertFalse(frappe.has_permission("File", "read", file))
        own = self.row(is_private=1).insert()
        self.assertTrue(frappe.has_permission("File", "read", own))
        public = frappe.get_list("File", {"name": own.name}, pluck="name", order_by="name asc")
        self.assertEqual(public, [own.name])

    def test_list_and_document_agree(self) -> None:
        letter = self.row(
            is_private=1, attached_to_doctype="Repair Request", attached_to_name=self.repair.name
        ).insert()
        desk = make_staff("Property Front Desk")
        for user in (self.user, self.other_user, desk, make_staff("Property Gate Guard")):
            frappe.set_user(user)
            listed = frappe.get_list("File", {"attached_to_name": self.repair.name}, pluck="name", order_by="name asc")
            for file in (self.photo, letter):
                self.assertEqual(file.name in listed, bool(frappe.has_permission("File", "read", file)), user)
            self.assertEqual(letter.name in listed, user == desk)
