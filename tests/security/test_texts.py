"""Every text a resident can write is shown as he wrote it: in the portal, in messages and in what the staff is told.

The list is read from the portal's endpoints: a new argument that takes text fails until it is named here. Papers, reports and
exports are judged in `test_texts_on_paper.py`.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import frappe
import pytest

from property_service.community_life import attendance, events, registrations
from property_service.property_service.service_clock import site_now
from property_service.tests import decoration as deco
from property_service.tests import factories as make
from tests import figures
from tests.portal.test_acts import finished, quoted
from tests.portal.world import World, make_world, remove_world
from tests.security import complaints, decorations
from tests.security import events as event_attacks
from tests.security.test_endpoints import OWN_AFFAIRS, PORTAL, load_endpoints
from tests.security.texts import PLATFORM, hostile, poison, run_by, sly, where_it_lies
from tests.web_queries import ask

MARK = "zq" + frappe.generate_hash(length=5)
CODE = ("<script>window.__hit=1</script>", "<img src=x onerror=window.__hit=1>", "<a href='javascript:x'>y</a>")
PAGES = Path(__file__).parents[2] / "property_service" / "www" / "resident"
# Endpoint → its arguments that take what a resident writes.
TEXTS: dict[str, tuple[str, ...]] = {
    "portal.api.report_fault": ("description", "public_place"),
    "portal.api.cancel": ("reason",),
    "portal.api.rate": ("text",),
    "portal.api.send_back": ("reason",),
    "portal.api.answer_quote": ("note",),
    "portal.complaint_api.complain": ("details", "place"),
    "portal.complaint_api.withdraw": ("reason",),
    "portal.decoration_api.apply": ("works", "site_manager", "contractor_name", "licence_no", "notes"),
    "portal.decoration_api.ask_extension": ("reason",),
    "portal.decoration_api.withdraw": ("reason",),
    "portal.event_api.sign_up": ("note",),
    "portal.event_api.feedback": ("text",),
    "portal.notice_api.judge_answer": ("remark",),
}
# Arguments that are compared with what there is, or read as something else, and never kept as they were written.
NO_TEXT = {
    **dict.fromkeys(("name", "unit", "event", "category", "resident", "bills"), "names a document"),
    **dict.fromkeys(("kind", "language", "document_name"), "one of the words offered"),
    **dict.fromkeys(("client_key", "key", "token", "code"), "a key of one click or one sign-in, kept as a hash or not at all"),
    **dict.fromkeys(("password", "current"), "kept as a hash"),
    **dict.fromkeys(("phone", "site_manager_phone"), "a phone number, kept by its digits"),
    "amount": "an amount of money",
    "answers": "Yes or No to the questions of the community",
}  # fmt: skip


def test_every_argument_that_takes_text_has_an_expectation(site: str) -> None:
    unknown = []
    for path, call in load_endpoints().items():
        if path not in PORTAL and not OWN_AFFAIRS.match(path):
            continue
        hints = typing.get_type_hints(call.endpoint)
        for name in inspect.signature(call.endpoint).parameters:
            kinds = set(typing.get_args(hints[name])) | {hints[name]}
            if kinds & {str, dict, list, Any} and name not in TEXTS.get(path, ()) and name not in NO_TEXT:
                unknown.append(f"{path} {name}")
    assert not unknown
    assert set(TEXTS) <= set(PORTAL)


@pytest.fixture(scope="module")
def world(server: str) -> Iterator[World]:
    made = make_world(server)
    before = frappe.db.get_single_value("Property Service Settings", "complaints_per_day")
    try:
        yield made
    finally:
        frappe.db.rollback()
        homes = list(made.homes.values())
        permits = frappe.get_all("Decoration Permit", {"community": ["in", homes]}, pluck="contractor")
        frappe.db.delete("Resident", {"name": ["in", [*filter(None, permits), ""]]})
        frappe.db.delete("Knowledge Article", {"only_community": ["in", homes]})
        frappe.db.delete("Notification Log", {"for_user": ["in", list(made.people.values())]})
        frappe.db.set_single_value("Property Service Settings", "complaints_per_day", before)
        decorations.remove(homes)
        complaints.remove(homes)
        event_attacks.remove(homes)
        made.calendars += [f"Decoration {kind} {made.homes['here']}" for kind in ("Work", "Quiet")]
        remove_world(made)


def stories(world: World) -> dict[str, dict[str, Any]]:
    """Make what each endpoint of TEXTS acts on; returns its arguments besides the texts."""
    here, room = world.homes["here"], frappe.get_doc("Property Unit", world.rooms["room"])
    owner = frappe.get_doc("Resident", world.residents["owner"])
    shop = frappe.get_doc("Property Unit", world.rooms["shop"])
    working = deco.make_working(shop, applicant=owner)
    article = make.insert(
        "Knowledge Article", title="Carp", topic="Other", answer="<p>Pond</p>", is_public=1, only_community=here
    )
    start = site_now() + timedelta(hours=1)
    titles = {"open": "Fair", "over": "Kite Day"}
    fairs = {
        which: events.publish(
            make.insert(
                "Community Event",
                title=title,
                community=here,
                place="Lawn",
                starts_at=start,
                ends_at=start + timedelta(hours=2),
                capacity=9,
                most_persons=2,
            ).name
        ).name
        for which, title in titles.items()
    }
    came = registrations.sign_up(fairs["over"], owner.name, "", 1, "Administrator")
    attendance.check_in(came.name, "Administrator")
    past = {"starts_at": site_now() - timedelta(hours=3), "ends_at": site_now() - timedelta(hours=1)}
    frappe.get_doc("Community Event", fairs["over"]).db_set(past)
    events.close_all()
    complaint = complaints.make_words(world)["complaint"]
    category = frappe.get_doc("Repair Category", world.categories["water"])
    day = str(site_now().date())
    new = make.make_repair(room, owner, category).name
    return {
        "portal.api.report_fault": {"category": category.name, "unit": room.name},
        "portal.api.cancel": {"name": new},
        "portal.api.rate": {"name": finished(world), "stars": 1},
        "portal.api.send_back": {"name": finished(world)},
        "portal.api.answer_quote": {"name": quoted(world), "agreed": 0, "amount": 60},
        "portal.complaint_api.complain": {"unit": room.name},
        "portal.complaint_api.withdraw": {"name": complaint},
        "portal.decoration_api.apply": {
            "unit": room.name,
            "from_date": day,
            "to_date": str(site_now().date() + timedelta(days=20)),
            "site_manager_phone": "13900001111",
            "send": 0,
        },
        "portal.decoration_api.ask_extension": {
            "name": working.name,
            "until": str(frappe.utils.getdate(working.to_date) + timedelta(days=5)),
        },
        "portal.decoration_api.withdraw": {},
        "portal.event_api.sign_up": {"event": fairs["open"], "persons": 1, "unit": room.name},
        "portal.event_api.feedback": {"name": came.name, "stars": 4},
        "portal.notice_api.judge_answer": {"name": article.name, "helpful": 0},
    }


@pytest.fixture(scope="module")
def told(site: str, world: World) -> frappe._dict:
    """The owner has said everything there is to say, slyly, and what it sets off has run.

    {marks: "path argument" → mark, names: path → document, cells: as `where_it_lies`}.
    """
    person = world.person("owner")
    person.get("/resident/account")
    found = stories(world)
    terms = frappe.get_cached_doc("Decoration Terms", world.homes["here"])
    frappe.db.commit()
    marks, names = {}, {}
    for path, texts in TEXTS.items():
        sent: dict[str, Any] = dict(found[path])
        if path.endswith("decoration_api.withdraw"):
            sent["name"] = names["portal.decoration_api.apply"]
        for text in texts:
            marks[f"{path} {text}"] = mark = f"{MARK}x{len(marks):02d}"
            sent[text] = sly(mark)
        if "notes" in sent:
            sent["notes"] = frappe.as_json({terms.questions[0].question: sent["notes"]})
        if "licence_no" in sent:
            sent["licence_no"] = sent["licence_no"][:60]
        if path.endswith("decoration_api.apply"):
            sent["answers"] = frappe.as_json({row.question: "No" for row in terms.questions})
        for place, text in enumerate(texts):
            code = CODE[place % len(CODE)]
            code = frappe.as_json({terms.questions[0].question: code}) if text == "notes" else code
            answer = person.call(f"property_service.{path}", **{**sent, text: code})
            figures.count("attacks tried")
            # Program code is not even taken, in each argument, while everything else is right.
            assert answer.status_code == 400 and "program code" in answer.text, (path, text, answer.text[:400])
        answer = ask(
            site, person.http.cookies["sid"], f"/api/method/property_service.{path}", csrf_token=person.token, **sent
        )
        assert answer.status == 200, (path, answer.answer)
        message = answer.answer.get("message") or {}
        names[path] = message.get("name") or sent.get("name") or sent.get("event")
    frappe.db.rollback()
    return frappe._dict(marks=marks, names=names, cells=where_it_lies(MARK))


def test_each_text_is_kept_and_what_is_told_of_it_is_escaped(told: frappe._dict) -> None:
    kept = " ".join(map(str, told.cells.values()))
    assert [argument for argument, mark in told.marks.items() if mark not in kept] == []
    wrong = []
    for (doctype, field, name), text in told.cells.items():
        # These the platform shows as markup; all others are plain texts, whatever stands in them.
        if doctype in PLATFORM:
            wrong += [f"{doctype} {field} {name}: {part} in {text[:200]}" for part in run_by(text)]
        if "49861" in text:
            wrong.append(f"{doctype} {field} was reckoned")
    assert not wrong
    assert any(doctype == "Notification Log" for doctype, _field, _name in told.cells), "the staff is told of something"


def page_paths(world: World, told: frappe._dict) -> list[str]:
    """Every page of the portal, and those of one document with each document that was spoken of."""
    paths = [path.stem.removesuffix("index") for path in sorted(PAGES.glob("*.html"))]
    words = quote(hostile(MARK))
    of = told.names
    paths += [f"repair?name={of[path]}" for path in TEXTS if path.startswith("portal.api.")]
    paths += [f"complaint?name={of[path]}" for path in TEXTS if path.startswith("portal.complaint_api.")]
    paths += [f"permit?name={of[path]}" for path in TEXTS if path.startswith("portal.decoration_api.")]
    paths += [f"event?name={of['portal.event_api.sign_up']}", f"answers?name={of['portal.notice_api.judge_answer']}"]
    paths += [f"{page}?{key}={words}" for page, key in (
        ("answers", "q"), ("repair", "name"), ("repairs", "unit"), ("permit", "name"), ("complaint", "name"), ("event", "name"),
        ("notice", "name"), ("sign-in", "next"), ("join", "t"), ("bill", "name"), ("receipt", "name"), ("payment", "name"),
        ("", "unit"), ("report", "unit"), ("decorate", "unit"), ("complain", "unit"), ("account", "done"), ("statement", "year"),
        ("sign-in", "phone"),
    )]  # fmt: skip
    return paths


def make_worse(world: World, told: frappe._dict) -> None:
    """Texts and the name become what they may have been before there were rules."""
    poison({cell: text for cell, text in told.cells.items() if cell[0] not in PLATFORM})
    frappe.db.set_value("Resident", world.residents["owner"], "resident_name", hostile(MARK))
    frappe.db.commit()
    frappe.clear_cache()


def make_good(world: World, told: frappe._dict) -> None:
    """Texts are again as they were sent, and names as they are let in."""
    for (doctype, field, name), text in told.cells.items():
        if doctype not in PLATFORM:
            frappe.db.set_value(doctype, name, field, text, update_modified=False)
    frappe.db.set_value("Resident", world.residents["owner"], "resident_name", "Lin Owner")
    frappe.db.set_value("User", world.people["owner"], "full_name", "Lin Owner")
    frappe.db.commit()
    frappe.clear_cache()


def test_the_portal_shows_texts_as_texts(world: World, told: frappe._dict) -> None:
    """As they may have come in before there were rules; on two pages also as they were sent."""
    wrong, seen = [], ""
    person = world.person("owner")
    paths = page_paths(world, told)
    for worse in (False, True):
        if worse:
            make_worse(world, told)
            frappe.db.set_value("User", world.people["owner"], "full_name", hostile(MARK))
            frappe.db.commit()
            frappe.clear_cache(user=world.people["owner"])
        for path in paths if worse else paths[-2:]:
            answer = person.get(f"/resident/{path}".rstrip("/"))
            seen += answer.text
            if answer.status_code >= 500:
                wrong.append(f"{path}: {answer.status_code}")
            wrong += [f"{path}: {part}" for part in run_by(answer.text)]
            title = answer.text.partition("<title>")[2].partition("</title>")[0]
            if "</textarea" in title:
                wrong.append(f"{path}: markup in its title")
    assert not wrong
    # Else the pages would prove nothing; some of what he said is read by the staff alone.
    shown = {argument for argument, mark in told.marks.items() if mark in seen}
    assert {
        *("portal.api.report_fault description", "portal.api.report_fault public_place"),
        *("portal.complaint_api.complain details", "portal.decoration_api.apply works"),
    } <= shown


def test_refused_texts_come_back_as_texts(world: World) -> None:
    """A form that was refused shows again what was entered, in its fields."""
    person, wrong = world.person("owner"), []
    forms = {
        "report": {"category": "none", "description": hostile(MARK), "public_place": hostile(MARK)},
        "complain": {"details": hostile(MARK), "place": hostile(MARK), "kind": hostile(MARK)},
        "decorate": {"unit": world.rooms["room"], "works": hostile(MARK), "site_manager": hostile(MARK), "from_date": hostile(MARK)},
        "repair": {"name": world.repairs["mine"], "act": "send_back", "reason": hostile(MARK)},
        "account": {"act": "set_password", "password": hostile(MARK), "current": hostile(MARK)},
        "answers": {"name": hostile(MARK), "remark": hostile(MARK)},
        "pay": {"bills": hostile(MARK), "amount": hostile(MARK)},
    }  # fmt: skip
    for page, values in forms.items():
        answer = person.post(f"/resident/{page}", **values)
        if answer.status_code >= 500 or (answer.status_code < 400 and page in ("report", "complain", "decorate")):
            wrong.append(f"{page}: {answer.status_code}")
        wrong += [f"{page}: {part}" for part in run_by(answer.text)]
    assert not wrong


# What would show in a page of the desk that a text has become markup.
COME_TO_LIFE = """() => {
    const parts = document.querySelectorAll('[onerror*=__hit], [onload*=__hit], [onclick*=__hit], a[href^="javascript:w"]');
    const found = [...parts].map((part) => part.outerHTML.slice(0, 100));
    return window.__hit || document.body.innerText.includes("49861") ? [...found, "run"] : found;
}"""
DRAWN = """(route) => frappe.get_route_str() === route && !frappe.request.ajax_count
    && (route.startsWith("Form") ? cur_frm?.doc?.name === route.split("/").pop() && !cur_frm.is_new() : cur_page?.page)"""
OUR_SCREENS = ("return-visits", "estate-tree", "Workspaces/Service Desk", "Workspaces/Property Repairs")


@pytest.mark.browser
def test_the_desk_shows_texts_as_texts(world: World, told: frappe._dict, browser: Any) -> None:
    """Lists, report views and forms of everything a resident's words came to lie in, with them as they were sent.

    The platform cleans what is saved and relies on it; our own screens show also what came in before there were rules.
    """
    spoken = {doctype: name for doctype, _field, name in sorted(told.cells) if doctype not in PLATFORM}
    ours = {doctype: name for doctype, name in spoken.items() if not frappe.get_meta(doctype).istable}
    ours |= {"Resident": world.residents["owner"], "Property Unit": world.rooms["room"]}
    routes = [("List", doctype, view) for doctype in ours for view in ("List", "Report")]
    routes += [("Form", doctype, name) for doctype, name in ours.items()]
    screens = [tuple(screen.split("/")) for screen in OUR_SCREENS]
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en")
    cookie = {"name": "sid", "value": world.person("manager").http.cookies["sid"], "url": world.server}
    context.add_cookies([cookie])
    wrong, seen = [], ""
    try:
        page = context.new_page()
        for change, walk in ((make_good, [*screens, *routes]), (make_worse, screens)):
            change(world, told)
            page.goto(
                f"{world.server}/app/service-counter?phone={world.phones['owner']}", wait_until="domcontentloaded"
            )
            page.wait_for_function(DRAWN, arg="service-counter")
            for route in (("service-counter",), *walk):
                page.evaluate("(route) => frappe.set_route(...route)", list(route))
                page.wait_for_function(DRAWN, arg="/".join(route))
                page.wait_for_timeout(100)  # what is drawn a moment later
                figures.count("attacks tried")
                seen += page.inner_text("body")
                wrong += [f"{change.__name__} {'/'.join(route)}: {part}" for part in page.evaluate(COME_TO_LIFE)]
                page.evaluate("delete window.__hit")
    finally:
        context.close()
    assert not wrong
    assert len(routes) > 20 and seen.count(MARK) > 10
