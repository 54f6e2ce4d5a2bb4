from unittest.mock import patch

import frappe
from frappe.model import default_fields
from frappe.utils import add_to_date

from property_service.property_service import property_imports, work_batches
from property_service.property_service.api import import_preview, import_run, import_template
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.setup.importers import estate as importer
from property_service.tests.factories import insert, make_community, make_resident, make_staff, make_unit
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries

HEADER = "楼栋,单元,房号,楼层,用途,计费面积,套内面积,交付状态,入住状态,视为交付日期,姓名,客户类型,电话,关系,起始日期,份额,缴费人,车牌\n"
FULL = "3栋,2单元,1203,12,住宅,89.35,69.69,已交付,自住,2016-09-01,张　伟,个人,139 7353 0184,业主,2016-09-01,100,是,粤b·12345\n"
# What may differ between two rows of one content: names, moments, and who is meant by a name.
OF_THE_ROW = {*default_fields, "resident", "parent"} - {"idx", "docstatus", "owner"}


def make_import(community, text, **values):
    """A Property Import with this table attached."""
    file = insert("File", file_name=f"{frappe.generate_hash(length=6)}.csv", content=text.encode("utf-8"), is_private=1)
    return insert("Property Import", community=community.name, kind="Estate", file=file.file_url, **values)


def rows_of(doctype, community):
    """All rows of a community, as stored, without what is the row's own."""
    filters = {"community": community.name}
    if doctype in ("Resident", "Resident Phone"):
        people = frappe.get_all("Unit Occupancy", filters, pluck="resident", distinct=True, order_by="resident asc")
        filters = {"name" if doctype == "Resident" else "parent": ["in", people]}
    rows = frappe.get_all(doctype, filters, ["*"], order_by="creation asc")
    own = OF_THE_ROW if doctype not in ("Building", "Entrance", "Property Unit") else OF_THE_ROW - {"name"}
    return [{k: v for k, v in row.items() if k not in own} for row in rows]


