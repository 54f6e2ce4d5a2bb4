"""The service counter in a real browser, by keyboard alone: from four digits to a kept promise, and calls that come in between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import frappe
import pytest
from frappe.utils import get_datetime, now_datetime

from property_service.tests import factories as make
from tests.browser.workday import DESK, PHONE, Browsers, workday
from tests.portal.world import PASSWORD

pytestmark = pytest.mark.browser

SCRIPT = "<img src=x onerror=document.title='hacked'>"
MOST_STROKES = 12
READ_OUT = "The water of tower 3 is off until six. We are sorry."


@pytest.fixture(scope="module")
def day(server: str) -> Iterator[frappe._dict]:
    """The workday's estate with a neighbour of a strange name, a live incident and an answer that is on file."""
    article = None
    with workday(server) as found:
        try:
            found.community = found.room.community
            next_door = make.make_unit(frappe.get_doc("Building", found.room.building), room_no="1204")
            found.neighbour = make.make_resident(next_door, resident_name=f"Wu {SCRIPT}", service_tier="Key")
            found.world.residents["neighbour"] = found.neighbour.name
            incident = make.insert(
                "Service Incident",
                community=found.community,
                title="No water",
                scope="Building",
                building=found.room.building,
                text_to_read=READ_OUT,
                started_at=now_datetime(),
            )
            words = make.unique("Xylophone")
            article = make.insert("Knowledge Article", title=f"{words} lessons", answer="<p>Every Monday at six.</p>")
            found.update(incident=incident.name, words=words, article=article.name)
            frappe.db.commit()
            yield found
        finally:
            frappe.db.rollback()
            promises = frappe.get_all("Callback Promise", {"community": found.get("community")}, pluck="name")
            frappe.db.delete("Callback Attempt", {"parent": ["in", promises or [""]]})
            frappe.db.delete("Knowledge Gap", {"last_community": found.get("community")})
            if article:
                frappe.delete_doc("Knowledge Article", article.name, force=True)
            frappe.db.commit()


@pytest.fixture
def people(browser: Any, day: frappe._dict) -> Iterator[Browsers]:
    found = Browsers(browser, day)
    yield found
    found.close()


class Keys:
    """A keyboard that counts: each press of a key that is no text is a stroke, Ctrl+Enter are two."""

    def __init__(self, page: Any) -> None:
        self.page, self.strokes = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.strokes += len(key.split("+"))
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)


def open_counter(people: Browsers, day: frappe._dict, size: tuple[int, int] = DESK, query: str = "") -> Any:
    page = people.page("desk", size)
    page.goto(f"{day.server}/app/service-counter{query}", wait_until="domcontentloaded")
    page.wait_for_selector(".sc")
    return page


def call_of(page: Any, keys: Keys, resident: Any, words: str = "") -> None:
    """Somebody calls: his last four digits, or other words, Enter, and it is he."""
    page.wait_for_selector(".sc-text:focus")
    keys.type(words or resident.primary_phone[-4:])
    keys.press("Enter")
    page.locator(".sc-who h3", has_text=resident.resident_name.split()[0]).wait_for()


def rows(doctype: str, resident: Any, *fields: str) -> list[frappe._dict]:
    frappe.db.rollback()
    return frappe.get_all(doctype, {"resident": resident.name}, ["name", *fields], order_by="creation asc, name asc")


def test_from_four_digits_to_a_kept_promise(people: Browsers, day: frappe._dict) -> None:
    page = open_counter(people, day)
    keys = Keys(page)
    call_of(page, keys, day.resident)
    # what is read out to the caller is large, and all fits the screen
    read = page.locator(".sc-incident .sc-read")
    assert READ_OUT in read.inner_text()
    assert read.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") >= 18
    keys.press("2")
    keys.type("The tap drips")
    keys.press("Tab")
    keys.type(day.category.category_name)
    page.locator(".sc-fields .sc-match.active", has_text=day.category.category_name).wait_for()
    keys.press("Enter", "F4")
    save = page.locator("[data-act=save]").bounding_box()
    assert save["y"] + save["height"] < DESK[1]
    assert page.evaluate("document.documentElement.scrollHeight") <= DESK[1]
    assert page.evaluate("document.documentElement.scrollWidth") <= DESK[0]
    keys.press("Control+Enter")
    page.wait_for_selector(".sc-done")
    assert keys.strokes <= MOST_STROKES, keys.strokes
    (contact,) = rows("Service Contact", day.resident, "kind", "unit", "subject", "reference_name", "callback_promise")
    (job,) = rows("Repair Request", day.resident, "category", "unit", "priority", "description", "status")
    (promise,) = rows("Callback Promise", day.resident, "status", "due_at", "about", "responsible")
    assert (contact.kind, contact.unit, contact.subject) == ("Repair", day.room.name, "The tap drips")
    assert (contact.reference_name, contact.callback_promise) == (job.name, promise.name)
    assert (job.category, job.unit, job.priority) == (day.category.name, day.room.name, "High")
    assert job.status != "New" and job.description == "The tap drips"
    assert (promise.status, promise.about) == ("Open", "The tap drips")
    assert promise.responsible == day.world.people["desk"] and get_datetime(promise.due_at) > now_datetime()
    # kept, and shown as kept
    page.locator(".sc-picture [data-act=begin_keep]").wait_for()
    keys.press("k")
    keys.type("The plumber comes at three")
    keys.press("Enter")
    page.locator(f".sc-done [data-name='{promise.name}'] .indicator-pill", has_text="Kept").wait_for()
    page.locator(f".sc-picture [data-name='{promise.name}'] .indicator-pill", has_text="Kept").wait_for()
    (promise,) = rows("Callback Promise", day.resident, "status", "answer")
    assert (promise.status, promise.answer) == ("Kept", "The plumber comes at three")


