"""Things done at the same moment: threads with a database connection each. They see committed rows only."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

import frappe

from property_service.tests import factories


def at_once(site: str, acts: Iterable[Callable[[], Any]]) -> list[Any]:
    """Run every act in a thread of its own, all let off together; each commits. Returns results or exceptions in order."""
    waiting = list(acts)
    results: list[Any] = [None] * len(waiting)
    gate = threading.Barrier(len(waiting))

    def run(number: int, act: Callable[[], Any]) -> None:
        frappe.init(site, sites_path=".")
        frappe.connect()
        try:
            gate.wait(60)
            results[number] = act()
            frappe.db.commit()
        except Exception as error:
            frappe.db.rollback()
            results[number] = error
        finally:
            frappe.destroy()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(waiting)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


def remove(documents: Iterable[tuple[str, str]]) -> None:
    """Delete committed throwaway documents, the last made first, together with what the caller has deleted just now."""
    frappe.db.commit()
    documents = list(documents)
    factories.remove_users([name for doctype, name in documents if doctype == "User"])
    for doctype, name in reversed([document for document in documents if document[0] != "User"]):
        frappe.delete_doc(
            doctype, name, force=True, ignore_permissions=True, ignore_missing=True, delete_permanently=True
        )
    frappe.db.commit()
