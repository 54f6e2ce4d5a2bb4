"""Repair requests of another system: every row taken, known or refused; the past without clocks, bursts as incidents."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.model import default_fields
from frappe.utils import add_days, now_datetime
from openpyxl import Workbook

from property_service.property_service import work_batches
from property_service.property_service.api import import_preview, import_run, import_template
from property_service.property_service.errors import InputRefused
from property_service.repairs import alerts
from property_service.setup.demo import outside, removal
from property_service.setup.importers import requests as importer
from property_service.setup.importers.request_places import number_of
from property_service.tests import factories as make
from property_service.tests.utils import as_user, count_queries

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "nyc311_housing.csv"
HEADER = "Number,Category,Description,Room,Building,Public Place,Reporter,Phone,Status,Priority,Reported At,Closed At,Work Done\n"
CLOSED = (
    "1,Intercom,No sound,,Main Street 5,,Zhang Wei,13912345678,Closed,,2025-11-03 09:20,2025-11-05 10:00,New board\n"
)
COLUMNS = HEADER.strip().split(",")
# What may differ between two rows of one content.
OF_THE_ROW = {*default_fields, "external_id", "external_key", "name"} - {"docstatus", "owner", "idx"}


def line(**cells: str) -> str:
    """One row of a CSV file; what is not given is empty."""
    given = {name.replace("_", " "): value for name, value in cells.items()}
    assert set(given) <= set(COLUMNS)
    return ",".join(f'"{given.get(name, "")}"' for name in COLUMNS) + "\n"


@pytest.fixture
def community(site: str) -> Any:
    return make.make_community()


@pytest.fixture
def take(community: Any, tmp_path: Path) -> Callable[..., dict]:
    """Take a file of this content into the community."""

    def run(content: str | bytes, name: str = "requests.csv", into: Any = None) -> dict:
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return importer.run_file(str(file), (into or community).name, keep=False)

    return run


def stored(community: Any, **filters: Any) -> list[Any]:
    filters = {"community": community.name, **filters}
    return frappe.get_all("Repair Request", filters, ["*"], order_by="reported_at asc, external_id asc")


# The past


def test_a_closed_row_is_history_and_nothing_else(take: Callable, community: Any) -> None:
    counts = take(HEADER + CLOSED)
    assert {k: counts[k] for k in ("rows", "taken", "joined", "known", "refused")} == {
        "rows": 1,
        "taken": 1,
        "joined": 0,
        "known": 0,
        "refused": [],
    }
    row = stored(community)[0]
    assert (row.status, row.stage, row.channel) == ("Closed", "Done", "Import")
    assert (row.source_system, row.external_id) == (f"IMPORT {community.name}", "1")
    assert (str(row.reported_at), str(row.closed_at)) != (None, None)
    assert row.respond_by is row.finish_by is row.next_alert_at is row.accepted_at is None
    assert (row.alert_level, row.response_late, row.finish_late) == (0, 0, 0)
    assert (row.payment_status, row.visit_status) == ("Not Chargeable", "Not Needed")
    assert not frappe.db.count("Return Visit", {"reference_name": row.name})
    assert not frappe.db.count("Service Message", {"community": community.name})
    steps = frappe.get_all("Repair Step", {"repair_request": row.name}, pluck="step", order_by="creation asc")
    assert steps == ["Imported"]
    assert not alerts.raise_levels()


def test_times_are_those_of_the_community(take: Callable, community: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from property_service.property_service.service_clock import local

    take(HEADER + CLOSED)
    row = stored(community)[0]
    assert f"{local(community.name, row.reported_at):%Y-%m-%d %H:%M}" == "2025-11-03 09:20"


def test_a_row_of_a_block_equals_a_document_inserted_singly(take: Callable, community: Any) -> None:
    """For a room, a public place and a category that would be charged and in warranty."""
    building = make.make_building(community, completed_on=add_days(now_datetime().date(), -30))
    unit = make.make_unit(building, deemed_handover_date=add_days(now_datetime().date(), -20))
    for number, (category, place) in enumerate(
        (
            ("Tap or Pipe Leak", {"Room": unit.short_label}),
            ("Burst Pipe", {"Room": unit.short_label}),
            ("Lift Fault", {"Public_Place": "Lobby"}),
        )
    ):
        cells = {"Number": f"A{number}", "Category": category, "Description": "x", "Status": "Closed"}
        take(HEADER + line(**cells, **place, Reported_At="2025-11-03 09:20", Closed_At="2025-11-05 10:00"))
        block = stored(community, external_id=f"A{number}")[0]
        kept = ("unit", "building", "public_place", "community", "category", "description", "channel", "source_system")
        doc = frappe.get_doc({"doctype": "Repair Request", "status": "Closed", **{key: block[key] for key in kept}})
        doc.update({"reported_at": block.reported_at, "closed_at": block.closed_at, "team": block.team})
        doc.external_id = f"B{number}"
        doc.flags.historic_state = True
        doc.insert(ignore_permissions=True)
        single = stored(community, external_id=f"B{number}")[0]
        differ = {
            key: (block[key], single[key]) for key in block if block[key] != single[key] and key not in OF_THE_ROW
        }
        assert not differ
        assert block.external_key == f"{block.source_system}|A{number}"
        assert [s.step for s in _steps(block.name)] == [s.step for s in _steps(single.name)]


def _steps(name: str) -> list[Any]:
    return frappe.get_all("Repair Step", {"repair_request": name}, ["step", "for_resident"], order_by="creation asc")


def test_the_file_decides_the_team_by_place_category_and_hour(take: Callable, community: Any) -> None:
    night = make.make_team(community)
    day = make.make_team(
        community, categories=("Intercom",), service_calendar=make.make_calendar().name, out_of_hours_team=night.name
    )
    noon, late = ("2025-11-03 11:00", "2025-11-03 23:00")
    take(
        HEADER
        + line(Number="1", Category="Intercom", Building="5", Status="Closed", Reported_At=noon)
        + line(Number="2", Category="Intercom", Building="5", Status="Closed", Reported_At=late)
    )
    assert [row.team for row in stored(community)] == [day.name, night.name]
    assert not [row.assigned_to for row in stored(community) if row.assigned_to]


def test_cancelled_and_rejected_rows_are_void(take: Callable, community: Any) -> None:
    take(HEADER + line(Number="1", Category="Intercom", Building="5", Status="已撤单", Reported_At="2025-11-03 11:00"))
    assert [(row.status, row.stage) for row in stored(community)] == [("Cancelled", "Void")]


# The present


def test_an_open_row_begins_here(take: Callable, community: Any) -> None:
    technician = make.make_staff("Property Technician", community=community)
    make.make_team(community, (technician,), dispatch_mode="Round Robin", auto_dispatch=1)
    take(HEADER + line(Number="7", Category="Intercom", Building="5", Status="维修中", Reported_At="2025-11-03 11:00"))
    row = stored(community)[0]
    assert (row.status, row.assigned_to) == ("Dispatched", technician)
    assert row.reported_at.year == 2025
    assert row.accepted_at.date() == now_datetime().date()
    assert row.respond_by > row.accepted_at
    assert (row.response_late, row.finish_late) == (0, 0)
    assert [s.step for s in _steps(row.name)] == ["Imported", "Accepted", "Dispatched"]
    again = line(Number="7", Category="Intercom", Building="5", Status="New", Reported_At="2025-11-03 11:00")
    assert take(HEADER + again)["known"] == 1


def test_a_new_row_waits_for_the_desk(take: Callable, community: Any) -> None:
    make.make_team(community, auto_dispatch=1)
    take(HEADER + line(Number="7", Category="Intercom", Building="5", Reported_At="2025-11-03 11:00"))
    assert [row.status for row in stored(community)] == ["New"]


def test_nobody_is_told_of_what_is_taken_over(take: Callable, community: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make.make_staff("Property Front Desk", community=community)
    make.make_team(community, auto_dispatch=1)
    queued: list[Any] = []
    monkeypatch.setattr(frappe, "enqueue", lambda *args, **kwargs: queued.append(args))
    take(
        HEADER
        + CLOSED.replace("2025-11-03 09:20,2025-11-05 10:00", "2025-11-03 09:20,")
        + line(Number="7", Category="Burst Pipe", Building="5", Status="Open", Reported_At="2025-11-03 11:00")
    )
    assert not [args for args in queued if "staff_notices" in str(args)]


# Where


def test_rooms_are_found_in_every_way_of_writing_them(take: Callable, community: Any) -> None:
    building = make.make_building(community, building_no="3")
    entrance = make.make_entrance(building, entrance_no="2")
    unit = make.make_unit(building, entrance=entrance.name, room_no="1203", riser="03")
    ways = ["3-2-1203", "3栋2单元1203", f"{community.name}-03-2-1203", "3-1203"]
    lines = [
        line(Number=str(n), Category="Intercom", Room=way, Status="Closed", Reported_At="2025-11-03 11:00")
        for n, way in enumerate(ways)
    ]
    lines.append(
        line(
            Number="9",
            Category="Intercom",
            Room="1203",
            Building="3栋",
            Status="Closed",
            Reported_At="2025-11-03 11:00",
        )
    )
    assert take(HEADER + "".join(lines))["refused"] == []
    assert {(row.unit, row.building, row.entrance) for row in stored(community)} == {
        (unit.name, building.name, entrance.name)
    }


def test_buildings_are_found_by_number_and_name_or_made_of_their_address(take: Callable, community: Any) -> None:
    known = make.make_building(community, building_no="5", building_name="Rose House")
    lines = [
        line(Number=str(n), Category="Cleaning", Building=way, Status="Closed", Reported_At="2025-11-03 11:00")
        for n, way in enumerate(["5", "5栋", "rose  house", "12 Long Lane", "12 LONG LANE", "12 Long-Lane"])
    ]
    counts = take(HEADER + "".join(lines))
    assert counts["refused"] == []
    assert counts["buildings_made"] == 2
    found = [row.building for row in stored(community)]
    assert found[:3] == [known.name] * 3
    assert found[3] == found[4] == f"{community.name}-{number_of('12 Long Lane')}"
    made = frappe.get_doc("Building", found[3])
    assert made.building_name == "12 Long Lane"
    made.save()
    assert take(HEADER + "".join(lines))["buildings_made"] == 0


def test_a_building_made_equals_one_entered_at_the_desk(take: Callable, community: Any) -> None:
    take(
        HEADER
        + line(
            Number="1", Category="Cleaning", Building="12 Long Lane", Status="Closed", Reported_At="2025-11-03 11:00"
        )
    )
    other = make.make_community()
    make.insert("Building", community=other.name, building_no=number_of("12 Long Lane"), building_name="12 Long Lane")
    own = {*default_fields, "community"} - {"docstatus", "owner", "idx"}
    rows = [
        {k: v for k, v in row.items() if k not in own}
        for row in frappe.get_all(
            "Building", {"community": ["in", [community.name, other.name]]}, ["*"], order_by="creation asc"
        )
    ]
    assert rows[0] == rows[1]


# Refusals

REFUSED = [
    ({"Number": ""}, "has no number"),
    ({"Category": "Flying Carpet"}, 'no category for "Flying Carpet"'),
    ({"Category": "Emergencies"}, "no category"),
    ({"Status": "Whatever"}, 'status "Whatever" is not known'),
    ({"Reported_At": "2025-02-30"}, "is not a time"),
    ({"Reported_At": "2999-01-01"}, "in the future"),
    ({"Reported_At": ""}, "does not say when"),
    ({"Closed_At": "2025-11-01"}, "before it was reported"),
    ({"Description": "x" * 5000}, "has 5000 characters"),
    ({"Description": "<script>alert(1)</script>"}, "markup"),
    ({"Phone": "12"}, "is not a phone number"),
    ({"Building": ""}, "does not say where"),
    ({"Room": "3-2-1299"}, "There is no unit 3-2-1299"),
    ({"Number": "0"}, "is already on line 2"),
]


@pytest.mark.parametrize(("cells", "sentence"), REFUSED)
def test_a_row_is_refused_with_line_number_and_reason_and_the_rest_goes_in(
    take: Callable, community: Any, cells: dict, sentence: str
) -> None:
    good = {"Category": "Intercom", "Building": "5", "Status": "Closed", "Reported_At": "2025-11-03 11:00"}
    content = HEADER + line(Number="0", **good) + line(**{"Number": "1", **good, **cells}) + line(Number="2", **good)
    counts = take(content)
    assert (counts["rows"], counts["taken"]) == (3, 2)
    assert [(one["line"], one["key"]) for one in counts["refused"]] == [(3, cells.get("Number", "1"))]
    assert sentence in counts["refused"][0]["reason"]
    again = take(content)
    assert (again["taken"], again["known"], len(again["refused"])) == (0, 2, 1)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is not a table"),
        (b"PK\x03\x04 nothing more", "cannot be read"),
        (b"Name,Town\nx,y\n", "No column is called Number"),
        (b"Number,Town\nx,y\n", "No column is called Category"),
    ],
)
def test_a_file_that_is_no_table_of_requests_is_refused_whole(
    take: Callable, community: Any, content: bytes, sentence: str
) -> None:
    with pytest.raises(InputRefused, match=sentence):
        take(content)
    assert not stored(community)


def test_a_comma_in_a_text_without_quotes_is_noticed(take: Callable) -> None:
    counts = take("Number,Category,Status,Building,Description\n1,Intercom,Closed,5,no sound, no picture\n")
    assert "more cells than the first line" in counts["refused"][0]["reason"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_chinese_files_in_the_encodings_of_spreadsheets(take: Callable, community: Any, encoding: str) -> None:
    text = "单号,类别,报修内容,楼栋,状态\n1,Intercom,对讲没有声音,5栋,已关闭\n"
    assert take(text.encode(encoding))["taken"] == 1
    assert stored(community)[0].description == "对讲没有声音"


def test_an_xlsx_file_with_numbers_and_times(take: Callable, community: Any) -> None:
    book, stream = Workbook(), io.BytesIO()
    when = now_datetime().replace(microsecond=0, second=0)
    book.active.append(["Number", "Category", "Building", "Status", "Reported At"])
    book.active.append([1042, "Intercom", 5, "Closed", add_days(when, -20)])
    book.save(stream)
    assert take(stream.getvalue(), "old.xlsx")["taken"] == 1
    assert stored(community)[0].external_id == "1042"


def test_rows_without_times_lie_in_the_order_of_their_numbers(take: Callable, community: Any) -> None:
    lines = [line(Number=str(n), Category="Intercom", Building=str(n), Status="Closed") for n in (10, 9, 100)]
    counts = take((HEADER + "".join(lines)).replace("Reported At", "Nothing"))
    assert counts["spread_days"] == 5
    rows = stored(community)
    assert [row.external_id for row in rows] == ["9", "10", "100"]
    assert add_days(now_datetime(), -5) < rows[0].reported_at < rows[-1].reported_at < now_datetime()


def test_two_estates_may_both_have_a_number_1(take: Callable, community: Any) -> None:
    assert take(HEADER + CLOSED)["taken"] == 1
    assert take(HEADER + CLOSED, into=make.make_community())["taken"] == 1


# Incidents


def test_calls_near_in_time_become_one_incident(take: Callable, community: Any) -> None:
    calls = [
        line(
            Number=str(n),
            Category="Intercom",
            Building="5",
            Phone=f"1391234567{n}",
            Status="Closed",
            Reported_At=f"2025-11-03 1{n}:00",
            Closed_At="2025-11-04 10:00",
        )
        for n in range(4)
    ]
    far = line(Number="8", Category="Intercom", Building="6", Status="Closed", Reported_At="2025-11-03 11:00")
    counts = take(HEADER + "".join(calls) + far)
    assert (counts["joined"], counts["incidents_open"]) == (4, 0)
    incident = frappe.get_doc("Service Incident", {"community": community.name})
    assert (incident.status, incident.scope, incident.request_count) == ("Closed", "Building", 4)
    assert str(incident.closed_at) == str(stored(community)[0].closed_at)
    assert {row.incident for row in stored(community) if row.external_id != "8"} == {incident.name}
    assert not [row for row in stored(community) if row.incident and not row.incident_confirmed]


def test_a_burst_that_is_still_open_is_proposed_to_the_desk(take: Callable, community: Any) -> None:
    today = f"{add_days(now_datetime(), -1):%Y-%m-%d}"
    calls = [
        line(Number=str(n), Category="Intercom", Building="5", Status="Open", Reported_At=f"{today} 0{n}:00")
        for n in (1, 2, 3)
    ]
    counts = take(HEADER + "".join(calls))
    assert (counts["joined"], counts["incidents_open"]) == (3, 1)
    assert frappe.db.get_value("Service Incident", {"community": community.name}, "status") == "Proposed"
    assert {row.incident_confirmed for row in stored(community)} == {0}


def test_withdrawn_calls_make_no_incident(take: Callable, community: Any) -> None:
    calls = [
        line(Number=str(n), Category="Intercom", Building="5", Status="Cancelled", Reported_At=f"2025-11-03 1{n}:00")
        for n in range(4)
    ]
    assert take(HEADER + "".join(calls))["joined"] == 0


# For a manager, in the queue


def import_of(community: Any, text: str, **values: Any) -> Any:
    file = make.insert("File", file_name=f"{frappe.generate_hash(length=6)}.csv", content=text.encode(), is_private=1)
    values = {"community": community.name, "kind": "Repair Requests", "file": file.file_url, **values}
    return make.insert("Property Import", **values)


def counts_of(doc: Any) -> tuple:
    doc.reload()
    return doc.status, doc.rows_total, doc.rows_taken, doc.rows_joined, doc.rows_known, doc.rows_refused


def test_a_manager_imports_previews_first_and_reads_what_was_refused(community: Any) -> None:
    doc = import_of(
        community, HEADER + CLOSED + line(Number="2", Category="Nonsense", Building="5", Reported_At="2025-11-03")
    )
    found = import_preview(doc.name)
    assert (found["rows"], found["taken"], found["known"], found["refused_count"]) == (2, 1, 0, 1)
    assert found["makes"] == {"Repair Request": 1, "Building": 1}
    assert not stored(community)
    import_run(doc.name)
    assert counts_of(doc) == ("Done", 2, 1, 0, 0, 1)
    assert [(row.line_no, row.row_key) for row in doc.refused] == [(3, "2")]
    import_run(doc.name)
    assert counts_of(doc) == ("Done", 2, 0, 0, 1, 1)


def test_who_may_not_do_repairs_here_imports_nothing(community: Any) -> None:
    doc = import_of(community, HEADER + CLOSED)
    for user in (
        make.make_staff("Property Front Desk", community=community),
        make.make_staff("Property Manager", community=make.make_community()),
    ):
        with as_user(user):
            for act in (import_preview, import_run):
                with pytest.raises(frappe.PermissionError):
                    act(doc.name)
    assert not stored(community)


def test_the_template_can_be_filled_in_and_imported(community: Any) -> None:
    make.make_unit(make.make_building(community, building_no="3"), entrance=None, room_no="1203")
    for language, number in (("en", 1), ("zh", 2)):
        import_template("Repair Requests", language)
        text = frappe.response.filecontent.decode("utf-8-sig").replace("2025-0137", f"2025-{number}")
        text = text.replace("3-2-1203", "3-1203").replace("3栋2单元1203", "3栋1203").replace("门铃对讲", "Intercom")
        doc = import_of(community, text)
        import_run(doc.name)
        assert counts_of(doc) == ("Done", 1, 1, 0, 0, 0), doc.refused


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What waits in the queue; nothing of these tests is committed."""
    waiting: list[tuple[str, int]] = []
    monkeypatch.setattr(work_batches, "_queue", lambda name, attempt: waiting.append((name, attempt)))
    monkeypatch.setattr(frappe.db, "commit", lambda: None)
    monkeypatch.setattr(frappe.db, "rollback", lambda **how: None)
    return waiting