class TestEstateImport(PropertyServiceTestCase):
    def setUp(self):
        super().setUp()
        self.community = make_community()

    def run_import(self, text, community=None):
        doc = make_import(community or self.community, text)
        import_run(doc.name)
        doc.reload()
        return doc

    def result(self, doc):
        return doc.status, doc.rows_total, doc.rows_taken, doc.rows_known, doc.rows_refused

    def test_a_bulk_row_is_the_document_the_form_would_have_made(self):
        self.assertEqual(self.result(self.run_import(HEADER + FULL)), ("Done", 1, 1, 0, 0))
        other = make_community()
        building = insert("Building", community=other.name, building_no="3")
        entrance = insert("Entrance", building=building.name, entrance_no="2")
        unit = insert(
            "Property Unit", building=building.name, entrance=entrance.name, room_no="1203", floor=12, usage="Residence",
            billable_area=89.35, inner_area=69.69, delivery_status="Delivered", occupancy_status="Owner Occupied",
            deemed_handover_date="2016-09-01",
        )  # fmt: skip
        resident = insert("Resident", resident_name="张伟", phones=[{"phone": "13973530184"}])
        insert(
            "Unit Occupancy", unit=unit.name, resident=resident.name, relation="Owner", from_date="2016-09-01", share=100, is_debtor=1
        )  # fmt: skip
        insert("Resident Vehicle", plate="粤B12345", unit=unit.name, resident=resident.name)
        for doctype in (
            "Building",
            "Entrance",
            "Property Unit",
            "Resident",
            "Resident Phone",
            "Unit Occupancy",
            "Resident Vehicle",
        ):
            with self.subTest(doctype):
                bulk, single = rows_of(doctype, self.community), rows_of(doctype, other)
                translated = [
                    {k: v.replace(self.community.name, other.name) if isinstance(v, str) else v for k, v in row.items()}
                    for row in bulk
                ]
                self.assertEqual(len(single), 1)
                self.assertEqual(translated, single)

    def test_documents_made_in_bulk_can_be_saved_as_they_are(self):
        self.run_import(HEADER + FULL)
        for doctype in ("Building", "Entrance", "Property Unit", "Unit Occupancy", "Resident Vehicle"):
            name = frappe.db.get_value(doctype, {"community": self.community.name})
            before = frappe.get_doc(doctype, name).as_dict(no_default_fields=True)
            doc = frappe.get_doc(doctype, name).save()
            doc.reload()
            self.assertEqual(doc.as_dict(no_default_fields=True), before)

    def test_second_run_makes_nothing_new(self):
        text = HEADER + FULL + "3,2,1204,,,,,,,,李娜,,13973530185,,,,,\n"
        self.run_import(text)
        before = {doctype: frappe.db.count(doctype) for doctype in importer.DOCTYPES}
        self.assertEqual(self.result(self.run_import(text)), ("Done", 2, 0, 2, 0))
        self.assertEqual({doctype: frappe.db.count(doctype) for doctype in importer.DOCTYPES}, before)

    def test_refused_rows_say_line_and_reason_and_the_rest_goes_in(self):
        doc = self.run_import(HEADER + "3,2,,,,,,,,,,,,,,,,\n" + FULL + "3,2,1301,,城堡,,,,,,,,,,,,,\n")
        self.assertEqual(self.result(doc), ("Done", 3, 1, 0, 2))
        self.assertEqual([(row.line_no, row.row_key) for row in doc.refused], [(2, "3-2"), (4, "3-2-1301")])
        self.assertIn("does not name a unit", doc.refused[0].reason)
        self.assertIn("Residence / 住宅", doc.refused[1].reason)
        doc.save()
        self.assertEqual(len(doc.refused), 2)

    def test_run_again_after_correction_starts_with_clean_counts(self):
        doc = self.run_import(HEADER + "3,2,,,,,,,,,,,,,,,,\n")
        self.assertEqual(self.result(doc), ("Done", 1, 0, 0, 1))
        doc.file = make_import(self.community, HEADER + FULL).file
        doc.save()
        import_run(doc.name)
        doc.reload()
        self.assertEqual(self.result(doc), ("Done", 1, 1, 0, 0))
        self.assertEqual(doc.refused, [])

    def test_preview_changes_nothing_and_tells_what_a_run_does(self):
        doc = make_import(self.community, HEADER.replace("车牌", "备注") + FULL + "3,2,,,,,,,,,,,,,,,,\n")
        before = {doctype: frappe.db.count(doctype) for doctype in importer.DOCTYPES}
        found = import_preview(doc.name)
        self.assertEqual({doctype: frappe.db.count(doctype) for doctype in importer.DOCTYPES}, before)
        self.assertEqual((found["rows"], found["taken"], found["known"], found["refused_count"]), (2, 1, 0, 1))
        self.assertEqual(found["ignored"], ["备注"])
        self.assertEqual(found["makes"]["Property Unit"], 1)
        self.assertEqual((found["refused"][0]["line"], found["refused"][0]["key"]), (3, "3-2"))

    def test_service_area_and_existing_estate_are_used(self):
        building = insert("Building", community=self.community.name, building_no="3", floors=18)
        area = insert(
            "Service Area", community=self.community.name, area_name="East", buildings=[{"building": building.name}]
        )
        doc = self.run_import(HEADER + FULL + "3,,1901,,,,,,,,,,,,,,,\n")
        unit = frappe.get_doc("Property Unit", f"{self.community.name}-03-2-1203")
        self.assertEqual((unit.building, unit.service_area), (building.name, area.name))
        self.assertIn("above the roof", doc.refused[0].reason)

    def test_people_of_other_communities_are_not_pulled_in(self):
        foreign = make_resident(make_unit(), resident_name="张伟", phone="13973530184")
        here = make_resident(resident_name="李娜", phone="13973530185")
        manager = make_staff("Property Manager", community=self.community)
        frappe.db.set_value("Resident", here.name, "owner", manager)
        text = HEADER + FULL + "3,2,1204,,,,,,,,李娜,,13973530185,,,,,\n"
        with as_user(manager):
            doc = make_import(self.community, text)
            frappe.db.set_value("File", {"file_url": doc.file}, "owner", manager)
            import_run(doc.name)
        people = set(
            frappe.get_all("Unit Occupancy", {"community": self.community.name}, pluck="resident", order_by="name asc")
        )
        self.assertNotIn(foreign.name, people)
        self.assertIn(here.name, people)
        self.assertEqual(len(people), 2)

    def test_refused_files(self):
        cases = (
            ("hello\nworld\n", "No column is called"),
            ("", "empty"),
        )
        for text, sentence in cases:
            doc = make_import(self.community, text or " ")
            for act in (import_preview, import_run):
                with self.subTest((sentence, act.__name__)), self.assertRaisesRegex(InputRefused, sentence):
                    act(doc.name)
            self.assertEqual(frappe.db.get_value("Property Import", doc.name, "status"), "Draft")
        with self.assertRaises(InputRefused):
            insert("Property Import", community=self.community.name, kind="Estate", file="https://example.com/x.csv")

    def test_results_are_not_the_clients_to_write(self):
        doc = make_import(self.community, HEADER + FULL, status="Done", rows_taken=99)
        self.assertEqual((doc.status, doc.rows_taken), ("Draft", 0))
        doc.update({"status": "Running", "rows_refused": 5, "refused": [{"line_no": 1, "reason": "x"}]})
        doc.save()
        doc.reload()
        self.assertEqual((doc.status, doc.rows_refused, doc.refused), ("Draft", 0, []))

    def test_nothing_is_changed_while_it_runs(self):
        doc = make_import(self.community, HEADER + FULL)
        doc.db_set("status", "Queued")
        for act in (doc.save, doc.delete, lambda: import_run(doc.name)):
            with self.assertRaises(NotAllowedNow):
                act()

    def test_one_that_nobody_works_on_any_more_is_free_again(self):
        doc = make_import(self.community, HEADER + FULL)
        doc.db_set("status", "Running")
        frappe.db.set_value(
            "Property Import", doc.name, "modified", add_to_date(None, minutes=-10), update_modified=False
        )
        self.assertEqual(import_run(doc.name)["status"], "Done")

    def test_who_may_not_write_masters_imports_nothing(self):
        doc = make_import(self.community, HEADER + FULL)
        for user in (
            make_staff("Property Front Desk", community=self.community),
            make_staff("Property Manager", community=make_community()),
        ):
            with as_user(user):
                for act in (import_run, import_preview):
                    with self.subTest((user, act.__name__)), self.assertRaises(frappe.PermissionError):
                        act(doc.name)
        self.assertEqual(frappe.db.count("Building", {"community": self.community.name}), 0)

    def test_a_file_of_somebody_else_cannot_be_read_through_an_import(self):
        secret = insert("File", file_name="secret.csv", content=b"building,room\n3,1203\n", is_private=1)
        manager = make_staff("Property Manager", community=self.community)
        values = {"doctype": "Property Import", "community": self.community.name, "kind": "Estate"}
        with as_user(manager):
            with self.assertRaises(frappe.PermissionError):
                frappe.get_doc({**values, "file": secret.file_url}).insert()
            doc = make_import(self.community, HEADER + FULL)
            doc = frappe.get_doc("Property Import", doc.name)
            doc.file = secret.file_url
            with self.assertRaises(frappe.PermissionError):
                doc.save()
            with self.assertRaises(InputRefused):
                frappe.get_doc({**values, "file": "/private/files/nowhere.csv"}).insert()

    def test_template_is_downloaded_in_both_languages(self):
        for language, header in (("en", "Building,Entrance,Room"), ("zh", "楼栋,单元,房号")):
            import_template("Estate", language)
            text = frappe.response.filecontent.decode("utf-8-sig")
            self.assertTrue(text.startswith(header))
            self.assertTrue(frappe.response.filename.endswith(f"_{language}.csv"))
            doc = self.run_import(text, make_community())
            self.assertEqual(self.result(doc), ("Done", 1, 1, 0, 0))
        with self.assertRaises(InputRefused):
            import_template("Nothing")


