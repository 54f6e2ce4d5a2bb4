"""How often somebody may try, counted by number and by network address in the site's cache."""

from __future__ import annotations

import time

import frappe
from frappe import _
from frappe.utils import cint

from property_service.property_service.errors import TooMany

HOUR = 3600


def setting(name: str) -> int:
    """A whole number of the settings; 0 means without limit."""
    return cint(frappe.get_cached_doc("Property Service Settings").get(name))


class Tries:
    """Counts tries of the current hour, before they are made, and gives back those that were right.

    So a whole estate can sign in from behind one address, and only wrong tries add up.
    """

    def __init__(self, **limits: tuple[str, int]) -> None:
        """`limits`: name of the count → (whose it is, most in an hour)."""
        hour = int(time.time()) // HOUR
        self.counts = {
            frappe.cache.make_key(f"property_service_tries:{name}:{whose}:{hour}").decode(): most
            for name, (whose, most) in limits.items()
            if most
        }

    def count(self) -> None:
        """Raises TooMany, equally for known and unknown numbers."""
        for key, most in self.counts.items():
            number = frappe.cache.incrby(key, 1)
            frappe.cache.expire(key, HOUR)
            if number > most:
                frappe.throw(
                    _("Too many attempts. Please wait an hour, or ask the front desk for help."),
                    TooMany,
                )

    def give_back(self) -> None:
        """The last try was right."""
        for key in self.counts:
            frappe.cache.decrby(key, 1)
