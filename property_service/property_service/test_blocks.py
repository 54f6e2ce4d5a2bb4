"""Blocks of rows: what is inserted at once stands as what is inserted singly."""

from __future__ import annotations

from typing import Any

import frappe

from property_service.property_service.blocks import BLOCK, CLOCK_DIGITS, hash_names, insert_block
from property_service.tests.utils import PropertyServiceTestCase

SIGNS = "100 % of 'it' \\ \"%s\" %(name)s 三栋"
FIELDS = ["name", "public", "content", "expire_notification_on", "owner", "docstatus"]


class TestBlocks(PropertyServiceTestCase):
    def stored(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        insert_block("Note", rows)
        found = frappe.get_all("Note", {"name": ["in", [row["name"] for row in rows]]}, FIELDS, order_by="name asc")
        return {row.name: row for row in found}

    def test_what_all_rows_have_in_common_is_kept_to_the_sign(self) -> None:
        rows = [{"name": name, "title": SIGNS, "content": SIGNS, "public": True} for name in hash_names(3)]
        for row in self.stored(rows).values():
            self.assertEqual((row.content, row.public, row.expire_notification_on, row.docstatus), (SIGNS, 1, None, 0))
            self.assertEqual(row.owner, "Administrator")

    def test_rows_that_differ_keep_what_is_their_own(self) -> None:
        one, two, three = hash_names(3)
        rows = self.stored(
            [
                {"name": one, "title": "a", "content": SIGNS, "owner": "Guest"},
                {"name": two, "title": "b", "content": None, "public": 1},
                {"name": three, "title": "b"},
            ]
        )
        self.assertEqual([rows[name].content for name in (one, two, three)], [SIGNS, None, None])
        self.assertEqual([rows[name].public for name in (one, two, three)], [0, 1, 0])
        self.assertEqual([rows[name].owner for name in (one, two, three)], ["Guest", "Administrator", "Administrator"])

    def test_one_row_alone_and_none(self) -> None:
        name = hash_names(1)[0]
        self.assertEqual(list(self.stored([{"name": name, "title": SIGNS}])), [name])
        self.assertEqual(insert_block("Note", []), 0)

    def test_names_are_of_one_length_and_nobody_elses(self) -> None:
        names = [name for _number in range(20) for name in hash_names(BLOCK)]
        self.assertEqual(len(set(names)), len(names))
        self.assertEqual({len(name) for name in [*names, *hash_names(3)]}, {10})
        longer = hash_names(3, 16)
        self.assertEqual({len(name) for name in longer}, {16})
        self.assertEqual((len({name[:CLOCK_DIGITS] for name in longer}), longer), (1, sorted(longer)))
