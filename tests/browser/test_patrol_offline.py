"""A round on a phone: the server goes away in the middle, the tab is closed, the session ends; everything is sent once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.sessions import clear_sessions
from PIL import Image

from tests.browser.patrol_world import OwnServer, patrol_world
from tests.portal.world import PASSWORD, Person

pytestmark = pytest.mark.browser

PHONE = (390, 844)
WAIT = 30_000
RECORD = "property_service.patrol.patrol_api.record"
FINDING = "Inspection Finding"
# What is left of a draft, and of one whose photo may be used longer than its words.
DRAFTS_LEFT = """async (place) => {
    const draft = patrol.store.draft(...place);
    const left = async () => Object.entries(await draft.read()).filter(([_part, value]) => value).map(([part]) => part);
    const recorded = await left();
    await draft.keep("values", {}, 1000);
    await draft.keep("photo", new Blob(["x"]), 3000);
    await patrol.store.drop_old_drafts(2000);
    return [recorded, await left()];
}"""


@pytest.fixture
def day(site: str, tmp_path: Path) -> Iterator[frappe._dict]:
    server = OwnServer(site, tmp_path)
    server.begin()
    try:
        with patrol_world(server.address) as found:
            found.web = server
            yield found
    finally:
        server.vanish()


class Phone:
    """One phone; whoever signs in on it shares its browser. `sent` counts what left for the server's door of records."""

    def __init__(self, browser: Any, day: frappe._dict, language: str = "en") -> None:
        self.day, self.sent, self.wrong = day, [], []
        self.context = browser.new_context(
            viewport={"width": PHONE[0], "height": PHONE[1]}, is_mobile=True, has_touch=True, locale=language
        )
        self.page = self.open_tab()

    def open_tab(self) -> Any:
        page = self.context.new_page()
        page.set_default_timeout(WAIT)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("response", lambda answer: self.sent.append(answer.status) if RECORD in answer.url else None)
        self.page = page
        return page

    def sign_in(self, who: str) -> None:
        form = {"usr": self.day.world.people[who], "pwd": PASSWORD}
        answer = self.context.request.post(f"{self.day.server}/api/method/login", form=form)
        assert answer.ok, answer.text()

    def open_page(self, kept: bool = False) -> None:
        self.page.goto(f"{self.day.server}/patrol", wait_until="domcontentloaded")
        self.page.locator("body[data-ready]").wait_for()
        if kept:
            self.page.locator("body[data-kept]").wait_for()
            self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def update_behind_the_page(self) -> None:
        """From now on the app is newer when the page asks for itself than when it was opened: its parts have new addresses."""
        self.context.add_init_script(
            """const ask = window.fetch;
            window.fetch = async (address, ...more) => {
                const answer = await ask(address, ...more);
                if (address !== "/patrol") return answer;
                const newer = (await answer.text()).replaceAll("?v=", "?v=new");
                const made = new Response(newer, { headers: { "Content-Type": "text/html" } });
                return Object.defineProperty(made, "url", { value: answer.url });
            };"""
        )

    def open_round(self) -> None:
        self.page.goto(f"{self.day.server}/patrol#round/{self.day.task}", wait_until="domcontentloaded")
        self.page.locator("[data-point]").first.wait_for()

    def point(self, place: str) -> Any:
        return self.page.locator(f"[data-point='{self.day.points[place]}']")

    def prove(self, place: str, code: str | None = None) -> None:
        self.point(place).click()
        self.page.get_by_label("Code on the Label").fill(code or self.day.codes[place])
        self.page.get_by_role("button", name="Go On").click()

    def save(self) -> None:
        self.page.get_by_role("button", name="Record This Point").click()

    def record(self, place: str) -> None:
        self.prove(place)
        self.save()
        self.page.locator("#toast", has_text=place).wait_for()

    def waiting(self) -> str:
        return self.page.locator("#waiting").inner_text() if self.page.locator("#waiting").is_visible() else ""


@pytest.fixture
def phone(browser: Any, day: frappe._dict) -> Iterator[Phone]:
    found = Phone(browser, day)
    yield found
    found.context.close()
    assert not found.wrong, found.wrong


def recorded(day: frappe._dict) -> dict[str, Any]:
    """The records of the round by place, as committed."""
    frappe.db.rollback()
    fields = ["checkpoint", "patroller", "result", "recorded_at", "received_at", "finding", "client_key", "photo"]
    rows = frappe.get_all("Patrol Record", {"task": day.task}, fields, order_by="recorded_at asc")
    places = {name: place for place, name in day.points.items()}
    return {places[row.checkpoint]: row for row in rows}


def picture(folder: Path) -> str:
    Image.new("RGB", (2400, 1800), "teal").save(folder / "door.png")
    return str(folder / "door.png")


