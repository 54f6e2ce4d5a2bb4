"""The pages of residents, without JavaScript: forms, refusals, what others see, what text can do, how many queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.utils import add_days, now_datetime

import property_service
from property_service.portal.access import forget_cached_access
from property_service.property_service.test_photos import bomb
from property_service.tests.factories import PHOTO_WORDS, insert
from property_service.tests.utils import count_queries
from tests.portal.world import Person, World, jpeg

NASTY = '<img src=x onerror=alert(1)> {{ 7123*7 }} {% raw %} </textarea><script>alert(1)</script> & "quotes" \''
PAGES = ("", "/report", "/repairs", "/messages", "/me", "/promises", "/account")


def report(world: World, who: str, **values: Any):
    values = {"unit": world.rooms["room"], "category": world.categories["water"], **values}
    values.setdefault("description", f"It drips {frappe.generate_hash(length=6)}")
    return Person(world.server, world.people[who]).post("/resident/report", **values)


def name_of(answer) -> str:
    assert answer.status_code == 301, answer.text[:800]
    return re.search(r"name=(RR-[\d-]+)", answer.headers["Location"])[1]


def requests_of(world: World, who: str) -> int:
    frappe.db.rollback()
    return frappe.db.count("Repair Request", {"resident": world.residents[who]})


@pytest.fixture(scope="module", autouse=True)
def many_a_day(world: World) -> Iterator[None]:
    """The daily limit is not what these tests are about."""
    before = frappe.db.get_single_value("Property Service Settings", "requests_per_day")
    frappe.db.set_single_value("Property Service Settings", "requests_per_day", 100)
    frappe.db.commit()
    frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
    yield
    frappe.db.set_single_value("Property Service Settings", "requests_per_day", before)
    frappe.db.commit()
    frappe.clear_document_cache("Property Service Settings", "Property Service Settings")


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_and_are_kept_to_themselves(world: World, page: str) -> None:
    answer = world.person("owner").get(f"/resident{page}")
    assert answer.status_code == 200, answer.text[:500]
    assert "no such element" not in answer.text and "{{" not in answer.text and "Traceback" not in answer.text
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert not re.search(r"<(?:script|style)[^>]*>[^<]", answer.text), "inline code would be blocked"
    guest = Person(world.server).get(f"/resident{page}")
    assert guest.headers["Location"].startswith("/resident/sign-in?next=/resident")
    assert "Lin Owner" not in guest.text


def test_staff_are_told_that_these_pages_are_not_theirs(world: World) -> None:
    assert "for residents" in world.person("desk").get("/resident").text


def test_a_fault_is_reported_with_photos(world: World) -> None:
    person = Person(world.server, world.people["owner"])
    person.get("/resident/report")
    photos = [("photos", (f"{color}.jpg", jpeg(color=color), "image/jpeg")) for color in ("purple", "orange")]
    answer = person.post(
        "/resident/report",
        files=photos,
        unit=world.rooms["room"],
        category=world.categories["water"],
        description="Water under the sink",
    )
    name = name_of(answer)
    text = person.get(answer.headers["Location"]).text
    addresses = re.findall(r'<img src="(/private/files/report-[^"]+)"', text)
    assert len(addresses) == 2 and "Water under the sink" in text
    assert all(person.get(address).headers["Content-Type"] == "image/jpeg" for address in addresses)
    assert all(world.person("neighbour").get(address).status_code == 403 for address in addresses)
    frappe.db.rollback()
    doc = frappe.get_doc("Repair Request", name)
    assert (doc.community, doc.unit, doc.channel) == (world.homes["here"], world.rooms["room"], "Portal")
    assert doc.resident == world.residents["owner"]


@pytest.mark.parametrize("way", ["form", "call", "at once"])
def test_a_report_that_is_sent_again_is_one_report(world: World, way: str) -> None:
    person = Person(world.server, world.people["owner"])
    key = re.search(r'name="client_key" value="(\w{20})"', person.get("/resident/report").text)[1]
    values = {"unit": world.rooms["room"], "category": world.categories["water"], "client_key": key}
    values["description"] = f"Sent again {frappe.generate_hash(length=6)}"
    photo = jpeg(color="maroon")
    before = requests_of(world, "owner"), frappe.db.count("File")

    def send(_time: int) -> str:
        files = [("photos", ("a.jpg", photo, "image/jpeg"))]
        if way == "form":
            return name_of(person.post("/resident/report", files=files, **values))
        answer = person.call("report_fault", files=files, **values)
        assert answer.status_code == 200, answer.text[:800]
        return answer.json()["message"]["name"]

    with ThreadPoolExecutor(3 if way == "at once" else 1) as pool:
        names = set(pool.map(send, range(3)))
    assert len(names) == 1
    assert (requests_of(world, "owner"), frappe.db.count("File")) == (before[0] + 1, before[1] + 1)
    other = name_of(report(world, "neighbour", unit=world.rooms["next_door"], client_key=key))
    assert other not in names, "a key is one's own"
    assert report(world, "owner", client_key="x" * 65).status_code == 400


@pytest.mark.parametrize(
    ("values", "files"),
    [
        ({"description": ""}, None),
        ({"description": "x" * 5000}, None),
        ({"category": "No such category"}, None),
        ({"category": ""}, None),
        ({"wished_from": "yesterday"}, None),
        ({"wished_from": "2020-01-01T10:00", "wished_to": "2020-01-01T09:00"}, None),
        ({}, [("photos", ("a.jpg", b"no picture", "image/jpeg"))]),
        ({}, [("photos", (f"{n}.jpg", b"x", "image/jpeg")) for n in range(7)]),
        ({"unit": "T-no-such-room"}, None),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_a_sentence_and_nothing_is_kept(world: World, values: dict, files: Any) -> None:
    before = requests_of(world, "owner"), frappe.db.count("File")
    answer = report(world, "owner", files=files, **values)
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:300])
    assert 'role="alert"' in answer.text
    assert (requests_of(world, "owner"), frappe.db.count("File")) == before


@pytest.mark.parametrize(
    "photo",
    [bomb(60_000, 60_000), bomb(8_000, 8_000), b"%PDF-1.7 no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ids=["bomb", "too_many_pixels", "pdf", "svg"],
)
@pytest.mark.parametrize("way", ["form", "call"])
def test_what_is_no_picture_is_refused_and_the_one_before_it_is_not_kept(world: World, way: str, photo: bytes) -> None:
    """The first photo is a good one: it goes with the rest, from the disk too."""
    folder = Path(frappe.get_site_path("private", "files"))
    before = requests_of(world, "owner"), frappe.db.count("File"), set(folder.iterdir())
    photos = [("photos", (f"{n}.jpg", content, "image/jpeg")) for n, content in enumerate((jpeg(color="navy"), photo))]
    if way == "form":
        answer = report(world, "owner", files=photos)
        assert 'role="alert"' in answer.text
    else:
        values = {"unit": world.rooms["room"], "category": world.categories["water"], "description": "It drips"}
        person = Person(world.server, world.people["owner"])
        person.get("/resident/report")
        answer = person.call("report_fault", files=photos, **values)
        assert "Traceback" not in answer.text and "_server_messages" in answer.text
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:300])
    assert (requests_of(world, "owner"), frappe.db.count("File"), set(folder.iterdir())) == before


@pytest.mark.parametrize("unit", ["next_door", "far_room"])
def test_a_strangers_room_is_refused(world: World, unit: str) -> None:
    before = requests_of(world, "owner")
    answer = report(world, "owner", unit=world.rooms[unit])
    assert answer.status_code == 403 and 'role="alert"' in answer.text
    call = Person(world.server, world.people["owner"]).call(
        "report_fault", unit=world.rooms[unit], category=world.categories["water"], description="x"
    )
    assert call.status_code == 403
    assert requests_of(world, "owner") == before


@pytest.mark.parametrize("who", ["neighbour", "stranger", "gone", "desk"])
def test_others_neither_see_nor_touch_a_repair(world: World, who: str) -> None:
    name = world.repairs["mine"]
    person = Person(world.server, world.people[who])
    answer = person.get(f"/resident/repair?name={name}")
    assert PHOTO_WORDS not in answer.text
    before = frappe.get_doc("Repair Request", name).as_dict()
    person.get("/resident/account")
    for act, values in {
        "urge": {},
        "cancel": {"reason": "x"},
        "rate": {"stars": "1"},
        "send_back": {"reason": "x"},
        "answer_quote": {"agreed": "1", "amount": "60"},
    }.items():
        assert person.call(act, name=name, **values).status_code in (400, 403), act
        person.post("/resident/repair", act=act, name=name, **values)
    frappe.db.rollback()
    assert frappe.get_doc("Repair Request", name).as_dict() == before
    assert name not in person.get("/resident/repairs").text


def test_acts_by_form_answer_with_a_page(world: World) -> None:
    name = name_of(report(world, "owner"))
    person = Person(world.server, world.people["owner"])
    page = f"/resident/repair?name={name}"
    person.get(page)
    assert person.post("/resident/repair", act="urge", name=name).headers["Location"] == f"{page}&done=urge"
    again = person.post("/resident/repair", act="urge", name=name)
    assert again.status_code == 429 and 'role="alert"' in again.text and name in again.text
    early = person.post("/resident/repair", act="rate", name=name, stars="5")
    assert early.status_code == 409
    assert person.post("/resident/repair", act="cancel", name=name).headers["Location"] == f"{page}&done=cancel"
    assert person.post("/resident/repair", act="no-such-act", name=name).status_code == 200
    frappe.db.rollback()
    assert frappe.db.get_value("Repair Request", name, "status") == "Cancelled"


@pytest.fixture
def owner_keeps_his_name(world: World) -> Iterator[None]:
    """Whatever a test calls the owner, the files after it find him by his old name."""
    held = [
        ("Resident", world.residents["owner"], ["resident_name"]),
        ("User", world.people["owner"], ["first_name", "full_name"]),
    ]
    before = [frappe.db.get_value(doctype, name, fields, as_dict=True) for doctype, name, fields in held]
    yield
    frappe.db.rollback()
    for (doctype, name, _fields), values in zip(held, before, strict=True):
        frappe.db.set_value(doctype, name, dict(values))
    frappe.db.commit()
    frappe.clear_cache(user=world.people["owner"])


def test_texts_stay_texts(world: World, owner_keeps_his_name: None) -> None:
    """Neither markup nor template code in what people write does anything, on any page."""
    assert report(world, "owner", description=NASTY).status_code == 400
    name = name_of(report(world, "owner"))
    frappe.db.rollback()
    frappe.db.set_value(
        "Repair Request",
        name,
        {"quote_text": NASTY, "quote_status": "Waiting", "status": "Quoted", "stage": "Waiting", "work_done": NASTY,
         "closing_reason": NASTY, "description": NASTY, "public_place": NASTY, "quote_amount": 5},
    )  # fmt: skip
    frappe.db.set_value("Resident", world.residents["owner"], "resident_name", NASTY[:100])
    frappe.db.set_value("User", world.people["owner"], {"first_name": NASTY[:100], "full_name": NASTY[:100]})
    insert(
        "Service Message",
        community=world.homes["here"],
        resident=world.residents["owner"],
        channel="Portal",
        subject=NASTY[:140],
        text=NASTY,
        status="Sent",
    )
    frappe.db.commit()
    frappe.clear_cache(user=world.people["owner"])
    person = Person(world.server, world.people["owner"])
    for page in (*PAGES, f"/repair?name={name}", f"/repairs?unit={NASTY}", f"/repair?name={NASTY}"):
        text = person.get(f"/resident{page}").text
        assert "<img src=x" not in text and "<script>alert" not in text and "49861" not in text, page
    assert "&lt;img src=x" in person.get(f"/resident/repair?name={name}").text
    refused = person.post("/resident/report", unit=world.rooms["room"], category=NASTY, description=NASTY)
    assert "<script>alert" not in refused.text and "&lt;/textarea&gt;" in refused.text


def test_all_templates_escape_what_they_show() -> None:
    root = Path(property_service.__file__).parent
    pages = [*(root / "www").rglob("*.html"), *(root / "templates" / "resident").glob("*.html")]
    assert len(pages) > 12
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"{% block (?:content|notice) %}(.*?){% endblock %}", text, re.S):
            if page.name != "base.html":
                assert block.strip().startswith("{% autoescape true %}"), page
        assert "| safe" not in text and "|safe" not in text, page


def test_messages_are_read_by_a_post_only(world: World) -> None:
    person = Person(world.server, world.people["tenant"])
    insert(
        "Service Message",
        community=world.homes["here"],
        resident=world.residents["tenant"],
        channel="Portal",
        subject="Water is off tomorrow",
        text="From 9 to 12",
        status="Sent",
    )
    frappe.db.commit()
    unread = {"resident": world.residents["tenant"], "channel": "Portal", "read_at": ["is", "not set"]}
    assert "Water is off tomorrow" in person.get("/resident/messages").text
    frappe.db.rollback()
    assert frappe.db.count("Service Message", unread) > 0
    assert person.post("/resident/messages").headers["Location"] == "/resident/messages"
    frappe.db.rollback()
    assert frappe.db.count("Service Message", unread) == 0


def test_daily_limits(world: World) -> None:
    same = f"The same words {frappe.generate_hash(length=6)}"
    assert [report(world, "tenant", description=same).status_code for _number in range(3)] == [301, 301, 429]


def queries_of(user: str, path: str) -> int:
    """SQL statements a page takes, warm, counted inside this process."""
    from frappe.website.serve import get_response
    from werkzeug.test import EnvironBuilder
    from werkzeug.wrappers import Request

    frappe.set_user(user)
    frappe.local.request = Request(EnvironBuilder(path=path).get_environ())
    frappe.local.form_dict = frappe._dict(dict(frappe.local.request.args))
    frappe.local.session.data = frappe._dict(csrf_token="x", user=user)
    try:
        get_response(path.partition("?")[0])
        forget_cached_access()
        with count_queries() as counted:
            response = get_response(path.partition("?")[0])
        assert response.status_code == 200
        assert "My Repairs" in response.get_data(as_text=True) or "repairs" not in path
    finally:
        forget_cached_access()
        del frappe.local.request
        frappe.set_user("Administrator")
    return len(counted)


def test_pages_take_few_queries_however_much_there_is(world: World) -> None:
    user = world.people["owner"]
    pages = ("/resident/repairs", "/resident", "/resident/messages", f"/resident/repair?name={world.repairs['mine']}")
    few = {page: queries_of(user, page) for page in pages}
    assert all(number <= 15 for number in few.values()), few
    doc = frappe.get_doc("Repair Request", world.repairs["mine"])
    moment = add_days(now_datetime(), -3)
    fields = [
        "name",
        "community",
        "unit",
        "category",
        "description",
        "status",
        "stage",
        "resident",
        "channel",
        "reported_at",
    ]
    rows = [
        (
            f"RR-X-{number}",
            doc.community,
            doc.unit,
            doc.category,
            "x",
            "Accepted",
            "Open",
            doc.resident,
            "Phone",
            moment,
        )
        for number in range(200)
    ]
    frappe.db.bulk_insert("Repair Request", fields, rows)
    assert {page: queries_of(user, page) for page in pages} == few


@pytest.mark.parametrize(
    "path",
    [
        *("/resident%E3%80%80", "/resident%20", "/Repair%20Request%20"),
        *("/resident%1B", "/resi%E2%80%8Bdent", "/r%C3%A9sident", "/R%C3%A9pair%20Request"),
    ],
)
def test_a_name_the_database_takes_for_another_is_no_page(world: World, path: str) -> None:
    answer = world.person("guest").get(path)
    assert answer.status_code == 404 and "Traceback" not in answer.text


def test_a_part_of_a_form_without_a_name_is_refused(world: World) -> None:
    person = world.person("desk")
    body = '--part\r\nContent-Disposition: form-data; name="\\"\r\n\r\nx\r\n--part--\r\n'
    headers = {**person.http.headers, "Content-Type": "multipart/form-data; boundary=part"}
    url = f"{world.server}/api/method/property_service.fees.report_api.worst_buildings"
    answer = person.http.post(url, data=body.encode(), headers=headers)
    assert answer.status_code == 400 and "Traceback" not in answer.text, answer.text[-300:]


def test_half_a_letter_is_refused(world: World) -> None:
    url = f"{world.server}/api/method/property_service.fees.payment_api.payment_callback"
    answer = world.person("guest").http.post(url, json={"amount": "\ud800", "nonce": "n1", "signature": "x"})
    assert answer.status_code == 400 and "Traceback" not in answer.text, answer.text[-300:]


def test_brackets_in_brackets_are_refused(world: World) -> None:
    deep = "[" * 1500
    callback = world.person("guest").call("property_service.fees.payment_api.payment_callback", payment=deep)
    report = world.person("owner").call("report_fault", description=deep, unit=world.rooms["room"])
    form = world.person("owner").post("/resident/report", description=deep, unit=world.rooms["room"])
    assert [answer.status_code for answer in (callback, report, form)] == [400, 400, 400]
    wide = world.person("owner").call("report_fault", description="[x] " * 400, unit="none")
    assert "not understood. Please check it" not in wide.text
