"""Runs in the bench: calls a function of the app as the Administrator and commits; its answer is JSON in the last line.

call.py SITE FUNCTION ARGUMENTS, these as a JSON object, `-` for one on standard input. The framework's own `execute` hides why a function failed.
"""

import json
import sys

import frappe


def main(site: str, function: str, arguments: str) -> None:
    frappe.init(site=site)
    frappe.connect()
    try:
        answer = frappe.get_attr(function)(**json.loads(sys.stdin.read() if arguments == "-" else arguments))
        frappe.db.commit()
        print(frappe.as_json(answer, indent=None))
    finally:
        frappe.destroy()


if __name__ == "__main__":
    main(*sys.argv[1:])
