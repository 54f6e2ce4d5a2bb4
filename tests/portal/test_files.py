"""Photos and other files of our documents, asked for and meddled with over HTTP."""

from __future__ import annotations

import frappe
import pytest

from property_service.property_service.photos import store_photo
from tests.portal.world import World, jpeg

READERS = ("owner", "tenant", "desk", "manager", "technician")
OTHERS = ("neighbour", "stranger", "gone", "far_desk", "guest")


@pytest.fixture(scope="module")
def photo(world: World) -> str:
    """Address of a photo the resident who moved out sent in himself, when the room was his."""
    frappe.set_user(world.people["gone"])
    name = store_photo(jpeg(color="green"), "Repair Request", world.repairs["mine"], "report")
    frappe.set_user("Administrator")
    frappe.db.commit()
    return frappe.db.get_value("File", name, "file_url")


@pytest.fixture(scope="module")
def letter(world: World) -> str:
    """Address of a file the desk keeps with the request for itself."""
    file = frappe.get_doc(
        {
            "doctype": "File",
            "file_name": f"letter-{world.homes['here']}.txt",
            "content": f"to the contractor of {world.homes['here']}",
            "attached_to_doctype": "Repair Request",
            "attached_to_name": world.repairs["mine"],
            "is_private": 1,
        }
    ).insert()
    frappe.db.commit()
    return file.file_url


@pytest.mark.parametrize("who", READERS)
def test_who_may_read_the_request_sees_its_photo(world: World, photo: str, who: str) -> None:
    answer = world.person(who).get(photo)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_gets_it_by_any_address(world: World, photo: str, who: str) -> None:
    person = world.person(who)
    name = photo.rpartition("/")[2]
    assert person.get(photo).status_code in (403, 404)
    for path in (f"/private/files/./{name}", f"//private/files/{name}", f"/private/files/%2e/{name}", f"/files/{name}"):
        answer = person.get(path)
        assert answer.status_code != 200 or answer.headers["Content-Type"] != "image/jpeg", path
    for method in (
        "frappe.utils.file_manager.download_file",
        "frappe.core.doctype.file.file.download_file",
        "frappe.core.api.file.get_files_in_folder",
    ):
        answer = person.call(method, "GET", file_url=photo, folder="Home/Attachments")
        assert answer.status_code != 500, (method, answer.text)
        assert name not in answer.text.replace(photo, ""), method
        assert not answer.content.startswith(b"\xff\xd8"), method


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_finds_it_in_a_list(world: World, photo: str, who: str) -> None:
    person = world.person(who)
    for path in (
        '/api/resource/File?fields=["file_url"]&limit_page_length=0',
        f'/api/resource/File?filters=[["attached_to_name","=","{world.repairs["mine"]}"]]&fields=["file_url"]',
    ):
        assert photo not in person.get(path).text


def test_the_list_of_files_shows_staff_what_the_documents_show(world: World, photo: str) -> None:
    path = f'/api/resource/File?filters=[["attached_to_name","=","{world.repairs["mine"]}"]]&fields=["file_url"]'
    assert photo in world.person("desk").get(path).text


@pytest.mark.parametrize("who", ["owner", "tenant", "neighbour", "gone", "guest"])
def test_files_of_the_staff_are_not_for_residents(world: World, letter: str, who: str) -> None:
    assert world.person(who).get(letter).status_code in (403, 404)


def test_files_of_the_staff_are_for_staff(world: World, letter: str) -> None:
    assert world.person("desk").get(letter).status_code == 200


@pytest.mark.parametrize("who", ["owner", "neighbour", "gone", "guest"])
def test_no_resident_adds_moves_or_deletes_a_file_by_the_platform(world: World, photo: str, who: str) -> None:
    person = world.person(who)
    person.get("/resident")
    mine = world.repairs["mine"]
    name = frappe.db.get_value("File", {"file_url": photo})
    before = files_of(mine)
    row = {"doctype": "File", "file_url": photo, "is_private": 1, "file_name": "copy.jpg"}
    tries = [
        person.call(
            "upload_file",
            files={"file": ("a.jpg", jpeg())},
            doctype="Repair Request",
            docname=mine,
            is_private=1,
        ),
        person.call("upload_file", file_url=photo, is_private=1),
        person.call("frappe.client.insert", doc=frappe.as_json(row)),
        person.call("frappe.client.insert", doc=frappe.as_json({**row, "attached_to_doctype": "ToDo"})),
        person.call(
            "frappe.client.attach_file", filename="a.jpg", filedata="aGk=", doctype="Repair Request", docname=mine
        ),
        person.call("frappe.client.set_value", doctype="File", name=name, fieldname="attached_to_name", value="x"),
        person.call("frappe.client.delete", doctype="File", name=name),
        person.http.put(f"{world.server}/api/resource/File/{name}", json={"attached_to_name": "x"}, timeout=60),
        person.http.delete(f"{world.server}/api/resource/File/{name}", timeout=60),
    ]
    assert [answer.status_code for answer in tries if answer.status_code < 400] == []
    assert files_of(mine) == before
    assert not frappe.db.exists("File", {"file_url": photo, "attached_to_name": ["!=", mine]})


def test_staff_of_another_community_cannot_reach_a_file_by_a_row_of_its_own(world: World, photo: str) -> None:
    """A File row that names somebody else's address would open it to its maker."""
    person = world.person("far_desk")
    for url in (photo, photo.replace("/private/files/", "/private/files/./"), photo.replace("files/", "files/%2e/")):
        row = {"doctype": "File", "file_url": url, "is_private": 1, "file_name": "mine.jpg"}
        assert person.call("frappe.client.insert", doc=frappe.as_json(row)).status_code in (403, 417)
        assert person.get(url).status_code in (403, 404)


def test_files_attached_by_staff_are_private_even_if_sent_as_public(world: World) -> None:
    answer = world.person("desk").call(
        "upload_file",
        files={"file": ("plan.txt", f"plan of {world.homes['here']}".encode())},
        doctype="Repair Request",
        docname=world.repairs["mine"],
        is_private=0,
    )
    assert answer.status_code == 200, answer.text
    row = answer.json()["message"]
    assert (row["is_private"], row["file_url"].startswith("/private/files/")) == (1, True)
    public = row["file_url"].replace("/private", "")
    assert world.person("guest").get(public).status_code == 404
    world.person("desk").call(
        "frappe.client.set_value", doctype="File", name=row["name"], fieldname="is_private", value=0
    )
    frappe.db.rollback()
    assert frappe.db.get_value("File", row["name"], "is_private") == 1
    assert world.person("guest").get(public).status_code == 404


def test_a_document_of_ours_is_not_shared_with_residents_or_everybody(world: World) -> None:
    doc = frappe.get_doc("Repair Request", world.repairs["mine"])
    for values in ({"user": world.people["neighbour"]}, {"everyone": 1}):
        with pytest.raises(frappe.PermissionError):
            frappe.share.add_docshare(
                doc.doctype, doc.name, flags={"ignore_share_permission": True}, read=1, **{"user": None, **values}
            )
    answer = world.person("desk").call(
        "frappe.desk.form.assign_to.add",
        doctype=doc.doctype,
        name=doc.name,
        assign_to=frappe.as_json([world.people["neighbour"]]),
    )
    assert answer.status_code != 500
    frappe.db.rollback()
    assert not frappe.db.exists("DocShare", {"share_name": doc.name, "user": world.people["neighbour"]})


def files_of(name: str) -> list[str]:
    frappe.db.rollback()
    return frappe.get_all("File", {"attached_to_name": name}, pluck="name", order_by="name asc")
