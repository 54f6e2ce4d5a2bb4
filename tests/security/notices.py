"""Answers, equipment, notices and greetings for the attacks: who may do what with them, one of each "here", arguments of their endpoints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe.utils import now_datetime, today

from property_service.tests import factories as make
from tests.portal.world import World

STAFF = {"technician": "r", "cashier": "r", "guard": "r", "patroller": "r"}
EXPECTED: dict[str, dict[str, str]] = {
    "Building Equipment": {"desk": "rwc", "technician": "r", "leader": "rwc", "guard": "r", "patroller": "r", "manager": "rwc"},
    "Community Notice": {"desk": "rwc", "manager": "rwc"},
    "Greeting Occasion": {"desk": "r", "far_desk": "r", "manager": "rwc", "far_manager": "rwc"},
    # Of one community here; those of all communities are everybody's.
    "Knowledge Article": {**STAFF, "desk": "rwc", "leader": "rwc", "manager": "rwc"},
    "Knowledge Gap": {"desk": "rw", "far_desk": "rw", "manager": "rw", "far_manager": "rw"},
    "Notice Receipt": {"desk": "r", "manager": "r"},
    "Resident Greeting": {"desk": "r", "manager": "r"},
    "Useful Contact": {**STAFF, "desk": "rwc", "leader": "r", "manager": "rwc"},
}  # fmt: skip
NOTICE, ARTICLE, GAP = {"name": "{notice}"}, {"name": "{article}"}, {"gap": "{gap}"}
# Endpoint (path without the app's name) → arguments of a real call; words in braces are filled in from `make_words`.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "community_life.notice_api.notice_facts": NOTICE,
    "community_life.notice_api.publish_notice": NOTICE,
    "community_life.notice_api.back_to_draft": NOTICE,
    "community_life.notice_api.end_notice": NOTICE,
    "community_life.notice_api.withdraw_notice": {**NOTICE, "because": "Walk"},
    "community_life.notice_api.notice_of_incident": {"incident": "{incident}"},
    "front_desk.knowledge_api.use_article": ARTICLE,
    "front_desk.knowledge_api.judge_article": {**ARTICLE, "helpful": 1},
    "front_desk.knowledge_api.note_gap": {"words": "Walk in the park", "community": "{community}"},
    "front_desk.knowledge_api.write_article": {**GAP, "title": "Walk", "answer": "Walk"},
    "front_desk.knowledge_api.add_words": {**GAP, "article": "{article}"},
    "front_desk.knowledge_api.leave_out": GAP,
    "front_desk.knowledge_api.equipment_at": {"unit": "{room}"},
    "repairs.desk_api.equipment": {"category": "{category}", "unit": "{room}"},
}
# Residents' own; the notice is a draft and the article for staff, so nobody may.
PORTAL: dict[str, dict[str, Any]] = {
    "portal.notice_api.confirm_notice": NOTICE,
    "portal.notice_api.judge_answer": {**ARTICLE, "helpful": 1},
}
ONE_LIST = ((409,), "one list of gaps for all communities, and this one is dealt with")
# Endpoint → (other answers staff of elsewhere may get, why).
OTHER_ANSWERS: dict[str, tuple[tuple[int, ...], str]] = {
    "front_desk.knowledge_api.write_article": ONE_LIST,
    "front_desk.knowledge_api.leave_out": ONE_LIST,
}


def documents(here: Any, unit: Any, owner: Any, stored: Callable[..., str]) -> dict[str, str]:
    """DocType → name of a document of the community."""
    occasion = stored("Greeting Occasion", occasion_name=make.unique("Occasion "), kind="Birthday", text_zh="{name}")
    notice = stored(
        "Community Notice",
        community=here.name,
        title="Water is off",
        kind="Outage",
        status="Draft",
        scope="Community",
        publish_from=now_datetime(),
        body="<p>Tomorrow</p>",
    )
    return {
        "Building Equipment": stored(
            "Building Equipment",
            community=here.name,
            building=unit.building,
            equipment_name="Valve",
            kind="Water Shut-off Valve",
            location="Cellar",
        ),
        "Community Notice": notice,
        "Greeting Occasion": occasion,
        "Knowledge Article": article_of(here.name, stored),
        "Knowledge Gap": gap_of(stored),
        "Notice Receipt": stored(
            "Notice Receipt",
            community=here.name,
            notice=notice,
            resident=owner.name,
            receipt_key=make.unique("receipt "),
        ),
        "Resident Greeting": stored(
            "Resident Greeting",
            community=here.name,
            occasion=occasion,
            resident=owner.name,
            on_date=today(),
            greeting_key=make.unique("greeting "),
        ),
        "Useful Contact": stored(
            "Useful Contact", contact_name="Clinic", phone="12320", group_name="Health", only_community=here.name
        ),
    }


def article_of(community: str, stored: Callable[..., str]) -> str:
    """An article of one community, for staff alone."""
    return stored(
        "Knowledge Article",
        title=make.unique("Question "),
        topic="Other",
        answer="<p>Answer</p>",
        only_community=community,
        enabled=1,
    )


def gap_of(stored: Callable[..., str]) -> str:
    """A gap that has been dealt with, so that walks over it change nothing."""
    return stored("Knowledge Gap", words="Kite", words_key=make.unique("kite "), status="Left Out", asked_count=1)


def make_words(world: World, stored: Callable[..., str]) -> dict[str, str]:
    """Make what the arguments name, in the community "here"; returns word → name. `remove` takes it away."""
    here = world.homes["here"]
    notice = frappe.get_doc(
        {
            "doctype": "Community Notice",
            "community": here,
            "title": "Water is off",
            "publish_from": now_datetime(),
            "body": "<p>Tomorrow</p>",
        }
    ).insert()
    return {"notice": notice.name, "article": article_of(here, stored), "gap": gap_of(stored)}


def remove(communities: list[str]) -> None:
    """Take away what belongs to no community."""
    frappe.db.delete("Knowledge Article", {"only_community": ["in", communities]})
    frappe.db.delete("Useful Contact", {"only_community": ["in", communities]})
    frappe.db.delete("Knowledge Gap", {"words": "Kite"})
    frappe.db.delete("Greeting Occasion", {"name": ["like", "Occasion %"]})
