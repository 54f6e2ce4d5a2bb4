"""Work teams: what a team must be like, who sees it and changes it, and who is on duty."""

from __future__ import annotations

from collections import Counter
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_fullname, now

from property_service.property_service.errors import InputRefused
from property_service.property_service.locks import run_locked
from property_service.property_service.scope import allowed_communities

LEADING = frozenset({"Property Team Leader", "Property Manager"})
MANAGING = frozenset({"Property Manager", "System Manager"})
READING = ("read", "select", "print", "email", "report", "export")


# What a team must be like


def check_members(doc: Document) -> None:
    """Every member once, with at least one job at a time, and a member of staff when he joins."""
    users = [row.user for row in doc.members]
    twice = [user for user, times in Counter(users).items() if times > 1]
    if twice:
        frappe.throw(
            _("{0} is listed twice among the members. Keep one of the rows.").format(
                frappe.bold(get_fullname(twice[0]))
            ),
            InputRefused,
        )
    for row in doc.members:
        if cint(row.max_open_jobs) < 1:
            frappe.throw(
                _("The open job limit of {0} must be at least 1. To give no jobs, clear On Duty.").format(
                    frappe.bold(get_fullname(row.user))
                ),
                InputRefused,
            )
    before = doc.get_doc_before_save()
    joined = sorted(set(users) - {row.user for row in before.members} if before else set(users))
    staff = set(_staff(joined))
    for user in joined:
        if user not in staff:
            frappe.throw(
                _("{0} cannot sign in as staff. Choose somebody with a staff role.").format(frappe.bold(user)),
                InputRefused,
            )


def check_leader(doc: Document) -> None:
    """The leader is a member of staff who holds the role Property Team Leader or Property Manager."""
    if not doc.leader or not doc.has_value_changed("leader"):
        return
    if not (_staff([doc.leader]) and LEADING & set(frappe.get_roles(doc.leader))):
        frappe.throw(
            _(
                "{0} cannot lead a team without the role {1} or {2}. Give the role first, or choose somebody else."
            ).format(frappe.bold(get_fullname(doc.leader)), _("Property Team Leader"), _("Property Manager")),
            InputRefused,
        )


def check_places(doc: Document) -> None:
    """Every place once, and every building in the community of its row."""
    buildings = {row.building for row in doc.places if row.building}
    theirs = dict(
        frappe.get_all(
            "Building", {"name": ("in", sorted(buildings))}, ["name", "community"], as_list=True, order_by="name asc"
        )
        if buildings
        else ()
    )
    seen = set()
    for row in doc.places:
        if row.building and theirs.get(row.building) != row.community:
            frappe.throw(
                _("Row {0} of the places: {1} belongs to {2}, not to {3}. Change one of the two.").format(
                    row.idx, frappe.bold(row.building), theirs.get(row.building), row.community
                ),
                InputRefused,
            )
        if (row.community, row.building or None) in seen:
            frappe.throw(
                _("{0} is listed twice among the places. Keep one of the rows.").format(
                    frappe.bold(row.building or row.community)
                ),
                InputRefused,
            )
        seen.add((row.community, row.building or None))


def check_categories(doc: Document) -> None:
    """Every category once."""
    twice = [category for category, times in Counter(row.category for row in doc.categories).items() if times > 1]
    if twice:
        frappe.throw(
            _("{0} is listed twice among the categories. Keep one of the rows.").format(frappe.bold(_(twice[0]))),
            InputRefused,
        )


def check_stand_in(doc: Document) -> None:
    """Following the teams out of hours never leads back to this team."""
    if not doc.out_of_hours_team or not doc.has_value_changed("out_of_hours_team"):
        return
    following = dict(
        frappe.get_all(
            "Work Team",
            {"out_of_hours_team": ("is", "set")},
            ["name", "out_of_hours_team"],
            as_list=True,
            order_by="name asc",
        )
    )
    line, team = [doc.name], doc.out_of_hours_team
    while team and team not in line:
        line.append(team)
        team = following.get(team)
    if team == doc.name:
        frappe.throw(
            _("The out-of-hours teams form a circle: {0}. Choose another out-of-hours team.").format(
                " → ".join([*line, doc.name])
            ),
            InputRefused,
        )


def keep_pointer(doc: Document) -> None:
    """Keep whose turn it is as it stands in the database: a form opened earlier holds an older one."""
    table = frappe.qb.DocType("Work Team")
    stored = run_locked(frappe.qb.from_(table).select(table.round_robin_pointer).where(table.name == doc.name))
    doc.round_robin_pointer = stored[0][0] if stored else None


# Who sees and changes it


def work_team_query(user: str | None = None, doctype: str | None = None) -> str:
    """Staff limited to communities list the teams that serve one of them (hook `permission_query_conditions`)."""
    allowed = allowed_communities(user)
    if allowed is None:
        return ""
    if not allowed:
        return "(1=0)"
    places = ", ".join(map(frappe.db.escape, allowed))
    # The platform wants a string here; every value in it is escaped.
    serving = f"select place.parent from `tabWork Team Place` place where place.community in ({places})"  # noqa: S608
    return f"(`tabWork Team`.name in ({serving} and place.parenttype = 'Work Team'))"