def test_a_worker_that_died_is_followed_by_one_that_takes_the_rest(
    community: Any, queue: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        line(Number=str(n), Category="Intercom", Building=str(n % 7), Status="Closed", Phone=f"139{n:08d}")
        for n in range(450)
    ]
    bad = line(Number="x", Category="Nonsense", Building="5", Status="Closed")
    doc = import_of(community, (HEADER + "".join(lines) + bad).replace("Reported At", "Nothing"))
    import_run(doc.name)
    assert counts_of(doc)[0] == "Queued"
    name = queue[0][0]
    real, taken = importer._take, []

    def dies(*args: Any) -> None:
        if len(taken) == 1:
            raise RuntimeError("power cut")
        taken.append(1)
        real(*args)

    with monkeypatch.context() as patch:
        patch.setattr(importer, "_take", dies)
        with pytest.raises(RuntimeError):
            work_batches.run_batch(name, 1)
    assert counts_of(doc)[2] == importer.BLOCK
    work_batches.run_batch(name, 2)
    status, rows, taken_rows, joined, known, refused = counts_of(doc)
    assert (status, rows, taken_rows, known, refused) == ("Done", 451, 450, 0, 1)
    assert joined == frappe.db.count("Repair Request", {"community": community.name, "incident": ["is", "set"]}) > 0
    assert len({row.external_id for row in stored(community)}) == 450
    times = [row.reported_at for row in sorted(stored(community), key=lambda row: int(row.external_id))]
    assert times == sorted(times), "the second worker spread its rows over other days"