def test_a_round_is_walked_without_the_server_and_sent_once(phone: Phone, day: frappe._dict, tmp_path: Path) -> None:
    phone.update_behind_the_page()
    phone.sign_in("patroller")
    phone.open_page(kept=True)
    assert "0 of 5 points" in phone.page.locator(".card").inner_text()
    phone.open_round()
    phone.record("East Gate")
    phone.point("East Gate").locator(".chip", has_text="On Time").wait_for()
    assert list(recorded(day)) == ["East Gate"]

    day.web.vanish()
    phone.record("Garage A")
    phone.page.locator("[data-link='offline']").wait_for()
    assert "1 waiting" in phone.waiting()
    phone.page.close()

    phone.open_tab()  # the server is still away: the page comes from the phone
    phone.open_page()
    assert "1 waiting" in phone.waiting()
    assert "2 of 5 points" in phone.page.locator(".card").inner_text()
    phone.open_round()
    phone.prove("Pump Room", "2222-2222")
    assert "not the code of Pump Room" in phone.page.locator("#sheet .failure").inner_text()
    phone.page.get_by_label("Code on the Label").fill(day.codes["Pump Room"].lower())
    phone.page.get_by_role("button", name="Go On").click()
    phone.save()
    assert "Please answer: Door" in phone.page.locator("#sheet .failure").inner_text()
    phone.page.get_by_role("radio", name="Open").click()
    phone.page.get_by_label("Pressure").fill("1,2345")
    phone.save()
    assert "Pressure: please enter a number" in phone.page.locator("#sheet .failure").inner_text()
    phone.page.get_by_label("Pressure").fill("1,200")
    phone.page.locator(".notice.abnormal", has_text="Door, Pressure").wait_for()
    phone.save()
    assert "needs a photo" in phone.page.locator("#sheet .failure").inner_text()
    phone.page.set_input_files("#point-photo", picture(tmp_path))
    phone.page.locator(".photo img").wait_for()
    phone.page.get_by_label("What Was Found").fill("Pump room stands open")
    phone.page.get_by_role("radio", name="Serious").click()
    phone.page.keyboard.press("Escape")
    phone.page.locator("#sheet").wait_for(state="hidden")
    phone.page.close()

    phone.open_tab()  # the phone has ended the browser: what was entered at the point is still there, for him
    phone.open_page()
    phone.open_round()
    phone.prove("Pump Room")
    phone.page.locator(".notice.abnormal", has_text="Door, Pressure").wait_for()
    assert phone.page.locator(".photo img").count() == 1
    phone.save()
    phone.page.locator("#toast", has_text="Pump Room").wait_for()
    draft = [day.world.people["patroller"], day.task, day.points["Pump Room"]]
    assert phone.page.evaluate(DRAFTS_LEFT, draft) == [[], ["photo"]]
    assert "2 waiting" in phone.waiting()

    clear_sessions(day.world.people["patroller"], force=True)
    frappe.db.commit()
    day.web.begin()
    phone.page.locator("#refresh").click()
    phone.page.locator("[data-link='signed_out']").wait_for()
    phone.record("Playground")
    assert "3 waiting" in phone.waiting()
    assert list(recorded(day)) == ["East Gate"]

    phone.sign_in("mate")
    phone.page.close()
    phone.open_tab()
    phone.open_page()
    phone.page.locator("#waiting").click()
    others = phone.page.locator(".others").inner_text()
    assert others.startswith("3 records of") and "wait on this phone" in others
    assert phone.page.locator("[data-key]").count() == 0, "what they hold is not for others"
    phone.page.locator("#refresh").click()
    phone.page.wait_for_timeout(500)
    assert list(recorded(day)) == ["East Gate"]
    assert phone.sent == [200], "East Gate, before"

    phone.sign_in("patroller")
    phone.page.locator("#refresh").click()
    phone.page.locator("#waiting").wait_for(state="hidden")
    found = recorded(day)
    assert sorted(found) == ["East Gate", "Garage A", "Playground", "Pump Room"]
    assert {row.patroller for row in found.values()} == {day.world.people["patroller"]}
    assert len({row.client_key for row in found.values()}) == 4
    assert found["Garage A"].recorded_at < found["Pump Room"].recorded_at < found["Playground"].recorded_at
    assert (found["Garage A"].received_at - found["Garage A"].recorded_at).total_seconds() > 2
    finding = frappe.get_doc(FINDING, found["Pump Room"].finding)
    assert (finding.title, finding.severity, finding.found_by) == (
        "Pump room stands open",
        "Serious",
        day.world.people["patroller"],
    )
    record = frappe.db.get_value("Patrol Record", {"finding": finding.name})
    assert frappe.get_all("Patrol Answer", {"parent": record}, pluck="answer", order_by="idx asc") == ["Open", "1200"]
    assert finding.photo == found["Pump Room"].photo and finding.photo.startswith("/private/files/")
    assert frappe.db.count(FINDING, {"community": day.world.homes["here"]}) == 1

    phone.open_round()
    phone.page.locator("#refresh").click()
    phone.page.wait_for_timeout(500)
    assert phone.sent == [200] * 4, "each was sent once"
    phone.record("West Gate")
    phone.page.locator(".promise.ok", has_text="Completed").wait_for()
    phone.page.locator("#waiting").wait_for(state="hidden")
    frappe.db.rollback()
    ended = frappe.db.get_value("Patrol Task", day.task, ["status", "points_done", "finding_count"])
    assert ended == ("Completed", 5, 1)


