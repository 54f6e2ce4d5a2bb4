"""Runs in a bench: says as JSON what a site holds.  survey.py SITE"""

import json
import sys

import frappe


def main(site: str) -> None:
    frappe.init(site=site)
    frappe.connect()
    installed = "property_service" in frappe.get_installed_apps()
    has_communities = installed and frappe.db.table_exists("Community")
    real = frappe.db.count("Community", {"is_demo": 0}) if has_communities else 0
    set_up = bool(frappe.db.get_single_value("System Settings", "setup_complete"))
    print(json.dumps({"installed": installed, "set_up": set_up, "real_communities": real}))
    frappe.destroy()


if __name__ == "__main__":
    main(sys.argv[1])