def test_a_second_call_in_between_loses_nothing(people: Browsers, day: frappe._dict) -> None:
    page = open_counter(people, day)
    keys = Keys(page)
    call_of(page, keys, day.resident)
    keys.press("2")
    keys.type("Lamp out")
    keys.press("Tab")
    keys.type(day.category.category_name)
    keys.press("Enter")
    page.wait_for_function("document.activeElement.dataset.pick === 'category'")
    keys.press("F4", "F8")
    call_of(page, keys, day.neighbour, "3-1204")
    # whatever people wrote stays text
    assert page.locator(".sc img").count() == 0 and page.title() != "hacked"
    keys.press("1")
    keys.type("Half a question")
    # a third call is found by F2: what was half written is parked by itself
    keys.press("F2")
    call_of(page, keys, day.resident)
    assert page.locator(".sc-chip").count() == 2
    # somebody else at the same browser sees none of it, and it outlives the reload
    login = f"{day.server}/api/method/login"
    page.request.post(login, form={"usr": day.world.people["leader"], "pwd": PASSWORD})
    page.reload(wait_until="domcontentloaded")
    page.wait_for_selector(".sc-text:focus")
    assert page.locator(".sc-chip").count() == 0
    page.request.post(login, form={"usr": day.world.people["desk"], "pwd": PASSWORD})
    page.reload(wait_until="domcontentloaded")
    page.wait_for_selector(".sc-chip")
    # the latest first, then the first one: as they were
    page.wait_for_selector(".sc-text:focus")
    keys.press("F9")
    page.locator(".sc-who h3", has_text="Wu").wait_for()
    assert page.locator("[data-field=subject]").input_value() == "Half a question"
    keys.press("F8", "Escape")
    page.locator(".sc-chip [data-act=take_back]", has_text="Lamp").focus()
    keys.press("Enter")
    page.locator(".sc-who h3", has_text="Lin").wait_for()
    assert page.locator("[data-field=subject]").input_value() == "Lamp out"
    assert page.locator("[data-pick=category]").input_value() == day.category.category_name
    assert page.locator("[data-promise=field]").input_value()
    keys.press("Control+Enter")
    page.wait_for_selector(".sc-done")
    contact = rows("Service Contact", day.resident, "subject", "unit", "reference_name", "callback_promise")[-1]
    assert (contact.subject, contact.unit) == ("Lamp out", day.room.name)
    assert contact.reference_name and contact.callback_promise
    assert rows("Service Contact", day.neighbour) == []
    assert page.locator(".sc-chip").count() == 1


def test_an_unknown_number_on_a_phone_and_an_answer_on_file(people: Browsers, day: frappe._dict) -> None:
    page = open_counter(people, day, PHONE, "?phone=13800007788")
    page.locator(".sc-picture", has_text="not known").wait_for()
    page.locator("[data-kind=Consultation]").click()
    page.wait_for_selector("[data-field=caller_name]:focus")
    page.keyboard.type("Nobody Known")
    assert page.locator("[data-field=caller_phone]").input_value() == "13800007788"
    page.locator("[data-field=subject]").fill("zzqq vvkk")
    page.locator("[data-act=report_gap]").click()
    page.locator("[data-field=subject]").fill(day.words.lower())
    page.locator(".sc-answer", has_text=day.words).wait_for()
    page.keyboard.press("Alt+a")
    assert page.locator("[data-field=answer]").input_value() == "Every Monday at six."
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    # without what is needed nothing is sent, and nothing typed is lost
    page.locator("[data-field=subject]").fill("")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-field=subject][aria-invalid=true]:focus")
    page.keyboard.type("Lessons")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".sc-done")
    frappe.db.rollback()
    contact = frappe.get_last_doc("Service Contact", {"community": day.community})
    assert (contact.caller_name, contact.caller_phone, contact.resident) == ("Nobody Known", "13800007788", None)
    assert (contact.answer, contact.knowledge_article, contact.status) == (
        "Every Monday at six.",
        day.article,
        "Answered",
    )
    assert frappe.db.get_value("Knowledge Gap", {"last_community": day.community}, "words") == "zzqq vvkk"