def test_ten_times_the_rows_take_hardly_more_queries(take: Callable, community: Any) -> None:
    counts = []
    for number, rows in enumerate((20, 200)):
        # One caller: no bursts, whose incidents are documents of their own.
        cells = {"Category": "Intercom", "Phone": "13912345678", "Status": "Closed", "Reported_At": "2025-11-03 10:00"}
        lines = [line(Number=f"{number}-{n}", Building=str(n % 5), **cells) for n in range(rows)]
        with count_queries() as queries:
            take(HEADER + "".join(lines))
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 10, counts


# The real file


@pytest.fixture(scope="module")
def city(site: str) -> Iterator[dict[str, Any]]:
    """1,459 requests of New York, taken in twice."""
    if not REAL.is_file():
        pytest.skip(f"The real requests are not here: they are read from {REAL}.")
    patch = pytest.MonkeyPatch()
    # Communities of other tests may be on the site.
    patch.setattr(outside, "refuse_real_communities", lambda: None)
    frappe.db.rollback()
    with count_queries() as queries:
        first = importer.run_file(str(REAL), keep=False)
    second = importer.run_file(str(REAL), keep=False)
    yield {"first": first, "second": second, "queries": len(queries)}
    frappe.db.rollback()
    frappe.clear_cache()
    patch.undo()


