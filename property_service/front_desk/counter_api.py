"""Endpoints of the counter: find, picture, today, record a contact with what follows, and everything done with a promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.front_desk import callback_promises, complaint_people, contacts, counter, knowledge
from property_service.front_desk import today as today_list
from property_service.front_desk.callback_promises import CONTACT, PROMISE, PromiseOrder
from property_service.front_desk.contacts import ContactOrder
from property_service.front_desk.promise_access import ACTS
from property_service.property_service import permitted_acts
from property_service.property_service.endpoint import FIRST_YEAR, LAST_YEAR, endpoint, raise_refused
from property_service.property_service.estate_hits import current_stays
from property_service.property_service.scope import allowed_communities, check_may, check_roles, may_see_community
from property_service.property_service.service_clock import to_site
from property_service.property_service.staff_notices import named_staff, staff_with_roles

KEY_LENGTH = 100
MOST_TEXT = 5000
MOST_OTHERS = 40
PROMISE_KEYS = frozenset({"about", "due_at", "responsible", "contact_name", "contact_phone", "client_key"})
CONTACT_KEYS = frozenset(field.name for field in fields(ContactOrder))
PLACES = (("Property Unit", "unit"), ("Building", "building"), ("Resident", "resident"))
ARTICLE = "Knowledge Article"


@endpoint(methods=("GET",))
def find(text: str) -> dict[str, Any]:
    """Whom or what the words of a caller may mean, the surest first: {hits, hint}; shape in `counter.find`."""
    return counter.find(text)


@endpoint(methods=("GET",))
def picture(resident: str = "", unit: str = "", phone: str = "") -> dict[str, Any]:
    """Everything about a caller in one answer; shape in `counter.picture`."""
    return counter.picture(resident, unit, phone)


@endpoint(methods=("GET",))
def today(community: str | None = None) -> dict[str, Any]:
    """What is to be done today, of one community or all of the user's; shape in `today.today`."""
    if community:
        _check_community(community)
    return today_list.today(community, frappe.session.user)


@endpoint(methods=("GET",))
def answers(text: str, community: str = "") -> list[dict[str, Any]]:
    """Articles that answer what a caller asks, the best first; shape in `knowledge.answers`."""
    check_may(ARTICLE, "read")
    if community:
        _check_community(community)
    return knowledge.answers(text, community)


@endpoint(methods=("GET",))
def promise_defaults(community: str) -> dict[str, Any]:
    """Until when a promise made now is due, and who can be asked to keep it: {due_at, people: [{value, label}]}."""
    check_may(PROMISE, "read")
    _check_community(community)
    return {"due_at": str(callback_promises.default_due(community)), "people": people(community)}


@endpoint(methods=("GET",))
def complained_of(community: str) -> dict[str, Any]:
    """Whom a complaint may be about; shape in `complaint_people.complained_of`."""
    check_may(CONTACT, "create")
    _check_community(community)
    return complaint_people.complained_of(community)


@endpoint()
def record(contact: dict, follow_up: dict | None = None, promise: dict | None = None) -> dict[str, Any]:
    """Keep a contact with what follows from it, in one save. Sent again with the same `client_key`, it brings the same contact.

    `contact` has the fields of `contacts.ContactOrder`, `follow_up` what the room of its kind asks for, `promise` {about, due_at, responsible}, all of them
    optional. Returns {name, status, community, resident, unit, reference_doctype, reference_name, callback_promise, due_at, told, is_kept}; `told` is
    what the desk should say to the caller at once (of a repair as `desk_intake.take_call` answers), or None. `is_kept`: it is a complaint about the
    session's user, who gets to know no more of it.
    """
    check_may(CONTACT, "create")
    order = _contact_order(contact)
    if promise is not None:
        check_may(PROMISE, "create")
    made = contacts.record_contact(
        order, frappe.session.user, follow_up, _promise_order(promise) if promise is not None else None
    )
    return _contact_answer(made)


@endpoint()
def follow_up(contact: str, order: dict) -> dict[str, Any]:
    """Make a job or complaint of a contact that is there already; returns as `record` does."""
    _contact(contact)
    return _contact_answer(contacts.pass_on(contact, order, frappe.session.user))


@endpoint()
def link_contact(contact: str, resident: str, others: list | None = None) -> dict[str, Any]:
    """Say who an unknown caller was; `others` are rows {doctype, name} of an earlier answer, linked with it. Returns {name, resident, others}."""
    _contact(contact)
    frappe.get_doc("Resident", resident).check_permission("read")
    chosen = others or []
    if len(chosen) > MOST_OTHERS or not all(isinstance(row, dict) for row in chosen):
        raise_refused(_("Choose at most {0} others.").format(MOST_OTHERS))
    pairs = [(str(row.get("doctype")), str(row.get("name"))) for row in chosen]
    found = contacts.link_to_resident(contact, resident, frappe.session.user, pairs)
    return {"name": contact, "resident": found["contact"].resident, "others": found["others"]}


