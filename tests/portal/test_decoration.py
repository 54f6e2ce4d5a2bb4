"""Decorations in the portal over HTTP, without JavaScript: applied for, supplied, seen by nobody else; and the code at the door."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import quote

import frappe
import pytest
from frappe.utils.password import get_decrypted_password, update_password

from property_service.decoration import states
from property_service.decoration.codes import TOKEN_FIELD
from property_service.property_service import access_codes
from property_service.property_service.service_clock import local_day
from property_service.tests import decoration as deco
from property_service.tests import factories as make
from tests.portal.world import PASSWORD, Person, World, jpeg

CONSENT = "Owner's Written Consent"
SECRETS = ("13900001111", "123X", "2,000", "2000", "Lin Owner")


@pytest.fixture(scope="module")
def site_works(world: World) -> Iterator[SimpleNamespace]:
    """Terms of the community, a permit of the neighbour with work going on, a guard and a patroller."""
    home = world.homes["here"]
    terms = deco.make_terms(home)
    world.calendars += [terms.work_calendar, terms.quiet_calendar]
    unit = frappe.get_doc("Property Unit", world.rooms["next_door"])
    neighbour = frappe.get_doc("Resident", world.residents["neighbour"])
    permit = deco.make_working(unit, applicant=neighbour, works="Kitchen made anew next door")
    worker = make.insert(
        "Decoration Worker Pass",
        permit=permit.name,
        worker_name="Wang Mason",
        id_last_four="123X",
        worker_phone="13900002222",
        trade="Mason",
    )
    for who, role, community in (
        ("guard", "Property Gate Guard", home),
        ("patroller", "Property Patroller", home),
        ("far_guard", "Property Gate Guard", world.homes["there"]),
    ):
        world.people[who] = make.make_staff(role, community=frappe._dict(name=community))
        update_password(world.people[who], PASSWORD)
    frappe.db.commit()
    yield SimpleNamespace(permit=permit.name, worker=worker.name, contractor=permit.contractor)
    frappe.db.rollback()
    names = frappe.get_all(states.DOCTYPE, {"community": home}, pluck="name")
    for file in frappe.get_all("File", {"attached_to_name": ["in", names]}, pluck="name") if names else []:
        frappe.delete_doc("File", file, force=True)
    frappe.db.delete("Resident", {"name": permit.contractor})
    frappe.db.commit()


def application(world: World, **values: object) -> dict[str, object]:
    """What the form sends, every question answered No."""
    day = local_day(world.homes["here"])
    terms = frappe.get_cached_doc("Decoration Terms", world.homes["here"])
    return {
        "unit": world.rooms["room"],
        "works": "New floor & {{ 7123*7 }}",
        "from_date": str(day),
        "to_date": str(day + timedelta(days=20)),
        "site_manager": "Foreman Zhao",
        "site_manager_phone": "13900001111",
        "send": "1",
        **{f"a-{place}": "No" for place in range(len(terms.questions))},
        **values,
    }


def photos_of(world: World, *left_out: str) -> dict[str, tuple[str, bytes, str]]:
    """A photo of each document, but for some."""
    terms = frappe.get_cached_doc("Decoration Terms", world.homes["here"])
    return {
        f"document-{place}": ("x.jpg", jpeg(), "image/jpeg")
        for place, row in enumerate(terms.documents)
        if row.document_name not in left_out
    }


def apply(world: World, who: str, files: dict | None = None, **values: object):
    return world.person(who).post("/resident/decorate", files=files, **application(world, **values))


def permit_of(answer) -> str:
    assert answer.status_code in (301, 302, 303), answer.text.split("<main")[1][:600]
    return re.search(r"name=(DP-[\d-]+)", answer.headers["Location"])[1]


def end(name: str) -> None:
    """The unit is free for the next test."""
    frappe.db.rollback()
    frappe.db.set_value(states.DOCTYPE, name, {"status": "Rejected", "stage": "Void", "open_key": None})
    frappe.db.commit()


def test_an_owner_applies_and_only_he_sees_it(world: World, site_works: SimpleNamespace) -> None:
    name = permit_of(apply(world, "owner", photos_of(world)))
    try:
        frappe.db.rollback()
        doc = frappe.get_doc(states.DOCTYPE, name)
        assert (doc.status, doc.applicant, doc.channel) == ("Under Review", world.residents["owner"], "Portal")
        page = world.person("owner").get(f"/resident/permit?name={name}")
        assert page.status_code == 200 and "New floor &amp; {{ 7123*7 }}" in page.text
        assert name in world.person("owner").get("/resident/decoration").text
        assert name in world.person("owner").get("/resident").text
        photo = next(row.file for row in doc.documents if row.file)
        assert world.person("owner").get(photo).status_code == 200
        for who in ("tenant", "neighbour", "stranger", "gone"):
            person = world.person(who)
            person.get("/resident/account")  # with the token of its forms
            told = person.get(f"/resident/permit?name={name}")
            assert told.status_code == 403 and "New floor" not in told.text, who
            assert name not in person.get("/resident/decoration").text
            assert person.get(photo).status_code in (403, 404), who
            for act in ("supply", "send", "withdraw", "ask_acceptance"):
                sent = {"name": name, **({"document_name": CONSENT} if act == "supply" else {})}
                assert person.call(f"property_service.portal.decoration_api.{act}", **sent).status_code == 403, who
        again = apply(world, "owner", photos_of(world))
        assert again.status_code == 400 and name in again.text
    finally:
        end(name)


def test_a_tenant_needs_the_owners_consent_and_the_owner_reads_it(world: World, site_works: SimpleNamespace) -> None:
    assert CONSENT.replace("'", "&#39;") in world.person("tenant").get("/resident/decorate").text
    assert CONSENT.replace("'", "&#39;") not in world.person("owner").get("/resident/decorate").text
    refused = apply(world, "tenant", photos_of(world, CONSENT))
    assert refused.status_code == 400 and "consent" in refused.text.lower()
    frappe.db.rollback()
    assert not frappe.db.exists(states.DOCTYPE, {"applicant": world.residents["tenant"]})
    name = permit_of(apply(world, "tenant", photos_of(world, CONSENT), send="0"))
    try:
        person = world.person("tenant")
        assert person.post("/resident/permit", name=name, act="send").status_code == 400
        answer = person.post(
            "/resident/permit",
            files={"photo": ("x.jpg", jpeg(), "image/jpeg")},
            name=name,
            act="supply",
            document_name=CONSENT,
        )
        assert answer.status_code in (301, 302, 303), answer.text[:800]
        assert person.post("/resident/permit", name=name, act="send").status_code in (301, 302, 303)
        seen = world.person("owner").get(f"/resident/permit?name={name}")
        assert seen.status_code == 200 and "Tang Tenant applied for it" in seen.text
        assert world.person("owner").post("/resident/permit", name=name, act="withdraw").status_code == 403
        assert person.post("/resident/permit", name=name, act="withdraw").status_code in (301, 302, 303)
        frappe.db.rollback()
        assert frappe.db.get_value(states.DOCTYPE, name, "status") == "Rejected"
    finally:
        end(name)


def test_prohibited_work_foreign_rooms_and_bad_photos_are_refused(world: World, site_works: SimpleNamespace) -> None:
    prohibited = apply(world, "owner", photos_of(world), **{"a-0": "Yes"})
    assert prohibited.status_code == 400 and "prohibited" in prohibited.text
    assert apply(world, "owner", photos_of(world), unit=world.rooms["next_door"]).status_code == 403
    assert apply(world, "owner", {"document-0": ("x.jpg", b"no picture", "image/jpeg")}).status_code == 400
    past = local_day(world.homes["here"]) - timedelta(days=1)
    assert apply(world, "owner", photos_of(world), from_date=str(past)).status_code == 400
    frappe.db.rollback()
    assert not frappe.db.exists(states.DOCTYPE, {"unit": world.rooms["room"], "status": ["!=", "Rejected"]})


def test_asked_for_more_days_and_acceptance_by_the_applicant_alone(world: World, site_works: SimpleNamespace) -> None:
    until = local_day(world.homes["here"]) + timedelta(days=deco.DAYS + 5)
    person, name = Person(world.server, world.people["neighbour"]), site_works.permit
    page = person.get(f"/resident/permit?name={name}")
    assert "<svg" in page.text and "2,000.00" in page.text
    for reason, wanted in (("", 400), ("The tiles come late", 301)):
        answer = person.post("/resident/permit", name=name, act="ask_extension", until=str(until), reason=reason)
        assert answer.status_code == wanted, answer.text[:800]
    frappe.db.rollback()
    assert str(frappe.db.get_value(states.DOCTYPE, name, "extension_asked")) == str(until)
    assert not frappe.db.get_value(states.DOCTYPE, name, "extended_to")
    assert person.post("/resident/permit", name=name, act="ask_acceptance").status_code == 301
    frappe.db.rollback()
    assert frappe.db.get_value(states.DOCTYPE, name, "status") == states.ACCEPTANCE_REQUESTED


def tokens(site_works: SimpleNamespace) -> list[str]:
    frappe.db.rollback()
    return [
        get_decrypted_password(states.DOCTYPE, site_works.permit, TOKEN_FIELD),
        get_decrypted_password("Decoration Worker Pass", site_works.worker, TOKEN_FIELD),
    ]


def test_the_code_at_the_door_shows_the_permit_to_staff_and_nothing_to_others(
    world: World, site_works: SimpleNamespace
) -> None:
    nothing = Person(world.server).get(f"/q/{'x' * 22}")
    assert nothing.status_code == 404
    for token in tokens(site_works):
        for who in ("guard", "patroller", "desk", "manager"):
            person = world.person(who)
            led = person.get(f"/q/{token}")
            assert led.status_code in (301, 302) and "/door-permit" in led.headers["Location"], who
            page = person.get(f"/door-permit?code={quote(token)}")
            assert page.status_code == 200
            assert site_works.permit in page.text and "Wang Mason" in page.text and "Kitchen made anew" in page.text
            assert "no-store" in page.headers["Cache-Control"]
            shown = page.text.split("<main", 1)[1]
            for secret in (*SECRETS, "Niu Neighbour", "13900002222"):
                assert secret not in shown, secret
        for who in ("guest", "owner", "neighbour", "stranger", "technician", "cashier", "far_guard", "far_desk"):
            person = world.person(who)
            for path in (f"/q/{token}", f"/door-permit?code={quote(token)}"):
                told = person.get(path)
                assert told.status_code in (403, 404), (who, path)
                assert site_works.permit not in told.text and "Wang Mason" not in told.text
            alike = same(person.get(f"/q/{token}").text) == same(person.get(f"/q/{'x' * 22}").text)
            assert alike, who
    alike = same(nothing.text) == same(world.person("guard").get("/door-permit?code=guessed").text)
    assert alike


def same(text: str) -> str:
    """A page without what is of the session alone."""
    return " ".join(re.sub(r'name="csrf_token" value="[^"]*"', "", text.split("<main", 1)[1]).split())


def test_ended_codes_show_nothing_to_staff_either(world: World, site_works: SimpleNamespace) -> None:
    door, worker = tokens(site_works)
    guard = world.person("guard")
    expired = access_codes.issue(
        "Door Permit", states.DOCTYPE, site_works.permit, world.homes["here"], valid_to=frappe.utils.add_days(None, -1)
    )
    frappe.db.commit()
    access_codes.revoke_all("Door Permit", states.DOCTYPE, site_works.permit, "suspended")
    frappe.db.set_value("Decoration Worker Pass", site_works.worker, "status", "Revoked")
    frappe.db.commit()
    for token in (expired, door, worker):
        assert guard.get(f"/door-permit?code={quote(token)}").status_code == 404
    for token in (expired, door):
        assert guard.get(f"/q/{token}").status_code == 404