def test_nobody_else_can_send_it_and_refusals_are_kept_to_be_read(phone: Phone, day: frappe._dict) -> None:
    """The server's own door: another user's queue is refused; a refused record stays on the phone with its reason."""
    mate = Person(day.server, day.world.people["mate"])
    token = mate.call("property_service.patrol.patrol_api.begin", "GET").json()["message"]["csrf_token"]
    mate.token = token
    values = {
        "task": day.task,
        "checkpoint": day.points["East Gate"],
        "client_key": frappe.generate_hash(length=32),
        "device_time": frappe.utils.now_datetime().isoformat(),
        "typed_code": day.codes["East Gate"],
    }
    assert mate.call(RECORD, user=day.world.people["patroller"], **values).status_code == 403
    refused = mate.call(RECORD, user=day.world.people["mate"], **values)
    assert refused.status_code == 409 and "Ask your team leader" in refused.text
    assert Person(day.server).call(RECORD, user="Guest", **values).status_code == 403
    mine = Person(day.server, day.world.people["patroller"])
    mine.token = mine.call("property_service.patrol.patrol_api.begin", "GET").json()["message"]["csrf_token"]
    large = {"photo": ("photo.jpg", b"x" * (20 * 1024 * 1024), "image/jpeg")}
    answer = mine.call(RECORD, files=large, user=day.world.people["patroller"], **values)
    # the platform's own door; what passes it is refused by the photo itself, see test_records
    assert answer.status_code == 413 and "Traceback" not in answer.text
    assert recorded(day) == {}, "all of it or nothing"

    phone.sign_in("patroller")
    phone.open_page(kept=True)
    phone.open_round()
    day.web.vanish()
    phone.record("East Gate")
    frappe.db.set_value("Patrol Task", day.task, "status", "Cancelled")
    frappe.db.commit()
    day.web.begin()
    phone.page.locator("#refresh").click()
    phone.page.locator("#waiting.late").click()
    assert "was cancelled" in phone.page.locator("[data-key] .failure").inner_text()
    frappe.db.set_value("Patrol Task", day.task, "status", "Planned")
    frappe.db.commit()
    phone.page.get_by_role("button", name="Try Again").click()
    phone.page.locator("#waiting").wait_for(state="hidden")
    assert list(recorded(day)) == ["East Gate"]


def test_others_are_told_whose_page_it_is(phone: Phone, day: frappe._dict) -> None:
    phone.sign_in("guard")
    answer = phone.page.goto(f"{day.server}/patrol", wait_until="domcontentloaded")
    assert answer.status == 403
    assert "Patrollers, team leaders and managers" in phone.page.locator("main").inner_text()


def test_a_label_leads_to_the_point_and_to_nobody_elses(phone: Phone, day: frappe._dict) -> None:
    from property_service.property_service import access_codes

    token = access_codes.issue("Checkpoint", "Patrol Checkpoint", day.points["Garage A"], day.world.homes["here"])
    frappe.db.commit()
    phone.sign_in("patroller")
    phone.page.goto(f"{day.server}/q/{token}", wait_until="domcontentloaded")
    phone.page.locator("#sheet-title", has_text="Garage A").wait_for()
    phone.save()
    phone.page.locator("#toast", has_text="Garage A").wait_for()
    phone.page.locator("#waiting").wait_for(state="hidden")
    assert list(recorded(day)) == ["Garage A"]
    assert frappe.db.get_value("Patrol Record", {"task": day.task}, "by_code") == "Scanned"
    phone.sign_in("mate")
    phone.page.goto(f"{day.server}/q/{token}", wait_until="domcontentloaded")
    phone.page.locator("#toast", has_text="on none of your rounds").wait_for()
    guest = Person(day.server).get(f"/q/{token}")
    assert guest.status_code in (301, 302) and "patrol" not in guest.headers["Location"].lower().replace("%2fq%2f", "")
