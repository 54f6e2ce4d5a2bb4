"""Files sent where they do not belong, under names that climb out, as addresses of other files, and as what they are not.

Whatever is refused leaves nothing: no row, no file on the disk. Photos of the forms are attacked in `tests/portal/test_pages.py` too.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import frappe
import pytest
from PIL import Image

from property_service.property_service import photos
from property_service.property_service.errors import InputRefused
from property_service.property_service.photos import store_photo
from property_service.property_service.test_photos import bomb
from tests import figures
from tests.portal.world import World, jpeg, peopled

OUTSIDERS = ("guest", "owner", "far_desk")
SCRIPT = b"<script>alert(1)</script>"


@pytest.fixture(scope="module")
def world(server: str) -> Iterator[World]:
    with peopled(server) as made:
        yield made
        frappe.db.rollback()
        imports = frappe.get_all(
            "Property Import", {"community": made.homes["here"]}, pluck="name", order_by="name asc"
        )
        for found in ({"owner": ["in", list(made.people.values())]}, {"attached_to_name": ["in", [*imports, "-"]]}):
            for name in frappe.get_all("File", found, pluck="name", order_by="name asc"):
                frappe.delete_doc("File", name, force=True)
        frappe.db.commit()


@pytest.fixture(scope="module")
def photo(world: World) -> str:
    """Address of a photo of the owner's repair."""
    # Equal contents share one address; this one is nobody else's.
    color = f"#{frappe.generate_hash(length=6)}"
    name = store_photo(jpeg(color=color), "Repair Request", world.repairs["mine"], "report")
    frappe.db.commit()
    return frappe.db.get_value("File", name, "file_url")


def kept() -> tuple[set[str], set[Path]]:
    """Every row of File, and every file of the site."""
    frappe.db.rollback()
    folders = (Path(frappe.get_site_path(part, "files")) for part in ("private", "public"))
    rows = frappe.get_all("File", pluck="name", order_by="name asc")
    return set(rows), {path for folder in folders for path in folder.rglob("*")}


def upload(world: World, who: str, content: bytes | None = b"some text", name: str = "a.txt", **values: Any) -> Any:
    figures.count("attacks tried")
    person, files = world.person(who), {"file": (name, content)} if content is not None else None
    path = f"{world.server}/api/method/upload_file"
    return person.http.post(path, data=values, files=files, headers={"X-Frappe-CSRF-Token": person.token}, timeout=60)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nothing_is_attached_to_a_foreign_document(world: World, who: str) -> None:
    """By the platform's upload, as a file, as an address, into a field, public or private, through a method of ours."""
    place = {"doctype": "Repair Request", "docname": world.repairs["mine"]}
    tries: list[dict[str, Any]] = [
        {**place, "is_private": 1},
        {**place, "is_private": 0},
        {**place, "fieldname": "description"},
        {**place, "folder": "Home/Attachments"},
        {**place, "content": None, "file_url": "https://evil.invalid/x.png"},
        {**place, "content": None, "file_url": "http://127.0.0.1:1/x.png"},
        {"doctype": "Community", "docname": world.homes["here"]},
        {"doctype": "Resident", "docname": world.residents["owner"], "is_private": 0},
        {**place, "method": "property_service.repairs.api.attach_photo"},
        {**place, "method": "property_service.portal.api.report_fault"},
        {**place, "method": "frappe.client.get_password"},
        {**place, "method": "frappe.desk.form.utils.remove_attach"},
    ]
    before, wrong = kept(), []
    for values in tries:
        answer = upload(world, who, content=values.pop("content", b"some text"), **values)
        # The platform calls the method named without any arguments: it is asked for what is missing.
        if not 400 <= answer.status_code < 500 and not str(values.get("method")).startswith("frappe."):
            wrong.append((values, answer.status_code, answer.text[-200:]))
    assert not wrong
    assert kept() == before


