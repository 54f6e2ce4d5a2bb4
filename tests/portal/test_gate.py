"""The platform's own API answers residents nothing, whatever their roles on single documents."""

from __future__ import annotations

import pytest

from tests.portal.world import World


@pytest.mark.parametrize("who", ["owner", "gone"])
@pytest.mark.parametrize(
    "path",
    [
        "/api/resource/Repair Request",
        "/api/resource/Repair Request/{mine}",
        "/api/v1/resource/Repair Request",
        "/api/v2/document/Repair Request/{mine}",
        "/api/method/frappe.client.get_list?doctype=Repair Request",
        "/api/method/frappe.client.get?doctype=Repair Request&name={mine}",
        "/api/v2/method/frappe.client.get?doctype=Repair Request&name={mine}",
        "/api/method/frappe.desk.form.load.getdoc?doctype=Repair Request&name={mine}",
        "/api/method/frappe.desk.reportview.get?doctype=Repair Request",
        "/api/method/frappe.desk.search.search_link?doctype=Resident&txt=a",
        "/api/method/run_doc_method?dt=Repair Request&dn={mine}&method=as_dict",
        "/?cmd=frappe.client.get&doctype=Repair Request&name={mine}",
        "/resident?cmd=frappe.client.get_count&doctype=Repair Request",
        "/api/method/frappe.utils.print_format.download_pdf?doctype=Repair Request&name={mine}",
        "/api/method/property_service.portal.apix",
    ],
)
def test_it_is_closed_to_residents(world: World, who: str, path: str) -> None:
    answer = world.person(who).get(path.format(mine=world.repairs["mine"]))
    assert answer.status_code == 403, (answer.status_code, answer.text[:300])


@pytest.mark.parametrize(
    "path",
    [
        "/app/repair-request",
        "/app",
        "/printview?doctype=Repair Request&name={mine}",
        "/printpreview?doctype=Repair Request&name={mine}",
        "/printview.html?doctype=Repair Request&name={mine}",
        "/Repair Request/{mine}",
        "/list?doctype=Repair Request",
        "/list/Repair Request",
    ],
)
def test_desk_lists_and_prints_of_the_platform_are_closed_too(world: World, path: str) -> None:
    answer = world.person("owner").get(path.format(mine=world.repairs["mine"]), allow_redirects=True)
    assert answer.status_code == 403
    assert "Water comes through" not in answer.text


def test_staff_and_guests_are_not_concerned(world: World) -> None:
    mine = world.repairs["mine"]
    assert world.person("desk").get(f"/api/resource/Repair Request/{mine}").status_code == 200
    assert world.person("guest").get("/api/method/frappe.ping").status_code == 200
    assert world.person("guest").get(f"/api/resource/Repair Request/{mine}").status_code == 403


def test_an_accounts_type_stays_that_of_a_website_user(world: World) -> None:
    import frappe

    from property_service.setup.install import after_migrate

    after_migrate()
    assert frappe.db.get_value("Role", "Resident", "desk_access") == 0
    assert {frappe.db.get_value("User", world.people[who], "user_type") for who in ("owner", "gone")} == {
        "Website User"
    }