@endpoint()
def promise_call(
    about: str = "",
    due_at: datetime | None = None,
    responsible: str = "",
    contact: str = "",
    reference_doctype: str = "",
    reference_name: str = "",
    resident: str = "",
    unit: str = "",
    contact_name: str = "",
    contact_phone: str = "",
    community: str = "",
    client_key: str = "",
) -> dict[str, Any]:
    """Promise a call back: for a contact, about a document the user may read, or to anybody of a unit or community.

    Returns as all acts on a promise do: {name, status, due_at, responsible, modified}.
    """
    check_may(PROMISE, "create")
    reference = None
    if reference_doctype or reference_name:
        reference = (reference_doctype, reference_name)
        community, resident, unit = _reference_facts(reference, community, resident, unit)
    _check_places({"resident": resident, "unit": unit})
    order = PromiseOrder(
        about=about,
        due_at=_site_time(due_at),
        responsible=responsible,
        contact_name=contact_name,
        contact_phone=contact_phone,
        resident=resident,
        unit=unit,
        community=community,
        reference=reference,
        client_key=_own_key(client_key),
    )
    if contact:
        _contact(contact)
        return _promise_answer(contacts.promise_call(contact, order, frappe.session.user))
    if not unit:
        _check_community(community)
    doc = callback_promises.promise(order, frappe.session.user)
    doc.check_permission("read")
    return _promise_answer(doc)


@endpoint()
def keep_promise(name: str, answer: str, channel: str = "Phone") -> dict[str, Any]:
    """Record that the session's user has called back, with the answer."""
    _may(name, "keep")
    return _promise_answer(callback_promises.keep(name, frappe.session.user, answer, channel))


@endpoint()
def try_promise(name: str, channel: str = "Phone", note: str = "") -> dict[str, Any]:
    """Record a try that reached nobody."""
    _may(name, "attempt")
    return _promise_answer(callback_promises.attempt(name, frappe.session.user, channel, note))


@endpoint()
def hand_over_promise(name: str, to: str) -> dict[str, Any]:
    """Give a promise to somebody else; its time stays."""
    _may(name, "hand_over")
    return _promise_answer(callback_promises.hand_over(name, to, frappe.session.user))


@endpoint()
def put_off_promise(name: str, due_at: datetime, because: str) -> dict[str, Any]:
    """Agree with the caller on another time."""
    _may(name, "put_off")
    return _promise_answer(callback_promises.put_off(name, _site_time(due_at), because, frappe.session.user))


@endpoint()
def cancel_promise(name: str, because: str) -> dict[str, Any]:
    """Call off a promise nobody needs any more."""
    _may(name, "cancel")
    return _promise_answer(callback_promises.cancel(name, because, frappe.session.user))


@endpoint(methods=("GET",))
def promise_facts(name: str) -> dict[str, Any]:
    """What the form of a promise shows beside its fields: {acts, people: whom it may be handed over to, now}."""
    doc = permitted_acts.readable(PROMISE, name)
    acts = permitted_acts.permitted(doc, ACTS)
    handed = people(doc.community) if "hand_over" in acts else []
    return {"acts": acts, "people": [row for row in handed if row["value"] != doc.responsible]}


@endpoint(methods=("GET",))
def contact_facts(name: str) -> dict[str, Any]:
    """What the form of a contact shows beside its fields: {acts: link, promise; others: what else came from this phone}."""
    doc = permitted_acts.readable(CONTACT, name)
    acts = []
    if doc.has_permission("write"):
        acts += ["link"] if not doc.resident and not doc.is_anonymous else []
        acts += ["promise"] if doc.status != contacts.PROMISED and not doc.is_anonymous else []
    return {"acts": acts, "others": contacts.others_of(doc.community, doc.phone_key) if "link" in acts else []}


def people(community: str) -> list[dict[str, str]]:
    """Who may be asked to call back, [{value: user, label: full name}] by name."""
    roles = callback_promises.RESPONSIBLE_ROLES - {"System Manager"}
    return named_staff(staff_with_roles(roles, community))


