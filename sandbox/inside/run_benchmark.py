"""Runs in the bench: one benchmark, its rows as JSON in the last line.  run_benchmark.py SITE CHECKOUT NAME"""

import importlib
import json
import sys

import frappe


def main(site: str, checkout: str, name: str) -> None:
    sys.path.insert(0, checkout)
    frappe.init(site=site)
    frappe.connect()
    rows = importlib.import_module(f"benchmarks.{name}").run(frappe)
    print(json.dumps(rows))
    frappe.destroy()


if __name__ == "__main__":
    main(*sys.argv[1:])