@pytest.mark.parametrize("who", ["far_desk"])
def test_no_address_opens_somebody_elses_file(world: World, photo: str, who: str) -> None:
    """A row that names another's file, spelt in every way, does not make it one's own."""
    name, secret = photo.rpartition("/")[2], world.person("owner").get(photo).content
    assert secret.startswith(b"\xff\xd8"), "else nothing would be looked for"
    spelt = [
        photo,
        f"/private/files/../files/{name}",
        f"/private/files/..%2ffiles%2f{name}",
        f"/private/files/%2e%2e/files/{name}",
        f"/private/files/%252e%252e/files/{name}",
        f"/private\\files\\{name}",
        f"/private/files/{name}\x00.png",
        f"/private/files/{name[:10]}%",
        f"/private/files/{name.replace('-', '_')}",
        f"/private/files/{'_' * len(name)}",
        "/private/files/%",
        f"/files/../../private/files/{name}",
        f"//private//files//{name}",
        f"file://{photo}",
        f"/private/files/{name}?x=1",
        "/private/files/../../site_config.json",
        "/files/../../site_config.json",
        "/files/..\\..\\site_config.json",
    ]
    person, wrong = world.person(who), []
    encryption = frappe.conf.get("encryption_key") or frappe.conf.db_password
    for url in spelt:
        made = [upload(world, who, content=None, file_url=url, is_private=1)]
        row = {"doctype": "File", "file_url": url, "is_private": 1, "file_name": name}
        made.append(person.call("frappe.client.insert", doc=frappe.as_json(row)))
        gets = [
            person.http.get(f"{world.server}{path}", timeout=60)
            for path in (url.replace("\x00", "%00"),)
            if path.startswith("/")
        ]
        for method in (
            "frappe.core.doctype.file.file.download_file",
            "download_file",
            "frappe.utils.file_manager.download_file",
        ):
            gets.append(person.http.get(f"{world.server}/api/method/{method}", params={"file_url": url}, timeout=60))
        for answer in gets:
            if secret in answer.content or b"db_password" in answer.content or encryption.encode() in answer.content:
                wrong.append((url, "is opened", answer.url))
    assert not wrong


@pytest.mark.parametrize(
    "name",
    ["../../../evil.txt", "..\\..\\evil.txt", "%2e%2e%2fevil.txt", "a/../../evil.txt", "/etc/evil.txt", "evil\x00.txt", "漏" * 80 + ".txt", "x" * 300 + ".txt", ".htaccess", "a%00b.txt", "con:evil.txt"],
)  # fmt: skip
def test_no_name_climbs_out_of_the_folder(world: World, name: str) -> None:
    """Sent by the staff who may attach: kept inside the private files or refused, never elsewhere, never an error of ours."""
    before = kept()[1]
    content = frappe.generate_hash().encode()
    place = {"doctype": "Repair Request", "docname": world.repairs["mine"]}
    answer = upload(world, "desk", content, name, **place)
    assert answer.status_code < 500, answer.text[-600:]
    private = Path(frappe.get_site_path("private", "files")).resolve()
    for path in kept()[1] - before:
        assert private in path.resolve().parents and path.resolve().parent == private, path
    if answer.status_code == 200:
        row = answer.json()["message"]
        assert row["file_url"].startswith("/private/files/") and "/" not in row["file_url"][len("/private/files/") :]
        assert world.person("guest").get(row["file_url"]).content != content
    for folder in (private.parent, private.parents[1], Path("/etc")):
        assert not list(folder.glob("*evil*"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg.html", SCRIPT),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.html", SCRIPT),
        ("a.jpg", SCRIPT),
        ("a.pdf.js", b"alert(1)"),
        ("a.xhtml", b"<html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>"),
    ],
)
def test_what_staff_attach_does_not_run_in_a_browser(world: World, name: str, content: bytes) -> None:
    """Kept for those who read the document, handed out as a download or under a policy that runs no script."""
    place = {"doctype": "Repair Request", "docname": world.repairs["mine"], "is_private": 0}
    before = kept()
    answer = upload(world, "desk", content + frappe.generate_hash().encode(), name, **place)
    if answer.status_code != 200:
        assert kept() == before, "refused, yet kept"
        return
    url = answer.json()["message"]["file_url"]
    assert url.startswith("/private/files/")
    for who in ("guest", "owner", "far_desk"):
        assert SCRIPT not in world.person(who).get(url).content, who
    got = world.person("manager").get(url)
    runs = got.headers["Content-Type"].partition(";")[0] in ("text/html", "image/svg+xml", "application/xhtml+xml")
    assert got.status_code == 200
    assert not runs or got.headers.get("Content-Disposition", "").startswith("attachment"), got.headers


# Pictures


def polyglot() -> bytes:
    """A picture that is a page and a script as well, in its comment and after its end."""
    target = BytesIO()
    Image.new("RGB", (40, 30), "red").save(target, "JPEG", comment=SCRIPT)
    return target.getvalue() + SCRIPT + b"PK\x03\x04" + b"<?php system('id'); ?>"