class TestQueue(PropertyServiceTestCase):
    """A long table in the queue, block by block, with crashes in between."""

    ROWS = 1_200

    def setUp(self):
        super().setUp()
        self.community = make_community()
        lines = [
            f"{1 + n % 4},{1 + n % 2},{100 * (1 + n // 40) + n % 40},,,80,,,,2020-01-01,Person {n},,1390000{n:04d},,,,,\n"
            for n in range(self.ROWS)
        ]
        self.doc = make_import(self.community, HEADER + "".join(lines) + "5,1,,,,,,,,,,,,,,,,\n")
        self.queued = []
        for target in (
            patch.object(work_batches, "_queue", lambda name, attempt: self.queued.append((name, attempt))),
            patch.object(frappe.db, "commit"),
            patch.object(frappe.db, "rollback"),
        ):
            target.start()
            self.addCleanup(target.stop)

    def state(self):
        self.doc.reload()
        return self.doc.status, self.doc.rows_total, self.doc.rows_taken, self.doc.rows_known, self.doc.rows_refused

    def test_it_is_worked_off_in_blocks_with_progress(self):
        self.assertEqual(import_run(self.doc.name)["status"], "Queued")
        self.assertEqual(self.state(), ("Queued", self.ROWS + 1, 0, 0, 0))
        with patch("frappe.publish_progress") as progress:
            work_batches.run_batch(*self.queued[0])
        self.assertEqual(self.state(), ("Done", self.ROWS + 1, self.ROWS, 0, 1))
        self.assertEqual([round(call.args[0]) for call in progress.call_args_list], [42, 83, 100])
        self.assertEqual(frappe.db.count("Property Unit", {"community": self.community.name}), self.ROWS)
        self.assertEqual(
            frappe.db.get_value("Work Batch", self.queued[0][0], ["status", "done", "total"]), ("Done", 1_201, 1_201)
        )

    def test_a_worker_that_died_is_followed_by_another_that_goes_on(self):
        import_run(self.doc.name)
        name = self.queued[0][0]
        real, blocks = importer._write, []

        def dies(document, block):
            if len(blocks) == 1:
                raise RuntimeError("power cut")
            blocks.append(len(block))
            real(document, block)

        with patch.object(importer, "_write", dies), self.assertRaises(RuntimeError):
            work_batches.run_batch(name, 1)
        self.assertEqual(self.state()[2], 500)
        work_batches.run_batch(name, 2)
        self.assertEqual(self.state(), ("Done", self.ROWS + 1, self.ROWS, 0, 1))

    def queued_by_a_manager(self, *rows, **values):
        """A short table in the queue, by a manager of the community who may do no more anywhere else."""
        manager = make_staff("Property Manager", community=self.community, **values)
        with as_user(manager), patch.object(importer, "AT_ONCE", 0):
            self.doc = make_import(self.community, HEADER + "".join(rows))
            frappe.db.set_value("File", {"file_url": self.doc.file}, "owner", manager)
            self.assertEqual(import_run(self.doc.name)["status"], "Queued")
        return manager

    def test_taken_up_again_by_the_scheduler_it_pulls_nobody_in_from_elsewhere(self):
        foreign = make_resident(make_unit(), resident_name="张伟", phone="13973530184")
        manager = self.queued_by_a_manager(FULL)
        # Who left the company meanwhile has ordered it all the same.
        frappe.db.set_value("User", manager, "enabled", 0)
        ((name, _attempt),) = self.queued
        past = add_to_date(None, minutes=-1)
        frappe.db.set_value("Work Batch", name, {"status": "Running", "attempt": 1, "lease_until": past})
        work_batches.requeue_expired()
        self.assertIn((name, 2), self.queued)
        with as_user("Administrator"):
            work_batches.run_batch(name, 2)
            self.assertEqual(frappe.session.user, "Administrator")
        self.assertEqual(self.state(), ("Done", 1, 1, 0, 0))
        (stay,) = frappe.get_all(
            "Unit Occupancy", {"community": self.community.name}, ["resident", "owner"], order_by="name asc"
        )
        self.assertNotEqual(stay.resident, foreign.name)
        self.assertEqual(stay.owner, manager)

    def test_refusals_are_told_in_the_language_of_who_ordered_it(self):
        self.queued_by_a_manager("5,1,,,,,,,,,,,,,,,,\n", language="zh")
        language = frappe.local.lang
        work_batches.run_batch(*self.queued[0])
        self.assertEqual(frappe.local.lang, language)
        self.doc.reload()
        self.assertRegex(self.doc.refused[0].reason, "[\u4e00-\u9fff]")

    def test_a_worker_that_was_overtaken_stops(self):
        import_run(self.doc.name)
        name = self.queued[0][0]
        real = property_imports.lock_community

        def overtaken(community):
            frappe.db.set_value("Work Batch", name, "attempt", 2)
            real(community)

        with patch.object(property_imports, "lock_community", overtaken):
            work_batches.run_batch(name, 1)
        self.assertEqual(self.state()[2], 0)

    def test_queries_do_not_grow_with_the_rows_of_a_block(self):
        import_run(self.doc.name)
        with count_queries() as queries:
            work_batches.run_batch(*self.queued[0])
        self.assertLess(len(queries), 3 * 45)
