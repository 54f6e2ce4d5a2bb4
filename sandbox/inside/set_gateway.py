"""Runs in the bench: tells a site its payment gateway.  set_gateway.py SITE PAGE SECRET_FILE"""

import sys
from pathlib import Path

import frappe

SETTINGS = "Property Service Settings"


def main(site: str, page: str, secret_file: str) -> None:
    secret = Path(secret_file).read_text().strip()
    frappe.init(site=site)
    frappe.connect()
    try:
        if not frappe.get_meta(SETTINGS).has_field("payment_secret"):
            return  # a version of the app from before
        settings = frappe.get_doc(SETTINGS)
        settings.update({"payment_page": page, "payment_secret": secret})
        settings.save()
        frappe.db.commit()
    finally:
        frappe.destroy()


if __name__ == "__main__":
    main(*sys.argv[1:])
