"""How often somebody may try, counted by number and by network address in the site's cache."""

from __future__ import annotations

import time
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

import frappe
from frappe import _
from frappe.utils import cint

from property_service.property_service.errors import TooMany

HOUR = 3600
DAY = 24 * HOUR
MONTH = 30 * DAY
# Windows (seconds, times the most of an hour): the longer ones stop whoever is patient, and hinder nobody who errs.
BY_HOUR = ((HOUR, 1),)
BY_DAY = (*BY_HOUR, (DAY, 2))
BY_MONTH = (*BY_DAY, (MONTH, 6))
# An IPv6 connection has as many addresses as it likes within this.
HOUSEHOLD_BITS = 64


def setting(name: str) -> int:
    """A whole number of the settings; 0 means without limit."""
    return cint(frappe.get_cached_doc("Property Service Settings").get(name))


def caller_network() -> str:
    """The network the request comes from, as `network_of` tells it; "" outside of requests without an address."""
    forwarded = frappe.get_request_header("X-Forwarded-For") if getattr(frappe.local, "request", None) else None
    return network_of(forwarded or frappe.local.request_ip or "")


def network_of(forwarded: str) -> str:
    """The address the nearest proxy of one's own saw, IPv6 as its network of 64 bits; "unknown" for what is no address.

    Proxies add to the end of the header, and whatever stands before that anybody can write; the platform believes the first.
    The site's `property_service_proxies` says how many proxies of one's own follow each other, 1 where it is missing.
    """
    parts = [part.strip() for part in forwarded.split(",")]
    proxies = max(cint(frappe.conf.get("property_service_proxies")) or 1, 1)
    try:
        found = ip_address(parts[-min(proxies, len(parts))])
    except ValueError:
        return "unknown" if forwarded else ""
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, HOUSEHOLD_BITS), strict=False))


class Tries:
    """Counts tries of the current windows, before they are made, and gives back those that were right.

    So a whole estate can sign in from behind one address, and only wrong tries add up.
    """

    def __init__(self, windows: Sequence[tuple[int, int]] = BY_HOUR, **limits: tuple[str, int]) -> None:
        """`limits`: name of the count → (whose it is, most in an hour); `windows`: BY_HOUR, BY_DAY or BY_MONTH."""
        now = int(time.time())
        self.counts = {
            frappe.cache.make_key(f"property_service_tries:{name}:{whose}:{window}:{now // window}").decode(): (
                most * times,
                window,
            )
            for name, (whose, most) in limits.items()
            for window, times in windows
            if most
        }

    def count(self) -> None:
        """Raises TooMany, equally for known and unknown numbers."""
        for key, (most, window) in self.counts.items():
            number = frappe.cache.incrby(key, 1)
            frappe.cache.expire(key, window)
            if number > most:
                frappe.throw(_too_many(window), TooMany)

    def give_back(self) -> None:
        """The last try was right."""
        for key in self.counts:
            frappe.cache.decrby(key, 1)


def _too_many(window: int) -> str:
    if window == HOUR:
        return _("Too many attempts. Please wait an hour, or ask the front desk for help.")
    return _("Too many attempts. Please try again another day, or ask the front desk for help.")