def text_bomb() -> bytes:
    """A small PNG whose text chunk swells to 64 MB."""
    target = BytesIO()
    Image.new("RGB", (8, 8)).save(target, "PNG")
    raw = b"Comment\x00\x00" + zlib.compress(bytes(64 * 1024 * 1024), 9)
    chunk = b"zTXt" + raw
    part = len(raw).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    png = target.getvalue()
    return png[:33] + part + png[33:]


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64)
# What is no picture → words of the sentence that refuses it.
NO_PICTURE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "readable"),
    "html": (b"<!doctype html>" + SCRIPT, "readable"),
    "html after the head of a GIF": (b"GIF89a" + SCRIPT, "readable"),
    "cut off": (jpeg()[:200], "readable"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n", "readable"),
    "tiff": (b"II*\x00\x08\x00\x00\x00\x00\x00", "readable"),
    "heic": (HEIC, "HEIC"),
    "bomb": (bomb(60_000, 60_000), "million pixels"),
    "too big": (b"\xff\xd8\xff" + bytes(photos.MAX_BYTES), "larger than"),
    "text bomb": (text_bomb(), ""),
}


@pytest.mark.parametrize("kind", NO_PICTURE)
def test_what_is_no_picture_is_refused_and_leaves_nothing(world: World, kind: str) -> None:
    """By the technician's upload and in a complaint, over HTTP: a sentence, and neither row nor file."""
    content, words = NO_PICTURE[kind]
    before = kept()
    figures.count("attacks tried", 2)
    answers = [
        world.person("technician").call(
            "property_service.repairs.api.attach_photo", files={"file": ("a.jpg", content)}, name=world.repairs["mine"]
        )
    ]
    person = world.person("owner")
    person.get("/resident/account")
    answers.append(
        person.call(
            "property_service.portal.api.report_fault",
            files=[("photos", ("a.jpg", content, "image/jpeg"))],
            unit=world.rooms["room"],
            category=world.categories["water"],
            description=f"It drips {frappe.generate_hash(length=6)}",
        )
    )
    if kind == "text bomb":  # a picture all the same: what is kept has no text in it
        assert all(answer.status_code < 500 for answer in answers)
        return
    for answer in answers:
        assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[-300:])
        # What is larger than any request may be is turned away by the web server itself.
        assert words in answer.text or answer.status_code == 413, answer.text[-300:]
        assert "Traceback" not in answer.text
    assert kept() == before


def test_of_a_picture_that_is_more_only_the_picture_is_kept(world: World) -> None:
    name = store_photo(polyglot(), "Repair Request", world.repairs["mine"], "report")
    content = frappe.get_doc("File", name).get_content()
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
    assert raw.startswith(b"\xff\xd8") and raw.endswith(b"\xff\xd9")
    assert b"script" not in raw and b"PK\x03\x04" not in raw and b"php" not in raw
    with pytest.raises(InputRefused):
        photos.clean_picture(SCRIPT)


def test_a_photo_lands_on_no_foreign_document(world: World) -> None:
    """Our own uploads, with the name of somebody else's document."""
    before, wrong = kept(), []
    good = jpeg(color="navy")
    for who in ("far_technician", "far_leader", "far_manager", "owner", "neighbour", "guest"):
        figures.count("attacks tried")
        answer = world.person(who).call(
            "property_service.repairs.api.attach_photo", files={"file": ("a.jpg", good)}, name=world.repairs["mine"]
        )
        if answer.status_code not in (401, 403, 404):
            wrong.append((who, answer.status_code))
    assert not wrong
    assert kept() == before


def test_an_import_reads_no_file_but_its_own(world: World, photo: str) -> None:
    """The table of an import is the file attached to it, not whatever address is named."""
    person, wrong = world.person("manager"), []
    for url in (photo, "/private/files/../../site_config.json", "https://evil.invalid/x.csv", "/etc/passwd"):
        figures.count("attacks tried")
        row = {"doctype": "Property Import", "community": world.homes["here"], "kind": "Estate", "file": url}
        made = person.call("frappe.client.insert", doc=frappe.as_json(row))
        answers = [made]
        if made.status_code == 200:
            name = made.json()["message"]["name"]
            answers.append(person.call("property_service.property_service.api.import_preview", "GET", name=name))
            answers.append(person.call("property_service.property_service.api.import_preview", name=name))
        for answer in answers:
            if answer.status_code >= 500 or "db_password" in answer.text or "root:x:" in answer.text:
                wrong.append((url, answer.status_code, answer.text[-300:]))
    assert not wrong