def test_a_complaint_names_whom_it_is_about_and_is_kept_from_him(people: Browsers, day: frappe._dict) -> None:
    leader = day.world.people["leader"]
    name = frappe.db.get_value("User", leader, "full_name")
    page = open_counter(people, day)
    keys = Keys(page)
    call_of(page, keys, day.resident)
    keys.press("3")
    page.locator("[data-field=subject]").fill("Rude on the stairs")
    page.locator("[data-pick=person]").focus()
    # a name that is typed but not chosen is not sent, and nothing typed is lost
    keys.type("Nobody of this name")
    keys.press("Control+Enter")
    page.wait_for_selector("[data-pick=person][aria-invalid=true]:focus")
    page.locator("[data-pick=person]").fill(name)
    page.locator(".sc-fields .sc-match.active", has_text=name).wait_for()
    keys.press("Enter")
    page.locator("[data-pick=team]").focus()
    page.locator(".sc-fields .sc-match", has_text=day.team.name).click()
    save = page.locator("[data-act=save]").bounding_box()
    assert save["y"] + save["height"] < DESK[1]
    keys.press("Control+Enter")
    page.wait_for_selector(".sc-done")
    frappe.db.rollback()
    made = frappe.get_last_doc("Resident Complaint", {"resident": day.resident.name})
    assert (made.subject, made.person_complained_of) == ("Rude on the stairs", leader)
    assert (made.team_complained_of, made.status) == (day.team.name, "Received")
    kept = people.page("leader", DESK)
    assert kept.request.get(f"{day.server}/api/resource/Resident Complaint/{made.name}").status == 403


def test_today_is_drawn_anew_when_the_desk_is_told_and_a_row_is_copied(people: Browsers, day: frappe._dict) -> None:
    page = open_counter(people, day)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.wait_for_selector(".sc-today .sc-side-head")
    # the beat of each minute stands still: what comes now comes because the desk was told
    page.evaluate("clearInterval(frappe.pages['service-counter'].service_counter.today.beat)")
    page.wait_for_load_state("networkidle")
    about = make.unique("Call about the lift ")
    make.insert(
        "Callback Promise",
        community=day.community,
        unit=day.room.name,
        about=about,
        contact_name="Lin Owner",
        responsible=day.world.people["desk"],
        due_at=now_datetime() + timedelta(minutes=50),
    )
    frappe.db.commit()
    assert about not in page.locator(".sc-today").inner_text()
    told = "(doctype) => frappe.realtime.socket.listeners('list_update').forEach((hear) => hear({ doctype }))"
    page.evaluate(told, "Callback Promise")
    row = page.locator(".sc-today [data-row]", has_text=about)
    row.wait_for(timeout=40_000)
    row.hover()
    row.locator("[data-act=copy_row]").click()
    page.locator(".desk-alert", has_text="WeChat").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    community = frappe.db.get_value("Community", day.community, "community_name")
    assert community in copied[0] and "call you back by" in copied[1] and copied[2] == about
    # and by the key, with the row marked
    page.evaluate("navigator.clipboard.writeText('')")
    row.locator(".sc-link").focus()
    page.keyboard.press("c")
    page.wait_for_function("navigator.clipboard.readText().then((text) => text.length > 0)")
    assert page.evaluate("navigator.clipboard.readText()").splitlines() == copied


def test_promises_stand_on_a_board_soonest_first(people: Browsers, day: frappe._dict) -> None:
    for minutes, about in ((300, "Board later"), (30, "Board soon")):
        due = now_datetime() + timedelta(minutes=minutes)
        desk = day.world.people["desk"]
        make.insert("Callback Promise", community=day.community, about=about, responsible=desk, due_at=due)
    frappe.db.commit()
    page = people.page("desk", DESK)
    page.goto(f"{day.server}/app/callback-promise/view/kanban/Promises to Keep", wait_until="domcontentloaded")
    page.locator(".kanban-card", has_text="Board soon").wait_for()
    cards = page.locator(".kanban-column[data-column-value=Open] .kanban-card-title").all_inner_texts()
    ours = [card.strip() for card in cards if card.strip().startswith("Board ")]
    assert ours == ["Board soon", "Board later"]
    assert page.locator(".add-card:visible").count() == 0