def _contact_order(values: Mapping[str, Any]) -> ContactOrder:
    unknown = sorted(set(values) - CONTACT_KEYS)
    if unknown:
        raise_refused(_("This call does not accept: {0}.").format(", ".join(map(_plain, unknown))))
    order = {key: _text(key, value) for key, value in values.items() if key != "is_anonymous" and value is not None}
    if not order.get("subject", "").strip():
        raise_refused(_("Please fill in: {0}.").format(_("What It Is About")))
    _check_places(order)
    order.setdefault("community", _community_of(order))
    _check_community(order["community"])
    if order.get("knowledge_article"):
        frappe.get_doc(ARTICLE, order["knowledge_article"]).check_permission("read")
    order["client_key"] = _own_key(order.get("client_key", ""))
    anonymous = values.get("is_anonymous")
    if anonymous not in (None, "", True, False, 0, 1, "0", "1"):
        raise_refused(_("{0} was not understood. Please check it and send it again.").format("is_anonymous"))
    return ContactOrder(**order, is_anonymous=anonymous in (True, 1, "1"))


def _promise_order(values: Mapping[str, Any]) -> PromiseOrder:
    unknown = sorted(set(values) - PROMISE_KEYS)
    if unknown:
        raise_refused(_("This call does not accept: {0}.").format(", ".join(map(_plain, unknown))))
    order: dict[str, Any] = {key: _text(key, value) for key, value in values.items() if value is not None}
    order["due_at"] = _site_time(_moment(order.get("due_at", "")))
    order["client_key"] = _own_key(order.get("client_key", ""))
    return PromiseOrder(**{"about": "", **order})


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        moment = None
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise_refused(_("{0} was not understood. Please check it and send it again.").format("due_at"))
    return moment


def _site_time(moment: datetime | None) -> datetime | None:
    return to_site(moment) if moment and moment.tzinfo else moment


def _check_places(values: Mapping[str, Any]) -> None:
    for doctype, field in PLACES:
        if values.get(field):
            frappe.get_doc(doctype, values[field]).check_permission("read")


def _community_of(values: Mapping[str, Any]) -> str:
    """Where a caller belongs to who did not say it: his place, the units he lives in, or the only community of the user."""
    for doctype, field in PLACES[:2]:
        if values.get(field):
            return frappe.get_cached_value(doctype, values[field], "community")
    resident = values.get("resident")
    stays = current_stays(residents=[resident]).get(resident, []) if resident else []
    allowed = allowed_communities() or ()
    return stays[0].community if stays else allowed[0] if len(allowed) == 1 else ""


def _reference_facts(reference: tuple[str, str], community: str, resident: str, unit: str) -> tuple[str, str, str]:
    """Place and person of the document a promise is about; PermissionError for those who may not read it."""
    if not frappe.db.exists("DocType", {"name": reference[0], "istable": 0, "issingle": 0}):
        raise_refused(_("Please choose what the promise is about."))
    doc = frappe.get_doc(*reference)
    doc.check_permission("read")
    return (
        doc.get("community") or community,
        resident or doc.get("resident") or "",
        unit or doc.get("unit") or "",
    )


def _contact(name: str) -> Document:
    doc = contacts.locked(name)
    doc.check_permission("write")
    return doc


def _may(name: str, act: str) -> None:
    doc = callback_promises.locked(name)
    doc.check_permission("read")
    permitted_acts.require(doc, ACTS[act])


def _check_community(community: str) -> None:
    check_roles((*counter.ROLES, "Property Technician"))
    if not community:
        raise_refused(_("Say where the caller belongs to: a unit or the community."))
    if not frappe.db.exists("Community", community) or not may_see_community(community):
        frappe.throw(_("You do not work for this community. Choose another one."), frappe.PermissionError)


def _own_key(key: str) -> str:
    """One's own device, one's own key: another's document is not told."""
    if len(key) > KEY_LENGTH:
        raise_refused(_("{0} was not understood. Please check it and send it again.").format("client_key"))
    return f"{frappe.session.user}|{key}"[:140] if key else ""


def _text(key: str, value: Any) -> str:
    if not isinstance(value, (str, int, float)) or len(str(value)) > MOST_TEXT:
        raise_refused(_("{0} was not understood. Please check it and send it again.").format(_plain(key)))
    return str(value)


def _plain(text: Any) -> str:
    return frappe.utils.escape_html(str(text))[:60]


def _contact_answer(doc: Document) -> dict[str, Any]:
    if not doc.has_permission("read"):
        return {"name": doc.name, "status": doc.status, "is_kept": True}
    promised = doc.callback_promise and frappe.db.get_value(PROMISE, doc.callback_promise, "due_at")
    return {
        **{key: doc.get(key) for key in ("name", "status", "community", "resident", "unit")},
        **{key: doc.get(key) for key in ("reference_doctype", "reference_name", "callback_promise")},
        "due_at": str(promised or ""),
        "told": doc.flags.told,
        "is_kept": False,
    }


def _promise_answer(doc: Document) -> dict[str, Any]:
    shown = {key: doc.get(key) for key in ("name", "status", "responsible", "attempt_count")}
    return {**shown, "due_at": str(doc.due_at), "modified": str(doc.modified)}
