"""Accounts of demo people, written as blocks: saving a user singly empties the caches of the whole site, a second for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe
from frappe.desk.doctype.notification_settings.notification_settings import create_notification_settings

from property_service.property_service.blocks import hash_names, insert_block


def store_accounts(users: Sequence[dict[str, Any]], roles: Sequence[tuple[str, ...]]) -> None:
    """Rows of User with `name` and `full_name` among their fields, and the roles each holds, as a single insert leaves them."""
    insert_block(
        "User",
        (
            {
                "email": user["name"],
                "first_name": user["full_name"],
                "enabled": 1,
                "language": "zh",
                "send_welcome_email": 0,
                **user,
            }
            for user in users
        ),
    )
    held = [
        (user["name"], idx, role) for user, names in zip(users, roles, strict=True) for idx, role in enumerate(names, 1)
    ]
    insert_block(
        "Has Role",
        (
            {"name": name, "parent": user, "parenttype": "User", "parentfield": "roles", "idx": idx, "role": role}
            for name, (user, idx, role) in zip(hash_names(len(held)), held, strict=True)
        ),
    )
    for user in users:
        create_notification_settings(user["name"])
        frappe.share.add_docshare(
            "User", user["name"], user["name"], write=1, share=1, flags={"ignore_share_permission": True}
        )
    frappe.cache.delete_value(("users_for_mentions", "enabled_users"))