def has_permission(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
    """The same rule for one team. Changing it takes more: every place it serves, stored and new, is one of theirs.

    Team leaders change the teams they lead; managers all teams they see.
    """
    user = user or frappe.session.user
    stored = None if doc.is_new() else frappe.db.get_value("Work Team", doc.name, "leader", as_dict=True)
    allowed = allowed_communities(user)
    if allowed is not None:
        before = _communities(doc.name) if stored else _named(doc)
        if ptype in READING:
            return bool(before & set(allowed))
        if not all(served and served <= set(allowed) for served in (before, _named(doc))):
            return False
    if ptype in READING or ptype == "create" or user == "Administrator" or MANAGING & set(frappe.get_roles(user)):
        return True
    return bool(stored) and stored.leader == user


def check_own_places(doc: Document) -> None:
    """Say in a sentence which place is none of this user's, before the permission is refused without one.

    Whoever may not even read the team is not told whom it serves.
    """
    allowed = allowed_communities()
    foreign = sorted(_named(doc) - set(allowed)) if allowed is not None else []
    if foreign and (doc.is_new() or _communities(doc.name) & set(allowed)):
        frappe.throw(
            _(
                "You do not work for {0}, so you cannot change who serves it. Ask a manager of all its communities."
            ).format(frappe.bold(", ".join(foreign))),
            frappe.PermissionError,
        )


def teams_of(user: str) -> tuple[str, ...]:
    """Active teams this user is a member of."""
    return tuple(row["team"] for row in duty_of(user))


# Who is on duty


def duty_of(user: str) -> list[dict[str, Any]]:
    """{team, on_duty, max_open_jobs} of the active teams this user is a member of."""
    team, member = frappe.qb.DocType("Work Team"), frappe.qb.DocType("Work Team Member")
    rows = (
        frappe.qb.from_(member)
        .join(team)
        .on(team.name == member.parent)
        .select(team.name.as_("team"), member.on_duty, member.max_open_jobs)
        .where(member.parenttype == "Work Team")
        .where(member.user == user)
        .where(team.is_active == 1)
        .orderby(team.name)
        .run(as_dict=True)
    )
    return [{**row, "on_duty": bool(row.on_duty)} for row in rows]


def set_duty(user: str, on: bool, team: str | None = None) -> tuple[str, ...]:
    """Put a member on or off duty in one team, or in all of his. Returns the teams in which that changed something.

    The caller has checked that this may be done. Raises InputRefused where the user is no member.
    """
    member = frappe.qb.DocType("Work Team Member")
    query = (
        frappe.qb.from_(member)
        .select(member.parent, member.on_duty)
        .where(member.parenttype == "Work Team")
        .where(member.user == user)
        .orderby(member.parent)
    )
    rows = (query.where(member.parent == team) if team else query).run()
    if not rows:
        frappe.throw(
            _("{0} is not a member of {1}. Add them to the team first.").format(
                frappe.bold(get_fullname(user)), team or _("any team")
            ),
            InputRefused,
        )
    changed = tuple(parent for parent, on_duty in rows if bool(on_duty) != on)
    if changed:
        moment = now()
        table = frappe.qb.DocType("Work Team")
        # The team's own time moves too: a form opened before would put the duty back, and is told to reload.
        frappe.qb.update(table).set(table.modified, moment).where(table.name.isin(changed)).run()
        frappe.qb.update(member).set(member.on_duty, int(on)).set(member.modified, moment).where(
            member.user == user
        ).where(member.parenttype == "Work Team").where(member.parent.isin(changed)).run()
    for parent in changed:
        _log_duty(parent, user, on)
    return changed


def _log_duty(team: str, user: str, on: bool) -> None:
    frappe.clear_document_cache("Work Team", team)
    text = _("{0} is on duty.") if on else _("{0} is off duty.")
    # Who went on or off duty is written down, also where the member may not write the team.
    frappe.get_doc(
        {
            "doctype": "Comment",
            "comment_type": "Info",
            "reference_doctype": "Work Team",
            "reference_name": team,
            "content": text.format(frappe.utils.escape_html(get_fullname(user))),
        }
    ).insert(ignore_permissions=True)


def _staff(users: list[str]) -> list[str]:
    """Those of the users who can sign in to the desk."""
    if not users:
        return []
    return frappe.get_all(
        "User",
        {"name": ("in", users), "enabled": 1, "user_type": "System User"},
        pluck="name",
        order_by="name asc",
    )


def _communities(team: str) -> set[str]:
    place = frappe.qb.DocType("Work Team Place")
    return set(
        frappe.qb.from_(place)
        .select(place.community)
        .distinct()
        .where(place.parenttype == "Work Team")
        .where(place.parent == team)
        .run(pluck=True)
    )


def _named(doc: Document) -> set[str]:
    return {row.community for row in doc.get("places") or () if row.community}