def test_every_real_row_is_taken_or_refused(city: dict) -> None:
    first = city["first"]
    assert first["rows"] == 1459 == first["taken"] + first["known"] + len(first["refused"])
    assert first["refused"] == []
    assert first["spread_days"] == 5


def test_a_second_run_takes_none(city: dict) -> None:
    second = city["second"]
    assert (second["taken"], second["known"], second["refused"]) == (0, 1459, [])
    assert frappe.db.count("Repair Request", {"source_system": "NYC311"}) == 1459


def test_its_houses_are_made_once(city: dict) -> None:
    assert city["first"]["buildings_made"] == 922 == frappe.db.count("Building", {"community": "NYC"})


def test_its_bursts_are_incidents(city: dict) -> None:
    joined = frappe.db.count("Repair Request", {"community": "NYC", "incident": ["is", "set"]})
    assert joined == city["first"]["joined"] > 50
    largest = frappe.get_all(
        "Service Incident",
        {"community": "NYC"},
        ["request_count", "category", "building"],
        order_by="request_count desc",
    )[0]
    assert (largest.request_count, largest.category) == (18, "Heating")
    assert frappe.db.get_value("Building", largest.building, "building_name") == "3810 BAILEY AVENUE (10463)"


def test_its_open_requests_are_with_a_team_and_the_closed_ones_rest(city: dict) -> None:
    rows = frappe.get_all(
        "Repair Request",
        {"community": "NYC"},
        ["status", "team", "next_alert_at", "response_late"],
        order_by="name asc",
    )
    assert sum(row.status == "Closed" for row in rows) == 1444
    assert sum(row.status == "Dispatched" for row in rows) == 15
    assert all(row.team for row in rows)
    assert not [row for row in rows if row.status == "Closed" and (row.next_alert_at or row.response_late)]


def test_it_takes_a_handful_of_queries_a_row(city: dict) -> None:
    assert city["queries"] <= 12 * 1459


def test_it_goes_with_the_demo_estate(city: dict) -> None:
    removal.remove_demo()
    assert not frappe.db.count("Repair Request", {"community": "NYC"})
    assert not frappe.db.exists("Community", "NYC")
    assert not frappe.db.exists("Work Team", "NYC General")
