"""Meter readings from a table: judged as by hand, refused rows say why, a second run takes none."""

from __future__ import annotations

import io
from typing import Any

import frappe
import pytest
from openpyxl import Workbook

from property_service.property_service import work_batches
from property_service.property_service.api import import_preview, import_run, import_template
from property_service.property_service.errors import InputRefused
from property_service.setup.importers import readings as importer
from property_service.tests import factories as make
from property_service.tests.utils import as_user, count_queries

HEADER = "Meter Number,Fee Item,Month of Service,Read On,Reading,Confirmed,Note\n"


@pytest.fixture
def place(site: str) -> Any:
    """A community with an item and meters of three flats."""
    community = make.make_community()
    building = make.make_building(community)
    item = make.make_fee_item(community, kind="Metered")
    meters = [make.make_meter(item, make.make_unit(building), digits=5) for _number in range(3)]
    return frappe._dict(community=community, building=building, item=item, meters=meters)


def import_of(place: Any, content: str | bytes, name: str = "readings.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    file = make.insert("File", file_name=f"{frappe.generate_hash(length=6)}-{name}", content=data, is_private=1)
    return make.insert("Property Import", community=place.community.name, kind="Meter Readings", file=file.file_url)


def counts_of(doc: Any) -> tuple:
    doc.reload()
    return doc.status, doc.rows_total, doc.rows_taken, doc.rows_known, doc.rows_refused


def stored(place: Any) -> int:
    return frappe.db.count("Property Meter Reading", {"community": place.community.name})


def test_rows_are_taken_known_or_refused(place: Any) -> None:
    first, second, third = (meter.meter_no for meter in place.meters)
    doc = import_of(
        place,
        HEADER
        + f"{first},,2026-08,2026-08-25,130,,\n"  # before its earlier month in the file
        + f"{first},,2026-07,2026-07-25,112.5,,\n"
        + f"{second},{place.item.item_code},2026年7月,2026/7/25,99,,\n"  # below the last
        + f"{third},,,2026-07-25,100000,,\n"  # above the dial
        + "nowhere,,,2026-07-25,120,,\n"
        + f"{third},GAS,,2026-07-25,120,,\n"
        + f"{third},,,25th of July,120,,\n"
        + f"{third},,,2026-07-25,twelve,,\n"
        + f"{third},,,2026-07-25,120,perhaps,\n"
        + f"{third},,,2026-07-25,,,\n",
    )
    found = import_preview(doc.name)
    assert (found["rows"], found["taken"], found["known"], found["refused_count"]) == (10, 2, 0, 8)
    assert [row["line"] for row in found["refused"]] == [4, 5, 6, 7, 8, 9, 10, 11]
    assert all(row["reason"] for row in found["refused"])
    assert stored(place) == 0
    import_run(doc.name)
    assert counts_of(doc) == ("Done", 10, 2, 0, 8)
    import_run(doc.name)
    assert counts_of(doc) == ("Done", 10, 0, 2, 8)
    rows = frappe.get_all(
        "Property Meter Reading",
        {"meter": place.meters[0].name},
        ["value", "quantity", "previous_value"],
        order_by="service_month asc",
    )
    assert [(row.value, row.quantity, row.previous_value) for row in rows] == [(112.5, 12.5, 100), (130, 17.5, 112.5)]


def test_a_row_of_the_file_is_a_document(place: Any) -> None:
    first, second, _third = place.meters
    import_run(import_of(place, HEADER + f"{first.meter_no},,2026-07,2026-07-25,112.5,1,Behind the boiler\n").name)
    make.make_reading(second, "2026-07", 112.5, confirmed=1, note="Behind the boiler")
    one, other = (
        frappe.get_doc("Property Meter Reading", {"meter": meter.name}).as_dict() for meter in (first, second)
    )
    own = {"name", "meter", "unit", "creation", "modified"}
    assert {k: one[k] for k in one if k not in own} == {k: other[k] for k in one if k not in own}


def test_what_was_charged_or_corrected_is_not_overwritten(place: Any) -> None:
    meter = place.meters[0]
    make.make_reading(meter, "2026-07", 120)
    doc = import_of(place, HEADER + f"{meter.meter_no},,2026-07,2026-07-25,121,,\n")
    import_run(doc.name)
    assert counts_of(doc) == ("Done", 1, 0, 0, 1)
    assert "120" in doc.refused[0].reason


def test_xlsx_and_the_templates(place: Any) -> None:
    meter = place.meters[0]
    for language, value in (("en", 110), ("zh", 120)):
        import_template("Meter Readings", language)
        header, example = frappe.response.filecontent.decode("utf-8-sig").splitlines()
        row = dict(zip(header.split(","), example.split(","), strict=True))
        month = "2026-06" if language == "en" else "2026-07"
        values = [
            meter.meter_no if cell == "W-0312" else place.item.item_code if cell == "WATER" else value if cell == "1284.5"
            else month if cell == "2026-07" else cell
            for cell in row.values()
        ]  # fmt: skip
        book = Workbook()
        book.active.append(list(row))
        book.active.append(values)
        stream = io.BytesIO()
        book.save(stream)
        doc = import_of(place, stream.getvalue(), "readings.xlsx")
        if language == "en":
            # The example's day belongs to July: a reading of June was read by then too.
            assert import_preview(doc.name)["taken"] == 1
        import_run(doc.name)
        assert counts_of(doc)[2:] == ((1, 0, 0) if language == "en" else (0, 0, 1)), [r.reason for r in doc.refused]


def test_two_meters_of_one_number_need_the_item(place: Any) -> None:
    meter = place.meters[0]
    power = make.make_fee_item(place.community, kind="Metered")
    make.make_meter(power, make.make_unit(place.building), meter_no=meter.meter_no)
    doc = import_of(place, HEADER + f"{meter.meter_no},,2026-07,2026-07-25,120,,\n")
    assert import_preview(doc.name)["taken"] == 0
    doc = import_of(place, HEADER + f"{meter.meter_no},{power.item_code},2026-07,2026-07-25,120,,\n")
    import_run(doc.name)
    assert frappe.get_all("Property Meter Reading", {"fee_item": power.name}, pluck="value") == [120]


def test_a_file_that_is_no_table_of_readings(place: Any) -> None:
    for text in ("Name,Age\nWang,7\n", "Meter Number,Reading\nM1,5\n"):
        with pytest.raises(InputRefused):
            import_preview(import_of(place, text).name)


def test_who_may_not_read_meters_here_imports_nothing(place: Any) -> None:
    doc = import_of(place, HEADER + f"{place.meters[0].meter_no},,2026-07,2026-07-25,120,,\n")
    for role, community in (("Property Gate Guard", place.community), ("Property Manager", make.make_community())):
        with as_user(make.make_staff(role, community=community)):
            for act in (import_preview, import_run):
                with pytest.raises(frappe.PermissionError):
                    act(doc.name)
    assert stored(place) == 0


def test_a_long_table_goes_through_the_queue_in_few_queries(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: list[str] = []
    monkeypatch.setattr(work_batches, "_queue", lambda name, attempt: waiting.append(name))
    monkeypatch.setattr(frappe.db, "commit", lambda: None)
    monkeypatch.setattr(importer, "AT_ONCE", 20)
    lines = [
        f"{meter.meter_no},,{2024 + number // 12}-{number % 12 + 1:02d},{2024 + number // 12}-{number % 12 + 1:02d}-25,{200 + number},,\n"
        for number in range(30)
        for meter in place.meters
    ]
    for meter in place.meters:
        meter.db_set("installed_on", "2023-12-25")
    doc = import_of(place, HEADER + "".join(lines))
    import_run(doc.name)
    assert counts_of(doc)[0] == "Queued"
    with count_queries() as queries:
        work_batches.run_batch(waiting[0], 1)
    assert counts_of(doc) == ("Done", 90, 90, 0, 0)
    assert len(queries) < 60
