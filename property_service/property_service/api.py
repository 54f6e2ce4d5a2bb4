"""What the desk may ask about estate and people, and do with them."""

from __future__ import annotations

import csv
import io

import frappe
from frappe import _

from property_service.property_service import (
    estate_hits,
    estate_tree,
    hardening,
    identity,
    property_imports,
    resident_merge,
)
from property_service.property_service.endpoint import endpoint
from property_service.property_service.errors import rules_speak
from property_service.property_service.scope import check_may


@endpoint()
def merge_residents(keep: str, duplicate: str) -> dict:
    """Join two records of one person; returns {"kept": name, "moved": {DocType: rows}}."""
    moved = resident_merge.merge(keep, duplicate)
    return {"kept": keep, "moved": moved}


@endpoint(methods=("GET",))
def duplicates(resident: str) -> list[dict]:
    """Records that may be the same person: [{name, resident_name, reason}]."""
    doc = frappe.get_doc("Resident", resident)
    doc.check_permission("read")
    return resident_merge.duplicates_of(doc)


@endpoint(methods=("GET",))
def find(text: str, limit: int = 20) -> list[dict]:
    """Rooms, people and cars by name, pinyin, phone, last four digits, address or plate."""
    return estate_hits.find(text, limit)


@endpoint()
def reveal(resident: str, what: str) -> dict:
    """The identity number or the phones of a resident in full; who saw it when is logged."""
    return identity.reveal(frappe.get_doc("Resident", resident), what)


@endpoint(methods=("GET",))
def import_template(kind: str, language: str = "en") -> None:
    """Download the table to fill in, as CSV with a byte order mark so that Excel reads Chinese."""
    check_may("Property Import", "create")
    stream = io.StringIO()
    csv.writer(stream).writerows(property_imports.importer(kind).template(language))
    frappe.response.type = "binary"
    frappe.response.filename = f"{frappe.scrub(kind)}_{'zh' if language.startswith('zh') else 'en'}.csv"
    frappe.response.filecontent = stream.getvalue().encode("utf-8-sig")
    frappe.response.content_type = "text/csv; charset=utf-8"


@endpoint(methods=("GET",))
def import_preview(name: str) -> dict:
    """What a run of this Property Import would do: counts, what it makes, the first refused rows."""
    document = frappe.get_doc("Property Import", name)
    document.check_permission("read")
    with rules_speak():
        return property_imports.importer(document.kind).preview(document)


@endpoint()
def import_run(name: str) -> dict:
    """Run a Property Import, a long one in the queue; returns {status, message}."""
    document = frappe.get_doc("Property Import", name)
    document.check_permission("write")
    property_imports.check_idle(document)
    with rules_speak():
        property_imports.importer(document.kind).start(document)
    document.reload()
    queued = document.status in property_imports.BUSY
    return {
        "status": document.status,
        "message": _("The rows are processed in the background. This page shows the progress.")
        if queued
        else _("Done: {0} taken, {1} known already, {2} refused.").format(
            document.rows_taken, document.rows_known, document.rows_refused
        ),
    }


@endpoint(methods=("GET",))
def estate_communities() -> list[dict]:
    """First level of the estate's tree."""
    return estate_tree.communities()


@endpoint(methods=("GET",))
def estate_buildings(community: str) -> list[dict]:
    """Second level: the buildings of a community."""
    return estate_tree.buildings(community)


@endpoint(methods=("GET",))
def estate_units(building: str) -> dict:
    """Third level: the rooms of a building by entrance and floor."""
    return estate_tree.units(building)


@endpoint(methods=("GET",))
def estate_people(unit: str) -> dict:
    """Who lives in a room."""
    return estate_tree.people(unit)


@endpoint(methods=("GET",))
def hardening_hints() -> list[dict]:
    """What a system manager should set before residents sign in: [{setting, sentence, route}]."""
    return hardening.hints()
